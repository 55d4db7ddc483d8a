"""What a scenario has to have: components and their nodes, paths and their times, the bill."""

from __future__ import annotations

import math
from collections.abc import Mapping

from estimators.components import NEEDS
from estimators.paths import Times, saturated
from estimators.shapes import Choice, in_use
from models.architecture import Hop
from models.band import Band
from models.catalog import Kind
from models.preset import Preset
from models.quantity import Quantity
from models.scenario import Scenario
from models.system import ComponentValue, Cost, CostItem, HopValue, PathValue, Resource
from models.units import MS

Values = Mapping[str, float]
Bands = Mapping[str, Band | None]


def components(
    scenario: Scenario,
    kinds: Mapping[str, Kind],
    shapes: Mapping[str, tuple[Choice, ...]],
    values: Values,
    bands: Bands,
) -> dict[str, ComponentValue]:
    """Every component, with what it is sized by.

    Args:
        scenario: of a preset with its settings and numbers filled in.
        kinds: by component.
        shapes: what the node of each may be.
        values: every number at the medians, in base units.
        bands: what is not known of those that are shown.
    """
    found = {}
    preset = scenario.preset
    for id_, component in preset.components.items():
        resources = {
            name: _resource(preset, id_, name, values)
            for name in NEEDS
            if f"{id_}.{name}_nodes" in values
        }
        planned = {name: values[f"{id_}.{name}_nodes"] for name in resources}
        busy = f"{id_}.busy"
        node = in_use(scenario, shapes[id_])
        found[id_] = ComponentValue(
            label=component.label,
            kind=component.kind,
            node=node.label if node and node.shape else None,
            counted=kinds[id_].counted,
            managed=kinds[id_].managed,
            nodes=round(values[f"{id_}.nodes"]) if f"{id_}.nodes" in values else None,
            bottleneck=max(planned, key=lambda name: planned[name]) if planned else None,
            resources=resources,
            utilisation=_quantity(preset, busy, values),
            band=bands.get(busy),
            cost=_quantity(preset, f"{id_}.cost", values),
        )
    return found


def _resource(preset: Preset, id_: str, name: str, values: Values) -> Resource:
    nodes = max(math.ceil(values[f"{id_}.{name}_nodes"] * (1 - 1e-12)), 1)
    need, margin = values[f"{id_}.{name}_need"], values[f"{id_}.{name}_margin"]
    demand = f"{id_}.{name}_demand"
    asked, unit = values[demand] * margin, preset.sized[demand].unit
    full = values[demand] / need if need else 0.0
    return Resource(Quantity.of_base(asked, unit), Quantity.of_base(nodes * full, unit), nodes)


def paths(
    preset: Preset, times: Mapping[str, Times], values: Values, bands: Bands
) -> dict[str, PathValue]:
    """Every path, with how long it takes.

    Args:
        preset: with its settings and numbers filled in.
        times: by path.
        values: every number at the medians, in base units.
        bands: of the percentiles, by address.
    """
    found = {}
    for id_, path in preset.paths.items():
        p50, p99 = times[id_].p50, times[id_].p99
        known = math.isfinite(p99)
        rate, peak = (_quantity(preset, address, values) for address in (path.rate, path.peak))
        assert rate is not None
        assert peak is not None
        found[id_] = PathValue(
            label=path.label,
            rate=rate,
            peak=peak,
            p50=Quantity.of_base(p50, MS) if known else None,
            p50_band=bands.get(f"{id_}.p50"),
            p99=Quantity.of_base(p99, MS) if known else None,
            p99_band=bands.get(f"{id_}.p99"),
            saturated=saturated(preset, id_, values),
            availability=_quantity(preset, f"{id_}.availability", values),
            downtime=_quantity(preset, f"{id_}.downtime", values),
            hops=tuple(
                _hop(preset, f"{id_}.hop{index + 1}", hop, values)
                for index, hop in enumerate(path.hops)
            ),
        )
    return found


def _hop(preset: Preset, name: str, hop: Hop, values: Values) -> HopValue:
    own = hop.timed_by(values)
    return HopValue(
        to=hop.to,
        label=preset.components[hop.to].label if hop.to else "wait",
        op=hop.op,
        calls=values.get(f"{name}_calls", 1.0),
        chance=values.get(f"{name}_chance", 1.0),
        parallel=hop.parallel,
        branch=hop.branch,
        background=hop.background,
        median=_quantity(preset, f"{own}median" if hop.to else f"{name}_wait", values),
        p99=_quantity(preset, f"{own}p99" if hop.to else f"{name}_wait", values),
    )


def cost(preset: Preset, values: Values, bands: Bands) -> Cost | None:
    """The bill; None where nothing is paid for."""
    month, per_request = (
        _quantity(preset, f"cost.{name}", values) for name in ("month", "per_request")
    )
    if month is None or per_request is None:
        return None
    items = [
        CostItem(id_, component.label, item, item.base / month.base if month.base else 0.0)
        for id_, component in preset.components.items()
        if (item := _quantity(preset, f"{id_}.cost", values)) is not None
    ]
    items.sort(key=lambda item: -item.share)
    per_user = _quantity(preset, "cost.per_user", values)
    return Cost(month, bands.get("cost.month"), per_user, per_request, tuple(items))


def _quantity(preset: Preset, address: str, values: Values) -> Quantity | None:
    if address not in values:
        return None
    return Quantity.of_base(values[address], preset.entry(address).unit)
