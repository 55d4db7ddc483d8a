"""SplitMix64 beside its published outputs, and what a hash must be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.sketches.hashing import CHUNK, chunks, seeds, splitmix64

# The first outputs of SplitMix64: from seed 1234567 as Rosetta Code has them ("Pseudo-random
# numbers/Splitmix64"); from 0 as Vigna's splitmix64.c and the seeding of xoshiro256 print them.
PUBLISHED = {
    1234567: [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
        16408922859458223821,
    ],
    0: [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC],
}  # fmt: skip


@pytest.mark.parametrize(("seed", "outputs"), PUBLISHED.items())
def test_splitmix64_is_as_published(seed: int, outputs: list[int]) -> None:
    assert splitmix64(seed, 0, len(outputs)).tolist() == outputs
    assert seeds(seed, len(outputs)) == outputs
    # Seeds are words: what is above 64 bits is nothing.
    assert splitmix64(seed - (1 << 64), 0, len(outputs)).tolist() == outputs


@pytest.mark.parametrize(("seed", "outputs"), PUBLISHED.items())
def test_an_item_has_one_hash_wherever_its_chunk_starts(seed: int, outputs: list[int]) -> None:
    assert [int(splitmix64(seed, first, 1)[0]) for first in range(len(outputs))] == outputs


@given(st.integers(1, 5 * CHUNK))
@settings(max_examples=30)
def test_chunks_follow_each_other_to_the_end(total: int) -> None:
    parts = list(chunks(total))
    assert parts[0][0] == 0
    assert [first + count for first, count in parts] == [*(first for first, _ in parts[1:]), total]
    assert all(1 <= count <= CHUNK for _, count in parts)


def test_hashes_differ_and_their_bits_are_even() -> None:
    words = splitmix64(7, 0, 100_000)
    assert len(np.unique(words)) == 100_000
    for bit in range(64):
        ones = int((words >> np.uint64(bit) & np.uint64(1)).sum())
        assert abs(ones - 50_000) < 4.5 * math.sqrt(25_000)
