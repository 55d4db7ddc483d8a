"""Reports as text: through rich on a terminal, plain and unwrapped when piped or in a file."""

from __future__ import annotations

import sys
from typing import IO, Final

from app.reports.table import Report, Table

STYLES: Final = {
    "given": "dim", "agrees": "green", "met": "green", "same order": "yellow",
    "can't tell": "yellow", "at risk": "yellow", "disagrees": "red", "missed": "red",
}  # fmt: skip


def plain(report: Report) -> str:
    """A report as aligned plain text, of any width, without escape codes."""
    blocks = []
    if report.title or report.lines:
        blocks.append("\n".join(([report.title] if report.title else []) + [*report.lines]))
    blocks += [_plain_table(table) for table in report.tables]
    for title, items in report.lists:
        blocks.append("\n".join([title, *(f"  - {item}" for item in items)]))
    return "\n\n".join(blocks) + "\n"


def _plain_table(table: Table) -> str:
    headings = tuple(column.heading for column in table.columns)
    widths = [max(map(len, cells)) for cells in zip(headings, *table.rows, strict=True)]
    lines = [table.title] if table.title else []
    for row in (headings, *table.rows):
        cells = [
            cell.rjust(width) if column.align == "right" else cell.ljust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return "\n".join(lines)


def print_report(report: Report, file: IO[str] | None = None) -> None:
    """Print a report: with colour and wrapping on a terminal, plain elsewhere."""
    file = file or sys.stdout
    if file.isatty():
        _print_rich(report, file)
    else:
        file.write(plain(report))


def _print_rich(report: Report, file: IO[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(file=file, highlight=False, emoji=False, markup=False)
    if report.title:
        console.print(Text(report.title, "bold"))
    for line in report.lines:
        console.print(Text(line, "dim"))
    for table in report.tables:
        grid = RichTable(
            title=Text(table.title, "bold") if table.title else None,
            title_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            header_style="dim",
        )
        for column in table.columns:
            numeric = column.align == "right" or column.verdict
            grid.add_column(column.heading, justify=column.align, no_wrap=numeric)
        for row in table.rows:
            grid.add_row(
                *(
                    Text(cell, STYLES.get(cell[2:], "") if column.verdict else "")
                    for cell, column in zip(row, table.columns, strict=True)
                )
            )
        console.print(grid)
    for title, items in report.lists:
        console.print(Text(title, "bold"))
        for item in items:
            console.print(Text(f"  - {item}"))
