"""The figures of the audit as lines of a given width: documented beside derived, a row each."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Final, TypeAlias

from rich.cells import cell_len

from app.dashboard.rows import Line, Parts, Role, needed_text
from app.reports.audit import audit_figures
from app.reports.build import verdict_text
from app.reports.listing import family_title
from models.estimate import Audit, Comparison
from models.preset import Preset
from models.show import times
from models.verdict import SIGNS, TONES

Figures: TypeAlias = Sequence[tuple[Preset, Comparison]]
Layout: TypeAlias = tuple[tuple[str, ...], ...]
NUMBER, RATIO, GAP, TO_MEET = 5, 8, 2, "to meet it"
COLUMNS: Final = {
    "system": 24, "figure": 21, "documented": 20, "derived": 20, "ratio": RATIO, "verdict": 12,
    TO_MEET: 40,
}  # fmt: skip
"""Cells of each column at least, as the shipped systems take: nothing moves while they are read."""
HEADINGS: Final[Mapping[str, Parts]] = {
    name: ((name.rjust(RATIO) if name == "ratio" else name, "heading"),) for name in COLUMNS
}
LAYOUTS: Final[tuple[Layout, ...]] = (
    (tuple(COLUMNS),),
    (tuple(COLUMNS)[:-1],),
    (("system", "figure", "ratio", "verdict"), ("documented", "derived")),
    (("system", "figure"), ("documented", "derived"), ("ratio", "verdict")),
    tuple((name,) for name in COLUMNS if name != TO_MEET),
)
"""The lines of a row, the widest first; the last takes any width."""
BY_FAMILY, WORST = "by family and system", "worst first"
ORDERS: Final[Mapping[str, Callable[[Sequence[Audit]], Figures]]] = {
    BY_FAMILY: audit_figures,
    WORST: lambda audits: audit_figures(audits, worst_first=True),
    "by system": lambda audits: sorted(audit_figures(audits), key=lambda f: f[0].name.casefold()),
    "by verdict": lambda audits: sorted(audit_figures(audits), key=_verdict_place),
}
"""The orders of the figures. The audits are read by family and system."""


def _verdict_place(figure: tuple[Preset, Comparison]) -> int:
    verdict = figure[1].literal.verdict
    return list(SIGNS).index(verdict) if verdict else len(SIGNS)


def figure_address(preset: Preset, figure: Comparison) -> str:
    """What the cursor rests on."""
    return f"{preset.id}/{figure.label}"


def matching(figures: Figures, words: str) -> Figures:
    """The figures of which every word begins one; `agrees` is no word of `disagrees`."""
    sought = [re.compile(rf"(?<!\w){re.escape(word)}") for word in words.casefold().split()]
    return [f for f in figures if all(word.search(_haystack(*f)) for word in sought)]


def _haystack(preset: Preset, figure: Comparison) -> str:
    verdict = verdict_text(figure.literal)
    words = (preset.id, preset.name, preset.family, figure.label, figure.said, verdict)
    return " ".join(words).casefold()


def figure_lines(figures: Figures, width: int, families: bool) -> tuple[list[str], list[Line]]:
    """Headings, and below them a row for every figure.

    Args:
        figures: in their order.
        width: how many cells a line may take; where it is short a row has several lines.
        families: whether each family has a heading.
    """
    rows = [_cells(preset, figure) for preset, figure in figures]
    widths = {
        name: max([least, *(cell_len(_text(cells[name])) for cells in rows if name != TO_MEET)])
        for name, least in COLUMNS.items()
    }
    layout = next(
        (some for some in LAYOUTS if _width(_columns(some, widths)) <= width), LAYOUTS[-1]
    )
    columns = _columns(layout, widths)
    # The last column has what the others leave; what is too long for it goes on below.
    columns[-1] += width - _width(columns)
    headings = [_text(parts) for parts in _row(HEADINGS, layout, columns)]
    lines: list[Line] = []
    before: Preset | None = None
    for (preset, figure), cells in zip(figures, rows, strict=True):
        if families and (before is None or before.family != preset.family):
            lines.append(Line(((f" {family_title(preset.family)}", "heading"),)))
        if preset is before:
            cells["system"] = ((preset.name, "quiet"),)
        before = preset
        address = figure_address(preset, figure)
        for number, parts in enumerate(_row(cells, layout, columns)):
            lines.append(Line(parts, address, first=number == 0))
    return headings, lines


def _cells(preset: Preset, figure: Comparison) -> dict[str, Parts]:
    held = figure.literal
    finite = math.isfinite(held.ratio)
    derived = _quantity(held.comparable.shown, "value", "unit")
    verdict_role: Role = TONES[held.verdict] if held.verdict else "quiet"
    return {
        "system": ((preset.name, "label"),),
        "figure": ((figure.label, "label"),),
        "documented": _quantity(held.figure.shown, "quiet", "quiet"),
        "derived": derived if finite else (("saturated", "bad"),),
        "ratio": ((times(held.ratio).rjust(RATIO) if finite else "", "value"),),
        "verdict": ((verdict_text(held), verdict_role),),
        TO_MEET: ((needed_text(figure), "quiet"),),
    }


def _quantity(shown: str, number_role: Role, unit_role: Role) -> Parts:
    """A quantity with its number to the right and its unit to the left, as in a column."""
    number, space, unit = shown.partition(" ")
    return ((number.rjust(NUMBER), number_role), (space + unit, unit_role))


def _columns(layout: Layout, widths: Mapping[str, int]) -> list[int]:
    """The widths of a layout's columns; those below each other are equally wide."""
    stacks = zip_longest(*layout)
    return [max(widths[name] for name in stack if name) for stack in stacks]


def _width(columns: Sequence[int]) -> int:
    """Cells of a line: one for the cursor's mark, the columns, and what is between them."""
    return 1 + sum(columns) + GAP * (len(columns) - 1)


def _row(cells: Mapping[str, Parts], layout: Layout, columns: Sequence[int]) -> Iterator[Parts]:
    """The lines of one row."""
    for names in layout:
        wrapped = [_wrapped(cells[name], w) for name, w in zip(names, columns, strict=False)]
        for line in zip_longest(*wrapped, fillvalue=()):
            parts: Parts = ((" ", "quiet"),)
            for cell, column in zip(line, columns, strict=False):
                parts = (*parts, *cell, (" " * (column + GAP - cell_len(_text(cell))), "quiet"))
            yield parts[:-1]


def _wrapped(cell: Parts, width: int) -> list[Parts]:
    text = _text(cell)
    if cell_len(text) <= width:
        return [cell]
    return [((piece, cell[-1][1]),) for piece in wrap(text, width)]


def _text(parts: Parts) -> str:
    return "".join(text for text, _ in parts)
