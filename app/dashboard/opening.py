"""Opening a saved scenario: a dialog that lists, filters, opens and deletes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from app.dashboard.lists import Choices, Filter
from app.dashboard.question import Question
from app.files import FileError
from app.saved import Saved


class OpenDialog(ModalScreen[str | None]):
    """The saved scenarios, the latest first; the answer is the name of the one to open.

    Args:
        saved: what is saved.
        delete: deletes one by its name; raises `FileError`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", priority=True),
        Binding("ctrl+q,ctrl+o", "dismiss(None)", "Back", priority=True),
        Binding("d,delete", "delete", "Delete"),
        Binding("slash", "filter", "Filter"),
    ]

    def __init__(self, saved: list[Saved], delete: Callable[[str], None]) -> None:
        super().__init__()
        self.saved, self.delete = saved, delete
        self.filter = Filter(placeholder="/ filter", compact=True, id="filter")
        self.list = Choices(markup=False, compact=True, id="choices")

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield self.filter
            yield self.list
            yield Static(markup=False, id="fault")
            yield Static(markup=False, classes="hint")

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = "Open scenario"
        self.fill()
        self.list.focus()

    def fill(self) -> None:
        """List what matches the filter; say so where nothing does, or nothing is there."""
        words = self.filter.value.lower().split()
        matching = [s for s in self.saved if all(word in _haystack(s) for word in words)]
        at = self.list.highlighted or 0
        self.list.clear_options()
        self.list.add_options(Option(_told(saved), id=saved.name) for saved in matching)
        nothing = "Nothing is saved yet; ctrl+s saves what is on screen."
        if self.saved and not matching:
            nothing = "Nothing matches."
        if not matching:
            self.list.add_option(Option(Text(nothing, "dim"), disabled=True))
        else:
            self.list.highlighted = min(at, len(matching) - 1)
        keys = "enter opens · d deletes · / filters · esc goes back"
        hint = keys if self.saved else "esc goes back"
        self.query_one(".hint", Static).update(hint)
        self.filter.display = bool(self.saved)

    def highlighted(self) -> Saved | None:
        """What the cursor is on."""
        option = self.list.highlighted_option
        return next((s for s in self.saved if option and s.name == option.id), None)

    def fail(self, why: str) -> None:
        self.query_one("#fault", Static).update(f"✗ {why}" if why else "")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.fill()

    def on_filter_to_list(self, event: Filter.ToList) -> None:
        event.stop()
        self.list.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.fail("")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        chosen = self.highlighted()
        if chosen is not None and chosen.fault:
            self.fail(chosen.fault)
        elif chosen is not None:
            self.dismiss(chosen.name)

    def action_filter(self) -> None:
        self.filter.focus()

    def action_back(self) -> None:
        """Out of the filter first, then out of the dialog."""
        if self.filter.has_focus:
            self.filter.action_clear()
        else:
            self.dismiss(None)

    def action_delete(self) -> None:
        """Delete what the cursor is on, after a yes."""
        chosen = self.highlighted()
        if chosen is None:
            return

        def done(answer: str | None) -> None:
            if answer != "y":
                return
            try:
                self.delete(chosen.name)
            except FileError as error:
                self.fail(str(error))
                return
            self.saved = [s for s in self.saved if s != chosen]
            self.fill()

        self.app.push_screen(ask_to_delete(chosen.name), done)


def ask_to_delete(name: str) -> Question:
    """Whether a saved scenario is really to go."""
    answers = {"n": "Keep it", "y": "Delete it"}
    return Question("Delete scenario", f"Delete {name}? It cannot be brought back.", answers)


def _told(saved: Saved) -> Text:
    """A scenario in two lines: its name; what it holds and when it was saved, or what is wrong."""
    about = f"✗ {saved.fault}" if saved.fault else saved.told
    return Text.assemble((saved.name, "bold"), "\n  ", (about, "dim"))


def _haystack(saved: Saved) -> str:
    return f"{saved.name} {saved.told}".lower()
