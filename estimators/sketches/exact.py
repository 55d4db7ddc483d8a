"""Against exact: what the same job takes when every item is kept.

Sets for membership and for counting what is different, maps to counters for how often. Items of up
to 8 bytes are ids, kept as whole numbers; longer ones are text.
"""

from __future__ import annotations

import math
from typing import Final, Literal

from estimators.sketches.bloom import check_items
from models.sketch import Rival, SketchError

Job = Literal["membership", "frequency", "cardinality"]

ID_BYTES: Final = 8.0
REDIS_ENTRY, REDIS_PAIR = 56.0, 64.0
"""The smallest key with its value in Redis 7.2, and one with 4 and 5 bytes in the two."""


def hash_set(items: float, item_bytes: float = ID_BYTES) -> tuple[Rival, ...]:
    """Sets as languages and stores have them.

    Python: 216 + 16 * slots + objects, with slots that grow as in `setobject.c`
    Java: (32 + object) * items + 4 * buckets, with a power of two of them filled to 3/4
    Redis: 56 B an entry

    Args:
        items: how many different items, at least 1.
        item_bytes: the size of one.

    Returns:
        A Python set, a Java HashSet and a Redis set.

    Raises:
        SketchError: items is not 1 to 2^63, or a size is not above 0.

    Source: CPython, `Objects/setobject.c`, set_add_entry and set_table_resize; Vorontsov, Memory
    consumption of popular Java data types, part 2 (java-performance.info): 32 * SIZE + 4 *
    CAPACITY; Redis documentation, MEMORY USAGE: 56 B for the smallest key and value.
    """
    n = _whole(items, item_bytes)
    longer = max(item_bytes - ID_BYTES, 0.0)
    return (
        Rival(
            "Python set",
            _python_set(n) + n * _python_object(item_bytes),
            0.0,
            "in CPython; an object for each",
        ),
        Rival(
            "Java HashSet",
            _java_hash(n) + n * _java_object(item_bytes),
            0.0,
            "in HotSpot; an object for each",
        ),
        Rival("Redis set", n * (REDIS_ENTRY + longer), 0.0, "about; small sets take less"),
    )


def hash_map(items: float, item_bytes: float = ID_BYTES) -> tuple[Rival, ...]:
    """Maps to counters as languages and stores have them.

    Python: 96 + index + 24 * (2/3 of slots) + objects, with slots that grow as in `dictobject.c`
    Java: (32 + object + 16) * items + 4 * buckets, 16 being an Integer
    Redis: 64 B an entry

    Args:
        items: how many different items are counted, at least 1.
        item_bytes: the size of one.

    Returns:
        A Python dict, a Java HashMap and a Redis hash.

    Raises:
        SketchError: items is not 1 to 2^63, or a size is not above 0.

    Source: CPython, `Objects/dictobject.c`, GROWTH_RATE, USABLE_FRACTION and new_keys_object;
    Vorontsov, Memory consumption of popular Java data types, part 2 (java-performance.info); Redis
    documentation, MEMORY USAGE: 64 B for a key and value of 4 and 5 bytes.
    """
    n = _whole(items, item_bytes)
    longer = max(item_bytes - ID_BYTES, 0.0)
    python = _python_dict(n) + n * _python_object(item_bytes)
    java = _java_hash(n) + n * (_java_object(item_bytes) + 16)
    return (
        Rival("Python dict", python, 0.0, "in CPython; 28 B more for a count above 256"),
        Rival("Java HashMap", java, 0.0, "to Integer, in HotSpot; two objects for each"),
        Rival("Redis hash", n * (REDIS_PAIR + longer), 0.0, "about; small hashes take less"),
    )


def id_set(items: float) -> tuple[Rival, ...]:
    """Sets of ids of 8 bytes, without an object for each.

    open addressing: (8 + 1) * slots, the least power of two that is filled to at most 7/8
    sorted array: 8 B an id;   Roaring: at most 2 B;   bitmap: a bit

    Args:
        items: how many different ids, at least 1.

    Returns:
        An Abseil flat_hash_set, a sorted array, and for dense ids a Roaring bitmap and a bitmap.

    Raises:
        SketchError: items is not 1 to 2^63.

    Source: Abseil, `raw_hash_set.h`: a control byte a slot, 7/8 at most; Chambi, Lemire, Kaser and
    Godin, Better bitmap performance with Roaring bitmaps (Software: Practice and Experience 46,
    2016): arrays of 16-bit numbers up to 4,096 in 65,536, bitmaps above.
    """
    n = _whole(items)
    return (
        Rival("Abseil flat_hash_set of ids", 9.0 * _swiss_slots(n), 0.0, "open addressing"),
        Rival("sorted array of ids", ID_BYTES * n, 0.0, "adding one moves the rest"),
        Rival("Roaring bitmap", 2.0 * n, 0.0, "at most, with many ids in each 65,536"),
        Rival("bitmap", math.ceil(n / 8), 0.0, "ids without gaps; a gap takes a bit too"),
    )


def id_map(items: float) -> tuple[Rival, ...]:
    """Counters by ids of 8 bytes, without an object for each.

    open addressing: (16 + 1) * slots, the least power of two that is filled to at most 7/8
    array: 4 B a counter

    Args:
        items: how many different ids are counted, at least 1.

    Returns:
        An Abseil flat_hash_map to counters of 4 or 8 bytes, and for dense ids an array.

    Raises:
        SketchError: items is not 1 to 2^63.

    Source: Abseil, `raw_hash_set.h`: a control byte a slot, 7/8 at most.
    """
    n = _whole(items)
    return (
        Rival("Abseil flat_hash_map of ids", 17.0 * _swiss_slots(n), 0.0, "open addressing"),
        Rival("array of counters", 4.0 * n, 0.0, "ids without gaps; a gap takes 4 B too"),
    )


def exact_rivals(job: Job, items: float) -> tuple[Rival, ...]:
    """What does a sketch's job exactly, its items being ids of 8 bytes.

    membership and cardinality: sets;   frequency: maps to counters

    Args:
        job: membership (a Bloom filter's), frequency (Count-Min's) or cardinality (HyperLogLog's).
        items: how many different items, at least 1.

    Returns:
        From the handiest to the densest.

    Raises:
        SketchError: items is not 1 to 2^63.

    Source: as of hash_set, hash_map, id_set and id_map.
    """
    if job == "frequency":
        return hash_map(items) + id_map(items)
    return hash_set(items) + id_set(items)


def _whole(items: float, item_bytes: float = ID_BYTES) -> int:
    check_items(items)
    if not (item_bytes > 0.0 and math.isfinite(item_bytes)):
        raise SketchError(f"item bytes: read {item_bytes:g}; expected above 0")
    return math.ceil(items)


def _power_of_two(least: int) -> int:
    return 1 << max(least - 1, 0).bit_length()


def _python_set(items: int) -> int:
    """A set that grew one by one: three fifths full, it gets above 4 slots an item, or 2 if large.

    The object has room for the first 8 slots.
    """
    slots, full = 8, 5
    while items >= full:
        slots = _power_of_two(full * (2 if full > 50_000 else 4) + 1)
        full = -(-(slots - 1) * 3 // 5)
    return 216 + (16 * slots if slots > 8 else 0)


def _python_dict(items: int) -> int:
    """A dict that grew one by one: two thirds full, it doubles; entries of 24 bytes.

    The index has one, two, four or eight bytes a slot.
    """
    slots = _power_of_two(max(-(-items * 3 // 2), 8))
    index = next((size for size in (1, 2, 4) if slots < 1 << (8 * size)), 8)
    return 96 + index * slots + 24 * (2 * slots // 3)


def _python_object(item_bytes: float) -> float:
    """An int beyond 2^30, or bytes."""
    return 32.0 if item_bytes <= ID_BYTES else 33.0 + item_bytes


def _java_hash(items: int) -> int:
    """Nodes of 32 bytes with compressed references, and a table of 16 references or more."""
    return 32 * items + 4 * _power_of_two(max(-(-items * 4 // 3), 16))


def _java_object(item_bytes: float) -> float:
    """A Long, or a String with its bytes: headers of 12 and 16 bytes, in steps of 8."""
    return 24.0 if item_bytes <= ID_BYTES else 24.0 + 16.0 + 8.0 * math.ceil(item_bytes / 8.0)


def _swiss_slots(items: int) -> int:
    return _power_of_two(-(-items * 8 // 7))
