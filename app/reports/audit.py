"""The audit of some systems: every documented figure beside the derived, and what cannot hold."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from app.reports.build import HELD, comparison_rows, documented_tables
from app.reports.listing import family_title, in_families
from app.reports.table import Column, Report, Table
from estimators.clashes import clashes
from models.clash import Clash
from models.estimate import Audit, Comparison
from models.preset import Preset
from models.quantity import Quantity
from models.units import Unit, Vocabulary
from models.verdict import SIGNS, Verdict

SECOND: Final = Unit.read("s", Vocabulary())
PLURAL: Final = {"agrees": "agree", "disagrees": "disagree"}
CLASHES: Final = {
    "volume": "Rates that the documented volume of a day cannot carry",
    "twice": "Two figures of one thing",
    "input": "What would have to be true",
}
WORST: Final[Sequence[frozenset[Verdict]]] = (
    frozenset(("disagrees", "missed")),
    frozenset(("same order", "at risk")),
    frozenset(("can't tell",)),
    frozenset(("agrees", "met")),
    frozenset(("given",)),
)
"""The verdicts by how bad they are; within one place the figure that is off by most comes first."""


def audit_report(audits: Sequence[Audit], worst_first: bool = False) -> Report:
    """What cannot hold together, then every documented figure beside what the inputs lead to.

    Args:
        audits: one of each system.
        worst_first: all figures in one table, the worst on top, instead of a table a system.
    """
    if worst_first:
        columns = (Column("system"), Column("figure"), *HELD)
        rows = [
            (preset.id if n == 0 else "", *row)
            for preset, figure in audit_figures(audits, worst_first)
            for n, row in enumerate(comparison_rows(figure))
        ]
        tables = [Table("Worst first", columns, tuple(rows))]
    else:
        tables = [t for a in audits for t in documented_tables(a.documented, a.preset.id)]
    families = {a.preset.family for a in audits}
    counts = [_by_family(audits)] if len(families) > 1 else []
    tables = [*counts, *_clash_tables(audits), *tables]
    return Report("Audit", (audit_summary(audits),), tuple(tables))


def audit_figures(
    audits: Iterable[Audit], worst_first: bool = False
) -> list[tuple[Preset, Comparison]]:
    """Every documented figure with its preset: as the presets have them, or the worst first."""
    figures = [(a.preset, c) for a in audits for c in a.documented]
    return sorted(figures, key=lambda figure: _badness(figure[1])) if worst_first else figures


def figure_report(audit: Audit, figure: Comparison) -> Report:
    """One documented figure in words: who says it, how it may be read, what it goes not with."""
    held = figure.literal
    said = f'"{figure.said}" ({figure.source}), held against {held.against}'
    literal, *others = [(label, *cells) for label, _, *cells in comparison_rows(figure)]
    rows = ((held.label, *literal[1:]), *others)
    told = tuple(
        clash_text(audit.preset, clash)
        for clash in clashes(audit.documented)
        if clash.figure is figure or clash.beside is figure
    )
    return Report(
        f"{audit.preset.name}: {figure.label}",
        (said,),
        (Table("", (Column("read as"), *HELD[1:]), rows),),
        (("What cannot hold together", told),) if told else (),
    )


def _badness(comparison: Comparison) -> tuple[int, float]:
    held = comparison.literal
    place = next((i for i, verdicts in enumerate(WORST) if held.verdict in verdicts), len(WORST))
    over, under = held.ratio, 1 / held.ratio if held.ratio else math.inf
    off = {"<": over, ">": under}.get(held.figure.comparator, max(over, under))
    return place, -off


def audit_summary(audits: Sequence[Audit]) -> str:
    """How many figures there are, and how many of each verdict."""
    figures = [comparison for audit in audits for comparison in audit.documented]
    verdicts = Counter(c.literal.verdict for c in figures if c.literal.verdict)
    counts = [f"{_some(len(audits), 'system')}, {_some(len(figures), 'figure')}"]
    counts += [f"{verdicts[v]} {PLURAL.get(v, v)}" for v in SIGNS if verdicts[v]]
    if peaks := _peaks(figures):
        counts.append(f"{_some(peaks, 'peak')} over a daily volume")
    return " · ".join(counts)


def _by_family(audits: Sequence[Audit]) -> Table:
    """How the verdicts are spread over the families."""
    columns = (
        Column("family"),
        *(Column(name, "right") for name in ("systems", "figures")),
        *(Column(PLURAL.get(verdict, verdict), "right") for verdict in SIGNS),
        Column("peaks", "right"),
    )
    rows = []
    for family, members in in_families(audits, lambda a: a.preset.family):
        figures = [c for audit in members for c in audit.documented]
        counts = Counter(c.literal.verdict for c in figures)
        numbers = (len(members), len(figures), *(counts[v] for v in SIGNS), _peaks(figures))
        rows.append((family_title(family), *(str(n) if n else "·" for n in numbers)))
    return Table("Verdicts", columns, tuple(rows))


def _peaks(figures: Iterable[Comparison]) -> int:
    return sum(c.volume is not None and (c.peak_over_volume or 0) > 1 for c in figures)


def _some(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' * (count != 1)}"


def _clash_tables(audits: Sequence[Audit]) -> list[Table]:
    """What cannot hold together, in plain words, a table a kind; the widest clash first."""
    found = [(a.preset, clash) for a in audits for clash in clashes(a.documented)]
    found.sort(key=lambda told: -max(told[1].factor, 1 / told[1].factor))
    tables = []
    for kind, title in CLASHES.items():
        rows = dict.fromkeys(
            (preset.name, clash_text(preset, clash))
            for preset, clash in found
            if clash.kind == kind
        )
        if rows:
            columns = (Column("system"), Column("why", below=True))
            tables.append(Table(title, columns, tuple(rows)))
    return tables


def clash_text(preset: Preset, clash: Clash) -> str:
    """Why documented figures of a system cannot hold together, in a sentence or two."""
    held = clash.figure.literal
    said = f'"{clash.figure.said}"'
    factor = Quantity(clash.factor).shown
    match clash.kind, clash.beside:
        case "volume", Comparison() as volume if clash.factor > 1:
            day = Quantity.of_base(86400 / clash.factor, SECOND).shown
            return (
                f'{said} is {factor} times the average of "{volume.said}"; '
                f"at that rate a day's worth is done in {day}."
            )
        case "volume", Comparison() as volume:
            return (
                f'{said} is {factor} of the average of "{volume.said}": a rate below the '
                "average does not reach the day's volume."
            )
        case "twice", Comparison() as other:
            return f'{said} and "{other.said}" are said of one thing, {factor} times apart.'
    derived = f"The inputs come to {held.comparable.shown}."
    reconcile = held.reconcile
    if reconcile is None or reconcile.needs is None:
        why = reconcile.why if reconcile else "no input leads there"
        return f"{said}: {why}. {derived}"
    label = preset.label(reconcile.input)
    stands = f"{reconcile.basis} {reconcile.assumed.shown}"
    return f"{said} would take {reconcile.needs.shown} ({label}; {stands}). {derived}"
