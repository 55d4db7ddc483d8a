"""A report in a pane: fitted to its width, in the theme's colours."""

from __future__ import annotations

from typing import Final

from rich.console import Group
from textual.app import ComposeResult
from textual.widgets import Static

from app.dashboard.scroll import ScrollPane
from app.reports.as_text import blocks
from app.reports.table import Report

COLOURS: Final = {"quiet": "secondary", "good": "success", "near": "warning", "bad": "error"}
"""For each tone, the theme's variable."""


class ReportPane(ScrollPane):
    """Shows one report at a time, and scrolls."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.report: Report | None = None
        self.body = Static(markup=False)
        self._drawn: tuple[Report | None, int, dict[str, str]] | None = None

    def compose(self) -> ComposeResult:
        yield self.body

    def show(self, report: Report | None) -> None:
        """Show a report; nothing where there is none yet."""
        self.report = report
        self.draw()

    def draw(self) -> None:
        width = self.scrollable_content_region.width
        theme = self.app.theme_variables
        # rich knows the colours of ANSI themes without what Textual puts before them.
        styles = {tone: theme.get(name, "").removeprefix("ansi_") for tone, name in COLOURS.items()}
        # Textual tells of a new style whenever the focus moves; a long report takes its time.
        if width and (asked := (self.report, width, styles)) != self._drawn:
            self._drawn = asked
            shown = blocks(self.report, width, styles) if self.report else ()
            self.body.update(Group(*shown))

    def on_resize(self) -> None:
        self.draw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.draw()
