"""The shapes of a component's node: what there is, which one it has, and another chosen.

A shape is nothing but values for some settings of the component, `codes.memory` and
`codes.node_price` among them: choosing one is a change of these, and which one a scenario has is
told by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.catalog import Kind, Shape
from models.preset import Preset
from models.quantity import Quantity, Value
from models.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Choice:
    """A shape as one component would have it.

    Args:
        label: what the machine is called.
        settings: what it has, by address: for all choices the same addresses.
        shape: where that is from; None for the kind's own figures.
    """

    label: str
    settings: Mapping[str, Value]
    shape: Shape | None = None


def choices(preset: Preset, component: str, kind: Kind) -> tuple[Choice, ...]:
    """What the node of a component may be, the kind's own figures first; none where that is all.

    A figure that the preset has otherwise than the kind is as many times the shape's as it is the
    kind's.

    Args:
        preset: with its settings filled in.
        component: its id.
        kind: what it is.
    """
    if not kind.nodes:
        return ()
    differing = {name for shape in kind.nodes.values() for name, _ in shape.figures()}
    own = {
        n: preset.settings[f"{component}.{n}"].value for n, _ in kind.figures() if n in differing
    }
    found = [Choice(kind.node, {f"{component}.{name}": value for name, value in own.items()})]
    for shape in kind.nodes.values():
        figures = dict(shape.figures())
        for name in figures.keys() & preset.components[component].set.keys():
            figures[name] = own[name].stepped(_times(getattr(kind, name).value, figures[name]))
        settings = {f"{component}.{name}": figures.get(name, own[name]) for name in own}
        # What has the very same figures cannot be told apart, and need not be.
        if settings not in [choice.settings for choice in found]:
            found.append(Choice(shape.label, settings, shape))
    return tuple(found) if len(found) > 1 else ()


def in_use(scenario: Scenario, offered: tuple[Choice, ...]) -> Choice | None:
    """Which of a component's shapes a scenario has; None where its figures are one's own."""
    for choice in offered:
        if all(scenario.value(name) == value for name, value in choice.settings.items()):
            return choice
    return None


def chosen(scenario: Scenario, choice: Choice) -> Scenario:
    """The scenario with another shape of a node; what else is changed of it stays."""
    for name, value in choice.settings.items():
        scenario = scenario.with_change(name, value.text)
    return scenario


def _times(kind: Value, shape: Value) -> float:
    """How many times a figure of the kind its shape has; once where the kind has nothing."""
    first, second = (v if isinstance(v, Quantity) else v.median() for v in (kind, shape))
    return second.base / first.base if first.base else 1.0
