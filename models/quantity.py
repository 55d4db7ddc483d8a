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
        if isinstance(value, Range):
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

    def dump(self) -> dict[str, Any]:
        """`{"value", "unit", "text"}`: unrounded in the unit; a share is 0.2 with unit ""."""
        plain = len(self.unit.factors) == 1 and self.unit.factors[0][0] in DIMENSIONLESS
        value, unit = (self.base, "") if plain else (self.magnitude, str(self.unit))
        return {"value": value, "unit": unit, "text": self.shown}


@dataclass(frozen=True, slots=True)
class Range(Readable):
    """What is not known of an average: a 90% interval from `low` (p5) to `high` (p95)."""

    low: Quantity
    high: Quantity

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary, field: Unit | None = None) -> Range:
        """Read one range from text.

        Raises:
            QuantityError: text that is no range.
        """
        value = read_value(text, vocabulary, field)
        if isinstance(value, Quantity):
            raise QuantityError(f"{text!r} is one value; expected a range such as 4 to 16")
        return value

    @property
    def unit(self) -> Unit:
        return self.high.unit

    @property
    def dimension(self) -> Dimension:
        return self.high.dimension

    @property
    def text(self) -> str:
        """The shortest text that reads back as the very same range."""
        if self.low.unit == self.high.unit:
            return exact_range(self.low.magnitude, self.high.magnitude, self.unit)
        return f"{self.low.text} to {self.high.text}"

    @property
    def shown(self) -> str:
        """The range with its ends to three significant digits."""
        if self.low.unit == self.high.unit:
            return shown_range(self.low.magnitude, self.high.magnitude, self.unit)
        return f"{self.low.shown} to {self.high.shown}"

    def median(self, share: bool = False) -> Quantity:
        """The middle of what is believed, in the unit of the upper end.

        A positive quantity is lognormal: its median is the geometric mean of the ends. A share
        is logit-normal: the mean of the ends' log odds, turned back into a share.
        """
        low, high = self.low.base, self.high.base
        if share:
            odds = math.sqrt(low / (1 - low) * high / (1 - high))
            return Quantity.of_base(odds / (1 + odds), self.unit)
        if self.low.unit == self.high.unit:
            return Quantity(math.sqrt(self.low.magnitude * self.high.magnitude), self.unit)
        return Quantity.of_base(math.sqrt(low) * math.sqrt(high), self.unit)

    def dump(self, share: bool = False) -> dict[str, Any]:
        """The median as a quantity, with `p5`, `p50` and `p95` in the same unit."""
        median = self.median(share).dump()
        ends = {
            name: Quantity.of_base(end.base, self.unit).dump()["value"]
            for name, end in (("p5", self.low), ("p95", self.high))
        }
        return {**median, **ends, "p50": median["value"], "text": self.shown}


Value = Quantity | Range


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
        text: such as `100M user`, `8.6K redirect/s`, `4 to 16`, `85%`, `$0.023/GB/month`.
        vocabulary: the units and nouns that may occur.
        field: the unit a bare number takes, and whose dimension the result must have.

    Raises:
        QuantityError: one line that names the text, and what is expected.
    """
    from models.grammar import read_value as read

    return read(text, vocabulary, field)
