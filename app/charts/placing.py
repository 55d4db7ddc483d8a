"""Where a chart's numbers stand: in base units, without those that have no place on its axes."""

from __future__ import annotations

from typing import Final

from app.charts.chart import Bar, Chart, Line, Mark
from models.units import NUMBER, Unit

Point = tuple[float, float]
Curve = list[list[Point]]
"""The stretches of a line, with gaps between them."""

SMALLEST: Final = 1e-290
LARGEST: Final = 1e290
"""Sizes beyond which arithmetic on floats breaks down: nothing there has a place on an axis."""


def curve_of(line: Line, chart: Chart) -> Curve:
    """The stretches of a line that have a place on the chart; what has none leaves a gap."""
    runs: Curve = [[]]
    for x, y in zip(line.x, line.y, strict=True):
        across = _based(x, chart.x_unit, chart.x_log)
        up = _based(y, chart.y_unit, chart.y_log)
        if across is None or up is None:
            runs.append([])
        else:
            runs[-1].append((across, up))
    return [run for run in runs if run]


def bars_of(chart: Chart) -> list[Bar]:
    """The bars of which every number has a place on the chart, in base units."""
    placed = []
    for bar in chart.bars:
        low, middle, high = (
            _based(value, chart.x_unit, chart.x_log) for value in (bar.low, bar.middle, bar.high)
        )
        if low is not None and middle is not None and high is not None:
            placed.append(Bar(bar.label, low, middle, high))
    return placed


def marks_of(chart: Chart) -> list[Mark]:
    """The marks that have a place on the chart, in base units."""
    placed = []
    for mark in chart.marks:
        x = None if mark.x is None else _based(mark.x, chart.x_unit, chart.x_log)
        y = None if mark.y is None else _based(mark.y, chart.y_unit, chart.y_log)
        if (x is None, y is None) == (mark.x is None, mark.y is None) != (True, True):
            placed.append(Mark(mark.label, x, y))
    return placed


def _based(value: float, unit: Unit | None, log: bool) -> float | None:
    """A number in base units, or None if it has no place on its axis."""
    base = (unit or NUMBER).to_base(float(value))
    if base == 0:
        return None if log else 0.0
    return base if SMALLEST < abs(base) < LARGEST and (base > 0 or not log) else None
