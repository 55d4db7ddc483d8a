"""How sure a count or an error is: intervals that hold the true one in 95 of 100 cases."""

from __future__ import annotations

import math
from typing import Final

Z95: Final = 1.959963984540054
"""The standard normal score that 95% lie within, on both sides."""


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95% confidence: Wilson's score interval.

    (p + z^2 / 2n -+ z * sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n),   p = hits / n, z = 1.96

    Args:
        hits: how often it happened.
        trials: of how many (n), at least one.

    Returns:
        The lower and the upper share.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference (JASA 22,
    1927); Newcombe, Two-sided confidence intervals for the single proportion (Statistics in
    Medicine 17, 1998), method 3.
    """
    share, square = hits / trials, Z95**2 / trials
    middle = share + square / 2.0
    half = math.sqrt(square * (share * (1.0 - share) + square / 4.0))
    # At the ends the two cancel: none of n leaves 0 open, and all of n leaves 1.
    low = 0.0 if hits == 0 else (middle - half) / (1.0 + square)
    high = 1.0 if hits == trials else (middle + half) / (1.0 + square)
    return low, high


def spread(error: float, trials: int) -> tuple[float, float]:
    """Between which the true standard error lies with 95% confidence, its mean known to be zero.

    error * sqrt(n / chi2(97.5%, n)) to error * sqrt(n / chi2(2.5%, n))
    chi2(p, n) = n * (1 - 2 / 9n + z_p * sqrt(2 / 9n))^3

    The quantiles of chi-square are Wilson and Hilferty's, within 2% from eight degrees of freedom.

    Args:
        error: the root mean square of what was measured.
        trials: how many measurements it is of (n).

    Returns:
        The lower and the upper standard error.

    Source: Wilson and Hilferty, The Distribution of Chi-Square (PNAS 17, 1931).
    """
    part = 2.0 / (9.0 * trials)
    low, high = (error * (1.0 - part + z * math.sqrt(part)) ** -1.5 for z in (Z95, -Z95))
    return low, high
