"""Taking the report away: one dialog, a file name whose ending says the format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from app.files import FileError, write_whole
from app.reports.as_csv import estimate_csv
from app.reports.as_html import html
from app.reports.as_json import dumps, estimate_json
from app.reports.as_markdown import markdown
from app.reports.as_text import plain
from app.reports.build import estimate_report
from models.estimate import Estimate

FORMATS: Final[dict[str, Callable[[Estimate], str]]] = {
    ".md": lambda estimate: markdown(estimate_report(estimate)),
    ".json": lambda estimate: dumps(estimate_json(estimate)),
    ".csv": estimate_csv,
    ".html": lambda estimate: html(estimate_report(estimate)),
    ".txt": lambda estimate: plain(estimate_report(estimate)),
}
ORDER: Final = tuple(FORMATS)


def free_name(stem: str, suffix: str) -> Path:
    """A file name in this folder that nothing has yet: `twitter.md`, then `twitter-2.md`."""
    path, number = Path(stem + suffix), 2
    while path.exists():
        path, number = Path(f"{stem}-{number}{suffix}"), number + 1
    return path


class ExportDialog(ModalScreen[Path | None]):
    """Asks for a file name; writes the estimate there, never over a file that exists."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+q", "dismiss(None)", "Back", priority=True),
        Binding("ctrl+e", "next_format", "Next format", priority=True),
    ]

    def __init__(self, estimate: Estimate) -> None:
        super().__init__()
        self.estimate = estimate
        self.suggested = str(free_name(estimate.scenario.preset.id, ".md"))

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Input(self.suggested, select_on_focus=False, id="path")
            yield Static(
                f"enter writes · ctrl+e changes the format: {' '.join(ORDER)} · esc goes back",
                markup=False,
                classes="hint",
            )
            yield Static(markup=False, id="fault")

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = "Export the estimate"

    def action_next_format(self) -> None:
        field = self.query_one("#path", Input)
        path = Path(field.value)
        at = ORDER.index(path.suffix) if path.suffix in ORDER else -1
        suffix = ORDER[(at + 1) % len(ORDER)]
        own = field.value != self.suggested
        stem = str(path.with_suffix("")) if own else self.estimate.scenario.preset.id
        field.value = str(free_name(stem, suffix))
        self.suggested = self.suggested if own else field.value
        field.cursor_position = len(field.value)

    def on_input_changed(self) -> None:
        self.query_one("#fault", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser()
        render = FORMATS.get(path.suffix.lower())
        fault = ""
        if render is None:
            fault = f"{path.name!r} ends in none of {' '.join(ORDER)}"
        else:
            try:
                write_whole(path, render(self.estimate))
            except FileError as error:
                fault = str(error).replace("; --force replaces it", "; choose another name")
        if fault:
            self.query_one("#fault", Static).update(f"✗ {fault}")
        else:
            self.dismiss(path.resolve())
