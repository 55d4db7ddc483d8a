"""A picture of the screen: an SVG that is whole by itself."""

from __future__ import annotations

import re
from typing import Any, Final

from textual.app import App

REMOTE_FONT: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Where rich has a browser fetch its font; without it the machine's own monospace stands in."""


def picture(app: App[Any], title: str) -> str:
    """What is on screen as an SVG, in its colours."""
    return REMOTE_FONT.sub("", app.export_screenshot(title=title, simplify=True))
