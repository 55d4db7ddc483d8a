"""What the disk has of the scenarios on screen: as they were saved, and what is not saved yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from threading import Lock

from app import saved, unsaved
from app.dashboard.history import History
from app.files import FileError
from app.scenarios import open_scenario, scenario_of
from estimators.engine import EstimateError
from estimators.plan import Plan
from models.faults import PresetError
from models.scenario import Scenario, ScenarioError


class Kept:
    """Which scenarios on screen differ from what is saved; these are written where they survive.

    A system that is opened gets its changes back. Writing may happen in a thread: whoever comes
    last writes what was noted last.
    """

    def __init__(self) -> None:
        self.saved: dict[str, Scenario] = {}
        self.left: dict[str, unsaved.Unsaved] = {}
        self.noted: dict[str, Scenario | None] = {}
        self._fault = ""
        self._writing = Lock()

    def read(self) -> str:
        """Read what was left with changes; returns what is to be said of a file that is broken."""
        try:
            self.left = unsaved.read()
        except unsaved.BrokenFileError as error:
            return str(error)
        return ""

    def write(self) -> str:
        """Write what is noted; returns what is to be said of a new fault."""
        with self._writing:
            before, self._fault = self._fault, ""
            try:
                unsaved.write(dict(self.noted))
            except FileError as error:
                self._fault = str(error)
            return self._fault if self._fault != before else ""

    def note(self, scenario: Scenario) -> None:
        """What a system's scenario is after a change."""
        self.noted[scenario.preset.id] = None if self.is_saved(scenario) else scenario

    def is_saved(self, scenario: Scenario) -> bool:
        """Whether it can be had again: as it was saved, or as its preset has it."""
        if scenario.name is None:
            return scenario == Scenario(scenario.preset)
        return scenario == self.saved.get(scenario.name)

    def save(self, name: str, scenario: Scenario, over: bool) -> None:
        """Save a scenario.

        Raises:
            FileError: it was not written.
        """
        saved.save(name, scenario, over)
        self.saved[name] = scenario

    def opened(
        self, plan: Plan, scenario: Scenario, history: History[Scenario] | None
    ) -> tuple[History[Scenario], str]:
        """The history of a system that is opened, and what there is to say.

        Args:
            plan: of the system.
            scenario: what is opened: the preset as it is, or a scenario of it.
            history: of the system, if it was open before.
        """
        start, said = Scenario(plan.preset), ""
        if history is None:
            history, said = self._brought_back(plan)
        if scenario.name is None and scenario == start:
            return history, said
        if scenario.name is not None:
            self.saved[scenario.name] = scenario
            if said and history.now.name == scenario.name:
                return history, said
        lost = not self.is_saved(history.now) and scenario != history.now
        said = f"Opened {scenario.name or 'the scenario'}"
        said += "; u goes back to what is not saved" if lost else ""
        return _step(history, scenario), said

    def _brought_back(self, plan: Plan) -> tuple[History[Scenario], str]:
        """The history of a system with what was left of it as its last step."""
        history, preset = History(Scenario(plan.preset)), plan.preset
        left = self.left.pop(preset.id, None)
        if left is None:
            return history, ""
        try:
            scenario = scenario_of(plan, left.scenario)
            plan.estimate(scenario)
        except (ScenarioError, EstimateError) as error:
            return history, f"What was not saved of {preset.name} does not fit it any more: {error}"
        if left.name and (before := self._as_saved(left.name, plan)):
            history = _step(history, before)
            scenario = replace(scenario, name=left.name)
        if scenario == history.now:
            return history, ""
        count = len(scenario.changes) + len(scenario.growth)
        variant = preset.variants[scenario.variant].label if scenario.variant else ""
        parts = [variant, f"{count} change{'s' * (count != 1)}" if count else ""]
        what = " with ".join(filter(None, parts)) or "what was not saved"
        of = f"{scenario.name}, {preset.name}" if scenario.name else preset.name
        return _step(history, scenario), f"Brought back {what} of {of}; u undoes"

    def _as_saved(self, name: str, plan: Plan) -> Scenario | None:
        """What is saved under a name, if that is still a scenario of this system."""
        if not saved.exists(name):
            return None
        try:
            scenario = open_scenario(name)[1]
        except (ValueError, LookupError, PresetError):
            return None
        if scenario.preset.id != plan.preset.id:
            return None
        self.saved[name] = scenario
        return scenario


def renamed(history: History[Scenario], old: str | None, new: str | None) -> History[Scenario]:
    """A history in which what was called `old` is called `new`: saving is no step of its own."""

    def named(states: Iterable[Scenario]) -> tuple[Scenario, ...]:
        return tuple(replace(s, name=new) if s.name == old else s for s in states)

    (now,) = named([history.now])
    return replace(history, now=now, past=named(history.past), future=named(history.future))


def _step(history: History[Scenario], scenario: Scenario) -> History[Scenario]:
    """The history with another scenario; one that differs in its name alone is no step."""
    if scenario == history.now:
        return replace(history, now=scenario)
    return history.put(scenario)
