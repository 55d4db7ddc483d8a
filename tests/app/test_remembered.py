"""What outlives a run without a screen: what was not saved, and the settings."""

import json

import pytest

from app import settings, unsaved
from app.files import FileError
from app.scenarios import open_scenario, scenario_of


def changed(system, **changes):
    scenario = open_scenario(system)[1]
    for address, text in changes.items():
        scenario = scenario.with_change(address, text)
    return scenario


def put(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


# What is not saved


def test_every_system_comes_back_as_it_was_the_latest_last():
    first, second = changed("url-shortener", dau="2M"), changed("messenger", dau="3M to 5M")
    unsaved.write({"url-shortener": first})
    unsaved.write({"messenger": second})
    found = unsaved.read()
    assert list(found) == ["url-shortener", "messenger"]
    plan, _ = open_scenario("messenger")
    assert scenario_of(plan, found["messenger"].scenario) == second
    unsaved.write({"url-shortener": changed("url-shortener", dau="3M")})
    assert list(unsaved.read()) == ["messenger", "url-shortener"]
    assert unsaved.read()["url-shortener"].scenario.set == {"dau": "3M user"}


def test_what_is_saved_goes_and_what_another_dashboard_wrote_stays():
    unsaved.write({"url-shortener": changed("url-shortener", dau="2M")})
    unsaved.write({"messenger": changed("messenger", dau="3M"), "url-shortener": None})
    assert list(unsaved.read()) == ["messenger"]


def test_nothing_is_written_where_there_is_nothing_to_keep():
    unsaved.write({"url-shortener": None})
    assert not unsaved.file().exists()


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "\x00", "[" * 100_000, '{"schema": 2, "unsaved": []}',
        '{"schema": 1, "unsaved": {}}', '{"schema": 1, "unsaved": [{"scenario": {}}]}',
        '{"schema": 1, "unsaved": [{"name": 1, "scenario": {"system": "messenger"}}]}',
    ],
)  # fmt: skip
def test_a_broken_file_is_told_of_and_set_aside_whole(text):
    put(unsaved.file(), text)
    with pytest.raises(unsaved.BrokenFileError, match=r"unsaved\.json .*; it is kept as unsaved-"):
        unsaved.read()
    assert unsaved.file().with_name("unsaved-broken.json").read_text("utf-8") == text
    assert unsaved.read() == {}


def test_a_second_broken_file_is_kept_beside_the_first():
    for text in ("one", "two"):
        put(unsaved.file(), text)
        unsaved.write({"messenger": changed("messenger", dau="3M")})
    folder = unsaved.file().parent
    kept = {path.name: path.read_text("utf-8") for path in folder.glob("unsaved-*")}
    assert kept == {"unsaved-broken.json": "one", "unsaved-broken-2.json": "two"}
    assert json.loads(unsaved.file().read_text("utf-8"))["schema"] == 1


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence():
    put(unsaved.file().parent, "a file where the folder should be")
    with pytest.raises(FileError, match="was not written"):
        unsaved.write({"messenger": changed("messenger", dau="3M")})


def test_a_folder_that_may_not_be_looked_into_is_said_in_a_sentence(monkeypatch):
    scenario = changed("messenger", dau="3M")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.stat", refuse)
    with pytest.raises(unsaved.BrokenFileError, match=r"cannot be read: Permission denied"):
        unsaved.read()
    with pytest.raises(FileError, match="was not written: Permission denied"):
        unsaved.write({"messenger": scenario})


# Settings


def test_the_theme_is_remembered():
    assert settings.read() == (settings.Settings(None), [])
    settings.write_theme("slipstick-light")
    assert settings.read() == (settings.Settings("slipstick-light"), [])
    settings.write_theme("nord")
    assert settings.file().read_text("utf-8") == 'theme = "nord"\n'


def test_writing_keeps_what_else_a_person_wrote():
    put(settings.file(), '# mine\ncolour = 3\ntheme = "x" # old\n[more]\na = 1')
    settings.write_theme("nord")
    text = settings.file().read_text("utf-8")
    assert text == '# mine\ncolour = 3\ntheme = "nord"\n[more]\na = 1'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('them = "nord"', "'them' is no setting and is left out; did you mean theme?"),
        ("speed = 3", "'speed' is no setting and is left out; there are: theme"),
        ("theme = 3", "theme is left out: expected text in quotes, not 3"),
        ("theme = ", "settings.toml is left out: "),
    ],
)
def test_what_is_no_setting_is_left_out_with_a_sentence(text, said):
    put(settings.file(), text)
    found, (fault,) = settings.read()
    assert found == settings.Settings()
    assert said in fault


def test_a_settings_file_that_cannot_be_read_is_left_as_it_is():
    put(settings.file(), "theme = ")
    with pytest.raises(settings.SettingsError, match="is left out"):
        settings.write_theme("nord")
    assert settings.file().read_text("utf-8") == "theme = "
