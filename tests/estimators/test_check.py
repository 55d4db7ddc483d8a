"""The check of formulas: dimensions, average against peak, and texts that name both sides."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

import pytest

from estimators.check import Kind, infer, kind_of
from estimators.formula import FormulaError, parse_formula
from estimators.plan import Plan
from models.faults import Fault
from models.units import Unit, Vocabulary
from presets.loader import load

INPUTS = {
    "dau": "100M user",
    "per_user": "8 redirect/user/day",
    "factor": "3x",
    "record": "500 B/url",
    "size": "500 B/redirect",
    "kept": "5 year",
    "portion": "90% | share = true",
    "price": "$0.02/GB/month",
    "fee": "$0.4/redirect",
    "hot": '50K redirect/s | at = "peak"',
    "room": "2 TB",
}
DERIVED = {
    "rate": "dau * per_user | redirect/s",
    "peak": "peak_rate(rate, factor) | redirect/s",
}
PlanOf = Callable[..., Plan]
FaultsOf = Callable[..., tuple[Fault, ...]]


@pytest.fixture
def accepts(plan_of: PlanOf) -> Callable[..., Kind]:
    """The kind of one formula more over the sample's inputs."""

    def kind(formula: str, unit: str, *fields: str) -> Kind:
        derived = {**DERIVED, "result": " | ".join((formula, unit, *fields))}
        return plan_of(INPUTS, derived).engine.kinds["result"]

    return kind


@pytest.fixture
def refuses(faults_of: FaultsOf) -> Callable[..., str]:
    """The one fault of one formula more over the sample's inputs."""

    def message(formula: str, unit: str, *fields: str) -> str:
        derived = {**DERIVED, "result": " | ".join((formula, unit, *fields))}
        (fault,) = faults_of(INPUTS, derived)
        assert fault.path == ("derived", "result", "formula")
        assert "\n" not in fault.message
        return fault.message

    return message


ONE_DIMENSION = "two sides must have one dimension"
RATE, SIZE = "'rate' (redirect/s, an average)", "'size' (B/redirect)"


@pytest.mark.parametrize(
    ("formula", "unit", "says"),
    [
        ("rate + size", "redirect/s", f"adds {RATE} and {SIZE}: {ONE_DIMENSION}"),
        ("rate - size", "redirect/s", f"subtracts {RATE} and {SIZE}: {ONE_DIMENSION}"),
        ("rate < size", "", f"compares {RATE} and {SIZE}: {ONE_DIMENSION}"),
        ("rate == size", "", f"compares {RATE} and {SIZE}: {ONE_DIMENSION}"),
        ("rate if factor > 2 else size", "", f"chooses between {RATE} and {SIZE}: {ONE_DIMENSION}"),
        ("min(rate, size)", "redirect/s", f"min compares {RATE} and {SIZE}: {ONE_DIMENSION}"),
        ("max(dau, 1, rate)", "user", "max compares 'dau' (user) and '1' (a plain number)"),
        ("dau + 5", "user", "'dau' (user) and '5' (a plain number)"),
        ("GB + 5", "GB", "'GB' (B) and '5' (a plain number)"),
        ("dau > 1", "", "'dau' (user) and '1' (a plain number)"),
        ("record + size", "B/url", "'record' (B/url) and 'size' (B/redirect)"),
    ],
)
def test_unlike_things_are_not_added_compared_or_chosen_between(
    formula: str, unit: str, says: str, refuses: Callable[..., str]
) -> None:
    assert says in refuses(formula, unit)


@pytest.mark.parametrize(
    ("formula", "unit", "says"),
    [
        ("dau * per_user", "url/s", "comes to redirect/s, an average, but unit says url/s (url/s)"),
        ("record ** 2", "B", "comes to B^2/url^2, but unit says B (B)"),
        ("dau", "", "comes to user, but unit says a plain number (a plain number)"),
        ("kept ** 0.5", "s", "comes to s^0.5, but unit says s (s)"),
        ("room / GB", "GB", "comes to a plain number, but unit says GB (B)"),
    ],
)
def test_the_declared_unit_has_the_dimension_of_the_formula(
    formula: str, unit: str, says: str, refuses: Callable[..., str]
) -> None:
    assert says in refuses(formula, unit)


@pytest.mark.parametrize(
    ("formula", "unit", "says"),
    [
        ("record ** factor", "B", "'record' is in B/url, so its exponent must be a number of at"),
        ("record ** 9", "B", "written out, not '9'"),
        ("record ** (1 + 1)", "B", "written out, not '1 + 1'"),
        ("2 ** record", "", "the exponent 'record' is in B/url; expected a number"),
        ("record ** dau", "", "the exponent 'dau' is in user; expected a number"),
        ("ceil(record)", "B/url", "ceil takes a count or a plain number; 'record' is in B/url"),
        ("floor(kept)", "year", "floor takes a count or a plain number; 'kept' is in s"),
        ("ceil(1, 2)", "", "ceil takes one value; 2 given"),
        ("min(dau)", "user", "min takes two values or more; 1 given"),
        ("dau(3)", "", "dau is a number, not an estimator; write * between the two"),
        ("storage", "TB", "storage is an estimator; call it as storage(rate, size, retention)"),
        ("stoarge(rate, size, kept)", "TB", "unknown estimator 'stoarge'; did you mean storage?"),
        ("dua * per_user", "redirect/s", "unknown name 'dua'; did you mean dau?"),
        ("_choose(1, 2, 3)", "", "unknown estimator '_choose'"),
        ("__builtins__", "", "unknown name '__builtins__'"),
        ("print(1)", "", "unknown estimator 'print'"),
    ],
)
def test_powers_calls_and_names_that_do_not_fit_are_refused(
    formula: str, unit: str, says: str, refuses: Callable[..., str]
) -> None:
    assert says in refuses(formula, unit)


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("storage(rate, record, kept)", "storage: `size` is 'record' (B/url); expected B/redirect"),
        ("storage(rate, size, rate)", "`retention` is 'rate' (redirect/s, an average); expected s"),
        ("storage(dau, size, kept)", "storage: `rate` is 'dau' (user); expected (N)/s with a"),
        ("storage(room, size, kept)", "storage: `rate` is 'room' (B); expected (N)/s with a"),
        ("storage(rate, size)", "storage takes 3 values; 2 given; storage(rate, size, retention)"),
        ("storage(rate, size, kept, 1)", "storage takes 3 values; 4 given"),
        ("storage()", "storage takes 3 values; 0 given"),
        ("egress(rate, record)", "egress: `size` is 'record' (B/url); expected B/redirect"),
        ("offloaded(rate, portion)", "`traffic` is 'rate' (redirect/s, an average); expected B/s"),
        ("average(peak, factor, 1)", "average takes 1 to 2 values; 3 given"),
        ("peak_rate(rate, dau)", "peak_rate: `factor` is 'dau' (user); expected a plain number"),
    ],
)
def test_an_estimator_takes_what_its_signature_says(
    formula: str, says: str, refuses: Callable[..., str]
) -> None:
    assert says in refuses(formula, "TB")


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("dau + 0", "user"),
        ("dau > 0", ""),
        ("0 < dau", ""),
        ("max(dau - dau, 0)", "user"),
        ("room + 5 * GB", "GB"),
        ("room * 2", "Gbit"),
        ("62 ** portion", ""),
        ("record ** 2", "B^2/url^2"),
        ("kept ** -1", "/s"),
        ("rate * url/redirect", "url/s"),
        ("ceil(stock(rate, kept))", "redirect"),
        ("storage(rate * url/redirect, record, kept)", "PB"),
        ("egress(dau * per_user, size)", "Mbit/s"),
    ],
)
def test_what_fits_is_let_through(formula: str, unit: str, accepts: Callable[..., Kind]) -> None:
    declared = Unit.read(unit, Vocabulary(("url", "redirect")))
    assert accepts(formula, unit).dimension == declared.dimension


# Average and peak

PEAK = "'peak' (redirect/s, a peak)"
TWO_KINDS = "an average and a peak; peak_rate(...) makes a peak, average(...) takes it back"


@pytest.mark.parametrize(
    "formula",
    [
        "rate + peak",
        "rate - peak",
        "min(rate, peak)",
        "max(rate, peak)",
        "rate if factor > 2 else peak",
    ],
)
def test_an_average_and_a_peak_do_not_meet(formula: str, refuses: Callable[..., str]) -> None:
    message = refuses(formula, "redirect/s")
    assert f"{RATE} and {PEAK}: {TWO_KINDS}" in message


@pytest.mark.parametrize("formula", ["rate < peak", "rate != peak"])
def test_an_average_and_a_peak_are_not_compared(formula: str, refuses: Callable[..., str]) -> None:
    assert f"{RATE} and {PEAK}: {TWO_KINDS}" in refuses(formula, "")


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("hot + rate", "redirect/s"),
        ("-peak + rate", "redirect/s"),
        ("peak + 0 * rate", "redirect/s"),
        ("reads(peak, 3) + rate", "redirect/s"),
        ("peak * portion if portion > 0 else rate", "redirect/s"),
        ("egress(peak, size) + egress(rate, size)", "Gbit/s"),
    ],
)
def test_a_peak_stays_one_through_what_is_done_to_it(
    formula: str, unit: str, refuses: Callable[..., str]
) -> None:
    assert TWO_KINDS in refuses(formula, unit)


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("storage(peak, size, kept)", "TB"),
        ("stock(peak, kept)", "redirect"),
        ("peak * kept", "redirect"),
        ("kept * peak", "redirect"),
        ("peak * day", "redirect"),
        ("peak * size * kept", "TB"),
        ("kept * peak * size", "TB"),
        ("peak * (size * kept)", "TB"),
        ("size * (kept * peak)", "TB"),
        ("hot * kept", "redirect"),
        ("peak ** 1 * kept", "redirect"),
        ("min(peak, hot) * kept", "redirect"),
        ("ingress(peak, size) * kept", "TB"),
        ("retried(peak, portion, 3) * kept", "redirect"),
        ("time_until_full(room, 0 * GB, egress(peak, size))", "day"),
    ],
)
def test_a_peak_is_not_stored(formula: str, unit: str, refuses: Callable[..., str]) -> None:
    message = refuses(formula, unit)
    assert "a peak)" in message
    assert "stores a peak" in message or "expected an average" in message


@pytest.mark.parametrize("formula", ["peak / (1 / kept)", "peak / (1 / day)"])
def test_a_peak_is_not_stored_by_dividing_either(formula: str, refuses: Callable[..., str]) -> None:
    assert "stores a peak" in refuses(formula, "redirect")


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("peak * fee", "USD/month"),
        ("fee * peak", "USD/month"),
        ("hot * 0.5 * fee", "USD/month"),
        ("peak * size * price", "USD/day^2"),
    ],
)
def test_a_peak_is_not_billed(formula: str, unit: str, refuses: Callable[..., str]) -> None:
    message = refuses(formula, unit)
    assert "bills a peak" in message
    assert "a peak) as if it lasted; use the average" in message


def test_a_peak_is_not_billed_by_dividing_either(refuses: Callable[..., str]) -> None:
    assert "bills a peak" in refuses("peak / (1 / fee)", "USD/month")


def test_a_peak_of_a_peak_is_refused(refuses: Callable[..., str]) -> None:
    says = f"peak_rate: `rate` is {PEAK}; expected an average"
    assert says in refuses("peak_rate(peak, factor)", "redirect/s")


def test_an_average_is_not_averaged_again(refuses: Callable[..., str]) -> None:
    says = f"average: `rate` is {RATE}; expected a peak"
    assert says in refuses("average(rate, factor)", "redirect/s")


@pytest.mark.parametrize(
    ("formula", "unit", "at"),
    [
        ("average(peak, factor)", "redirect/s", "average"),
        ("average(peak, factor) + rate", "redirect/s", "average"),
        ("average(hot) + rate", "redirect/s", "average"),
        ("storage(average(peak, factor), size, kept)", "TB", None),
        ("average(peak, factor) * fee", "USD/month", "average"),
        ("hot + peak", "redirect/s", "peak"),
        ("0 - peak", "redirect/s", "peak"),
        ("peak * portion", "redirect/s", "peak"),
        ("egress(peak, size)", "Gbit/s", "peak"),
        ("rate * factor", "redirect/s", "average"),
        ("rate * kept", "redirect", None),
        ("peak / rate", "", None),
        ("concurrency(peak, 2 * s)", "redirect", "peak"),
        ("room / egress(peak, size)", "h", None),
    ],
)
def test_average_and_peak_are_carried_to_the_result(
    formula: str, unit: str, at: str | None, accepts: Callable[..., Kind]
) -> None:
    assert accepts(formula, unit).at == at


@pytest.mark.parametrize(
    ("formula", "stated", "found"), [("rate", "peak", "average"), ("peak", "average", "peak")]
)
def test_what_a_preset_states_of_a_rate_is_checked(
    formula: str, stated: str, found: str, refuses: Callable[..., str]
) -> None:
    message = refuses(formula, "redirect/s", f'at = "{stated}"')
    assert f'at = "{stated}" is stated, but the formula comes to the {found}' in message


@pytest.mark.parametrize(("formula", "stated"), [("rate", "average"), ("peak", "peak")])
def test_what_is_stated_rightly_is_let_through(
    formula: str, stated: str, accepts: Callable[..., Kind]
) -> None:
    assert accepts(formula, "redirect/s", f'at = "{stated}"').at == stated


def test_only_a_rate_is_an_average_or_a_peak(faults_of: FaultsOf) -> None:
    (fault,) = faults_of(
        {"dau": '100M user | at = "peak"', "each": "2 url/user"}, {"urls_kept": "dau * each | url"}
    )
    assert fault.path == ("inputs", "dau", "at")
    assert fault.message == "only a rate is an average or a peak; dau is in user"


# Slips


def slips(text: str, kinds: Mapping[str, Kind]) -> Iterator[str]:
    """Each formula that one slip makes of another: a name of another dimension, `*` for `/`."""
    for place, node in enumerate(ast.walk(ast.parse(text, mode="eval"))):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            swapped: ast.operator = ast.Div() if isinstance(node.op, ast.Mult) else ast.Mult()
            yield mutated(text, place, "op", swapped)
        if isinstance(node, ast.Name) and node.id in kinds:
            for other, kind in kinds.items():
                if kind.dimension != kinds[node.id].dimension:
                    yield mutated(text, place, "id", other)


def mutated(text: str, place: int, field: str, value: object) -> str:
    tree = ast.parse(text, mode="eval")
    setattr(list(ast.walk(tree))[place], field, value)
    return ast.unparse(tree)


def is_caught(plan: Plan, name: str, text: str) -> bool:
    """Whether the check refuses a formula in the place of a derived number's own."""
    declared = plan.preset.derived[name].unit
    constants: dict[str, Kind | None] = {
        word: kind_of(Unit(((found, 1),)).dimension, None)
        for word in parse_formula(text).names
        if (found := plan.preset.vocabulary.find(word)) is not None
    }
    try:
        kind = infer(parse_formula(text), {**constants, **plan.engine.kinds})
    except FormulaError:
        return True
    return kind.dimension != declared.dimension


def test_most_single_slips_in_a_formula_are_refused(typical: str) -> None:
    """Measured: of 903, 1096 and 831 slips in the three systems, 99.8% to 99.9% are refused.

    What is let through multiplies by a plain number instead of dividing by it, or the other way.
    """
    plan = load(typical)
    made = [
        (name, slip)
        for name, derived in plan.preset.derived.items()
        for slip in slips(derived.formula, plan.engine.kinds)
    ]
    assert len(made) > 500
    caught = sum(is_caught(plan, name, slip) for name, slip in made)
    assert caught / len(made) >= 0.95


def test_the_formulas_as_shipped_are_not_refused(system: str) -> None:
    plan = load(system)
    for name, derived in plan.preset.derived.items():
        assert not is_caught(plan, name, derived.formula), name
