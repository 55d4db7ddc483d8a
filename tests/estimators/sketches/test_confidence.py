"""Intervals beside published tables and their own definitions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.sketches.confidence import spread, wilson

# Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
NEWCOMBE = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0000, 0.1611),
    (1, 29): (0.0061, 0.1718),
}
# Chi-square at 2.5% and 97.5%, as in every table (NIST/SEMATECH e-Handbook, 1.3.6.7.4).
CHI_SQUARE = {
    8: (2.180, 17.535), 10: (3.247, 20.483), 30: (16.791, 46.979), 100: (74.222, 129.561),
}  # fmt: skip


@pytest.mark.parametrize(("counted", "interval"), NEWCOMBE.items())
def test_the_interval_of_a_share_is_as_published(
    counted: tuple[int, int], interval: tuple[float, float]
) -> None:
    assert wilson(*counted) == pytest.approx(interval, abs=5.1e-5)


@given(st.integers(1, 10**7), st.floats(0, 1))
def test_the_ends_of_the_interval_are_where_the_score_test_turns(trials: int, part: float) -> None:
    """Wilson's own definition: n (p - share)^2 = z^2 p (1 - p) at both ends."""
    hits = round(trials * part)
    share, ends = hits / trials, wilson(hits, trials)
    assert 0 <= ends[0] <= share <= ends[1] <= 1
    for p in ends:
        assert trials * (p - share) ** 2 == pytest.approx(
            1.959963984540054**2 * p * (1 - p), rel=1e-5, abs=1e-9
        )


@pytest.mark.parametrize(("trials", "quantiles"), CHI_SQUARE.items())
def test_the_interval_of_a_standard_error_is_that_of_the_chi_square_tables(
    trials: int, quantiles: tuple[float, float]
) -> None:
    low, high = spread(0.01, trials)
    assert low == pytest.approx(0.01 * math.sqrt(trials / quantiles[1]), rel=0.01)
    assert high == pytest.approx(0.01 * math.sqrt(trials / quantiles[0]), rel=0.01)
