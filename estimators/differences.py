"""Comparing scenarios of one preset: which numbers differ, how much, and which input caused it.

The ratio of a number between two scenarios is parted among the inputs that differ: the factors
of the causes multiply to the ratio. Each input's is the Shapley value of the number's logarithm,
its effect averaged over all orders in which the inputs may be changed one after the other; in a
product that is just the input's own ratio.

Source: Shapley, A Value for n-Person Games (1953); Ang, Liu and Chew, Perfect decomposition
techniques in energy and environmental analysis (Energy Policy 31, 2003), for logarithms of ratios.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from estimators.engine import EstimateError
from estimators.growth import project, values_over_years
from estimators.plan import Plan
from estimators.points import Array
from models.band import Band
from models.quantity import Quantity, Value
from models.scenario import Scenario, ScenarioError

MOST_CAUSES: Final = 16
"""Inputs that differ: all their subsets are computed, 65,536 of sixteen."""
MOST_OF_FLEETS: Final = 8
"""The same where fleets are sized for what is not known: each of 256 subsets is a sample."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What one differing input does to a ratio.

    Args:
        input: its name.
        factor: what it multiplies the number by.
        share: of the ratio's logarithm; None where the number is the same in both. A share above
            1 or below 0 means that other inputs work against it.
    """

    input: str
    factor: float
    share: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A number in another scenario beside the first.

    Args:
        value, band: what it is there.
        ratio: over the first scenario's; None where that is zero.
        causes: the inputs that made the difference, the strongest first; empty where there is
            none, or where it cannot be parted.
    """

    value: Quantity
    band: Band | None
    ratio: float | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One derived number in every scenario: `value` and `band` in the first, then the others."""

    address: str
    label: str
    value: Quantity
    band: Band | None
    changes: tuple[Change, ...]

    @property
    def size(self) -> float:
        """How far the number moves at most, as the logarithm of its ratio."""
        return max((self._moved(change) for change in self.changes), default=0.0)

    def _moved(self, change: Change) -> float:
        if change.value.base == self.value.base:
            return 0.0
        return abs(math.log(change.ratio)) if change.ratio and change.ratio > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Differences:
    """Scenarios of one preset, side by side.

    Args:
        labels: what each scenario is called, the first being what others are held against.
        inputs: for every input that differs, its value in each scenario.
        numbers: the derived numbers that differ, those that move most first.
        same: the names of those that do not.
        why: why causes are missing, where they are.
    """

    labels: tuple[str, ...]
    inputs: Mapping[str, tuple[Value, ...]]
    numbers: tuple[Difference, ...]
    same: tuple[str, ...]
    why: str = ""


def differences(plan: Plan, scenarios: Sequence[Scenario], labels: Sequence[str]) -> Differences:
    """Hold scenarios of one preset against the first of them.

    Args:
        plan: the compiled preset.
        scenarios: two or more of it.
        labels: what each is called.

    Raises:
        ScenarioError: fewer than two scenarios, or of different presets.
        EstimateError: a scenario has no finite numbers.
    """
    if len(scenarios) < 2:
        raise ScenarioError("one scenario alone has nothing to differ from; name two, or --set")
    if others := {s.preset.id for s in scenarios} - {plan.preset.id}:
        raise ScenarioError(
            f"scenarios of one system can be compared, not of {plan.preset.id} and {others.pop()}"
        )
    estimates = [plan.estimate(scenario) for scenario in scenarios]
    causes = [_causes_between(plan, scenarios[0], other) for other in scenarios[1:]]
    numbers = [
        (
            name,
            [(n.value, n.band) for n in (e.derived.get(name) or e.sized[name] for e in estimates)],
        )
        for name in plan.preset.outcomes
    ]
    inputs = {
        name: tuple(scenario.value(name) for scenario in scenarios)
        for name in plan.preset.changeable
    }
    moved = {
        name: values for name, values in inputs.items() if len(set(map(_believed, values))) > 1
    }
    why = "" if all(c is not None for c in causes) else _too_many(_most(plan))
    return _differences(plan, tuple(labels), moved, numbers, causes, why)


def differences_over_years(plan: Plan, scenario: Scenario) -> Differences:
    """Hold a growing scenario's last year against now.

    Raises:
        EstimateError: a number has no finite value in one of the years.
    """
    projection, years = project(plan, scenario), scenario.horizon
    numbers = [
        (name, [(course[year].value, course[year].band) for year in (0, years)])
        for name, course in projection.derived.items()
    ]
    inputs: dict[str, tuple[Value, ...]] = {
        name: (course[0].value, course[years].value) for name, course in projection.inputs.items()
    }
    names, now = tuple(scenario.growth), plan.values(scenario)

    def last(grown: Sequence[str]) -> Mapping[str, float]:
        part = replace(scenario, growth={name: scenario.growth[name] for name in grown})
        course = values_over_years(plan, part, now)
        return {name: course[name][-1] for name in plan.preset.outcomes}

    subsets = [last([n for bit, n in enumerate(names) if mask >> bit & 1])
               for mask in range(2 ** len(names))] if len(names) <= MOST_CAUSES else []  # fmt: skip
    values = {name: np.array([s[name] for s in subsets]) for name in plan.preset.outcomes}
    causes = _parted(names, values) if subsets else None
    why = "" if subsets else _too_many(MOST_CAUSES)
    labels = ("now", f"year {years}")
    return _differences(plan, labels, inputs, numbers, [causes], why)


def _too_many(most: int) -> str:
    return f"more than {most} inputs differ: too many to tell which caused what"


def _believed(value: Value) -> object:
    """What a value says, whatever unit it is said in."""
    if isinstance(value, Quantity):
        return value.base
    return type(value), value.low.base, value.high.base


def _differences(
    plan: Plan,
    labels: tuple[str, ...],
    inputs: Mapping[str, tuple[Value, ...]],
    numbers: Sequence[tuple[str, Sequence[tuple[Quantity, Band | None]]]],
    causes: Sequence[Mapping[str, tuple[Cause, ...]] | None],
    why: str,
) -> Differences:
    found = []
    for name, columns in numbers:
        (first, band), *others = columns
        changes = tuple(
            Change(
                value, b, value.base / first.base if first.base else None, (c or {}).get(name, ())
            )
            for (value, b), c in zip(others, causes, strict=True)
        )
        found.append(Difference(name, plan.preset.label(name), first, band, changes))
    moved = [number for number in found if number.size > SAME_WITHIN]
    return Differences(
        labels,
        inputs,
        tuple(sorted(moved, key=lambda number: -round(number.size, 9))),
        tuple(number.address for number in found if number.size <= SAME_WITHIN),
        why,
    )


SAME_WITHIN: Final = 1e-12
"""Two values this near to each other, by the logarithm of their ratio, are the same number."""


def _causes_between(
    plan: Plan, first: Scenario, other: Scenario
) -> Mapping[str, tuple[Cause, ...]] | None:
    """For every derived number, what each differing input does; None where they are too many."""
    names = tuple(
        name
        for name in plan.preset.changeable
        if _believed(first.value(name)) != _believed(other.value(name))
    )
    if len(names) > _most(plan):
        return None
    masks = np.arange(2 ** len(names))
    before, after = dict(first.medians()), dict(other.medians())
    inputs: dict[str, Array | float] = {name: median.base for name, median in before.items()}
    for bit, name in enumerate(names):
        inputs[name] = np.where(masks >> bit & 1, after[name].base, before[name].base)
    subsets = [{n for bit, n in enumerate(names) if mask >> bit & 1} for mask in masks]
    inputs |= _margins_between(plan, first, other, [{*names} - changed for changed in subsets])
    found = plan.engine.evaluate(inputs)
    values = {
        name: np.broadcast_to(np.asarray(found[name], dtype=float), masks.shape)
        for name in plan.preset.outcomes
        if name in found
    }
    return _parted(names, values)


def _most(plan: Plan) -> int:
    return MOST_OF_FLEETS if plan.preset.margins else MOST_CAUSES


def _margins_between(
    plan: Plan, first: Scenario, other: Scenario, kept: Sequence[set[str]]
) -> dict[str, Array]:
    """What fleets are sized for, with some of the inputs kept as they are in the first scenario."""
    margins: list[Mapping[str, float]] = []
    for names in kept if plan.preset.margins else ():
        values = {name: first.value(name) for name in names}
        try:
            margins.append(plan.given(replace(other, changes={**other.changes, **values})))
        except EstimateError:
            margins.append(dict.fromkeys(plan.preset.margins, math.nan))
    return {name: np.array([given[name] for given in margins]) for name in plan.preset.margins}


def _parted(names: tuple[str, ...], values: Mapping[str, Array]) -> Mapping[str, tuple[Cause, ...]]:
    """For every number the causes, from its values with each subset of the inputs changed."""
    parted = {}
    for number, found in values.items():
        if not (np.isfinite(found) & (found > 0)).all():
            continue
        logs = np.log(found)
        total = float(logs[-1] - logs[0])
        effects = [_shapley(logs, bit, len(names)) for bit in range(len(names))]
        causes = [
            Cause(name, math.exp(effect), effect / total if abs(total) > SAME_WITHIN else None)
            for name, effect in zip(names, effects, strict=True)
            if abs(effect) > SAME_WITHIN
        ]
        parted[number] = tuple(sorted(causes, key=lambda c: -round(abs(math.log(c.factor)), 9)))
    return parted


def _shapley(values: Array, bit: int, count: int) -> float:
    """What changing one input does, averaged over all orders in which all may be changed."""
    masks = np.arange(len(values))
    without = masks[(masks >> bit & 1) == 0]
    sizes = np.array([int(mask).bit_count() for mask in without])
    weights = np.array([1 / (count * math.comb(count - 1, size)) for size in range(count)])
    return float(weights[sizes] @ (values[without | 1 << bit] - values[without]))
