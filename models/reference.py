"""The reference: tables to look things up in, each figure with its unit and its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from models.readable import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column of a reference table.

    Args:
        name: what stands above it.
        unit: the unit of its figures, such as "ns"; without one its cells are words.
        source: where its figures or words come from, with a date.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    unit: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A table of the reference.

    Args:
        id: its file's name.
        title: what stands above it.
        about: a sentence on how to read it.
        columns: the first names what a row is about.
        rows: as many cells as there are columns; an empty one says nothing.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    title: str
    about: str = ""
    columns: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]

    def matching(self, word: str) -> tuple[tuple[str, ...], ...]:
        """The rows in which a word stands, in any case; all of them by the table's name."""
        sought = word.casefold()
        if sought == self.id:
            return self.rows
        return tuple(row for row in self.rows if any(sought in cell.casefold() for cell in row))
