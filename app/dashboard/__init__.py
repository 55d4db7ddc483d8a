"""The dashboard. Importing this package loads nothing; `run` loads Textual."""

from __future__ import annotations

import os


def run(system: str | None = None) -> None:
    """Open the dashboard.

    Args:
        system: an id, a prefix of one, or a path to a preset file; the first system if None.

    Raises:
        UnknownSystemError: nothing answers to the name.
        PresetError: the preset has faults.
    """
    # Textual reads the frame rate once, when it is imported; idle costs nothing at any rate.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from app.dashboard.application import Dashboard
    from app.scenarios import open_scenario
    from presets.loader import find, headers

    first = next(header.id for header in headers() if not header.fault)
    name = system or first
    if not name.endswith(".json"):
        find(name)
    open_scenario(name)
    Dashboard(name).run()
