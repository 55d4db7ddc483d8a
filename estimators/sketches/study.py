"""A sketch from all sides: as it fills, at other errors, beside what does the same job."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from estimators.sketches.bloom import false_positives, fill
from estimators.sketches.bloom_built import bloom_for_error
from estimators.sketches.count_min import count_min_for_error
from estimators.sketches.exact import exact_rivals
from estimators.sketches.filters import rivals
from estimators.sketches.hyperloglog import hyperloglog_for_error
from models.sketch import Bloom, CountMin, HyperLogLog, Rival, Said, Sketch, SketchError

FILLS: Final = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
"""Parts of what a filter is made for, and beyond."""
CURVE: Final = tuple(0.25 + n / 40 for n in range(111))
"""The same for its curve: from a quarter to three times."""
ERRORS: Final = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0001)
"""Errors at which sizes are shown."""


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
class Study:
    """A sketch and what stands beside it.

    Args:
        sketch: it.
        items: how many different items it holds or sees.
        fills: of a Bloom filter, how it does as it fills and past its capacity.
        curve: the same, its items and its share of false positives alone, finer.
        sizes: errors with the bytes that they take.
        rivals: what does the same job: other sketches, and exact structures.
        said: the documented formulas of its error.
    """

    sketch: Sketch
    items: float
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
    sizes = _sizes(lambda error: bloom_for_error(items, error, sketch.convention).bytes)
    error = min(max(sketch.fp, 1e-12), 1 - 1e-12)
    others = (*rivals(items, error), *exact_rivals("membership", items))
    said = Said("(1 - e^(-kn/m))^k", sketch.fp, _each_bit_drawn(sketch))
    return Study(sketch, items, fills, curve, sizes, others, (said,))


def _each_bit_drawn(sketch: Bloom) -> float:
    """The share of false positives where each bit is set by chance: (1 - (1 - 1/m)^(kn))^k."""
    missed = sketch.hashes * sketch.items * math.log1p(-1 / sketch.bits) if sketch.bits > 1 else 0.0
    return float((-math.expm1(missed)) ** sketch.hashes) if sketch.bits > 1 else 1.0


def study_count_min(sketch: CountMin, items: float) -> Study:
    """A Count-Min sketch at other errors, beside exact counters of so many different items."""
    delta = min(max(sketch.delta, 1e-12), 1 - 1e-12)

    def size(error: float) -> float:
        return count_min_for_error(error, delta, sketch.convention, sketch.counter_bits).bytes

    said = (
        Said("e / w", math.e / sketch.width, sketch.epsilon),
        Said("1 / e^d", math.exp(-sketch.depth), sketch.delta),
    )
    return Study(sketch, items, (), (), _sizes(size), exact_rivals("frequency", items), said)


def study_hyperloglog(sketch: HyperLogLog, items: float) -> Study:
    """A HyperLogLog at other errors, beside exact sets of so many different items."""

    def size(error: float) -> float:
        return hyperloglog_for_error(error, sketch.convention, sketch.register_bits).bytes

    said = Said("1.04 / sqrt(m)", 1.04 / math.sqrt(sketch.registers), sketch.error)
    others = exact_rivals("cardinality", items)
    return Study(sketch, items, (), (), _sizes(size), others, (said,))


def _sizes(size: Callable[[float], float]) -> tuple[tuple[float, float], ...]:
    """The bytes that each error takes, where a sketch of that error can be."""
    found = []
    for error in ERRORS:
        try:
            found.append((error, float(size(error))))
        except SketchError:
            continue
    return tuple(found)
