"""The pane below the numbers: one view at a time of the system or of the selected number."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from app.charts.numbers import charts_of
from app.dashboard.architecture import Architecture
from app.dashboard.chart import ChartPane
from app.dashboard.components import (
    Components,
    cost_lines,
    cost_settings,
    sizing_lines,
    sizing_settings,
)
from app.dashboard.report import ReportPane
from app.dashboard.scroll import ScrollPane
from app.dashboard.views import (
    ARCHITECTURE,
    CHART,
    COST,
    EXPLAIN,
    REPORTS,
    SIZING,
    TITLES,
    Seen,
)
from app.reports.as_text import plain
from app.reports.build import explanation_report

HIDDEN: Final = "hidden"
AFTER: Final = 0.06
"""Seconds from new numbers to a view of them that takes a while: the numbers are painted first."""


class Explain(ScrollPane):
    """The tree of formulas behind the selected number, and what is documented of it."""

    def compose(self) -> ComposeResult:
        yield Static(markup=False, id="explanation")

    def show(self, seen: Seen) -> None:
        """How the selected number comes about."""
        report = explanation_report(seen.estimate, seen.address)
        text = Text(plain(report).rstrip())
        text.stylize("bold", 0, len(report.title))
        self.query_one("#explanation", Static).update(text)


class Tabs(Static):
    """The titles of the views, the one in front reversed; a click turns to one."""

    class Clicked(Message):
        """A title was clicked."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self) -> None:
        super().__init__(markup=False, classes="views")

    def show(self, view: str) -> None:
        self.update(
            Text.assemble(
                *((f" {title} ", "reverse" if n == view else "dim") for n, title in TITLES.items())
            )
        )

    def on_click(self, event: events.Click) -> None:
        at = 0
        for name, title in TITLES.items():
            if at <= event.x < at + len(title) + 2:
                self.post_message(self.Clicked(name))
            at += len(title) + 2


class Detail(Vertical):
    """Holds which view is in front. Only that one is kept up to date."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.tabs = Tabs()
        self.view = EXPLAIN
        self.explain = Explain(id=EXPLAIN)
        self.chart = ChartPane(id=CHART)
        self.architecture = Architecture(id=ARCHITECTURE)
        self.sizing = Components(sizing_lines, sizing_settings, id=SIZING)
        self.cost = Components(cost_lines, cost_settings, id=COST)
        self.hidden = Static(markup=False, id=HIDDEN)
        self.reports = {name: ReportPane(id=name) for name in REPORTS}
        self.which_chart = 0
        self._seen: Seen | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self.tabs
        with ContentSwitcher(initial=EXPLAIN):
            yield self.chart
            yield self.explain
            yield self.architecture
            yield self.sizing
            yield self.cost
            yield from self.reports.values()
            yield self.hidden

    def on_mount(self) -> None:
        self.tabs.show(self.view)

    @property
    def front(self) -> Widget:
        """What has the focus when one comes to the pane."""
        if self.view in (SIZING, COST):
            return (self.sizing if self.view == SIZING else self.cost).list
        return self.query_one(f"#{self.view}")

    def turn(self, view: str) -> None:
        """Bring a view to the front."""
        self.view = view
        self.tabs.show(view)
        if self._seen is not None:
            self._draw()

    def turn_by(self, by: int) -> None:
        """The next view, or the one before."""
        names = list(TITLES)
        self.turn(names[(names.index(self.view) + by) % len(names)])

    def show(self, seen: Seen, retype: bool = False) -> None:
        """Show other numbers, or another one selected."""
        if self._seen is None or self._seen.address != seen.address:
            self.which_chart = 0
        self._seen = seen
        if self.view in (EXPLAIN, SIZING, COST):
            self._draw(retype)
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(AFTER, self._draw)

    def hide(self, why: str) -> None:
        """Show nothing of the number, but say why."""
        self._seen = None
        self.hidden.update(why)
        self.query_one(ContentSwitcher).current = HIDDEN

    def next_chart(self) -> None:
        """Another chart of the same number."""
        self.which_chart += 1
        self._draw()

    def _draw(self, retype: bool = False) -> None:
        seen = self._seen
        if seen is None:
            return
        self.query_one(ContentSwitcher).current = self.view
        if self.view == EXPLAIN:
            self.explain.show(seen)
        elif self.view == CHART:
            self._draw_chart(seen)
        elif self.view == ARCHITECTURE:
            self.architecture.show(seen)
        elif self.view in (SIZING, COST):
            (self.sizing if self.view == SIZING else self.cost).show(seen.estimate, retype)
        else:
            self.reports[self.view].show(REPORTS[self.view](seen))

    def _draw_chart(self, seen: Seen) -> None:
        charts = charts_of(seen.plan, seen.estimate, seen.address)
        for _ in charts:
            chart = charts[self.which_chart % len(charts)]()
            if chart is not None:
                self.chart.show_now(chart)
                return
            self.which_chart += 1
        self.hidden.update("Nothing of this number varies, so there is nothing to draw.")
        self.query_one(ContentSwitcher).current = HIDDEN
