"""How long it takes: queueing delay by utilisation, percentiles, fan-out."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from estimators.number import Number, divide, only_where, pure, share

MANY: Final = 2000.0
"""Servers beyond which the sum is taken as its integral, which is then smooth."""
NODES: Final = 601
"""Of the integral, by Simpson's rule: good to a billionth."""
REACH: Final = 9.0
"""How many standard deviations to either side of its peak the integral is taken."""
Z99: Final = 2.3263478740408408
"""The standard normal score that 99% lie below."""


def waiting_chance(servers: Number, load: Number) -> Number:
    """The chance that a request has to wait, M/M/c (Erlang C).

    C = B / (1 - rho * (1 - B)),   rho = load / servers
    B = (load^c / c!) / (sum of load^k / k! for k = 0..c)

    In logarithms. Between two whole numbers of servers it is interpolated. Beyond some thousands
    the sum is its integral, e^-u * (1 + u / a)^c over u from 0 on, so that a billion servers are
    no more trouble than one.

    Args:
        servers: requests that can be served at once (c), a plain number of at least 1.
        load: offered load: arrivals per time times service time, in erlang, a plain number.

    Returns:
        A share; 1 and above the capacity not finite: the queue grows without end.

    Source: Erlang (1917); Kleinrock, Queueing Systems, volume 1 (1975), 3.5; the inverse sum in
    logarithms as in Jagers and van Doorn, On the continued Erlang loss function (1986).
    """
    c, a = np.broadcast_arrays(pure(servers), pure(load))
    found = np.empty(c.shape)
    many = c > MANY
    found[many] = _of_many(c[many], a[many])
    for each in np.unique(c[~many]):
        where = c == each
        found[where] = _erlang_c(float(each), a[where])
    return found[()]


def _erlang_c(servers: float, load: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Erlang C for one number of servers."""
    below = int(servers)
    if servers < 1:
        return np.full(load.shape, np.nan)
    chance = _whole(below, load)
    if servers > below:
        with np.errstate(invalid="ignore"):
            above = _whole(below + 1, load)
            chance = np.where(np.isnan(chance), above, chance)
            chance = chance + (servers - below) * (above - chance)
    return np.where((load >= 0.0) & (load < servers), chance, np.nan)


def _whole(servers: int, load: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        terms = np.log(load)[..., np.newaxis] * np.arange(servers + 1) - _log_factorials(servers)
        terms[..., 0] = 0.0
        last = terms[..., -1]
        total = np.exp(terms - last[..., np.newaxis]).sum(axis=-1)
        blocked = np.where(load > 0.0, 1.0 / total, 0.0)
        rho = load / servers
        return np.where(load < servers, blocked / (1.0 - rho * (1.0 - blocked)), np.nan)


def _of_many(
    servers: npt.NDArray[np.float64], load: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Erlang C of many servers, for each number of them."""
    step = np.linspace(-REACH, REACH, NODES)
    weights = np.full(NODES, 2.0)
    weights[1::2], weights[[0, -1]] = 4.0, 1.0
    blocked = np.empty(servers.shape)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for i, (c, a) in enumerate(zip(servers, load, strict=True)):
            # The integrand is steepest where u is c - a, and about as wide as the root of c.
            peak, wide = max(c - a, 0.0), math.sqrt(c)
            low, high = max(peak - REACH * wide, 0.0), peak + REACH * wide
            u = low + (step + REACH) / (2 * REACH) * (high - low)
            logs = c * np.log1p(u / a) - u
            most = logs.max()
            total = (weights * np.exp(logs - most)).sum() * (high - low) / (3.0 * (NODES - 1))
            blocked[i] = np.exp(-most) / total if a > 0 else 0.0
        rho = load / servers
        chance = blocked / (1.0 - rho * (1.0 - blocked))
        return np.where((load >= 0.0) & (load < servers), chance, np.nan)


@cache
def _log_factorials(largest: int) -> npt.NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, largest + 1)))))


def mean_wait(servers: Number, load: Number, service: Number) -> Number:
    """How long a request waits for a server on average, M/M/c.

    wait = C(servers, load) * service / (servers - load)

    Args:
        servers: requests that can be served at once, a plain number.
        load: offered load in erlang, a plain number.
        service: how long one is served on average, a time.

    Returns:
        A time. Not finite when the load reaches the servers.

    Source: Kleinrock, Queueing Systems, volume 1 (1975), 3.5.
    """
    free = pure(servers) - pure(load)
    return waiting_chance(servers, load) * service / only_where(free > 0.0, free)


def served_within(servers: Number, load: Number, service: Number, limit: Number) -> Number:
    """The share of requests that find a free server within a time, M/M/c.

    share = 1 - C(servers, load) * exp(-(servers - load) * limit / service)

    Args:
        servers: requests that can be served at once, a plain number.
        load: offered load in erlang, a plain number.
        service: how long one is served on average, a time.
        limit: the time, a time.

    Returns:
        A share. Not finite when the load reaches the servers.

    Source: Kleinrock, Queueing Systems, volume 1 (1975), 5.7; the service level of call centres.
    """
    free = pure(servers) - pure(load)
    return 1.0 - waiting_chance(servers, load) * np.exp(-free * pure(divide(limit, service)))


def tail_chance(chance: Number, calls: Number) -> Number:
    """The chance that at least one of several calls is slow (tail amplification over fan-out).

    chance of one slow = 1 - (1 - p)^calls

    Args:
        chance: that one call is slow (p), a share: 1% for the p99.
        calls: made at once, a plain number.

    Returns:
        A share. Not finite when chance is outside 0..1.

    Source: Dean and Barroso, The Tail at Scale (CACM 56, 2013): 1% slow, 100 calls: 63%.
    """
    return -np.expm1(pure(calls) * np.log1p(-share(chance)))


def lognormal_mean(median: Number, p99: Number) -> Number:
    """The mean of a lognormal time of which median and p99 are known.

    mean = median * exp(sigma^2 / 2),   sigma = ln(p99 / median) / 2.326

    Args:
        median: a time.
        p99: a time, at least the median.

    Returns:
        A time. Not finite when the p99 is below the median.

    Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions (1994), 14.
    """
    ratio = pure(divide(p99, median))
    sigma = np.log(only_where(ratio >= 1.0, ratio)) / Z99
    return median * np.exp(sigma**2 / 2.0)
