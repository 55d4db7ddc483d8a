"""The title line of the main screen: the system on the left, its scenario on the right."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from models.scenario import Scenario


def title_line(scenario: Scenario, is_saved: bool, score: str | None, width: int) -> Text:
    """What the screen is about, in one line; what has no room is left out or shortened.

    Args:
        scenario: what is on screen.
        is_saved: whether it can be had again as it is.
        score: of practice, while there is any.
        width: cells of the line.
    """
    preset, count = scenario.preset, len(scenario.changes)
    start = preset.variants[scenario.variant].label if scenario.variant else "preset"
    state = f"{start}, {count} change{'s' * (count != 1)}" if count else start
    if scenario.name:
        saved = "saved" if is_saved else "not saved"
        room = width - len(preset.name) - len(state) - len(saved) - 10
        state = f"{_shortened(scenario.name, room)} ({saved}): {state}"
    if score is not None:
        state = f"practice, {score}"
    about = f"{preset.family} · {preset.consistency}"
    about += f" · like {', '.join(preset.like)}" if preset.like else ""
    room = width - len(preset.name) - cell_len(state) - 4
    about = about if len(about) < room else ""
    gap = " " * max(room - len(about), 1)
    return Text.assemble((preset.name, "bold"), "  ", (about, "dim"), gap, "  ", state)


def _shortened(name: str, room: int) -> str:
    """A name of no more than so many cells."""
    if cell_len(name) <= room:
        return name
    return f"{set_cell_size(name, max(room - 1, 1)).rstrip()}…"
