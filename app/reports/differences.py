"""Scenarios side by side, as report, JSON and CSV: what differs first, and what caused it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.reports.as_csv import csv_text, quantity_cells
from app.reports.as_json import SCHEMA, scenario_json, value_json, with_band
from app.reports.table import Column, Report, Table
from estimators.differences import Cause, Difference, Differences
from models.preset import Preset
from models.scenario import Scenario
from models.show import times


def differences_report(preset: Preset, found: Differences) -> Report:
    """The inputs that differ, then the numbers that do, the one that moves most first."""
    inputs = Table(
        "Inputs that differ",
        (
            Column("input", code=True),
            Column("label"),
            *(Column(label, "right") for label in found.labels),
        ),
        tuple(
            (name, preset.changeable[name].label, *(value.shown for value in values))
            for name, values in found.inputs.items()
        ),
    )
    first, *others = found.labels
    numbers = Table(
        "Numbers that differ",
        (
            Column("address", code=True),
            Column("number"),
            Column(first, "right"),
            *(c for other in others for c in (Column(other, "right"), Column("ratio", "right"))),
            Column("because of", below=True),
        ),
        tuple(_row(number, others) for number in found.numbers),
    )
    lines = [" beside ".join(found.labels)]
    lines += ["nothing differs"] if not found.numbers else []
    lines += [found.why] if found.why else []
    lists = (("The same in all", found.same),) if found.numbers and found.same else ()
    tables = tuple(table for table in (inputs, numbers) if table.rows)
    return Report(preset.name, tuple(lines), tables, lists)


def _row(number: Difference, others: Sequence[str]) -> tuple[str, ...]:
    cells = [number.address, number.label, number.value.shown]
    for change in number.changes:
        cells += [change.value.shown, times(change.ratio) if change.ratio else "no ratio"]
    because = [
        (f"{other}: " if len(others) > 1 else "") + ", ".join(map(_cause, change.causes))
        for other, change in zip(others, number.changes, strict=True)
        if change.causes
    ]
    return (*cells, "; ".join(because))


def _cause(cause: Cause) -> str:
    share = f" ({cause.share:.0%})" if cause.share is not None else ""
    return f"{cause.input} {times(cause.factor)}{share}"


def differences_json(
    preset: Preset, scenarios: Sequence[Scenario], found: Differences
) -> dict[str, Any]:
    """Values in the order of the labels; ratios and causes for every scenario but the first."""
    return {
        "schema": SCHEMA,
        "system": preset.id,
        "labels": found.labels,
        "scenarios": [scenario_json(scenario) for scenario in scenarios],
        "inputs": {
            name: [value_json(value, preset.changeable[name].share) for value in values]
            for name, values in found.inputs.items()
        },
        "derived": {
            number.address: {
                "label": number.label,
                "values": [
                    with_band(number.value, number.band),
                    *(with_band(change.value, change.band) for change in number.changes),
                ],
                "ratios": [change.ratio for change in number.changes],
                "causes": [
                    [{"input": c.input, "factor": c.factor, "share": c.share} for c in ch.causes]
                    for ch in number.changes
                ],
            }
            for number in found.numbers
        },
        "same": found.same,
        "why": found.why or None,
    }


def differences_csv(preset: Preset, found: Differences) -> str:
    """Inputs and numbers that differ, a row for each scenario but the first."""
    first, *others = found.labels
    rows: list[tuple[Any, ...]] = []
    for name, values in found.inputs.items():
        for other, value in zip(others, values[1:], strict=True):
            label = preset.changeable[name].label
            rows.append(("input", name, label, other, values[0].text, value.text, "", "", ""))
    for number in found.numbers:
        before, unit = quantity_cells(number.value)
        for other, change in zip(others, number.changes, strict=True):
            causes = "; ".join(map(_cause, change.causes))
            after = quantity_cells(change.value)[0]
            rows.append(
                ("derived", number.address, number.label, other, before, after, unit,
                 change.ratio, causes)
            )  # fmt: skip
    headings = ("kind", "address", "label", "scenario", first, "value", "unit", "ratio", "causes")
    return csv_text(headings, rows)
