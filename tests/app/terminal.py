"""The installed command as a process of its own on a pseudo-terminal."""

import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from fcntl import ioctl
from select import select
from threading import Thread

PATIENCE = 60


class Terminal:
    """A process, the terminal it runs in, and all that it has written there."""

    def __init__(self, process, master):
        self.process, self.master = process, master
        self.shown = bytearray()
        self.gone = False
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        # A read that waits would keep the terminal alive when it is closed.
        while not self.gone:
            if select([self.master], [], [], 0.05)[0]:
                try:
                    self.shown.extend(os.read(self.master, 65536))
                except OSError:  # nobody has the other end any more
                    return

    def type(self, keys):
        os.write(self.master, keys)

    def wait_for(self, what):
        """Wait until something holds while the process goes on."""
        end = time.monotonic() + PATIENCE
        while not what():
            assert self.process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)

    def hang_up(self):
        """Take the terminal away, as a window that is closed does."""
        self.gone = True
        self.reader.join()
        os.close(self.master)

    def ended(self):
        """The exit code, once it has one."""
        return self.process.wait(PATIENCE)


@contextmanager
def terminal(*arguments, ignored=(), size=(120, 40)):
    """Slipstick with some arguments in a terminal of its own; killed when it is left.

    Args:
        arguments: of the command line.
        ignored: signals that it is started without, as `nohup` does.
        size: columns and rows.
    """
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def prepare():
        ioctl(0, termios.TIOCSCTTY, 0)
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)

    # What runs the tests may say another size than the terminal has.
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment | {"TERM": "xterm-256color"},
        start_new_session=True,
        preexec_fn=prepare,
    )
    os.close(slave)
    there = Terminal(process, master)
    try:
        yield there
    finally:
        process.kill()
        process.wait()
        if not there.gone:
            there.hang_up()
