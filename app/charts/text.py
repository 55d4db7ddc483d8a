"""Words in the cells of a terminal: made plain, cut, broken, set side by side and coloured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.charts.chart import Colour

Piece = tuple[str, Colour]

GAP: Final = "   "
"""What stands at least between two pieces of a line."""


def plain(text: str) -> str:
    """Text without anything that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def cells_of(text: str) -> int:
    """How many cells a text takes: a wide character takes two."""
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """A text in at most so many cells, with an ellipsis where something is left out."""
    from rich.cells import set_cell_size

    if cells_of(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width else ""


def painted(text: str, colour: Colour) -> str:
    """A text in a colour, as ANSI codes."""
    if colour is None or not text:
        return text
    code = f"5;{colour}" if isinstance(colour, int) else f"2;{';'.join(map(str, colour))}"
    return f"\x1b[38;{code}m{text}\x1b[0m"


def wrapped(text: str, width: int, height: int) -> list[str]:
    """A text broken between words into at most so many rows; all that is left is in the last."""
    rows: list[str] = []
    for word in text.split():
        if rows and (len(rows) == height or cells_of(f"{rows[-1]} {word}") <= width):
            rows[-1] += f" {word}"
        elif height:
            rows.append(word)
    return rows


def flowed(pieces: Iterable[Piece], width: int) -> list[list[Piece]]:
    """Pieces side by side, in as many rows as they need; those without words are left out."""
    rows: list[list[Piece]] = []
    room = 0
    for text, colour in pieces:
        if not text:
            continue
        size = len(GAP) + cells_of(text)
        if size > room:
            rows.append([])
            room = width + len(GAP)
        rows[-1].append((text, colour))
        room -= size
    return rows


def filled(pieces: Sequence[Piece], width: int) -> str:
    """Pieces as one line of exactly so many cells, filled up with spaces."""
    texts = [cut(text, width) for text, _ in pieces]
    used = cells_of(GAP.join(texts))
    coloured = [painted(text, colour) for text, (_, colour) in zip(texts, pieces, strict=True)]
    return GAP.join(coloured) + " " * (width - used)
