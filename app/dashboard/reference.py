"""The reference on screen: its tables, a search over all of them, and what is found."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.dashboard.export import Formats, report_formats
from app.dashboard.help import REFERENCE, Page
from app.dashboard.lists import Choices, Filter
from app.dashboard.reading import ReadingScreen
from app.dashboard.report import ReportPane
from app.reports.as_csv import cells_csv
from app.reports.reference import (
    Found,
    nearest,
    reference_json,
    reference_report,
    search,
)
from app.reports.table import Report
from models.reference import Reference

PANES: Final = {"browser": "Tables", "numbers": "Found"}
ALL: Final = "everything"
AFTER: Final = 0.06
"""Seconds from a keystroke to what it finds: the key's own echo is painted first."""


class ReferenceScreen(ReadingScreen):
    """Shows the rows that a search finds: in all tables, or in the one that the list is on.

    Args:
        tables: of the reference.
    """

    PAGES: ClassVar[dict[str, Page]] = REFERENCE
    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "filter", "Search", priority=True)]

    def __init__(self, tables: tuple[Reference, ...]) -> None:
        field = Filter(placeholder="/ search all tables", compact=True, id="filter")
        super().__init__(PANES, "browser", field)
        self.tables = tables
        self.found: Found = ()
        self.shown: Found = ()
        self.timer: Timer | None = None
        self.list = Choices(markup=False, compact=True, id="systems")
        self.report = ReportPane(id="found")

    def compose_panes(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="browser"):
                yield self.list
            with Vertical(id="numbers"):
                yield self.filter
                yield self.report

    def on_mount(self) -> None:
        self.name_panes()
        self.search()
        self.show_pane("browser")

    def show_title(self) -> None:
        rows = sum(len(table.rows) for table in self.tables)
        about = f"{len(self.tables)} tables, {rows} rows, each figure with its source"
        self.query_one("#title", Static).update(
            Text.assemble(("Reference", "bold"), "  ", (about, "dim"))
        )

    def narrow(self) -> None:
        if self.timer is not None:
            self.timer.stop()
        self.timer = self.set_timer(AFTER, self.search)

    def search(self) -> None:
        """Find the words of the field in all tables, and list those that have some."""
        self.found = search(self.tables, self.filter.value.strip())
        options = [Option(_entry("Everything", sum(len(rows) for _, rows in self.found)), id=ALL)]
        options += [
            Option(_entry(table.title, len(rows)), id=table.id) for table, rows in self.found
        ]
        with self.list.prevent(OptionList.OptionHighlighted):
            self.list.clear_options()
            self.list.add_options(options)
            self.list.highlighted = 0
        self.show(ALL)

    def show(self, id_: str) -> None:
        """Show what was found in one table, or in all."""
        self.shown = tuple(found for found in self.found if id_ in (ALL, found[0].id))
        if self.shown:
            report = reference_report(self.shown)
        else:
            word = self.filter.value.strip()
            near = nearest(self.tables, word)
            hint = f"Did you mean {near}?" if near else "A shorter word finds more."
            report = Report("", (f"Nothing about {word!r} here. {hint}",), ())
        self.report.show(report)
        self.report.scroll_home(animate=False)

    def first_of(self, pane: str) -> Widget:
        return self.list if pane == "browser" else self.report

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option.id:
            self.show(event.option.id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.show_pane("numbers")

    def taking(self) -> tuple[str, Formats] | str:
        if not self.shown:
            return "Nothing is found that could be taken away."
        report = reference_report(self.shown)
        formats = report_formats(
            lambda: report, partial(reference_json, self.shown), partial(cells_csv, report)
        )
        return "reference", formats


def _entry(title: str, rows: int) -> Text:
    return Text.assemble(title, (f"  {rows}", "dim"))
