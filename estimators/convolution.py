"""The distribution of the time that steps take together, and its percentiles.

Steps follow each other, so their distributions are convolved; branches and parallel calls run side
by side, so their distribution functions are multiplied. Both are done on a grid of equal steps of
time, by Fourier transform: nothing is drawn, so the result moves smoothly with what it follows
from. A chance is a probability: a slow store that a tenth of the requests goes to is a fat tail,
not a longer mean.

The grid ends soon after the percentile. What takes longer lies above it and is left out, as no time
is negative; what would wrap around the end is damped away.

Source: Grübel and Hermesmeier, Computation of compound distributions I (ASTIN Bulletin 29, 1999),
for the damping; Klugman, Panjer and Willmot, Loss Models, for a first cell that keeps the mean
(local moment matching).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from estimators.points import Array

FINE: Final = 4
"""A percentile below this part of the grid is not told finely enough."""
BEYOND: Final = 1.5
"""How far beyond a percentile its grid ends."""
SHORTEST: Final = 1e-12
"""Seconds below which no percentile is sought."""
ROUNDS: Final = 12
"""Grids that are tried at most; each finer one is finer by as much as it has cells."""
DAMPING: Final = math.log(1e7)
"""What wraps around the end is so much smaller."""
STEADY: Final = 1e-9
"""A lognormal of no more spread than this is a constant."""
TABLE_REACH, TABLE_STEPS = 8.0, 8192
PARTS: Final = ("median", "sigma", "waiting", "wait", "chance", "calls", "pause")

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps in numbers, in the order in which a request takes them.

    Each array has a row for every step, and a column for every case, or one that holds in all.

    Args:
        median: of one operation, lognormal, seconds.
        sigma: the standard deviation of its logarithm.
        waiting: the chance that it waits for a server; nan where that is saturated.
        wait: how long it waits on average if it does, exponential, seconds.
        chance: the share of requests to which the step happens at all.
        calls: how many operations there are; between two whole numbers a chance of one more.
        pause: what passes before it in every case, seconds.
        parallel: for each step whether its operations are made at once.
        branches: steps of one branch follow each other, branches run side by side; None for
            neither.
    """

    median: Array
    sigma: Array
    waiting: Array
    wait: Array
    chance: Array
    calls: Array
    pause: Array
    parallel: tuple[bool, ...]
    branches: tuple[str | None, ...]

    @property
    def cases(self) -> int:
        """How many cases there are."""
        widths: set[int] = {getattr(self, name).shape[1] for name in PARTS}
        return max(widths)

    def moments(self) -> tuple[Array, Array]:
        """Mean and variance of what each step takes, its chance included."""
        growth = np.exp(self.sigma**2)
        mean = self.median * np.sqrt(growth)
        variance = mean**2 * (growth - 1) + self.wait**2 * self.waiting * (2 - self.waiting)
        mean = mean + self.waiting * self.wait
        at_once = np.array(self.parallel).reshape(-1, 1)
        if at_once.any():
            # The longest of several is longer than any, but for as much as this.
            longest = mean + np.sqrt(8 * np.log(np.maximum(self.calls, 1)) * variance)
            mean = np.where(at_once, longest, mean * self.calls)
            variance = np.where(at_once, variance, variance * self.calls)
        else:
            mean, variance = mean * self.calls, variance * self.calls
        variance = self.chance * (variance + (1 - self.chance) * mean**2)
        return self.chance * mean + self.pause, variance

    def slowest(self, share: float) -> Array:
        """About what each step takes in the slowest share of the requests, at least."""
        parallel = np.array(self.parallel, dtype=bool).reshape(-1, 1)
        at_once, in_turn = (np.where(of, self.calls, 1.0) for of in (parallel, ~parallel))
        chance = np.minimum(share / np.maximum(self.chance * at_once, share), 0.5)
        # Abramowitz and Stegun 26.2.22: the normal score above which that chance lies.
        t = np.sqrt(-2 * np.log(chance))
        score = t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t**2)
        waited = self.wait * np.log(np.maximum(self.waiting / share, 1.0))
        one = self.median * np.exp(self.sigma * score)
        mean = self.median * np.exp(self.sigma**2 / 2)
        slowest: Array = in_turn * mean + np.sqrt(in_turn) * (one - mean) + waited + self.pause
        return slowest

    def at(self, cases: npt.NDArray[np.intp]) -> Steps:
        """The same steps in some of the cases."""
        parts = {name: getattr(self, name) for name in PARTS}
        return replace(self, **{n: p[:, cases] for n, p in parts.items() if p.shape[1] > 1})


def percentile(steps: Steps, shares: Array, cells: int, near: Array) -> Array:
    """The time that a share of the requests take at most, in every case.

    Args:
        steps: what a request goes through.
        shares: for each case, 0.5 for the p50, 0.99 for the p99.
        cells: of the grid.
        near: about where each percentile lies, in seconds: the nearer, the fewer grids are tried.

    Returns:
        Seconds, one for each case; nan where a step is saturated, and `near` not finite.
    """
    reach = np.maximum(near, SHORTEST) * BEYOND
    result = np.full(shares.shape, np.nan)
    left = np.flatnonzero(np.isfinite(reach))
    for _ in range(ROUNDS):
        if not len(left):
            break
        dt = reach[left] / cells
        found = _read(_passed(steps.at(left), dt, cells), shares[left])
        result[left] = found * dt
        beyond, coarse = np.isnan(found), found < cells / FINE
        reach[left] = np.where(beyond, 2 * BEYOND * reach[left], (found + 1) * dt * BEYOND)
        left = left[beyond | coarse]
    return result


def _read(passed: Array, shares: Array) -> Array:
    """The cell by which a share has passed, by straight lines between cells; nan if none."""
    reached = passed >= shares[:, np.newaxis]
    first = np.argmax(reached, axis=1)
    rows = np.arange(len(passed))
    after = passed[rows, first]
    before = np.where(first > 0, passed[rows, first - 1], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.where(after > before, (shares - before) / (after - before), 1.0)
    cell: Array = np.where(reached[rows, first], np.maximum(first - 0.5 + within, 0.0), np.nan)
    return cell


def _passed(steps: Steps, dt: Array, cells: int) -> Array:
    """The share of the requests that have passed all steps by each cell's end, for each case."""
    with np.errstate(all="ignore"):
        each = _transforms(steps, dt[:, np.newaxis], cells)
        total = np.ones((len(dt), cells // 2 + 1), dtype=complex)
        for group in _groups(steps.branches):
            if len(group) == 1:
                (series,) = group
                total = total * each[series].prod(axis=0)
                continue
            passed = np.ones((len(dt), cells))
            for branch in group:
                passed = passed * _shares(each[branch].prod(axis=0), cells)
            total = total * _transformed(_masses(passed))
        return _shares(total, cells)


def _groups(branches: tuple[str | None, ...]) -> Iterator[list[list[int]]]:
    """The steps that follow each other; of branches that run side by side, each one's."""
    for side_by_side, steps in groupby(range(len(branches)), lambda i: branches[i] is not None):
        if not side_by_side:
            yield [list(steps)]
            continue
        found: dict[str | None, list[int]] = {}
        for step in steps:
            found.setdefault(branches[step], []).append(step)
        yield list(found.values())


def _transforms(steps: Steps, dt: Array, cells: int) -> Complex:
    """Of each step, in each case: its calls, its chance, and the pause before it."""
    parts = (steps.median, steps.sigma, steps.waiting, steps.wait)
    median, sigma, waiting, wait = (part[..., np.newaxis] for part in parts)
    each = _service(median, sigma, dt, cells)
    if waiting.any():
        each = each * _waiting(waiting, wait, dt, cells)
    several, parallel = (steps.calls != 1).any(axis=1), np.array(steps.parallel, dtype=bool)
    calls = steps.calls[..., np.newaxis]
    if (in_turn := several & ~parallel).any():
        each[in_turn] = _several(each[in_turn], calls[in_turn])
    if (at_once := several & parallel).any():
        passed = np.clip(_shares(each[at_once], cells), 0, 1)
        each[at_once] = _transformed(_masses(_several(passed, calls[at_once])))
    chance, pause = steps.chance[..., np.newaxis], steps.pause[..., np.newaxis]
    if (chance != 1).any():
        each = 1 - chance + chance * each
    return each * _constant(pause, dt, cells) if pause.any() else each


def _several(once: Any, calls: Array) -> Any:
    """So many of what multiplies: transforms in series, distribution functions side by side."""
    whole = np.floor(calls)
    return once**whole * (1 + (calls - whole) * (once - 1))


def _service(median: Array, sigma: Array, dt: Array, cells: int) -> Complex:
    """A lognormal; one without spread is a constant."""
    scores = (_log_edges(cells) - np.log(median / dt)) / np.maximum(sigma, STEADY)
    mass = _masses(_normal_share(scores))
    # What is nearer to none than to one cell is shared between both so that its mean stays.
    mean = median / dt * np.exp(sigma**2 / 2) * _normal_share(scores[..., :1] - sigma)
    mass[..., :1] -= mean
    mass[..., 1:2] += mean
    spread = _transformed(mass)
    steady = (sigma <= STEADY) | (median <= 0)
    if steady.any():
        constant: Complex = np.where(steady, _constant(median, dt, cells), spread)
        return constant
    return spread


def _waiting(waiting: Array, wait: Array, dt: Array, cells: int) -> Complex:
    """Nothing, or with the chance to wait an exponential time; cells keep the mean."""
    turn = _turns(cells)
    steps = dt / np.maximum(wait, 1e-300)
    ends = -np.expm1(-steps)
    late = waiting * ends / steps
    waited: Complex = 1 - late + late * ends * turn / (1 - (1 - ends) * turn)
    return waited


def _constant(time: Array, dt: Array, cells: int) -> Complex:
    """A fixed time, shared between the two cells that it lies between."""
    whole = np.floor(time / dt)
    rest = time / dt - whole
    turn = _turns(cells)
    late: Complex = turn**whole * (1 - rest + rest * turn)
    return late


def _masses(passed: Array) -> Array:
    """What passes within each cell."""
    mass = passed.copy()
    mass[..., 1:] -= passed[..., :-1]
    return mass


def _transformed(mass: Array) -> Complex:
    transformed: Complex = np.fft.rfft(mass * _damped(mass.shape[-1]))
    return transformed


def _shares(transform: Complex, cells: int) -> Array:
    mass = np.fft.irfft(transform, cells) / _damped(cells)
    return mass.cumsum(axis=-1)


@cache
def _damped(cells: int) -> Array:
    damped: Array = np.exp(-DAMPING * np.arange(cells) / cells)
    return damped


@cache
def _turns(cells: int) -> Complex:
    """The transform of one cell's time."""
    turns: Complex = np.exp(-(DAMPING + 2j * np.pi * np.arange(cells // 2 + 1)) / cells)
    return turns


@cache
def _log_edges(cells: int) -> Array:
    edges: Array = np.log(np.arange(cells) + 0.5)
    return edges


@cache
def _normal_table() -> tuple[Array, Array]:
    """The standard normal distribution function, and by how much it rises to the next entry."""
    scores = np.linspace(-TABLE_REACH, TABLE_REACH, TABLE_STEPS + 1)
    table = np.array([math.erfc(-z / math.sqrt(2)) / 2 for z in scores])
    return table, np.diff(table)


def _normal_share(scores: Array) -> Array:
    """The share of a standard normal below some scores, from a table, to 1e-7."""
    table, rises = _normal_table()
    place = scores * (TABLE_STEPS / (2 * TABLE_REACH))
    place += TABLE_STEPS / 2
    np.clip(place, 0, TABLE_STEPS - 1e-9, out=place)
    left = place.astype(np.intp)
    place -= left
    place *= rises.take(left)
    place += table.take(left)
    return place
