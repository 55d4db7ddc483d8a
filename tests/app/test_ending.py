"""Ends that nobody asked for: the process stops, and what was typed last is there again."""

import signal

import pytest
from terminal import terminal

from app import unsaved


def typed(there):
    """Change the daily users, and be gone before that is written in its own time."""
    there.wait_for(lambda: b"Redirects" in there.shown)
    there.type(b"2")
    there.wait_for(lambda: b"Reset" in there.shown)
    there.type(b"250M")
    there.wait_for(lambda: b"23.1K" in there.shown)


def kept():
    return unsaved.read()["url-shortener"].scenario.set


def test_a_killed_dashboard_comes_back_as_it_was():
    """Without a chance to say goodbye."""
    with terminal("url-shortener") as there:
        typed(there)
        there.wait_for(lambda: unsaved.file().exists() and "250M" in unsaved.file().read_text())
        there.process.kill()
        there.ended()
    assert kept() == {"dau": "250M user"}
    assert [path.name for path in unsaved.file().parent.iterdir()] == ["unsaved.json"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_dashboard_that_is_told_to_stop_leaves_the_terminal_as_it_was(number):
    with terminal("url-shortener") as there:
        typed(there)
        there.process.send_signal(number)
        assert there.ended() == 128 + number
        there.hang_up()
        for mode in (b"1049", b"1000", b"1003", b"2004"):  # other screen, mouse, pastes
            assert there.shown.rindex(b"\x1b[?%bl" % mode) > there.shown.rindex(b"\x1b[?%bh" % mode)
        assert there.shown.rindex(b"\x1b[?25h") > there.shown.rindex(b"\x1b[?25l")  # the cursor
    assert kept() == {"dau": "250M user"}


@pytest.mark.parametrize("ignored", [(), (signal.SIGHUP,)])
def test_a_dashboard_whose_terminal_is_gone_ends(ignored):
    """Also one that was started without the signal, as by `nohup`."""
    with terminal("url-shortener", ignored=ignored) as there:
        typed(there)
        there.hang_up()
        assert there.ended() in (128 + signal.SIGHUP, -signal.SIGHUP)
    assert kept() == {"dau": "250M user"}
