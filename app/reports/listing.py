"""The systems as a report. Apart from the others, since listing must import nothing heavy."""

from __future__ import annotations

from collections.abc import Iterable

from app.reports.table import Column, Report, Table
from presets.loader import FAMILIES, Header


def listing(headers: Iterable[Header]) -> Report:
    """The systems, by family; what has no readable header is left out."""
    known = [header for header in headers if not header.fault]
    others = sorted({header.family for header in known} - set(FAMILIES))
    columns = (Column("id"), Column("name"), Column("like"), Column("summary", below=True))
    tables = []
    for family in (*FAMILIES, *others):
        rows = tuple(
            (header.id, header.name, ", ".join(header.like), header.summary)
            for header in known
            if header.family == family
        )
        if rows:
            tables.append(Table(family.replace("-", " ").capitalize(), columns, rows))
    return Report("", (), tuple(tables))
