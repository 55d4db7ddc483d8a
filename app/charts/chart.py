"""What a chart is: its curves and marks, and the colours that it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.units import Unit

Colour = tuple[int, int, int] | int | None
"""Red, green and blue; or one of the terminal's own sixteen by number; None is its plain text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One curve.

    Args:
        label: what it is called in the legend.
        x: where its points stand, in the chart's `x_unit`, in the order in which they are joined.
        y: how high each stands, in its `y_unit`. What has no place on an axis leaves a gap.
    """

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to hold the curves against: where one stands, a documented figure.

    Args:
        label: what it is called in the legend.
        x: where it stands, in the chart's `x_unit`; None for a level across the whole chart.
        y: how high it stands, in its `y_unit`; None for an upright through the whole chart.
    """

    label: str
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a tornado: how far one thing moves a number, alone.

    Args:
        label: what moves it, left of the bar.
        low: where the number stands with that at its lower end, in the chart's `x_unit`.
        middle: where it stands otherwise.
        high: where it stands with that at its upper end.
    """

    label: str
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows, whatever its size and colours.

    Args:
        title: what it is about.
        x_label: what is set, along the lower axis.
        y_label: what follows, along the left axis.
        lines: its curves, the most important first.
        bars: instead of curves, bars from the top, each with its name for a left axis.
        marks: its points, uprights and levels.
        x_unit: the unit of every x, as in a quantity; None for a plain number.
        y_unit: the unit of every y; in `%` one in a hundred is 1.
        x_log: whether x is on a logarithmic axis, which has no place for zero and below.
        y_log: the same of y.
    """

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    x_unit: Unit | None = None
    y_unit: Unit | None = None
    x_log: bool = False
    y_log: bool = False
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a chart.

    Args:
        axes: the two axes, dim.
        lines: the lines in order, the accent first; used again where there are more.
        marks: points, uprights and levels.
        text: words and numbers.
    """

    axes: Colour
    lines: tuple[Colour, ...]
    marks: Colour
    text: Colour


PLAIN: Final = Palette(None, (None,), None, None)
