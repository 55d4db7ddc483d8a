"""Quantities, ranges and documented figures: numbers that know their unit.

A quantity keeps the magnitude and the unit that were typed, so its exact text is what a person
wrote; `base` is the same number in base units, in which formulas run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from models.readable import Readable
from models.show import exact, exact_range, shown, shown_range
from models.units import DIMENSIONLESS, NUMBER, Unit, Vocabulary

if TYPE_CHECKING:
    from models.units import Dimension

Comparator = Literal["~", "<", ">", "="]


class QuantityError(ValueError):
    """Text that is no quantity, or a quantity that does not fit. One line for a person."""


@dataclass(frozen=True, slots=True)
class Quantity(Readable):
    """A number with its unit.

    Args:
        magnitude: the number, finite, in `unit`.
        unit: the unit it is given in.
    """

    magnitude: float
    unit: Unit = NUMBER

    @classmethod
    def of_base(cls, base: float, unit: Unit) -> Quantity:
        """The quantity in `unit` whose size in base units is `base`."""
        return cls(unit.from_base(float(base)), unit)

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary, field: Unit | None = None) -> Quantity:
        """Read one quantity from text; a range is refused.

        Raises:
            QuantityError: text that is no quantity, or one of another dimension than `field`.
        """
        value = read_value(text, vocabulary, field)
        if not isinstance(value, Quantity):
            raise QuantityError(f"{text!r} is a range; expected one value")
        return value

    @property
    def base(self) -> float:
        """The magnitude in base units: seconds, bytes, dollars, counts."""
        return self.unit.to_base(self.magnitude)

    @property
    def dimension(self) -> Dimension:
        return self.unit.dimension

    @property
    def text(self) -> str:
        """The shortest text that reads back as the very same quantity."""
        return exact(self.magnitude, self.unit)

    @property
    def shown(self) -> str:
        """The quantity to three significant digits, in a unit a person would pick."""
        return shown(self.magnitude, self.unit)

    def stepped(self, factor: float) -> Quantity:
        """So many times as much, to three digits."""
        return Quantity(float(f"{self.magnitude * factor:.3g}"), self.unit)

    def dump(self) -> dict[str, Any]:
        """`{"value", "unit", "text"}`: unrounded in the unit; a share is 0.2 with unit ""."""
        plain = len(self.unit.factors) == 1 and self.unit.factors[0][0] in DIMENSIONLESS
        value, unit = (self.base, "") if plain else (self.magnitude, str(self.unit))
        return {"value": value, "unit": unit, "text": self.shown}


class Interval(Readable):
    """What is not known of an average: 90% sure that it lies between `low` (p5) and `high` (p95).

    What lies between and beyond is told by how it was typed: `a to b` is lognormal, `a +- b`
    normal, and a share, however it was typed, logit-normal.
    """

    __slots__ = ()

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary, field: Unit | None = None) -> Interval:
        """Read one interval from text.

        Raises:
            QuantityError: text that is none.
        """
        value = read_value(text, vocabulary, field)
        if isinstance(value, Quantity):
            raise QuantityError(f"{text!r} is one value; expected a range such as 4 to 16")
        return value

    @property
    def low(self) -> Quantity:
        raise NotImplementedError

    @property
    def high(self) -> Quantity:
        raise NotImplementedError

    @property
    def unit(self) -> Unit:
        return self.high.unit

    @property
    def dimension(self) -> Dimension:
        return self.high.dimension

    @property
    def text(self) -> str:
        """The shortest text that reads back as the very same interval."""
        raise NotImplementedError

    @property
    def shown(self) -> str:
        """The interval with its numbers to three significant digits."""
        raise NotImplementedError

    def median(self, share: bool = False) -> Quantity:
        """The middle of what is believed, in the unit of the upper end."""
        raise NotImplementedError

    def stepped(self, factor: float) -> Interval:
        """The interval so many times higher up, to three digits."""
        raise NotImplementedError

    def dump(self, share: bool = False) -> dict[str, Any]:
        """The median as a quantity, with `p5`, `p50` and `p95` in the same unit."""
        median = self.median(share).dump()
        ends = {
            name: Quantity.of_base(end.base, self.unit).dump()["value"]
            for name, end in (("p5", self.low), ("p95", self.high))
        }
        return {**median, **ends, "p50": median["value"], "text": self.shown}


@dataclass(frozen=True, slots=True)
class Range(Interval):
    """`a to b`: positive, and so lognormal: as likely twice the middle as half of it."""

    low: Quantity
    high: Quantity

    @property
    def text(self) -> str:
        if self.low.unit == self.high.unit:
            return exact_range(self.low.magnitude, self.high.magnitude, self.unit)
        return f"{self.low.text} to {self.high.text}"

    @property
    def shown(self) -> str:
        if self.low.unit == self.high.unit:
            return shown_range(self.low.magnitude, self.high.magnitude, self.unit)
        return f"{self.low.shown} to {self.high.shown}"

    def median(self, share: bool = False) -> Quantity:
        """The geometric mean of the ends; of a share, the middle of the ends' log odds."""
        if share:
            return _middle_share(self)
        if self.low.unit == self.high.unit:
            return Quantity(_geometric(self.low.magnitude, self.high.magnitude), self.unit)
        return Quantity.of_base(_geometric(self.low.base, self.high.base), self.unit)

    def stepped(self, factor: float) -> Range:
        return Range(self.low.stepped(factor), self.high.stepped(factor))


@dataclass(frozen=True, slots=True)
class Spread(Interval):
    """`a +- b`: normal, as likely so much above the middle as below it.

    Args:
        middle: the middle.
        half: how far p5 and p95 lie from it: a quantity of its dimension, or a percentage of it.
    """

    middle: Quantity
    half: Quantity

    @property
    def low(self) -> Quantity:
        return self._end(-1)

    @property
    def high(self) -> Quantity:
        return self._end(1)

    @property
    def _relative(self) -> bool:
        return _is_percentage(self.half) and not _is_percentage(self.middle)

    def _end(self, sign: int) -> Quantity:
        if self._relative:
            return Quantity(self.middle.magnitude * (1 + sign * self.half.base), self.middle.unit)
        if self.half.unit == self.middle.unit:
            return Quantity(self.middle.magnitude + sign * self.half.magnitude, self.middle.unit)
        return Quantity.of_base(self.middle.base + sign * self.half.base, self.middle.unit)

    @property
    def text(self) -> str:
        if self.middle.unit == self.half.unit == NUMBER:
            ends = self.middle.magnitude, self.half.magnitude
            return exact_range(*ends, NUMBER).replace(" to ", " +- ")
        return f"{self.middle.text} +- {self.half.text}"

    @property
    def shown(self) -> str:
        return f"{self.middle.shown} +- {self.half.shown}"

    def median(self, share: bool = False) -> Quantity:
        """The middle; of a share, the middle of the ends' log odds."""
        return _middle_share(self) if share else self.middle

    def stepped(self, factor: float) -> Spread:
        half = self.half if self._relative else self.half.stepped(factor)
        return Spread(self.middle.stepped(factor), half)


def _geometric(low: float, high: float) -> float:
    """The geometric mean; of 4 and 16 exactly 8, and of numbers whose product overflows too."""
    product = low * high
    if 0 < product < math.inf:
        return math.sqrt(product)
    return math.sqrt(low) * math.sqrt(high)


def _middle_share(value: Interval) -> Quantity:
    low, high = value.low.base, value.high.base
    odds = math.sqrt(low / (1 - low) * high / (1 - high))
    return Quantity.of_base(odds / (1 + odds), value.unit)


def _is_percentage(quantity: Quantity) -> bool:
    return quantity.unit.factors == (("%", 1),)


Value = Quantity | Interval


@dataclass(frozen=True, slots=True)
class Figure(Readable):
    """A documented figure: `~10K redirect/s` is an estimate, `<50 ms` a budget, `>` its mirror."""

    comparator: Comparator
    quantity: Quantity

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary, field: Unit | None = None) -> Figure:
        """Read a figure from text: a comparator, if any, and one quantity.

        Raises:
            QuantityError: text that is no figure.
        """
        from models.grammar import read_figure

        return read_figure(text, vocabulary, field)

    @property
    def text(self) -> str:
        sign = "" if self.comparator == "=" else self.comparator
        return f"{sign}{self.quantity.text}"

    @property
    def shown(self) -> str:
        sign = "" if self.comparator == "=" else self.comparator
        return f"{sign}{self.quantity.shown}"

    def dump(self) -> dict[str, Any]:
        return {**self.quantity.dump(), "comparator": self.comparator}


def read_value(text: str, vocabulary: Vocabulary, field: Unit | None = None) -> Value:
    """Read a quantity or a range as a person says it; see `models.grammar`.

    Args:
        text: such as `100M user`, `8.6K redirect/s`, `4 to 16`, `100M +- 20%`, `85%`,
            `$0.023/GB/month`.
        vocabulary: the units and nouns that may occur.
        field: the unit a bare number takes, and whose dimension the result must have.

    Raises:
        QuantityError: one line that names the text, and what is expected.
    """
    from models.grammar import read_value as read

    return read(text, vocabulary, field)
