"""Limits: when a number that grows passes a quantity, another number, a documented figure."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.growth import growth_tables
from estimators.growth import Projection, project
from estimators.limits import Passing, passings, read_limit
from estimators.plan import Plan
from models.scenario import Scenario, ScenarioError

PlanOf = Callable[..., Plan]
Z95 = 1.6448536269514722
DRAWS = 2**20
TODAY = date(2026, 1, 1)


def growing(plan: Plan, *texts: str, years: int = 5) -> Scenario:
    scenario = Scenario(plan.preset)
    for text in texts:
        scenario = scenario.with_growth(text, years)
    return scenario


def passed(plan: Plan, scenario: Scenario, *limits: str) -> tuple[Passing, ...]:
    read = [read_limit(plan, scenario, *limit.split("=")) for limit in limits]
    return passings(plan, project(plan, scenario), read)


def one(plan: Plan, growth: str, limit: str, years: int = 5) -> Passing:
    (passing,) = passed(plan, growing(plan, growth, years=years), limit)
    return passing


@pytest.fixture(scope="module")
def certain(plan_of: PlanOf) -> Plan:
    """100M users, 800M redirects a day; ids for 36.5B links, of which 18.25B are kept."""
    return plan_of(
        {
            "dau": "100M user | grows = true",
            "clicks": "8 redirect/user/day",
            "made": "0.1 url/user/day",
            "retention": "5 year",
            "ids": "36.5B url",
        },
        {
            "redirect_rate": "dau * clicks | redirect/s",
            "kept": "stock(dau * made, retention) | url",
            "room": "max(ids - kept, 0 * url) | url",
            "over": "max(dau - 150e6 * user, 0 * user) | user",
        },
    )


@pytest.fixture(scope="module")
def unsure(plan_of: PlanOf) -> Plan:
    return plan_of(
        {
            "dau": "80M to 120M user | grows = true",
            "clicks": "4 to 16 redirect/user/day",
            "serves": "15K to 30K redirect/s",
        },
        {
            "redirect_rate": "dau * clicks | redirect/s",
            "capacity": "serves * 1 | redirect/s",
        },
    )


# By the medians


@pytest.mark.parametrize(
    ("growth", "limit", "years"),
    [
        ("30%", 200e6, math.log(2) / math.log(1.3)),
        ("30%", 101e6, math.log(1.01) / math.log(1.3)),
        ("30%", 371e6, math.log(3.71) / math.log(1.3)),
        ("7%", 130e6, math.log(1.3) / math.log(1.07)),
        ("100%", 200e6, 1.0),
        ("100%", 3200e6, 5.0),
    ],
)
def test_a_limit_is_passed_when_compound_growth_says(
    certain: Plan, growth: str, limit: float, years: float
) -> None:
    passing = one(certain, growth, f"dau={limit!r} user")
    assert passing.at == pytest.approx(years, rel=1e-9)
    assert (passing.early, passing.late) == (passing.at, passing.at)
    assert passing.chance == 1.0
    assert passing.now.base == 100e6
    assert passing.limit.limit.base == limit


@given(rate=st.floats(0.5, 300), ahead=st.integers(1, 50), at=st.floats(0.01, 0.99))
@settings(deadline=None, max_examples=80)
def test_years_to_a_limit_are_a_ratio_of_logarithms(
    certain: Plan, rate: float, ahead: int, at: float
) -> None:
    factor = (1 + rate / 100) ** (at * ahead)
    passing = one(certain, f"{rate!r}%", f"redirect_rate={800e6 * factor!r} redirect/day", ahead)
    assert passing.at == pytest.approx(at * ahead, rel=1e-6, abs=1e-9)


def test_what_is_passed_already_is_passed_after_no_years(certain: Plan) -> None:
    for limit in ("100M", "99M", "1 user"):
        passing = one(certain, "30%", f"dau={limit}")
        assert (passing.at, passing.early, passing.late, passing.chance) == (0, 0, 0, 1)
        passing = one(certain, "-10%", f"dau={limit}")
        assert (passing.at, passing.chance) == (0, 1)


def test_what_is_not_reached_within_the_years_is_never_passed(certain: Plan) -> None:
    # 1.3^5 is 3.71293.
    for growth, limit in (("30%", "371.3M"), ("-10%", "101M"), ("0%", "100.001M")):
        passing = one(certain, growth, f"dau={limit}")
        assert (passing.at, passing.early, passing.late, passing.chance) == (None, None, None, 0)
    assert one(certain, "30%", "dau=371.29M").at == pytest.approx(5, abs=1e-4)
    assert one(certain, "30%", "dau=371.3M", years=6).at == pytest.approx(5, abs=1e-4)


def test_a_stock_passes_between_the_years_in_which_it_lies_below_and_above(certain: Plan) -> None:
    # Five years' links under 30%: 18.25B now, then 5 years of 3.65B at 1, 1, 1, 1, 1.3, ...
    passing = one(certain, "30%", "kept=25B")
    by_year = [3.65e9 * s for s in (5, 5.3, 5.99, 7.187)]
    into = math.log(25e9 / by_year[2]) / math.log(by_year[3] / by_year[2])
    assert passing.at == pytest.approx(2 + into, rel=1e-9)


def test_milestones_pass_a_limit_on_the_way(certain: Plan) -> None:
    passing = one(certain, "dau=150M@1, 600M@3", "dau=300M", years=3)
    assert passing.at == pytest.approx(2, rel=1e-9)


def test_what_starts_from_nothing_passes_a_limit_in_the_year_in_which_it_is_above(
    certain: Plan,
) -> None:
    # 130M users in year 1, 169M in year 2: then 19M are over 150M, and none were before.
    passing = one(certain, "30%", "over=10M")
    assert passing.at is not None
    assert 1 <= passing.at <= 2
    assert passing.chance == 1


# What is not known


def clipped(times: Any, years: int) -> tuple[float | None, float | None, float]:
    """p5, p95 and chance of passing times: 0 at the least, None after the years."""
    chance = float((times <= years).mean())
    ends = [max(float(np.quantile(times, share)), 0.0) for share in (0.05, 0.95)]
    early, late = (None if end > years else end for end in ends)
    return early, late, chance


def agree(passing: Passing, expected: tuple[float | None, float | None, float]) -> None:
    early, late, chance = expected
    for found, end in ((passing.early, early), (passing.late, late)):
        if end is None:
            assert found is None
        else:
            assert found == pytest.approx(end, rel=0.01, abs=0.02)  # a week: 0.5% of the number
    assert passing.chance == pytest.approx(chance, abs=0.005)


@pytest.mark.parametrize("limit", [110e6, 150e6, 300e6, 360e6, 450e6])
def test_an_uncertain_start_passes_at_normal_times(unsure: Plan, limit: float) -> None:
    # ln dau is normal, and the years are ln(limit / dau) / ln 1.3.
    passing = one(unsure, "30%", f"dau={limit!r} user")
    middle = math.log(limit / math.sqrt(80e6 * 120e6)) / math.log(1.3)
    times = NormalDist(middle, math.log(1.5) / 2 / Z95 / math.log(1.3))
    ends = [max(times.inv_cdf(share), 0.0) for share in (0.05, 0.95)]
    early, late = (None if end > 5 else end for end in ends)
    agree(passing, (early, late, times.cdf(5)))
    assert passing.at == (pytest.approx(middle) if middle <= 5 else None)


@pytest.mark.parametrize(
    ("growth", "limit"),
    [("20% to 40%", 20e3), ("20% to 40%", 60e3), ("30% +- 20%", 20e3), ("30%", 30e3)],
)
def test_bands_and_chances_are_those_of_a_simulation(
    unsure: Plan, growth: str, limit: float
) -> None:
    random = np.random.default_rng(7)
    rate = {
        "20% to 40%": np.exp(
            random.normal(math.log(0.08) / 2, math.log(2) / 2 / Z95, DRAWS)
        ),
        "30% +- 20%": _above_nothing(random.normal(0.3, 0.2 / Z95, DRAWS)),
        "30%": np.full(DRAWS, 0.3),
    }[growth]  # fmt: skip
    now = np.exp(
        random.normal(math.log(80e6 * 120e6) / 2, math.log(1.5) / 2 / Z95, DRAWS)
        + random.normal(math.log(8), math.log(4) / 2 / Z95, DRAWS)
    ) / 86_400  # fmt: skip
    times = np.log(limit / now) / np.log1p(rate)
    agree(one(unsure, growth, f"redirect_rate={limit!r}/s"), clipped(times, 5))


def _above_nothing(rate: Any) -> Any:
    """A rate of growth that was typed with both ends above zero is taken to be above zero."""
    return np.maximum(rate, 1e-12)


def test_a_limit_that_is_not_known_either_is_simulated_too(unsure: Plan) -> None:
    passing = one(unsure, "20% to 40%", "redirect_rate=capacity")
    random = np.random.default_rng(8)

    def draw(low: float, high: float) -> Any:
        middle = (math.log(low) + math.log(high)) / 2
        return np.exp(random.normal(middle, math.log(high / low) / 2 / Z95, DRAWS))

    now = draw(80e6, 120e6) * draw(4, 16) / 86_400
    times = np.log(draw(15e3, 30e3) / now) / np.log1p(draw(0.2, 0.4))
    agree(passing, clipped(times, 5))
    at_medians = math.log(math.sqrt(15e3 * 30e3) * 86_400 / math.sqrt(80e6 * 120e6) / 8)
    assert passing.at == pytest.approx(at_medians / math.log(1 + math.sqrt(0.08)))


# Limits that are numbers


def test_another_number_can_be_the_limit(certain: Plan) -> None:
    scenario = growing(certain, "30%")
    limit = read_limit(certain, scenario, "kept", "ids")
    assert (limit.other, limit.of, limit.limit.base) == ("ids", "ids", 36.5e9)
    (passing,) = passings(certain, project(certain, scenario), [limit])
    # The end of year 4 keeps 3.65B * (1 + 1.3 + ... + 1.3^4) = 33.01B, of year 5 42.91B.
    four, five = (sum(1.3**y for y in years) for years in (range(5), range(1, 6)))
    into = math.log(10 / four) / math.log(five / four)
    assert passing.at == pytest.approx(4 + into, rel=1e-9)
    assert passing.at == one(certain, "30%", "kept=36.5B").at


def test_a_limit_that_moves_is_passed_where_the_two_courses_meet(certain: Plan) -> None:
    # What is kept passes half of the ids, 18.25B, at once: the room left is as much as that now.
    passing = one(certain, "30%", "kept=room")
    assert passing.at == 0
    # Ids that grow by 20% a year from 36.5B beside users by 50%, both by factors from now on.
    scenario = growing(certain, "dau=50%", "ids=20%").with_change("retention", "1 day")
    (passing,) = passed(certain, scenario.with_change("ids", "30M"), "kept=ids")
    assert passing.at == pytest.approx(math.log(3) / math.log(1.5 / 1.2), rel=1e-9)


def test_a_number_of_another_dimension_is_no_limit(certain: Plan) -> None:
    scenario = growing(certain, "30%")
    with pytest.raises(ScenarioError) as caught:
        read_limit(certain, scenario, "redirect_rate", "kept")
    assert "redirect_rate is in redirect" in str(caught.value)
    assert "its limit kept in url" in str(caught.value)


@pytest.mark.parametrize(
    ("address", "text", "message"),
    [
        ("dau", "20TB", "dau: '20TB': is in TB; expected user"),
        ("dau", "0", "dau: a limit is above zero"),
        ("dau", "80M to 120M", "is a range; expected one value"),
        ("dau", "nan", "expected a number"),
        ("dau", "", "dau"),
        ("dua", "20M", "sample has no number 'dua'; did you mean dau?"),
        ("zzz", "20M", "sample has no number 'zzz'; its numbers: dau, clicks"),
        ("dua", "dau", "sample has no number 'dua'; did you mean dau?"),
    ],
)
def test_a_limit_that_does_not_fit_is_refused_by_name(
    certain: Plan, address: str, text: str, message: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_limit(certain, growing(certain, "30%"), address, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_limit_keeps_what_it_is_called(certain: Plan) -> None:
    limit = read_limit(certain, growing(certain, "30%"), "dau", " 200M ")
    assert (limit.address, limit.label, limit.of, limit.other) == ("dau", "dau", "the limit", None)
    assert limit.limit.text == "200M user"


# Documented figures


@pytest.fixture(scope="module")
def documented(plan_of: PlanOf) -> Plan:
    """Rates that are documented below what 800M redirects a day are, above, and out of reach."""
    figures = {
        "below": "~9K redirect/s",
        "above": "~10K redirect/s",
        "later": "<30K redirect/s",
        "far": "~50K redirect/s",
        "floor": ">20K redirect/s",
    }
    more = "".join(
        f'[[documented]]\nlabel = "{name}"\nsaid = "{name} {figure}"\nfigure = "{figure}"\n'
        'against = "redirect_rate"\nreconcile = "clicks"\nsource = "scalability"\n\n'
        for name, figure in figures.items()
    )
    return plan_of(
        {"dau": "100M user | grows = true", "clicks": "8 redirect/user/day"},
        {"redirect_rate": "dau * clicks | redirect/s"},
        more,
    )


def test_documented_figures_are_told_only_if_they_are_passed_on_the_way(documented: Plan) -> None:
    # 9,259 a second now and 34,379 in year 5; a floor is nothing to run into.
    found = passed(documented, growing(documented, "30%"))
    assert [(p.limit.of, p.at) for p in found] == [
        ('documented: "above ~10K redirect/s"', pytest.approx(math.log(1.08) / math.log(1.3))),
        ('documented: "later <30K redirect/s"', pytest.approx(math.log(3.24) / math.log(1.3))),
    ]
    assert {p.limit.address for p in found} == {"redirect_rate"}
    assert not passed(documented, growing(documented, "-10%"))
    assert not passed(documented, growing(documented, "1%"))


def test_limits_that_are_named_come_first_whether_passed_or_not(documented: Plan) -> None:
    found = passed(documented, growing(documented, "30%"), "dau=1B", "dau=150M", "dau=50M")
    assert [p.limit.of for p in found[:3]] == ["the limit"] * 3
    assert [p.at for p in found[:3]] == [None, pytest.approx(1.545, abs=1e-3), 0]
    assert len(found) == 5


# The table


def limits_table(projection: Projection, passings_: tuple[Passing, ...], today: date) -> Any:
    table = growth_tables(projection, passings_, today)[1]
    headings = [column.heading for column in table.columns]
    return table.title, [dict(zip(headings, row, strict=True)) for row in table.rows]


@pytest.mark.parametrize(
    ("today", "limit", "said"),
    [
        # ln 2 / ln 1.3 = 2.642 years = 964 days: 22 August 2028.
        (date(2026, 1, 1), "200M", "in 2.6 years, about August 2028"),
        (date(2026, 12, 1), "200M", "in 2.6 years, about July 2029"),
        # ln 1.1 / ln 1.3 = 0.3633 years = 133 days: 14 May 2026.
        (date(2026, 1, 1), "110M", "in 4 months, about May 2026"),
        (date(2026, 10, 1), "110M", "in 4 months, about February 2027"),
        # ln 1.001 / ln 1.3 = 1.4 days
        (date(2026, 1, 1), "100.1M", "in 1 month, about January 2026"),
        (date(2026, 1, 1), "100M", "already"),
        (date(2026, 1, 1), "500M", "not within 5 years"),
    ],
)
def test_the_table_dates_a_limit_from_the_given_day(
    certain: Plan, today: date, limit: str, said: str
) -> None:
    scenario = growing(certain, "30%")
    title, rows = limits_table(
        project(certain, scenario), passed(certain, scenario, f"dau={limit}"), today
    )
    assert title == "Limits, within 5 years"
    assert rows[0]["number"] == "dau"
    assert rows[0]["now"] == "100M user"
    assert rows[0]["passed"] == said
    assert rows[0]["years, p5 to p95"] == ""
    assert rows[0]["chance"] == ("0%" if said.startswith("not") else "100%")


def test_the_table_tells_a_band_that_begins_now_or_ends_after_the_years(unsure: Plan) -> None:
    # p5 and p95 of 80M to 120M at 30%: 110M is passed at once from 120M, and from 80M in 1.21
    # years; 450M from 120M in 5.04 years, from 80M in 6.6.
    scenario = growing(unsure, "30%", years=6)
    _, rows = limits_table(
        project(unsure, scenario), passed(unsure, scenario, "dau=110M", "dau=450M"), TODAY
    )
    assert [row["years, p5 to p95"] for row in rows] == ["now to 1.2", "5.0 to after 6"]
    # The median, 98.0M, passes it in ln 4.593 / ln 1.3 = 5.81 years: 2,121 days.
    assert rows[1]["passed"] == "in 5.8 years, about October 2031"
    # ln(450M / dau) is normal around ln 4.593; it must lie below six years' growth.
    times = NormalDist(math.log(450 / math.sqrt(9600)), math.log(1.5) / 2 / Z95)
    assert rows[1]["chance"] == f"{times.cdf(6 * math.log(1.3)):.0%}"


def test_one_year_ahead_is_one_year(certain: Plan) -> None:
    scenario = growing(certain, "30%", years=1)
    title, rows = limits_table(
        project(certain, scenario), passed(certain, scenario, "dau=500M"), TODAY
    )
    assert title == "Limits, within 1 year"
    assert rows[0]["passed"] == "not within 1 year"


def test_the_years_table_has_a_column_for_each_year_and_of_many_a_few(certain: Plan) -> None:
    five = growth_tables(project(certain, growing(certain, "30%")), (), TODAY)
    assert len(five) == 1
    headings = [column.heading for column in five[0].columns]
    assert headings[1:7] == ["now", "year 1", "year 2", "year 3", "year 4", "year 5"]
    rows = {row[0]: row for row in five[0].rows}
    assert rows["dau"][1:8] == ("100M", "130M", "169M", "220M", "286M", "371M", "user")
    assert five[0].title == "Year by year: dau 30% a year"
    (many,) = growth_tables(project(certain, growing(certain, "30%", years=50)), (), TODAY)
    headings = [column.heading for column in many.columns]
    assert headings[1] == "now"
    assert "year 50" in headings
    assert len(headings) < 20
    last = headings.index("year 50")
    dau = {row[0]: row for row in many.rows}["dau"]
    assert dau[last].split()[0] == "49.8T"  # 100M * 1.3^50 = 4.979e13
