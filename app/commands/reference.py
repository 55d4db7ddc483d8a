"""The reference: words of the field, and tables of latency, throughput and prices."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial

import click

from app.options import FORMATS, Output, writes


@click.command()
@click.argument("word", required=False)
@writes(*FORMATS)
def ref(word: str | None, out: Output) -> None:
    """Look something up: glossary, latency, throughput, prices, limits, nines, CAP, security."""
    from app.reports import reference as reports
    from app.reports.as_csv import cells_csv
    from presets.reference import references

    tables = references()
    found = reports.search(tables, word)
    if not found:
        known = {cell for table in tables for row in table.rows for cell in row[:1]}
        near = get_close_matches(word or "", [*(table.id for table in tables), *known], 1)
        hint = f"did you mean {near[0]}?" if near else "`slipstick ref` shows what there is"
        raise click.UsageError(f"nothing about {word!r} here; {hint}")
    report = reports.reference_report(found) if word else reports.contents_report(tables)
    out.deliver(lambda: report, partial(reports.reference_json, found), partial(cells_csv, report))
