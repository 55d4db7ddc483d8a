"""The frame of a screen: its panes where they will be, empty, and how they fit a window.

It is on screen before anything that takes a while is imported or read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from app.dashboard.footer import Keys

NARROW, SHORT, ROOMY = 116, 30, 160
ONE_LINE: Final = 78
SMALLEST: Final = (60, 16)
SYSTEMS: Final = {
    "browser": "Systems", "inputs": "Inputs", "numbers": "Derived", "explain": "Detail"
}  # fmt: skip
"""The panes of the main screen with their titles."""


class FramedScreen(Screen[None]):
    """A screen whose panes stand side by side in a large window, one at a time in a small one.

    Args:
        panes: the id of each pane with its title, in their order.
        first: the pane that is in front.
    """

    # A screen says itself what has the focus; what is typed before is no text for its first field.
    AUTO_FOCUS = ""

    def __init__(self, panes: dict[str, str], first: str) -> None:
        super().__init__()
        self.panes, self.pane = panes, first
        self.add_class("panes")

    def compose(self) -> ComposeResult:
        # Before there is anything that had to be styled anew.
        self.put_classes(_fitting(self.app.size) | {f"-{self.pane}": True})
        width, height = SMALLEST
        yield Static(markup=False, id="title")
        yield Static(markup=False, id="tabs")
        yield from self.compose_panes()
        small = f"Slipstick needs a window of {width}x{height} or more."
        yield Static(small, markup=False, id="small")
        yield Keys(compact=True)

    def compose_panes(self) -> ComposeResult:
        """What stands between the title and the footer."""
        raise NotImplementedError

    def on_resize(self, event: events.Resize) -> None:
        self.put_classes(_fitting(event.size))

    def put_classes(self, states: Mapping[str, bool]) -> None:
        """Set several classes at once: each time, all below is styled anew."""
        classes = self.classes - states.keys() | {name for name, on in states.items() if on}
        if classes != self.classes:
            self.set_classes(classes)

    def name_panes(self) -> None:
        """Write each pane's number and title on its border."""
        for number, (name, title) in enumerate(self.panes.items(), start=1):
            self.query_one(f"#{name}").border_title = f"{number} {title}"

    def put_in_front(self, pane: str) -> None:
        """Show a pane where only one is seen, and say which."""
        self.pane = pane
        self.put_classes({f"-{name}": name == pane for name in self.panes})
        tabs = [
            (f" {number} {title} ", "reverse" if name == pane else "")
            for number, (name, title) in enumerate(self.panes.items(), start=1)
        ]
        self.query_one("#tabs", Static).update(Text.assemble(*tabs))


class Frame(FramedScreen):
    """The main screen while it is being read."""

    def __init__(self) -> None:
        super().__init__(SYSTEMS, "numbers")

    def compose_panes(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield Vertical(id="browser")
            yield Vertical(id="inputs")
            yield Vertical(id="numbers")
        yield Vertical(id="explain")

    def on_mount(self) -> None:
        self.query_one("#title", Static).update("Slipstick")
        self.name_panes()
        self.put_in_front(self.pane)


def _fitting(size: Size) -> dict[str, bool]:
    """For each class of a layout, whether a window of that size has it."""
    compact = size.width < NARROW or size.height < SHORT
    return {
        "-tiny": size.width < SMALLEST[0] or size.height < SMALLEST[1],
        "-compact": compact,
        "-one-line": size.width >= (ONE_LINE if compact else ROOMY),
    }
