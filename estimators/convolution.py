"""The distribution of the time that steps take together, and its percentiles.

Steps follow each other, so their distributions are convolved; branches and parallel calls run side
by side, so their distribution functions are multiplied. Both are done on a grid of equal steps of
time, by Fourier transform: nothing is drawn, so the result moves smoothly with what it follows
from. A chance is a probability: a slow store that a tenth of the requests goes to is a fat tail,
not a longer mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt

from estimators.points import Array

REACH: Final = 12.0
"""Standard deviations beyond the mean that the grid covers."""
FINE: Final = 32
"""Cells below which a percentile is not told finely enough."""
REFINED: Final = 6
"""How often a grid is made finer at most: by a thousand and more."""
TABLE_REACH, TABLE_STEPS = 8.0, 8192

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Step:
    """One step in numbers, each an array of one column: a row for every case.

    Args:
        median: of one operation, lognormal, seconds.
        sigma: the standard deviation of its logarithm.
        waiting: the chance that it waits for a server.
        wait: how long it waits on average if it does, exponential, seconds.
        chance: the share of requests to which the step happens at all.
        calls: how many operations there are; between two whole numbers a chance of one more.
        pause: what passes before it in every case, seconds.
        parallel: whether the operations are made at once.
        branch: steps of one branch follow each other, branches run side by side; None for neither.
    """

    median: Array
    sigma: Array
    waiting: Array
    wait: Array
    chance: Array
    calls: Array
    pause: Array
    parallel: bool
    branch: str | None

    @property
    def parts(self) -> tuple[Array, ...]:
        """All its numbers."""
        return (
            self.median, self.sigma, self.waiting, self.wait, self.chance, self.calls, self.pause
        )  # fmt: skip

    def mean_and_variance(self) -> tuple[Array, Array]:
        """Of the time that it takes, its chance included."""
        mean = self.median * np.exp(self.sigma**2 / 2)
        variance = mean**2 * np.expm1(self.sigma**2)
        variance = variance + self.wait**2 * (2 * self.waiting - self.waiting**2)
        mean = mean + self.waiting * self.wait
        if self.parallel:
            # The longest of several is longer than any; this only has to reach far enough.
            mean = mean + np.sqrt(2 * np.log(np.maximum(self.calls, 1)) * variance) * 2
        else:
            mean, variance = mean * self.calls, variance * self.calls
        total = self.chance * (variance + mean**2) - (self.chance * mean) ** 2
        return self.chance * mean + self.pause, np.maximum(total, 0)


def percentile(steps: Sequence[Step], share: float, cells: int) -> Array:
    """The time that a share of the requests take at most, in every case.

    Args:
        steps: in the order in which a request takes them.
        share: 0.5 for the p50, 0.99 for the p99.
        cells: of the grid.

    Returns:
        Seconds, one for every row; nan where a step is saturated (its wait is nan).
    """
    rows = max((len(part) for step in steps for part in step.parts), default=1)
    moments = [step.mean_and_variance() for step in steps]
    mean = np.zeros((rows, 1)) + sum(m for m, _ in moments)
    variance = np.zeros((rows, 1)) + sum(v for _, v in moments)
    dt = np.maximum(1.5 * mean + REACH * np.sqrt(variance), 1e-12) / cells
    saturated = ~np.isfinite(dt)
    dt = np.where(saturated, 1.0, dt)
    return np.where(saturated[:, 0], np.nan, _fine(steps, dt, cells, share))


def _fine(steps: Sequence[Step], dt: Array, cells: int, share: float) -> Array:
    """A percentile on a grid fine enough for it: a rare slow step makes the first one coarse.

    On a finer grid, what takes longer than it reaches is left out: it lies above the percentile.
    """
    passed = _passed(steps, dt, cells)
    result = _quantile(passed, dt, share)
    for _ in range(REFINED):
        coarse = result < FINE * dt[:, 0]
        if not coarse.any():
            break
        finer = np.maximum(result, dt[:, 0] / 2)[:, np.newaxis] / (1.2 * FINE)
        dt = np.where(coarse[:, np.newaxis], np.minimum(finer, dt / 2), dt)
        result = np.where(coarse, _quantile(_passed(steps, dt, cells), dt, share), result)
    return result


def _passed(steps: Sequence[Step], dt: Array, cells: int) -> Array:
    with np.errstate(all="ignore"):
        return np.cumsum(np.fft.irfft(_in_series(steps, dt, cells), cells, axis=1), axis=1)


def _in_series(steps: Sequence[Step], dt: Array, cells: int) -> Complex:
    total = np.ones((len(dt), cells // 2 + 1), dtype=complex)
    for side_by_side, group in groupby(steps, key=lambda step: step.branch is not None):
        if not side_by_side:
            for step in group:
                total = total * _transform(step, dt, cells)
            continue
        branches: dict[str | None, Complex] = {}
        for step in group:
            before = branches.get(step.branch, np.ones_like(total))
            branches[step.branch] = before * _transform(step, dt, cells)
        passed = np.ones((len(dt), cells))
        for branch in branches.values():
            passed = passed * np.cumsum(np.fft.irfft(branch, cells, axis=1), axis=1)
        total = total * np.fft.rfft(_masses(passed), axis=1)
    return total


def _transform(step: Step, dt: Array, cells: int) -> Complex:
    """One step: its calls, its chance, and the pause before it."""
    once = _service(step, dt, cells) * _waiting(step, dt, cells)
    if step.parallel:
        passed = np.cumsum(np.fft.irfft(once, cells, axis=1), axis=1)
        several = np.fft.rfft(_masses(np.clip(passed, 0, 1) ** step.calls), axis=1)
    else:
        whole = np.floor(step.calls)
        rest = step.calls - whole
        several = once**whole * (1 - rest + rest * once)
    happens = 1 - step.chance + step.chance * several
    return happens * _constant(step.pause, dt, cells)


def _masses(passed: Array) -> Array:
    return np.diff(passed, axis=1, prepend=0.0)


def _service(step: Step, dt: Array, cells: int) -> Complex:
    """A lognormal, cut into the grid's cells; one without spread is a constant."""
    with np.errstate(all="ignore"):
        scores = (_log_edges(cells) + np.log(dt / step.median)) / step.sigma
    passed = _normal_share(np.where(np.isnan(scores), 0.0, scores))
    spread: Complex = np.fft.rfft(_masses(passed), axis=1)
    steady = (step.sigma < 1e-9) | (step.median <= 0)
    if steady.any():
        constant: Complex = np.where(steady, _constant(step.median, dt, cells), spread)
        return constant
    return spread


def _waiting(step: Step, dt: Array, cells: int) -> Complex:
    """Nothing, or with the chance to wait an exponential time."""
    if not step.waiting.any():
        return np.ones((1, 1), dtype=complex)
    turn = _turns(cells)
    half = np.exp(-dt / (2 * np.maximum(step.wait, 1e-300)))
    exponential = (1 - half) + half * (1 - half**2) * turn / (1 - half**2 * turn)
    waited: Complex = 1 - step.waiting + step.waiting * exponential
    return waited


def _constant(time: Array, dt: Array, cells: int) -> Complex:
    """A fixed time, shared between the two cells that it lies between."""
    if not time.any():
        return np.ones((1, 1), dtype=complex)
    whole = np.floor(time / dt)
    rest = time / dt - whole
    turn = _turns(cells)
    late: Complex = turn**whole * (1 - rest + rest * turn)
    return late


def _quantile(passed: Array, dt: Array, share: float) -> Array:
    """The time by which a share has passed, by straight lines between the edges of cells."""
    first = np.argmax(passed >= share, axis=1)
    rows = np.arange(len(passed))
    after = passed[rows, first]
    before = np.where(first > 0, passed[rows, first - 1], 0.0)
    within = np.where(after > before, (share - before) / (after - before), 1.0)
    time: Array = np.maximum(first - 0.5 + within, 0.0) * dt[:, 0]
    return time


@cache
def _log_edges(cells: int) -> Array:
    edges: Array = np.log(np.arange(cells) + 0.5).reshape(1, -1)
    return edges


@cache
def _turns(cells: int) -> Complex:
    turns: Complex = np.exp(-2j * np.pi * np.arange(cells // 2 + 1) / cells).reshape(1, -1)
    return turns


@cache
def _normal_table() -> Array:
    scores = np.linspace(-TABLE_REACH, TABLE_REACH, TABLE_STEPS + 1)
    return np.array([math.erfc(-z / math.sqrt(2)) / 2 for z in scores])


def _normal_share(scores: Array) -> Array:
    """The share of a standard normal below some scores, from a table, to 1e-7."""
    table = _normal_table()
    scaled = (scores + TABLE_REACH) * (TABLE_STEPS / (2 * TABLE_REACH))
    place = np.clip(scaled, 0, TABLE_STEPS - 1e-9)
    left = place.astype(np.int64)
    return table[left] + (place - left) * (table[left + 1] - table[left])
