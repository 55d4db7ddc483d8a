"""The reference: words of the field, and tables of latency, throughput and prices."""

from __future__ import annotations

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
        near = reports.nearest(tables, word or "")
        hint = f"did you mean {near}?" if near else "`slipstick ref` shows what there is"
        raise click.UsageError(f"nothing about {word!r} here; {hint}")
    report = reports.reference_report(found) if word else reports.contents_report(tables)
    out.deliver(lambda: report, partial(reports.reference_json, found), partial(cells_csv, report))
