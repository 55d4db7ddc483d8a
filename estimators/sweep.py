"""Sweeping: every derived number over a grid of one or two inputs, all points at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from estimators.plan import Plan
from estimators.points import Array
from models.quantity import Quantity, QuantityError, Range, read_value
from models.scenario import Scenario, ScenarioError, domain_fault, unknown_input
from models.units import Unit

DEFAULT_STEPS: Final = 11
LONGEST: Final = 18
"""Digits that a number of steps may have; far fewer points fit into memory."""
MOST_NUMBERS: Final = 50_000_000
"""What a grid may hold: 400 MB of numbers, and about as much again while it is computed."""
FROM_ZERO: Final = re.compile(r"(0+(?:\.0*)?(?: ?[^\d.][^.]*?)?) *(?:\.\.| to )(.*)")

Spacing = Literal["linear", "log"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One input over a range, in its own unit.

    Args:
        input: its name.
        low, high: the ends of the range, both of them on the grid.
        steps: how many values there are, ends included.
        spacing: `linear`: equal differences. `log`: equal ratios.
    """

    input: str
    low: Quantity
    high: Quantity
    steps: int
    spacing: Spacing

    def values(self) -> Array:
        """Its values in base units."""
        space = np.geomspace if self.spacing == "log" else np.linspace
        return space(self.low.base, self.high.base, self.steps)


@dataclass(frozen=True, slots=True)
class Column:
    """One number over the grid, in its declared unit; nan where it has no finite value."""

    address: str
    label: str
    unit: Unit
    values: Array


@dataclass(frozen=True, slots=True)
class Sweep:
    """Numbers over a grid, point by point: of two axes the second runs faster.

    Args:
        scenario: what holds otherwise.
        axes: the inputs that are varied.
        inputs: their values at every point.
        derived: the numbers that were asked for, at every point.
    """

    scenario: Scenario
    axes: tuple[Axis, ...]
    inputs: tuple[Column, ...]
    derived: tuple[Column, ...]

    @property
    def points(self) -> int:
        """How many points the grid has."""
        return len(self.inputs[0].values)


def read_axis(plan: Plan, text: str) -> Axis:
    """Read `dau=1M..1B`, `dau=1M..1B:31` or `dau=1M..1B:31:log`.

    Raises:
        ScenarioError: an unknown input, a range that is none, or steps below two. One line that
            names what was read and what is expected.
    """
    name, equals, rest = text.partition("=")
    name = name.strip()
    between, *more = (part.strip() for part in rest.split(":"))
    if not equals or len(more) > 2 or (len(more) == 2 and more[1] not in ("log", "linear")):
        raise ScenarioError(
            f"{text!r}: expected INPUT=LOW..HIGH[:STEPS[:log]], such as dau=1M..1B:31:log"
        )
    given = plan.preset.changeable.get(name)
    if given is None:
        raise ScenarioError(unknown_input(plan.preset, name))
    low, high = _ends(plan, name, between)
    if not low.base < high.base:
        raise ScenarioError(f"{name}: {between!r}: expected two ends, the lower first")
    for end in (low, high):
        if fault := domain_fault(given, end):
            raise ScenarioError(f"{name}: {between!r}: {fault}")
    steps = _steps(name, more[0]) if more else DEFAULT_STEPS
    spacing: Spacing = "log" if more[1:] == ["log"] else "linear"
    if spacing == "log" and not low.base:
        raise ScenarioError(f"{name}: {between!r}: a logarithmic grid begins above zero")
    return Axis(name, low, high, steps, spacing)


def _ends(plan: Plan, name: str, between: str) -> tuple[Quantity, Quantity]:
    """The two ends; unlike an input's interval, a sweep may begin at zero."""
    vocabulary, unit = plan.preset.vocabulary, plan.preset.changeable[name].unit
    try:
        if match := FROM_ZERO.fullmatch(between):
            top = Quantity.read(match[2], vocabulary, unit)
            return Quantity.read(match[1], vocabulary, unit), top
        value = read_value(between, vocabulary, unit)
    except QuantityError as error:
        raise ScenarioError(f"{name}: {error}") from None
    if not isinstance(value, Range):
        raise ScenarioError(f"{name}: {between!r}: expected two ends, as in LOW..HIGH")
    return value.low, value.high


def _steps(name: str, text: str) -> int:
    digits = text.replace("_", "").replace(",", "")
    if not digits.isdecimal() or len(digits) > LONGEST or int(digits) < 2:
        raise ScenarioError(f"{name}: {text!r} steps: expected a whole number of at least 2")
    return int(digits)


def sweep(plan: Plan, scenario: Scenario, axes: Sequence[Axis], show: Sequence[str] = ()) -> Sweep:
    """Compute numbers over the grid of one or two inputs, all others at their medians.

    Args:
        plan: the compiled preset.
        scenario: what holds otherwise.
        axes: one input, or two different ones.
        show: the numbers that are wanted; all derived numbers if none is named.

    Raises:
        ScenarioError: more than two axes, the same input twice, an unknown number, or a grid that
            would not fit into memory.
    """
    names = [axis.input for axis in axes]
    if not 1 <= len(axes) <= 2 or len(set(names)) < len(axes):
        raise ScenarioError(f"a sweep varies one input or two, not {', '.join(names) or 'none'}")
    wanted = tuple(dict.fromkeys(show or plan.preset.derived))
    for address in wanted:
        plan.formula_unit(address)
    points = int(np.prod([axis.steps for axis in axes], dtype=object))
    reached = plan.engine.reach(wanted)
    numbers = points * (len(reached) + len(axes))
    if numbers > MOST_NUMBERS:
        raise ScenarioError(
            f"a grid of {points:,} points is {numbers:,} numbers, more than the {MOST_NUMBERS:,} "
            "that are kept in memory; take fewer steps"
        )
    grid = [mesh.ravel() for mesh in np.meshgrid(*(a.values() for a in axes), indexing="ij")]
    varied = dict(zip(names, grid, strict=True))
    values = _evaluated(plan, scenario, varied, points, reached)
    return Sweep(
        scenario,
        tuple(axes),
        tuple(_column(plan, name, varied[name]) for name in names),
        tuple(_column(plan, name, values[name]) for name in wanted),
    )


def _evaluated(
    plan: Plan, scenario: Scenario, varied: Mapping[str, Array], points: int, reached: set[str]
) -> dict[str, Array]:
    inputs = plan.given(scenario) | dict(varied)
    found = inputs | plan.engine.evaluate(inputs, wanted=reached)
    return {
        name: np.broadcast_to(np.asarray(value, dtype=float), points)
        for name, value in found.items()
    }


def _column(plan: Plan, address: str, values: Array) -> Column:
    unit = plan.unit(address)
    found = unit.from_base(values)
    return Column(
        address, plan.preset.label(address), unit, np.where(np.isfinite(found), found, np.nan)
    )
