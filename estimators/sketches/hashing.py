"""Hashes of many numbered items at once: SplitMix64, of which item i takes the i-th output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Words: TypeAlias = npt.NDArray[np.uint64]
Places: TypeAlias = npt.NDArray[np.int64]

CHUNK: Final = 1 << 16
"""Items that are hashed at once: enough to forget what a call costs, few enough to stay near."""

GAMMA: Final = 0x9E3779B97F4A7C15
FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
SECOND: Final = np.uint64(0x94D049BB133111EB)
WORD: Final = (1 << 64) - 1


def splitmix64(seed: int, first: int, count: int) -> Words:
    """The outputs number first, first + 1 and so on of SplitMix64: hashes of the items so numbered.

    z = seed + (i + 1) * 0x9E3779B97F4A7C15
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9,   z = (z ^ z >> 27) * 0x94D049BB133111EB
    hash of item i = z ^ z >> 31,   all modulo 2^64

    Args:
        seed: picks the hash function; its low 64 bits count.
        first: number of the first item, from 0.
        count: how many items.

    Returns:
        One word of 64 even bits for each item. Two items of one seed never share one.

    Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014);
    Vigna, splitmix64.c (2015), for these constants.
    """
    z = np.arange(count, dtype=np.uint64)
    z *= np.uint64(GAMMA)
    # What is the same for all is worked out in Python: a numpy scalar warns where it wraps.
    z += np.uint64((seed + (first + 1) * GAMMA) & WORD)
    z ^= z >> np.uint64(30)
    z *= FIRST
    z ^= z >> np.uint64(27)
    z *= SECOND
    z ^= z >> np.uint64(31)
    return z


def seeds(seed: int, count: int) -> list[int]:
    """Seeds of hash functions that have nothing to do with each other.

    Args:
        seed: from which they follow.
        count: how many.

    Returns:
        The first outputs of SplitMix64 with that seed, as its authors split a generator.

    Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014).
    """
    return [int(word) for word in splitmix64(seed, 0, count)]


def chunks(total: int) -> Iterator[tuple[int, int]]:
    """Items in chunks: the number of the first of each, and how many they are.

    Args:
        total: items in all.

    Returns:
        Chunks of CHUNK items, the last one shorter.
    """
    for first in range(0, total, CHUNK):
        yield first, min(CHUNK, total - first)
