"""How long a path takes: p50 and p99 from the distributions of its hops.

A hop's operation is lognormal by its median and p99, after a wait for a free server (M/M/c at the
peak, exact Erlang C). Hops follow each other, so their distributions are convolved; branches and
parallel calls run side by side, so their distribution functions are multiplied. Both are done on a
grid of equal steps, by Fourier transform: nothing is drawn, so the result moves smoothly with its
inputs. A chance is a probability: a slow store that a tenth of the requests goes to is a fat tail,
not a longer mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from estimators.latency import Z99, waiting_chance
from estimators.points import POINTS, Array, percentiles
from estimators.sample import Percentiles, Sample
from models.architecture import Hop
from models.preset import Preset

P50, P99 = 0.5, 0.99
STEPS: Final = 2048
"""Of the grid, for one result; with a band fewer do."""
OUTER_STEPS: Final = 256
OUTER: Final = 32
EVERY: Final = 4
"""Points of what is not known at which percentiles are computed for their bands: so many, picked
from every fourth of all."""
REACH: Final = 12.0
"""Standard deviations beyond the mean that the grid covers."""
FINE: Final = 32
"""Steps below which a percentile is not told finely enough."""
SELDOM: Final = 1e-7
"""A chance to wait below this moves no percentile."""
REFINED: Final = 6
"""How often a grid is made finer at most: by a thousand and more."""
TABLE_REACH, TABLE_STEPS = 8.0, 8192

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Times:
    """A path's percentiles in seconds, or why there are none.

    Args:
        p50, p99: an array each where what they follow from is one; nan where a component is
            saturated: its utilisation has reached one.
    """

    p50: Any
    p99: Any


@dataclass(frozen=True, slots=True)
class _Step:
    """One hop in numbers, each an array of one column: a row for every case."""

    median: Array
    sigma: Array
    waiting: Array
    wait: Array
    chance: Array
    calls: Array
    pause: Array
    parallel: bool
    branch: str | None

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


def path_times(preset: Preset, path: str, values: Mapping[str, Any]) -> Times:
    """p50 and p99 of a path.

    Args:
        preset: whose path it is, with its settings and numbers filled in.
        path: its id.
        values: every input and number in base units; arrays of one length for several cases.
    """
    p50, p99 = (_percentile(preset, path, values, share, STEPS) for share in (P50, P99))
    return Times(float(p50[0]), float(p99[0])) if len(p50) == 1 else Times(p50, p99)


def _percentile(
    preset: Preset, path: str, values: Mapping[str, Any], share: float, steps: int
) -> Array:
    """The time that a share of the requests take at most, in every case; nan where saturated."""
    found = [
        _step(values, f"{path}.hop{index + 1}", hop)
        for index, hop in enumerate(preset.paths[path].hops)
        if not hop.background
    ]
    rows = max((len(part) for step in found for part in _parts(step)), default=1)
    moments = [step.mean_and_variance() for step in found]
    mean = np.zeros((rows, 1)) + sum(m for m, _ in moments)
    variance = np.zeros((rows, 1)) + sum(v for _, v in moments)
    dt = np.maximum(1.5 * mean + REACH * np.sqrt(variance), 1e-12) / steps
    saturated = ~np.isfinite(dt)
    dt = np.where(saturated, 1.0, dt)
    return np.where(saturated[:, 0], np.nan, _fine(found, dt, steps, share))


def _fine(found: Sequence[_Step], dt: Array, steps: int, share: float) -> Array:
    """A percentile on a grid fine enough for it: a rare slow hop makes the first one coarse.

    On a finer grid, what takes longer than it reaches is left out: it lies above the percentile.
    """
    passed = _passed(found, dt, steps)
    result = _quantile(passed, dt, share)
    for _ in range(REFINED):
        coarse = result < FINE * dt[:, 0]
        if not coarse.any():
            break
        finer = np.maximum(result, dt[:, 0] / 2)[:, np.newaxis] / (1.2 * FINE)
        dt = np.where(coarse[:, np.newaxis], np.minimum(finer, dt / 2), dt)
        result = np.where(coarse, _quantile(_passed(found, dt, steps), dt, share), result)
    return result


def _passed(found: Sequence[_Step], dt: Array, steps: int) -> Array:
    with np.errstate(all="ignore"):
        return np.cumsum(np.fft.irfft(_in_series(found, dt, steps), steps, axis=1), axis=1)


def path_bands(
    preset: Preset, path: str, sample: Sample, exact: Times
) -> tuple[Percentiles | None, Percentiles | None]:
    """The bands of a path's p50 and p99; None where they hang on nothing uncertain.

    All points are put in order by what is quick to compute and near to the percentile, and it is
    computed at a few of them, evenly spread. The coarser grid is held to the finer one's result.
    """
    names = [name for name in _asked(preset, path) if name in sample.values]
    drawn = {name: sample.points(name) for name in names}
    if all(isinstance(values, float) for values in drawn.values()):
        return None, None
    points = {n: v if isinstance(v, float) else v[::EVERY] for n, v in drawn.items()}
    mostly, slow = _roughly(preset, path, points)
    missing = float((~np.isfinite(slow)).mean())
    bands = []
    for rough, share, known in ((mostly, P50, exact.p50), (slow, P99, exact.p99)):
        order = np.argsort(rough, kind="stable")
        chosen = order[((np.arange(OUTER) + 0.5) / OUTER * len(order)).astype(int)]
        at = {n: v if isinstance(v, float) else v[chosen] for n, v in points.items()}
        found = _percentile(preset, path, at, share, OUTER_STEPS)
        (held,) = _percentile(preset, path, sample.values, share, OUTER_STEPS)
        bands.append(_band(found * (known / held if held else 1.0), missing))
    return bands[0], bands[1]


def _band(values: Array, missing: float) -> Percentiles | None:
    known = np.sort(values[np.isfinite(values)])
    if len(known) < 2:
        return None
    p5, middle, p95 = percentiles(known, (0.05, 0.5, 0.95))
    return Percentiles(p5, middle, p95, missing)


def _asked(preset: Preset, path: str) -> set[str]:
    """The numbers that the times of a path follow from."""
    asked = set()
    for index, hop in enumerate(preset.paths[path].hops):
        if not hop.background:
            own = ("median", "p99", f"{hop.op}_median", f"{hop.op}_p99", "nodes", "servers", "busy")
            asked |= {f"{hop.to}.{name}" for name in own}
            asked |= {f"{path}.hop{index + 1}_{name}" for name in ("chance", "calls", "wait")}
    return asked


def _roughly(preset: Preset, path: str, values: Mapping[str, Any]) -> tuple[Array, Array]:
    """What goes up and down with p50 and with p99 at every point; inf where one is saturated.

    For p50 the hops that most requests take, as one lognormal of their mean and variance; for p99
    the mean and three standard deviations of all. The wait is by Sakasegawa's approximation, and
    branches count as if they followed each other.
    """
    nothing = np.zeros(POINTS // EVERY)
    total, variance, mostly, apart = nothing, nothing, nothing, nothing
    for index, hop in enumerate(preset.paths[path].hops):
        if not hop.background:
            step = _step(values, f"{path}.hop{index + 1}", hop, exact=False)
            mean, spread = (part[:, 0] for part in step.mean_and_variance())
            total, variance = total + mean, variance + spread
            usual = step.chance[:, 0] >= 0.5
            always = replace(step, chance=np.ones((1, 1)))
            mean, spread = (part[:, 0] for part in always.mean_and_variance())
            mostly, apart = mostly + usual * mean, apart + usual * spread
    with np.errstate(all="ignore"):
        middle = mostly / np.sqrt(1 + apart / mostly**2)
    slow = total + 3 * np.sqrt(variance)
    full = np.isnan(slow)
    return np.where(full, np.inf, middle), np.where(full, np.inf, slow)


def saturated(preset: Preset, path: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The components on a path's clock that are busy beyond what they can do."""
    reached = dict.fromkeys(h.to for h in preset.paths[path].hops if h.to and not h.background)
    return tuple(id_ for id_ in reached if values.get(f"{id_}.busy", 0.0) >= 1)


# Hops


def _step(values: Mapping[str, Any], name: str, hop: Hop, exact: bool = True) -> _Step:
    def value(address: str, default: float) -> Array:
        return np.asarray(values.get(address, default), dtype=float).reshape(-1, 1)

    own = f"{hop.to}." if f"{hop.to}.median" in values else f"{hop.to}.{hop.op}_"
    median = value(f"{own}median", 0.0)
    p99 = np.maximum(value(f"{own}p99", 0.0), median)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.where(median > 0, np.log(p99 / median) / Z99, 0.0)
    waiting, wait = _queue(values, hop, median * np.exp(sigma**2 / 2), exact)
    return _Step(
        median, sigma, waiting, wait,
        value(f"{name}_chance", 1.0), value(f"{name}_calls", 1.0), value(f"{name}_wait", 0.0),
        hop.parallel, hop.branch,
    )  # fmt: skip


def _queue(values: Mapping[str, Any], hop: Hop, service: Array, exact: bool) -> tuple[Array, Array]:
    """The chance to wait for a server, and how long one waits who does; nan if saturated."""
    busy = np.asarray(values.get(f"{hop.to}.busy", 0.0), dtype=float).reshape(-1, 1)
    if not {f"{hop.to}.servers", f"{hop.to}.nodes"} <= values.keys():
        return np.zeros((1, 1)), np.where(busy < 1, 0.0, np.nan)
    nodes, each = (
        np.asarray(values[f"{hop.to}.{name}"], dtype=float).reshape(-1, 1)
        for name in ("nodes", "servers")
    )
    servers = np.maximum(nodes * each, 1.0)
    with np.errstate(all="ignore"):
        waiting = np.where(busy < 1, busy ** (np.sqrt(2 * (servers + 1)) - 1), np.nan)
        if exact:
            waiting = _exact_waiting(np.round(servers), busy, waiting)
        wait = service / (servers * (1 - busy))
    return np.atleast_2d(waiting), np.where(busy < 1, wait, np.nan)


def _exact_waiting(servers: Array, busy: Array, roughly: Array) -> Array:
    """Erlang C where somebody waits at all: of thousands of idle servers there is one."""
    servers, busy = np.broadcast_arrays(servers, busy)
    waiting = np.where(np.isnan(roughly), np.nan, 0.0)
    waits = roughly > SELDOM
    waiting[waits] = waiting_chance(servers[waits], (busy * servers)[waits])
    return waiting


def _parts(step: _Step) -> tuple[Array, ...]:
    return step.median, step.sigma, step.waiting, step.wait, step.chance, step.calls, step.pause


# Distributions on a grid, as Fourier transforms


def _in_series(found: Sequence[_Step], dt: Array, steps: int) -> Complex:
    total = np.ones((len(dt), steps // 2 + 1), dtype=complex)
    for side_by_side, group in groupby(found, key=lambda step: step.branch is not None):
        if not side_by_side:
            for step in group:
                total = total * _transform(step, dt, steps)
            continue
        branches: dict[str | None, Complex] = {}
        for step in group:
            before = branches.get(step.branch, np.ones_like(total))
            branches[step.branch] = before * _transform(step, dt, steps)
        passed = np.ones((len(dt), steps))
        for branch in branches.values():
            passed = passed * np.cumsum(np.fft.irfft(branch, steps, axis=1), axis=1)
        total = total * np.fft.rfft(_masses(passed), axis=1)
    return total


def _transform(step: _Step, dt: Array, steps: int) -> Complex:
    """One hop: its calls, its chance, and the pause before it."""
    once = _service(step, dt, steps) * _waiting(step, dt, steps)
    if step.parallel:
        passed = np.cumsum(np.fft.irfft(once, steps, axis=1), axis=1)
        several = np.fft.rfft(_masses(np.clip(passed, 0, 1) ** step.calls), axis=1)
    else:
        whole = np.floor(step.calls)
        rest = step.calls - whole
        several = once**whole * (1 - rest + rest * once)
    happens = 1 - step.chance + step.chance * several
    return happens * _constant(step.pause, dt, steps)


def _masses(passed: Array) -> Array:
    return np.diff(passed, axis=1, prepend=0.0)


def _service(step: _Step, dt: Array, steps: int) -> Complex:
    """A lognormal, cut into the grid's steps; one without spread is a constant."""
    with np.errstate(all="ignore"):
        scores = (_log_edges(steps) + np.log(dt / step.median)) / step.sigma
    passed = _normal_share(np.where(np.isnan(scores), 0.0, scores))
    spread: Complex = np.fft.rfft(_masses(passed), axis=1)
    steady = (step.sigma < 1e-9) | (step.median <= 0)
    if steady.any():
        constant: Complex = np.where(steady, _constant(step.median, dt, steps), spread)
        return constant
    return spread


def _waiting(step: _Step, dt: Array, steps: int) -> Complex:
    """Nothing, or with the chance to wait an exponential time."""
    if not step.waiting.any():
        return np.ones((1, 1), dtype=complex)
    turn = _turns(steps)
    half = np.exp(-dt / (2 * np.maximum(step.wait, 1e-300)))
    exponential = (1 - half) + half * (1 - half**2) * turn / (1 - half**2 * turn)
    waited: Complex = 1 - step.waiting + step.waiting * exponential
    return waited


def _constant(time: Array, dt: Array, steps: int) -> Complex:
    """A fixed time, shared between the two steps that it lies between."""
    if not time.any():
        return np.ones((1, 1), dtype=complex)
    whole = np.floor(time / dt)
    rest = time / dt - whole
    turn = _turns(steps)
    late: Complex = turn**whole * (1 - rest + rest * turn)
    return late


def _quantile(passed: Array, dt: Array, share: float) -> Array:
    """The time by which a share has passed, by straight lines between the edges of steps."""
    first = np.argmax(passed >= share, axis=1)
    rows = np.arange(len(passed))
    after = passed[rows, first]
    before = np.where(first > 0, passed[rows, first - 1], 0.0)
    within = np.where(after > before, (share - before) / (after - before), 1.0)
    time: Array = np.maximum(first - 0.5 + within, 0.0) * dt[:, 0]
    return time


@cache
def _log_edges(steps: int) -> Array:
    edges: Array = np.log(np.arange(steps) + 0.5).reshape(1, -1)
    return edges


@cache
def _turns(steps: int) -> Complex:
    turns: Complex = np.exp(-2j * np.pi * np.arange(steps // 2 + 1) / steps).reshape(1, -1)
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
