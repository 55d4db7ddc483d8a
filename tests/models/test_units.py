"""Units: sizes against SI and IEC 80000-13, nouns, plurals, and whose words a preset may use."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.units import NUMBER, Unit, UnitError, Vocabulary, describe, noun_fault

VOCABULARY = Vocabulary(("url", "redirect", "query", "box", "bus"))

# In bytes, seconds and dollars. The decimal multiples are SI's, the binary ones IEC 80000-13's;
# a year of 365 days and a month of a twelfth of it are the convention that units.txt states.
SIZES: dict[str, Fraction | int] = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "PB": 10**15,
    "EB": 10**18,
    "KiB": 1_024,
    "MiB": 1_048_576,
    "GiB": 1_073_741_824,
    "TiB": 1_099_511_627_776,
    "PiB": 1_125_899_906_842_624,
    "EiB": 1_152_921_504_606_846_976,
    "bit": Fraction(1, 8),
    "Kbit": 125,
    "Mbit": 125_000,
    "Gbit": 125_000_000,
    "Tbit": 125_000_000_000,
    "bps": Fraction(1, 8),
    "Kbps": 125,
    "Mbps": 125_000,
    "Gbps": 125_000_000,
    "Tbps": 125_000_000_000,
    "s": 1,
    "ms": Fraction(1, 1_000),
    "us": Fraction(1, 1_000_000),
    "ns": Fraction(1, 1_000_000_000),
    "min": 60,
    "h": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_628_000,
    "year": 31_536_000,
    "USD": 1,
    "user": 1,
    "request": 1,
    "op": 1,
    "message": 1,
    "event": 1,
    "item": 1,
    "node": 1,
}
ALIASES = {
    "byte": "B",
    "kB": "KB",
    "kilobyte": "KB",
    "megabyte": "MB",
    "gigabyte": "GB",
    "terabyte": "TB",
    "petabyte": "PB",
    "exabyte": "EB",
    "kibibyte": "KiB",
    "mebibyte": "MiB",
    "gibibyte": "GiB",
    "tebibyte": "TiB",
    "pebibyte": "PiB",
    "exbibyte": "EiB",
    "kbit": "Kbit",
    "kilobit": "Kbit",
    "megabit": "Mbit",
    "gigabit": "Gbit",
    "terabit": "Tbit",
    "kbps": "Kbps",
    "second": "s",
    "sec": "s",
    "millisecond": "ms",
    "\N{MICRO SIGN}s": "us",
    "\N{GREEK SMALL LETTER MU}s": "us",
    "microsecond": "us",
    "nanosecond": "ns",
    "minute": "min",
    "hour": "h",
    "hr": "h",
    "d": "day",
    "yr": "year",
    "dollar": "USD",
}
DIMENSIONS = {
    "information": ("B", "KB", "GiB", "bit", "Tbit"),
    "time": ("s", "ns", "min", "h", "day", "week", "month", "year"),
    "currency": ("USD",),
}


def read(text: str) -> Unit:
    return Unit.read(text, VOCABULARY)


def defined_names() -> set[str]:
    """Every name that units.txt defines, read without pint."""
    text = files("models").joinpath("units.txt").read_text("utf-8")
    names: set[str] = set()
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, *aliases = (part.strip() for part in line.split("="))
            names |= {name, *aliases} - {"_"}
    return names


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_a_unit_has_the_size_that_the_standard_gives_it(name: str, size: Fraction | int) -> None:
    assert read(name).size == size


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_an_alias_is_the_same_amount_of_the_same_thing(alias: str, name: str) -> None:
    assert read(alias).size == SIZES[name]
    assert read(alias).dimension == read(name).dimension


def test_every_name_of_the_definitions_file_is_held_against_an_outside_number() -> None:
    assert defined_names() == SIZES.keys() | ALIASES.keys()


@pytest.mark.parametrize(
    ("dimension", "name"), [(d, name) for d, names in DIMENSIONS.items() for name in names]
)
def test_information_time_and_money_are_dimensions_of_their_own(dimension: str, name: str) -> None:
    assert dict(read(name).dimension) == {f"[{dimension}]": 1}


@pytest.mark.parametrize("noun", ["user", "request", "op", "message", "event", "item", "node"])
def test_each_shared_noun_is_a_dimension_of_its_own(noun: str) -> None:
    assert dict(read(noun).dimension) == {f"[{noun}]": 1}
    assert Vocabulary().is_noun(noun)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("users", "user"),
        ("urls", "url"),
        ("queries", "query"),
        ("boxes", "box"),
        ("buses", "bus"),
        ("days", "day"),
        ("bytes", "byte"),
        ("minutes", "minute"),
        ("megabytes", "megabyte"),
    ],
)
def test_plurals_are_accepted(plural: str, singular: str) -> None:
    assert read(plural) == read(singular)


@pytest.mark.parametrize("word", ["GBs", "hs", "USDs", "Mbits", "userss", "querys"])
def test_a_symbol_has_no_plural_and_a_plural_no_second_one(word: str) -> None:
    with pytest.raises(UnitError, match=f"{word!r} is no unit here"):
        read(word)


def test_a_preset_sees_the_shared_nouns_and_its_own_alone() -> None:
    mine, yours = Vocabulary(("parcel",)), Vocabulary(("courier",))
    assert str(Unit.read("parcel/user", mine)) == "parcel/user"
    with pytest.raises(UnitError, match="'parcel' is no unit here"):
        Unit.read("parcel", yours)
    with pytest.raises(UnitError, match="'parcels' is no unit here"):
        Unit.read("parcels", Vocabulary())
    assert not yours.is_noun("parcel")


def test_two_presets_may_declare_the_same_noun() -> None:
    first, second = Vocabulary(("parcel", "van")), Vocabulary(("parcel",))
    assert Unit.read("parcel", first).dimension == Unit.read("parcel", second).dimension


@pytest.mark.parametrize(
    ("noun", "fault"),
    [
        ("day", "noun 'day' is a unit: choose another word"),
        ("byte", "noun 'byte' is a unit: choose another word"),
        ("h", "noun 'h' is a unit: choose another word"),
        ("user", "noun 'user' is shared by all presets already: leave it out"),
    ],
)
def test_a_noun_that_is_a_word_already_is_refused(noun: str, fault: str) -> None:
    assert noun_fault(noun) == fault
    with pytest.raises(UnitError, match=re.escape(fault)):
        Vocabulary((noun,))


@pytest.mark.parametrize("noun", ["URL", "two words", "", "7days", "9**9", "a" * 41, "url\n"])
def test_a_noun_is_one_lower_case_word(noun: str) -> None:
    fault = f"noun {noun!r}: a noun is one lower-case word, such as url or ad_click"
    assert noun_fault(noun) == fault
    with pytest.raises(UnitError, match="one lower-case word"):
        Vocabulary((noun,))


@pytest.mark.parametrize("noun", ["k", "to", "per", "every", "x", "million", "qps", "users"])
def test_a_noun_that_the_grammar_of_quantities_would_misread_is_refused(noun: str) -> None:
    assert noun_fault(noun)


@pytest.mark.parametrize("noun", ["url", "ad_click", "ping2", "a" * 40])
def test_a_new_lower_case_word_may_be_a_noun(noun: str) -> None:
    assert noun_fault(noun) is None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("redirect/user/day", "redirect/user/day"),
        ("redirects per user per day", "redirect/user/day"),
        ("USD/GB/month", "USD/GB/month"),
        ("GB*day", "GB*day"),
        ("s^2", "s^2"),
        ("s**2", "s^2"),
        ("B/s^2", "B/s^2"),
        ("/s", "/s"),
        ("%", "%"),
        ("x", "x"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_compound_unit_reads_and_says_itself(text: str, canonical: str) -> None:
    assert str(read(text)) == canonical
    assert read(canonical) == read(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("url/30 day", "has a number in it; expected names alone, as in url/day"),
        ("day/", "expected the name of a unit"),
        ("dy", "did you mean day?"),
        ("GB GB", "'GB' is left over"),
        ("5 GB", "expected the name of a unit"),
        ("s^99", "a unit takes a small whole exponent, as in s^2"),
        ("().__class__", "has no place in a quantity"),
    ],
)
def test_text_that_is_no_unit_is_refused_with_what_is_expected(text: str, says: str) -> None:
    with pytest.raises(UnitError, match=re.escape(says)) as caught:
        read(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("redirect/user/day", "redirect/user/s"),
        ("GB/day", "B/s"),
        ("Mbit/s", "B/s"),
        ("USD/GB/month", "USD/B/s"),
        ("/s", "1/s"),
        ("%", "a plain number"),
        ("s^2", "s^2"),
    ],
)
def test_a_dimension_is_described_in_base_units(text: str, described: str) -> None:
    assert describe(read(text).dimension) == described


@given(
    st.sampled_from(["GB", "GiB", "bit", "ms", "redirect/day", "USD/GB/month", "url/user/week"]),
    st.floats(1e-200, 1e200),
)
@settings(deadline=None)
def test_base_units_and_back_lose_no_more_than_rounding(name: str, magnitude: float) -> None:
    unit = read(name)
    exact = Fraction(magnitude) * unit.size
    # One rounding for the product with the numerator, one for the division.
    assert abs(Fraction(unit.to_base(magnitude)) - exact) <= exact * Fraction(1, 2**52)
    assert unit.from_base(unit.to_base(magnitude)) == pytest.approx(magnitude, rel=5e-16)


@pytest.mark.parametrize(
    ("unit", "magnitude", "base"),
    [
        ("GiB", 1.5, 1_610_612_736.0),
        ("redirect/day", 86_400.0, 1.0),
        ("url/month", 2_628_000.0, 1.0),
        ("Gbit/s", 1.0, 125_000_000.0),
        ("us", 1_000_000.0, 1.0),
        ("day", 1 / 3, 28_800.0),
    ],
)
def test_known_amounts_convert_exactly(unit: str, magnitude: float, base: float) -> None:
    assert read(unit).to_base(magnitude) == base
    assert read(unit).from_base(base) == magnitude


def test_a_pure_number_has_no_dimension_and_size_one() -> None:
    assert not NUMBER.dimension
    assert NUMBER.size == 1
    assert read("%").size == Fraction(1, 100)


def test_units_load_in_a_fresh_process_without_textual_and_with_our_registry_alone() -> None:
    program = (
        "import sys\n"
        "from models.units import Unit, Vocabulary, registry\n"
        "assert Unit.read('GB/day', Vocabulary()).size > 0\n"
        "assert 'kelvin' not in registry() and 'millibar' not in registry()\n"
        "loaded = [n for n in ('textual', 'rich', 'click', 'pydantic') if n in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
