"""Growth, limits and comparing on the command line, in every format."""

import csv
import io
import json
import math
import re
from datetime import date, timedelta
from statistics import NormalDist

import pytest
from results import ok, parsed, refused

FORMATS = ("table", "json", "csv", "md", "html")
Z95 = 1.6448536269514722
YEARLY = [1.3**year for year in range(6)]
# A year's records at 10M links a day of sqrt(300 * 800) bytes, and five years' at each year's end.
RECORDS = 1e7 * 365 * math.sqrt(300 * 800)
STORED = [RECORDS * (5 - year + sum(YEARLY[1 : year + 1])) for year in range(5)]
STORED.append(RECORDS * sum(YEARLY[1:]))
LIMITED = ("estimate", "url-shortener", "--growth", "30%", "--years", "5")
TWENTY = (*LIMITED, "--limit", "url_storage=20TB")


def data(slipstick, *arguments):
    return parsed(slipstick(*arguments, "--format", "json"))


def written(slipstick, path, *arguments):
    code, out, _ = slipstick(*arguments, "-o", str(path))
    assert (code, out) == (0, "")
    return json.loads(path.read_text())


def lines_of(text, start):
    """The cells of the lines that begin with a word, parted where two blanks or more are."""
    return [
        re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if line.split()[:1] == start
    ]


def numbers_now(found):
    """What an estimate says of today: derived numbers, nodes, and what a month costs."""
    nodes = {f"{id_}.nodes": c["nodes"] for id_, c in found["components"].items() if c["nodes"]}
    derived = {name: number["value"] for name, number in found["derived"].items()}
    return derived | nodes | {"cost.month": found["cost"]["month"]["value"]}


def spread(*ranges):
    """The standard deviation of the logarithm of a product of lognormals."""
    return math.hypot(*(math.log(high / low) / 2 / Z95 for low, high in ranges))


# estimate --growth: the table


def test_the_years_stand_side_by_side_with_their_unit_said_once(slipstick):
    out = ok(slipstick(*TWENTY))
    assert "Year by year: dau 30% a year" in out
    (dau,) = [row for row in lines_of(out, ["dau"]) if "130M" in row]
    assert dau == ["dau", "100M", "130M", "169M", "220M", "286M", "371M", "user"]
    (stored,) = [row for row in lines_of(out, ["url_storage"]) if len(row) > 7]
    shown = [f"{value / 1e12:.3g}" for value in STORED]
    assert stored[1:8] == [*shown, "TB"]
    assert "Documented beside derived" in out


def test_a_limit_is_dated_from_today(slipstick):
    before = date.today()
    out = ok(slipstick(*TWENTY))
    into = 4 + math.log(20e12 / STORED[4]) / math.log(STORED[5] / STORED[4])
    days = (before, date.today())
    said = {f"in {into:.1f} years, about {d + timedelta(days=into * 365):%B %Y}" for d in days}
    (row,) = [row for row in lines_of(out, ["url_storage"]) if "20 TB" in row]
    assert row[4] in said
    assert row[:4] == ["url_storage", "20 TB", "the limit", "8.94 TB"]
    assert row[5:] == ["now to after 5", "54%"]
    assert "Limits, within 5 years" in out


def test_milestones_are_shown_with_their_years(slipstick):
    out = ok(slipstick("estimate", "url-shortener", "--growth", "dau=150M@1, 400M@3"))
    assert "Year by year: dau 150M user by year 1, 400M user by year 3" in out
    # Year 2 lies halfway on the logarithm: the square root of 150 * 400 is 245.
    (dau,) = [row for row in lines_of(out, ["dau"]) if "150M" in row]
    assert dau == ["dau", "100M", "150M", "245M", "400M", "user"]


@pytest.mark.parametrize("growth", [("--growth", "-10%"), ("--growth=-10%",)])
def test_what_shrinks_may_be_typed_with_a_minus(slipstick, growth):
    out = ok(slipstick("estimate", "url-shortener", *growth, "--years", "2"))
    (dau,) = [row for row in lines_of(out, ["dau"]) if "90M" in row]
    assert dau == ["dau", "100M", "90M", "81M", "user"]


def test_growth_that_is_a_range_gives_every_year_a_band(slipstick):
    found = data(slipstick, "estimate", "url-shortener", "--growth", "20%..40%", "--years", "2")
    dau = [year["inputs"]["dau"] for year in found["growth"]["years"]]
    assert (dau[2]["p5"], dau[2]["p95"]) == pytest.approx((144e6, 196e6), rel=1e-3)
    assert found["scenario"]["growth"] == {"dau": "20% to 40%"}


def test_fifty_years_still_fit(slipstick):
    out = ok(slipstick("estimate", "url-shortener", "--growth", "1%", "--years", "50"))
    assert "year 50" in out
    found = data(slipstick, "estimate", "url-shortener", "--growth", "1%", "--years", "50")
    assert found["growth"]["years"][50]["inputs"]["dau"]["value"] == pytest.approx(1e8 * 1.01**50)


# JSON


def test_json_has_the_years_one_by_one(slipstick):
    found = data(slipstick, *TWENTY)
    assert found["scenario"] == {
        "system": "url-shortener", "variant": None, "set": {}, "growth": {"dau": "30%"}, "years": 5,
    }  # fmt: skip
    years = found["growth"]["years"]
    assert [year["year"] for year in years] == [0, 1, 2, 3, 4, 5]
    for year, factor, stored in zip(years, YEARLY, STORED, strict=True):
        assert set(year["inputs"]) == {"dau"}
        dau = year["inputs"]["dau"]
        assert (dau["value"], dau["unit"]) == (pytest.approx(1e8 * factor), "user")
        assert "p5" not in dau
        rate = year["derived"]["redirect_rate"]
        assert rate["value"] == pytest.approx(8e8 / 86400 * factor)
        # 4 to 16 redirects: half and twice the middle.
        assert (rate["p5"], rate["p95"]) == pytest.approx((rate["value"] / 2, rate["value"] * 2))
        storage = year["derived"]["url_storage"]
        assert (storage["value"], storage["unit"]) == (pytest.approx(stored / 1e12), "TB")
        wide = math.exp(Z95 * spread((0.05, 0.2), (300, 800)))
        assert storage["p95"] == pytest.approx(stored / 1e12 * wide)
    now = numbers_now(found)
    assert {n: d["value"] for n, d in years[0]["derived"].items()} == pytest.approx(now, rel=1e-12)


def test_json_has_the_limits_with_times_in_years_and_chances(slipstick):
    found = data(slipstick, *TWENTY, "--limit", "urls_kept=code_space")
    disk, ids, documented = found["growth"]["limits"]
    into = math.log(20e12 / STORED[4]) / math.log(STORED[5] / STORED[4])
    assert disk["address"] == "url_storage"
    assert disk["limit"]["value"] == 20
    assert disk["limit"]["unit"] == "TB"
    assert disk["passed"] == pytest.approx(4 + into)
    assert (disk["passed_p5"], disk["passed_p95"]) == (0, None)
    # Passed within five years is to be above it in the fifth: the stock only grows.
    below = NormalDist(math.log(STORED[5]), spread((0.05, 0.2), (300, 800))).cdf(math.log(20e12))
    assert disk["chance"] == pytest.approx(1 - below, abs=1e-3)
    # 62^7 codes are 3.52T; 43B links do not come near.
    assert ids["of"] == "Codes there can be"
    assert ids["limit"]["value"] == 62**7
    assert (ids["passed"], ids["passed_p5"], ids["passed_p95"], ids["chance"]) == (None,) * 3 + (0,)
    assert documented["of"] == 'documented: "~10K QPS redirects"'
    assert documented["passed"] == pytest.approx(math.log(1.08) / math.log(1.3))
    rate = NormalDist(math.log(8e8 / 86400 * YEARLY[5]), spread((4, 16)))
    assert documented["chance"] == pytest.approx(1 - rate.cdf(math.log(1e4)), abs=1e-3)
    late = math.log(1.08 * 2) / math.log(1.3)  # from half as many redirects
    assert documented["passed_p95"] == pytest.approx(late, rel=1e-3)


@pytest.mark.parametrize(
    "growth",
    [
        ("--growth", "30%", "--years", "5"),
        ("--growth", "dau=20% to 40%", "--years", "3"),
        ("--growth", "dau=10% +- 5%", "--growth", "record_size=-3%"),
        ("--growth", "dau=150M@1,400M@3", "--growth", "record_size=5%"),
        ("--growth", "dau=1,000,000,000@2.5", "--set", "dau=200M", "--variant", "small"),
    ],
)
def test_json_of_the_years_reads_back_as_the_scenario_and_gives_the_same(
    slipstick, tmp_path, growth
):
    limit = ("--limit", "url_storage=20TB")
    stored = written(
        slipstick, tmp_path / "grown.json", "estimate", "url-shortener", *growth, *limit
    )
    assert stored["scenario"]["growth"]
    assert data(slipstick, "estimate", "grown.json", *limit) == stored
    without = data(slipstick, "estimate", "grown.json")
    assert without["growth"]["years"] == stored["growth"]["years"]
    assert without["growth"]["limits"] == stored["growth"]["limits"][1:]


def test_an_exported_growth_can_be_changed(slipstick, tmp_path):
    written(slipstick, tmp_path / "grown.json", *LIMITED)
    found = data(slipstick, "estimate", "grown.json", "--years", "2")
    assert found["scenario"]["growth"] == {"dau": "30%"}
    assert len(found["growth"]["years"]) == 3
    found = data(slipstick, "estimate", "grown.json", "--growth", "50%", "--set", "dau=10M")
    assert found["growth"]["years"][5]["inputs"]["dau"]["value"] == pytest.approx(1e7 * 1.5**5)


def test_years_that_were_exported_stay_when_more_is_made_to_grow(slipstick, tmp_path):
    written(
        slipstick, tmp_path / "two.json", "estimate", "url-shortener",
        "--growth", "30%", "--years", "2",
    )  # fmt: skip
    found = data(slipstick, "estimate", "two.json", "--growth", "record_size=5%")
    assert found["scenario"]["growth"] == {"dau": "30%", "record_size": "5%"}
    assert found["scenario"]["years"] == 2


def test_growth_is_told_before_the_years_are_counted(slipstick):
    # --years says how far; the five years of a rate alone were nobody's wish.
    found = data(
        slipstick, "estimate", "url-shortener", "--growth", "dau=30%",
        "--growth", "record_size=600B@1, 700B@3", "--years", "3",
    )  # fmt: skip
    assert found["scenario"]["years"] == 3


def test_without_growth_json_says_nothing_of_years(slipstick):
    found = data(slipstick, "estimate", "url-shortener")
    assert "growth" not in found
    assert (found["scenario"]["growth"], found["scenario"]["years"]) == (None, None)


# CSV, Markdown, HTML


def test_csv_is_a_row_a_number_and_year(slipstick):
    rows = list(csv.DictReader(io.StringIO(ok(slipstick(*TWENTY, "--format", "csv")))))
    assert list(rows[0]) == ["year", "address", "value", "unit", "p5", "p50", "p95", "text"]
    numbers = numbers_now(data(slipstick, "estimate", "url-shortener"))
    assert len(rows) == 6 * (1 + len(numbers))
    assert {row["address"] for row in rows} == {"dau", *numbers}
    stored = [row for row in rows if row["address"] == "url_storage"]
    assert [int(row["year"]) for row in stored] == [0, 1, 2, 3, 4, 5]
    assert [float(row["value"]) for row in stored] == pytest.approx([s / 1e12 for s in STORED])
    assert {row["unit"] for row in stored} == {"TB"}
    assert stored[0]["text"] == "8.94 TB"
    wide = math.exp(Z95 * spread((0.05, 0.2), (300, 800)))
    assert float(stored[5]["p5"]) == pytest.approx(STORED[5] / 1e12 / wide)
    assert float(stored[5]["p50"]) == pytest.approx(STORED[5] / 1e12)
    (code,) = {(row["p5"], row["p95"]) for row in rows if row["address"] == "code_space"}
    assert code == ("", "")


def test_markdown_has_a_table_of_years_and_one_of_limits(slipstick):
    out = ok(slipstick(*TWENTY, "--format", "md"))
    assert "\n## Year by year: dau 30% a year\n" in out
    assert "\n## Limits, within 5 years\n" in out
    assert "| `dau` | 100M | 130M | 169M | 220M | 286M | 371M | user |  |" in out
    assert _pipes_agree(out)


def test_html_has_the_same_cells(slipstick):
    out = ok(slipstick(*TWENTY, "--format", "html"))
    assert "<h2>Year by year: dau 30% a year</h2>" in out
    assert "<h2>Limits, within 5 years</h2>" in out
    for cell in ("100M", "130M", "169M", "220M", "286M", "371M", "20 TB"):
        assert f'<td class="right">{cell}</td>' in out
    assert "documented: &quot;~10K QPS redirects&quot;" in out


def test_the_end_of_a_files_name_tells_its_format(slipstick, tmp_path):
    code, out, _ = slipstick(*TWENTY, "-o", "years.html")
    assert (code, out) == (0, "")
    page = (tmp_path / "years.html").read_text()
    assert page.startswith("<!doctype html>")
    assert page == ok(slipstick(*TWENTY, "--format", "html"))


def _pipes_agree(markdown):
    """Whether every line of a table has as many cells as its heading."""
    tables, width = 0, None
    for line in markdown.splitlines():
        if not line.startswith("|"):
            width = None
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        tables += width is None
        if width not in (None, cells):
            return False
        width = cells
    return tables > 0


# What is refused


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--growth", "30"], "dau: '30': expected a percentage a year, such as 30% or -10%"),
        (["--growth", "0.3"], "(doubling is 100%), or milestones, such as 150M@1, 400M@3"),
        (["--growth", "3x"], "expected a percentage a year"),
        (["--growth", ""], "expected a percentage a year"),
        (["--growth", "-100%"], "nothing is left"),
        (["--growth", "1e200%"], "dau"),
        (["--growth", "40% to 20%"], "expected 20% first"),
        (["--growth", "dau=3GB@1"], "dau: '3GB': is in GB; expected user"),
        (["--growth", "dau=400M@2,150M@1"], "expected rising years, from after 0 to 50"),
        (["--growth", "dua=30%"], "url-shortener has no input 'dua'; did you mean dau?"),
        (["--growth", "hit_ratio=3%"], "a share stays within 0..1 and does not grow"),
        (["--growth", "redirect_rate=3%"], "redirect_rate is derived (dau * redirects_per_user)"),
        (["--growth", "30%", "--years", "0"], "0 years: expected from 1 to 50"),
        (["--growth", "30%", "--years", "51"], "51 years: expected from 1 to 50"),
        (["--growth", "30%", "--years", "-1"], "-1 years: expected from 1 to 50"),
        (["--growth", "30%", "--years", "many"], "'many' is not a valid integer"),
        (["--growth", "30%", "--years", "2.5"], "'2.5' is not a valid integer"),
        (["--growth", "dau=150M@1,400M@3", "--years", "4"], "or look ahead 3 years"),
        (["--years", "3"], "nothing grows; say how, as in --growth 30%"),
        (["--limit", "url_storage=20TB"], "say how it grows: --growth"),
        (["--growth", "30%", "--limit", "url_storage"], "expected ADDRESS=QUANTITY"),
        (["--growth", "30%", "--limit", "=20TB"], "expected ADDRESS=QUANTITY"),
        (["--growth", "30%", "--limit", "url_store=20TB"], "did you mean url_storage?"),
        (["--growth", "30%", "--limit", "nonsense=20TB"], "has no number 'nonsense'"),
        (["--growth", "30%", "--limit", "url_store=code_space"], "did you mean url_storage?"),
        (["--growth", "30%", "--limit", "url_storage=20 user"], "is in user; expected TB"),
        (["--growth", "30%", "--limit", "url_storage=code_space"], "its limit code_space in url"),
        (["--growth", "30%", "--limit", "url_storage=0"], "a limit is above zero"),
        (["--growth", "30%", "--limit", "url_storage=10 to 20 TB"], "expected one value"),
    ],
)
@pytest.mark.parametrize("format_", ["table", "json"])
def test_bad_growth_is_a_line_or_two_and_exit_2(slipstick, arguments, said, format_):
    result = slipstick("estimate", "url-shortener", *arguments, "--format", format_)
    assert said in refused(result)


def test_nothing_is_written_when_growth_is_refused(slipstick, tmp_path):
    refused(slipstick("estimate", "url-shortener", "--growth", "30", "-o", "x.json"))
    refused(slipstick(*LIMITED, "--limit", "nope=3", "-o", "x.json"))
    assert not (tmp_path / "x.json").exists()


@pytest.mark.parametrize(
    "growth",
    [
        {"growth": {"dau": 0.3}, "years": 5},
        {"growth": ["30%"], "years": 5},
        {"growth": "30%", "years": 5},
        {"growth": {"dau": "30%"}, "years": "five"},
        {"growth": {"dau": "30%"}, "years": 2.5},
        {"growth": {"dau": "30%"}, "years": 0},
        {"growth": {"dau": "30%"}, "years": 51},
        {"growth": {"dau": "30"}, "years": 5},
        {"growth": {"nope": "30%"}, "years": 5},
        {"growth": {"hit_ratio": "30%"}, "years": 5},
        {"growth": {"dau": "150M@1"}, "years": 5},
    ],
)
def test_a_file_with_growth_that_does_not_fit_is_refused(slipstick, tmp_path, growth):
    scenario = {"system": "url-shortener", "variant": None, "set": {}, **growth}
    (tmp_path / "bad.json").write_text(json.dumps({"schema": 1, "scenario": scenario}))
    refused(slipstick("estimate", "bad.json"))


def test_a_file_from_before_growth_still_opens(slipstick, tmp_path):
    scenario = {"system": "url-shortener", "variant": None, "set": {"dau": "200M user"}}
    (tmp_path / "old.json").write_text(json.dumps({"schema": 1, "scenario": scenario}))
    found = data(slipstick, "estimate", "old.json")
    assert found["inputs"]["dau"]["value"] == 200e6
    assert "growth" not in found


# compare

COMPARED = ("compare", "url-shortener", "--set", "dau=200M", "--set", "hit_ratio=95%")
# The middle of 85% to 97% by odds; a miss is what is left.
ODDS = math.sqrt(0.85 / 0.15 * 0.97 / 0.03)
MISSES = 0.05 * (1 + ODDS)


def test_a_system_beside_itself_with_changes(slipstick):
    found = data(slipstick, *COMPARED)
    assert (found["schema"], found["system"]) == (1, "url-shortener")
    assert found["labels"] == ["url-shortener", "changed"]
    assert [s["set"] for s in found["scenarios"]] == [
        {}, {"dau": "200M user", "hit_ratio": "95%"},
    ]  # fmt: skip
    assert [value["value"] for value in found["inputs"]["dau"]] == [100e6, 200e6]
    assert set(found["inputs"]) == {"dau", "hit_ratio"}
    misses = found["derived"]["store_read_peak"]
    assert misses["ratios"] == [pytest.approx(2 * MISSES)]
    (causes,) = misses["causes"]
    assert {c["input"]: c["factor"] for c in causes} == {
        "dau": pytest.approx(2), "hit_ratio": pytest.approx(MISSES),
    }  # fmt: skip
    assert sum(c["share"] for c in causes) == pytest.approx(1)
    redirects = found["derived"]["redirect_rate"]
    assert [v["value"] for v in redirects["values"]] == pytest.approx([8e8 / 86400, 16e8 / 86400])
    assert redirects["values"][1]["p95"] == pytest.approx(32e8 / 86400)
    assert redirects["causes"] == [[{"input": "dau", "factor": pytest.approx(2), "share": 1}]]
    # Two balancers carry twice as much too, and one prefix has room for it.
    same = {"code_space", "read_write_ratio", "balancer.nodes", "archive.nodes"}
    assert set(found["same"]) == same
    nodes = [
        data(slipstick, "estimate", "url-shortener", *change)["components"]
        for change in ((), COMPARED[2:])
    ]
    for id_, component in nodes[0].items():
        if component["nodes"] is not None:
            both = [component["nodes"], nodes[1][id_]["nodes"]]
            assert (both[0] == both[1]) == (f"{id_}.nodes" in same)
            if both[0] != both[1]:
                values = found["derived"][f"{id_}.nodes"]["values"]
                assert [value["value"] for value in values] == both
    assert found["why"] is None


def test_what_differs_most_stands_first_in_the_table(slipstick):
    out = ok(slipstick("compare", "url-shortener", "--set", "dau=200M", "--set", "record_size=60"))
    assert out.index("Inputs that differ") < out.index("Numbers that differ")
    numbers = out[out.index("Numbers that differ") :]
    # Records of 60 bytes instead of 490, and twice as many: 0.24 times; redirects twice.
    assert numbers.index("url_storage") < numbers.index("redirect_rate")
    (storage,) = lines_of(numbers, ["url_storage"])
    assert storage[2:4] == ["8.94 TB", "2.19 TB"]
    assert storage[4:] == ["0.24x", "record_size 0.12x (149%), dau 2x (-49%)"]
    assert "The same in all" in numbers
    assert "- code_space" in numbers


def test_a_shipped_variant_beside_the_system(slipstick):
    found = data(slipstick, "compare", "url-shortener", "--variant", "small")
    assert found["labels"] == ["url-shortener", "small"]
    assert [s["variant"] for s in found["scenarios"]] == [None, "small"]
    assert found["derived"]["redirect_rate"]["ratios"] == [pytest.approx(5e-4)]
    causes = found["derived"]["urls_kept"]["causes"][0]
    assert {c["input"]: c["factor"] for c in causes} == pytest.approx(
        {"dau": 5e-4, "urls_per_user": 4}
    )


def test_two_exported_estimates_and_their_system(slipstick, tmp_path):
    twice = ("estimate", "url-shortener", "--set", "dau=200M")
    short = ("estimate", "url-shortener", "--set", "retention=1 year", "--set", "dau=50M")
    written(slipstick, tmp_path / "twice.json", *twice)
    written(slipstick, tmp_path / "short.json", *short)
    found = data(slipstick, "compare", "url-shortener", "twice.json", "./short.json")
    assert found["labels"] == ["url-shortener", "twice", "short"]
    kept = found["derived"]["urls_kept"]
    assert kept["ratios"] == pytest.approx([2, 0.1])
    assert [{c["input"] for c in causes} for causes in kept["causes"]] == [
        {"dau"}, {"dau", "retention"},
    ]  # fmt: skip
    found = data(slipstick, "compare", "twice.json", "short.json")
    assert found["labels"] == ["twice", "short"]
    assert found["derived"]["urls_kept"]["ratios"] == [pytest.approx(0.05)]
    out = ok(slipstick("compare", "url-shortener", "twice.json", "short.json"))
    (row,) = lines_of(out, ["redirect_rate"])
    assert row[-1] == "twice: dau 2x (100%); short: dau 0.5x (100%)"


def test_two_files_of_one_name_are_told_apart(slipstick, tmp_path):
    for folder, users in (("one", "200M"), ("two", "50M")):
        (tmp_path / folder).mkdir()
        written(
            slipstick, tmp_path / folder / "mine.json",
            "estimate", "url-shortener", "--set", f"dau={users}",
        )  # fmt: skip
    found = data(slipstick, "compare", "one/mine.json", "two/mine.json")
    assert len(set(found["labels"])) == 2
    assert all("mine" in label for label in found["labels"])
    assert found["derived"]["redirect_rate"]["ratios"] == [pytest.approx(0.25)]


def test_changes_are_put_on_the_first_scenario(slipstick, tmp_path):
    written(slipstick, tmp_path / "mine.json", "estimate", "url-shortener", "--set", "dau=200M")
    found = data(slipstick, "compare", "mine.json", "--set", "peak_factor=4x")
    assert found["labels"] == ["mine", "changed"]
    assert set(found["inputs"]) == {"peak_factor"}
    assert [s["set"] for s in found["scenarios"]] == [
        {"dau": "200M user"}, {"dau": "200M user", "peak_factor": "4x"},
    ]  # fmt: skip


def test_now_beside_the_last_year(slipstick):
    found = data(slipstick, "compare", "url-shortener", "--growth", "30%", "--years", "3")
    assert found["labels"] == ["now", "year 3"]
    assert [v["value"] for v in found["inputs"]["dau"]] == pytest.approx([100e6, 219.7e6])
    rate = found["derived"]["redirect_rate"]
    assert rate["ratios"] == [pytest.approx(2.197)]
    assert rate["causes"] == [
        [{"input": "dau", "factor": pytest.approx(2.197), "share": pytest.approx(1)}]
    ]
    assert found["derived"]["url_storage"]["ratios"] == [pytest.approx(STORED[3] / STORED[0])]
    assert found["scenarios"][-1]["growth"] == {"dau": "30%"}
    out = ok(slipstick("compare", "url-shortener", "--growth", "30%", "--years", "3"))
    assert "now beside year 3" in out
    (row,) = lines_of(out[out.index("Numbers") :], ["redirect_rate"])
    assert row[-2:] == ["2.2x", "dau 2.2x (100%)"]


def test_two_that_grow_part_what_comes_of_them(slipstick):
    growth = ("--growth", "30%", "--growth", "redirects_per_user=10%", "--years", "2")
    found = data(slipstick, "compare", "url-shortener", *growth)
    (causes,) = found["derived"]["redirect_rate"]["causes"]
    assert {c["input"]: c["factor"] for c in causes} == pytest.approx(
        {"dau": 1.69, "redirects_per_user": 1.21}
    )


def test_an_exported_growth_stands_beside_another_by_its_inputs(slipstick, tmp_path):
    written(slipstick, tmp_path / "grown.json", *LIMITED)
    written(slipstick, tmp_path / "twice.json", "estimate", "url-shortener", "--set", "dau=200M")
    found = data(slipstick, "compare", "grown.json", "twice.json")
    assert found["labels"] == ["grown", "twice"]
    assert found["derived"]["redirect_rate"]["ratios"] == [pytest.approx(2)]


MANY = """\
id = "many"
name = "Many"
family = "read-heavy"
consistency = "AP"
summary = "Seventeen inputs."
nouns = ["url"]

[derived.product]
label = "Product"
group = "all"
formula = '{product}'
unit = ""

[variants.doubled]
label = "Doubled"
set = {{ {doubled} }}
"""


def test_more_causes_than_can_be_parted_are_said_in_a_sentence(slipstick, tmp_path):
    names = [f"part_{letter}" for letter in "abcdefghijklmnopq"]
    text = MANY.format(
        product=" * ".join(names), doubled=", ".join(f'{name} = "4x"' for name in names)
    )
    for name in names:
        text += f'\n[inputs.{name}]\nlabel = "{name}"\nvalue = "2x"\nbasis = "chosen"\n'
    (tmp_path / "many.toml").write_text(text)
    compared = ("compare", "./many.toml", "--variant", "doubled")
    sentence = "more than 16 inputs differ: too many to tell which caused what"
    for format_ in ("table", "md", "html"):
        assert sentence in ok(slipstick(*compared, "--format", format_))
    found = data(slipstick, *compared)
    assert found["why"] == sentence
    product = found["derived"]["product"]
    assert (product["ratios"], product["causes"]) == ([pytest.approx(2**17)], [[]])


def test_the_same_beside_itself_differs_in_nothing(slipstick):
    out = ok(slipstick("compare", "url-shortener", "url-shortener"))
    assert "nothing differs" in out
    found = data(slipstick, "compare", "url-shortener", "url-shortener")
    assert (found["inputs"], found["derived"]) == ({}, {})
    assert found["labels"][0] != found["labels"][1]


@pytest.mark.parametrize(
    "arguments", [COMPARED, ("compare", "url-shortener", "--variant", "small", "--set", "dau=1M"),
                  ("compare", "url-shortener", "--growth", "30%")]
)  # fmt: skip
@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_of_a_comparison_holds_what_differs(slipstick, arguments, format_):
    out = ok(slipstick(*arguments, "--format", format_))
    found = data(slipstick, *arguments)
    for name in (*found["inputs"], *found["derived"]):
        assert name in out
    for label in found["labels"]:
        assert label in out
    assert out.endswith("\n")
    if format_ == "csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        others = len(found["labels"]) - 1
        assert len(rows) == others * (len(found["inputs"]) + len(found["derived"]))
        for row in rows:
            if row["kind"] == "derived":
                number = found["derived"][row["address"]]
                at = found["labels"].index(row["scenario"]) - 1
                assert float(row["ratio"]) == pytest.approx(number["ratios"][at])
                assert float(row["value"]) == pytest.approx(number["values"][at + 1]["value"])
                assert number["values"][0]["unit"] == row["unit"]
    if format_ == "md":
        assert _pipes_agree(out)
    if format_ == "table":
        assert "\x1b" not in out


def test_a_files_name_does_not_break_the_table(slipstick, tmp_path):
    written(slipstick, tmp_path / "a|b.json", "estimate", "url-shortener", "--set", "dau=200M")
    out = ok(slipstick("compare", "url-shortener", "a|b.json", "--format", "md"))
    assert _pipes_agree(out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["url-shortener"], "one scenario alone has nothing to differ from; name two, or --set"),
        ([], "Missing argument"),
        (["url-shortener", "social-media"], "not of url-shortener and social-media"),
        (["url-shortener", "nope.json"], "nope.json cannot be read"),
        (["url-shortener", "urlshortener"], "did you mean url-shortener?"),
        (["url-shortener", "--set", "dua=3"], "did you mean dau?"),
        (["url-shortener", "--set", "dau"], "expected ADDRESS=QUANTITY"),
        (["url-shortener", "--set", "urls_per_user=0"], "no finite value"),
        (["url-shortener", "--variant", "large"], "no variant 'large'; it has: small"),
        (["url-shortener", "--years", "3"], "nothing grows; say how, as in --growth 30%"),
        (["url-shortener", "--growth", "30"], "expected a percentage a year"),
        (["url-shortener", "--growth", "30%", "--years", "99"], "99 years: expected from 1 to 50"),
        (["url-shortener", "--growth", "30%", "--set", "dau=1M"], "one scenario with its own last"),
        (["url-shortener", "--growth", "30%", "--variant", "small"], "with its own last year"),
        (["url-shortener", "url-shortener", "--growth", "30%"], "with its own last year"),
        (["url-shortener", "--growth", "1e200%"], "dau"),
    ],
)
def test_what_cannot_be_compared_is_a_line_or_two_and_exit_2(slipstick, arguments, said):
    assert said in refused(slipstick("compare", *arguments))
