"""Choosing the node of a component: a dialog with its shapes, and what each comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.dashboard.lists import Choices
from app.reports.system import counted_text, money_text
from estimators.plan import Plan
from estimators.shapes import Choice, chosen, in_use
from models.quantity import Quantity, Value
from models.scenario import Scenario
from models.system import ComponentValue

SAID: Final = {
    "read_rate": "reads {}", "write_rate": "writes {}", "memory": "{}", "disk": "disk {}",
    "bandwidth": "{}", "connections": "{} open", "node_price": "{}",
}  # fmt: skip
"""How the figures of a shape are said; how many requests it serves at once is in its rates."""
WIDTH, AROUND = 76, 7
"""Cells of the dialog where there are as many; what of them is border, padding and scroll bar."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A shape of a component's node.

    Args:
        choice: the shape.
        component: the component as it has to be with it.
        present: it is the one in use.
        source: what its figures rest on.
    """

    choice: Choice
    component: ComponentValue
    present: bool
    source: str


def offers(plan: Plan, scenario: Scenario, component: str) -> tuple[Offer, ...]:
    """What the node of a component may be, by the price of one; also what it is, if that is none.

    Raises:
        EstimateError: a formula that has no finite value with one of them.
    """
    offered = plan.shapes[component]
    present = in_use(scenario, offered)
    if present is None:
        own = {name: scenario.value(name) for name in offered[0].settings}
        present = Choice("own figures", own)
        offered = (present, *offered)

    def source(choice: Choice) -> str:
        if choice.shape is not None:
            shape = choice.shape
            return f"{shape.source} ({shape.date}, quality {shape.quality})"
        if choice in plan.shapes[component]:
            return "What the system starts with; Sizing and Cost have the source of each figure."
        return "What was typed in Sizing and Cost. Another choice takes its place."

    return tuple(
        Offer(
            choice,
            plan.components(chosen(scenario, choice))[component],
            choice is present,
            source(choice),
        )
        for choice in sorted(offered, key=partial(_price, component))
    )


def _price(component: str, choice: Choice) -> float:
    """What an hour of a node costs; the order stays where shapes do not differ in that."""
    price = choice.settings.get(f"{component}.node_price")
    if price is None:
        return 0.0
    return (price if isinstance(price, Quantity) else price.median()).base


def offer_lines(offered: Sequence[Offer], room: int) -> list[Text]:
    """A shape: what the fleet comes to, the cheapest marked, and below it what the shape has.

    Args:
        offered: the shapes.
        room: cells of a line.
    """
    width = max(len(offer.choice.label) for offer in offered) + 1
    months = [offer.component.cost.base for offer in offered if offer.component.cost]
    found = []
    for offer in offered:
        c = offer.component
        nodes = f"{c.nodes:,} {counted_text(c)}" if c.nodes is not None else "not sized"
        text = Text("● " if offer.present else "  ")
        text.append(f"{offer.choice.label:<{width}}", "bold").append(f"{nodes:>11}")
        if c.cost is not None:
            text.append(f"{money_text(c.cost):>8} a month")
            if c.cost.base == min(months) < max(months):
                text.append(" cheapest", "bold")
        for line in _joined(_figures(offer.choice.settings), room - 2):
            text.append("\n  ").append(line, "dim")
        found.append(text)
    return found


def _figures(settings: Mapping[str, Value]) -> list[str]:
    """What a shape has, each figure in a few words; reads and writes once where they are alike."""
    said = {
        name.partition(".")[2]: value.shown.replace("/node", "").strip()
        for name, value in settings.items()
    }
    forms = dict(SAID)
    if "read_rate" in said and said["read_rate"] == said.get("write_rate"):
        del forms["write_rate"]
        forms["read_rate"] = "{}"
    return [form.format(said[name]) for name, form in forms.items() if name in said]


def _joined(parts: Sequence[str], room: int) -> list[str]:
    """Parts in as many lines as they take."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 3 + len(part) <= room:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return lines


class NodeDialog(ModalScreen[Choice | None]):
    """The shapes of a component's node; the answer is the one that it should have.

    Args:
        label: the component's.
        offered: the shapes, with what each comes to.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+q", "dismiss(None)", "Back", priority=True),
    ]

    def __init__(self, label: str, offered: Sequence[Offer]) -> None:
        super().__init__()
        self.label, self.offered = label, offered

    def compose(self) -> ComposeResult:
        room = min(WIDTH, int(self.app.size.width * 0.96)) - AROUND
        with Vertical(id="dialog"):
            yield Choices(
                *(Option(text) for text in offer_lines(self.offered, room)),
                markup=False,
                compact=True,
                id="choices",
            )
            yield Static(markup=False, id="source")
            yield Static("enter chooses · esc goes back", markup=False, classes="hint")

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = Text(f"Node of {self.label}")
        choices = self.query_one(Choices)
        choices.highlighted = next(i for i, offer in enumerate(self.offered) if offer.present)
        choices.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#source", Static).update(self.offered[event.option_index].source)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.offered[event.option_index].choice)
