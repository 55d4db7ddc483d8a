"""The numbers on screen: a table that is drawn line by line, each line cached until it changes."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from app.dashboard.rows import Line, number_lines
from models.estimate import Estimate


class Numbers(ScrollView, can_focus=True):
    """Derived beside documented. The cursor moves from number to number; Explain follows it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next number", show=False),
        Binding("up,k", "move(-1)", "Previous number", show=False),
        Binding("home,g", "move(-10000)", "First number", show=False),
        Binding("end,G", "move(10000)", "Last number", show=False),
        Binding("enter", "reconcile", "To input"),
        Binding("b", "bands", "Bands"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "numbers--heading", "numbers--label", "numbers--value", "numbers--unit",
        "numbers--quiet", "numbers--good", "numbers--near", "numbers--bad", "numbers--cursor",
        "numbers--mark", "numbers--bar",
    }  # fmt: skip

    class Selected(Message):
        """The cursor came to a number."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    class Reconcile(Message):
        """Enter on a number: go to the input that would meet its documented figure."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._estimate: Estimate | None = None
        self._lines: tuple[Line, ...] = ()
        self._address: str | None = None
        self._strips: dict[int, Strip] = {}
        self.bands = True

    @property
    def address(self) -> str | None:
        """The number under the cursor."""
        return self._address

    def show(self, estimate: Estimate) -> None:
        """Show another estimate; the cursor stays on its number if that is still there."""
        self._estimate = estimate
        self._lay_out()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if self._estimate is None or not width:
            return
        lines = number_lines(self._estimate, width, self.bands)
        if lines != self._lines:
            self._strips = {
                y: strip
                for y, strip in self._strips.items()
                if y < len(lines) and y < len(self._lines) and lines[y] == self._lines[y]
            }
            self._lines = lines
        self.virtual_size = Size(width, len(lines))
        known = self._addresses()
        if self._address not in known:
            self._select(known[0] if known else None)
            self.scroll_home(animate=False)
        self.refresh()

    def _addresses(self) -> list[str]:
        return [line.address for line in self._lines if line.first and line.address]

    def _select(self, address: str | None) -> None:
        if address == self._address:
            return
        for y, line in enumerate(self._lines):
            if line.address and line.address in (address, self._address):
                self._strips.pop(y, None)
        self._address = address
        self.refresh()
        if address is not None:
            ys = [y for y, line in enumerate(self._lines) if line.address == address]
            if ys:
                first = max(0, ys[0] - 1)
                self.scroll_to_region(
                    Region(0, first, 1, ys[-1] - first + 1), animate=False, force=True
                )
            self.post_message(self.Selected(address))

    def action_move(self, by: int) -> None:
        known = self._addresses()
        if not known:
            return
        at = known.index(self._address) if self._address in known else 0
        self._select(known[max(0, min(len(known) - 1, at + by))])

    def action_bands(self) -> None:
        """Show the bands, or hide them where room is dear."""
        self.bands = not self.bands
        self._lay_out()

    def action_reconcile(self) -> None:
        if self._address is not None:
            self.post_message(self.Reconcile(self._address))

    def on_click(self, event: events.Click) -> None:
        y = event.y + self.scroll_offset.y
        if y < len(self._lines) and self._lines[y].address:
            self._select(self._lines[y].address)

    def render_line(self, y: int) -> Strip:
        y += self.scroll_offset.y
        width = self.scrollable_content_region.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != width:
            strip = self._strips[y] = self._strip(self._lines[y], width)
        return strip

    def _strip(self, line: Line, width: int) -> Strip:
        cursor = line.address is not None and line.address == self._address
        base = self.rich_style
        if cursor:
            base += self.get_component_rich_style("numbers--cursor", partial=True)
        segments = [
            Segment(text, base + self.get_component_rich_style(f"numbers--{role}", partial=True))
            for text, role in line.parts
        ]
        if cursor and line.first:
            mark = base + self.get_component_rich_style("numbers--mark", partial=True)
            segments = [Segment("▌", mark), *Strip(segments).crop(1)]
        return Strip(segments).adjust_cell_length(width, base)
