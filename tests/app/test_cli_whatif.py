"""What if something goes wrong, on the command line: what saturates first, and what fails."""

import csv
import html
import io
import math
import re

import pytest
from results import ok, parsed, refused

FORMATS = ("table", "json", "csv", "md", "html")
URL = ("whatif", "url-shortener")
MISHAPS = [
    ("--peak", "10x"),
    ("--lose", "links"),
    ("--lose", "codes"),
    ("--cold",),
    ("--zone",),
    ("--zone", "--peak", "5x"),
    ("--lose", "links", "--lose", "codes", "--cold", "--zone", "--peak", "20x"),
]
# The middle of 85% and 97% by odds.
ODDS = math.sqrt(0.85 / 0.15 * 0.97 / 0.03)
MISS = 1 / (1 + ODDS)


def data(slipstick, *arguments):
    return parsed(slipstick(*arguments, "--format", "json"))


def strains(found):
    return {c["component"]: c for c in found["components"]}


def then(found):
    return {id_: c["then"] for id_, c in strains(found).items()}


def passages(found):
    return {p["path"]: p for p in found["paths"]}


def cells_of(text, format_):
    """The cells of every row of every table, without its marks."""
    if format_ == "html":
        lines = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>.*", text)]
        return [[html.unescape(re.sub("<[^>]*>", "", c)) for c in line] for line in lines if line]
    if format_ == "md":
        lines = [line[1:-1] for line in text.splitlines() if line.startswith("|")]
        return [[c.strip(" `") for c in re.split(r"(?<!\\)\|", line)] for line in lines]
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if line.strip()]


# What comes of it


@pytest.mark.parametrize("mishap", MISHAPS)
def test_json_has_every_component_and_path_before_and_after(slipstick, mishap):
    found = data(slipstick, *URL, *mishap)
    estimate = data(slipstick, "estimate", "url-shortener")
    assert set(found) == {"schema", "scenario", "whatif", "first", "components", "paths"}
    assert (found["schema"], found["scenario"]) == (1, estimate["scenario"])
    assert found["whatif"] == {
        "lost": [mishap[i + 1] for i, word in enumerate(mishap) if word == "--lose"],
        "cold": "--cold" in mishap,
        "zone": "--zone" in mishap,
        "peak": float(mishap[-1].rstrip("x")) if "--peak" in mishap else 1,
    }
    sized = {id_: c for id_, c in estimate["components"].items() if c["utilisation"]}
    assert strains(found).keys() == sized.keys()
    for id_, strain in strains(found).items():
        assert strain["utilisation"] == pytest.approx(sized[id_]["utilisation"]["value"])
        assert strain["label"] == sized[id_]["label"]
        assert (strain["then"] is None) == (id_ in found["whatif"]["lost"])
    busy = [c["then"] or 0 for c in found["components"]]
    assert busy == sorted(busy, reverse=True)
    assert found["first"] == (found["components"][0]["component"] if busy[0] >= 1 else None)
    assert passages(found).keys() == estimate["paths"].keys()
    for id_, path in passages(found).items():
        before = estimate["paths"][id_]
        assert path["p99"]["value"] == pytest.approx(before["p99"]["value"])
        assert path["label"] == before["label"]
        assert 0 <= path["failing"] <= 1
        on_it = {hop["to"] for hop in before["hops"] if not hop["background"]}
        over = {i for i, share in then(found).items() if share and share >= 1 and i in on_it}
        assert over <= set(path["saturated"])
        lost = bool(path["saturated"]) or path["failing"] == 1
        assert (path["then"] is None) == lost


def test_ten_times_the_peak_is_ten_times_the_use(slipstick):
    found = data(slipstick, *URL, "--peak", "10x")
    for strain in found["components"]:
        assert strain["then"] == pytest.approx(10 * strain["utilisation"])
    # The API is planned for p95, 2.2 times the middle, at 60% and half as much again: 184%.
    assert found["first"] == "api"
    assert passages(found)["redirect"]["saturated"] == ["api"]
    assert passages(found)["redirect"]["then"] is None
    assert [p["failing"] for p in found["paths"]] == [0, 0]


@pytest.mark.parametrize("peak", ["2", "2x", "200%", "2.0 x"])
def test_times_may_be_typed_as_people_say_them(slipstick, peak):
    found = data(slipstick, *URL, "--peak", peak)
    assert found["whatif"]["peak"] == 2
    assert then(found)["api"] == pytest.approx(2 * strains(found)["api"]["utilisation"])


def test_a_zone_of_three_makes_what_is_left_half_as_busy_again(slipstick):
    managed = {
        id_: c["managed"]
        for id_, c in data(slipstick, "estimate", "url-shortener")["components"].items()
    }
    found = data(slipstick, *URL, "--zone")
    for id_, strain in strains(found).items():
        # What a provider runs loses no zone of ours.
        factor = 1 if managed[id_] else 1.5
        assert strain["then"] == pytest.approx(factor * strain["utilisation"])


@pytest.mark.parametrize(
    "mishap", [("--cold",), ("--lose", "codes"), ("--cold", "--lose", "codes")]
)
def test_without_the_cache_every_redirect_reaches_the_store(slipstick, mishap):
    found = data(slipstick, *URL, *mishap)
    at_peak = math.sqrt(8) * 100e6 / 86400
    # A partition takes 3,000 reads or 1,000 writes a second.
    before = 8 * at_peak * MISS / 3000 + 0.1 * at_peak / 1000
    after = 8 * at_peak / 3000 + 0.1 * at_peak / 1000
    links = strains(found)["links"]
    assert links["then"] / links["utilisation"] == pytest.approx(after / before)
    others = [id_ for id_ in then(found) if id_ not in ("links", "codes")]
    assert [then(found)[i] for i in others] == pytest.approx(
        [strains(found)[i]["utilisation"] for i in others]
    )
    # A cache is not needed: nothing fails, but what missed it now and then now always does.
    assert [p["failing"] for p in found["paths"]] == [0, 0]
    redirect, create = found["paths"]
    assert redirect["then"]["value"] > redirect["p99"]["value"]
    assert create["then"]["value"] == pytest.approx(create["p99"]["value"])


def test_without_the_store_what_misses_the_cache_fails(slipstick):
    found = data(slipstick, *URL, "--lose", "links")
    redirect, create = found["paths"]
    assert redirect["failing"] == pytest.approx(MISS)
    assert create["failing"] == 1
    out = ok(slipstick(*URL, "--lose", "links"))
    assert f"Redirect: {MISS:.0%} of the requests fail" in out
    assert "Creation: 100% of the requests fail" in out


def test_without_store_and_cache_every_redirect_fails(slipstick):
    found = data(slipstick, *URL, "--lose", "links", "--lose", "codes")
    assert [p["failing"] for p in found["paths"]] == [1, 1]


def test_what_is_written_behind_a_persons_back_fails_nobody(slipstick):
    found = data(slipstick, *URL, "--lose", "clicks", "--lose", "archive")
    assert [p["failing"] for p in found["paths"]] == [0, 0]
    assert [then(found)[id_] for id_ in ("clicks", "archive")] == [None, None]


def test_mishaps_together_multiply(slipstick):
    found = data(slipstick, *URL, "--zone", "--peak", "5x")
    api = strains(found)["api"]
    assert api["then"] == pytest.approx(7.5 * api["utilisation"])
    assert then(found)["links"] == pytest.approx(5 * strains(found)["links"]["utilisation"])


def test_changes_and_variants_have_fleets_of_their_own(slipstick):
    found = data(slipstick, *URL, "--peak", "3x", "--variant", "small", "--set", "api.spares=4")
    estimate = ("estimate", "url-shortener", "--variant", "small", "--set", "api.spares=4")
    api = data(slipstick, *estimate)["components"]["api"]["utilisation"]["value"]
    assert then(found)["api"] == pytest.approx(3 * api)
    assert found["scenario"]["variant"] == "small"
    assert found["scenario"]["set"].keys() == {"api.spares"}


def test_ten_times_the_peak_fills_a_link_that_was_sized_by_it(slipstick):
    """Answers of 100 KB: the balancer is bought by its link, so its link is what saturates."""
    large = ("--set", "response_size=100 KB/redirect")
    balancer = data(slipstick, "estimate", "url-shortener", *large)["components"]["balancer"]
    assert balancer["bottleneck"] == "bandwidth"
    link = balancer["resources"]["bandwidth"]["capacity"]["value"]
    link *= balancer["nodes"] / balancer["resources"]["bandwidth"]["nodes"]
    assert balancer["resources"]["bandwidth"]["capacity"]["unit"] == "Mbit/s"
    sent = 100e6 * 8 / 86400 * math.sqrt(8) * 100e3 * 8 / 1e6
    assert 10 * sent > 1.5 * link
    found = data(slipstick, *URL, *large, "--peak", "10x")
    assert then(found)["balancer"] >= 1


# The sentence, and every format


@pytest.mark.parametrize("system", ["url-shortener", "social-media", "ad-click-aggregator"])
@pytest.mark.parametrize("mishap", [("--peak", "10x"), ("--zone",), ("--zone", "--peak", "3x")])
def test_the_sentence_of_what_saturates_first_agrees_with_json(slipstick, system, mishap):
    found = data(slipstick, "whatif", system, *mishap)
    lines = ok(slipstick("whatif", system, *mishap)).splitlines()
    assert lines[1].endswith(": the fleet as it was sized")
    for word, said in (("--peak", "times the peak"), ("--zone", "a zone lost")):
        assert (said in lines[1]) == (word in mishap)
    if found["first"] is None:
        assert lines[2] == "nothing saturates"
        return
    first = strains(found)[found["first"]]
    said = re.fullmatch(r"(.*) \((\w+)\) saturates first: ([\d.,]+)% busy", lines[2])
    assert said.group(1, 2) == (first["label"], found["first"])
    assert float(said[3]) == pytest.approx(100 * first["then"], rel=0.005)


def test_both_sentences_of_what_saturates_are_reached(slipstick):
    assert data(slipstick, *URL, "--zone")["first"] is None
    assert data(slipstick, *URL, "--peak", "10x")["first"] == "api"


@pytest.mark.parametrize("format_", ["table", "md", "html"])
@pytest.mark.parametrize("mishap", MISHAPS)
def test_what_people_read_holds_the_numbers_of_json(slipstick, mishap, format_):
    found = data(slipstick, *URL, *mishap)
    out = ok(slipstick(*URL, *mishap, "--format", format_))
    assert "\x1b" not in out
    cells = cells_of(out, format_)
    for id_, strain in strains(found).items():
        (row,) = [r for r in cells if r[:2] == [id_, strain["label"]]]
        busy, after = (float(c.rstrip("%")) / 100 if c.endswith("%") else None for c in (
            [*row, ""][2:4]
        ))  # fmt: skip
        assert busy == pytest.approx(strain["utilisation"], rel=0.005)
        assert after == (strain["then"] and pytest.approx(strain["then"], rel=0.005))
        assert ("lost" in row) == (strain["then"] is None)
        assert ("saturated" in row) == ((strain["then"] or 0) >= 1)
    for id_, path in passages(found).items():
        (row,) = [r for r in cells if r[:2] == [id_, path["label"]]]
        assert row[2] == path["p99"]["text"]
        full = f"saturated: {', '.join(path['saturated'])}" if path["saturated"] else "all fail"
        assert row[3] == (path["then"]["text"] if path["then"] else full)
        assert path["then"] or path["saturated"] or path["failing"] == 1
        assert (f"{path['failing']:.0%}" in row) == (path["failing"] > 0)


@pytest.mark.parametrize("mishap", MISHAPS)
def test_csv_holds_the_numbers_of_json_exactly(slipstick, mishap):
    found = data(slipstick, *URL, *mishap)
    rows = list(csv.DictReader(io.StringIO(ok(slipstick(*URL, *mishap, "--format", "csv")))))
    assert len(rows) == len(found["components"]) + len(found["paths"])
    by = {(row["kind"], row["address"]): row for row in rows}
    for id_, strain in strains(found).items():
        row = by["component", id_]
        assert float(row["before"]) == strain["utilisation"]
        assert (float(row["then"]) if row["then"] else None) == strain["then"]
    for id_, path in passages(found).items():
        row = by["path", id_]
        assert float(row["before"]) == path["p99"]["value"]
        assert (float(row["then"]) if row["then"] else None) == (
            path["then"] and path["then"]["value"]
        )
        assert float(row["failing"]) == path["failing"]


def test_the_end_of_a_files_name_tells_its_format(slipstick, tmp_path):
    for ending in ("json", "csv", "md", "html"):
        code, out, err = slipstick(*URL, "--cold", "-o", f"x.{ending}")
        assert (code, out, err) == (0, "", f"wrote x.{ending}\n")
        written = (tmp_path / f"x.{ending}").read_text()
        assert written == ok(slipstick(*URL, "--cold", "--format", ending))


# What is refused

BARE = """\
id = "bare"
name = "Bare"
family = "read-heavy"
consistency = "AP"
summary = "A rate and nothing that carries it."

[inputs.rate]
label = "Rate"
value = "100 op/s"
basis = "chosen"

[derived.twice]
label = "Twice"
group = "traffic"
formula = "2 * rate"
unit = "op/s"
"""


@pytest.mark.parametrize("format_", FORMATS)
def test_a_system_without_components_has_nothing_that_could_go_wrong(slipstick, tmp_path, format_):
    (tmp_path / "bare.toml").write_text(BARE)
    assert "200 op/s" in ok(slipstick("estimate", "./bare.toml"))
    for mishap in (("--cold",), ("--peak", "10x"), ("--lose", "api"), ()):
        err = refused(slipstick("whatif", "./bare.toml", *mishap, "--format", format_))
        assert "bare has no components" in err


@pytest.mark.parametrize("format_", ["table", "json"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say what goes wrong: --lose COMPONENT, --cold, --zone or --peak 10x"),
        (["--peak", "1x"], "say what goes wrong"),
        (["--lose", "code"], "has no component 'code'; did you mean codes?"),
        (["--lose", "nothing"], "its components: edge, balancer, api, codes, taken, links"),
        (["--lose", "codes", "--lose", "linsk"], "did you mean links?"),
        (["--lose", "redirect"], "no component 'redirect'"),
        (["--lose", ""], "no component ''"),
        (["--peak", "0"], "0 times the peak: expected more than 0, such as 10x"),
        (["--cold", "--peak", "0x"], "expected more than 0"),
        (["--peak", "-2x"], "never negative"),
        (["--peak", "5 GB"], "'5 GB': is in GB"),
        (["--peak", "nan"], "'nan': expected a number"),
        (["--peak", "inf"], "'inf': expected a number"),
        (["--peak", "1e400"], "too large"),
        (["--peak", "2x to 4x"], "is a range; expected one value"),
        (["--peak", ""], "expected a number"),
        (["--cold", "--set", "dau=3GB"], "dau: '3GB': is in GB; expected user"),
        (["--cold", "--variant", "huge"], "no variant 'huge'"),
        (["--cold", "--format", "pdf"], "'pdf' is not one of"),
    ],
)
def test_what_cannot_go_wrong_is_a_line_or_two_and_exit_2(slipstick, arguments, said, format_):
    format_ = [] if "--format" in arguments else ["--format", format_]
    assert said in refused(slipstick(*URL, *arguments, *format_))


@pytest.mark.parametrize("text", ["0", "-2x", "5 GB", "nan", "2x to 4x", ""])
def test_a_peak_that_cannot_be_read_is_named(slipstick, text):
    """With --set beside it, nobody would know which of the two was meant."""
    err = refused(slipstick(*URL, "--set", "peak_factor=3x", "--peak", text))
    assert re.search(r"\bpeak\b", err)
