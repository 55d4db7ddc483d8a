"""Saved scenarios: one file each in the user's data folder, called by the scenario's name.

A file holds what `slipstick estimate --format json` writes under `scenario`, so it is an exported
estimate too. Listing them imports nothing heavy and opens no preset.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.files import FileError, write_own
from app.stored import ScenarioFileError, read_stored

if TYPE_CHECKING:
    from models.scenario import Scenario

LONGEST: Final = 60
SIGNS: Final = " -_."


class ScenarioNameError(ValueError):
    """Text that cannot be a scenario's name. One line that says what can."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A file among the saved scenarios.

    Args:
        name: of the scenario, and of its file.
        time: when it was saved.
        system: the id of its system; nothing if the file cannot be read.
        variant: the key of a variant, or None.
        changes: how many inputs are changed in it.
        fault: why it cannot be opened, as a sentence's end, or nothing.
    """

    name: str
    time: datetime
    system: str = ""
    variant: str | None = None
    changes: int = 0
    fault: str = ""

    @property
    def told(self) -> str:
        """What it holds, in a few words: `url-shortener, small, 2 changes, 2026-11-24 13:59`."""
        count = f"{self.changes} change{'s' * (self.changes != 1)}"
        parts = (self.system, self.variant, count, f"{self.time:%Y-%m-%d %H:%M}")
        return ", ".join(filter(None, parts))


def folder() -> Path:
    """Where saved scenarios stand."""
    from platformdirs import user_data_path

    return user_data_path("slipstick") / "scenarios"


def file_of(name: str) -> Path:
    """The file of a saved scenario, whether it is there or not."""
    return folder() / f"{name}.json"


def names() -> list[str]:
    """The names of what is saved, without opening it."""
    return [path.stem for path in _files() if not _name_fault(path.stem)]


def exists(name: str) -> bool:
    """Whether a scenario is saved under exactly this name."""
    return name in names()


def listing(systems: Collection[str]) -> list[Saved]:
    """What is saved, the latest first; a file that cannot be opened is told with its fault.

    Args:
        systems: the ids of the systems that there are.
    """
    found = [_saved(path, systems) for path in _files()]
    return sorted(found, key=lambda saved: saved.time, reverse=True)


def checked_name(text: str) -> str:
    """The name that a person typed for a scenario.

    Raises:
        ScenarioNameError: it is none, or stands for something else on the command line.
    """
    from app.commands import ALL
    from presets.loader import headers

    name = unicodedata.normalize("NFC", text.strip())
    if fault := _name_fault(name):
        raise ScenarioNameError(fault)
    if name.endswith((".json", ".toml")):
        raise ScenarioNameError(f"{name} would be taken for a file; leave its ending out")
    if name in (command.name for command in ALL):
        raise ScenarioNameError(f"{name} is a command; choose another name")
    if name in (header.id for header in headers()):
        raise ScenarioNameError(f"{name} is a system; choose another name")
    return name


def save(name: str, scenario: Scenario, replace: bool = False) -> None:
    """Save a scenario under a name, whole or not at all.

    Args:
        name: as `checked_name` gives it.
        scenario: what to save.
        replace: put it over one that has this name.

    Raises:
        FileError: one has this name and `replace` is not given, or it cannot be written.
    """
    from app.reports.as_json import SCHEMA, dumps, scenario_json

    data = {"schema": SCHEMA, "scenario": scenario_json(scenario)}
    write_own(file_of(name), dumps(data), replace)


def delete(name: str) -> None:
    """Delete a saved scenario.

    Raises:
        FileError: it cannot be deleted.
    """
    try:
        file_of(name).unlink()
    except OSError as error:
        why = error.strerror or error
        raise FileError(f"{file_of(name)} was not deleted: {why}") from None


def _name_fault(name: str) -> str:
    """Why text cannot be a name, whatever else has it; nothing if it can."""
    if not name:
        return "a scenario needs a name"
    if len(name) > LONGEST:
        return f"a name has at most {LONGEST} characters; this has {len(name)}"
    for sign in name:
        if not sign.isalnum() and sign not in SIGNS:
            return f"{sign!r} has no place in a name; letters, digits, spaces, - _ and . have"
    if not name[0].isalnum() or not name[-1].isalnum():
        return "a name begins and ends with a letter or a digit"
    return ""


def _files() -> list[Path]:
    return sorted(path for path in folder().glob("*.json") if not path.name.startswith("."))


def _saved(path: Path, systems: Collection[str]) -> Saved:
    try:
        time = datetime.fromtimestamp(path.stat().st_mtime)
    except OSError:
        time = datetime.min
    if fault := _name_fault(path.stem):
        return Saved(path.stem, time, fault=f"{path}: {fault}")
    try:
        stored = read_stored(path)
    except ScenarioFileError as error:
        return Saved(path.stem, time, fault=str(error))
    missing = f"{path} is of the system {stored.system!r}, which is not here"
    fault = "" if stored.system in systems else missing
    return Saved(path.stem, time, stored.system, stored.variant, len(stored.set), fault)
