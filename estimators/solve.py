"""Solving: which value of one input makes a number what is wanted, or keeps it within a limit.

The input's domain is scanned on a grid (24 decades either way of its value for a quantity, 0..1
for a share), every crossing is bisected, and every plateau is measured to its ends. So an answer
is one value, an interval, several values, or none, each said as such. A limit (at most 12 nodes, at
least 99.9%) is kept on stretches of the domain, measured the same way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from estimators.engine import Engine
from models.band import Band
from models.preset import Input
from models.quantity import Quantity
from models.units import Unit, join

DECADES: Final = 24
PER_DECADE: Final = 40
TOLERANCE: Final = 1e-9
FLAT: Final = 1e-6
"""A value that may move by this share of itself without leaving the tolerance is on a plateau."""

Sense = Literal["=", "<=", ">="]
Outcome = Literal["one", "interval", "several", "none", "at most", "at least", "any"]


@dataclass(frozen=True, slots=True)
class Solution:
    """What a solve found.

    Args:
        outcome: one value, an interval, several values, none, or any; where a limit is to be
            kept, also all values up to one, or from one on.
        values: the value; the lower and the upper end of an interval; the several values,
            nearest to the present first.
        nearest: of all that give it, the value nearest to the present one; None if none does.
        why: for an outcome other than one value, a sentence.
        bands: for each of the values, what is not known of it while other inputs are uncertain;
            empty until it is asked for (`estimators.needs`).
    """

    outcome: Outcome
    values: tuple[Quantity, ...]
    nearest: Quantity | None
    why: str = ""
    bands: tuple[Band | None, ...] = ()


def solve(
    engine: Engine,
    values: Mapping[str, float],
    target: str,
    want: float,
    by: str,
    sense: Sense = "=",
) -> Solution:
    """Find the value of one input for which a number is what is wanted.

    Args:
        engine: the compiled formulas.
        values: every input and derived number in base units, as they are now.
        target: an input or a derived number.
        want: what it should be, in base units.
        by: the input that may change.
        sense: whether the number should be `want`, or at most, or at least that.

    Returns:
        Values in the unit of the input, each reproducing `want` to a billionth.
    """
    unit = engine.preset.changeable[by].unit
    if target == by:
        return _itself(
            Quantity.of_base(want, unit), values[by], sense, engine.preset.changeable[by]
        )
    if by not in engine.needs[target]:
        return Solution("none", (), None, f"{target} does not hang on {by}")
    with np.errstate(all="ignore"):
        probe = _Probe(engine, values, target, want, by, sense)
        return _solved(probe, values[by]) if sense == "=" else _kept(probe, values[by])


def _itself(wanted: Quantity, present: float, sense: Sense, given: Input) -> Solution:
    """An input that is wanted to be something: it just is, if that lies within its domain."""
    now = Quantity.of_base(present, wanted.unit)
    if given.share and wanted.base > 1:
        if sense == "<=":
            return Solution("any", (), now, "any share keeps it")
        return Solution("none", (), None, "a share lies between 0% and 100%")
    outcome: Outcome = "one" if sense == "=" else "at most" if sense == "<=" else "at least"
    keeps = {"=": False, "<=": present <= wanted.base, ">=": present >= wanted.base}[sense]
    return Solution(outcome, (wanted,), now if keeps else wanted)


def _kept(probe: _Probe, present: float) -> Solution:
    """Where a limit is kept: the stretch around the present value, or the one nearest to it."""
    spans = sorted(probe.spans(), key=lambda span: _distance(span, present))
    if not spans:
        return Solution("none", (), None, probe.nearest_miss())
    low, high = spans[0]
    first, last = (Quantity.of_base(end, probe.unit) for end in (low, high))
    nearest = Quantity.of_base(_closest(spans[0], present), probe.unit)
    open_below, open_above = probe.is_bottom(low), probe.is_top(high)
    more = len(spans) - 1
    others = f"; {more} more such stretch{'es' * (more != 1)}" if more else ""
    if open_below and open_above:
        return Solution("any", (), nearest, f"any {probe.by} keeps it")
    if open_below:
        return Solution("at most", (last,), nearest, f"up to {last.shown} it is kept{others}")
    if open_above:
        return Solution("at least", (first,), nearest, f"from {first.shown} on it is kept{others}")
    why = f"from {first.shown} to {last.shown} it is kept{others}"
    return Solution("interval", (first, last), nearest, why)


def _solved(probe: _Probe, present: float) -> Solution:
    unit = probe.unit
    spans = probe.spans()
    if not spans:
        return Solution("none", (), None, probe.nearest_miss())
    spans.sort(key=lambda span: _distance(span, present))
    found = tuple(
        Quantity.of_base(present, unit)
        if low < present < high
        else probe.tidy(_closest((low, high), present))
        for low, high in spans
    )
    if len(spans) > 1:
        return Solution("several", found, found[0], f"{join(v.shown for v in found)} all give it")
    if spans[0][0] == spans[0][1]:
        return Solution("one", found, found[0])
    if probe.is_bottom(spans[0][0]) and probe.is_top(spans[0][1]):
        return Solution("any", (), found[0], f"any {probe.by} gives it")
    low, high = (Quantity.of_base(end, unit) for end in spans[0])
    return Solution(
        "interval", (low, high), found[0], f"any value from {low.shown} to {high.shown} gives it"
    )


class _Probe:
    """One number as a function of one input, everything else held."""

    def __init__(
        self,
        engine: Engine,
        values: Mapping[str, float],
        target: str,
        want: float,
        by: str,
        sense: Sense,
    ) -> None:
        self.engine, self.target, self.want, self.by = engine, target, want, by
        self.sense = sense
        self.share = engine.preset.changeable[by].share
        self.at = engine.curve(values, target, by)
        self.grid = _shares() if self.share else _around(values[by])
        self.found = self.over(self.grid)
        known = np.isfinite(self.found)
        brinks = [self.brink(int(i)) for i in np.flatnonzero(known[:-1] != known[1:])]
        if brinks:
            self.grid = np.unique(np.concatenate((self.grid, brinks)))
            self.found = self.over(self.grid)

    def over(self, grid: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The number at every point of a grid."""
        found = np.asarray(self.at(grid), dtype=float)
        return np.broadcast_to(found, grid.shape)

    def brink(self, i: int) -> float:
        """The last point that has a value, between one that has and a neighbour that has none."""
        ends = float(self.grid[i]), float(self.grid[i + 1])
        has, has_not = ends if np.isfinite(self.found[i]) else ends[::-1]
        for _ in range(200):
            middle = self.between(has, has_not)
            if middle in (has, has_not):
                break
            if math.isfinite(self.at(middle)):
                has = middle
            else:
                has_not = middle
        return has

    @property
    def unit(self) -> Unit:
        return self.engine.preset.changeable[self.by].unit

    def hits(self, y: Any) -> Any:
        """Whether a value is what is wanted, or within the limit."""
        off = y - self.want if self.sense == "<=" else self.want - y
        off = abs(off) if self.sense == "=" else off
        return off <= TOLERANCE * abs(self.want)

    def is_bottom(self, x: float) -> bool:
        """Whether a stretch that begins here begins with the domain, be it but above nothing."""
        return bool(x <= 2 * self.grid[self.grid > 0][0])

    def is_top(self, x: float) -> bool:
        """Whether a stretch that ends here ends with the domain."""
        return bool(x >= self.grid[-1])

    def spans(self) -> list[tuple[float, float]]:
        """Every stretch of the domain in which the wanted value is met; a point is a stretch."""
        signs = np.where(np.isfinite(self.found), np.sign(self.found - self.want), np.nan)
        met = self.hits(self.found)
        signs[met] = 0
        begins = np.flatnonzero(met & ~np.concatenate(([False], met[:-1])))
        spans = [self.plateau(int(i)) for i in begins]
        if self.sense != "=":
            return spans
        for i in np.flatnonzero(signs[:-1] * signs[1:] < 0):
            crossing = self.bisect(float(self.grid[i]), float(self.grid[i + 1]))
            if crossing is not None:
                spans.append(crossing)
        return spans

    def plateau(self, first: int) -> tuple[float, float]:
        """The ends of a run of grid points that all meet the wanted value."""
        last = first
        while last + 1 < len(self.grid) and self.hits(self.found[last + 1]):
            last += 1
        low, high = float(self.grid[first]), float(self.grid[last])
        if first > 0:
            low = self.edge(low, float(self.grid[first - 1]))
        if last + 1 < len(self.grid):
            high = self.edge(high, float(self.grid[last + 1]))
        if self.sense != "=" or high - low > FLAT * high:
            return low, high
        return (float(self.grid[first]),) * 2

    def edge(self, inside: float, outside: float) -> float:
        """The last value on the way out that still meets the wanted value."""
        for _ in range(200):
            middle = self.between(inside, outside)
            if middle in (inside, outside):
                break
            if self.hits(self.at(middle)):
                inside = middle
            else:
                outside = middle
        return inside

    def bisect(self, low: float, high: float) -> tuple[float, float] | None:
        """Where the number crosses the wanted value, or None where it jumps over it."""
        rising = self.at(low) < self.want
        left, right = low, high
        for _ in range(200):
            middle = self.between(left, right)
            if middle in (left, right):
                break
            y = self.at(middle)
            if y == self.want:
                break
            if (y < self.want) == rising:
                left = middle
            else:
                right = middle
        if not self.hits(self.at(middle)):
            return None
        if not any(self.hits(self.at(middle * step)) for step in (1 - FLAT, 1 + FLAT)):
            return middle, middle
        return self.edge(middle, low), self.edge(middle, high)

    def between(self, a: float, b: float) -> float:
        """Halfway, by ratio where the domain is scanned by ratio."""
        if self.share or min(a, b) <= 0:
            return (a + b) / 2
        return math.sqrt(a) * math.sqrt(b)

    def tidy(self, x: float) -> Quantity:
        """The shortest number in the input's unit that still meets the wanted value."""
        unit = self.unit
        exact = Quantity.of_base(x, unit)
        for digits in range(1, 17):
            short = Quantity(float(f"{exact.magnitude:.{digits}g}"), unit)
            if self.hits(self.at(short.base)):
                return short
        return exact

    def nearest_miss(self) -> str:
        """How near the number comes, in a sentence."""
        finite = np.isfinite(self.found)
        unit = self.engine.unit(self.target)
        if not finite.any():
            return f"{self.target} has no finite value for any {self.by}"
        off = np.where(finite, np.abs(self.found - self.want), np.inf)
        best = int(np.argmin(off))
        at = Quantity.of_base(float(self.grid[best]), self.unit)
        comes_to = Quantity.of_base(float(self.found[best]), unit)
        nearest = f"{self.target} comes nearest with {comes_to.shown} at {at.shown}"
        return f"no {self.by} {'gives' if self.sense == '=' else 'keeps'} it: {nearest}"


def _shares() -> npt.NDArray[np.float64]:
    odds = np.exp(np.linspace(-40.0, 36.0, 1600))
    return np.concatenate(([0.0], odds / (1 + odds), [1.0]))


def _around(present: float) -> npt.NDArray[np.float64]:
    """Nothing, and a grid by ratio around the present value."""
    steps = np.arange(-DECADES * PER_DECADE, DECADES * PER_DECADE + 1) / PER_DECADE
    return np.concatenate(([0.0], (present or 1.0) * 10.0**steps))


def _distance(span: tuple[float, float], present: float) -> float:
    nearest = _closest(span, present)
    return abs(math.log(nearest / present)) if nearest > 0 and present > 0 else math.inf


def _closest(span: tuple[float, float], present: float) -> float:
    return min(max(present, span[0]), span[1])
