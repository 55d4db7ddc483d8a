"""Ends that nobody asked the dashboard about: a signal, or a terminal that is gone."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Final

HUNG_UP: Final = 128 + 1
"""What a shell says of a program that a hang-up ended."""


def on_signals(end: Callable[[int], None]) -> None:
    """Have the running loop call `end` with the exit code when the program is told to stop."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and sys.platform != "win32":
            loop.add_signal_handler(number, end, 128 + number)


def on_hang_up(keep: Callable[[], object]) -> None:
    """When the other end of standard input goes away, call `keep`, and end the program.

    A hang-up has a signal of its own, but a program may have been started without it (`nohup`), and
    a browser's session hangs up by closing a pipe. Nothing can be painted any more, so the loop,
    which may wait for that, is not asked.
    """
    if sys.__stdin__ is not None and hasattr(select, "poll"):
        Thread(target=partial(_wait, sys.__stdin__.fileno(), keep), daemon=True).start()


def _wait(file: int, keep: Callable[[], object]) -> None:
    poll = select.poll()
    # No event is asked for: an end and a fault are told all the same.
    poll.register(file, 0)
    events = poll.poll()
    if any(what & (select.POLLHUP | select.POLLERR) for _, what in events):
        keep()
        os._exit(HUNG_UP)
