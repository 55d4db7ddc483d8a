"""The command line as a fixture: every command test runs it in an empty folder of its own."""

import pytest

from app.cli import main


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
