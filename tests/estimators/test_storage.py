"""Storage, held against interest tables, sums over days, textbook birthdays and exact cases."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.storage import (
    amplified,
    collision_chance,
    compressed,
    deduplicated,
    grown_stock,
    grown_storage,
    id_lifetime,
    id_space,
    indexed,
    stock,
    storage,
    time_until_full,
)

DAY = 86_400.0
YEAR = 365 * DAY

rates = st.floats(1e-3, 1e9)
times = st.floats(1.0, 20 * YEAR)


def test_ten_years_of_100m_urls_a_day() -> None:
    """Xu, System Design Interview, chapter 8: 365 billion records, 36.5 TB at 100 bytes."""
    assert stock(100e6 / DAY, 10 * YEAR) == pytest.approx(365e9)
    assert storage(100e6 / DAY, 100.0, 10 * YEAR) == pytest.approx(36.5e12)


@given(rates, times)
def test_no_growth_is_rate_times_retention(rate: float, retention: float) -> None:
    assert grown_stock(rate, retention, 0.0, YEAR) == rate * retention
    assert grown_storage(rate, 500.0, retention, 0.0, YEAR) == rate * retention * 500.0


def test_growth_is_a_continuous_annuity() -> None:
    """Compound interest tables at 5%: a(10) = 7.7217349 and i / delta = 1.0247967."""
    assert grown_stock(1.0, 10.0, 0.05, 1.0) == pytest.approx(7.7217349 * 1.0247967, rel=1e-7)


@pytest.mark.parametrize("growth", [1.5, 0.3, 1e-9, -1e-9, -0.2, -0.9])
def test_growth_is_the_sum_over_the_days(growth: float) -> None:
    """Five years at the middle of each tenth of a day, by the rate that there was then."""
    ages = np.arange(0.05, 5 * 365, 0.1) * DAY
    written = 20.0 * (1 + growth) ** (-ages / YEAR)
    expected = np.sum(written) * 0.1 * DAY
    assert grown_stock(20.0, 5 * YEAR, growth, YEAR) == pytest.approx(expected, rel=1e-7)


def test_doubling_each_year_keeps_less_than_a_year_and_a_half_of_today() -> None:
    """1 / ln 2 = 1.4427 years of today's rate, however long things are kept."""
    assert grown_stock(1.0 / YEAR, 60 * YEAR, 1.0, YEAR) == pytest.approx(1.4426950409, rel=1e-9)


@given(rates, times, st.floats(-0.9, 5.0))
def test_period_is_a_matter_of_wording(rate: float, retention: float, growth: float) -> None:
    """30% a year is 69% in two years."""
    twice = (1 + growth) ** 2 - 1
    assert grown_stock(rate, retention, growth, YEAR) == pytest.approx(
        grown_stock(rate, retention, twice, 2 * YEAR), rel=1e-9
    )


@pytest.mark.parametrize(("growth", "period"), [(-1.0, YEAR), (-1.5, YEAR), (0.3, 0.0)])
def test_no_history_has_no_stock(growth: float, period: float) -> None:
    assert not math.isfinite(grown_stock(20.0, YEAR, growth, period))
    assert not math.isfinite(grown_storage(20.0, 500.0, YEAR, growth, period))


def test_what_is_added_and_taken_away() -> None:
    assert indexed(1e12, 0.25) == 1.25e12
    assert amplified(1e12, 1.1) == pytest.approx(1.1e12)
    assert compressed(3e12, 3.0) == 1e12
    assert deduplicated(1e12, 0.4) == pytest.approx(0.6e12)


def test_what_cannot_be_taken_away() -> None:
    assert not math.isfinite(compressed(1e12, 0.0))
    assert math.isnan(deduplicated(1e12, 1.2))


@given(st.floats(1.0, 1e15), st.floats(0.0, 1.0), rates)
def test_full_when_the_rest_has_come(capacity: float, taken: float, rate: float) -> None:
    used = capacity * taken
    time = time_until_full(capacity, used, rate)
    assert used + rate * time == pytest.approx(capacity)


def test_full_already_and_never_full() -> None:
    assert time_until_full(1e12, 2e12, 5.0) == 0.0
    assert not math.isfinite(time_until_full(1e12, 0.0, 0.0))
    assert not math.isfinite(time_until_full(1e12, 0.0, -5.0))


def test_seven_characters_of_62() -> None:
    """Xu, System Design Interview, chapter 8: about 3.5 trillion."""
    assert id_space(62, 7) == 3_521_614_606_208


def test_ids_beyond_a_float() -> None:
    assert not math.isfinite(id_space(62.0, 200.0))


def test_seven_characters_last_96_years_at_100m_a_day() -> None:
    """3,521,614,606,208 / (100M * 365)."""
    assert id_lifetime(id_space(62, 7), 100e6 / DAY) / YEAR == pytest.approx(96.4826, rel=1e-6)
    assert not math.isfinite(id_lifetime(1e9, 0.0))
    assert not math.isfinite(id_lifetime(1e9, -1.0))


# Published birthday figures for 1 - exp(-n (n - 1) / 2N) and for the exact chance, where the
# two agree to the digits given.
@pytest.mark.parametrize(
    ("items", "ids", "chance", "error"),
    [
        (23, 365, 0.500002, 1e-6),  # exactly 0.507297
        (77_163, 2**32, 0.5, 1e-5),  # the birthday attack's table for 32 bits
        (5.1e9, 2.0**64, 0.5, 0.01),  # and for 64
        (2, 365, 1 / 365, 1e-5),  # exactly 1/365
    ],
)
def test_birthdays(items: float, ids: float, chance: float, error: float) -> None:
    assert collision_chance(items, ids) == pytest.approx(chance, abs=error)


def test_tiny_chances_keep_their_digits() -> None:
    """A million random 122-bit UUIDs: n^2 / 2N, which 1 - exp(...) would round to 0."""
    assert collision_chance(1e6, 2.0**122) == pytest.approx(1e12 / 2 / 2.0**122, rel=1e-5, abs=0)


@pytest.mark.parametrize(("items", "chance"), [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (366.0, 1.0)])
def test_one_alone_never_collides_and_a_crowd_must(items: float, chance: float) -> None:
    assert collision_chance(items, 365.0) == chance


def test_three_draws_of_two_ids_always_collide() -> None:
    assert collision_chance(3.0, 2.0) == 1.0


def test_no_ids_no_chance() -> None:
    assert not math.isfinite(collision_chance(5.0, 0.0))
