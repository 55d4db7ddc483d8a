"""A screen of panes: all of them in a large window, one at a time in a small one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from rich.text import Text
from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from app.dashboard.export import ExportDialog, Formats
from app.dashboard.footer import Keys
from app.dashboard.help import HelpScreen, Page
from app.dashboard.history import History
from app.dashboard.picture import picture
from app.reports.as_text import plain
from app.reports.table import Report

NARROW, SHORT, ROOMY = 116, 30, 160
ONE_LINE: Final = 78
SMALLEST: Final = (60, 16)


class PanesScreen(Screen[None]):
    """What every screen of panes can do: go from pane to pane, fit the window, help.

    What is in the panes, the history, undo, redo and export are a screen's own.

    Args:
        panes: the id of each pane with its title, in their order.
        first: the pane that is in front.
    """

    PAGES: ClassVar[dict[str, Page]] = {}
    """For each pane, what it is for and its keys."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "Undo", priority=True),
        Binding("ctrl+y,ctrl+shift+z", "redo", "Redo", priority=True, show=False),
        Binding("u", "undo", "Undo", show=False),
        Binding("U", "redo", "Redo", show=False),
        Binding("ctrl+e", "export", "Export", priority=True),
        Binding("y", "copy", "Copy", show=False),
        Binding("Y", "copy_selected", "Copy what is selected", show=False),
        Binding("f1,question_mark", "help", "Help", key_display="?"),
        *(
            Binding(f"{n},alt+{n}", f"pane_number({n})", f"Pane {n}", show=False)
            for n in range(1, 5)
        ),
        Binding("f6", "next_pane(1)", "Pane", show=False),
        Binding("shift+f6", "next_pane(-1)", "Previous pane", show=False),
    ]

    def __init__(self, panes: dict[str, str], first: str) -> None:
        super().__init__()
        self.panes, self.pane = panes, first
        self.add_class("panes")

    def compose(self) -> ComposeResult:
        width, height = SMALLEST
        yield Static(markup=False, id="title")
        yield Static(markup=False, id="tabs")
        yield from self.compose_panes()
        small = f"Slipstick needs a window of {width}x{height} or more."
        yield Static(small, markup=False, id="small")
        yield Keys(compact=True)

    def compose_panes(self) -> ComposeResult:
        """What stands between the title and the footer."""
        raise NotImplementedError

    @property
    def history(self) -> History[Any]:
        """Of what is on screen."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # The key of the filter comes first, so that what is typed at once after it is a word for
        # the filter and no keys of a list; in a field it is text.
        if action == "filter" and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def commands(self) -> Iterator[SystemCommand]:
        """Its actions by name, when they apply."""
        if self.history.past:
            yield SystemCommand("Undo", "Take back the last change", self.action_undo)
        if self.history.future:
            yield SystemCommand("Redo", "Make the undone change again", self.action_redo)
        yield SystemCommand("Export", "Write what is on screen to a file", self.action_export)
        yield SystemCommand("Copy all", "What is on screen as Markdown", self.action_copy)
        if self.selected() is not None:
            yield SystemCommand(
                "Copy the selected one", "As text, with all behind it", self.action_copy_selected
            )
        yield SystemCommand("Help", "Keys of the pane with the focus", self.action_help)

    def action_undo(self) -> None:
        raise NotImplementedError

    def action_redo(self) -> None:
        raise NotImplementedError

    # Taking away

    def taking(self) -> tuple[str, Formats] | str:
        """What can be taken away: a name for it, and it in every format; or why nothing can be."""
        raise NotImplementedError

    def selected(self) -> Report | None:
        """What is selected, in words."""
        return None

    def action_export(self) -> None:
        """Ask for a file to write what is on screen to, and say where it went."""
        taking = self.taking()
        if isinstance(taking, str):
            self.notify(taking)
            return
        stem, formats = taking
        # The dialog stands before what the picture is of.
        screen = picture(self.app, f"Slipstick: {stem}")

        def done(said: str | None) -> None:
            if said is not None:
                self.notify(said, markup=False)

        self.app.push_screen(ExportDialog(stem, {**formats, ".svg": lambda: screen}), done)

    def action_copy(self) -> None:
        taking = self.taking()
        if isinstance(taking, str):
            self.notify(taking)
        else:
            self.copy(taking[1][".md"](), f"{taking[0]} as Markdown")

    def action_copy_selected(self) -> None:
        report = self.selected()
        if report is None:
            self.notify("Nothing is selected that could be copied; y copies all.")
        else:
            self.copy(plain(report), report.title)

    def copy(self, text: str, what: str) -> None:
        """To the clipboard; whether it arrived, no terminal tells."""
        self.app.copy_to_clipboard(text)
        said = f"Copied {what}. Where the terminal takes no copies (OSC 52), ctrl+e writes a file."
        self.notify(said, markup=False)

    def name_panes(self) -> None:
        """Write each pane's number and title on its border."""
        for number, (name, title) in enumerate(self.panes.items(), start=1):
            self.query_one(f"#{name}").border_title = f"{number} {title}"

    def mark_stale(self, pane: Widget, stale: bool) -> None:
        """Say of a pane whether its numbers are of before, while a field cannot be read."""
        pane.set_class(stale, "-stale")
        pane.border_subtitle = "✗ the last good numbers" if stale else ""

    def show_title(self) -> None:
        """Write the title line for the width that there is."""

    def first_of(self, pane: str) -> Widget:
        """What has the focus when one comes to a pane."""
        return self.query_one(f"#{pane}")

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        compact = width < NARROW or height < SHORT
        states = {
            "-tiny": width < SMALLEST[0] or height < SMALLEST[1],
            "-compact": compact,
            "-one-line": width >= (ONE_LINE if compact else ROOMY),
        }
        self.put_classes(states)
        if self.is_mounted:
            self.show_title()

    def put_classes(self, states: Mapping[str, bool]) -> None:
        """Set several classes at once: each time, all below is styled anew."""
        classes = self.classes - states.keys() | {name for name, on in states.items() if on}
        if classes != self.classes:
            self.set_classes(classes)

    def show_pane(self, pane: str, focus: bool = True) -> None:
        """Bring a pane to the front where only one is seen."""
        self.pane = pane
        self.put_classes({f"-{name}": name == pane for name in self.panes})
        tabs = [
            (f" {number} {title} ", "reverse" if name == pane else "")
            for number, (name, title) in enumerate(self.panes.items(), start=1)
        ]
        self.query_one("#tabs", Static).update(Text.assemble(*tabs))
        if focus:
            self.set_focus(self.first_of(pane))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for name in self.panes:
            pane = self.query_one(f"#{name}")
            inside = event.widget is pane or pane in event.widget.ancestors
            pane.set_class(inside, "-focused")
            if inside and name != self.pane:
                self.show_pane(name, focus=False)

    def action_pane_number(self, number: int) -> None:
        if number <= len(self.panes):
            self.show_pane(list(self.panes)[number - 1])

    def action_next_pane(self, by: int) -> None:
        panes = list(self.panes)
        self.show_pane(panes[(panes.index(self.pane) + by) % len(panes)])

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self.PAGES[self.pane]))
