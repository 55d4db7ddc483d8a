"""The architecture on screen: boxes to go through, and what becomes of them in a mishap."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from app.dashboard.boxes import components_drawn, drawing
from app.dashboard.scroll import ScrollPane
from app.dashboard.views import Seen
from estimators.engine import EstimateError
from estimators.whatif import Mishap, Outcome, what_if
from models.scenario import ScenarioError

TENFOLD, ZONE, COLD = Mishap(peak=10.0), Mishap(zone=True), Mishap(cold=True)
ROLES: Final = {
    "quiet": "secondary", "good": "success", "near": "warning", "bad": "error", "chosen": "accent",
}  # fmt: skip
"""For each role of a piece, the theme's variable."""


class Architecture(ScrollPane):
    """Draws the paths; holds which component is marked and what is supposed to go wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "choose(1)", "Next box", show=False),
        Binding("left,h", "choose(-1)", "Previous box", show=False),
        Binding("x", "lose", "Lose it"),
        Binding("z", "lose_zone", "Lose a zone", show=False),
        Binding("c", "cold", "Cold caches", show=False),
        Binding("m", "tenfold", "10x peak"),
        Binding("backspace,delete", "mend", "All well", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._body = Static(markup=False)
        self._seen: Seen | None = None
        self.chosen: str | None = None
        self.mishap: Mishap | None = None

    def compose(self) -> ComposeResult:
        yield self._body

    def show(self, seen: Seen) -> None:
        """Show another estimate; another system's begins with all well."""
        if self._seen is None or self._seen.plan is not seen.plan:
            self.chosen, self.mishap = None, None
            self.scroll_home(animate=False)
        self._seen = seen
        self._draw()

    def suppose(self, mishap: Mishap | None) -> None:
        """Let something go wrong, or nothing; the same again puts it right."""
        self.mishap = None if mishap == self.mishap else mishap
        self.scroll_home(animate=False)
        self._draw()

    def action_choose(self, by: int) -> None:
        if self._seen is None:
            return
        known = components_drawn(self._seen.estimate)
        if known:
            at = known.index(self.chosen) + by if self.chosen in known else min(by, 0)
            self.chosen = known[at % len(known)]
            self._draw()

    def action_lose(self) -> None:
        if self.chosen is None:
            self.notify("Choose a box first: left and right go through them.")
        else:
            self.suppose(Mishap(lost=(self.chosen,)))

    def action_lose_zone(self) -> None:
        self.suppose(ZONE)

    def action_cold(self) -> None:
        self.suppose(COLD)

    def action_tenfold(self) -> None:
        self.suppose(TENFOLD)

    def action_mend(self) -> None:
        self.suppose(None)

    def on_resize(self) -> None:
        self._draw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        if self._seen is None or not width:
            return
        if not self._seen.estimate.paths:
            self._body.update("This preset has no paths to draw.")
            return
        lines = drawing(self._seen.estimate, width, self.chosen, self._outcome())
        theme = self.app.theme_variables
        styles = {
            role: Style.parse(theme.get(name, "").removeprefix("ansi_") or "none")
            for role, name in ROLES.items()
        } | {"title": Style(bold=True), "plain": Style()}
        text = Text("\n").join(
            Text.assemble(*((part, styles[role]) for part, role in line)) for line in lines
        )
        self._body.update(text)

    def _outcome(self) -> Outcome | None:
        if self._seen is None or self.mishap is None:
            return None
        try:
            return what_if(self._seen.plan, self._seen.scenario, self.mishap)
        except (ScenarioError, EstimateError) as error:
            self.notify(str(error), markup=False)
            self.mishap = None
            return None
