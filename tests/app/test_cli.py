"""The command line as a pipe sees it: standard output, standard error, exit codes."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from results import ok, refused

SYSTEMS = ("url-shortener", "social-media", "ad-click-aggregator")


# list, show


def test_list_names_every_system_under_its_family(slipstick):
    out = ok(slipstick("list"))
    assert out.index("Read heavy") < out.index("url-shortener") < out.index("Strong consistency")
    assert "Bitly, TinyURL" in out


def test_list_tells_of_a_file_of_ones_own_that_it_cannot_read(slipstick, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "broken.toml").write_text("id = \n")
    code, out, err = slipstick("list")
    assert code == 0
    assert "url-shortener" in out
    assert "broken.toml is left out" in err


@pytest.mark.parametrize("system", SYSTEMS)
def test_show_holds_every_input_formula_and_note(slipstick, system):
    text = ok(slipstick("show", system))
    data = json.loads(ok(slipstick("show", system, "--format", "json")))
    assert data["id"] == system
    for name, derived in data["derived"].items():
        assert name in text
        assert derived["formula"] in text
    for sentences in data["notes"].values():
        assert all(sentence in text for sentence in sentences)


# estimate


def estimate(slipstick, *arguments):
    return json.loads(ok(slipstick("estimate", *arguments, "--format", "json")))


def test_twice_the_users_are_twice_the_redirects(slipstick):
    before = estimate(slipstick, "url-shortener")
    after = estimate(slipstick, "url-shortener", "--set", "dau=200M")
    # 100M users following 8 links a day are 800M redirects a day.
    assert before["derived"]["redirect_rate"]["value"] == pytest.approx(800e6 / 86400)
    assert after["derived"]["redirect_rate"]["value"] == pytest.approx(1600e6 / 86400)
    assert after["inputs"]["dau"] == {
        "value": 200e6, "unit": "user", "text": "200M user", "label": "Daily active users",
        "basis": "documented", "why": "", "changed": True,
    }  # fmt: skip
    assert before["documented"][0]["verdict"] == "agrees"
    assert after["documented"][0]["verdict"] is None


def test_a_unit_of_another_dimension_is_refused_naming_field_text_and_unit(slipstick):
    err = refused(slipstick("estimate", "url-shortener", "--set", "dau=3GB"))
    assert err.startswith("slipstick: dau: '3GB': is in GB; expected user")


def test_a_range_comes_with_its_ends(slipstick):
    value = estimate(slipstick, "url-shortener", "--set", "dau=80M to 120M")["inputs"]["dau"]
    assert (value["p5"], value["p95"]) == (80e6, 120e6)
    assert value["value"] == value["p50"] == pytest.approx((80e6 * 120e6) ** 0.5)
    share = estimate(slipstick, "url-shortener")["inputs"]["hit_ratio"]
    # The middle of 85% and 97% by odds: sqrt(17/3 * 97/3) to one.
    odds = (0.85 / 0.15 * 0.97 / 0.03) ** 0.5
    assert share["value"] == share["p50"] == pytest.approx(odds / (1 + odds))
    assert (share["p5"], share["p95"], share["unit"]) == (0.85, 0.97, "")


def test_an_exported_estimate_is_a_scenario(slipstick, tmp_path):
    changes = ("--set", "dau=200M", "--set", "hit_ratio=80% to 90%", "--variant", "small")
    code, out, _ = slipstick("estimate", "url-shortener", *changes, "-o", "mine.json")
    assert (code, out) == (0, "")
    stored = json.loads((tmp_path / "mine.json").read_text())
    assert estimate(slipstick, "mine.json") == stored
    assert stored["scenario"] == {
        "system": "url-shortener",
        "variant": "small",
        "set": {"dau": "200M user", "hit_ratio": "80% to 90%"},
        "growth": None,
        "years": None,
    }


@pytest.mark.parametrize("text", ["{}", "[1]", "no json", '{"schema": 1, "scenario": {"set": 3}}'])
def test_json_that_is_no_estimate_is_refused(slipstick, tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    assert "x.json" in refused(slipstick("estimate", "x.json"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["estimate"], "Missing argument"),
        (["estimate", "url-shortner"], "did you mean url-shortener?"),
        (["estimate", "nonsense"], "`slipstick list` shows them"),
        (["estimate", "./none.toml"], "there is no preset file ./none.toml"),
        (["estimate", "url-shortener", "--set", "dau"], "expected ADDRESS=QUANTITY"),
        (["estimate", "url-shortener", "--set", "dua=5"], "did you mean dau?"),
        (["estimate", "url-shortener", "--set", "redirect_rate=5"], "is derived"),
        (["estimate", "url-shortener", "--set", "hit_ratio=120%"], "between 0% and 100%"),
        (["estimate", "url-shortener", "--set", "dau=nan"], "dau: 'nan': expected a number"),
        (["estimate", "url-shortener", "--set", "dau=9**9**9"], "dau: '9**9**9'"),
        (["estimate", "url-shortener", "--set", "dau=" + "9" * 5000], "5,000 characters"),
        (["estimate", "url-shortener", "--set", "urls_per_user=0"], "no finite value"),
        (["estimate", "url-shortener", "--variant", "huge"], "no variant 'huge'; it has: small"),
        (
            ["estimate", "url-shortener", "--explain", "redirect"],
            "its numbers: redirect.hop5_chance",
        ),
        (["estimate", "url-shortener", "--explain", "redirectrate"], "did you mean redirect_rate?"),
        (["estimat"], "did you mean estimate?"),
        (["audit", "url-shortener", "none"], "there is no system 'none'"),
        (["solve", "url-shortener", "--want", "x=1", "--by", "dau"], "no number 'x'"),
        (["solve", "url-shortener", "--want", "redirect_rate=1GB", "--by", "dau"], "expected"),
        (
            ["solve", "url-shortener", "--want", "redirect_rate=1", "--by", "dua"],
            "did you mean dau",
        ),
        (["show", "url-shortener", "-o", "x.csv"], "no csv here; expected table or json or md"),
    ],
)
def test_bad_input_is_a_line_or_two_and_exit_2(slipstick, arguments, said):
    assert said in refused(slipstick(*arguments))


def test_explain_walks_from_the_number_down_to_its_inputs(slipstick):
    out = ok(slipstick("estimate", "url-shortener", "--explain", "url_storage"))
    for line in (
        "url_storage = storage(create_rate, record_size, retention)",
        "create_rate = dau * urls_per_user",
        "= 100M user * 0.1 url/user/day",
        "dau = 100M user   (documented)",
    ):
        assert line in out
    assert "Source:" in out


# audit, solve


def test_audit_gives_every_figure_a_ratio_a_verdict_and_a_way_to_meet_it(slipstick):
    figures = json.loads(ok(slipstick("audit", *SYSTEMS, "--format", "json")))
    assert {figure["system"] for figure in figures} == set(SYSTEMS)
    for figure in figures:
        assert 0 < figure["ratio"] < float("inf")
        assert figure["documented"]["comparator"] in "~<>="
        if figure["verdict"] == "given":
            assert figure["reconcile"] is None
            continue
        if figure["documented"]["comparator"] in "<>":
            # A budget stands against a percentile, which no formula could be solved for.
            assert figure["against"].endswith(".p99")
            assert figure["verdict"] in ("met", "at risk", "missed")
            assert figure["reconcile"] is None
            continue
        assert figure["verdict"] in ("agrees", "same order", "disagrees")
        assert figure["reconcile"]["needs"]["value"] > 0
        assert figure["reconcile"]["assumed"]["text"]


def test_what_a_figure_needs_makes_derived_meet_documented(slipstick):
    for figure in json.loads(ok(slipstick("audit", *SYSTEMS, "--format", "json"))):
        if figure["reconcile"] is None:
            continue
        change = f"{figure['reconcile']['input']}={figure['reconcile']['needs']['text']}"
        after = estimate(slipstick, figure["system"], "--set", change)
        met = [f for f in after["documented"] if f["said"] == figure["said"]]
        assert met[0]["ratio"] == pytest.approx(1, rel=1e-8)


def test_a_peak_over_a_volume_is_stated(slipstick):
    figures = json.loads(ok(slipstick("audit", "ad-click-aggregator", "--format", "json")))
    peaks = {f["said"]: f["peak_over_volume"] for f in figures}
    # 100K clicks a second are 8.64B a day, over the 1B a day that are documented.
    assert peaks["~100K clicks/sec"] == pytest.approx(8.64)
    assert peaks["~50K clicks/sec"] == pytest.approx(4.32)
    assert peaks["~1B daily"] is None


def test_audit_of_everything_counts_in_one_line(slipstick):
    out = ok(slipstick("audit"))
    systems = len(list((Path(__file__).parents[2] / "presets" / "systems").glob("*.toml")))
    assert out.splitlines()[1].startswith(f"{systems} systems, ")


def test_audit_sorted_begins_with_what_is_farthest_off(slipstick):
    figures = json.loads(ok(slipstick("audit", *SYSTEMS, "--sort", "--format", "json")))
    plain = json.loads(ok(slipstick("audit", *SYSTEMS, "--format", "json")))
    assert sorted(map(str, figures)) == sorted(map(str, plain))
    bad = [("disagrees", "missed"), ("same order", "at risk"), ("can't tell",), ("agrees", "met")]

    def place(figure):
        return next((i for i, words in enumerate(bad) if figure["verdict"] in words), len(bad))

    def off(figure):
        under_budget = figure["documented"]["comparator"] == "<"
        return figure["ratio"] if under_budget else max(figure["ratio"], 1 / figure["ratio"])

    assert figures == sorted(figures, key=lambda f: (place(f), -off(f)))
    rows = ok(slipstick("audit", *SYSTEMS, "--sort", "--format", "csv")).splitlines()[1:]
    literal = [row for row in csv.reader(rows) if row[3] == "0"]
    assert [(row[0], row[1]) for row in literal] == [(f["system"], f["label"]) for f in figures]


def test_audit_tells_what_cannot_hold_together_in_plain_words(slipstick):
    out = ok(slipstick("audit", "ad-click-aggregator"))
    assert '"~100K clicks/sec" and "~50K clicks/sec" are said of one thing, 2 times apart.' in out
    would_take = '"~100K clicks/sec" would take 8.64B click/day (Clicks; documented 1B click/day).'
    assert would_take in out


def test_audit_counts_by_family_where_there_are_several(slipstick):
    lines = ok(slipstick("audit", *SYSTEMS)).splitlines()
    at = lines.index("Verdicts")
    heads, read_heavy = (re.split(r"\s{2,}", line.strip()) for line in lines[at + 1 : at + 3])
    counts = dict(zip(heads, read_heavy, strict=True))
    assert (counts["family"], counts["systems"], counts["given"]) == ("Read heavy", "2", "2")
    assert "Verdicts" not in ok(slipstick("audit", "url-shortener"))


def test_solve_finds_the_users_for_a_rate(slipstick):
    solve = ("solve", "url-shortener", "--want", "redirect_rate=50K/s", "--by", "dau")
    # 50K/s are 4.32B a day; at 8 a user and day that is 540M users.
    assert "540M user" in ok(slipstick(*solve))
    data = json.loads(ok(slipstick(*solve, "--format", "json")))
    assert data["needs"]["value"] == pytest.approx(540e6)
    assert data["why"] is None


def test_solve_says_when_an_input_has_no_part_in_a_number(slipstick):
    solve = ("solve", "url-shortener", "--want", "redirect_rate=1/s", "--by", "record_size")
    assert "redirect_rate does not hang on record_size" in refused(slipstick(*solve))
    code, out, _ = slipstick(*solve, "--format", "json")
    assert (code, json.loads(out)["needs"]) == (2, None)


def test_solve_says_when_nothing_reaches_the_figure(slipstick):
    solve = ("solve", "url-shortener", "--want", "store_read_peak=1M/s", "--by", "hit_ratio")
    err = refused(slipstick(*solve))
    assert "no hit_ratio gives it" in err
    assert "at 0%" in err


# check


SIX_MISTAKES = """\
id = "mine"
name = "Mine"
family = "read-heavy"
consistency = "AP"
summary = "Six mistakes."
nouns = ["url"]
colour = "red"

[inputs.dau]
label = "Daily users"
value = "100M usr"
basis = "documented"

[inputs.size]
label = "Size"
value = "500 B/url"
basis = "assumed"

[inputs.rate]
label = "URLs"
value = "100 url/s"
basis = "chosen"

[derived.sum]
label = "Sum"
group = "storage"
formula = "rate + size"
unit = "url/s"

[derived.call]
label = "Call"
group = "storage"
formula = "__import__('os')"
unit = "url/s"

[derived.near]
label = "Near"
group = "storage"
formula = "rate * sise"
unit = "B/s"
"""


def test_six_mistakes_are_six_messages_with_their_lines(slipstick, tmp_path):
    (tmp_path / "mine.toml").write_text(SIX_MISTAKES)
    code, out, err = slipstick("check", "mine.toml")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert [line.split(":")[1] for line in lines] == ["7", "11", "14", "27", "33", "39"]
    said = (
        "colour",
        "'usr' is no unit here; did you mean user?",
        "why",
        "adds 'rate' (url/s, an average) and 'size' (B/url)",
        "text in quotes is not allowed",
        "did you mean size?",
    )
    for line, words in zip(lines, said, strict=True):
        assert words in line


def test_a_good_file_is_said_to_be_so(slipstick):
    file = Path(__file__).parents[2] / "presets" / "systems" / "url-shortener.toml"
    code, out, _ = slipstick("check", str(file))
    assert (code, out.split(": ")[1]) == (0, "ok")


def test_a_system_with_faults_is_refused_in_two_lines(slipstick, tmp_path):
    (tmp_path / "mine.toml").write_text(SIX_MISTAKES)
    err = refused(slipstick("estimate", "./mine.toml"))
    assert "and 5 more; `slipstick check FILE` lists all" in err


# formats and files


@pytest.mark.parametrize("format_", ["table", "json", "csv", "md"])
@pytest.mark.parametrize("command", [["list"], ["estimate", "url-shortener"], ["audit"]])
def test_every_format_holds_the_same_systems(slipstick, command, format_):
    out = ok(slipstick(*command, "--format", format_))
    assert "url-shortener" in out or "redirect_rate" in out
    assert out.endswith("\n")
    if format_ == "json":
        assert "NaN" not in out
        json.loads(out)
    if format_ == "csv":
        rows = list(csv.reader(io.StringIO(out)))
        assert len(rows) > 3
        assert {len(row) for row in rows} == {len(rows[0])}
    if format_ == "table":
        assert "\x1b" not in out


def test_markdown_keeps_the_signs_of_figures(slipstick):
    out = ok(slipstick("audit", "url-shortener", "--format", "md"))
    assert r"\~10K redirect/s" in out


def test_a_report_over_a_file_that_is_there_is_refused(slipstick, tmp_path):
    (tmp_path / "report.md").write_text("old")
    report = ("estimate", "url-shortener", "-o", "report.md")
    assert "is there already; --force replaces it" in refused(slipstick(*report))
    assert (tmp_path / "report.md").read_text() == "old"
    assert slipstick(*report, "--force")[0] == 0
    assert (tmp_path / "report.md").read_text().startswith("# URL shortener\n")


# the whole process


def process(*arguments, **more):
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **more)


@pytest.mark.parametrize("command", [["list"], ["audit"], ["estimate", "url"], ["show", "url"]])
def test_no_headless_command_imports_textual(command):
    code = (
        "import sys; from app.cli import main\n"
        f"try: main({command!r})\n"
        "except SystemExit: print('textual' in sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ran.stderr.strip() == "False"


def test_version_and_listing_import_nothing_heavy():
    code = (
        "import sys; from app.cli import main\n"
        "try: main(['list'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('pint', 'numpy', 'pydantic', 'rich', 'textual') if m in sys.modules],"
        " file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ran.stderr.strip() == "[]"
    assert process("--version").stdout == "slipstick 0.1.0\n"


def test_without_a_terminal_a_system_is_its_estimate_as_text():
    ran = process("url-shortener", stdin=subprocess.DEVNULL)
    assert ran.returncode == 0
    assert "Documented beside derived" in ran.stdout
    ran = process(stdin=subprocess.DEVNULL)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no terminal" in ran.stderr


def test_a_closed_pipe_is_no_error():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        ran = subprocess.run(
            [sys.executable, "-m", "app.cli", "show", "url"],
            stdout=closed, stderr=subprocess.PIPE, text=True, timeout=120,
        )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")


def test_completion_offers_commands_systems_and_inputs():
    def complete(line):
        words = line.split(" ")
        environment = {
            **os.environ, "_SLIPSTICK_COMPLETE": "bash_complete",
            "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1),
        }  # fmt: skip
        return process(env=environment).stdout

    assert "plain,estimate" in complete("slipstick es")
    assert "plain,url-shortener" in complete("slipstick url")
    assert "plain,social-media" in complete("slipstick estimate so")
    assert "plain,dau" in complete("slipstick estimate url-shortener --set d")
    assert "complete" in process("completion", "bash").stdout
