"""What if: the fleet stays as it was bought, and something goes wrong with it or the load.

A component down, a cold cache, a zone lost, ten times the peak: which component saturates first, by
how much, and which requests fail or wait.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from estimators.paths import path_times, saturated
from estimators.plan import Plan
from models.quantity import Quantity
from models.scenario import Scenario, ScenarioError
from models.units import MS, PERCENT

FLOWS: Final = ("read_peak", "write_peak", "traffic_peak", "limit_need")
"""What grows with the load of a component."""
ZONE_LEFT: Final = 2 / 3
"""What is left of every fleet when one of three zones is lost."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """What goes wrong.

    Args:
        lost: components that are down.
        cold: caches have nothing.
        zone: one of three zones is lost.
        peak: how many times its peak the load is.
    """

    lost: tuple[str, ...] = ()
    cold: bool = False
    zone: bool = False
    peak: float = 1.0

    @property
    def text(self) -> str:
        """What it is, in words: `codes lost, caches cold`."""
        parts = [f"{id_} lost" for id_ in self.lost]
        parts += ["caches cold"] if self.cold else []
        parts += ["a zone lost"] if self.zone else []
        parts += [f"{self.peak:g} times the peak"] if self.peak != 1 else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Strain:
    """One component before and after; `after` is None where it is lost."""

    component: str
    label: str
    before: Quantity
    after: Quantity | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One path before and after.

    Args:
        failing: the share of its requests that fail, since what they need is lost.
        before, after: its p99; None where a component on it is saturated, or all requests fail.
        saturated: which are.
    """

    path: str
    label: str
    failing: float
    before: Quantity | None
    after: Quantity | None
    saturated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a mishap: components by how strained they are then, and the paths."""

    mishap: Mishap
    strains: tuple[Strain, ...]
    passages: tuple[Passage, ...]

    @property
    def first(self) -> Strain | None:
        """The component that saturates first; None where none does."""
        worst = self.strains[0] if self.strains else None
        return worst if worst and worst.after and worst.after.base >= 1 else None


def what_if(plan: Plan, scenario: Scenario, mishap: Mishap) -> Outcome:
    """Hold a scenario's fleet as it is, and let something go wrong.

    Args:
        plan: the compiled preset.
        scenario: whose fleet is sized as ever, for p95 of the peak demand.
        mishap: what goes wrong.

    Raises:
        ScenarioError: nothing goes wrong, a component that there is none of, or no components.
        EstimateError: the scenario has no finite numbers.
    """
    preset = plan.preset
    _check(plan, mishap)
    given = plan.given(scenario)
    before = given | plan.engine.evaluate(given)
    caches = {id_: c.hit_ratio for id_, c in preset.components.items() if c.hit_ratio}
    cold = caches if mishap.cold else caches.keys() & {*mishap.lost}
    given |= dict.fromkeys((caches[id_] for id_ in cold), 0.0)
    left = ZONE_LEFT if mishap.zone else 1.0
    held = {
        f"{id_}.nodes": before[f"{id_}.nodes"] * (1.0 if plan.kinds[id_].managed else left)
        for id_ in preset.components
        if f"{id_}.nodes" in before
    }
    if mishap.peak != 1:
        calm = plan.engine.evaluate(given, held)
        held |= {
            name: calm[name] * mishap.peak
            for id_ in preset.components
            for name in (f"{id_}.{flow}" for flow in FLOWS)
            if name in calm
        }
    after: dict[str, Any] = given | plan.engine.evaluate(given, held)
    strains = [
        Strain(
            id_, component.label, Quantity.of_base(before[f"{id_}.busy"], PERCENT),
            None if id_ in mishap.lost else Quantity.of_base(after[f"{id_}.busy"], PERCENT),
        )
        for id_, component in preset.components.items()
        if f"{id_}.busy" in before
    ]  # fmt: skip
    strains.sort(key=lambda s: -(s.after.base if s.after else 0.0))
    passages = []
    for id_, path in preset.paths.items():
        failing = _failing(plan, id_, mishap, after)
        then = _p99(plan, id_, after | _spared(plan, id_, mishap)) if failing < 1 else None
        full = saturated(preset, id_, after)
        passages.append(Passage(id_, path.label, failing, _p99(plan, id_, before), then, full))
    return Outcome(mishap, tuple(strains), tuple(passages))


def _check(plan: Plan, mishap: Mishap) -> None:
    from estimators.check import nearest

    components = plan.preset.components
    if not components:
        raise ScenarioError(f"{plan.preset.id} has no components that something could happen to")
    for id_ in mishap.lost:
        if id_ not in components:
            hint = nearest(id_, components) or f"; its components: {', '.join(components)}"
            raise ScenarioError(f"{plan.preset.id} has no component {id_!r}{hint}")
    if not mishap.text:
        raise ScenarioError("say what goes wrong: --lose COMPONENT, --cold, --zone or --peak 10x")
    if not mishap.peak > 0 or not math.isfinite(mishap.peak):
        raise ScenarioError(f"{mishap.peak:g} times the peak: expected more than 0, such as 10x")


def _failing(plan: Plan, path: str, mishap: Mishap, values: dict[str, Any]) -> float:
    """The share of a path's requests that need a component which is lost; a cache is not needed."""
    works = 1.0
    for index, hop in enumerate(plan.preset.paths[path].hops):
        if hop.to is None or hop.to not in mishap.lost or hop.background:
            continue
        if plan.preset.components[hop.to].hit_ratio is None:
            works *= 1 - float(values.get(f"{path}.hop{index + 1}_chance", 1.0))
    return 1 - works


def _spared(plan: Plan, path: str, mishap: Mishap) -> dict[str, float]:
    """No request that is answered waits for a component which is lost."""
    hops = enumerate(plan.preset.paths[path].hops)
    return {f"{path}.hop{index + 1}_chance": 0.0 for index, hop in hops if hop.to in mishap.lost}


def _p99(plan: Plan, path: str, values: dict[str, Any]) -> Quantity | None:
    p99 = path_times(plan.preset, path, values).p99
    return Quantity.of_base(p99, MS) if math.isfinite(p99) else None
