"""Numbers as text: three digits and a readable unit to read, the exact form to read back."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from models.quantity import Quantity, QuantityError, Range, read_value
from models.show import exact, exact_range, shown, shown_parts, shown_range
from models.units import Unit, Vocabulary

VOCABULARY = Vocabulary(("url", "redirect"))
FIELDS = [
    "", "%", "x", "user", "url", "redirect/s", "redirect/user/day", "url/month", "/s", "/day",
    "B", "KB", "GB", "EB", "KiB", "GiB", "EiB", "bit", "Mbit", "Tbit", "byte", "B/url", "GB/day",
    "Mbit/s", "Gbps", "kbps", "ns", "us", "ms", "s", "min", "h", "day", "week", "month", "year",
    "second", "USD", "USD/month", "USD/request", "op*user/s", "GB*day", "s^2", "user/s^2",
]  # fmt: skip
UNITS = {text: Unit.read(text, VOCABULARY) for text in FIELDS}
# Without a field, the B of a glued billion could be a byte: `1B/s`.
CLEAR = [text for text in FIELDS if not text.startswith("/") and not text.startswith("USD/")]
ANY_FLOAT = st.floats(min_value=0, allow_nan=False, allow_infinity=False)
SENSIBLE = st.floats(min_value=1e-12, max_value=1e24)


def representable(magnitude: float, unit: Unit) -> bool:
    """Whether a magnitude has a base value that is a float too."""
    base = Fraction(magnitude) * unit.size
    return not magnitude or 1e-300 < base < 1e300


def unit(text: str) -> Unit:
    return Unit.read(text, VOCABULARY)


@pytest.mark.parametrize(
    ("magnitude", "named", "text"),
    [
        (9259.259259, "redirect/s", "9.26K redirect/s"),
        (27_397.26, "GB", "27.4 TB"),
        (1_111.1, "Mbit/s", "1.11 Gbit/s"),
        (0.75, "day", "18 h"),
        (1e8, "user", "100M user"),
        (1e4, "redirect/s", "10K redirect/s"),
        (115.74, "url/s", "116 url/s"),
        (0.05, "url/user/day", "0.05 url/user/day"),
        (3.52161460621e12, "url", "3.52T url"),
        (5.495e15, "", "5,500T"),
        (-5.495e15, "", "-5,500T"),
        (-9259.259259, "redirect/s", "-9.26K redirect/s"),
        (999.4, "user", "999 user"),
        (999.6, "user", "1K user"),
        (999_600, "user", "1M user"),
        (0.0, "user", "0 user"),
        (0.85, "", "0.85"),
        (85, "%", "85%"),
        (3, "x", "3x"),
        (0.023, "USD/GB/month", "$0.023/GB/month"),
        (1_234_567, "USD", "$1.23M"),
        (5, "/s", "5/s"),
        (1_500, "ms", "1.5 s"),
        (0.0025, "s", "2.5 ms"),
        (0.3, "us", "300 ns"),
        (90, "day", "90 day"),
        (730, "day", "2 year"),
        (5, "year", "5 year"),
        (2, "week", "2 week"),
        (0.5, "week", "3.5 day"),
        (1536, "MiB", "1.5 GiB"),
        (1500, "MB", "1.5 GB"),
        (0.5, "KB", "500 B"),
        (2_000, "Mbps", "2 Gbps"),
        (1e-5, "redirect/s", "315 redirect/year"),
        (36, "s^2", "36 s^2"),
    ],
)
def test_a_number_is_shown_with_three_digits_in_a_unit_that_a_person_would_pick(
    magnitude: float, named: str, text: str
) -> None:
    assert shown(magnitude, unit(named)) == text


@pytest.mark.parametrize(
    ("magnitude", "named", "text"),
    [
        (1e8, "user", "100M user"),
        (9259.259259259259, "redirect/s", f"{9259.259259259259!r} redirect/s"),
        (90, "day", "90 day"),
        (85, "%", "85%"),
        (1_500, "x", "1500x"),
        (0.1, "", "0.1"),
        (1 / 3, "", "0.3333333333333333"),
        (27_400, "GB", "27.4K GB"),
        (0.0, "GB", "0 GB"),
        (1e300, "user", "1e300 user"),
        (5e-324, "user", "5e-324 user"),
        (0.023, "USD/GB/month", "$0.023/GB/month"),
    ],
)
def test_the_exact_form_is_the_shortest_text_of_the_number(
    magnitude: float, named: str, text: str
) -> None:
    assert exact(magnitude, unit(named)) == text


@pytest.mark.parametrize(
    ("low", "high", "named", "text"),
    [
        (4, 16, "redirect/user/day", "4 to 16 redirect/user/day"),
        (8e7, 1.2e8, "user", "80M to 120M user"),
        (80, 1.2e8, "user", "80 user to 120M user"),
        (20, 50, "%", "20% to 50%"),
        (2, 4, "x", "2x to 4x"),
        (0.3, 3, "MB", "300 KB to 3 MB"),
        (0.1, 0.2, "USD/GB", "$0.1/GB to $0.2/GB"),
    ],
)
def test_a_range_says_a_shared_unit_once_unless_it_would_be_misread(
    low: float, high: float, named: str, text: str
) -> None:
    assert shown_range(low, high, unit(named)) == text
    value = read_value(text, VOCABULARY, unit(named))
    assert isinstance(value, Range)
    assert (value.low.base, value.high.base) == pytest.approx(
        (unit(named).to_base(low), unit(named).to_base(high))
    )


def test_number_and_unit_come_apart_for_columns() -> None:
    assert shown_parts(9259.26, unit("redirect/s")) == ("9.26K", "redirect/s")
    assert shown_parts(0.85, unit("")) == ("0.85", "")


@given(st.sampled_from(FIELDS), ANY_FLOAT)
@example("%", 5e-324)
@example("user", 1.7976931348623157e308)
@example("x", 1e17)
@example("USD/month", 5e10)
@settings(deadline=None, max_examples=300)
def test_the_exact_form_reads_back_as_the_very_same_number_in_its_field(
    named: str, magnitude: float
) -> None:
    field = UNITS[named]
    assume(representable(magnitude, field))
    assert read_value(exact(magnitude, field), VOCABULARY, field) == Quantity(magnitude, field)


@given(st.sampled_from(CLEAR), ANY_FLOAT)
@settings(deadline=None, max_examples=300)
def test_the_exact_form_reads_back_without_a_field_where_it_says_all(
    named: str, magnitude: float
) -> None:
    written = UNITS[named]
    assume(representable(magnitude, written))
    assert read_value(exact(magnitude, written), VOCABULARY) == Quantity(magnitude, written)


@given(st.sampled_from(["USD/GB/month", "USD/GB", "USD/B"]), ANY_FLOAT)
@example("USD/GB/month", 1e9)
@settings(deadline=None)
def test_a_price_of_information_reads_back_in_its_field(named: str, magnitude: float) -> None:
    """`$1B/GB/month`: the B is a billion, or is spelt otherwise."""
    field = unit(named)
    assume(representable(magnitude, field))
    assert read_value(exact(magnitude, field), VOCABULARY, field) == Quantity(magnitude, field)


@pytest.mark.parametrize("named", ["USD/month", "USD/request", "USD/user/month"])
def test_billions_of_dollars_read_back_without_a_field(named: str) -> None:
    price = Quantity(5e10, unit(named))
    assert read_value(price.text, VOCABULARY) == price


@pytest.mark.parametrize("ends", [(1.0, 5_000.0), (7.0, 62e6)])
def test_a_range_of_plain_numbers_reads_back_across_a_suffix(ends: tuple[float, float]) -> None:
    low, high = (Quantity(end) for end in ends)
    assert read_value(Range(low, high).text, VOCABULARY, UNITS[""]) == Range(low, high)
    assert isinstance(read_value(Range(low, high).shown, VOCABULARY, UNITS[""]), Range)


@given(
    st.sampled_from(FIELDS),
    st.tuples(ANY_FLOAT, ANY_FLOAT).map(sorted),
)
@example("B", [1e9, 2e9])
@example("Gbps", [1e9, 2e9])
@example("GB*day", [1e9, 2e9])
@settings(deadline=None, max_examples=200)
def test_an_exact_range_reads_back_as_the_very_same_range(named: str, ends: list[float]) -> None:
    field = UNITS[named]
    low, high = ends
    assume(low > 0 and all(representable(end, field) for end in ends))
    assert read_value(exact_range(low, high, field), VOCABULARY, field) == Range(
        Quantity(low, field), Quantity(high, field)
    )


def significant_digits(text: str) -> int:
    """How many digits of `$12.3K user` are significant: 3."""
    number = re.match(r"\$?([\d.,]+)", text)
    assert number is not None, text
    return len(re.sub(r"\D", "", number[1]).strip("0"))


def half_a_digit(text: str) -> float:
    """The relative size of half a unit in the third digit, at most: 0.5 / 100."""
    digits = re.match(r"[\d.]+", text.lstrip("$").replace(",", ""))
    assert digits is not None
    mantissa = digits[0].replace(".", "").lstrip("0")
    return 0.5 / max(float(mantissa.ljust(3, "0")[:3]), 100)


@given(st.sampled_from([f for f in FIELDS if f != "x"]), SENSIBLE)
@settings(deadline=None, max_examples=300)
def test_what_is_shown_reads_back_within_one_percent(named: str, magnitude: float) -> None:
    field = UNITS[named]
    text = shown(magnitude, field)
    read = read_value(text, VOCABULARY, field)
    assert isinstance(read, Quantity)
    assert read.base == pytest.approx(field.to_base(magnitude), rel=0.0101)
    assert "e+" not in text
    assert "e0" not in text
    assert significant_digits(text) <= 3


@given(st.sampled_from([f for f in FIELDS if not f.startswith("USD")]), SENSIBLE)
@example("", 5.495e15)
@settings(deadline=None, max_examples=200)
def test_less_than_nothing_is_shown_as_much_with_a_minus(named: str, magnitude: float) -> None:
    assert shown(-magnitude, UNITS[named]) == f"-{shown(magnitude, UNITS[named])}"


@given(SENSIBLE)
@example(1_500.0)
@settings(deadline=None)
def test_a_factor_is_shown_so_that_it_reads_back(magnitude: float) -> None:
    field = UNITS["x"]
    read = read_value(shown(magnitude, field), VOCABULARY, field)
    assert isinstance(read, Quantity)
    assert read.base == pytest.approx(magnitude, rel=0.0101)


@pytest.mark.parametrize(
    ("magnitude", "named", "text"),
    [
        (42_259.74, "s", "11.7 h"),  # 11.7388 h
        (117_744_846_251.0, "us", "1.36 day"),  # 1.36279 day
        (0.000164661555560902, "redirect/s", "14.2 redirect/day"),  # 14.2268
        (1025.0, "KiB", "1 MiB"),  # 1.00098
        (1_234_567.0, "MiB", "1.18 TiB"),  # 1.17738
    ],
)
def test_a_number_in_another_unit_is_rounded_once(magnitude: float, named: str, text: str) -> None:
    assert shown(magnitude, unit(named)) == text


@given(st.sampled_from(["s", "ms", "h", "day", "MiB", "KiB", "redirect/s"]), SENSIBLE)
@settings(deadline=None, max_examples=200)
def test_what_is_shown_is_within_half_of_its_third_digit(named: str, magnitude: float) -> None:
    field = UNITS.get(named) or unit(named)
    text = shown(magnitude, field)
    read = read_value(text, VOCABULARY, field)
    assert isinstance(read, Quantity)
    off = abs(read.base / field.to_base(magnitude) - 1)
    assert off <= half_a_digit(text) * 1.01, text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("3600 seconds", "1 h"),
        ("1000 kilobytes", "1 MB"),
        ("0.5 hours", "30 min"),
        ("5000000 bytes", "5 MB"),
        ("0.001 dollars", "$0.001"),
        ("1500 kbps", "1.5 Mbps"),
    ],
)
def test_a_unit_that_is_spelt_out_is_shown_like_its_symbol(typed: str, text: str) -> None:
    value = read_value(typed, VOCABULARY)
    assert value.shown == text


# Whatever is typed


FRAGMENTS = [
    "1", "0", "9.5", "1e9", "1e400", ".", "..", ",", "_", "K", "M", "B", "T", "m", "mb", "%", "x",
    "$", "~", "<", ">=", "/", "*", "**", "^", "-", "+", "per", "to", "every", "s", "day", "GB",
    "user", "users", "redirect", "url", "qps", "/s", "million", " ", "  ", "\t", "(", ")", "é",
    "\N{ARABIC-INDIC DIGIT THREE}", "\N{SUPERSCRIPT TWO}", "\N{FULLWIDTH DIGIT FIVE}", "\x00",
]  # fmt: skip
TYPED = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(" ".join),
)


@given(TYPED, st.sampled_from([None, "", "user", "GB", "redirect/s", "B/url", "USD/GB/month"]))
@settings(deadline=None, max_examples=600)
def test_any_text_is_a_finite_value_or_refused_in_one_line(typed: str, named: str | None) -> None:
    field = None if named is None else unit(named)
    try:
        value = read_value(typed, VOCABULARY, field)
    except QuantityError as error:
        message = str(error)
        assert message
        assert "\n" not in message
        assert message.isprintable()
        return
    ends = (value,) if isinstance(value, Quantity) else (value.low, value.high)
    for end in ends:
        assert math.isfinite(end.base)
        assert end.base >= 0
    if field is not None:
        assert value.dimension == field.dimension
