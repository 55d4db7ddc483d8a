"""Growth: rates compound, stocks remember, year 0 is the estimate, bands as by simulation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.engine import EstimateError
from estimators.growth import YEAR, Projection, kept, project
from estimators.plan import Plan
from estimators.table import ESTIMATORS
from models.quantity import Interval
from models.scenario import Scenario, ScenarioError
from presets.loader import load

PlanOf = Callable[..., Plan]
DAY = 86_400.0
Z95 = 1.6448536269514722  # the standard normal's 95% point, from tables
DRAWS = 2**20


def grown(plan: Plan, *texts: str, years: int = 5, **changes: str) -> Projection:
    scenario = Scenario(plan.preset)
    for name, text in changes.items():
        scenario = scenario.with_change(name, text)
    for text in texts:
        scenario = scenario.with_growth(text, years)
    return project(plan, scenario)


def course(projection: Projection, name: str) -> list[float]:
    return [number.value.base for number in projection.derived[name]]


def ends(projection: Projection, name: str, year: int) -> tuple[float, float, float]:
    band = projection.derived[name][year].band
    assert band is not None
    return band.p5.base, band.p50.base, band.p95.base


# Simulation, independent of the product: pseudo-random draws and a loop over years.


def drawn(seed: int) -> Callable[[float, float], Any]:
    """Draws lognormals by their 5% and 95% points."""
    random = np.random.default_rng(seed)

    def lognormal(low: float, high: float) -> Any:
        middle = (math.log(low) + math.log(high)) / 2
        scale = (math.log(high) - math.log(low)) / 2 / Z95
        return np.exp(random.normal(middle, scale, DRAWS))

    return lognormal


def kept_by_years(yearly: Sequence[Any], retention: Any) -> list[Any]:
    """What is kept at the end of each year, from what arrives in each and the years of keeping.

    The year y lies from y to y + 1; of it counts what lies after the end less the retention.
    """
    stocks = []
    for end in range(1, len(yearly) + 1):
        since = end - retention
        stock = yearly[0] * np.maximum(0 - since, 0)  # before now: as it is now
        for y in range(end):
            stock = stock + yearly[y] * np.clip(y + 1 - since, 0, 1)
        stocks.append(stock)
    return stocks


def percentiles(values: Any) -> Any:
    return np.quantile(values, (0.05, 0.5, 0.95))


# Rates


@pytest.fixture(scope="module")
def links(plan_of: PlanOf) -> Plan:
    """Certain inputs: 100M users, 8 redirects and a tenth of a link each a day."""
    return plan_of(
        {
            "dau": "100M user | grows = true",
            "clicks": "8 redirect/user/day",
            "made": "0.1 url/user/day",
            "size": "500 B/url",
            "retention": "5 year",
        },
        {
            "redirect_rate": "dau * clicks | redirect/s",
            "create_rate": "dau * made | url/s",
            "kept": "stock(create_rate, retention) | url",
            "stored": "storage(create_rate, size, retention) | TB",
            "ratio": "redirect_rate / create_rate | redirect/url",
        },
    )


def test_rates_compound(links: Plan) -> None:
    rates = course(grown(links, "30%"), "redirect_rate")
    assert rates == pytest.approx([800e6 / DAY * 1.3**year for year in range(6)], rel=1e-12)


def test_at_seven_percent_a_rate_doubles_in_a_little_over_ten_years(links: Plan) -> None:
    # The rule of 72 says 72 / 7 = 10.3; exactly it is ln 2 / ln 1.07 = 10.2448 years.
    rates = course(grown(links, "7%", years=11), "redirect_rate")
    assert rates[10] < 2 * rates[0] < rates[11]
    into = math.log(2 * rates[0] / rates[10]) / math.log(rates[11] / rates[10])
    assert 10 + into == pytest.approx(10.2448, abs=1e-4)


def test_what_shrinks_by_a_tenth_a_year_is_at_59_percent_after_five(links: Plan) -> None:
    projection = grown(links, "-10%")
    rates = course(projection, "redirect_rate")
    assert rates[5] / rates[0] == pytest.approx(0.59049, rel=1e-12)
    # What is kept shrinks later: 0.9 + 0.81 + 0.729 + 0.6561 + 0.59049 of five years' worth.
    kept_ = course(projection, "kept")
    assert kept_[5] / kept_[0] == pytest.approx(3.68559 / 5, rel=1e-12)


def test_what_does_not_hang_on_growth_stands_still(links: Plan) -> None:
    projection = grown(links, "30%")
    assert course(projection, "ratio") == pytest.approx([80.0] * 6, rel=1e-12)
    assert list(projection.inputs) == ["dau"]
    assert [n.value.base for n in projection.inputs["dau"]] == pytest.approx(
        [1e8 * 1.3**year for year in range(6)]
    )


def test_milestones_carry_through_the_formulas(links: Plan) -> None:
    projection = grown(links, "dau=150M@1, 400M@3", years=3)
    rates = [1e8 * 8 / DAY * factor for factor in (1, 1.5, math.sqrt(6), 4)]
    assert course(projection, "redirect_rate") == pytest.approx(rates, rel=1e-12)
    a_year = [1e8 * 0.1 * 365 * factor for factor in (1, 1.5, math.sqrt(6), 4)]
    assert course(projection, "kept") == pytest.approx(kept_by_years(a_year, 5.0), rel=1e-12)


def test_several_inputs_grow_at_once(links: Plan) -> None:
    projection = grown(links, "dau=30%", "made=10%", "size=-5%")
    assert course(projection, "redirect_rate")[4] == pytest.approx(800e6 / DAY * 1.3**4)
    assert course(projection, "create_rate")[4] == pytest.approx(10e6 / DAY * 1.43**4)
    assert course(projection, "ratio")[4] == pytest.approx(80 / 1.1**4)
    # Each year's records are as large as they were when they were written.
    bytes_a_year = [10e6 * 365 * 500 * (1.43 * 0.95) ** year for year in range(6)]
    assert course(projection, "stored") == pytest.approx(kept_by_years(bytes_a_year, 5.0))


# Stocks


def test_rate_times_retention_overstates_a_grown_stock_1_6_times(links: Plan) -> None:
    projection = grown(links, "30%")
    for stock, rate in (("kept", 1.0), ("stored", 500.0)):
        naive = course(projection, "create_rate")[5] * rate * 5 * YEAR
        overstated = naive / course(projection, stock)[5]
        closed = 5 * 1.3**5 / sum(1.3**year for year in range(1, 6))
        assert overstated == pytest.approx(closed, rel=1e-12)
        assert overstated == pytest.approx(1.579, abs=5e-4)  # the design says 1.6


def test_a_year_of_growth_fills_a_fifth_of_five_years_stock(links: Plan) -> None:
    # Year 1: four years at 10M links a day, and one at 13M.
    kept_ = course(grown(links, "30%", years=1), "kept")
    assert kept_ == pytest.approx([5 * 365 * 10e6, (4 * 10 + 13) * 365 * 1e6], rel=1e-12)


@pytest.mark.parametrize("retention", ["1 h", "90 day", "364 day", "1 year"])
def test_what_is_kept_for_a_year_or_less_is_that_years_rate_times_it(
    links: Plan, retention: str
) -> None:
    projection = grown(links, "30%", retention=retention)
    seconds = Scenario(links.preset).with_change("retention", retention).value("retention")
    rates = course(projection, "create_rate")
    assert course(projection, "kept") == pytest.approx(
        [rate * seconds.base for rate in rates],
        rel=1e-9,  # type: ignore[union-attr]
    )


def test_a_fractional_retention_takes_a_part_of_the_year_it_reaches_into(links: Plan) -> None:
    # Two and a half years at the end of year 3: 1.3^3, 1.3^2 and half of 1.3.
    kept_ = course(grown(links, "30%", retention="2.5 year"), "kept")
    assert kept_[3] == pytest.approx(3650e6 * (2.197 + 1.69 + 0.5 * 1.3), rel=1e-12)
    # At the end of year 1: 1.3, 1, and half a year before now at today's rate.
    assert kept_[1] == pytest.approx(3650e6 * (1.3 + 1 + 0.5), rel=1e-12)


def test_what_is_kept_longer_than_the_history_was_written_at_todays_rate(links: Plan) -> None:
    kept_ = course(grown(links, "30%", years=2, retention="10 year"), "kept")
    assert kept_ == pytest.approx(
        [3650e6 * 10, 3650e6 * (9 + 1.3), 3650e6 * (8 + 1.3 + 1.69)], rel=1e-12
    )


def test_what_is_kept_for_ever_longer_counts_each_years_retention(links: Plan) -> None:
    # A retention that doubles each year, over a rate that stands still: rate times retention.
    still = grown(links, "retention=100%", years=3, retention="1 year")
    assert course(still, "kept") == pytest.approx([3650e6 * r for r in (1, 2, 4, 8)], rel=1e-12)
    # Over a growing one, the end of year 2 reaches back four years: 1.69, 1.3, and two at 1.
    both = grown(links, "dau=30%", "retention=100%", years=2, retention="1 year")
    assert course(both, "kept") == pytest.approx(
        [3650e6, 3650e6 * (1.3 + 1), 3650e6 * (1.69 + 1.3 + 2)], rel=1e-12
    )


@given(data=st.data())
@settings(deadline=None, max_examples=120)
def test_kept_is_the_integral_of_the_rate_over_the_retention(data: st.DataObject) -> None:
    years = data.draw(st.integers(2, 7))
    points = data.draw(st.integers(1, 3))
    rate = data.draw(_table(years, points, 0.0, 1e6))
    per = data.draw(st.sampled_from(["one", "point", "year and point"]))
    rows, columns = {"one": (1, 1), "point": (1, points), "year and point": (years, points)}[per]
    retention = data.draw(_table(rows, columns, 0.0, 12.0))
    given_ = retention[0][0] * YEAR if per == "one" else np.array(retention) * YEAR
    found = kept(np.array(rate), given_)
    assert np.shape(found) == (years, points)
    for year in range(years):
        for point in range(points):
            span = retention[year if rows > 1 else 0][point if columns > 1 else 0]
            history = [row[point] for row in rate]
            expected = _slow_integral(history, year + 1 - span, year + 1) * YEAR
            size = max(history) * 12 * YEAR
            assert found[year][point] == pytest.approx(expected, rel=1e-9, abs=1e-12 * size)


def _table(rows: int, columns: int, low: float, high: float) -> st.SearchStrategy[Any]:
    row = st.lists(
        st.one_of(st.floats(low, high), st.integers(int(low), int(high)).map(float)),
        min_size=columns,
        max_size=columns,
    )
    return st.lists(row, min_size=rows, max_size=rows)


def _slow_integral(history: Sequence[float], start: float, end: float) -> float:
    """The area under steps a year wide, the first of which has always been so."""
    cuts = sorted({start, end, *(y for y in range(len(history) + 1) if start < y < end)})
    area = 0.0
    for left, right in pairwise(cuts):
        year = min(max(math.floor((left + right) / 2), 0), len(history) - 1)
        area += history[year] * (right - left)
    return area


# Year 0, and every other year held against an estimate


@pytest.mark.parametrize("rate", ["30%", "-10%", "20% to 40%"])
def test_year_0_is_the_estimate_itself(typical: str, rate: str) -> None:
    plan = load(typical)
    projection = grown(plan, rate)
    estimate = plan.estimate(Scenario(plan.preset))
    numbers = estimate.derived | estimate.sized
    assert list(projection.derived) == list(plan.preset.outcomes)
    for name in plan.preset.outcomes:
        number = numbers[name]
        now = projection.derived[name][0]
        assert now.value.base == pytest.approx(number.value.base, rel=1e-12), name
        if number.band is None:
            assert now.band is None, name
            continue
        assert now.band is not None, name
        found = (now.band.p5.base, now.band.p50.base, now.band.p95.base)
        expected = (number.band.p5.base, number.band.p50.base, number.band.p95.base)
        assert found == pytest.approx(expected, rel=1e-9), name


def test_what_remembers_nothing_is_in_each_year_what_it_is_for_that_load(system: str) -> None:
    plan = load(system)
    projection = grown(plan, "30%")
    (grows,) = [name for name, given_ in plan.preset.inputs.items() if given_.grows]
    typed = plan.preset.inputs[grows].value
    assert not isinstance(typed, Interval)
    for year in (1, 5):
        text = f"{typed.magnitude * 1.3**year!r} {typed.unit}"
        then = plan.estimate(Scenario(plan.preset).with_change(grows, text))
        for name, number in then.derived.items():
            if _remembers(plan, name):
                continue
            found = projection.derived[name][year]
            assert found.value.base == pytest.approx(number.value.base, rel=1e-9), (name, year)
            assert (found.band is None) == (number.band is None), name
            if found.band and number.band:
                assert found.band.p5.base == pytest.approx(number.band.p5.base, rel=2e-3), name
                assert found.band.p95.base == pytest.approx(number.band.p95.base, rel=2e-3), name


def _remembers(plan: Plan, name: str) -> bool:
    """Whether a stock or a store has a part in a number."""
    formula = plan.preset.derived[name].formula if name in plan.preset.derived else ""
    words = set(formula.replace("(", " ").replace(")", " ").replace(",", " ").split())
    return bool(words & {"stock", "storage"}) or any(
        _remembers(plan, word) for word in words if word != name
    )


EVERY = {
    "request_rate": "request_rate(dau, clicks) | redirect/s",
    "peak_rate": "peak_rate(rate, factor) | redirect/s",
    "average": "average(peak_rate(rate, factor), factor) | redirect/s",
    "peak_factor": "peak_factor(peak_rate(rate, factor), rate) | ",
    "load_at": "load_at(rate, factor, 9 * h, 20 * h) | redirect/s",
    "busy_hour_share": "busy_hour_share(people / (50e6 * user)) | ",
    "reads": "reads(rate, people / (50e6 * user)) | redirect/s",
    "writes": "writes(rate, people / (50e6 * user)) | redirect/s",
    "push_fanout": "push_fanout(rate, 200 * item/redirect) | item/s",
    "pull_fanout": "pull_fanout(rate, 200 * item/redirect) | item/s",
    "hybrid_fanout": "hybrid_fanout(rate, 200 * item/redirect, 0.2, rate, 9 * item/redirect)"
    " | item/s",
    "concurrency": "concurrency(rate, 2 * s) | redirect",
    "connections": "connections(people, 0.2, 2 * redirect/user) | redirect",
    "drain_time": "drain_time(1e6 * redirect, 1e9 * redirect/s, rate) | s",
    "debounced": "debounced(rate, 1 * s, 1e9 * s * user / people) | redirect/s",
    "retried": "retried(rate, 5e6 * user / people, 3) | redirect/s",
    "grown_stock": "grown_stock(rate, 1 * day, 0.2, 1 * year) | redirect",
    "grown_storage": "grown_storage(rate, 1 * KB/redirect, 1 * day, 0.2, 1 * year) | GB",
    "indexed": "indexed(people * KB/user, 0.2) | GB",
    "amplified": "amplified(people * KB/user, 2) | GB",
    "compressed": "compressed(people * KB/user, 3) | GB",
    "deduplicated": "deduplicated(people * KB/user, 5e6 * user / people) | GB",
    "time_until_full": "time_until_full(1e15 * B, people * KB/user, 1 * MB/s) | s",
    "id_space": "id_space(2 + people / (1e8 * user), 7) | ",
    "id_lifetime": "id_lifetime(1e15 * redirect, rate) | s",
    "collision_chance": "collision_chance(people / user, 1e17) | ",
    "ingress": "ingress(rate, 1 * KB/redirect) | GB/s",
    "egress": "egress(rate, 1 * KB/redirect) | GB/s",
    "framed": "framed(people / (1e5 * user) * B/redirect, 1460 * B/redirect, 40 * B/redirect)"
    " | B/redirect",
    "wire_rate": "wire_rate(rate, 1 * KB/redirect, 40 * B/redirect) | GB/s",
    "offloaded": "offloaded(rate * KB/redirect, 5e6 * user / people) | GB/s",
    "link_share": "link_share(rate * KB/redirect, 1 * GB/s) | ",
    "hot_set": "hot_set(rate, 1 * day, 0.2, 500 * B/redirect) | GB",
    "zipf_hit_ratio": "zipf_hit_ratio(1e6 * user, people, 0.9) | ",
    "zipf_cached": "zipf_cached(0.5, people, 0.9) | user",
    "cache_memory": "cache_memory(people, 500 * B/user, 56 * B/user) | GB",
    "connection_memory": "connection_memory(people, 8 * KB/user, 2 * KB/user) | GB",
    "session_memory": "session_memory(rate, 1 * h, 500 * B/redirect) | GB",
    "times_of": "times_of(people) |",
    "operations": "operations(rate) | op/s",
    "rate_need": "rate_need(operations(rate), 5000 * op/s/node) | node",
    "space_need": "space_need(egress(rate, 1 * KB/redirect) * h, 10 * GB/node) | node",
    "link_need": "link_need(ingress(rate, 1 * KB/redirect), 1 * MB/s/node) | node",
    "count_need": "count_need(people, 100000 / node) | node",
    "planned": "planned(rate_need(operations(rate), 5000 * op/s/node), 1.3, 0.6) | node",
    "fleet": "fleet(people / (1000 * user) * node, 3, 1.5, 1 * node) | node",
    "redundant": "redundant(0.99, 2) |",
    "majority": "majority(0.99, 3) |",
    "needed_by": "needed_by(0.99, 0.2) |",
    "downtime": "downtime(0.999, 1 * year) | h",
    "waiting_chance": "waiting_chance(20, 12) |",
    "mean_wait": "mean_wait(20, 12, 5 * ms) | ms",
    "served_within": "served_within(20, 12, 5 * ms, 2 * ms) |",
    "tail_chance": "tail_chance(0.01, 100) |",
    "lognormal_mean": "lognormal_mean(3 * ms, 12 * ms) | ms",
    "bloom_memory": "bloom_memory(people, 0.01) | MB",
    "bloom_error": "bloom_error(people, 200 * MB) |",
    "bloom_capacity": "bloom_capacity(200 * MB, 0.01) |",
    "bloom_hashes": "bloom_hashes(0.01) |",
    "count_min_memory": "count_min_memory(0.001, 0.01) | KB",
    "count_min_error": "count_min_error(100 * KB, 0.01) |",
    "overcount": "overcount(0.001, people) | user",
    "hyperloglog_memory": "hyperloglog_memory(0.01) | KB",
    "hyperloglog_error": "hyperloglog_error(12 * KB) |",
    "wire_size": "wire_size(20 * B/user, 3) | B/user",
    "json_size": "json_size(20 * B/user, 3, 6 * B/user) | B/user",
    "node_cost": "node_cost(people / (1000 * user) * node, 0.2 * USD/node/h) | USD/month",
    "stored_cost": "stored_cost(egress(rate, 1 * KB/redirect) * h, 0.02 * USD/GB/month) |"
    " USD/month",
    "used_cost": "used_cost(operations(rate), 0.000001 * USD/op) | USD/month",
    "traffic_cost": "traffic_cost(ingress(rate, 1 * KB/redirect), 0.09 * USD/GB) | USD/month",
}


def test_every_estimator_but_stocks_gives_each_year_what_it_gives_for_that_load(
    plan_of: PlanOf,
) -> None:
    assert set(EVERY) | {"stock", "storage"} == set(ESTIMATORS)
    plan = plan_of(
        {
            "dau": "90M to 110M user | grows = true",
            "clicks": "8 redirect/user/day",
            "factor": "3x",
        },
        {
            "people": "dau * 1 | user",
            "rate": "dau * clicks | redirect/s",
            **{f"by_{name}": formula for name, formula in EVERY.items()},
        },
    )
    projection = grown(plan, "30%", years=2)
    middle = math.sqrt(90 * 110)
    for year in range(3):
        factor = 1.3**year
        alone = plan.values(Scenario(plan.preset).with_change("dau", f"{middle * factor!r}M user"))
        range_ = f"{90 * factor!r}M to {110 * factor!r}M user"
        uncertain = plan.estimate(Scenario(plan.preset).with_change("dau", range_))
        for name in plan.preset.derived:
            found = projection.derived[name][year]
            assert found.value.base == pytest.approx(alone[name], rel=1e-9), (name, year)
            band = uncertain.derived[name].band
            if band is None:  # the load cancels out: nothing is unsure but the last digit
                low, high = (found.band.p5, found.band.p95) if found.band else (found.value,) * 2
                assert low.base == pytest.approx(high.base, rel=1e-12), name
                continue
            assert found.band is not None, name
            assert found.band.p5.base == pytest.approx(band.p5.base, rel=1e-4), (name, year)
            assert found.band.p95.base == pytest.approx(band.p95.base, rel=1e-4), (name, year)


# Bands


@pytest.fixture(scope="module")
def unsure(plan_of: PlanOf) -> Plan:
    """The same with intervals in closed form."""
    return plan_of(
        {
            "dau": "80M to 120M user | grows = true",
            "clicks": "4 to 16 redirect/user/day",
            "made": "0.05 to 0.2 url/user/day",
            "size": "300 to 800 B/url",
            "retention": "5 year",
            "base": "2B url",
        },
        {
            "redirect_rate": "dau * clicks | redirect/s",
            "create_rate": "dau * made | url/s",
            "kept": "stock(create_rate, retention) | url",
            "stored": "storage(create_rate, size, retention) | TB",
            "ratio": "redirect_rate / create_rate | redirect/url",
            "with_base": "kept + base | url",
        },
    )


def spread_of(*ranges: tuple[float, float]) -> float:
    """p95 over p50 of a product of independent lognormals."""
    return math.exp(math.hypot(*(math.log(high / low) / 2 for low, high in ranges)))


def test_bands_of_lognormals_stay_exact_under_certain_growth(unsure: Plan) -> None:
    projection = grown(unsure, "30%")
    dau, clicks, made, size = (80, 120), (4, 16), (0.05, 0.2), (300, 800)
    middle = math.sqrt(80e6 * 120e6)
    rate = middle * 8 / DAY
    a_year = middle * 0.1 * 365
    sizes = math.sqrt(300 * 800)
    for year in range(6):
        stock = kept_by_years([1.3**y for y in range(year + 1)], 5.0)[year]
        for name, p50, wide in (
            ("redirect_rate", rate * 1.3**year, spread_of(dau, clicks)),
            ("kept", a_year * stock, spread_of(dau, made)),
            ("stored", a_year * sizes * stock, spread_of(dau, made, size)),
            ("ratio", 80.0, spread_of(clicks, made)),
        ):
            expected = (p50 / wide, p50, p50 * wide)
            assert ends(projection, name, year) == pytest.approx(expected, rel=1e-9), (name, year)


def test_milestones_take_the_band_of_what_grows_along(unsure: Plan) -> None:
    projection = grown(unsure, "dau=150M@1, 400M@3", years=3)
    for year, median in ((1, 150e6), (3, 400e6)):
        band = projection.inputs["dau"][year].band
        assert band is not None
        wide = math.sqrt(120 / 80)
        assert (band.p5.base, band.p50.base, band.p95.base) == pytest.approx(
            (median / wide, median, median * wide), rel=1e-9
        )


def test_a_sum_with_a_stock_in_it_has_the_band_of_a_simulation(unsure: Plan) -> None:
    projection = grown(unsure, "30%")
    draw = drawn(1)
    arrivals = draw(80e6, 120e6) * draw(0.05, 0.2) * 365
    for year, stock in enumerate(kept_by_years([1.3**y for y in range(6)], 5.0)):
        expected = percentiles(arrivals * stock + 2e9)
        assert ends(projection, "with_base", year) == pytest.approx(expected, rel=0.01)


RATES: Mapping[str, Callable[[], Any]] = {
    "20% to 40%": lambda: 1 + drawn(2)(0.2, 0.4),
    "10% +- 5%": lambda: 1 + np.random.default_rng(2).normal(0.1, 0.05 / Z95, DRAWS),
    "-10% +- 5%": lambda: 1 - np.random.default_rng(2).normal(0.1, 0.05 / Z95, DRAWS),
}


@pytest.mark.parametrize("rate", RATES)
def test_uncertain_growth_has_the_band_of_a_simulation(unsure: Plan, rate: str) -> None:
    projection = grown(unsure, rate)
    yearly = RATES[rate]()
    draw = drawn(3)
    dau, clicks, made = draw(80e6, 120e6), draw(4, 16), draw(0.05, 0.2)
    stocks = kept_by_years([yearly**y for y in range(6)], 5.0)
    for year in (1, 3, 5):
        expected = percentiles(dau * clicks * yearly**year / DAY)
        assert ends(projection, "redirect_rate", year) == pytest.approx(expected, rel=0.01)
        expected = percentiles(dau * made * 365 * stocks[year] + 2e9)
        assert ends(projection, "with_base", year) == pytest.approx(expected, rel=0.01)


def test_uncertain_growth_of_what_is_certain_has_the_ends_that_were_typed(links: Plan) -> None:
    # 100M users at 20% to 40% a year: p5 and p95 of any power of the rate are powers of its ends.
    projection = grown(links, "20% to 40%")
    for year in range(1, 6):
        band = projection.inputs["dau"][year].band
        assert band is not None
        typed = (1e8 * 1.2**year, 1e8 * 1.4**year)
        assert (band.p5.base, band.p95.base) == pytest.approx(typed, rel=1e-3)
        middle = 1e8 * (1 + math.sqrt(0.08)) ** year
        assert band.p50.base == pytest.approx(middle, rel=1e-3)
        assert projection.inputs["dau"][year].value.base == pytest.approx(middle, rel=1e-12)


def test_what_is_sure_now_has_no_band_now_however_unsure_its_growth(links: Plan) -> None:
    projection = grown(links, "20% to 40%")
    assert projection.derived["redirect_rate"][0].band is None
    assert projection.inputs["dau"][0].band is None
    assert projection.derived["redirect_rate"][1].band is not None


@pytest.mark.parametrize("rate", ["-50% +- 45%", "-90% +- 9%"])
def test_nothing_shrinks_below_nothing(links: Plan, rate: str) -> None:
    projection = grown(links, rate)
    for name in ("dau", "redirect_rate", "kept"):
        assert (projection.points[name] >= 0).all(), name
    rates = projection.points["redirect_rate"]
    assert (np.diff(rates, axis=0) <= 0).all()


@pytest.mark.parametrize(
    ("first", "second"),
    [("dau", "made"), ("posts_per_user", "media_size"), ("drivers", "rides"), ("orders", "size")],
)
def test_the_growths_of_two_inputs_are_independent(
    plan_of: PlanOf, first: str, second: str
) -> None:
    plan = plan_of(
        {first: "1000 user", second: "10 url/user"}, {"total": f"{first} * {second} | url"}
    )
    projection = grown(plan, f"{first}=20% to 60%", f"{second}=20% to 60%")
    draw = drawn(4)
    product = (1 + draw(0.2, 0.6)) * (1 + draw(0.2, 0.6))
    for year in (1, 5):
        assert ends(projection, "total", year) == pytest.approx(
            percentiles(1e4 * product**year), rel=0.01
        )


def test_a_shipped_system_has_independent_growths_too() -> None:
    plan = load("social-media")
    sure = {
        name: str(value.text)
        for name, value in Scenario(plan.preset).medians()
        if plan.preset.changeable[name].value != value
    }
    projection = grown(plan, "posts_per_user=20% to 60%", "media_size=20% to 60%", **sure)
    now = course(projection, "post_rate")[0]
    media = course(projection, "media_storage")[0]
    assert now > 0
    draw = drawn(4)
    yearly = (1 + draw(0.2, 0.6)) * (1 + draw(0.2, 0.6))
    stock = kept_by_years([yearly**y for y in range(6)], 5.0)[5] / 5
    assert ends(projection, "media_storage", 5) == pytest.approx(
        percentiles(media * stock), rel=0.01
    )


@pytest.mark.parametrize(
    ("typed", "low", "high"), [("2 to 6 year", 2, 6), ("100 to 500 day", 100 / 365, 500 / 365)]
)
def test_an_uncertain_retention_has_the_band_of_a_simulation(
    unsure: Plan, typed: str, low: float, high: float
) -> None:
    projection = grown(unsure, "30%", retention=typed)
    draw = drawn(5)
    arrivals, retention = draw(80e6, 120e6) * draw(0.05, 0.2) * 365, draw(low, high)
    for year, stock in enumerate(kept_by_years([1.3**y for y in range(6)], retention)):
        expected = percentiles(arrivals * stock)
        assert ends(projection, "kept", year) == pytest.approx(expected, rel=0.01), year


def test_the_value_of_an_uncertain_retention_is_that_of_its_median(unsure: Plan) -> None:
    projection = grown(unsure, "30%", retention="2 to 6 year")
    arrivals = math.sqrt(80e6 * 120e6) * 0.1 * 365
    stocks = kept_by_years([1.3**y for y in range(6)], math.sqrt(12))
    assert course(projection, "kept") == pytest.approx([arrivals * s for s in stocks], rel=1e-12)


def test_inputs_that_move_together_do_so_in_every_year(plan_of: PlanOf) -> None:
    plan = plan_of(
        {"dau": "50M to 200M user | grows = true", "clicks": "4 to 16 redirect/user/day"},
        {"rate": "dau * clicks | redirect/s", "more": "rate + 5000 * redirect/s | redirect/s"},
        head='correlate = [["dau", "clicks", 0.7]]',
    )
    projection = grown(plan, "10% +- 5%")
    random = np.random.default_rng(6)
    first, second = random.standard_normal((2, DRAWS))
    scale = math.log(4) / 2 / Z95
    dau = 1e8 * np.exp(scale * first)
    clicks = 8 * np.exp(scale * (0.7 * first + math.sqrt(1 - 0.49) * second))
    yearly = 1 + random.normal(0.1, 0.05 / Z95, DRAWS)
    for year in (0, 2, 5):
        rates = dau * clicks / DAY * yearly**year
        assert ends(projection, "rate", year) == pytest.approx(percentiles(rates), rel=0.01)
        assert ends(projection, "more", year) == pytest.approx(percentiles(rates + 5e3), rel=0.01)


# What has no number


def test_a_band_says_in_which_part_of_what_is_believed_there_is_no_number(plan_of: PlanOf) -> None:
    plan = plan_of(
        {"load": "8K to 12.5K redirect/s | grows = true", "capacity": "20K redirect/s"},
        {"drained": "drain_time(1e6 * redirect, capacity, load) | s"},
    )
    projection = grown(plan, "30%", years=2)
    scale = math.log(12.5 / 8) / 2 / Z95
    for year, number in enumerate(projection.derived["drained"]):
        # The backlog drains where the load, lognormal around 10K now, is below 20K.
        drains = NormalDist(math.log(10 * 1.3**year), scale).cdf(math.log(20))
        assert number.band is not None
        assert number.band.missing == pytest.approx(1 - drains, abs=2e-3)
    random = np.random.default_rng(9)
    load = 10e3 * 1.69 * np.exp(random.normal(0, scale, DRAWS))
    expected = percentiles(1e6 / (20e3 - load[load < 20e3]))
    assert ends(projection, "drained", 2) == pytest.approx(expected, rel=0.01)


def test_a_formula_without_a_finite_value_in_a_later_year_names_number_and_year(
    plan_of: PlanOf,
) -> None:
    plan = plan_of(
        {"load": "10K redirect/s | grows = true", "capacity": "20K redirect/s"},
        {
            "headroom": "capacity / load | ",
            "drained": "drain_time(1e6 * redirect, capacity, load) | s",
        },
    )
    # 10K times 1.3^2 is 16.9K, and 21.97K in year 3: then the backlog never drains.
    assert course(grown(plan, "30%", years=2), "drained")[2] == pytest.approx(1e6 / 3100)
    with pytest.raises(EstimateError) as caught:
        grown(plan, "30%", years=5)
    assert caught.value.name == "drained"
    assert "drained has no finite value in year 3" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("text", "years"), [("1e200%", 5), ("1e7%", 50)])
def test_growth_beyond_all_numbers_is_refused_in_a_line_that_names_what_grows(
    links: Plan, text: str, years: int
) -> None:
    with pytest.raises((EstimateError, ScenarioError)) as caught:
        grown(links, text, years=years, dau="1e100")
    assert "dau" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_milestones_from_nothing_are_refused_in_a_line(plan_of: PlanOf) -> None:
    plan = plan_of({"dau": "0 user | grows = true"}, {"twice": "dau * 2 | user"})
    with pytest.raises((EstimateError, ScenarioError)) as caught:
        grown(plan, "dau=150M@1, 400M@3", years=3)
    assert "dau" in str(caught.value)
    assert "\n" not in str(caught.value)
