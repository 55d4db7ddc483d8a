"""Taking away what is on screen: one dialog, a file name whose ending says the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias

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
from app.reports.table import Report
from models.estimate import Estimate

ORDER: Final = (".md", ".json", ".csv", ".html", ".txt", ".svg")
Formats: TypeAlias = Mapping[str, Callable[[], str]]
"""For each ending of a file, what it is to hold."""


def formats(estimate: Estimate) -> Formats:
    """An estimate in every format."""
    return report_formats(
        partial(estimate_report, estimate),
        partial(estimate_json, estimate),
        partial(estimate_csv, estimate),
    )


def report_formats(
    report: Callable[[], Report], data: Callable[[], Any], csv: Callable[[], str]
) -> Formats:
    """A report, its data and its rows in every format."""
    return {
        ".md": lambda: markdown(report()),
        ".json": lambda: dumps(data()),
        ".csv": csv,
        ".html": lambda: html(report()),
        ".txt": lambda: plain(report()),
    }


def free_name(stem: str, suffix: str) -> Path:
    """A file name in this folder that nothing has yet: `twitter.md`, then `twitter-2.md`."""
    path, number = Path(stem + suffix), 2
    while path.exists():
        path, number = Path(f"{stem}-{number}{suffix}"), number + 1
    return path


class ExportDialog(ModalScreen[str | None]):
    """Asks for a file name; writes there, never over a file that exists; in a browser, downloads.

    Leaves with what is to be said of it.

    Args:
        stem: what the file is called if nobody says otherwise.
        formats: what it is to hold, by its ending.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+q", "dismiss(None)", "Back", priority=True),
        Binding("ctrl+e", "next_format", "Next format", priority=True),
    ]

    def __init__(self, stem: str, formats: Formats) -> None:
        super().__init__()
        self.stem, self.formats = stem, formats
        self.suggested = ""

    def compose(self) -> ComposeResult:
        self.suggested = self.named(self.stem, ".md")
        with Vertical(id="dialog"):
            yield Input(self.suggested, select_on_focus=False, id="path")
            yield Static(
                f"enter writes · ctrl+e changes the format: {' '.join(ORDER)} · esc goes back",
                markup=False,
                classes="hint",
            )
            yield Static(markup=False, id="fault")

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = "Export"

    def named(self, stem: str, suffix: str) -> str:
        """A name to suggest; a browser finds one that is free by itself."""
        return stem + suffix if self.app.is_web else str(free_name(stem, suffix))

    def action_next_format(self) -> None:
        field = self.query_one("#path", Input)
        path = Path(field.value)
        at = ORDER.index(path.suffix) if path.suffix in ORDER else -1
        suffix = ORDER[(at + 1) % len(ORDER)]
        own = field.value != self.suggested and bool(path.name)
        stem = str(path.with_suffix("")) if own else self.stem
        field.value = self.named(stem, suffix)
        self.suggested = self.suggested if own else field.value
        field.cursor_position = len(field.value)

    def on_input_changed(self) -> None:
        self.query_one("#fault", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        path, said, fault = Path(event.value.strip()), "", ""
        render = self.formats.get(path.suffix.lower())
        if render is None:
            fault = f"{path.name!r} ends in none of {' '.join(ORDER)}"
        elif self.app.is_web:
            # The files of the machine that serves are not those of who looks on.
            self.app.deliver_binary(BytesIO(render().encode()), save_filename=path.name)
            said = f"Sent {path.name} to the browser"
        else:
            try:
                path = path.expanduser()
                write_whole(path, render())
                said = f"Wrote {path.resolve()}"
            except RuntimeError:
                fault = f"there is no home folder {path.parts[0]}"
            except FileError as error:
                fault = str(error).replace("; --force replaces it", "; choose another name")
        if fault:
            self.query_one("#fault", Static).update(f"✗ {fault}")
        else:
            self.dismiss(said)
