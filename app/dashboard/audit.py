"""The audit on screen: every documented figure of every system, and the selected one in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Final

from rich.text import Text
from textual import events, work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import get_current_worker

from app.dashboard.audit_rows import (
    BY_FAMILY,
    ORDERS,
    WORST,
    Figures,
    figure_address,
    figure_lines,
    matching,
)
from app.dashboard.export import Formats, report_formats
from app.dashboard.help import AUDIT, Page
from app.dashboard.lists import Filter
from app.dashboard.reading import ReadingScreen
from app.dashboard.report import ReportPane
from app.dashboard.table import NumberTable
from app.reports.as_csv import audit_csv
from app.reports.as_json import audit_json
from app.reports.audit import audit_report, audit_summary, figure_report
from app.reports.listing import in_families
from app.reports.table import Report
from estimators.engine import EstimateError
from models.estimate import Audit, Comparison
from models.faults import PresetError
from models.scenario import Scenario
from presets.loader import Header, UnknownSystemError, load_known

PANES: Final = {"numbers": "Figures", "explain": "In words"}
SUMMARY: Final = 170
"""Cells of the title with the summary of all shipped systems."""


class FigureTable(NumberTable):
    """The figures, a row each."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "Open system")]

    class Chosen(Message):
        """The system of the figure under the cursor is asked for."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.headings = Static(markup=False, id="headings")
        self._figures: Figures = ()
        self._families = True

    def show(self, figures: Figures, families: bool) -> None:
        """Show other figures, under the headings of families or not."""
        self._figures, self._families = figures, families
        self.lay_out()

    def lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if width:
            headings, lines = figure_lines(self._figures, width, self._families)
            self.headings.update("\n".join(headings))
            self.put(tuple(lines))

    def action_choose(self) -> None:
        if self.address is not None:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        # The first click of two has brought the cursor here.
        if event.chain == 2:
            self.action_choose()


class AuditScreen(ReadingScreen):
    """Audits every system in a thread of its own when it is first shown.

    Args:
        headers: of the systems.
    """

    PAGES: ClassVar[dict[str, Page]] = AUDIT
    BINDINGS: ClassVar[list[BindingType]] = [Binding("s", "next_order", "Order")]

    class Open(Message):
        """A system should be opened with the cursor on one of its numbers."""

        def __init__(self, system: str, address: str) -> None:
            super().__init__()
            self.system, self.address = system, address

    class Audited(Message):
        """One more system is done: its audit, or why it is left out."""

        def __init__(self, audit: Audit | None, fault: str = "") -> None:
            super().__init__()
            self.audit, self.fault = audit, fault

    def __init__(self, headers: list[Header]) -> None:
        field = Filter(placeholder="/ filter", compact=True, id="filter")
        super().__init__(PANES, "numbers", field)
        readable = [header for header in headers if not header.fault]
        self.headers = [h for _, some in in_families(readable, lambda h: h.family) for h in some]
        self.audits: list[Audit] = []
        self.done = 0
        self.order = BY_FAMILY
        self.figures: Figures = ()
        self.table = FigureTable(id="figures")
        self.words = ReportPane(id="explain")

    def commands(self) -> Iterator[SystemCommand]:
        if self.table.address:
            yield SystemCommand("Open the system", "At this figure", self.on_figure_table_chosen)
        for order in ORDERS:
            if order != self.order:
                put = partial(self.put_in_order, order)
                yield SystemCommand(f"Order {order}", "The figures of all systems", put)
        yield from super().commands()

    def compose_panes(self) -> ComposeResult:
        with Horizontal(id="body"), Vertical(id="numbers"):
            yield self.filter
            yield self.table.headings
            yield self.table
        yield self.words

    def on_mount(self) -> None:
        self.name_panes()
        self.show_pane("numbers")
        self.narrow()
        self.audit_all()

    @work(thread=True)
    def audit_all(self) -> None:
        """Audit one system after the other. This thread tells of each, and touches no widget."""
        worker = get_current_worker()
        for header in self.headers:
            if worker.is_cancelled:
                return
            try:
                plan = load_known(header.path)
                said = self.Audited(plan.audit(Scenario(plan.preset)))
            except (PresetError, UnknownSystemError, EstimateError, OSError) as error:
                why = str(error).partition("\n")[0]
                said = self.Audited(None, f"{why}; {header.path.name} is left out")
            self.post_message(said)

    def on_audit_screen_audited(self, event: Audited) -> None:
        self.done += 1
        if event.audit is None:
            self.notify(event.fault, severity="warning", markup=False)
        else:
            self.audits.append(event.audit)
        self.show_title()
        self.narrow()

    # Showing

    def show_title(self) -> None:
        """What there is, and how many of each verdict, in as many lines as all of it takes."""
        width = max(self.size.width - 2, 1)
        lines = [Text.assemble(("Audit ", "bold"))]
        for part in audit_summary(self.audits).split(" · ") if self.audits else ():
            said = f" · {part}" if len(lines) > 1 or len(lines[0]) > len("Audit ") else f" {part}"
            if lines[-1].cell_len + len(said) > width:
                said = f"  {part}"
                lines.append(Text())
            lines[-1].append(said, "dim")
        title = self.query_one("#title", Static)
        title.update(Text("\n").join(lines))
        title.styles.height = max(-(-SUMMARY // width), len(lines))

    def narrow(self) -> None:
        """Show the figures that the filter leaves, in their order."""
        every = ORDERS[self.order](self.audits)
        self.figures = matching(every, self.filter.value)
        self.table.show(self.figures, families=self.order == BY_FAMILY)
        pane = self.query_one("#numbers")
        pane.border_title = f"1 Figures, {self.order}"
        if self.done < len(self.headers):
            pane.border_subtitle = f"{self.done} of {len(self.headers)} systems"
        elif len(self.figures) < len(every):
            pane.border_subtitle = f"{len(self.figures)} of {len(every)} figures"
        else:
            pane.border_subtitle = ""
        self.show_words()

    def show_words(self) -> None:
        """Say the figure under the cursor in words."""
        report = self.selected()
        if report != self.words.report:
            self.words.show(report)
            self.words.scroll_home(animate=False)

    def first_of(self, pane: str) -> Widget:
        return self.table if pane == "numbers" else super().first_of(pane)

    def on_number_table_selected(self, _: NumberTable.Selected) -> None:
        self.show_words()

    # Orders, opening, taking away

    def action_next_order(self) -> None:
        orders = list(ORDERS)
        self.put_in_order(orders[(orders.index(self.order) + 1) % len(orders)])

    def put_in_order(self, order: str) -> None:
        self.order = order
        self.narrow()

    def chosen(self) -> tuple[Audit, Comparison] | None:
        """The figure under the cursor."""
        for audit in self.audits:
            for figure in audit.documented:
                if figure_address(audit.preset, figure) == self.table.address:
                    return audit, figure
        return None

    def on_figure_table_chosen(self) -> None:
        """To the number of the system that the figure is held against."""
        if chosen := self.chosen():
            audit, figure = chosen
            self.post_message(self.Open(audit.preset.id, figure.literal.against))

    def selected(self) -> Report | None:
        return figure_report(*chosen) if (chosen := self.chosen()) else None

    def taking(self) -> tuple[str, Formats] | str:
        """The figures that the filter leaves, in their order."""
        if self.done < len(self.headers):
            return "The systems are still being read; in a moment."
        figures = self.figures
        presets = {preset.id: preset for preset, _ in figures}
        audits = [
            Audit(preset, tuple(figure for of, figure in figures if of is preset))
            for preset in presets.values()
        ]
        formats = report_formats(
            partial(audit_report, audits, self.order == WORST),
            partial(audit_json, figures),
            partial(audit_csv, figures),
        )
        return "audit", formats
