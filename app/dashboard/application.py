"""The Textual application: themes, the palette's actions, and the screens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme
from textual.types import AnimationLevel

from app.dashboard.audit import AuditScreen
from app.dashboard.panes import PanesScreen
from app.dashboard.reference import ReferenceScreen
from app.dashboard.systems import SystemsScreen
from app.dashboard.workbench import WorkbenchScreen
from app.workbench import protocols, sketches
from presets.loader import headers
from presets.reference import references

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


class Dashboard(App[None]):
    """Slipstick on screen.

    Args:
        system: the system to open: an id, a path to a preset file or to an exported estimate.
    """

    TITLE = "Slipstick"
    CSS_PATH = "dashboard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "switch_mode('systems')", "Systems", show=False),
        Binding("f3", "switch_mode('sketches')", "Sketches", show=False),
        Binding("f4", "switch_mode('protocols')", "Protocols", show=False),
        Binding("f7", "switch_mode('audit')", "Audit", show=False),
        Binding("f9", "switch_mode('reference')", "Reference", show=False),
        Binding("ctrl+q", "quit", "Quit", priority=True),
    ]

    def __init__(self, system: str) -> None:
        super().__init__()
        self.system = system
        self.animation_level: AnimationLevel = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colour of borders and scroll bars in themes that do not name one."""
        return {"chrome": "#808080"}

    def on_mount(self) -> None:
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name
        found = headers()
        self.add_mode("systems", lambda: SystemsScreen(self.system, found))
        self.add_mode("sketches", lambda: WorkbenchScreen("Sketches", sketches.BENCHES))
        self.add_mode("protocols", lambda: WorkbenchScreen("Protocols", protocols.BENCHES))
        self.add_mode("audit", lambda: AuditScreen(found))
        self.add_mode("reference", lambda: ReferenceScreen(references()))
        self.switch_mode("systems")
        for header in found:
            if header.fault:
                why = f"{header.path.name} is left out: {header.fault}"
                self.notify(why, severity="warning", markup=False)

    async def on_audit_screen_open(self, event: AuditScreen.Open) -> None:
        """To a number of the Systems screen."""
        await self.switch_mode("systems")
        if isinstance(self.screen, SystemsScreen):
            await self.screen.open_at(event.system, event.address)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action by name, when it applies."""
        if isinstance(screen, PanesScreen):
            yield from screen.commands()
        for mode, title in JOBS.items():
            if self.current_mode != mode:
                yield SystemCommand(title[0], title[1], lambda mode=mode: self.switch_mode(mode))
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Quit", "Leave Slipstick", self.action_quit)
