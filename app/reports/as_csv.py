"""Reports as CSV: one table, a header line, exact numbers beside their units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from app.reports.build import needs_text
from app.reports.table import Report
from models.estimate import Estimate, Held
from models.quantity import Quantity

HELD = ("against", "derived", "derived_unit", "ratio", "verdict", "reconcile", "needs",
        "needs_unit", "to_meet_it")  # fmt: skip


def report_csv(report: Report) -> str:
    """A report of one kind of row (a listing) as CSV; the table's title is the first column."""
    headings = [column.heading for column in report.tables[0].columns] if report.tables else []
    rows = [(table.title, *row) for table in report.tables for row in table.rows]
    return _csv(["table", *headings], rows)


def estimate_csv(estimate: Estimate) -> str:
    """Inputs, derived numbers and documented figures, a row each."""
    rows: list[Sequence[Any]] = []
    for i in estimate.inputs.values():
        note = "changed" if i.changed else i.basis
        rows.append(("input", i.name, i.label, *_cells(i.median), i.value.text, note))
    for d in estimate.derived.values():
        rows.append(("derived", d.name, d.label, *_cells(d.value), d.value.shown, d.formula))
    for c in estimate.documented:
        figure = c.literal.figure
        cells = (*_cells(figure.quantity), figure.text, c.said, *_held(c.literal))
        rows.append(("documented", c.literal.against, c.label, *cells))
    headings = ["kind", "address", "label", "value", "unit", "text", "note", *HELD[1:]]
    width = len(headings)
    return _csv(headings, [(*row, *[""] * (width - len(row))) for row in rows])


def audit_csv(estimates: Iterable[Estimate]) -> str:
    """Every documented figure, a row each; other readings follow with `reading` counted up."""
    rows = []
    for estimate in estimates:
        for c in estimate.documented:
            for number, held in enumerate((c.literal, *c.readings)):
                rows.append(
                    (
                        estimate.scenario.preset.id,
                        c.label,
                        c.said,
                        number,
                        held.figure.comparator,
                        *_cells(held.figure.quantity),
                        held.against,
                        *_held(held),
                        "" if c.peak_over_volume is None else c.peak_over_volume,
                        c.source,
                    )
                )
    headings = ["system", "label", "said", "reading", "comparator", "documented",
                "documented_unit", *HELD, "peak_over_volume", "source"]  # fmt: skip
    return _csv(headings, rows)


def _held(held: Held) -> tuple[Any, ...]:
    reconcile = held.reconcile
    needs = _cells(reconcile.needs) if reconcile and reconcile.needs else ("", "")
    return (
        *_cells(held.derived),
        held.ratio,
        held.verdict or "",
        reconcile.input if reconcile else "",
        *needs,
        needs_text(held),
    )


def _cells(quantity: Quantity) -> tuple[float, str]:
    dumped = quantity.dump()
    return dumped["value"], dumped["unit"]


def _csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()
