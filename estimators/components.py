"""One component as inputs and formulas: what it can do, what is asked of it, what it costs.

Its figures become inputs (`codes.replicas`, `codes.read_rate`), its load, needs, nodes and cost
numbers with formulas (`codes.nodes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.architecture import Component, Hop
from models.catalog import FIGURES, SHARES, Figure, Kind, figure_fault, unit_of
from models.faults import Fault
from models.preset import Basis, Derived, Input, Preset
from models.quantity import Quantity, QuantityError, Value, read_value
from models.units import Unit, Vocabulary, plurals

NEEDS: Final = ("rate", "memory", "disk", "bandwidth", "limit")
"""The resources that a fleet is sized by: the tightest of them is its bottleneck."""
FLOWS: Final = ("rate", "bandwidth", "limit")
"""Those that fill up and empty with the load."""
SURVIVES_ONE_OF: Final = {1: "1x", 2: "2x", 3: "1.5x"}
"""Zones, and how many times the need a fleet over them has, so that it may lose one."""


@dataclass(frozen=True, slots=True)
class Load:
    """One hop as a load: its path's rates, and the hop."""

    rate: str
    peak: str
    hop: Hop

    def operations(self, rate: str) -> str:
        """The operations that it makes, at a rate of requests."""
        factors = [rate]
        factors += [f"({text})" for text in (self.hop.calls, self.hop.chance) if text != "1"]
        return f"operations({' * '.join(factors)})"

    def traffic(self, rate: str) -> str:
        """The bytes that it moves, at a rate of requests."""
        chance = f" * ({self.hop.chance})" if self.hop.chance != "1" else ""
        return f"{rate}{chance} * ({self.hop.payload})"


class Builder:
    """The settings and numbers of one component."""

    def __init__(self, preset: Preset, id_: str, component: Component, kind: Kind) -> None:
        self.preset, self.id, self.component, self.kind = preset, id_, component, kind
        self.settings: dict[str, Input] = {}
        self.numbers: dict[str, Derived] = {}
        self.margins: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.loads = [
            Load(path.rate, path.peak, hop)
            for path in preset.paths.values()
            for hop in path.hops
            if hop.to == id_
        ]

    def build(self) -> None:
        self.set_figures()
        self.add_load()
        self.add_needs()
        if self.margins:
            self.add_fleet()
        self.add_cost()

    # Settings

    def set_figures(self) -> None:
        for name, figure in self.kind.figures():
            if name in self.component.set:
                continue
            for number, (value, bound) in enumerate(_tiers(figure)):
                label = FIGURES[name][1]
                label += f", tier {number + 1}" if figure.tiers else ""
                why = f"{self.kind.label}, quality {figure.quality}" + (
                    f", up to {bound.text}" if bound else ""
                )
                self.setting(
                    f"{name}{_nth(number)}", label, value, "assumed", why,
                    f"{figure.source} ({figure.date})", name in SHARES,
                )  # fmt: skip
        for name, text in self.component.set.items():
            self.set_own(name, text)
        copies = self.component.group or self.component.replicas or self.kind.replicas
        self.setting("replicas", "copies", Quantity(float(copies)), least=1)
        if self.kind.zones > 1:
            headroom = SURVIVES_ONE_OF.get(self.kind.zones, "1x")
            self.setting("headroom", "for the loss of a zone", _read(headroom, unit_of("x")))
        if not self.kind.managed:
            spares = _read(str(self.kind.spares), unit_of("node"))
            self.setting("spares", "spare nodes", spares, least=0)

    def set_own(self, name: str, text: str) -> None:
        """A figure that this system has otherwise than its kind."""
        if name not in FIGURES:
            return
        unit, said = FIGURES[name]
        try:
            value = _read(text, unit_of(unit))
        except QuantityError as error:
            self.faults.append(Fault(("components", self.id, "set", name), str(error)))
            return
        if why := figure_fault(name, value):
            self.faults.append(Fault(("components", self.id, "set", name), why))
            return
        self.setting(name, said, value, "chosen", "set by the preset", share=name in SHARES)

    def setting(
        self,
        name: str,
        label: str,
        value: Value,
        basis: Basis = "chosen",
        why: str = "",
        source: str = "",
        share: bool = False,
        least: int | None = None,
    ) -> None:
        label = f"{self.component.label}: {label}"
        self.settings[f"{self.id}.{name}"] = Input(
            label=label, value=value, basis=basis, why=why, source=source, share=share, least=least
        )

    def has(self, name: str) -> bool:
        return f"{self.id}.{name}" in self.settings or f"{self.id}.{name}" in self.numbers

    # Numbers

    def number(self, name: str, label: str, formula: str, unit: str) -> None:
        self.numbers[f"{self.id}.{name}"] = Derived(
            label=f"{self.component.label}: {label}",
            group=self.component.label,
            formula=formula,
            unit=unit_of(unit),
        )

    def add_load(self) -> None:
        if self.component.latency:
            self.number("median", "median", self.component.latency, "ms")
            tail = self.component.latency_p99 or self.component.latency
            self.number("p99", "p99", tail, "ms")
        for op, plural in (("read", "reads"), ("write", "writes")):
            of_op = [load for load in self.loads if load.hop.op == op]
            if of_op:
                average = " + ".join(load.operations(load.rate) for load in of_op)
                peak = " + ".join(load.operations(load.peak) for load in of_op)
                self.number(plural, plural, average, "op/s")
                self.number(f"{op}_peak", f"{plural} at peak", peak, "op/s")
        moving = [load for load in self.loads if load.hop.payload]
        if moving:
            average = " + ".join(load.traffic(load.rate) for load in moving)
            peak = " + ".join(load.traffic(load.peak) for load in moving)
            self.number("traffic", "traffic", average, "Mbit/s")
            self.number("traffic_peak", "traffic at peak", peak, "Mbit/s")

    def add_needs(self) -> None:
        """What each resource asks for, all copies included, in nodes that would be full."""
        id_ = self.id
        operations = {
            op: f"{id_}.{op}_peak{copies}"
            for op, copies in (("read", ""), ("write", f" * {id_}.replicas"))
            if self.has(f"{op}_peak") and self.has(f"{op}_rate")
        }
        if operations:
            rates = [f"rate_need({peak}, {id_}.{op}_rate)" for op, peak in operations.items()]
            self.need("rate", " + ".join(operations.values()), "op/s", " + ".join(rates))
        if self.component.holds:
            place = "disk" if self.has("disk") else "memory"
            held = f"({self.component.holds}) * {id_}.replicas"
            if self.has(place):
                need = f"space_need({id_}.{place}_demand, {id_}.{place})"
                self.need(place, held, "GB", need)
        if self.has("traffic_peak") and self.has("bandwidth"):
            need = f"link_need({id_}.bandwidth_demand, {id_}.bandwidth)"
            self.need("bandwidth", f"{id_}.traffic_peak", "Mbit/s", need)
        if self.component.connections and self.has("connections"):
            need = f"count_need({id_}.limit_demand, {id_}.connections)"
            self.need("limit", f"times_of({self.component.connections})", "", need)

    def need(self, resource: str, demand: str, unit: str, need: str) -> None:
        self.number(f"{resource}_demand", f"{resource} asked for", demand, unit)
        self.number(f"{resource}_need", f"nodes for {resource}", need, "node")
        self.margins[f"{self.id}.{resource}_margin"] = f"{self.id}.{resource}_demand"

    def add_fleet(self) -> None:
        id_ = self.id
        plans = []
        for resource in NEEDS:
            if self.has(f"{resource}_need"):
                target = "disk_utilisation" if resource == "disk" else "utilisation"
                full = f"{id_}.{target}" if self.has(target) else "1"
                margin = f"{id_}.{resource}_margin"
                self.number(
                    f"{resource}_nodes", f"planned for {resource}",
                    f"planned({id_}.{resource}_need, {margin}, {full})", "node",
                )  # fmt: skip
                plans.append(f"{id_}.{resource}_nodes")
        needed = plans[0] if len(plans) == 1 else f"max({', '.join(plans)})"
        headroom = f"{id_}.headroom" if self.has("headroom") else "1"
        spares = f"{id_}.spares" if self.has("spares") else "0 * node"
        self.number(
            "nodes", plurals(self.kind.counted)[0],
            f"fleet({needed}, {id_}.replicas, {headroom}, {spares})", "node",
        )  # fmt: skip
        # What is full of memory or disk is not slow for it.
        moving = [f"{id_}.{name}_need" for name in FLOWS if self.has(f"{name}_need")]
        if moving:
            tightest = moving[0] if len(moving) == 1 else f"max({', '.join(moving)})"
            self.number("busy", "busy at peak", f"{tightest} / {id_}.nodes", "%")

    def add_cost(self) -> None:
        id_, terms = self.id, []
        if self.has("nodes") and self.has("node_price") and not self.kind.managed:
            terms.append(f"node_cost({id_}.nodes, {id_}.node_price)")
        if self.component.holds and self.has("storage_price"):
            # What the provider stores is billed by what is in it, one's own disks by their size.
            own = not self.kind.managed and self.has("nodes") and self.has("disk")
            held = f"{id_}.nodes * {id_}.disk" if own else f"({self.component.holds})"
            terms += self.tiered("storage_price", held, "stored_cost({}, {})")
        terms += [
            f"used_cost({id_}.{op}s, {id_}.{op}_price)"
            for op in ("read", "write")
            if self.has(f"{op}s") and self.has(f"{op}_price")
        ]
        if self.has("traffic") and self.has("egress_price"):
            terms += self.tiered("egress_price", f"{id_}.traffic", "traffic_cost({}, {})", "/month")
        if self.has("fixed_price"):
            terms.append(f"{id_}.fixed_price")
        if terms:
            self.number("cost", "cost", " + ".join(terms), "USD/month")

    def tiered(self, price: str, volume: str, call: str, per: str = "") -> list[str]:
        """The cost of a volume, tier by tier where the price has tiers."""
        figure: Figure | None = getattr(self.kind, price)
        if price in self.component.set or figure is None or not figure.tiers:
            return [call.format(volume, f"{self.id}.{price}")]
        terms, below, unit = [], "", ""
        for number, (_, bound) in enumerate(_tiers(figure)):
            unit = f"{bound.unit}{per}" if bound else unit
            upper = f"{bound.magnitude!r} * {unit}" if bound else ""
            part = f"min({volume}, {upper})" if upper else volume
            part = f"max({part} - {below}, 0 * {unit})" if below else part
            terms.append(call.format(part, f"{self.id}.{price}{_nth(number)}"))
            below = upper
        return terms


def _tiers(figure: Figure) -> list[tuple[Value, Quantity | None]]:
    """The values of a figure with the bound up to which each holds."""
    if figure.value is not None:
        return [(figure.value, None)]
    found: list[tuple[Value, Quantity | None]] = []
    for tier in figure.tiers:
        bound = tier.up_to if isinstance(tier.up_to, Quantity) else None
        found.append((tier.value, bound))
    return found


def _nth(number: int) -> str:
    return f"_{number + 1}" if number else ""


def _read(text: str, unit: Unit) -> Value:
    return read_value(text, Vocabulary(), unit)
