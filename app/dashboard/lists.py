"""What every list on screen has: the keys to go through it, and a filter over it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input, OptionList


class Choices(OptionList):
    """A list to choose from, with the keys of lists."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Next", show=False),
        Binding("k", "cursor_up", "Previous", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]


class Filter(Input):
    """What narrows a list; down and Enter go to it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter", "to_list", "To the list", show=False),
        Binding("escape", "clear", "Clear", show=False),
    ]

    class ToList(Message):
        """The list should have the focus."""

    def action_to_list(self) -> None:
        self.post_message(self.ToList())

    def action_clear(self) -> None:
        self.value = ""
        self.post_message(self.ToList())
