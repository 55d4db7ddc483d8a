"""Bloom filters, held against libraries, their own tests, and simulations."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, cast, get_args

import numpy as np
import numpy.typing as npt
import pint
import probables
import pytest
import rbloom
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estimators.lognormal import Lognormal
from estimators.sketches.bloom import (
    bloom_capacity,
    bloom_error,
    bloom_hashes,
    bloom_memory,
    false_positives,
    fill,
)
from estimators.sketches.bloom_built import (
    CONVENTIONS,
    bloom_for_error,
    bloom_for_size,
    bloom_that_fits,
)
from models.sketch import Convention, SketchError
from models.units import registry

ITEMS = (1, 7, 10, 100, 1000, 4000, 12_345, 250_000)
ERRORS = (0.3, 0.1, 0.05, 0.03, 0.01, 0.005, 0.001, 1e-4, 1e-6, 1e-9)
CONVENTION = pytest.mark.parametrize("convention", CONVENTIONS)

# Published figures

# Redis documentation, Bloom filter: hash functions and bits an item for an error.
REDIS_DOCS = {0.01: (7, 9.585), 0.001: (10, 14.378), 0.0001: (14, 19.170)}


@pytest.mark.parametrize(("error", "published"), REDIS_DOCS.items())
def test_bits_and_hashes_are_those_of_the_redis_documentation(
    error: float, published: tuple[int, float]
) -> None:
    hashes, bits = published
    assert math.ceil(bloom_hashes(error)) == hashes
    assert 8 * bloom_memory(1.0, error) == pytest.approx(bits, abs=5e-4)


def test_a_bit_an_item_leaves_an_error_of_0_6185() -> None:
    """Broder and Mitzenmacher, Network Applications of Bloom Filters (2004): (0.6185)^(m/n)."""
    bits = np.array([1.0, 2.0, 8.0])
    assert bloom_error(1.0, bits / 8) == pytest.approx(0.6185**bits, rel=5e-4)


def test_a_calculator_on_the_web_agrees() -> None:
    """hur.st/bloomfilter: 10,000 items at 1 in 1,000 are 143,776 bits (17.55 KiB) and 10 hashes."""
    found = bloom_for_error(10_000, 0.001)
    assert (found.bits, found.hashes) == (143_776, 10)
    assert found.bytes / 1024 == pytest.approx(17.55, abs=0.005)


def test_the_filter_of_the_tests_of_pyprobables_agrees() -> None:
    """barrust/pyprobables, tests/bloom_test.py: 10 items at 5%."""
    found = bloom_for_error(10, 0.05)
    assert (found.bits, found.bytes, found.hashes) == (63, 8, 4)


# RedisBloom, tests/flow/test_overall.py, as BF.DEBUG prints it: the capacity and the error of each
# filter of a chain (its own half of what the first is asked for), its bits, bytes and hashes.
BF_DEBUG = [
    (10, 0.005, 128, 16, 8), (20, 0.0025, 256, 32, 9), (40, 0.00125, 576, 72, 10),
    (80, 0.000625, 1280, 160, 11),
    (100, 0.0005, 1600, 200, 11), (200, 0.00025, 3456, 432, 12), (400, 0.000125, 7488, 936, 13),
    (800, 6.25e-5, 16_128, 2016, 14), (1600, 3.125e-5, 34_560, 4320, 15),
    (3200, 1.5625e-5, 73_728, 9216, 16),
    (50_000, 0.0005, 791_040, 98_880, 11),
]  # fmt: skip


@pytest.mark.parametrize(("items", "ratio", "bits", "size", "hashes"), BF_DEBUG)
def test_redis_builds_what_it_prints(
    items: int, ratio: float, bits: int, size: int, hashes: int
) -> None:
    found = bloom_for_error(items, 2 * ratio, "redis")
    assert (found.bits, found.bytes, found.hashes) == (bits, size, hashes)


# apache/datasketches-java, BloomFilterBuilderTest: the capacity in bits.
DATASKETCHES = [(250_000, 0.01, 2_396_288, 7), (5_000_000, 1e-4, 95_850_624, 14)]
# The same: suggestNumHashes of a probability, and of items and bits.
DATASKETCHES_HASHES = [(0.333, 2), (0.01, 7), (1e-12, 40)]
DATASKETCHES_SIZES = [
    (100, 2**16, 455), (10_000, 2**12, 1), (1_000_000_000, 4 * (2**31 - 1), 6),
    (1_500_000, 2**24, 8),
]  # fmt: skip


@pytest.mark.parametrize(("items", "error", "bits", "hashes"), DATASKETCHES)
def test_datasketches_builds_what_its_tests_say(
    items: int, error: float, bits: int, hashes: int
) -> None:
    found = bloom_for_error(items, error, "datasketches")
    assert (found.bits, found.hashes) == (bits, hashes)
    # Its format: the raw bits start at byte 32.
    assert found.bytes == bits // 8 + 32


@pytest.mark.parametrize(("error", "hashes"), DATASKETCHES_HASHES)
def test_datasketches_takes_its_hashes_from_the_error(error: float, hashes: int) -> None:
    assert bloom_for_error(1000, error, "datasketches").hashes == hashes


@pytest.mark.parametrize(("items", "bits", "hashes"), DATASKETCHES_SIZES)
def test_datasketches_takes_its_hashes_from_the_size(items: int, bits: int, hashes: int) -> None:
    assert bloom_for_size(items, bits, "datasketches").hashes == hashes


def test_guava_takes_as_many_bits_as_it_says() -> None:
    """BloomFilter.create: optimalM(1000, 0.0000000000000001) = 76680; an array is whole longs."""
    found = bloom_for_error(1000, 1e-16, "guava")
    assert (found.bits, found.bytes) == (math.ceil(76_680 / 64) * 64, math.ceil(76_680 / 64) * 8)


def test_guava_has_five_hashes_for_three_per_cent() -> None:
    """BloomFilterTest.testOptimalNumOfHashFunctionsRounding."""
    assert bloom_for_error(123_456, 0.03, "guava").hashes == 5


def test_guava_has_at_most_255_hashes() -> None:
    """BloomFilterTest.testFailureWhenMoreThan255HashFunctionsAreNeeded: 1,000 items at 1e-80."""
    with pytest.raises(SketchError, match=r"^fp: read 1e-80; expected .*, 255 hashes \(Guava\)$"):
        bloom_for_error(1000, 1e-80, "guava")


# BloomFilterTest counts the false positives of a million lookups in a filter of a million items at
# 3%, with three ways to hash.
@pytest.mark.parametrize("counted", [29_824, 30_104, 29_763])
def test_guava_measured_what_is_predicted(counted: int) -> None:
    predicted = bloom_for_error(1_000_000, 0.03, "guava").fp
    deviation = math.sqrt(predicted * (1 - predicted) / 1e6)
    assert abs(counted / 1e6 - predicted) < 3 * deviation


# By hand from the table of "Bloom Filters - the math" (Fan, Cao, Almeida and Broder), by the rule
# of BloomCalculations.computeBloomSpec: the fewest bits an item, then the fewest hashes.
CASSANDRA = [
    (0.5, 1, 2), (0.3, 3, 1), (0.1, 5, 3), (0.0919, 6, 2), (0.01, 10, 5), (0.001, 15, 7),
    (1e-4, 20, 10), (6.71e-5, 20, 14),
]  # fmt: skip
# The same table: the number of hashes with the lowest rate for 2, 3, ... 20 bits an item.
CASSANDRA_BEST = (1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 8, 9, 10, 10, 11, 12, 12, 13, 14)


@pytest.mark.parametrize(("error", "buckets", "hashes"), CASSANDRA)
def test_cassandra_reads_its_table(error: float, buckets: int, hashes: int) -> None:
    found = bloom_for_error(1000, error, "cassandra")
    assert found.hashes == hashes
    assert found.bits == math.ceil((1000 * buckets + 20) / 64) * 64
    assert found.bytes == found.bits / 8


@pytest.mark.parametrize(("buckets", "hashes"), [*enumerate(CASSANDRA_BEST, 2)])
def test_cassandra_takes_whole_bits_an_item(buckets: int, hashes: int) -> None:
    found = bloom_for_size(1000, 1000 * buckets + 900, "cassandra")
    assert (found.bits, found.hashes) == (math.ceil((1000 * buckets + 20) / 64) * 64, hashes)


def test_cassandra_stops_at_twenty_bits_an_item() -> None:
    """Its table ends at 6.71e-5; so do its own checks of a table's settings."""
    with pytest.raises(SketchError, match=r"^fp: read 6\.7e-05; expected at least 6\.71e-05, 20"):
        bloom_for_error(1000, 6.7e-5, "cassandra")
    assert bloom_for_size(1000, 10**6, "cassandra").bits == math.ceil(20_020 / 64) * 64
    with pytest.raises(SketchError, match=r"^bits: read 1,019; expected at least 1,020, 1 bit"):
        bloom_for_size(1000, 1019, "cassandra")


# Libraries


@pytest.mark.parametrize("items", ITEMS)
@pytest.mark.parametrize("error", ERRORS)
def test_the_textbook_is_pyprobables(items: int, error: float) -> None:
    kept = float(np.float32(error))  # as pyprobables keeps it
    theirs = probables.BloomFilter(est_elements=items, false_positive_rate=error)
    ours = bloom_for_error(items, kept)
    assert (ours.bits, ours.hashes) == (theirs.number_bits, theirs.number_hashes)
    assert ours.bytes == theirs.bloom_length
    theirs.elements_added = items
    assert ours.fp == pytest.approx(theirs.current_false_positive_rate(), rel=1e-9)


@pytest.mark.parametrize("error", ERRORS)
def test_guava_and_redis_cut_their_bits_off_as_rbloom_does(error: float) -> None:
    """rbloom fills up bytes where they fill up words of 64. Among so many numbers of items, some
    need a whole number of words and a bit."""
    for items in (*range(1, 300), *ITEMS):
        for convention, asked in (("guava", error), ("redis", error / 2)):
            theirs = rbloom.Bloom(items, asked).size_in_bits
            ours = bloom_for_error(items, error, cast("Convention", convention))
            assert ours.bits == math.ceil(theirs / 64) * 64


@given(st.floats(1e-60, 0.99))
def test_hashes_are_rounded_from_the_halvings_of_the_error(error: float) -> None:
    """In fractions: 2^-hashes is at most the error that is built for, or nearest to it."""
    asked = Fraction(error)
    assume(min(abs(math.log2(error) * 2 % 1 - end) for end in (0, 1)) > 1e-9)
    for convention, built_for in (("datasketches", asked), ("redis", asked / 2)):
        hashes = bloom_for_error(1000, error, cast("Convention", convention)).hashes
        assert Fraction(1, 2**hashes) <= built_for < Fraction(2, 2**hashes)
    hashes = bloom_for_error(1000, error, "guava").hashes
    assert Fraction(1, 2 ** (2 * hashes + 1)) < asked**2
    assert asked**2 < Fraction(2, 4**hashes) or hashes == 1


@given(st.integers(1, 1000), st.integers(1, 50_000))
def test_redis_has_the_hashes_of_the_error_that_takes_such_a_size(items: int, bits: int) -> None:
    """ceil(ln 2 * bits / items): a bit an item leaves 0.6185 of an error, and a hash half."""
    halvings = bits / items * math.log(2)
    assume(0.001 < halvings % 1 < 0.999)
    hashes = bloom_for_size(items, bits, "redis").hashes
    assert hashes - 1 < halvings < hashes


def test_a_real_filter_errs_as_often_as_predicted() -> None:
    """rbloom, before its capacity, at it and past it; a saved filter starts with its hashes."""
    # Multiplied by an odd number, the bits of what is counted are well spread and never repeat.
    spread = 0x9E3779B97F4A7C15F39CC0605CEDC835

    def mixed(number: int) -> int:
        product = number * spread % 2**128
        return (product ^ product >> 61) * spread % 2**128 - 2**127

    real = rbloom.Bloom(20_000, 0.01, mixed)
    hashes, added, lookups = int.from_bytes(real.save_bytes()[:8], "little"), 0, 100_000
    assert hashes in (6, 7)
    for items in (12_000, 20_000, 30_000):
        real.update(range(added, items))
        added = items
        found = sum(number in real for number in range(10**9, 10**9 + lookups))
        predicted = false_positives(real.size_in_bits, hashes, items)
        assert found / lookups == pytest.approx(predicted, abs=4 * math.sqrt(predicted / lookups))


# Exact shares and simulations


def to_fifty_digits(bits: int, hashes: int, items: int) -> float:
    with localcontext() as context:
        context.prec = 50
        return float((1 - (-Decimal(hashes * items) / bits).exp()) ** hashes)


@pytest.mark.parametrize("bits", [64, 9586, 10**12])
@pytest.mark.parametrize("hashes", [1, 7, 30])
@pytest.mark.parametrize("items", [1, 1000, 10**6])
def test_the_share_of_false_positives_is_the_claim_of_the_books(
    bits: int, hashes: int, items: int
) -> None:
    """(1 - e^(-kn/m))^k."""
    assert false_positives(bits, hashes, items) == pytest.approx(
        to_fifty_digits(bits, hashes, items), rel=1e-12
    )


def exact(bits: int, hashes: int, items: int) -> tuple[float, float]:
    """The mean fill and the exact share of false positives (Bose et al. 2008): by the distribution
    of how many bits are set, one throw after the other."""
    counts = np.arange(bits + 1)
    chance = np.zeros(bits + 1)
    chance[0] = 1.0
    for _ in range(hashes * items):
        on_a_set_one = chance * counts / bits
        on_a_clear_one = chance * (bits - counts) / bits
        chance = on_a_set_one + np.concatenate(([0.0], on_a_clear_one[:-1]))
    share = counts / bits
    return float(chance @ share), float(chance @ share**hashes)


@pytest.mark.parametrize(("bits", "items", "within"), [(100, 10, 0.12), (1000, 100, 0.012)])
def test_the_exact_share_is_a_little_more(bits: int, items: int, within: float) -> None:
    set_, found = exact(bits, 7, items)
    assert fill(bits, 7, items) == pytest.approx(set_, rel=1 / bits)
    assert 1 < found / false_positives(bits, 7, items) < 1 + within


@pytest.mark.parametrize("items", [500, 1000, 2000])
def test_a_simulated_filter_errs_as_often_as_predicted(items: int) -> None:
    bits, hashes, lookups, trials = 10_000, 7, 20_000, 40
    rng = np.random.default_rng(1970)
    found, set_ = 0, 0.0
    for _ in range(trials):
        array = np.zeros(bits, dtype=bool)
        array[rng.integers(bits, size=items * hashes)] = True
        set_ += array.mean() / trials
        found += int(array[rng.integers(bits, size=(lookups, hashes))].all(axis=1).sum())
    predicted = false_positives(bits, hashes, items)
    assert set_ == pytest.approx(fill(bits, hashes, items), rel=5e-3)
    assert found / (lookups * trials) == pytest.approx(
        predicted, rel=0.01, abs=4 * math.sqrt(predicted / (lookups * trials))
    )


# Properties


@given(
    st.integers(1, 10**12), st.integers(1, 10**12), st.integers(1, 60), st.integers(0, 10**12)
)  # fmt: skip
def test_more_bits_never_err_more(a: int, b: int, hashes: int, items: int) -> None:
    low, high = sorted((a, b))
    more, fewer = false_positives(high, hashes, items), false_positives(low, hashes, items)
    assert 0 <= more <= fewer <= 1


@given(st.integers(1, 10**9), st.integers(1, 40), st.lists(st.integers(0, 10**9), min_size=2))
def test_a_filter_only_gets_worse_as_it_fills(bits: int, hashes: int, items: list[int]) -> None:
    found = false_positives(bits, hashes, np.sort(np.array(items, dtype=float)))
    assert (np.diff(found) >= 0).all()


@given(st.floats(1000, 1e12), st.floats(1e-12, 0.3))
def test_an_error_gives_a_size_and_the_size_the_error(items: float, error: float) -> None:
    """The best number of hashes gives the error exactly; the nearest whole one is near it."""
    built = bloom_for_error(items, error)
    assert bloom_error(items, built.bits / 8) == pytest.approx(error, rel=0.01)
    assert 0.99 < built.fp / error < 1.1
    assert bloom_for_size(items, built.bits).hashes == built.hashes
    assert bloom_capacity(built.bits / 8, error) == pytest.approx(items, rel=1e-3)


@given(st.floats(1, 1e12), st.floats(1e-12, 0.99))
def test_the_formulas_are_each_others_inverse(items: float, error: float) -> None:
    memory = bloom_memory(items, error)
    assert bloom_capacity(memory, error) == pytest.approx(items, rel=1e-12)
    assert bloom_error(items, memory) == pytest.approx(error, rel=1e-9)
    assert 0.5 ** bloom_hashes(error) == pytest.approx(error, rel=1e-12)


@given(st.integers(1, 10**6), st.floats(1e-4, 0.39), st.sampled_from(list(CONVENTIONS)))
@settings(deadline=None)
def test_rounding_costs_little(items: int, error: float, convention: Convention) -> None:
    """Every library's filter keeps nearly what was asked; redis and cassandra keep all of it.

    Guava cuts the last bit off, and a filter for one item can be a whole bit short.
    """
    built = bloom_for_error(items, error, convention)
    within = {"redis": 1.0, "cassandra": 1.005}.get(convention, 1.1)
    assert built.fp <= error * within
    assert built.bits % 64 == 0 or convention == "textbook"
    assert built.bytes >= built.bits / 8


@given(st.integers(1, 10**9), st.integers(1, 30), st.integers(0, 10**9), st.integers(2, 1000))
def test_a_filter_of_twice_the_items_and_bits_errs_the_same(
    bits: int, hashes: int, items: int, times: int
) -> None:
    assert false_positives(bits * times, hashes, items * times) == pytest.approx(
        false_positives(bits, hashes, items), rel=1e-12
    )


@pytest.mark.parametrize("bits", [100, 1000, 9586])
def test_no_other_number_of_hashes_is_better(bits: int) -> None:
    """The nearest whole number to (m / n) ln 2 is within 1% of the best of all."""
    best = bloom_for_size(100, bits)
    others = [to_fifty_digits(bits, hashes, 100) for hashes in range(1, 2 * best.hashes + 2)]
    assert best.fp <= 1.01 * min(others)


# As many items as fit


@pytest.mark.parametrize("hashes", [1, 4, 7, 10])
def test_a_size_holds_as_many_items_as_the_formula_says(hashes: int) -> None:
    """Where 2^-hashes is asked for, the best number of hashes is a whole one."""
    found = bloom_that_fits(2**30, 0.5**hashes)
    assert found.hashes == hashes
    assert found.items == pytest.approx(2**30 * math.log(2) / hashes, rel=1e-6)


@CONVENTION
@given(st.integers(1000, 10**8), st.floats(1e-4, 0.3))
def test_what_fits_keeps_the_error_and_a_few_per_cent_more_do_not(
    convention: Convention, bits: int, error: float
) -> None:
    found = bloom_that_fits(bits, error, convention)
    assert found.asked == error
    assert found.items == int(found.items)
    assert found.fp <= error
    assert found == replace(bloom_for_size(found.items, bits, convention), asked=error)
    try:
        fuller = bloom_for_size(math.ceil(found.items * 1.03) + 1, bits, convention)
    except SketchError:  # Cassandra: less than a bit an item
        assert found.items * 1.03 + 22 > bits
    else:
        # In Cassandra's arrays, 20 bits and the rest of a word weigh much beside few items.
        assert fuller.fp > error or convention == "cassandra"


@CONVENTION
def test_a_size_that_holds_nothing_is_refused(convention: Convention) -> None:
    with pytest.raises(SketchError, match=r"^bits: read 40; expected enough for an item at 1e-30 "):
        bloom_that_fits(40, 1e-30, convention)
    with pytest.raises(SketchError, match=r"^bits: read 0; "):
        bloom_that_fits(0, 0.01, convention)
    with pytest.raises(SketchError, match=r"^fp: read 1\.5; "):
        bloom_that_fits(1000, 1.5, convention)


# Numbers of every kind


def test_a_billion_items_take_a_gigabyte_in_any_unit() -> None:
    ureg = registry()
    found: Any = bloom_memory(1e9 * ureg.item, 0.01)
    assert found.m_as("GB") == pytest.approx(9.585 / 8, rel=1e-4)
    assert bloom_error(1e9 * ureg.item, found) == pytest.approx(0.01)
    assert bloom_capacity(found.to("MiB"), 0.01) == pytest.approx(1e9)
    many: Any = bloom_memory(np.array([1e6, 1e9]) * ureg.user, np.array([0.1, 0.01]))
    assert many.m_as("B") == pytest.approx(bloom_memory(np.array([1e6, 1e9]), [0.1, 0.01]))


@pytest.mark.parametrize("slip", ["s", "B", "node"])
def test_another_unit_is_refused(slip: str) -> None:
    with pytest.raises(pint.DimensionalityError):
        bloom_memory(registry().Quantity(5.0, slip), 0.01)
    with pytest.raises(pint.DimensionalityError):
        bloom_memory(5.0, registry().Quantity(0.01, slip))
    with pytest.raises(pint.DimensionalityError):
        bloom_capacity(registry().Quantity(5.0, "s"), 0.01)


def test_uncertain_items_keep_their_closed_form() -> None:
    """Memory is a factor of the items, so it is as uncertain as they are."""
    weights: npt.NDArray[np.float64] = np.array([0.5, 0.0])
    found = bloom_memory(Lognormal(1e6, weights), 0.01)
    assert found.median == pytest.approx(1e6 * 9.585 / 8, rel=1e-4)
    assert (found.weights == weights).all()


def test_formulas_without_an_answer_say_so() -> None:
    for error in (-0.1, 1.5, math.nan):
        assert math.isnan(bloom_memory(10.0, error))
        assert math.isnan(bloom_capacity(10.0, error))
        assert math.isnan(bloom_hashes(error))
    assert bloom_memory(10.0, 0.0) == bloom_hashes(0.0) == math.inf
    assert bloom_memory(10.0, 1.0) == bloom_hashes(1.0) == 0.0
    assert bloom_capacity(10.0, 1.0) == math.inf
    assert math.isnan(bloom_memory(-1.0, 0.01))
    assert math.isnan(bloom_error(-1.0, 10.0))
    assert math.isnan(bloom_error(1.0, -10.0))
    assert bloom_error(0.0, 10.0) == 0.0
    assert bloom_error(10.0, 0.0) == 1.0


def test_an_empty_filter_finds_nothing() -> None:
    assert fill(1000, 7, 0) == 0.0
    assert (false_positives(1000, 7, np.array([0, 10**9])) == [0.0, 1.0]).all()


# Refusals


@CONVENTION
@pytest.mark.parametrize("error", [0.0, 1.0, -0.01, 1.5, math.nan, math.inf])
def test_an_error_is_above_0_and_below_1(convention: Convention, error: float) -> None:
    with pytest.raises(SketchError, match=r"\Afp: read .*; expected a share .* such as 1%\Z"):
        bloom_for_error(100, error, convention)


@CONVENTION
@pytest.mark.parametrize("items", [0.0, -5.0, 1e-300, 0.99, math.nan, math.inf, 1e300])
def test_items_are_at_least_1_and_finite(convention: Convention, items: float) -> None:
    expected = r"\Aitems: read .*; expected 1 to 9,223,372,036,854,775,808\Z"
    with pytest.raises(SketchError, match=expected):
        bloom_for_error(items, 0.01, convention)
    with pytest.raises(SketchError, match=expected):
        bloom_for_size(items, 1000, convention)


@CONVENTION
def test_bits_and_hashes_are_at_least_1(convention: Convention) -> None:
    with pytest.raises(SketchError, match=r"\Abits: read 0; expected 1 to [\d,]+\Z"):
        bloom_for_size(100, 0, convention)
    with pytest.raises(SketchError, match=r"\Ahashes: read 0; expected at least 1, such as 7\Z"):
        bloom_for_size(100, 1000, convention, hashes=0)
    with pytest.raises(SketchError, match="bits: read 0"):
        false_positives(0, 7, 100)
    with pytest.raises(SketchError, match="hashes: read -1"):
        fill(100, -1, 100)
    with pytest.raises(SketchError, match="items: read -3; expected 0 or more"):
        false_positives(100, 7, np.array([1.0, -3.0]))


@CONVENTION
def test_an_array_has_an_end(convention: Convention) -> None:
    """More than any library can hold; the message says how much that is."""
    with pytest.raises(SketchError, match=r"\Abits: read [\d,]+ for .*; expected 1 to [\d,]+ \("):
        bloom_for_error(9e18, 1e-4, convention)
    with pytest.raises(SketchError, match=r"\Abits: read [\d,.e+]+; expected 1 to [\d,]+\Z"):
        bloom_for_size(100, 2**64, convention)


def test_java_counts_the_words_of_an_array_in_31_bits() -> None:
    """BloomFilterTest.testLargeNumberOfInsertions builds 45 * (2^31 - 1) items at 99%."""
    assert bloom_for_error(45 * (2**31 - 1), 0.99, "guava").bits % 64 == 0
    for convention in ("guava", "datasketches", "cassandra"):
        with pytest.raises(SketchError, match="items; expected 1 to 137,438,953,408 "):
            bloom_for_error(2e10, 0.01, convention)
    assert bloom_for_error(2e10, 0.01).bits > 137_438_953_408
    assert bloom_for_size(1e18, 2**63).bits == 2**63
    assert bloom_for_size(1e18, 2**63, "redis").bits == 2**63


def test_a_filter_without_a_bit_is_refused() -> None:
    """Guava cuts 0.2 bits down to none, and then refuses to build it."""
    with pytest.raises(SketchError, match=r"^bits: read 0 for 1 items; expected 1 to .*Guava"):
        bloom_for_error(1, 0.9, "guava")
    assert bloom_for_error(1, 0.999, "redis").bits == 64


def test_hashes_may_be_given() -> None:
    found = bloom_for_size(1000, 10_000, hashes=3)
    assert found.hashes == 3
    assert found.asked is None
    assert found.fp == pytest.approx(float((1 - Fraction(math.exp(-0.3))) ** 3))


def test_every_convention_is_known() -> None:
    assert tuple(CONVENTIONS) == get_args(Convention)
    expected = r"^convention: read unknowable; expected textbook, .* or cassandra \(Bloom filter\)$"
    with pytest.raises(SketchError, match=expected):
        bloom_for_error(100, 0.01, "unknowable")  # type: ignore[arg-type]
