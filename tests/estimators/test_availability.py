"""Availability: the table of nines, series, copies, and what a path comes to."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from estimators.availability import downtime, majority, needed_by, redundant
from estimators.plan import Plan
from models.scenario import Scenario
from models.units import registry

# system-design-primer, "Availability in numbers"; Beyer et al., Site Reliability Engineering
# (2016), appendix A, which has the year at 365 days as well.
NINES = {
    "90%": (0.9, 36.5 * 24 * 60), "99%": (0.99, 3.65 * 24 * 60), "99.9%": (0.999, 8.76 * 60),
    "99.99%": (0.9999, 52.56), "99.999%": (0.99999, 5.256), "99.9999%": (0.999999, 31.5 / 60),
}  # fmt: skip
SystemOf = Callable[..., Plan]


@pytest.mark.parametrize(("share", "minutes"), NINES.values(), ids=NINES)
def test_the_table_of_nines(share: float, minutes: float) -> None:
    ureg = registry()
    away = downtime(share, 1.0 * ureg.year)
    assert away.to("min").magnitude == pytest.approx(minutes, rel=2e-3)


def test_three_nines_are_8_hours_and_46_minutes() -> None:
    away = downtime(0.999, 1.0 * registry().year).to("min").magnitude
    assert divmod(round(away), 60) == (8, 46)


@pytest.mark.parametrize("copies", [1, 2, 3, 5])
def test_copies_fail_only_all_together(copies: int) -> None:
    expected = float(1 - Fraction(1, 100) ** copies)
    assert redundant(0.99, copies) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("members", [1, 2, 3, 4, 5, 7])
def test_a_quorum_works_while_more_than_half_of_it_do(members: int) -> None:
    """Every way in which members may fail, counted one by one."""
    works = Fraction(9, 10)
    expected = sum(
        works ** sum(alive) * (1 - works) ** (members - sum(alive))
        for alive in product((0, 1), repeat=members)
        if 2 * sum(alive) > members
    )
    assert majority(0.9, members) == pytest.approx(float(expected), rel=1e-14)


def test_a_quorum_over_arrays_is_each_of_them() -> None:
    many = majority(np.array([0.9, 0.99, 1.0, 0.0]), np.array([3.0, 5.0, 7.0, 3.0]))
    assert many == pytest.approx([0.972, 0.9999901494, 1.0, 0.0], abs=1e-10)


@pytest.mark.parametrize(("share", "members"), [(1.2, 3), (-0.1, 3), (0.9, 0), (0.9, 1001)])
def test_what_is_no_quorum_has_no_availability(share: float, members: int) -> None:
    assert math.isnan(majority(share, members))


def test_two_of_three_nines_in_series_are_the_primers_figure() -> None:
    """system-design-primer: two of 99.9% in sequence are 99.8%, in parallel 99.9999%."""
    assert needed_by(0.999, 1.0) * needed_by(0.999, 1.0) == pytest.approx(0.998, abs=2e-6)
    assert redundant(0.999, 2) == pytest.approx(0.999999, abs=1e-12)


def test_a_step_that_some_requests_take_fails_only_those() -> None:
    assert needed_by(0.9, 0.2) == pytest.approx(0.98)
    assert needed_by(0.9, 0.0) == 1.0
    assert needed_by(0.9, 1.0) == pytest.approx(0.9)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_what_is_no_share_has_no_availability(share: float) -> None:
    assert math.isnan(redundant(share, 2))
    assert math.isnan(needed_by(share, 0.5))
    assert math.isnan(needed_by(0.5, share))
    assert math.isnan(downtime(share, 1.0))


def one(availability: str, more: str = "") -> str:
    return f'external | latency = "time" | set = {{ availability = "{availability}"{more} }}'


def test_a_path_is_up_where_all_its_components_are(system_of: SystemOf) -> None:
    plan = system_of(
        {"a": one("99.9%"), "b": one("99%"), "c": one("90%"), "log": one("50%")},
        {
            "get": [
                'to = "a"', 'to = "b"', 'to = "c", chance = "0.1"',
                'to = "log", background = true',
            ]
        },
        {"time": "1 ms"},
    )  # fmt: skip
    found = plan.estimate(Scenario(plan.preset)).paths["get"]
    expected = 0.999 * 0.99 * (1 - 0.1 * 0.1)
    assert found.availability is not None
    assert found.downtime is not None
    assert found.availability.base == pytest.approx(expected, rel=1e-12)
    assert found.downtime.base == pytest.approx((1 - expected) * 365 * 86400, rel=1e-9)


def test_a_component_that_is_asked_twice_fails_once(system_of: SystemOf) -> None:
    """Whether it is up does not change between the first call and the second."""
    plan = system_of({"a": one("99%")}, {"get": ['to = "a"', 'to = "a"']}, {"time": "1 ms"})
    found = plan.estimate(Scenario(plan.preset)).paths["get"].availability
    assert found is not None
    assert found.base == pytest.approx(0.99)


def test_copies_and_spares_of_ones_own_are_redundant(system_of: SystemOf) -> None:
    given = 'redis | replicas = 2 | set = { availability = "99%" }'
    plan = system_of({"a": given}, {"get": ['to = "a"']})
    scenario = Scenario(plan.preset)
    for spares, copies in (("0", 2), ("1", 3)):
        found = plan.estimate(scenario.with_change("a.spares", spares)).paths["get"].availability
        assert found is not None
        assert found.base == pytest.approx(1 - 0.01**copies, rel=1e-12)


def test_a_path_of_which_nothing_is_said_has_none(system_of: SystemOf) -> None:
    plan = system_of({"a": 'external | latency = "time"'}, {"get": ['to = "a"']}, {"time": "1 ms"})
    found = plan.estimate(Scenario(plan.preset)).paths["get"]
    assert (found.availability, found.downtime) == (None, None)


def test_a_group_needs_more_than_half_of_its_members(system_of: SystemOf) -> None:
    given = 'redis | group = 5 | set = { availability = "99%" }'
    plan = system_of({"a": given}, {"get": ['to = "a"']})
    found = plan.estimate(Scenario(plan.preset)).paths["get"].availability
    assert found is not None
    # C(5,3) 0.99^3 0.01^2 + C(5,4) 0.99^4 0.01 + 0.99^5
    assert found.base == pytest.approx(0.9999901494, abs=1e-10)
