"""Axes: where each begins and ends, and the finest round ticks that fit beside it.

Everything is in base units; ticks are written in the unit that a person would pick.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from app.charts.round_numbers import round_numbers
from models.show import FAMILIES, TIME, join, rescaled, shown, shown_parts
from models.units import DIMENSIONLESS, Unit

Tick = tuple[int, str]
"""The cell on an axis and the words beside it."""

DOTS_ACROSS: Final = 2
DOTS_UP: Final = 4
"""Dots of braille in a cell."""
MOST_TICKS: Final = 10
FIXED: Final = frozenset((*TIME, "week", "month", *DIMENSIONLESS)).union(*FAMILIES)
"""Units that stand on every tick, as they change along it: others are said once in its label."""


@dataclass(frozen=True, slots=True)
class Axis:
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


def lay_out(
    values: Sequence[float],
    unit: Unit,
    log: bool,
    cells: int,
    dots: int,
    fit: Callable[[Sequence[Tick]], bool],
    *,
    around: bool,
    bare: bool,
) -> Axis:
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
    axis = Axis(low, high, log, cells, dots)
    for numbers in chain(_ticks(low, high, unit, log), [[low, high]]):
        said, labels = _labels(numbers, unit, bare)
        ticks = tuple(zip(map(axis.cell, numbers), labels, strict=True))
        if len(set(labels)) == len(labels) and fit(ticks):
            return replace(axis, ticks=ticks, said=said)
    said, labels = _labels([low], unit, bare)
    return replace(axis, ticks=((0, labels[0]),), said=said)


def _labels(numbers: Sequence[float], unit: Unit, bare: bool) -> tuple[str, list[str]]:
    """The unit that numbers on an axis have in common, if it need not stand on each; and they."""
    _, readable = rescaled(unit.from_base(max(map(abs, numbers))), unit)
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


def _ends(low: float, high: float, unit: Unit, log: bool, around: bool) -> tuple[float, float]:
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
        floors = [n for n, _ in round_numbers(low / 10, low, unit)]
        ceilings = [n for n, _ in round_numbers(high, high * 10, unit)]
        return max(floors, default=low), min(ceilings, default=high)
    if 0 <= low < high / 2:
        low = 0.0
    elif low / 2 < high <= 0:
        high = 0.0
    step = next(n for n, _ in round_numbers((high - low) / 10, high - low, unit))
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _ticks(low: float, high: float, unit: Unit, log: bool) -> Iterator[list[float]]:
    """Sets of two or more round numbers between the ends of an axis, the finest first."""
    if log:
        numbers = list(round_numbers(low, high, unit))
        decades = [number for number, whole in numbers if whole]
        if len(numbers) > 1 and len(decades) < 3:
            yield [number for number, _ in numbers]
        for every in range(math.ceil(len(decades) / MOST_TICKS), len(decades)):
            yield decades[::every]
    for step, _ in round_numbers((high - low) / MOST_TICKS, high - low, unit):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        first = max(first, 1) if log else first
        if last > first:
            yield [n * step for n in range(first, last + 1)]


def under(ticks: Sequence[Tick], origin: int, width: int) -> list[Tick]:
    """Where the words under an axis begin: centred on their ticks, inside the width.

    Args:
        ticks: the cells counted from the beginning of the axis.
        origin: the cell of the line in which the axis begins.
        width: cells of the line.
    """
    return [
        (max(0, min(origin + cell - len(label) // 2, width - len(label))), label)
        for cell, label in ticks
    ]
