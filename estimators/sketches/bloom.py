"""Bloom filters: their size from an error, their error from a size, and how they fill.

The estimators that presets may call have a real number of hashes and no rounding; for filters as
they are built see `estimators.sketches.bloom_built`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from estimators.number import Number, count, divide, in_bytes, only_where, pure, share
from estimators.sketches.expected import check_share
from models.sketch import SketchError

LN2: Final = math.log(2.0)
LARGEST: Final = 2**63
"""Bits of an array, and items: what the 64-bit hashes of the libraries can still tell apart."""


def bloom_memory(items: Number, error: Number) -> Number:
    """Memory of a Bloom filter for so many items at an error.

    memory = -items * ln(error) / (ln 2)^2 bits

    9.585 bits an item at 1%, 4.793 more for each tenth of the error. Libraries round: see
    bloom_for_error.

    Args:
        items: how many different items it will hold, things.
        error: the share of false positives once it holds them, 0..1.

    Returns:
        Information. Not finite when error is 0 or outside 0..1, or items is negative.

    Source: Bloom, Space/Time Trade-offs in Hash Coding with Allowable Errors (CACM 13, 1970);
    Broder and Mitzenmacher, Network Applications of Bloom Filters (Internet Mathematics 1, 2004).
    """
    number = count(items)
    memory = only_where(number >= 0.0, number * (_doublings(error) / LN2 / 8.0))
    return in_bytes(memory, items)


def bloom_error(items: Number, memory: Number) -> Number:
    """The share of false positives of a Bloom filter of a size, with the best number of hashes.

    error = 0.6185^(bits / items) = e^(-bits / items * (ln 2)^2)

    Args:
        items: how many different items it holds, things.
        memory: of its bit array, information.

    Returns:
        A share, 0..1. Not finite when items or memory is negative, or both are 0.

    Source: Broder and Mitzenmacher, Network Applications of Bloom Filters (Internet Mathematics 1,
    2004).
    """
    number, bits = count(items), 8.0 * pure(memory, "byte")
    each = divide(bits, number)
    return only_where((number >= 0.0) & (bits >= 0.0), np.exp(-each * LN2**2))


def bloom_capacity(memory: Number, error: Number) -> Number:
    """How many items a Bloom filter of a size holds at an error.

    items = bits * (ln 2)^2 / -ln(error)

    Args:
        memory: of its bit array, information.
        error: the share of false positives that is allowed, 0..1.

    Returns:
        A plain number. Not finite when error is 1 or outside 0..1, or memory is negative.

    Source: Broder and Mitzenmacher, Network Applications of Bloom Filters (Internet Mathematics 1,
    2004).
    """
    bits = 8.0 * pure(memory, "byte")
    return only_where(bits >= 0.0, divide(bits * LN2, _doublings(error)))


def bloom_hashes(error: Number) -> Number:
    """How many hashes a Bloom filter needs for an error, when its size is right for it.

    hashes = log2(1 / error)

    Args:
        error: the share of false positives, 0..1.

    Returns:
        A plain number, not rounded. Not finite when error is 0 or outside 0..1.

    Source: Broder and Mitzenmacher, Network Applications of Bloom Filters (Internet Mathematics 1,
    2004).
    """
    return _doublings(error)


def _doublings(error: Number) -> Number:
    """log2(1 / error): how often an error of 1 is halved."""
    with np.errstate(divide="ignore"):
        # From 0, so that an error of 1 needs 0 and not -0.
        return 0.0 - np.log2(share(error))


def fill(bits: float, hashes: int, items: Number) -> Number:
    """The share of the bits that are set.

    fill = 1 - e^(-hashes * items / bits)

    Args:
        bits: the length of the array.
        hashes: how many bits an item sets.
        items: how many different items were added, also past what the filter is made for; a number
            or an array.

    Returns:
        A share, 0..1.

    Raises:
        SketchError: bits or hashes is below 1, or items below 0.

    Source: Bloom (CACM 13, 1970); Mitzenmacher and Upfal, Probability and Computing (2005), 5.5.3.
    """
    check_array(bits, hashes, items)
    return -np.expm1(-hashes * (np.asarray(items, dtype=np.float64) / bits))[()]


def false_positives(bits: float, hashes: int, items: Number) -> Number:
    """The share of items that were never added and are still found.

    error = (1 - e^(-hashes * items / bits))^hashes

    A little low for a small array: by Bose et al. the exact share is about 1% more at 1,000 bits,
    and a hundredth of that at 100,000.

    Args:
        bits: the length of the array.
        hashes: how many bits an item sets.
        items: how many different items were added, also past what the filter is made for; a number
            or an array.

    Returns:
        A share, 0..1.

    Raises:
        SketchError: bits or hashes is below 1, or items below 0.

    Source: Bloom (CACM 13, 1970); Bose et al., On the False-Positive Rate of Bloom Filters
    (Information Processing Letters 108, 2008).
    """
    return fill(bits, hashes, items) ** hashes


def check_items(items: float) -> None:
    """Refuse a number of items that no filter is made for.

    Args:
        items: how many.

    Raises:
        SketchError: it is not 1 to 2^63.
    """
    if not 1.0 <= items <= LARGEST:
        raise SketchError(f"items: read {items:,.10g}; expected 1 to {LARGEST:,}")


def check_error(error: float) -> None:
    """Refuse an error that no filter has.

    Args:
        error: a share of false positives.

    Raises:
        SketchError: it is not above 0 and below 1.
    """
    check_share("fp", error)


def check_array(bits: float, hashes: float = 1, items: Number = 0.0) -> None:
    """Refuse an array that cannot be.

    Args:
        bits: its length.
        hashes: how many bits an item sets.
        items: how many were added, a number or an array.

    Raises:
        SketchError: bits is not 1 to 2^63, hashes is below 1, or items below 0.
    """
    if not 1 <= bits <= LARGEST:
        raise SketchError(f"bits: read {bits:,.10g}; expected 1 to {LARGEST:,}")
    if not hashes >= 1:
        raise SketchError(f"hashes: read {hashes:,.10g}; expected at least 1, such as 7")
    if not np.all(np.asarray(items) >= 0.0):
        raise SketchError(f"items: read {np.min(items):,.10g}; expected 0 or more")
