"""HyperLogLogs that are built and counted, beside those of DataSketches and published errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import datasketches
import pytest

from estimators.sketches.cardinality import counted
from estimators.sketches.hashing import seeds
from estimators.sketches.measure import measure_hyperloglog
from models.sketch import Convention, HyperLogLog, SketchError


def hyperloglog(
    precision: int, register_bits: int = 6, convention: Convention = "textbook"
) -> HyperLogLog:
    """DataSketches: sqrt(ln 2) of the registers' root (`HllUtil.hpp`), the others 1.04 of it."""
    size = (register_bits << precision) // 8
    rate = math.sqrt(math.log(2)) if convention == "datasketches" else 1.04
    error = rate / math.sqrt(1 << precision)
    return HyperLogLog(convention, precision, register_bits, size, None, error)


def near(share: float, expected: float, trials: int) -> bool:
    """Within three and a half standard errors of a share: once in two thousand it is not."""
    return abs(share - expected) <= 3.5 * math.sqrt(expected * (1 - expected) / trials)


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


@pytest.mark.parametrize("items", [1, 3000])
@pytest.mark.parametrize("convention", ["textbook", "datasketches"])
def test_the_error_is_the_root_of_the_mean_square_of_all_counts(
    convention: Convention, items: int
) -> None:
    sketch = hyperloglog(6, 6, convention)
    counts = [counted(sketch, items, seed, lambda _: None) for seed in seeds(5, 8)]
    expected = math.sqrt(sum((count / items - 1) ** 2 for count in counts) / 8)
    found = measure_hyperloglog(sketch, items, 5, sketches=8)
    assert found.measured == pytest.approx(expected, rel=1e-9, abs=1e-12)


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
def test_a_standard_error_is_told_from_eight_sketches_to_four_hundred(
    sketches: int,
) -> None:
    with pytest.raises(SketchError, match=rf"^sketches: read {sketches}; expected 8 to 400 to"):
        measure_hyperloglog(hyperloglog(10), 1000, sketches=sketches)
