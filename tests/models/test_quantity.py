"""The grammar of quantities: every spelling that is accepted, and every refusal with its text."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from models.quantity import Figure, Quantity, QuantityError, Range, Value, read_value
from models.units import Unit, Vocabulary

VOCABULARY = Vocabulary(("url", "redirect", "order", "ping", "driver"))
DAY = 86_400


def unit(text: str) -> Unit:
    return Unit.read(text, VOCABULARY)


def read(text: str, field: str | None = None) -> Value:
    return read_value(text, VOCABULARY, None if field is None else unit(field))


def one(text: str, field: str | None = None) -> Quantity:
    value = read(text, field)
    assert isinstance(value, Quantity)
    return value


def refusal(text: str, field: str | None = None) -> str:
    with pytest.raises(QuantityError) as caught:
        read(text, field)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    return message


# Text, the field's unit, the number in base units (bytes, seconds, dollars), the unit it is in.
IN_A_FIELD = [
    ("100M user", "user", 1e8, "user"),
    ("100M", "user", 1e8, "user"),
    ("100", "user", 100, "user"),
    ("8.6K redirect/s", "redirect/s", 8_600, "redirect/s"),
    ("8.6K", "redirect/s", 8_600, "redirect/s"),
    ("500 B", "B", 500, "B"),
    ("500 B", "B/url", 500, "B/url"),
    ("500 B/url", "B/url", 500, "B/url"),
    ("2 KB", "B/url", 2_000, "KB/url"),
    ("2 TiB", "B", 2 * 1024**4, "TiB"),
    ("10k qps", "redirect/s", 10_000, "redirect/s"),
    ("10K rps", "redirect/s", 10_000, "redirect/s"),
    ("10K QPS", "redirect/s", 10_000, "redirect/s"),
    ("10K /s", "redirect/s", 10_000, "redirect/s"),
    ("10K/s", "redirect/s", 10_000, "redirect/s"),
    ("86400/day", "redirect/s", 1, "redirect/day"),
    ("500M url/30 day", "url/s", 500e6 / 30 / DAY, "url/day"),
    ("20%", "", 0.2, "%"),
    ("0.2", "", 0.2, ""),
    ("3x", "", 3, "x"),
    ("90 days", "day", 90 * DAY, "day"),
    ("90", "day", 90 * DAY, "day"),
    ("2 h", "day", 7_200, "h"),
    ("$0.023/GB/month", "USD/GB/month", 0.023 / 1e9 / 2_628_000, "USD/GB/month"),
    ("0.023", "USD/GB/month", 0.023 / 1e9 / 2_628_000, "USD/GB/month"),
    # B: a byte where the field is information and nothing follows it, else a billion.
    ("1B", "user", 1e9, "user"),
    ("1 B", "user", 1e9, "user"),
    ("1B user", "user", 1e9, "user"),
    ("1B", "B", 1, "B"),
    ("1B", "GB", 1, "B"),
    ("1B/url", "B/url", 1, "B/url"),
    ("1 B B", "B", 1e9, "B"),
    ("2.5B", "redirect/s", 2.5e9, "redirect/s"),
    ("2.5B/s", "redirect/s", 2.5e9, "redirect/s"),
    ("2.5B/s", "B/s", 2.5, "B/s"),
    ("5M", "B", 5e6, "B"),
    ("1 ping/driver every 4 s", "ping/driver/s", 0.25, "ping/driver/s"),
]
WITHOUT_A_FIELD = [
    ("100M user", 1e8, "user"),
    ("100 M users", 1e8, "user"),
    ("8.6K redirect/s", 8_600, "redirect/s"),
    ("500 B", 500, "B"),
    ("500 B/url", 500, "B/url"),
    ("2 TiB", 2 * 1024**4, "TiB"),
    ("10k qps", 10_000, "request/s"),
    ("10 rps", 10, "request/s"),
    ("500M url/30 day", 500e6 / 30 / DAY, "url/day"),
    ("20%", 0.2, "%"),
    ("20 %", 0.2, "%"),
    ("3x", 3, "x"),
    ("3 x", 3, "x"),
    ("90 days", 90 * DAY, "day"),
    ("$0.023/GB/month", 0.023 / 1e9 / 2_628_000, "USD/GB/month"),
    ("$5", 5, "USD"),
    ("$ 5M", 5e6, "USD"),
    ("5 USD", 5, "USD"),
    ("5 dollars", 5, "USD"),
    ("$0.4 per million request", 4e-7, "USD/request"),
    ("$0.4/1M request", 4e-7, "USD/request"),
    ("$0.625/M op", 6.25e-7, "USD/op"),
    ("1B", 1e9, ""),
    ("1 B", 1, "B"),
    ("1B url", 1e9, "url"),
    ("1 B url", 1e9, "url"),
    ("3 billion", 3e9, ""),
    ("3 billion url", 3e9, "url"),
    ("2 million users", 2e6, "user"),
    ("2million", 2e6, ""),
    ("4 thousand", 4_000, ""),
    ("1.5 trillion", 1.5e12, ""),
    ("5k", 5_000, ""),
    ("5 K", 5_000, ""),
    ("5T", 5e12, ""),
    ("1_000_000 user", 1e6, "user"),
    ("1,000,000 user", 1e6, "user"),
    ("1,234.5", 1_234.5, ""),
    ("1e6 user", 1e6, "user"),
    ("1.5E-3 s", 0.0015, "s"),
    ("1e+3 s", 1_000, "s"),
    (".5 s", 0.5, "s"),
    ("5. s", 5, "s"),
    ("0", 0, ""),
    ("0 user", 0, "user"),
    ("5 redirect per user per day", 5 / DAY, "redirect/user/day"),
    ("5 redirects/user/day", 5 / DAY, "redirect/user/day"),
    ("5 GB*day", 5e9 * DAY, "GB*day"),
    ("5 s^2", 5, "s^2"),
    ("5 s**2", 5, "s^2"),
    ("10 Mbit/s", 1.25e6, "Mbit/s"),
    ("10 Mbps", 1.25e6, "Mbps"),
    ("5 ms", 0.005, "ms"),
    ("5 us", 5e-6, "us"),
    ("5 \N{MICRO SIGN}s", 5e-6, "us"),
    ("5 min", 300, "min"),
    ("  5   user  ", 5, "user"),
    ("1 ping/driver every 4 s", 0.25, "ping/driver/s"),
]


@pytest.mark.parametrize(("text", "field", "base", "named"), IN_A_FIELD)
def test_a_spelling_in_a_field_reads_as_what_is_meant(
    text: str, field: str, base: float, named: str
) -> None:
    quantity = one(text, field)
    assert quantity.base == pytest.approx(base, rel=1e-15)
    assert str(quantity.unit) == named
    assert quantity.dimension == unit(field).dimension


@pytest.mark.parametrize(("text", "base", "named"), WITHOUT_A_FIELD)
def test_a_spelling_without_a_field_reads_as_what_is_meant(
    text: str, base: float, named: str
) -> None:
    quantity = one(text)
    assert quantity.base == pytest.approx(base, rel=1e-15)
    assert str(quantity.unit) == named


@pytest.mark.parametrize(
    ("text", "field", "low", "high"),
    [
        ("80M to 120M", "user", 8e7, 1.2e8),
        ("80M to 120M user", None, 8e7, 1.2e8),
        ("80M user to 120M user", None, 8e7, 1.2e8),
        ("80M..120M", "user", 8e7, 1.2e8),
        ("80M .. 120M user", None, 8e7, 1.2e8),
        ("1.5..2.5", None, 1.5, 2.5),
        ("4 to 16 redirect/user/day", "redirect/user/day", 4 / DAY, 16 / DAY),
        ("85% to 97%", "", 0.85, 0.97),
        ("85 to 97%", "", 0.85, 0.97),
        ("2x to 4x", "", 2, 4),
        ("500 to 800 B", "B/url", 500, 800),
        ("500 B to 1 KB", "B/url", 500, 1_000),
        ("30 min to 1 h", "s", 1_800, 3_600),
        ("900 to 1K", None, 900, 1_000),
        ("5 to 5", "user", 5, 5),
        ("5 to 10 qps", "redirect/s", 5, 10),
        ("$1 to $2", None, 1, 2),
        ("1 ping/driver every 3 to 6 s", None, 1 / 6, 1 / 3),
        ("1 ping/driver every 3 to 6 s", "ping/driver/s", 1 / 6, 1 / 3),
    ],
)
def test_a_range_reads_with_both_ends(
    text: str, field: str | None, low: float, high: float
) -> None:
    value = read(text, field)
    assert isinstance(value, Range)
    assert (value.low.base, value.high.base) == pytest.approx((low, high), rel=1e-15)
    assert value.low.dimension == value.high.dimension


@pytest.mark.parametrize(
    ("text", "comparator", "base"),
    [
        ("~1B url", "~", 1e9),
        ("\N{ALMOST EQUAL TO}1B url", "~", 1e9),
        ("<50 ms", "<", 0.05),
        ("< 50 ms", "<", 0.05),
        ("<= 50 ms", "<", 0.05),
        ("\N{LESS-THAN OR EQUAL TO}50 ms", "<", 0.05),
        (">99.9%", ">", 0.999),
        (">=99.9%", ">", 0.999),
        ("=5 user", "=", 5),
        ("5 user", "=", 5),
    ],
)
def test_a_figure_reads_its_comparator(text: str, comparator: str, base: float) -> None:
    figure = Figure.read(text, VOCABULARY)
    assert (figure.comparator, figure.quantity.base) == (comparator, pytest.approx(base))


def test_a_figure_takes_the_unit_of_what_it_is_held_against() -> None:
    figure = Figure.read("~10K QPS", VOCABULARY, unit("redirect/s"))
    assert (figure.text, figure.shown) == ("~10K redirect/s", "~10K redirect/s")
    assert Figure.read("~1B", VOCABULARY, unit("url")).quantity.base == 1e9


@pytest.mark.parametrize("text", ["~~5", "~", "< to 5", "~5 to 6"])
def test_text_that_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(QuantityError, match=r"expected a number|a documented figure is one value"):
        Figure.read(text, VOCABULARY)


@pytest.mark.parametrize("text", ["~5 user", "<5 user", ">=5"])
def test_a_comparator_belongs_to_figures_alone(text: str) -> None:
    assert "expected a number" in refusal(text)


REFUSED = [
    ("9**9**9 byte", None, "'**9**9 byte' is left over; expected one quantity"),
    ("1e400 B", None, "the number is too large; expected one below 1e308"),
    ("1e308 EB", None, "the number is too large; expected one below 1e308"),
    ("1e999999999999 user", None, "the number is too large"),
    ("1e-400", None, "the number is too small; expected one above 1e-308"),
    ("nan B", None, "expected a number"),
    ("NaN", "user", "expected a number in user, such as 100 user"),
    ("inf", None, "expected a number"),
    ("Infinity user", "user", "expected a number in user"),
    ("", "user", "expected a number in user"),
    ("   ", None, "expected a number"),
    ("user", "user", "expected a number in user"),
    ("m", None, "expected a number"),
    ("5 m", None, "'m' is no unit here; M for million, ms for milliseconds, min for minutes"),
    ("5m", "s", "M for million, ms for milliseconds, min for minutes"),
    ("5 mb", None, "'mb' is no unit here; MB for megabytes, Mbit for megabits"),
    ("5 Mb", "B", "'Mb' is no unit here; MB for megabytes, Mbit for megabits"),
    ("5 kb", None, "'kb' is no unit here; KB for kilobytes, Kbit for kilobits"),
    ("5 gb", None, "GB for gigabytes, Gbit for gigabits"),
    ("5 mbps", None, "Mbps for megabits a second, MB/s for megabytes a second"),
    ("5 EUR", None, "amounts are in US dollars"),
    ("1,5", None, "commas part thousands (1,000,000) and a point comes before decimals"),
    ("10,00 user", None, "commas part thousands"),
    ("1,000,00", None, "commas part thousands"),
    ("1_000,000", None, "commas part thousands"),
    ("1__0", None, "in 1__0"),
    ("1.2.3", None, "'.3' is left over"),
    ("-5 user", "user", "a quantity is never negative; expected a number of at least 0"),
    ("- 5", None, "a quantity is never negative"),
    ("5 to -6", None, "a quantity is never negative"),
    ("10 to 5 user", None, "the lower end is above the upper; expected 5 user first"),
    ("10 s to 5 ms", None, "the lower end is above the upper; expected 5 ms first"),
    ("0 to 5", None, "a range needs a lower end above zero"),
    ("0% to 5%", "", "a range needs a lower end above zero"),
    ("80 to 120M", None, "is the lower end 80 or 80M? Write 80M to 120M, or both ends in full"),
    ("80 to 120M user", "user", "is the lower end 80 or 80M?"),
    ("4-16", None, "a range is written with `to`, as in 4 to 16"),
    ("4 to 16 to 20", None, "'to 20' is left over"),
    ("5 to", "user", "expected a number in user"),
    ("5 user to 6 s", None, "one end is in user, the other in s"),
    ("3GB", "user", "is in GB; expected user"),
    ("3 s", "", "is in s; expected a plain number"),
    ("20%", "user", "is in %; expected user"),
    ("5 redirct", None, "'redirct' is no unit here; did you mean redirect?"),
    ("5 GBB", None, "did you mean"),
    ("5 zzzzzz", None, "'zzzzzz' is no unit here; units are like ms, day, GB, Mbit, USD"),
    ("5 url url", None, "'url' is left over"),
    ("5 user 6", None, "'6' is left over"),
    ("5 user/", None, "expected the name of a unit"),
    ("5 user^-1", None, "a unit takes a small whole exponent, as in s^2"),
    ("5 s^99", None, "a unit takes a small whole exponent"),
    ("1 url/0 day", None, "a unit is divided by nothing"),
    ("1 ping every 0 s", None, "`every` is followed by a time above zero"),
    ("1 ping every 3 user", None, "`every` is followed by a time above zero"),
    ("__import__('os')", None, "'_' has no place in a quantity"),
    ("().__class__", None, "'(' has no place in a quantity"),
    ("5; import os", None, "';' has no place in a quantity"),
    ("5 {user}", None, "'{' has no place in a quantity"),
    ("5 [bold]user[/bold]", None, "'[' has no place in a quantity"),
    ("5 user\n6", None, "'6' is left over"),
    ("lambda: 0", None, "':' has no place in a quantity"),
    ("0x10", None, "is no unit here"),
    ("5 user if 1 else 2", None, "is left over"),
    ("5 \x1b[31muser", None, "has no place in a quantity"),
]


@pytest.mark.parametrize(("text", "field", "says"), REFUSED)
def test_a_refusal_is_one_line_that_says_what_is_expected(
    text: str, field: str | None, says: str
) -> None:
    message = refusal(text, field)
    assert says in message
    assert message.startswith(repr(text.strip())[:10])


@pytest.mark.parametrize("character", ["9", "x", "(", "[", "9*", "1e", " ", "9,", "~", "\n", "é"])
@pytest.mark.parametrize("count", [10_000, 1_000_000])
def test_a_very_long_text_is_refused_for_its_length(character: str, count: int) -> None:
    text = character * count
    assert f"is {len(text):,} characters long; expected a quantity of at most 200" in refusal(text)


@pytest.mark.parametrize("text", ["1 EB^9*EB^9*EB^9 user", "1 user/EB^9/EB^9/EB^9"])
@pytest.mark.parametrize("field", [None, "user"])
def test_a_unit_beyond_all_floats_is_refused(text: str, field: str | None) -> None:
    refusal(text, field)


@pytest.mark.parametrize("text", ["5K qps", "5 rps", "5 QPS"])
def test_requests_a_second_are_no_bytes_a_second(text: str) -> None:
    assert "expected" in refusal(text, "B/s")


def test_a_unit_to_the_power_of_nothing_is_no_unit() -> None:
    assert "a unit takes a small whole exponent" in refusal("5 user^0")


def test_a_sign_before_a_positive_number_is_not_called_negative() -> None:
    assert refusal("+5 user") == "'+5 user': expected a number, such as 100M user"


def test_a_range_is_no_single_quantity_and_the_other_way_round() -> None:
    with pytest.raises(QuantityError, match="'4 to 16' is a range; expected one value"):
        Quantity.read("4 to 16", VOCABULARY)
    with pytest.raises(QuantityError, match="'4' is one value; expected a range such as 4 to 16"):
        Range.read("4", VOCABULARY)


# Medians


def test_the_median_of_a_positive_range_is_the_geometric_mean() -> None:
    value = read("4 to 16 redirect/user/day")
    assert isinstance(value, Range)
    assert value.median() == Quantity(8.0, unit("redirect/user/day"))


def test_the_median_of_ends_in_two_units_is_in_the_unit_of_the_upper() -> None:
    value = read("1 KB to 4 MB")
    assert isinstance(value, Range)
    median = value.median()
    assert str(median.unit) == "MB"
    assert median.base == pytest.approx(math.sqrt(1e3 * 4e6), rel=1e-15)


@pytest.mark.parametrize(("low", "high"), [(85, 97), (20, 50), (1, 5), (0.1, 99.9)])
def test_the_median_of_a_share_is_the_mean_of_the_log_odds(low: float, high: float) -> None:
    value = read(f"{low}% to {high}%")
    assert isinstance(value, Range)

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    median = value.median(share=True)
    assert logit(median.base) == pytest.approx((logit(low / 100) + logit(high / 100)) / 2, abs=1e-9)
    assert str(median.unit) == "%"


def test_a_share_spread_evenly_about_a_half_has_a_half_as_its_median() -> None:
    value = read("20% to 80%")
    assert isinstance(value, Range)
    assert value.median(share=True).base == pytest.approx(0.5, rel=1e-15)


# pydantic


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Quantity, "100M user", Quantity(1e8, unit("user"))),
        (Quantity, 62, Quantity(62.0)),
        (Quantity, 0.5, Quantity(0.5)),
        (Range, "4 to 16", Range(Quantity(4.0), Quantity(16.0))),
        (Figure, "~1B url", Figure("~", Quantity(1e9, unit("url")))),
        (Unit, "redirect/s", unit("redirect/s")),
        (Quantity | Range, "1 url", Quantity(1.0, unit("url"))),
        (Quantity | Range, "1 to 2 url", Range(*(Quantity(x, unit("url")) for x in (1.0, 2.0)))),
    ],
)
def test_pydantic_reads_a_value_from_text_with_the_vocabulary_as_context(
    kind: Any, text: object, expected: object
) -> None:
    adapter = TypeAdapter(kind)
    assert adapter.validate_python(text, context=VOCABULARY) == expected
    assert adapter.validate_python(expected, context=VOCABULARY) == expected


@pytest.mark.parametrize("value", [True, None, [], {}, ["5 user"], float("nan"), float("inf"), -1])
def test_pydantic_refuses_what_is_no_quantity(value: object) -> None:
    with pytest.raises(ValidationError, match="expected"):
        TypeAdapter(Quantity).validate_python(value, context=VOCABULARY)


def test_pydantic_hands_on_the_message_of_the_grammar() -> None:
    with pytest.raises(ValidationError, match="'redirct' is no unit here; did you mean redirect"):
        TypeAdapter(Quantity).validate_python("5 redirct/s", context=VOCABULARY)


def test_without_a_context_only_the_shared_nouns_are_known() -> None:
    assert TypeAdapter(Quantity).validate_python("5 user").base == 5
    with pytest.raises(ValidationError, match="'redirect' is no unit here"):
        TypeAdapter(Quantity).validate_python("5 redirect")


@pytest.mark.parametrize(
    ("text", "dumped"),
    [
        ("8.6K redirect/s", {"value": 8600.0, "unit": "redirect/s", "text": "8.6K redirect/s"}),
        ("100M user", {"value": 1e8, "unit": "user", "text": "100M user"}),
        ("20%", {"value": 0.2, "unit": "", "text": "20%"}),
        ("3x", {"value": 3.0, "unit": "", "text": "3x"}),
        ("62", {"value": 62.0, "unit": "", "text": "62"}),
        ("27397.26 GB", {"value": 27397.26, "unit": "GB", "text": "27.4 TB"}),
    ],
)
def test_a_quantity_dumps_its_number_unrounded_in_its_unit(
    text: str, dumped: dict[str, Any]
) -> None:
    adapter = TypeAdapter(Quantity)
    assert adapter.dump_python(one(text), mode="json") == dumped


def test_a_range_dumps_the_ends_as_p5_and_p95_in_one_unit() -> None:
    dumped = TypeAdapter(Range).dump_python(Range.read("1 GB to 4 TB", VOCABULARY), mode="json")
    assert dumped["unit"] == "TB"
    assert (dumped["p5"], dumped["p95"]) == (0.001, 4.0)
    assert dumped["value"] == dumped["p50"] == pytest.approx(math.sqrt(0.004))


def test_a_share_dumps_its_ends_as_numbers_below_one() -> None:
    value = Range.read("20% to 80%", VOCABULARY)
    dumped = value.dump(share=True)
    assert (dumped["p5"], dumped["p50"], dumped["p95"]) == pytest.approx((0.2, 0.5, 0.8))
    assert dumped["unit"] == ""


def test_a_figure_dumps_its_comparator() -> None:
    dumped = TypeAdapter(Figure).dump_python(Figure.read("~10K redirect/s", VOCABULARY))
    assert dumped == {
        "value": 10_000.0,
        "unit": "redirect/s",
        "text": "10K redirect/s",
        "comparator": "~",
    }


@pytest.mark.parametrize("kind", [Quantity, Range, Figure])
def test_the_dump_is_plain_json(kind: Any) -> None:
    text = "1 to 2 url" if kind is Range else "1 url"
    assert re.match(rb'\{.*"unit":"url"', TypeAdapter(kind).dump_json(kind.read(text, VOCABULARY)))


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("100,000,000 users", "100M user"),
        ("0.85", "0.85"),
        ("85 %", "85%"),
        ("80M..120M user", "80M to 120M user"),
        ("4 to 16 redirects per user per day", "4 to 16 redirect/user/day"),
        ("$ 0.023 / GB / month", "$0.023/GB/month"),
        ("1 GB to 2 TB", "1 GB to 2 TB"),
        ("80% to 90%", "80% to 90%"),
        ("$1 to $2", "$1 to $2"),
    ],
)
def test_the_exact_text_reads_back_as_the_very_same_value(text: str, exact: str) -> None:
    value = read(text)
    assert value.text == exact
    assert read(value.text) == value
