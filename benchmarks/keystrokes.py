"""How soon a key is seen, through a real pseudo-terminal of 120 by 40.

    python benchmarks/keystrokes.py [rounds]

A key's first byte is when the terminal hears anything of it, its last byte when all of the screen
that it moves is painted: the numbers follow the field, the chart follows the numbers. Printed are
medians and p95; and when the frame of the screen is painted, and its numbers, beside a Textual
application with one line of text, in the same run. Run it where the bytecode is compiled.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

SCRIPT = str(Path(sys.executable).parent / "slipstick")
TRIVIAL = """
from textual.app import App
from textual.widgets import Static
class Trivial(App):
    def compose(self):
        yield Static("ready")
Trivial().run()
"""
QUIET = 0.25
"""Seconds without a byte after which a screen is painted."""


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, command: list[str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        home = tempfile.mkdtemp()
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": home}
        env |= {f"XDG_{name}_HOME": home for name in ("CONFIG", "DATA", "STATE", "CACHE")}
        self.start = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
        )
        os.close(slave)

    def painted(self, sought: bytes = b"") -> tuple[float, float]:
        """Seconds to the first byte (of what is sought) and to the last, from now."""
        start = time.perf_counter()
        first, last, seen = 0.0, 0.0, b""
        while True:
            ready, _, _ = select.select([self.master], [], [], QUIET if first else 10.0)
            if not ready:
                return first, last
            seen += os.read(self.master, 65536)
            last = time.perf_counter() - start
            if not first and sought in seen:
                first = last

    def press(self, keys: bytes) -> tuple[float, float]:
        """Send keys; seconds to the first and to the last byte that comes of them."""
        os.write(self.master, keys)
        return self.painted()

    def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


def first_paint(command: list[str], sought: bytes) -> float:
    terminal = Terminal(command)
    first, _ = terminal.painted(sought)
    terminal.end()
    return first


def said(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    print(f"{name:<44}{statistics.median(times) * 1e3:8.1f} ms{p95 * 1e3:10.1f} ms p95")


def main(rounds: int) -> None:
    ours, numbers, trivial = [], [], []
    for _ in range(max(rounds // 4, 3)):
        trivial.append(first_paint([sys.executable, "-c", TRIVIAL], b"ready"))
        ours.append(first_paint([SCRIPT, "url-shortener"], b"Derived"))
        numbers.append(first_paint([SCRIPT, "url-shortener"], b"Redirects"))
    said("first paint, one line of text", trivial)
    said("first paint, slipstick", ours)
    said("first numbers, slipstick", numbers)
    terminal = Terminal([SCRIPT, "url-shortener"])
    terminal.painted(b"Redirects")
    terminal.press(b"2")  # to the inputs, on the daily users
    terminal.press(b"\x1b[H\x1b[C")  # behind the first digit
    for name in ("with Explain below", "with the chart below"):
        firsts, lasts = [], []
        for n in range(rounds):
            first, last = terminal.press(b"\x7f" if n % 2 else b"0")
            firsts.append(first)
            lasts.append(last)
        said(f"a key's first byte, {name}", firsts)
        said(f"a key's last byte, {name}", lasts)
        terminal.press(b"\x1b[5;5~")  # the view before: the chart
    terminal.end()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
