"""What a number hangs on, as report, JSON and CSV."""

from __future__ import annotations

from typing import Any, Literal

from app.reports.as_csv import csv_text, quantity_cells
from app.reports.as_json import SCHEMA, scenario_json, value_json
from app.reports.table import Column, Report, Table
from estimators.sensitivity import Influence, Sensitivity
from models.quantity import Quantity
from models.scenario import Scenario
from models.show import times

Order = Literal["share", "swing"]


def sensitivity_report(scenario: Scenario, found: Sensitivity, order: Order = "share") -> Report:
    """The uncertain inputs behind a number, ranked by what they carry or by how they swing it."""
    influences = ordered(found, order)
    lines = [f"{found.label} ({found.address}) = {found.value.shown}"]
    if not any(i.share for i in influences):
        lines.append("hangs on no uncertain input: there is nothing to measure")
        return Report(scenario.preset.name, tuple(lines), ())
    first = found.influences[0]
    lines.append(
        f"measure {first.input} first: it carries {_percent(first.share)} of what is not known"
    )
    columns = (
        Column("input", code=True),
        Column("label"),
        Column("value", "right"),
        Column("share", "right"),
        Column("at its p5", "right"),
        Column("at its p95", "right"),
        Column("swing", "right"),
    )
    rows = [
        (
            i.input,
            i.label,
            i.value.shown,
            _percent(i.share),
            _shown(i.low),
            _shown(i.high),
            times(i.swing) if i.swing else "",
        )
        for i in influences
    ]
    if found.together >= 0.0005:
        rows.append(("", "interactions", "", _percent(found.together), "", "", ""))
    title = f"Shares of the variance of {found.of}"
    pairs = tuple(
        f"{' with '.join(pair.inputs)}: {_percent(pair.share)}" for pair in found.interactions
    )
    lists = (("Interactions", pairs),) if pairs else ()
    return Report(scenario.preset.name, tuple(lines), (Table(title, columns, tuple(rows)),), lists)


def ordered(found: Sensitivity, order: Order) -> tuple[Influence, ...]:
    """The influences as they are asked for."""
    return found.influences if order == "share" else found.by_swing()


def sensitivity_json(
    scenario: Scenario, found: Sensitivity, order: Order = "share"
) -> dict[str, Any]:
    """Shares sum to one with `together`, what the interactions carry."""
    return {
        "schema": SCHEMA,
        "scenario": scenario_json(scenario),
        "of": {"address": found.address, "label": found.label, **found.value.dump()},
        "variance_of": found.of,
        "exact": found.exact,
        "inputs": [_influence_json(scenario, i) for i in ordered(found, order)],
        "interactions": [{"inputs": p.inputs, "share": p.share} for p in found.interactions],
        "together": found.together,
    }


def _influence_json(scenario: Scenario, influence: Influence) -> dict[str, Any]:
    return {
        "input": influence.input,
        "label": influence.label,
        "value": value_json(influence.value, scenario.preset.changeable[influence.input].share),
        "share": influence.share,
        "at_p5": influence.low.dump() if influence.low else None,
        "at_p95": influence.high.dump() if influence.high else None,
        "swing": influence.swing,
    }


def sensitivity_csv(found: Sensitivity, order: Order = "share") -> str:
    """The inputs, a row each; the interactions last."""
    rows = [
        (
            i.input,
            i.label,
            i.value.text,
            i.share,
            quantity_cells(i.low)[0] if i.low else "",
            quantity_cells(i.high)[0] if i.high else "",
            quantity_cells(found.value)[1],
            i.swing or "",
        )
        for i in ordered(found, order)
    ]
    rows.append(("", "interactions", "", found.together, "", "", "", ""))
    headings = ("input", "label", "value", "share", "at_p5", "at_p95", "unit", "swing")
    return csv_text(headings, rows)


def _shown(quantity: Quantity | None) -> str:
    return quantity.shown if quantity else "no value"


def _percent(share: float) -> str:
    return f"{share:.0%}" if abs(share) >= 0.1 else f"{share:.1%}"
