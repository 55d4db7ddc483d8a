"""A table of lines with a cursor, drawn line by line, each line cached until it changes."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from app.dashboard.rows import Line


class NumberTable(ScrollView, can_focus=True):
    """Shows lines. The cursor moves from address to address; headings have none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("home,g", "move(-10000)", "First", show=False),
        Binding("end,G", "move(10000)", "Last", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "numbers--heading", "numbers--label", "numbers--value", "numbers--unit",
        "numbers--quiet", "numbers--good", "numbers--near", "numbers--bad", "numbers--cursor",
        "numbers--mark", "numbers--bar",
    }  # fmt: skip

    class Selected(Message):
        """The cursor came to an address."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()
        self._address: str | None = None
        self._strips: dict[int, Strip] = {}

    @property
    def address(self) -> str | None:
        """What is under the cursor."""
        return self._address

    def point_at(self, address: str) -> None:
        """Bring the cursor to an address, if there is such a line."""
        if address in self._addresses():
            self._select(address)

    def lay_out(self) -> None:
        """Make the lines for the width that there is, and put them up."""
        raise NotImplementedError

    def put(self, lines: tuple[Line, ...]) -> None:
        """Put up other lines.

        A cursor on the first address stays on the first. Any other stays on its own address, and
        where it is on screen, whatever comes before it.
        """
        stood, on_first = self._cursor_line(), self._address in self._addresses()[:1]
        if lines != self._lines:
            self._strips = {
                y: strip
                for y, strip in self._strips.items()
                if y < len(lines) and y < len(self._lines) and lines[y] == self._lines[y]
            }
            self._lines = lines
        self.virtual_size = Size(self.scrollable_content_region.width, len(lines))
        known = self._addresses()
        if on_first or self._address not in known:
            lost = self._address not in known
            self._select(known[0] if known else None)
            if lost:
                self.scroll_home(animate=False)
        elif (moved := self._cursor_line() - stood) and self.scroll_offset.y:
            self.scroll_to(y=self.scroll_offset.y + moved, animate=False, force=True)
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        self.lay_out()

    def _addresses(self) -> list[str]:
        return [line.address for line in self._lines if line.first and line.address]

    def _cursor_line(self) -> int:
        return next((y for y, line in enumerate(self._lines) if self._rests_on(line)), 0)

    def _rests_on(self, line: Line) -> bool:
        return line.first and line.address == self._address

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

    def action_page(self, by: int) -> None:
        """As many lines on as are seen, but to another address at least."""
        at = self._cursor_line()
        seen = self.scrollable_content_region.height - 1
        passed = [
            line.address
            for y, line in enumerate(self._lines)
            if line.first and line.address and 0 < (y - at) * by <= seen
        ]
        if passed:
            self._select(passed[-1] if by > 0 else passed[0])
        else:
            self.action_move(by)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        y = offset.y + self.scroll_offset.y
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
