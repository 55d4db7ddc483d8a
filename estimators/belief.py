"""What is believed of an input whose value is not known: a distribution fitted to its interval.

Each is a standard normal score bent into shape: at -1.645 it gives the lower end of the interval,
at 1.645 the upper. So 90% lie between the two, to rounding error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal

import numpy as np

from estimators.points import Array
from models.quantity import Interval, Range

P95: Final = NormalDist().inv_cdf(0.95)
"""The standard normal score that 95% lie below: 1.645."""

Shape = Literal["lognormal", "normal", "logit-normal"]


@dataclass(frozen=True, slots=True)
class Belief:
    """A distribution of one input, in base units.

    Args:
        shape: `lognormal`: the logarithm is normal. `logit-normal`: the log odds of a share are,
            so it stays within 0..1. `normal`: the value itself is, but tapers off instead of
            crossing zero, below half of its lower end.
        location: the median's logarithm, log odds, or itself.
        scale: the standard deviation of the same.
    """

    shape: Shape
    location: float
    scale: float

    @classmethod
    def of(cls, value: Interval, share: bool) -> Belief:
        """The distribution that gives an interval's ends as p5 and p95."""
        low, high = value.low.base, value.high.base
        if share:
            shape: Shape = "logit-normal"
            low, high = math.log(low / (1 - low)), math.log(high / (1 - high))
        elif isinstance(value, Range):
            shape = "lognormal"
            low, high = math.log(low), math.log(high)
        else:
            shape = "normal"
        return cls(shape, (low + high) / 2, (high - low) / (2 * P95))

    def at(self, score: Array) -> Array:
        """The values at standard normal scores."""
        x = self.location + self.scale * score
        if self.shape == "lognormal":
            return np.exp(x)
        if self.shape == "logit-normal":
            return 1 / (1 + np.exp(-x))
        # A count or a size is never negative: the tail nears zero, value and slope continuous.
        bend = (self.location - P95 * self.scale) / 2
        return np.where(x >= bend, x, bend**2 / (2 * bend - np.minimum(x, bend)))
