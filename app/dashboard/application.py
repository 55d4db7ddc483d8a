"""The Textual application: themes, the palette's actions, and the screens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import ModalScreen, Screen
from textual.theme import Theme
from textual.types import AnimationLevel

from app import settings
from app.dashboard import screens
from app.dashboard.ending import on_hang_up, on_signals
from app.dashboard.frame import Frame
from app.dashboard.question import Question
from app.files import FileError

if TYPE_CHECKING:
    from app.dashboard.audit import AuditScreen
    from app.dashboard.systems import SystemsScreen

DARK = Theme(
    name="slipstick-dark",
    primary="#e0a458",
    secondary="#8fa3b0",
    accent="#e0a458",
    foreground="#d8d9da",
    background="#14171a",
    surface="#1a1e22",
    panel="#232930",
    success="#8cb369",
    warning="#e3c567",
    error="#e07a5f",
    dark=True,
    variables={"chrome": "#3b444d"},
)
LIGHT = Theme(
    name="slipstick-light",
    primary="#a35f00",
    secondary="#52646f",
    accent="#a35f00",
    foreground="#22272b",
    background="#faf9f6",
    surface="#f1efe9",
    panel="#e6e2d8",
    success="#3f7a2a",
    warning="#8a6a00",
    error="#b23a1e",
    dark=False,
    variables={"chrome": "#c8c1b0"},
)


JOBS: Final = {
    "systems": ("Open Systems", "Inputs and numbers of a system (F2)"),
    "sketches": ("Open Sketches", "Bloom, Count-Min, HyperLogLog (F3)"),
    "protocols": ("Open Protocols", "gRPC beside REST (F4)"),
    "audit": ("Open Audit", "Every documented figure of every system (F7)"),
    "reference": ("Open Reference", "Glossary, latency, throughput, limits, prices (F9)"),
}
"""Each screen's mode, with what the palette calls going there."""
LEAVING: Final = {
    "s": "Save and leave",
    "l": "Leave; the changes come back at the next start",
    "b": "Back to the dashboard",
}


class Dashboard(App[None]):
    """Slipstick on screen.

    Args:
        scenario: what to open, as on the command line; what was changed last if None.

    Attributes:
        fault: why the scenario could not be opened, once it could not.
    """

    TITLE = "Slipstick"
    CSS_PATH = "dashboard.tcss"
    DEFAULT_MODE = "systems"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "switch_mode('systems')", "Systems", show=False),
        Binding("f3", "switch_mode('sketches')", "Sketches", show=False),
        Binding("f4", "switch_mode('protocols')", "Protocols", show=False),
        Binding("f7", "switch_mode('audit')", "Audit", show=False),
        Binding("f9", "switch_mode('reference')", "Reference", show=False),
        Binding("ctrl+q", "quit", "Quit", priority=True),
    ]

    def __init__(self, scenario: str | None = None) -> None:
        super().__init__()
        self.scenario = scenario
        self.fault: Exception | None = None
        self.systems: SystemsScreen
        self.animation_level: AnimationLevel = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colour of borders and scroll bars in themes that do not name one."""
        return {"chrome": "#808080"}

    def get_default_screen(self) -> Screen[None]:
        return Frame()

    def on_mount(self) -> None:
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.use_theme()
        if not self.is_headless:
            on_signals(self.end)
        self.call_after_refresh(self.open)

    async def open(self) -> None:
        """Bring up the screens. What takes a while is imported once the frame is painted."""
        from app import commands
        from app.dashboard.systems import SystemsScreen
        from app.scenarios import open_scenario
        from presets.loader import headers

        try:
            if self.scenario is not None:
                open_scenario(self.scenario)
        except commands.expected_errors() as error:
            self.fault = error
            self.exit()
            return
        found = headers()
        self.systems = SystemsScreen(self.scenario, found)
        self.add_mode("sketches", screens.sketches)
        self.add_mode("protocols", screens.protocols)
        self.add_mode("audit", lambda: screens.audit(found))
        self.add_mode("reference", screens.reference)
        # On top of the frame: a mode that begins would have all styles read anew, twice.
        await self.push_screen(self.systems)
        self.add_mode("systems", lambda: self.systems)
        if not self.is_headless:
            on_hang_up(self.systems.kept.write)
        for header in found:
            if header.fault:
                why = f"{header.path.name} is left out: {header.fault}"
                self.notify(why, severity="warning", markup=False)

    def end(self, code: int) -> None:
        """Leave at once, with what is not saved kept for the next start."""
        self.exit(return_code=code)

    async def on_audit_screen_open(self, event: AuditScreen.Open) -> None:
        """To a number of the Systems screen."""
        await self.switch_mode("systems")
        await self.systems.open_at(event.system, event.address)

    def use_theme(self) -> None:
        """Put on the theme that was chosen last; from then on, a choice is remembered."""
        chosen, faults = settings.read()
        if chosen.theme and chosen.theme not in self.available_themes:
            faults.append(f"there is no theme {chosen.theme!r} any more; ctrl+p Theme has others")
            chosen = settings.Settings()
        self.theme = chosen.theme or DARK.name
        for fault in faults:
            self.notify(fault, severity="warning", markup=False)
        self.call_after_refresh(self.theme_changed_signal.subscribe, self, self.remember_theme)

    def remember_theme(self, theme: Theme) -> None:
        try:
            settings.write_theme(theme.name)
        except (settings.SettingsError, FileError) as error:
            self.notify(f"The theme is not remembered: {error}", severity="warning", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a dialog `ctrl+q` goes back, which the key's meaning here would forestall."""
        if action == "quit" and isinstance(self.screen, ModalScreen):
            return isinstance(self.screen, CommandPalette)
        return super().check_action(action, parameters)

    async def action_quit(self) -> None:
        """Leave; ask once where a named scenario differs from what is saved."""
        opened = not isinstance(self.screen, Frame)
        unsaved = [str(scenario.name) for scenario in self.systems.unsaved()] if opened else []
        if not unsaved:
            self.exit()
            return

        def done(answer: str | None) -> None:
            if answer == "s":
                try:
                    self.systems.save_all()
                except FileError as error:
                    self.notify(str(error), severity="error", markup=False)
                    return
            if answer in ("s", "l"):
                self.exit()

        verb = "has" if len(unsaved) == 1 else "have"
        sentence = f"{', '.join(unsaved)} {verb} changes that are not saved."
        self.push_screen(Question("Quit", sentence, LEAVING), done)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action by name, when it applies."""
        from app.dashboard.panes import PanesScreen

        if isinstance(screen, PanesScreen):
            yield from screen.commands()
        for mode, title in JOBS.items():
            if self.current_mode != mode:
                yield SystemCommand(title[0], title[1], lambda mode=mode: self.switch_mode(mode))
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Quit", "Leave Slipstick", self.action_quit)
