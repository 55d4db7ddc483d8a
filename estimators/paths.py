"""How long a path takes: p50 and p99 from the distributions of its hops.

A hop's operation is lognormal by its median and p99, after a wait for a free server (M/M/c at the
peak, exact Erlang C). What hops take together is convolved (`estimators.convolution`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from estimators.convolution import Step, percentile
from estimators.latency import Z99, waiting_chance
from estimators.points import POINTS, Array
from estimators.sample import Percentiles, Sample, band_of
from models.architecture import Hop
from models.preset import Preset

P50, P99 = 0.5, 0.99
CELLS: Final = 2048
"""Of the grid, for one result; with a band fewer do."""
OUTER_CELLS: Final = 256
OUTER: Final = 32
EVERY: Final = 4
"""Points of what is not known at which percentiles are computed for their bands: so many, picked
from every fourth of all."""
SELDOM: Final = 1e-7
"""A chance to wait below this moves no percentile."""


@dataclass(frozen=True, slots=True)
class Times:
    """A path's percentiles in seconds, or why there are none.

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
    p50, p99 = (percentile(steps, share, CELLS) for share in (P50, P99))
    return Times(float(p50[0]), float(p99[0])) if len(p50) == 1 else Times(p50, p99)


def _steps(preset: Preset, path: str, values: Mapping[str, Any]) -> list[Step]:
    """The hops on the caller's clock, in numbers."""
    return [
        _step(values, f"{path}.hop{index + 1}", hop)
        for index, hop in enumerate(preset.paths[path].hops)
        if not hop.background
    ]


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
    usual, bands = _steps(preset, path, sample.values), []
    for rough, share, known in ((mostly, P50, exact.p50), (slow, P99, exact.p99)):
        order = np.argsort(rough, kind="stable")
        chosen = order[((np.arange(OUTER) + 0.5) / OUTER * len(order)).astype(int)]
        at = {n: v if isinstance(v, float) else v[chosen] for n, v in points.items()}
        (held,) = percentile(usual, share, OUTER_CELLS)
        found = percentile(_steps(preset, path, at), share, OUTER_CELLS)
        band = band_of(found * (known / held if held else 1.0))
        bands.append(band and band._replace(missing=missing))
    return bands[0], bands[1]


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


def _step(values: Mapping[str, Any], name: str, hop: Hop, exact: bool = True) -> Step:
    def value(address: str, default: float) -> Array:
        return np.asarray(values.get(address, default), dtype=float).reshape(-1, 1)

    own = hop.timed_by(values)
    median = value(f"{own}median", 0.0)
    p99 = np.maximum(value(f"{own}p99", 0.0), median)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.where(median > 0, np.log(p99 / median) / Z99, 0.0)
    waiting, wait = _queue(values, hop, median * np.exp(sigma**2 / 2), exact)
    return Step(
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
