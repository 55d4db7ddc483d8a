"""Real sketches, built and counted: their error beside the one that the formula predicts.

Hashes are those of `hashing`, so one seed gives one result. What is built stays within MEMORY.
Whoever watches the progress can stop a measurement by raising an exception there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from estimators.sketches.bloom import false_positives
from estimators.sketches.hashing import CHUNK, Places, Words, chunks, seeds, splitmix64
from models.sketch import Bloom, CountMin, HyperLogLog, Measured, SketchError

Sketch: TypeAlias = Bloom | CountMin | HyperLogLog
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

Z95: Final = 1.959963984540054
"""The standard normal score that 95% lie within, on both sides."""

POWERS: Final = np.uint64(1) << np.arange(64, dtype=np.uint64)
EMPTY: Final = np.uint64((1 << 64) - 1)
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
    sketch: CountMin, items: int, seed: int = 1, progress: Progress | None = None
) -> Measured:
    """Count a stream in which some items are frequent, and see how many counts are far too high.

    predicted = delta: the share of items whose count is more than epsilon * items too high

    The stream is Zipf's: the item of rank k is seen in proportion to 1 / k. How often each is seen
    is all that matters to the counters, so all that is seen of an item is added at once, as the
    authors do. A row is hashed, counted and asked before the next one.

    Args:
        sketch: the Count-Min sketch.
        items: events in the stream, of up to DIFFERENT different items.
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
    _expect(items, "events", 1, LARGEST)
    _expect_room(sketch, items)
    seen = _zipf(items)
    estimate = np.full(seen.size, np.inf)
    tell = _telling(progress, sketch.depth)
    for function in seeds(seed, sketch.depth):
        places = _places(function, 0, seen.size, sketch.width)
        counters = np.bincount(places, weights=seen, minlength=sketch.width)
        if counters.max() >= 2.0**sketch.counter_bits:
            raise SketchError(
                f"a counter of {sketch.counter_bits} bits overflows: {int(counters.max()):,} of "
                f"{items:,} events fall on it; take wider counters or fewer events"
            )
        np.minimum(estimate, counters[places], out=estimate)
        tell(1)
    assert (estimate >= seen).all(), "a Count-Min sketch counted too little"
    above = int(np.count_nonzero(estimate - seen > sketch.epsilon * items))
    low, high = wilson(above, seen.size)
    return Measured(
        what="overestimates beyond epsilon",
        items=items,
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
        estimate = _counted(sketch, items, function, tell)
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


def cardinality(histogram: Sequence[int]) -> float:
    """How many different items a HyperLogLog saw: Ertl's improved raw estimate.

    estimate = m^2 / (2 ln 2) / (m sigma(C_0 / m) + sum of C_k / 2^k + m tau(1 - C_max / m) / 2^q)
    sigma(x) = x + sum of x^(2^k) * 2^(k-1),   tau(x) = (1 - x - sum of (1 - x^(2^-k))^2 / 2^k) / 3
    for k = 1, 2, ...; the sum of C_k over k = 1..q, with q = max - 1

    Right over the whole range, from empty registers to full ones, without a table or a threshold.
    Redis counts like this. The constant is that of many registers: with 16 it reads 7% high, with
    128 less than 1%.

    Args:
        histogram: how many registers hold 0, 1 and so on up to the largest value they can (C_k);
            m is their sum.

    Returns:
        The estimate; 0 when all registers are empty, infinite when all are full.

    Source: Ertl, New cardinality estimation algorithms for HyperLogLog sketches (arXiv:1702.01284,
    2017), algorithm 6; Redis, src/hyperloglog.c, hllCount.
    """
    registers = sum(histogram)
    if histogram[-1] == registers:
        return math.inf
    total = registers * _tau(1.0 - histogram[-1] / registers)
    for count in histogram[-2:0:-1]:
        total = (total + count) / 2.0
    total += registers * _sigma(histogram[0] / registers)
    return registers * registers / (2.0 * math.log(2.0) * total)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95% confidence: Wilson's score interval.

    (p + z^2 / 2n -+ z * sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n),   p = hits / n, z = 1.96

    Args:
        hits: how often it happened.
        trials: of how many (n), at least one.

    Returns:
        The lower and the upper share.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference (JASA 22,
    1927); Newcombe, Two-sided confidence intervals for the single proportion (Statistics in
    Medicine 17, 1998), method 3.
    """
    share, square = hits / trials, Z95**2 / trials
    middle = share + square / 2.0
    half = math.sqrt(square * (share * (1.0 - share) + square / 4.0))
    # At the ends the two cancel: none of n leaves 0 open, and all of n leaves 1.
    low = 0.0 if hits == 0 else (middle - half) / (1.0 + square)
    high = 1.0 if hits == trials else (middle + half) / (1.0 + square)
    return low, high


def spread(error: float, trials: int) -> tuple[float, float]:
    """Between which the true standard error lies with 95% confidence, its mean known to be zero.

    error * sqrt(n / chi2(97.5%, n)) to error * sqrt(n / chi2(2.5%, n))
    chi2(p, n) = n * (1 - 2 / 9n + z_p * sqrt(2 / 9n))^3

    The quantiles of chi-square are Wilson and Hilferty's, within 2% from eight degrees of freedom.

    Args:
        error: the root mean square of what was measured.
        trials: how many measurements it is of (n).

    Returns:
        The lower and the upper standard error.

    Source: Wilson and Hilferty, The Distribution of Chi-Square (PNAS 17, 1931).
    """
    part = 2.0 / (9.0 * trials)
    low, high = (error * (1.0 - part + z * math.sqrt(part)) ** -1.5 for z in (Z95, -Z95))
    return low, high


def _expect(count: int, what: str, fewest: int, most: int) -> None:
    if not fewest <= count <= most:
        raise SketchError(f"{count:,} {what} to measure with; expected {fewest:,} to {most:,}")


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


def _zipf(items: int) -> npt.NDArray[np.float64]:
    """How often each item of a Zipf stream of so many events is seen, the most frequent first."""
    reach = np.cumsum(1.0 / np.arange(1, min(items, DIFFERENT) + 1))
    counts: npt.NDArray[np.float64] = np.diff(np.rint(reach / reach[-1] * items), prepend=0.0)
    return counts[counts > 0.0]


def _counted(sketch: HyperLogLog, items: int, function: int, tell: Callable[[int], None]) -> float:
    """How many different items one sketch says it saw.

    DataSketches counts while items come, the others when they are asked. A register holds the
    largest rank of the hashes that fell on it, which is that of the smallest of them: only that one
    is kept.
    """
    pick, in_order = np.uint64(sketch.precision), sketch.convention == "datasketches"
    largest = 64 - sketch.precision + 1
    # DataSketches has a table beside for what its four bits do not hold, so they are no limit.
    if not in_order:
        largest = min(largest, (1 << sketch.register_bits) - 1)
    smallest = np.full(sketch.registers, EMPTY)
    arrived, mass = 0.0, float(sketch.registers)
    for first, count in chunks(items):
        words = splitmix64(function, first, count)
        places = (words >> (np.uint64(64) - pick)).view(np.int64)
        words <<= pick
        if in_order:
            chances, mass = _chances(mass, smallest, places, words, largest)
            arrived += float((sketch.registers / chances).sum())
        np.minimum.at(smallest, places, words)
        tell(count)
    if in_order:
        return arrived
    return cardinality(np.bincount(_ranks(smallest, largest), minlength=largest + 1).tolist())


def _ranks(words: Words, largest: int) -> Places:
    """One more than the zeros that a word starts with, up to the largest; 0 where there is none."""
    lengths = np.searchsorted(POWERS, words, side="right")
    return np.where(words == EMPTY, 0, np.minimum(65 - lengths, largest))


def _chances(
    mass: float, smallest: Words, places: Places, words: Words, largest: int
) -> tuple[npt.NDArray[np.float64], float]:
    """Of the items that raise a register, the chance that any item would have just then.

    It is the mean of 2^-register; here times the registers, which is their mass. Such an item adds
    1 / chance to a count that is kept as items come. So Cohen, All-Distances Sketches, Revisited:
    HIP Estimators for Massive Graphs Analysis (PODS 2014), and Apache DataSketches, `HllArray`.

    Returns:
        The mass just before each of them, in the order in which they come, and after the last.
    """
    fit = np.flatnonzero(words < smallest[places])
    fit = fit[np.argsort(places[fit], kind="stable")]
    places, ranks = places[fit], _ranks(words[fit], largest)
    # What each register has reached, item by item: its place outweighs all ranks of the one before.
    reached = np.maximum.accumulate(places * 64 + ranks) - places * 64
    before = _ranks(smallest[places], largest)
    again = np.flatnonzero(places[1:] == places[:-1]) + 1
    before[again] = np.maximum(before[again], reached[again - 1])
    raised = np.flatnonzero(ranks > before)
    raised = raised[np.argsort(fit[raised])]
    falls = np.exp2(-before[raised]) - np.exp2(-ranks[raised])
    fallen = np.cumsum(falls)
    return mass - (fallen - falls), mass - float(falls.sum())


def _sigma(x: float) -> float:
    """What empty registers add: x is their share."""
    if x == 1.0:
        return math.inf
    total, weight, before = x, 1.0, -1.0
    while total != before:
        x *= x
        before, total = total, total + x * weight
        weight += weight
    return total


def _tau(x: float) -> float:
    """What full registers take away: x is the share of the others."""
    if x in (0.0, 1.0):
        return 0.0
    total, weight, before = 1.0 - x, 1.0, -1.0
    while total != before:
        x = math.sqrt(x)
        weight /= 2.0
        before, total = total, total - (1.0 - x) ** 2 * weight
    return total / 3.0
