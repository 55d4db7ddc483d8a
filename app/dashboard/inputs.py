"""The inputs on screen: a field each, that tells what is typed and shows what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from models.estimate import Estimate, InputValue


class Field(Input):
    """A line in which a quantity is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(1)", "Up 10%", show=False),
        Binding("down", "step(-1)", "Down 10%", show=False),
        Binding("shift+up", "step(1, True)", "Up along 1, 2, 5", show=False),
        Binding("shift+down", "step(-1, True)", "Down along 1, 2, 5", show=False),
        Binding("ctrl+r,f5", "reset", "Reset"),
    ]

    class Reset(Message):
        """The field should go back to its starting value."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    class Step(Message):
        """The field should go up or down: by a tenth, or along 1, 2, 5, 10."""

        def __init__(self, address: str, direction: int, coarse: bool) -> None:
            super().__init__()
            self.address, self.direction, self.coarse = address, direction, coarse

    def __init__(self, address: str, text: str) -> None:
        super().__init__(text, compact=True, select_on_focus=True)
        self.address = address

    def action_reset(self) -> None:
        self.post_message(self.Reset(self.address))

    def action_step(self, direction: int, coarse: bool = False) -> None:
        self.post_message(self.Step(self.address, direction, coarse))


class InputRow(Vertical):
    """One input: its label, why it is what it is, and the field."""

    def __init__(self, value: InputValue) -> None:
        super().__init__()
        self.value = value
        self.error = ""
        self.field = Field(value.name, value.value.text)
        self.label = Static(markup=False, classes="label")

    def compose(self) -> ComposeResult:
        yield self.label
        yield self.field

    def on_mount(self) -> None:
        self.draw()

    def show(self, value: InputValue) -> None:
        """Show a value that was accepted. What is being typed is left as it stands."""
        drawn, self.value, self.error = (self.value, self.error), value, ""
        if not self.field.has_focus:
            self.put_text(value.value.text)
        if drawn != (value, ""):
            self.draw()

    def put_text(self, text: str) -> None:
        if self.field.value != text:
            with self.field.prevent(Input.Changed):
                self.field.value = text

    def fail(self, why: str) -> None:
        """Mark the field; the text stays, so that nothing typed is lost."""
        self.error = why
        self.draw()

    def draw(self) -> None:
        self.set_class(bool(self.error), "-wrong")
        self.set_class(self.value.changed, "-changed")
        basis = "✗ not read" if self.error else "• changed" if self.value.changed else ""
        basis = basis or self.value.basis
        room = max(self.label.size.width, 20)
        gap = max(room - len(self.value.label) - len(basis), 1)
        style = "bold" if self.error or self.value.changed else "dim"
        self.label.update(Text.assemble(self.value.label, " " * gap, (basis, style)))

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def about(self) -> str:
        """What stands below the fields while this one has the focus."""
        if self.error:
            return f"✗ {self.error}"
        value = self.value
        says = f"preset: {value.starting.text}. " if value.changed else ""
        why = f": {value.why}" if value.why else ""
        source = f" ({value.source})" if value.source else ""
        return f"{value.name} · {says}{value.basis}{why}{source}"


class Inputs(Vertical):
    """Fields for some of what may be changed, and a few lines about the one with the focus."""

    class Edited(Message):
        """A field's text was changed by a person."""

        def __init__(self, address: str, text: str) -> None:
            super().__init__()
            self.address, self.text = address, text

    class Left(Message):
        """A field was left."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.rows: dict[str, InputRow] = {}
        self.body = VerticalScroll(can_focus=False)
        self.note = Static(markup=False, id="about")

    def compose(self) -> ComposeResult:
        yield self.body
        yield self.note

    async def build(self, values: Mapping[str, InputValue]) -> None:
        """Put up other fields."""
        self.rows = {name: InputRow(value) for name, value in values.items()}
        await self.body.remove_children()
        await self.body.mount_all(self.rows.values())
        self.body.scroll_home(animate=False)
        self.note.update("")

    def show(self, estimate: Estimate, retype: bool = False) -> None:
        """Show an estimate's values.

        Args:
            estimate: accepted values.
            retype: also replace the text of the field that has the focus, after an undo.
        """
        for name, row in self.rows.items():
            value = estimate.inputs.get(name) or estimate.settings[name]
            row.show(replace(value, label=row.value.label))
            if retype:
                row.put_text(value.value.text)
        self.tell()

    def fail(self, address: str, why: str) -> None:
        """Mark a field whose text is no value for it."""
        self.rows[address].fail(why)
        self.tell()

    @property
    def wrong(self) -> bool:
        """Whether any field holds text that was not accepted."""
        return any(row.error for row in self.rows.values())

    def focus_field(self, address: str) -> None:
        self.rows[address].field.focus()

    def focused(self) -> InputRow | None:
        return next((row for row in self.rows.values() if row.field.has_focus), None)

    def tell(self) -> None:
        """Say what there is to say about the field with the focus, or about a wrong one."""
        row = self.focused() or next((r for r in self.rows.values() if r.error), None)
        self.note.set_class(bool(row and row.error), "-wrong")
        self.note.update(row.about() if row else "")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        row = next((row for row in self.rows.values() if row.field is event.input), None)
        # A field that is put up tells of its text too; what is shown already is no edit.
        if row and (row.error or event.value != row.value.value.text):
            self.post_message(self.Edited(row.value.name, event.value))

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        self.tell()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        row = next((r for r in self.rows.values() if r.field is event.widget), None)
        if row and not row.error:
            row.put_text(row.value.value.text)
        self.tell()
        self.post_message(self.Left())
