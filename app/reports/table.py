"""A report before it has a format: a title, some lines, and tables of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Args:
        heading: what stands above it.
        align: the side its cells stand on.
        verdict: whether its cells hold a verdict, which is coloured.
        code: whether its cells are code, for Markdown.
        below: whether its cells go below their row on a terminal that is too narrow.
    """

    heading: str
    align: Literal["left", "right"] = "left"
    verdict: bool = False
    code: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a title; every row has as many cells as there are columns."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a command shows: a title, lines below it, tables, and lists of short sentences."""

    title: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
