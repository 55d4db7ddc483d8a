"""Memory, held against direct sums, tables of harmonic numbers, zeta values and exact cases."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.memory import (
    cache_memory,
    connection_memory,
    hot_set,
    session_memory,
    zipf_cached,
    zipf_hit_ratio,
)

SKEWS = [0.0, 0.3, 0.64, 0.99, 1.0, 1.0 + 1e-9, 1.3, 2.0, 3.0]

counts = st.floats(1.0, 1e12)
skews = st.one_of(st.just(1.0), st.floats(0.0, 3.0))


def direct(n: int, skew: float) -> float:
    """H(n), summed from the smallest term up."""
    return float(np.sum(np.arange(n, 0, -1, dtype=float) ** -skew))


@pytest.mark.parametrize("skew", SKEWS)
@pytest.mark.parametrize("items", [1, 2, 15, 16, 17, 100, 1_000_000])
@pytest.mark.parametrize("part", [0.001, 0.2, 0.9])
def test_hit_ratio_is_the_direct_sum(skew: float, items: int, part: float) -> None:
    cached = math.ceil(items * part)
    expected = direct(cached, skew) / direct(items, skew)
    assert zipf_hit_ratio(cached, items, skew) == pytest.approx(expected, rel=1e-11, abs=0)


def test_hit_ratio_by_known_harmonic_numbers() -> None:
    """H(100) = 5.187377517639621 and H(10^6) = 14.392726722865724."""
    expected = 5.187377517639621 / 14.392726722865724
    assert zipf_hit_ratio(100.0, 1e6, 1.0) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("skew", "whole"),
    [
        (3.0, 1.2020569031595942),  # zeta(3)
        (2.0, math.pi**2 / 6 - 1e-12),  # zeta(2) less the rest beyond 1e12
        (1.0, math.log(1e12) + 0.5772156649015329),  # Euler's constant
        (0.5, 2e6 - 1.4603545088095868),  # zeta(1/2)
        (0.0, 1e12),
    ],
)
def test_hit_ratio_of_a_trillion_items(skew: float, whole: float) -> None:
    """One item cached takes 1 / H(items)."""
    assert zipf_hit_ratio(1.0, 1e12, skew) == pytest.approx(1 / whole, rel=1e-10, abs=0)


@given(counts, skews)
def test_everything_cached_answers_everything(items: float, skew: float) -> None:
    assert zipf_hit_ratio(items, items, skew) == 1.0
    assert zipf_hit_ratio(2 * items, items, skew) == 1.0
    assert zipf_hit_ratio(0.0, items, skew) == 0.0
    assert zipf_cached(1.0, items, skew) == items
    assert zipf_cached(0.0, items, skew) == 0.0


@given(counts, st.floats(0.0, 1.0), st.floats(0.0, 1.0), skews)
def test_more_cached_never_lowers_the_hit_ratio(
    items: float, one: float, other: float, skew: float
) -> None:
    less, more = sorted((one * items, other * items))
    low, high = zipf_hit_ratio(less, items, skew), zipf_hit_ratio(more, items, skew)
    assert 0.0 <= low <= high * (1 + 1e-13)
    assert high <= 1.0


def test_almost_everything_cached_answers_no_more_than_everything() -> None:
    """Where the last ranks hardly count, two sums round to a ratio a hair above 1."""
    random = np.random.default_rng(3)
    items = 10 ** random.uniform(0, 12, 20_000)
    cached = items * (1 - 10 ** random.uniform(-16, -1, 20_000))
    assert np.max(zipf_hit_ratio(cached, items, random.uniform(0, 5, 20_000))) == 1.0


@given(counts, st.floats(0.01, 1.0), skews)
def test_more_skew_never_lowers_the_hit_ratio(items: float, part: float, skew: float) -> None:
    cached = max(1.0, part * items)
    even, uneven = zipf_hit_ratio(cached, items, skew), zipf_hit_ratio(cached, items, skew + 0.1)
    assert even <= uneven * (1 + 1e-12)


@given(counts, st.floats(0.0, 1.0), skews)
def test_zipf_cached_finds_the_hit_ratio_again(items: float, hits: float, skew: float) -> None:
    cached = zipf_cached(hits, items, skew)
    assert 0.0 <= cached <= items
    assert zipf_hit_ratio(cached, items, skew) == pytest.approx(hits, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("skew", [0.64, 1.0, 1.5])
def test_zipf_cached_is_where_the_sum_reaches_the_share(skew: float) -> None:
    """Counted: the first rank at which 90% of the direct sum is reached."""
    sums = np.cumsum(np.arange(1, 100_001, dtype=float) ** -skew)
    rank = int(np.searchsorted(sums, 0.9 * sums[-1])) + 1
    assert math.ceil(zipf_cached(0.9, 1e5, skew)) == rank


@pytest.mark.parametrize(
    ("items", "skew"), [(0.5, 0.9), (0.0, 0.9), (-5.0, 0.9), (100.0, -0.1), (100.0, math.nan)]
)
def test_no_popularity_no_ratio(items: float, skew: float) -> None:
    assert math.isnan(zipf_hit_ratio(10.0, items, skew))
    assert math.isnan(zipf_cached(0.5, items, skew))


def test_less_than_nothing_cached() -> None:
    assert math.isnan(zipf_hit_ratio(-1.0, 100.0, 0.9))
    assert math.isnan(zipf_cached(1.5, 100.0, 0.9))


def test_a_fifth_of_a_days_reads() -> None:
    """1.7 billion reads a day of 500 bytes: 170 GB."""
    assert hot_set(1.7e9 / 86_400, 86_400.0, 0.2, 500.0) == pytest.approx(170e9)
    assert math.isnan(hot_set(1.0, 86_400.0, 20.0, 500.0))


def test_memory_of_a_million_entries_in_redis() -> None:
    """Empty keys and values of 56 bytes each: 56 MB."""
    assert cache_memory(1e6, 0.0, 56.0) == 56e6
    assert cache_memory(1e6, 100.0, 60.0) == 160e6


def test_memory_of_two_million_connections() -> None:
    """8 KB of kernel buffers each are 16 GB; with 12 KB of state, 40 GB."""
    assert connection_memory(2e6, 8e3, 0.0) == 16e9
    assert connection_memory(2e6, 8e3, 12e3) == 40e9


def test_sessions_live_as_long_as_their_timeout() -> None:
    """Counted: one a second for an hour, kept 30 minutes, 2 KB each."""
    started = np.arange(3600)
    alive = np.sum((started <= 3599) & (started + 1800 > 3599))
    assert session_memory(1.0, 1800.0, 2e3) == alive * 2e3
