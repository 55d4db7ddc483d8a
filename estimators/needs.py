"""The band of a solution: what an input would have to be, while the others are uncertain.

At every point of the sample the wanted number is a function of the one input. Whether it keeps to
what is wanted is looked up at places around the solution at the medians, nearer and farther by
ratio; where that changes, nearest to the solution, is bisected, all points at once.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from estimators.belief import P95
from estimators.lognormal import Lognormal
from estimators.points import POINTS, Array
from estimators.sample import Percentiles, Sample, band_of
from estimators.solve import TOLERANCE, Outcome, Sense, Solution

OFFSETS: Final = 0.05 * 1.25 ** np.arange(33)
"""How far from the solution one looks, in logarithms: from a twentieth to a factor of 1e27."""
HALVINGS: Final = 52
BELOW, ABOVE, NOWHERE = 0, 1, 2
"""A number is below what is wanted (or within the limit), above it (or beyond), or is none."""

Flags = npt.NDArray[np.bool_]
End = Literal["either", "lower", "upper"]


def needs_bands(
    sample: Sample, target: str, want: float, by: str, sense: Sense, solution: Solution
) -> tuple[Percentiles | None, ...]:
    """For each value that a solve found, p5, p50 and p95 of it in base units.

    Args:
        sample: the scenario's numbers with what is not known of them.
        target: the number that was solved for, and `want`: what it should be, in base units.
        by: the input that may change.
        sense: whether the number should be `want`, or at most, or at least that.
        solution: what was found with all other inputs at their medians.

    Returns:
        None for a value that hangs on no other uncertain input, and for what is bought. `missing`
        is the share of what is believed in which no value of the input gives what is wanted.
    """
    values = solution.values
    others = [name for name in sample.engine.needs[target] if name != by]
    if target in sample.engine.planned:
        return (None,) * len(values)  # it is sized for p95 already
    if target == by or all(sample.is_certain(name) for name in others):
        return (None,) * len(values)
    power = _power(sample, target, by)
    if power and solution.outcome in ("one", "at most", "at least"):
        return tuple(_exact(sample, target, by, value.base, power) for value in values)
    probe = _Probe(sample, target, want, by, sense, solution.outcome)
    ends: tuple[End, ...] = ("lower", "upper") if solution.outcome == "interval" else ()
    single: End = "upper" if solution.outcome == "at most" else "lower"
    ends = ends or (single if sense != "=" else "either",) * len(values)
    return tuple(probe.band(value.base, end) for value, end in zip(values, ends, strict=True))


def _power(sample: Sample, target: str, by: str) -> float | None:
    """The power of one input in a number that is a product of powers; None where it is not."""
    if sample.lognormal(target) is None or sample.engine.preset.changeable[by].share:
        return None
    now = sample.values[by]
    curve = sample.engine.curve(sample.values, target, by)
    with np.errstate(all="ignore"):
        first, second = (
            math.log(float(curve(now * factor)) / sample.values[target]) / math.log(factor)
            if curve(now * factor) > 0
            else math.nan
            for factor in (2.0, 0.125)
        )
    return first if first and abs(first - second) < 1e-9 * abs(first) else None


def _exact(
    sample: Sample, target: str, by: str, solution: float, power: float
) -> Percentiles | None:
    """The band in closed form: what is needed is a product of powers as well."""
    exact = sample.lognormal(target)
    assert exact is not None
    weights = exact.weights.copy()
    if by in sample.names:
        weights[sample.names.index(by)] = 0.0
    reach = P95 * sample.deviation(Lognormal(1.0, weights)) / abs(power)
    if solution <= 0 or reach > 300:
        return None
    return Percentiles(solution * math.exp(-reach), solution, solution * math.exp(reach))


class _Probe:
    """One number as a function of one input, at every point of the sample."""

    def __init__(
        self, sample: Sample, target: str, want: float, by: str, sense: Sense, outcome: Outcome
    ) -> None:
        engine = sample.engine
        self.want, self.sense, self.outcome = want, sense, outcome
        self.share = engine.preset.changeable[by].share
        points = {name: sample.points(name) for name in sample.values}
        self.curve = engine.curve(points, target, by)

    def at(self, place: Array) -> Array:
        """The number, where the input's logarithm is so much, or the log odds of a share."""
        y = np.asarray(self.curve(self.value(place)), dtype=float)
        return np.broadcast_to(y, POINTS)

    def value(self, place: Array) -> Array:
        return 1 / (1 + np.exp(-place)) if self.share else np.exp(place)

    def state(self, place: Array, end: End) -> Array:
        """BELOW, ABOVE or NOWHERE."""
        y, slack = self.at(place), TOLERANCE * abs(self.want)
        if self.sense == ">=":
            beyond = y < self.want - slack
        elif self.sense == "<=" or end == "upper":
            beyond = y > self.want + slack
        else:
            beyond = y >= self.want - slack
        return np.where(np.isfinite(y), np.where(beyond, ABOVE, BELOW), NOWHERE)

    def band(self, solution: float, end: End) -> Percentiles | None:
        if solution <= 0 or (self.share and solution >= 1):
            return None
        centre = math.log(solution / (1 - solution)) if self.share else math.log(solution)
        places = centre + np.concatenate((-OFFSETS[::-1], [0.0], OFFSETS))
        with np.errstate(all="ignore"):
            states = np.array([self.state(np.full(POINTS, p), end) for p in places])
            first, second = self.changes(states, end)
            left, right = self.bisected(places[first], places[second], end)
            found = self.value(right if self.sense == "=" else left)
            found = np.where(self.is_met(right, first != second), found, np.nan)
            if self.sense != "=":
                found = np.where(first == second, self.open_end(states, places, end), found)
            return band_of(found)

    def changes(self, states: Array, end: End) -> tuple[Array, Array]:
        """For every point the two places nearest to the solution between which the state changes.

        The first of the two is one at which there is a number; both are the same where there is no
        change.
        """
        here, there = states[:-1], states[1:]
        rises, falls = (here == BELOW) & (there == ABOVE), (here == ABOVE) & (there == BELOW)
        fades, begins = (there == NOWHERE) & (here != there), (here == NOWHERE) & (here != there)
        if self.sense != "=":
            # An end of a stretch: within on the one side, beyond or nothing on the other.
            rises, falls = rises & (end == "upper"), falls & (end == "lower")
            fades = fades & (here == BELOW) & (end == "upper")
            begins = begins & (there == BELOW) & (end == "lower")
        middle = len(OFFSETS)
        index = np.arange(len(here))[:, np.newaxis]
        distance = np.where(index < middle, middle - 1 - index, index - middle) + 0.0
        sure, edge = rises | falls, fades | begins
        cost = np.where(sure, distance, np.where(edge, distance + 2 * middle, np.inf))
        best = cost.argmin(axis=0)
        columns = np.arange(POINTS)
        changes = np.isfinite(cost[best, columns])
        backwards = begins[best, columns] | (falls[best, columns] & (self.sense != "="))
        first = np.where(backwards, best + 1, best)
        second = np.where(backwards, best, best + 1)
        return first, np.where(changes, second, first)

    def bisected(self, left: Array, right: Array, end: End) -> tuple[Array, Array]:
        begun = self.state(left, end)
        for _ in range(HALVINGS):
            middle = (left + right) / 2
            same = self.state(middle, end) == begun
            left, right = np.where(same, middle, left), np.where(same, right, middle)
        return left, right

    def is_met(self, place: Array, changes: Flags) -> Flags:
        """Whether what was found is a solution: not where the number only jumps over it."""
        if self.sense != "=" or self.outcome == "interval":
            return changes
        near = np.abs(self.at(place) - self.want) <= 1e-6 * abs(self.want)
        return np.asarray(changes & near)

    def open_end(self, states: Array, places: Array, end: End) -> Array:
        """Where the limit is kept everywhere, as far as one looks; nan where it is nowhere."""
        farthest = places[-1] if end == "upper" else places[0]
        kept = (states == BELOW).any(axis=0)
        return np.where(kept, self.value(np.full(POINTS, farthest)), np.nan)
