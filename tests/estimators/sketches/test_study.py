"""Sketches from all sides: what stands beside them, and that nothing breaks at the ends."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.sketches.bloom_built import CONVENTIONS, bloom_for_error, bloom_for_size
from estimators.sketches.count_min import count_min_for_error, count_min_for_size
from estimators.sketches.hyperloglog import LAYOUTS, hyperloglog_for_precision
from estimators.sketches.study import (
    BloomFacts,
    CountMinFacts,
    HyperLogLogFacts,
    study_bloom,
    study_count_min,
    study_hyperloglog,
)
from models.sketch import Convention, Said

BLOOM = bloom_for_error(1_000_000, 0.01)
COUNT_MIN = count_min_for_size(2000, 7, "redis")


def test_a_ratio_is_what_holds_over_what_is_documented() -> None:
    assert Said("a", 0.5, 0.25).ratio == 0.5
    assert Said("a", 0.0, 0.0).ratio is None


def test_what_is_too_rare_for_a_number_has_no_ratio() -> None:
    """A megabyte for one item, and a thousand rows: both errors are below the least float."""
    (bloom,) = study_bloom(bloom_for_size(1, 8_000_000)).said
    assert (bloom.documented, bloom.ratio) == (0.0, None)
    _, rows = study_count_min(count_min_for_size(2000, 1000), 100, 1000).said
    assert (rows.documented, rows.ratio) == (0.0, None)


@pytest.mark.parametrize(
    ("items", "bits"), [(1, 1), (1, 2), (10**15, 1), (1, 2**40), (5e17, 2**62)]
)
def test_no_filter_is_too_odd_to_be_studied(items: float, bits: int) -> None:
    study = study_bloom(bloom_for_size(items, bits))
    assert study.rivals
    assert (items, study.sketch.bytes) == (study.items, math.ceil(bits / 8))


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_filter_stands_among_the_sizes_of_other_errors(convention: Convention) -> None:
    sketch = bloom_for_error(1000, 0.003, convention)
    assert_among(study_bloom(sketch).sizes, sketch.fp, sketch.bytes)


@pytest.mark.parametrize("convention", LAYOUTS)
def test_a_hyperloglog_stands_among_them_even_where_it_has_one_size(convention: Convention) -> None:
    sketch = hyperloglog_for_precision(LAYOUTS[convention].precisions[-1], convention)
    sizes = study_hyperloglog(sketch, 1e9).sizes
    assert_among(sizes, sketch.error, sketch.bytes)
    assert (len(sizes) == 1) == (convention in {"redis", "cassandra"})


@pytest.mark.parametrize("epsilon", [0.001, 0.0007, 0.3])
def test_a_count_min_sketch_stands_among_them(epsilon: float) -> None:
    sketch = count_min_for_error(epsilon, 0.01, "redis")
    sizes = study_count_min(sketch, 1000, 1e6).sizes
    assert_among(sizes, sketch.epsilon, sketch.bytes)
    # 2 / 2000 is a thousandth, which is among the others: it stands there once.
    assert [error for error, _ in sizes].count(0.001) == 1


def assert_among(sizes: tuple[tuple[float, float], ...], error: float, taken: int) -> None:
    errors = [each for each, _ in sizes]
    assert errors == sorted(set(errors), reverse=True)
    assert (error, taken) in sizes


def test_a_filter_of_a_million_items_at_one_in_a_hundred() -> None:
    """Redis documentation, Bloom filter: 9.585 bits an item at 1%, 14.378 at 0.1%."""
    facts = study_bloom(BLOOM).facts
    assert isinstance(facts, BloomFacts)
    assert facts.each == pytest.approx(9.585, abs=5e-4)
    (one, held), (tenth, fewer) = facts.holds
    assert (one, tenth) == (0.01, 0.001)
    # With 7 hashes where 6.64 are best: a little less at 1%, and 10 would be best at 0.1%.
    assert held == pytest.approx(1e6, rel=1e-3)
    assert held < 1e6
    assert (1 - math.exp(-7 * fewer / BLOOM.bits)) ** 7 == pytest.approx(0.001, rel=1e-9)
    assert fewer < 1e6 * 9.585 / 14.378


def test_a_sketch_of_2000_counters_and_a_stream_of_a_million() -> None:
    """RedisBloom: 0.1% of a million is 1,000, and its counters stop at UINT32_MAX."""
    facts = study_count_min(COUNT_MIN, 1000, 1e6).facts
    assert facts == CountMinFacts(1e6, 1000.0, 1001, 4_294_967_295, False)
    longer = study_count_min(COUNT_MIN, 1000, 1e10).facts
    assert isinstance(longer, CountMinFacts)
    assert longer.overflows


def test_redis_counts_to_1_6_per_cent_in_19_of_20_cases() -> None:
    """Its standard error is 0.81%; the thresholds are those of Flajolet and of Heule."""
    facts = study_hyperloglog(hyperloglog_for_precision(14, "redis"), 1e9).facts
    assert isinstance(facts, HyperLogLogFacts)
    assert facts.within == pytest.approx(1.96 * 0.0081, rel=5e-3)
    assert (facts.linear_below, facts.corrected_below) == (40_960, 11_500)
    assert facts.linear_error is None
    assert facts.full == 2.0**64


def test_few_items_are_told_linearly_and_better() -> None:
    """Whang et al. (1990), by its series: about sqrt(t^2 / 2 * m) / n, 1 / sqrt(2 m)."""
    sketch = hyperloglog_for_precision(14)
    facts = study_hyperloglog(sketch, 100).facts
    assert isinstance(facts, HyperLogLogFacts)
    assert facts.linear_error == pytest.approx(1 / math.sqrt(2 * 16_384), rel=0.01)


@pytest.mark.parametrize(("precision", "known"), [(18, True), (19, False), (26, False)])
def test_thresholds_end_at_a_precision_of_18(precision: int, known: bool) -> None:
    facts = study_hyperloglog(hyperloglog_for_precision(precision), 1e9).facts
    assert isinstance(facts, HyperLogLogFacts)
    assert (facts.corrected_below == 350_000) is known
    assert (facts.corrected_below is None) is not known


@given(st.integers(1, 10**9), st.integers(1, 10**12))
@settings(deadline=None, max_examples=30)
def test_a_filter_gets_worse_as_it_fills(items: int, bits: int) -> None:
    study = study_bloom(bloom_for_size(items, bits))
    assert [each.fp for each in study.fills] == sorted(each.fp for each in study.fills)
    assert [fp for _, fp in study.curve] == sorted(fp for _, fp in study.curve)
