"""Reports as CSV: one table, a header line, exact numbers beside their units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.reports.build import needs_text
from app.reports.table import Report
from models.band import Band
from models.estimate import Comparison, Estimate, Held, InputValue
from models.preset import Preset
from models.quantity import Quantity

BAND = ("p5", "p50", "p95")
HELD = ("against", "derived", "derived_unit", "ratio", "ratio_p5", "ratio_p95", "verdict",
        "reconcile", "needs", "needs_unit", "to_meet_it")  # fmt: skip


def report_csv(report: Report) -> str:
    """A report of one kind of row (a listing) as CSV; the table's title is the first column."""
    headings = [column.heading for column in report.tables[0].columns] if report.tables else []
    rows = [(table.title, *row) for table in report.tables for row in table.rows]
    return csv_text(["table", *headings], rows)


def cells_csv(report: Report) -> str:
    """A report of tables that differ as CSV, a row a cell: table, row, column, text."""
    rows = [
        (table.title, row[0], column.heading, cell)
        for table in report.tables
        for row in table.rows
        for column, cell in zip(table.columns[1:], row[1:], strict=True)
    ]
    return csv_text(("table", "row", "column", "text"), rows)


def estimate_csv(estimate: Estimate) -> str:
    """Inputs, derived numbers and documented figures, a row each."""
    rows: list[Sequence[Any]] = []
    for i in estimate.inputs.values():
        note = "changed" if i.changed else i.basis
        said = (i.value.text, note)
        rows.append(("input", i.name, i.label, *quantity_cells(i.median), *_ends(i), *said))
    for d in estimate.derived.values():
        numbers = (*quantity_cells(d.value), *band_cells(d.band))
        rows.append(("derived", d.name, d.label, *numbers, d.value.shown, d.formula))
    for c in estimate.documented:
        figure = c.literal.figure
        cells = (*quantity_cells(figure.quantity), "", "", "", figure.text, c.said)
        rows.append(("documented", c.literal.against, c.label, *cells, *_held(c.literal)))
    rows += _system_rows(estimate)
    headings = ["kind", "address", "label", "value", "unit", *BAND, "text", "note", *HELD[1:]]
    width = len(headings)
    return csv_text(headings, [(*row, *[""] * (width - len(row))) for row in rows])


def _system_rows(estimate: Estimate) -> Iterator[Sequence[Any]]:
    """Components by nodes, paths by their percentiles, cost by component."""
    for id_, c in estimate.components.items():
        if c.nodes is not None:
            note = f"{c.kind}, {c.bottleneck}"
            yield (
                "component", f"{id_}.nodes", c.label, c.nodes, c.counted, "", "", "",
                f"{c.nodes:,}", note,
            )  # fmt: skip
    for id_, path in estimate.paths.items():
        for name, time, band in (
            ("p50", path.p50, path.p50_band),
            ("p99", path.p99, path.p99_band),
        ):
            cells = quantity_cells(time) if time else ("", "ms")
            text = time.shown if time else f"saturated: {', '.join(path.saturated)}"
            yield ("path", f"{id_}.{name}", path.label, *cells, *band_cells(band), text, "")
    if estimate.cost:
        for item in estimate.cost.items:
            cells = quantity_cells(item.month)
            note = f"{item.share:.1%}"
            yield (
                "cost", f"{item.component}.cost", item.label, *cells, "", "", "",
                item.month.shown, note,
            )  # fmt: skip
        cost = estimate.cost
        numbers = (*quantity_cells(cost.month), *band_cells(cost.band))
        yield ("cost", "cost.month", "Everything", *numbers, cost.month.shown, "")


def audit_csv(figures: Iterable[tuple[Preset, Comparison]]) -> str:
    """Documented figures, a row each; other readings follow with `reading` counted up."""
    rows = [
        (
            preset.id,
            c.label,
            c.said,
            number,
            held.figure.comparator,
            *quantity_cells(held.figure.quantity),
            held.against,
            *_held(held),
            "" if c.peak_over_volume is None else c.peak_over_volume,
            c.source,
        )
        for preset, c in figures
        for number, held in enumerate((c.literal, *c.readings))
    ]
    headings = ["system", "label", "said", "reading", "comparator", "documented",
                "documented_unit", *HELD, "peak_over_volume", "source"]  # fmt: skip
    return csv_text(headings, rows)


def _held(held: Held) -> tuple[Any, ...]:
    reconcile = held.reconcile
    needs = quantity_cells(reconcile.needs) if reconcile and reconcile.needs else ("", "")
    return (
        *quantity_cells(held.derived),
        held.ratio,
        *(held.ratio_band or (held.ratio, held.ratio)),
        held.verdict or "",
        reconcile.input if reconcile else "",
        *needs,
        needs_text(held),
    )


def quantity_cells(quantity: Quantity) -> tuple[float, str]:
    """A quantity as two cells: the number, and its unit."""
    dumped = quantity.dump()
    return dumped["value"], dumped["unit"]


def band_cells(band: Band | None) -> tuple[Any, ...]:
    """p5, p50 and p95 in the unit of their number; empty where it is certain."""
    if band is None:
        return ("", "", "")
    return tuple(end.dump()["value"] for end in (band.p5, band.p50, band.p95))


def _ends(given: InputValue) -> tuple[Any, ...]:
    if isinstance(given.value, Quantity):
        return ("", "", "")
    dumped = given.value.dump()
    return dumped["p5"], quantity_cells(given.median)[0], dumped["p95"]


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A header line and rows, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()
