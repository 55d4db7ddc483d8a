"""What follows from changing things, on the command line: solve, sensitivity, sweep."""

import csv
import io
import json
import math
import re

import pytest
from results import ok, parsed, refused

SYSTEM = """\
id = "mine"
name = "Mine | <b>own</b>"
family = "read-heavy"
consistency = "AP"
summary = "Three factors, two of which move together; a ceiling, a parabola, and a hole."
correlate = [["b", "c", 0.9]]

[inputs.a]
label = "A <b> & | *c*"
value = "1 to 26"
basis = "chosen"

[inputs.b]
label = "B"
value = "1 to 14"
basis = "chosen"

[inputs.c]
label = "C"
value = "1 to 14"
basis = "chosen"

[inputs.load]
label = "Load"
value = "450 op/s"
basis = "chosen"

[inputs.room]
label = "Room"
value = "80 to 125 op/s/node"
basis = "chosen"

[inputs.portion]
label = "Portion"
value = "60%"
share = true
basis = "chosen"

[derived.product]
label = "Product"
group = "all"
formula = "a * b * c"
unit = ""

[derived.fleet]
label = "Fleet"
group = "all"
formula = "ceil(load / room)"
unit = "node"

[derived.bump]
label = "Bump"
group = "all"
formula = "portion * (1 - portion) * load"
unit = "op/s"

[derived.wait]
label = "Wait"
group = "all"
formula = "drain_time(1000 * op, load, 400 * op/s)"
unit = "s"
"""


@pytest.fixture
def mine(tmp_path):
    """A preset file of one's own, in the folder in which the command runs."""
    (tmp_path / "mine.toml").write_text(SYSTEM)
    return "./mine.toml"


def table(text):
    """The rows of CSV, each as long as the header."""
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {len(rows[0])}
    return rows


def lognormal(median, *ratios):
    """p5, p50 and p95 of a product of lognormals, each given by how many times p5 its p95 is."""
    factor = math.exp(math.hypot(*(math.log(ratio) / 2 for ratio in ratios)))
    return [median / factor, median, median * factor]


# solve


def test_a_limit_gives_the_load_that_fits_and_how_far_that_is_known(slipstick):
    found = parsed(
        slipstick("solve", "url-shortener", "--want", "url_storage<=10TB", "--format", "json")
    )
    # 10 TB over 5 years of 0.1 URLs a user and day, each sqrt(300 * 800) B.
    median = 10e12 / (5 * 365 * 0.1 * math.sqrt(300 * 800))
    assert found["schema"] == 1
    assert found["scenario"]["system"] == "url-shortener"
    assert found["want"] == {
        "address": "url_storage", "sense": "<=", "value": 10, "unit": "TB", "text": "10 TB",
    }  # fmt: skip
    # --by is left out: the only input that grows.
    assert (found["input"], found["outcome"]) == ("dau", "at most")
    (value,) = found["values"]
    assert value["unit"] == "user"
    assert value["value"] == pytest.approx(median, rel=1e-8)
    band = [value[name] for name in ("p5", "p50", "p95")]
    assert band == pytest.approx(lognormal(median, 4, 8 / 3), rel=0.01)
    assert found["why"] == "up to 112M user it is kept"
    # Now it is kept: nothing needs to change.
    assert found["needs"] == {"value": 100e6, "unit": "user", "text": "100M user"}
    assert found["assumed"]["value"] == 100e6


def test_a_limit_as_a_table_says_value_present_and_band(slipstick):
    out = ok(slipstick("solve", "url-shortener", "--want", "url_storage <= 10TB"))
    lines = out.splitlines()
    assert lines[:3] == [
        "URL shortener",
        "for url_storage <= 10 TB, dau would have to be:",
        "  up to 112M user   (now 100M user, 1.1x)",
    ]
    low, high = re.search(r"([\d.]+)M to ([\d.]+)M user \(p5 to p95\)", lines[3]).groups()
    p5, _, p95 = lognormal(111.849, 4, 8 / 3)
    assert (float(low), float(high)) == pytest.approx((p5, p95), rel=0.01)


@pytest.mark.parametrize("sign", ["<", "<=", " <= "])
def test_below_and_at_most_are_one_limit(sign, slipstick, mine):
    want = f"fleet{sign}12 node"
    found = parsed(slipstick("solve", mine, "--want", want, "--by", "load", "--format", "json"))
    assert (found["want"]["sense"], found["outcome"]) == ("<=", "at most")
    # What 12 machines of 100 op/s carry, each of them 80 to 125.
    (value,) = found["values"]
    assert value["unit"] == "op/s"
    assert value["value"] == pytest.approx(1200, rel=1e-8)
    band = [value[name] for name in ("p5", "p50", "p95")]
    assert band == pytest.approx([960, 1200, 1500], rel=0.01)


@pytest.mark.parametrize("sign", [">", ">="])
def test_above_and_at_least_are_one_limit(sign, slipstick, mine):
    want = f"fleet{sign}12"
    found = parsed(slipstick("solve", mine, "--want", want, "--by", "load", "--format", "json"))
    assert (found["want"]["sense"], found["outcome"]) == (">=", "at least")
    assert found["values"][0]["value"] == pytest.approx(1100, rel=1e-6)
    assert found["needs"]["value"] == pytest.approx(1100, rel=1e-6)


def test_a_share_is_data_as_a_plain_number(slipstick):
    """1,000 of 26,189 redirects a second: a share of 3.8% may miss."""
    solve = ("solve", "url", "--want", "store_read_peak<=1K/s", "--by", "hit_ratio")
    found = parsed(slipstick(*solve, "--format", "json"))
    peak = 100e6 * 8 / 86400 * math.sqrt(8)
    (value,) = found["values"]
    assert (found["outcome"], value["unit"]) == ("at least", "")
    assert value["value"] == pytest.approx(1 - 1000 / peak, rel=1e-8)
    # What may miss is 1,000 / peak: a lognormal, by 4 to 16 redirects and 2x to 4x.
    misses = lognormal(1000 / peak, 4, 2)
    band = [1 - value[name] for name in ("p95", "p50", "p5")]
    assert band == pytest.approx(misses, rel=0.01)
    assert "from 96.2%" in ok(slipstick(*solve))


def test_a_plateau_is_an_interval_whose_ends_have_bands(slipstick, mine):
    solve = ("solve", mine, "--want", "fleet=3", "--by", "load")
    found = parsed(slipstick(*solve, "--format", "json"))
    assert found["outcome"] == "interval"
    for value, rooms in zip(found["values"], (2, 3), strict=True):
        assert value["value"] == pytest.approx(rooms * 100, rel=1e-6)
        band = [value[name] for name in ("p5", "p50", "p95")]
        assert band == pytest.approx([80 * rooms, 100 * rooms, 125 * rooms], rel=0.01)
    assert found["needs"]["value"] == pytest.approx(300, rel=1e-6)
    out = ok(slipstick(*solve))
    assert "    from 160 to 250 op/s (p5 to p95)" in out
    assert "    to 240 to 375 op/s (p5 to p95)" in out


def test_any_value_is_said_as_any(slipstick):
    solve = ("solve", "url", "--want", "read_write_ratio<=1000", "--by", "dau")
    assert ok(slipstick(*solve)).splitlines() == ["URL shortener", "any dau keeps it"]
    found = parsed(slipstick(*solve, "--format", "json"))
    assert (found["outcome"], found["values"]) == ("any", [])
    assert found["needs"]["value"] == 100e6


def test_a_number_that_nothing_else_makes_uncertain_has_no_band(slipstick):
    solve = ("solve", "url", "--want", "redirect_rate=10K/s", "--by", "redirects_per_user")
    (value,) = parsed(slipstick(*solve, "--format", "json"))["values"]
    # 10K/s of 100M users: 8.64 a day.
    assert value["value"] == pytest.approx(8.64)
    assert set(value) == {"value", "unit", "text"}
    assert "p5" not in ok(slipstick(*solve))


@pytest.mark.parametrize(
    ("want", "by", "outcome", "why"),
    [
        ("bump=90", "portion", "several", "72.4% and 27.6% all give it"),
        ("bump=200", "portion", "none", "no portion gives it: bump comes nearest with 112 op/s"),
        ("bump>=200", "portion", "none", "no portion keeps it: bump comes nearest with 112 op/s"),
        ("product=9", "load", "none", "product does not hang on load"),
    ],
)
def test_no_value_or_several_are_exit_code_2_and_still_data(
    want, by, outcome, why, slipstick, mine
):
    solve = ("solve", mine, "--want", want, "--by", by)
    code, out, err = slipstick(*solve)
    assert code == 2
    assert (out == "") == (outcome == "none")
    assert why in err
    assert len(err.splitlines()) == 1
    code, out, err = slipstick(*solve, "--format", "json")
    found = json.loads(out)
    assert (code, found["outcome"]) == (2, outcome)
    assert why in found["why"]
    assert (found["needs"] is None) == (outcome == "none")


def test_two_values_are_both_listed_nearest_first(slipstick, mine):
    solve = ("solve", mine, "--want", "bump=90", "--by", "portion", "--format", "json")
    found = json.loads(slipstick(*solve)[1])
    # x (1 - x) = 0.2 at (1 +- sqrt(0.2)) / 2; now 60%.
    root = math.sqrt(0.2) / 2
    values = [value["value"] for value in found["values"]]
    assert values == pytest.approx([0.5 + root, 0.5 - root], rel=1e-8)
    assert found["needs"]["value"] == pytest.approx(0.5 + root)


def test_what_is_needed_reads_back_and_reaches_what_is_wanted(slipstick):
    solve = ("solve", "url", "--want", "url_storage=20TB", "--by", "retention", "--format", "json")
    needs = parsed(slipstick(*solve))["needs"]["text"]
    estimate = ("estimate", "url", "--set", f"retention={needs}", "--format", "json")
    assert parsed(slipstick(*estimate))["derived"]["url_storage"]["value"] == pytest.approx(20)


def test_a_solution_as_markdown_and_html_holds_what_the_table_holds(slipstick):
    solve = ("solve", "url", "--want", "url_storage<10TB")
    band = ok(slipstick(*solve)).splitlines()[3].strip()
    md = ok(slipstick(*solve, "--format", "md"))
    assert md.startswith("# URL shortener\n")
    assert r"for url_storage \<= 10 TB, dau would have to be:" in md
    assert band in md
    # Four spaces would make it a block of code.
    assert not [line for line in md.splitlines() if line.startswith("    ")]
    html = ok(slipstick(*solve, "--format", "html"))
    assert html.startswith("<!doctype html>")
    assert "for url_storage &lt;= 10 TB, dau would have to be:" in html
    assert band in html


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["url"], "Missing option '--want'"),
        (
            ["url", "--want", "url_storage"],
            "expected ADDRESS=QUANTITY, such as redirect_rate=50K/s",
        ),
        (["url", "--want", "<=10TB"], "--want '<=10TB': expected ADDRESS=QUANTITY"),
        (["url", "--want", ""], "--want '': expected ADDRESS=QUANTITY"),
        (["url", "--want", "url_storage<="], "url_storage: '': expected a number in TB"),
        (["url", "--want", "url_storage==10TB"], "url_storage: '=10TB': expected a number in TB"),
        (["url", "--want", "url_storage=>10TB"], "url_storage: '>10TB': expected a number in TB"),
        (["url", "--want", "url_storage<10 user"], "'10 user': is in user; expected TB"),
        (["url", "--want", "url_storage<1 to 2 TB"], "is a range; expected one value"),
        (["url", "--want", "url_storage<-5TB"], "a quantity is never negative"),
        (["url", "--want", "url_storag<10TB"], "did you mean url_storage?"),
        (["url", "--want", "url_storage<10TB", "--by", "record"], "no input 'record'"),
        (["url", "--want", "url_storage<10TB", "--by", "redirect_rate"], "is derived"),
        (["url", "--want", "url_storage<10TB", "--set", "dau=1GB"], "is in GB; expected user"),
        (["url", "--want", "url_storage<10TB", "--variant", "huge"], "no variant 'huge'"),
        (["url", "--want", "url_storage<10TB", "--format", "csv"], "'csv' is not one of"),
        (["url", "--want", "url_storage<10TB", "-o", "x.csv"], "no csv here"),
        (["urls", "--want", "url_storage<10TB"], "there is no system 'urls'"),
        (["./mine.toml", "--want", "fleet<3"], "--by is missing; inputs that grow: none"),
    ],
)
@pytest.mark.usefixtures("mine")
def test_a_question_that_solve_cannot_answer_is_refused(arguments, said, slipstick):
    assert said in refused(slipstick("solve", *arguments))


# sensitivity


def test_sensitivity_shares_out_what_is_not_known(slipstick):
    found = parsed(slipstick("sensitivity", "url", "--of", "url_storage", "--format", "json"))
    assert (found["schema"], found["exact"], found["variance_of"]) == (1, True, "the logarithm")
    assert found["scenario"]["system"] == "url-shortener"
    # 100M users, 0.1 URLs a day, 5 years, sqrt(300 * 800) B: in TB.
    assert found["of"]["address"] == "url_storage"
    assert found["of"]["value"] == pytest.approx(
        100e6 * 0.1 * 5 * 365 * math.sqrt(300 * 800) / 1e12
    )
    urls, size = found["inputs"]
    squares = math.log(4) ** 2, math.log(8 / 3) ** 2
    assert (urls["input"], size["input"]) == ("urls_per_user", "record_size")
    assert urls["share"] == pytest.approx(squares[0] / sum(squares))
    assert size["share"] == pytest.approx(squares[1] / sum(squares))
    assert (urls["swing"], size["swing"]) == pytest.approx((4, 8 / 3))
    assert urls["at_p5"]["value"] == pytest.approx(found["of"]["value"] / 2)
    assert urls["at_p95"]["value"] == pytest.approx(found["of"]["value"] * 2)
    assert (urls["at_p5"]["unit"], urls["value"]["p5"]) == ("TB", 0.05)
    assert (found["interactions"], found["together"]) == ([], 0)


def test_what_to_measure_first_is_said_in_the_table(slipstick):
    out = ok(slipstick("sensitivity", "url", "--of", "url_storage"))
    assert "measure urls_per_user first: it carries 67% of what is not known" in out
    assert "Shares of the variance of the logarithm" in out
    (line,) = [line for line in out.splitlines() if line.split()[:1] == ["record_size"]]
    # A third of the variance; 8.94 TB over and times sqrt(8/3).
    assert re.search(r"33% +5\.47 TB +14\.6 TB +2\.7x$", line)


def order_of(text, names=("a", "b", "c")):
    """In which order the inputs' rows come."""
    first = [re.split(r"[\s|`,]+", line.strip(" |`"))[0] for line in text.splitlines()]
    return [name for name in first if name in names]


@pytest.mark.parametrize("format_", ["table", "md", "csv"])
@pytest.mark.parametrize(
    ("sort", "order"), [((), "bca"), (("--sort", "share"), "bca"), (("--sort", "swing"), "abc")]
)
def test_rows_are_sorted_as_asked_in_every_format(sort, order, format_, slipstick, mine):
    """b and c move together and carry more; a alone swings further: 26x beside 14x."""
    asked = ("sensitivity", mine, "--of", "product", *sort)
    assert order_of(ok(slipstick(*asked, "--format", format_))) == list(order)


def test_json_is_sorted_as_asked(slipstick, mine):
    asked = ("sensitivity", mine, "--of", "product", "--sort", "swing", "--format", "json")
    assert [i["input"] for i in parsed(slipstick(*asked))["inputs"]] == ["a", "b", "c"]


def test_csv_holds_the_numbers_of_json(slipstick):
    asked = ("sensitivity", "social-media", "--of", "hybrid_rate", "--format")
    found = parsed(slipstick(*asked, "json"))
    heading, *rows = table(ok(slipstick(*asked, "csv")))
    assert heading == ["input", "label", "value", "share", "at_p5", "at_p95", "unit", "swing"]
    assert len(found["inputs"]) >= 5
    for row, influence in zip(rows, found["inputs"], strict=False):
        assert row[0] == influence["input"]
        assert [float(cell) for cell in (*row[3:6], row[7])] == [
            influence["share"],
            influence["at_p5"]["value"],
            influence["at_p95"]["value"],
            influence["swing"],
        ]
        assert row[6] == influence["at_p5"]["unit"]
    assert rows[-1][:2] == ["", "interactions"]
    assert float(rows[-1][3]) == found["together"]
    shared = sum(influence["share"] for influence in found["inputs"])
    assert shared + found["together"] == pytest.approx(1, abs=1e-9)


def test_an_end_without_a_number_is_null_empty_and_said(slipstick, mine):
    """At 350 op/s the backlog never drains; at 800 it takes 1,000 / (800 - 400) s."""
    asked = ("sensitivity", mine, "--of", "wait", "--set", "load=350 to 800 op/s")
    (influence,) = parsed(slipstick(*asked, "--format", "json"))["inputs"]
    assert (influence["at_p5"], influence["swing"]) == (None, None)
    assert influence["at_p95"]["value"] == pytest.approx(2.5)
    row = table(ok(slipstick(*asked, "--format", "csv")))[1]
    assert (row[4], row[7]) == ("", "")
    assert "no value" in ok(slipstick(*asked))


def test_what_people_write_is_escaped_in_markdown_and_html(slipstick, mine):
    asked = ("sensitivity", mine, "--of", "product", "--format")
    md = ok(slipstick(*asked, "md"))
    assert r"A \<b\> & \| \*c\*" in md
    rows = [line for line in md.splitlines() if line.startswith("|")]
    bars = [len(re.findall(r"(?<!\\)\|", line)) for line in rows]
    assert len(rows) == 5
    assert set(bars) == {8}
    html = ok(slipstick(*asked, "html"))
    assert "A &lt;b&gt; &amp; | *c*" in html
    assert "<b>" not in html


def test_a_number_without_uncertain_inputs_has_nothing_to_measure(slipstick):
    asked = ("sensitivity", "url", "--of", "code_space")
    assert "hangs on no uncertain input: there is nothing to measure" in ok(slipstick(*asked))
    found = parsed(slipstick(*asked, "--format", "json"))
    assert (found["inputs"], found["interactions"], found["together"]) == ([], [], 0)
    assert table(ok(slipstick(*asked, "--format", "csv")))[1:] == [
        ["", "interactions", "", "0.0", "", "", "", ""]
    ]


def test_a_ratio_that_the_only_uncertain_input_cancels_out_of_has_nothing_to_measure(slipstick):
    """redirect_rate / create_rate: users make both, and what a user does is known here."""
    known = ("--set", "redirects_per_user=8", "--set", "urls_per_user=0.1")
    asked = ("sensitivity", "url", "--of", "read_write_ratio", "--set", "dau=80M to 120M", *known)
    assert "there is nothing to measure" in ok(slipstick(*asked))


def test_a_report_is_written_to_a_file_by_its_ending(slipstick, tmp_path):
    asked = ("sensitivity", "url", "--of", "url_storage")
    for ending in ("json", "csv", "md", "html"):
        code, out, err = slipstick(*asked, "-o", f"x.{ending}")
        assert (code, out, err) == (0, "", f"wrote x.{ending}\n")
        written = (tmp_path / f"x.{ending}").read_text()
        assert written == ok(slipstick(*asked, "--format", ending))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["url"], "Missing option '--of'"),
        (["url", "--of", "url_storag"], "no number 'url_storag'; did you mean url_storage?"),
        (["url", "--of", "url_storage", "--sort", "size"], "'size' is not one of"),
        (["url", "--of", "url_storage", "--set", "dau=4GB"], "is in GB; expected user"),
        (["url", "--of", "url_storage", "--format", "pdf"], "'pdf' is not one of"),
        (["url", "--of", "code_lifetime", "--set", "urls_per_user=0"], "no finite value"),
        (["nothing", "--of", "url_storage"], "there is no system 'nothing'"),
    ],
)
def test_a_question_that_sensitivity_cannot_answer_is_refused(arguments, said, slipstick):
    assert said in refused(slipstick("sensitivity", *arguments))


# sweep


RATES = [users * 8 / 86400 for users in (1e6, 10e6, 100e6)]
"""Redirects a second of 1M, 10M and 100M users at 8 a day."""
SWEEP = ("sweep", "url", "--vary", "dau=1M..100M:3:log", "--show", "redirect_rate")


def test_a_sweep_is_a_row_a_point(slipstick):
    lines = ok(slipstick(*SWEEP)).splitlines()
    assert lines[2].split() == ["dau", "redirect_rate"]
    assert [re.split(r"  +", line.strip()) for line in lines[3:]] == [
        ["1M user", "92.6 redirect/s"],
        ["10M user", "926 redirect/s"],
        ["100M user", "9.26K redirect/s"],
    ]


def test_a_sweep_as_csv_and_json_is_exact(slipstick):
    heading, *rows = table(ok(slipstick(*SWEEP, "--format", "csv")))
    assert heading == ["dau (user)", "redirect_rate (redirect/s)"]
    numbers = [[float(cell) for cell in row] for row in rows]
    assert [row[0] for row in numbers] == pytest.approx([1e6, 10e6, 100e6])
    assert [row[1] for row in numbers] == pytest.approx(RATES)
    found = parsed(slipstick(*SWEEP, "--format", "json"))
    assert (found["schema"], found["points"]) == (1, 3)
    (axis,) = found["vary"]
    assert (axis["input"], axis["steps"], axis["spacing"]) == ("dau", 3, "log")
    assert (axis["low"]["value"], axis["high"]["value"]) == (1e6, 100e6)
    assert found["inputs"]["dau"]["values"] == [row[0] for row in numbers]
    rate = found["derived"]["redirect_rate"]
    assert (rate["label"], rate["unit"]) == ("Redirects", "redirect/s")
    assert rate["values"] == [row[1] for row in numbers]


def test_a_sweep_as_markdown_and_html_has_the_cells_of_the_table(slipstick):
    md = ok(slipstick(*SWEEP, "--format", "md"))
    assert "| dau | redirect_rate |" in md
    assert "| 10M user | 926 redirect/s |" in md
    html = ok(slipstick(*SWEEP, "--format", "html"))
    assert '<td class="right">10M user</td><td class="right">926 redirect/s</td>' in html


def test_without_show_every_derived_number_is_there(slipstick):
    found = parsed(slipstick("sweep", "social", "--vary", "dau=1M..2M:2", "--format", "json"))
    estimate = parsed(slipstick("estimate", "social", "--set", "dau=2M", "--format", "json"))
    assert list(found["derived"]) == list(estimate["derived"])
    for name, column in found["derived"].items():
        assert column["values"][1] == pytest.approx(estimate["derived"][name]["value"])
        assert column["unit"] == estimate["derived"][name]["unit"]


TWO = ("sweep", "url", "--vary", "dau=1M..2M:2", "--vary", "record_size=400..600:3")


def test_two_inputs_and_one_number_are_a_matrix(slipstick):
    lines = ok(slipstick(*TWO, "--show", "url_storage")).splitlines()
    assert "URL records, by dau downwards and record_size across" in lines
    # 1M users, 0.1 URLs a day, 5 years: 182.5M URLs of 400, 500 and 600 B.
    assert [re.split(r"  +", line.strip()) for line in lines[-3:]] == [
        ["dau", "400 B/url", "500 B/url", "600 B/url"],
        ["1M user", "73 GB", "91.2 GB", "110 GB"],
        ["2M user", "146 GB", "182 GB", "219 GB"],
    ]


def test_two_inputs_and_two_numbers_are_a_list(slipstick):
    shown = ("--show", "url_storage", "--show", "redirect_rate")
    lines = ok(slipstick(*TWO, *shown)).splitlines()
    assert lines[2].split() == ["dau", "record_size", "url_storage", "redirect_rate"]
    assert len(lines) == 3 + 6
    sizes = [re.split(r"  +", line.strip())[1] for line in lines[3:]]
    assert sizes == ["400 B/url", "500 B/url", "600 B/url"] * 2


def test_two_inputs_as_csv_are_a_row_a_point_the_second_faster(slipstick):
    rows = table(ok(slipstick(*TWO, "--show", "url_storage", "--format", "csv")))[1:]
    numbers = [tuple(float(cell) for cell in row) for row in rows]
    expected = [
        (users, size, users * size * 182.5 / 1e12)
        for users in (1e6, 2e6)
        for size in (400.0, 500.0, 600.0)
    ]
    assert [number for row in numbers for number in row] == pytest.approx(
        [number for row in expected for number in row]
    )


def test_a_point_without_a_number_is_said_null_or_empty(slipstick):
    sweep = ("sweep", "url", "--vary", "dau=0..1M:2", "--show", "code_lifetime")
    assert re.search(r"0 user +no value", ok(slipstick(*sweep)))
    found = parsed(slipstick(*sweep, "--format", "json"))
    # 62^7 codes at 100,000 a day.
    years = 62**7 / 100_000 / 365
    assert found["derived"]["code_lifetime"]["values"] == [None, pytest.approx(years)]
    assert table(ok(slipstick(*sweep, "--format", "csv")))[1] == ["0.0", ""]


def test_changes_hold_while_an_input_is_varied(slipstick):
    changed = ("--set", "redirects_per_user=2", "--format", "csv")
    rows = table(ok(slipstick(*SWEEP, *changed)))[1:]
    assert [float(row[1]) for row in rows] == pytest.approx([rate / 4 for rate in RATES])


@pytest.mark.parametrize("format_", ["table", "md", "html"])
def test_a_table_of_more_than_a_thousand_rows_is_refused_with_the_way_out(format_, slipstick):
    sweep = ("sweep", "url", "--vary", "dau=1M..1B:1001", "--show", "url_storage")
    err = refused(slipstick(*sweep, "--format", format_))
    assert "a table of 1,001 rows is not for reading; take up to 1,000 points" in err
    assert "--format csv or json, with -o FILE" in err


def test_a_thousand_rows_are_a_table_and_more_are_data(slipstick, tmp_path):
    vary = "dau=1M..1B:{}"
    out = ok(slipstick("sweep", "url", "--vary", vary.format(1000), "--show", "url_storage"))
    assert len(out.splitlines()) == 3 + 1000
    sweep = ("sweep", "url", "--vary", vary.format(20_000), "--show", "url_storage")
    assert slipstick(*sweep, "-o", "x.csv")[0] == 0
    rows = table((tmp_path / "x.csv").read_text())
    assert len(rows) == 20_001
    assert float(rows[-1][0]) == 1e9


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing option '--vary'"),
        (["--vary", "dau"], "expected INPUT=LOW..HIGH[:STEPS[:log]]"),
        (["--vary", "dau=1B..1M"], "expected 1M user first"),
        (["--vary", "dau=1M..1B:1"], "expected a whole number of at least 2"),
        (["--vary", "dua=1M..1B"], "did you mean dau?"),
        (["--vary", "redirect_rate=1..2"], "redirect_rate is derived"),
        (["--vary", "hit_ratio=50%..150%"], "a share lies between 0% and 100%"),
        (["--vary", "dau=0..1B:5:log"], "a logarithmic grid begins above zero"),
        (["--vary", "dau=1M"], "expected two ends, as in LOW..HIGH"),
        (["--vary", "dau=1..2:10000000"], "more than the 50,000,000 that are kept in memory"),
        (["--vary", "dau=1..2", "--vary", "dau=3..4"], "varies one input or two, not dau, dau"),
        (
            ["--vary", "dau=1..2", "--vary", "retention=1..2", "--vary", "record_size=1..2"],
            "varies one input or two, not dau, retention, record_size",
        ),
        (["--vary", "dau=1..2", "--show", "url_storag"], "did you mean url_storage?"),
        (["--vary", "dau=1..2", "--set", "dau"], "expected ADDRESS=QUANTITY"),
        (["--vary", "dau=1..2:" + "9" * 5000], "steps"),
    ],
)
def test_a_question_that_sweep_cannot_answer_is_refused(arguments, said, slipstick):
    assert said in refused(slipstick("sweep", "url", *arguments))
