"""Traffic, held against tables of Bessel functions, sums, simulated streams and exact cases."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.traffic import (
    average,
    busy_hour_share,
    concurrency,
    connections,
    debounced,
    drain_time,
    hybrid_fanout,
    load_at,
    peak_factor,
    peak_rate,
    pull_fanout,
    push_fanout,
    reads,
    request_rate,
    retried,
    writes,
)

HOUR = 3600.0
DAY = 86_400.0

# Abramowitz and Stegun, table 9.8: exp(-k) * I0(k).
SCALED_I0 = {1.0: 0.4657596077, 2.0: 0.3085083225, 5.0: 0.1835408126, 10.0: 0.1278333372}

rates = st.floats(1e-3, 1e9)
factors = st.floats(1.0, 24.0)


def test_a_hundred_million_users_who_act_eight_times_a_day() -> None:
    assert request_rate(100e6, 8 / DAY) == pytest.approx(9259.259259259)


def test_orders_that_a_million_a_second_would_need() -> None:
    """1M orders/s of 100M daily users are 864 orders a user a day."""
    assert request_rate(100e6, 864 / DAY) == pytest.approx(1e6)


@given(rates, factors)
def test_average_takes_a_peak_back(rate: float, factor: float) -> None:
    peak = peak_rate(rate, factor)
    assert average(peak, factor) == pytest.approx(rate)
    assert peak_factor(peak, rate) == pytest.approx(factor)


def test_a_peak_counts_as_if_it_lasted_unless_told() -> None:
    assert average(7000.0) == 7000.0


def test_nothing_is_no_average() -> None:
    assert not math.isfinite(average(7000.0, 0.0))
    assert not math.isfinite(peak_factor(7000.0, 0.0))


@given(rates, factors, st.floats(0.0, DAY))
def test_day_means_the_average_rate(rate: float, factor: float, busiest: float) -> None:
    # The mean over equal steps round a circle is exact for a smooth curve.
    times = np.arange(0.0, DAY, 120.0)
    assert np.mean(load_at(rate, factor, times, busiest)) == pytest.approx(rate, rel=1e-11)


@given(rates, st.floats(1.0, 500.0), st.floats(0.0, DAY))
def test_day_has_its_summit_when_busiest(rate: float, factor: float, busiest: float) -> None:
    assert load_at(rate, factor, busiest, busiest) == pytest.approx(rate * factor, rel=1e-12)
    assert load_at(rate, factor, busiest + DAY, busiest) == pytest.approx(rate * factor)


@pytest.mark.parametrize(("k", "scaled"), SCALED_I0.items())
def test_day_follows_the_bessel_tables(k: float, scaled: float) -> None:
    """With factor = 1 / (exp(-k) I0(k)), the curve 6 h off the summit is 1 / I0(k)."""
    aside = load_at(1.0, 1.0 / scaled, 14 * HOUR, 20 * HOUR)
    assert aside == pytest.approx(math.exp(-k) / scaled, rel=k * 1e-8)
    opposite = load_at(1.0, 1.0 / scaled, 8 * HOUR, 20 * HOUR)
    assert opposite == pytest.approx(math.exp(-2 * k) / scaled, rel=k * 1e-8, abs=0)


def test_day_with_a_sharp_summit() -> None:
    """Beyond the range where I0 is summed directly, which numpy still reaches at k = 600."""
    k, half_hour = 600.0, math.cos(math.pi / 24)
    factor = math.exp(k) / float(np.i0(k))
    expected = math.exp(k * half_hour) / float(np.i0(k))
    assert load_at(1.0, factor, 0.5 * HOUR, 0.0) == pytest.approx(expected, rel=3e-13, abs=0)


def test_flat_day() -> None:
    assert load_at(50.0, 1.0, 3 * HOUR, 20 * HOUR) == pytest.approx(50.0, rel=1e-15)
    assert busy_hour_share(1.0) == pytest.approx(1 / 24, rel=1e-14)


def test_no_day_peaks_below_its_average() -> None:
    assert math.isnan(load_at(50.0, 0.9, 0.0, 0.0))
    assert math.isnan(busy_hour_share(0.9))


@pytest.mark.parametrize("k", [0.5, 2.0, 20.0, 300.0])
def test_busy_hour_is_the_integral_of_its_hour(k: float) -> None:
    angles = np.linspace(-math.pi / 24, math.pi / 24, 20_001)
    curve = np.exp(k * np.cos(angles)) / (2 * math.pi * np.i0(k))
    factor = math.exp(k) / float(np.i0(k))
    assert busy_hour_share(factor) == pytest.approx(np.trapezoid(curve, angles), rel=1e-7)


@given(st.floats(1.0, 1e4))
def test_busy_hour_lies_between_a_flat_day_and_an_hour_of_summit(factor: float) -> None:
    share = busy_hour_share(factor)
    assert (1 - 1e-12) / 24 <= share <= min(factor / 24 * (1 + 1e-12), 1.0)


def test_busy_hour_of_a_day_in_one_hour() -> None:
    """24 times the average in the summit leaves a fifth outside the hour; 100 times, nothing."""
    assert busy_hour_share(24.0) < 0.8
    assert busy_hour_share(100.0) == pytest.approx(1.0, abs=1e-6)


@given(rates, st.floats(0.0, 1e6))
def test_reads_and_writes_make_the_rate(rate: float, ratio: float) -> None:
    assert reads(rate, ratio) + writes(rate, ratio) == pytest.approx(rate)
    assert reads(rate, ratio) == pytest.approx(ratio * writes(rate, ratio))


def test_a_negative_ratio_splits_nothing() -> None:
    assert math.isnan(reads(50.0, -0.5))
    assert math.isnan(writes(50.0, -0.5))


def test_fanout_of_one_celebrity() -> None:
    """A post a second to 10M followers; a read of 500 followees."""
    assert push_fanout(1.0, 10e6) == 10e6
    assert pull_fanout(2.0, 500.0) == 1000.0


@given(rates, rates, rates, rates)
def test_hybrid_fanout_ends_in_push_and_pull(
    posts: float, followers: float, opened: float, followees: float
) -> None:
    assert hybrid_fanout(posts, followers, 0.0, opened, 0.0) == push_fanout(posts, followers)
    assert hybrid_fanout(posts, followers, 1.0, opened, followees) == pull_fanout(opened, followees)


def test_hybrid_fanout_by_hand() -> None:
    assert hybrid_fanout(100.0, 200.0, 0.25, 1000.0, 3.0) == 15_000.0 + 3_000.0


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_no_share_lies_outside_0_to_1(share: float) -> None:
    assert math.isnan(hybrid_fanout(1.0, 1.0, share, 1.0, 1.0))
    assert math.isnan(connections(1.0, share, 1.0))
    assert math.isnan(retried(1.0, share, 1.0))


def test_concurrency_counts_what_is_open() -> None:
    """Count it: one arrival each 1/4 s, each staying 10 s."""
    arrivals = np.arange(0.0, 100.0, 0.25)
    open_at_50 = np.sum((arrivals <= 50.0) & (arrivals + 10.0 > 50.0))
    assert concurrency(4.0, 10.0) == open_at_50


def test_connections_by_hand() -> None:
    assert connections(2e9, 0.1, 1.5) == pytest.approx(300e6)


@given(st.floats(0.0, 1e9), st.floats(1.1, 100.0), rates)
def test_backlog_drains_when_as_much_left_as_came(
    backlog: float, spare: float, rate: float
) -> None:
    capacity = rate * spare
    time = drain_time(backlog, capacity, rate)
    assert capacity * time == pytest.approx(backlog + rate * time)


@pytest.mark.parametrize("capacity", [40.0, 30.0, 0.0])
def test_backlog_that_never_drains_has_no_time(capacity: float) -> None:
    assert math.isnan(drain_time(1000.0, capacity, 40.0))


def test_debounced_stream_of_random_gaps() -> None:
    """Simulated: of 400,000 exponential gaps of 0.2 s, those longer than the window."""
    gaps = np.random.default_rng(7).exponential(0.2, 400_000)
    for window in (0.05, 0.2, 0.5):
        share = debounced(1.0, window, 0.2)
        noise = math.sqrt(share * (1 - share) / gaps.size)
        assert share == pytest.approx(np.mean(gaps > window), abs=4 * noise)


def test_debounced_without_a_gap() -> None:
    assert math.isnan(debounced(1.0, 0.3, 0.0))


@given(rates, st.floats(0.0, 0.999), st.integers(0, 20))
def test_retried_is_the_sum_of_its_attempts(rate: float, failures: float, retries: int) -> None:
    attempts = math.fsum(failures**attempt for attempt in range(retries + 1))
    assert retried(rate, failures, retries) == pytest.approx(rate * attempts)


def test_retried_in_an_outage() -> None:
    assert retried(1000.0, 1.0, 2) == 3000.0
    assert math.isnan(retried(1000.0, 0.5, -1))
