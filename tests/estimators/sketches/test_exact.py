"""Exact structures, held against real ones where there are any here, and published figures."""

from __future__ import annotations

import math
import sys
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.sketches.exact import Job, exact_rivals, hash_map, hash_set, id_map, id_set
from models.sketch import Rival, SketchError

# Where CPython's tables grow, and well between.
ITEMS = [1, 4, 5, 18, 19, 76, 77, 1000, 1228, 1229, 4915, 20_000, 78_642, 78_643, 157_286, 300_000]
FIRST_ID = 1 << 40


def of(label: str, rivals: tuple[Rival, ...]) -> float:
    (found,) = (rival.bytes for rival in rivals if rival.label == label)
    return found


@pytest.mark.parametrize("items", ITEMS)
def test_a_python_set_takes_what_a_real_one_does(items: int) -> None:
    real: set[int] = set()
    for item in range(FIRST_ID, FIRST_ID + items):
        real.add(item)
    taken = sys.getsizeof(real) + items * sys.getsizeof(FIRST_ID)
    assert of("Python set", hash_set(items)) == pytest.approx(taken, rel=1e-3, abs=32)


@pytest.mark.parametrize("items", [*ITEMS, 21, 22, 170, 171, 43_690, 43_691, 174_763])
def test_a_python_dict_takes_what_a_real_one_does(items: int) -> None:
    real: dict[int, int] = {}
    for item in range(FIRST_ID, FIRST_ID + items):
        real[item] = 1
    taken = sys.getsizeof(real) + items * sys.getsizeof(FIRST_ID)
    assert of("Python dict", hash_map(items)) == pytest.approx(taken, rel=1e-3, abs=32)


@pytest.mark.parametrize("item_bytes", [9, 16, 40, 200])
def test_longer_items_take_what_real_bytes_do(item_bytes: int) -> None:
    real: set[bytes] = set()
    for number in range(1000):
        real.add(number.to_bytes(item_bytes, "big"))
    taken = sys.getsizeof(real) + sum(map(sys.getsizeof, real))
    assert of("Python set", hash_set(1000, item_bytes)) == pytest.approx(taken, rel=1e-3)


@pytest.mark.parametrize(
    ("items", "capacity"), [(1, 16), (12, 16), (13, 32), (24, 32), (25, 64), (768, 1024)]
)
def test_a_java_map_takes_its_published_bytes_and_its_objects(items: int, capacity: int) -> None:
    """java-performance.info: 32 * SIZE + 4 * CAPACITY; OpenJDK's Long is 24 bytes, Integer 16.

    Capacities as in OpenJDK's HashMap: 16, doubled where more than three quarters are taken."""
    published = 32 * items + 4 * capacity
    assert of("Java HashSet", hash_set(items)) == published + 24 * items
    assert of("Java HashMap", hash_map(items)) == published + (24 + 16) * items


def test_a_java_string_has_two_headers() -> None:
    """JOL: a String is 24 bytes, a byte[] 16 and its bytes, both in steps of 8."""
    apart = of("Java HashSet", hash_set(1000, 37)) - of("Java HashSet", hash_set(1000))
    assert apart == 1000 * (24 + 16 + 40 - 24)


def test_redis_entries_take_the_documented_bytes() -> None:
    """Redis documentation, MEMORY USAGE: 56 for the smallest, 64 for foo2 and mybar."""
    assert of("Redis set", hash_set(1)) == 56
    assert of("Redis hash", hash_map(1)) == 64
    assert of("Redis set", hash_set(1e6)) == 56e6
    # A key of 4 and a value of 100 bytes is told to take 160.
    assert of("Redis set", hash_set(1, 104)) == pytest.approx(160, rel=0.06)


@pytest.mark.parametrize(("items", "slots"), [(7, 8), (8, 16), (14, 16), (15, 32), (112, 128)])
def test_open_addressing_fills_seven_eighths_with_a_byte_beside_each(
    items: int, slots: int
) -> None:
    """Abseil, raw_hash_set.h: CapacityToGrowth(16) is 14; one control byte a slot."""
    assert of("Abseil flat_hash_set of ids", id_set(items)) == slots * (8 + 1)
    assert of("Abseil flat_hash_map of ids", id_map(items)) == slots * (8 + 8 + 1)


@given(st.floats(8.0, 1e12))
def test_open_addressing_is_never_filled_above_its_limit_nor_under_half_of_it(items: float) -> None:
    slots = of("Abseil flat_hash_set of ids", id_set(items)) / 9
    assert 0.4375 * (1 - 1e-9) < math.ceil(items) / slots <= 0.875


def test_arrays_take_what_numpy_arrays_do() -> None:
    ids = np.arange(1000, dtype=np.uint64)
    assert of("sorted array of ids", id_set(1000)) == ids.nbytes
    assert of("array of counters", id_map(1000)) == ids.astype(np.uint32).nbytes
    assert of("bitmap", id_set(1000)) == np.packbits(ids < 1000).nbytes


@pytest.mark.parametrize("every", [1, 5, 15, 20, 300])
def test_a_roaring_bitmap_takes_no_more_than_two_bytes_an_id(every: int) -> None:
    """Chambi et al. (2016): up to 4,096 in 65,536 as 16-bit numbers, above as 8 KB of bits."""
    rng = np.random.default_rng(every)
    ids = np.unique(rng.integers(0, 1 << 20, (1 << 20) // every))
    held = np.bincount(ids >> 16)
    taken = np.where(held <= 4096, 2 * held, 8192).sum()
    assert taken <= of("Roaring bitmap", id_set(ids.size))


@pytest.mark.parametrize("job", get_args(Job))
def test_every_rival_is_exact_and_says_what_it_is(job: Job) -> None:
    found = exact_rivals(job, 1e6)
    assert len({rival.label for rival in found}) == len(found) >= 5
    for rival in found:
        assert rival.error == 0
        assert rival.bytes > 0
        assert rival.note


def test_only_ids_have_denser_structures() -> None:
    ids, texts = exact_rivals("membership", 1000), hash_set(1000, 40)
    assert {r.label for r in texts} == {"Python set", "Java HashSet", "Redis set"}
    assert {r.label for r in texts} < {r.label for r in ids}


def test_counting_takes_maps_and_the_rest_sets() -> None:
    assert exact_rivals("frequency", 1000) == hash_map(1000) + id_map(1000)
    assert exact_rivals("membership", 1000) == exact_rivals("cardinality", 1000)
    assert exact_rivals("cardinality", 1000) == hash_set(1000) + id_set(1000)


@given(st.sampled_from(get_args(Job)), st.floats(1.0, 1e13), st.floats(1.0, 1e13))
def test_more_items_never_take_less(job: Job, one: float, other: float) -> None:
    fewer, more = sorted((one, other))
    for small, large in zip(exact_rivals(job, fewer), exact_rivals(job, more), strict=True):
        assert small.bytes <= large.bytes


@given(st.sampled_from(get_args(Job)), st.floats(1.0, 1e9))
def test_nothing_takes_less_than_its_items_but_where_ids_are_positions(
    job: Job, items: float
) -> None:
    by_position = {"bitmap", "Roaring bitmap", "array of counters"}
    for rival in exact_rivals(job, items):
        assert rival.label in by_position or rival.bytes >= math.ceil(items) * 8


@given(st.floats(1.0, 1e9), st.floats(1.0, 500.0))
def test_no_object_takes_less_than_its_bytes(items: float, item_bytes: float) -> None:
    for rival in (*hash_set(items, item_bytes), *hash_map(items, item_bytes)):
        assert rival.bytes >= math.ceil(items) * item_bytes


@pytest.mark.parametrize("items", [0.0, -5.0, 0.5, 1e20, 1e308, math.nan, math.inf])
def test_no_items_and_more_than_hashes_tell_apart_are_refused(items: float) -> None:
    for structure in (hash_set, hash_map, id_set, id_map):
        with pytest.raises(SketchError, match=r"^items: read .*; expected 1 to 9,223,372,036,854"):
            structure(items)


def test_as_many_items_as_hashes_tell_apart_are_taken() -> None:
    for job in get_args(Job):
        assert min(rival.bytes for rival in exact_rivals(job, 2.0**63)) >= 2.0**60


@pytest.mark.parametrize("item_bytes", [0.0, -1.0, math.nan, math.inf])
def test_an_item_without_a_size_is_refused(item_bytes: float) -> None:
    for structure in (hash_set, hash_map):
        with pytest.raises(SketchError, match=r"^item bytes: read .*; expected above 0$"):
            structure(1000, item_bytes)
