"""Growth: every derived number year by year.

Year 0 is now, and a year's rate holds through that year. What is kept at the end of a year is the
integral of the rate over the retention, not that year's rate times it: at 30% a year, rate times
retention overstates five years' stock 1.6 times in the fifth. Before now the rate is taken to have
been what it is now, so year 0 is the estimate itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from estimators.belief import Belief
from estimators.engine import EstimateError
from estimators.number import pure
from estimators.plan import Plan
from estimators.points import Array, normal_points
from estimators.sample import Percentiles, Sample, band_of
from models.band import Band
from models.quantity import Interval, Quantity
from models.scenario import Scenario

YEAR: Final = 365 * 86_400.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Grown:
    """One number in one year: its value at the medians, and what is not known of it."""

    value: Quantity
    band: Band | None


@dataclass(frozen=True, slots=True)
class Projection:
    """A scenario over the years.

    Args:
        scenario: with its growth and how many years.
        inputs: for every input that grows, its course: year 0, 1, ...
        derived: for every derived number the same.
        values: every number at the medians in base units, year by year.
        points: every number at every point, years along the first axis; one column where it is
            certain.
    """

    scenario: Scenario
    inputs: Mapping[str, tuple[Grown, ...]]
    derived: Mapping[str, tuple[Grown, ...]]
    values: Mapping[str, Sequence[float]]
    points: Mapping[str, Array]


def kept(rate: Any, retention: Any) -> Any:
    """What is kept at the end of each year of what arrived over the retention.

    kept(t) = integral of the rate from t + 1 - retention to t + 1, in steps of a year

    Args:
        rate: things or information per second; years along the first axis where it changes.
        retention: how long each is kept, seconds.

    Returns:
        Things or information, years along the first axis.

    Source: conservation: what is kept is what arrived within the retention (`docs/ranges.md`).
    """
    rate = np.asarray(rate, dtype=float)
    if rate.ndim < 2 or len(rate) == 1:
        return rate * retention
    years = np.arange(len(rate)).reshape(-1, 1)
    arrived = np.concatenate((np.zeros((1, rate.shape[1])), np.cumsum(rate, axis=0)))
    since = years + 1 - np.asarray(retention, dtype=float) / YEAR
    shape = np.broadcast_shapes(since.shape, rate.shape)
    since = np.broadcast_to(since, shape)
    arrived, rate = (np.broadcast_to(a, (len(a), shape[1])) for a in (arrived, rate))
    whole = np.clip(np.floor(since), 0, len(rate) - 1).astype(int)
    before = np.take_along_axis(arrived, whole, axis=0)
    # Before year 0, since - whole is negative, and the first year's rate holds.
    before = before + (since - whole) * np.take_along_axis(rate, whole, axis=0)
    return (arrived[1:] - before) * YEAR


def _stock(rate: Any, retention: Any) -> Any:
    return kept(rate, pure(retention))


def _storage(rate: Any, size: Any, retention: Any) -> Any:
    return kept(rate * size, pure(retention))


OVER_YEARS: Final[Mapping[str, Callable[..., Any]]] = {"stock": _stock, "storage": _storage}
"""The estimators that remember: what is kept now arrived in earlier years."""


def project(plan: Plan, scenario: Scenario) -> Projection:
    """Every derived number of a scenario year by year.

    Args:
        plan: the compiled preset.
        scenario: with growth and years.

    Raises:
        EstimateError: a formula that has no finite value, now or in a later year.
    """
    sample = plan.sample(scenario)
    values = values_over_years(plan, scenario, sample.values)
    points = _points_over_years(plan, scenario, sample, values)

    def course(name: str) -> tuple[Grown, ...]:
        bands = _bands(points[name], sample.band(name))
        return tuple(
            Grown(Quantity.of_base(value, plan.unit(name)), plan.band(name, band))
            for value, band in zip(values[name], bands, strict=True)
        )

    return Projection(
        scenario,
        {name: course(name) for name in scenario.growth},
        {name: course(name) for name in plan.preset.outcomes},
        values,
        points,
    )


def values_over_years(
    plan: Plan, scenario: Scenario, now: Mapping[str, float]
) -> dict[str, list[float]]:
    """Every input and derived number in the years 0, 1, ..., at the medians, in base units.

    Args:
        now: every input at its median, in base units.

    Raises:
        EstimateError: a formula that has no finite value in one of the years.
    """
    years = scenario.horizon
    inputs: dict[str, Any] = {name: now[name] for name in plan.engine.inputs}
    for name in scenario.growth:
        with np.errstate(over="ignore"):
            inputs[name] = now[name] * _median_factors(scenario, name, now[name])
    found = inputs | plan.engine.with_functions(OVER_YEARS).evaluate(inputs)
    course = {}
    for name, values in found.items():
        course[name] = np.broadcast_to(values, (years + 1, 1))[:, 0].tolist()
        for year, value in enumerate(course[name]):
            if not math.isfinite(value):
                raise EstimateError(name, f"{name} has no finite value in year {year}; look "
                                    "less far ahead, or let it grow less")  # fmt: skip
    return course


def _points_over_years(
    plan: Plan, scenario: Scenario, sample: Sample, values: Mapping[str, Sequence[float]]
) -> dict[str, Array]:
    """Every number at every point, years along the first axis; one column where it is certain.

    What is bought in a year is decided by the medians and the margins, and is the same at all.
    """
    bought = {
        name: np.reshape(values[name], (-1, 1))
        for name in (f"{id_}.nodes" for id_ in plan.preset.components)
        if name in values
    }
    inputs: dict[str, Any] = {}
    for name in plan.engine.inputs:
        points = sample.points(name)
        inputs[name] = points if isinstance(points, float) else points.reshape(1, -1)
    for name in scenario.growth:
        with np.errstate(over="ignore"):
            inputs[name] = inputs[name] * _factors(scenario, sample, name)
    found = inputs | plan.engine.with_functions(OVER_YEARS).evaluate(inputs, bought)
    rows = scenario.horizon + 1
    return {
        name: np.broadcast_to(
            np.asarray(values, dtype=float), (rows, np.shape(values)[1] if np.ndim(values) else 1)
        )
        for name, values in found.items()
    }


def _factors(scenario: Scenario, sample: Sample, name: str) -> Array:
    """What an input is multiplied by: years along the first axis, points along the second."""
    growth, years = scenario.growth[name], scenario.horizon
    if not isinstance(growth.rate, Interval):
        return _median_factors(scenario, name, sample.values[name])
    among = (*scenario.preset.inputs, *(f"growth of {n}" for n in scenario.growth))
    scores = normal_points((f"growth of {name}",), among)[0]
    rate = Belief.of(growth.rate, share=False).at(scores)
    # What shrinks may lose all of itself, but never more.
    return np.maximum(1 + growth.sign * rate, 0.0) ** np.arange(years + 1).reshape(-1, 1)


def _median_factors(scenario: Scenario, name: str, now: float) -> Array:
    """The same at the median of the rate: one column.

    Raises:
        EstimateError: it grows beyond all numbers, or milestones start from nothing.
    """
    growth, years = scenario.growth[name], scenario.horizon
    try:
        return np.reshape(growth.factors(now, years), (-1, 1))
    except ZeroDivisionError:
        why = f"{name} is nothing now, and no growth leads from there to a milestone"
    except (OverflowError, ValueError):
        why = f"{name} grows beyond all numbers within {years} years; let it grow less"
    raise EstimateError(name, why)


def _bands(drawn: Array, now: Percentiles | None) -> list[Percentiles | None]:
    """The band of each year, held to year 0's: that is the estimate's own, and may be exact."""
    if drawn.shape[1] == 1:
        return [None] * len(drawn)
    bands = [band_of(row) for row in drawn]
    first = bands[0]
    if now is None or first is None:
        return [now, *bands[1:]]
    p5, p50, p95 = (n / f if f else 1.0 for n, f in zip(now[:3], first[:3], strict=True))
    return [
        band and Percentiles(band.p5 * p5, band.p50 * p50, band.p95 * p95, band.missing)
        for band in bands
    ]
