"""The screen of a workbench: what is asked, what follows from it, and a chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from rich.text import Text
from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from app.dashboard.chart import ChartPane
from app.dashboard.export import Formats, report_formats
from app.dashboard.help import WORKBENCH, Page
from app.dashboard.history import History
from app.dashboard.inputs import Field
from app.dashboard.lists import Choices
from app.dashboard.panes import PanesScreen
from app.dashboard.report import ReportPane
from app.dashboard.steps import stepped
from app.reports.as_csv import cells_csv
from app.workbench.asked import WORDS, Asked
from app.workbench.bench import Answer, Ask, Bench
from models.quantity import Quantity, QuantityError

PANES: Final = {"inputs": "Asked", "numbers": "Answer", "explain": "Chart"}


class AskRow(Vertical):
    """One thing that is asked for: its label, and the field."""

    def __init__(self, ask: Ask, text: str) -> None:
        super().__init__()
        self.ask, self.error = ask, ""
        self.label = Static(ask.label, markup=False, classes="label")
        self.field = Field(ask.name, text)

    def compose(self) -> ComposeResult:
        yield self.label
        yield self.field

    def fail(self, why: str) -> None:
        """Mark the field; the text stays, so that nothing typed is lost."""
        self.error = why
        self.set_class(bool(why), "-wrong")


class WorkbenchScreen(PanesScreen):
    """Holds the texts of each workbench of one kind, and their history.

    Args:
        title: of the screen.
        benches: what there is to choose from; a screen of one has no list.
    """

    PAGES: ClassVar[dict[str, Page]] = WORKBENCH
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f8", "next_chart", "Chart")]

    def __init__(self, title: str, benches: tuple[Bench, ...]) -> None:
        several = len(benches) > 1
        panes = {"browser": "Workbench"} if several else {}
        super().__init__(panes | PANES, "inputs")
        self.set_class(not several, "-alone")
        self.title_text, self.benches = title, benches
        self.bench = benches[0]
        self.histories = {bench.id: History(bench.texts) for bench in benches}
        self.charts = dict.fromkeys(self.histories, 0)
        self.list = Choices(markup=False, compact=True, id="systems")
        self.rows: dict[str, AskRow] = {}
        self.fields = VerticalScroll(can_focus=False)
        self.note = Static(markup=False, id="about")
        self.answer: Answer | None = None
        self.answered: Bench | None = None
        self.report = ReportPane(id="numbers")
        self.chart = ChartPane(id="explain")

    @property
    def history(self) -> History[dict[str, str]]:
        """That of the workbench on screen."""
        return self.histories[self.bench.id]

    def commands(self) -> Iterator[SystemCommand]:
        yield from super().commands()
        yield SystemCommand("Next chart", "Another curve", self.action_next_chart)

    def compose_panes(self) -> ComposeResult:
        with Horizontal(id="body"):
            if "browser" in self.panes:
                with Vertical(id="browser"):
                    yield self.list
            with Vertical(id="inputs"):
                yield self.fields
                yield self.note
            yield self.report
        yield self.chart

    async def on_mount(self) -> None:
        self.name_panes()
        if "browser" in self.panes:
            options = [Option(Text(bench.label), id=bench.id) for bench in self.benches]
            self.list.add_options(options)
        await self.open(self.bench)
        self.show_pane("inputs")

    def show_title(self) -> None:
        room = self.size.width - 2 - len(self.title_text) - 2
        about = self.bench.about if len(self.bench.about) <= room else ""
        self.query_one("#title", Static).update(
            Text.assemble((self.title_text, "bold"), "  ", (about, "dim"))
        )

    def first_of(self, pane: str) -> Widget:
        if pane == "browser":
            return self.list
        if pane == "inputs":
            return next(iter(self.rows.values())).field
        return super().first_of(pane)

    async def open(self, bench: Bench) -> None:
        """Open a workbench, as it was left."""
        self.bench = bench
        with self.list.prevent(OptionList.OptionHighlighted):
            self.list.highlighted = self.benches.index(bench)
        texts = self.history.now
        self.rows = {ask.name: AskRow(ask, texts[ask.name]) for ask in bench.asks}
        await self.fields.remove_children()
        await self.fields.mount_all(self.rows.values())
        self.show_title()
        self.report.scroll_home(animate=False)
        self.work_out()

    def work_out(self) -> None:
        """Answer the texts, or say at the field why there is no answer; the last one stands."""
        for row in self.rows.values():
            row.fail("")
        try:
            answer = self.bench.answer(Asked(self.history.now))
        except ValueError as error:
            self.fail(str(error))
            return
        self.answer, self.answered = answer, self.bench
        self.mark_stale(self.report, False)
        self.report.show(answer.report)
        self.show_chart()
        self.tell()

    def fail(self, why: str) -> None:
        """Mark the field that a message names, else the one with the focus."""
        named = self.rows.get(why.partition(":")[0])
        row = named or self.focused_row() or next(iter(self.rows.values()))
        row.fail(why.removeprefix(f"{row.ask.name}: "))
        if self.answered is not self.bench:
            self.answer = None
            self.report.show(None)
            self.chart.show(None)
        self.mark_stale(self.report, True)
        self.tell()

    def focused_row(self) -> AskRow | None:
        return next((row for row in self.rows.values() if row.field.has_focus), None)

    def tell(self) -> None:
        """What there is to say about the field with the focus, or about a wrong one."""
        wrong = next((row for row in self.rows.values() if row.error), None)
        row = wrong or self.focused_row()
        self.note.set_class(bool(wrong), "-wrong")
        said = f"✗ {wrong.error}" if wrong else f"{row.ask.name} · {row.ask.why}" if row else ""
        self.note.update(said)

    def show_chart(self) -> None:
        if self.answer is None or not self.answer.charts:
            self.chart.show(None)
            return
        charts = self.answer.charts
        self.chart.show(charts[self.charts[self.bench.id] % len(charts)])

    # Changes

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        row = self.rows.get(event.input.address) if isinstance(event.input, Field) else None
        # What a field of another workbench had still to say is not about this one.
        if row is not None and row.field is event.input:
            self.put({**self.history.now, row.ask.name: event.value}, row.ask.name)

    def put(self, texts: dict[str, str], typing: str | None = None) -> None:
        self.histories[self.bench.id] = self.history.put(texts, typing)
        self.work_out()

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        self.histories[self.bench.id] = self.history.settle()

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        # Textual calls the handler of PanesScreen too.
        self.tell()

    def on_field_step(self, event: Field.Step) -> None:
        """A tenth more or less, or the next of a few choices."""
        ask = self.rows[event.address].ask
        text = self.history.now[event.address].strip()
        if ask.choices:
            at = ask.choices.index(text) if text in ask.choices else 0
            after = ask.choices[(at - event.direction) % len(ask.choices)]
        else:
            try:
                quantity = Quantity.read(text, WORDS)
            except QuantityError:
                return
            after = stepped(quantity, event.direction, event.coarse, ask.whole).text
            if ask.whole and after == "0":
                return
        self.restore(self.history.put({**self.history.now, event.address: after}))

    def on_field_reset(self, event: Field.Reset) -> None:
        text = self.bench.texts[event.address]
        self.restore(self.history.put({**self.history.now, event.address: text}))

    def restore(self, history: History[dict[str, str]]) -> None:
        """Go to another point of the history."""
        self.histories[self.bench.id] = history
        for name, row in self.rows.items():
            with row.field.prevent(Input.Changed):
                row.field.value = history.now[name]
        self.work_out()

    def action_undo(self) -> None:
        if not self.history.past:
            self.notify("Nothing to undo.")
        self.restore(self.history.undo())

    def action_redo(self) -> None:
        if not self.history.future:
            self.notify("Nothing to redo.")
        self.restore(self.history.redo())

    async def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        bench = next(b for b in self.benches if b.id == event.option.id)
        if bench is not self.bench:
            await self.open(bench)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.show_pane("inputs")

    def action_next_chart(self) -> None:
        self.charts[self.bench.id] += 1
        self.show_chart()

    def taking(self) -> tuple[str, Formats] | str:
        answer = self.answer
        if answer is None:
            return "There is no answer yet."
        formats = report_formats(
            lambda: answer.report, lambda: answer.data, lambda: cells_csv(answer.report)
        )
        return self.bench.id, formats
