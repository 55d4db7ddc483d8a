"""A sketch from all sides: as it fills, at other errors, beside what does the same job."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from estimators.sketches.bloom import false_positives, fill
from estimators.sketches.bloom_built import bloom_for_error
from estimators.sketches.confidence import Z95
from estimators.sketches.count_min import (
    can_overflow,
    count_min_for_error,
    heavy_hitter,
    overcount,
    overflow_after,
)
from estimators.sketches.exact import exact_rivals
from estimators.sketches.filters import rivals
from estimators.sketches.hyperloglog import (
    CORRECTED,
    hyperloglog_for_error,
    largest_count,
    linear_counting_below,
    linear_counting_error,
    sparse_below,
)
from models.sketch import Bloom, CountMin, HyperLogLog, Rival, Said, Sketch, SketchError

FILLS: Final = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
"""Parts of what a filter is made for, and beyond."""
CURVE: Final = tuple(0.25 + n / 40 for n in range(111))
"""The same for its curve: from a quarter to three times."""
ERRORS: Final = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0001)
"""Errors at which sizes are shown."""
HELD: Final = (0.01, 0.001)
"""Errors at which an array is asked how many items it holds."""


@dataclass(frozen=True, slots=True)
class Fill:
    """How a filter does with some items in it.

    Args:
        items: how many it holds.
        set: the share of its bits that are set.
        fp: the share of false positives.
    """

    items: float
    set: float
    fp: float


@dataclass(frozen=True, slots=True)
class BloomFacts:
    """What follows from the size of a Bloom filter.

    Args:
        each: bits an item.
        holds: errors, each with the items that the filter holds at it with its own hashes.
    """

    each: float
    holds: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class CountMinFacts:
    """What a Count-Min sketch does with a stream.

    Args:
        total: events in the stream.
        most: what it may add to an answer, events.
        heavy: the smallest count that stands out.
        full: the count at which a counter is full.
        overflows: whether the stream is long enough for that.
    """

    total: float
    most: float
    heavy: int
    full: int
    overflows: bool


@dataclass(frozen=True, slots=True)
class HyperLogLogFacts:
    """In which ranges a HyperLogLog counts in which way, and how well.

    Args:
        within: how far off 19 of 20 counts are at most, a share.
        linear_below: items below which the empty registers tell more.
        linear_error: the standard error of what they tell of the items; None where these are not
            below that.
        corrected_below: the same items for HyperLogLog++; None where it has no such precision.
        sparse_below: items below which they are listed one by one.
        full: what is told once all registers are full.
    """

    within: float
    linear_below: float
    linear_error: float | None
    corrected_below: float | None
    sparse_below: float
    full: float


@dataclass(frozen=True, slots=True)
class Study:
    """A sketch and what stands beside it.

    Args:
        sketch: it.
        items: how many different items it holds or sees.
        facts: what follows from its size.
        fills: of a Bloom filter, how it does as it fills and past its capacity.
        curve: the same, its items and its share of false positives alone, finer.
        sizes: errors with the bytes that they take, its own among them, the largest error first.
        rivals: what does the same job: other sketches, and exact structures.
        said: the documented formulas of its error.
    """

    sketch: Sketch
    items: float
    facts: BloomFacts | CountMinFacts | HyperLogLogFacts
    fills: tuple[Fill, ...]
    curve: tuple[tuple[float, float], ...]
    sizes: tuple[tuple[float, float], ...]
    rivals: tuple[Rival, ...]
    said: tuple[Said, ...]


def study_bloom(sketch: Bloom) -> Study:
    """A Bloom filter as it fills, at other errors, beside filters of the same error and exact."""
    items = sketch.items
    held = [items * part for part in FILLS]
    fills = tuple(
        Fill(
            n,
            float(fill(sketch.bits, sketch.hashes, n)),
            float(false_positives(sketch.bits, sketch.hashes, n)),
        )
        for n in held
    )
    curve = tuple(
        (items * part, float(false_positives(sketch.bits, sketch.hashes, items * part)))
        for part in CURVE
    )

    def size(error: float) -> int:
        return bloom_for_error(items, error, sketch.convention).bytes

    facts = BloomFacts(
        each=sketch.bits / items,
        holds=tuple((error, _holds(sketch, error)) for error in HELD),
    )
    sizes = _sizes(size, sketch.fp, sketch.bytes)
    error = min(max(sketch.fp, 1e-12), 1 - 1e-12)
    others = (*rivals(items, error), *exact_rivals("membership", items))
    said = Said("(1 - e^(-kn/m))^k", sketch.fp, _each_bit_drawn(sketch))
    return Study(sketch, items, facts, fills, curve, sizes, others, (said,))


def _holds(sketch: Bloom, error: float) -> float:
    """The items at which its array and hashes reach an error: -m/k ln(1 - error^(1/k))."""
    return -sketch.bits / sketch.hashes * math.log1p(-(error ** (1 / sketch.hashes)))


def _each_bit_drawn(sketch: Bloom) -> float:
    """The share of false positives where each bit is set by chance: (1 - (1 - 1/m)^(kn))^k."""
    missed = sketch.hashes * sketch.items * math.log1p(-1 / sketch.bits) if sketch.bits > 1 else 0.0
    return float((-math.expm1(missed)) ** sketch.hashes) if sketch.bits > 1 else 1.0


def study_count_min(sketch: CountMin, items: float, total: float) -> Study:
    """A Count-Min sketch at other errors, beside exact counters of so many different items.

    Args:
        sketch: it.
        items: how many different items there are.
        total: events in the stream.

    Returns:
        The study.
    """
    delta = min(max(sketch.delta, 1e-12), 1 - 1e-12)

    def size(error: float) -> int:
        return count_min_for_error(error, delta, sketch.convention, sketch.counter_bits).bytes

    said = (
        Said("e / w", math.e / sketch.width, sketch.epsilon),
        Said("1 / e^d", math.exp(-sketch.depth), sketch.delta),
    )
    facts = CountMinFacts(
        total=total,
        most=float(overcount(sketch.epsilon, total)),
        heavy=heavy_hitter(sketch.epsilon, total),
        full=overflow_after(sketch.counter_bits),
        overflows=can_overflow(sketch.counter_bits, total),
    )
    sizes = _sizes(size, sketch.epsilon, sketch.bytes)
    return Study(sketch, items, facts, (), (), sizes, exact_rivals("frequency", items), said)


def study_hyperloglog(sketch: HyperLogLog, items: float) -> Study:
    """A HyperLogLog at other errors, beside exact sets of so many different items."""

    def size(error: float) -> int:
        return hyperloglog_for_error(error, sketch.convention, sketch.register_bits).bytes

    said = Said("1.04 / sqrt(m)", 1.04 / math.sqrt(sketch.registers), sketch.error)
    others = exact_rivals("cardinality", items)
    linear = linear_counting_below(sketch.precision)
    facts = HyperLogLogFacts(
        within=Z95 * sketch.error,
        linear_below=linear,
        linear_error=(
            float(linear_counting_error(sketch.registers, items)) if items < linear else None
        ),
        corrected_below=(
            linear_counting_below(sketch.precision, corrected=True)
            if sketch.precision in CORRECTED
            else None
        ),
        sparse_below=sparse_below(sketch),
        full=largest_count(sketch),
    )
    sizes = _sizes(size, sketch.error, sketch.bytes)
    return Study(sketch, items, facts, (), (), sizes, others, (said,))


def _sizes(size: Callable[[float], int], own: float, taken: int) -> tuple[tuple[float, float], ...]:
    """The bytes that each error takes where a sketch of it can be, and those of its own."""
    found = {}
    for error in ERRORS:
        try:
            found[error] = float(size(error))
        except SketchError:
            continue
    found[own] = float(taken)
    return tuple(sorted(found.items(), reverse=True))
