"""The lines of the numbers: within the width that there is, for every shipped system."""

import pytest

from app.dashboard.rows import number_lines
from models.scenario import Scenario
from presets.loader import SHIPPED, load_file

FILES = sorted(SHIPPED.glob("*.toml"))
NARROWEST = 41
"""Cells of the pane at 116 columns, where three panes stand side by side."""


@pytest.mark.parametrize("file", FILES, ids=[path.stem for path in FILES])
def test_no_number_is_cut_off_at_any_width(file):
    plan = load_file(file)
    estimate = plan.estimate(Scenario(plan.preset))
    for width in (*range(NARROWEST, 90, 3), *range(90, 200, 13)):
        for bands in (True, False):
            lines = number_lines(estimate, width, bands)
            assert [line.text for line in lines if len(line.text) > width] == [], width
