"""Finding presets by id, prefix and path, listing them by their headers, and staying light."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import presets.loader as loader
from models.faults import PresetError
from presets.loader import SHIPPED, UnknownSystemError, find, headers, load, load_file

SYSTEMS = tuple(path.stem for path in sorted(SHIPPED.glob("*.toml")))
MINE = """\
id = "{id}"
name = "Mine"
family = "my own"
consistency = "CP"
summary = "One of my own."
like = ["Nothing"]

[inputs.dau]
label = "Users"
value = "5 user"
basis = "chosen"

[derived.twice]
label = "Twice"
group = "all"
formula = "2 * dau"
unit = "user"
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of one's own presets."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setattr(loader, "own_folder", lambda: folder)
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("id_", SYSTEMS)
def test_a_shipped_system_is_found_by_its_id(id_: str, own: Path) -> None:
    assert find(id_) == SHIPPED / f"{id_}.toml"
    assert load(id_).preset.id == id_
    assert not list(own.iterdir())


@pytest.mark.parametrize("own_id", ["mine"])
def test_a_prefix_that_one_id_has_is_enough(own: Path, own_id: str) -> None:
    path = write(own, "x.toml", MINE.format(id=own_id))
    assert find("url") == SHIPPED / "url-shortener.toml"
    assert find("min") == path


def test_a_prefix_that_several_have_names_them(own: Path) -> None:
    write(own, "x.toml", MINE.format(id="url-mine"))
    with pytest.raises(UnknownSystemError) as caught:
        find("url-")
    assert str(caught.value) == "'url-' may be any of: url-shortener, url-mine"


def test_a_whole_id_goes_before_a_longer_one_that_begins_with_it(own: Path) -> None:
    short = write(own, "a.toml", MINE.format(id="mine"))
    write(own, "b.toml", MINE.format(id="mine-too"))
    assert find("mine") == short


@pytest.mark.parametrize("typed", ["bitly", "Bitly", "tinyurl"])
def test_what_a_system_is_like_finds_it(typed: str, own: Path) -> None:
    assert own.is_dir()
    assert find(typed) == SHIPPED / "url-shortener.toml"


def test_a_name_of_two_words_is_typed_with_a_hyphen_or_as_it_stands(own: Path) -> None:
    path = write(own, "x.toml", MINE.format(id="mine").replace('"Nothing"', '"Deep Thought"'))
    assert find("deep-thought") == find("Deep Thought") == path


def test_a_prefix_of_one_that_another_is_like_names_both(own: Path) -> None:
    assert own.is_dir()
    with pytest.raises(UnknownSystemError, match="any of: social-media, twitter-search"):
        find("twitter")


def test_what_two_systems_are_like_names_both(own: Path) -> None:
    write(own, "x.toml", MINE.format(id="mine").replace("Nothing", "Bitly"))
    with pytest.raises(UnknownSystemError, match="'bitly' may be any of: url-shortener, mine"):
        find("bitly")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("url-shortner", "there is no system 'url-shortner'; did you mean url-shortener?"),
        ("zzzz", "there is no system 'zzzz'; `slipstick list` shows them"),
        ("", "there is no system ''; `slipstick list` shows them"),
        ("URL", "there is no system 'URL'"),
    ],
)
def test_an_unknown_system_is_named_with_the_nearest(typed: str, says: str, own: Path) -> None:
    assert own.is_dir()
    with pytest.raises(UnknownSystemError) as caught:
        find(typed)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_path_is_a_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "here.toml", MINE.format(id="here"))
    assert find(str(path)) == path
    monkeypatch.chdir(tmp_path)
    assert load("here.toml").preset.id == "here"
    assert load(f".{os.sep}here.toml").preset.id == "here"
    assert not any(header.id == "here" for header in headers())


@pytest.mark.parametrize("typed", ["nowhere.toml", f"no{os.sep}where", f"..{os.sep}url-shortener"])
def test_a_path_without_a_file_is_refused(typed: str, own: Path) -> None:
    assert own.is_dir()
    with pytest.raises(UnknownSystemError, match="there is no preset file"):
        find(typed)


def test_a_folder_is_no_preset_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownSystemError, match="there is no preset file"):
        find(f"{tmp_path}{os.sep}")


# One's own


def test_ones_own_are_listed_after_the_shipped_ones(own: Path) -> None:
    write(own, "b.toml", MINE.format(id="bee"))
    write(own, "a.toml", MINE.format(id="ay"))
    write(own, "notes.txt", "not a preset")
    found = headers()
    assert [header.id for header in found] == [*SYSTEMS, "ay", "bee"]
    mine = found[-1]
    assert (mine.name, mine.family, mine.consistency) == ("Mine", "my own", "CP")
    assert (mine.summary, mine.like, mine.fault) == ("One of my own.", ("Nothing",), "")


def test_without_a_folder_of_ones_own_the_shipped_ones_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "own_folder", lambda: tmp_path / "nothing")
    assert [header.id for header in headers()] == list(SYSTEMS)


def test_two_presets_of_one_id_are_refused_with_both_files(own: Path) -> None:
    path = write(own, "x.toml", MINE.format(id="url-shortener"))
    with pytest.raises(UnknownSystemError) as caught:
        find("url-shortener")
    shipped = SHIPPED / "url-shortener.toml"
    assert str(caught.value) == f"two presets are called url-shortener: {shipped} and {path}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('id = "x"\nname = ', "nvalid value"),
        ('id = "x"\nname = "X"\nfamily = "f"\nconsistency = "AP"\n', "summary is missing"),
        ("", "id is missing"),
        ("[inputs.dau]\nvalue = 1\n", "id is missing"),
        (b'id = "\xff\xfe"\n', "utf-8"),
        ('extends = "nothing"\nid = "x"\n', "nothing"),
    ],
)
def test_a_broken_file_is_listed_with_its_fault_and_hides_no_other(
    text: str | bytes, fault: str, own: Path
) -> None:
    path = own / "broken.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    write(own, "good.toml", MINE.format(id="good"))
    found = headers()
    assert [header.id for header in found if not header.fault] == [*SYSTEMS, "good"]
    (broken,) = [header for header in found if header.fault]
    assert broken.path == path
    assert fault in broken.fault
    assert "\n" not in broken.fault
    assert find("good").name == "good.toml"


@pytest.mark.parametrize(
    "text",
    [
        MINE.replace('["Nothing"]', "7"),
        MINE.replace('"Mine"', "[]"),
        "extends = 5\n",
    ],
    ids=["like", "name", "extends"],
)
def test_a_header_of_quite_another_shape_hides_no_other(text: str, own: Path) -> None:
    write(own, "broken.toml", text)
    assert [header.id for header in headers() if header.id in SYSTEMS] == list(SYSTEMS)
    assert find("url-shortener")


def test_a_file_that_extends_another_is_listed_with_what_it_takes_over(own: Path) -> None:
    write(own, "x.toml", 'id = "mine"\nextends = "url-shortener"\nname = "Mine"\n')
    mine = headers()[-1]
    assert (mine.id, mine.name, mine.family) == ("mine", "Mine", "read-heavy")
    plan = load("mine")
    assert plan.preset.id == "mine"
    assert plan.preset.inputs == load("url-shortener").preset.inputs


def test_only_what_stands_before_the_first_table_is_read_for_the_list(own: Path) -> None:
    write(own, "x.toml", MINE.format(id="mine") + "\n[broken\nthis is no TOML\n")
    assert [header.id for header in headers() if not header.fault][-1] == "mine"
    with pytest.raises(PresetError, match="is no TOML"):
        load("mine")


def test_a_bracket_in_a_header_value_opens_no_table(own: Path) -> None:
    text = MINE.format(id="mine").replace('like = ["Nothing"]', 'like = [\n"Nothing",\n"More",\n]')
    write(own, "x.toml", text)
    assert headers()[-1].like == ("Nothing", "More")


@pytest.mark.parametrize(("content", "why"), [(b'id = "\xff"', "is no UTF-8 text"), (b"", None)])
def test_a_file_that_is_no_text_is_refused(content: bytes, why: str | None, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(PresetError, match=why or "id: is missing"):
        load_file(path)


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "folder.toml"
    path.mkdir()
    with pytest.raises(PresetError) as caught:
        load_file(path)
    assert str(caught.value).startswith(f"{path}: cannot be read: ")


def test_a_file_is_read_again_once_it_has_changed(own: Path) -> None:
    path = write(own, "x.toml", MINE.format(id="mine"))
    first = load("mine")
    assert load("mine") is first
    path.write_text(MINE.format(id="mine").replace("5 user", "6 user"), "utf-8")
    os.utime(path, ns=(1, 1))
    assert load("mine").preset.inputs["dau"].value.text == "6 user"


def test_every_fault_names_the_file(own: Path) -> None:
    path = write(own, "x.toml", MINE.format(id="mine").replace("5 user", "5 usr"))
    with pytest.raises(PresetError) as caught:
        load("mine")
    assert caught.value.file == str(path)
    assert str(caught.value).startswith(f"{path}:10: inputs.dau.value: '5 usr'")


# What stays out of the process

HEADLESS = [
    ".".join(path.with_suffix("").parts[-2:]).removesuffix(".__init__")
    for package in ("models", "estimators", "presets")
    for path in sorted((Path(loader.__file__).parents[1] / package).glob("*.py"))
]


def run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_no_headless_module_imports_textual() -> None:
    """Each module is imported first in a process of its own: a fork that has the libraries."""
    program = (
        "import importlib, os, sys, numpy, pint, pydantic\n"
        f"for name in {HEADLESS!r}:\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        importlib.import_module(name)\n"
        "        loaded = {'textual', 'rich', 'click', 'plotext', 'app'} & set(sys.modules)\n"
        "        if loaded: print(name, 'imports', loaded, file=sys.stderr)\n"
        "        os._exit(1 if loaded else 0)\n"
        "    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, name\n"
    )
    assert len(HEADLESS) > 20
    run(program)


def test_listing_imports_nothing_heavy() -> None:
    run(
        "import sys\n"
        "from presets.loader import find, headers\n"
        "assert len(headers()) >= 3 and find('url-shortener')\n"
        "heavy = {'pydantic', 'pint', 'numpy', 'textual', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )


@pytest.mark.parametrize("module", ["estimators.plan", "presets.reader", "presets.loader"])
def test_a_module_can_be_imported_first(module: str) -> None:
    """No circle of imports hides behind the order in which tests happen to run."""
    run(f"import {module}")
