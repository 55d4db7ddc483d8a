"""What a person has chosen for good: `settings.toml` in the user's configuration folder."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from app.files import write_own


class SettingsError(ValueError):
    """A settings file, or a part of it, that is left out. One line that names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen.

    Args:
        theme: the colours of the dashboard, or None as long as nobody chose any.
    """

    theme: str | None = None


def file() -> Path:
    """Where the settings stand."""
    from platformdirs import user_config_path

    return user_config_path("slipstick") / "settings.toml"


def read() -> tuple[Settings, list[str]]:
    """The settings, and a sentence for each part of the file that is left out."""
    path = file()
    try:
        data = _table(path)
    except SettingsError as error:
        return Settings(), [str(error)]
    known = [field.name for field in fields(Settings)]
    faults = []
    for key in data.keys() - set(known):
        near = get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        faults.append(f"{path}: {key!r} is no setting and is left out; {hint}")
    chosen = {key: data[key] for key in known if key in data}
    for key, value in chosen.items():
        if not isinstance(value, str):
            faults.append(f"{path}: {key} is left out: expected text in quotes, not {value!r}")
    return Settings(**{k: v for k, v in chosen.items() if isinstance(v, str)}), faults


def write_theme(theme: str) -> None:
    """Remember the theme. Whatever else stands in the file stays there.

    Raises:
        SettingsError: the file cannot be read; it is left as it is.
        FileError: it cannot be written.
    """
    path = file()
    _table(path)
    text = path.read_text("utf-8") if path.exists() else ""
    line = f'theme = "{theme}"\n'
    text, found = re.subn(r"^theme\s*=.*(\n|\Z)", line, text, count=1, flags=re.MULTILINE)
    write_own(path, text if found else line + text)


def _table(path: Path) -> dict[str, Any]:
    """What the file holds.

    Raises:
        SettingsError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path} is left out: {error}") from None
