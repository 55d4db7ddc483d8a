"""The charts of one number: how likely it is, what moves it, its day, its years, its load."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from app.charts.chart import Bar, Chart, Line, Mark
from estimators.engine import EstimateError
from estimators.growth import project
from estimators.plan import Plan
from estimators.sensitivity import sensitivity
from estimators.traffic import load_at
from estimators.whatif import Mishap, what_if
from models.estimate import Estimate
from models.scenario import Scenario, ScenarioError
from models.units import MS, Unit

GROWTH, YEARS = "30%", 5
"""What is shown where a scenario does not say how it grows."""
CELLS = 48
"""Points of a curve."""
BUSIEST = 20 * 3600.0
"""When a day is busiest, in seconds: in the evening."""
FELT = 1.02
"""A swing below this share of the smaller end is left out of the tornado."""
LOADS = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
"""How many times the planned peak the load is, in the chart of a path."""


def charts_of(
    plan: Plan, estimate: Estimate, address: str
) -> tuple[Callable[[], Chart | None], ...]:
    """Every chart there is of a number, the most telling first, each drawn up when it is asked for.

    Args:
        plan: of the system.
        estimate: its numbers.
        address: the number.

    Returns:
        Functions of nothing; None where the number turns out not to vary.
    """
    scenario = estimate.scenario
    path, _, which = address.partition(".")
    if which in ("p50", "p99") and path in plan.preset.paths:
        return (partial(_under_load, plan, scenario, path),)
    found: list[Callable[[], Chart | None]] = []
    if address in plan.preset.numbers:
        found.append(partial(_believed, plan, scenario, estimate, address))
        found.append(partial(_tornado, plan, scenario, address))
        if _has_day(plan, estimate, address):
            found.append(partial(_day, plan, estimate, address))
        if address in plan.preset.derived:
            found.append(partial(_years, plan, scenario, address))
    return tuple(found)


def _believed(plan: Plan, scenario: Scenario, estimate: Estimate, address: str) -> Chart | None:
    """How likely each value is, as far as the ranges of the inputs say."""
    sample = plan.sample(scenario)
    if address not in sample.values or sample.is_certain(address):
        return None
    values = np.asarray(sample.points(address), dtype=float)
    values = values[np.isfinite(values) & (values > 0)]
    if len(values) < 2 or values.min() == values.max():
        return None
    unit = plan.unit(address)
    low, high = np.log(np.percentile(values, (0.2, 99.8)))
    heights, edges = np.histogram(np.log(values), CELLS, (low, high))
    middles = np.exp((edges[1:] + edges[:-1]) / 2)
    smooth = np.convolve(heights, np.full(3, 1 / 3), mode="same")
    shares = 100 * smooth / smooth.max()
    marks = [Mark("value", x=unit.from_base(sample.values[address]))]
    for comparison in estimate.held_against(address):
        figure = comparison.literal.figure.quantity.base
        if np.exp(low) / 30 < figure < np.exp(high) * 30:
            marks.append(Mark("documented", x=unit.from_base(figure)))
    return Chart(
        title=f"{plan.preset.label(address)}: how likely",
        x_label=plan.preset.label(address),
        y_label="likelihood",
        lines=(Line("beside the likeliest", _in(unit, middles), tuple(shares)),),
        marks=tuple(marks),
        x_unit=unit,
        y_unit=Unit((("%", 1),)),
        x_log=True,
    )


def _tornado(plan: Plan, scenario: Scenario, address: str) -> Chart | None:
    """How far each uncertain input moves the number when it alone goes from its p5 to its p95."""
    try:
        found = sensitivity(plan, scenario, address)
    except (ScenarioError, EstimateError):
        return None
    unit = plan.unit(address)
    bars = tuple(
        Bar(
            influence.label,
            unit.from_base(influence.low.base),
            unit.from_base(found.value.base),
            unit.from_base(influence.high.base),
        )
        for influence in found.by_swing()
        if influence.low and influence.high and (influence.swing or FELT) >= FELT
    )
    if not bars:
        return None
    ends = [abs(end) for bar in bars for end in (bar.low, bar.high)]
    return Chart(
        title=f"{found.label}: what moves it",
        x_label=found.label,
        y_label="",
        lines=(),
        bars=bars,
        marks=(Mark("value", x=unit.from_base(found.value.base)),),
        x_unit=unit,
        x_log=min(ends) > 0 and max(ends) > 10 * min(ends),
    )


def _has_day(plan: Plan, estimate: Estimate, address: str) -> bool:
    kind = plan.engine.kinds.get(address)
    rate = kind is not None and kind.is_rate and kind.at == "average"
    return rate and "peak_factor" in estimate.inputs


def _day(plan: Plan, estimate: Estimate, address: str) -> Chart:
    """An average day of a rate, by the preset's factor from the mean to the peak."""
    factor = estimate.inputs["peak_factor"]
    rate = plan.values(estimate.scenario)[address]
    hours = np.linspace(0.0, 24.0, CELLS + 1)
    loads = load_at(rate, factor.median.base, hours * 3600.0, BUSIEST)
    unit = plan.unit(address)
    return Chart(
        title=f"{plan.preset.label(address)}: an average day",
        x_label="time of day",
        y_label=plan.preset.label(address),
        lines=(Line("load", tuple(hours), _in(unit, loads)),),
        marks=(Mark("mean", y=unit.from_base(rate)),),
        x_unit=Unit((("h", 1),)),
        y_unit=unit,
    )


def _years(plan: Plan, scenario: Scenario, address: str) -> Chart | None:
    """A number over the years, with its band, by the scenario's growth or 30% a year."""
    growing = [name for name, given in plan.preset.inputs.items() if given.grows]
    grown = scenario
    if not scenario.growth:
        if not growing:
            return None
        grown = scenario.with_growth(f"{growing[0]}={GROWTH}", YEARS)
    try:
        course = project(plan, grown).derived.get(address)
    except EstimateError:
        return None
    if course is None:
        return None
    unit = plan.unit(address)
    years = tuple(float(year) for year in range(len(course)))
    lines = [Line("value", years, _in(unit, [year.value.base for year in course]))]
    bands = [year.band for year in course]
    if all(bands):
        for label, ends in (
            ("p5", [band.p5.base for band in bands if band]),
            ("p95", [band.p95.base for band in bands if band]),
        ):
            lines.append(Line(label, years, _in(unit, ends)))
    how = "" if scenario.growth else f" at {GROWTH} a year"
    return Chart(
        title=f"{plan.preset.label(address)}: the years ahead{how}",
        x_label="years from now",
        y_label=plan.preset.label(address),
        lines=tuple(lines),
        y_unit=unit,
    )


def _under_load(plan: Plan, scenario: Scenario, path: str) -> Chart | None:
    """A path's p99 as the load goes past what its fleet was bought for."""
    loads, times = [], []
    for load in LOADS:
        try:
            outcome = what_if(plan, scenario, Mishap(peak=load if load != 1 else 1.0001))
        except EstimateError:
            return None
        passage = next(p for p in outcome.passages if p.path == path)
        if passage.after is None:
            break
        loads.append(load)
        times.append(MS.from_base(passage.after.base))
    if len(loads) < 2:
        return None
    return Chart(
        title=f"{plan.preset.label(f'{path}.p99')}: p99 under load",
        x_label="times the peak",
        y_label="p99",
        lines=(Line("p99", tuple(loads), tuple(times)),),
        marks=(Mark("planned", x=1.0),),
        y_unit=MS,
        x_log=True,
        y_log=True,
    )


def _in(unit: Unit, values: object) -> tuple[float, ...]:
    return tuple(float(unit.from_base(v)) for v in np.asarray(values, dtype=float))
