"""Components, and the paths of requests through them: what is drawn, sized and paid for."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from models.readable import STRICT

Op = Literal["read", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A place where state lives or work is done.

    Args:
        kind: an entry of the catalog; `external` is whatever the preset says of it.
        label: its name on screen.
        holds: a formula for what it keeps, one copy, information.
        connections: a formula for what is open at once, a count.
        replicas: how many copies are kept, if not as many as its kind says. They multiply memory,
            disk and writes, not reads.
        group: members of a quorum group, instead of replicas: each takes every write.
        hit_ratio: of a cache, the input that says which share of requests it spares the hops
            behind it; without it they are all made.
        latency, latency_p99: formulas for the time one operation takes, in place of its kind's.
        set: figures of the kind that this system has otherwise, by name, as text.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    kind: str
    label: str
    holds: str | None = None
    connections: str | None = None
    replicas: int | None = None
    group: int | None = None
    hit_ratio: str | None = None
    latency: str | None = None
    latency_p99: str | None = None
    set: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step of a path: operations on a component, or a wait.

    Args:
        to: the component; None where time passes that no component spends.
        op: read or write.
        calls: a formula for how many operations one request makes of it.
        parallel: whether they are made at once; else one after the other.
        chance: a formula for the share of requests to which it happens at all.
        branch: hops of one branch follow each other, branches run side by side.
        background: it loads the component but is not on the caller's clock.
        payload: a formula for the bytes of one request here.
        wait: a formula for a time that passes before it.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    to: str | None = None
    op: Op = "read"
    calls: str = "1"
    parallel: bool = False
    chance: str = "1"
    branch: str | None = None
    background: bool = False
    payload: str | None = None
    wait: str | None = None

    def timed_by(self, known: Container[str]) -> str:
        """How the addresses of its median and p99 begin: by its operation, unless for all alike."""
        return f"{self.to}." if f"{self.to}.median" in known else f"{self.to}.{self.op}_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A request's way through the components.

    Args:
        label: its name on screen.
        rate: the address of its average rate: volumes and money.
        peak: the address of its peak rate: machines and latency.
        hops: in the order in which a request takes them.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    label: str
    rate: str
    peak: str
    hops: tuple[Hop, ...]
