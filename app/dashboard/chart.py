"""One chart on screen: drawn for the pane's size and the theme's colours when it is first seen."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.text import Text
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from app.charts.chart import Chart, Colour, Palette
from app.charts.render import render_chart

AFTER: Final = 0.06
"""Seconds from new numbers to their curve: the numbers are painted first."""
LINES: Final = ("chart--first", "chart--second", "chart--third")


class ChartPane(Widget, can_focus=True):
    """Shows a chart. A picture is kept until the chart, the size or the theme changes."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"chart--axes", "chart--mark", "chart--text", *LINES}
    DEFAULT_CSS = """
    ChartPane {
        width: 1fr; height: 1fr;
        & > .chart--axes { color: $chrome; }
        & > .chart--first { color: $accent; }
        & > .chart--second { color: $secondary; }
        & > .chart--third { color: $foreground; }
        & > .chart--mark { color: $foreground; }
        & > .chart--text { color: $secondary; }
        &:ansi > .chart--axes { color: ansi_bright_black; }
        &:ansi > .chart--text { color: $foreground; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chart: Chart | None = None
        self._next: Chart | None = None
        self._timer: Timer | None = None
        self._strips: list[Strip] = []

    def show(self, chart: Chart | None) -> None:
        """Show another chart, or none, in a moment; of several only the last is drawn."""
        if chart == self._next:
            return
        self._next = chart
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(AFTER, self._take_next)

    def show_now(self, chart: Chart | None) -> None:
        """Show another chart, or none, at once: whoever asks has waited already."""
        self._next = chart
        self._take_next()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._forget()

    def on_resize(self) -> None:
        self._forget()

    def _take_next(self) -> None:
        self._chart = self._next
        self._forget()

    def _forget(self) -> None:
        self._strips.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        # Textual asks for lines only while they are seen, so nothing is drawn in vain.
        if not self._strips and self._chart is not None:
            self._strips = self._drawn(self._chart)
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def _drawn(self, chart: Chart) -> list[Strip]:
        width, height = self.size
        palette = None if self.app.no_color else self._palette()
        return [
            Strip(Text.from_ansi(line).render(self.app.console, end=""), width).apply_style(
                self.rich_style
            )
            for line in render_chart(chart, width, height, palette).split("\n")
        ]

    def _palette(self) -> Palette:
        return Palette(
            axes=self._colour("chart--axes"),
            lines=tuple(map(self._colour, LINES)),
            marks=self._colour("chart--mark"),
            text=self._colour("chart--text"),
        )

    def _colour(self, name: str) -> Colour:
        colour = self.get_component_styles(name).color
        if colour.ansi is None:
            return colour.rgb
        return colour.ansi if colour.ansi >= 0 else None
