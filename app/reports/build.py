"""From presets, estimates and solutions to reports."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from app.reports.system import hop_table, hop_text, system_tables, time_text
from app.reports.table import Column, Report, Table
from estimators.explain import explain
from models.band import Band
from models.estimate import Comparison, Estimate, Explanation, Held, Reconciliation
from models.preset import Notes, Preset
from models.quantity import Quantity
from models.show import times
from models.verdict import SIGNS

BAND: Final = Column("p5 to p95", "right")
SEEN: Final = 0.005
"""The least share that rounds to one in a hundred."""
HELD: Final = (
    Column("said", below=True),
    Column("documented", "right"),
    Column("derived", "right"),
    BAND,
    Column("ratio", "right"),
    Column("verdict", verdict=True),
    Column("to meet it", below=True),
)
NOTES: Final = {
    "choices": "Design choices",
    "trade_offs": "Trade-offs",
    "failure_modes": "Failure modes",
    "edge_cases": "Edge cases",
    "monitor": "What to watch",
    "cost": "Cost",
    "security": "Security",
    "consistency": "Consistency",
}


def preset_report(preset: Preset) -> Report:
    """One system: inputs, formulas, documented figures, variants, notes."""
    inputs = Table(
        "Inputs",
        (
            Column("address", code=True),
            Column("input"),
            Column("value", "right"),
            Column("basis", below=True),
        ),
        tuple(
            (name, i.label, i.value.text, f"{i.basis}: {i.why}" if i.why else i.basis)
            for name, i in preset.inputs.items()
        ),
    )
    derived = Table(
        "Derived",
        (
            Column("address", code=True),
            Column("number"),
            Column("unit"),
            Column("formula", code=True, below=True),
        ),
        tuple((n, d.label, str(d.unit), d.formula) for n, d in preset.derived.items()),
    )
    documented = Table(
        "Documented",
        (
            Column("figure"),
            Column("said"),
            Column("read as"),
            Column("against", code=True),
            Column("source"),
        ),
        tuple((d.label, d.said, d.figure, d.against, d.source) for d in preset.documented),
    )
    components = Table(
        "Components",
        (
            Column("address", code=True),
            Column("component"),
            Column("kind"),
            Column("holds", code=True),
        ),
        tuple((id_, c.label, c.kind, c.holds or "") for id_, c in preset.components.items()),
    )
    paths = Table(
        "Paths",
        (
            Column("address", code=True),
            Column("path"),
            Column("rate", code=True),
            Column("peak", code=True),
            Column("hops", below=True),
        ),
        tuple(
            (id_, p.label, p.rate, p.peak, " → ".join(map(hop_text, p.hops)))
            for id_, p in preset.paths.items()
        ),
    )
    variants = Table(
        "Variants",
        (Column("variant"), Column("label"), Column("sets")),
        tuple(
            (key, v.label, ", ".join(f"{a} = {text}" for a, text in v.set.items()))
            for key, v in preset.variants.items()
        ),
    )
    every = (inputs, derived, components, paths, documented, variants)
    tables = tuple(table for table in every if table.rows)
    return Report(preset.name, _about(preset), tables, notes_lists(preset.notes))


def estimate_report(estimate: Estimate) -> Report:
    """All numbers of a scenario: inputs, derived by group, documented beside derived."""
    scenario = estimate.scenario
    lines = [*_about(scenario.preset), _changes(estimate)]
    inputs = Table(
        "Inputs",
        (
            Column("address", code=True),
            Column("input"),
            Column("value", "right"),
            Column("basis"),
        ),
        tuple(
            (
                i.name,
                i.label,
                i.value.shown,
                f"changed from {i.starting.shown}" if i.changed else i.basis,
            )
            for i in estimate.inputs.values()
        ),
    )
    derived = tuple(
        Table(
            group.capitalize(),
            (
                Column("address", code=True),
                Column("number"),
                Column("value", "right"),
                BAND,
                Column("formula", code=True, below=True),
            ),
            tuple(
                (d.name, d.label, d.value.shown, band_text(d.value, d.band), d.formula)
                for d in numbers
            ),
        )
        for group, numbers in estimate.by_group().items()
    )
    documented = documented_tables(estimate.documented, "Documented beside derived")
    tables = (inputs, *derived, *system_tables(estimate), *documented)
    return Report(scenario.preset.name, tuple(line for line in lines if line), tables)


def documented_tables(documented: Iterable[Comparison], title: str) -> tuple[Table, ...]:
    """What is documented beside what the inputs lead to; no table where nothing is."""
    rows = tuple(row for c in documented for row in comparison_rows(c))
    return (Table(title, (Column("figure"), *HELD), rows),) if rows else ()


def explanation_report(estimate: Estimate, name: str) -> Report:
    """How one number comes about, line by line down to the inputs."""
    path, _, which = name.partition(".")
    if path in estimate.paths and which in ("p50", "p99"):
        return _path_report(estimate, path, which)
    explanation = explain(estimate, name)
    lines = _explained(replace(explanation, parts=()), 0)
    for comparison in estimate.held_against(name):
        lines += _documented_lines(comparison)
    if explanation.parts:
        lines += ["", "from"]
    for part in explanation.parts:
        lines += _explained(part, 1)
    return Report(explanation.label, tuple(lines), (), _estimator_notes(explanation))


def band_text(value: Quantity, band: Band | None) -> str:
    """What is not known of a number, beside it: `4.63K to 18.5K`; nothing where it is certain."""
    return band.beside(value) if band else ""


def _path_report(estimate: Estimate, id_: str, which: str) -> Report:
    """How long a path takes, hop by hop."""
    path = estimate.paths[id_]
    time, band = (path.p50, path.p50_band) if which == "p50" else (path.p99, path.p99_band)
    shown = time_text(time, band, path)
    lines = [f"{id_}.{which} = {shown}   at {path.peak.shown}, waits for free servers included"]
    for comparison in estimate.held_against(f"{id_}.{which}"):
        lines += _documented_lines(comparison)
    return Report(f"{path.label}, {which}", tuple(lines), (hop_table(estimate, id_),))


def verdict_text(held: Held) -> str:
    """A verdict as sign and word; nothing once inputs are changed."""
    return f"{SIGNS[held.verdict]} {held.verdict}" if held.verdict else ""


def needs_text(held: Held) -> str:
    """What would make derived meet documented: `needs dau = 108M user (documented 100M user)`."""
    reconcile = held.reconcile
    if held.figure.comparator in "<>" and held.band and held.band.missing >= SEEN:
        return f"saturated in {held.band.missing:.0%} of what is believed"
    if reconcile is None or held.ratio == 1 or not math.isfinite(held.ratio):
        return ""
    if reconcile.needs is None:
        return reconcile.why
    text = f"needs {reconcile.input} = {reconcile.needs.text} ({stands_text(reconcile)})"
    return f"{text}; {reconcile.why}" if reconcile.why else text


def stands_text(reconcile: Reconciliation) -> str:
    """What the input is instead: `assumed 4 to 16 redirect/user/day`, `now 120 user`."""
    basis = "now" if reconcile.basis == "changed" else reconcile.basis
    return f"{basis} {reconcile.assumed.shown}"


def peak_text(comparison: Comparison) -> str:
    """What a peak over a volume implies: `8.6x the average of the documented volume`."""
    if comparison.peak_over_volume is None:
        return ""
    volume = "documented volume" if comparison.volume else "volume that the inputs give"
    return f"{times(comparison.peak_over_volume)} the average of the {volume}"


def comparison_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """A figure's label and its `HELD` cells; below it a row for each other reading."""
    rows = [(comparison.label, comparison.said, *_held_cells(comparison.literal))]
    if peak := peak_text(comparison):
        rows[0] = (*rows[0][:-1], "; ".join(text for text in (rows[0][-1], peak) if text))
    for reading in comparison.readings:
        rows.append((f"  or: {reading.label}", "", *_held_cells(reading)))
    return rows


def _held_cells(held: Held) -> tuple[str, ...]:
    return (
        held.figure.shown,
        held.comparable.shown if math.isfinite(held.ratio) else "saturated",
        band_text(held.comparable, held.comparable_band) if held.verdict != "given" else "",
        times(held.ratio) if math.isfinite(held.ratio) else "",
        verdict_text(held),
        needs_text(held),
    )


def _about(preset: Preset) -> tuple[str, ...]:
    like = f" · like {', '.join(preset.like)}" if preset.like else ""
    return f"{preset.family} · {preset.consistency}{like}", preset.summary


def _changes(estimate: Estimate) -> str:
    scenario = estimate.scenario
    given = (*estimate.inputs.values(), *estimate.settings.values())
    changed = [f"{i.name} = {i.value.text}" for i in given if i.changed]
    variant = scenario.variant and scenario.preset.variants[scenario.variant].label
    parts = [f"variant: {variant}"] if variant else []
    parts += [f"changed: {', '.join(changed)}"] if changed else []
    return "; ".join(parts)


def notes_lists(notes: Notes, about: str = "") -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the notes say, by heading; with `about`, only what begins with that word and a colon."""
    before = f"{about}: " if about else ""
    said = {
        title: tuple(
            note.removeprefix(before) for note in getattr(notes, name) if note.startswith(before)
        )
        for name, title in NOTES.items()
    }
    return tuple((title, about_it) for title, about_it in said.items() if about_it)


def _documented_lines(comparison: Comparison) -> list[str]:
    """A documented figure in sentences: what is said, how it compares, what would meet it."""
    figure = comparison.literal.figure.shown
    lines = [f'documented {figure}   "{comparison.said}" ({comparison.source})']
    lines += _beside("", comparison.literal)
    if peak := peak_text(comparison):
        lines.append(f"  {peak}")
    for reading in comparison.readings:
        lines += _beside(f"or as {reading.label}: ", reading)
    return lines


def _beside(before: str, held: Held) -> list[str]:
    """Ratio and verdict, and below them what would make the two meet."""
    ratio = times(held.ratio) if math.isfinite(held.ratio) else "saturated"
    lines = [f"  {before}{ratio}  {verdict_text(held)}".rstrip()]
    if needs := needs_text(held):
        lines.append(f"    {needs}")
    return lines


def _explained(explanation: Explanation, depth: int) -> list[str]:
    indent = "    " * depth
    if not explanation.formula:
        return [f"{indent}{explanation.name} = {explanation.value}   ({explanation.basis})"]
    band = f"   ({explanation.band}, p5 to p95)" if explanation.band else ""
    lines = [
        f"{indent}{explanation.name} = {explanation.formula}",
        f"{indent}{' ' * len(explanation.name)} = {explanation.substituted}",
        f"{indent}{' ' * len(explanation.name)} = {explanation.value}{band}",
    ]
    for part in explanation.parts:
        lines += _explained(part, depth + 1)
    return lines


def _estimator_notes(explanation: Explanation) -> tuple[tuple[str, tuple[str, ...]], ...]:
    notes: dict[str, tuple[str, ...]] = {
        note.signature: (
            note.text.partition("\n\n")[0].replace("\n", " "),
            f"Source: {note.source}",
        )
        for note in explanation.estimators
    }
    for part in explanation.parts:
        notes |= dict(_estimator_notes(part))
    return tuple(notes.items())
