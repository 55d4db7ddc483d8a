"""Figures that cannot hold together: found by kind, with how far they are apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from estimators.clashes import clashes
from estimators.plan import Plan
from models.clash import Clash
from models.scenario import Scenario

PlanOf = Callable[..., Plan]
INPUTS = {
    "daily": '1M url/day | basis = "documented"',
    "dau": '100M user | basis = "documented"',
    "orders": '0.02 to 0.1 redirect/user/day | basis = "assumed" | why = "few buy"',
}
DERIVED = {"rate": "daily | url/s", "order_rate": "dau * orders | redirect/s"}


def figure(label: str, said: str, against: str, *more: str) -> str:
    lines = [f'label = "{label}"', f'said = "{said}"', f'figure = "{said}"', *more]
    return "\n".join(["[[documented]]", *lines, f'against = "{against}"', 'source = "test"'])


def found(plan_of: PlanOf, *figures: str) -> tuple[Clash, ...]:
    plan = plan_of(INPUTS, DERIVED, "\n".join(figures))
    return clashes(plan.audit(Scenario(plan.preset)).documented)


DAILY = figure("Daily", "~1M url/day", "daily")


def rate(said: str, label: str = "Rate") -> str:
    return figure(label, said, "rate", 'reconcile = "daily"', 'over = "daily"')


def orders(said: str, label: str = "Orders") -> str:
    return figure(label, said, "order_rate", 'reconcile = "orders"')


def test_a_thousandfold_peak_over_a_daily_million_cannot_hold(plan_of: PlanOf) -> None:
    """10,000 a second are 864M a day: LeetCode's two figures as they are documented."""
    (clash,) = found(plan_of, rate("~10K url/s"), DAILY)
    assert (clash.kind, clash.factor) == ("volume", pytest.approx(864))
    assert clash.beside is not None
    assert (clash.figure.label, clash.beside.label) == ("Rate", "Daily")


def test_a_rate_below_the_average_of_its_volume_cannot_hold_either(plan_of: PlanOf) -> None:
    # 1M a day are 11.6 a second.
    (clash,) = found(plan_of, rate("~5 url/s"), DAILY)
    assert (clash.kind, clash.factor) == ("volume", pytest.approx(0.432))


@pytest.mark.parametrize("said", ["~10 url/s", "~40 url/s", "~115 url/s"])
def test_a_peak_of_up_to_ten_times_the_average_may_hold(said: str, plan_of: PlanOf) -> None:
    assert [c for c in found(plan_of, rate(said), DAILY) if c.kind == "volume"] == []


def test_a_volume_that_is_only_derived_proves_nothing(plan_of: PlanOf) -> None:
    assert [c for c in found(plan_of, rate("~10K url/s")) if c.kind == "volume"] == []


def test_orders_of_864_a_user_and_day_would_have_to_be_true(plan_of: PlanOf) -> None:
    """A million orders a second of 100M users: 1M * 86,400 / 100M."""
    (clash,) = found(plan_of, orders("~1M redirect/s"))
    held = clash.figure.literal
    assert (clash.kind, clash.beside) == ("input", None)
    assert held.reconcile is not None
    assert held.reconcile.needs is not None
    assert held.reconcile.needs.base * 86400 == pytest.approx(864)
    assert clash.factor == pytest.approx(1 / held.ratio)


def test_two_figures_of_one_thing_clash_beyond_a_factor_of_one_and_a_half(
    plan_of: PlanOf,
) -> None:
    apart = found(plan_of, orders("~10 redirect/s", "A"), orders("~20 redirect/s", "B"))
    (clash,) = [c for c in apart if c.kind == "twice"]
    assert clash.beside is not None
    assert (clash.figure.label, clash.beside.label, clash.factor) == ("B", "A", 2)
    near = found(plan_of, orders("~10 redirect/s", "A"), orders("~14 redirect/s", "B"))
    assert [c for c in near if c.kind == "twice"] == []


def test_a_rate_and_the_volume_it_stands_over_are_not_told_twice(plan_of: PlanOf) -> None:
    kinds = [c.kind for c in found(plan_of, rate("~10K url/s"), DAILY)]
    assert kinds == ["volume"]


def test_the_widest_of_each_kind_comes_first(plan_of: PlanOf) -> None:
    several = found(
        plan_of, orders("~1K redirect/s", "A"), orders("~1M redirect/s", "B"), DAILY,
        rate("~10K url/s", "C"), rate("~100K url/s", "D"),
    )  # fmt: skip
    told = [(c.kind, c.figure.label) for c in several]
    assert told[:2] == [("volume", "D"), ("volume", "C")]
    assert told[-2:] == [("input", "B"), ("input", "A")]


def test_what_agrees_does_not_clash(plan_of: PlanOf) -> None:
    assert found(plan_of, orders("~50 redirect/s"), DAILY) == ()
