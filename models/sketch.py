"""Sketches: small structures that answer one question about many items, with a known error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Convention = Literal["textbook", "redis", "datasketches", "guava", "cassandra"]
"""Whose rounding and whose layout."""


class SketchError(ValueError):
    """A sketch that cannot be, such as one of error 0. One line for a person."""


@dataclass(frozen=True, slots=True)
class Bloom:
    """A Bloom filter: was this item added? It never says no wrongly.

    Args:
        convention: whose rounding and layout.
        items: how many it is made for.
        asked: the share of false positives that was asked for; None where its size was.
        bits: the length of its bit array.
        hashes: how many bits an item sets.
        bytes: what it takes, as its convention counts it: some keep a header beside the array.
        fp: the share of false positives once it holds its items.
    """

    convention: Convention
    items: float
    asked: float | None
    bits: int
    hashes: int
    bytes: int
    fp: float


@dataclass(frozen=True, slots=True)
class CountMin:
    """A Count-Min sketch: how often was this item seen? It never says too little.

    Args:
        convention: whose rounding and layout.
        width: counters in a row.
        depth: rows, each with a hash of its own.
        counter_bits: the size of one counter.
        bytes: what it takes, with what its convention keeps beside the counters.
        epsilon: the overestimate that is exceeded seldom, a share of all that was counted.
        delta: how seldom, a share of the items.
    """

    convention: Convention
    width: int
    depth: int
    counter_bits: int
    bytes: int
    epsilon: float
    delta: float


@dataclass(frozen=True, slots=True)
class HyperLogLog:
    """A HyperLogLog: how many different items were seen?

    Args:
        convention: whose rounding and layout.
        precision: bits of the hash that pick a register; there are 2^precision.
        register_bits: the size of one register.
        bytes: what it takes dense, with what its convention keeps beside the registers.
        asked: the standard error that was asked for; None where its size was.
        error: the standard error, a share.
    """

    convention: Convention
    precision: int
    register_bits: int
    bytes: int
    asked: float | None
    error: float

    @property
    def registers(self) -> int:
        """How many there are."""
        return 1 << self.precision


Sketch: TypeAlias = Bloom | CountMin | HyperLogLog


@dataclass(frozen=True, slots=True)
class Rival:
    """Another structure that does the same job.

    Args:
        label: what it is.
        bytes: what it takes.
        error: its share of wrong answers, in the sketch's own sense; 0 where it is exact.
        note: what is gained, lost or assumed, in a few words.
    """

    label: str
    bytes: float
    error: float
    note: str


@dataclass(frozen=True, slots=True)
class Said:
    """A formula as the literature has it, beside what holds for a sketch.

    Args:
        formula: as it is written.
        documented: what it gives for the sketch, a share.
        holds: what holds, a share: the exact chance, or what its convention promises.
    """

    formula: str
    documented: float
    holds: float

    @property
    def ratio(self) -> float | None:
        """What holds over what is documented; None where that is too small for a number."""
        return self.holds / self.documented if self.documented else None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a real sketch of that size did, beside what the formula says.

    Args:
        what: what was measured, such as "false positives".
        items: how many items it held, or events it saw.
        trials: of what the share is: lookups, items, or sketches.
        predicted: by the formula, a share.
        measured: as it came out, a share.
        low, high: between which the true share lies with 95% confidence.
        holds: whether what is predicted lies there, or for a bound, whether it is kept.
    """

    what: str
    items: int
    trials: int
    predicted: float
    measured: float
    low: float
    high: float
    holds: bool
