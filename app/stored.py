"""A scenario as a file has it: exported, saved, or not saved yet. Imports nothing heavy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class ScenarioFileError(ValueError):
    """A JSON file that holds no scenario. One line that names it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What makes a scenario, as text; the system need not be here.

    Args:
        system: its id.
        variant: the key of a variant, or None.
        set: address to what it was changed to.
        growth: input to how it grows.
        years: how many years ahead are looked at, or None.
    """

    system: str
    variant: str | None
    set: Mapping[str, str]
    growth: Mapping[str, str]
    years: int | None


def read_stored(path: Path) -> Stored:
    """The scenario in a file: of an exported estimate, `scenario` alone is read.

    Raises:
        ScenarioFileError: it cannot be read, or holds no scenario.
    """
    data = read_json(path)
    stored = stored_of(data.get("scenario")) if isinstance(data, dict) else None
    if stored is None or data.get("schema") != 1:
        raise ScenarioFileError(
            f"{path} is no exported estimate; `slipstick estimate SYSTEM -o FILE.json` makes one"
        )
    return stored


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        ScenarioFileError: it cannot be read, or is no JSON.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ScenarioFileError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise ScenarioFileError(f"{path} is no JSON: {error}") from None


def stored_of(data: Any) -> Stored | None:
    """The scenario that JSON data is, or None where it is none."""
    if not isinstance(data, dict):
        return None
    system, variant, years = data.get("system"), data.get("variant"), data.get("years")
    changes, growth = data.get("set", {}), data.get("growth") or {}
    if (
        not isinstance(system, str)
        or not isinstance(variant, str | None)
        or not _is_texts(changes)
        or not _is_texts(growth)
        or not isinstance(years, int | None)
    ):
        return None
    return Stored(system, variant, changes, growth, years)


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
