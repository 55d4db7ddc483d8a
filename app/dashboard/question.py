"""One question in a dialog: a sentence, and a few answers to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.dashboard.lists import Choices


class Question(ModalScreen[str | None]):
    """Asks once; the answer is the letter of what was chosen, or None for going back.

    Args:
        title: what it is about.
        sentence: what is asked.
        answers: by the letter that chooses each, the first in front.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+q", "dismiss(None)", "Back", priority=True),
    ]

    def __init__(self, title: str, sentence: str, answers: Mapping[str, str]) -> None:
        super().__init__()
        self.title_text, self.sentence, self.answers = title, sentence, answers

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self.sentence, markup=False)
            yield Choices(
                *(
                    Option(Text.assemble((f" {letter} ", "bold"), f" {answer}"), id=letter)
                    for letter, answer in self.answers.items()
                ),
                markup=False,
                compact=True,
                id="choices",
            )

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = self.title_text
        self.query_one("#choices").focus()

    def on_key(self, event: events.Key) -> None:
        if event.key in self.answers:
            event.stop()
            self.dismiss(event.key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)
