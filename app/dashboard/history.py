"""Undo and redo: the only state that the dashboard has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class History(Generic[State]):
    """What a scenario, or what is asked of a workbench, was, is, and was undone from.

    Args:
        now: what is on screen.
        past: earlier ones, the latest last.
        future: undone ones, the next to redo first.
        typing: the input that is being typed into; its keystrokes are one step.
    """

    now: State
    past: tuple[State, ...] = ()
    future: tuple[State, ...] = ()
    typing: str | None = None

    def put(self, state: State, typing: str | None = None) -> History[State]:
        """The history with a new state; typing on in one input replaces the last step."""
        if state == self.now:
            return self
        same_step = typing is not None and typing == self.typing
        past = self.past if same_step else (*self.past, self.now)
        return History(state, past, (), typing)

    def settle(self) -> History[State]:
        """The history once an input is left: the next keystroke begins a new step."""
        return replace(self, typing=None)

    def undo(self) -> History[State]:
        """One step back, or the same where there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redo(self) -> History[State]:
        """One step forward again, or the same where there is none."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.now), self.future[1:])
