"""The main screen: systems, inputs, numbers, and how the selected number comes about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Footer, Static

from app.dashboard.browser import Browser
from app.dashboard.export import ExportDialog, formats
from app.dashboard.help import SYSTEMS, Page
from app.dashboard.history import History
from app.dashboard.inputs import Field, Inputs
from app.dashboard.numbers import Numbers
from app.dashboard.scenarios import ScenariosScreen
from app.reports.as_text import plain
from app.reports.build import explanation_report
from app.scenarios import open_scenario
from app.stored import ScenarioFileError
from estimators.engine import EstimateError
from models.estimate import Estimate
from models.faults import PresetError
from models.scenario import Scenario, ScenarioError
from presets.loader import Header, UnknownSystemError

PANES: Final = {
    "browser": "Systems", "inputs": "Inputs", "numbers": "Derived", "explain": "Explain"
}  # fmt: skip
STEP: Final = 1.1


class Explain(VerticalScroll, can_focus=True):
    """The tree of formulas behind the selected number, and what is documented of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "End", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield Static(markup=False, id="explanation")


class SystemsScreen(ScenariosScreen):
    """Systems, their scenarios, and what follows; every pane shows, none is the model."""

    PAGES: ClassVar[dict[str, Page]] = SYSTEMS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "filter", "Filter", show=False)]

    def __init__(self, system: str | None, headers: list[Header]) -> None:
        super().__init__(PANES, "numbers")
        self.first = system
        self.browser = Browser(headers, id="browser")
        self.inputs = Inputs(id="inputs")
        self.numbers = Numbers(id="numbers")
        self.explain = Explain(id="explain")
        self.estimate: Estimate

    def systems(self) -> list[str]:
        return [header.id for header in self.browser.headers]

    def commands(self) -> Iterator[SystemCommand]:
        yield from super().commands()
        if self.history.now.changes:
            yield SystemCommand("Reset", "Put every input back", self.reset_all)
        for key, variant in self.plan.preset.variants.items():
            if self.history.now.variant != key:
                yield SystemCommand(
                    f"Use {variant.label}",
                    "Start from this variant",
                    partial(self.use_variant, key),
                )
        if self.history.now.variant:
            leave = partial(self.use_variant, None)
            yield SystemCommand("Use the preset", "Leave the variant", leave)
        yield SystemCommand(
            "Hide bands" if self.numbers.bands else "Show bands",
            "What is not known of each number",
            self.numbers.action_bands,
        )
        yield SystemCommand("Filter", "Narrow the list of systems", self.action_filter)

    def compose(self) -> ComposeResult:
        yield Static(markup=False, id="title")
        yield Static(markup=False, id="tabs")
        with Horizontal(id="body"):
            yield self.browser
            yield self.inputs
            yield self.numbers
        yield self.explain
        yield Static("Slipstick needs a window of 60x16 or more.", markup=False, id="small")
        yield Footer(compact=True)

    async def on_mount(self) -> None:
        self.name_panes()
        self.numbers.border_title = "3 Derived beside documented"
        self.complain(self.kept.read())
        last = next((s for s in reversed(self.kept.left) if s in self.systems()), None)
        for name in (self.first or last, *self.systems()):
            if name and await self.open(name):
                break
        self.show_pane("numbers")

    # Opening and showing

    async def open(self, name: str) -> bool:
        """Open a system as it was left, or a scenario of it; whether it could be opened."""
        try:
            plan, scenario = open_scenario(name)
            before = self.histories.get(plan.preset.id)
            history, said = self.kept.opened(plan, scenario, before)
            estimate = plan.estimate(history.now)
        except (
            PresetError, UnknownSystemError, ScenarioFileError, ScenarioError, EstimateError,
        ) as error:  # fmt: skip
            self.notify(str(error).splitlines()[0], severity="error", markup=False)
            return False
        self.plan, self.estimate = plan, estimate
        self.remember(history)
        self.browser.point_at(plan.preset.id)
        await self.inputs.build(estimate)
        self.show(estimate)
        if said:
            self.notify(said, markup=False)
        return True

    def show(self, estimate: Estimate, retype: bool = False) -> None:
        """Put an estimate on every pane."""
        self.estimate = estimate
        self.inputs.show(estimate, retype)
        self.numbers.show(estimate)
        self.numbers.set_class(self.inputs.wrong, "-stale")
        self.show_title()
        self.show_explanation()

    def show_title(self) -> None:
        if not hasattr(self, "plan"):
            return
        preset, scenario = self.plan.preset, self.history.now
        count = len(scenario.changes)
        start = scenario.preset.variants[scenario.variant].label if scenario.variant else "preset"
        state = f"{start}, {count} change{'s' * (count != 1)}" if count else start
        if scenario.name:
            saved = "saved" if self.kept.is_saved(scenario) else "not saved"
            room = self.size.width - len(preset.name) - len(state) - len(saved) - 12
            state = f"{_shortened(scenario.name, room)} ({saved}): {state}"
        about = f"{preset.family} · {preset.consistency}"
        about += f" · like {', '.join(preset.like)}" if preset.like else ""
        room = self.size.width - 2 - len(preset.name) - cell_len(state) - 4
        about = about if len(about) < room else ""
        gap = " " * max(room - len(about), 1)
        self.query_one("#title", Static).update(
            Text.assemble((preset.name, "bold"), "  ", (about, "dim"), gap, "  ", state)
        )

    def show_explanation(self) -> None:
        address = self.numbers.address
        if address is None:
            return
        report = explanation_report(self.estimate, address)
        text = Text(plain(report).rstrip())
        text.stylize("bold", 0, len(report.title))
        self.explain.query_one("#explanation", Static).update(text)

    def first_of(self, pane: str) -> Widget:
        if pane == "browser":
            return self.browser.list
        if pane == "inputs":
            return next(iter(self.inputs.query(Field)), self.inputs)
        return super().first_of(pane)

    def action_filter(self) -> None:
        self.show_pane("browser", focus=False)
        self.browser.filter.focus()

    # Changes

    def on_inputs_edited(self, event: Inputs.Edited) -> None:
        self.change(event.address, event.text, typing=True)

    def change(self, address: str, text: str, typing: bool = False) -> None:
        """Try what was typed: new numbers on every pane, or a reason beside the field."""
        try:
            scenario = self.history.now.with_change(address, text)
            estimate = self.plan.estimate(scenario)
        except (ScenarioError, EstimateError) as error:
            self.inputs.fail(address, str(error).removeprefix(f"{address}: "))
            self.numbers.add_class("-stale")
            return
        before = self.history
        self.remember(before.put(scenario, address if typing else None))
        if self.history is not before:
            self.keep()
        self.show(estimate, retype=not typing)

    def restore(self, history: History[Scenario], nothing: str) -> None:
        """Go to another point of the history, or say why there is none."""
        if history is self.history and not self.inputs.wrong:
            self.notify(nothing)
            return
        try:
            estimate = self.plan.estimate(history.now)
        except EstimateError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.remember(history)
        self.keep()
        self.show(estimate, retype=True)

    def on_inputs_left(self) -> None:
        self.remember(self.history.settle())

    def on_field_reset(self, event: Field.Reset) -> None:
        self.restore(
            self.history.put(self.history.now.without_change(event.address)),
            "The field is at its starting value.",
        )

    def on_field_step(self, event: Field.Step) -> None:
        text = self.history.now.value(event.address).stepped(STEP**event.direction).text
        try:
            self.history.now.with_change(event.address, text)
        except ScenarioError as error:
            self.notify(f"No further: {error}", markup=False)
            return
        self.change(event.address, text)

    def action_undo(self) -> None:
        self.restore(self.history.undo(), "Nothing to undo.")

    def action_redo(self) -> None:
        self.restore(self.history.redo(), "Nothing to redo.")

    def reset_all(self) -> None:
        """Every input back to where the preset has it."""
        start = replace(self.history.now, changes={})
        self.restore(self.history.put(start), "Nothing is changed.")

    def use_variant(self, variant: str | None) -> None:
        """Start from a shipped variant, or from the preset itself."""
        start = replace(self.history.now, variant=variant, changes={})
        self.restore(self.history.put(start), "That is what is on screen.")

    # The other panes' messages

    async def on_browser_chosen(self, event: Browser.Chosen) -> None:
        await self.open(event.system)

    def on_numbers_selected(self, _: Numbers.Selected) -> None:
        self.show_explanation()

    def on_numbers_reconcile(self, event: Numbers.Reconcile) -> None:
        """Enter on a number: to the input that would meet its figure, or the first behind it."""
        figures = self.estimate.held_against(event.address)
        named = [f.literal.reconcile.input for f in figures if f.literal.reconcile]
        behind = self.plan.engine.needs.get(event.address, ())
        address = next((n for n in (*named, *behind) if n in self.inputs.rows), None)
        if address is None:
            self.notify("No input of its own decides this number; Explain shows what does.")
            return
        self.show_pane("inputs", focus=False)
        self.inputs.focus_field(address)

    def on_filter_to_list(self) -> None:
        self.browser.list.focus()

    def action_export(self) -> None:
        def done(path: Path | None) -> None:
            if path is not None:
                self.notify(f"Wrote {path}", markup=False)

        self.app.push_screen(ExportDialog(self.plan.preset.id, formats(self.estimate)), done)


def _shortened(name: str, room: int) -> str:
    """A name of no more than so many cells."""
    if cell_len(name) <= room:
        return name
    return f"{set_cell_size(name, max(room - 1, 1)).rstrip()}…"
