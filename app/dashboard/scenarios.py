"""A screen of scenarios: each with its history, saved under names, and kept while it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from app import saved
from app.dashboard.history import History
from app.dashboard.kept import Kept, renamed
from app.dashboard.opening import OpenDialog, ask_to_delete
from app.dashboard.panes import PanesScreen
from app.dashboard.saving import SaveDialog
from app.files import FileError
from estimators.plan import Plan
from models.scenario import Scenario

SOON: Final = 0.5
"""Seconds from a change until it is written, with all that follow meanwhile."""


class ScenariosScreen(PanesScreen):
    """Holds the history of each system that was opened, and what the disk has of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save_scenario", "Save", priority=True),
        Binding("ctrl+o", "open_scenario", "Open", priority=True, show=False),
        Binding("s", "save_scenario", "Save", show=False),
        Binding("o", "open_scenario", "Open", show=False),
    ]

    class Unwritten(Message):
        """What is not saved could not be written."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(self, panes: dict[str, str], first: str) -> None:
        super().__init__(panes, first)
        self.plan: Plan
        self.histories: dict[str, History[Scenario]] = {}
        self.kept = Kept()
        self.soon: Timer | None = None

    @property
    def history(self) -> History[Scenario]:
        """That of the system on screen."""
        return self.histories[self.plan.preset.id]

    def remember(self, history: History[Scenario]) -> None:
        self.histories[self.plan.preset.id] = history

    async def open(self, name: str) -> bool:
        """Open a system, or a scenario of it; whether it could be opened."""
        raise NotImplementedError

    def systems(self) -> list[str]:
        """The ids of all systems that can be opened."""
        raise NotImplementedError

    def commands(self) -> Iterator[SystemCommand]:
        yield from super().commands()
        now = self.history.now
        if not self.kept.is_saved(now):
            yield SystemCommand("Save scenario", "Under a name", self.action_save_scenario)
        if saved.names():
            about = "One that was saved, or delete it"
            yield SystemCommand("Open scenario", about, self.action_open_scenario)
        if now.name:
            delete = partial(self.delete_asked, now.name)
            yield SystemCommand(f"Delete {now.name}", "The saved scenario on screen", delete)

    # What is not saved

    def keep(self) -> None:
        """After a change: write it soon, so that a crash loses nothing."""
        self.kept.note(self.history.now)
        if self.soon is None:
            self.soon = self.set_timer(SOON, self.write_unsaved)

    @work(thread=True)
    def write_unsaved(self) -> None:
        self.soon = None
        if why := self.kept.write():
            self.post_message(self.Unwritten(why))

    def on_scenarios_screen_unwritten(self, event: Unwritten) -> None:
        self.complain(f"What is not saved would not survive a crash: {event.why}")

    def on_unmount(self) -> None:
        self.kept.write()

    def complain(self, why: str) -> None:
        if why:
            self.notify(why, severity="warning", markup=False)

    # What is saved

    def action_save_scenario(self) -> None:
        now = self.history.now
        if now == Scenario(now.preset):
            self.notify("Nothing is changed, so there is nothing to save.")
            return
        there = {each.name: each for each in saved.listing(self.systems())}
        of_system = (each.name for each in there.values() if each.system == now.preset.id)
        free = (f"{now.preset.id}-{n}" for n in range(1, len(there) + 2))
        first = next(name for name in free if name not in there)
        suggested = now.name or next(of_system, first)

        def done(name: str | None) -> None:
            if name is not None:
                self.notify(f"Saved {name}", markup=False)
                self.show_title()

        self.app.push_screen(SaveDialog(suggested, now.name, there, self.save), done)

    def save(self, name: str, over: bool) -> None:
        """Save what is on screen.

        Raises:
            FileError: it was not written.
        """
        now = self.history.now
        self.kept.save(name, replace(now, name=name), over)
        self.remember(renamed(self.history, now.name, name))
        self.keep()

    def action_open_scenario(self) -> None:
        async def done(name: str | None) -> None:
            if name is not None:
                await self.open(name)

        found = saved.listing(self.systems())
        self.app.push_screen(OpenDialog(found, self.delete), done)

    def delete_asked(self, name: str) -> None:
        """Delete a saved scenario after a yes."""

        def done(answer: str | None) -> None:
            if answer == "y":
                try:
                    self.delete(name)
                except FileError as error:
                    self.complain(str(error))

        self.app.push_screen(ask_to_delete(name), done)

    def delete(self, name: str) -> None:
        """Delete a saved scenario; what is on screen stays there, without a name.

        Raises:
            FileError: it was not deleted.
        """
        saved.delete(name)
        for system, history in self.histories.items():
            self.histories[system] = renamed(history, name, None)
            if history.now.name == name:
                self.kept.note(self.histories[system].now)
        self.show_title()
        self.notify(f"Deleted {name}", markup=False)

    def unsaved(self) -> list[Scenario]:
        """The named scenarios that differ from what is saved."""
        now = [history.now for history in self.histories.values()]
        return [each for each in now if each.name and not self.kept.is_saved(each)]

    def save_all(self) -> None:
        """Save each of them under its name.

        Raises:
            FileError: one was not written.
        """
        for scenario in self.unsaved():
            self.kept.save(str(scenario.name), scenario, over=True)
            self.kept.note(scenario)
