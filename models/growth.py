"""How an input grows: by a rate a year, compounding, or through milestones."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from models.quantity import Interval, Quantity, QuantityError, Value, read_value
from models.units import PERCENT, Unit, Vocabulary

MILESTONE: Final = re.compile(r"(.+?)@\s*(?:year\s+)?(\d+(?:\.\d+)?)\s*(?:years?)?\s*(?:,|$)")
LONGEST: Final = 50
"""Years: further ahead no compound rate says anything."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The course of one input over the years, as a multiple of what it is now.

    Args:
        rate: what is added each year as a share of the year before; None where there are
            milestones. It may be an interval, as other inputs are.
        shrinks: the rate is taken off instead of added.
        milestones: year and value, by year; between two of them growth is compound.
    """

    rate: Value | None = None
    shrinks: bool = False
    milestones: tuple[tuple[float, Quantity], ...] = ()

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary, unit: Unit) -> Growth:
        """Read `30%`, `-10%`, `20% to 40%`, or `150M@1, 400M@3`.

        Args:
            text: what was typed.
            vocabulary: the units and nouns that milestones may use.
            unit: the unit of what grows, for milestones.

        Raises:
            QuantityError: one line with the text and what is expected.
        """
        if "@" in text:
            return cls(milestones=_milestones(text, vocabulary, unit))
        shrinks = text.strip().startswith("-")
        bare = text.strip().removeprefix("-").removeprefix("+").strip()
        if "%" not in bare:
            raise QuantityError(
                f"{text.strip()!r}: expected a percentage a year, such as 30% or -10% "
                "(doubling is 100%), or milestones, such as 150M@1, 400M@3"
            )
        if shrinks and re.search(r"\bto\b|\.\.", bare):
            raise QuantityError(
                f"{text.strip()!r}: a range of growth is all above zero; "
                "expected one loss, such as -10% or -10% +- 5%"
            )
        rate = read_value(bare, vocabulary, PERCENT)
        highest = rate.base if isinstance(rate, Quantity) else rate.high.base
        if shrinks and highest >= 1:
            raise QuantityError(f"{text.strip()!r}: nothing is left; expected less than -100%")
        return cls(rate=rate, shrinks=shrinks)

    @property
    def text(self) -> str:
        """The text that reads back as the very same growth."""
        if self.rate is not None:
            return f"{'-' if self.shrinks else ''}{self.rate.text}"
        years = (repr(year).removesuffix(".0") for year, _ in self.milestones)
        return ", ".join(
            f"{value.text}@{year}" for year, (_, value) in zip(years, self.milestones, strict=True)
        )

    @property
    def shown(self) -> str:
        """For reading: `30% a year`, `150M user by year 1, 400M user by year 3`."""
        if self.rate is not None:
            return f"{'-' if self.shrinks else ''}{self.rate.shown} a year"
        return ", ".join(f"{value.shown} by year {year:g}" for year, value in self.milestones)

    @property
    def sign(self) -> int:
        return -1 if self.shrinks else 1

    @property
    def last(self) -> float | None:
        """The last year that it says anything of; None for a rate."""
        return self.milestones[-1][0] if self.milestones else None

    def factors(self, now: float, years: int) -> tuple[float, ...]:
        """What the input is multiplied by in the years 0, 1, ... `years`, at the rate's median.

        Args:
            now: the input's median now, in base units, from which milestones are reached.
            years: no later than the last milestone.

        Raises:
            ArithmeticError: it grows beyond all numbers, or milestones start from nothing.
        """
        if self.rate is not None:
            median = self.rate.median() if isinstance(self.rate, Interval) else self.rate
            return tuple((1 + self.sign * median.base) ** year for year in range(years + 1))
        reached = [(0.0, 0.0), *((y, math.log(v.base / now)) for y, v in self.milestones)]
        return tuple(math.exp(_between(reached, year)) for year in range(years + 1))


def _between(points: list[tuple[float, float]], x: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + (x - x0) / (x1 - x0) * (y1 - y0)
    return points[-1][1]


def _milestones(
    text: str, vocabulary: Vocabulary, unit: Unit
) -> tuple[tuple[float, Quantity], ...]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = MILESTONE.match(text, at)
        if match is None:
            raise QuantityError(
                f"{text[at:].strip()!r}: expected milestones as QUANTITY@YEAR, such as "
                "150M@1, 400M@3"
            )
        value = Quantity.read(match[1], vocabulary, unit)
        if not value.base:
            raise QuantityError(f"{match[1].strip()!r}: a milestone is above zero")
        found.append((float(match[2]), value))
        at = match.end()
    years = [year for year, _ in found]
    if years != sorted(set(years)) or years[0] <= 0 or years[-1] > LONGEST:
        raise QuantityError(
            f"{text.strip()!r}: expected rising years, from after 0 to {LONGEST}, counted from now"
        )
    return tuple(found)
