"""Sketches that are built and counted, beside other libraries' and exact arithmetic."""

from __future__ import annotations

import math
import tracemalloc

import datasketches
import numpy as np
import probables
import pytest
import rbloom

from estimators.sketches.hashing import splitmix64
from estimators.sketches.measure import (
    LARGEST,
    MEMORY,
    measure_bloom,
    measure_count_min,
    measure_hyperloglog,
    room,
)
from models.sketch import Bloom, CountMin, HyperLogLog, Measured, SketchError

ITEMS, LOOKUPS = 20_000, 40_000


def bloom(bits: int, hashes: int, items: int) -> Bloom:
    fp = (1 - math.exp(-hashes * items / bits)) ** hashes
    return Bloom("textbook", items, None, bits, hashes, -(-bits // 8), fp)


def count_min(width: int, depth: int, epsilon: float, counter_bits: int = 32) -> CountMin:
    size = width * depth * counter_bits // 8
    return CountMin("textbook", width, depth, counter_bits, size, epsilon, math.exp(-depth))


def hyperloglog(precision: int) -> HyperLogLog:
    error = 1.04 / math.sqrt(1 << precision)
    return HyperLogLog("textbook", precision, 6, (6 << precision) // 8, None, error)


def zipf(events: int, different: int) -> dict[int, int]:
    """How often each of so many items is seen, in proportion to 1 / rank."""
    whole = sum(1 / rank for rank in range(1, different + 1))
    return {rank: max(1, round(events / whole / rank)) for rank in range(1, different + 1)}


def near(share: float, expected: float, trials: int) -> bool:
    """Within three and a half standard errors of a share: once in two thousand it is not."""
    return abs(share - expected) <= 3.5 * math.sqrt(expected * (1 - expected) / trials)


# Bloom filters


@pytest.mark.parametrize("fp", [0.1, 0.01, 0.001])
def test_a_filter_errs_as_rbloom_does_and_the_formula_says(fp: float) -> None:
    peer = rbloom.Bloom(ITEMS, fp, hash_func=int)
    words = splitmix64(3, 0, ITEMS + LOOKUPS).astype(np.int64).tolist()
    peer.update(words[:ITEMS])
    theirs = sum(word in peer for word in words[ITEMS:]) / LOOKUPS
    # It keeps the number of its hashes in the first eight bytes of what it saves.
    hashes = int.from_bytes(peer.save_bytes()[:8], "little")
    ours = measure_bloom(bloom(peer.size_in_bits, hashes, ITEMS), lookups=LOOKUPS)
    assert near(theirs, ours.predicted, LOOKUPS)
    assert near(ours.measured, ours.predicted, LOOKUPS)


def test_a_filter_errs_as_that_of_pyprobables_does() -> None:
    items, lookups = 5_000, 20_000
    peer = probables.BloomFilter(items, 0.02)
    for number in range(items):
        peer.add(f"added {number}")
    theirs = sum(f"other {number}" in peer for number in range(lookups)) / lookups
    ours = measure_bloom(bloom(peer.number_bits, peer.number_hashes, items), lookups=lookups)
    assert near(theirs, ours.predicted, lookups)
    assert near(ours.measured, ours.predicted, lookups)


def exact_false_positives(bits: int, hashes: int, items: int) -> float:
    """Bose et al. (2008): the sum over how many bits are set of chance * (set / bits)^hashes."""
    chances = [1.0] + [0.0] * bits
    for _ in range(hashes * items):
        chances = [
            chances[n] * n / bits + (chances[n - 1] * (bits - n + 1) / bits if n else 0.0)
            for n in range(bits + 1)
        ]
    return sum(chance * (n / bits) ** hashes for n, chance in enumerate(chances))


@pytest.mark.parametrize(
    ("bits", "hashes", "items"), [(8, 2, 3), (48, 7, 5), (96, 7, 10), (200, 3, 40), (96, 7, 40)]
)
def test_small_filters_err_as_combinatorics_say(bits: int, hashes: int, items: int) -> None:
    expected = exact_false_positives(bits, hashes, items)
    found = measure_bloom(bloom(bits, hashes, items), lookups=1_000_000)
    assert near(found.measured, expected, found.trials)


def test_the_formula_does_not_hold_for_the_smallest_filters() -> None:
    """Bose et al. (2008): it is strictly below the true share."""
    found = measure_bloom(bloom(48, 7, 5), lookups=1_000_000)
    assert not found.holds
    assert found.predicted < found.low < exact_false_positives(48, 7, 5) < found.high


def test_the_interval_of_a_filter_holds_the_formula_in_95_of_100() -> None:
    """Filters of 10,000 bits, for which the formula is too low by a thousandth of itself."""
    sketch = bloom(10_000, 7, 1000)
    held = sum(measure_bloom(sketch, lookups=5000, seed=seed).holds for seed in range(300))
    assert near(held / 300, 0.95, 300)


@pytest.mark.parametrize("part", [0.25, 0.5, 2, 5])
def test_a_filter_errs_as_the_formula_says_while_it_fills_and_past_that(part: float) -> None:
    sketch = bloom(192_000, 7, 20_000)
    found = measure_bloom(sketch, round(20_000 * part), LOOKUPS)
    expected = (1 - math.exp(-7 * 20_000 * part / 192_000)) ** 7
    assert found.items == 20_000 * part
    assert found.predicted == pytest.approx(expected)
    assert near(found.measured, expected, LOOKUPS)


def test_a_filter_holds_what_it_is_made_for_unless_told() -> None:
    found = measure_bloom(bloom(100_000, 7, 10_000), lookups=1000)
    assert (found.what, found.items, found.trials) == ("false positives", 10_000, 1000)


def test_a_full_filter_says_yes_to_all() -> None:
    found = measure_bloom(bloom(8, 3, 1000), lookups=1000)
    assert (found.measured, found.high) == (1.0, 1.0)
    assert found.holds


# Count-Min sketches


@pytest.mark.parametrize(("width", "depth"), [(20_000, 1), (20_000, 2), (100_000, 1), (5_000, 3)])
def test_as_many_items_share_all_their_counters_as_the_birthday_problem_says(
    width: int, depth: int
) -> None:
    """Any overestimate at all: in each row, one of the others falls on the same counter."""
    found = measure_count_min(count_min(width, depth, 0.0), 40_000)
    expected = (1 - (1 - 1 / width) ** (found.trials - 1)) ** depth
    assert near(found.measured, expected, found.trials)


@pytest.mark.parametrize(("width", "depth"), [(200, 1), (200, 2), (1000, 1)])
def test_a_sketch_overestimates_as_that_of_datasketches_does(width: int, depth: int) -> None:
    """By more than its fair share of all counts: what the bound is proved from, but not so far."""
    events, different, rounds = 20_000, 4000, 6
    stream = zipf(events, different)
    total = sum(stream.values())
    theirs = []
    for seed in range(1, rounds + 1):
        peer = datasketches.count_min_sketch(depth, width, seed)
        for item, count in stream.items():
            peer.update(item, count)
        assert peer.total_weight == total
        above = sum(peer.get_estimate(item) - n > total / width for item, n in stream.items())
        theirs.append(above / different)
    sketch = count_min(width, depth, 1 / width)
    ours = [measure_count_min(sketch, events, seed).measured for seed in range(1, rounds + 1)]
    error = math.sqrt((np.var(theirs, ddof=1) + np.var(ours, ddof=1)) / rounds)
    assert np.mean(ours) > 0.01
    assert abs(np.mean(ours) - np.mean(theirs)) < 4 * error


@pytest.mark.parametrize("events", [1, 100, 200_000])
@pytest.mark.parametrize(("epsilon", "delta"), [(0.2, 0.3), (0.01, 0.1), (0.001, 0.01)])
def test_the_bound_is_kept_here_and_by_pyprobables(
    epsilon: float, delta: float, events: int
) -> None:
    """Cormode and Muthukrishnan (2005): width e / epsilon, depth ln 1 / delta."""
    width, depth = math.ceil(math.e / epsilon), math.ceil(math.log(1 / delta))
    found = measure_count_min(count_min(width, depth, epsilon), events)
    assert found.holds
    assert found.measured <= delta
    assert (found.predicted, found.items) == (math.exp(-depth), events)
    peer = probables.CountMinSketch(width=width, depth=depth)
    stream = zipf(events, min(events, 500))
    for item, count in stream.items():
        peer.add(str(item), count)
    over = [peer.check(str(item)) - count for item, count in stream.items()]
    assert min(over) >= 0
    assert sum(o > epsilon * sum(stream.values()) for o in over) / len(over) <= delta


def test_a_bound_that_is_not_kept_does_not_hold() -> None:
    """One row of a hundred counters cannot be right to a ten-thousandth."""
    assert not measure_count_min(count_min(100, 1, 0.0001), 20_000).holds


def test_a_counter_that_overflows_is_refused() -> None:
    message = r"a counter of 8 bits overflows: \d,\d{3} of 20,000 events fall on it"
    with pytest.raises(SketchError, match=message):
        measure_count_min(count_min(1000, 2, 0.1, counter_bits=8), 20_000)


# All of them


def measure(kind: str, seed: int = 1, told: list[float] | None = None) -> Measured:
    progress = None if told is None else told.append
    match kind:
        case "bloom":
            return measure_bloom(bloom(10_000, 5, 1000), 1000, 200_000, seed, progress)
        case "count-min":
            return measure_count_min(count_min(100, 2, 0.01), 50_000, seed, progress)
        case _:
            return measure_hyperloglog(hyperloglog(8), 1000, seed, progress, sketches=20)


KINDS = ["bloom", "count-min", "hyperloglog"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_one_result_and_another_seed_another(kind: str) -> None:
    first, again, other = measure(kind, 1), measure(kind, 1), measure(kind, 2)
    assert first == again
    assert first.measured != other.measured
    assert first.predicted == other.predicted


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_around_a_measurement_changes_it(kind: str) -> None:
    np.random.seed(1)
    state = repr(np.random.get_state())
    before = measure(kind)
    assert repr(np.random.get_state()) == state
    np.random.seed(2)
    assert measure(kind) == before


@pytest.mark.parametrize("kind", KINDS)
def test_progress_grows_to_one(kind: str) -> None:
    told: list[float] = []
    found = measure(kind, told=told)
    assert found == measure(kind)
    assert told == sorted(set(told))
    assert len(told) >= 2
    assert told[0] > 0
    assert told[-1] == 1.0


def test_who_watches_can_stop_it() -> None:
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_bloom(bloom(10_000, 5, 1000), progress=stop)


LARGE = {
    "a filter": (bloom(20_000_000, 7, 2_000_000), 100_000),
    "small filters": (bloom(500, 7, 50), 50),
    "counters": (count_min(1_000_000, 3, 1e-6), 200_000),
    "few counters": (count_min(100, 3, 0.01), 200_000),
    "registers": (hyperloglog(18), 20_000),
}


@pytest.mark.parametrize(("sketch", "items"), LARGE.values(), ids=LARGE)
def test_a_measurement_takes_the_memory_that_was_said(
    sketch: Bloom | CountMin | HyperLogLog, items: int
) -> None:
    tracemalloc.start()
    try:
        match sketch:
            case Bloom():
                measure_bloom(sketch, items)
            case CountMin():
                measure_count_min(sketch, items)
            case HyperLogLog():
                measure_hyperloglog(sketch, items, sketches=8)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= room(sketch, items) + 100_000
    assert peak >= room(sketch, items) / 4


@pytest.mark.parametrize("items", [0, -1, LARGEST + 1])
def test_no_items_and_too_many_are_refused(items: int) -> None:
    message = rf"^(items|events): read {items:,}; expected 1 to 10,000,000 to measure with$"
    with pytest.raises(SketchError, match=message):
        measure_bloom(bloom(10_000, 7, 1000), items)
    with pytest.raises(SketchError, match=message):
        measure_count_min(count_min(100, 3, 0.01), items)
    with pytest.raises(SketchError, match=message):
        measure_hyperloglog(hyperloglog(10), items)


@pytest.mark.parametrize("lookups", [0, LARGEST + 1])
def test_no_lookups_and_too_many_are_refused(lookups: int) -> None:
    with pytest.raises(SketchError, match=rf"^lookups: read {lookups:,}; expected 1 to"):
        measure_bloom(bloom(10_000, 7, 1000), 1000, lookups)


def test_what_does_not_fit_is_refused_before_it_is_built() -> None:
    message = r"^measuring this sketch takes [\d,]+ MiB, 1,024 MiB are allowed; size it for fewer"
    told: list[float] = []
    with pytest.raises(SketchError, match=message):
        measure_bloom(bloom(9_585_058_378, 7, 1_000_000_000), 1000, progress=told.append)
    with pytest.raises(SketchError, match=message):
        measure_count_min(count_min(1 << 40, 3, 1e-12), 1000, progress=told.append)
    with pytest.raises(SketchError, match=message):
        measure_hyperloglog(hyperloglog(30), 1000, progress=told.append)
    assert told == []


def test_the_filter_of_the_largest_measurement_fits() -> None:
    """Ten million items at one in a million: 28.8 bits each (Bloom, 1970)."""
    assert room(bloom(287_551_752, 20, LARGEST), LARGEST) < MEMORY
