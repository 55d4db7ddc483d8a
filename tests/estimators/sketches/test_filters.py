"""Rivals of the Bloom filter, held against their papers, libraries and simulations."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import probables
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.sketches.bloom import false_positives
from estimators.sketches.bloom_built import bloom_for_error
from estimators.sketches.filters import (
    blocked_false_positives,
    counting_overflow,
    cuckoo_false_positives,
    partitioned_false_positives,
    rivals,
    scalable,
)
from models.sketch import Rival, SketchError


def rival(label: str, items: float, error: float) -> Rival:
    (found,) = (each for each in rivals(items, error) if each.label == label)
    return found


def bits_an_item(label: str, items: float, error: float) -> float:
    return rival(label, items, error).bytes * 8 / items


# Blocked


def test_a_cache_line_costs_what_rocksdb_measures() -> None:
    """facebook/rocksdb, util/bloom_impl.h: 10 bits a key, 6 probes and lines of 512 bits give about
    0.957%, where no blocks would give 0.84%."""
    assert blocked_false_positives(10e6, 6, 1e6) == pytest.approx(0.00957, abs=1e-5)
    assert false_positives(10e6, 6, 1e6) == pytest.approx(0.0084, abs=5e-5)


@pytest.mark.parametrize(
    ("block", "hashes", "items"), [(512, 6, 20_000), (512, 4, 40_000), (256, 7, 20_000)]
)
def test_simulated_blocks_err_as_often_as_predicted(block: int, hashes: int, items: int) -> None:
    """The formula is low by 1% to 3%: within a block it takes the mean fill for every fill."""
    bits, lookups, trials = 204_800, 200_000, 5
    rng = np.random.default_rng(2007)
    found = 0
    for _ in range(trials):
        array = np.zeros((bits // block, block), dtype=bool)
        home = rng.integers(bits // block, size=(items, 1))
        array[home, rng.integers(block, size=(items, hashes))] = True
        asked = rng.integers(bits // block, size=(lookups, 1))
        found += int(array[asked, rng.integers(block, size=(lookups, hashes))].all(axis=1).sum())
    predicted = blocked_false_positives(bits, hashes, items, block)
    assert found / (lookups * trials) == pytest.approx(predicted * 1.015, rel=0.045)
    assert predicted > 1.01 * false_positives(bits, hashes, items)


@given(st.integers(10, 10**9), st.integers(1, 20), st.floats(0, 10))
@settings(deadline=None)
def test_one_large_block_is_no_block(bits: int, hashes: int, fullness: float) -> None:
    """A block of a million bits and more differs by its Poisson spread alone."""
    bits = max(bits, 10**6)
    items = fullness * bits / 10
    expected = false_positives(bits, hashes, items)
    assert blocked_false_positives(bits, hashes, items, 10**6) == pytest.approx(expected, rel=0.05)


def test_blocks_fill_up_to_the_last_bit() -> None:
    found = blocked_false_positives(512 * 100, 7, np.array([0.0, 1e3, 1e5, 1e12, 1e18]))
    assert found[0] == 0.0
    assert (np.diff(found) >= 0).all()
    assert found[-1] == found[-2] == pytest.approx(1.0)


def test_a_block_of_one_bit_is_set_by_any_item() -> None:
    """1 - e^(-1): the chance that a bit of the array was hit."""
    assert blocked_false_positives(100, 3, 100, block=1) == pytest.approx(1 - math.exp(-1))


# Partitioned


@pytest.mark.parametrize("items", [50, 100, 200])
def test_simulated_slices_err_as_often_as_predicted(items: int) -> None:
    bits, hashes, lookups, trials = 1000, 5, 5000, 200
    rng = np.random.default_rng(2006)
    slices = np.arange(hashes)
    found = 0
    for _ in range(trials):
        array = np.zeros((hashes, bits // hashes), dtype=bool)
        array[slices, rng.integers(bits // hashes, size=(items, hashes))] = True
        asked = rng.integers(bits // hashes, size=(lookups, hashes))
        found += int(array[slices, asked].all(axis=1).sum())
    predicted = partitioned_false_positives(bits, hashes, items)
    assert found / (lookups * trials) == pytest.approx(
        predicted, rel=0.01, abs=4 * math.sqrt(predicted / (lookups * trials))
    )


@pytest.mark.parametrize(("bits", "hashes", "items"), [(64, 4, 5), (1000, 5, 77), (30, 30, 1)])
def test_slices_are_independent(bits: int, hashes: int, items: int) -> None:
    """(1 - (1 - k/m)^n)^k in fractions: exact, since no slice knows of another."""
    expected = (1 - (1 - Fraction(hashes, bits)) ** items) ** hashes
    assert partitioned_false_positives(bits, hashes, items) == pytest.approx(float(expected))


def test_slices_err_a_little_more_than_no_slices() -> None:
    plain = false_positives(10_000, 7, 1000)
    assert plain < partitioned_false_positives(10_000, 7, 1000) < 1.02 * plain
    assert partitioned_false_positives(10_000, 7, np.array([0, 10**9])).tolist() == [0.0, 1.0]


# Counting


@pytest.mark.parametrize("items", [1e3, 1e6, 1e9])
def test_four_bits_overflow_less_often_than_fan_et_al_bound(items: float) -> None:
    """Summary Cache (2000): at most 1.37e-15 * m at the best number of hashes."""
    bits, hashes = items * 10 / math.log(2), 10
    found = counting_overflow(bits, hashes, items)
    assert 1.37e-15 * bits / 50 < found < 1.37e-15 * bits


@pytest.mark.parametrize(("bits", "items", "counter_bits"), [(2000, 200, 4), (500, 300, 3)])
def test_one_counter_overflows_as_a_binomial(bits: int, items: int, counter_bits: int) -> None:
    """P(16 or more of n k throws fall on one of m counters), in fractions."""
    throws, limit = items * 7, 2**counter_bits
    hit = Fraction(1, bits)
    below = sum(
        math.comb(throws, j) * hit**j * (1 - hit) ** (throws - j) for j in range(limit)
    )  # fmt: skip
    alone = float(1 - below)
    expected = -math.expm1(bits * math.log1p(-alone))
    assert counting_overflow(bits, 7, items, counter_bits) == pytest.approx(expected, rel=0.1)


def test_simulated_counters_overflow_as_often_as_predicted() -> None:
    bits, hashes, items, trials = 1000, 4, 60, 4000
    rng = np.random.default_rng(2000)
    overflowed = 0
    for _ in range(trials):
        counters = np.bincount(rng.integers(bits, size=hashes * items), minlength=bits)
        overflowed += int(counters.max() >= 4)
    predicted = counting_overflow(bits, hashes, items, counter_bits=2)
    assert 0.05 < predicted < 0.95
    assert overflowed / trials == pytest.approx(predicted, abs=0.03)


def test_counters_overflow_for_sure_once_they_are_past_full() -> None:
    found = counting_overflow(1000, 7, np.array([0.0, 100.0, 1e4, 1e7]))
    assert found[0] == 0.0
    assert (np.diff(found) > 0).any()
    assert found[-1] == 1.0


def test_a_counter_is_four_bits() -> None:
    """pyprobables' counting filter is as long as its plain one, with a counter for each bit."""
    theirs = probables.CountingBloomFilter(est_elements=1000, false_positive_rate=0.0625)
    found = rival("counting Bloom filter", 1000, 0.0625)
    assert found.bytes == math.ceil(theirs.number_bits * 4 / 8)


# Scalable

# RedisBloom, tests/flow/test_overall.py: BF.DEBUG after 100 and 4,000 additions.
CHAINS = [
    (99, 0.01, 10, [128, 256, 576, 1280]),
    (3997, 0.001, 100, [1600, 3456, 7488, 16_128, 34_560, 73_728]),
]


@pytest.mark.parametrize(("items", "error", "first", "bits"), CHAINS)
def test_a_chain_grows_as_that_of_redis(
    items: int, error: float, first: int, bits: list[int]
) -> None:
    """Theirs are filled up to words of 64."""
    chain = scalable(items, error, first)
    assert [math.ceil(each.bits / 64) * 64 for each in chain] == bits


def test_a_chain_is_first_made_for_a_tenth() -> None:
    """The first of the chains above, for 100 items: theirs are filled up to words of 8 bytes."""
    found = rival("scalable Bloom filter", 100, 0.01)
    size = sum(CHAINS[0][3]) / 8
    assert size - 4 * 8 < found.bytes <= size


@given(st.floats(1, 1e9), st.floats(1e-9, 0.5), st.floats(0.001, 2))
@settings(deadline=None)
def test_a_chain_keeps_its_error_however_long(items: float, error: float, share: float) -> None:
    """Almeida et al. (2007): the errors are a geometric series; whole hashes cost up to 10%."""
    chain = scalable(items, error, max(items * share, 100.0))
    assert sum(each.items for each in chain) >= items
    assert sum(each.items for each in chain[:-1]) < items
    assert sum(each.fp for each in chain) < 1.1 * error


# Fingerprints

# Redis documentation, cuckoo filter: the error by the size of a bucket, 8 bits a fingerprint.
CUCKOO = {1: 0.0078, 3: 0.0234, 4: 0.0312}


@pytest.mark.parametrize(("bucket", "published"), CUCKOO.items())
def test_a_cuckoo_filter_errs_as_the_redis_documentation_says(
    bucket: int, published: float
) -> None:
    assert cuckoo_false_positives(bucket, 8) == pytest.approx(published, abs=5.1e-5)


@pytest.mark.parametrize("error", [0.1, 0.03, 0.01, 0.001, 1e-5])
def test_fingerprints_are_as_long_as_in_pyprobables(error: float) -> None:
    theirs = probables.CuckooFilter.init_error_rate(error_rate=error, capacity=100)
    assert theirs.bucket_size == 4
    found = rival("cuckoo filter", 95_000, error)
    # 95% of 100,000 slots.
    assert found.bytes * 8 / 100_000 == theirs.fingerprint_size_bits
    assert found.error == cuckoo_false_positives(4, theirs.fingerprint_size_bits)


@pytest.mark.parametrize(("bucket", "bits"), [(4, 8), (4, 12), (1, 6)])
def test_a_full_cuckoo_filter_errs_less_than_the_bound(bucket: int, bits: int) -> None:
    """1 - (1 - 2^-f)^(2b), from which Fan et al. have their bound."""
    exact = float(1 - (1 - Fraction(1, 2**bits)) ** (2 * bucket))
    assert exact < cuckoo_false_positives(bucket, bits) < 1.1 * exact
    assert cuckoo_false_positives(4, 2) == 1.0


def test_xor_filters_take_what_their_papers_say() -> None:
    """Graf and Lemire: 8 bits err in 0.39%; 9.84 bits a key in xor, 9.0 in binary fuse filters."""
    for label, published in (("xor filter", 9.84), ("binary fuse filter", 9.0)):
        found = rival(label, 1e7, 0.00391)
        assert found.error == pytest.approx(0.0039, abs=1e-5)
        assert bits_an_item(label, 1e7, 0.00391) == pytest.approx(published, abs=0.005)


def test_overheads_over_the_lower_bound_are_those_of_the_papers() -> None:
    """Graf and Lemire (2022): Bloom 44%, xor 23% and binary fuse 13% above log2(1 / error)."""
    bound = 16 * 1e7 / 8
    assert bloom_for_error(1e7, 2**-16).bytes / bound == pytest.approx(1.44, abs=0.005)
    assert rival("xor filter", 1e7, 2**-16).bytes / bound == pytest.approx(1.23, abs=0.005)
    assert rival("binary fuse filter", 1e7, 2**-16).bytes / bound == pytest.approx(1.13, abs=0.006)


# FastFilter/xor_singleheader: xorfilter.h has (32 + 1.23 n) / 3 * 3 slots, binaryfusefilter.h at
# least max(1.125, 0.875 + 0.25 ln 1e6 / ln n) n. By hand, with fingerprints of 8 bits.
@pytest.mark.parametrize(("items", "xor", "fuse"), [(1000, 1260, 1375), (100, 153, 163)])
def test_small_sets_take_more_a_key(items: int, xor: int, fuse: int) -> None:
    assert rival("xor filter", items, 2**-8).bytes == xor
    assert rival("binary fuse filter", items, 2**-8).bytes == pytest.approx(fuse, abs=1)


# All together


@given(st.floats(1, 1e12), st.floats(1e-12, 0.5))
@settings(deadline=None, max_examples=40)
def test_every_rival_keeps_the_error(items: float, error: float) -> None:
    plain = bloom_for_error(items, error)
    found = rivals(items, error)
    assert len({each.label for each in found}) == len(found) == 7
    for each in found:
        # A counting filter is the plain one's array, and a chain is made of plain ones.
        whole = each.label in ("counting Bloom filter", "scalable Bloom filter")
        allowed = max(error * 1.1, plain.fp) if whole else error
        assert 0 <= each.error <= allowed * (1 + 1e-9), each
        assert each.bytes >= 1


@given(st.floats(1e6, 1e10), st.floats(1e-9, 0.3))
@settings(deadline=None, max_examples=20)
def test_twice_the_items_take_twice_the_bytes(items: float, error: float) -> None:
    for one, two in zip(rivals(items, error), rivals(2 * items, error), strict=True):
        assert two.bytes / one.bytes == pytest.approx(2.0, rel=1e-3), one.label
        assert two.error == pytest.approx(one.error, rel=1e-3), one.label


@pytest.mark.parametrize("error", [0.1, 0.01, 0.001, 1e-6])
def test_blocks_and_slices_cost_bytes(error: float) -> None:
    """A whole number of hashes aside, neither is smaller than an array without them."""
    least = 1e6 * -math.log(error) / math.log(2) ** 2 / 8
    assert rival("blocked Bloom filter", 1e6, error).bytes > least
    assert least < rival("partitioned Bloom filter", 1e6, error).bytes < 1.02 * least


@pytest.mark.parametrize("error", [0.1, 0.01, 1e-4, 1e-6])
def test_fewer_lines_err_too_often(error: float) -> None:
    """No number of hashes would have done with 0.1% fewer bytes."""
    bits = rival("blocked Bloom filter", 1e6, error).bytes * 8
    for hashes in range(1, 30):
        assert blocked_false_positives(0.999 * bits, hashes, 1e6) > error


def test_notes_tell_what_can_be_deleted_and_what_is_static() -> None:
    notes = {each.label: each.note for each in rivals(1e6, 0.01)}
    for label in ("counting Bloom filter", "cuckoo filter"):
        assert "takes deletions" in notes[label]
    for label in ("xor filter", "binary fuse filter"):
        assert "static" in notes[label]


# Refusals


@pytest.mark.parametrize("error", [0.0, 1.0, math.nan])
def test_an_error_is_above_0_and_below_1(error: float) -> None:
    with pytest.raises(SketchError, match="fp: read"):
        rivals(100, error)
    with pytest.raises(SketchError, match="fp: read"):
        scalable(100, error, 10)


@pytest.mark.parametrize("items", [0.0, -1.0, math.inf])
def test_items_are_above_0_and_finite(items: float) -> None:
    with pytest.raises(SketchError, match="items: read"):
        rivals(items, 0.01)
    with pytest.raises(SketchError, match="items: read"):
        scalable(items, 0.01, 10)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(SketchError, match="bits: read 0"):
        blocked_false_positives(0, 7, 10)
    with pytest.raises(SketchError, match="hashes: read 0"):
        blocked_false_positives(100, 0, 10)
    with pytest.raises(SketchError, match="bits: read"):
        partitioned_false_positives(5, 7, 10)
    with pytest.raises(SketchError, match="items: read -1"):
        counting_overflow(100, 7, -1)
    with pytest.raises(SketchError, match="items: read 0"):
        scalable(100, 0.01, 0)
