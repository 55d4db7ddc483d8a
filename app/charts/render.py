"""A chart as text of a given size: drawn where there is room for it, told in words elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from app.charts.axes import DOTS_ACROSS, DOTS_UP, Axis, Tick, lay_out, under
from app.charts.canvas import LEVEL, TO_HIGH, TO_LOW, canvas_rows, pen, sign
from app.charts.chart import PLAIN, Bar, Chart, Mark, Palette
from app.charts.placing import Curve, bars_of, curve_of, marks_of
from app.charts.text import GAP, Piece, cells_of, cut, filled, flowed, painted, plain, wrapped
from models.show import shown
from models.units import NUMBER

LEAST_WIDTH: Final = 24
LEAST_HEIGHT: Final = 6
LEAST_CANVAS: Final = 10
"""Cells below which a chart gives way to words: of the whole, and across its canvas."""
CANVAS_ROWS: Final = 3
"""Rows that the canvas keeps whatever the words around it ask for."""
NAMES: Final = 0.4
"""Of the width, what the names of bars take at most."""


def render_chart(chart: Chart, width: int, height: int, palette: Palette | None) -> str:
    """A chart as text of exactly so many cells and lines; words where there is no room for one.

    Args:
        chart: what is shown.
        width: cells of every line, filled up with spaces.
        height: lines.
        palette: the colours, as ANSI codes; None for none.
    """
    palette = palette or PLAIN
    curves = [curve_of(line, chart) for line in chart.lines]
    bars, marks = bars_of(chart), marks_of(chart)
    lines = None
    if (any(curves) or bars) and width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
        lines = _drawn(chart, curves, bars, marks, width, height, palette)
    return "\n".join(lines or _worded(chart, curves, bars, marks, width, height, palette))


def _drawn(
    chart: Chart,
    curves: Sequence[Curve],
    bars: Sequence[Bar],
    marks: Sequence[Mark],
    width: int,
    height: int,
    palette: Palette,
) -> list[str] | None:
    """The lines of a chart from the top, or None where its words leave no room for a canvas."""
    # The axis and its ticks take two rows; then the title and the legend come before the labels.
    spare = height - 2 - CANVAS_ROWS
    title, legend = (plain(chart.title), palette.text), _legend(chart, marks, palette)
    header = flowed([title, *legend], width)
    if len(header) > spare:
        header = flowed(legend, width)
    if len(header) > spare:
        return None
    y_row = bool(chart.y_label) and spare > len(header)
    x_row = bool(chart.x_label) and spare > len(header) + y_row
    rows = height - 2 - len(header) - y_row - x_row

    def apart(ticks: Sequence[Tick]) -> bool:
        near = any(after[0] - before[0] < 2 for before, after in pairwise(ticks))
        return len(ticks) <= rows // 3 + 1 and not near

    points = [point for runs in curves for run in runs for point in run]
    if bars:
        y = _named(bars, rows, int(width * NAMES))
    else:
        ys = [y for _, y in points] + [mark.y for mark in marks if mark.y is not None]
        y_unit = chart.y_unit or NUMBER
        y = lay_out(ys, y_unit, chart.y_log, rows, DOTS_UP, apart, around=True, bare=y_row)
    gutter = max(cells_of(label) for _, label in y.ticks) + 1
    columns = width - gutter - 1
    if columns < LEAST_CANVAS:
        return None

    def fits(ticks: Sequence[Tick]) -> bool:
        words = under(ticks, gutter + 1, width)
        near = any(b[0] - a[0] - len(a[1]) < len(GAP) for a, b in pairwise(words))
        return len(ticks) <= columns // 10 + 1 and not near

    xs = [x for x, _ in points] + [x for bar in bars for x in (bar.low, bar.middle, bar.high)]
    xs += [mark.x for mark in marks if mark.x is not None]
    x_unit = chart.x_unit or NUMBER
    x = lay_out(xs, x_unit, chart.x_log, columns, DOTS_ACROSS, fits, around=False, bare=x_row)

    lines = [filled(pieces, width) for pieces in header]
    if y_row:
        lines.append(filled([(_label(chart.y_label, y.said), palette.text)], width))
    canvas = canvas_rows(curves, bars, marks, x, y, palette)
    lines += _framed(canvas, x, y, gutter, width, palette)
    if x_row:
        label = cut(_label(chart.x_label, x.said), columns)
        indent = " " * (gutter + 1 + (columns - cells_of(label)) // 2)
        lines.append(filled([(indent + label, palette.text)], width))
    return lines + [" " * width] * (height - len(lines))


def _named(bars: Sequence[Bar], rows: int, width: int) -> Axis:
    """A left axis of names, the first on top, with a row between them where there is room."""
    apart = 2 if len(bars) * 2 <= rows else 1
    names = [cut(plain(bar.label), width) for bar in bars[:rows]]
    cells = max(len(names) * apart, 2)
    ticks = tuple((cells - 1 - n * apart, name) for n, name in enumerate(names))
    return Axis(0.0, 1.0, False, cells, DOTS_UP, ticks)


def _framed(
    canvas: Sequence[str], x: Axis, y: Axis, gutter: int, width: int, palette: Palette
) -> Iterator[str]:
    """The canvas with its axes and their ticks, which take `gutter` cells left of it."""
    said = dict(y.ticks)
    for cell, drawn in zip(reversed(range(y.cells)), canvas, strict=True):
        label = said.get(cell, "")
        beside = painted(f"{' ' * (gutter - 1 - cells_of(label))}{label} ", palette.text)
        yield beside + painted("┤" if cell in said else "│", palette.axes) + drawn
    at = {cell for cell, _ in x.ticks}
    axis = "".join("┬" if cell in at else "─" for cell in range(x.cells))
    yield " " * gutter + painted(f"└{axis}", palette.axes)
    below = ""
    for start, label in under(x.ticks, gutter + 1, width):
        below = f"{below:<{start}}{label}"
    yield filled([(below, palette.text)], width)


def _legend(chart: Chart, marks: Sequence[Mark], palette: Palette) -> list[Piece]:
    """A sample and the name of each line and mark; a line alone is what the chart is called."""
    pieces: list[Piece] = []
    known = ("", chart.title.lower(), chart.y_label.lower())
    for index, line in enumerate(chart.lines):
        (*_, sample), colour = pen(index, palette)
        if len(chart.lines) > 1 or line.label.lower() not in known:
            pieces.append((f"{sample} {plain(line.label)}", colour))
    if chart.bars:
        pieces += [(f"{TO_LOW} at its p5", None), (f"{TO_HIGH} at its p95", None)]
    for mark in marks:
        sample = 2 * LEVEL if mark.x is None else sign(mark)
        pieces.append((f"{sample} {plain(mark.label)}", palette.marks))
    return pieces


def _label(label: str, unit: str) -> str:
    """What an axis is called, with the unit that its ticks do not say."""
    label = plain(label)
    if not unit or unit in label.lower():
        return label
    return f"{label} ({unit})" if label else unit


def _worded(
    chart: Chart,
    curves: Sequence[Curve],
    bars: Sequence[Bar],
    marks: Sequence[Mark],
    width: int,
    height: int,
    palette: Palette,
) -> list[str]:
    """The marks and the ends of each curve, where there is no room to draw, or nothing."""
    x_unit, y_unit = chart.x_unit or NUMBER, chart.y_unit or NUMBER

    def told(label: str, points: Iterable[tuple[float | None, float | None]]) -> str:
        said = [
            " at ".join(
                shown(unit.from_base(number), unit)
                for number, unit in ((y, y_unit), (x, x_unit))
                if number is not None
            )
            for x, y in points
        ]
        return ": ".join(part for part in (plain(label), ", ".join(said)) if part)

    facts = [told(mark.label, [(mark.x, mark.y)]) for mark in marks]
    for bar in bars:
        facts.append(told(bar.label, [(bar.low, None), (bar.high, None)]))
    for line, runs in zip(chart.lines, curves, strict=True):
        if runs:
            facts.append(told(line.label, dict.fromkeys((runs[0][0], runs[-1][-1]))))
    text = "; ".join(facts) or f"{plain(chart.title)}: no numbers to draw"
    rows = wrapped(text, width, height)
    return [filled([(row, palette.text)], width) for row in (*rows, *[""] * (height - len(rows)))]
