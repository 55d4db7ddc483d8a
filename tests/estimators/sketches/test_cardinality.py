"""What registers tell, beside other libraries, exact arithmetic and counting one by one."""

from __future__ import annotations

import math
from collections import defaultdict
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import datasketches
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.sketches.cardinality import cardinality, counted
from estimators.sketches.hashing import CHUNK, seeds, splitmix64
from estimators.sketches.hyperloglog import hyperloglog_for_precision


def nobody(_: int) -> None:
    """Listens to how far a count has come."""


def to_fifty_digits(histogram: list[int]) -> float:
    """Ertl (2017), algorithm 6, from the series as they are printed: (10) and (13) there."""
    with localcontext() as context:
        context.prec = 50
        m, q, two = Decimal(sum(histogram)), len(histogram) - 2, Decimal(2)
        x = histogram[0] / m
        sigma = x + sum(x ** (2**k) * two ** (k - 1) for k in range(1, 40))
        y = 1 - histogram[-1] / m
        roots, root = [], y
        for _ in range(90):
            root = root.sqrt()
            roots.append(root)
        tau = (1 - y - sum((1 - r) ** 2 / two**k for k, r in enumerate(roots, 1))) / 3
        tau = tau if y else Decimal(0)
        between = sum(histogram[k] / two**k for k in range(1, q + 1))
        return float(m**2 / (2 * two.ln() * (m * sigma + between + m * tau / two**q)))


@given(
    st.integers(2, 30).flatmap(
        lambda most: st.lists(st.integers(0, 500), min_size=most + 1, max_size=most + 1)
    )
)
@settings(deadline=None, max_examples=150)
def test_the_estimate_is_the_published_series(histogram: list[int]) -> None:
    # With all registers full there is no estimate; with all empty the series has no end.
    if sum(histogram) in (histogram[0], histogram[-1]):
        histogram[1] += 1
    assert cardinality(histogram) == pytest.approx(to_fifty_digits(histogram), rel=1e-9)


def test_the_ends_of_the_range_are_nothing_and_without_end() -> None:
    assert cardinality([64, 0, 0, 0]) == 0.0
    assert cardinality([0, 0, 0, 64]) == math.inf


def outcomes(items: int, precision: int) -> list[tuple[float, float]]:
    """Every estimate after so many items, and its chance: ranks up to 20, any meeting of items."""
    m, ranks = 1 << precision, range(1, 21)
    found: defaultdict[tuple[int, ...], Fraction] = defaultdict(Fraction)
    for draw in product(ranks, repeat=items):
        chance = Fraction(1)
        for rank in draw:
            chance *= Fraction(1, 2**rank)
        apart = tuple(sorted(draw))
        if items == 1:
            found[apart] += chance
        else:
            found[apart] += chance * Fraction(m - 1, m)
            found[(max(draw),)] += chance * Fraction(1, m)
    estimates = []
    for held, chance in found.items():
        histogram = [m - len(held)] + [0] * (64 - precision + 1)
        for rank in held:
            histogram[rank] += 1
        estimates.append((cardinality(histogram), float(chance)))
    return estimates


@pytest.mark.parametrize("items", [1, 2])
@pytest.mark.parametrize("precision", [8, 14])
def test_one_and_two_items_are_told_exactly_on_average(items: int, precision: int) -> None:
    """Over all that their hashes can be, to one part in the number of registers."""
    mean = sum(estimate * chance for estimate, chance in outcomes(items, precision))
    assert mean == pytest.approx(items, rel=2 / (1 << precision))


@pytest.mark.parametrize("items", [1, 2])
@pytest.mark.parametrize("precision", [4, 8])
def test_the_error_of_one_and_two_items_is_that_of_all_their_hashes(
    items: int, precision: int
) -> None:
    squares = [(((e / items) - 1) ** 2, chance) for e, chance in outcomes(items, precision)]
    mean = sum(square * chance for square, chance in squares)
    variance = sum((square - mean) ** 2 * chance for square, chance in squares)
    sketch = hyperloglog_for_precision(precision, register_bits=6)
    found = [(counted(sketch, items, seed, nobody) / items - 1) ** 2 for seed in seeds(1, 400)]
    assert abs(sum(found) / 400 - mean) <= 3.5 * math.sqrt(variance / 400)


@pytest.mark.parametrize("items", [1000, 3000, 10_000, 100_000])
def test_registers_of_datasketches_are_read_as_it_reads_them(items: int) -> None:
    """Its eight-bit registers lie behind 40 bytes. Its own estimate knows the order of arrival."""
    peer = datasketches.hll_sketch(10, datasketches.tgt_hll_type.HLL_8, True)
    for number in range(items):
        peer.update(number)
    registers = np.frombuffer(peer.serialize_updatable()[40:], dtype=np.uint8)
    assert len(registers) == 1024
    estimate = cardinality(np.bincount(registers, minlength=64).tolist())
    error = 1.04 / math.sqrt(1024)
    assert estimate == pytest.approx(items, rel=3 * error)
    assert estimate == pytest.approx(peer.get_estimate(), rel=3 * error)


def one_by_one(precision: int, items: int, seed: int) -> float:
    """Cohen (2014): before an item raises a register, add 1 / the chance that any would."""
    m = 1 << precision
    registers, total = [0] * m, 0.0
    for word in splitmix64(seed, 0, items).tolist():
        place, rest = word >> (64 - precision), word & ((1 << (64 - precision)) - 1)
        rank = 64 - precision - rest.bit_length() + 1
        if rank > registers[place]:
            total += m / sum(2.0**-register for register in registers)
            registers[place] = rank
    return total


@pytest.mark.parametrize("items", [1, 5, 100, 3000])
@pytest.mark.parametrize("precision", [4, 6])
def test_counting_in_order_is_counting_one_by_one(precision: int, items: int) -> None:
    sketch = hyperloglog_for_precision(precision, "datasketches")
    for seed in seeds(5, 8):
        expected = one_by_one(precision, items, seed)
        assert counted(sketch, items, seed, nobody) == pytest.approx(expected, rel=1e-9)


def test_counting_in_order_goes_on_from_chunk_to_chunk() -> None:
    sketch = hyperloglog_for_precision(4, "datasketches")
    for seed in seeds(1, 8):
        expected = one_by_one(4, CHUNK + 1000, seed)
        assert counted(sketch, CHUNK + 1000, seed, nobody) == pytest.approx(expected, rel=1e-9)
