"""The fixed points at which uncertain inputs are tried: standard normal, evenly spread, seeded.

The points are a rank-1 lattice: each input runs through the same sorted normal quantiles, in steps
of its own modulo their number. An input's name proposes some steps, and the one is taken that
spreads the points best beside the inputs before it in the preset. So the same preset always meets
the same points, and a band moves smoothly while an input is edited.

Source: Sloan and Reztsov, Component-by-component construction of good lattice rules (Mathematics of
Computation 71, 2002), here with few candidates instead of all, and with the criterion P2 of Sloan
and Joe, Lattice Methods for Multiple Integration (1994), chapter 4.
"""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import blake2b
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

POINTS: Final = 16_384
PROPOSALS: Final = 8
"""Steps that a name proposes. Were there but one, an unlucky set of names would err by a tenth."""
WEIGHT: Final = 0.1
"""Of each input in the criterion: small, since few of the inputs act on a number together."""
BITS: Final = 45
"""Of a float's 64, those after the sign, the exponent and the first seven of the fraction."""

Array = npt.NDArray[np.float64]


@lru_cache(maxsize=4)
def normal_points(names: tuple[str, ...], among: tuple[str, ...]) -> Array:
    """The standard normal scores of some inputs, a row each; all rows hold the same numbers.

    Args:
        names: the inputs that are asked for.
        among: all inputs that there are, in their order; it decides the steps.

    Only the last few are kept: a system's points are some megabytes, and giving their memory to
    the next system is quicker than asking for more.
    """
    quantiles, index = normal_quantiles(), np.arange(POINTS)
    steps = dict(zip(among, _steps(among), strict=True))
    points = np.empty((len(names), POINTS))
    for name, row in zip(names, points, strict=True):
        step, start = steps[name]
        quantiles.take((index * step + start) & (POINTS - 1), out=row, mode="wrap")
    points.flags.writeable = False
    return points


@cache
def _steps(names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Each input's step, of those that its name proposes the best beside the earlier inputs."""
    # The criterion is the mean over the lattice of the product of 1 + WEIGHT * 2 pi^2 B2(x), with
    # B2(x) = x^2 - x + 1/6. It is the same at x and 1 - x, so half of the points tell it.
    x = np.arange(POINTS) / POINTS
    term = 1 + WEIGHT * 2 * np.pi**2 * (x * x - x + 1 / 6)
    half = np.arange(POINTS // 2 + 1, dtype=np.int32)
    product = np.ones(len(half))
    product[[0, -1]] = 0.5
    # Memory that is asked for once: asking anew for every name takes as long as the sums.
    places, terms = (np.empty((PROPOSALS, len(half)), kind) for kind in (np.int32, np.float64))
    found = []
    for name in names:
        digest = blake2b(name.encode(), digest_size=2 * PROPOSALS + 4).digest()
        proposals = np.frombuffer(digest[:-4], dtype="<u2").astype(np.int32) % POINTS | 1
        np.bitwise_and(np.multiply.outer(proposals, half, out=places), POINTS - 1, out=places)
        term.take(places, out=terms, mode="wrap")
        best = int((terms @ product).argmin())
        product *= terms[best]
        found.append((int(proposals[best]), int.from_bytes(digest[-4:], "big")))
    return tuple(found)


@cache
def normal_quantiles() -> Array:
    """The normal distribution cut into POINTS equal parts: the middle of each, rising."""
    inverse = NormalDist().inv_cdf
    lower = [inverse((i + 0.5) / POINTS) for i in range(POINTS // 2)]
    return np.array([*lower, *(-z for z in reversed(lower))])


def percentiles(values: Array, shares: tuple[float, ...]) -> tuple[float, ...]:
    """The values below which given shares of the points lie; each point stands for its middle."""
    last = len(values) - 1
    places = np.clip(np.array(shares) * len(values) - 0.5, 0.0, last)
    ranks = np.minimum(places.astype(np.intp), last - 1)
    lower, upper = _ranked(values, np.array([ranks, ranks + 1]))
    return tuple((lower + (places - ranks) * (upper - lower)).tolist())


def _ranked(values: Array, ranks: npt.NDArray[np.intp]) -> Array:
    """The values of some ranks, in a quarter of the time that partitioning takes.

    Where no value is negative, the leading bits of a float rise with it: values are counted by
    them, and only those that share them with the ranks' values are put in order.
    """
    plain = values.min() >= 0
    keys = (values + 0.0).view(np.int64) >> BITS if plain else np.zeros(len(values), np.int64)
    keys -= keys.min()
    counts = np.bincount(keys)
    found = counts.cumsum().searchsorted(ranks, side="right")
    wanted = np.zeros(len(counts), dtype=bool)
    wanted[found] = True
    skipped = np.where(wanted, 0, counts).cumsum()
    ranked: Array = np.sort(values[wanted[keys]])[ranks - skipped[found]]
    return ranked
