"""Reports as one HTML page that stands alone: no script, no file beside it, light and dark."""

from __future__ import annotations

from html import escape
from typing import Final

from app.reports.table import Column, Report, Table
from models.verdict import TONES

STYLE: Final = """
:root { color-scheme: light dark; --good: #3f7a2a; --near: #8a6a00; --bad: #b23a1e; }
@media (prefers-color-scheme: dark) { :root { --good: #8cb369; --near: #e3c567; --bad: #e07a5f; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; opacity: .65; }
th, td { padding: .2rem .8rem .2rem 0; vertical-align: top; }
tr + tr td { border-top: 1px solid #8884; }
.right { text-align: right; white-space: nowrap; }
.good { color: var(--good); } .near { color: var(--near); } .bad { color: var(--bad); }
"""


def html(report: Report) -> str:
    """A report as a page; all text of presets and people is escaped."""
    title = escape(report.title or "Slipstick")
    parts = [f"<h1>{title}</h1>"]
    parts += [f"<p>{escape(line)}</p>" for line in report.lines if line.strip()]
    parts += [_table(table) for table in report.tables]
    for heading, items in report.lists:
        listed = "\n".join(f"<li>{escape(item)}</li>" for item in items)
        parts.append(f"<h2>{escape(heading)}</h2>\n<ul>\n{listed}\n</ul>")
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _table(table: Table) -> str:
    heading = f"<h2>{escape(table.title)}</h2>\n" if table.title else ""
    head = "".join(f"<th{_class(c, '')}>{escape(c.heading)}</th>" for c in table.columns)
    rows = "\n".join(f"<tr>{_cells(table, row)}</tr>" for row in table.rows)
    return f"{heading}<div><table>\n<tr>{head}</tr>\n{rows}\n</table></div>"


def _cells(table: Table, row: tuple[str, ...]) -> str:
    cells = []
    for cell, column in zip(row, table.columns, strict=True):
        text = escape(cell.strip())
        text = f"<code>{text}</code>" if column.code and text else text
        cells.append(f"<td{_class(column, cell)}>{text}</td>")
    return "".join(cells)


def _class(column: Column, cell: str) -> str:
    names = ["right"] if column.align == "right" else []
    tone = TONES.get(cell[2:], "quiet") if column.verdict else "quiet"
    names += [tone] if tone != "quiet" else []
    return f' class="{" ".join(names)}"' if names else ""
