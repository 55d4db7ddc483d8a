"""The architecture as boxes, drawn from the paths: load, nodes and bottleneck on each.

Every path is a row of boxes in the order of its hops; what is off the caller's clock stands below
it. With an outcome of a mishap each box tells what becomes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.reports.system import MARK, counted_text
from estimators.whatif import Outcome
from models.estimate import Estimate
from models.quantity import Quantity
from models.system import ComponentValue, HopValue, PathValue

Role = Literal["title", "plain", "quiet", "good", "near", "bad", "chosen"]
Parts = tuple[tuple[str, Role], ...]
WIDEST: Final = 26
"""Cells of a box's inside, at most."""
ARROW, GAP = " → ", "   "
TALL: Final = 4
"""Lines of a box."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its component, three lines of text, and how it fares."""

    component: str | None
    title: str
    lines: tuple[str, str]
    role: Role

    @property
    def inside(self) -> int:
        return max(len(self.title) + 2, *(len(line) for line in self.lines))


def drawing(
    estimate: Estimate, width: int, chosen: str | None = None, outcome: Outcome | None = None
) -> list[Parts]:
    """All paths, in lines of a width.

    Args:
        estimate: whose paths they are.
        width: cells of a line.
        chosen: the component whose boxes are marked.
        outcome: what went wrong, and what comes of it.
    """
    lines: list[Parts] = []
    if outcome is not None:
        lines += [*_headline(outcome), ()]
    for id_, path in estimate.paths.items():
        lines.append(_heading(id_, path, outcome))
        boxes = [_box(hop, estimate, outcome) for hop in path.hops if not hop.background]
        for row in _rows(boxes, width):
            lines += _drawn(row, chosen)
        behind = [hop for hop in path.hops if hop.background]
        if behind:
            lines += _behind(behind, width, chosen)
        lines.append(())
    return lines[:-1]


def components_drawn(estimate: Estimate) -> list[str]:
    """The components in the order in which they are drawn."""
    hops = [hop for path in estimate.paths.values() for hop in path.hops]
    return list(dict.fromkeys(hop.to for hop in hops if hop.to))


def _headline(outcome: Outcome) -> list[Parts]:
    first = outcome.first
    if first is None or first.after is None:
        what: tuple[str, Role] = ("nothing saturates", "good")
    else:
        what = (f"{first.label} saturates first: {first.after.shown} busy", "bad")
    return [((f"What if: {outcome.mishap.text}.  ", "title"), what)]


def _heading(id_: str, path: PathValue, outcome: Outcome | None) -> Parts:
    p99 = path.p99.shown if path.p99 else "saturated"
    parts: list[tuple[str, Role]] = [
        (path.label, "title"),
        (f"   {path.peak.shown} at peak   p99 {p99}", "quiet"),
    ]
    if outcome is not None:
        passage = next(p for p in outcome.passages if p.path == id_)
        then = passage.after.shown if passage.after else "all fail"
        if passage.saturated and passage.after is None and passage.failing < 1:
            then = f"saturated: {', '.join(passage.saturated)}"
        worse = passage.after is None or bool(passage.failing)
        parts.append((f" → {then}", "bad" if worse else "plain"))
        if passage.failing:
            parts.append((f"   {passage.failing:.0%} fail", "bad"))
    return tuple(parts)


def _box(hop: HopValue, estimate: Estimate, outcome: Outcome | None) -> Box:
    if hop.to is None:
        waits = hop.median.shown if hop.median else ""
        return Box(None, "wait", (waits, ""), "quiet")
    component = estimate.components[hop.to]
    busy, role = _busy(hop.to, component, outcome)
    often = _often(hop)
    return Box(hop.to, component.label, (often, busy), role)


def _often(hop: HopValue) -> str:
    words = [hop.op]
    if hop.calls != 1:
        words.append(f"x {Quantity(hop.calls).shown}" + (" at once" if hop.parallel else ""))
    if hop.chance != 1:
        words.append(f"{hop.chance:.0%}" if hop.chance >= 0.01 else f"{hop.chance:.1%}")
    if hop.branch:
        words.append(f"branch {hop.branch}")
    return ", ".join(words)


def _busy(id_: str, component: ComponentValue, outcome: Outcome | None) -> tuple[str, Role]:
    if component.nodes is None:
        return "managed" if component.managed else "not sized", "quiet"
    nodes = f"{component.nodes:,} {counted_text(component)}"
    if outcome is not None:
        if id_ in outcome.mishap.lost:
            return "lost", "bad"
        strain = next((s for s in outcome.strains if s.component == id_), None)
        if strain is None or strain.after is None:
            return nodes, "plain"
        full = strain.after.base >= 1
        then = f"{strain.before.shown} → {strain.after.shown} busy"
        return f"✗ {then}" if full else then, "bad" if full else "plain"
    busy = f", {component.utilisation.shown}" if component.utilisation else ""
    return f"{nodes}{busy} {component.bottleneck} {MARK}", "plain"


def _rows(boxes: Sequence[Box], width: int) -> list[list[Box]]:
    """Boxes in rows that fit; an arrow leads from one to the next."""
    rows: list[list[Box]] = [[]]
    used = 0
    for box in boxes:
        needs = box.inside + 4 + (len(ARROW) if rows[-1] else 0)
        if rows[-1] and used + needs > width - len(ARROW):
            rows.append([])
            used, needs = 0, box.inside + 4
        rows[-1].append(box)
        used += needs
    return [row for row in rows if row]


def _drawn(row: Sequence[Box], chosen: str | None) -> list[Parts]:
    lines: list[list[tuple[str, Role]]] = [[] for _ in range(TALL)]
    for n, box in enumerate(row):
        edge: Role = "chosen" if box.component and box.component == chosen else "quiet"
        inside = box.inside
        title = f" {box.title} "
        first: list[tuple[str, Role]] = [
            ("╭─", edge), (title, "title"), ("─" * (inside - len(title) + 1) + "╮", edge)
        ]  # fmt: skip
        middle = [
            [("│ ", edge), (line.ljust(inside), role), (" │", edge)]
            for line, role in zip(box.lines, ("quiet", box.role), strict=True)
        ]
        last: list[tuple[str, Role]] = [(f"╰{'─' * (inside + 2)}╯", edge)]
        for line, parts in zip(lines, [first, *middle, last], strict=True):
            if n:
                line.append((ARROW if line is lines[1] else GAP, "quiet"))
            line.extend(parts)
    return [tuple(line) for line in lines]


def _behind(hops: Sequence[HopValue], width: int, chosen: str | None) -> list[Parts]:
    """What a path sets off that its caller does not wait for, in lines that fit."""
    seen: Mapping[str, HopValue] = {f"{hop.to} {hop.op}": hop for hop in hops}
    lines: list[Parts] = []
    line: list[tuple[str, Role]] = [("in the background: ", "quiet")]
    for n, hop in enumerate(seen.values()):
        text = f"{hop.label} ({_often(hop)})" + (", " if n < len(seen) - 1 else "")
        if sum(len(part) for part, _ in line) + len(text) > width and len(line) > 1:
            lines.append(tuple(line))
            line = [("  ", "quiet")]
        line.append((text, "chosen" if hop.to == chosen else "quiet"))
    return [*lines, tuple(line)]
