"""The reference as reports and data: all tables by name, or the rows in which a word stands."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from app.reports.as_json import SCHEMA
from app.reports.table import Column, Report, Table
from models.reference import Reference

Found = tuple[tuple[Reference, tuple[tuple[str, ...], ...]], ...]
"""Tables with the rows of them that were asked for."""


def search(tables: tuple[Reference, ...], word: str | None) -> Found:
    """The rows in which a word stands, by table; a table whole by its name; all without a word."""
    named = (word or "").casefold()
    tables = tuple(table for table in tables if table.id == named) or tables
    found = ((table, table.matching(word) if word else table.rows) for table in tables)
    return tuple((table, rows) for table, rows in found if rows)


def nearest(tables: tuple[Reference, ...], word: str) -> str | None:
    """What is here and is written most like a word of which nothing is found."""
    known = sorted({cell for table in tables for row in table.rows for cell in row[:1]})
    return next(iter(get_close_matches(word, [*(table.id for table in tables), *known], 1)), None)


def contents_report(tables: tuple[Reference, ...]) -> Report:
    """What tables there are."""
    columns = (Column("table", code=True), Column("title"), Column("rows", "right"))
    rows = tuple((table.id, table.title, str(len(table.rows))) for table in tables)
    line = "`slipstick ref WORD` shows what it is in, or a whole table by its name"
    return Report("Reference", (line,), (Table("", columns, rows),))


def reference_report(found: Found) -> Report:
    """The rows that were found, by table, with their sources below."""
    tables = tuple(
        Table(
            table.title,
            tuple(
                Column(column.name, "right" if column.unit else "left", below=_is_long(rows, n))
                for n, column in enumerate(table.columns)
            ),
            rows,
        )
        for table, rows in found
    )
    sources = tuple(
        (
            f"Sources of {table.title.lower()}",
            tuple(f"{c.name}: {c.source}" for c in table.columns if c.source),
        )
        for table, _ in found
        if any(column.source for column in table.columns)
    )
    # How to read a table is said where it stands alone.
    abouts = tuple(table.about for table, _ in found if table.about and len(found) == 1)
    return Report("", abouts, tables, sources)


def _is_long(rows: tuple[tuple[str, ...], ...], column: int) -> bool:
    """Whether a column of words goes below its row where there is no room."""
    return column > 0 and max((len(row[column]) for row in rows), default=0) > 30


def reference_json(found: Found) -> dict[str, Any]:
    """The rows that were found, each by the names of its columns."""
    return {
        "schema": SCHEMA,
        "tables": [
            {
                "id": table.id,
                "title": table.title,
                "about": table.about,
                "columns": [
                    {"name": c.name, "unit": c.unit, "source": c.source} for c in table.columns
                ],
                "rows": [
                    dict(zip((c.name for c in table.columns), row, strict=True)) for row in rows
                ],
            }
            for table, rows in found
        ],
    }
