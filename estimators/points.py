"""The fixed points at which uncertain inputs are tried: standard normal, evenly spread, seeded.

The points are a rank-1 lattice: each input runs through the same sorted normal quantiles, in steps
of its own modulo their number. The step is picked by the input's name, so that the same inputs
always meet the same points, and a band moves smoothly while an input is edited.

Source: Korobov's lattices; Niederreiter, Random Number Generation and Quasi-Monte Carlo Methods
(1992), chapter 5. The multiplier was found by search: among all pairs of the 64 steps the smallest
product |a||b| with a * step + b * other = 0 modulo POINTS is 297, where a random pair may have 1.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

POINTS: Final = 16_384
MULTIPLIER: Final = 4183
STEPS: Final = 64

Array = npt.NDArray[np.float64]


@cache
def normal_points(names: tuple[str, ...]) -> Array:
    """The standard normal scores of some inputs, a row each; all rows hold the same numbers.

    Args:
        names: of the inputs. Two whose names would pick the same step are told apart by their
            order; beyond 64 inputs steps are used again, from another start.
    """
    quantiles, index = normal_quantiles(), np.arange(POINTS)
    taken: set[int] = set()
    rows = []
    for number, name in enumerate(names):
        picked = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
        step, start = picked % STEPS, picked // STEPS
        if number % STEPS == 0:
            taken.clear()
        while step in taken:
            step = (step + 1) % STEPS
        taken.add(step)
        rows.append(quantiles[(index * pow(MULTIPLIER, step, POINTS) + start) % POINTS])
    points = np.array(rows).reshape(len(names), POINTS)
    points.flags.writeable = False
    return points


@cache
def normal_quantiles() -> Array:
    """The normal distribution cut into POINTS equal parts: the middle of each, rising."""
    inverse = NormalDist().inv_cdf
    lower = [inverse((i + 0.5) / POINTS) for i in range(POINTS // 2)]
    return np.array([*lower, *(-z for z in reversed(lower))])


def percentiles(values: Array, shares: tuple[float, ...]) -> tuple[float, ...]:
    """The values below which given shares of the points lie; each point stands for its middle."""
    places = [share * len(values) - 0.5 for share in shares]
    ranks = [min(max(int(place), 0), len(values) - 2) for place in places]
    order = np.partition(values, sorted({rank + i for rank in ranks for i in (0, 1)}))
    return tuple(
        float(order[rank] + (place - rank) * (order[rank + 1] - order[rank]))
        for place, rank in zip(places, ranks, strict=True)
    )
