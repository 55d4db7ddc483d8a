"""HyperLogLog, held against Redis' and DataSketches' own numbers, published tables, simulation."""

from __future__ import annotations

import math
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pytest
from datasketches import hll_sketch, tgt_hll_type
from hypothesis import given
from hypothesis import strategies as st

from estimators.sketches.hyperloglog import (
    hyperloglog_error,
    hyperloglog_for_error,
    hyperloglog_for_memory,
    hyperloglog_for_precision,
    hyperloglog_memory,
    largest_count,
    linear_counting_below,
    linear_counting_error,
    sparse_below,
)
from models.sketch import Convention, SketchError
from models.units import registry

Array = npt.NDArray[np.float64]
TYPES = {4: tgt_hll_type.HLL_4, 6: tgt_hll_type.HLL_6, 8: tgt_hll_type.HLL_8}
# Algebird, documentation of HyperLogLog: bits and error.
PUBLISHED = {
    9: 0.0460, 10: 0.0325, 11: 0.0230, 12: 0.0163, 13: 0.0115, 14: 0.0081, 15: 0.0057, 16: 0.0041,
    17: 0.0029, 18: 0.0020, 19: 0.0014, 20: 0.0010,
}  # fmt: skip
# Whang, Vander-Zanden and Taylor (1990), table II: the bits of a map for a standard error of 1%.
ONE_PERCENT = {
    100: 5034, 1000: 5329, 10_000: 7960, 100_000: 26_729, 1_000_000: 154_171,
    10_000_000: 1_096_582, 100_000_000: 8_571_013,
}  # fmt: skip


def registers_of(load: float, shape: tuple[int, ...], seed: int) -> Array:
    """Registers after so many items each: the largest of a Poisson number of geometric ranks."""
    exponential = np.random.default_rng(seed).exponential(size=shape)
    return np.maximum(np.ceil(np.log2(load / exponential)), 0.0)


def raw_counts(registers: Array) -> Array:
    """Flajolet's raw estimate of each row of registers, alpha for many of them."""
    m = registers.shape[-1]
    estimates: Array = 0.7213 / (1 + 1.079 / m) * m**2 / np.exp2(-registers).sum(axis=-1)
    return estimates


# The textbook


@pytest.mark.parametrize(("precision", "error"), PUBLISHED.items())
def test_errors_are_those_of_a_published_table(precision: int, error: float) -> None:
    assert hyperloglog_for_precision(precision).error == pytest.approx(error, abs=5e-5)


@pytest.mark.parametrize(("precision", "error"), PUBLISHED.items())
def test_a_published_error_is_met_by_its_registers(precision: int, error: float) -> None:
    found = hyperloglog_for_error(error, within=0.00005)
    assert (found.precision, found.asked) == (precision, error)


def test_two_percent_of_a_billion_take_a_kilobyte_and_a_half() -> None:
    """The abstract of Flajolet et al.: beyond 10^9, about 2%, 1.5 kilobytes (of 1,024)."""
    assert hyperloglog_for_precision(11).bytes == 1536
    assert hyperloglog_for_precision(11).error == pytest.approx(0.02, abs=0.005)


@pytest.mark.parametrize(("precision", "load"), [(8, 100.0), (10, 50.0), (12, 1000.0)])
def test_the_error_is_that_of_simulated_sketches(precision: int, load: float) -> None:
    m = 1 << precision
    counts = raw_counts(registers_of(load, (2_000_000 // m, m), precision))
    spread = math.sqrt(float(np.mean((counts / (load * m) - 1) ** 2)))
    assert hyperloglog_for_precision(precision).error == pytest.approx(spread, rel=0.06)


@given(st.floats(1.3e-4, 0.9))
def test_the_least_registers_that_meet_an_error_are_taken(error: float) -> None:
    found = hyperloglog_for_error(error, within=0.0)
    assert found.error <= error
    assert found.precision == 4 or 1.04 / math.sqrt(found.registers / 2) > error


@given(st.integers(4, 26))
def test_a_precision_gives_the_error_that_gives_the_precision(precision: int) -> None:
    error = hyperloglog_for_precision(precision).error
    assert hyperloglog_for_error(error, within=0.0).precision == precision


@pytest.mark.parametrize("bits", [4, 5, 6, 7, 8])
def test_registers_are_packed_bit_by_bit(bits: int) -> None:
    packed = np.packbits(np.ones(bits << 14, dtype=np.uint8))
    assert hyperloglog_for_precision(14, register_bits=bits).bytes == packed.nbytes


# As formulas


def test_an_error_of_081_percent_is_redis_registers() -> None:
    assert hyperloglog_memory(0.0081) == 12_288


def test_two_percent_needs_2028_bytes_if_any_number_of_registers_will_do() -> None:
    """(1.04 / 0.02)^2 = 2,704 registers of 6 bits."""
    assert hyperloglog_error(2028.0) == pytest.approx(0.02, rel=1e-12)


@pytest.mark.parametrize("bits", [5, 6, 8])
@pytest.mark.parametrize("precision", [4, 9, 14, 20, 26])
def test_memory_and_error_are_each_others_inverse(precision: int, bits: int) -> None:
    memory = float(bits << precision) / 8
    assert hyperloglog_memory(hyperloglog_error(memory, bits / 8), bits / 8) == memory


@given(st.floats(1.4e-4, 0.9))
def test_a_formula_asks_for_what_a_sketch_takes(error: float) -> None:
    assert hyperloglog_memory(error) == hyperloglog_for_error(error).bytes


@given(st.floats(1e-6, 1.0), st.floats(1e-6, 1.0))
def test_a_smaller_error_never_takes_less(one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert hyperloglog_memory(small) >= hyperloglog_memory(large)


def test_memory_is_in_the_unit_of_a_register() -> None:
    unit = registry()
    found = hyperloglog_memory(unit.Quantity(0.0081), 6 * unit.bit)
    assert found.to("KiB").magnitude == pytest.approx(12)
    assert hyperloglog_error(found, 6 * unit.bit) == pytest.approx(0.008125)


def test_errors_are_done_side_by_side() -> None:
    wanted = np.array([0.0325, 0.0081, 0.0029])
    assert list(hyperloglog_memory(wanted, 1.0)) == [1 << 10, 1 << 14, 1 << 17]


@pytest.mark.parametrize("outside", [0.0, -0.1, 1.5, math.nan])
def test_an_error_outside_0_to_1_has_no_memory(outside: float) -> None:
    assert not math.isfinite(hyperloglog_memory(outside))


@pytest.mark.parametrize("memory", [0.0, -1.0])
def test_no_memory_has_no_error(memory: float) -> None:
    assert math.isnan(hyperloglog_error(memory))


# Redis and Cassandra


def test_redis_is_as_its_source_says() -> None:
    """Redis, the head of `hyperloglog.c`: 16,384 registers of 6 bits, 16 bytes before them."""
    found = hyperloglog_for_precision(14, "redis")
    assert (found.registers, found.register_bits) == (16_384, 6)
    assert found.bytes - 16 == 12_288
    assert found.bytes == 12_304
    assert found.error == pytest.approx(0.0081, abs=5e-5)
    assert hyperloglog_for_error(0.0081, "redis", within=0.00005).bytes == 12_304
    assert hyperloglog_for_error(0.0081, "redis").bytes == 12_304


@pytest.mark.parametrize("error", [0.02, 0.01, 0.005, 0.001])
def test_redis_has_no_other_error(error: float) -> None:
    with pytest.raises(
        SketchError, match=r"^error: read [\d.]+%; Redis has 16,384 registers, 0\.81%$"
    ):
        hyperloglog_for_error(error, "redis")


def test_cassandra_counts_partitions_in_words_of_six_registers() -> None:
    """stream-lib, RegisterSet: 8,192 registers in 1,366 ints; getBytes writes 9 bytes before."""
    found = hyperloglog_for_precision(13, "cassandra")
    assert (found.registers, found.register_bits) == (8192, 5)
    assert found.bytes == 1366 * 4 + 9
    assert hyperloglog_for_error(0.0115, "cassandra").precision == 13


# DataSketches


@pytest.mark.parametrize("bits", TYPES)
@pytest.mark.parametrize("precision", range(4, 22))
def test_datasketches_is_as_large_as_the_library_says(precision: int, bits: int) -> None:
    found = hyperloglog_for_precision(precision, "datasketches", bits)
    assert found.bytes == hll_sketch.get_max_updatable_serialization_bytes(precision, TYPES[bits])


@pytest.mark.parametrize("bits", TYPES)
@pytest.mark.parametrize("precision", [4, 8, 11])
def test_a_real_sketch_that_is_full_takes_as_much(precision: int, bits: int) -> None:
    found = hyperloglog_for_precision(precision, "datasketches", bits)
    real = filled(precision, bits, 20_000)
    assert len(real.serialize_updatable()) == found.bytes
    compact = len(real.serialize_compact())
    # Compact, exceptions take what they need, and no room is set aside for more.
    assert compact == found.bytes if bits > 4 else 40 + found.registers / 2 <= compact < found.bytes


def filled(precision: int, bits: int, items: int, first: int = 0) -> hll_sketch:
    real = hll_sketch(precision, TYPES[bits])
    for item in range(first, first + items):
        real.update(item)
    return real


@pytest.mark.parametrize("precision", range(4, 22))
def test_the_error_of_datasketches_is_the_one_it_tells(precision: int) -> None:
    """Up to 12 the library has measured quantiles, which are within a percent of the formula."""
    told = hll_sketch.get_rel_err(False, False, precision, 1)
    found = hyperloglog_for_precision(precision, "datasketches").error
    assert found == pytest.approx(told, rel=1e-6 if precision > 12 else 0.01)


def test_the_error_of_datasketches_is_that_of_real_sketches() -> None:
    counts = [filled(7, 8, 1500, 10_000 * trial).get_estimate() for trial in range(400)]
    spread = math.sqrt(float(np.mean((np.array(counts) / 1500 - 1) ** 2)))
    assert hyperloglog_for_precision(7, "datasketches").error == pytest.approx(spread, rel=0.1)


def test_datasketches_has_registers_of_four_bits_unless_asked() -> None:
    found = hyperloglog_for_error(0.01, "datasketches")
    assert (found.precision, found.register_bits) == (13, 4)
    assert hyperloglog_for_error(0.01, "datasketches", 8).bytes == 8232


# Few items


@pytest.mark.parametrize("precision", [4, 7, 8, 9, 10, 12, 14])
def test_datasketches_lists_as_many_items_as_real_sketches_do(precision: int) -> None:
    listed = int(sparse_below(hyperloglog_for_precision(precision, "datasketches", 8)))
    full = hyperloglog_for_precision(precision, "datasketches", 8).bytes
    assert filled(precision, 8, listed).get_updatable_serialization_bytes() < full
    assert filled(precision, 8, listed + 1).get_updatable_serialization_bytes() == full


def redis_sparse(registers: Array) -> int:
    """The bytes of Redis' sparse form: runs of zeros up to 64 in one, longer in two, values of
    up to four alike in one; `hyperloglog.c`."""
    taken = 0
    for value, run in groupby(registers.tolist()):
        length = len(list(run))
        taken += -(-length // 4) if value else 1 + (length > 64)
    return taken


def test_redis_stays_sparse_for_as_many_items_as_fit_its_limit() -> None:
    """`redis.conf`: hll-sparse-max-bytes 3000, its header of 16 bytes included."""
    below = sparse_below(hyperloglog_for_precision(14, "redis"))
    taken = [16 + redis_sparse(registers_of(below / 16_384, (16_384,), s)) for s in range(20)]
    assert np.mean(taken) == pytest.approx(3000, rel=0.005)


def test_a_textbook_list_takes_as_much_as_the_registers() -> None:
    """Heule et al. (2013), 5.3: 32 bits an entry, at most 6m bits."""
    assert sparse_below(hyperloglog_for_precision(14)) * 32 == 6 * 16_384


def test_cassandra_keeps_a_list_of_three_quarters_of_its_registers() -> None:
    """stream-lib, HyperLogLogPlus: sparseSetThreshold = (int) (m * 0.75)."""
    assert sparse_below(hyperloglog_for_precision(13, "cassandra")) == 6144


@pytest.mark.parametrize(("items", "registers"), ONE_PERCENT.items())
def test_linear_counting_is_off_by_one_percent_where_its_authors_say(
    items: int, registers: int
) -> None:
    assert linear_counting_error(registers, items) == pytest.approx(0.01, rel=2e-4)


@pytest.mark.parametrize("items", [60, 512, 1024, 2560])
def test_linear_counting_is_as_precise_as_simulated(items: int) -> None:
    m, trials = 1024, 1000
    rng = np.random.default_rng(items)
    places = rng.integers(0, m, (trials, items)) + m * np.arange(trials)[:, None]
    empty = (np.bincount(places.ravel(), minlength=m * trials).reshape(trials, m) == 0).sum(axis=1)
    counts = -m * np.log(empty / m)
    spread = math.sqrt(float(np.mean((counts / items - 1) ** 2)))
    assert linear_counting_error(m, items) == pytest.approx(spread, rel=0.08)


def test_linear_counting_is_smooth_down_to_the_first_item() -> None:
    """As t goes to 0, e^t - t - 1 goes to t^2 / 2 and the error to 1 / sqrt(2 m)."""
    items = np.geomspace(1e-3, 1e3, 200)
    found = linear_counting_error(1e6, items)
    assert found[0] == pytest.approx(1 / math.sqrt(2e6), rel=1e-6)
    assert np.all(np.diff(found) >= 0)


def test_linear_counting_of_nothing_has_no_error() -> None:
    assert math.isnan(linear_counting_error(1024, 0.0))


@pytest.mark.parametrize("precision", [7, 10, 14, 16])
def test_linear_counting_is_the_more_precise_well_below_where_it_ends(precision: int) -> None:
    found = hyperloglog_for_precision(precision)
    below = linear_counting_below(precision)
    assert below / found.registers == 2.5
    assert linear_counting_error(found.registers, below / 2) < found.error
    assert linear_counting_error(found.registers, below * 1.2) > found.error


@pytest.mark.parametrize(
    ("precision", "items"), [(4, 10), (8, 220), (12, 3100), (13, 6500), (14, 11_500), (18, 350_000)]
)
def test_corrected_sketches_count_linearly_up_to_published_thresholds(
    precision: int, items: int
) -> None:
    """Heule et al. (2013), appendix; stream-lib, thresholdData."""
    assert linear_counting_below(precision, corrected=True) == items


@pytest.mark.parametrize("precision", [3, 19, -1])
def test_a_threshold_that_was_not_published_is_refused(precision: int) -> None:
    with pytest.raises(SketchError, match=rf"^precision: read {precision}; expected 4 to 18 \(H"):
        linear_counting_below(precision, corrected=True)


# Many items


@pytest.mark.parametrize("bits", [4, 5])
@pytest.mark.parametrize("precision", [10, 12])
def test_full_registers_tell_the_largest_count(bits: int, precision: int) -> None:
    full = np.full(1 << precision, float(2**bits - 1))
    told = largest_count(hyperloglog_for_precision(precision, register_bits=bits))
    assert told == pytest.approx(float(raw_counts(full)), rel=2e-3)


def test_counts_are_right_up_to_an_eighth_of_the_largest_and_low_beyond() -> None:
    m, bits = 4096, 4
    largest = largest_count(hyperloglog_for_precision(12, register_bits=bits))
    bias = {}
    for part in (1 / 8, 1 / 2):
        registers = registers_of(part * largest / m, (400, m), 9)
        held = np.minimum(registers, 2**bits - 1)
        bias[part] = float(np.mean(raw_counts(held) / raw_counts(registers)) - 1)
    assert -0.01 < bias[1 / 8] < 0
    assert bias[1 / 2] < -0.05


def test_six_bits_outlast_a_hash_of_64() -> None:
    """Heule et al. (2013), 5.1: 64 bits, for which registers of 6 are enough."""
    for bits in (6, 8):
        assert largest_count(hyperloglog_for_precision(14, register_bits=bits)) == 2.0**64
    # Flajolet et al. (2007): 5 bits for counts beyond 10^9.
    assert 1e9 < largest_count(hyperloglog_for_precision(11, register_bits=5)) < 2.0**64


def test_four_bits_of_datasketches_hold_what_six_do() -> None:
    """It keeps exceptions in a table (Apache DataSketches, HLL sketch, HLL_4)."""
    four, six = (hyperloglog_for_precision(12, "datasketches", bits) for bits in (4, 6))
    assert largest_count(four) == largest_count(six) == 2.0**64


# By memory


@pytest.mark.parametrize(
    ("memory", "convention", "precision"),
    [
        (12 * 1024, "textbook", 14),
        (12 * 1024 - 1, "textbook", 13),
        (1e12, "textbook", 26),
        (math.inf, "textbook", 26),
        (12_304, "redis", 14),
        (1e9, "redis", 14),
        (1366 * 4 + 9, "cassandra", 13),
    ],
)
def test_the_most_precise_sketch_that_fits_is_taken(
    memory: float, convention: Convention, precision: int
) -> None:
    """16,384 registers of 6 bits are 12 KiB; Redis has a header of 16 B beside them."""
    found = hyperloglog_for_memory(memory, convention)
    assert (found.precision, found.asked) == (precision, None)


@given(st.integers(60, 10**7), st.sampled_from([4, 6, 8]))
def test_one_bit_of_precision_more_would_not_fit(memory: int, bits: int) -> None:
    found = hyperloglog_for_memory(memory, "textbook", bits)
    assert (
        found.bytes
        <= memory
        < hyperloglog_for_precision(found.precision + 1, "textbook", bits).bytes
    )


@pytest.mark.parametrize(
    ("memory", "convention", "least"),
    [
        (10, "textbook", r"read 10 B; expected at least 12 B \(the textbook\)"),
        (12 * 1024, "redis", r"read 12,288 B; expected at least 12,304 B \(Redis\)"),
        (5472, "cassandra", r"read 5,472 B; expected at least 5,473 B \(Cassandra\)"),
        (math.nan, "textbook", r"read nan B; expected at least 12 B \(the textbook\)"),
    ],
)
def test_a_memory_too_small_is_told_with_the_least(
    memory: float, convention: Convention, least: str
) -> None:
    with pytest.raises(SketchError, match=f"^memory: {least}$"):
        hyperloglog_for_memory(memory, convention)


# Refusals


@pytest.mark.parametrize("outside", [0.0, 1.0, -0.1, 2.0, math.nan, math.inf])
def test_an_error_outside_0_to_1_is_refused_by_name(outside: float) -> None:
    with pytest.raises(SketchError, match=r"^error: read .*; expected a share above 0 and b"):
        hyperloglog_for_error(outside)


@pytest.mark.parametrize(
    ("convention", "least"), [("textbook", r"0\.0127%"), ("datasketches", r"0\.0575%")]
)
def test_an_error_too_small_is_told_with_the_smallest(convention: Convention, least: str) -> None:
    with pytest.raises(SketchError, match=f"^error: read 0.001%; expected at least {least}"):
        hyperloglog_for_error(1e-5, convention)


@pytest.mark.parametrize(
    ("precision", "convention", "expected"),
    [
        (3, "textbook", "4 to 26"),
        (27, "textbook", "4 to 26"),
        (22, "datasketches", "4 to 21"),
        (12, "redis", "14"),
        (14, "cassandra", "13"),
    ],
)
def test_a_precision_that_cannot_be_is_told_with_those_that_can(
    precision: int, convention: Convention, expected: str
) -> None:
    with pytest.raises(SketchError, match=f"^precision: read {precision}; expected {expected} "):
        hyperloglog_for_precision(precision, convention)


@pytest.mark.parametrize(
    ("bits", "convention"),
    [(3, "textbook"), (9, "textbook"), (5, "datasketches"), (8, "redis"), (6, "cassandra")],
)
def test_a_register_that_cannot_be_is_refused(bits: int, convention: Convention) -> None:
    precision = 13 if convention == "cassandra" else 14
    with pytest.raises(SketchError, match=f"^register-bits: read {bits}; expected"):
        hyperloglog_for_precision(precision, convention, bits)


def test_who_has_no_such_sketch_is_told_with_who_has() -> None:
    known = "^convention: read guava; expected textbook, redis, datasketches or cassandra "
    with pytest.raises(SketchError, match=known):
        hyperloglog_for_error(0.01, "guava")
    with pytest.raises(SketchError, match=known):
        hyperloglog_for_precision(14, "guava")
    with pytest.raises(SketchError, match=known):
        hyperloglog_for_memory(10_000, "guava")
