"""What comes of a mishap, as report, JSON and CSV."""

from __future__ import annotations

from typing import Any

from app.reports.as_csv import csv_text
from app.reports.as_json import SCHEMA, scenario_json
from app.reports.table import Column, Report, Table
from estimators.whatif import Outcome, Passage, Strain
from models.scenario import Scenario
from models.show import times


def whatif_report(scenario: Scenario, outcome: Outcome) -> Report:
    """What saturates first and by how much, then every component and path before and after."""
    first = outcome.first
    lines = [f"{outcome.mishap.text}: the fleet as it was sized"]
    if first and first.after:
        lines.append(f"{first.label} ({first.component}) saturates first: {first.after.shown} busy")
    else:
        lines.append("nothing saturates")
    lines += [
        f"{p.label}: {p.failing:.0%} of the requests fail" for p in outcome.passages if p.failing
    ]
    components = Table(
        "Components",
        (
            Column("address", code=True),
            Column("component"),
            Column("busy", "right"),
            Column("then", "right"),
            Column("so much more", "right"),
            Column(""),
        ),
        tuple(_strain_row(strain) for strain in outcome.strains),
    )
    paths = Table(
        "Paths",
        (
            Column("address", code=True),
            Column("path"),
            Column("p99", "right"),
            Column("then", "right"),
            Column("fails", "right"),
        ),
        tuple(_passage_row(passage) for passage in outcome.passages),
    )
    return Report(scenario.preset.name, tuple(lines), (components, paths))


def _strain_row(strain: Strain) -> tuple[str, ...]:
    if strain.after is None:
        return (strain.component, strain.label, strain.before.shown, "", "", "lost")
    ratio = strain.after.base / strain.before.base if strain.before.base else 1.0
    state = "saturated" if strain.after.base >= 1 else ""
    return (
        strain.component,
        strain.label,
        strain.before.shown,
        strain.after.shown,
        times(ratio),
        state,
    )


def _passage_row(passage: Passage) -> tuple[str, ...]:
    full = f"saturated: {', '.join(passage.saturated)}" if passage.saturated else "all fail"
    then = passage.after.shown if passage.after else full
    return (
        passage.path,
        passage.label,
        passage.before.shown if passage.before else "saturated",
        then,
        f"{passage.failing:.0%}" if passage.failing else "",
    )


def whatif_json(scenario: Scenario, outcome: Outcome) -> dict[str, Any]:
    """Utilisations as shares; a p99 is null where a component of the path is saturated."""
    mishap = outcome.mishap
    return {
        "schema": SCHEMA,
        "scenario": scenario_json(scenario),
        "whatif": {
            "lost": mishap.lost,
            "cold": mishap.cold,
            "zone": mishap.zone,
            "peak": mishap.peak,
        },
        "first": outcome.first.component if outcome.first else None,
        "components": [
            {
                "component": s.component,
                "label": s.label,
                "utilisation": s.before.base,
                "then": s.after.base if s.after else None,
            }
            for s in outcome.strains
        ],
        "paths": [
            {
                "path": p.path,
                "label": p.label,
                "failing": p.failing,
                "p99": p.before and p.before.dump(),
                "then": p.after and p.after.dump(),
                "saturated": p.saturated,
            }
            for p in outcome.passages
        ],
    }


def whatif_csv(outcome: Outcome) -> str:
    """Components, then paths, a row each."""
    rows: list[tuple[Any, ...]] = [
        ("component", s.component, s.label, s.before.base, s.after.base if s.after else "", "")
        for s in outcome.strains
    ]
    rows += [
        (
            "path", p.path, p.label, p.before.magnitude if p.before else "",
            p.after.magnitude if p.after else "", p.failing,
        )
        for p in outcome.passages
    ]  # fmt: skip
    return csv_text(("kind", "address", "label", "before", "then", "failing"), rows)
