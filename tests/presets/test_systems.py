"""The shipped systems: every figure of the source is there, and each keeps the house rules."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from estimators.plan import Plan
from models.preset import Notes
from models.quantity import Quantity, read_value
from models.scenario import Scenario
from models.units import Unit
from presets.loader import FAMILIES, SHIPPED, headers, load, load_file

TABLE = Path(__file__).parents[1] / "data" / "documented.json"
DATA: dict[str, list[dict[str, Any]]] = json.loads(TABLE.read_text("utf-8"))
FIGURES, INPUTS = DATA["figures"], DATA["inputs"]
FILES = sorted(SHIPPED.glob("*.toml"))
LONGEST_NAME = 20
LONGEST_INPUT_LABEL = 28
LONGEST_DERIVED_LABEL = 26


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def plan(request: pytest.FixtureRequest) -> Plan:
    """Every shipped file in turn, also those that no list of this suite names."""
    return plan_of_file(request.param)


plan_of_file = cache(load_file)


# The documented figures


def test_every_figure_of_the_source_is_in_the_table() -> None:
    """208 items of the lines Scalability and Latency, of 30 systems and 7 building blocks."""
    lines = [row for row in FIGURES if row["source"] in ("scalability", "latency")]
    assert len(lines) == 208
    assert {row["system"] for row in lines} == {path.stem for path in FILES}
    assert len(FILES) == 37


@pytest.mark.parametrize("row", INPUTS, ids=[f"{i['system']} {i['said']}" for i in INPUTS])
def test_a_choice_or_threshold_of_the_source_is_an_input(row: dict[str, Any]) -> None:
    preset = load(row["system"]).preset
    unit = Unit.read(row["unit"], preset.vocabulary)
    expected = read_value(row["value"], preset.vocabulary, unit)
    documented = [given for given in preset.inputs.values() if given.basis == "documented"]
    assert any(given.value == expected for given in documented)


@pytest.mark.parametrize("row", FIGURES, ids=[f"{f['system']} {f['said']}" for f in FIGURES])
def test_a_figure_of_the_source_is_in_its_system_as_it_was_said(row: dict[str, Any]) -> None:
    plan = load(row["system"])
    found = [
        (figure.claims[0].figure, figure.documented)
        for figure in plan.figures
        if (figure.documented.said, figure.documented.source) == (row["said"], row["source"])
    ]
    assert len(found) == 1
    figure, _ = found[0]
    expected = Quantity(row["value"], Unit.read(row["unit"], plan.preset.vocabulary))
    assert figure.comparator == ("<" if row["said"].startswith("<") else "~")
    assert figure.quantity.dimension == expected.dimension
    assert figure.quantity.base == pytest.approx(expected.base, rel=1e-12)


def test_no_system_has_a_figure_that_the_source_does_not_give(plan: Plan) -> None:
    given = {(f["said"], f["source"]) for f in FIGURES if f["system"] == plan.preset.id}
    assert {(d.said, d.source) for d in plan.preset.documented} == given


def test_a_figure_and_its_readings_tell_the_same_number(plan: Plan) -> None:
    """Another reading holds the figure against something else; it does not change the figure."""
    for figure in plan.figures:
        literal, *others = (claim.figure for claim in figure.claims)
        for other in others:
            assert other.comparator == literal.comparator
            assert other.quantity.base == literal.quantity.base, figure.documented.said


def test_no_two_readings_of_a_figure_are_the_same(plan: Plan) -> None:
    for figure in plan.figures:
        held = [(claim.against, claim.reconcile) for claim in figure.claims]
        assert len(set(held)) == len(held), figure.documented.said


def test_a_given_figure_is_what_its_input_says(plan: Plan) -> None:
    """A documented input is the figure, not a number near it."""
    for figure in plan.figures:
        against = figure.documented.against
        if against in plan.preset.inputs:
            value = plan.preset.inputs[against].value
            assert isinstance(value, Quantity)
            assert value.base == figure.claims[0].figure.quantity.base


# The house rules


def test_its_file_is_named_after_it_and_its_family_is_one_of_the_six(plan: Plan) -> None:
    assert (SHIPPED / f"{plan.preset.id}.toml").is_file()
    assert plan.preset.family in FAMILIES


def test_its_header_is_what_the_whole_file_says(plan: Plan) -> None:
    (header,) = [h for h in headers() if h.id == plan.preset.id and h.path.parent == SHIPPED]
    preset = plan.preset
    assert (header.name, header.family, header.consistency, header.summary, header.like) == (
        preset.name, preset.family, preset.consistency, preset.summary, preset.like
    )  # fmt: skip


def test_its_name_fits_the_list(plan: Plan) -> None:
    assert len(plan.preset.name) <= LONGEST_NAME


def test_labels_fit_their_columns_and_tell_inputs_apart(plan: Plan) -> None:
    labels = [given.label for given in plan.preset.inputs.values()]
    assert [label for label in labels if len(label) > LONGEST_INPUT_LABEL] == []
    assert sorted(set(labels)) == sorted(labels)


def test_labels_of_numbers_fit_and_are_told_apart_in_their_group(plan: Plan) -> None:
    labels = [number.label for number in plan.preset.derived.values()]
    assert [label for label in labels if len(label) > LONGEST_DERIVED_LABEL] == []
    places = [(number.group, number.label) for number in plan.preset.derived.values()]
    assert sorted(set(places)) == sorted(places)


def test_an_assumption_says_why_and_so_does_a_choice(plan: Plan) -> None:
    for name, given in plan.preset.inputs.items():
        assert given.basis == "documented" or given.why.strip(), name


def test_one_input_grows(plan: Plan) -> None:
    assert len([name for name, given in plan.preset.inputs.items() if given.grows]) == 1


def test_a_tenth_more_or_less_of_any_input_changes_a_derived_number(plan: Plan) -> None:
    values = plan.given(Scenario(plan.preset))
    before = plan.engine.evaluate(values)
    for name, given in plan.preset.inputs.items():
        step = 0.9 if given.share else 1.1
        after = plan.engine.evaluate({**values, name: values[name] * step})
        moved = {n for n, value in after.items() if abs(value / before[n] - 1) > 1e-9}
        assert moved, f"{name} changes nothing"


def test_like_things_are_assumed_alike_in_every_system() -> None:
    """One factor from the mean to the peak is not larger because a figure would fit better."""
    ranges = {
        path.stem: plan_of_file(path).preset.inputs["peak_factor"].value.text for path in FILES
    }
    assert len(set(ranges.values())) == 1, ranges


def test_every_section_of_the_notes_says_something(plan: Plan) -> None:
    for section in fields(Notes):
        sentences = getattr(plan.preset.notes, section.name)
        assert sentences, section.name
        assert all(sentence.strip() == sentence != "" for sentence in sentences), section.name


def test_every_variant_gives_an_estimate_of_its_own(plan: Plan) -> None:
    assert plan.preset.variants
    start = plan.estimate(Scenario(plan.preset))
    for key in plan.preset.variants:
        other = plan.estimate(Scenario(plan.preset, key))
        changed = {n for n in other.inputs if other.inputs[n].value != start.inputs[n].value}
        assert changed == set(plan.preset.variants[key].set)
        assert any(other.derived[n].value != start.derived[n].value for n in other.derived)
        assert all(comparison.literal.verdict is None for comparison in other.documented)
