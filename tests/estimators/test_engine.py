"""The engine: order, faults named once, and one compiled form over floats, arrays and pint."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from estimators.engine import Engine, EstimateError
from estimators.formula import BUILT_IN
from estimators.plan import Plan
from models.faults import Fault
from models.scenario import Scenario
from models.units import registry
from presets.loader import load

PlanOf = Callable[..., Plan]
FaultsOf = Callable[..., tuple[Fault, ...]]
SYSTEMS = ("ad-click-aggregator", "social-media", "url-shortener")


def bases(plan: Plan) -> dict[str, float]:
    """All that formulas start from in the untouched preset, in base units, at the medians."""
    return plan.given(Scenario(plan.preset))


def test_a_number_may_be_written_before_what_it_uses(plan_of: PlanOf) -> None:
    derived = {"c": "b * 2 | user", "b": "a + dau | user", "a": "dau * 3 | user"}
    plan = plan_of({"dau": "10 user"}, derived)
    order = [step.name for step in plan.engine.steps]
    assert order.index("a") < order.index("b") < order.index("c")
    assert plan.engine.evaluate({"dau": 10.0}) == {"a": 30.0, "b": 40.0, "c": 80.0}


def test_a_cycle_is_named_once_with_the_way_around(faults_of: FaultsOf) -> None:
    derived = {"a": "b | user", "b": "c | user", "c": "a | user", "other": "dau | user"}
    (fault,) = faults_of({"dau": "10 user"}, derived)
    assert fault.path[0] == "derived"
    assert fault.path[2] == "formula"
    assert re.fullmatch(
        r"a cycle: (\w) uses (\w) uses (\w) uses \1; one of them must follow from inputs alone",
        fault.message,
    )
    assert set(re.findall(r"\b[abc]\b", fault.message[8:30])) == {"a", "b", "c"}


def test_a_number_that_uses_itself_is_a_cycle(faults_of: FaultsOf) -> None:
    (fault,) = faults_of({"dau": "10 user"}, {"a": "a + dau | user"})
    assert fault.message == "a cycle: a uses a; one of them must follow from inputs alone"


def test_two_cycles_are_two_faults(faults_of: FaultsOf) -> None:
    derived = {"a": "b | user", "b": "a | user", "c": "e | user", "e": "c | user"}
    faults = faults_of({"dau": "10 user"}, derived)
    assert len(faults) == 2
    assert all(fault.message.startswith("a cycle: ") for fault in faults)


def test_an_unknown_name_is_named_with_the_nearest(faults_of: FaultsOf) -> None:
    (fault,) = faults_of({"dau": "10 user"}, {"rate": "duo * 2 | user"})
    assert fault.message == "unknown name 'duo'; did you mean dau?"
    assert fault.path == ("derived", "rate", "formula")


def test_one_slip_is_one_fault_and_its_users_are_not_blamed(faults_of: FaultsOf) -> None:
    derived = {
        "rate": "dau * per_usr | redirect/s",
        "peak": "peak_rate(rate, 2) | redirect/s",
        "kept": "stock(rate, 1 * year) | redirect",
    }
    inputs = {"dau": "10 user", "per_user": "5 redirect/user/day"}
    (fault,) = faults_of(inputs, derived)
    assert fault.path == ("derived", "rate", "formula")


def test_an_input_that_cannot_be_read_is_the_only_fault(faults_of: FaultsOf) -> None:
    derived = {"rate": "dau * per_user | redirect/s", "peak": "peak_rate(rate, 2) | redirect/s"}
    (fault,) = faults_of({"dau": "10 usr", "per_user": "5 redirect/user/day"}, derived)
    assert fault.path == ("inputs", "dau", "value")
    assert "did you mean user?" in fault.message


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("GB", "'GB' is no name; expected lower-case words joined by _, such as record_size"),
        ("day", "day is a unit or a noun; choose another name"),
        ("urls", "urls is a unit or a noun; choose another name"),
        ("lambda", "'lambda' is no name"),
        ("if", "'if' is no name"),
        ("_choose", "'_choose' is no name"),
        ("Rate", "'Rate' is no name"),
    ],
)
def test_a_name_that_formulas_would_misread_is_refused(
    name: str, why: str, faults_of: FaultsOf
) -> None:
    for inputs, derived in (
        ({name: "10 user"}, {"all": f"{name} | user"}),
        ({"dau": "10 user"}, {name: "dau | user"}),
    ):
        messages = [fault.message for fault in faults_of(inputs, derived)]
        assert any(message.startswith(why) for message in messages), messages


def test_an_input_and_a_derived_number_do_not_share_a_name(faults_of: FaultsOf) -> None:
    (fault,) = faults_of({"dau": "10 user"}, {"dau": "2 * user | user"})
    assert fault.message == "dau is an input already; choose another name"


def test_a_number_may_be_called_like_an_estimator_that_makes_it(plan_of: PlanOf) -> None:
    derived = {"stock": "stock(rate, 2 * day) | redirect", "more": "stock * 2 | redirect"}
    plan = plan_of({"rate": "3 redirect/day"}, derived)
    values = plan.engine.evaluate(bases(plan))
    assert values == pytest.approx({"stock": 6.0, "more": 12.0})


ODD = {"dau": "10 user", "each": "3", "load": "10 user/s", "room": "20 user/s"}


@pytest.mark.parametrize(
    ("formula", "unit", "address", "typed", "moves"),
    [
        ("dau / each", "user", "each", "0", "dau, each"),
        ("0 / each", "", "each", "0", "each"),
        ("62 ** (dau / user)", "", "dau", "10M", "dau"),
        ("(each - 1) ** 0.5", "", "each", "0.5", "each"),
        ("1 / (dau - 10 * user)", "/user", "dau", "10", "dau"),
        ("drain_time(dau, room, load)", "s", "load", "20", "dau, load, room"),
        ("dau ** 4", "user^4", "dau", "1e100", "dau"),
    ],
)
def test_a_number_without_a_finite_value_is_named_with_what_moves_it(
    formula: str, unit: str, address: str, typed: str, moves: str, plan_of: PlanOf
) -> None:
    plan = plan_of({**ODD, "dau": "11 user"}, {"odd": f"{formula} | {unit}"})
    with pytest.raises(EstimateError) as caught:
        plan.estimate(Scenario(plan.preset).with_change(address, typed))
    assert str(caught.value) == (
        f"odd has no finite value for these inputs ({formula}); change one of: {moves}"
    )


@pytest.mark.parametrize("formula", ["1 / (each - 3)", "9 ** 9 ** 9 ** 9", "1e200 * 1e200"])
def test_a_preset_whose_own_inputs_give_no_finite_value_is_refused(
    formula: str, faults_of: FaultsOf
) -> None:
    (fault,) = faults_of(ODD, {"fine": "2 * each | ", "odd": f"{formula} | "})
    assert fault.path == ("derived", "odd", "formula")
    assert fault.line > 0
    assert f"odd has no finite value for these inputs ({formula})" in fault.message


def test_over_arrays_the_elements_without_a_value_are_not_finite(plan_of: PlanOf) -> None:
    plan = plan_of({"dau": "10 user", "each": "4"}, {"odd": "dau / (each - 2) | user"})
    inputs = {"dau": np.array([10.0, 10.0]), "each": np.array([2.0, 3.0])}
    found = plan.engine.evaluate(inputs)["odd"]
    assert not np.isfinite(found[0])
    assert found[1] == 10


def test_what_a_number_hangs_on_is_known(plan_of: PlanOf) -> None:
    derived = {"a": "dau * 2 | user", "b": "a + other | user", "c": "3 * user | user"}
    needs = plan_of({"other": "1 user", "dau": "10 user"}, derived).engine.needs
    assert needs == {
        "other": ("other",),
        "dau": ("dau",),
        "a": ("dau",),
        "b": ("other", "dau"),
        "c": (),
    }


def test_a_unit_in_a_formula_is_its_size_and_a_plural_is_the_unit(plan_of: PlanOf) -> None:
    derived = {"a": "dau * 2 * KB/user | MB", "b": "dau / (2 * days) | user/s"}
    values = plan_of({"dau": "10 user"}, derived).engine.evaluate({"dau": 10.0})
    assert values == {"a": 20_000.0, "b": 10 / (2 * 86_400)}


# Shipped presets


def test_every_derived_number_is_finite_and_above_zero(system: str) -> None:
    plan = load(system)
    for name, value in plan.engine.evaluate(bases(plan)).items():
        assert np.isfinite(value), name
        assert value > 0, name


def test_arrays_give_element_by_element_what_floats_give(system: str) -> None:
    plan = load(system)
    median = bases(plan)
    stretch = np.array([0.25, 0.5, 0.9, 1.0])
    arrays = {name: x * stretch for name, x in median.items()}
    # Peaks must stay above averages: a factor below 1 is another question.
    arrays["peak_factor"] = median["peak_factor"] * (2.0 - stretch)
    together = plan.engine.evaluate(arrays)
    for place in range(len(stretch)):
        alone = plan.engine.evaluate({n: float(x[place]) for n, x in arrays.items()})
        for name, value in alone.items():
            found = float(np.broadcast_to(together[name], stretch.shape)[place])
            assert found == pytest.approx(value, rel=1e-13), name


def through_pint(engine: Engine, inputs: Mapping[str, float]) -> dict[str, Any]:
    """The same compiled formulas over pint quantities, with units that pint multiplies itself.

    Rounding needs base units: pint would round 1.5 day/s, which is 129,600, to 2.
    """
    units = registry()
    rounding = {
        name: lambda value, rounds=BUILT_IN[name]: rounds(units.Quantity(value).to_base_units())
        for name in ("ceil", "floor")
    }
    engine = engine.with_functions(rounding)

    def quantity(dimension: Any, size: float) -> Any:
        base = units.Quantity(size, "")
        words = {"[information]": "B", "[time]": "s", "[currency]": "USD"}
        for name, power in dimension.items():
            base = base * units.Quantity(1.0, words.get(name, name.strip("[]"))) ** power
        return base

    values = [quantity(engine.kinds[name].dimension, inputs[name]) for name in engine.inputs]
    vocabulary = engine.preset.vocabulary
    values += [units.Quantity(1.0, vocabulary.find(word)) for word in engine.constants]
    for step in engine.steps:
        values.append(step.run(values))
    names = [step.name for step in engine.steps]
    return dict(zip(names, values[-len(names) :], strict=True))


def test_pint_quantities_through_the_same_formulas_agree_with_the_floats(system: str) -> None:
    plan = load(system)
    floats = plan.engine.evaluate(bases(plan))
    for name, quantity in through_pint(plan.engine, bases(plan)).items():
        declared = plan.preset.numbers[name].unit
        in_base = registry().Quantity(1.0, "") * quantity
        assert in_base.dimensionality == declared.dimension, name
        assert float(in_base.to_base_units().magnitude) == pytest.approx(floats[name], rel=1e-12)


@given(st.sampled_from(SYSTEMS), st.floats(0.2, 5.0), st.data())
@settings(deadline=None, max_examples=60)
def test_a_curve_is_what_evaluating_again_gives(
    system: str, step: float, data: st.DataObject
) -> None:
    plan = load(system)
    engine = plan.engine
    inputs = bases(plan)
    values = inputs | engine.evaluate(inputs)
    target = data.draw(st.sampled_from(sorted(plan.preset.derived)))
    by = data.draw(st.sampled_from(engine.needs[target]))
    given_ = plan.preset.changeable[by]
    moved = min(inputs[by] * step, 0.99) if given_.share else inputs[by] * step
    try:
        again = engine.evaluate({**inputs, by: moved})[target]
    except EstimateError:  # a backlog that never drains
        reject()
    curve = engine.curve(values, target, by)
    assert curve(moved) == pytest.approx(again, rel=1e-14)
    assert float(np.asarray(curve(np.array([moved, moved])))[1]) == pytest.approx(again, rel=1e-13)


def test_a_curve_has_no_number_where_the_formula_has_none(plan_of: PlanOf) -> None:
    plan = plan_of({"dau": "10 user", "each": "4"}, {"odd": "dau / (each - 2) ** 0.5 | user"})
    values = {"dau": 10.0, "each": 4.0, "odd": 7.0}
    curve = plan.engine.curve(values, "odd", "each")
    assert np.isnan(curve(2.0)) or np.isinf(curve(2.0))
    assert np.isnan(curve(1.0))
    assert curve(3.0) == 10
