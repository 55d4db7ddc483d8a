"""Growth as it is typed: rates and milestones, what is refused, and which inputs grow."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.plan import Plan
from models.growth import Growth
from models.preset import Preset
from models.quantity import Quantity, QuantityError, Range, Spread
from models.scenario import Scenario, ScenarioError

INPUTS = {
    "dau": "100M user | grows = true",
    "per_user": "4 to 16 redirect/user/day",
    "size": "500 B/url",
    "hit_ratio": "85% to 97% | share = true",
}
Read = Callable[[str], Growth]


@pytest.fixture(scope="module")
def preset(plan_of: Callable[..., Plan]) -> Preset:
    return plan_of(INPUTS, {"rate": "dau * per_user | redirect/s"}).preset


@pytest.fixture(scope="module")
def read(preset: Preset) -> Read:
    """Reads how the daily users grow."""
    return lambda text: Growth.read(text, preset.vocabulary, preset.inputs["dau"].unit)


# Reading


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("30%", 1.3),
        ("+5%", 1.05),
        ("-10%", 0.9),
        (" 7 % ", 1.07),
        ("0%", 1.0),
        ("100%", 2.0),
        ("1,000%", 11.0),
        ("-99.5%", 0.005),
    ],
)
def test_a_percentage_is_what_a_year_adds(read: Read, text: str, factor: float) -> None:
    assert read(text).factors(1e8, 1) == (1.0, pytest.approx(factor, rel=1e-12))


def test_a_plus_says_nothing_that_is_not_said_without_it(read: Read) -> None:
    assert read("+5%") == read("5%")
    assert read("-5%") != read("5%")


def test_a_rate_may_be_a_range_whose_middle_is_geometric(read: Read) -> None:
    growth = read("20% to 40%")
    assert isinstance(growth.rate, Range)
    assert (growth.rate.low.base, growth.rate.high.base) == pytest.approx((0.2, 0.4))
    # The square root of 0.2 * 0.4 is 0.28284.
    assert growth.factors(1e8, 2) == pytest.approx((1, 1.28284, 1.28284**2), rel=1e-5)
    assert read("20%..40%") == growth


def test_a_rate_may_be_a_middle_with_what_it_may_be_off_by(read: Read) -> None:
    growth = read("10% +- 5%")
    assert isinstance(growth.rate, Spread)
    assert (growth.rate.low.base, growth.rate.high.base) == pytest.approx((0.05, 0.15))
    assert growth.factors(1e8, 3)[3] == pytest.approx(1.331)


def test_a_rate_that_shrinks_may_be_uncertain_too(read: Read) -> None:
    assert read("-10% +- 5%").factors(1e8, 2) == pytest.approx((1, 0.9, 0.81))
    assert read("-20%").factors(1e8, 2) == pytest.approx((1, 0.8, 0.64))


@pytest.mark.parametrize(
    ("text", "years", "values"),
    [
        ("150M@1, 400M@3", (1, 3), (150e6, 400e6)),
        ("150M@1,400M@3", (1, 3), (150e6, 400e6)),
        ("1,000,000@1,2,000,000@2", (1, 2), (1e6, 2e6)),
        ("150M user @ year 2", (2,), (150e6,)),
        ("150M@year 2, 400M@3 years", (2, 3), (150e6, 400e6)),
        ("150M users@0.5, 0.2B@50", (0.5, 50), (150e6, 200e6)),
    ],
)
def test_milestones_are_quantities_at_years(
    read: Read, text: str, years: tuple[float, ...], values: tuple[float, ...]
) -> None:
    growth = read(text)
    assert growth.rate is None
    assert tuple(year for year, _ in growth.milestones) == years
    assert tuple(value.base for _, value in growth.milestones) == values
    assert growth.last == years[-1]


def test_a_rate_has_no_last_year(read: Read) -> None:
    assert read("30%").last is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'': expected a percentage a year, such as 30% or -10% (doubling is 100%)"),
        ("   ", "expected a percentage a year"),
        ("30", "'30': expected a percentage a year, such as 30% or -10% (doubling is 100%)"),
        ("0.3", "'0.3': expected a percentage a year"),
        ("30x", "or milestones, such as 150M@1, 400M@3"),
        ("abc", "'abc': expected a percentage a year"),
        ("%", "expected a number in %"),
        ("30%/year", "is in %/year; expected %"),
        ("nan%", "expected a number"),
        ("1e400%", "the number is too large"),
        ("-100%", "'-100%': nothing is left; expected less than -100%"),
        ("-150%", "nothing is left"),
        ("-90% +- 20%", "nothing is left"),
        ("-20% to 40%", "'-20% to 40%': a range of growth is all above zero; expected one loss"),
        ("-20%..40%", "such as -10% or -10% +- 5%"),
        ("-40% to -20%", "'-40% to -20%': "),
        ("40% to 20%", "the lower end is above the upper; expected 20% first"),
        ("20%-40%", "a range is written with `to`"),
        ("10% +- 20%", "the lower end is not above zero"),
        ("150M@", "'150M@': expected milestones as QUANTITY@YEAR, such as 150M@1, 400M@3"),
        ("@1", "'@1': expected milestones as QUANTITY@YEAR"),
        ("150M@soon", "expected milestones as QUANTITY@YEAR"),
        ("150M@-1", "expected milestones as QUANTITY@YEAR"),
        ("150M@2, 100M@1", "expected rising years, from after 0 to 50, counted from now"),
        ("150M@1, 400M@1", "expected rising years"),
        ("150M@0", "'150M@0': expected rising years, from after 0 to 50"),
        ("150M@51", "'150M@51': expected rising years, from after 0 to 50"),
        ("0@1", "'0': a milestone is above zero"),
        ("150M@1, 0 user@2", "'0 user': a milestone is above zero"),
        ("3GB@1", "'3GB': is in GB; expected user"),
        ("30%@1", "is in %; expected user"),
        ("100M to 200M@2", "is a range; expected one value"),
    ],
)
def test_text_that_is_no_growth_is_refused_in_a_line(read: Read, text: str, message: str) -> None:
    with pytest.raises(QuantityError) as caught:
        read(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_fewer_users_at_a_later_milestone_are_no_fault(read: Read) -> None:
    assert read("50M@1, 25M@2").factors(1e8, 2) == pytest.approx((1, 0.5, 0.25))


# Exact text

percentages = st.floats(0.001, 10_000).map(lambda x: f"{x!r}%")
rates = st.one_of(
    percentages,
    st.floats(0.001, 99.9).map(lambda x: f"-{x!r}%"),
    st.tuples(st.floats(0.001, 500), st.floats(0, 500)).map(lambda x: f"{x[0]}% to {sum(x)}%"),
    st.tuples(st.floats(1, 500), st.floats(0.01, 0.99)).map(lambda x: f"{x[0]}% +- {x[0] * x[1]}%"),
    st.tuples(st.floats(1, 90), st.floats(0.01, 0.1)).map(lambda x: f"-{x[0]}% +- {x[0] * x[1]}%"),
)


@st.composite
def milestones(draw: st.DrawFn) -> str:
    years = draw(st.lists(st.integers(1, 5000), min_size=1, max_size=5, unique=True).map(sorted))
    units = st.sampled_from(["", " user", "K", "M user", "B users"])
    values = [f"{draw(st.floats(0.001, 1e6))}{draw(units)}" for _ in years]
    return ", ".join(f"{v}@{y / 100:.2f}" for v, y in zip(values, years, strict=True))


@given(text=st.one_of(rates, milestones()))
@settings(deadline=None, max_examples=150)
def test_the_exact_text_reads_back_as_the_same_growth(read: Read, text: str) -> None:
    growth = read(text)
    assert read(growth.text) == growth


@pytest.mark.parametrize("year", ["0.3333333", "1.2345678"])
def test_a_year_of_many_digits_reads_back_as_the_same_year(read: Read, year: str) -> None:
    growth = read(f"150M@{year}")
    assert growth.last == float(year)
    assert read(growth.text) == growth


def test_growth_is_shown_as_a_person_says_it(read: Read) -> None:
    assert read("30%").shown == "30% a year"
    assert read("-10%").shown == "-10% a year"
    assert read("20% to 40%").shown == "20% to 40% a year"
    assert read("150M@1, 400M@3").shown == "150M user by year 1, 400M user by year 3"


# Factors


@given(rate=st.floats(-99, 900), years=st.integers(1, 50))
@settings(deadline=None, max_examples=60)
def test_rates_compound(read: Read, rate: float, years: int) -> None:
    factors = read(f"{rate!r}%").factors(1e8, years)
    assert factors[0] == 1.0
    assert len(factors) == years + 1
    for before, after in pairwise(factors):
        assert after / before == pytest.approx(1 + rate / 100, rel=1e-9)


@pytest.mark.parametrize(
    ("rate", "years"), [(1, 69.66), (5, 14.2067), (7, 10.2448), (10, 7.2725), (100, 1.0)]
)
def test_what_grows_doubles_as_the_tables_of_interest_say(
    read: Read, rate: int, years: float
) -> None:
    # The exact doubling times behind the rule of 72: ln 2 / ln(1 + rate).
    factors = read(f"{rate}%").factors(1e8, 50)
    yearly = math.log(factors[-1]) / 50
    assert math.log(2) / yearly == pytest.approx(years, rel=1e-4)
    whole = math.floor(years)
    if whole < 50:
        assert factors[whole] <= 2 * (1 + 1e-12) < 2 * (1 + 1e-9) < factors[whole + 1]


def test_milestones_are_met_exactly_and_growth_between_them_is_compound(read: Read) -> None:
    factors = read("150M@1, 400M@3, 100M@5").factors(100e6, 5)
    # From 150M to 400M in two years: by sqrt(8/3) in each; from there to 100M by a half in each.
    expected = (1.0, 1.5, 1.5 * math.sqrt(8 / 3), 4.0, 2.0, 1.0)
    assert factors == pytest.approx(expected, rel=1e-12)


def test_a_milestone_within_a_year_is_passed_on_the_way(read: Read) -> None:
    # 400M after half a year, 100M after one and a half: year 1 lies halfway on the logarithm.
    factors = read("400M@0.5, 100M@1.5").factors(100e6, 1)
    assert factors == pytest.approx((1.0, 2.0), rel=1e-12)


@given(
    now=st.floats(1, 1e12),
    steps=st.lists(
        st.tuples(st.integers(1, 4), st.floats(1, 1e12)), min_size=1, max_size=4
    ),
)  # fmt: skip
@settings(deadline=None, max_examples=80)
def test_every_milestone_is_met_from_wherever_one_starts(
    read: Read, now: float, steps: list[tuple[int, float]]
) -> None:
    year, typed, met = 0, [], {}
    for gap, value in steps:
        year += gap
        typed.append(f"{value!r} user@{year}")
        met[year] = value
    factors = read(", ".join(typed)).factors(now, year)
    for at, value in met.items():
        assert factors[at] * now == pytest.approx(value, rel=1e-9)
    points = {0: now, **met}
    for (y0, v0), (y1, v1) in pairwise(points.items()):
        for y in range(y0, y1):
            assert factors[y + 1] / factors[y] == pytest.approx((v1 / v0) ** (1 / (y1 - y0)))


# Scenarios


def growing(preset: Preset, *texts: str, years: int | None = None) -> Scenario:
    scenario = Scenario(preset)
    for text in texts:
        scenario = scenario.with_growth(text, years)
    return scenario


def test_what_a_preset_marks_is_what_grows(preset: Preset) -> None:
    scenario = growing(preset, "30%")
    assert list(scenario.growth) == ["dau"]
    assert scenario.growth["dau"].text == "30%"
    assert scenario.horizon == 5
    assert not Scenario(preset).growth
    assert Scenario(preset).years is None


def test_all_that_a_preset_marks_grows(plan_of: Callable[..., Plan]) -> None:
    marked = {**INPUTS, "size": "500 B/url | grows = true"}
    preset = plan_of(marked, {"rate": "dau * per_user | redirect/s"}).preset
    scenario = growing(preset, "30%")
    assert {name: growth.text for name, growth in scenario.growth.items()} == {
        "dau": "30%",
        "size": "30%",
    }
    scenario = scenario.with_growth("size=5%")
    assert {name: growth.text for name, growth in scenario.growth.items()} == {
        "dau": "30%",
        "size": "5%",
    }


def test_where_nothing_is_marked_one_is_to_be_named(plan_of: Callable[..., Plan]) -> None:
    preset = plan_of({"dau": "5 user"}, {"twice": "dau * 2 | user"}).preset
    with pytest.raises(ScenarioError) as caught:
        growing(preset, "30%")
    assert str(caught.value) == "sample marks no input that grows; name one, as in dau=30%"
    assert list(growing(preset, "dau=30%").growth) == ["dau"]


def test_an_input_that_is_named_grows_whether_marked_or_not(preset: Preset) -> None:
    scenario = growing(preset, "per_user = 10%", "dau=20% to 40%")
    assert list(scenario.growth) == ["per_user", "dau"]
    assert scenario.growth["per_user"].text == "10%"
    assert scenario.with_growth("dau=-5%").growth["dau"].text == "-5%"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hit_ratio=5%", "hit_ratio: a share stays within 0..1 and does not grow; change it"),
        ("dua=5%", "sample has no input 'dua'; did you mean dau?"),
        ("zzz=5%", "sample has no input 'zzz'; its inputs: dau, per_user, size, hit_ratio"),
        ("rate=5%", "rate is derived (dau * per_user); change one of the inputs"),
        ("=5%", "sample has no input ''"),
        ("dau=", "dau: '': expected a percentage a year"),
        ("dau=30", "dau: '30': expected a percentage a year"),
        ("30", "dau: '30': expected a percentage a year"),
        ("dau=3GB@1", "dau: '3GB': is in GB; expected user"),
        ("size=700@1", None),
    ],
)
def test_growth_that_does_not_fit_is_refused_by_name(
    preset: Preset, text: str, message: str | None
) -> None:
    if message is None:  # a bare number takes the unit of its field
        assert growing(preset, text).growth["size"].text == "700 B/url@1"
        return
    with pytest.raises(ScenarioError) as caught:
        growing(preset, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_looks_ahead_five_years_or_as_far_as_the_milestones_go(preset: Preset) -> None:
    assert growing(preset, "30%").horizon == 5
    assert growing(preset, "dau=150M@1, 400M@3").horizon == 3
    assert growing(preset, "dau=150M@1, 400M@3.5").horizon == 3
    assert growing(preset, "dau=400M@10").horizon == 10
    assert growing(preset, "30%", years=7).horizon == 7
    assert growing(preset, "30%").with_years(50).horizon == 50
    assert growing(preset, "dau=400M@10").with_years(2).horizon == 2


def test_the_nearest_of_several_last_milestones_counts(preset: Preset) -> None:
    scenario = growing(preset, "size=700@2", "dau=400M@4")
    assert scenario.horizon == 2
    with pytest.raises(ScenarioError, match=r"the last milestone of size is in year 2; "):
        scenario.with_years(3)


@pytest.mark.parametrize(
    "texts", [("dau=30%", "size=600@1, 700@3"), ("dau=400M@4", "size=700@2")]
)  # fmt: skip
def test_the_order_in_which_growth_is_given_changes_nothing(
    preset: Preset, texts: tuple[str, ...]
) -> None:
    back = growing(preset, *reversed(texts))
    there = growing(preset, *texts)
    assert there.horizon == back.horizon
    assert dict(there.growth) == dict(back.growth)


@pytest.mark.parametrize("years", [0, -1, 51, 10**6])
def test_no_years_and_too_many_are_refused(preset: Preset, years: int) -> None:
    with pytest.raises(ScenarioError, match=rf"{years} years: expected from 1 to 50"):
        growing(preset, "30%").with_years(years)
    with pytest.raises(ScenarioError, match=rf"{years} years: expected from 1 to 50"):
        growing(preset, "30%", years=years)


def test_a_year_after_the_last_milestone_is_refused_with_the_ways_out(preset: Preset) -> None:
    scenario = growing(preset, "dau=150M@1, 400M@3")
    with pytest.raises(ScenarioError) as caught:
        scenario.with_years(4)
    assert str(caught.value) == (
        "the last milestone of dau is in year 3; give one for year 4, or look ahead 3 years"
    )
    assert scenario.with_years(3).horizon == 3


def test_a_milestone_before_the_first_year_ends_is_refused_with_a_way_out_that_works(
    preset: Preset,
) -> None:
    with pytest.raises(ScenarioError) as caught:
        growing(preset, "dau=150M@0.5")
    assert "give one for year 1" in str(caught.value)
    assert "0 years" not in str(caught.value)


def test_years_alone_make_nothing_grow(preset: Preset) -> None:
    with pytest.raises(ScenarioError, match=r"nothing grows; say how, as in --growth 30%"):
        Scenario(preset).with_years(5)


def test_growth_stays_when_an_input_is_changed_and_changed_back(preset: Preset) -> None:
    scenario = growing(preset, "30%").with_change("dau", "200M")
    assert scenario.growth["dau"].text == "30%"
    assert scenario.without_change("dau") == growing(preset, "30%")
    assert isinstance(scenario.value("dau"), Quantity)
