"""What is said of a documented figure beside the derived number, and how good that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Verdict = Literal[
    "given", "agrees", "can't tell", "same order", "disagrees", "met", "at risk", "missed"
]
SIGNS: Final[Mapping[Verdict, str]] = {
    "given": "=",
    "agrees": "✓",
    "can't tell": "?",
    "same order": "≈",
    "disagrees": "✗",
    "met": "✓",
    "at risk": "!",
    "missed": "✗",
}
"""Each verdict's sign, which stands beside its word: colour never carries meaning alone."""
Tone = Literal["quiet", "good", "near", "bad"]
TONES: Final[Mapping[str, Tone]] = {
    "given": "quiet",
    "agrees": "good",
    "can't tell": "near",
    "same order": "near",
    "disagrees": "bad",
    "met": "good",
    "at risk": "near",
    "missed": "bad",
}
"""How good each verdict is: every view has a colour for each tone."""
