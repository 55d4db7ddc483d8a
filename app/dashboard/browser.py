"""The systems on screen: a list by family, and a filter over it."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from app.dashboard.lists import Choices, Filter
from app.reports.listing import family_title, in_families
from presets.loader import Header


class Browser(Vertical):
    """Systems by family; moving through them opens each."""

    class Chosen(Message):
        """The cursor came to a system."""

        def __init__(self, system: str) -> None:
            super().__init__()
            self.system = system

    def __init__(self, headers: list[Header], *, id: str) -> None:
        super().__init__(id=id)
        self.headers = [header for header in headers if not header.fault]
        self.filter = Filter(placeholder="/ filter", compact=True, id="filter")
        self.list = Choices(markup=False, compact=True, id="systems")
        self.current = ""

    def compose(self) -> ComposeResult:
        yield self.filter
        yield self.list

    def on_mount(self) -> None:
        self.fill()

    def fill(self) -> None:
        """List the systems that match the filter, by family, the current one highlighted."""
        words = self.filter.value.lower().split()
        matching = [h for h in self.headers if all(word in _haystack(h) for word in words)]
        options: list[Option] = []
        for family, members in in_families(matching, lambda header: header.family):
            options.append(Option(Text(family_title(family), "dim"), disabled=True))
            options += [Option(_line(header), id=header.id) for header in members]
        if not options:
            options.append(Option(Text("nothing matches", "dim"), disabled=True))
        with self.list.prevent(OptionList.OptionHighlighted):
            self.list.clear_options()
            self.list.add_options(options)
            self.point_at(self.current)

    def point_at(self, system: str) -> None:
        """Put the cursor on a system without opening it again."""
        self.current = system
        ids = [option.id for option in self.list.options]
        if system in ids:
            with self.list.prevent(OptionList.OptionHighlighted):
                self.list.highlighted = ids.index(system)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.fill()

    def on_filter_to_list(self, event: Filter.ToList) -> None:
        event.stop()
        self.list.focus()
        if self.list.highlighted is None:
            self.list.action_first()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option.id and event.option.id != self.current:
            self.current = event.option.id
            self.post_message(self.Chosen(event.option.id))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.screen.focus_next("Field, Numbers")

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        self.add_class("-focused")

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        self.remove_class("-focused")


def _line(header: Header) -> Text:
    return Text(f" {header.name}", no_wrap=True, overflow="ellipsis")


def _haystack(header: Header) -> str:
    words = (header.id, header.name, header.family, header.consistency, header.summary)
    return " ".join((*words, *header.like)).lower()
