"""Round numbers: 1-2-5 of decimal units and of each binary unit; in time, those of the clock."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from models.show import BINARY, TIME, rescaled
from models.units import Unit

TIME_STEPS: Final = {
    "s": (1, 2, 5, 10, 15, 30),
    "min": (1, 2, 5, 10, 15, 30),
    "h": (1, 2, 3, 6, 12),
    "day": (1, 2, 5, 10, 20, 50),
    "year": (),
}
BINARY_STEPS: Final = dict.fromkeys(BINARY, (1, 2, 5, 10, 20, 50, 100, 200, 500)) | {"EiB": ()}
"""Round numbers of units that are not ten of each other; outside these it is 1-2-5."""


def round_numbers(low: float, high: float, unit: Unit) -> Iterator[tuple[float, bool]]:
    """Round numbers from low to high: 1-2-5, or 1 s, 15 s, 1 min, 6 h, 1 day in time.

    Each comes with whether it is a whole one: 1, 10, 100 of a unit.

    Args:
        low: the least there may be, above zero, in base units.
        high: the largest.
        unit: the unit in which numbers are shown, which decides what is round.
    """
    _, readable = rescaled(unit.from_base(high), unit)
    name = readable.factors[0][0] if readable.factors else ""
    table: Mapping[str, tuple[int, ...]] = {name: ()}
    if name in BINARY[1:]:
        table = BINARY_STEPS
    elif readable.factors == ((name, 1),) and name in TIME:
        table = TIME_STEPS
    sizes = [readable.swapped(name, other).to_base(1.0) for other in table]
    least, most = sizes[0], sizes[-1]
    below = ((n * least, whole) for n, whole in _decades(low / least, high / least) if n < 1)
    between = (
        (n * size, n in (1, 10, 100))
        for size, steps in zip(sizes, table.values(), strict=True)
        for n in steps
    )
    above = ((n * most, whole) for n, whole in _decades(low / most, high / most) if n >= 1)
    for numbers in (below, between, above):
        for number, whole in numbers:
            if low * (1 - 1e-9) <= number <= high * (1 + 1e-9):
                yield number, whole


def _decades(low: float, high: float) -> Iterator[tuple[float, bool]]:
    """1-2-5 from the decade of the low to that of the high, and whether it is the 1."""
    for power in range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1):
        for digit in (1, 2, 5):
            yield float(f"{digit}e{power}"), digit == 1
