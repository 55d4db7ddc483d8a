"""Components and paths as inputs and formulas, which the rest of the product knows how to use.

Each component gives settings and numbers (`estimators.components`); to these come what hops say of
themselves, the availability of paths, and the bill. So all of it is unit-checked, explained, solved
for, swept, grown and compared like any other number.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from estimators.check import Kind as Kind_
from estimators.check import nearest
from estimators.components import Builder
from models.architecture import Component
from models.catalog import FIGURES, Kind, unit_of
from models.faults import Fault, Path
from models.preset import Derived, Input, Preset

MAKES: Final = {"average": "request_rate", "peak": "peak_rate"}
EXTERNAL: Final = Kind(label="External", summary="Whatever the preset says of it.", managed=True)


def expand(
    preset: Preset, catalog: Mapping[str, Kind], broken: frozenset[str]
) -> tuple[Preset, list[Fault]]:
    """A preset with the settings, numbers and margins of its components and paths filled in.

    Args:
        preset: validated.
        catalog: the kinds that its components may be of.
        broken: names whose own tables are faulty; what they leave unsaid is no fault.

    Returns:
        The preset, and every fault of its components and paths.
    """
    faults = list(_faults(preset, catalog, broken))
    if faults or not preset.components:
        return preset, faults
    built = [
        Builder(preset, id_, component, kind_of(component, catalog))
        for id_, component in preset.components.items()
    ]
    settings: dict[str, Input] = {}
    sized: dict[str, Derived] = {}
    margins: dict[str, str] = {}
    for builder in built:
        builder.build()
        faults += builder.faults
        settings |= builder.settings
        sized |= builder.numbers
        margins |= builder.margins
    sized |= _hops(preset)
    sized |= _availability(preset, catalog, settings)
    sized |= _cost(preset, sized)
    return replace(preset, settings=settings, sized=sized, margins=margins), faults


def path_faults(preset: Preset, kinds: Mapping[str, Kind_]) -> Iterator[Fault]:
    """Paths whose rate is no average, or whose peak is none."""
    for name, path in preset.paths.items():
        for end, expected in (("rate", "average"), ("peak", "peak")):
            address = getattr(path, end)
            kind = kinds.get(address)
            if kind is not None and kind.at != expected:
                said = f"the {kind.at} of a rate" if kind.at else "no rate"
                why = (
                    f"{address} is {said}; expected its {expected}, as {MAKES[expected]}(...) gives"
                )
                yield Fault(("paths", name, end), why)


def kind_of(component: Component, catalog: Mapping[str, Kind]) -> Kind:
    """The kind of a component."""
    return EXTERNAL if component.kind == "external" else catalog[component.kind]


def _faults(preset: Preset, catalog: Mapping[str, Kind], broken: frozenset[str]) -> Iterator[Fault]:
    taken = {*preset.inputs, *preset.derived}
    for table, names in (("components", preset.components), ("paths", preset.paths)):
        for name in names:
            where: Path = (table, name)
            if not name.isidentifier() or not name.islower():
                why = f"{name!r} is no name; expected lower-case words joined by _"
                yield Fault(where, why)
            elif keyword.iskeyword(name):
                yield Fault(where, f"{name} is a word of formulas; choose another name")
            elif name in taken or name == "cost":
                yield Fault(where, f"{name} stands for something else already; choose another name")
            taken.add(name)
    reached = {hop.to for path in preset.paths.values() for hop in path.hops}
    for name, component in preset.components.items():
        if component.kind != "external" and component.kind not in catalog:
            why = f"there is no kind {component.kind!r}{nearest(component.kind, catalog)}"
            yield Fault(("components", name, "kind"), why)
        if component.kind == "external" and component.latency is None:
            why = "is missing: what is external says how long it takes"
            yield Fault(("components", name, "latency"), why)
        for field in ("replicas", "group"):
            copies = getattr(component, field)
            if copies is not None and copies < 1:
                why = f"{copies} is too few; expected at least 1"
                yield Fault(("components", name, field), why)
        if name not in reached and not broken:
            yield Fault(("components", name), "no hop of any path leads here")
        ratio = component.hit_ratio
        if ratio is not None and not (ratio in preset.inputs and preset.inputs[ratio].share):
            shares = [given for given, i in preset.inputs.items() if i.share]
            why = f"{ratio!r} is no share among the inputs{nearest(ratio, shares)}"
            yield Fault(("components", name, "hit_ratio"), why)
        for figure in component.set:
            if figure not in FIGURES:
                why = f"is no figure of a component{nearest(figure, FIGURES)}"
                yield Fault(("components", name, "set", figure), why)
    for name, path in preset.paths.items():
        for end in ("rate", "peak"):
            address = getattr(path, end)
            if address not in preset.inputs and address not in preset.derived:
                known = (*preset.inputs, *preset.derived)
                why = f"{address!r} is neither an input nor a derived number"
                yield Fault(("paths", name, end), f"{why}{nearest(address, known)}")
        for index, hop in enumerate(path.hops):
            where = ("paths", name, "hops", index)
            if hop.to is None and hop.wait is None:
                yield Fault(where, "leads nowhere and waits for nothing; say `to` or `wait`")
            elif hop.to is not None and hop.to not in preset.components:
                why = f"{hop.to!r} is no component{nearest(hop.to, preset.components)}"
                yield Fault((*where, "to"), why)


def _hops(preset: Preset) -> dict[str, Derived]:
    """What hops say of themselves, where it is not simply once for every request."""
    found = {}
    for id_, path in preset.paths.items():
        for index, hop in enumerate(path.hops):
            for name, text, formula, unit in (
                ("chance", hop.chance, hop.chance, "x"),
                ("calls", hop.calls, f"times_of({hop.calls})", "x"),
                ("wait", hop.wait, hop.wait, "ms"),
            ):
                if text not in (None, "1"):
                    found[f"{id_}.hop{index + 1}_{name}"] = Derived(
                        label=f"{path.label}: {name} of hop {index + 1}", group=path.label,
                        formula=formula or "", unit=unit_of(unit),
                    )  # fmt: skip
    return found


def _availability(
    preset: Preset, catalog: Mapping[str, Kind], settings: Mapping[str, Input]
) -> dict[str, Derived]:
    """For every path: the share of requests that no component on the caller's clock fails."""
    found = {}
    for id_, path in preset.paths.items():
        needs: dict[str, list[str]] = {}
        for hop in path.hops:
            if hop.to is not None and not hop.background:
                needs.setdefault(hop.to, []).append(hop.chance)
        terms = []
        for to, chances in needs.items():
            alone = f"{to}.availability"
            if alone not in settings:
                continue
            kind = kind_of(preset.components[to], catalog)
            zone = " + 1" if kind.zones > 1 else ""
            copies = f"{to}.replicas + {to}.spares / node{zone}"
            whole = f"redundant({alone}, {copies})"
            if kind.managed:
                whole = alone
            elif preset.components[to].group:
                whole = f"majority({alone}, {to}.replicas)"
            # It is up for all hops of a request or for none.
            spared = " * ".join(f"(1 - ({chance}))" for chance in chances)
            needed = chances[0] if len(chances) == 1 else f"1 - {spared}"
            terms.append(whole if "1" in chances else f"needed_by({whole}, {needed})")
        if terms:
            name = f"{id_}.availability"
            found[name] = Derived(
                label=f"{path.label}: availability", group=path.label,
                formula=" * ".join(terms), unit=unit_of("%"),
            )  # fmt: skip
            found[f"{id_}.downtime"] = Derived(
                label=f"{path.label}: away a year", group=path.label,
                formula=f"downtime({name}, 1 * year)", unit=unit_of("h"),
            )  # fmt: skip
    return found


def _cost(preset: Preset, sized: Mapping[str, Derived]) -> dict[str, Derived]:
    """A month of everything, and what that is for one user and one request."""
    costs = [name for name in sized if name.endswith(".cost")]
    if not costs:
        return {}
    found = {"month": Derived(
        label="Cost a month", group="cost", formula=" + ".join(costs), unit=unit_of("USD/month"),
    )}  # fmt: skip
    users = [
        name
        for name, given in preset.inputs.items()
        if given.grows and str(given.unit).split("/")[0] == "user"
    ]
    if users:
        found["per_user"] = Derived(
            label="Cost a user", group="cost", formula=f"cost.month / {users[0]}",
            unit=unit_of("USD/user/month"),
        )  # fmt: skip
    requests = " + ".join(f"operations({path.rate})" for path in preset.paths.values())
    found["per_request"] = Derived(
        label="Cost a request", group="cost", formula=f"cost.month / ({requests})",
        unit=unit_of("USD/op"),
    )  # fmt: skip
    return {f"cost.{name}": derived for name, derived in found.items()}
