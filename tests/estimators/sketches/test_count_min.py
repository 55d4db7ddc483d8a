"""Count-Min, held against RedisBloom's and DataSketches' own numbers, exact logs and simulation."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest
from datasketches import count_min_sketch
from hypothesis import given
from hypothesis import strategies as st

from estimators.sketches.count_min import (
    CONSERVATIVE,
    can_overflow,
    count_min_error,
    count_min_for_error,
    count_min_for_size,
    count_min_memory,
    heavy_hitter,
    overcount,
    overflow_after,
)
from models.sketch import Convention, SketchError
from models.units import registry

ERRORS = [0.3, 0.2, 0.1, 0.05, 0.03, 0.01, 0.007, 0.001, 3e-4, 1e-5, 1e-6]
CHANCES = [0.5, 0.3, 0.1, 0.05, 0.02, 0.01, 0.002, 1e-3, 1e-6, 1e-9]

errors = st.floats(1e-6, 0.99)
chances = st.floats(1e-12, 0.99)


def width(epsilon: float, convention: Convention = "textbook") -> int:
    return count_min_for_error(epsilon, 0.5, convention).width


def depth(delta: float, convention: Convention = "textbook") -> int:
    return count_min_for_error(0.1, delta, convention).depth


# Redis


def test_redis_is_sized_as_its_documentation_says() -> None:
    """RedisBloom, CMS_DimFromProb, with the values of the documentation's page on Count-Min."""
    assert width(0.001, "redis") == 2000
    assert depth(0.002, "redis") == 9
    assert depth(0.01, "redis") == 7


def test_redis_counts_in_four_bytes_behind_a_struct_of_32() -> None:
    assert count_min_for_error(0.001, 0.01, "redis").bytes == 56_032
    assert count_min_for_size(2000, 7, "redis").bytes == 56_032


def test_the_rows_of_redis_are_those_of_its_c_code() -> None:
    """ceil(log10f(delta) / log10f(0.5)), by the log10f of this machine's C library."""
    log10f: Callable[[float], float] = _c_function("log10f")
    powers = [2.0**-k for k in range(1, 60)] + [10.0**-k for k in range(1, 30)]
    for delta in [*CHANCES, *powers, *np.random.default_rng(7).random(500)]:
        quotient = np.float32(log10f(delta)) / np.float32(log10f(0.5))
        assert depth(float(delta), "redis") == math.ceil(quotient), delta


def _c_function(name: str) -> Callable[[float], float]:
    try:
        function = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        pytest.skip("there is no C library to ask")
    function.argtypes, function.restype = [ctypes.c_float], ctypes.c_float
    found: Callable[[float], float] = function
    return found


def test_redis_promises_what_a_row_of_two_over_epsilon_gives() -> None:
    """A row is over twice its mean in at most half of the cases (Markov)."""
    found = count_min_for_size(2000, 7, "redis")
    assert found.epsilon == pytest.approx(0.001)
    assert found.delta == pytest.approx(1 / 128)


# DataSketches


@pytest.mark.parametrize(("epsilon", "buckets"), [(0.2, 14), (0.1, 28), (0.05, 55), (0.01, 272)])
def test_datasketches_buckets_are_those_of_its_own_tests(epsilon: float, buckets: int) -> None:
    """datasketches-java, CountMinSketchTest."""
    assert width(epsilon, "datasketches") == width(epsilon) == buckets


@pytest.mark.parametrize(
    ("confidence", "hashes"), [(0.682689492, 2), (0.954499736, 4), (0.997300204, 6)]
)
def test_datasketches_hashes_are_those_of_its_own_tests(confidence: float, hashes: int) -> None:
    """datasketches-java, CountMinSketchTest: one, two and three standard deviations."""
    assert depth(1 - confidence, "datasketches") == depth(1 - confidence) == hashes


@pytest.mark.parametrize("delta", CHANCES)
@pytest.mark.parametrize("epsilon", ERRORS[:8])
def test_datasketches_is_as_large_as_a_real_one_once_used(epsilon: float, delta: float) -> None:
    found = count_min_for_error(epsilon, delta, "datasketches")
    assert found.width == count_min_sketch.suggest_num_buckets(epsilon)
    assert found.depth == count_min_sketch.suggest_num_hashes(1 - delta)
    real = count_min_sketch(found.depth, found.width)
    real.update("an item")
    assert found.bytes == real.get_serialized_size_bytes() == len(real.serialize())
    assert found.epsilon == pytest.approx(real.get_relative_error(), rel=1e-12)


def test_datasketches_refuses_what_the_library_refuses() -> None:
    for buckets, hashes in ((2, 1), (1 << 29, 2)):
        with pytest.raises(ValueError, match=r"3 buckets|2\^30"):
            count_min_sketch(hashes, buckets)
        with pytest.raises(SketchError):
            count_min_for_size(buckets, hashes, "datasketches")


# The textbook


@pytest.mark.parametrize("epsilon", ERRORS)
@pytest.mark.parametrize("delta", CHANCES)
def test_the_textbook_is_the_formula_in_fifty_digits(epsilon: float, delta: float) -> None:
    getcontext().prec = 50
    columns = math.ceil(Decimal(1).exp() / Decimal(str(epsilon)))
    rows = math.ceil(-Decimal(str(delta)).ln())
    found = count_min_for_error(epsilon, delta)
    assert (found.width, found.depth, found.counter_bits) == (columns, rows, 32)
    assert found.bytes == columns * rows * 4
    assert count_min_memory(epsilon, delta) == columns * rows * 4


@pytest.mark.parametrize("whole", [3, 10, 49, 1000, 123_457])
def test_a_whole_number_of_counters_is_not_rounded_up(whole: int) -> None:
    assert width(math.e / whole) == whole
    assert count_min_memory(math.e / whole, 0.5) == 4 * whole


@pytest.mark.parametrize("whole", [1, 2, 5, 9, 20])
def test_a_whole_number_of_rows_is_not_rounded_up(whole: int) -> None:
    assert depth(math.exp(-whole)) == whole
    assert count_min_memory(math.e / 10, math.exp(-whole)) == 40 * whole


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
@pytest.mark.parametrize(("convention", "beside"), [("textbook", 0), ("redis", 32)])
def test_counters_of_another_size_scale_the_memory(
    bits: int, convention: Convention, beside: int
) -> None:
    found = count_min_for_size(1000, 5, convention, bits)
    assert found.bytes - beside == 5000 * np.dtype(f"u{bits // 8}").itemsize


@given(errors, chances, st.sampled_from(["textbook", "redis", "datasketches"]))
def test_what_is_promised_is_no_worse_than_what_was_asked(
    epsilon: float, delta: float, convention: Convention
) -> None:
    found = count_min_for_error(epsilon, delta, convention)
    assert found.epsilon <= epsilon * (1 + 1e-9)
    # Redis reckons its rows in single precision.
    assert found.delta <= delta * (1 + 1e-5)


@given(st.integers(3, 10**6), st.integers(1, 30))
def test_a_size_gives_the_error_that_gives_the_size(columns: int, rows: int) -> None:
    sized = count_min_for_size(columns, rows)
    assert count_min_for_error(sized.epsilon, sized.delta) == sized


@given(errors, errors, chances)
def test_a_smaller_error_never_takes_less(one: float, other: float, delta: float) -> None:
    small, large = sorted((one, other))
    assert count_min_memory(small, delta) >= count_min_memory(large, delta)


# As formulas


@given(errors, chances)
def test_memory_for_an_error_promises_that_error(epsilon: float, delta: float) -> None:
    memory = count_min_memory(epsilon, delta)
    assert count_min_error(memory, delta) <= epsilon * (1 + 1e-9)
    assert count_min_error(memory, delta) == pytest.approx(
        count_min_for_error(epsilon, delta).epsilon
    )


def test_no_memory_promises_nothing() -> None:
    assert count_min_error(0.0, 0.01) == 1.0
    assert count_min_error(4.0, 0.01) == 1.0


def test_memory_is_in_the_unit_of_a_counter() -> None:
    unit = registry()
    found = count_min_memory(unit.Quantity(0.001), 0.01, 64 * unit.bit)
    assert found.to("B").magnitude == pytest.approx(2719 * 5 * 8)
    assert count_min_error(found.to("KiB"), 0.01, 8 * unit.byte) == pytest.approx(math.e / 2719)


def test_an_overcount_is_in_what_is_counted() -> None:
    found = overcount(0.001, 5e6 * registry().event)
    assert found.to("event").magnitude == pytest.approx(5000)


def test_errors_are_done_side_by_side() -> None:
    """By the published buckets and hashes of DataSketches: 14, 28, 272; 2, 4, 6."""
    epsilon, delta = np.array([0.2, 0.1, 0.01]), 1 - np.array([0.682689492, 0.954499736, 0.9973])
    assert list(count_min_memory(epsilon, delta, 1.0)) == [28, 112, 1632]


@pytest.mark.parametrize("outside", [0.0, 1.0, -0.1, 1.5, math.nan])
def test_an_error_outside_0_to_1_has_no_memory(outside: float) -> None:
    assert math.isnan(count_min_memory(outside, 0.01))
    assert math.isnan(count_min_memory(0.01, outside))
    assert math.isnan(count_min_error(1e6, outside))


# What it tells


def simulated(epsilon: float, delta: float, convention: Convention, skew: float) -> float:
    """The share of items overestimated by more than epsilon, by rows of truly random places."""
    rng = np.random.default_rng(11)
    found = count_min_for_error(epsilon, delta, convention)
    counts = np.ceil(1e6 * np.arange(1, 50_001) ** -skew)
    told = np.full(counts.size, np.inf)
    for _ in range(found.depth):
        places = rng.integers(0, found.width, counts.size)
        row = np.bincount(places, counts, found.width)
        told = np.minimum(told, row[places])
    assert np.all(told >= counts)
    return float(np.mean(told - counts > epsilon * counts.sum()))


@pytest.mark.parametrize("convention", ["textbook", "redis", "datasketches"])
@pytest.mark.parametrize("skew", [0.0, 0.8, 1.2])
@pytest.mark.parametrize("epsilon", [0.05, 0.005, 0.0005])
def test_fewer_than_delta_of_the_items_are_overestimated_by_more(
    epsilon: float, skew: float, convention: Convention
) -> None:
    assert simulated(epsilon, 0.05, convention, skew) <= 0.05


def test_the_mean_overestimate_of_a_row_is_a_share_of_all() -> None:
    """total / width, from which the bound follows: a row of e / epsilon adds epsilon / e of all."""
    rng = np.random.default_rng(5)
    found = count_min_for_size(272, 1)
    counts = rng.integers(1, 100, 20_000).astype(float)
    places = rng.integers(0, found.width, counts.size)
    added = np.bincount(places, counts, found.width)[places] - counts
    assert added.mean() == pytest.approx(found.epsilon / math.e * counts.sum(), rel=0.02)


def test_a_real_sketch_never_says_too_little_and_seldom_too_much() -> None:
    found = count_min_for_error(0.01, 0.01, "datasketches")
    real = count_min_sketch(found.depth, found.width)
    counts = {item: 1 + 2000 // (item + 1) for item in range(2000)}
    for item, seen in counts.items():
        real.update(item, seen)
    limit = overcount(found.epsilon, sum(counts.values()))
    over = [real.get_estimate(item) - seen for item, seen in counts.items()]
    assert min(over) >= 0
    assert sum(excess > limit for excess in over) <= found.delta * len(over)


def test_a_heavy_hitter_stands_out_from_items_that_were_never_seen() -> None:
    """The lower bound that DataSketches tells is above what it may add."""
    found = count_min_for_size(100, 8, "datasketches")
    real = count_min_sketch(found.depth, found.width)
    for item in range(10_000):
        real.update(item)
    total = real.total_weight
    least = heavy_hitter(found.epsilon, total)
    assert max(real.get_estimate(item) for item in range(20_000, 22_000)) < least
    assert real.get_upper_bound("x") - real.get_estimate("x") == pytest.approx(least, abs=1)


@given(st.integers(1, 999), st.integers(1, 10**12))
def test_a_heavy_hitter_is_the_first_whole_count_above_the_bound(
    thousandths: int, total: int
) -> None:
    bound = Fraction(thousandths, 1000) * total
    assert bound < heavy_hitter(thousandths / 1000, total) <= bound + 1


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
def test_a_counter_is_full_where_an_unsigned_number_ends(bits: int) -> None:
    full = int(np.iinfo(f"u{bits // 8}").max)
    assert overflow_after(bits) == full
    assert not can_overflow(bits, full)
    assert can_overflow(bits, full + 1)


def test_conservative_update_is_said_to_have_no_closed_form() -> None:
    assert "no closed form" in CONSERVATIVE
    assert "2002" in CONSERVATIVE
    assert "\n" not in CONSERVATIVE


def test_conservative_update_overestimates_less_and_keeps_the_bound() -> None:
    rng = np.random.default_rng(3)
    found = count_min_for_error(0.05, 0.1)
    items = rng.zipf(1.3, 20_000) % 2000
    places = rng.integers(0, found.width, (found.depth, 2000))
    plain, careful = np.zeros((2, found.depth, found.width))
    rows = np.arange(found.depth)
    for item in items:
        at = (rows, places[:, item])
        plain[at] += 1
        careful[at] = np.maximum(careful[at], careful[at].min() + 1)
    counts = np.bincount(items, minlength=2000)
    more, less = (table[rows[:, None], places].min(axis=0) - counts for table in (plain, careful))
    assert np.all(less >= 0)
    assert less.sum() < more.sum()
    assert np.mean(less > overcount(0.05, items.size)) <= 0.1


# Refusals


@pytest.mark.parametrize("outside", [0.0, 1.0, -0.1, 1.5, math.nan, math.inf])
def test_an_error_outside_0_to_1_is_refused_by_name(outside: float) -> None:
    with pytest.raises(SketchError, match=r"^epsilon: read .*; expected a share above 0"):
        count_min_for_error(outside, 0.01)
    with pytest.raises(SketchError, match=r"^delta: read .*; expected a share above 0"):
        count_min_for_error(0.01, outside)


@pytest.mark.parametrize("epsilon", [1e-12, 1e-100, 5e-324])
@pytest.mark.parametrize("convention", ["textbook", "redis", "datasketches"])
def test_too_many_counters_are_refused(epsilon: float, convention: Convention) -> None:
    with pytest.raises(SketchError, match=r"^epsilon: read .*; expected at least") as refused:
        count_min_for_error(epsilon, 0.01, convention)
    least = float(str(refused.value).split("at least ")[1].split()[0])
    assert count_min_for_error(least, 0.01, convention).epsilon <= least
    with pytest.raises(SketchError, match=r"^epsilon: "):
        count_min_for_error(0.95 * least, 0.01, convention)


def test_as_many_counters_as_can_be_are_taken() -> None:
    assert count_min_for_size(1 << 38, 4).width == 1 << 38
    with pytest.raises(SketchError, match=r"^width: read 274,877,906,945 in 4 rows; expected"):
        count_min_for_size((1 << 38) + 1, 4)


@pytest.mark.parametrize("bits", [0, 4, 24, 31, 128, -8])
def test_a_counter_of_an_odd_size_is_refused(bits: int) -> None:
    with pytest.raises(SketchError, match=f"^counter-bits: read {bits}; expected 8, 16, 32 or 64$"):
        count_min_for_error(0.01, 0.01, counter_bits=bits)


@pytest.mark.parametrize(("columns", "rows"), [(2, 5), (0, 5), (-1, 5), (100, 0), (100, -3)])
def test_too_few_counters_are_refused(columns: int, rows: int) -> None:
    with pytest.raises(SketchError, match=r"^(width|depth): read .*; expected at least"):
        count_min_for_size(columns, rows)


@pytest.mark.parametrize("convention", ["guava", "cassandra"])
def test_who_has_no_such_sketch_is_told_with_who_has(convention: Convention) -> None:
    expected = rf"^convention: read {convention}; expected textbook, redis or datasketches \(Count"
    with pytest.raises(SketchError, match=expected):
        count_min_for_error(0.01, 0.01, convention)
