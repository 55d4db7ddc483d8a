"""The command line as a fixture, and folders that are nobody's home."""

import pytest

from app.cli import main


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path_factory):
    """Data, state and settings of every test, and of each process that it starts, are its own."""
    home = tmp_path_factory.mktemp("home")
    for kind in ("DATA", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))


@pytest.fixture
def slipstick(capsys, monkeypatch, tmp_path):
    """Runs the command in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("presets.loader.own_folder", lambda: tmp_path / "own")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return run
