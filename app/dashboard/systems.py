"""The main screen: systems, inputs, numbers, and how the selected number comes about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from app.dashboard.browser import Browser
from app.dashboard.components import Components
from app.dashboard.detail import Detail, Tabs
from app.dashboard.export import Formats, formats
from app.dashboard.frame import SYSTEMS
from app.dashboard.help import SYSTEMS as PAGES
from app.dashboard.help import Page
from app.dashboard.history import History
from app.dashboard.inputs import Field, Inputs
from app.dashboard.nodes import NodeDialog, offers
from app.dashboard.numbers import Numbers
from app.dashboard.palette import offered
from app.dashboard.practice import Guess, GuessDialog, Practice, number_at
from app.dashboard.scenarios import ScenariosScreen
from app.dashboard.steps import stepped
from app.dashboard.title import title_line
from app.dashboard.views import ARCHITECTURE, CHART, COST, SIZING, Seen
from app.reports.build import explanation_report
from app.reports.table import Report
from app.scenarios import open_scenario
from app.stored import ScenarioFileError
from estimators.engine import EstimateError
from estimators.shapes import Choice, chosen
from estimators.whatif import Mishap
from models.estimate import Estimate
from models.faults import PresetError
from models.quantity import Quantity
from models.scenario import Scenario, ScenarioError
from presets.loader import Header, UnknownSystemError


class SystemsScreen(ScenariosScreen):
    """Systems, their scenarios, and what follows; every pane shows, none is the model."""

    PAGES: ClassVar[dict[str, Page]] = PAGES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", show=False, priority=True),
        Binding("right_square_bracket,ctrl+pagedown", "turn(1)", "View", key_display="]"),
        Binding("left_square_bracket,ctrl+pageup", "turn(-1)", "Previous view", show=False),
        Binding("p", "practise", "Practise", show=False),
        Binding("f8", "next_chart", "Next chart", show=False),
    ]

    def __init__(self, system: str | None, headers: list[Header]) -> None:
        super().__init__(SYSTEMS, "numbers")
        self.first = system
        self.browser = Browser(headers, id="browser")
        self.inputs = Inputs(id="inputs")
        self.numbers = Numbers(id="numbers")
        self.detail = Detail(id="explain")
        self.estimate: Estimate

    def systems(self) -> list[str]:
        return [header.id for header in self.browser.headers]

    def commands(self) -> Iterator[SystemCommand]:
        yield from super().commands()
        yield from offered(self)

    def suppose(self, mishap: Mishap | None) -> None:
        """Let something go wrong, in the architecture."""
        self.turn_to(ARCHITECTURE)
        self.detail.architecture.suppose(mishap)

    def compose_panes(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield self.browser
            yield self.inputs
            yield self.numbers
        yield self.detail

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
        await self.inputs.build(estimate.inputs)
        self.show(estimate)
        if said:
            self.notify(said, markup=False)
        return True

    async def open_at(self, system: str, address: str) -> None:
        """Open a system with the cursor on one of its numbers."""
        if system != self.plan.preset.id:
            await self.open(system)
        self.show_pane("numbers")
        # The numbers have no lines before they have a width.
        self.call_after_refresh(self.numbers.point_at, address)

    def show(self, estimate: Estimate, retype: bool = False) -> None:
        """Put an estimate on every pane."""
        self.estimate = estimate
        self.inputs.show(estimate, retype)
        self.numbers.show(estimate)
        self.mark_stale(self.numbers, any(fields.wrong for fields in self.fields))
        self.show_title()
        self.show_detail(retype)

    @property
    def fields(self) -> tuple[Inputs, ...]:
        """Every pane of fields."""
        return self.inputs, self.detail.sizing.fields, self.detail.cost.fields

    def show_title(self) -> None:
        if not hasattr(self, "plan"):
            return
        scenario, practice = self.history.now, self.numbers.practice
        score = practice.score if practice is not None else None
        line = title_line(scenario, self.kept.is_saved(scenario), score, self.size.width - 2)
        self.query_one("#title", Static).update(line)

    def show_detail(self, retype: bool = False) -> None:
        """Put what is selected into the pane below."""
        if self.numbers.hidden:
            self.detail.hide("Hidden until you have guessed it: enter.")
        elif self.numbers.address is not None:
            self.detail.show(Seen(self.plan, self.estimate, self.numbers.address), retype)

    def turn_to(self, view: str) -> None:
        """Bring a view to the front of the pane below, and go there."""
        self.detail.turn(view)
        self.show_pane("explain")

    def action_turn(self, by: int) -> None:
        inside = self.focused is not None and self.detail in self.focused.ancestors
        self.detail.turn_by(by)
        if inside:
            self.show_pane("explain")

    def action_next_chart(self) -> None:
        if self.detail.view == CHART:
            self.detail.next_chart()
        else:
            self.turn_to(CHART)

    def on_tabs_clicked(self, event: Tabs.Clicked) -> None:
        self.turn_to(event.view)

    def first_of(self, pane: str) -> Widget:
        if pane == "browser":
            return self.browser.list
        if pane == "inputs":
            return next(iter(self.inputs.query(Field)), self.inputs)
        if pane == "explain":
            return self.detail.front
        return super().first_of(pane)

    def action_filter(self) -> None:
        self.show_pane("browser", focus=False)
        self.set_focus(self.browser.filter)

    # Changes

    def on_inputs_edited(self, event: Inputs.Edited) -> None:
        self.change(event.address, event.text, typing=True)

    def change(self, address: str, text: str, typing: bool = False) -> None:
        """Try what was typed: new numbers on every pane, or a reason beside the field."""
        try:
            scenario = self.history.now.with_change(address, text)
            estimate = self.plan.estimate(scenario)
        except (ScenarioError, EstimateError) as error:
            for fields in self.fields:
                if address in fields.rows:
                    fields.fail(address, str(error).removeprefix(f"{address}: "))
            self.mark_stale(self.numbers, True)
            return
        before = self.history
        self.remember(before.put(scenario, address if typing else None))
        if self.history is not before:
            self.keep()
        self.show(estimate, retype=not typing)

    def restore(self, history: History[Scenario], nothing: str) -> None:
        """Go to another point of the history, or say why there is none."""
        if history is self.history and not any(fields.wrong for fields in self.fields):
            self.notify(nothing, markup=False)
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
        given = self.plan.preset.changeable[event.address]
        before = self.history.now.value(event.address)
        text = stepped(before, event.direction, event.coarse, given.least is not None).text
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

    def on_components_node_asked(self, event: Components.NodeAsked) -> None:
        self.choose_node(event.component)

    def choose_node(self, component: str) -> None:
        """Offer the shapes of a component's node; the one that is chosen is one change."""
        label = self.plan.preset.components[component].label
        if not self.plan.shapes[component]:
            kind = self.plan.kinds[component]
            why = f"The catalog has one node of {kind.label}; enter goes to its figures."
            if kind.managed:
                why = f"{label} is run by its provider: there is no node to choose."
            self.notify(why, markup=False)
            return
        try:
            shapes = offers(self.plan, self.history.now, component)
        except EstimateError as error:
            self.notify(str(error), severity="error", markup=False)
            return

        def done(choice: Choice | None) -> None:
            if choice is not None:
                self.restore(
                    self.history.put(chosen(self.history.now, choice)),
                    f"{label} has {choice.label} already.",
                )

        if self.detail.view not in (SIZING, COST):
            self.turn_to(SIZING)
        self.app.push_screen(NodeDialog(label, shapes), done)

    # The other panes' messages

    async def on_browser_chosen(self, event: Browser.Chosen) -> None:
        await self.open(event.system)

    def on_number_table_selected(self, _: Numbers.Selected) -> None:
        self.show_detail()

    def on_numbers_reconcile(self, event: Numbers.Reconcile) -> None:
        """Enter on a number: to the input that would meet its figure, or the first behind it."""
        if self.numbers.hidden:
            self.ask_guess(event.address)
            return
        figures = self.estimate.held_against(event.address)
        named = [f.literal.reconcile.input for f in figures if f.literal.reconcile]
        behind = self.plan.engine.needs.get(event.address, ())
        address = next((n for n in (*named, *behind) if n in self.inputs.rows), None)
        if address is None:
            self.notify("No input of its own decides this number; Explain shows what does.")
            return
        self.show_pane("inputs", focus=False)
        self.inputs.focus_field(address)

    # Practice

    def action_practise(self) -> None:
        """Hide the numbers until they are guessed, or show them again."""
        practice = self.numbers.practice
        if practice is not None:
            self.notify(f"Practice: {practice.score}.")
        self.numbers.practise(Practice() if practice is None else None)
        self.show_title()
        self.show_detail()
        self.show_pane("numbers")

    def ask_guess(self, address: str) -> None:
        """Ask for a guess, then show the number beside it."""
        number = number_at(self.estimate, address)
        label = self.plan.preset.label(address)
        dialog = GuessDialog(label, self.plan.unit(address), self.plan.preset.vocabulary)

        def done(guessed: Quantity | None) -> None:
            practice = self.numbers.practice
            if practice is None or dialog.went_back or number is None:
                return
            self.numbers.practise(practice.with_guess(address, Guess(guessed, number)))
            self.show_title()
            self.show_detail()

        self.app.push_screen(dialog, done)

    def on_filter_to_list(self) -> None:
        self.browser.list.focus()

    def taking(self) -> tuple[str, Formats] | str:
        return self.plan.preset.id, formats(self.estimate)

    def selected(self) -> Report | None:
        address = self.numbers.address
        if address is None or self.numbers.hidden:
            return None
        return explanation_report(self.estimate, address)
