"""Reports as Markdown, to paste into a design document."""

from __future__ import annotations

import re

from app.reports.table import Report, Table


def markdown(report: Report) -> str:
    """A report as Markdown: a heading, then pipe tables; text of presets is escaped."""
    blocks = [f"# {_escape(report.title)}"] if report.title else []
    blocks += [_escape(line.strip()) for line in report.lines if line.strip()]
    blocks += [_table(table) for table in report.tables]
    for title, items in report.lists:
        blocks.append("\n".join([f"## {title}", "", *(f"- {_escape(item)}" for item in items)]))
    return "\n\n".join(blocks) + "\n"


def _table(table: Table) -> str:
    lines = [f"## {_escape(table.title)}", ""] if table.title else []
    lines.append(_row(tuple(_escape(column.heading) for column in table.columns)))
    lines.append(_row(tuple("---:" if c.align == "right" else "---" for c in table.columns)))
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        lines.append(_row(tuple(_cell(cell.strip(), column.code) for cell, column in cells)))
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str, code: bool) -> str:
    return f"`{text}`" if code and text and not set(text) & set("`|") else _escape(text)


def _escape(text: str) -> str:
    """Keep what Markdown would read as markup as it is written; snake_case needs no help."""
    return re.sub(r"([\\`*|<>\[\]~]|\b_|_\b)", r"\\\1", text)
