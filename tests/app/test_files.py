"""Files are written whole or not at all, and never over one that is there unless told to."""

import os
import stat
import subprocess
import sys
import textwrap

import pytest

from app.files import FileError, write_whole


def test_a_new_file_holds_the_text_and_takes_the_users_mask(tmp_path):
    path = tmp_path / "report.md"
    old = os.umask(0o027)
    try:
        write_whole(path, "Grüße ✓\n")
    finally:
        os.umask(old)
    assert path.read_text("utf-8") == "Grüße ✓\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_is_there_is_refused_and_kept(tmp_path):
    path = tmp_path / "report.md"
    path.write_text("old")
    with pytest.raises(FileError, match=r"report\.md is there already; --force replaces it"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.md"]


def test_force_replaces_the_text_and_keeps_the_mode(tmp_path):
    path = tmp_path / "report.md"
    path.write_text("old")
    path.chmod(0o600)
    write_whole(path, "new", force=True)
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_a_link_to_the_replaced_file(tmp_path):
    target, link = tmp_path / "target.md", tmp_path / "link.md"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, "new", force=True)
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.parametrize("name", ["no/such/folder/report.md", "."])
def test_a_place_that_cannot_be_written_is_named(tmp_path, name):
    with pytest.raises(FileError) as refused:
        write_whole(tmp_path / name, "text")
    assert str(tmp_path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "report.md"
    path.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left on device"):
        write_whole(path, "new", force=True)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.md"]


def test_a_kill_before_the_last_step_leaves_the_old_file(tmp_path):
    path = tmp_path / "report.md"
    path.write_text("old")
    code = textwrap.dedent(
        f"""
        import os, pathlib, signal
        import app.files
        os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        app.files.write_whole(pathlib.Path({str(path)!r}), "new" * 100000, force=True)
        """
    )
    killed = subprocess.run([sys.executable, "-c", code], timeout=60)
    assert killed.returncode == -9
    assert path.read_text() == "old"
