"""Saved scenarios without a screen: names, files, and what the command line makes of them."""

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest
from results import ok, parsed, refused

from app import saved
from app.files import FileError
from app.saved import ScenarioNameError, checked_name
from app.scenarios import open_scenario

SYSTEMS = ("url-shortener", "messenger")


@pytest.fixture
def big():
    """A saved scenario `big`: two changes, and growth."""
    _, scenario = open_scenario("url-shortener")
    scenario = scenario.with_change("dau", "80M to 120M").with_change("hit_ratio", "90%")
    scenario = scenario.with_growth("30%", 3)
    saved.save("big", scenario)
    return scenario


def put(name, text):
    saved.folder().mkdir(parents=True, exist_ok=True)
    saved.file_of(name).write_text(text, "utf-8")


@pytest.mark.parametrize("name", ["a", "Plan B", "v1.2", "große-last_2", "漢字", "x" * 60])
def test_names_are_letters_digits_spaces_and_a_few_signs(name):
    assert checked_name(f" {name} ") == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "needs a name"),
        ("x" * 61, "at most 60 characters; this has 61"),
        ("../../etc", "'/'|begins"),
        ("a/b", "'/' has no place"),
        ("a\\b", r"'\\\\' has no place"),
        ("a\x1b[31m", "has no place"),
        ("[bold]", r"'\[' has no place"),
        (".hidden", "begins and ends with"),
        ("-o", "begins and ends with"),
        ("audit", "audit is a command"),
        ("url-shortener", "url-shortener is a system"),
        ("plan.json", "leave its ending out"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_the_way_out(name, said):
    with pytest.raises(ScenarioNameError, match=said):
        checked_name(name)


def test_a_file_holds_exactly_what_an_exported_estimate_has_under_scenario(slipstick, big):
    written = json.loads(saved.file_of("big").read_text("utf-8"))
    exported = parsed(slipstick("estimate", str(saved.file_of("big")), "--format", "json"))
    assert written == {"schema": 1, "scenario": exported["scenario"]}
    assert written["scenario"]["set"] == {"dau": "80M to 120M user", "hit_ratio": "90%"}
    _, opened = open_scenario("big")
    assert opened == big
    assert opened.name == "big"
    assert big.name is None


def test_saving_replaces_nothing_unless_told_to(big):
    before = saved.file_of("big").read_bytes()
    with pytest.raises(FileError, match="is there already"):
        saved.save("big", big.without_change("dau"))
    assert saved.file_of("big").read_bytes() == before
    saved.save("big", big.without_change("dau"), replace=True)
    assert "dau" not in open_scenario("big")[1].changes
    assert [path.name for path in saved.folder().iterdir()] == ["big.json"]


@pytest.mark.usefixtures("big")
def test_the_listing_has_the_latest_first_and_tells_faults_beside_what_is_whole():
    os.utime(saved.file_of("big"), (1e9, 1e9))
    put("broken", "{")
    put("gone", '{"schema": 1, "scenario": {"system": "gone"}}')
    put("other", '{"schema": 1}')
    put("[bold]", "{}")
    (saved.folder() / "folder.json").mkdir()
    *faulty, last = saved.listing(SYSTEMS)
    assert (last.name, last.system, last.variant, last.changes) == ("big", "url-shortener", None, 2)
    assert last.time == datetime.fromtimestamp(1e9)
    faults = {each.name: each.fault for each in faulty}
    assert "is no JSON" in faults["broken"]
    assert "of the system 'gone', which is not here" in faults["gone"]
    assert "is no exported estimate" in faults["other"]
    assert "'[' has no place" in faults["[bold]"]
    assert "cannot be read" in faults["folder"]
    assert not last.fault


@pytest.mark.usefixtures("big")
def test_deleting_takes_one_and_says_what_cannot_be_deleted():
    saved.delete("big")
    assert saved.names() == []
    with pytest.raises(FileError, match="was not deleted: No such file"):
        saved.delete("big")


# On the command line


@pytest.mark.usefixtures("big")
def test_a_saved_name_stands_wherever_a_scenario_does(slipstick):
    estimated = parsed(slipstick("estimate", "big", "--format", "json"))
    assert estimated["inputs"]["hit_ratio"]["value"] == 0.9
    changed = parsed(slipstick("estimate", "big", "--set", "dau=1M", "--format", "json"))
    assert changed["scenario"]["set"] == {"dau": "1M user", "hit_ratio": "90%"}
    assert "hit_ratio" in ok(slipstick("sensitivity", "url-shortener", "--of", "store_read_peak"))
    assert "hit_ratio" not in ok(slipstick("sensitivity", "big", "--of", "store_read_peak"))


@pytest.mark.usefixtures("big")
def test_compare_calls_saved_scenarios_by_their_names(slipstick):
    saved.save("Plan B", open_scenario("url-shortener")[1].with_change("dau", "1B"))
    out = ok(slipstick("compare", "url-shortener", "Plan B", "big"))
    assert "url-shortener beside Plan B beside big" in out


def test_a_systems_id_goes_before_a_saved_name_and_a_saved_name_before_what_begins_so():
    scenario = open_scenario("url-shortener")[1].with_change("dau", "1M")
    saved.save("ride-sharing", scenario)
    saved.save("url", scenario)
    saved.save("whatsapp", scenario)
    assert open_scenario("ride-sharing")[1].preset.id == "ride-sharing"
    assert open_scenario("url")[1].name == "url"
    assert open_scenario("whatsapp")[1].name == "whatsapp"


@pytest.mark.usefixtures("big")
def test_a_name_that_nothing_has_is_told_with_both_ways_out(slipstick):
    err = refused(slipstick("estimate", "bigg"))
    assert "no scenario is saved as 'bigg' ('big' is), and there is no system 'bigg'" in err
    assert "`slipstick list` shows them" in err
    err = refused(slipstick("estimate", "url-shortner"))
    assert "no scenario is saved as 'url-shortner', and" in err
    assert "did you mean url-shortener?" in err


def test_a_saved_scenario_with_faults_is_refused_in_a_line(slipstick):
    put("broken", "[" * 100_000)
    put("gone", '{"schema": 1, "scenario": {"system": "gone"}}')
    put("stale", '{"schema": 1, "scenario": {"system": "messenger", "set": {"nothing": "1"}}}')
    assert "broken.json is no JSON" in refused(slipstick("estimate", "broken"))
    assert "gone.json is of a system that is not here" in refused(slipstick("estimate", "gone"))
    assert "messenger has no input 'nothing'" in refused(slipstick("estimate", "stale"))


@pytest.mark.usefixtures("big")
def test_list_tells_the_saved_ones_below_and_its_data_stays_the_systems(slipstick):
    without = {format_: ok(slipstick("list", "--format", format_)) for format_ in ("json", "csv")}
    out = ok(slipstick("list"))
    below = out[out.index("Saved scenarios") :]
    assert below.splitlines()[2].split()[:3] == ["big", "url-shortener", "2"]
    for format_, text in without.items():
        assert "big" not in text
        assert text == ok(slipstick("list", "--format", format_))
    put("broken", "{")
    code, out, err = slipstick("list")
    assert code == 0
    assert "big" in out
    assert "broken.json is no JSON" in err
    saved.delete("big")
    saved.delete("broken")
    assert "Saved" not in ok(slipstick("list"))


def test_completion_offers_saved_names_and_the_inputs_of_their_system(big):
    saved.save("big two", big)

    def complete(line, shell="zsh"):
        words = line.split(" ")
        environment = {
            **os.environ, "_SLIPSTICK_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1),
        }  # fmt: skip
        command = [sys.executable, "-m", "app.cli"]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        return ran.stdout.split("\n")

    offered = complete("slipstick estimate b")
    assert "big" in offered
    assert "big two" in offered
    assert "plain,big" in complete("slipstick compare b", "bash")
    # In bash, click would offer `big` and `two`.
    assert "plain,big two" not in complete("slipstick b", "bash")
    assert "plain,dau" in complete("slipstick estimate big --set d", "bash")
