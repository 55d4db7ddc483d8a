"""Sizing and cost on screen: a list of components, and the settings of the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from app.dashboard.inputs import Inputs
from app.dashboard.lists import Choices
from app.reports.system import MARK, counted_text, money_text
from estimators.components import NEEDS
from models.estimate import Estimate, InputValue
from models.quantity import Quantity
from models.show import join, shown_parts
from models.system import ComponentValue

FIRST: Final = (
    "replicas", "spares", "headroom", "utilisation", "disk_utilisation", "read_rate", "write_rate",
    "memory", "disk", "bandwidth", "connections",
)  # fmt: skip
"""What a fleet is decided by, before what its operations take."""
BAR: Final = 20
"""Cells of the longest bar."""


def sizing_lines(estimate: Estimate, room: int) -> list[tuple[str | None, Text]]:
    """A component: how many nodes and how busy, and below it what each resource asks for.

    A node of another shape than the kind's own is called by its name.

    Args:
        estimate: whose components they are.
        room: cells of a line.
    """
    found: list[tuple[str | None, Text]] = []
    width = max((len(c.label) for c in estimate.components.values()), default=0) + 2
    for id_, c in estimate.components.items():
        counted = f"× {c.node}" if c.node else counted_text(c)
        nodes = f"{c.nodes:,} {counted}" if c.nodes is not None else "not sized"
        busy = f"{c.utilisation.shown} busy" if c.utilisation else ""
        first = Text.assemble(
            (f"{c.label:<{width}}", "bold"), (f"{c.kind:<18}", "dim"),
            f"{nodes:>18}  {busy:>12}",
        )  # fmt: skip
        found.append((id_, first + _resources(c, room)))
    return found


def _resources(component: ComponentValue, room: int) -> Text:
    """What each resource asks for, in lines that fit, each begun anew."""
    text, used = Text(), room
    for name in NEEDS:
        resource = component.resources.get(name)
        if resource is None:
            continue
        asked, unit = shown_parts(resource.demand.magnitude, resource.demand.unit)
        there, unit_there = shown_parts(resource.capacity.magnitude, resource.capacity.unit)
        of = asked if unit == unit_there else join((asked, unit))
        tightest = name == component.bottleneck
        said = f"{name} {resource.nodes:,} ({of} of {join((there, unit_there))})"
        said += f" {MARK}" if tightest else ""
        before = "   " if used + 3 + len(said) <= room else "\n  "
        used = used + 3 + len(said) if before == "   " else 2 + len(said)
        text.append(before).append(said, "" if tightest else "dim")
    return text or Text("\n  nothing of it is limited", "dim")


def cost_lines(estimate: Estimate, _: int) -> list[tuple[str | None, Text]]:
    """A component's month and share of the bill in a line, then what all of it comes to."""
    if estimate.cost is None:
        return [(None, Text("Nothing here is priced.", "dim"))]
    cost = estimate.cost
    width = max([len(item.label) for item in cost.items] + [18]) + 2
    rows: list[tuple[str | None, Text]] = []
    for item in cost.items:
        bar = "█" * round(item.share * BAR) or "▏"
        text = f"{item.label:<{width}}{money_text(item.month):>10}  {item.share:>4.0%}  "
        rows.append((item.component, Text.assemble(text, (bar, "dim"))))
    band = f"   {cost.band.beside(cost.month)}" if cost.band else ""
    total = f"{'Everything':<{width}}{money_text(cost.month):>10}"
    rows.append((None, Text.assemble((total, "bold"), (band.replace("/month", ""), "dim"))))
    if cost.per_user:
        rows.append((None, Text(f"{'a user':<{width}}{money_text(cost.per_user):>10}", "dim")))
    million = Quantity(cost.per_request.magnitude * 1e6, cost.per_request.unit)
    shown = million.shown.removesuffix("/op")
    rows.append((None, Text(f"{'a million requests':<{width}}{shown:>10}", "dim")))
    return rows


def sizing_settings(estimate: Estimate, component: str) -> dict[str, InputValue]:
    """What a component's fleet follows from, then how long its operations take."""
    found = _settings(estimate, component, priced=False)
    order = [f"{component}.{name}" for name in FIRST]
    return {name: found[name] for name in (*(n for n in order if n in found), *found)}


def cost_settings(estimate: Estimate, component: str) -> dict[str, InputValue]:
    """What a component's bill follows from: prices, and copies."""
    return _settings(estimate, component, priced=True)


def _settings(estimate: Estimate, component: str, priced: bool) -> dict[str, InputValue]:
    def belongs(name: str) -> bool:
        figure = name.partition(".")[2].rstrip("_0123456789")
        return figure.endswith("_price") == priced or (priced and figure == "replicas")

    return {
        name: replace(value, label=value.label.partition(": ")[2].capitalize())
        for name, value in estimate.settings.items()
        if name.partition(".")[0] == component and belongs(name)
    }


class Components(Horizontal):
    """A list of components, and the fields of the one under the cursor.

    Args:
        lines: of the list, by an estimate.
        settings: the fields of a component.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "node", "Node"),
    ]

    class NodeAsked(Message):
        """The component under the cursor should have another node."""

        def __init__(self, component: str) -> None:
            super().__init__()
            self.component = component

    def __init__(
        self,
        lines: Callable[[Estimate, int], list[tuple[str | None, Text]]],
        settings: Callable[[Estimate, str], Mapping[str, InputValue]],
        *,
        id: str,
    ) -> None:
        super().__init__(id=id)
        self.lines, self.settings = lines, settings
        self.list = Choices(markup=False, compact=True)
        self.fields = Inputs(id=f"{id}-fields")
        self.component: str | None = None
        self._estimate: Estimate | None = None

    def compose(self) -> ComposeResult:
        yield self.list
        yield self.fields

    def show(self, estimate: Estimate, retype: bool = False) -> None:
        """Show an estimate; the cursor stays on its component if that is still there."""
        another = self._estimate is None or (
            self._estimate.scenario.preset is not estimate.scenario.preset
        )
        self._estimate = estimate
        lines = self._lines()
        known = [id_ for id_, _ in lines]
        if self.component not in known or another:
            self.component = next((id_ for id_ in known if id_), None)
            self.call_later(self._put_up)
        else:
            self.fields.show(estimate, retype)
        with self.list.prevent(OptionList.OptionHighlighted):
            self.list.clear_options()
            self.list.add_options(
                [Option(text, id=id_, disabled=id_ is None) for id_, text in lines]
            )
            if self.component is not None:
                self.list.highlighted = known.index(self.component)

    def _lines(self) -> list[tuple[str | None, Text]]:
        assert self._estimate is not None
        return self.lines(self._estimate, max(self.list.scrollable_content_region.width - 1, 40))

    def on_resize(self) -> None:
        if self._estimate is not None:
            self.show(self._estimate)

    def action_node(self) -> None:
        # The cursor may be on before the fields have followed.
        option = self.list.highlighted_option
        if option is not None and option.id is not None:
            self.post_message(self.NodeAsked(option.id))

    async def _put_up(self) -> None:
        assert self._estimate is not None
        chosen = self.settings(self._estimate, self.component) if self.component else {}
        await self.fields.build(chosen)

    async def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option.id and event.option.id != self.component:
            self.component = event.option.id
            # Before any other key is heard: enter must not go to a field that is about to go.
            await self._put_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        first = next(iter(self.fields.rows.values()), None)
        if first is not None:
            first.field.focus()
