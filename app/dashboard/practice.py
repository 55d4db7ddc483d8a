"""Practice: numbers are hidden until they are guessed, for whoever prepares for an interview."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from app.dashboard.rows import Line
from models.estimate import Estimate
from models.quantity import Quantity, QuantityError
from models.show import times
from models.units import Unit, Vocabulary
from models.verdict import Tone

SPOT_ON, SAME_ORDER = 2.0, 10.0
"""How many times off a guess may be."""
WORDS: Final[Mapping[str, tuple[str, Tone]]] = MappingProxyType(
    {
        "spot on": ("✓", "good"),
        "same order": ("≈", "near"),
        "off": ("✗", "bad"),
        "given up": ("·", "quiet"),
    }
)
"""What is said of a guess, with its sign and tone."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess beside the number that it was about; no guess where a person gave up."""

    guessed: Quantity | None
    number: Quantity

    @property
    def orders(self) -> float:
        """How many orders of magnitude it is off: 0.3 is twice or half."""
        if self.guessed is None or not self.guessed.base > 0 or not self.number.base > 0:
            return math.inf
        return abs(math.log10(self.guessed.base / self.number.base))

    @property
    def verdict(self) -> str:
        """Within twice, within ten times, or not."""
        if self.guessed is None:
            return "given up"
        if self.orders <= math.log10(SPOT_ON):
            return "spot on"
        return "same order" if self.orders <= math.log10(SAME_ORDER) else "off"


@dataclass(frozen=True, slots=True)
class Practice:
    """The guesses so far, by the address of the number."""

    guesses: Mapping[str, Guess] = field(default_factory=dict)

    def hides(self, address: str) -> bool:
        """Whether a number is still to be guessed."""
        return address not in self.guesses

    def with_guess(self, address: str, guess: Guess) -> Practice:
        return replace(self, guesses={**self.guesses, address: guess})

    @property
    def score(self) -> str:
        """`5 guessed: 2 spot on, 2 same order, 1 off, 0.6 orders on average`."""
        made = [guess for guess in self.guesses.values() if guess.guessed is not None]
        if not made:
            return "nothing guessed yet"
        counts = [(word, sum(g.verdict == word for g in made)) for word in WORDS]
        said = ", ".join(f"{count} {word}" for word, count in counts if count)
        known = [guess.orders for guess in made if math.isfinite(guess.orders)]
        mean = f", {sum(known) / len(known):.1f} orders off on average" if known else ""
        return f"{len(made)} guessed: {said}{mean}"


def practised(lines: Iterable[Line], practice: Practice, estimate: Estimate) -> tuple[Line, ...]:
    """The lines of the numbers, with those hidden that are still to be guessed."""
    lines, shown = tuple(lines), []
    labels = [line.parts[0][0].rstrip() for line in lines if line.first]
    column = max(map(len, labels), default=0) + 2
    for line in lines:
        address = line.address
        if address is None or address in estimate.inputs:
            shown.append(line)
        elif not practice.hides(address):
            shown.append(line)
            if line.first:
                shown.append(_beside(address, practice.guesses[address]))
        elif line.first:
            label = line.parts[0][0].rstrip().ljust(column)
            shown.append(Line(((label, "label"), ("?", "quiet")), address, first=True))
    return tuple(shown)


def _beside(address: str, guess: Guess) -> Line:
    sign, tone = WORDS[guess.verdict]
    if guess.guessed is None:
        return Line((("   not guessed", "quiet"),), address)
    off = (
        f"{times(guess.guessed.base / guess.number.base)}  " if math.isfinite(guess.orders) else ""
    )
    text = f"   you: {guess.guessed.shown}  {off}"
    return Line(((text, "quiet"), (f"{sign} {guess.verdict}", tone)), address)


def number_at(estimate: Estimate, address: str) -> Quantity | None:
    """What is to be guessed at an address; None where there is no number, as in a full path."""
    path, _, which = address.partition(".")
    if which == "p99" and path in estimate.paths:
        return estimate.paths[path].p99
    number = estimate.derived.get(address) or estimate.sized.get(address)
    return number.value if number else None


class GuessDialog(ModalScreen[Quantity | None]):
    """Asks what a number may be. Nothing typed gives up.

    Args:
        label: the number's name.
        unit: what it is in.
        vocabulary: the words of its units.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+q", "back", "Back", priority=True),
    ]

    def __init__(self, label: str, unit: Unit, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.label, self.unit, self.vocabulary = label, unit, vocabulary
        self.went_back = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Input(
                placeholder=f"in {self.unit or 'plain numbers'}, or any like unit", id="path"
            )
            yield Static(
                "enter shows the number beside your guess · nothing typed gives up · esc goes back",
                markup=False,
                classes="hint",
            )
            yield Static(markup=False, id="fault")

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = f"Your guess: {self.label}"

    def action_back(self) -> None:
        self.went_back = True
        self.dismiss(None)

    def on_input_changed(self) -> None:
        self.query_one("#fault", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            self.dismiss(None)
            return
        try:
            self.dismiss(Quantity.read(text, self.vocabulary, self.unit))
        except QuantityError as error:
            self.query_one("#fault", Static).update(f"✗ {error}")
