"""Limits: when a growing number passes a disk, a documented figure, an id space."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from estimators.growth import Projection
from estimators.plan import Plan
from estimators.points import Array, percentiles
from models.quantity import Quantity
from models.scenario import Scenario, ScenarioError


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that a number should not pass: a disk, a documented figure, an id space.

    Args:
        address: the number, and `label`: what it is called.
        limit: what it is held against, as quantity; `of`: whose value that is, or who says so.
        other: the address of another number whose own course is the limit, or None.
    """

    address: str
    label: str
    limit: Quantity
    of: str
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Passing:
    """When a limit is passed, in years from now.

    Args:
        limit: the limit, and `now`: where the number is.
        at: by the medians; 0 where it is passed already, None where it is not within the years.
        early, late: p5 and p95 of it, None for later than the years that were looked at.
        chance: the share of what is believed in which it is passed within the years.
    """

    limit: Limit
    now: Quantity
    at: float | None
    early: float | None
    late: float | None
    chance: float


def passings(plan: Plan, projection: Projection, limits: Sequence[Limit]) -> tuple[Passing, ...]:
    """When limits are passed: those that are named, then the documented figures.

    Of the documented figures only those count that are passed on the way: not those that lie
    below what the number is now, nor those that it does not reach.
    """
    documented = (_passing(plan, projection, limit) for limit in _documented(plan))
    named = (_passing(plan, projection, limit) for limit in limits)
    return (*named, *(passing for passing in documented if passing.at))


def read_limit(plan: Plan, scenario: Scenario, address: str, text: str) -> Limit:
    """Read a limit: `url_storage=20 TB`, or another number, `urls_kept=code_space`.

    Raises:
        ScenarioError: an unknown number, or text that is no quantity of its dimension.
        EstimateError: the scenario has no finite numbers.
    """
    plan.formula_unit(address)
    other = text.strip()
    if other in plan.engine.kinds:
        mine, theirs = plan.engine.kinds[address], plan.engine.kinds[other]
        if mine.dimension != theirs.dimension:
            raise ScenarioError(f"{address} is in {mine}, its limit {other} in {theirs}")
        now = Quantity.of_base(plan.values(scenario)[other], plan.unit(address))
        return Limit(address, plan.preset.label(address), now, plan.preset.label(other), other)
    limit = plan.wanted(address, text)
    if not limit.base:
        raise ScenarioError(f"{address}: a limit is above zero")
    return Limit(address, plan.preset.label(address), limit, "the limit")


def _documented(plan: Plan) -> list[Limit]:
    return [
        Limit(
            figure.claims[0].against,
            plan.preset.label(figure.claims[0].against),
            figure.claims[0].figure.quantity,
            f'documented: "{figure.documented.said}"',
        )
        for figure in plan.figures
        if figure.claims[0].figure.comparator != ">"
        if figure.claims[0].against not in plan.preset.times
    ]


def _passing(plan: Plan, projection: Projection, limit: Limit) -> Passing:
    course, drawn = projection.values, projection.points
    address, other = limit.address, limit.other
    line = np.reshape(course[other], (-1, 1)) if other else np.array([[limit.limit.base]])
    bounds = drawn[other] if other else line
    at = float(_crossed(np.reshape(course[address], (-1, 1)), line)[0])
    times = _crossed(drawn[address], bounds)
    with np.errstate(invalid="ignore"):  # where it is never passed, infinity less infinity
        early, late = percentiles(np.resize(times, max(len(times), 2)), (0.05, 0.95))
    return Passing(
        limit=limit,
        now=Quantity.of_base(course[address][0], plan.unit(address)),
        at=at if math.isfinite(at) else None,
        early=early if math.isfinite(early) else None,
        late=late if math.isfinite(late) else None,
        chance=float(np.isfinite(times).mean()),
    )


def _crossed(values: Array, limits: Array) -> Array:
    """The years after which values pass limits, compound between two years; inf where never."""
    with np.errstate(all="ignore"):
        over = np.log(values) - np.log(limits)
    passed = over >= 0
    first = passed.argmax(axis=0)
    columns = np.arange(over.shape[1])
    before, after = over[np.maximum(first - 1, 0), columns], over[first, columns]
    with np.errstate(all="ignore"):
        # From nothing there is no compound way: it is passed in the year in which it is above.
        part = np.where(np.isfinite(before), before / (before - after), 1.0)
        times = np.where(first == 0, 0.0, first - 1 + part)
    return np.where(passed.any(axis=0), times, np.inf)
