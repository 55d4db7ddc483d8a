"""The shapes of a node: choosing one, telling which there is, and what stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.plan import Plan
from estimators.shapes import Choice, choices, chosen, in_use
from models.catalog import Shape
from models.quantity import read_value
from models.scenario import Scenario
from models.units import Vocabulary
from presets.loader import load

SystemOf = Callable[..., Plan]
CODES = "codes"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load("url-shortener")


def by_label(plan: Plan, component: str) -> dict[str, Choice]:
    return {choice.label: choice for choice in plan.shapes[component]}


def texts(scenario: Scenario) -> dict[str, str]:
    return {name: value.text for name, value in scenario.changes.items()}


def test_a_shape_is_its_figures_as_changes_of_settings(plan: Plan) -> None:
    scenario = chosen(Scenario(plan.preset), by_label(plan, CODES)["r6g.xlarge"])
    assert texts(scenario) == {
        "codes.memory": "26.32 GiB/node",
        "codes.bandwidth": "1.25 Gbit/s/node",
        "codes.node_price": "$0.412/node/h",
    }


def test_choosing_then_telling_is_identity_in_every_system(system: str) -> None:
    plan = load(system)
    for component, offered in plan.shapes.items():
        assert len(offered) != 1
        for choice in offered:
            scenario = chosen(Scenario(plan.preset), choice)
            assert in_use(scenario, offered) is choice, (component, choice.label)
            again = Scenario(plan.preset)
            for name, text in texts(scenario).items():
                again = again.with_change(name, text)
            assert again == scenario, (component, choice.label)


def test_a_system_starts_with_the_kinds_own_node(system: str) -> None:
    plan = load(system)
    for component, offered in plan.shapes.items():
        if offered:
            assert in_use(Scenario(plan.preset), offered) is offered[0], component
            assert offered[0].label == plan.kinds[component].node
        assert plan.components(Scenario(plan.preset))[component].node is None


@given(data=st.data())
def test_only_the_last_choice_counts_and_other_changes_stay(
    plan: Plan, data: st.DataObject
) -> None:
    components = [id_ for id_, offered in plan.shapes.items() if offered]
    scenario, last = Scenario(plan.preset), {}
    others = {"codes.replicas": "3", "codes.utilisation": "60%", "dau": "200M user",
              "api.headroom": "2x"}  # fmt: skip
    for _ in range(data.draw(st.integers(1, 8))):
        name = data.draw(st.sampled_from([*components, *others]))
        if name in others:
            scenario = scenario.with_change(name, others[name])
        else:
            last[name] = data.draw(st.sampled_from(plan.shapes[name]))
            scenario = chosen(scenario, last[name])
    expected = {name: others[name] for name in others if name in scenario.changes}
    for name, choice in last.items():
        assert in_use(scenario, plan.shapes[name]) is choice
        expected |= texts(chosen(Scenario(plan.preset), choice))
    assert texts(scenario) == expected


def test_the_first_shape_takes_all_of_another_back(plan: Plan) -> None:
    start = Scenario(plan.preset).with_change("codes.replicas", "3")
    first, *others = plan.shapes[CODES]
    for other in others:
        assert chosen(chosen(start, other), first) == start


def test_figures_of_ones_own_are_none_of_the_shapes(plan: Plan) -> None:
    scenario = chosen(Scenario(plan.preset), by_label(plan, CODES)["r6g.xlarge"])
    scenario = scenario.with_change("codes.memory", "30 GiB/node")
    assert in_use(scenario, plan.shapes[CODES]) is None
    assert plan.components(scenario)[CODES].node is None


def test_a_component_says_which_node_it_has_and_needs_fewer_of_a_larger_one(plan: Plan) -> None:
    scenario = Scenario(plan.preset)
    nodes = []
    for label, choice in by_label(plan, CODES).items():
        found = plan.estimate(chosen(scenario, choice)).components[CODES]
        quick = plan.components(chosen(scenario, choice))[CODES]
        assert (quick.node, quick.nodes, quick.cost) == (found.node, found.nodes, found.cost)
        assert found.node == (label if choice.shape else None)
        nodes.append(found.nodes)
    assert nodes == sorted(nodes, reverse=True)
    assert len(set(nodes)) == len(nodes)


def test_a_kind_of_one_machine_offers_nothing(plan: Plan) -> None:
    assert plan.shapes["edge"] == ()


def with_shapes(plan: Plan, **figures: dict[str, str]) -> tuple[Choice, ...]:
    """The choices for Hot codes, were Redis to have these shapes."""
    shapes = {
        label: Shape(
            label=label, source="a test", date="2026", quality="C",
            **{name: read_value(text, Vocabulary()) for name, text in said.items()},
        )
        for label, said in figures.items()
    }  # fmt: skip
    return choices(plan.preset, CODES, replace(plan.kinds[CODES], nodes=shapes))


def test_of_shapes_that_differ_in_other_figures_none_is_left_behind(plan: Plan) -> None:
    offered = with_shapes(
        plan,
        roomy={"memory": "50 GiB/node"},
        wide={"bandwidth": "9 Gbit/s/node", "node_price": "$1/node/h"},
    )
    start = Scenario(plan.preset)
    for before in offered:
        for choice in offered:
            scenario = chosen(chosen(start, before), choice)
            assert in_use(scenario, offered) is choice
            assert scenario == chosen(start, choice)


def test_what_has_the_figures_of_another_is_offered_once(plan: Plan) -> None:
    same = {"memory": "13.07 GiB/node"}
    assert with_shapes(plan, same=same) == ()
    labels = [c.label for c in with_shapes(plan, a={"servers": "2 /node"}, same=same)]
    assert labels == ["r6g.large", "a"]


def test_a_price_of_nothing_is_no_measure_of_another(plan: Plan) -> None:
    """Of a free kind a shape that costs something leaves the price that a preset has set."""
    price = plan.kinds[CODES].node_price
    assert price is not None
    free = replace(price, value=read_value("$0/node/h", Vocabulary()))
    component = replace(plan.preset.components[CODES], set={"node_price": "$0.206/node/h"})
    preset = replace(plan.preset, components={CODES: component})
    dear = replace(plan.kinds[CODES].nodes["r6g-xlarge"], label="dear")
    kind = replace(plan.kinds[CODES], node_price=free, nodes={"dear": dear})
    _, choice = choices(preset, CODES, kind)
    assert choice.settings["codes.node_price"].text == "$0.206/node/h"


OWN = 'set = { read_rate = "10 to 40 op/s/node", utilisation = "50%" }'


def test_a_figure_of_the_preset_is_as_many_times_as_much(system_of: SystemOf) -> None:
    """Of an API server that does ten times the work, a machine twice as large does twice that."""
    plan = system_of({"store": f"api-server | {OWN}"}, {"get": ['to = "store"']})
    choice = by_label(plan, "store")["m6i.4xlarge"]
    assert choice.settings["store.read_rate"].text == "20 to 80 op/s/node"
    assert choice.settings["store.write_rate"].text == "8K to 32K op/s/node"
    assert "store.utilisation" not in choice.settings
    scenario = chosen(Scenario(plan.preset), choice)
    assert in_use(scenario, plan.shapes["store"]) is choice
    assert plan.components(scenario)["store"].node == "m6i.4xlarge"


def test_a_variant_may_have_another_node_and_the_first_is_still_the_kinds(
    plan_of: Callable[..., Plan],
) -> None:
    figures = by_label(load("url-shortener"), "api")["m6i.4xlarge"].settings
    said = ", ".join(f'"{name}" = "{value.text}"' for name, value in figures.items())
    tables = (
        '[derived]\n[components.api]\nkind = "api-server"\nlabel = "API"\n'
        '[paths.get]\nlabel = "Get"\nrate = "rate"\npeak = "peak"\nhops = [{ to = "api" }]\n'
        f'[variants.large]\nlabel = "Large nodes"\nset = {{ {said} }}\n'
    )
    rates = {"rate": "50 request/s", "peak": '100 request/s | at = "peak"'}
    plan = plan_of(rates, None, tables, nouns=())
    first, offered = plan.shapes["api"][0], plan.shapes["api"]
    start = Scenario(plan.preset, variant="large")
    present = in_use(start, offered)
    assert present is not None
    assert present.label == "m6i.4xlarge"
    assert chosen(start, present) == start
    assert in_use(chosen(start, first), offered) is first
    assert read_value("0.384 USD/node/h", plan.preset.vocabulary) == chosen(start, first).value(
        "api.node_price"
    )
