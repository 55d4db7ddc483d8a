"""Values as JSON, schema 1: quantities as `{"value", "unit", "text"}`; never NaN or Infinity."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from app.reports.system import share_text
from models.band import Band
from models.estimate import Comparison, Estimate, Held, Reconciliation
from models.preset import Preset
from models.quantity import Quantity, Value
from models.scenario import Scenario
from models.system import ComponentValue, Cost, PathValue
from models.units import NUMBER, Unit
from presets.loader import Header

SCHEMA = 1


def dumps(data: Any) -> str:
    """JSON text with a final newline; a number that is not finite is an error, not `NaN`."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """An estimate; its `scenario` alone is enough to make it again."""
    preset = estimate.scenario.preset
    return {
        "schema": SCHEMA,
        "system": preset.id,
        "scenario": scenario_json(estimate.scenario),
        "inputs": {
            name: {
                **value_json(i.value, preset.inputs[name].share),
                "label": i.label,
                "basis": i.basis,
                "why": i.why,
                "changed": i.changed,
            }
            for name, i in estimate.inputs.items()
        },
        "derived": {
            name: {
                **with_band(d.value, d.band),
                "label": d.label,
                "group": d.group,
                "formula": d.formula,
                "at": d.at,
            }
            for name, d in estimate.derived.items()
        },
        "documented": [comparison_json(preset, c) for c in estimate.documented],
        "components": {id_: _component(c) for id_, c in estimate.components.items()},
        "paths": {id_: _path(p) for id_, p in estimate.paths.items()},
        "cost": _cost(estimate.cost) if estimate.cost else None,
    }


def _component(component: ComponentValue) -> dict[str, Any]:
    return {
        "label": component.label,
        "kind": component.kind,
        "counted": component.counted,
        "managed": component.managed,
        "nodes": component.nodes,
        "bottleneck": component.bottleneck,
        "resources": {
            name: {"demand": r.demand.dump(), "capacity": r.capacity.dump(), "nodes": r.nodes}
            for name, r in component.resources.items()
        },
        "utilisation": component.utilisation and with_band(component.utilisation, component.band),
        "cost": component.cost and component.cost.dump(),
    }


def _path(path: PathValue) -> dict[str, Any]:
    return {
        "label": path.label,
        "rate": path.rate.dump(),
        "peak": path.peak.dump(),
        "p50": _time(path.p50, path.p50_band, path),
        "p99": _time(path.p99, path.p99_band, path),
        "saturated": path.saturated,
        "availability": path.availability
        and path.availability.dump() | {"text": share_text(path.availability)},
        "downtime": path.downtime and path.downtime.dump(),
        "hops": [
            {
                "to": hop.to,
                "label": hop.label,
                "op": hop.op,
                "calls": hop.calls,
                "chance": hop.chance,
                "parallel": hop.parallel,
                "branch": hop.branch,
                "background": hop.background,
                "median": hop.median and hop.median.dump(),
                "p99": hop.p99 and hop.p99.dump(),
            }
            for hop in path.hops
        ],
    }


def _time(time: Quantity | None, band: Band | None, path: PathValue) -> dict[str, Any]:
    if time is None:
        why = f"saturated: {', '.join(path.saturated)}"
        return {"value": None, "unit": "ms", "text": "saturated", "why": why}
    return with_band(time, band)


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "month": with_band(cost.month, cost.band),
        "per_user": cost.per_user and cost.per_user.dump(),
        "per_request": cost.per_request.dump(),
        "items": [
            {
                "component": i.component,
                "label": i.label,
                "month": i.month.dump(),
                "share": i.share,
            }
            for i in cost.items
        ],
    }


def scenario_json(scenario: Scenario) -> dict[str, Any]:
    """What makes a scenario: its system, variant and changes, as exact text."""
    return {
        "system": scenario.preset.id,
        "variant": scenario.variant,
        "set": {address: value.text for address, value in scenario.changes.items()},
        "growth": {address: growth.text for address, growth in scenario.growth.items()} or None,
        "years": scenario.horizon or None,
    }


def with_band(quantity: Quantity, band: Band | None) -> dict[str, Any]:
    """A quantity, with `p5`, `p50` and `p95` in its unit where it is uncertain."""
    return quantity.dump() | (band.dump() if band else {})


def audit_json(figures: Iterable[tuple[Preset, Comparison]]) -> list[dict[str, Any]]:
    """Documented figures of some systems."""
    return [comparison_json(preset, comparison) for preset, comparison in figures]


def comparison_json(preset: Preset, comparison: Comparison) -> dict[str, Any]:
    """One documented figure beside what the inputs lead to."""
    return {
        "system": preset.id,
        "label": comparison.label,
        "said": comparison.said,
        **_held(preset, comparison.literal),
        "peak_over_volume": comparison.peak_over_volume,
        "readings": [_held(preset, reading) for reading in comparison.readings],
        "source": comparison.source,
    }


def listing_json(headers: Iterable[Header]) -> list[dict[str, Any]]:
    """The systems as their headers tell them."""
    return [
        {key: value for key, value in asdict(header).items() if key not in ("path", "fault")}
        for header in headers
        if not header.fault
    ]


def preset_json(preset: Preset) -> dict[str, Any]:
    """A preset as its file has it, with quantities as values."""
    return {
        "schema": SCHEMA,
        "id": preset.id,
        "name": preset.name,
        "like": preset.like,
        "family": preset.family,
        "consistency": preset.consistency,
        "summary": preset.summary,
        "nouns": preset.nouns,
        "inputs": {
            name: {
                **value_json(i.value, i.share),
                "label": i.label,
                "basis": i.basis,
                "why": i.why,
                "source": i.source,
                "share": i.share,
                "grows": i.grows,
            }
            for name, i in preset.inputs.items()
        },
        "derived": {
            name: {"label": d.label, "group": d.group, "formula": d.formula, "unit": str(d.unit)}
            for name, d in preset.derived.items()
        },
        "components": {id_: asdict(component) for id_, component in preset.components.items()},
        "paths": {id_: asdict(path) for id_, path in preset.paths.items()},
        "documented": [
            {key: value for key, value in asdict(d).items() if value is not None}
            for d in preset.documented
        ],
        "variants": {k: {"label": v.label, "set": dict(v.set)} for k, v in preset.variants.items()},
        "notes": asdict(preset.notes),
    }


def _held(preset: Preset, held: Held) -> dict[str, Any]:
    low, high = held.ratio_band or (held.ratio, held.ratio)
    if not math.isfinite(held.ratio):
        saturated = {"value": None, "unit": str(held.derived.unit), "text": "saturated"}
        return {
            "documented": held.figure.dump(), "against": held.against,
            "derived": saturated | {"why": "a component on the path is saturated"},
            "ratio": None, "ratio_p5": None, "ratio_p95": None, "verdict": held.verdict,
            "reconcile": None,
        }  # fmt: skip
    return {
        "documented": held.figure.dump(),
        "against": held.against,
        "derived": with_band(held.derived, held.band),
        "ratio": held.ratio,
        "ratio_p5": low,
        "ratio_p95": high,
        "verdict": held.verdict,
        "reconcile": _reconciliation(preset, held.reconcile),
    }


def _reconciliation(preset: Preset, reconcile: Reconciliation | None) -> dict[str, Any] | None:
    if reconcile is None:
        return None
    return {
        "input": reconcile.input,
        "needs": exact_json(reconcile.needs) if reconcile.needs else None,
        "assumed": value_json(reconcile.assumed, preset.changeable[reconcile.input].share),
        "why": reconcile.why or None,
    }


def quantity_json(magnitude: float, unit: Unit = NUMBER) -> dict[str, Any]:
    """A magnitude with its unit; a plain number without one."""
    return Quantity(float(magnitude), unit).dump()


def exact_json(quantity: Quantity) -> dict[str, Any]:
    """A quantity whose text is exact: what is needed must read back as it was found."""
    return {**quantity.dump(), "text": quantity.text}


def value_json(value: Value, share: bool) -> dict[str, Any]:
    """An input's value: a quantity, or the median of an interval with its ends."""
    return value.dump() if isinstance(value, Quantity) else value.dump(share)
