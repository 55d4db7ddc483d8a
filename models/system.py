"""What a scenario has to have: components, paths and the bill, as an estimate gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.band import Band
from models.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource that a component is sized by.

    Args:
        demand: what is asked for at the quantile that one sizes for, all copies included.
        capacity: what the nodes that it needs would have at full use.
        nodes: how many it needs by itself.
    """

    demand: Quantity
    capacity: Quantity
    nodes: int


@dataclass(frozen=True, slots=True)
class ComponentValue:
    """A component as it has to be.

    Args:
        kind: the id of its kind.
        node: the machine that it has, where that is another than its kind's own.
        counted: what is counted of it: node, partition, prefix.
        managed: the provider runs it.
        nodes: how many there are; None for what is not sized.
        bottleneck: the resource that decides it.
        resources: what each resource asks for.
        utilisation: how busy it is at the peak; `band`: what is not known of that.
        cost: a month; None where nothing is paid for it.
    """

    label: str
    kind: str
    node: str | None
    counted: str
    managed: bool
    nodes: int | None
    bottleneck: str | None
    resources: Mapping[str, Resource]
    utilisation: Quantity | None
    band: Band | None
    cost: Quantity | None


@dataclass(frozen=True, slots=True)
class HopValue:
    """One hop: where to, how often, and how long one operation takes without waiting."""

    to: str | None
    label: str
    op: str
    calls: float
    chance: float
    parallel: bool
    branch: str | None
    background: bool
    median: Quantity | None
    p99: Quantity | None


@dataclass(frozen=True, slots=True)
class PathValue:
    """A path as it comes out.

    Args:
        p50, p99: how long it takes; None where a component on it is saturated.
        saturated: the components that are.
        availability: the share of requests that no component fails; None where none says.
        downtime: what that leaves out a year.
    """

    label: str
    rate: Quantity
    peak: Quantity
    p50: Quantity | None
    p50_band: Band | None
    p99: Quantity | None
    p99_band: Band | None
    saturated: tuple[str, ...]
    availability: Quantity | None
    downtime: Quantity | None
    hops: tuple[HopValue, ...]


@dataclass(frozen=True, slots=True)
class CostItem:
    """What one component costs a month, and what share of everything that is."""

    component: str
    label: str
    month: Quantity
    share: float


@dataclass(frozen=True, slots=True)
class Cost:
    """A month of everything, the dearest component first."""

    month: Quantity
    band: Band | None
    per_user: Quantity | None
    per_request: Quantity
    items: tuple[CostItem, ...]
