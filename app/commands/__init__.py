"""The commands. Each reads its words, asks the layers below, and delivers one report.

Only click is imported at the top of these modules: `--version`, completion and `list` must answer
at once, and no command but the dashboard's may load Textual.
"""

from __future__ import annotations

from app.commands.ahead import compare, sensitivity, solve, sweep, whatif
from app.commands.numbers import audit, estimate
from app.commands.reference import ref
from app.commands.serve import serve
from app.commands.systems import check, completion, list_systems, open_dashboard, show
from app.commands.workbench import protocol, sketch

__all__ = ["ALL", "expected_errors", "open_dashboard"]

ALL = (
    list_systems, show, estimate, audit, solve, sensitivity, sweep, compare, whatif, sketch,
    protocol, ref, check, serve, completion,
)  # fmt: skip


def expected_errors() -> tuple[type[Exception], ...]:
    """The errors that a person's input can cause: said in a line, never a traceback."""
    from app.files import FileError
    from app.reports.sweep import TooManyRowsError
    from app.stored import ScenarioFileError
    from estimators.engine import EstimateError
    from models.faults import PresetError
    from models.message import MessageError
    from models.quantity import QuantityError
    from models.scenario import ScenarioError
    from models.sketch import SketchError
    from presets.loader import UnknownSystemError

    return (
        EstimateError, FileError, MessageError, PresetError, QuantityError, ScenarioError,
        ScenarioFileError, SketchError, TooManyRowsError, UnknownSystemError,
    )  # fmt: skip
