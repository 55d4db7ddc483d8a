"""Real sketches, built and counted: their error beside the one that the formula predicts.

Hashes are those of `hashing`, so one seed gives one result. What is built stays within MEMORY.
Whoever watches the progress can stop a measurement by raising an exception there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from estimators.sketches.bloom import false_positives
from estimators.sketches.cardinality import counted
from estimators.sketches.confidence import spread, wilson
from estimators.sketches.hashing import CHUNK, Places, Words, chunks, seeds, splitmix64
from models.sketch import Bloom, CountMin, HyperLogLog, Measured, Sketch, SketchError

Progress: TypeAlias = Callable[[float], None]
"""Told the share that is done, 0 to 1."""

LARGEST: Final = 10_000_000
"""Items that a measurement may take."""
MEMORY: Final = 1 << 30
"""Bytes that a measurement may take."""

LOOKUPS: Final = 1_000_000
"""Items that a Bloom filter is asked for: a share of 1% is then known to 2% of itself."""
DIFFERENT: Final = 1_000_000
"""Different items that a stream has at most."""
FEWEST: Final = 8
MOST: Final = 400
"""How many sketches a standard error is told from: to a quarter of itself, and to a thirtieth."""
HASHED: Final = 160_000_000
"""Items that all these sketches see together, some seconds' worth."""
REGISTER: Final = 10
"""What the reading of a register costs, in items."""
SETTLED: Final = 40
"""Items per register from which the standard error of a HyperLogLog is the formula's to 1%. With
fewer it is smaller (two thirds of it at the very start), and the formula is a bound."""

WORKING: Final = 12 * 8 * CHUNK
"""Bytes for a chunk: twelve words for each item at most."""


def room(sketch: Sketch, items: int, lookups: int = LOOKUPS) -> int:
    """The memory that it takes to measure a sketch.

    A bit takes a byte while it is measured, and a counter or a register eight: that is what numpy
    sets at once.

    Args:
        sketch: what is to be measured.
        items: how many it holds or sees, at least one.
        lookups: how often Bloom filters are asked.

    Returns:
        Bytes, at most.
    """
    match sketch:
        case Bloom():
            return _filters(sketch, items, lookups) * sketch.bits + WORKING
        case CountMin():
            return 8 * sketch.width + 8 * 8 * min(items, DIFFERENT)
        case HyperLogLog():
            return 5 * 8 * sketch.registers + WORKING


def measure_bloom(
    sketch: Bloom,
    items: int | None = None,
    lookups: int = LOOKUPS,
    seed: int = 1,
    progress: Progress | None = None,
) -> Measured:
    """Fill Bloom filters, ask for items that were never added, and count how often they say yes.

    predicted = (1 - e^(-hashes * items / bits))^hashes

    Each hash function is a SplitMix64 of its own. Double hashing, which makes them all from two,
    adds false positives that the formula does not know of: a tenth more at 1% and 100 items, and
    nothing to speak of at 10,000. The formula itself is too low by a few parts in the number of
    bits (Bose et al.), which shows below some hundreds of bits. Small filters are filled side by
    side, as many as it takes for what differs between them to weigh little in the interval.

    Args:
        sketch: the filter.
        items: how many different items each filter holds; as many as it is made for unless given.
        lookups: how many other items are asked for in all.
        seed: picks the hash functions.
        progress: told the share that is done.

    Returns:
        The share of false positives with its Wilson interval.

    Raises:
        SketchError: fewer than one item or lookup, or more than LARGEST or MEMORY allow.

    Source: Bloom, Space/Time Trade-offs in Hash Coding with Allowable Errors (CACM 13, 1970);
    Kirsch and Mitzenmacher, Less Hashing, Same Performance (ESA 2006); Bose et al., On the
    False-Positive Rate of Bloom Filters (Information Processing Letters 108, 2008).
    """
    held = round(sketch.items) if items is None else items
    _expect(held, "items", 1, LARGEST)
    _expect(lookups, "lookups", 1, LARGEST)
    _expect_room(sketch, held, lookups)
    filters = _filters(sketch, held, lookups)
    added, asked = filters * held, -(-lookups // filters)
    array = np.zeros(filters * sketch.bits, dtype=np.bool_)
    functions = seeds(seed, sketch.hashes)
    tell = _telling(progress, added + lookups)
    for first, count in chunks(added):
        start = _starts(first, count, held, sketch.bits)
        for function in functions:
            array[_places(function, first, count, sketch.bits, start)] = True
        tell(count)
    false = 0
    for first, count in chunks(lookups):
        start = _starts(first, count, asked, sketch.bits)
        found = np.ones(count, dtype=np.bool_)
        for function in functions:
            found &= array[_places(function, added + first, count, sketch.bits, start)]
        false += int(np.count_nonzero(found))
        tell(count)
    predicted = float(false_positives(sketch.bits, sketch.hashes, held))
    low, high = wilson(false, lookups)
    share = false / lookups
    holds = low <= predicted <= high
    return Measured("false positives", held, lookups, predicted, share, low, high, holds)


def measure_count_min(
    sketch: CountMin, events: int, seed: int = 1, progress: Progress | None = None
) -> Measured:
    """Count a stream in which some items are frequent, and see how many counts are far too high.

    predicted = delta: the share of items whose count is more than epsilon * events too high

    The stream is Zipf's: the item of rank k is seen in proportion to 1 / k. How often each is seen
    is all that matters to the counters, so all that is seen of an item is added at once, as the
    authors do. A row is hashed, counted and asked before the next one.

    Args:
        sketch: the Count-Min sketch.
        events: the length of the stream, of up to DIFFERENT different items.
        seed: picks the hash functions.
        progress: told the share that is done.

    Returns:
        The share of different items that are overestimated by more than epsilon of the stream, with
        its Wilson interval, as if each were hashed on its own. It holds unless it is above delta
        for certain: delta is a bound, and a wide one.

    Raises:
        SketchError: fewer than one event, more than LARGEST or MEMORY allow, or counters too small
            for the stream.

    Source: Cormode and Muthukrishnan, An Improved Data Stream Summary: The Count-Min Sketch and its
    Applications (Journal of Algorithms 55, 2005); Breslau et al., Web Caching and Zipf-like
    Distributions (INFOCOM 1999).
    """
    _expect(events, "events", 1, LARGEST)
    _expect_room(sketch, events)
    seen = _zipf(events)
    estimate = np.full(seen.size, np.inf)
    tell = _telling(progress, sketch.depth)
    for function in seeds(seed, sketch.depth):
        places = _places(function, 0, seen.size, sketch.width)
        counters = np.bincount(places, weights=seen, minlength=sketch.width)
        if counters.max() >= 2.0**sketch.counter_bits:
            raise SketchError(
                f"a counter of {sketch.counter_bits} bits overflows: {int(counters.max()):,} of "
                f"{events:,} events fall on it; take wider counters or fewer events"
            )
        np.minimum(estimate, counters[places], out=estimate)
        tell(1)
    assert (estimate >= seen).all(), "a Count-Min sketch counted too little"
    above = int(np.count_nonzero(estimate - seen > sketch.epsilon * events))
    low, high = wilson(above, seen.size)
    return Measured(
        what="overestimates beyond epsilon",
        items=events,
        trials=seen.size,
        predicted=sketch.delta,
        measured=above / seen.size,
        low=low,
        high=high,
        holds=low <= sketch.delta,
    )


def measure_hyperloglog(
    sketch: HyperLogLog,
    items: int,
    seed: int = 1,
    progress: Progress | None = None,
    sketches: int | None = None,
) -> Measured:
    """Count the same items with many HyperLogLogs of different hashes: how far off are they?

    measured = root of the mean of ((estimate - items) / items)^2

    The estimate is `cardinality` of the registers. DataSketches promises a smaller error because it
    counts while items come, so its sketches are counted like that.

    Args:
        sketch: the HyperLogLog.
        items: how many different items each one sees.
        seed: picks the hash functions.
        progress: told the share that is done.
        sketches: how many are built; by default as many as a few seconds allow, FEWEST to MOST.

    Returns:
        The relative error with its interval. Below SETTLED items a register the standard error is a
        bound, and holds unless the error is above it for certain.

    Raises:
        SketchError: fewer than one item, more than LARGEST or MEMORY allow, fewer than FEWEST
            sketches or more than MOST, or registers too small for so many items.

    Source: Flajolet et al., HyperLogLog: the analysis of a near-optimal cardinality estimation
    algorithm (AofA 2007).
    """
    _expect(items, "items", 1, LARGEST)
    _expect_room(sketch, items)
    if sketches is None:
        sketches = HASHED // (items + REGISTER * sketch.registers)
        sketches = min(max(sketches, FEWEST), MOST)
    _expect(sketches, "sketches", FEWEST, MOST)
    tell = _telling(progress, sketches * items)
    total = 0.0
    for function in seeds(seed, sketches):
        estimate = counted(sketch, items, function, tell)
        if math.isinf(estimate):
            raise SketchError(
                f"all registers of {sketch.register_bits} bits are full after {items:,} items; "
                "take wider or more registers, or fewer items"
            )
        total += (estimate / items - 1.0) ** 2
    error = math.sqrt(total / sketches)
    low, high = spread(error, sketches)
    bound = items < SETTLED * sketch.registers
    holds = low <= sketch.error and (bound or sketch.error <= high)
    return Measured("relative error", items, sketches, sketch.error, error, low, high, holds)


def _expect(count: int, what: str, fewest: int, most: int) -> None:
    if not fewest <= count <= most:
        expected = f"{fewest:,} to {most:,} to measure with"
        raise SketchError(f"{what}: read {count:,}; expected {expected}")


def _expect_room(sketch: Sketch, items: int, lookups: int = LOOKUPS) -> None:
    needed = room(sketch, items, lookups)
    if needed > MEMORY:
        raise SketchError(
            f"measuring this sketch takes {needed / 2**20:,.0f} MiB, {MEMORY / 2**20:,.0f} MiB are "
            "allowed; size it for fewer items or a larger error"
        )


def _telling(progress: Progress | None, total: int) -> Callable[[int], None]:
    """Adds up what is done, and tells its share."""
    done = 0

    def tell(part: int) -> None:
        nonlocal done
        done += part
        if progress is not None:
            progress(done / total)

    return tell


def _filters(sketch: Bloom, items: int, lookups: int) -> int:
    """How many filters are filled side by side.

    The share of false positives differs from filter to filter, with a variance of about
    (hashes * share)^2 / (3 * bits). While each is asked bits / (2 * hashes) times or less, that
    adds but some percent to the width of the interval.
    """
    wanted = -(-2 * sketch.hashes * lookups // sketch.bits)
    return max(1, min(wanted, lookups, LARGEST // items))


def _starts(first: int, count: int, each: int, bits: int) -> Words:
    """Where the filter of each item starts, where every filter takes so many items in turn."""
    return np.arange(first, first + count, dtype=np.uint64) // np.uint64(each) * np.uint64(bits)


def _places(
    function: int, first: int, count: int, length: int, start: Words | None = None
) -> Places:
    """Where a hash function puts items in an array. 64 bits leave no bias to speak of."""
    places = splitmix64(function, first, count)
    places %= np.uint64(length)
    if start is not None:
        places += start
    return places.view(np.int64)


def _zipf(events: int) -> npt.NDArray[np.float64]:
    """How often each item of a Zipf stream of so many events is seen, the most frequent first."""
    reach = np.cumsum(1.0 / np.arange(1, min(events, DIFFERENT) + 1))
    counts: npt.NDArray[np.float64] = np.diff(np.rint(reach / reach[-1] * events), prepend=0.0)
    return counts[counts > 0.0]
