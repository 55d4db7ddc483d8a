"""Help for the pane with the focus: what it is for, and its keys."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

Keys = tuple[tuple[str, str], ...]
Page = tuple[str, str, Keys]
EVERYWHERE: Final[Keys] = (
    ("1 2 3 4", "a pane by its number (outside a field)"),
    ("tab, F6", "next field or list; next pane"),
    ("ctrl+z  ctrl+y", "undo and redo; u and U outside a field"),
    ("ctrl+e", "export as Markdown, JSON, CSV, HTML, text or a picture"),
    ("y  Y", "copy all as Markdown; what is selected as text"),
    ("F2 F3 F4 F7 F9", "Systems, Sketches, Protocols, Audit, Reference"),
    ("ctrl+p", "every action by name"),
    ("ctrl+q", "quit"),
)
SCENARIOS: Final[Keys] = (
    ("ctrl+s, s", "save the scenario under a name"),
    ("ctrl+o, o", "open a saved one, or delete it"),
)
SYSTEMS: Final[dict[str, Page]] = {
    "browser": (
        "Systems",
        "Moving through the list opens each system. What you changed in one is still there when "
        "you come back to it, also after a crash. Save it under a name to keep it, and to have it "
        "on the command line.",
        (
            ("j k, arrows", "next, previous"),
            ("g G", "first, last"),
            ("/", "filter by any word"),
            *SCENARIOS,
        ),
    ),
    "inputs": (
        "Inputs",
        "Type a quantity as you say it: 200M, 8.6K/day, 500 B, 2 TiB, 20%, 3x, 90 days. A range, "
        "4 to 16 or 10 +- 20%, says that you are 90% sure the average lies within. A bare number "
        "takes the field's unit. Every keystroke that can be read updates all numbers; one that "
        "cannot leaves the last good ones standing, dimmed.",
        (
            ("up down", "10% more or less; with shift to the next of 1, 2, 5, 10"),
            ("ctrl+r, F5", "back to the preset's value"),
            ("tab", "next field"),
            *SCENARIOS,
        ),
    ),
    "numbers": (
        "Derived beside documented",
        "Each number that follows from the inputs, with the band in which it lies with 90% "
        "certainty (●: the value at the inputs' middles), the figure the literature gives for the "
        "system, the ratio derived/documented, a verdict, and what one input would have to be for "
        "the two to meet. Verdicts are for the untouched preset; once you change an input there "
        "are ratios alone.",
        (
            ("j k, arrows", "next, previous number"),
            ("g G", "first, last"),
            ("enter", "to the input that would meet the figure"),
            ("b", "show or hide the bands"),
            ("p", "practise: numbers hidden until you guess them"),
            *SCENARIOS,
        ),
    ),
    "explain": (
        "Detail",
        "Chart, Explain and Sensitivity follow the selected number: what is not known of it, its "
        "day and its years; its formula down to the inputs; what to measure first. Architecture "
        "draws the paths, with load, nodes and what decides them (◀) on each box, and lets "
        "something go wrong. Sizing and Cost list the components; enter goes to the settings of "
        "one: copies, targets, rates, prices. Compare holds what is on screen against the preset.",
        (
            ("[ ]", "view before, next view; ctrl+page keys in a field"),
            ("F8", "the next chart: how likely, what moves it, day, years"),
            ("left right", "Architecture: go through the boxes"),
            ("x z c m", "lose that one, a zone, the caches; 10x the peak"),
            ("backspace", "Architecture: all well again"),
            ("j k, arrows", "scroll; in Sizing and Cost go through the list"),
            ("n", "Sizing and Cost: another node, with what each comes to"),
        ),
    ),
}
WORKBENCH: Final[dict[str, Page]] = {
    "browser": (
        "Workbench",
        "What there is to work out. Moving through the list opens each; what you typed in one is "
        "still there when you come back to it.",
        (("j k, arrows", "next, previous"), ("enter", "to its fields")),
    ),
    "inputs": (
        "Asked",
        "Type a quantity as you say it: 1B, 1%, 12 KiB, 10K/s. Every keystroke that can be read "
        "works out the answer anew; one that cannot leaves the last one standing, dimmed.",
        (
            ("up down", "10% more or less, with shift along 1, 2, 5; the next choice"),
            ("ctrl+r, F5", "back to what it began with"),
            ("tab", "next field"),
        ),
    ),
    "numbers": (
        "Answer",
        "What follows, what does the same job otherwise, and what is documented of it.",
        (("j k, arrows", "scroll"), ("g G", "top, end")),
    ),
    "explain": ("Chart", "The answer as a curve.", (("F8", "the next chart, if there are more"),)),
}


AUDIT: Final[dict[str, Page]] = {
    "numbers": (
        "Audit",
        "Every documented figure of every system beside what the system's inputs lead to: the "
        "ratio derived/documented, the verdict, and what one input would have to be for the two to "
        "meet. The filter takes words of a system, a figure, what is said, a family or a verdict.",
        (
            ("j k, arrows", "next, previous figure"),
            ("g G, page keys", "first, last; a page on"),
            ("enter", "to that number of that system; a double click too"),
            ("s", "the next order: by family, worst first, by system, by verdict"),
            ("/", "filter"),
        ),
    ),
    "explain": (
        "In words",
        "The selected figure: where it is said, every fair reading of it with what would meet it, "
        "and with which other figures it cannot hold.",
        (("j k, arrows", "scroll"), ("g G", "top, end")),
    ),
}
REFERENCE: Final[dict[str, Page]] = {
    "browser": (
        "Tables",
        "The tables in which the search found something, with their number of rows. Moving "
        "through the list shows the rows of each.",
        (("j k, arrows", "next, previous"), ("enter", "to the rows"), ("/", "search")),
    ),
    "numbers": (
        "Found",
        "What is found, with its sources below. The search is over all tables: a word, a part of "
        "one, or the name of a table.",
        (("j k, arrows", "scroll"), ("g G", "top, end"), ("/", "search")),
    ),
}


class HelpScreen(ModalScreen[None]):
    """One page about one pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q,enter,ctrl+q", "dismiss", "Back", priority=True),
    ]

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    def compose(self) -> ComposeResult:
        _, prose, keys = self.page
        text = Text(f"{prose}\n\n")
        for key, meaning in (*keys, *EVERYWHERE):
            text.append(f"{key:<16}", "bold")
            text.append(f"{meaning}\n")
        text.append("\nesc goes back", "dim")
        with VerticalScroll(id="dialog"):
            yield Static(text, markup=False)

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = self.page[0]
