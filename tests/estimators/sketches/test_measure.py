"""Sketches that are built and counted, beside other libraries' and exact arithmetic."""

from __future__ import annotations

import math
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product
from typing import Any

import datasketches
import numpy as np
import probables
import pytest
import rbloom
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.sketches.hashing import CHUNK, chunks, seeds, splitmix64
from estimators.sketches.measure import (
    LARGEST,
    MEMORY,
    cardinality,
    measure_bloom,
    measure_count_min,
    measure_hyperloglog,
    room,
    spread,
    wilson,
)
from models.sketch import Bloom, Convention, CountMin, HyperLogLog, Measured, SketchError

ITEMS, LOOKUPS = 20_000, 40_000


def bloom(bits: int, hashes: int, items: int) -> Bloom:
    fp = (1 - math.exp(-hashes * items / bits)) ** hashes
    return Bloom("textbook", items, None, bits, hashes, -(-bits // 8), fp)


def count_min(width: int, depth: int, epsilon: float, counter_bits: int = 32) -> CountMin:
    size = width * depth * counter_bits // 8
    return CountMin("textbook", width, depth, counter_bits, size, epsilon, math.exp(-depth))


def hyperloglog(
    precision: int, register_bits: int = 6, convention: Convention = "textbook"
) -> HyperLogLog:
    """DataSketches: sqrt(ln 2) of the registers' root (`HllUtil.hpp`), the others 1.04 of it."""
    size = (register_bits << precision) // 8
    rate = math.sqrt(math.log(2)) if convention == "datasketches" else 1.04
    error = rate / math.sqrt(1 << precision)
    return HyperLogLog(convention, precision, register_bits, size, None, error)


def zipf(events: int, different: int) -> dict[int, int]:
    """How often each of so many items is seen, in proportion to 1 / rank."""
    whole = sum(1 / rank for rank in range(1, different + 1))
    return {rank: max(1, round(events / whole / rank)) for rank in range(1, different + 1)}


def near(share: float, expected: float, trials: int) -> bool:
    """Within three and a half standard errors of a share: once in two thousand it is not."""
    return abs(share - expected) <= 3.5 * math.sqrt(expected * (1 - expected) / trials)


# Hashing

# The first outputs of SplitMix64: from seed 1234567 as Rosetta Code has them ("Pseudo-random
# numbers/Splitmix64"); from 0 as Vigna's splitmix64.c and the seeding of xoshiro256 print them.
PUBLISHED = {
    1234567: [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
        16408922859458223821,
    ],
    0: [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC],
}  # fmt: skip


@pytest.mark.parametrize(("seed", "outputs"), PUBLISHED.items())
def test_splitmix64_is_as_published(seed: int, outputs: list[int]) -> None:
    assert splitmix64(seed, 0, len(outputs)).tolist() == outputs
    assert seeds(seed, len(outputs)) == outputs
    # Seeds are words: what is above 64 bits is nothing.
    assert splitmix64(seed - (1 << 64), 0, len(outputs)).tolist() == outputs


@pytest.mark.parametrize(("seed", "outputs"), PUBLISHED.items())
def test_an_item_has_one_hash_wherever_its_chunk_starts(seed: int, outputs: list[int]) -> None:
    assert [int(splitmix64(seed, first, 1)[0]) for first in range(len(outputs))] == outputs


@given(st.integers(1, 5 * CHUNK))
@settings(max_examples=30)
def test_chunks_follow_each_other_to_the_end(total: int) -> None:
    parts = list(chunks(total))
    assert parts[0][0] == 0
    assert [first + count for first, count in parts] == [*(first for first, _ in parts[1:]), total]
    assert all(1 <= count <= CHUNK for _, count in parts)


def test_hashes_differ_and_their_bits_are_even() -> None:
    words = splitmix64(7, 0, 100_000)
    assert len(np.unique(words)) == 100_000
    for bit in range(64):
        ones = int((words >> np.uint64(bit) & np.uint64(1)).sum())
        assert abs(ones - 50_000) < 4.5 * math.sqrt(25_000)


# Intervals

# Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
NEWCOMBE = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0000, 0.1611),
    (1, 29): (0.0061, 0.1718),
}
# Chi-square at 2.5% and 97.5%, as in every table (NIST/SEMATECH e-Handbook, 1.3.6.7.4).
CHI_SQUARE = {
    8: (2.180, 17.535), 10: (3.247, 20.483), 30: (16.791, 46.979), 100: (74.222, 129.561),
}  # fmt: skip


@pytest.mark.parametrize(("counted", "interval"), NEWCOMBE.items())
def test_the_interval_of_a_share_is_as_published(
    counted: tuple[int, int], interval: tuple[float, float]
) -> None:
    assert wilson(*counted) == pytest.approx(interval, abs=5.1e-5)


@given(st.integers(1, 10**7), st.floats(0, 1))
def test_the_ends_of_the_interval_are_where_the_score_test_turns(trials: int, part: float) -> None:
    """Wilson's own definition: n (p - share)^2 = z^2 p (1 - p) at both ends."""
    hits = round(trials * part)
    share, ends = hits / trials, wilson(hits, trials)
    assert 0 <= ends[0] <= share <= ends[1] <= 1
    for p in ends:
        assert trials * (p - share) ** 2 == pytest.approx(
            1.959963984540054**2 * p * (1 - p), rel=1e-5, abs=1e-9
        )


@pytest.mark.parametrize(("trials", "quantiles"), CHI_SQUARE.items())
def test_the_interval_of_a_standard_error_is_that_of_the_chi_square_tables(
    trials: int, quantiles: tuple[float, float]
) -> None:
    low, high = spread(0.01, trials)
    assert low == pytest.approx(0.01 * math.sqrt(trials / quantiles[1]), rel=0.01)
    assert high == pytest.approx(0.01 * math.sqrt(trials / quantiles[0]), rel=0.01)


# Bloom filters


@pytest.mark.parametrize("fp", [0.1, 0.01, 0.001])
def test_a_filter_errs_as_rbloom_does_and_the_formula_says(fp: float) -> None:
    peer = rbloom.Bloom(ITEMS, fp, hash_func=int)
    words = splitmix64(3, 0, ITEMS + LOOKUPS).astype(np.int64).tolist()
    peer.update(words[:ITEMS])
    theirs = sum(word in peer for word in words[ITEMS:]) / LOOKUPS
    # It keeps the number of its hashes in the first eight bytes of what it saves.
    hashes = int.from_bytes(peer.save_bytes()[:8], "little")
    ours = measure_bloom(bloom(peer.size_in_bits, hashes, ITEMS), lookups=LOOKUPS)
    assert near(theirs, ours.predicted, LOOKUPS)
    assert near(ours.measured, ours.predicted, LOOKUPS)


def test_a_filter_errs_as_that_of_pyprobables_does() -> None:
    items, lookups = 5_000, 20_000
    peer = probables.BloomFilter(items, 0.02)
    for number in range(items):
        peer.add(f"added {number}")
    theirs = sum(f"other {number}" in peer for number in range(lookups)) / lookups
    ours = measure_bloom(bloom(peer.number_bits, peer.number_hashes, items), lookups=lookups)
    assert near(theirs, ours.predicted, lookups)
    assert near(ours.measured, ours.predicted, lookups)


def exact_false_positives(bits: int, hashes: int, items: int) -> float:
    """Bose et al. (2008): the sum over how many bits are set of chance * (set / bits)^hashes."""
    chances = [1.0] + [0.0] * bits
    for _ in range(hashes * items):
        chances = [
            chances[n] * n / bits + (chances[n - 1] * (bits - n + 1) / bits if n else 0.0)
            for n in range(bits + 1)
        ]
    return sum(chance * (n / bits) ** hashes for n, chance in enumerate(chances))


@pytest.mark.parametrize(
    ("bits", "hashes", "items"), [(8, 2, 3), (48, 7, 5), (96, 7, 10), (200, 3, 40), (96, 7, 40)]
)
def test_small_filters_err_as_combinatorics_say(bits: int, hashes: int, items: int) -> None:
    expected = exact_false_positives(bits, hashes, items)
    found = measure_bloom(bloom(bits, hashes, items), lookups=1_000_000)
    assert near(found.measured, expected, found.trials)


def test_the_formula_does_not_hold_for_the_smallest_filters() -> None:
    """Bose et al. (2008): it is strictly below the true share."""
    found = measure_bloom(bloom(48, 7, 5), lookups=1_000_000)
    assert not found.holds
    assert found.predicted < found.low < exact_false_positives(48, 7, 5) < found.high


def test_the_interval_of_a_filter_holds_the_formula_in_95_of_100() -> None:
    """Filters of 10,000 bits, for which the formula is too low by a thousandth of itself."""
    sketch = bloom(10_000, 7, 1000)
    held = sum(measure_bloom(sketch, lookups=5000, seed=seed).holds for seed in range(300))
    assert near(held / 300, 0.95, 300)


@pytest.mark.parametrize("part", [0.25, 0.5, 2, 5])
def test_a_filter_errs_as_the_formula_says_while_it_fills_and_past_that(part: float) -> None:
    sketch = bloom(192_000, 7, 20_000)
    found = measure_bloom(sketch, round(20_000 * part), LOOKUPS)
    expected = (1 - math.exp(-7 * 20_000 * part / 192_000)) ** 7
    assert found.items == 20_000 * part
    assert found.predicted == pytest.approx(expected)
    assert near(found.measured, expected, LOOKUPS)


def test_a_filter_holds_what_it_is_made_for_unless_told() -> None:
    found = measure_bloom(bloom(100_000, 7, 10_000), lookups=1000)
    assert (found.what, found.items, found.trials) == ("false positives", 10_000, 1000)


def test_a_full_filter_says_yes_to_all() -> None:
    found = measure_bloom(bloom(8, 3, 1000), lookups=1000)
    assert (found.measured, found.high) == (1.0, 1.0)
    assert found.holds


# Count-Min sketches


@pytest.mark.parametrize(("width", "depth"), [(20_000, 1), (20_000, 2), (100_000, 1), (5_000, 3)])
def test_as_many_items_share_all_their_counters_as_the_birthday_problem_says(
    width: int, depth: int
) -> None:
    """Any overestimate at all: in each row, one of the others falls on the same counter."""
    found = measure_count_min(count_min(width, depth, 0.0), 40_000)
    expected = (1 - (1 - 1 / width) ** (found.trials - 1)) ** depth
    assert near(found.measured, expected, found.trials)


@pytest.mark.parametrize(("width", "depth"), [(200, 1), (200, 2), (1000, 1)])
def test_a_sketch_overestimates_as_that_of_datasketches_does(width: int, depth: int) -> None:
    """By more than its fair share of all counts: what the bound is proved from, but not so far."""
    events, different, rounds = 20_000, 4000, 6
    stream = zipf(events, different)
    total = sum(stream.values())
    theirs = []
    for seed in range(1, rounds + 1):
        peer = datasketches.count_min_sketch(depth, width, seed)
        for item, count in stream.items():
            peer.update(item, count)
        assert peer.total_weight == total
        above = sum(peer.get_estimate(item) - n > total / width for item, n in stream.items())
        theirs.append(above / different)
    sketch = count_min(width, depth, 1 / width)
    ours = [measure_count_min(sketch, events, seed).measured for seed in range(1, rounds + 1)]
    error = math.sqrt((np.var(theirs, ddof=1) + np.var(ours, ddof=1)) / rounds)
    assert np.mean(ours) > 0.01
    assert abs(np.mean(ours) - np.mean(theirs)) < 4 * error


@pytest.mark.parametrize("events", [1, 100, 200_000])
@pytest.mark.parametrize(("epsilon", "delta"), [(0.2, 0.3), (0.01, 0.1), (0.001, 0.01)])
def test_the_bound_is_kept_here_and_by_pyprobables(
    epsilon: float, delta: float, events: int
) -> None:
    """Cormode and Muthukrishnan (2005): width e / epsilon, depth ln 1 / delta."""
    width, depth = math.ceil(math.e / epsilon), math.ceil(math.log(1 / delta))
    found = measure_count_min(count_min(width, depth, epsilon), events)
    assert found.holds
    assert found.measured <= delta
    assert (found.predicted, found.items) == (math.exp(-depth), events)
    peer = probables.CountMinSketch(width=width, depth=depth)
    stream = zipf(events, min(events, 500))
    for item, count in stream.items():
        peer.add(str(item), count)
    over = [peer.check(str(item)) - count for item, count in stream.items()]
    assert min(over) >= 0
    assert sum(o > epsilon * sum(stream.values()) for o in over) / len(over) <= delta


def test_a_bound_that_is_not_kept_does_not_hold() -> None:
    """One row of a hundred counters cannot be right to a ten-thousandth."""
    assert not measure_count_min(count_min(100, 1, 0.0001), 20_000).holds


def test_a_counter_that_overflows_is_refused() -> None:
    message = r"a counter of 8 bits overflows: \d,\d{3} of 20,000 events fall on it"
    with pytest.raises(SketchError, match=message):
        measure_count_min(count_min(1000, 2, 0.1, counter_bits=8), 20_000)


# The estimate of a HyperLogLog


def to_fifty_digits(histogram: list[int]) -> float:
    """Ertl (2017), algorithm 6, from the series as they are printed: (10) and (13) there."""
    with localcontext() as context:
        context.prec = 50
        m, q, two = Decimal(sum(histogram)), len(histogram) - 2, Decimal(2)
        x = histogram[0] / m
        sigma = x + sum(x ** (2**k) * two ** (k - 1) for k in range(1, 40))
        y = 1 - histogram[-1] / m
        roots, root = [], y
        for _ in range(90):
            root = root.sqrt()
            roots.append(root)
        tau = (1 - y - sum((1 - r) ** 2 / two**k for k, r in enumerate(roots, 1))) / 3
        tau = tau if y else Decimal(0)
        between = sum(histogram[k] / two**k for k in range(1, q + 1))
        return float(m**2 / (2 * two.ln() * (m * sigma + between + m * tau / two**q)))


@given(
    st.integers(2, 30).flatmap(
        lambda most: st.lists(st.integers(0, 500), min_size=most + 1, max_size=most + 1)
    )
)
@settings(deadline=None, max_examples=150)
def test_the_estimate_is_the_published_series(histogram: list[int]) -> None:
    # With all registers full there is no estimate; with all empty the series has no end.
    if sum(histogram) in (histogram[0], histogram[-1]):
        histogram[1] += 1
    assert cardinality(histogram) == pytest.approx(to_fifty_digits(histogram), rel=1e-9)


def test_the_ends_of_the_range_are_nothing_and_without_end() -> None:
    assert cardinality([64, 0, 0, 0]) == 0.0
    assert cardinality([0, 0, 0, 64]) == math.inf


def outcomes(items: int, precision: int) -> list[tuple[float, float]]:
    """Every estimate after so many items, and its chance: ranks up to 20, any meeting of items."""
    m, ranks = 1 << precision, range(1, 21)
    found: defaultdict[tuple[int, ...], Fraction] = defaultdict(Fraction)
    for draw in product(ranks, repeat=items):
        chance = Fraction(1)
        for rank in draw:
            chance *= Fraction(1, 2**rank)
        apart = tuple(sorted(draw))
        if items == 1:
            found[apart] += chance
        else:
            found[apart] += chance * Fraction(m - 1, m)
            found[(max(draw),)] += chance * Fraction(1, m)
    estimates = []
    for held, chance in found.items():
        histogram = [m - len(held)] + [0] * (64 - precision + 1)
        for rank in held:
            histogram[rank] += 1
        estimates.append((cardinality(histogram), float(chance)))
    return estimates


@pytest.mark.parametrize("items", [1, 2])
@pytest.mark.parametrize("precision", [8, 14])
def test_one_and_two_items_are_told_exactly_on_average(items: int, precision: int) -> None:
    """Over all that their hashes can be, to one part in the number of registers."""
    mean = sum(estimate * chance for estimate, chance in outcomes(items, precision))
    assert mean == pytest.approx(items, rel=2 / (1 << precision))


@pytest.mark.parametrize("items", [1, 2])
@pytest.mark.parametrize("precision", [4, 8])
def test_the_error_of_one_and_two_items_is_that_of_all_their_hashes(
    items: int, precision: int
) -> None:
    squares = [(((e / items) - 1) ** 2, chance) for e, chance in outcomes(items, precision)]
    mean = sum(square * chance for square, chance in squares)
    variance = sum((square - mean) ** 2 * chance for square, chance in squares)
    found = measure_hyperloglog(hyperloglog(precision), items, sketches=400)
    assert abs(found.measured**2 - mean) <= 3.5 * math.sqrt(variance / 400)


@pytest.mark.parametrize("items", [1000, 3000, 10_000, 100_000])
def test_registers_of_datasketches_are_read_as_it_reads_them(items: int) -> None:
    """Its eight-bit registers lie behind 40 bytes. Its own estimate knows the order of arrival."""
    peer = datasketches.hll_sketch(10, datasketches.tgt_hll_type.HLL_8, True)
    for number in range(items):
        peer.update(number)
    registers = np.frombuffer(peer.serialize_updatable()[40:], dtype=np.uint8)
    assert len(registers) == 1024
    estimate = cardinality(np.bincount(registers, minlength=64).tolist())
    error = 1.04 / math.sqrt(1024)
    assert estimate == pytest.approx(items, rel=3 * error)
    assert estimate == pytest.approx(peer.get_estimate(), rel=3 * error)


# HyperLogLogs


def filled(precision: int, start: int, items: int) -> datasketches.hll_sketch:
    sketch = datasketches.hll_sketch(precision, datasketches.tgt_hll_type.HLL_8)
    for item in range(start, start + items):
        sketch.update(item)
    return sketch


def union(precision: int, start: int, items: int) -> datasketches.hll_union:
    """Of two halves. It does not know the order in which items came."""
    both = datasketches.hll_union(precision)
    both.update(filled(precision, start, items // 2))
    both.update(filled(precision, start + items // 2, items // 2))
    return both


@pytest.mark.parametrize(
    ("convention", "build"), [("textbook", union), ("datasketches", filled)], ids=["read", "HIP"]
)
def test_a_sketch_errs_as_those_of_datasketches_do_and_the_formula_says(
    convention: Convention, build: Callable[..., Any]
) -> None:
    precision, items, sketches = 7, 5200, 200
    ours = measure_hyperloglog(hyperloglog(precision, 6, convention), items, sketches=sketches)
    counts = [build(precision, n * items, items).get_estimate() for n in range(sketches)]
    theirs = math.sqrt(sum((count / items - 1) ** 2 for count in counts) / sketches)
    some = 3.5 / math.sqrt(2 * sketches)
    assert ours.measured == pytest.approx(ours.predicted, rel=some)
    assert theirs == pytest.approx(ours.predicted, rel=some)


@pytest.mark.parametrize(
    ("convention", "rate"), [("textbook", 1.046), ("datasketches", math.sqrt(math.log(2)))]
)
def test_the_standard_error_is_met_to_some_hundredths(convention: Convention, rate: float) -> None:
    """1.046 for 128 registers (Flajolet et al. 2007); sqrt(ln 2) for HIP (Ting 2014)."""
    found = measure_hyperloglog(hyperloglog(7, 6, convention), 12_800)
    assert found.trials == 400
    assert found.measured == pytest.approx(rate / math.sqrt(128), rel=3.5 / math.sqrt(800))
    assert found.holds


def test_the_interval_of_a_standard_error_holds_the_formula_in_95_of_100() -> None:
    sketch = hyperloglog(7)
    held = sum(measure_hyperloglog(sketch, 6000, seed, sketches=12).holds for seed in range(200))
    assert near(held / 200, 0.95, 200)


def one_by_one(precision: int, items: int, seed: int) -> float:
    """Cohen (2014): before an item raises a register, add 1 / the chance that any would."""
    m = 1 << precision
    registers, total = [0] * m, 0.0
    for word in splitmix64(seed, 0, items).tolist():
        place, rest = word >> (64 - precision), word & ((1 << (64 - precision)) - 1)
        rank = 64 - precision - rest.bit_length() + 1
        if rank > registers[place]:
            total += m / sum(2.0**-register for register in registers)
            registers[place] = rank
    return total


@pytest.mark.parametrize("items", [1, 5, 100, 3000])
@pytest.mark.parametrize("precision", [4, 6])
def test_counting_in_order_is_counting_one_by_one(precision: int, items: int) -> None:
    counts = [one_by_one(precision, items, seed) for seed in seeds(5, 8)]
    expected = math.sqrt(sum((count / items - 1) ** 2 for count in counts) / 8)
    found = measure_hyperloglog(hyperloglog(precision, 6, "datasketches"), items, 5, sketches=8)
    assert found.measured == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_counting_in_order_goes_on_from_chunk_to_chunk() -> None:
    items = CHUNK + 1000
    counts = [one_by_one(4, items, seed) for seed in seeds(1, 8)]
    expected = math.sqrt(sum((count / items - 1) ** 2 for count in counts) / 8)
    found = measure_hyperloglog(hyperloglog(4, 6, "datasketches"), items, sketches=8)
    assert found.measured == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("convention", ["textbook", "datasketches"])
@pytest.mark.parametrize("items", [1, 10, 300, 1000, 2500, 5000, 20_000])
def test_with_few_items_a_register_the_error_stays_below_the_formula(
    items: int, convention: Convention
) -> None:
    """Ertl (2017), figure 7: it grows to the standard error, without a bump on the way."""
    found = measure_hyperloglog(hyperloglog(10, 6, convention), items, sketches=150)
    assert found.holds
    assert found.low <= found.predicted
    assert found.measured < found.predicted * 1.1


def test_few_items_err_as_linear_counting_does() -> None:
    """Whang et al. (1990): sqrt(m (e^t - t - 1)) / n with t = n / m."""
    t = 0.25
    expected = math.sqrt(1024 * (math.exp(t) - t - 1)) / 256
    found = measure_hyperloglog(hyperloglog(10), 256, sketches=400)
    assert found.measured == pytest.approx(expected, rel=3.5 / math.sqrt(800))


def test_an_error_far_above_the_formula_does_not_hold() -> None:
    """Three bits hold ranks up to 7: they are nearly all full."""
    assert not measure_hyperloglog(hyperloglog(9, register_bits=3), 140_000, sketches=12).holds


def test_registers_that_are_wide_enough_make_no_difference() -> None:
    five, six, eight = (
        measure_hyperloglog(hyperloglog(10, bits), 5000, sketches=20) for bits in (5, 6, 8)
    )
    assert five == six == eight


def test_registers_that_are_all_full_are_refused() -> None:
    with pytest.raises(SketchError, match=r"all registers of 2 bits are full after 10,000 items"):
        measure_hyperloglog(hyperloglog(4, register_bits=2), 10_000)


def test_four_bits_of_datasketches_are_no_limit() -> None:
    """It keeps exceptions in a table (Apache DataSketches, HLL sketch, HLL_4)."""
    four = measure_hyperloglog(hyperloglog(4, 4, "datasketches"), 200_000, sketches=20)
    six = measure_hyperloglog(hyperloglog(4, 6, "datasketches"), 200_000, sketches=20)
    assert four == six


@pytest.mark.parametrize("sketches", [0, 7, 401])
def test_a_standard_error_is_told_from_eight_sketches_to_four_hundred(sketches: int) -> None:
    with pytest.raises(SketchError, match=rf"{sketches} sketches .*; expected 8 to 400$"):
        measure_hyperloglog(hyperloglog(10), 1000, sketches=sketches)


# All of them


def measure(kind: str, seed: int = 1, told: list[float] | None = None) -> Measured:
    progress = None if told is None else told.append
    match kind:
        case "bloom":
            return measure_bloom(bloom(10_000, 5, 1000), 1000, 200_000, seed, progress)
        case "count-min":
            return measure_count_min(count_min(100, 2, 0.01), 50_000, seed, progress)
        case _:
            return measure_hyperloglog(hyperloglog(8), 1000, seed, progress, sketches=20)


KINDS = ["bloom", "count-min", "hyperloglog"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_one_result_and_another_seed_another(kind: str) -> None:
    first, again, other = measure(kind, 1), measure(kind, 1), measure(kind, 2)
    assert first == again
    assert first.measured != other.measured
    assert first.predicted == other.predicted


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_around_a_measurement_changes_it(kind: str) -> None:
    np.random.seed(1)
    state = repr(np.random.get_state())
    before = measure(kind)
    assert repr(np.random.get_state()) == state
    np.random.seed(2)
    assert measure(kind) == before


@pytest.mark.parametrize("kind", KINDS)
def test_progress_grows_to_one(kind: str) -> None:
    told: list[float] = []
    found = measure(kind, told=told)
    assert found == measure(kind)
    assert told == sorted(set(told))
    assert len(told) >= 2
    assert told[0] > 0
    assert told[-1] == 1.0


def test_who_watches_can_stop_it() -> None:
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_bloom(bloom(10_000, 5, 1000), progress=stop)


LARGE = {
    "a filter": (bloom(20_000_000, 7, 2_000_000), 100_000),
    "small filters": (bloom(500, 7, 50), 50),
    "counters": (count_min(1_000_000, 3, 1e-6), 200_000),
    "few counters": (count_min(100, 3, 0.01), 200_000),
    "registers": (hyperloglog(18), 20_000),
}


@pytest.mark.parametrize(("sketch", "items"), LARGE.values(), ids=LARGE)
def test_a_measurement_takes_the_memory_that_was_said(
    sketch: Bloom | CountMin | HyperLogLog, items: int
) -> None:
    tracemalloc.start()
    try:
        match sketch:
            case Bloom():
                measure_bloom(sketch, items)
            case CountMin():
                measure_count_min(sketch, items)
            case HyperLogLog():
                measure_hyperloglog(sketch, items, sketches=8)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= room(sketch, items) + 100_000
    assert peak >= room(sketch, items) / 4


@pytest.mark.parametrize("items", [0, -1, LARGEST + 1])
def test_no_items_and_too_many_are_refused(items: int) -> None:
    message = rf"^{items:,} (items|events) to measure with; expected 1 to 10,000,000$"
    with pytest.raises(SketchError, match=message):
        measure_bloom(bloom(10_000, 7, 1000), items)
    with pytest.raises(SketchError, match=message):
        measure_count_min(count_min(100, 3, 0.01), items)
    with pytest.raises(SketchError, match=message):
        measure_hyperloglog(hyperloglog(10), items)


@pytest.mark.parametrize("lookups", [0, LARGEST + 1])
def test_no_lookups_and_too_many_are_refused(lookups: int) -> None:
    with pytest.raises(SketchError, match=rf"{lookups:,} lookups to measure with; expected 1 to"):
        measure_bloom(bloom(10_000, 7, 1000), 1000, lookups)


def test_what_does_not_fit_is_refused_before_it_is_built() -> None:
    message = r"^measuring this sketch takes [\d,]+ MiB, 1,024 MiB are allowed; size it for fewer"
    told: list[float] = []
    with pytest.raises(SketchError, match=message):
        measure_bloom(bloom(9_585_058_378, 7, 1_000_000_000), 1000, progress=told.append)
    with pytest.raises(SketchError, match=message):
        measure_count_min(count_min(1 << 40, 3, 1e-12), 1000, progress=told.append)
    with pytest.raises(SketchError, match=message):
        measure_hyperloglog(hyperloglog(30), 1000, progress=told.append)
    assert told == []


def test_the_filter_of_the_largest_measurement_fits() -> None:
    """Ten million items at one in a million: 28.8 bits each (Bloom, 1970)."""
    assert room(bloom(287_551_752, 20, LARGEST), LARGEST) < MEMORY
