"""Units and the nouns that are counted: what `redirect/user/day` means, told once by pint.

A unit is a product of named units and nouns. Its dimension and its size in base units (second,
byte, dollar, one of each noun) come from the pint registry built from `units.txt`; sizes are exact
fractions, so that 4/day and 1/month lose nothing on the way to base units and back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from importlib.resources import files
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Final, TypeVar

from models.readable import Readable

if TYPE_CHECKING:
    import numpy.typing as npt
    import pint
    from pint.util import UnitsContainer

    Number = TypeVar("Number", float, npt.NDArray[Any])
    Dimension = UnitsContainer

NOUN: Final = re.compile(r"[a-z][a-z0-9_]*")
MISSPELT: Final = {
    "m": "M for million, ms for milliseconds, min for minutes",
    "b": "B for bytes, bit for bits, B after a count for billion",
    "t": "T for trillion, TB for terabytes",
    "kb": "KB for kilobytes, Kbit for kilobits",
    "Kb": "KB for kilobytes, Kbit for kilobits",
    "mb": "MB for megabytes, Mbit for megabits",
    "Mb": "MB for megabytes, Mbit for megabits",
    "gb": "GB for gigabytes, Gbit for gigabits",
    "Gb": "GB for gigabytes, Gbit for gigabits",
    "tb": "TB for terabytes, Tbit for terabits",
    "Tb": "TB for terabytes, Tbit for terabits",
    "pb": "PB for petabytes",
    "mbps": "Mbps for megabits a second, MB/s for megabytes a second",
    "gbps": "Gbps for gigabits a second, GB/s for gigabytes a second",
    "MBps": "MB/s for megabytes a second, Mbps for megabits a second",
    "GBps": "GB/s for gigabytes a second, Gbps for gigabits a second",
    "EUR": "USD or $: amounts are in US dollars",
}
DIMENSIONLESS: Final = {"%": Fraction(1, 100), "x": Fraction(1)}
"""Spellings of a pure number: they scale it and have no dimension."""


class UnitError(ValueError):
    """A unit that is not known, or does not fit. The message is one line for a person."""


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The pint registry of `units.txt`, built on first use."""
    import pint

    lines = files("models").joinpath("units.txt").read_text("utf-8").splitlines()
    return pint.UnitRegistry(lines)


@cache
def _shared() -> tuple[frozenset[str], frozenset[str]]:
    """The names in `units.txt`: its units, and the counting nouns that every preset shares."""
    names = frozenset(registry()) - {"percent", "permille", "%", "‰"}
    nouns = frozenset(n for n in names if dict(registry().get_dimensionality(n)) == {f"[{n}]": 1})
    return names - nouns, nouns


@cache
def _defined(name: str) -> tuple[Dimension, Fraction]:
    """Dimension and size in base units of one registered name."""
    size, _ = registry().get_base_units(name)
    # Every unit is a whole number of base units, or a whole part of one: ns is 1/10^9 s.
    return registry().get_dimensionality(name), Fraction(str(size)).limit_denominator(10**12)


@cache
def _measured(factors: tuple[tuple[str, int], ...]) -> tuple[Dimension, Fraction]:
    """Dimension and size in base units of a product of names."""
    dimension, size = registry().UnitsContainer({}), Fraction(1)
    for name, power in factors:
        if name in DIMENSIONLESS:
            one, of = registry().UnitsContainer({}), DIMENSIONLESS[name]
        else:
            one, of = _defined(name)
        dimension, size = dimension * one**power, size * of**power
    return dimension, size


def plurals(noun: str) -> tuple[str, ...]:
    """The English plural of a noun: urls, queries, boxes."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return (noun[:-1] + "ies",)
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return (noun + "es",)
    return (noun + "s",)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words a preset may use in units: the shared units and nouns, and the nouns of its own.

    Args:
        nouns: the preset's own counting nouns, such as `url` and `redirect`; each becomes a
            dimension of its own.

    Raises:
        UnitError: a noun that is no lower-case word, or that is already a unit.
    """

    nouns: tuple[str, ...] = ()
    _names: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for noun in self.nouns:
            if fault := noun_fault(noun):
                raise UnitError(fault)
            if noun not in registry():
                registry().define(f"{noun} = [{noun}]")
        object.__setattr__(self, "_names", _spellings(self.nouns))

    def find(self, word: str) -> str | None:
        """The registered name that a word or its plural stands for, or None."""
        return self._names.get(word)

    def is_noun(self, name: str) -> bool:
        """Whether a registered name counts things (a url, a user) rather than measures."""
        return name in self.nouns or name in _shared()[1]

    def nearest(self, word: str) -> str:
        """What to say of an unknown word: the spelling that is meant, if one is near."""
        if word in MISSPELT:
            return MISSPELT[word]
        near = get_close_matches(word, self._names, 1) or get_close_matches(
            word.lower(), self._names, 1
        )
        if near:
            return f"did you mean {near[0]}?"
        return "units are like ms, day, GB, Mbit, USD; a counted noun must be in `nouns`"


@cache
def _spellings(nouns: tuple[str, ...]) -> Mapping[str, str]:
    """Every word that a vocabulary knows, plurals too, with the registered name it stands for."""
    units, shared = _shared()
    names = {name: registry().get_name(name) for name in units | shared | {*nouns}}
    for noun in (*shared, *nouns, *(u for u in units if len(u) > 2 and u.islower())):
        for plural in plurals(noun):
            names.setdefault(plural, names[noun])
    return names


def noun_fault(noun: str) -> str | None:
    """Why a word cannot be a preset's own noun, or None when it can."""
    from models.grammar import RESERVED

    units, shared = _shared()
    if not NOUN.fullmatch(noun) or len(noun) > 40:
        return f"noun {noun!r}: a noun is one lower-case word, such as url or ad_click"
    if noun in shared or any(noun in plurals(word) for word in shared):
        return f"noun {noun!r} is shared by all presets already: leave it out"
    if noun in RESERVED:
        return f"noun {noun!r} has a meaning in quantities: choose another word"
    if iskeyword(noun):
        return f"noun {noun!r} is a word of formulas: choose another word"
    if noun in units or any(p in units for p in plurals(noun)):
        return f"noun {noun!r} is a unit: choose another word"
    return None


@dataclass(frozen=True, slots=True)
class Unit(Readable):
    """A compound unit: names with exponents, in the order in which they are read aloud.

    Args:
        factors: `(("redirect", 1), ("user", -1), ("day", -1))` for `redirect/user/day`; the
            spellings `%` and `x` of a pure number may stand first.
    """

    factors: tuple[tuple[str, int], ...] = ()
    dimension: Dimension = field(init=False, compare=False, repr=False)
    size: Fraction = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        dimension, size = _measured(self.factors)
        object.__setattr__(self, "dimension", dimension)
        object.__setattr__(self, "size", size)

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary) -> Unit:
        """Read a compound unit: names joined by `/`, `*` or `per`, each with an optional `^n`.

        Raises:
            UnitError: an unknown name, or text that is no unit.
        """
        from models.grammar import read_unit

        return read_unit(text, vocabulary)

    def dump(self) -> str:
        return str(self)

    def __str__(self) -> str:
        above = "*".join(_power(n, p) for n, p in self.factors if p > 0)
        below = "".join("/" + _power(n, -p) for n, p in self.factors if p < 0)
        return above + below

    def to_base(self, magnitude: Number) -> Number:
        """A magnitude in this unit as one in base units; exact where a float can hold it."""
        return magnitude * self.size.numerator / self.size.denominator

    def from_base(self, magnitude: Number) -> Number:
        """A magnitude in base units as one in this unit."""
        return magnitude * self.size.denominator / self.size.numerator

    @property
    def above(self) -> tuple[tuple[str, int], ...]:
        """The factors above the fraction line: what the unit counts or measures."""
        return tuple((n, p) for n, p in self.factors if p > 0)

    def swapped(self, old: str, new: str) -> Unit:
        """The same unit with one name put for another: GB/month for TB/month."""
        return Unit(tuple((new if n == old else n, p) for n, p in self.factors))


NUMBER: Final = Unit()
"""The unit of a pure number."""
MS: Final = Unit((("ms", 1),))
PERCENT: Final = Unit((("%", 1),))
TIMES: Final = Unit((("x", 1),))
BYTE: Final = Unit((("B", 1),))
BIT: Final = Unit((("bit", 1),))
ITEM: Final = Unit((("item", 1),))


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def describe(dimension: Dimension) -> str:
    """A dimension as a person reads it, in base units: `redirect/s`, `B`, `a plain number`."""
    spelt = {"[information]": "B", "[time]": "s", "[currency]": "USD"}
    factors = [(spelt.get(d, d.strip("[]")), exponent(dimension, d)) for d in dimension]
    # What is counted comes first, time last: url/user/s.
    factors.sort(key=lambda f: (f[0] == "s", f[0] != "B", f[0]))
    above = "*".join(_real_power(n, p) for n, p in factors if p > 0)
    below = "".join("/" + _real_power(n, -p) for n, p in factors if p < 0)
    return f"{above or '1'}{below}" if factors else "a plain number"


def _real_power(name: str, power: float) -> str:
    return name if power == 1 else f"{name}^{power:g}"


@cache
def exponent(dimension: Dimension, base: str) -> float:
    """The power of a base dimension in a dimension: -1 for "[time]" in redirect/s, else 0."""
    return float(dimension.get(base, 0))  # type: ignore[arg-type]  # pint also allows complex


def counts_only(dimension: Dimension) -> bool:
    """Whether a dimension is made of counting nouns alone (or of nothing)."""
    return not any(d in ("[information]", "[time]", "[currency]") for d in dimension)


def join(words: Iterable[str]) -> str:
    """Words as a list in a sentence: `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
