"""What a person asks of a workbench, read from the texts that were typed, by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from models.quantity import Quantity, QuantityError
from models.units import BYTE, ITEM, NUMBER, Unit, Vocabulary

WORDS: Final = Vocabulary(())
LARGEST: Final = 1e24
"""In base units: more of anything was never counted, sent or paid for."""
TWENTIETH: Final = 0.05
TYPED: Final = re.compile(r"([\d.]+(?:[eE][+-]?\d+)?)\s*(%?)")


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it was typed.

    Args:
        value: as a plain number.
        within: half a unit of its last digit, at most a twentieth of it: 0.81% is anything up to
            0.815%, 1% anything up to 1.05%.
    """

    value: float
    within: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Texts by name; one that is missing or blank was not stated.

    Every method but `states` reads one of them, `default` in its place where it was not stated, and
    raises QuantityError, beginning with the name, where it is no such quantity.
    """

    texts: Mapping[str, str]

    def states(self, *names: str) -> bool:
        """Whether any of these was stated."""
        return any(self.texts.get(name, "").strip() for name in names)

    def text(self, name: str, default: str = "") -> str:
        """What was typed."""
        return self.texts.get(name, "").strip() or default

    def quantity(self, name: str, unit: Unit, default: str = "") -> float:
        """A quantity above zero, in base units."""
        text = self.text(name, default)
        if not text:
            example = Quantity(10.0, unit).text
            raise QuantityError(f"{name}: is missing; expected a quantity such as {example}")
        try:
            value = Quantity.read(text, WORDS, unit).base
        except QuantityError as error:
            raise QuantityError(f"{name}: {error}") from None
        if not value > 0:
            raise QuantityError(f"{name}: {text!r}: expected more than 0")
        if value > LARGEST:
            raise QuantityError(f"{name}: {text!r}: expected no more than 1e24")
        return value

    def items(self, name: str, default: str = "") -> float:
        """How many items, such as `1B`."""
        return self.quantity(name, ITEM, default)

    def memory(self, name: str, default: str = "") -> float:
        """A size in bytes, such as `1.2 GB`."""
        return self.quantity(name, BYTE, default)

    def share(self, name: str, default: str = "") -> Share:
        """A share such as `0.81%`, and how precisely it was typed."""
        value, text = self.quantity(name, NUMBER, default), self.text(name, default)
        if value >= 1:
            raise QuantityError(f"{name}: {text!r}: expected a share below 100%, such as 1%")
        typed = TYPED.match(text)
        if typed is None:
            return Share(value, 0.0)
        digits = Decimal(typed[1]).as_tuple().exponent
        assert isinstance(digits, int)
        half = 0.5 * 10.0 ** min(digits, 0) / (100 if typed[2] else 1)
        return Share(value, min(half, value * TWENTIETH))

    def whole(self, name: str, default: str = "") -> int:
        """A whole number above zero."""
        value = self.quantity(name, NUMBER, default)
        if value != int(value):
            text = self.text(name, default)
            raise QuantityError(f"{name}: {text!r}: expected a whole number")
        return int(value)
