"""The formula language: what it lets in, what it refuses, and one compiled form for all numbers."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.formula import FormulaError, parse_formula
from models.units import Vocabulary, registry

LANGUAGE = "a formula has names, numbers, + - * / **, one comparison, `a if c else b` and estim"

REFUSED = [
    ('__import__("os")', "text in quotes is not allowed"),
    ("().__class__", "an attribute (a dot) is not allowed"),
    ("a.b.c", "an attribute (a dot) is not allowed"),
    ("min(a, b).c", "an attribute (a dot) is not allowed"),
    ("a.b()", "only estimators can be called by name"),
    ("a[0]", "a subscript is not allowed"),
    ("(lambda: 1)()", "only estimators can be called by name"),
    ("lambda: 1", "a lambda is not allowed"),
    ("[x for x in a]", "is not allowed"),
    ("{x: 1 for x in a}", "is not allowed"),
    ("sum(x for x in a)", "is not allowed"),
    ("[1, 2]", "a list is not allowed"),
    ("(1, 2)", "a list of values is not allowed"),
    ("{1: 2}", "braces is not allowed"),
    ("{1, 2}", "is not allowed"),
    ("'text'", "text in quotes is not allowed"),
    ("b'text'", "is not allowed"),
    ("f'{a}'", "text in quotes is not allowed"),
    ("True", "True is not allowed"),
    ("None", "None is not allowed"),
    ("...", "is not allowed"),
    ("1j", "1j is not allowed"),
    ("a < b < c", "a chain of comparisons is not allowed"),
    ("a and b", "`and` or `or` is not allowed"),
    ("not a", "`not` is not allowed"),
    ("a // b", "`//` is not allowed"),
    ("a % b", "`%` is not allowed"),
    ("a @ b", "is not allowed"),
    ("a << b", "is not allowed"),
    ("a | b", "is not allowed"),
    ("~a", "is not allowed"),
    ("a is b", "is not allowed"),
    ("a in b", "is not allowed"),
    ("(a := 1)", "an assignment is not allowed"),
    ("min(*a)", "a star is not allowed"),
    ("min(a, key=b)", "min: values are given in order, without names"),
    ("min(**a)", "min: values are given in order, without names"),
    ("min(a)(b)", "only estimators can be called by name"),
    ("await a", "await is not allowed"),
    ("(yield a)", "is not allowed"),
    ("import os", "is no formula"),
    ("a = 1", "is no formula"),
    ("a; b", "is no formula"),
    ("a\nb", "is no formula"),
    ("", "is no formula"),
    ("   ", "is no formula"),
    ("a +", "is no formula"),
    ("(a", "is no formula"),
    ("a\x00b", "is no formula"),
    ("100M", "is no formula"),
    ("5 user", "is no formula"),
]


def refusal(text: str) -> str:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    return message


@pytest.mark.parametrize(("text", "says"), REFUSED)
def test_what_is_no_formula_is_refused_in_one_line(text: str, says: str) -> None:
    assert says in refusal(text)


@pytest.mark.parametrize("text", ['__import__("os")', "().__class__", "a // b", "a +"])
def test_a_refusal_says_what_a_formula_may_have(text: str) -> None:
    assert LANGUAGE in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "1" + ")" * 10_000,
        "-" * 10_000 + "1",
        "1+" * 10_000 + "1",
        "min(" * 10_000,
        "9" * 10_000,
        "a" * 10_000,
        "[" * 10_000,
    ],
    ids=["parentheses", "minus", "sum", "calls", "digits", "name", "brackets"],
)
def test_a_formula_beyond_all_measure_is_refused_for_its_length(text: str) -> None:
    assert f"is {len(text):,} characters long; expected at most 1,000" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 400 + "1" + ")" * 400,
        "-" * 900 + "1",
        "1+" * 450 + "1",
        "a**" * 200 + "1",
        "1 if a else " * 70 + "2",
        "min(a, " * 100 + "a" + ")" * 100,
    ],
    ids=["parentheses", "minus", "sum", "power", "choice", "calls"],
)
def test_a_formula_nested_too_deeply_is_refused(text: str) -> None:
    message = refusal(text)
    assert "nested deeper than 60 levels; split it in two" in message or "is no formula" in message


def test_hostile_formulas_end_quickly_in_a_process_of_their_own() -> None:
    """A hang guard: none of these may evaluate anything."""
    program = (
        "from estimators.check import infer\n"
        "from estimators.formula import FormulaError, parse_formula\n"
        "from estimators.engine import EstimateError\n"
        "for text in ('9**9**9**9', '2**9999999999', '9**9**9**9 * user', '(9**9)**(9**9)',\n"
        "             '1e308*10', '9'*999, '1/0', '0**-1', '((((1'*100):\n"
        "    try:\n"
        "        formula = parse_formula(text)\n"
        "        infer(formula, {})\n"
        "        formula.bind({})([])\n"
        "    except (FormulaError, ArithmeticError):\n"
        "        pass\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("text", ["9**9**9**9", "9**9**9**9 * dau / dau"])
def test_a_tower_of_powers_is_refused_at_once_when_a_preset_is_read(
    text: str, plan_of: Any
) -> None:
    """`slipstick check` must not call a preset good whose formula has no value for any input."""
    with pytest.raises(ValueError, match="tower has no finite value"):
        plan_of({"dau": "1M user"}, {"tower": f"{text} | "})


def test_a_number_above_all_floats_is_refused() -> None:
    with pytest.raises(FormulaError, match="has a number above 1e308"):
        parse_formula("9" * 400)


@pytest.mark.parametrize("text", ["1e400", "1e999 * a"])
def test_a_number_that_is_infinite_as_written_is_refused(text: str) -> None:
    """`1e400` is inf to Python: never accepted anywhere."""
    with pytest.raises(FormulaError, match="above 1e308"):
        parse_formula(text).bind({"a": 0})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("b * a + b", ("b", "a")),
        ("peak_rate(rate, factor)", ("rate", "factor")),
        ("a if c > 0 else b", ("c", "a", "b")),
        ("62 ** 7", ()),
        ("storage(r, s, 5 * year)", ("r", "s", "year")),
    ],
)
def test_the_names_of_a_formula_are_its_values_and_not_its_estimators(
    text: str, names: tuple[str, ...]
) -> None:
    assert set(parse_formula(text).names) == set(names)


def test_names_come_in_the_order_of_their_first_use() -> None:
    assert parse_formula("b * a + b - c").names == ("b", "a", "c")


def test_a_formula_over_lines_is_one_formula() -> None:
    assert parse_formula("  (a\n + b)  ").bind({"a": 0, "b": 1})([1.0, 2.0]) == 3.0


VALUES: dict[str, tuple[float, str]] = {
    "dau": (3e8, "user"),
    "per_user": (0.25, "url/user/day"),
    "factor": (3.0, ""),
    "size": (500.0, "B/url"),
    "kept": (5.0, "year"),
    "share": (0.9, ""),
}
FORMULAS = [
    "dau * per_user",
    "-dau * per_user",
    "peak_rate(dau * per_user, factor)",
    "storage(dau * per_user, size, kept)",
    "dau * per_user * size * (1 - share)",
    "dau * per_user if factor > 2 else dau * per_user / 2",
    "dau * per_user if factor > 5 else dau * per_user / 2",
    "dau * per_user if dau > 0 else 2 * dau * per_user",
    "min(dau * per_user, 2 * dau * per_user)",
    "max(factor, share, 1)",
    "ceil(factor * 1.1)",
    "floor(factor * 1.1)",
    "size ** 2",
    "62 ** (factor + 4)",
    "kept ** -1 / (1 / kept)",
    "egress(dau * per_user, size)",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_floats_arrays_and_pint_quantities_give_the_same_numbers(text: str) -> None:
    vocabulary = Vocabulary(("url",))
    assert vocabulary.is_noun("url")
    slots = {name: place for place, name in enumerate(VALUES)}
    run = parse_formula(text).bind(slots)
    units = registry()
    quantities = [units.Quantity(x, unit) for x, unit in VALUES.values()]
    floats = [float(q.to_base_units().magnitude) for q in quantities]
    expected = float(run(floats))
    assert np.isfinite(expected)

    steps = np.array([0.5, 1.0, 2.0])
    arrays = [x * steps for x in floats]
    elementwise = [float(run([x * step for x in floats])) for step in steps]
    assert np.broadcast_to(run(arrays), 3) == pytest.approx(elementwise, rel=1e-14)

    through_pint = run(quantities)
    magnitude = getattr(through_pint, "to_base_units", lambda: through_pint)()
    assert float(getattr(magnitude, "magnitude", magnitude)) == pytest.approx(expected, rel=1e-12)


def test_all_numbers_are_floats() -> None:
    assert isinstance(parse_formula("7").bind({})([]), float)
    assert parse_formula("2 ** 0.5").bind({})([]) == 2**0.5
    with pytest.raises(OverflowError):
        parse_formula("10 ** 400").bind({})([])


def outcome(text: str) -> str:
    """The refusal of a text, or nothing where it is a formula."""
    try:
        parse_formula(text)
    except FormulaError as error:
        return str(error) or "an error without words\n"
    return ""


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=300)
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_any_text_is_a_formula_or_refused_in_one_line(text: str) -> None:
    said = outcome(text)
    assert "\n" not in said


@given(
    st.lists(
        st.sampled_from(
            ["a", "1", "(", ")", "+", "-", "*", "**", "/", ",", "min(", "if", "else", " ", "<", ".",
             "[", "]", "'", "lambda", ":", "_", "e", "9", "\\", "\n", "#", "for", "in", "not"]
        ),
        max_size=20,
    ).map("".join)
)  # fmt: skip
@settings(deadline=None, max_examples=400)
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_any_line_of_code_is_a_formula_or_refused_in_one_line(text: str) -> None:
    said = outcome(text)
    assert "\n" not in said
