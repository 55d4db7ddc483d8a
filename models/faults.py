"""Faults of a preset: what is wrong, and where in the file it stands."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and indexes down to a value of a file: ("derived", "redirect_rate", "formula")."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a preset.

    Args:
        path: where it stands; empty for the file as a whole.
        message: one line for a person: the thing, what was read, what is expected.
        line: the line of the file, once it is known; 0 for the file as a whole.
    """

    path: Path
    message: str
    line: int = 0

    def __str__(self) -> str:
        where = ".".join(str(key) for key in self.path)
        return _printable(f"{where}: {self.message}" if where else self.message)


def _printable(text: str) -> str:
    """Control characters as they are written in a file, so that none reaches a terminal."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class PresetError(ValueError):
    """A preset with faults, all of those that could be found at once."""

    def __init__(self, faults: tuple[Fault, ...], file: str = "") -> None:
        self.faults, self.file = faults, file
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Each fault as `file:line: where: what`."""
        return [
            f"{self.file}{f':{fault.line}' if fault.line else ''}: {fault}"
            if self.file
            else str(fault)
            for fault in self.faults
        ]
