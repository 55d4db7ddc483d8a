"""Queueing and tails, held against exact arithmetic and published tables."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.latency import (
    _erlang_c,
    _of_many,
    lognormal_mean,
    mean_wait,
    served_within,
    tail_chance,
    waiting_chance,
)
from models.units import registry


def exact(servers: int, load: Fraction) -> Fraction:
    """Erlang C by the recursion of Erlang B, in fractions: no rounding at all."""
    blocked = Fraction(1)
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def to_fifty_digits(servers: int, load: Decimal) -> Decimal:
    """The same in decimals of 50 digits, for many servers."""
    with localcontext() as context:
        context.prec = 50
        blocked = Decimal(1)
        for n in range(1, servers + 1):
            blocked = load * blocked / (n + load * blocked)
        return blocked / (1 - load / servers * (1 - blocked))


# Erlang C

# The documentation of pyworkforce: 100 calls in half an hour of three minutes each, 14 positions.
CALL_CENTRE = {"servers": 14, "load": 10, "waiting": 0.1741319, "within_20_s": 0.88835}
# Erlang B as in every traffic table (ITU-D SG 2/16, Teletraffic Engineering Handbook (2005),
# appendix; Angus, "An introduction to Erlang B and Erlang C", Telemanagement 187 (2001)): the
# traffic that so many channels carry with one call of a hundred lost, to three or four digits.
LOST_ONE_IN_A_HUNDRED = {
    1: 0.0101, 2: 0.153, 3: 0.455, 4: 0.869, 5: 1.36, 10: 4.46, 15: 8.11, 20: 12.0, 30: 20.3,
    50: 37.9, 100: 84.1,
}  # fmt: skip


def test_a_call_centre_is_as_published() -> None:
    found = waiting_chance(CALL_CENTRE["servers"], CALL_CENTRE["load"])
    assert found == pytest.approx(CALL_CENTRE["waiting"], abs=5e-8)


def test_the_service_level_of_a_call_centre_is_as_published() -> None:
    found = served_within(14, 10, 180.0, 20.0)
    assert found == pytest.approx(CALL_CENTRE["within_20_s"], abs=5e-6)


@pytest.mark.parametrize(("channels", "traffic"), LOST_ONE_IN_A_HUNDRED.items())
def test_erlang_c_follows_from_the_table_of_erlang_b(channels: int, traffic: float) -> None:
    """C = B / (1 - rho (1 - B)), with the table's B of 1%; the table has three digits."""
    rho = traffic / channels
    published = 0.01 / (1 - rho * (1 - 0.01))
    assert waiting_chance(channels, traffic) == pytest.approx(published, rel=0.03)


@pytest.mark.parametrize("servers", [1, 2, 3, 5, 14, 50, 200])
@pytest.mark.parametrize("hundredths", [1, 30, 70, 90, 99])
def test_erlang_c_is_that_of_exact_fractions(servers: int, hundredths: int) -> None:
    load = Fraction(hundredths * servers, 100)
    assert waiting_chance(servers, float(load)) == pytest.approx(
        float(exact(servers, load)), rel=1e-9
    )


@pytest.mark.parametrize("servers", [1000, 5000, 20_000])
@pytest.mark.parametrize("busy", ["0.5", "0.95", "0.99", "0.9999"])
def test_thousands_of_servers_are_no_trouble(servers: int, busy: str) -> None:
    expected = float(to_fifty_digits(servers, Decimal(busy) * servers))
    found = waiting_chance(servers, float(busy) * servers)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-300)


def test_one_server_is_waited_for_as_often_as_it_is_busy() -> None:
    loads = np.array([0.0, 0.1, 0.5, 0.9, 0.999])
    assert waiting_chance(1, loads) == pytest.approx(loads)


def test_two_servers_are_the_textbook_formula() -> None:
    """M/M/2: C = 2 rho^2 / (1 + rho); Kleinrock (1975), 3.5."""
    rho = np.array([0.05, 0.4, 0.75, 0.95])
    assert waiting_chance(2, 2 * rho) == pytest.approx(2 * rho**2 / (1 + rho), rel=1e-12)


@given(st.integers(1, 300), st.floats(0.0, 0.999), st.floats(0.0, 0.999))
@settings(deadline=None, max_examples=60)
def test_a_larger_load_never_makes_waiting_rarer(servers: int, a: float, b: float) -> None:
    low, high = sorted((a, b))
    less, more = waiting_chance(servers, np.array([low, high]) * servers)
    assert 0 <= less <= more * (1 + 1e-12) <= 1 + 1e-9


@given(st.integers(1, 300), st.floats(0.01, 0.99))
@settings(deadline=None, max_examples=60)
def test_one_more_server_makes_waiting_rarer(servers: int, busy: float) -> None:
    load = busy * servers
    fewer, more = waiting_chance(np.array([servers, servers + 1.0]), load)
    assert more < fewer or fewer < 1e-300


def test_half_a_server_more_lies_between_two_whole_numbers() -> None:
    low, middle, high = waiting_chance(np.array([4.0, 4.5, 5.0]), 3.0)
    assert middle == pytest.approx((low + high) / 2)
    # Four servers cannot carry this much, and four and a half can.
    assert 0 < waiting_chance(4.5, 4.2) <= 1


@pytest.mark.parametrize("servers", [1, 7, 4.5, 5000])
def test_without_load_nobody_waits(servers: float) -> None:
    assert waiting_chance(servers, 0.0) == 0.0
    assert mean_wait(servers, 0.0, 5.0) == 0.0


@pytest.mark.parametrize(
    ("servers", "load"), [(1, 1.0), (5, 5.0), (5, 7.5), (4.5, 4.5), (3, -0.1), (0, 0.5), (0.5, 0.1)]
)
def test_what_cannot_be_served_has_no_chance(servers: float, load: float) -> None:
    assert math.isnan(waiting_chance(servers, load))
    assert math.isnan(mean_wait(servers, load, 1.0))


def test_arrays_of_servers_and_loads_are_done_at_once() -> None:
    servers = np.array([[1.0], [14.0], [100.0]])
    loads = np.array([0.5, 0.9, 10.0])
    found = waiting_chance(servers, loads)
    assert found.shape == (3, 3)
    assert found[1, 2] == pytest.approx(CALL_CENTRE["waiting"], abs=5e-8)
    assert math.isnan(found[0, 2])


# Waiting times


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.8, 0.99])
def test_the_wait_for_one_server_is_that_of_m_m_1(rho: float) -> None:
    """W = rho / (1 - rho) x service; Kleinrock (1975), 3.2."""
    assert mean_wait(1, rho, 3.0) == pytest.approx(rho / (1 - rho) * 3.0)


def test_the_wait_of_a_call_centre_is_a_time() -> None:
    """0.1741319 x 180 s / (14 - 10) = 7.836 s."""
    second = registry().second
    found = mean_wait(14, 10, 180.0 * second)
    assert found.to("s").magnitude == pytest.approx(0.1741319 * 45, rel=1e-6)


# Tails


def test_a_hundred_calls_meet_one_in_a_hundred_in_63_of_100() -> None:
    """Dean and Barroso, The Tail at Scale (2013): 63% of requests take over a second."""
    assert tail_chance(0.01, 100) == pytest.approx(0.63, abs=0.005)


def test_two_thousand_servers_meet_one_in_ten_thousand_in_18_of_100() -> None:
    """Dean and Barroso, The Tail at Scale (2013): 1 in 10,000 and 2,000 servers, almost 1 in 5."""
    assert tail_chance(1e-4, 2000) == pytest.approx(0.18, abs=0.005)


@pytest.mark.parametrize(("chance", "calls"), [(0.5, 2), (0.1, 3), (1e-9, 7)])
def test_the_tail_is_one_minus_all_fast(chance: float, calls: int) -> None:
    expected = float(1 - (1 - Fraction(chance)) ** calls)
    assert tail_chance(chance, calls) == pytest.approx(expected, rel=1e-12)


def test_the_ends_of_a_tail() -> None:
    assert tail_chance(0.0, 100) == 0.0
    assert tail_chance(0.3, 1) == pytest.approx(0.3)
    with np.errstate(divide="ignore"):
        assert tail_chance(1.0, 5) == 1.0
    assert math.isnan(tail_chance(1.5, 2))
    assert math.isnan(tail_chance(-0.1, 2))


@pytest.mark.parametrize(("median", "p99"), [(1.0, 1.5), (0.4, 1.2), (20.0, 200.0)])
def test_the_mean_of_a_lognormal_is_that_of_its_quantiles(median: float, p99: float) -> None:
    """The mean is the integral of the quantile function over all shares."""
    from statistics import NormalDist

    normal = NormalDist()
    sigma = math.log(p99 / median) / normal.inv_cdf(0.99)
    shares = (np.arange(20_000) + 0.5) / 20_000
    scores = np.array([normal.inv_cdf(share) for share in shares])
    expected = float((median * np.exp(sigma * scores)).mean())
    assert lognormal_mean(median, p99) == pytest.approx(expected, rel=2e-3)


def test_a_time_without_spread_is_its_own_mean() -> None:
    assert lognormal_mean(5.0, 5.0) == 5.0


def test_a_p99_below_the_median_has_no_mean() -> None:
    assert math.isnan(lognormal_mean(5.0, 4.0))


def test_means_carry_their_unit() -> None:
    ms = registry().millisecond
    found: Any = lognormal_mean(20.0 * ms, 0.2 * registry().second)
    assert found.to("ms").magnitude == pytest.approx(lognormal_mean(20.0, 200.0))


@pytest.mark.parametrize("rho", [0.5, 0.9, 0.99, 0.9999])
def test_the_integral_of_many_servers_is_their_sum(rho: float) -> None:
    servers, load = np.array([2000.0]), np.array([2000.0 * rho])
    assert _of_many(servers, load) == pytest.approx(_erlang_c(2000.0, load), rel=1e-9)


@pytest.mark.parametrize("slack", [0.1, 1.0, 3.0])
def test_a_billion_servers_wait_as_halfin_and_whitt_say(slack: float) -> None:
    """Halfin and Whitt, Heavy-traffic limits (Operations Research 29, 1981), for c - a = b sqrt(c):
    the chance tends to 1 / (1 + b * Phi(b) / phi(b))."""
    normal, servers = NormalDist(), 1e9
    limit = 1 / (1 + slack * normal.cdf(slack) / normal.pdf(slack))
    load = servers - slack * math.sqrt(servers)
    assert waiting_chance(servers, load) == pytest.approx(limit, rel=1e-3)
    both = waiting_chance(np.array([2.0, servers]), np.array([1.0, load]))
    assert both == pytest.approx([1 / 3, waiting_chance(servers, load)], rel=1e-12)
