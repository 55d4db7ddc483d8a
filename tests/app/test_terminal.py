"""The installed command in a real terminal: in tmux, and typed at faster than it paints."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from terminal import terminal

COMMAND = Path(sys.executable).with_name("slipstick")
PATIENCE = 60


@pytest.mark.skipif(not (shutil.which("tmux") and COMMAND.exists()), reason="needs tmux")
def test_the_installed_command_opens_answers_and_leaves(tmp_path):
    server = f"slipstick-{os.getpid()}"

    def tmux(*words):
        command = ["tmux", "-L", server, "-f", os.devnull, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def shows(*words):
        end = time.monotonic() + PATIENCE
        while not all(word in (screen := tmux("capture-pane", "-p", "-t", "s")) for word in words):
            assert time.monotonic() < end, screen
            time.sleep(0.1)
        return screen

    line = f"{COMMAND} url-shortener; echo left with $?"
    tmux("new-session", "-d", "-s", "s", "-x", "120", "-y", "40", "-c", str(tmp_path), "sh")
    try:
        tmux("send-keys", "-t", "s", "-l", line)
        tmux("send-keys", "-t", "s", "Enter")
        assert len(shows("9.26K redirect/s", "^q Quit").splitlines()[0]) <= 120
        tmux("send-keys", "-t", "s", "2")
        shows("^r Reset")
        tmux("send-keys", "-t", "s", "-l", "200M")
        shows("18.5K redirect/s", "• changed")
        tmux("send-keys", "-t", "s", "C-q")
        shows("left with 0")
    finally:
        tmux("kill-server")


def test_keys_in_one_burst_go_to_what_they_would_one_by_one():
    """To Sizing, down to a component, and into its fields, before anything is painted."""
    with terminal("url-shortener") as there:
        there.wait_for(lambda: b"To input" in there.shown)
        there.type(b"]]")
        there.wait_for(lambda: b"l7-balancer" in there.shown)
        there.type(b"4")
        there.wait_for(lambda: b"Node" in there.shown)
        there.type(b"\x1b[B\x1b[B\x1b[B\r")
        there.wait_for(lambda: b"Reset" in there.shown)
        there.type(b"3")
        there.wait_for(lambda: b"1 change" in there.shown)
        there.type(b"\x11")
        assert there.ended() == 0
