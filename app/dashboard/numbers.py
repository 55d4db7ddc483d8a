"""The numbers on screen: derived beside documented."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from app.dashboard.practice import Practice, practised
from app.dashboard.rows import number_lines
from app.dashboard.table import NumberTable
from models.estimate import Estimate


class Numbers(NumberTable):
    """Derived beside documented. The cursor moves from number to number; Explain follows it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "reconcile", "To input"),
        Binding("b", "bands", "Bands"),
    ]

    class Reconcile(Message):
        """Enter on a number: go to the input that would meet its documented figure."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._estimate: Estimate | None = None
        self.bands = True
        self.practice: Practice | None = None

    def show(self, estimate: Estimate) -> None:
        """Show another estimate; the cursor stays on its number if that is still there."""
        self._estimate = estimate
        self.lay_out()

    def lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if self._estimate is None or not width:
            return
        lines = number_lines(self._estimate, width, self.bands)
        if self.practice is not None:
            lines = practised(lines, self.practice, self._estimate)
        self.put(lines)

    def practise(self, practice: Practice | None) -> None:
        """Hide what is still to be guessed, or nothing."""
        self.practice = practice
        self.lay_out()

    @property
    def hidden(self) -> bool:
        """Whether the number under the cursor is still to be guessed."""
        known = self._estimate is None or self._address in self._estimate.inputs
        return not known and self.practice is not None and self.practice.hides(self._address or "")

    def action_bands(self) -> None:
        """Show the bands, or hide them where room is dear."""
        self.bands = not self.bands
        self.lay_out()

    def action_reconcile(self) -> None:
        if self._address is not None:
            self.post_message(self.Reconcile(self._address))
