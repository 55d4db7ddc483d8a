"""Reports on a terminal: wide ones as a table, narrow ones with the long cells below their row."""

import io
import re

import pytest

from app.reports.as_text import print_report
from app.reports.audit import audit_report
from app.reports.build import estimate_report
from models.estimate import Audit
from models.scenario import Scenario
from presets.loader import load


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("width", [80, 120, 250])
@pytest.mark.parametrize(
    "make",
    [
        estimate_report,
        lambda estimate: audit_report([Audit(estimate.scenario.preset, estimate.documented)]),
    ],
)
def test_no_cell_is_cut_off_on_a_terminal_of_any_width(make, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    plan = load("url-shortener")
    report = make(plan.estimate(Scenario(plan.preset)))
    terminal = Terminal()
    print_report(report, terminal)
    text = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())
    shown = " ".join(text.split())
    assert "…" not in shown
    assert max(map(len, text.splitlines())) <= width
    for table in report.tables:
        for row in table.rows:
            for cell in row:
                assert " ".join(cell.split()) in shown
