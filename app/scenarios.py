"""Opening a scenario: a system by name or path, a saved scenario, or an exported estimate."""

from __future__ import annotations

import os
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from app import saved
from app.stored import ScenarioFileError, Stored, read_stored
from models.scenario import Scenario
from presets.loader import UnknownSystemError, headers, load, own_folder

if TYPE_CHECKING:
    from estimators.plan import Plan


def open_scenario(name: str) -> tuple[Plan, Scenario]:
    """The plan and the scenario that a name on the command line stands for.

    A system's id goes first, then the names of saved scenarios, then what a system begins with or
    is like.

    Args:
        name: a system's id or prefix, a path to a preset file, a saved scenario's name, or a path
            to an exported estimate.

    Raises:
        UnknownSystemError: nothing answers to the name.
        PresetError: the preset has faults.
        ScenarioFileError: the JSON holds no scenario.
        ScenarioError: its changes do not fit the system.
    """
    if name.endswith(".json"):
        return _opened(Path(name).expanduser())
    if saved.exists(name) and name not in {header.id for header in headers()}:
        plan, scenario = _opened(saved.file_of(name))
        return plan, replace(scenario, name=name)
    try:
        plan = load(name)
    except UnknownSystemError as error:
        if os.sep in name or name.endswith(".toml"):
            raise
        near = get_close_matches(name, saved.names(), 1)
        hint = f" ({near[0]!r} is)" if near else ""
        raise UnknownSystemError(f"no scenario is saved as {name!r}{hint}, and {error}") from None
    return plan, Scenario(plan.preset)


def scenario_of(plan: Plan, stored: Stored) -> Scenario:
    """A scenario of a plan's preset from what a file has of it.

    Raises:
        ScenarioError: its changes do not fit the system.
    """
    scenario = Scenario(plan.preset, stored.variant)
    for address, text in stored.set.items():
        scenario = scenario.with_change(address, text)
    for address, text in stored.growth.items():
        scenario = scenario.with_growth(f"{address}={text}", stored.years)
    return scenario


def _opened(path: Path) -> tuple[Plan, Scenario]:
    stored = read_stored(path)
    try:
        plan = load(stored.system)
    except UnknownSystemError as error:
        raise ScenarioFileError(
            f"{path} is of a system that is not here: {error}; "
            f"a preset file of one's own belongs in {own_folder()}"
        ) from None
    return plan, scenario_of(plan, stored)
