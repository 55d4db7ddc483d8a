"""What the documents show is what the product does."""

import runpy
import shlex
import textwrap
from pathlib import Path

from results import ok

from presets.kinds import kinds, known_kinds
from presets.loader import load_file

ROOT = Path(__file__).parents[2]


def test_the_page_of_estimators_is_as_the_docstrings_say():
    written = runpy.run_path(str(ROOT / "docs" / "write_estimators.py"))["page"]()
    assert (ROOT / "docs" / "estimators.md").read_text("utf-8") == written


def test_the_audit_is_as_the_command_writes_it(slipstick):
    assert (ROOT / "docs" / "audit.md").read_text("utf-8") == ok(
        slipstick("audit", "--format", "md")
    )


def test_the_example_of_a_preset_is_one(tmp_path):
    text = (ROOT / "docs" / "presets.md").read_text("utf-8")
    example = text[text.index('    id = "photo-backup"') : text.index("`extends =")]
    path = tmp_path / "photo-backup.toml"
    path.write_text(textwrap.dedent(example), "utf-8")
    assert load_file(path).preset.id == "photo-backup"


def test_the_page_of_components_has_every_kind_with_shapes_of_its_node():
    page = (ROOT / "docs" / "components.md").read_text("utf-8")
    rows = [
        f"| {id_} | {kind.node} | {', '.join(shape.label for shape in kind.nodes.values())} |"
        for id_, kind in kinds(known_kinds()).items()
        if kind.nodes
    ]
    assert page[page.index("| --- | --- | --- |") :].splitlines()[1:] == rows


def test_the_command_line_says_a_shape_as_the_page_does(slipstick):
    page = (ROOT / "docs" / "components.md").read_text("utf-8")
    start = page.index("    $ slipstick estimate url-shortener --set codes.memory")
    example = page[start : page.index("A shape leaves alone")].replace("\\\n", " ")
    _, _, *words = shlex.split(example)
    assert "redis (r6g.xlarge)" in ok(slipstick(*words))


def test_the_readme_names_every_command():
    from app.commands import ALL

    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"`slipstick {command.name}" in readme for command in ALL)


def test_the_readmes_library_example_runs(capsys):
    readme = (ROOT / "README.md").read_text("utf-8")
    code = readme[readme.index("    from models.scenario") : readme.index("## How it is built")]
    exec(textwrap.dedent(code), {})
    assert capsys.readouterr().out == "18.5K redirect/s\n"
