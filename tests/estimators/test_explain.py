"""Explain: the formula, the values put in, and the way down to the inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from estimators.explain import explain
from estimators.plan import Plan
from models.estimate import Estimate, Explanation
from models.scenario import Scenario
from presets.loader import load

PlanOf = Callable[..., Plan]


@pytest.fixture
def estimate(plan_of: PlanOf) -> Estimate:
    plan = plan_of(
        {
            "dau": "100M user | basis = 'documented'",
            "per_user": "4 to 16 redirect/user/day | basis = 'assumed' | why = 'a handful a day'",
            "factor": "2x to 8x | basis = 'assumed' | why = 'evenings'",
            "size": "500 B/redirect",
        },
        {
            "rate": "dau * per_user | redirect/s",
            "peak": "peak_rate(rate, factor) | redirect/s",
            "traffic": "egress(peak, size) + egress(peak, 2 * KB/redirect) | Mbit/s",
            "least": "min(ceil(factor), 3) | ",
        },
    )
    return plan.estimate(Scenario(plan.preset))


def everything(explanation: Explanation) -> Iterator[Explanation]:
    yield explanation
    for part in explanation.parts:
        yield from everything(part)


def test_a_derived_number_says_its_formula_and_the_same_with_values(estimate: Estimate) -> None:
    rate = explain(estimate, "rate")
    assert rate.formula == "dau * per_user"
    # The median of 4 to 16 is 8; 100M * 8 / 86,400 s.
    assert rate.substituted == "100M user * 8 redirect/user/day"
    assert rate.value == "9.26K redirect/s"
    assert (rate.name, rate.label, rate.basis) == ("rate", "rate", "")


def test_its_parts_are_what_the_formula_uses_in_the_order_of_first_use(estimate: Estimate) -> None:
    assert [part.name for part in explain(estimate, "rate").parts] == ["dau", "per_user"]
    assert [part.name for part in explain(estimate, "traffic").parts] == ["peak", "size"]


def test_the_tree_goes_down_to_the_inputs(estimate: Estimate) -> None:
    names = [part.name for part in everything(explain(estimate, "traffic"))]
    assert names == ["traffic", "peak", "rate", "dau", "per_user", "factor", "size"]
    leaves = [part for part in everything(explain(estimate, "traffic")) if not part.parts]
    assert all(part.name in estimate.inputs and not part.formula for part in leaves)


def test_an_input_says_why_it_is_what_it_is(estimate: Estimate) -> None:
    assert explain(estimate, "dau").basis == "documented"
    per_user = explain(estimate, "per_user")
    assert per_user.basis == "assumed: a handful a day"
    assert per_user.value == "4 to 16 redirect/user/day"
    assert (per_user.formula, per_user.substituted, per_user.parts) == ("", "", ())


def test_a_changed_input_says_so_and_drops_the_reason() -> None:
    plan = load("url-shortener")
    changed = plan.estimate(Scenario(plan.preset).with_change("redirects_per_user", "5"))
    explained = explain(changed, "redirect_rate")
    assert explained.parts[1].basis == "changed here"
    assert explained.substituted == "100M user * 5 redirect/user/day"


def test_estimators_are_noted_once_in_order_with_signature_text_and_source(
    estimate: Estimate,
) -> None:
    (note,) = explain(estimate, "peak").estimators
    assert note.signature == "peak_rate(rate: average N/time, factor: number) -> peak N/time"
    assert "peak = rate * factor" in note.text
    assert "Source:" not in note.text
    assert note.source
    assert "\n" not in note.source
    assert [n.signature.partition("(")[0] for n in explain(estimate, "traffic").estimators] == [
        "egress"
    ]


def test_units_and_built_in_functions_are_no_parts_and_no_estimators(estimate: Estimate) -> None:
    traffic = explain(estimate, "traffic")
    assert "2 * KB / redirect" in traffic.substituted
    least = explain(estimate, "least")
    assert least.estimators == ()
    assert [part.name for part in least.parts] == ["factor"]
    assert least.substituted == "min(ceil(4x), 3)"


def test_a_value_is_put_in_as_one_thing(plan_of: PlanOf) -> None:
    """`1 - 85%` and `2 * (a + b)` read as the formula does."""
    plan = plan_of(
        {"hit": "85% | share = true", "load": "10 op/s"},
        {"miss": "load * (1 - hit) / 2 | op/s"},
    )
    explained = explain(plan.estimate(Scenario(plan.preset)), "miss")
    assert explained.substituted == "10 op/s * (1 - 85%) / 2"


def test_what_no_estimate_has_is_a_key_error(estimate: Estimate) -> None:
    with pytest.raises(KeyError):
        explain(estimate, "nothing")


def test_every_shipped_number_is_explained_down_to_inputs(system: str) -> None:
    plan = load(system)
    shipped = plan.estimate(Scenario(plan.preset))
    for name, derived in shipped.derived.items():
        explained = explain(shipped, name)
        assert explained.value == derived.value.shown
        assert explained.label == derived.label
        used = {part.name for part in everything(explained)} & shipped.inputs.keys()
        assert used == set(plan.engine.needs[name])
        for part in everything(explained):
            assert part.value
            assert part.label
            assert all(note.source for note in part.estimators), name


def outline(explanation: Explanation, depth: int = 0) -> Iterator[str]:
    """Each number of the tree as a line: its value, and how it is computed or why it is so."""
    told = explanation.substituted or explanation.basis.partition(":")[0]
    yield f"{'  ' * depth}{explanation.name} = {explanation.value} <- {told}"
    for part in explanation.parts:
        yield from outline(part, depth + 1)


def test_the_storage_of_the_url_shortener_can_be_followed_by_hand() -> None:
    """Medians: sqrt(0.05 * 0.2) = 0.1 url/user/day, sqrt(300 * 800) = 490 B/url."""
    plan = load("url-shortener")
    explained = explain(plan.estimate(Scenario(plan.preset)), "url_storage")
    assert list(outline(explained)) == [
        "url_storage = 8.94 TB <- storage(116 url/s, 490 B/url, 5 year)",
        "  create_rate = 116 url/s <- 100M user * 0.1 url/user/day",
        "    dau = 100M user <- documented",
        "    urls_per_user = 0.05 to 0.2 url/user/day <- assumed",
        "  record_size = 300 to 800 B/url <- assumed",
        "  retention = 5 year <- chosen",
    ]
    (note,) = explained.estimators
    assert note.signature.startswith("storage(rate: average N/time, size: information/N, ")
    assert note.text
    assert note.source


def test_a_change_deep_in_the_tree_reaches_what_is_put_in() -> None:
    plan = load("url-shortener")
    changed = Scenario(plan.preset).with_change("urls_per_user", "0.4 url/user/day")
    lines = list(outline(explain(plan.estimate(changed), "url_storage")))
    assert lines[0] == "url_storage = 35.8 TB <- storage(463 url/s, 490 B/url, 5 year)"
    assert lines[3] == "    urls_per_user = 0.4 url/user/day <- changed here"
