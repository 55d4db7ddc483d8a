"""Writes `docs/estimators.md` from the docstrings: `python docs/write_estimators.py`."""

from __future__ import annotations

import inspect
from itertools import groupby
from pathlib import Path

from estimators.signature import signature
from estimators.table import ESTIMATORS

HEAD = """\
# Estimators

What formulas may call. A signature names each value with its dimension; a capital letter stands
for anything that is counted (a url, a user) and must be the same thing wherever it stands.
`average` refuses a peak, `peak` takes nothing else; where neither stands, either is taken and the
result carries what came in. This page is written from the docstrings by `docs/write_estimators.py`.
"""


def page() -> str:
    """The page: a chapter a module, a paragraph an estimator."""
    parts = [HEAD]
    by_module = groupby(ESTIMATORS, key=lambda name: ESTIMATORS[name][0].__module__)
    for module, names in by_module:
        parts.append(f"## {module.rpartition('.')[2].capitalize()}\n")
        for name in names:
            text = inspect.getdoc(ESTIMATORS[name][0])
            parts.append(f"### `{name}`\n\n```text\n{signature(name)}\n\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    Path(__file__).with_name("estimators.md").write_text(page(), "utf-8")
