"""Sizing: each estimator by hand, as floats and as pint quantities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.sizing import (
    count_need,
    fleet,
    operations,
    planned,
    rate_need,
    space_need,
    times_of,
)
from models.units import registry


def test_a_rate_needs_what_it_keeps_busy() -> None:
    u = registry()
    need = rate_need(180_000.0 * u.op / u.second, 50_000.0 * u.op / u.second / u.node)
    assert need.to("node").magnitude == pytest.approx(3.6)


def test_bytes_need_what_they_fill() -> None:
    u = registry()
    assert space_need(1.5 * u.TB, 500.0 * u.GB / u.node).to("node").magnitude == pytest.approx(3)


def test_two_million_connections_on_one_phoenix_node() -> None:
    """Phoenix (2015): 2 million on one server of 40 cores; ten million are five."""
    u = registry()
    need = count_need(10e6, 2e6 / u.node)
    assert need.to("node").magnitude == pytest.approx(5)


def test_operations_and_times_are_what_they_count() -> None:
    assert operations(5.0) == 5.0
    assert times_of(5.0) == 5.0


def test_what_cannot_do_anything_needs_no_finite_number() -> None:
    for need in (rate_need, space_need, count_need):
        assert not math.isfinite(need(5.0, 0.0))


def test_a_plan_is_larger_by_its_margin_and_by_what_stays_free() -> None:
    assert planned(3.0, 1.5, 0.6) == pytest.approx(7.5)


@pytest.mark.parametrize("utilisation", [0.0, -0.1, 1.1])
def test_a_utilisation_that_is_none_plans_nothing(utilisation: float) -> None:
    assert not math.isfinite(planned(3.0, 1.0, utilisation))


@pytest.mark.parametrize(
    ("needed", "copies", "headroom", "spares", "nodes"),
    [
        (2.4, 1, 1.0, 0, 3),  # rounded up
        (3.0, 1, 1.0, 0, 3),  # a whole need is not rounded up
        (4.8, 2, 1.0, 1, 7),  # three pairs and a spare
        (7.2, 3, 1.0, 1, 10),  # three sets of three and a spare
        (0.01, 1, 1.0, 0, 1),  # there is always one
        (0.01, 3, 1.0, 0, 3),  # or one set
        (0.0, 1, 1.0, 2, 3),
        (10.0, 1, 1.5, 0, 15),  # three zones
        (4.0, 1, 2.0, 0, 8),  # two zones
        (0.01, 1, 1.5, 0, 2),  # one node is not in two zones
        (0.1 + 0.2, 1, 10.0, 0, 3),  # 3.0000000000000004 is 3
    ],
)
def test_a_fleet_is_whole_sets_with_what_may_be_lost_on_top(
    needed: float, copies: float, headroom: float, spares: float, nodes: int
) -> None:
    assert fleet(needed, copies, headroom, spares) == nodes


def test_a_fleet_in_units_is_in_nodes() -> None:
    u = registry()
    found = fleet(4.8 * u.node, 2.0, 1.0, 1.0 * u.node)
    assert found.to("node").magnitude == 7


def test_a_fleet_in_unreduced_units_is_in_nodes() -> None:
    """A rate a day over a rate a second of one node is a number of nodes all the same."""
    u = registry()
    need = rate_need(4.8 * 86_400.0 * 100.0 * u.op / u.day, 100.0 * u.op / u.second / u.node)
    assert fleet(need, 2.0, 1.0, 1.0 * u.node).to("node").magnitude == pytest.approx(7)


def test_fleets_over_arrays_are_done_at_once() -> None:
    found = fleet(np.array([0.5, 2.4, 4.8]), 2.0, 1.0, 1.0)
    assert found.tolist() == [3, 5, 7]


NEEDS = st.floats(0.0, 1e6)


@given(NEEDS, NEEDS, st.integers(1, 7), st.sampled_from([1.0, 1.5, 2.0]), st.integers(0, 3))
@settings(deadline=None)
def test_a_larger_need_never_takes_fewer_nodes(
    a: float, b: float, copies: int, headroom: float, spares: int
) -> None:
    less, more = sorted((a, b))
    low = fleet(less, copies, headroom, spares)
    assert low <= fleet(more, copies, headroom, spares)
    assert low - spares >= less * headroom * (1 - 1e-9)
    assert (low - spares) % copies == 0


@given(NEEDS, st.integers(1, 7))
@settings(deadline=None)
def test_a_fleet_is_not_a_set_too_large(need: float, copies: int) -> None:
    assert fleet(need, copies, 1.0, 0.0) - copies < max(need, 1e-9)
