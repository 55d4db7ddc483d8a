"""What is not saved: the last state of each system that was changed, so that a crash loses nothing.

One file in the user's state folder holds all of them, the one that was changed last at its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.files import write_own
from app.reports.as_json import SCHEMA, dumps, scenario_json
from app.stored import ScenarioFileError, Stored, read_json, stored_of
from models.scenario import Scenario


class BrokenFileError(ValueError):
    """The file holds something else. One line that says why, and where it is now."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A scenario that was left with changes.

    Args:
        name: what it was saved as before they were made, or None.
        scenario: it, as text.
    """

    name: str | None
    scenario: Stored


def file() -> Path:
    """Where it stands."""
    from platformdirs import user_state_path

    return user_state_path("slipstick") / "unsaved.json"


def read() -> dict[str, Unsaved]:
    """What was left with changes, by the system's id, the latest last.

    Raises:
        BrokenFileError: the file holds something else; it was renamed, so that nothing is lost.
    """
    path = file()
    try:
        if not path.exists():
            return {}
        data = read_json(path)
    except OSError as error:
        raise BrokenFileError(f"{path} cannot be read: {error.strerror or error}") from None
    except ScenarioFileError as error:
        raise _set_aside(path, str(error)) from None
    entries = data.get("unsaved") if isinstance(data, dict) and data.get("schema") == 1 else None
    found = [_unsaved(entry) for entry in entries] if isinstance(entries, list) else [None]
    if None in found:
        raise _set_aside(path, f"{path} holds no unsaved scenarios")
    return {each.scenario.system: each for each in found if each}


def write(changed: Mapping[str, Scenario | None]) -> None:
    """Keep what is not saved of some systems; what the file has of others stays as it is.

    Args:
        changed: the scenario of each system's id, or None where there is nothing to keep.

    Raises:
        FileError: it cannot be written.
    """
    try:
        before = read()
    except BrokenFileError:
        before = {}
    kept = {system: each for system, each in before.items() if system not in changed}
    for system, scenario in changed.items():
        stored = stored_of(scenario_json(scenario)) if scenario else None
        if scenario and stored:
            kept[system] = Unsaved(scenario.name, stored)
    if kept != before:
        entries = [asdict(each) for each in kept.values()]
        write_own(file(), dumps({"schema": SCHEMA, "unsaved": entries}))


def _unsaved(entry: Any) -> Unsaved | None:
    stored = stored_of(entry.get("scenario")) if isinstance(entry, dict) else None
    if stored is None or not isinstance(entry.get("name"), str | None):
        return None
    return Unsaved(entry.get("name"), stored)


def _set_aside(path: Path, why: str) -> BrokenFileError:
    """Rename a file that cannot be read; what is to be said of it."""
    aside, number = path.with_name("unsaved-broken.json"), 2
    while aside.exists():
        aside, number = path.with_name(f"unsaved-broken-{number}.json"), number + 1
    try:
        path.rename(aside)
    except OSError as error:
        return BrokenFileError(f"{why}; it cannot be renamed: {error.strerror or error}")
    return BrokenFileError(f"{why}; it is kept as {aside.name}")
