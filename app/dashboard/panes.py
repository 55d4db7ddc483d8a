"""A screen of panes: going from one to the next, taking away what they show, help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from app.dashboard.export import ExportDialog, Formats
from app.dashboard.frame import FramedScreen
from app.dashboard.help import HelpScreen, Page
from app.dashboard.history import History
from app.dashboard.picture import picture
from app.reports.as_text import plain
from app.reports.table import Report


class PanesScreen(FramedScreen):
    """What every screen of panes can do. What is in them, and its history, are a screen's own."""

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
        *(Binding(f"{n}", f"pane_number({n})", f"Pane {n}", show=False) for n in range(1, 5)),
        Binding("f6", "next_pane(1)", "Pane", show=False),
        Binding("shift+f6", "next_pane(-1)", "Previous pane", show=False),
    ]

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

    def mark_stale(self, pane: Widget, stale: bool) -> None:
        """Say of a pane whether its numbers are of before, while a field cannot be read."""
        pane.set_class(stale, "-stale")
        pane.border_subtitle = "✗ the last good numbers" if stale else ""

    def show_title(self) -> None:
        """Write the title line for the width that there is."""

    def first_of(self, pane: str) -> Widget:
        """What has the focus when one comes to a pane."""
        return self.query_one(f"#{pane}")

    def on_resize(self, _: events.Resize) -> None:
        # Textual calls the handler of FramedScreen too.
        if self.is_mounted:
            self.show_title()

    def show_pane(self, pane: str, focus: bool = True) -> None:
        """Bring a pane to the front where only one is seen."""
        self.put_in_front(pane)
        if focus:
            self.first_of(pane).focus()

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
