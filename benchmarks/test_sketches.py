"""Real sketches as `--measure` builds them, beside compiled libraries, in one run.

Each fills a filter of 1% with a million items and asks it for a million others, or counts a million
items. Libraries hash Python's own integers one by one, or are given an array where they take one.
"""

import numpy as np
import pytest
from datasketches import hll_sketch, tgt_hll_type
from rbloom import Bloom as RustBloom

from estimators.sketches.bloom_built import bloom_for_error
from estimators.sketches.hyperloglog import hyperloglog_for_precision
from estimators.sketches.measure import measure_bloom, measure_hyperloglog

ITEMS = 1_000_000


@pytest.mark.benchmark(group="a Bloom filter of a million items, filled and asked")
def test_bloom_measured(benchmark):
    sketch = bloom_for_error(ITEMS, 0.01)
    assert benchmark(measure_bloom, sketch, lookups=ITEMS).holds


@pytest.mark.benchmark(group="a Bloom filter of a million items, filled and asked")
def test_bloom_in_rust_one_by_one(benchmark):
    def run():
        bloom = RustBloom(ITEMS, 0.01)
        bloom.update(range(ITEMS))
        return sum(n in bloom for n in range(ITEMS, 2 * ITEMS))

    assert benchmark(run) < 0.02 * ITEMS


@pytest.mark.benchmark(group="a HyperLogLog of a million items, counted eight times")
def test_hyperloglog_measured(benchmark):
    sketch = hyperloglog_for_precision(14)
    assert benchmark(measure_hyperloglog, sketch, ITEMS, sketches=8).measured < 0.05


@pytest.mark.benchmark(group="a HyperLogLog of a million items, counted eight times")
def test_hyperloglog_of_datasketches(benchmark):
    items = np.arange(ITEMS)

    def run():
        for turn in range(8):
            sketch = hll_sketch(14, tgt_hll_type.HLL_8)
            for item in (items + turn * ITEMS).tolist():
                sketch.update(item)
        return sketch.get_estimate()

    assert benchmark(run) == pytest.approx(ITEMS, rel=0.05)
