"""The dashboard. Importing this package loads nothing; `run` loads Textual."""

from __future__ import annotations

import os


def run(scenario: str | None = None) -> int:
    """Open the dashboard; returns the exit code, which is not 0 when it did not end by itself.

    Args:
        scenario: what to open, as on the command line; what was changed last if None.

    Raises:
        UnknownSystemError: nothing answers to the name.
        PresetError: the preset has faults.
        ScenarioFileError: the file holds no scenario.
        ScenarioError: its changes do not fit the system.
    """
    # Textual reads the frame rate once, when it is imported; idle costs nothing at any rate.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from app.dashboard.application import Dashboard

    dashboard = Dashboard(scenario)
    dashboard.run()
    if dashboard.fault is not None:
        raise dashboard.fault
    return dashboard.return_code or 0
