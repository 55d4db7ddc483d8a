"""Saving the scenario on screen: a dialog that asks for its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from app.files import FileError
from app.saved import LONGEST, Saved, ScenarioNameError, checked_name

Save: TypeAlias = Callable[[str, bool], None]
"""Saves under a name, over one that is there or not; raises `FileError`."""


class SaveDialog(ModalScreen[str | None]):
    """Asks for a name and saves; where another scenario has it, asks once more.

    Args:
        suggested: the name that stands there first.
        own: what the scenario is called already, if it is: saving it again replaces it.
        saved: what is saved, by name.
        save: saves it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+q", "dismiss(None)", "Back", priority=True),
        Binding("ctrl+s", "submit", "Save", priority=True),
    ]

    def __init__(
        self, suggested: str, own: str | None, saved: Mapping[str, Saved], save: Save
    ) -> None:
        super().__init__()
        self.suggested, self.own, self.saved, self.save = suggested, own, saved, save
        self.asked: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Input(self.suggested, max_length=2 * LONGEST, id="name")
            yield Static(markup=False, id="replaces")
            yield Static(markup=False, id="fault")
            yield Static("enter saves · esc goes back", markup=False, classes="hint")

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = "Save scenario"

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what would be replaced."""
        self.asked = None
        self.query_one("#fault", Static).update("")
        there = self.saved.get(event.value.strip())
        said = f"replaces {there.name}: {there.told}" if there else "a new scenario"
        self.query_one("#replaces", Static).update(said if event.value.strip() else "")

    async def action_submit(self) -> None:
        await self.query_one("#name", Input).action_submit()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            name = checked_name(event.value)
            over = name in (self.own, self.asked)
            if name in self.saved and not over:
                self.asked = name
                self.fail(f"{name} is saved already; enter once more replaces it")
                return
            self.save(name, over)
        except ScenarioNameError as error:
            self.fail(f"✗ {error}")
        except FileError as error:
            self.fail(f"✗ {error}".replace("; --force replaces it", "; choose another name"))
        else:
            self.dismiss(name)

    def fail(self, why: str) -> None:
        self.query_one("#fault", Static).update(why)
