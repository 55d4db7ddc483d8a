"""Solving for an input: one value, an interval, several, or none, each said as such."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estimators.plan import Plan
from estimators.solve import Outcome, Sense, Solution, solve
from models.scenario import Scenario, ScenarioError
from presets.loader import load

PlanOf = Callable[..., Plan]
SYSTEMS = ("ad-click-aggregator", "social-media", "url-shortener")


def values_of(plan: Plan) -> dict[str, float]:
    inputs = plan.given(Scenario(plan.preset))
    return inputs | {name: float(x) for name, x in plan.engine.evaluate(inputs).items()}


@pytest.fixture
def solved(plan_of: PlanOf) -> Callable[..., Solution]:
    """Solves for an input of a small preset."""

    def build(
        inputs: Mapping[str, str],
        derived: Mapping[str, str],
        target: str,
        want: float,
        by: str,
        sense: Sense = "=",
    ) -> Solution:
        plan = plan_of(inputs, derived)
        return solve(plan.engine, values_of(plan), target, want, by, sense)

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
    want = plan.wanted("redirect_rate", "10K")
    solution = plan.solve(Scenario(plan.preset), "redirect_rate", want, "dau")
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
        plan.solve(Scenario(plan.preset), address, plan.wanted(address, text), by)
    assert says in str(caught.value)


def test_solving_for_what_an_estimate_gave_finds_every_input_again(system: str) -> None:
    plan = load(system)
    values = values_of(plan)
    for target in plan.preset.derived:
        for by in plan.engine.needs[target]:
            solution = solve(plan.engine, values, target, values[target], by)
            found = sorted(value.base for value in solution.values)
            if solution.outcome == "interval":
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
    inputs = {name: values[name] for name in plan.engine.inputs}
    if plan.preset.inputs[by].share:
        inputs[by] = data.draw(st.floats(0.01, 0.99))
    else:
        inputs[by] = values[by] * data.draw(st.floats(1.001, 20.0))
    want = plan.engine.evaluate(inputs)[target]
    solution = solve(plan.engine, values, target, want, by)
    assert solution.outcome in ("one", "several", "interval", "any")
    if solution.outcome == "any":  # a ratio that the input cancels out of
        assert want == pytest.approx(values[target])
        return
    low, high = min(v.base for v in solution.values), max(v.base for v in solution.values)
    if solution.outcome == "interval":
        assert low * (1 - 1e-6) <= inputs[by] <= high * (1 + 1e-6)
    else:
        reached = [plan.engine.evaluate({**inputs, by: v.base})[target] for v in solution.values]
        assert reached == pytest.approx([want] * len(reached), rel=1.01e-9)


# A limit is kept on a stretch of the input's domain

RISING = {"y": "2 * x | op"}
FALLING = {"y": "work / x | op/s"}
TIGHTEST = {"y": "ceil(x / room) * node | node"}
LOOSEST = {"y": "floor(x / room) * node | node"}
CAPPED = {"y": "min(x, 300 * op) | op"}
FLOORED = {"y": "max(x, 300 * op) | op"}
KEPT = {"y": "load * x | op"}
MISSED = {"y": "load * (1 - x) | op"}
PARABOLA = {"y": "load * x * (1 - x) | op"}
VALLEY = {"y": "x + 100 * op * op / x | op"}
LOAD = {"x": "450 op", "room": "100 op"}
SHARE = {"x": "60% | share = true", "load": "100 op"}


@pytest.mark.parametrize(
    ("inputs", "derived", "sense", "want", "outcome", "ends", "nearest"),
    [
        # 2x: within the limit the present value stays, beyond it the limit is the nearest.
        ({"x": "10 op"}, RISING, "<=", 50, "at most", [25], 10),
        ({"x": "10 op"}, RISING, ">=", 50, "at least", [25], 25),
        ({"x": "10 op"}, RISING, "<=", 5, "at most", [2.5], 2.5),
        ({"x": "10 op"}, RISING, ">=", 5, "at least", [2.5], 10),
        # 100 / x op/s: what is too many a second is too short a time.
        ({"x": "50 s", "work": "100 op"}, FALLING, "<=", 5, "at least", [20], 50),
        ({"x": "50 s", "work": "100 op"}, FALLING, ">=", 5, "at most", [20], 20),
        # ceil(x / 100) <= 12 while x <= 1,200; >= 12 once x > 1,100.
        (LOAD, TIGHTEST, "<=", 12, "at most", [1200], 450),
        (LOAD, TIGHTEST, ">=", 12, "at least", [1100], 1100),
        (LOAD, TIGHTEST, "<=", 12.7, "at most", [1200], 450),
        (LOAD, TIGHTEST, "<=", 3, "at most", [300], 300),
        (LOAD, TIGHTEST, "<=", 0, "at most", [0], 0),
        # floor(x / 100) <= 3 while x < 400; >= 3 from 300 on.
        (LOAD, LOOSEST, "<=", 3, "at most", [400], 400),
        (LOAD, LOOSEST, ">=", 3, "at least", [300], 450),
        # min(x, 300) never exceeds 300; max(x, 300) never falls below.
        (LOAD, CAPPED, "<=", 300, "any", [], 450),
        (LOAD, CAPPED, "<=", 200, "at most", [200], 200),
        (LOAD, CAPPED, ">=", 300, "at least", [300], 450),
        (LOAD, CAPPED, ">=", 301, "none", [], None),
        (LOAD, FLOORED, ">=", 300, "any", [], 450),
        (LOAD, FLOORED, ">=", 400, "at least", [400], 450),
        (LOAD, FLOORED, "<=", 300, "at most", [300], 300),
        (LOAD, FLOORED, "<=", 299, "none", [], None),
        # A share has its own ends.
        (SHARE, KEPT, "<=", 30, "at most", [0.3], 0.3),
        (SHARE, KEPT, ">=", 30, "at least", [0.3], 0.6),
        (SHARE, KEPT, "<=", 100, "any", [], 0.6),
        (SHARE, KEPT, ">=", 0, "any", [], 0.6),
        (SHARE, KEPT, "<=", 0, "at most", [0], 0),
        (SHARE, KEPT, ">=", 100, "at least", [1], 1),
        (SHARE, KEPT, ">=", 101, "none", [], None),
        (SHARE, MISSED, "<=", 20, "at least", [0.8], 0.8),
        (SHARE, MISSED, ">=", 20, "at most", [0.8], 0.6),
        (SHARE, MISSED, "<=", 0, "at least", [1], 1),
        (SHARE, MISSED, ">=", 100, "at most", [0], 0),
        # 100 x (1 - x) is 16 at 20% and at 80%, and at most 25.
        (SHARE, PARABOLA, ">=", 16, "interval", [0.2, 0.8], 0.6),
        (SHARE, PARABOLA, "<=", 25, "any", [], 0.6),
        (SHARE, PARABOLA, ">=", 25.1, "none", [], None),
        # x + 100 / x is 25 at 5 and at 20, and at least 20.
        ({"x": "40 op"}, VALLEY, "<=", 25, "interval", [5, 20], 20),
        ({"x": "10 op"}, VALLEY, "<=", 25, "interval", [5, 20], 10),
        ({"x": "1 op"}, VALLEY, "<=", 25, "interval", [5, 20], 5),
        ({"x": "10 op"}, VALLEY, "<=", 19.9, "none", [], None),
        ({"x": "10 op"}, VALLEY, ">=", 19.9, "any", [], 10),
    ],
)
def test_a_limit_is_kept_on_a_stretch_with_its_ends(
    inputs: Mapping[str, str],
    derived: Mapping[str, str],
    sense: Sense,
    want: float,
    outcome: Outcome,
    ends: list[float],
    nearest: float | None,
    solved: Callable[..., Solution],
) -> None:
    solution = solved(inputs, derived, "y", want, "x", sense)
    assert solution.outcome == outcome
    # A limit of nothing is kept to a billionth of the load.
    assert [value.base for value in solution.values] == pytest.approx(ends, rel=1e-6, abs=2e-9)
    if nearest is None:
        assert solution.nearest is None
    else:
        assert solution.nearest is not None
        assert solution.nearest.base == pytest.approx(nearest, rel=1e-6, abs=2e-9)


@pytest.mark.parametrize(
    ("inputs", "derived", "sense", "want", "why"),
    [
        (LOAD, TIGHTEST, "<=", 12, "up to 1.2K op it is kept"),
        (LOAD, LOOSEST, ">=", 3, "from 300 op on it is kept"),
        (LOAD, CAPPED, "<=", 300, "any x keeps it"),
        (SHARE, PARABOLA, ">=", 16, "from 20% to 80% it is kept"),
        (LOAD, CAPPED, ">=", 301, "no x keeps it: y comes nearest with 300 op at "),
        (SHARE, KEPT, ">=", 101, "no x keeps it: y comes nearest with 100 op at 100%"),
        (SHARE, KEPT, ">=", 100, "from 100% on it is kept"),
    ],
)
def test_where_a_limit_is_kept_is_said_in_a_sentence(
    inputs: Mapping[str, str],
    derived: Mapping[str, str],
    sense: Sense,
    want: float,
    why: str,
    solved: Callable[..., Solution],
) -> None:
    assert solved(inputs, derived, "y", want, "x", sense).why.startswith(why)


@pytest.mark.parametrize(
    ("present", "outcome", "end"), [("60%", "at least", 0.8), ("25%", "at most", 0.2)]
)
def test_of_two_stretches_the_nearer_is_given(
    present: str, outcome: Outcome, end: float, solved: Callable[..., Solution]
) -> None:
    inputs = {"x": f"{present} | share = true", "load": "100 op"}
    solution = solved(inputs, PARABOLA, "y", 16.0, "x", "<=")
    assert (solution.outcome, len(solution.values)) == (outcome, 1)
    assert solution.values[0].base == pytest.approx(end, rel=1e-6)


def test_of_two_stretches_the_other_is_told_of(solved: Callable[..., Solution]) -> None:
    solution = solved(SHARE, PARABOLA, "y", 16.0, "x", "<=")
    assert solution.why == "from 80% on it is kept; 1 more such stretch"


def test_a_limit_with_a_hole_in_the_domain_ends_at_the_hole(
    solved: Callable[..., Solution],
) -> None:
    """100 op drain in 100 / (room - 10) s; at 10 op/s and below there is no time at all."""
    inputs = {"load": "10 op/s", "room": "20 op/s", "backlog": "100 op"}
    derived = {"wait": "drain_time(backlog, room, load) | s"}
    within = solved(inputs, derived, "wait", 50.0, "room", "<=")
    assert (within.outcome, within.values[0].base) == ("at least", pytest.approx(12, rel=1e-8))
    beyond = solved(inputs, derived, "wait", 50.0, "room", ">=")
    assert beyond.outcome == "interval"
    assert [v.base for v in beyond.values] == pytest.approx([10, 12], rel=1e-8)


@pytest.mark.parametrize("sense", ["<=", ">="])
def test_a_limit_on_a_number_that_does_not_hang_on_the_input_is_none(
    sense: Sense, solved: Callable[..., Solution]
) -> None:
    inputs = {"x": "10 op", "other": "5"}
    solution = solved(inputs, RISING, "y", 5.0, "other", sense)
    assert (solution.outcome, solution.values) == ("none", ())
    assert solution.why == "y does not hang on other"


def test_a_ratio_that_the_input_cancels_out_of_is_kept_by_any_or_none(
    solved: Callable[..., Solution],
) -> None:
    inputs = {"x": "10 op", "reads": "8", "writes": "2"}
    derived = {"y": "x * reads / (x * writes) | "}
    assert solved(inputs, derived, "y", 5.0, "x", "<=").outcome == "any"
    assert solved(inputs, derived, "y", 3.0, "x", ">=").outcome == "any"
    assert solved(inputs, derived, "y", 4.0, "x").outcome == "any"
    assert solved(inputs, derived, "y", 3.0, "x").outcome == "none"
    assert solved(inputs, derived, "y", 3.0, "x", "<=").outcome == "none"
    assert solved(inputs, derived, "y", 5.0, "x", ">=").outcome == "none"


def test_a_limit_kept_by_ever_less_is_at_most_though_nothing_has_no_value() -> None:
    """Codes last for ever where no user takes any: no lower end is worth telling of."""
    plan = load("url-shortener")
    want = plan.wanted("code_lifetime", "100 year")
    solution = plan.solve(Scenario(plan.preset), "code_lifetime", want, "dau", ">=")
    assert solution.outcome == "at most"
    # 62^7 codes, 0.1 a user and day (the middle of 0.05 and 0.2), 36,500 days.
    assert solution.values[0].base == pytest.approx(62**7 / 0.1 / 36500, rel=1e-7)


@pytest.mark.parametrize(
    ("sense", "want", "outcome", "nearest"),
    [
        ("<=", 25.0, "at most", 10.0),
        (">=", 25.0, "at least", 25.0),
        ("<=", 5.0, "at most", 5.0),
        (">=", 5.0, "at least", 10.0),
    ],
)
def test_a_limit_on_an_input_itself_is_its_own_answer(
    sense: Sense,
    want: float,
    outcome: Outcome,
    nearest: float,
    solved: Callable[..., Solution],
) -> None:
    solution = solved({"x": "10 op"}, RISING, "x", want, "x", sense)
    assert (solution.outcome, [v.base for v in solution.values]) == (outcome, [want])
    # "Of all that give it, the value nearest to the present one": 10, where 10 keeps the limit.
    assert solution.nearest is not None
    assert solution.nearest.base == nearest


@pytest.mark.parametrize(("sense", "outcome"), [("=", "none"), (">=", "none"), ("<=", "any")])
def test_a_share_wanted_of_itself_stays_within_its_domain(
    sense: Sense, outcome: Outcome, solved: Callable[..., Solution]
) -> None:
    assert solved(SHARE, KEPT, "x", 1.5, "x", sense).outcome == outcome


def test_an_input_that_starts_at_nothing_has_a_limit_too(
    solved: Callable[..., Solution],
) -> None:
    inputs = {"base": "10 op", "x": "0 op"}
    derived = {"y": "base + x | op"}
    within = solved(inputs, derived, "y", 25.0, "x", "<=")
    assert (within.outcome, within.values[0].base) == ("at most", pytest.approx(15, rel=1e-7))
    assert within.nearest is not None
    assert within.nearest.base == 0
    assert solved(inputs, derived, "y", 10.0, "x", ">=").outcome == "any"
    assert solved(inputs, derived, "y", 9.0, "x", "<=").outcome == "none"


def test_a_plan_keeps_a_limit_that_a_person_types() -> None:
    plan = load("url-shortener")
    want = plan.wanted("redirect_rate", "10K")
    solution = plan.solve(Scenario(plan.preset), "redirect_rate", want, "dau", "<=")
    # 10K/s * 86,400 s / 8 redirects: up to 108M users.
    assert solution.outcome == "at most"
    assert solution.values[0].base == pytest.approx(108e6, rel=1e-8)
    assert solution.nearest is not None
    assert solution.nearest.text == "100M user"
    assert solution.why == "up to 108M user it is kept"


@given(
    st.sampled_from(SYSTEMS),
    st.sampled_from(["<=", ">="]),
    st.floats(-1.5, 1.5),
    st.data(),
)
@settings(deadline=None, max_examples=100)
def test_a_limit_is_kept_up_to_the_value_found_and_broken_beyond_it(
    system: str, sense: Sense, decades: float, data: st.DataObject
) -> None:
    plan = load(system)
    values = values_of(plan)
    target = data.draw(st.sampled_from(sorted(plan.preset.derived)))
    by = data.draw(st.sampled_from(plan.engine.needs[target]))
    want = values[target] * 10**decades
    inputs = {name: values[name] for name in plan.engine.inputs}

    def keeps(x: float) -> bool:
        # As an array, so that another number without a finite value is no error.
        y = float(np.ravel(plan.engine.evaluate({**inputs, by: np.array([x])})[target])[0])
        return y <= want * (1 + 1.01e-9) if sense == "<=" else y >= want * (1 - 1.01e-9)

    # What the input cancels out of has a test of its own.
    moved = values[by] * 0.9
    assume(plan.engine.evaluate({**inputs, by: moved})[target] != pytest.approx(values[target]))
    top = 1.0 if plan.preset.changeable[by].share else math.inf
    solution = solve(plan.engine, values, target, want, by, sense)
    ends = [value.base for value in solution.values]
    if solution.outcome in ("any", "none"):
        tried = [values[by] * f for f in (1e-6, 1e-3, 0.1, 0.5, 1, 2, 10, 1e3, 1e6)]
        tried = [x for x in tried if x <= top] + [top] * (top == 1)
        assert [keeps(x) for x in tried] == [solution.outcome == "any"] * len(tried)
        return
    assert solution.outcome in ("at most", "at least", "interval")
    lower = ends[0] if solution.outcome != "at most" else None
    upper = ends[-1] if solution.outcome != "at least" else None
    if lower is not None:
        assert keeps(lower)
        assert keeps(min(lower * 1.001, upper or top))
        assert not keeps(lower * 0.999)
    if upper is not None:
        assert keeps(upper)
        assert keeps(max(upper * 0.999, lower or 0.0))
        assert upper * 1.001 > top or not keeps(upper * 1.001)
    nearest = min(max(values[by], lower or 0.0), top if upper is None else upper)
    assert solution.nearest is not None
    assert solution.nearest.base == pytest.approx(nearest, rel=1e-6)
    assert keeps(solution.nearest.base)
