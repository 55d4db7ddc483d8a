"""The component catalog: what one node, partition or request of a kind can do, and costs.

Every figure says where it is from, when, and how surely that was read. Where sources disagree the
figure is a range.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Final, Literal

from models.quantity import Quantity, Value
from models.readable import STRICT
from models.units import NUMBER, Unit, Vocabulary

Quality = Literal["A", "B", "C"]
"""A: read in the named file. B: read as an excerpt of the named page. C: unverified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A part of a tiered price: up to a bound, or from the last bound on."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    value: Value
    up_to: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a kind: its value or its tiers, and what it rests on.

    Args:
        value: a quantity, or a range where sources disagree.
        tiers: of a price that falls with volume, with rising bounds.
        source: where it is published.
        date: when that was written or read.
        quality: how surely it was read.
        region: for which region a price holds.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    value: Value | None = None
    tiers: tuple[Tier, ...] = ()
    source: str
    date: str
    quality: Quality
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A machine that a node of a kind may be instead: the figures that differ from the kind's own.

    What is planned for (`utilisation`) and how long an operation takes are no part of it: they are
    the kind's, whatever it runs on.

    Args:
        label: what the machine is called.
        source, date, quality, region: of all of its figures, the least sure of them.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    label: str
    read_rate: Value | None = None
    write_rate: Value | None = None
    memory: Value | None = None
    disk: Value | None = None
    bandwidth: Value | None = None
    connections: Value | None = None
    servers: Value | None = None
    node_price: Value | None = None
    source: str
    date: str
    quality: Quality
    region: str = ""

    def figures(self) -> Iterator[tuple[str, Value]]:
        """Its figures by name, in the order above."""
        for name in SHAPED:
            value = getattr(self, name)
            if value is not None:
                yield name, value


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of component.

    Args:
        node: the machine that its own figures are of, where it may run on others.
        nodes: the other machines, by a name in the file.
        counted: what is counted when it is sized: node, partition, prefix, shard.
        managed: the provider runs it, and it is billed by use.
        replicas: copies that are kept, unless a preset says otherwise.
        zones: over how many zones a stateless fleet is spread so that it survives losing one; 1
            for none.
        spares: nodes beyond what is needed.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    label: str
    summary: str
    node: str = ""
    nodes: Mapping[str, Shape] = field(default_factory=dict)
    like: tuple[str, ...] = ()
    counted: str = "node"
    managed: bool = False
    replicas: int = 1
    zones: int = 1
    spares: int = 0
    read_rate: Figure | None = None
    write_rate: Figure | None = None
    memory: Figure | None = None
    disk: Figure | None = None
    bandwidth: Figure | None = None
    connections: Figure | None = None
    read_median: Figure | None = None
    read_p99: Figure | None = None
    write_median: Figure | None = None
    write_p99: Figure | None = None
    servers: Figure | None = None
    utilisation: Figure | None = None
    disk_utilisation: Figure | None = None
    node_price: Figure | None = None
    storage_price: Figure | None = None
    read_price: Figure | None = None
    write_price: Figure | None = None
    egress_price: Figure | None = None
    fixed_price: Figure | None = None
    availability: Figure | None = None

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Its figures by name, in the order above."""
        for name in FIGURES:
            figure = getattr(self, name)
            if figure is not None:
                yield name, figure


FIGURES: Final[Mapping[str, tuple[str, str]]] = {
    "read_rate": ("op/s/node", "reads a node"),
    "write_rate": ("op/s/node", "writes a node"),
    "memory": ("B/node", "memory a node"),
    "disk": ("B/node", "disk a node"),
    "bandwidth": ("B/s/node", "bandwidth a node"),
    "connections": ("/node", "connections a node"),
    "read_median": ("ms", "read, median"),
    "read_p99": ("ms", "read, p99"),
    "write_median": ("ms", "write, median"),
    "write_p99": ("ms", "write, p99"),
    "servers": ("/node", "requests at once a node"),
    "utilisation": ("%", "planned utilisation"),
    "disk_utilisation": ("%", "planned use of disks"),
    "node_price": ("USD/node/h", "price of a node"),
    "storage_price": ("USD/GB/month", "price of storage"),
    "read_price": ("USD/op", "price of a read"),
    "write_price": ("USD/op", "price of a write"),
    "egress_price": ("USD/GB", "price of traffic"),
    "fixed_price": ("USD/month", "fixed price"),
    "availability": ("%", "availability"),
}
"""Each figure's dimension, by a unit of it, and what it is called."""
SHARES: Final = ("utilisation", "disk_utilisation", "availability")
SHAPED: Final = (
    "read_rate", "write_rate", "memory", "disk", "bandwidth", "connections", "servers",
    "node_price",
)  # fmt: skip
"""The figures that a machine of another shape may have otherwise."""
assert set(FIGURES) <= {each.name for each in fields(Kind)}
assert set(SHAPED) <= {each.name for each in fields(Shape)}


@cache
def unit_of(text: str) -> Unit:
    """A unit that figures have, `/node`, `%` and `x` included."""
    if not text:
        return NUMBER
    if text == "/node":
        return Unit((("node", -1),))
    if text in ("%", "x"):
        return Unit(((text, 1),))
    return Unit.read(text, Vocabulary())


def figure_fault(name: str, value: Value) -> str | None:
    """Why a value cannot be that figure, or None when it can: dimension, sign, domain."""
    low = value if isinstance(value, Quantity) else value.low
    high = value if isinstance(value, Quantity) else value.high
    unit = FIGURES[name][0]
    if value.dimension != unit_of(unit).dimension:
        return f"{value.text!r} is in {value.unit or 'no unit'}; expected {unit}"
    if low.base <= 0 and not name.endswith("price"):
        return f"{value.text!r} is not above zero"
    if name in SHARES and high.base > 1:
        return f"{value.text!r} is above 100%"
    return None
