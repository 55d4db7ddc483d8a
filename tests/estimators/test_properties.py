"""What holds of every shipped preset, whatever is typed into it."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from estimators.engine import EstimateError
from estimators.plan import Plan
from estimators.whatif import Mishap, what_if
from models.quantity import Quantity, Range, read_value
from models.scenario import Scenario, ScenarioError
from models.units import Unit, Vocabulary
from presets.loader import SHIPPED, load

SYSTEMS = tuple(path.stem for path in sorted(SHIPPED.glob("*.toml")))
# Units of one dimension, any of which may be typed for another.
ALIKE = (
    ("B", "KB", "MB", "GB", "KiB", "MiB", "bit", "Mbit"),
    ("s", "ms", "min", "h", "day", "week", "month", "year"),
)


def derived(plan: Plan, scenario: Scenario) -> dict[str, float]:
    return {n: d.value.base for n, d in plan.estimate(scenario).derived.items()}


def everything(plan: Plan, scenario: Scenario) -> dict[str, float]:
    """Every number of a scenario: also those of components, paths and the bill."""
    estimate = plan.estimate(scenario)
    found = {n: d.value.base for n, d in (estimate.derived | estimate.sized).items()}
    for id_, path in estimate.paths.items():
        for name, time in (("p50", path.p50), ("p99", path.p99)):
            found[f"{id_}.{name}"] = time.base if time else math.inf
    return found


def times_as_many(plan: Plan, factor: float) -> Scenario:
    """So many times the users, or whatever it is that grows."""
    (grows,) = [name for name, given_ in plan.preset.inputs.items() if given_.grows]
    value = plan.preset.inputs[grows].value
    assert isinstance(value, Quantity)
    larger = Quantity(value.magnitude * factor, value.unit)
    return Scenario(plan.preset).with_change(grows, larger.text)


def fields(plan: Plan) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every input or setting with a unit that has others of its kind: (input, unit, others)."""
    return [
        (name, factor, family)
        for name, given_ in plan.preset.changeable.items()
        for factor, _ in given_.unit.factors
        for family in ALIKE
        if factor in family
    ]


@given(st.sampled_from(SYSTEMS), st.data())
@settings(deadline=None, max_examples=60)
def test_typing_an_input_in_another_unit_changes_no_result(
    system: str, data: st.DataObject
) -> None:
    plan = load(system)
    name, factor, family = data.draw(st.sampled_from(fields(plan)))
    other = data.draw(st.sampled_from([unit for unit in family if unit != factor]))
    given_ = plan.preset.changeable[name]
    unit = given_.unit.swapped(factor, other)
    assume(unit.dimension == given_.unit.dimension)
    value = given_.value
    ends = (value,) if isinstance(value, Quantity) else (value.low, value.high)
    typed = " to ".join(Quantity.of_base(end.base, unit).text for end in ends)
    before = everything(plan, Scenario(plan.preset))
    after = everything(plan, Scenario(plan.preset).with_change(name, typed))
    times = [f"{id_}.{name}" for id_ in plan.preset.paths for name in ("p50", "p99")]
    for name in times:  # the sums of a Fourier transform are not in the order of what was typed
        assert after.pop(name) == pytest.approx(before.pop(name), rel=1e-6), name
    assert after == pytest.approx(before, rel=1e-12)


@given(st.sampled_from(SYSTEMS), st.floats(1.0, 1e4))
@settings(deadline=None, max_examples=25)
def test_more_users_never_lower_a_rate_or_a_store(system: str, more: float) -> None:
    plan = load(system)
    (grows,) = [name for name, given_ in plan.preset.inputs.items() if given_.grows]
    value = plan.preset.inputs[grows].value
    assert isinstance(value, Quantity)
    larger = Quantity(value.magnitude * more, value.unit)
    before = derived(plan, Scenario(plan.preset))
    try:
        after = derived(plan, Scenario(plan.preset).with_change(grows, larger.text))
    except EstimateError:  # at so many a backlog never drains
        reject()
    for name, number in plan.preset.derived.items():
        dimension = dict(number.unit.dimension)
        if dimension.get("[time]", 0) < 0 or "[information]" in dimension:
            assert after[name] >= before[name] * (1 - 1e-12), name


@given(st.sampled_from(SYSTEMS), st.floats(0.01, 100.0), st.floats(1.0, 20.0))
@settings(deadline=None, max_examples=20)
def test_more_load_never_needs_fewer_nodes_nor_less_money(
    system: str, factor: float, more: float
) -> None:
    plan = load(system)
    try:
        before = everything(plan, times_as_many(plan, factor))
        after = everything(plan, times_as_many(plan, factor * more))
    except EstimateError:
        reject()
    bought = [n for n in before if n.endswith((".nodes", ".cost")) or n == "cost.month"]
    assert len(bought) > len(plan.preset.components)
    for name in bought:
        assert after[name] >= before[name] * (1 - 1e-9), name


@given(st.sampled_from(SYSTEMS), st.floats(0.05, 3.0), st.floats(1.001, 3.0))
@settings(deadline=None, max_examples=20)
def test_at_a_fixed_fleet_more_load_is_never_faster(
    system: str, factor: float, more: float
) -> None:
    plan = load(system)
    assume(1.0 not in (factor, factor * more))  # then nothing goes wrong
    less, greater = (
        what_if(plan, Scenario(plan.preset), Mishap(peak=peak)).passages
        for peak in (factor, factor * more)
    )
    for low, high in zip(less, greater, strict=True):
        if high.after is not None:
            assert low.after is not None, low.path
            assert low.after.base <= high.after.base * (1 + 2e-3), low.path
        assert set(low.saturated) <= set(high.saturated)


@given(st.sampled_from(SYSTEMS), st.floats(0.001, 1000.0))
@settings(deadline=None, max_examples=15)
def test_shares_of_the_bill_sum_to_one_at_any_size(system: str, factor: float) -> None:
    plan = load(system)
    try:
        cost = plan.estimate(times_as_many(plan, factor)).cost
    except EstimateError:  # at so many a backlog never drains
        reject()
    assert cost is not None
    assert sum(item.share for item in cost.items) == pytest.approx(1, abs=1e-9)


@given(st.sampled_from(SYSTEMS), st.data())
@settings(deadline=None, max_examples=40)
def test_an_input_moves_nothing_but_what_hangs_on_it(system: str, data: st.DataObject) -> None:
    plan = load(system)
    name = data.draw(st.sampled_from(sorted(plan.preset.inputs)))
    start = Scenario(plan.preset)
    before = plan.estimate(start)
    step = 0.9 if plan.preset.inputs[name].share else 1.25
    median = before.inputs[name].median
    changed = start.with_change(name, Quantity(median.magnitude * step, median.unit).text)
    after = plan.estimate(changed)
    moved = {n for n in after.derived if after.derived[n].value != before.derived[n].value}
    assert moved <= {n for n, needs in plan.engine.needs.items() if name in needs}


def test_every_number_of_an_estimate_reads_back_from_its_exact_text(system: str) -> None:
    plan = load(system)
    vocabulary = plan.preset.vocabulary
    estimate = plan.estimate(Scenario(plan.preset))
    for value in (
        *(i.value for i in estimate.inputs.values()),
        *(i.median for i in estimate.inputs.values()),
        *(d.value for d in estimate.derived.values()),
    ):
        assert read_value(value.text, vocabulary, value.unit) == value
        assert read_value(value.text, vocabulary) == value


def test_every_number_as_shown_reads_back_to_three_digits(system: str) -> None:
    plan = load(system)
    estimate = plan.estimate(Scenario(plan.preset))
    for number in estimate.derived.values():
        read = read_value(number.value.shown, plan.preset.vocabulary, number.value.unit)
        assert isinstance(read, Quantity)
        assert read.base == pytest.approx(number.value.base, rel=0.00501), number.name
        assert "e+" not in number.value.shown


@given(st.sampled_from(SYSTEMS), st.data(), st.floats(1e-6, 1e9))
@settings(deadline=None, max_examples=120)
def test_any_amount_typed_into_any_input_is_kept_exactly(
    system: str, data: st.DataObject, factor: float
) -> None:
    plan = load(system)
    name = data.draw(st.sampled_from(sorted(plan.preset.inputs)))
    unit = plan.preset.inputs[name].unit
    typed = Quantity(data.draw(st.sampled_from([1.0, 0.3, 7.0])) * factor, unit)
    try:
        scenario = Scenario(plan.preset).with_change(name, typed.text)
    except ScenarioError:
        refused = True
    else:
        refused = False
        assert scenario.value(name) == typed
    assert refused == (plan.preset.inputs[name].share and typed.base > 1)


@given(st.sampled_from(SYSTEMS), st.data())
@settings(deadline=None, max_examples=60)
def test_numbers_of_an_estimate_are_finite_and_not_negative(
    system: str, data: st.DataObject
) -> None:
    plan = load(system)
    scenario = Scenario(plan.preset)
    for name in data.draw(st.sets(st.sampled_from(sorted(plan.preset.inputs)), max_size=4)):
        median = dict(scenario.medians())[name]
        step = data.draw(st.floats(0.1, 1.0) if scenario.preset.inputs[name].share else
                         st.floats(1.0, 2.0))  # fmt: skip
        text = Quantity(median.magnitude * step, median.unit).text
        scenario = scenario.with_change(name, text)
    for name, value in derived(plan, scenario).items():
        assert math.isfinite(value), name
        assert value >= 0, name


def test_a_shipped_range_is_a_real_one(system: str) -> None:
    """Low below high, and no wider than a factor of 100: wider is not an assumption but a shrug."""
    for name, given_ in load(system).preset.inputs.items():
        value = given_.value
        if isinstance(value, Range):
            assert 1 < value.high.base / value.low.base <= 100, name


def test_units_of_one_dimension_differ_in_size_alone() -> None:
    for family in ALIKE:
        dimensions = [Unit.read(unit, Vocabulary()).dimension for unit in family]
        assert all(dimension == dimensions[0] for dimension in dimensions)
