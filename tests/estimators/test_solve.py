"""Solving for an input: one value, an interval, several, or none, each said as such."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.plan import Plan
from estimators.solve import Solution, solve
from models.scenario import Scenario, ScenarioError
from presets.loader import load

PlanOf = Callable[..., Plan]
SYSTEMS = ("ad-click-aggregator", "social-media", "url-shortener")


def values_of(plan: Plan) -> dict[str, float]:
    inputs = {name: median.base for name, median in Scenario(plan.preset).medians()}
    return inputs | {name: float(x) for name, x in plan.engine.evaluate(inputs).items()}


@pytest.fixture
def solved(plan_of: PlanOf) -> Callable[..., Solution]:
    """Solves for an input of a small preset."""

    def build(
        inputs: Mapping[str, str], derived: Mapping[str, str], target: str, want: float, by: str
    ) -> Solution:
        plan = plan_of(inputs, derived)
        return solve(plan.engine, values_of(plan), target, want, by)

    return build


def test_one_value_is_found_and_said_as_short_as_it_can_be(
    solved: Callable[..., Solution],
) -> None:
    inputs = {"dau": "100M user", "per_user": "8 redirect/user/day"}
    derived = {"rate": "dau * per_user | redirect/s"}
    solution = solved(inputs, derived, "rate", 1e6, "per_user")
    assert solution.outcome == "one"
    assert solution.nearest is not None
    # 1M/s * 86,400 s / 100M users: the figure of the cheat sheets that no user reaches.
    assert solution.nearest.text == "864 redirect/user/day"


@pytest.mark.parametrize("want", [1e-12, 1e-3, 1.0, 1e9, 1e18])
def test_a_far_value_is_found(want: float, solved: Callable[..., Solution]) -> None:
    derived = {"double": "2 * dau | user"}
    solution = solved({"dau": "10 user"}, derived, "double", want, "dau")
    assert solution.outcome == "one"
    assert solution.values[0].base == pytest.approx(want / 2, rel=1e-9)


def test_a_power_is_turned_back(solved: Callable[..., Solution]) -> None:
    derived = {"codes": "62 ** length | "}
    solution = solved({"length": "7"}, derived, "codes", 62.0**9, "length")
    assert solution.outcome == "one"
    assert solution.values[0].base == pytest.approx(9, rel=1e-9)


def test_what_falls_as_the_input_rises_is_found(solved: Callable[..., Solution]) -> None:
    derived = {"misses": "1 - hit_ratio | "}
    solution = solved({"hit_ratio": "90% | share = true"}, derived, "misses", 0.25, "hit_ratio")
    assert solution.outcome == "one"
    assert solution.values[0].text == "75%"


def test_a_plateau_is_an_interval_with_both_its_ends(solved: Callable[..., Solution]) -> None:
    derived = {"machines": "ceil(load / room) * node | node"}
    inputs = {"load": "450 op", "room": "100 op"}
    solution = solved(inputs, derived, "machines", 3.0, "load")
    assert solution.outcome == "interval"
    low, high = sorted(value.base for value in solution.values)
    assert low == pytest.approx(200, rel=1e-6)
    assert high == pytest.approx(300, rel=1e-6)
    # The end that is nearest to the present 450 stands first.
    assert solution.nearest is not None
    assert solution.nearest.base == high
    assert solution.why == "any value from 200 op to 300 op gives it"


def test_a_plateau_that_holds_the_present_value_is_an_interval_too(
    solved: Callable[..., Solution],
) -> None:
    derived = {"machines": "ceil(load / room) * node | node"}
    solution = solved({"load": "450 op", "room": "100 op"}, derived, "machines", 5.0, "load")
    assert solution.outcome == "interval"
    assert sorted(v.base for v in solution.values) == pytest.approx([400, 500], rel=1e-6)


def test_a_parabola_is_met_on_both_sides_nearest_first(solved: Callable[..., Solution]) -> None:
    derived = {"spread": "portion * (1 - portion) | "}
    inputs = {"portion": "60% | share = true"}
    solution = solved(inputs, derived, "spread", 0.16, "portion")
    assert solution.outcome == "several"
    assert [value.base for value in solution.values] == pytest.approx([0.8, 0.2], rel=1e-8)
    assert solution.why == "80% and 20% all give it"


def test_out_of_reach_is_said_with_the_nearest_miss(solved: Callable[..., Solution]) -> None:
    derived = {"spread": "portion * (1 - portion) | "}
    solution = solved({"portion": "60% | share = true"}, derived, "spread", 0.5, "portion")
    assert solution.outcome == "none"
    assert solution.nearest is None
    said = re.fullmatch(
        r"no portion gives it: spread comes nearest with 0.25 at ([\d.]+)%", solution.why
    )
    assert said is not None
    assert float(said[1]) == pytest.approx(50, abs=1)


def test_a_share_stays_within_its_domain(solved: Callable[..., Solution]) -> None:
    inputs = {"portion": "60% | share = true", "load": "100 op"}
    derived = {"kept": "load * portion | op"}
    assert solved(inputs, derived, "kept", 150.0, "portion").outcome == "none"
    assert solved(inputs, derived, "kept", 0.0, "portion").values[0].base == 0
    assert solved(inputs, derived, "kept", 100.0, "portion").values[0].base == 1


def test_a_jump_over_the_figure_is_no_solution(solved: Callable[..., Solution]) -> None:
    derived = {"cost": "load * (1 if load > 300 * op else 10) | op"}
    solution = solved({"load": "100 op"}, derived, "cost", 5000.0, "load")
    # 10 * 500 would be one, but 500 is above the jump; only 5,000 * 1 is left.
    assert solution.outcome == "one"
    assert solution.values[0].base == pytest.approx(5000)
    derived = {"step": "(1 if load > 300 * op else 10) * node | node"}
    solution = solved({"load": "100 op"}, derived, "step", 5.0, "load")
    assert solution.outcome == "none"
    assert "step comes nearest with " in solution.why


def test_a_number_that_does_not_hang_on_the_input_is_none(
    solved: Callable[..., Solution],
) -> None:
    inputs = {"dau": "10 user", "other": "5"}
    solution = solved(inputs, {"double": "2 * dau | user"}, "double", 5.0, "other")
    assert (solution.outcome, solution.values) == ("none", ())
    assert solution.why == "double does not hang on other"


def test_an_input_that_starts_at_nothing_is_solved_for(solved: Callable[..., Solution]) -> None:
    derived = {"sum": "dau + other | user"}
    inputs = {"dau": "10 user", "other": "0 user"}
    solution = solved(inputs, derived, "sum", 25.0, "other")
    assert solution.outcome == "one"
    assert solution.values[0].base == pytest.approx(15, rel=1e-8)


def test_nothing_is_what_reaches_the_least(solved: Callable[..., Solution]) -> None:
    derived = {"sum": "dau + other | user"}
    inputs = {"dau": "10 user", "other": "5 user"}
    solution = solved(inputs, derived, "sum", 10.0, "other")
    assert solution.outcome in ("one", "interval")
    assert min(value.base for value in solution.values) == 0


def test_an_input_wanted_of_itself_is_what_is_wanted(solved: Callable[..., Solution]) -> None:
    solution = solved({"dau": "10 user"}, {"double": "2 * dau | user"}, "dau", 25.0, "dau")
    assert (solution.outcome, solution.values[0].base) == ("one", 25.0)


def test_the_present_value_is_not_moved_where_it_fits_already(
    solved: Callable[..., Solution],
) -> None:
    solution = solved({"dau": "12,345 user"}, {"double": "2 * dau | user"}, "double", 24690, "dau")
    assert [value.text for value in solution.values] == ["12345 user"]


def test_an_average_is_not_sought_where_it_has_no_value(solved: Callable[..., Solution]) -> None:
    """A backlog never drains below the rate of arrival: the domain has a hole."""
    inputs = {"load": "10 op/s", "room": "20 op/s", "backlog": "100 op"}
    derived = {"wait": "drain_time(backlog, room, load) | s"}
    solution = solved(inputs, derived, "wait", 50.0, "room")
    assert solution.outcome == "one"
    assert solution.values[0].base == pytest.approx(12, rel=1e-9)


def test_a_value_beside_a_hole_is_found(solved: Callable[..., Solution]) -> None:
    """100 op over 10.01 - 10 op/s take 10,000 s; at 10 op/s and below they take for ever."""
    inputs = {"load": "10 op/s", "room": "20 op/s", "backlog": "100 op"}
    derived = {"wait": "drain_time(backlog, room, load) | s"}
    solution = solved(inputs, derived, "wait", 10_000.0, "room")
    assert solution.outcome == "one"
    assert solution.values[0].base == pytest.approx(10.01, rel=1e-9)


# A plan is asked in words


def test_a_plan_solves_for_what_a_person_types() -> None:
    plan = load("url-shortener")
    want, solution = plan.solve(Scenario(plan.preset), "redirect_rate", "10K", "dau")
    assert want.text == "10K redirect/s"
    # 10K/s * 86,400 s / 8 redirects: sqrt(4 * 16) is 8.
    assert solution.values[0].text == "108M user"


@pytest.mark.parametrize(
    ("address", "text", "by", "says"),
    [
        ("redirct_rate", "10K", "dau", "did you mean redirect_rate?"),
        ("redirect_rate", "10 GB", "dau", "redirect_rate: '10 GB': is in GB; expected redirect/s"),
        ("redirect_rate", "1K to 2K", "dau", "is a range; expected one value"),
        ("redirect_rate", "10K", "dua", "did you mean dau?"),
        ("redirect_rate", "10K", "redirect_peak", "redirect_peak is derived"),
    ],
)
def test_a_question_that_cannot_be_is_refused(address: str, text: str, by: str, says: str) -> None:
    plan = load("url-shortener")
    with pytest.raises(ScenarioError) as caught:
        plan.solve(Scenario(plan.preset), address, text, by)
    assert says in str(caught.value)


def test_solving_for_what_an_estimate_gave_finds_every_input_again(system: str) -> None:
    plan = load(system)
    values = values_of(plan)
    for target in plan.preset.derived:
        for by in plan.engine.needs[target]:
            solution = solve(plan.engine, values, target, values[target], by)
            found = sorted(value.base for value in solution.values)
            if solution.outcome == "interval":  # a ratio that the input cancels out of
                assert found[0] < values[by] < found[1], (target, by)
            else:
                assert solution.nearest is not None, (target, by)
                assert solution.nearest.base == pytest.approx(values[by], rel=1e-6), (target, by)


@pytest.mark.parametrize(
    ("target", "by"), [("read_write_ratio", "dau"), ("catch_up", "daily_clicks")]
)
def test_the_present_value_is_nearest_where_any_value_will_do(target: str, by: str) -> None:
    """Else the comparison says `needs 6e-77 user` of a number that users do not move."""
    plan = load("url-shortener" if by == "dau" else "ad-click-aggregator")
    values = values_of(plan)
    solution = solve(plan.engine, values, target, values[target], by)
    assert solution.nearest is not None
    assert solution.nearest.base == pytest.approx(values[by], rel=1e-6)


@given(st.sampled_from(SYSTEMS), st.data())
@settings(deadline=None, max_examples=80)
def test_solving_for_what_a_changed_input_gave_finds_the_change(
    system: str, data: st.DataObject
) -> None:
    plan = load(system)
    values = values_of(plan)
    target = data.draw(st.sampled_from(sorted(plan.preset.derived)))
    by = data.draw(st.sampled_from(plan.engine.needs[target]))
    inputs = {name: values[name] for name in plan.preset.inputs}
    if plan.preset.inputs[by].share:
        inputs[by] = data.draw(st.floats(0.01, 0.99))
    else:
        inputs[by] = values[by] * data.draw(st.floats(1.001, 20.0))
    want = plan.engine.evaluate(inputs)[target]
    solution = solve(plan.engine, values, target, want, by)
    assert solution.outcome in ("one", "several", "interval")
    low, high = min(v.base for v in solution.values), max(v.base for v in solution.values)
    if solution.outcome == "interval":
        assert low * (1 - 1e-6) <= inputs[by] <= high * (1 + 1e-6)
    else:
        reached = [plan.engine.evaluate({**inputs, by: v.base})[target] for v in solution.values]
        assert reached == pytest.approx([want] * len(reached), rel=1.01e-9)
