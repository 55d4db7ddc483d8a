"""A key's step up or down in a field: by a tenth, or along 1, 2, 5, 10."""

from __future__ import annotations

import math
from typing import Final

from models.quantity import Interval, Quantity, Value

TENTH: Final = 1.1
ROUND: Final = (1, 2, 5)


def stepped(value: Value, direction: int, coarse: bool = False, whole: bool = False) -> Value:
    """The next value that a key goes to.

    Args:
        value: a quantity, or an interval, which keeps its shape.
        direction: 1 for up, -1 for down.
        coarse: to the next of 1, 2, 5, 10 ... of its unit, rather than by a tenth.
        whole: it is counted: by one at least, and never between two numbers.
    """
    middle = (value.median() if isinstance(value, Interval) else value).magnitude
    goal = round_beside(middle, direction) if coarse else middle * TENTH**direction
    if whole and isinstance(value, Quantity):
        moved = round(goal - middle) or direction
        return Quantity(float(round(middle) + moved), value.unit)
    return value.stepped(goal / middle) if middle else value


def round_beside(number: float, direction: int) -> float:
    """The nearest of 1, 2, 5, 10 ... above (1) or below (-1) a number; of 0 it is 1 and -1."""
    if number <= 0:
        return float(direction)
    exponent = math.floor(math.log10(number))
    around = [float(f"{n}e{e}") for e in range(exponent - 1, exponent + 2) for n in ROUND]
    # A number within a thousandth of a round one stands on it.
    if direction > 0:
        return min(each for each in around if each > number * 1.001)
    return max(each for each in around if each < number * 0.999)
