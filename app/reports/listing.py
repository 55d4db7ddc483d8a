"""The systems as a report. Apart from the others, since listing must import nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from app.reports.table import Column, Report, Table
from app.saved import Saved
from presets.loader import FAMILIES, Header

T = TypeVar("T")


def listing(headers: Iterable[Header]) -> Report:
    """The systems, by family; what has no readable header is left out."""
    known = [header for header in headers if not header.fault]
    columns = (Column("id"), Column("name"), Column("like"), Column("summary", below=True))
    return Report(
        "",
        (),
        tuple(
            Table(
                family_title(family),
                columns,
                tuple((h.id, h.name, ", ".join(h.like), h.summary) for h in members),
            )
            for family, members in in_families(known, lambda header: header.family)
        ),
    )


def with_saved(report: Report, scenarios: Iterable[Saved]) -> Report:
    """A listing with the saved scenarios below, if there are any that can be opened."""
    rows = tuple(
        (s.name, s.system, s.variant or "", f"{s.changes}", f"{s.time:%Y-%m-%d %H:%M}")
        for s in scenarios
        if not s.fault
    )
    if not rows:
        return report
    columns = (
        Column("name"), Column("system"), Column("variant"), Column("changes", "right"),
        Column("saved"),
    )  # fmt: skip
    return replace(report, tables=(*report.tables, Table("Saved scenarios", columns, rows)))


def in_families(systems: Iterable[T], family: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """Systems under their families, in the order in which families are listed; none is empty."""
    found: dict[str, list[T]] = {name: [] for name in FAMILIES}
    for system in systems:
        found.setdefault(family(system), []).append(system)
    own = sorted(found.keys() - set(FAMILIES))
    return [(name, found[name]) for name in (*FAMILIES, *own) if found[name]]


def family_title(family: str) -> str:
    """A family as a heading: `Read heavy`."""
    return family.replace("-", " ").capitalize()
