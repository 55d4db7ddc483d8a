"""The band of a solution: what an input would have to be, while the others are uncertain.

At every point of the sample the wanted number is a function of the one input; where it crosses what
is wanted is bracketed from the solution at the medians outwards, and bisected, all points at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from estimators.points import POINTS, Array
from estimators.sample import Percentiles, Sample, band_of
from estimators.solve import TOLERANCE, Sense, Solution

FIRST_REACH: Final = 0.25
WIDENINGS: Final = 9
"""The bracket's reach doubles each time, in logarithms: from a factor 1.3 to one of 1e27."""
HALVINGS: Final = 48


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
        None for a value that hangs on no other uncertain input. `missing` is the share of what is
        believed in which no value of the input gives what is wanted.
    """
    values = solution.values
    others = [name for name in sample.engine.needs[target] if name != by]
    if target == by or all(sample.is_certain(name) for name in others):
        return (None,) * len(values)
    ends = [value.base for value in values]
    # The upper end of a plateau is where the number leaves it, the lower where it comes to it.
    upper = [solution.outcome == "interval" and number == 1 for number in range(len(values))]
    return tuple(
        _crossing(sample, target, want, by, end, sense == "<=" or (sense == "=" and last))
        for end, last in zip(ends, upper, strict=True)
    )


def _crossing(
    sample: Sample, target: str, want: float, by: str, at: float, up_to: bool
) -> Percentiles | None:
    """Where the number goes past what is wanted, at every point, seen from `at`.

    Args:
        up_to: whether the number that is wanted itself counts as not past it yet.
    """
    share = sample.engine.preset.inputs[by].share
    if at <= 0 or (share and at >= 1):
        return None
    names = (*sample.engine.preset.inputs, *sample.engine.preset.derived)
    curve = sample.engine.curve({name: sample.points(name) for name in names}, target, by)

    def below(place: Array) -> Array:
        """1 where the number is still below what is wanted, 0 where not, nan where it is none."""
        x = 1 / (1 + np.exp(-place)) if share else np.exp(place)
        y = np.broadcast_to(np.asarray(curve(x), dtype=float), POINTS)
        found = y <= want * (1 + TOLERANCE) if up_to else y < want * (1 - TOLERANCE)
        return np.where(np.isfinite(y), found, np.nan)

    # The domain is walked by ratio, and a share's by the ratio of its odds.
    centre = math.log(at / (1 - at)) if share else math.log(at)
    with np.errstate(all="ignore"):
        crossing = _flip(below, centre)
        return band_of(1 / (1 + np.exp(-crossing)) if share else np.exp(crossing))


def _flip(state: Callable[[Array], Array], centre: float) -> Array:
    """The nearest place at which a state changes, at every point; nan where it never does."""
    inside, outside = np.full(POINTS, centre), np.full(POINTS, np.nan)
    begun = state(inside)
    reached = 0.0
    for widening in range(WIDENINGS):
        further = FIRST_REACH * 2**widening
        for side in (1, -1):
            place = np.full(POINTS, centre + side * further)
            flips = np.isnan(outside) & (state(place) == 1 - begun)
            outside[flips] = place[flips]
            inside[flips] = centre + side * reached
        reached = further
        if not np.isnan(outside).any():
            break
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        same = state(middle) == begun
        inside, outside = np.where(same, middle, inside), np.where(same, outside, middle)
    return np.where(state(outside) == 1 - begun, outside, np.nan)
