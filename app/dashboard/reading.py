"""A screen to read on: there is something to look for, and nothing that can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from app.dashboard.history import History
from app.dashboard.lists import Filter
from app.dashboard.panes import PanesScreen


class ReadingScreen(PanesScreen):
    """Has a field that narrows what is shown, and no history.

    Args:
        panes: as of every screen of panes; `numbers` has the field.
        first: the pane that is in front.
        filter: the field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "filter", "Filter", priority=True)]

    def __init__(self, panes: dict[str, str], first: str, filter: Filter) -> None:
        super().__init__(panes, first)
        self.filter = filter

    @property
    def history(self) -> History[None]:
        return History(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("undo", "redo"):
            return False
        return super().check_action(action, parameters)

    def commands(self) -> Iterator[SystemCommand]:
        yield from super().commands()
        yield SystemCommand("Filter", "Narrow what is shown", self.action_filter)

    def action_filter(self) -> None:
        self.show_pane("numbers", focus=False)
        self.set_focus(self.filter)

    def on_filter_to_list(self, event: Message) -> None:
        event.stop()
        self.show_pane("numbers")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.narrow()

    def narrow(self) -> None:
        """Show what the field's words leave."""
        raise NotImplementedError
