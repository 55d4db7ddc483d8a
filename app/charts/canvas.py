"""What stands between the axes: curves, bars, points, uprights and levels, drawn by plotext.

plotext draws these and nothing else. Its own axes write raw floats, drop the labels that do not
fit and count characters for cells, so axes, ticks and words are set around its canvas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from app.charts.axes import Axis
from app.charts.chart import PLAIN, Bar, Colour, Mark, Palette
from app.charts.placing import Curve, Point

Pen = tuple[int, int, str]
"""After how many dots a dash begins anew, the dots that are drawn of it, and a sample."""

PENS: Final[tuple[Pen, ...]] = ((1, 1, "⠒⠒"), (6, 4, "⠒ ⠒"), (3, 1, "⠂⠐"), (8, 1, "⠂   ⠂"))
"""Lines differ without colour too."""
LONE: Final = "•"
POINT: Final = "●"
UPRIGHT: Final = "┊"
LEVEL: Final = "╌"
TO_LOW, TO_HIGH = "░", "█"
"""Of what a bar is made on its way to either end."""


def canvas_rows(
    curves: Sequence[Curve],
    bars: Sequence[Bar],
    marks: Sequence[Mark],
    x: Axis,
    y: Axis,
    palette: Palette,
) -> list[str]:
    """The rows from the top: levels and uprights, curves and bars over them, points on top.

    Args:
        curves: the lines in order, in base units.
        bars: each in the row of its tick on the left axis.
        marks: points, uprights and levels, in base units.
        x: the lower axis, which holds all of them.
        y: the left axis.
        palette: the colours, as ANSI codes; there are none if it is plain.
    """
    import plotext

    def scatter(points: Iterable[Point], marker: str, colour: Colour) -> None:
        across, up = zip(*points, strict=True)
        plotext.scatter(across, up, marker=marker, color="default" if colour is None else colour)

    plotext.clear_figure()
    # Without this plotext never draws more than the terminal holds, or 80x24 in a pipe.
    plotext.limit_size(False, False)
    plotext.plot_size(x.cells, y.cells)
    plotext.theme("clear")
    plotext.frame(False)
    plotext.xfrequency(0)
    plotext.yfrequency(0)
    plotext.xlim(x.place(x.low), x.place(x.high))
    plotext.ylim(y.place(y.low), y.place(y.high))
    for mark in marks:
        if mark.x is None or mark.y is None:
            columns = range(x.cells) if mark.x is None else [x.cell(mark.x)]
            rows = range(y.cells) if mark.y is None else [y.cell(mark.y)]
            through = [(x.middle(a), y.middle(b)) for a in columns for b in rows]
            scatter(through, sign(mark), palette.marks)
    for (row, _), bar in zip(y.ticks, bars, strict=False):
        for to, sample in ((bar.low, TO_LOW), (bar.high, TO_HIGH)):
            first, last = sorted((x.cell(bar.middle), x.cell(to)))
            along = [(x.middle(cell), y.middle(row)) for cell in range(first, last + 1)]
            if to != bar.middle:
                scatter(along, sample, palette.lines[0])
    for index, runs in reversed(list(enumerate(curves))):
        (period, on, _), colour = pen(index, palette)
        for run in runs:
            if len(run) == 1:
                scatter([(x.middle(x.cell(a)), y.middle(y.cell(b))) for a, b in run], LONE, colour)
            else:
                scatter(_dots(_thinned(run, x), x, y, period, on), "braille", colour)
    for mark in marks:
        if mark.x is not None and mark.y is not None:
            at = x.middle(x.cell(mark.x)), y.middle(y.cell(mark.y))
            scatter([at], sign(mark), palette.marks)
    built: str = plotext.build()
    plotext.clear_figure()
    if palette == PLAIN:
        built = plotext.uncolorize(built)
    return built.splitlines()


def pen(index: int, palette: Palette) -> tuple[Pen, Colour]:
    """How a line is drawn, by its place among the lines of the chart."""
    return PENS[index % len(PENS)], palette.lines[index % len(palette.lines)]


def sign(mark: Mark) -> str:
    """The character of which a mark is made."""
    return UPRIGHT if mark.y is None else LEVEL if mark.x is None else POINT


def _thinned(run: Sequence[Point], axis: Axis) -> list[Point]:
    """The ends of a run, and the lowest and the highest point in each column."""
    kept = {0, len(run) - 1}
    for _, column in groupby(range(len(run)), lambda i: axis.cell(run[i][0])):
        indices = list(column)
        kept |= {min(indices, key=lambda i: run[i][1]), max(indices, key=lambda i: run[i][1])}
    return [run[i] for i in sorted(kept)]


def _dots(points: Sequence[Point], x: Axis, y: Axis, period: int, on: int) -> Iterator[Point]:
    """The dots of a line from point to point, dash by dash."""
    walked = 0
    for (a, b), (c, d) in pairwise((x.dot(a), y.dot(b)) for a, b in points):
        steps = max(abs(c - a), abs(d - b))
        for n in range(steps):
            if (walked + n) % period < on:
                yield x.at(a + (c - a) * n / steps), y.at(b + (d - b) * n / steps)
        walked += steps
    yield x.place(points[-1][0]), y.place(points[-1][1])
