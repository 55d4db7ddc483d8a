"""Sensitivity, held against closed formulas and against Sobol' indices estimated here by numpy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.plan import Plan
from estimators.sensitivity import Sensitivity, sensitivity
from models.quantity import Interval
from models.scenario import Scenario, ScenarioError
from presets.loader import load

PlanOf = Callable[..., Plan]
Draw = Callable[[Any], Any]
Z95 = NormalDist().inv_cdf(0.95)
SYSTEMS = ("ad-click-aggregator", "social-media", "url-shortener")


def sigma(low: float, high: float) -> float:
    """The deviation of the logarithm of a lognormal whose p5 and p95 these are."""
    return math.log(high / low) / (2 * Z95)


def lognormal(low: float, high: float) -> Draw:
    return lambda z: math.sqrt(low * high) * np.exp(sigma(low, high) * z)


def normal(middle: float, half: float) -> Draw:
    return lambda z: middle + half / Z95 * z


def share(low: float, high: float) -> Draw:
    return lambda z: 1 / (1 + 1 / lognormal(low / (1 - low), high / (1 - high))(z))


def found(plan: Plan, address: str = "y") -> Sensitivity:
    return sensitivity(plan, Scenario(plan.preset), address)


def shares(answer: Sensitivity) -> dict[str, float]:
    return {influence.input: influence.share for influence in answer.influences}


# Products: exact


PRODUCT = {"a": "1 to 4", "b": "2 to 18", "c": "3 to 5", "k": "7"}


@pytest.mark.parametrize(
    ("formula", "weights"),
    [
        ("a * b * c * k", {"a": 1, "b": 1, "c": 1}),
        ("k * a / b", {"a": 1, "b": -1}),
        ("a * b ** 2", {"a": 1, "b": 2}),
        ("a ** 0.5 * b / c ** 3", {"a": 0.5, "b": 1, "c": -3}),
        ("a * b * a", {"a": 2, "b": 1}),
        ("a * b * c / a", {"b": 1, "c": 1}),
        ("a", {"a": 1}),
    ],
)
def test_a_product_shares_out_the_variance_by_squared_weights(
    formula: str, weights: dict[str, float], plan_of: PlanOf
) -> None:
    """log y = sum of w log x: each carries w^2 sigma^2 of the sum, to rounding error."""
    answer = found(plan_of(PRODUCT, {"y": f"{formula} | "}))
    sigmas = {"a": sigma(1, 4), "b": sigma(2, 18), "c": sigma(3, 5)}
    squares = {name: (w * sigmas[name]) ** 2 for name, w in weights.items()}
    expected = {name: square / sum(squares.values()) for name, square in squares.items()}
    moved = {name: s for name, s in shares(answer).items() if s}
    assert moved == pytest.approx(expected, rel=1e-12)
    assert (answer.exact, answer.of, answer.interactions) == (True, "the logarithm", ())
    assert answer.together == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("correlation", [-0.9, -0.3, 0.5, 1.0])
def test_what_is_carried_together_is_split_evenly(correlation: float, plan_of: PlanOf) -> None:
    """Share of a: w_a (w_a + rho w_b) / (w_a^2 + w_b^2 + 2 rho w_a w_b), w in the logarithm."""
    head = f'correlate = [["a", "b", {correlation}]]'
    answer = found(plan_of(PRODUCT, {"y": "a * b ** 2 * c | "}, head=head))
    a, b, c = sigma(1, 4), 2 * sigma(2, 18), sigma(3, 5)
    variance = a * a + b * b + c * c + 2 * correlation * a * b
    covariances = {
        "a": a * a + correlation * a * b,
        "b": b * b + correlation * a * b,
        "c": c * c,
    }
    expected = {name: covariance / variance for name, covariance in covariances.items()}
    assert shares(answer) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert sum(shares(answer).values()) == pytest.approx(1, abs=1e-12)


def test_a_share_is_negative_where_an_input_makes_up_for_another(plan_of: PlanOf) -> None:
    head = 'correlate = [["a", "b", -0.9]]'
    answer = found(plan_of(PRODUCT, {"y": "a * b | "}, head=head))
    assert shares(answer)["a"] < 0
    assert shares(answer)["b"] > 1


def test_a_shipped_product_is_shared_out_by_hand() -> None:
    """URL records: 0.05 to 0.2 URLs a user and day, 300 to 800 B each; users are known."""
    plan = load("url-shortener")
    answer = found(plan, "url_storage")
    urls, size = math.log(0.2 / 0.05) ** 2, math.log(800 / 300) ** 2
    assert shares(answer) == pytest.approx(
        {"urls_per_user": urls / (urls + size), "record_size": size / (urls + size)}
    )
    assert [influence.input for influence in answer.influences] == ["urls_per_user", "record_size"]


# Sums, shares, steps and plateaus: Sobol' indices of the logarithm


@dataclass(frozen=True)
class Model:
    """A formula as text for the product, and in numpy for the reference."""

    formula: str
    run: Callable[..., Any]
    inputs: Mapping[str, tuple[str, Draw]]


A = ("10 to 40", lognormal(10, 40))
B = ("2 to 30", lognormal(2, 30))
C = ("5 to 15", lognormal(5, 15))
P = ("20% to 60% | share = true", share(0.2, 0.6))
Q = ("70% to 99% | share = true", share(0.7, 0.99))
N = ("50 +- 12", normal(50, 12))
MODELS = {
    "a sum": Model("a + b", lambda a, b: a + b, {"a": A, "b": B}),
    "a product and a term": Model(
        "a * b + 20 * c", lambda a, b, c: a * b + 20 * c, {"a": A, "b": B, "c": C}
    ),
    "a sum of products": Model(
        "a * b + b * c", lambda a, b, c: a * b + b * c, {"a": A, "b": B, "c": C}
    ),
    "a share": Model("a * (1 - p)", lambda a, p: a * (1 - p), {"a": A, "p": P}),
    "what a cache lets through": Model(
        "a * (1 - q) + 0.02 * b", lambda a, b, q: a * (1 - q) + 0.02 * b, {"a": A, "b": B, "q": Q}
    ),
    "a blend": Model(
        "p * a + (1 - p) * b", lambda a, b, p: p * a + (1 - p) * b, {"a": A, "b": B, "p": P}
    ),
    "a quotient of sums": Model(
        "(a + c) / (b + c)", lambda a, b, c: (a + c) / (b + c), {"a": A, "b": B, "c": C}
    ),
    "a normal": Model("n * a + 60 * b", lambda a, b, n: n * a + 60 * b, {"a": A, "b": B, "n": N}),
    "the larger": Model("max(a, b)", lambda a, b: np.maximum(a, b), {"a": A, "b": B}),
    "the smaller": Model("min(a, b) * c", lambda a, b, c: np.minimum(a, b) * c,
                         {"a": A, "b": B, "c": C}),
    "many machines": Model("ceil(a * b / c)", lambda a, b, c: np.ceil(a * b / c),
                           {"a": A, "b": B, "c": C}),
    "few machines": Model("ceil(a / c)", lambda a, c: np.ceil(a / c), {"a": A, "c": C}),
}  # fmt: skip
LOG2_DRAWS = 21


@cache
def scores() -> Any:
    """Two independent sets of standard normal draws, for three inputs."""
    return np.random.default_rng(1993).standard_normal((2, 3, 2**LOG2_DRAWS), dtype=np.float32)


@cache
def sobol(case: str) -> tuple[dict[str, float], dict[frozenset[str], float]]:
    """First-order and pair indices of the logarithm by pick-freeze.

    The estimator of Monod et al. (2006), shown to be efficient by Janon et al., Asymptotic
    normality and efficiency of two Sobol index estimators (ESAIM: P&S 18, 2014).
    """
    model = MODELS[case]
    first, second = scores()
    draws = [draw for _, draw in model.inputs.values()]

    def run(frozen: set[int]) -> Any:
        made = [draws[i](first[i] if i in frozen else second[i]) for i in range(len(draws))]
        return np.log(model.run(**dict(zip(model.inputs, made, strict=True))))

    everything = run(set(range(len(draws))))

    def index(frozen: set[int]) -> float:
        again = run(frozen)
        mean = float((everything + again).mean(dtype=np.float64)) / 2
        product = float((everything * again).mean(dtype=np.float64))
        square = float((everything**2 + again**2).mean(dtype=np.float64)) / 2
        return (product - mean**2) / (square - mean**2)

    single = {name: index({i}) for i, name in enumerate(model.inputs)}
    names = list(model.inputs)
    pairs = {
        frozenset({names[i], names[j]}): index({i, j}) - single[names[i]] - single[names[j]]
        for i, j in combinations(range(len(names)), 2)
    }
    return single, pairs


@pytest.mark.parametrize("case", MODELS)
def test_shares_are_the_first_order_indices_of_the_logarithm(case: str, plan_of: PlanOf) -> None:
    model = MODELS[case]
    inputs = {name: text for name, (text, _) in model.inputs.items()}
    answer = found(plan_of(inputs, {"y": f"{model.formula} | "}))
    first, _ = sobol(case)
    assert (answer.exact, answer.of) == (False, "the logarithm")
    assert shares(answer) == pytest.approx(first, abs=0.02)
    assert answer.together == pytest.approx(1 - sum(first.values()), abs=0.02)


@pytest.mark.parametrize("case", MODELS)
def test_interactions_are_the_indices_of_the_pairs(case: str, plan_of: PlanOf) -> None:
    """Those below half of a hundredth are not named."""
    model = MODELS[case]
    inputs = {name: text for name, (text, _) in model.inputs.items()}
    answer = found(plan_of(inputs, {"y": f"{model.formula} | "}))
    _, pairs = sobol(case)
    named = {frozenset(pair.inputs): pair.share for pair in answer.interactions}
    for pair, expected in pairs.items():
        assert named.get(pair, 0.0) == pytest.approx(expected, abs=0.02), pair


def test_a_log_additive_number_has_no_interactions(plan_of: PlanOf) -> None:
    """log a + log(1 - p): the two variances, that of log(1 - p) by Gauss-Hermite quadrature."""
    answer = found(plan_of({"a": A[0], "p": P[0]}, {"y": "a * (1 - p) | "}))
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    rest = np.log(1 - P[1](nodes))
    variance = weights @ rest**2 - (weights @ rest) ** 2
    total = sigma(10, 40) ** 2 + variance
    expected = {"a": sigma(10, 40) ** 2 / total, "p": variance / total}
    assert shares(answer) == pytest.approx(expected, abs=0.003)
    assert answer.together == pytest.approx(0, abs=0.003)
    assert answer.interactions == ()


ALONE = {
    "a sum": ("a + 30", "10 to 40"),
    "a share": ("1 - a", "1% to 99% | share = true"),
    "machines": ("ceil(a / 10)", "15 to 45"),
    "a floor": ("max(a, 20)", "10 to 40"),
    "a jump": ("1 if a > 20 else 10", "10 to 40"),
    "a square": ("a ** 2 + a", "1 to 100"),
}


@pytest.mark.parametrize("case", ALONE)
def test_one_uncertain_input_carries_all_of_it(case: str, plan_of: PlanOf) -> None:
    """Its index is 1 whatever the formula: there is nothing that it could interact with."""
    formula, text = ALONE[case]
    answer = found(plan_of({"a": text, "k": "3"}, {"y": f"{formula} | "}))
    assert shares(answer)["a"] == pytest.approx(1, abs=0.02)


# Numbers that may be zero or less have no logarithm


def test_a_difference_of_normals_shares_out_its_variance(plan_of: PlanOf) -> None:
    answer = found(plan_of({"a": "50 +- 20", "b": "50 +- 10"}, {"y": "a - b | "}))
    # 20^2 to 10^2; the bend of the tails below half of the lower end is beyond three deviations.
    assert shares(answer) == pytest.approx({"a": 0.8, "b": 0.2}, abs=0.003)
    assert (answer.of, answer.exact) == ("the value", False)


def test_a_correlated_difference_splits_its_covariance_evenly(plan_of: PlanOf) -> None:
    head = 'correlate = [["a", "b", 0.5]]'
    answer = found(plan_of({"a": "60 +- 20", "b": "50 +- 10"}, {"y": "a - b | "}, head=head))
    # Var = 400 + 100 - 2 * 0.5 * 200 = 300; a has 400 - 100 of it, b 100 - 100.
    assert shares(answer) == pytest.approx({"a": 1, "b": 0}, abs=0.005)


def test_a_product_less_a_lognormal_has_the_indices_of_its_moments(plan_of: PlanOf) -> None:
    """y = a b - c, independent: Var = Va Mb^2 + Vb Ma^2 + Va Vb + Vc, by lognormal moments."""
    answer = found(plan_of({"a": A[0], "b": C[0], "c": "100 to 300"}, {"y": "a * b - c | "}))

    def moments(low: float, high: float) -> tuple[float, float]:
        s2 = sigma(low, high) ** 2
        mean = math.sqrt(low * high) * math.exp(s2 / 2)
        return mean, mean**2 * math.expm1(s2)

    (ma, va), (mb, vb), (_, vc) = moments(10, 40), moments(5, 15), moments(100, 300)
    variance = va * mb**2 + vb * ma**2 + va * vb + vc
    expected = {"a": va * mb**2 / variance, "b": vb * ma**2 / variance, "c": vc / variance}
    assert answer.of == "the value"
    assert shares(answer) == pytest.approx(expected, abs=0.01)
    assert answer.together == pytest.approx(va * vb / variance, abs=0.01)
    assert [pair.inputs for pair in answer.interactions] == [("a", "b")]
    assert answer.interactions[0].share == pytest.approx(va * vb / variance, abs=0.01)


def test_the_portfolio_of_the_textbook_has_its_known_indices(plan_of: PlanOf) -> None:
    """y = Cs Ps + Ct Pt + Cj Pj of Saltelli et al., Sensitivity Analysis in Practice (2004).

    Ps, Pt, Pj ~ N(0; 4, 2, 1), Cs, Ct, Cj ~ N(250, 400, 500; 200, 300, 400), as shifted inputs
    that are positive. Each P alone carries (mean of C * sigma of P)^2, each C alone nothing, and
    each pair (sigma of C * sigma of P)^2.
    """
    inputs = {
        f"{name}{part}": f"{middle} +- {Z95 * deviation!r}"
        for name, middle, deviations in (("p", 30, (4, 2, 1)), ("c", 2000, (200, 300, 400)))
        for part, deviation in zip("stj", deviations, strict=True)
    }
    formula = "(cs - 1750) * (ps - 30) + (ct - 1600) * (pt - 30) + (cj - 1500) * (pj - 30)"
    answer = found(plan_of(inputs, {"y": f"{formula} | "}))
    alone = {"ps": (250 * 4) ** 2, "pt": (400 * 2) ** 2, "pj": (500 * 1) ** 2}
    pairs = {"s": (200 * 4) ** 2, "t": (300 * 2) ** 2, "j": (400 * 1) ** 2}
    variance = sum(alone.values()) + sum(pairs.values())
    expected = {name: part / variance for name, part in alone.items()}
    assert answer.of == "the value"
    assert shares(answer) == pytest.approx(expected | {"cs": 0, "ct": 0, "cj": 0}, abs=0.01)
    named = {frozenset(pair.inputs): pair.share for pair in answer.interactions}
    assert named == pytest.approx(
        {frozenset({f"c{part}", f"p{part}"}): pairs[part] / variance for part in "stj"}, abs=0.01
    )
    assert answer.together == pytest.approx(sum(pairs.values()) / variance, abs=0.01)


def test_a_number_that_may_be_nothing_says_that_shares_are_of_its_value(plan_of: PlanOf) -> None:
    answer = found(plan_of({"a": "1 to 4", "b": "1 to 2"}, {"y": "max(a - 3, 0) * b | "}))
    assert answer.of == "the value"
    assert shares(answer)["a"] > shares(answer)["b"] > 0
    assert found(plan_of({"a": "1 to 4"}, {"y": "a + 1 | "})).of == "the logarithm"


# All of it is shared out, once


FORMULAS = (
    "a * b * c", "a + b + c", "a * b + c", "a / (b + c)", "max(a, b) * c", "min(a, b + c)",
    "ceil(a * b) + c", "a * (1 - p) + b * p", "(a - b) * c", "a ** 2 * b / c", "a * p",
    "floor(a / b) * c + p",
)  # fmt: skip


def ends(draw: st.DrawFn) -> str:
    low = draw(st.floats(0.01, 1000))
    return f"{low!r} to {low * draw(st.floats(1.05, 50))!r}"


@st.composite
def presets(draw: st.DrawFn) -> dict[str, str]:
    low = draw(st.floats(0.01, 0.8))
    high = low + (0.99 - low) * draw(st.floats(0.05, 1))
    inputs = {name: ends(draw) for name in "abc"}
    return inputs | {"p": f"{low:.6%} to {high:.6%} | share = true"}


@given(presets(), st.sampled_from(FORMULAS), st.sampled_from(["", "0.6", "-0.6"]))
@settings(deadline=None, max_examples=20)
def test_shares_and_interactions_are_all_there_is(
    plan_of: PlanOf, inputs: dict[str, str], formula: str, correlation: str
) -> None:
    head = f'correlate = [["a", "b", {correlation}]]' if correlation else ""
    answer = found(plan_of(inputs, {"y": f"{formula} | "}, head=head))
    assert sum(shares(answer).values()) + answer.together == pytest.approx(1, abs=1e-9)
    assert -1e-9 <= answer.together <= 1 + 1e-9
    ranked = [influence.share for influence in answer.influences]
    assert ranked == pytest.approx(sorted(ranked, reverse=True), abs=1e-9)


def test_every_shipped_number_shares_out_all_that_is_not_known(system: str) -> None:
    plan = load(system)
    for address in [*plan.preset.derived][::8]:
        answer = found(plan, address)
        if any(shares(answer).values()):  # else a limit holds it where it is
            total = sum(shares(answer).values()) + answer.together
            assert total == pytest.approx(1, abs=1e-9), address
            assert all(share > -1e-4 for share in shares(answer).values()), address
        named = sum(pair.share for pair in answer.interactions)
        assert named <= answer.together + 1e-3, address


# Who is listed


def test_only_what_is_uncertain_and_reaches_the_number_is_listed(typical: str) -> None:
    plan = load(typical)
    scenario = Scenario(plan.preset)
    values = plan.values(scenario)
    moved = {}
    for name in plan.preset.inputs:
        value = scenario.value(name)
        if isinstance(value, Interval):
            ends = (value.low, value.high)
            moved[name] = [plan.values(scenario.with_change(name, end.text)) for end in ends]
    assert moved
    for address in plan.preset.derived:
        listed = set(shares(found(plan, address)))
        moves = {
            name for name, ends in moved.items() if {e[address] for e in ends} != {values[address]}
        }
        # One that only moves it in between, past a step or a limit, is listed as well.
        assert moves <= listed <= moved.keys() & {*plan.engine.needs[address]}, address


def test_nothing_uncertain_behind_a_number_is_an_empty_answer(plan_of: PlanOf) -> None:
    plan = plan_of({"a": "10 to 40", "b": "5", "c": "3"}, {"y": "b * c | ", "z": "ceil(b) | "})
    for address, value in (("y", 15), ("z", 5), ("b", 5)):
        answer = found(plan, address)
        assert (answer.influences, answer.interactions, answer.together) == ((), (), 0)
        assert answer.value.base == value


def test_an_uncertain_input_hangs_on_itself_alone(plan_of: PlanOf) -> None:
    plan = plan_of({"a": "10 to 40", "p": P[0]}, {"y": "a * p | "})
    for name in ("a", "p"):
        assert shares(found(plan, name)) == {name: pytest.approx(1, abs=0.01)}


@pytest.mark.parametrize(
    ("formula", "head"),
    [
        ("a * b / a", ""),
        ("a * b / (a * b)", ""),
        ("max(a, 10000) * b", ""),
        ("a * c", 'correlate = [["a", "c", -1]]'),
    ],
)
def test_a_number_that_its_uncertain_inputs_do_not_move_gives_nothing_to_measure(
    formula: str, head: str, plan_of: PlanOf
) -> None:
    """What cancels, what never reaches, and what one input makes up for of the other."""
    inputs = {"a": "10 to 40", "b": "5", "c": "10 to 40"}
    answer = found(plan_of(inputs, {"y": f"{formula} | "}, head=head))
    assert set(shares(answer).values()) <= {0.0}
    assert (answer.interactions, answer.together) == ((), 0)


def test_an_unknown_number_is_refused_with_the_nearest() -> None:
    plan = load("url-shortener")
    with pytest.raises(ScenarioError) as caught:
        found(plan, "redirct_rate")
    assert "no number 'redirct_rate'; did you mean redirect_rate?" in str(caught.value)


@pytest.mark.parametrize("formula", ["a * b * c", "a * b + c", "ceil(a) * (1 - p)"])
def test_the_same_question_has_the_same_answer(formula: str, plan_of: PlanOf) -> None:
    inputs = {"a": "10 to 40", "b": "5 to 30", "c": "3 to 9", "p": P[0]}
    first, second = (found(plan_of(inputs, {"y": f"{formula} | "})) for _ in range(2))
    assert first == second


# The swing


def test_a_swing_is_what_the_number_is_with_that_input_at_its_ends(plan_of: PlanOf) -> None:
    inputs = {"a": "10 to 40", "b": "5 to 45", "p": P[0]}
    answer = found(plan_of(inputs, {"y": "a / b * (1 - p) | "}))
    by_name = {influence.input: influence for influence in answer.influences}
    # The medians: a 20, b 15, and of p the middle of the odds, sqrt(1/4 * 3/2) to one.
    odds = math.sqrt(0.25 * 1.5)
    rest = 1 / (1 + odds)
    expected = {
        "a": (10 / 15 * rest, 40 / 15 * rest, 4),
        "b": (20 / 5 * rest, 20 / 45 * rest, 9),
        "p": (20 / 15 * 0.8, 20 / 15 * 0.4, 2),
    }
    for name, (low, high, times) in expected.items():
        influence = by_name[name]
        assert influence.low is not None
        assert influence.high is not None
        assert influence.low.base == pytest.approx(low, rel=1e-12)
        assert influence.high.base == pytest.approx(high, rel=1e-12)
        assert influence.swing == pytest.approx(times, rel=1e-12)


def test_every_shipped_swing_is_two_estimates(typical: str) -> None:
    plan = load(typical)
    scenario = Scenario(plan.preset)
    estimates = {}
    for name in plan.preset.inputs:
        value = scenario.value(name)
        for end in ("low", "high"):
            at = getattr(value, end, None)
            if at is not None:
                estimates[name, end] = plan.estimate(scenario.with_change(name, at.text))
    for address in plan.preset.derived:
        for influence in found(plan, address).influences:
            for end in ("low", "high"):
                expected = estimates[influence.input, end].derived[address].value
                at = getattr(influence, end)
                assert at.unit == expected.unit
                assert at.base == pytest.approx(expected.base, rel=1e-9), (address, influence.input)


def test_by_share_and_by_swing_may_rank_otherwise(plan_of: PlanOf) -> None:
    """b and c rise together, so each carries more than a, though a alone moves y further."""
    inputs = {"a": "1 to 26", "b": "1 to 14", "c": "1 to 14"}
    head = 'correlate = [["b", "c", 0.9]]'
    answer = found(plan_of(inputs, {"y": "a * b * c | "}, head=head))
    a, b = math.log(26) ** 2, 1.9 * math.log(14) ** 2
    assert shares(answer)["a"] == pytest.approx(a / (a + 2 * b))
    assert [influence.input for influence in answer.influences] == ["b", "c", "a"]
    assert [influence.input for influence in answer.by_swing()] == ["a", "b", "c"]
    assert [influence.swing for influence in answer.by_swing()] == pytest.approx([26, 14, 14])


def test_an_end_without_a_finite_value_has_no_swing_and_ranks_last(plan_of: PlanOf) -> None:
    """A backlog never drains where load is 12 op/s and room 11, nor where room is 9 and load 10."""
    inputs = {"load": "8 to 12 op/s", "room": "9 to 13 op/s", "backlog": "50 to 60 op"}
    plan = plan_of(inputs, {"wait": "drain_time(backlog, room, load) | s"})
    answer = found(plan, "wait")
    by_name = {influence.input: influence for influence in answer.influences}
    assert (by_name["load"].high, by_name["load"].swing) == (None, None)
    assert (by_name["room"].low, by_name["room"].swing) == (None, None)
    assert by_name["backlog"].swing == pytest.approx(1.2)
    assert answer.by_swing()[0].input == "backlog"


def test_a_swing_from_nothing_is_none(plan_of: PlanOf) -> None:
    answer = found(plan_of({"a": "1 to 9", "b": "1 to 2"}, {"y": "max(a - 2, 0) * b | "}))
    by_name = {influence.input: influence for influence in answer.influences}
    assert by_name["a"].low is not None
    assert by_name["a"].low.base == 0
    assert by_name["a"].swing is None
    assert by_name["b"].swing == pytest.approx(2)
