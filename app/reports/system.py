"""Components, paths and cost of an estimate as tables."""

from __future__ import annotations

from typing import Final

from app.reports.table import Column, Table
from estimators.components import NEEDS
from models.architecture import Hop
from models.band import Band
from models.estimate import Estimate
from models.quantity import Quantity
from models.show import join, shown_parts
from models.system import ComponentValue, PathValue
from models.units import plurals

MARK: Final = "◀"
"""Stands behind the resource that decides how many nodes there are."""


def system_tables(estimate: Estimate) -> tuple[Table, ...]:
    """What the components have to be, how long the paths take, and what a month costs."""
    tables = []
    if estimate.components:
        tables.append(sizing_table(estimate))
    if estimate.paths:
        tables.append(paths_table(estimate))
    if estimate.cost:
        tables.append(cost_table(estimate))
    return tuple(tables)


def sizing_table(estimate: Estimate) -> Table:
    """A row a component: nodes and `demand of capacity` by resource, the bottleneck marked.

    Beside its kind stands the machine it has, where that is another than the kind's own.
    """
    used = [
        name for name in NEEDS if any(name in c.resources for c in estimate.components.values())
    ]
    columns = (
        Column("address", code=True),
        Column("component"),
        Column("kind"),
        *(Column(name) for name in used),
        Column("nodes", "right"),
        Column("busy", "right"),
        Column("a month", "right"),
    )
    rows = tuple(
        (
            id_,
            c.label,
            f"{c.kind} ({c.node})" if c.node else c.kind,
            *(resource_text(c, name) for name in used),
            nodes_text(c),
            c.utilisation.shown if c.utilisation else "",
            money_text(c.cost) if c.cost else "",
        )
        for id_, c in estimate.components.items()
    )
    return Table("Sizing, for p95 of the peak", columns, rows)


def resource_text(component: ComponentValue, name: str) -> str:
    """`3  28K of 60K op/s ◀`; nothing where the component is not sized by it."""
    resource = component.resources.get(name)
    if resource is None:
        return ""
    mark = f" {MARK}" if name == component.bottleneck else ""
    asked, unit = shown_parts(resource.demand.magnitude, resource.demand.unit)
    there, unit_there = shown_parts(resource.capacity.magnitude, resource.capacity.unit)
    of = f"{asked if unit == unit_there else join((asked, unit))} of {join((there, unit_there))}"
    return f"{resource.nodes:,}  {of}{mark}"


def nodes_text(component: ComponentValue) -> str:
    """`10`, or `4 partitions` of what the provider runs."""
    if component.nodes is None:
        return "managed" if component.managed else ""
    if component.managed:
        return f"{component.nodes:,} {counted_text(component)}"
    return f"{component.nodes:,}"


def counted_text(component: ComponentValue) -> str:
    """What is counted of it: `node`, `prefixes`."""
    counted = component.counted
    return counted if component.nodes == 1 else plurals(counted)[0]


def money_text(month: Quantity) -> str:
    """An amount a month, without saying so: it stands under a heading that does."""
    return month.shown.removesuffix("/month")


def paths_table(estimate: Estimate) -> Table:
    """A row a path: p50 and p99 with their bands, and how often it works."""
    columns = (
        Column("address", code=True),
        Column("path"),
        Column("at peak", "right"),
        Column("p50", "right"),
        Column("p99", "right"),
        Column("availability", "right"),
        Column("away a year", "right"),
    )
    rows = tuple(
        (
            id_,
            path.label,
            path.peak.shown,
            time_text(path.p50, path.p50_band, path),
            time_text(path.p99, path.p99_band, path),
            share_text(path.availability) if path.availability else "",
            path.downtime.shown if path.downtime else "",
        )
        for id_, path in estimate.paths.items()
    )
    return Table("Latency and availability", columns, rows)


def time_text(time: Quantity | None, band: Band | None, path: PathValue) -> str:
    """`48.2 ms (27.6 to 105)`, or which component is saturated."""
    if time is None:
        return f"saturated: {', '.join(path.saturated)}"
    return f"{time.shown} ({band.beside(time)})" if band else time.shown


def share_text(share: Quantity) -> str:
    """A share near 1 with the digits that matter: `99.98%`."""
    lost = 1 - share.base
    digits = 2 if lost <= 0 else max(2, 1 - int(f"{lost:e}".partition("e")[2]))
    return f"{share.base * 100:.{max(digits - 2, 0) + 1}f}%"


def cost_table(estimate: Estimate) -> Table:
    """A month, item by item, and for one user and a million requests."""
    assert estimate.cost is not None
    cost = estimate.cost
    columns = (
        Column("cost"),
        Column("a month", "right"),
        Column("share", "right"),
        Column("p5 to p95", "right"),
    )
    band = cost.band.beside(cost.month) if cost.band else ""
    rows = [(i.label, money_text(i.month), f"{i.share:.0%}", "") for i in cost.items]
    rows.append(("Everything", money_text(cost.month), "", band.replace("/month", "")))
    if cost.per_user:
        rows.append(("a user", money_text(cost.per_user), "", ""))
    million = Quantity(cost.per_request.magnitude * 1e6, cost.per_request.unit)
    rows.append(("a million requests", million.shown.removesuffix("/op"), "", ""))
    return Table("Cost", columns, tuple(rows))


def hop_text(hop: Hop) -> str:
    """A hop of a preset: `links (chance 1 - hit_ratio)`."""
    said = [
        *(["write"] if hop.op == "write" else []),
        *([f"{hop.calls} calls"] if hop.calls != "1" else []),
        *(["in parallel"] if hop.parallel else []),
        *([f"chance {hop.chance}"] if hop.chance != "1" else []),
        *([f"branch {hop.branch}"] if hop.branch else []),
        *(["in the background"] if hop.background else []),
        *([f"after {hop.wait}"] if hop.wait else []),
    ]
    return f"{hop.to or 'wait'} ({', '.join(said)})" if said else f"{hop.to or 'wait'}"


def hop_table(estimate: Estimate, id_: str) -> Table:
    """The hops of a path: where to, how often, how long."""
    columns = (
        Column("hop"),
        Column("op"),
        Column("calls", "right"),
        Column("chance", "right"),
        Column("median", "right"),
        Column("p99", "right"),
        Column("how"),
    )
    rows = tuple(
        (
            hop.label,
            hop.op if hop.to else "",
            Quantity(hop.calls).shown,
            f"{hop.chance:.3g}" if hop.chance == 1 else f"{hop.chance:.1%}",
            hop.median.shown if hop.median else "",
            hop.p99.shown if hop.p99 else "",
            ", ".join(
                word
                for word, holds in (
                    ("in the background", hop.background),
                    ("in parallel", hop.parallel),
                    (f"branch {hop.branch}", hop.branch is not None),
                )
                if holds
            ),
        )
        for hop in estimate.paths[id_].hops
    )
    return Table("Hops", columns, rows)
