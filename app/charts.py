"""Charts as text: curves between axes whose ticks are quantities.

plotext draws the curves and nothing else. Its own axes write raw floats, drop the labels that do
not fit and count characters for cells, so axes, ticks and words are set around its canvas here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, pairwise
from typing import Final

from models.show import BINARY, FAMILIES, TIME, join, shown, shown_parts
from models.units import DIMENSIONLESS, NUMBER, Unit

Colour = tuple[int, int, int] | int | None
"""Red, green and blue; or one of the terminal's own sixteen by number; None is its plain text."""
Point = tuple[float, float]
Tick = tuple[int, str]
"""The cell on an axis and the words beside it."""
Piece = tuple[str, Colour]

LEAST_WIDTH: Final = 24
LEAST_HEIGHT: Final = 6
LEAST_CANVAS: Final = 10
"""Cells below which a chart gives way to words: of the whole, and across its canvas."""
CANVAS_ROWS: Final = 3
"""Rows that the canvas keeps whatever the words around it ask for."""
SMALLEST: Final = 1e-290
LARGEST: Final = 1e290
"""Sizes beyond which arithmetic on floats breaks down: nothing there has a place on an axis."""
PENS: Final = ((1, 1, "⠒⠒"), (6, 4, "⠒ ⠒"), (3, 1, "⠂⠐"), (8, 1, "⠂   ⠂"))
"""Lines differ without colour too: after how many dots the dash begins anew, the dots that are
drawn of it, and a sample for the legend."""
LONE: Final = "•"
POINT: Final = "●"
UPRIGHT: Final = "┊"
LEVEL: Final = "╌"
GAP: Final = "   "
MOST_TICKS: Final = 10

TIME_STEPS: Final = {
    "s": (1, 2, 5, 10, 15, 30),
    "min": (1, 2, 5, 10, 15, 30),
    "h": (1, 2, 3, 6, 12),
    "day": (1, 2, 5, 10, 20, 50),
    "year": (),
}
BINARY_STEPS: Final = dict.fromkeys(BINARY, (1, 2, 5, 10, 20, 50, 100, 200, 500))
"""Round numbers of units that are not ten of each other; outside these it is 1-2-5."""
FIXED: Final = frozenset((*TIME, "week", "month", *DIMENSIONLESS)).union(*FAMILIES)
"""Units that stand on every tick, as they change along it: others are said once in its label."""
DOTS: Final = (2, 4)
"""Dots of braille in a cell, across and up."""


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
class Chart:
    """What a chart shows, whatever its size and colours.

    Args:
        title: what it is about.
        x_label: what is set, along the lower axis.
        y_label: what follows, along the left axis.
        lines: its curves, the most important first.
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


@dataclass(frozen=True, slots=True)
class _Axis:
    """One axis, laid out.

    Args:
        low: the number at its beginning.
        high: the number at its end.
        log: whether it is logarithmic.
        cells: how many cells long it is.
        dots: how many dots of braille a cell has in its direction.
        ticks: where its ticks stand and what they say.
        said: the unit that its ticks leave to its label.
    """

    low: float
    high: float
    log: bool
    cells: int
    dots: int
    ticks: tuple[Tick, ...] = ()
    said: str = ""

    def place(self, value: float) -> float:
        """A number as plotext is given it."""
        return math.log10(value) if self.log else value

    def dot(self, value: float) -> int:
        """How many dots of braille a number lies from the beginning."""
        low, high = self.place(self.low), self.place(self.high)
        share = (self.place(value) - low) / (high - low)
        return math.floor(round(0.5 + (self.cells * self.dots - 1) * share, 8))

    def at(self, dot: float) -> float:
        """What plotext is to be given to draw so many dots from the beginning."""
        low, high = self.place(self.low), self.place(self.high)
        return low + (high - low) * dot / (self.cells * self.dots - 1)

    def cell(self, value: float) -> int:
        """The cell in which a number's dot lies."""
        return self.dot(value) // self.dots

    def middle(self, cell: int) -> float:
        """What plotext is to be given to fill a whole cell."""
        return self.at((self.cells * self.dots - 1) * cell / (self.cells - 1))


def render_chart(chart: Chart, width: int, height: int, palette: Palette | None) -> str:
    """A chart as text of exactly so many cells and lines; words where there is no room for one.

    Args:
        chart: what is shown.
        width: cells of every line, filled up with spaces.
        height: lines.
        palette: the colours, as ANSI codes; None for none.
    """
    curves = [_runs(line, chart) for line in chart.lines]
    marks = _marks(chart)
    lines = None
    if any(curves) and width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
        lines = _drawn(chart, curves, marks, width, height, palette or PLAIN)
    return "\n".join(lines or _worded(chart, curves, marks, width, height, palette or PLAIN))


# What is drawn


def _based(value: float, unit: Unit | None, log: bool) -> float | None:
    """A number in base units, or None if it has no place on its axis."""
    base = (unit or NUMBER).to_base(float(value))
    if base == 0:
        return None if log else 0.0
    return base if SMALLEST < abs(base) < LARGEST and (base > 0 or not log) else None


def _runs(line: Line, chart: Chart) -> list[list[Point]]:
    """The stretches of a line that have a place on the chart; what has none leaves a gap."""
    runs: list[list[Point]] = [[]]
    for x, y in zip(line.x, line.y, strict=True):
        across = _based(x, chart.x_unit, chart.x_log)
        up = _based(y, chart.y_unit, chart.y_log)
        if across is None or up is None:
            runs.append([])
        else:
            runs[-1].append((across, up))
    return [run for run in runs if run]


def _marks(chart: Chart) -> list[Mark]:
    """The marks that have a place on the chart, in base units."""
    placed = []
    for mark in chart.marks:
        x = None if mark.x is None else _based(mark.x, chart.x_unit, chart.x_log)
        y = None if mark.y is None else _based(mark.y, chart.y_unit, chart.y_log)
        if (x is None, y is None) == (mark.x is None, mark.y is None) != (True, True):
            placed.append(Mark(mark.label, x, y))
    return placed


def _thinned(run: Sequence[Point], axis: _Axis) -> list[Point]:
    """The ends of a run, and the lowest and the highest point in each column."""
    kept = {0, len(run) - 1}
    for _, column in groupby(range(len(run)), lambda i: axis.cell(run[i][0])):
        indices = list(column)
        kept |= {min(indices, key=lambda i: run[i][1]), max(indices, key=lambda i: run[i][1])}
    return [run[i] for i in sorted(kept)]


# The chart


def _drawn(
    chart: Chart,
    curves: Sequence[list[list[Point]]],
    marks: Sequence[Mark],
    width: int,
    height: int,
    palette: Palette,
) -> list[str] | None:
    """The lines of a chart from the top, or None where its words leave no room for a canvas."""
    xs = [x for runs in curves for run in runs for x, _ in run]
    ys = [y for runs in curves for run in runs for _, y in run]
    xs += [mark.x for mark in marks if mark.x is not None]
    ys += [mark.y for mark in marks if mark.y is not None]

    # The axis and its ticks take two rows; then the title and the legend come before the labels.
    spare = height - 2 - CANVAS_ROWS
    title, legend = (_plain(chart.title), palette.text), _legend(chart, marks, palette)
    header = _flowed([title, *legend], width)
    if len(header) > spare:
        header = _flowed(legend, width)
    if len(header) > spare:
        return None
    y_row = bool(chart.y_label) and spare > len(header)
    x_row = bool(chart.x_label) and spare > len(header) + y_row
    rows = height - 2 - len(header) - y_row - x_row

    def apart(ticks: Sequence[Tick]) -> bool:
        near = any(after[0] - before[0] < 2 for before, after in pairwise(ticks))
        return len(ticks) <= rows // 3 + 1 and not near

    y_unit, x_unit = chart.y_unit or NUMBER, chart.x_unit or NUMBER
    y = _axis(ys, y_unit, chart.y_log, rows, DOTS[1], apart, around=True, bare=y_row)
    gutter = max(len(label) for _, label in y.ticks) + 1
    columns = width - gutter - 1
    if columns < LEAST_CANVAS:
        return None

    def fits(ticks: Sequence[Tick]) -> bool:
        placed = _under(ticks, gutter + 1, width)
        near = any(b[0] - a[0] - len(a[1]) < len(GAP) for a, b in pairwise(placed))
        return len(ticks) <= columns // 10 + 1 and not near

    x = _axis(xs, x_unit, chart.x_log, columns, DOTS[0], fits, around=False, bare=x_row)

    lines = [_row(pieces, width) for pieces in header]
    if y_row:
        lines.append(_row([(_label(chart.y_label, y.said), palette.text)], width))
    canvas = _canvas(curves, marks, x, y, palette)
    said = dict(y.ticks)
    for row, drawn in zip(reversed(range(rows)), canvas, strict=True):
        beside = _painted(f"{said.get(row, ''):>{gutter - 1}} ", palette.text)
        lines.append(beside + _painted("┤" if row in said else "│", palette.axes) + drawn)
    at = {cell for cell, _ in x.ticks}
    axis = "".join("┬" if cell in at else "─" for cell in range(columns))
    lines.append(" " * gutter + _painted(f"└{axis}", palette.axes))
    below = ""
    for start, label in _under(x.ticks, gutter + 1, width):
        below = f"{below:<{start}}{label}"
    lines.append(_row([(below, palette.text)], width))
    if x_row:
        from rich.cells import cell_len

        label = _cut(_label(chart.x_label, x.said), columns)
        indent = " " * (gutter + 1 + (columns - cell_len(label)) // 2)
        lines.append(_row([(indent + label, palette.text)], width))
    return lines


def _canvas(
    curves: Sequence[list[list[Point]]],
    marks: Sequence[Mark],
    x: _Axis,
    y: _Axis,
    palette: Palette,
) -> list[str]:
    """What stands between the axes, one text a row: levels and uprights, curves, points on top."""
    import plotext

    def draw(points: Iterable[Point], marker: str, colour: Colour) -> None:
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
            draw(
                [(x.middle(a), y.middle(b)) for a in columns for b in rows],
                _sign(mark),
                palette.marks,
            )
    for index, runs in reversed(list(enumerate(curves))):
        (period, on, _), colour = _pen(index, palette)
        for run in runs:
            if len(run) == 1:
                draw([(x.middle(x.cell(a)), y.middle(y.cell(b))) for a, b in run], LONE, colour)
            else:
                draw(_dots(_thinned(run, x), x, y, period, on), "braille", colour)
    for mark in marks:
        if mark.x is not None and mark.y is not None:
            at = x.middle(x.cell(mark.x)), y.middle(y.cell(mark.y))
            draw([at], _sign(mark), palette.marks)
    built: str = plotext.build()
    plotext.clear_figure()
    if palette == PLAIN:
        built = plotext.uncolorize(built)
    return built.splitlines()


def _dots(points: Sequence[Point], x: _Axis, y: _Axis, period: int, on: int) -> Iterator[Point]:
    """The dots of a line from point to point, dash by dash."""
    walked = 0
    for (a, b), (c, d) in pairwise((x.dot(a), y.dot(b)) for a, b in points):
        steps = max(abs(c - a), abs(d - b))
        for n in range(steps):
            if (walked + n) % period < on:
                yield x.at(a + (c - a) * n / steps), y.at(b + (d - b) * n / steps)
        walked += steps
    yield x.place(points[-1][0]), y.place(points[-1][1])


def _pen(index: int, palette: Palette) -> tuple[tuple[int, int, str], Colour]:
    return PENS[index % len(PENS)], palette.lines[index % len(palette.lines)]


def _sign(mark: Mark) -> str:
    return UPRIGHT if mark.y is None else LEVEL if mark.x is None else POINT


# Axes


def _axis(
    values: Sequence[float],
    unit: Unit,
    log: bool,
    cells: int,
    dots: int,
    fit: Callable[[Sequence[Tick]], bool],
    *,
    around: bool,
    bare: bool,
) -> _Axis:
    """An axis that holds the values, with the finest round ticks that fit and read differently.

    Args:
        values: what has to find a place.
        unit: the unit in which they are shown.
        log: whether the axis is logarithmic.
        cells: its length.
        dots: how many dots of braille a cell has in its direction.
        fit: whether ticks fit beside it.
        around: whether it may reach beyond the values to a round number.
        bare: whether it has a label that can say the unit for its ticks.
    """
    low, high = _ends(min(values), max(values), unit, log, around)
    axis = _Axis(low, high, log, cells, dots)
    for numbers in chain(_ticks(low, high, unit, log), [[low, high]]):
        said, labels = _labels(numbers, unit, bare)
        ticks = tuple(zip(map(axis.cell, numbers), labels, strict=True))
        if len(set(labels)) == len(labels) and fit(ticks):
            return replace(axis, ticks=ticks, said=said)
    said, labels = _labels([low], unit, bare)
    return replace(axis, ticks=((0, labels[0]),), said=said)


def _labels(numbers: Sequence[float], unit: Unit, bare: bool) -> tuple[str, list[str]]:
    """The unit that numbers on an axis have in common, if it need not stand on each; and they."""
    readable = _readable(max(map(abs, numbers)), unit)
    parts = [shown_parts(readable.from_base(number), readable) for number in numbers]
    names = {name for _, name in parts}
    first = unit.factors[0][0] if unit.factors else ""
    if bare and len(names) == 1 and first not in FIXED:
        name = names.pop()
        return f"${name}" if name and first == "USD" else name, [number for number, _ in parts]
    # Nothing is nothing in any unit, but a share says 0%.
    return "", [
        number if n == 0 and name not in DIMENSIONLESS else join((number, name))
        for n, (number, name) in zip(numbers, parts, strict=True)
    ]


def _ends(low: float, high: float, unit: Unit, log: bool, around: bool) -> Point:
    """Where an axis begins and ends.

    What three digits cannot tell apart is drawn flat, in the middle. Sizes are judged from zero,
    unless they are all far from it.
    """
    if shown(unit.from_base(low), unit) == shown(unit.from_base(high), unit):
        if log:
            return low / 10, high * 10
        return (min(0.0, 2 * low), max(0.0, 2 * low)) if low else (0.0, 1.0)
    if not around:
        return low, high
    if log:
        floors = [n for n, _ in _round_numbers(low / 10, low, unit)]
        ceilings = [n for n, _ in _round_numbers(high, high * 10, unit)]
        return max(floors, default=low), min(ceilings, default=high)
    if 0 <= low < high / 2:
        low = 0.0
    elif low / 2 < high <= 0:
        high = 0.0
    step = next(n for n, _ in _round_numbers((high - low) / 10, high - low, unit))
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _ticks(low: float, high: float, unit: Unit, log: bool) -> Iterator[list[float]]:
    """Sets of two or more round numbers between the ends of an axis, the finest first."""
    if log:
        numbers = list(_round_numbers(low, high, unit))
        decades = [number for number, whole in numbers if whole]
        if len(numbers) > 1 and len(decades) < 3:
            yield [number for number, _ in numbers]
        for every in range(math.ceil(len(decades) / MOST_TICKS), len(decades)):
            yield decades[::every]
    for step, _ in _round_numbers((high - low) / MOST_TICKS, high - low, unit):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        first = max(first, 1) if log else first
        if last > first:
            yield [n * step for n in range(first, last + 1)]


def _round_numbers(low: float, high: float, unit: Unit) -> Iterator[tuple[float, bool]]:
    """Round numbers from low to high: 1-2-5, or 1 s, 15 s, 1 min, 6 h, 1 day in time.

    Each comes with whether it is a whole one: 1, 10, 100 of a unit.
    """
    readable = _readable(high, unit)
    name = readable.factors[0][0] if readable.factors else ""
    table: Mapping[str, tuple[int, ...]] = {name: ()}
    if name in BINARY[1:]:
        table = BINARY_STEPS
    elif readable.factors == ((name, 1),) and name in TIME:
        table = TIME_STEPS
    sizes = [readable.swapped(name, other).to_base(1.0) for other in table]
    least, most = sizes[0], sizes[-1]
    below = ((n * least, whole) for n, whole in _decades(low / least, high / least) if n < 1)
    between = (
        (n * size, n in (1, 10, 100))
        for size, steps in zip(sizes[:-1], list(table.values())[:-1], strict=True)
        for n in steps
    )
    above = ((n * most, whole) for n, whole in _decades(low / most, high / most) if n >= 1)
    for numbers in (below, between, above):
        for number, whole in numbers:
            if low * (1 - 1e-9) <= number <= high * (1 + 1e-9):
                yield number, whole


def _decades(low: float, high: float) -> Iterator[tuple[float, bool]]:
    for power in range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1):
        for digit in (1, 2, 5):
            yield float(f"{digit}e{power}"), digit == 1


def _readable(number: float, unit: Unit) -> Unit:
    """The unit in which a number is shown: GB for 3e9 bytes."""
    said = shown_parts(unit.from_base(number), unit)[1]
    swaps = (
        unit.swapped(name, other)
        for name, _ in unit.factors
        for family in (*FAMILIES, (*TIME, "week", "month"))
        if name in family
        for other in family
    )
    # Shown money has its $ before the number.
    alike = (u for u in chain([unit], swaps) if str(u).removeprefix("USD") == said)
    return next(alike, unit)


def _under(ticks: Sequence[Tick], origin: int, width: int) -> list[Tick]:
    """Where the words under an axis begin: centred on their ticks, inside the width."""
    return [
        (max(0, min(origin + cell - len(label) // 2, width - len(label))), label)
        for cell, label in ticks
    ]


# Words


def _worded(
    chart: Chart,
    curves: Sequence[list[list[Point]]],
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
        return ": ".join(part for part in (_plain(label), ", ".join(said)) if part)

    facts = [told(mark.label, [(mark.x, mark.y)]) for mark in marks]
    for line, runs in zip(chart.lines, curves, strict=True):
        points = [point for run in runs for point in run]
        if points:
            facts.append(told(line.label, dict.fromkeys((points[0], points[-1]))))
    text = "; ".join(facts) or f"{_plain(chart.title)}: no numbers to draw"
    rows = _wrapped(text, width, height)
    return [_row([(row, palette.text)], width) for row in (*rows, *[""] * (height - len(rows)))]


def _wrapped(text: str, width: int, height: int) -> list[str]:
    """A text broken between words into at most so many rows; all that is left is in the last."""
    from rich.cells import cell_len

    rows: list[str] = []
    for word in text.split():
        if rows and (len(rows) == height or cell_len(f"{rows[-1]} {word}") <= width):
            rows[-1] += f" {word}"
        elif height:
            rows.append(word)
    return rows


def _legend(chart: Chart, marks: Sequence[Mark], palette: Palette) -> list[Piece]:
    """A sample and the name of each line and mark; a line alone is what the chart is called."""
    pieces: list[Piece] = []
    known = ("", chart.title.lower(), chart.y_label.lower())
    for index, line in enumerate(chart.lines):
        (*_, sample), colour = _pen(index, palette)
        if len(chart.lines) > 1 or line.label.lower() not in known:
            pieces.append((f"{sample} {_plain(line.label)}", colour))
    for mark in marks:
        sample = 2 * LEVEL if mark.x is None else _sign(mark)
        pieces.append((f"{sample} {_plain(mark.label)}", palette.marks))
    return pieces


def _flowed(pieces: Iterable[Piece], width: int) -> list[list[Piece]]:
    """Pieces side by side, in as many rows as they need."""
    from rich.cells import cell_len

    rows: list[list[Piece]] = []
    room = 0
    for text, colour in pieces:
        if not text:
            continue
        size = len(GAP) + cell_len(text)
        if size > room or not rows:
            rows.append([(text, colour)])
            room = width - cell_len(text)
        else:
            rows[-1].append((text, colour))
            room -= size
    return rows


def _row(pieces: Sequence[Piece], width: int) -> str:
    """Pieces as one line of exactly so many cells."""
    from rich.cells import cell_len

    texts = [_cut(text, width) for text, _ in pieces]
    used = cell_len(GAP.join(texts))
    painted = [_painted(text, colour) for text, (_, colour) in zip(texts, pieces, strict=True)]
    return GAP.join(painted) + " " * (width - used)


def _label(label: str, unit: str) -> str:
    """What an axis is called, with the unit that its ticks do not say."""
    label = _plain(label)
    if not unit or unit in label.lower():
        return label
    return f"{label} ({unit})" if label else unit


def _plain(text: str) -> str:
    """Text without anything that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cut(text: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width else ""


def _painted(text: str, colour: Colour) -> str:
    if colour is None or not text:
        return text
    code = f"5;{colour}" if isinstance(colour, int) else f"2;{';'.join(map(str, colour))}"
    return f"\x1b[38;{code}m{text}\x1b[0m"
