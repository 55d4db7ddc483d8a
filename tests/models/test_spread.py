"""`a +- b`: how it is read, what is refused and why, and what is told of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from estimators.plan import Plan
from models.quantity import Figure, Interval, Quantity, QuantityError, Spread, Value, read_value
from models.scenario import Scenario, ScenarioError
from models.units import Unit, Vocabulary

VOCABULARY = Vocabulary(("url", "redirect"))
DAY = 86_400


def unit(text: str) -> Unit:
    return Unit.read(text, VOCABULARY)


def read(text: str, field: str | None = None) -> Spread:
    value = read_value(text, VOCABULARY, None if field is None else unit(field))
    assert isinstance(value, Spread)
    return value


def refusal(text: str, field: str | None = None) -> str:
    with pytest.raises(QuantityError) as caught:
        read_value(text, VOCABULARY, None if field is None else unit(field))
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("text", "field", "low", "high", "named"),
    [
        ("100M +- 20%", "user", 8e7, 1.2e8, "user"),
        ("100M user +- 20%", None, 8e7, 1.2e8, "user"),
        ("100M user ± 20M user", None, 8e7, 1.2e8, "user"),
        ("100M user +/- 20%", "user", 8e7, 1.2e8, "user"),
        ("100M+-20M", "user", 8e7, 1.2e8, "user"),
        ("100M user +- 20M", None, 8e7, 1.2e8, "user"),
        ("100M +- 20M user", None, 8e7, 1.2e8, "user"),
        ("100 +- 20", "user", 80, 120, "user"),
        ("100 +- 20", None, 80, 120, ""),
        ("1e6 +- 20", "user", 999_980, 1_000_020, "user"),
        ("100 +- 99%", "user", 1, 199, "user"),
        ("5 user +- 0", "user", 5, 5, "user"),
        ("10k qps +- 20%", "redirect/s", 8_000, 12_000, "redirect/s"),
        ("10k +- 2k qps", "redirect/s", 8_000, 12_000, "redirect/s"),
        ("4 +- 1 redirect/user/day", None, 3 / DAY, 5 / DAY, "redirect/user/day"),
        ("500 +- 100 B", "B/url", 400, 600, "B/url"),
        ("500 B ± 20%", "B/url", 400, 600, "B/url"),
        ("1 GB +- 100 MB", "B", 9e8, 1.1e9, "GB"),
        ("1 GB +- 0.2", "TB", 8e8, 1.2e9, "GB"),
        ("2 h +- 30 min", "day", 5_400, 9_000, "h"),
        ("$5 +- $1", None, 4, 6, "USD"),
        ("$5 +- 10%", None, 4.5, 5.5, "USD"),
        ("1B +- 200M", "user", 8e8, 1.2e9, "user"),
        ("1B +- 20%", "B", 0.8, 1.2, "B"),
    ],
)
def test_a_middle_with_what_it_may_be_off_by_has_two_ends(
    text: str, field: str | None, low: float, high: float, named: str
) -> None:
    value = read(text, field)
    assert (value.low.base, value.high.base) == pytest.approx((low, high), rel=1e-12)
    assert {str(end.unit) for end in (value.low, value.high, value)} == {named}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("200 +- 10%", 180, 220),
        ("0.5 +- 10%", 0.45, 0.55),
        ("3x +- 10%", 2.7, 3.3),
        ("8 ms +- 25%", 0.006, 0.01),
    ],
)
def test_a_percentage_of_what_is_none_is_a_part_of_it(text: str, low: float, high: float) -> None:
    value = read(text)
    assert (value.low.base, value.high.base) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize("text", ["50% +- 10%", "50% +- 10", "50 % ± 10 %", "50 +- 10 %"])
def test_a_percentage_of_a_percentage_is_in_points(text: str) -> None:
    value = read(text, "%")
    assert (value.low.base, value.high.base) == pytest.approx((0.4, 0.6), rel=1e-12)


NOT_ABOVE_ZERO = "the lower end is not above zero; expected less after +-, or a to b"
LEFT_OVER = "is left over; expected one quantity, or a range such as 4 to 16 or 10 +- 20%"
REFUSED = [
    ("100 +- 100%", "user", f"'100 +- 100%': {NOT_ABOVE_ZERO}"),
    ("100 +- 250%", "user", f"'100 +- 250%': {NOT_ABOVE_ZERO}"),
    ("100M user +- 100M user", None, f"'100M user +- 100M user': {NOT_ABOVE_ZERO}"),
    ("1 GB +- 2000 MB", None, f"'1 GB +- 2000 MB': {NOT_ABOVE_ZERO}"),
    ("50% +- 60%", "", f"'50% +- 60%': {NOT_ABOVE_ZERO}"),
    ("0 +- 5", None, f"'0 +- 5': {NOT_ABOVE_ZERO}"),
    ("0 user +- 0%", None, f"'0 user +- 0%': {NOT_ABOVE_ZERO}"),
    ("100M +- 20", "user", "'100M +- 20': is it 20 or 20M? Write both in full"),
    ("100M user +- 20", "user", "'100M user +- 20': is it 20 or 20M? Write both in full"),
    ("1.5K +- 500", None, "'1.5K +- 500': is it 500 or 500K? Write both in full"),
    ("100 +- 20M", "user", "'100 +- 20M': is it 100 or 100M? Write both in full"),
    ("100M user +- 5 s", None, "'100M user +- 5 s': +- is in s, the middle in user"),
    ("100M user +- 5 url", None, "'100M user +- 5 url': +- is in url, the middle in user"),
    ("5 s +- 1x", None, "'5 s +- 1x': +- is in x, the middle in s"),
    ("100M user +- 20%", "s", "'100M user +- 20%': is in user; expected s"),
    ("20% +- 5%", "user", "'20% +- 5%': is in %; expected user"),
    ("100M +-", "user", "'100M +-': expected a number in user, such as 100 user"),
    ("+- 20%", "user", "'+- 20%': expected a number in user, such as 100 user"),
    ("±", None, "'±': expected a number, such as 100M user"),
    ("5 +- -1", None, "'5 +- -1': a quantity is never negative; expected a number of at least 0"),
    ("5 +- nan", None, "'5 +- nan': expected a number, such as 100M user"),
    ("5 +- 1e999", None, "'5 +- 1e999': the number is too large; expected one below 1e308"),
    ("5 +- 1 +- 1", None, f"'5 +- 1 +- 1': '+- 1' {LEFT_OVER}"),
    ("5 to 6 +- 1", None, f"'5 to 6 +- 1': '+- 1' {LEFT_OVER}"),
    ("5 +- 1 to 6", None, f"'5 +- 1 to 6': 'to 6' {LEFT_OVER}"),
    ("5 + 1", None, f"'5 + 1': '+ 1' {LEFT_OVER}"),
    ("5 + - 1", None, f"'5 + - 1': '+ - 1' {LEFT_OVER}"),
]


@pytest.mark.parametrize(("text", "field", "says"), REFUSED)
def test_a_refusal_says_what_was_read_and_what_is_expected(
    text: str, field: str | None, says: str
) -> None:
    assert refusal(text, field) == says


@pytest.mark.parametrize("text", ["1e308 +- 90%", "1e308 user +- 9e307 user"])
def test_an_upper_end_beyond_all_floats_is_refused(text: str) -> None:
    assert "the number is too large" in refusal(text)


def test_it_is_neither_one_quantity_nor_a_documented_figure() -> None:
    with pytest.raises(QuantityError, match=r"'5 \+- 1' is a range; expected one value"):
        Quantity.read("5 +- 1", VOCABULARY)
    with pytest.raises(QuantityError, match="is a range; a documented figure is one value"):
        Figure.read("~5 +- 1", VOCABULARY)
    assert isinstance(Interval.read("5 +- 1", VOCABULARY), Spread)


# Exact text

NAMED = ("user", "redirect/user/day", "B", "KiB/url", "ms", "day", "x", "%", "USD", "USD/GB/month")
ALIKE = {"B": ("KB", "GiB", "bit"), "ms": ("s", "us"), "day": ("h", "week", "year")}


@given(
    st.sampled_from(NAMED),
    st.floats(1e-6, 1e15),
    st.floats(0, 0.999),
    st.data(),
)
def test_the_exact_text_reads_back_as_the_very_same_value(
    named: str, middle: float, off: float, data: st.DataObject
) -> None:
    other = unit(data.draw(st.sampled_from((named, "%", *ALIKE.get(named, ())))))
    centre = Quantity(middle, unit(named))
    if other == unit("%") and named != "%":
        half = Quantity(off * 100, other)
    else:
        half = Quantity.of_base(centre.base * off, other)
    value = Spread(centre, half)
    assume(value.low.base > 0)
    assert read(value.text) == value
    assert read(value.text, named) == value


@pytest.mark.parametrize(
    "text", ["1500000 +- 200", "200 +- 20", "1.5M +- 200K", "0.5 +- 10%", "1e19 +- 5000"]
)
def test_plain_numbers_read_back_too(text: str) -> None:
    value = read(text)
    assert read(value.text) == value


@pytest.mark.parametrize(
    ("text", "field", "exact", "shown"),
    [
        ("100M +- 20%", "user", "100M user +- 20%", "100M user +- 20%"),
        ("100,000,000 users ± 20M", None, "100M user +- 20M user", "100M user +- 20M user"),
        ("$ 5 +/- 1", None, "$5 +- $1", "$5 +- $1"),
        ("50 % +- 5", None, "50% +- 5%", "50% +- 5%"),
        ("1234.5 GB +- 12.345%", None, "1234.5 GB +- 12.345%", "1.23 TB +- 12.3%"),
    ],
)
def test_text_is_exact_and_what_is_shown_has_three_digits(
    text: str, field: str | None, exact: str, shown: str
) -> None:
    assert (read(text, field).text, read(text, field).shown) == (exact, shown)


# Medians and dumps


@given(st.floats(1e-6, 1e12), st.floats(0, 0.999))
def test_the_median_is_the_middle(middle: float, off: float) -> None:
    value = Spread(Quantity(middle, unit("user")), Quantity(off * 100, unit("%")))
    assume(value.low.base > 0)
    assert value.median() == Quantity(middle, unit("user"))


@pytest.mark.parametrize("text", ["50% +- 10%", "90% +- 5%", "0.1 +- 0.09", "3% +- 2.9%"])
def test_the_median_of_a_share_is_the_mean_of_the_log_odds_of_its_ends(text: str) -> None:
    value = read(text, "")

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    expected = (logit(value.low.base) + logit(value.high.base)) / 2
    assert logit(value.median(share=True).base) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "named", "p5", "p50", "p95", "shown"),
    [
        ("100M user +- 20%", "user", 8e7, 1e8, 1.2e8, "100M user +- 20%"),
        ("1 TB +- 100 GB", "TB", 0.9, 1, 1.1, "1 TB +- 100 GB"),
        ("$5 +- $1", "USD", 4, 5, 6, "$5 +- $1"),
        ("7 +- 2", "", 5, 7, 9, "7 +- 2"),
    ],
)
def test_the_dump_has_the_ends_and_the_middle_in_one_unit(
    text: str, named: str, p5: float, p50: float, p95: float, shown: str
) -> None:
    dumped = TypeAdapter(Spread).dump_python(read(text), mode="json")
    assert set(dumped) == {"value", "unit", "text", "p5", "p50", "p95"}
    assert (dumped["unit"], dumped["text"]) == (named, shown)
    assert (dumped["p5"], dumped["p50"], dumped["p95"]) == pytest.approx((p5, p50, p95))
    assert dumped["value"] == dumped["p50"]


def test_a_share_dumps_numbers_below_one() -> None:
    dumped = read("50% +- 10%").dump(share=True)
    assert (dumped["p5"], dumped["p50"], dumped["p95"]) == pytest.approx((0.4, 0.5, 0.6))
    assert dumped["unit"] == ""


def test_pydantic_tells_a_quantity_a_range_and_a_spread_apart() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Value)
    found = [
        type(adapter.validate_python(text, context=VOCABULARY)).__name__
        for text in ("5 user", "5 to 6 user", "5 user +- 20%")
    ]
    assert found == ["Quantity", "Range", "Spread"]
    with pytest.raises(ValidationError, match="the lower end is not above zero"):
        adapter.validate_python("5 user +- 100%", context=VOCABULARY)


# In a scenario


@pytest.fixture(scope="module")
def scenario(plan_of: Callable[..., Plan]) -> Scenario:
    inputs = {"dau": "100M user +- 20%", "portion": "50% +- 10% | share = true"}
    return Scenario(plan_of(inputs, {"online": "dau * portion | user"}).preset)


def test_a_preset_may_hold_one_and_a_person_may_type_one(scenario: Scenario) -> None:
    assert {n: q.base for n, q in scenario.medians()} == pytest.approx(
        {"dau": 1e8, "portion": 0.5}, rel=1e-12
    )
    changed = scenario.with_change("dau", "50M ± 10M")
    assert changed.value("dau").text == "50M user +- 10M user"
    assert dict(changed.medians())["dau"].text == "50M user"


def test_the_same_spread_typed_again_is_no_change(scenario: Scenario) -> None:
    assert scenario.with_change("dau", "100M +/- 20%").changes == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("90% +- 20%", "a share lies between 0% and 100%"),
        ("120% +- 10%", "a share lies between 0% and 100%"),
        ("95% +- 5%", "a range of a share ends below 100%, as in 85% to 99%"),
        ("50% +- 50%", "the lower end is not above zero"),
    ],
)
def test_a_share_stays_between_nothing_and_all(scenario: Scenario, text: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario.with_change("portion", text)
    assert str(caught.value).startswith(f"portion: '{text}': {says}")
