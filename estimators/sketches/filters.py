"""Filters that answer the same question as a Bloom filter, at the same error.

Each gives up something for something else: a cache line instead of many, deletion, growth, or
bytes for not taking new items.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from estimators.number import Number
from estimators.sketches.bloom import check_array, check_error, check_items, false_positives
from estimators.sketches.bloom_built import bloom_for_error
from models.sketch import Bloom, Rival

Array = npt.NDArray[np.float64]

LINE: Final = 512
"""Bits of a cache line."""
COUNTER: Final = 4
"""Bits of a counter."""
BUCKET: Final = 4
"""Fingerprints in a bucket of a cuckoo filter."""
LOAD: Final = 0.95
"""How full such buckets get before an insertion fails (Fan et al. 2014)."""
FIRST: Final = 0.1
"""The share of its items that a scalable filter is first made for: the guess was ten times low."""
BISECTIONS: Final = 50


def rivals(items: float, error: float) -> tuple[Rival, ...]:
    """What other filters take for so many items at an error.

    - blocked: every bit of an item lies in one cache line of 512; see blocked_false_positives.
      Its hashes are those that need the fewest lines.
    - partitioned: a slice of the array for each hash; see partitioned_false_positives.
    - counting: a counter of 4 bits for each bit, so that items can be taken out again.
    - scalable: filters of doubling size and halving error; see scalable.
    - cuckoo: fingerprints of ceil(log2(8 / error)) bits in buckets of 4, 95% full.
    - xor: fingerprints of ceil(log2(1 / error)) bits in 1.23 * items + 32 slots.
    - binary fuse: the same fingerprints in 1.125 * items slots; more below a million items.

    Args:
        items: how many different items they will hold, at least 1.
        error: the share of false positives once they hold them, above 0 and below 1.

    Returns:
        The rivals, each with the error of its own rounding.

    Raises:
        SketchError: items or error out of its range.

    Source: Putze, Sanders and Singler, Cache-, Hash- and Space-Efficient Bloom Filters (WEA 2007);
    Kirsch and Mitzenmacher, Less Hashing, Same Performance (ESA 2006); Fan et al., Summary Cache
    (IEEE/ACM Transactions on Networking 8, 2000); Almeida et al., Scalable Bloom Filters
    (Information Processing Letters 101, 2007); Fan et al., Cuckoo Filter: Practically Better Than
    Bloom (CoNEXT 2014); Graf and Lemire, Xor Filters (ACM JEA 25, 2020) and Binary Fuse Filters
    (ACM JEA 27, 2022), with the slots of FastFilter/xor_singleheader.
    """
    plain = bloom_for_error(items, error)
    return (
        _blocked(plain, error),
        _partitioned(plain, error),
        Rival(
            "counting Bloom filter",
            float(math.ceil(plain.bits * COUNTER / 8)),
            plain.fp,
            f"takes deletions; one of its {COUNTER}-bit counters overflows with a chance of "
            f"{float(counting_overflow(plain.bits, plain.hashes, items)):.1g}",
        ),
        _scalable(items, error),
        _cuckoo(items, error),
        _xor(items, error),
        _binary_fuse(items, error),
    )


def blocked_false_positives(bits: float, hashes: int, items: Number, block: int = LINE) -> Number:
    """The share of false positives when all bits of an item lie in one block.

    error = sum over i of P(i) * (1 - (1 - 1 / block)^(hashes * i))^hashes,
    P(i) the Poisson chance that a block holds i items, block * items / bits on average

    More than without blocks: the full blocks lose more than the empty ones gain.

    Args:
        bits: the length of the whole array.
        hashes: how many bits an item sets.
        items: how many different items were added; a number or an array.
        block: bits of a block, 512 for a cache line.

    Returns:
        A share, 0..1.

    Raises:
        SketchError: bits, hashes or block is below 1, or items below 0.

    Source: Putze, Sanders and Singler, Cache-, Hash- and Space-Efficient Bloom Filters (WEA 2007).
    """
    check_array(bits, hashes, items)
    check_array(block)
    means = np.asarray(items, dtype=np.float64) / bits * block
    found = [_in_a_block(float(mean), hashes, block) for mean in means.flat]
    return np.reshape(found, means.shape)[()]


def _in_a_block(mean: float, hashes: int, block: int) -> float:
    """The share of false positives where blocks hold so many items on average."""
    if mean == 0.0:
        return 0.0
    # Every bit is set long before a block holds a hundred items for each.
    mean = min(mean, 100.0 * block)
    reach = 10.0 * math.sqrt(mean) + 30.0
    # More hashes weigh the fullest blocks more.
    loads = np.arange(max(0.0, math.floor(mean - reach)), math.ceil(mean + reach) + hashes)
    clear = np.log1p(-1.0 / block) if block > 1 else -math.inf
    set_ = np.where(loads > 0.0, -np.expm1(hashes * np.maximum(loads, 1.0) * clear), 0.0)
    return min(1.0, float(_poisson(mean, loads) @ set_**hashes))


def _poisson(mean: float, loads: Array) -> Array:
    """The Poisson chance of each of some loads, which follow one another."""
    first = float(loads[0])
    start = first * math.log(mean) - mean - math.lgamma(first + 1.0)
    steps = np.log(mean) - np.log(loads[1:])
    return np.exp(start + np.concatenate(([0.0], np.cumsum(steps))))


def _blocked(plain: Bloom, error: float) -> Rival:
    # Fewer hashes than without blocks are best, though never less than half of them.
    choices = range(max(1, plain.hashes // 2), plain.hashes + 1)
    blocks, hashes = min((_blocks(plain, error, hashes), hashes) for hashes in choices)
    return Rival(
        "blocked Bloom filter",
        blocks * LINE / 8,
        float(blocked_false_positives(blocks * LINE, hashes, plain.items)),
        "one cache line a lookup; no deletions",
    )


def _blocks(plain: Bloom, error: float, hashes: int) -> int:
    """The fewest blocks that keep an error: the load of a block is found by bisection."""
    # A block that holds anything errs at most always, and its load is below the error then; with
    # twice the load of an array without blocks it errs too often.
    low, high = math.log(error), math.log(2.0 * LINE * plain.items / plain.bits)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        keeps = _in_a_block(math.exp(middle), hashes, LINE) <= error
        low, high = (middle, high) if keeps else (low, middle)
    return math.ceil(plain.items / math.exp(low))


def partitioned_false_positives(bits: float, hashes: int, items: Number) -> Number:
    """The share of false positives when each hash has a slice of the array to itself.

    error = (1 - (1 - hashes / bits)^items)^hashes

    Args:
        bits: the length of the whole array.
        hashes: how many slices there are, and bits that an item sets, one in each.
        items: how many different items were added; a number or an array.

    Returns:
        A share, 0..1.

    Raises:
        SketchError: bits or hashes is below 1, items below 0, or a slice is shorter than a bit.

    Source: Kirsch and Mitzenmacher, Less Hashing, Same Performance: Building a Better Bloom Filter
    (ESA 2006); Almeida et al., Scalable Bloom Filters (2007).
    """
    check_array(bits, hashes, items)
    check_array(bits / hashes)
    number = np.asarray(items, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        clear = np.where(number > 0.0, number * np.log1p(-hashes / bits), 0.0)
    return ((-np.expm1(clear)) ** hashes)[()]


def _partitioned(plain: Bloom, error: float) -> Rival:
    each = error ** (1.0 / plain.hashes)
    slice_ = math.ceil(-1.0 / math.expm1(math.log1p(-each) / plain.items))
    bits = slice_ * plain.hashes
    return Rival(
        "partitioned Bloom filter",
        float(math.ceil(bits / 8)),
        float(partitioned_false_positives(bits, plain.hashes, plain.items)),
        "a slice for each hash; no deletions",
    )


def counting_overflow(
    bits: float, hashes: int, items: Number, counter_bits: int = COUNTER
) -> Number:
    """The chance that any counter of a counting Bloom filter overflows.

    chance = 1 - (1 - P)^bits,
    P the Poisson chance that 2^counter_bits or more fall on a counter, hashes * items / bits on
    average

    Fan et al. bound it by bits * (e * ln 2 / 2^counter_bits)^(2^counter_bits) at the best number of
    hashes: 1.37e-15 * bits for 4 bits.

    Args:
        bits: how many counters there are.
        hashes: how many counters an item raises.
        items: how many different items were added; a number or an array.
        counter_bits: the size of a counter.

    Returns:
        A share, 0..1.

    Raises:
        SketchError: bits, hashes or counter_bits is below 1, or items below 0.

    Source: Fan, Cao, Almeida and Broder, Summary Cache (IEEE/ACM Transactions on Networking 8,
    2000).
    """
    check_array(bits, hashes, items)
    check_array(counter_bits)
    means = np.asarray(items, dtype=np.float64) / bits * hashes
    tails = np.reshape([_reached(float(mean), 2**counter_bits) for mean in means.flat], means.shape)
    with np.errstate(divide="ignore"):
        return (-np.expm1(bits * np.log1p(-tails)))[()]


def _reached(mean: float, limit: int) -> float:
    """The Poisson chance of `limit` or more, summed on the side where nothing cancels."""
    if mean == 0.0:
        return 0.0
    if mean < limit:
        return float(_poisson(mean, np.arange(limit, 2.0 * limit + 60.0)).sum())
    return 1.0 - float(_poisson(mean, np.arange(float(limit))).sum())


def scalable(items: float, error: float, first: float) -> tuple[Bloom, ...]:
    """The filters of a scalable Bloom filter once it holds so many items.

    filter i is made for first * 2^i items at error / 2^(i + 1), i = 0, 1, ...

    An item is found when any of them finds it, and their errors add up to less than the whole.

    Args:
        items: how many different items were added, at least 1.
        error: the share of false positives that is kept however many there are, above 0 and below
            1.
        first: how many the first filter is made for, at least 1.

    Returns:
        The filters, the first one first; all are full but the last.

    Raises:
        SketchError: an argument out of its range.

    Source: Almeida et al., Scalable Bloom Filters (Information Processing Letters 101, 2007), with
    a growth of 2 and a tightening of 0.5, as RedisBloom has them.
    """
    check_items(items)
    check_error(error)
    filters = [bloom_for_error(first, error * 0.5)]
    while sum(each.items for each in filters) < items:
        step = len(filters)
        filters.append(bloom_for_error(first * 2.0**step, error * 0.5 ** (step + 1)))
    return tuple(filters)


def _scalable(items: float, error: float) -> Rival:
    filters = scalable(items, error, max(1.0, items * FIRST))
    left, none = items, 0.0
    for each in filters:
        held = min(left, each.items)
        left -= held
        none += math.log1p(-false_positives(each.bits, each.hashes, held))
    return Rival(
        "scalable Bloom filter",
        float(sum(each.bytes for each in filters)),
        -math.expm1(none),
        "grows without end; first made for a tenth of its items; no deletions",
    )


def cuckoo_false_positives(bucket: int, fingerprint_bits: int) -> float:
    """The share of false positives of a full cuckoo filter, an upper bound.

    error = 2 * bucket / 2^fingerprint_bits

    A lookup compares with the fingerprints of two buckets.

    Args:
        bucket: fingerprints in a bucket.
        fingerprint_bits: the size of one.

    Returns:
        A share, 0..1.

    Raises:
        SketchError: bucket or fingerprint_bits is below 1.

    Source: Fan, Andersen, Kaminsky and Mitzenmacher, Cuckoo Filter: Practically Better Than Bloom
    (CoNEXT 2014); Redis documentation, cuckoo filter.
    """
    check_array(bucket)
    check_array(fingerprint_bits)
    return min(1.0, math.ldexp(2.0 * bucket, -fingerprint_bits))


def _cuckoo(items: float, error: float) -> Rival:
    fingerprint = math.ceil(math.log2(2 * BUCKET) - math.log2(error))
    slots = math.ceil(items / LOAD / BUCKET) * BUCKET
    return Rival(
        "cuckoo filter",
        float(math.ceil(slots * fingerprint / 8)),
        cuckoo_false_positives(BUCKET, fingerprint),
        f"takes deletions; {LOAD:.0%} full, many round up to a power of two",
    )


def _fingerprint(error: float) -> int:
    return max(1, math.ceil(-math.log2(error)))


def _xor(items: float, error: float) -> Rival:
    slots = int(32.0 + 1.23 * items) // 3 * 3
    fingerprint = _fingerprint(error)
    return Rival(
        "xor filter",
        float(math.ceil(slots * fingerprint / 8)),
        0.5**fingerprint,
        "static: built once from all items",
    )


def _binary_fuse(items: float, error: float) -> Rival:
    spread = 0.875 + 0.25 * math.log(1e6) / math.log(max(items, 2.0))
    slots = math.ceil(items * max(1.125, spread))
    fingerprint = _fingerprint(error)
    return Rival(
        "binary fuse filter",
        float(math.ceil(slots * fingerprint / 8)),
        0.5**fingerprint,
        "static: built once from all items",
    )
