"""Opening a scenario: a system by name or path, or an estimate that was exported as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.scenario import Scenario
from presets.loader import UnknownSystemError, load, own_folder

if TYPE_CHECKING:
    from estimators.plan import Plan


class ScenarioFileError(ValueError):
    """A JSON file that is no exported estimate. One line that names it."""


def open_scenario(name: str) -> tuple[Plan, Scenario]:
    """The plan and the scenario that a name on the command line stands for.

    Args:
        name: a system's id or prefix, a path to a preset file, or to an exported estimate.

    Raises:
        UnknownSystemError: nothing answers to the name.
        PresetError: the preset has faults.
        ScenarioFileError: the JSON is no exported estimate.
        ScenarioError: its changes do not fit the system.
    """
    if not name.endswith(".json"):
        plan = load(name)
        return plan, Scenario(plan.preset)
    stored = _stored(name)
    try:
        plan = load(stored["system"])
    except UnknownSystemError as error:
        raise ScenarioFileError(
            f"{name} is of a system that is not here: {error}; "
            f"a preset file of one's own belongs in {own_folder()}"
        ) from None
    scenario = Scenario(plan.preset, stored.get("variant"))
    for address, text in stored.get("set", {}).items():
        scenario = scenario.with_change(address, text)
    for address, text in (stored.get("growth") or {}).items():
        scenario = scenario.with_growth(f"{address}={text}", stored.get("years"))
    return plan, scenario


def _stored(name: str) -> dict[str, Any]:
    try:
        data = json.loads(Path(name).expanduser().read_text("utf-8"))
    except OSError as error:
        raise ScenarioFileError(f"{name} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise ScenarioFileError(f"{name} is no JSON: {error}") from None
    stored = data.get("scenario") if isinstance(data, dict) else None
    if (
        not isinstance(stored, dict)
        or data.get("schema") != 1
        or not isinstance(stored.get("system"), str)
        or not isinstance(stored.get("variant"), str | None)
        or not _is_texts(stored.get("set", {}))
        or not _is_texts(stored.get("growth") or {})
        or not isinstance(stored.get("years"), int | None)
    ):
        raise ScenarioFileError(
            f"{name} is no exported estimate; `slipstick estimate SYSTEM -o FILE.json` makes one"
        )
    return stored


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
