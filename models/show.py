"""Numbers as text: three significant digits for reading, the exact form for fields and files.

Both are written so that `models.grammar` reads them back; the exact form reads back as the very
same floating-point number.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

from models.units import DIMENSIONLESS, Unit

SCALES: Final = {"": 0, "K": 3, "M": 6, "B": 9, "T": 12}
DECIMAL: Final = ("B", "KB", "MB", "GB", "TB", "PB", "EB")
BINARY: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
BITS: Final = ("bit", "Kbit", "Mbit", "Gbit", "Tbit")
TIME: Final = ("ns", "us", "ms", "s", "min", "h", "day", "year")
FAMILIES: Final = (BITS, BINARY, DECIMAL, ("bps", "Kbps", "Mbps", "Gbps", "Tbps"))

INFORMATION: Final = frozenset(name for family in FAMILIES for name in family)

PLAIN_BELOW: Final = 1e6
"""Below it, the upper end of a range is written out rather than with a suffix of its own."""

Parts = tuple[str, str]
"""A number and a unit as text, to be joined: ("9.26K", "redirect/s"), ("85", "%")."""


def shown(magnitude: float, unit: Unit) -> str:
    """Three significant digits and a unit a person would pick: `9.26K redirect/s`, `18 h`."""
    return join(shown_parts(magnitude, unit))


def exact(magnitude: float, unit: Unit) -> str:
    """The shortest text that reads back as the same number: `100M user`, `90 day`, `85%`."""
    return join(exact_parts(magnitude, unit))


def shown_range(low: float, high: float, unit: Unit) -> str:
    """Two ends of one unit for reading: `4 to 16 redirect/user/day`."""
    if not unit.factors:
        # A suffix would be read as belonging to both ends: 1 to 5,000, not 1 to 5K.
        ends = [_short(_three_digits(end), scaled=False) for end in (low, high)]
        return " to ".join(ends)
    return _range(shown_parts(low, unit), shown_parts(high, unit))


def exact_range(low: float, high: float, unit: Unit) -> str:
    """Two ends of one unit, so that they read back as the same numbers."""
    if not unit.factors:
        return " to ".join(_shortest(end, scaled=False) for end in (low, high))
    parts = exact_parts(low, unit), exact_parts(high, unit)
    if _misread(*parts) and high < PLAIN_BELOW:
        parts = parts[0], _with_unit(_shortest(high, scaled=False), unit)
        if parts[0][0][:1] != "$":
            return f"{parts[0][0]} to {join(parts[1])}"
    return _range(*parts)


def shown_parts(magnitude: float, unit: Unit) -> Parts:
    """Number and unit of `shown`, apart, for columns that align them."""
    magnitude, unit = rescaled(magnitude, unit)
    return _with_unit(_short(_three_digits(magnitude), scaled=not _is_plain(unit)), unit)


def exact_parts(magnitude: float, unit: Unit) -> Parts:
    """Number and unit of `exact`, apart."""
    return _with_unit(_shortest(magnitude, scaled=not _is_plain(unit)), unit)


def rescaled(magnitude: float, unit: Unit) -> tuple[float, Unit]:
    """The same amount in the unit a person would pick: 27.4 TB for 27,400 GB, 18 h for 0.75 day.

    Args:
        magnitude: how much there is, in `unit`.
        unit: any unit; what is not information, time or a slow rate stays in it.
    """
    if not unit.factors or not magnitude or not math.isfinite(magnitude):
        return magnitude, unit
    first, power = unit.factors[0]
    if power == 1:
        for family in FAMILIES:
            if first in family and (first != "B" or family is DECIMAL):
                return _largest(magnitude, unit, first, family)
        if first in (*TIME, "week", "month") and len(unit.factors) == 1:
            return _largest(magnitude, unit, first, TIME)
    if ("s", -1) in unit.factors and abs(magnitude) < 0.1:
        for time in ("min", "h", "day", "year"):
            slower = unit.swapped("s", time)
            if abs(slower.from_base(unit.to_base(magnitude))) >= 1:
                return slower.from_base(unit.to_base(magnitude)), slower
    return magnitude, unit


def shown_ends(low: float, high: float, beside: float, unit: Unit) -> tuple[str, str]:
    """Two ends of a band beside a value: `4.63K`, `18.5K`, with units only where they differ."""
    parts = [shown_parts(magnitude, unit) for magnitude in (low, high)]
    alike = {shown_parts(beside, unit)[1], *(name for _, name in parts)}
    bare = len(alike) == 1 and alike.isdisjoint(DIMENSIONLESS)
    first, last = (part[0] if bare else join(part) for part in parts)
    return first, last


def times(ratio: float) -> str:
    """A ratio to two digits: `0.93x`, `18x`, `1,200x`."""
    return f"{_short(float(f'{ratio:.1e}'), scaled=False)}x"


def join(parts: Parts) -> str:
    number, unit = parts
    glued = not unit or unit in DIMENSIONLESS or unit.startswith("/")
    return number + unit if glued else f"{number} {unit}"


def _with_unit(number: str, unit: Unit) -> Parts:
    if unit.factors and unit.factors[0] == ("USD", 1):
        return f"${number}", str(Unit(unit.factors[1:]))
    return number, str(unit)


def _range(low: Parts, high: Parts) -> str:
    """Say a shared unit once; say it twice where `80 to 120M user` would be misread."""
    said_once = low[1] == high[1] and low[1] not in DIMENSIONLESS and "$" not in low[0]
    if said_once and not _misread(low, high):
        return f"{low[0]} to {join(high)}"
    return f"{join(low)} to {join(high)}"


def _misread(low: Parts, high: Parts) -> bool:
    """Whether the suffix of one end would be read as another's, or a billion as a byte."""
    if low[0].endswith("B") and INFORMATION.intersection(low[1].partition("/")[0].split("*")):
        return True
    return high[0][-1:].isalpha() and not low[0][-1:].isalpha()


def _is_plain(unit: Unit) -> bool:
    return bool(unit.factors) and unit.factors[0][0] in DIMENSIONLESS


def _three_digits(x: float) -> float:
    return float(f"{x:.2e}")


def _short(x: float, scaled: bool = True) -> str:
    """Up to three significant digits with a suffix: 9.26K, 116, 0.05, 3.52e18, 5.5e-5."""
    size = abs(x)
    if not scaled and 1000 <= size < 1e18:
        return f"{x:,.0f}"
    if size >= 1e18 or 0 < size < 1e-4:
        return _scientific(f"{x:.3g}" if size < 1e-4 else f"{x:.2e}")
    for suffix, power in reversed(SCALES.items()):
        if size >= 10**power and suffix:
            number = x / 10**power
            return (f"{number:.3g}" if abs(number) < 1000 else f"{number:,.0f}") + suffix
    return f"{x:.3g}"


def _shortest(x: float, scaled: bool) -> str:
    """The shortest decimal spelling of a float, with a suffix where that is shorter."""
    digits = Decimal(repr(x))
    if x and not 1e-4 <= abs(x) < 1e18:
        return _scientific(f"{digits.normalize():e}")
    candidates = [
        f"{digits.scaleb(-power).normalize():f}{suffix}"
        for suffix, power in reversed(SCALES.items())
        if not suffix or (scaled and abs(x) >= 10**power)
    ]
    return min(candidates, key=len)


def _scientific(text: str) -> str:
    mantissa, _, power = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(power or 0)}"


def _largest(
    magnitude: float, unit: Unit, name: str, family: tuple[str, ...]
) -> tuple[float, Unit]:
    """The largest unit of a family in which the number is at least one; the smallest failing that.

    Weeks and months stay as they were typed while the number in them reads well.
    """
    if name not in family and 1 <= abs(magnitude) < 1000:
        return magnitude, unit
    best = magnitude, unit
    for other in family:
        candidate = unit.swapped(name, other)
        converted = candidate.from_base(unit.to_base(magnitude))
        if abs(_three_digits(converted)) >= 1 or other == family[0]:
            best = converted, candidate
    return best
