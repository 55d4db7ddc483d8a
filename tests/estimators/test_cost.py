"""Cost: published bills recomputed, and tiers by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from estimators.cost import node_cost, stored_cost, used_cost
from estimators.plan import Plan
from models.scenario import Scenario
from models.units import registry
from presets.kinds import kinds
from presets.loader import load

SystemOf = Callable[..., Plan]

# zeonedge.com, "DynamoDB cost optimization": on-demand prices before November 2024, over 730 h.
WRITES, READS, HOURS = 1000, 10_000, 730
PUBLISHED = {"write_cost": 3285, "read_cost": 6570, "on_demand": 9855, "provisioned": 1423.50}


def a_month(cost: Any) -> float:
    return float(cost.to("USD/month").magnitude)


def units() -> Any:
    return registry()


def test_the_month_is_that_of_the_golden() -> None:
    assert (1.0 * units().month).to("h").magnitude == pytest.approx(HOURS)


def test_requests_on_demand_cost_what_was_published() -> None:
    """1,000 writes and 10,000 reads a second at $1.25 and $0.25 a million."""
    u = units()
    writes = a_month(used_cost(WRITES / u.second, 1.25e-6 * u.USD))
    reads = a_month(used_cost(READS / u.second, 0.25e-6 * u.USD))
    assert writes == pytest.approx(PUBLISHED["write_cost"])
    assert reads == pytest.approx(PUBLISHED["read_cost"])
    assert writes + reads == pytest.approx(PUBLISHED["on_demand"])


def test_a_preset_with_that_store_costs_what_was_published(system_of: SystemOf) -> None:
    given = 'dynamodb | set = { read_price = "0.25e-6 USD/op", write_price = "1.25e-6 USD/op" }'
    puts = {"puts": "1000 op/s", "puts_top": '2000 op/s | at = "peak"', "rate": "10K op/s"}
    plan = system_of(
        {"store": given},
        {
            "get": ['to = "store"'],
            "put": ['rate = "puts", peak = "puts_top"', 'to = "store", op = "write"'],
        },
        puts,
    )
    found = plan.estimate(Scenario(plan.preset)).cost
    assert found is not None
    assert found.month.base * HOURS * 3600 == pytest.approx(PUBLISHED["on_demand"])


def test_provisioned_units_cost_what_was_published() -> None:
    """A unit is one request a second, at $0.00065 a write and $0.00013 a read and hour."""
    u = units()
    cost = node_cost(WRITES * u.node, 0.00065 * u.USD / u.node / u.hour)
    cost = cost + node_cost(READS * u.node, 0.00013 * u.USD / u.node / u.hour)
    assert a_month(cost) == pytest.approx(PUBLISHED["provisioned"])


def test_stored_bytes_cost_by_the_month() -> None:
    u = units()
    assert a_month(stored_cost(50.0 * u.TB, 0.023 * u.USD / u.GB / u.month)) == pytest.approx(1150)


def test_the_shipped_prices_of_s3_are_those_of_its_price_list() -> None:
    """us-east-1, S3 Standard: $0.023 up to 50 TB, $0.022 the next 450, $0.021 above."""
    figure = kinds(["s3"])["s3"].storage_price
    assert figure is not None
    prices = [tier.value.text for tier in figure.tiers]
    assert [price.split("/")[0].lstrip("$") for price in prices] == ["0.023", "0.022", "0.021"]
    bounds = [tier.up_to.base for tier in figure.tiers if tier.up_to is not None]
    assert bounds == pytest.approx([50e12, 500e12])


def test_shares_of_the_bill_sum_to_one_and_fall(system: str) -> None:
    plan = load(system)
    cost = plan.estimate(Scenario(plan.preset)).cost
    assert cost is not None
    shares = [item.share for item in cost.items]
    assert sum(shares) == pytest.approx(1, abs=1e-12)
    assert shares == sorted(shares, reverse=True)
    assert sum(item.month.base for item in cost.items) == pytest.approx(cost.month.base)
    assert min(shares) >= 0
