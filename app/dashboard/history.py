"""Undo and redo over scenarios: the only state that the dashboard has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.scenario import Scenario


@dataclass(frozen=True, slots=True)
class History:
    """What a scenario was, is, and was undone from.

    Args:
        now: the scenario on screen.
        past: earlier ones, the latest last.
        future: undone ones, the next to redo first.
        typing: the input that is being typed into; its keystrokes are one step.
    """

    now: Scenario
    past: tuple[Scenario, ...] = ()
    future: tuple[Scenario, ...] = ()
    typing: str | None = None

    def put(self, scenario: Scenario, typing: str | None = None) -> History:
        """The history with a new scenario; typing on in one input replaces the last step."""
        if scenario == self.now:
            return self
        same_step = typing is not None and typing == self.typing
        past = self.past if same_step else (*self.past, self.now)
        return History(scenario, past, (), typing)

    def settle(self) -> History:
        """The history once an input is left: the next keystroke begins a new step."""
        return replace(self, typing=None)

    def undo(self) -> History:
        """One step back, or the same where there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redo(self) -> History:
        """One step forward again, or the same where there is none."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.now), self.future[1:])
