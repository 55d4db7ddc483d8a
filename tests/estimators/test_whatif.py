"""What if: a fleet that stays as it was bought, and what becomes of it then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from estimators.plan import Plan
from estimators.whatif import Mishap, Outcome, what_if
from models.scenario import Scenario, ScenarioError
from presets.loader import load

SystemOf = Callable[..., Plan]


def outcome(plan: Plan, **mishap: object) -> Outcome:
    return what_if(plan, Scenario(plan.preset), Mishap(**mishap))  # type: ignore[arg-type]


def busy(found: Outcome) -> dict[str, tuple[float, float | None]]:
    return {s.component: (s.before.base, s.after and s.after.base) for s in found.strains}


def fleet(rate: str, more: str = "") -> str:
    figures = f'read_rate = "{rate}", write_rate = "{rate}", utilisation = "50%"'
    return f"redis | replicas = 1 {more} | set = {{ {figures} }}"


@pytest.fixture(scope="module")
def shop(system_of: SystemOf) -> Plan:
    """100 reads a second at peak; a cache spares the store 90 of them, a tenth is also logged.

    By hand: 20 pages and a spare are 10/21 busy, 5 caches and a spare 2.5/6, one store of 40 and a
    spare 0.25/2.
    """
    return system_of(
        {
            "page": fleet("10 op/s/node"),
            "cache": fleet("40 op/s/node", '| hit_ratio = "hits"'),
            "store": fleet("40 op/s/node"),
            "log": fleet("40 op/s/node"),
        },
        {
            "get": [
                'to = "page"', 'to = "cache"', 'to = "store", chance = "1 - hits"',
                'to = "log", op = "write", chance = "0.1", background = true',
            ],
            "put": ['rate = "puts", peak = "puts_top"', 'to = "store", op = "write"'],
        },
        {"hits": "90% | share = true", "puts": "0.001 request/s",
         "puts_top": '0.001 request/s | at = "peak"'},
    )  # fmt: skip


def test_the_fleets_are_those_of_the_hand(shop: Plan) -> None:
    values = shop.values(Scenario(shop.preset))
    nodes = {name: values[f"{name}.nodes"] for name in shop.preset.components}
    assert nodes == {"page": 21, "cache": 6, "store": 2, "log": 2}


def test_ten_times_the_peak_makes_everything_ten_times_as_busy(shop: Plan) -> None:
    found = outcome(shop, peak=10.0)
    for before, after in busy(found).values():
        assert after == pytest.approx(10 * before)
    assert found.first is not None
    assert found.first.component == "page"
    assert found.first.after is not None
    assert found.first.after.base == pytest.approx(100 / 21)
    assert [s.component for s in found.strains] == ["page", "cache", "store", "log"]


def test_what_saturates_has_no_p99_and_is_named(shop: Plan) -> None:
    get, _ = outcome(shop, peak=10.0).passages
    assert get.before is not None
    assert get.after is None
    assert get.saturated == ("page", "cache", "store")
    assert get.failing == 0


def test_a_small_rise_saturates_nothing(shop: Plan) -> None:
    found = outcome(shop, peak=1.5)
    assert found.first is None
    assert all(p.after is not None and not p.saturated for p in found.passages)


def test_a_lost_store_fails_the_share_of_requests_that_go_there(shop: Plan) -> None:
    found = outcome(shop, lost=("store",))
    get, put = found.passages
    assert get.failing == pytest.approx(0.1)
    assert put.failing == pytest.approx(1.0)
    assert busy(found)["store"][1] is None


def test_what_is_lost_in_the_background_fails_nobody(shop: Plan) -> None:
    assert [p.failing for p in outcome(shop, lost=("log",)).passages] == [0, 0]


def test_two_losses_fail_whoever_needs_either(system_of: SystemOf) -> None:
    plan = system_of(
        {"a": fleet("40 op/s/node"), "b": fleet("40 op/s/node")},
        {"get": ['to = "a", chance = "0.5"', 'to = "b", chance = "0.2"']},
    )
    (get,) = outcome(plan, lost=("a", "b")).passages
    assert get.failing == pytest.approx(1 - 0.5 * 0.8)


def test_a_lost_cache_sends_everything_to_the_store(shop: Plan) -> None:
    found = outcome(shop, lost=("cache",))
    assert [p.failing for p in found.passages] == [0, 0]
    before, after = busy(found)["store"]
    assert after == pytest.approx(100.001 / 80)
    assert after == pytest.approx(10 * before, rel=1e-3)
    assert found.first is not None
    assert found.first.component == "store"


def test_a_lost_cache_spends_nobodys_time(system_of: SystemOf) -> None:
    """Its own operation is not made: what is lost neither answers nor takes its time."""
    cache = 'redis | hit_ratio = "hits" | set = { read_median = "50 ms", read_p99 = "60 ms" }'
    plan = system_of(
        {"cache": cache, "store": 'redis | set = { read_median = "1 ms", read_p99 = "2 ms" }'},
        {"get": ['to = "cache"', 'to = "store", chance = "1 - hits"']},
        {"hits": "90% | share = true"},
    )
    (get,) = outcome(plan, lost=("cache",)).passages
    assert get.after is not None
    assert get.after.base == pytest.approx(2e-3, rel=0.02)


def test_cold_caches_send_everything_to_the_store_and_are_asked_all_the_same(shop: Plan) -> None:
    found = outcome(shop, cold=True)
    assert busy(found)["store"][1] == pytest.approx(100.001 / 80)
    before, after = busy(found)["cache"]
    assert after == pytest.approx(before)


def test_a_lost_zone_leaves_two_thirds_of_every_fleet(shop: Plan) -> None:
    found = outcome(shop, zone=True)
    for name, (before, after) in busy(found).items():
        assert after == pytest.approx(1.5 * before), name


def test_a_lost_zone_takes_nothing_of_what_the_provider_runs(system_of: SystemOf) -> None:
    managed = 'external | latency = "time" | set = { read_rate = "40 op/s/node" }'
    plan = system_of(
        {"a": managed, "b": fleet("40 op/s/node")},
        {"get": ['to = "a"', 'to = "b"']},
        {"time": "1 ms"},
    )
    found = busy(outcome(plan, zone=True))
    assert found["a"][1] == pytest.approx(found["a"][0])
    assert found["b"][1] == pytest.approx(1.5 * found["b"][0])


def test_mishaps_come_together(shop: Plan) -> None:
    found = outcome(shop, zone=True, peak=2.0, cold=True)
    assert busy(found)["store"][1] == pytest.approx(2 * 1.5 * 100.001 / 80)
    assert found.mishap.text == "caches cold, a zone lost, 2 times the peak"


def test_a_full_link_saturates_as_well(system_of: SystemOf) -> None:
    """8 Gbit/s on 10 links of 1 Gbit/s; ten times that is more than they carry."""
    given = (
        'api-server | set = { bandwidth = "1 Gbit/s/node", read_rate = "1M op/s/node", '
        'utilisation = "80%" }'
    )
    plan = system_of(
        {"page": given}, {"get": ['to = "page", payload = "size"']}, {"size": "10 MB/request"}
    )
    found = outcome(plan, peak=10.0)
    assert found.first is not None
    assert found.first.component == "page"


def test_a_shipped_system_at_three_times_its_peak_is_three_times_as_busy(system: str) -> None:
    plan = load(system)
    before = outcome(plan, peak=1.0001)
    after = outcome(plan, peak=3.0)
    assert before.strains
    for name, (_, then) in busy(after).items():
        assert then == pytest.approx(3 * busy(before)[name][0]), name


def test_the_scenarios_own_changes_count(shop: Plan) -> None:
    larger = Scenario(shop.preset).with_change("store.spares", "9")
    found = what_if(shop, larger, Mishap(lost=("cache",)))
    assert busy(found)["store"][1] == pytest.approx(100.001 / 400)


# Refused


@pytest.mark.parametrize("peak", [0.0, -2.0, float("inf"), float("nan")])
def test_a_peak_that_is_none_is_refused(peak: float, shop: Plan) -> None:
    with pytest.raises(ScenarioError, match="expected more than 0, such as 10x"):
        outcome(shop, peak=peak)


def test_nothing_given_is_refused(shop: Plan) -> None:
    with pytest.raises(ScenarioError, match="say what goes wrong"):
        outcome(shop)


def test_an_unknown_component_is_refused_with_the_nearest(shop: Plan) -> None:
    with pytest.raises(ScenarioError, match=r"sample has no component 'stoer'.*store"):
        outcome(shop, lost=("stoer",))
    with pytest.raises(ScenarioError, match="its components: page, cache, store, log"):
        outcome(shop, lost=("qqqq",))


def test_a_preset_without_components_is_refused(plan_of: Callable[..., Plan]) -> None:
    plan = plan_of({"dau": "10 user"}, {"all": "dau * 2 | user"})
    with pytest.raises(ScenarioError, match="has no components"):
        outcome(plan, zone=True)
