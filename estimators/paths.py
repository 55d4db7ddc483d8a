"""How long a path takes: p50 and p99 from the distributions of its hops.

A hop's operation is lognormal by its median and p99, after a wait for a free server (M/M/c at the
peak, exact Erlang C). What hops take together is convolved (`estimators.convolution`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from estimators.convolution import SHORTEST, Steps, percentile
from estimators.latency import Z99, waiting_chance
from estimators.points import Array
from estimators.sample import Percentiles, Sample, band_of
from models.preset import Preset

SHARES: Final = np.array([0.5, 0.99])
MIDDLE, SLOW = 0, 1
"""The rows of what tells them roughly."""
CELLS: Final = 256
"""Of the grid, for one result; with a band fewer do."""
OUTER_CELLS: Final = 64
OUTER: Final = 32
EVERY: Final = 16
"""Points of what is not known at which percentiles are computed for their bands: so many, picked
from every sixteenth of all, at which the rest is told by them."""
NEIGHBOURS: Final = 5
SELDOM: Final = 1e-7
"""A chance to wait below this moves no percentile."""


@dataclass(frozen=True, slots=True)
class Times:
    """A path's percentiles in seconds.

    Args:
        p50, p99: an array each where what they follow from is one; nan where a component is
            saturated: its utilisation has reached one.
    """

    p50: Any
    p99: Any


def path_times(preset: Preset, path: str, values: Mapping[str, Any]) -> Times:
    """p50 and p99 of a path.

    Args:
        preset: whose path it is, with its settings and numbers filled in.
        path: its id.
        values: every input and number in base units; arrays of one length for several cases.
    """
    steps = _steps(preset, path, values)
    cases = steps.cases
    both = steps.at(np.tile(np.arange(cases), 2)) if cases > 1 else steps
    mean, variance = (part.sum(axis=0) for part in steps.moments())
    near = np.concatenate([mean, mean + 3 * np.sqrt(variance)])
    p50, p99 = percentile(both, np.repeat(SHARES, cases), CELLS, near).reshape(2, cases)
    return Times(p50, p99) if cases > 1 else Times(float(p50[0]), float(p99[0]))


def path_bands(
    preset: Preset, path: str, sample: Sample, exact: Times
) -> tuple[Percentiles | None, Percentiles | None]:
    """The bands of a path's p50 and p99; None where they hang on nothing uncertain.

    Both are computed at a few of all points, and told at the rest by what is quick to compute and
    near to them. The coarser grid is held to the finer one's result.
    """
    names = [name for name in _asked(preset, path) if name in sample.values]
    drawn = {name: sample.points(name, EVERY) for name in names}
    if all(isinstance(values, float) for values in drawn.values()):
        return None, None
    # The medians come last: they are computed like the points, and so tell by how much these err.
    points = {
        n: v if isinstance(v, float) else np.append(v, sample.values[n]) for n, v in drawn.items()
    }
    rough = _roughly(_steps(preset, path, points, exact=False))
    order = np.argsort(rough[SLOW, :-1])
    chosen = order[((np.arange(OUTER) + 0.5) / OUTER * len(order)).astype(int)]
    chosen = np.append(chosen, len(order))
    known = np.array([[exact.p50], [exact.p99]])
    with np.errstate(invalid="ignore"):
        near = known * np.stack([of[chosen] / of[-1] for of in rough[[MIDDLE, SLOW]]])
    at = {n: v if isinstance(v, float) else v[np.tile(chosen, 2)] for n, v in points.items()}
    shares = np.repeat(SHARES, len(chosen))
    found = percentile(_steps(preset, path, at), shares, OUTER_CELLS, near.ravel())
    found = found.reshape(near.shape)
    found *= np.where(found[:, -1:] > 0, known / found[:, -1:], 1.0)
    return _bands(rough[:, :-1], chosen[:-1], found[:, :-1])


def _bands(
    rough: Array, chosen: npt.NDArray[np.intp], found: Array
) -> tuple[Percentiles | None, Percentiles | None]:
    """The bands of both percentiles at all points, from what was found at the chosen ones.

    The logarithms of the rough values tell theirs, each by its weight, but for what they leave.
    """
    finite = np.isfinite(rough[SLOW])
    known = finite[chosen]
    times = found[:, known]
    if known.sum() > 2 * len(rough) and (times > 0).all():
        powers = np.vstack([np.log(rough[:, finite]), np.ones(finite.sum())])
        place = powers[:, (np.cumsum(finite) - 1)[chosen[known]]]
        fit = np.linalg.lstsq(place.T, np.log(times).T, rcond=1e-9)[0].T
        each = zip(fit @ powers, fit @ place, np.log(times), strict=True)
        times = np.stack([_told(*one) for one in each])
    missing = 1 - float(finite.mean())
    p50, p99 = (band and band._replace(missing=missing) for band in map(band_of, times))
    return p50, p99


def _told(by_fit: Array, at_chosen: Array, exact: Array) -> Array:
    """Times at all points, by a fit and what it leaves at the chosen ones, all in logarithms.

    What it leaves of a point and its neighbours on average is its error there, and is put right. By
    as much as each of the chosen ones is off beyond that, every point may be.
    """
    order = np.argsort(at_chosen)
    left = (exact - at_chosen)[order]
    padded = np.pad(left, NEIGHBOURS // 2, mode="edge")
    error = np.convolve(padded, np.full(NEIGHBOURS, 1 / NEIGHBOURS), mode="valid")
    righted = np.sort(by_fit + np.interp(by_fit, at_chosen[order], error))
    told: Array = np.exp(np.add.outer(righted[OUTER // 4 :: OUTER // 2], left - error)).ravel()
    return told


def _asked(preset: Preset, path: str) -> set[str]:
    """The numbers that the times of a path follow from."""
    asked = set()
    for index, hop in enumerate(preset.paths[path].hops):
        if not hop.background:
            own = hop.timed_by(preset.sized)
            asked |= {f"{own}median", f"{own}p99"}
            asked |= {f"{hop.to}.{name}" for name in ("nodes", "servers", "busy")}
            asked |= {f"{path}.hop{index + 1}_{name}" for name in ("chance", "calls", "wait")}
    return asked


def _roughly(steps: Steps) -> Array:
    """What tells p50 and p99 roughly, a row each: inf where a component is saturated.

    The median of the hops that most requests take, as one lognormal of their mean and variance; the
    mean of all with what the slowest hundredth of each hop takes more, put together as independent
    deviations are; and the mean. Branches count as if they followed each other.
    """
    each, variance = steps.moments()
    usual, mean = np.floor(steps.chance + 0.5), each.sum(axis=0)
    if (usual != steps.chance).any():
        often, variance = replace(steps, chance=usual).moments()
        mostly, apart = often.sum(axis=0), variance.sum(axis=0)
    else:
        mostly, apart = mean, variance.sum(axis=0)
    with np.errstate(all="ignore"):
        middle = np.where(mostly > 0, mostly / np.sqrt(1 + apart / mostly**2), mean)
        more = np.sqrt((np.maximum(steps.slowest(1 - SHARES[1]) - each, 0.0) ** 2).sum(axis=0))
    rough = np.stack([middle, mean + more, mean])
    return np.where(np.isnan(mean), np.inf, np.maximum(rough, SHORTEST))


def saturated(preset: Preset, path: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The components on a path's clock that are busy beyond what they can do."""
    reached = dict.fromkeys(h.to for h in preset.paths[path].hops if h.to and not h.background)
    return tuple(id_ for id_ in reached if values.get(f"{id_}.busy", 0.0) >= 1)


# Hops


def _steps(preset: Preset, path: str, values: Mapping[str, Any], exact: bool = True) -> Steps:
    """The hops on the caller's clock in numbers; the wait exactly, or by an approximation."""
    hops = [(f"{path}.hop{n + 1}", h) for n, h in enumerate(preset.paths[path].hops)]
    hops = [(name, hop) for name, hop in hops if not hop.background]
    given: list[Any] = []
    for name, hop in hops:
        own, to = hop.timed_by(values), hop.to
        given += [values.get(f"{own}median", 0.0), values.get(f"{own}p99", 0.0)]
        given += [values.get(f"{to}.{part}", np.nan) for part in ("nodes", "servers")]
        given += [values.get(f"{to}.busy", 0.0), values.get(f"{name}_chance", 1.0)]
        given += [values.get(f"{name}_calls", 1.0), values.get(f"{name}_wait", 0.0)]
    cases = max((len(part) for part in given if isinstance(part, np.ndarray)), default=1)
    table = np.empty((len(given), cases))
    for row, part in enumerate(given):
        table[row] = part
    median, p99, nodes, servers, busy, chance, calls, pause = (table[n::8] for n in range(8))
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.where(median > 0, np.log(np.maximum(p99 / median, 1.0)) / Z99, 0.0)
    service = median * np.exp(sigma**2 / 2)
    waiting, wait = _queues(np.maximum(nodes * servers, 1.0), busy, service, exact)
    at_once, branches = [hop.parallel for _, hop in hops], [hop.branch for _, hop in hops]
    return Steps(
        median, sigma, waiting, wait, chance, calls, pause, tuple(at_once), tuple(branches)
    )


def _queues(servers: Array, busy: Array, service: Array, exact: bool) -> tuple[Array, Array]:
    """The chance to wait for a server, and how long one waits who does.

    Args:
        servers: nan where there is no queue.
        busy: their utilisation; from 1 on they are saturated, and the chance is nan.
        service: how long one operation is served on average.
    """
    waiting = np.zeros(np.broadcast_shapes(servers.shape, busy.shape))
    queues = ~np.isnan(servers).all(axis=1)
    with np.errstate(all="ignore"):
        # Sakasegawa (1977).
        many = np.sqrt(2 * (servers[queues] + 1)) - 1
        waiting[queues] = np.exp(many * np.log(busy[queues]))
        if not ((waiting > SELDOM) | (busy >= 1)).any():
            return np.zeros_like(waiting), np.zeros_like(waiting)
        wait = np.where(waiting > SELDOM, service / (servers * (1 - busy)), 0.0)
    waiting[waiting <= SELDOM] = 0.0
    full = np.broadcast_to(busy >= 1, waiting.shape)
    waits = (waiting > 0) & ~full
    if exact and waits.any():
        many, share = (np.broadcast_to(part, waiting.shape)[waits] for part in (servers, busy))
        many = np.round(many)
        waiting[waits] = waiting_chance(many, share * many)
    waiting[full] = np.nan
    return waiting, np.where(full, 0.0, wait)
