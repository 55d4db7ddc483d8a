"""Bloom filters as they are built, each by the rounding and the layout of one library."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from estimators.sketches.bloom import (
    LARGEST,
    LN2,
    check_array,
    check_error,
    check_items,
    false_positives,
)
from estimators.sketches.expected import NAMES, layout_of
from models.sketch import Bloom, Convention, SketchError


@dataclass(frozen=True, slots=True)
class Layout:
    """How a library builds a filter.

    Args:
        for_error: from items and an error, the bits before they are rounded up to words, and the
            hashes.
        for_size: the same from items and the bits that are given.
        word: the array is a whole number of so many bits.
        header: bytes kept beside the array.
        most: bits that an array can have; Java counts its 64-bit words in 31 bits.
    """

    for_error: Callable[[float, float], tuple[int, int]]
    for_size: Callable[[float, int], tuple[int, int]]
    word: int = 64
    header: int = 0
    most: int = (2**31 - 1) * 64


def _bits(items: float, error: float) -> float:
    """-n ln p / (ln 2)^2, in the order in which the libraries compute it."""
    return -items * math.log(error) / (LN2 * LN2)


def _nearest_hashes(items: float, bits: int) -> int:
    return max(1, round(bits / items * LN2))


def _textbook_for_error(items: float, error: float) -> tuple[int, int]:
    bits = math.ceil(_bits(items, error))
    return bits, _nearest_hashes(items, bits)


def _given(items: float, bits: int) -> tuple[int, int]:
    return bits, _nearest_hashes(items, bits)


# RedisBloom's own digits of ln 2 and its square: where the hashes are a whole number, they decide.
REDIS_LN2: Final = 0.693147180559945
REDIS_LN2_SQUARED: Final = 0.480453013918201
SMALLEST: Final = 5e-324


def _redis_for_error(items: float, error: float) -> tuple[int, int]:
    """The first filter of a chain takes half of the error, the second a quarter, and so on."""
    tightened = max(error * 0.5, SMALLEST)
    each = -(math.log(tightened) / REDIS_LN2_SQUARED)
    return max(1, int(items * each)), math.ceil(REDIS_LN2 * each)


def _redis_for_size(items: float, bits: int) -> tuple[int, int]:
    """Redis is asked by error alone: the hashes of the error that takes so many bits."""
    return bits, math.ceil(REDIS_LN2 * (bits / items))


def _datasketches_for_error(items: float, error: float) -> tuple[int, int]:
    return math.ceil(_bits(items, error)), math.ceil(-math.log(error) / LN2)


def _datasketches_for_size(items: float, bits: int) -> tuple[int, int]:
    return bits, math.ceil(bits / items * LN2)


GUAVA_HASHES: Final = 255


def _guava_for_error(items: float, error: float) -> tuple[int, int]:
    # Java rounds a half up.
    hashes = max(1, math.floor(-math.log(error) / LN2 + 0.5))
    if hashes > GUAVA_HASHES:
        raise SketchError(
            f"fp: read {error:.4g}; expected at least {2.0**-GUAVA_HASHES:.3g}, "
            f"{GUAVA_HASHES} hashes (Guava)"
        )
    return int(_bits(items, error)), hashes


CASSANDRA_EXCESS: Final = 20
CASSANDRA_BUCKETS: Final = range(2, 21)
"""Bits an item that its table knows."""


def _cassandra_chance(buckets: int, hashes: int) -> float:
    """An entry of Cassandra's table: three decimals up to 5 bits an item, then three digits."""
    chance = (1.0 - math.exp(-hashes / buckets)) ** hashes
    return float(f"{chance:.3f}" if buckets <= 5 else f"{chance:.2e}")


def _cassandra_hashes(buckets: int) -> int:
    """The best in the table, the fewest of equals."""
    return min(range(1, buckets + 1), key=lambda hashes: _cassandra_chance(buckets, hashes))


def _cassandra_for_error(items: float, error: float) -> tuple[int, int]:
    if error >= _cassandra_chance(2, 1):
        # Its source takes 2 hashes and 1 bit an item here: 2 bits and 1 hash are meant, but the
        # two arguments are swapped (scylladb/scylladb issue 31204).
        return math.ceil(items) + CASSANDRA_EXCESS, 2
    for buckets in CASSANDRA_BUCKETS:
        hashes = _cassandra_hashes(buckets)
        if _cassandra_chance(buckets, hashes) <= error:
            while _cassandra_chance(buckets, hashes - 1) <= error:
                hashes -= 1
            return math.ceil(items * buckets) + CASSANDRA_EXCESS, hashes
    least = _cassandra_chance(20, _cassandra_hashes(20))
    raise SketchError(
        f"fp: read {error:.4g}; expected at least {least:.3g}, 20 bits an item (Cassandra)"
    )


def _cassandra_for_size(items: float, bits: int) -> tuple[int, int]:
    """Whole bits an item: as many as the size has room for, 20 at most."""
    buckets = min(int((bits - CASSANDRA_EXCESS) / items), CASSANDRA_BUCKETS[-1])
    if buckets < 1:
        raise SketchError(
            f"bits: read {bits:,}; expected at least {math.ceil(items) + CASSANDRA_EXCESS:,}, "
            f"1 bit an item and {CASSANDRA_EXCESS} more (Cassandra)"
        )
    return math.ceil(items * buckets) + CASSANDRA_EXCESS, _cassandra_hashes(buckets)


CONVENTIONS: Final[Mapping[Convention, Layout]] = {
    "textbook": Layout(_textbook_for_error, _given, word=1, most=LARGEST),
    "redis": Layout(_redis_for_error, _redis_for_size, most=LARGEST),
    "datasketches": Layout(_datasketches_for_error, _datasketches_for_size, header=32),
    "guava": Layout(_guava_for_error, _given),
    "cassandra": Layout(_cassandra_for_error, _cassandra_for_size),
}
"""Whose filters are known, and how each is laid out: see bloom_for_error."""


def bloom_for_error(items: float, error: float, convention: Convention = "textbook") -> Bloom:
    """The filter that a library builds for so many items at an error.

    bits = -n ln p / (ln 2)^2,   hashes = bits / n * ln 2,   rounded as each library does:

    - textbook: bits up, hashes to the nearest, at least 1; bytes are bits / 8 up. So hur.st and
      pyprobables.
    - redis: the first filter of a scaling chain, which is built for half of the error; bits down
      and then up to 64, hashes up. Bytes are those of BF.DEBUG; BF.INFO counts 96 more for the
      chain and its link.
    - datasketches: bits up and then up to 64, hashes up from the error. Bytes are those it is
      stored in, with a header of 32.
    - guava: bits down and then up to 64, hashes from the error to the nearest, at least 1. Bytes
      are those of the array; 6 more when it is written.
    - cassandra: whole bits an item and the fewest hashes that do by its table, then 20 bits and up
      to 64. Bytes are those off the heap; 8 more when it is written.

    Args:
        items: how many different items it will hold, at least 1.
        error: the share of false positives once it holds them, above 0 and below 1.
        convention: whose rounding.

    Returns:
        The filter; its `fp` is of its own bits and hashes, so it can be off what was asked.

    Raises:
        SketchError: an argument out of its range, an unknown convention, or a filter that the
            library cannot build.

    Source: hur.st/bloomfilter; RedisBloom, src/sb.c and deps/bloom/bloom.c; Apache DataSketches
    (C++), filters/include/bloom_filter_builder_impl.hpp and bloom_filter_impl.hpp; Guava,
    com/google/common/hash/BloomFilter.java and BloomFilterStrategies.java; Apache Cassandra,
    org/apache/cassandra/utils/BloomCalculations.java and FilterFactory.java.
    """
    layout = layout_of(CONVENTIONS, convention, "Bloom filter")
    check_items(items)
    check_error(error)
    bits, hashes = layout.for_error(items, error)
    return _built(convention, items, error, bits, hashes)


def bloom_for_size(
    items: float, bits: int, convention: Convention = "textbook", hashes: int | None = None
) -> Bloom:
    """The filter of a size for so many items, with the best number of hashes.

    hashes = bits / items * ln 2, rounded as each library does

    datasketches rounds up, as its builder does when it is given items and bits. redis rounds up
    too; it is asked by error alone, so this is the error that takes so many bits. cassandra takes
    the whole bits an item that the size has room for, 20 at most, and the best hashes of its table.

    Args:
        items: how many different items it will hold, at least 1.
        bits: the length of the array; all but textbook round it up to 64.
        convention: whose rounding.
        hashes: how many bits an item sets; the best number unless given.

    Returns:
        The filter, with `fp` as its error and nothing asked.

    Raises:
        SketchError: an argument out of its range, an unknown convention, or a filter that the
            library cannot build.

    Source: as of bloom_for_error; Guava once took its hashes from items and bits.
    """
    layout = layout_of(CONVENTIONS, convention, "Bloom filter")
    check_items(items)
    check_array(bits)
    taken, best = layout.for_size(items, bits)
    return _built(convention, items, None, taken, best if hashes is None else hashes)


def bloom_that_fits(bits: int, error: float, convention: Convention = "textbook") -> Bloom:
    """The filter of a size with as many items as keep an error.

    items = the most whose false positives are at or below the error, each with the hashes of
    bloom_for_size: bits * (ln 2)^2 / -ln(error), less what whole hashes cost

    Found by bisection. The error grows with the items, but may fall where there is one hash less:
    there it is looked for again.

    Args:
        bits: the length of the array; all but textbook round it up to 64.
        error: the share of false positives that is allowed, above 0 and below 1.
        convention: whose rounding.

    Returns:
        The filter, with a whole number of items and the error as what was asked.

    Raises:
        SketchError: an argument out of its range, an unknown convention, or a size at which one
            item errs more already.

    Source: as of bloom_for_size.
    """
    check_error(error)

    def built(items: int) -> Bloom | None:
        try:
            return bloom_for_size(items, bits, convention)
        except SketchError:  # less than a bit an item
            return None

    def keeps(items: int) -> bool:
        found = built(items)
        return found is not None and found.fp <= error

    def same_hashes(hashes: int, items: int) -> bool:
        found = built(items)
        return found is not None and found.hashes == hashes

    if bloom_for_size(1, bits, convention).fp > error:
        enough = f"enough for an item at {error:.4g} ({NAMES[convention]})"
        raise SketchError(f"bits: read {bits:,}; expected {enough}")
    items, least = 1, 1
    while keeps(least):
        items = _last(keeps, least)
        hashes = bloom_for_size(items, bits, convention).hashes
        least = _last(partial(same_hashes, hashes), items) + 1
    return replace(bloom_for_size(items, bits, convention), asked=error)


def _last(holds: Callable[[int], bool], first: int) -> int:
    """The last number for which something holds, as it does for the first."""
    low, high = first, LARGEST + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _built(
    convention: Convention, items: float, asked: float | None, bits: int, hashes: int
) -> Bloom:
    layout = CONVENTIONS[convention]
    if not 1 <= bits <= layout.most:
        raise SketchError(
            f"bits: read {bits:,} for {items:,.10g} items; expected 1 to {layout.most:,} "
            f"({NAMES[convention]})"
        )
    array = -(-bits // layout.word) * layout.word
    return Bloom(
        convention=convention,
        items=items,
        asked=asked,
        bits=array,
        hashes=hashes,
        bytes=-(-array // 8) + layout.header,
        fp=float(false_positives(array, hashes, items)),
    )
