"""Writing files: whole or not at all, and never over one that is there unless told to."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class FileError(OSError):
    """A file that was not written. One line that names it and the way out."""


def write_whole(path: Path, text: str, force: bool = False) -> None:
    """Write a text file so that a reader finds the old text or the new, never a part.

    The text goes to a temporary file beside the target, is forced to disk, and takes the target's
    name in one step. A full disk or a kill before that step leaves the old file as it was.

    Args:
        path: where to write.
        text: what to write, as UTF-8.
        force: replace a file that is there.

    Raises:
        FileError: the file is there and `force` is not given, or it cannot be written.
    """
    path = Path(os.path.realpath(path.expanduser()))
    if path.is_dir():
        raise FileError(f"{path} is a folder; name a file")
    if path.exists() and not force:
        raise FileError(f"{path} is there already; --force replaces it")
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        if force:
            os.replace(temporary, path)
        else:
            # A link fails where a file has appeared meanwhile; a rename would replace it.
            os.link(temporary, path)
    except FileExistsError:
        raise FileError(f"{path} is there already; --force replaces it") from None
    except OSError as error:
        raise FileError(f"{path} was not written: {error.strerror or error}") from None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def write_own(path: Path, text: str, replace: bool = True) -> None:
    """Write a file into one of the user's own folders, which is made where it is missing.

    Raises:
        FileError: it cannot be written, or is there and `replace` is not given.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text, replace)
    except FileError:
        raise
    except OSError as error:
        raise FileError(f"{path} was not written: {error.strerror or error}") from None


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or what the user's mask gives a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
