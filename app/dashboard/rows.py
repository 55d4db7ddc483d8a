"""The numbers of an estimate as lines of a given width: derived beside documented."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap
from typing import Final, Literal

from app.reports.build import stands_text, verdict_text
from app.reports.system import counted_text
from estimators.documented import AGREES_WITHIN
from models.band import Band
from models.estimate import Comparison, Estimate
from models.quantity import Quantity
from models.show import join, shown_parts, times
from models.verdict import TONES

Role = Literal["heading", "label", "value", "unit", "quiet", "bar", "good", "near", "bad"]
Parts = tuple[tuple[str, Role], ...]
NUMBER: Final = 6
RATIO: Final = 7
DOCUMENTED: Final = 26
VERDICT: Final = 14
"""Cells for the number, the ratio, the documented figure with the ratio, and the verdict."""
BAR_DECADE: Final = 8
LONGEST_BAR: Final = 16
"""Cells of a band's bar for a factor ten, and at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Args:
        parts: pieces of text with the role that colours them.
        address: the number it belongs to; headings have none.
        first: whether it is the number's first line, where the cursor rests.
    """

    parts: Parts
    address: str | None = None
    first: bool = False

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.parts)


def number_lines(estimate: Estimate, width: int, bands: bool = True) -> tuple[Line, ...]:
    """Every derived number under its heading, each with its band and what is documented of it.

    Args:
        estimate: the numbers.
        width: how many cells a line may take; where there is room the documented figure stands
            beside the number, else under it.
        bands: whether bands are shown.
    """
    lines: list[Line] = []
    labels = [number.label for number in estimate.derived.values()]
    labels += [figure.label for figure in estimate.documented]
    labels += [path.label for path in estimate.paths.values()]
    labels += [component.label for component in estimate.components.values()]
    column = min(max(map(len, labels), default=0) + 2, max(width // 2, 20))
    for group, numbers in estimate.by_group().items():
        lines.append(Line(((group.capitalize(), "heading"),)))
        for number in numbers:
            figures = estimate.held_against(number.name)
            left = _value(number.label, number.value, column, width)
            if bands and number.band:
                left.append(_band(number.value, number.band, column, width))
            lines += _number(number.name, left, figures, column, width)
    lines += _system_lines(estimate, column, width, bands)
    given = [c for c in estimate.documented if c.literal.against in estimate.inputs]
    if given:
        lines.append(Line((("Documented inputs", "heading"),)))
        for figure in given:
            address = figure.literal.against
            left = _value(figure.label, estimate.inputs[address].median, column, width)
            lines += _number(address, left, (figure,), column, width)
    return tuple(lines)


def _system_lines(estimate: Estimate, column: int, width: int, bands: bool) -> list[Line]:
    """How long paths take, how many machines there are and by what, what a month costs."""
    lines: list[Line] = []
    if estimate.paths:
        lines.append(Line((("Latency, p99", "heading"),)))
    for id_, path in estimate.paths.items():
        address = f"{id_}.p99"
        if path.p99 is None:
            left: list[Parts] = [((f" {path.label}".ljust(column), "label"), ("saturated", "bad"))]
        else:
            left = _value(path.label, path.p99, column, width)
            if bands and path.p99_band:
                left.append(_band(path.p99, path.p99_band, column, width))
        lines += _number(address, left, estimate.held_against(address), column, width)
    sized = {id_: c for id_, c in estimate.components.items() if c.nodes is not None}
    if sized:
        lines.append(Line((("Machines", "heading"),)))
    # All rows are alike: where one has no room for what is counted, none says it.
    said = {id_: f" {counted_text(c)}, by {c.bottleneck}" for id_, c in sized.items()}
    longest = max([column, *(len(c.label) + 1 for c in sized.values())])
    for word in ("by ", ""):
        if longest + NUMBER + max(map(len, said.values()), default=0) > width:
            said = {id_: f" {word}{c.bottleneck}" for id_, c in sized.items()}
    for id_, component in sized.items():
        parts: Parts = (
            (f" {component.label}".ljust(column), "label"),
            (f"{component.nodes:,}".rjust(NUMBER), "value"),
            (said[id_], "unit"),
        )
        lines.append(Line(parts, f"{id_}.nodes", first=True))
    if estimate.cost:
        lines.append(Line((("Cost", "heading"),)))
        cost = estimate.cost
        left = _value("Everything", cost.month, column, width)
        if bands and cost.band:
            left.append(_band(cost.month, cost.band, column, width))
        lines += _number("cost.month", left, estimate.held_against("cost.month"), column, width)
    return lines


def _value(label: str, value: Quantity, column: int, width: int) -> list[Parts]:
    """A number behind its label, or below it where both do not fit into a line."""
    number, unit = shown_parts(value.magnitude, value.unit)
    glue = "" if join((number, unit)) == number + unit else " "
    filled = NUMBER + len(glue + unit)
    rest: Parts = ((number.rjust(NUMBER), "value"), (glue + unit, "unit"))
    if max(column, len(label) + 1) + filled <= width:
        return [((f" {label}".ljust(column), "label"), *rest)]
    return [((f" {label}", "label"),), ((" " * max(width - filled, 1), "label"), *rest)]


def _band(value: Quantity, band: Band, column: int, width: int) -> Parts:
    """`4.63K ───●─── 18.5K`: a bar as long as the band is wide, the value marked on it.

    The lower end stands under the number where there is room; a factor ten is BAR_DECADE cells.
    """
    low, high = band.ends(value)
    p5, p95 = band.p5.base, band.p95.base
    decades = math.log10(p95 / p5) if p5 > 0 else 0.0
    room = width - len(low) - len(high) - 4
    cells = max(min(round(decades * BAR_DECADE), LONGEST_BAR, room), 2)
    at = math.log(value.base / p5) / math.log(p95 / p5) if 0 < p5 < value.base < p95 else 0.5
    dot = min(max(round(at * cells), 0), cells)
    bar = f"{'─' * dot}●{'─' * (cells - dot)}"
    start = max(min(column + NUMBER, width - len(bar) - len(high) - 2), len(low) + 1)
    return ((f"{low.rjust(start)} ", "quiet"), (bar, "bar"), (f" {high}", "quiet"))


def _number(
    address: str, left: Sequence[Parts], figures: Iterable[Comparison], column: int, width: int
) -> list[Line]:
    """The lines of one number: itself and its band, and beside or below them its figures."""
    figures = tuple(figures)
    if width < _documented_at(column) + DOCUMENTED + VERDICT:
        lines = [Line(parts, address, first=index == 0) for index, parts in enumerate(left)]
        for figure in figures:
            # The ratio's digits stand under the number's, its x where the unit begins.
            *beside, verdict = _beside(figure, column + NUMBER + 1 - 3)
            filled = 3 + sum(len(text) for text, _ in (*beside, verdict))
            if filled <= width:
                lines.append(Line((("   ", "quiet"), *beside, verdict), address))
            else:
                lines.append(Line((("   ", "quiet"), *beside), address))
                lines.append(Line((("   ", "quiet"), verdict), address))
            needs = _needs(figure, width - 5)
            lines += [Line(((" " * 5 + text, "quiet"),), address) for text in needs]
        return lines
    right: list[Parts] = []
    for figure in figures:
        right.append(_beside(figure, DOCUMENTED))
        needs = _needs(figure, width - _documented_at(column))
        right += [((text, "quiet"),) for text in needs]
    lines = []
    for index, (before, after) in enumerate(zip_longest(left, right, fillvalue=())):
        filled = sum(len(text) for text, _ in before)
        gap = " " * max(_documented_at(column) - filled, 2)
        parts = (*before, (gap, "quiet"), *after) if after else before
        lines.append(Line(parts, address, first=index == 0))
    return lines


def _documented_at(column: int) -> int:
    """Where the documented figure begins when it stands beside the number."""
    return column + NUMBER + 22


def _beside(figure: Comparison, room: int) -> Parts:
    """What is documented: the figure, the ratio to it, and the verdict's sign and word."""
    held = figure.literal
    documented = held.figure.shown
    verdict = verdict_text(held)
    role: Role = TONES[held.verdict] if held.verdict else "quiet"
    ratio = times(held.ratio) if math.isfinite(held.ratio) else ""
    return (
        (f"{documented} ".ljust(room - RATIO), "quiet"),
        (ratio.rjust(RATIO), "value" if held.verdict != "given" else "quiet"),
        (f"  {verdict}", role),
    )


def _needs(figure: Comparison, room: int) -> list[str]:
    """What would make the two meet, where they do not, in lines that fit."""
    text = needed_text(figure)
    number = text and figure.literal.reconcile and figure.literal.reconcile.needs
    return wrap(f"needs {text}" if number else text, max(room, 10))


def needed_text(figure: Comparison) -> str:
    """What one input would have to be: `864 order/user/day (assumed 0.05)`; or why none will do."""
    held = figure.literal
    reconcile = held.reconcile
    near = 1 / AGREES_WITHIN <= held.ratio <= AGREES_WITHIN
    if reconcile is None or held.verdict in ("agrees", "met") or near:
        return ""
    if reconcile.needs is None:
        return reconcile.why
    return f"{reconcile.needs.shown} ({stands_text(reconcile)})"
