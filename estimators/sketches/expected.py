"""What a sketch is asked by, and how it refuses: `NAME: read VALUE; expected WHAT`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from models.sketch import Convention, SketchError

Layout = TypeVar("Layout")

NAMES: Final[Mapping[Convention, str]] = {
    "textbook": "the textbook",
    "redis": "Redis",
    "datasketches": "DataSketches",
    "guava": "Guava",
    "cassandra": "Cassandra",
}
"""The conventions as a sentence has them."""


def one_of(choices: Iterable[object]) -> str:
    """Choices in a sentence: `8, 16, 32 or 64`.

    Args:
        choices: at least one.

    Returns:
        All of them, the last one after "or".
    """
    *others, last = map(str, choices)
    return f"{', '.join(others)} or {last}" if others else last


def layout_of(layouts: Mapping[Convention, Layout], convention: Convention, sketch: str) -> Layout:
    """How a convention lays a sketch out.

    Args:
        layouts: of the conventions that know such sketches.
        convention: whose is looked for.
        sketch: what such sketches are called.

    Returns:
        The layout.

    Raises:
        SketchError: there is no such sketch by that convention.
    """
    if convention not in layouts:
        known = f"{one_of(layouts)} ({sketch})"
        raise SketchError(f"convention: read {convention}; expected {known}")
    return layouts[convention]


def check_share(name: str, value: float) -> None:
    """Refuse a share of nothing or of all.

    Args:
        name: what it is called where it is asked for.
        value: the share.

    Raises:
        SketchError: it is not above 0 and below 1.
    """
    if not 0.0 < value < 1.0:
        expected = "a share above 0 and below 1, such as 1%"
        raise SketchError(f"{name}: read {value:.10g}; expected {expected}")
