"""Reports as text: through rich on a terminal, plain and unwrapped when piped or in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Final

from app.reports.table import Column, Report, Table
from models.verdict import TONES

if TYPE_CHECKING:
    from rich.console import RenderableType

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
    for row in (headings, *table.rows) if any(headings) else table.rows:
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

    console = Console(file=file, highlight=False, emoji=False, markup=False)
    for block in blocks(report, console.width):
        console.print(block)


def blocks(
    report: Report, width: int, styles: Mapping[str, str] = STYLES
) -> Iterator[RenderableType]:
    """A report in colour, block by block, for rich and for a pane of the dashboard.

    Args:
        report: it.
        width: cells of a line; what may stand below its row does where a table is wider.
        styles: a style for each tone.
    """
    from rich.text import Text

    if report.title:
        yield Text(report.title, "bold")
    for line in report.lines:
        yield Text(line, "dim")
    for table in report.tables:
        yield Text()
        if table.title:
            yield Text(table.title, "bold")
        # Between two columns rich leaves three cells.
        if sum(_widths(table)) + 3 * (len(table.columns) - 1) <= width:
            yield _grid(table, styles)
        else:
            yield from _narrow(table, width, styles)
    if report.lists:
        yield Text()
    for title, items in report.lists:
        yield Text(title, "bold")
        for item in items:
            yield Text(f"  - {item}")


def _style(cell: str, column: Column, styles: Mapping[str, str]) -> str:
    return styles.get(TONES.get(cell[2:], ""), "") if column.verdict else ""


def _grid(table: Table, styles: Mapping[str, str]) -> RenderableType:
    """A table that fits, by rich."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    headed = any(column.heading for column in table.columns)
    grid = RichTable(
        box=box.SIMPLE_HEAD if headed else None,
        pad_edge=False,
        header_style="dim",
        show_edge=False,
        show_header=headed,
        border_style="dim",
    )
    for column in table.columns:
        grid.add_column(column.heading, justify=column.align, no_wrap=True)
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        grid.add_row(*(Text(cell, _style(cell, column, styles)) for cell, column in cells))
    return grid


def _narrow(table: Table, width: int, styles: Mapping[str, str]) -> Iterator[RenderableType]:
    """A table that is too wide: what may stand below its row does, wrapped at words.

    Where the rest is too wide too, all but the first cell stand below, each after its heading.
    """
    from rich.padding import Padding
    from rich.text import Text

    widths = _widths(table)
    beside = [n for n, column in enumerate(table.columns) if not column.below]
    stacked = sum(widths[n] + 2 for n in beside) > width + 2
    if stacked:
        beside = beside[:1]
    below = [n for n in range(len(widths)) if n not in beside]

    def line(row: Sequence[str], style: str = "") -> Text:
        text = Text(style=style)
        for n in beside:
            column, padding = table.columns[n], " " * (widths[n] - len(row[n]))
            padded = padding + row[n] if column.align == "right" else row[n] + padding
            text.append(f"{padded}  ", _style(row[n], column, styles))
        text.rstrip()
        return text

    if not stacked:
        yield line([column.heading for column in table.columns], "dim")
    for row in table.rows:
        yield line(row)
        said = [row[n].strip() for n in below if row[n].strip()]
        if stacked:
            headings = (table.columns[n].heading for n in below if row[n].strip())
            said = [
                " · ".join(f"{h} {cell}".strip() for h, cell in zip(headings, said, strict=True))
            ]
        yield from (Padding(Text(cell, "dim"), (0, 0, 0, 6)) for cell in said if cell)
