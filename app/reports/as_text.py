"""Reports as text: through rich on a terminal, plain and unwrapped when piped or in a file."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Final

from app.reports.table import Column, Report, Table
from models.verdict import TONES

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

STYLES: Final = {"quiet": "dim", "good": "green", "near": "yellow", "bad": "red"}


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
    widths = _widths(table)
    lines = [table.title] if table.title else []
    for row in (headings, *table.rows):
        cells = [
            cell.rjust(width) if column.align == "right" else cell.ljust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return "\n".join(lines)


def _widths(table: Table) -> list[int]:
    headings = tuple(column.heading for column in table.columns)
    return [max(map(len, cells)) for cells in zip(headings, *table.rows, strict=True)]


def print_report(report: Report, file: IO[str] | None = None) -> None:
    """Print a report: with colour and wrapping on a terminal, plain elsewhere."""
    file = file or sys.stdout
    if file.isatty():
        _print_rich(report, file)
    else:
        file.write(plain(report))


def _print_rich(report: Report, file: IO[str]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=file, highlight=False, emoji=False, markup=False)
    if report.title:
        console.print(Text(report.title, "bold"))
    for line in report.lines:
        console.print(Text(line, "dim"))
    for table in report.tables:
        console.print()
        if table.title:
            console.print(Text(table.title, "bold"))
        if sum(_widths(table)) + 2 * len(table.columns) <= console.width:
            console.print(_grid(table))
        else:
            _print_narrow(table, console)
    if report.lists:
        console.print()
    for title, items in report.lists:
        console.print(Text(title, "bold"))
        for item in items:
            console.print(Text(f"  - {item}"))


def _style(cell: str, column: Column) -> str:
    return STYLES.get(TONES.get(cell[2:], ""), "") if column.verdict else ""


def _grid(table: Table) -> RenderableType:
    """A table that fits, by rich."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for column in table.columns:
        grid.add_column(column.heading, justify=column.align, no_wrap=True)
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        grid.add_row(*(Text(cell, _style(cell, column)) for cell, column in cells))
    return grid


def _print_narrow(table: Table, console: Console) -> None:
    """A table that is too wide: what may stand below its row does, wrapped at words."""
    from rich.padding import Padding
    from rich.text import Text

    headings = tuple(column.heading for column in table.columns)
    widths = _widths(table)
    for number, row in enumerate((headings, *table.rows)):
        line, below = Text(style="dim" if number == 0 else ""), []
        for cell, width, column in zip(row, widths, table.columns, strict=True):
            if column.below:
                below.append(cell.strip())
                continue
            padded = cell.rjust(width) if column.align == "right" else cell.ljust(width)
            line.append(f"{padded}  ", _style(cell, column))
        line.rstrip()
        console.print(line)
        for cell in below if number else ():
            if cell:
                console.print(Padding(Text(cell, "dim"), (0, 0, 0, 6)))
