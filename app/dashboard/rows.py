"""The numbers of an estimate as lines of a given width: derived beside documented."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from app.reports.build import stands_text, verdict_text
from estimators.documented import AGREES_WITHIN
from models.estimate import Comparison, Estimate
from models.quantity import Quantity
from models.show import join, shown_parts, times

Role = Literal["heading", "label", "value", "unit", "quiet", "good", "near", "bad"]
ROLE_OF: Final[dict[str, Role]] = {
    "given": "quiet", "agrees": "good", "met": "good", "same order": "near", "can't tell": "near",
    "at risk": "near", "disagrees": "bad", "missed": "bad",
}  # fmt: skip
NUMBER: Final = 6
RATIO: Final = 7
DOCUMENTED: Final = 26
VERDICT: Final = 14
"""Cells for the number, the ratio, the documented figure with the ratio, and the verdict."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Args:
        parts: pieces of text with the role that colours them.
        address: the number it belongs to; headings have none.
        first: whether it is the number's first line, where the cursor rests.
    """

    parts: tuple[tuple[str, Role], ...]
    address: str | None = None
    first: bool = False

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.parts)


def number_lines(estimate: Estimate, width: int) -> tuple[Line, ...]:
    """Every derived number under its heading, each with what is documented of it.

    Args:
        estimate: the numbers.
        width: how many cells a line may take; where there is room the documented figure stands
            beside the number, else under it.
    """
    lines: list[Line] = []
    labels = [number.label for number in estimate.derived.values()]
    labels += [figure.label for figure in estimate.documented]
    column = min(max(map(len, labels), default=0) + 2, max(width // 2, 20))
    for group, numbers in estimate.by_group().items():
        lines.append(Line(((group.capitalize(), "heading"),)))
        for number in numbers:
            figures = estimate.held_against(number.name)
            lines += _number(number.name, number.label, number.value, figures, column, width)
    given = [c for c in estimate.documented if c.literal.against in estimate.inputs]
    if given:
        lines.append(Line((("Documented inputs", "heading"),)))
        for figure in given:
            address = figure.literal.against
            median = estimate.inputs[address].median
            lines += _number(address, figure.label, median, (figure,), column, width)
    return tuple(lines)


def _number(
    address: str,
    label: str,
    value: Quantity,
    figures: Iterable[Comparison],
    column: int,
    width: int,
) -> list[Line]:
    number, unit = shown_parts(value.magnitude, value.unit)
    glue = "" if join((number, unit)) == number + unit else " "
    start = ((f" {label}".ljust(column), "label"), (number.rjust(NUMBER), "value"))
    left: tuple[tuple[str, Role], ...] = (*start, (glue + unit, "unit"))  # type: ignore[assignment]
    figures = tuple(figures)
    if not figures:
        return [Line(left, address, first=True)]
    if width < _documented_at(column) + DOCUMENTED + VERDICT:
        lines = [Line(left, address, first=True)]
        for figure in figures:
            # The ratio's digits stand under the number's, its x where the unit begins.
            beside = _beside(figure, column + NUMBER + 1 - 3)
            lines.append(Line((("   ", "quiet"), *beside), address))
            lines += _needs(figure, address, 5, width)
        return lines
    lines = []
    for index, figure in enumerate(figures):
        before: tuple[tuple[str, Role], ...] = left if index == 0 else ()
        filled = sum(len(text) for text, _ in before)
        gap = max(_documented_at(column) - filled, 2)
        parts = (*before, (" " * gap, "quiet"), *_beside(figure, DOCUMENTED))
        lines.append(Line(parts, address, first=index == 0))
        lines += _needs(figure, address, _documented_at(column), width)
    return lines


def _documented_at(column: int) -> int:
    """Where the documented figure begins when it stands beside the number."""
    return column + NUMBER + 22


def _beside(figure: Comparison, room: int) -> tuple[tuple[str, Role], ...]:
    """What is documented: the figure, the ratio to it, and the verdict's sign and word."""
    held = figure.literal
    documented = held.figure.shown
    verdict = verdict_text(held)
    role: Role = ROLE_OF[held.verdict] if held.verdict else "quiet"
    return (
        (f"{documented} ".ljust(room - RATIO), "quiet"),
        (times(held.ratio).rjust(RATIO), "value" if held.verdict != "given" else "quiet"),
        (f"  {verdict}", role),
    )


def _needs(figure: Comparison, address: str, indent: int, width: int) -> list[Line]:
    """What would make the two meet, where they do not."""
    held = figure.literal
    reconcile = held.reconcile
    near = 1 / AGREES_WITHIN <= held.ratio <= AGREES_WITHIN
    if reconcile is None or held.verdict in ("agrees", "met") or near:
        return []
    if reconcile.needs is None:
        text = reconcile.why
    else:
        text = f"needs {reconcile.needs.shown} ({stands_text(reconcile)})"
    room = width - indent
    lines, rest = [], text
    while rest:
        cut = rest if len(rest) <= room else rest[: rest.rfind(" ", 0, room + 1)]
        lines.append(Line(((" " * indent + cut, "quiet"),), address))
        rest = rest[len(cut) :].strip() if cut else ""
    return lines
