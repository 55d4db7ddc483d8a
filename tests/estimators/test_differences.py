"""Scenarios side by side: what differs, and a ratio parted among its causes by Shapley's value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.differences import (
    MOST_CAUSES,
    Change,
    Difference,
    Differences,
    differences,
    differences_over_years,
)
from estimators.plan import Plan
from models.quantity import Quantity
from models.scenario import Scenario, ScenarioError
from presets.loader import load

PlanOf = Callable[..., Plan]
SYSTEMS = ("ad-click-aggregator", "social-media", "url-shortener")


def changed(plan: Plan, **changes: str) -> Scenario:
    scenario = Scenario(plan.preset)
    for name, text in changes.items():
        scenario = scenario.with_change(name, text)
    return scenario


def beside(plan: Plan, *others: Mapping[str, str]) -> Differences:
    """The preset as it is beside it with changes, once or several times."""
    scenarios = [Scenario(plan.preset), *(changed(plan, **other) for other in others)]
    return differences(plan, scenarios, [f"s{i}" for i in range(len(scenarios))])


def number(found: Differences, address: str) -> Difference:
    (one,) = [number for number in found.numbers if number.address == address]
    return one


def factors(change: Change) -> dict[str, float]:
    return {cause.input: cause.factor for cause in change.causes}


def shares(change: Change) -> dict[str, float | None]:
    return {cause.input: cause.share for cause in change.causes}


def over_all_orders(names: Sequence[str], value: Callable[[frozenset[str]], float]) -> dict:
    """What each of some changes multiplies by, averaged over all orders of making them."""
    effects = dict.fromkeys(names, 0.0)
    orders = list(permutations(names))
    for order in orders:
        done: frozenset[str] = frozenset()
        for name in order:
            after = done | {name}
            effects[name] += math.log(value(after) / value(done)) / len(orders)
            done = after
    return {name: math.exp(effect) for name, effect in effects.items()}


@pytest.fixture(scope="module")
def links(plan_of: PlanOf) -> Plan:
    return plan_of(
        {
            "dau": "100M user | grows = true",
            "clicks": "8 redirect/user/day",
            "made": "4 to 16 url/user/day",
            "size": "500 B/url",
            "retention": "5 year",
            "spare": "3",
        },
        {
            "redirect_rate": "dau * clicks | redirect/s",
            "create_rate": "dau * made | url/s",
            "ratio": "redirect_rate / create_rate | redirect/url",
            "stored": "storage(create_rate, size, retention) | PB",
            "copies": "spare * 2 | ",
        },
    )


@pytest.fixture(scope="module")
def sums(plan_of: PlanOf) -> Plan:
    return plan_of(
        {
            "web": "10 user | grows = true",
            "phone": "30 user | grows = true",
            "factor": "2x",
            "staff": "5 user",
        },
        {
            "total": "web + phone | user",
            "scaled": "(web + phone) * factor + staff | user",
            "most": "max(web, phone) | user",
            "over": "max(web - 50 * user, 0 * user) | user",
        },
    )


@pytest.fixture(scope="module")
def room(plan_of: PlanOf) -> Plan:
    """10 seats for 5 users: what is left may come to less than nothing."""
    return plan_of(
        {"seats": "10 user | grows = true", "taken": "5 user"},
        {"left": "seats - taken | user", "double": "seats * 2 | user"},
    )


# A product


def test_in_a_product_each_cause_is_the_inputs_own_ratio(links: Plan) -> None:
    changes = {"dau": "200M", "made": "4 to 36", "size": "400", "retention": "1 year"}
    found = beside(links, changes)
    (stored,) = number(found, "stored").changes
    # The middle of 4 to 36 is 12, of 4 to 16 it is 8.
    expected = {"dau": 2.0, "made": 1.5, "size": 0.8, "retention": 0.2}
    assert factors(stored) == pytest.approx(expected, rel=1e-12)
    assert stored.ratio == pytest.approx(2 * 1.5 * 0.8 * 0.2, rel=1e-12)
    logs = {name: math.log(factor) / math.log(0.48) for name, factor in expected.items()}
    assert shares(stored) == pytest.approx(logs, rel=1e-9)
    assert [c.input for c in stored.causes] == ["retention", "dau", "made", "size"]
    (rate,) = number(found, "redirect_rate").changes
    assert factors(rate) == pytest.approx({"dau": 2.0})
    assert shares(rate) == pytest.approx({"dau": 1.0})


def test_values_and_bands_are_those_of_the_estimates(links: Plan) -> None:
    scenarios = [Scenario(links.preset), changed(links, dau="200M")]
    found = differences(links, scenarios, ["a", "b"])
    for one in found.numbers:
        before, after = (links.estimate(s).derived[one.address] for s in scenarios)
        assert (one.value, one.band, one.label) == (before.value, before.band, before.label)
        assert (one.changes[0].value, one.changes[0].band) == (after.value, after.band)
    # 100M users make 4 to 16 links a day: the band that was typed.
    band = number(found, "create_rate").changes[0].band
    assert band is not None
    assert (band.p5.base, band.p95.base) == pytest.approx((8e8 / 86400, 32e8 / 86400), rel=1e-9)


def test_causes_that_cancel_out_are_told_though_the_number_is_the_same(sums: Plan) -> None:
    found = beside(sums, {"web": "30", "phone": "10"})
    assert "total" in found.same
    assert "most" in found.same
    found = beside(sums, {"web": "30", "phone": "10"}, {"web": "20"})
    cancelled, doubled = number(found, "total").changes
    assert cancelled.ratio == pytest.approx(1)
    # From 40: the web first gives 60, phones first 20; over both orders sqrt(60/40 * 40/20).
    assert factors(cancelled) == pytest.approx({"web": math.sqrt(3), "phone": 1 / math.sqrt(3)})
    assert shares(cancelled) == {"web": None, "phone": None}
    assert shares(doubled) == pytest.approx({"web": 1.0})


# A sum, by hand and by all orders


def test_a_sum_of_two_is_parted_by_the_mean_of_both_orders(sums: Plan) -> None:
    (total,) = number(beside(sums, {"web": "20", "phone": "90"}), "total").changes
    # 40 -> 50 -> 110 with the web first, 40 -> 100 -> 110 with phones first.
    assert total.ratio == pytest.approx(110 / 40)
    web = math.sqrt(50 / 40 * 110 / 100)
    phone = math.sqrt(110 / 50 * 100 / 40)
    assert factors(total) == pytest.approx({"phone": phone, "web": web}, rel=1e-12)
    assert [cause.input for cause in total.causes] == ["phone", "web"]


def test_more_inputs_are_parted_by_the_mean_of_all_orders(sums: Plan) -> None:
    after = {"web": 25.0, "phone": 12.0, "factor": 3.0, "staff": 40.0}
    before = {"web": 10.0, "phone": 30.0, "factor": 2.0, "staff": 5.0}
    found = beside(sums, {name: f"{value!r}" for name, value in after.items()})

    def scaled(done: frozenset[str]) -> float:
        at = {name: (after if name in done else before)[name] for name in before}
        return (at["web"] + at["phone"]) * at["factor"] + at["staff"]

    (change,) = number(found, "scaled").changes
    assert factors(change) == pytest.approx(over_all_orders(list(before), scaled), rel=1e-12)
    # 85 before and 151 after; phones alone work against it.
    assert change.ratio == pytest.approx(151 / 85)
    assert [cause.input for cause in change.causes if cause.share and cause.share < 0] == ["phone"]


def test_an_input_that_never_decides_a_maximum_causes_nothing(sums: Plan) -> None:
    found = beside(sums, {"web": "20", "phone": "60"})
    (most,) = number(found, "most").changes
    assert factors(most) == pytest.approx({"phone": 2.0})


# Shipped systems


def stepped(plan: Plan, name: str, step: float) -> str:
    """An input's median times a step; a share's odds times it."""
    median = dict(Scenario(plan.preset).medians())[name]
    if not plan.preset.inputs[name].share:
        return Quantity(median.magnitude * step, median.unit).text
    odds = median.base / (1 - median.base) * step
    return Quantity.of_base(odds / (1 + odds), median.unit).text


@given(system=st.sampled_from(SYSTEMS), data=st.data())
@settings(deadline=None, max_examples=20)
def test_causes_multiply_to_the_ratio_and_their_shares_sum_to_one(
    system: str, data: st.DataObject
) -> None:
    plan = load(system)
    names = data.draw(
        st.lists(st.sampled_from(list(plan.preset.inputs)), min_size=1, max_size=5, unique=True)
    )
    steps = st.floats(0.4, 2.5).filter(lambda step: abs(step - 1) > 0.01)
    found = beside(plan, {name: stepped(plan, name, data.draw(steps)) for name in names})
    assert set(found.inputs) == set(names)
    assert {n.address for n in found.numbers} | set(found.same) == set(plan.preset.outcomes)
    for one in found.numbers:
        (change,) = one.changes
        assert change.ratio is not None
        assert change.causes, one.address
        assert set(factors(change)) <= set(names) & set(plan.engine.needs[one.address])
        assert math.prod(factors(change).values()) == pytest.approx(change.ratio, rel=1e-9)
        assert sum(c.share or 0 for c in change.causes) == pytest.approx(1, abs=1e-6)
        for cause in change.causes:
            assert cause.share == pytest.approx(
                math.log(cause.factor) / math.log(change.ratio), rel=1e-6, abs=1e-9
            )
        strengths = [abs(math.log(c.factor)) for c in change.causes]
        assert all(first >= second - 1e-8 for first, second in pairwise(strengths))
    sizes = [abs(math.log(one.changes[0].ratio or 0)) for one in found.numbers]
    assert all(first >= second - 1e-8 for first, second in pairwise(sizes))
    assert [one.size for one in found.numbers] == pytest.approx(sizes)


@given(system=st.sampled_from(SYSTEMS), data=st.data())
@settings(deadline=None, max_examples=10)
def test_causes_are_the_mean_over_all_orders_of_estimates(system: str, data: st.DataObject) -> None:
    plan = load(system)
    names = data.draw(
        st.lists(st.sampled_from(list(plan.preset.inputs)), min_size=3, max_size=4, unique=True)
    )
    typed = {name: stepped(plan, name, data.draw(st.floats(1.1, 3))) for name in names}
    values = {
        frozenset(some): plan.values(changed(plan, **{name: typed[name] for name in some}))
        for size in range(len(names) + 1)
        for some in combinations(names, size)
    }
    for one in beside(plan, typed).numbers:
        (change,) = one.changes
        expected = over_all_orders(names, lambda done, at=one.address: values[done][at])
        found = {name: factors(change).get(name, 1.0) for name in names}
        assert found == pytest.approx(expected, rel=1e-9), one.address


# Several scenarios


def test_three_scenarios_stand_beside_the_first(links: Plan) -> None:
    found = beside(links, {"dau": "200M"}, {"clicks": "4", "dau": "50M"})
    assert found.labels == ("s0", "s1", "s2")
    assert {name: [v.text for v in values] for name, values in found.inputs.items()} == {
        "dau": ["100M user", "200M user", "50M user"],
        "clicks": ["8 redirect/user/day", "8 redirect/user/day", "4 redirect/user/day"],
    }
    second, third = number(found, "redirect_rate").changes
    assert (second.ratio, third.ratio) == (pytest.approx(2), pytest.approx(0.25))
    assert factors(second) == pytest.approx({"dau": 2.0})
    assert factors(third) == pytest.approx({"clicks": 0.5, "dau": 0.5})
    assert shares(third) == pytest.approx({"clicks": 0.5, "dau": 0.5})
    second, third = number(found, "ratio").changes
    assert (second.ratio, second.causes) == (pytest.approx(1), ())
    assert factors(third) == pytest.approx({"clicks": 0.5})
    assert found.same == ("copies",)


def test_what_moves_most_anywhere_comes_first(links: Plan) -> None:
    found = beside(links, {"dau": "200M"}, {"clicks": "1"}, {"size": "5000", "dau": "90M"})
    # stored 10 * 0.9 = 9 times; redirects an eighth; their ratio too; links twice.
    assert [n.address for n in found.numbers] == [
        "stored", "redirect_rate", "ratio", "create_rate",
    ]  # fmt: skip
    assert [n.size for n in found.numbers] == pytest.approx(
        [math.log(9), math.log(8), math.log(8), math.log(2)]
    )


def test_a_number_in_the_same_place_in_all_is_the_same(links: Plan) -> None:
    found = beside(links, {"clicks": "4"})
    assert set(found.same) == {"create_rate", "stored", "copies"}
    assert {n.address for n in found.numbers} == {"redirect_rate", "ratio"}
    assert list(found.inputs) == ["clicks"]


def test_the_same_scenario_twice_differs_in_nothing(links: Plan) -> None:
    found = beside(links, {})
    assert (found.inputs, found.numbers, found.why) == ({}, (), "")
    assert found.same == tuple(links.preset.derived)


def test_a_variant_differs_by_what_it_sets() -> None:
    plan = load("url-shortener")
    scenarios = [Scenario(plan.preset), Scenario(plan.preset, "small")]
    found = differences(plan, scenarios, ["all", "small"])
    assert set(found.inputs) == {"dau", "urls_per_user"}
    (change,) = number(found, "create_rate").changes
    # 50K of 100M users, who each make four times as much: 0.2 to 0.8 beside 0.05 to 0.2.
    assert factors(change) == pytest.approx({"dau": 5e-4, "urls_per_user": 4.0})
    assert number(found, "urls_kept").changes[0].ratio == pytest.approx(2e-3)


def test_ranges_with_the_same_middle_differ_but_cause_nothing(links: Plan) -> None:
    found = beside(links, {"made": "2 to 32"})
    assert [v.text for v in found.inputs["made"]] == [
        "4 to 16 url/user/day",
        "2 to 32 url/user/day",
    ]
    assert found.numbers == ()
    assert set(found.same) == set(links.preset.derived)
    found = beside(links, {"made": "2 to 32", "dau": "200M"})
    assert set(found.inputs) == {"made", "dau"}
    for one in found.numbers:
        assert set(factors(one.changes[0])) == {"dau"}


def test_the_same_amount_in_another_unit_is_no_difference(links: Plan) -> None:
    found = beside(links, {"retention": "1825 day"})
    assert found.numbers == ()
    assert found.inputs == {}


# Zero and below


def test_what_is_nothing_in_both_is_the_same(sums: Plan) -> None:
    # Neither 10 nor 20 users are more than 50.
    found = beside(sums, {"web": "20"})
    assert "over" in found.same


def test_from_nothing_there_is_no_ratio(sums: Plan) -> None:
    found = beside(sums, {"web": "70"})
    over = number(found, "over")
    assert (over.value.base, over.changes[0].value.base) == (0, 20)
    assert over.changes[0].ratio is None
    assert over.changes[0].causes == ()
    assert found.numbers[0].address == "over"


def test_a_number_that_falls_to_nothing_has_a_ratio_of_nothing(sums: Plan) -> None:
    found = differences(sums, [changed(sums, web="70"), Scenario(sums.preset)], ["a", "b"])
    over = number(found, "over")
    assert over.changes[0].ratio == 0
    assert over.changes[0].causes == ()


def test_a_number_that_changes_its_sign_differs_and_has_no_causes(room: Plan) -> None:
    found = beside(room, {"seats": "2"})  # 5 seats left, then 3 short
    left = number(found, "left")
    assert (left.value.base, left.changes[0].value.base) == (5, -3)
    assert left.changes[0].causes == ()
    assert factors(number(found, "double").changes[0]) == pytest.approx({"seats": 0.2})


def test_two_numbers_below_nothing_have_a_ratio(room: Plan) -> None:
    scenarios = [changed(room, seats="3"), changed(room, seats="1")]
    left = number(differences(room, scenarios, ["a", "b"]), "left")
    assert left.changes[0].ratio == pytest.approx(2)  # 4 short instead of 2


# Too many, too few


def test_more_than_sixteen_causes_are_not_parted(plan_of: PlanOf) -> None:
    names = [f"a{chr(ord('a') + i)}" for i in range(MOST_CAUSES + 1)]
    plan = plan_of(
        dict.fromkeys(names, "2x"), {"product": f"{' * '.join(names)} | ", "first": "aa * 3 | "}
    )
    found = beside(plan, dict.fromkeys(names[:-1], "4x"))
    (change,) = number(found, "product").changes
    assert change.ratio == pytest.approx(2**16)
    assert factors(change) == pytest.approx(dict.fromkeys(names[:-1], 2.0))
    assert found.why == ""
    found = beside(plan, dict.fromkeys(names, "4x"))
    (change,) = number(found, "product").changes
    assert change.ratio == pytest.approx(2**17)
    assert change.causes == number(found, "first").changes[0].causes == ()
    assert found.why == "more than 16 inputs differ: too many to tell which caused what"
    assert len(found.inputs) == 17
    # Beside a scenario that can be parted, that one's causes stay.
    found = beside(plan, dict.fromkeys(names, "4x"), {"aa": "4x"})
    many, few = number(found, "product").changes
    assert (many.causes, factors(few)) == ((), pytest.approx({"aa": 2.0}))
    assert found.why


def test_one_scenario_alone_is_refused(links: Plan) -> None:
    with pytest.raises(ScenarioError, match="one scenario alone has nothing to differ from"):
        differences(links, [Scenario(links.preset)], ["a"])


def test_scenarios_of_two_systems_are_refused_by_name(links: Plan) -> None:
    other = load("url-shortener")
    for plan, mine, theirs in ((links, links, other), (other, other, links)):
        scenarios = [Scenario(mine.preset), Scenario(theirs.preset)]
        with pytest.raises(ScenarioError) as caught:
            differences(plan, scenarios, ["a", "b"])
        assert str(caught.value) == (
            "scenarios of one system can be compared, not of "
            f"{mine.preset.id} and {theirs.preset.id}"
        )


# Over the years


def over_years(plan: Plan, *texts: str, years: int = 5) -> Differences:
    scenario = Scenario(plan.preset)
    for text in texts:
        scenario = scenario.with_growth(text, years)
    return differences_over_years(plan, scenario)


def test_what_grows_alone_causes_it_all(links: Plan) -> None:
    found = over_years(links, "30%")
    assert found.labels == ("now", "year 5")
    assert {n: [v.base for v in vs] for n, vs in found.inputs.items()} == {  # type: ignore[union-attr]
        "dau": pytest.approx([1e8, 1e8 * 1.3**5])
    }
    for one in found.numbers:
        (change,) = one.changes
        assert change.ratio is not None
        assert factors(change) == pytest.approx({"dau": change.ratio}, rel=1e-9)
        assert shares(change) == pytest.approx({"dau": 1.0})
    assert number(found, "redirect_rate").changes[0].ratio == pytest.approx(1.3**5)
    five_years = sum(1.3**year for year in range(1, 6)) / 5
    assert number(found, "stored").changes[0].ratio == pytest.approx(five_years)
    assert set(found.same) == {"ratio", "copies"}


def test_a_shipped_system_grows_by_its_one_cause(system: str) -> None:
    plan = load(system)
    (grows,) = [name for name, given_ in plan.preset.inputs.items() if given_.grows]
    found = over_years(plan, "30%")
    hanging = {name for name in plan.preset.outcomes if grows in plan.engine.needs[name]}
    assert {n.address for n in found.numbers} <= hanging
    assert set(plan.preset.outcomes) - hanging <= set(found.same)
    for one in found.numbers:
        (change,) = one.changes
        # What is nothing before or after has no ratio, and so no causes of one.
        assert shares(change) == pytest.approx({grows: 1.0} if change.ratio else {})


def test_two_that_grow_part_a_product_by_their_own_growth(links: Plan) -> None:
    found = over_years(links, "dau=30%", "clicks=10%", "size=-20%")
    (rate,) = number(found, "redirect_rate").changes
    assert factors(rate) == pytest.approx({"dau": 1.3**5, "clicks": 1.1**5})
    both = math.log(1.3) + math.log(1.1)
    assert shares(rate) == pytest.approx(
        {"dau": math.log(1.3) / both, "clicks": math.log(1.1) / both}
    )
    assert set(factors(number(found, "create_rate").changes[0])) == {"dau"}


def test_two_that_grow_part_a_sum_by_the_mean_of_both_orders(sums: Plan) -> None:
    found = over_years(sums, "web=50%", "phone=20%", years=2)
    (total,) = number(found, "total").changes
    # 10 grows to 22.5 and 30 to 43.2: from 40 by 52.5 or 53.2 to 65.7.
    expected = {
        "web": math.sqrt(52.5 / 40 * 65.7 / 53.2),
        "phone": math.sqrt(53.2 / 40 * 65.7 / 52.5),
    }
    assert factors(total) == pytest.approx(expected, rel=1e-9)
    assert math.prod(factors(total).values()) == pytest.approx(65.7 / 40)


def test_two_that_grow_part_a_stock_by_the_mean_of_both_orders(links: Plan) -> None:
    found = over_years(links, "dau=30%", "size=20%")
    grown = {"dau": 1.3, "size": 1.2}

    def stock(done: frozenset[str]) -> float:
        yearly = math.prod(grown[name] for name in done)
        return sum(yearly**year for year in range(1, 6))

    (stored,) = number(found, "stored").changes
    assert factors(stored) == pytest.approx(over_all_orders(["dau", "size"], stock), rel=1e-9)


def test_the_last_year_has_its_band(links: Plan) -> None:
    found = over_years(links, "30%", years=2)
    one = number(found, "create_rate")
    assert one.band is not None
    band = one.changes[0].band
    assert band is not None
    now, then = 4e8 / 86400, 4e8 * 1.69 / 86400
    assert (one.band.p5.base, band.p5.base) == pytest.approx((now, then), rel=1e-9)


def test_a_number_below_nothing_in_a_later_year_differs(room: Plan) -> None:
    # 10 seats less 5 users now; in year 3 there are 3.43 seats.
    found = over_years(room, "seats=-30%", years=3)
    left = number(found, "left")
    assert left.changes[0].value.base == pytest.approx(3.43 - 5)
    assert left.changes[0].causes == ()
