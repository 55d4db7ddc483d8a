"""Reports as one HTML page: well-formed, alone, everything a person wrote escaped."""

import re
from html.parser import HTMLParser

import pytest

from app.reports.as_html import html
from app.reports.build import preset_report
from app.reports.table import Column, Report, Table
from models.verdict import SIGNS
from presets.loader import load

VOID = {"meta", "br", "hr", "img", "input", "link"}
COMMANDS = {
    "estimate": ("estimate", "url-shortener"),
    "explanation": ("estimate", "url-shortener", "--explain", "url_storage"),
    "years": ("estimate", "url-shortener", "--growth", "20% to 40%", "--limit", "dau=200M"),
    "audit": ("audit",),
    "compare": ("compare", "url-shortener", "--set", "dau=200M", "--variant", "small"),
    "last year": ("compare", "social-media", "--growth", "30%"),
}


class Page(HTMLParser):
    """Reads a page strictly: every tag is closed where it must be, and nothing else is."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.doctypes, self.open, self.tags, self.rows, self.texts = [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_decl(self, decl):
        assert not self.tags
        self.doctypes.append(decl)

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs)
        self.tags.append((tag, dict(attrs), tuple(self.open)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append((tag, dict(attrs).get("class", ""), []))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((data, tuple(self.open)))
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1][2].append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data):
        raise AssertionError(f"an instruction: {data}")

    @property
    def cells(self):
        """The rows as (tag, class, text)."""
        return [[(tag, cls, "".join(text)) for tag, cls, text in row] for row in self.rows]

    def inside(self, tag):
        return ["".join(data) for data, path in self.texts if path and path[-1] == tag]


@pytest.fixture
def page(slipstick):
    def run(*arguments):
        code, out, err = slipstick(*arguments, "--format", "html")
        assert (code, err) == (0, "")
        return out

    return run


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_report_is_one_well_formed_page(page, command):
    text = page(*command)
    read = Page(text)
    assert read.doctypes == ["doctype html"]
    counts = {tag: sum(t == tag for t, *_ in read.tags) for tag in ("html", "head", "body", "h1")}
    assert counts == {"html": 1, "head": 1, "body": 1, "h1": 1}
    assert read.tags[0][:2] == ("html", {"lang": "en"})
    assert ("meta", {"charset": "utf-8"}, ("html", "head")) in read.tags
    assert read.inside("title") == read.inside("h1")
    assert text.endswith("</html>\n")
    for tag, _, path in read.tags:
        if tag in ("table", "ul", "p", "h1", "h2", "div"):
            assert "body" in path


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_page_stands_alone(page, command):
    text = page(*command)
    for tag, attributes, _ in Page(text).tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
        assert set(attributes) <= {"lang", "charset", "class"}, attributes
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert not re.search(r"url\(|@import|@font-face|expression|https?:|//", style)
    assert "prefers-color-scheme: dark" in style


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_row_of_a_table_has_as_many_cells_as_its_heading(page, command):
    width = None
    for row in Page(page(*command)).cells:
        if all(tag == "th" for tag, *_ in row):
            width = len(row)
        assert len(row) == width
    if command[-1] != "url_storage":
        assert width


NASTY = """\
id = "mine"
name = "Mine & <b>yours</b>"
like = ["A<i>", "B&C"]
family = "read-heavy"
consistency = "AP"
summary = "Quotes \\" and ' and <script>alert('summary')</script> & more"
nouns = ["url"]

[inputs.dau]
label = "<script>alert(1)</script>"
value = "100M user"
basis = "documented"
grows = true

[inputs.made]
label = "a & b &amp; \\"c\\" 'd'"
value = "0.1 url/user/day"
basis = "assumed"
why = "</td></table><img src=x onerror=alert(2)>"

[derived.rate]
label = "</title><script>alert(3)</script>"
group = "<u>group</u>"
formula = "dau * made"
unit = "url/s"

[[documented]]
label = "<a href='javascript:alert(4)'>figure</a>"
said = "~100 <url> \\"a second\\" & no more"
figure = "~100 url/s"
against = "rate"
reconcile = "made"
source = "scalability"

[variants.small]
label = "<em>small</em>"
set = { dau = "1M user" }

[notes]
security = ["Use <i>TLS</i> & \\"tokens\\""]
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("estimate", "./mine.toml"),
        ("estimate", "./mine.toml", "--explain", "rate"),
        ("estimate", "./mine.toml", "--variant", "small", "--growth", "30%", "--limit", "dau=2M"),
        ("audit", "./mine.toml"),
        ("show", "./mine.toml"),
        ("compare", "./mine.toml", "--variant", "small"),
    ],
    ids=lambda arguments: " ".join(arguments[:1] + arguments[2:3]),
)
def test_what_a_preset_says_is_text_and_never_markup(slipstick, tmp_path, arguments):
    (tmp_path / "mine.toml").write_text(NASTY)
    code, out, err = slipstick(*arguments, "-o", "mine.html")
    assert (code, out) == (0, ""), err
    text = (tmp_path / "mine.html").read_text()
    read = Page(text)
    allowed = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "table",
               "tr", "th", "td", "code", "ul", "li"}  # fmt: skip
    assert {tag for tag, *_ in read.tags} <= allowed
    assert set().union(*(set(attributes) for _, attributes, _ in read.tags)) <= {
        "lang", "charset", "class",
    }  # fmt: skip
    for word in ("<script", "<img", "<b>", "<i>", "<u>", "<em>", "<a "):
        assert word not in text


def test_labels_read_as_they_were_written(slipstick, tmp_path):
    (tmp_path / "mine.toml").write_text(NASTY)
    code, text, _ = slipstick("estimate", "./mine.toml", "--format", "html")
    assert code == 0
    read = Page(text)
    assert read.inside("title") == read.inside("h1") == ["Mine & <b>yours</b>"]
    cells = [cell for row in read.cells for _, _, cell in row]
    for written in (
        "<script>alert(1)</script>",
        "a & b &amp; \"c\" 'd'",
        "</title><script>alert(3)</script>",
        "<a href='javascript:alert(4)'>figure</a>",
        '~100 <url> "a second" & no more',
    ):
        assert written in cells
    said = "Quotes \" and ' and <script>alert('summary')</script> & more"
    assert said in read.inside("p")


def test_notes_read_as_they_were_written(slipstick, tmp_path):
    (tmp_path / "mine.toml").write_text(NASTY)
    code, *_ = slipstick("show", "./mine.toml", "-o", "mine.html")
    assert code == 0
    read = Page((tmp_path / "mine.html").read_text())
    assert read.inside("li") == ['Use <i>TLS</i> & "tokens"']


def test_headings_read_as_the_files_are_called(slipstick, tmp_path):
    name = "<b>a & b<b>.json"
    slipstick("estimate", "url-shortener", "--set", "dau=1M", "-o", name)
    assert (tmp_path / name).exists()
    code, text, _ = slipstick("compare", "url-shortener", name, "--format", "html")
    assert code == 0
    headings = [cell for row in Page(text).cells for tag, _, cell in row if tag == "th"]
    assert headings.count("<b>a & b<b>") == 2


# Verdicts

CLASSES = {
    "agrees": "good", "met": "good",
    "same order": "near", "can't tell": "near", "at risk": "near",
    "disagrees": "bad", "missed": "bad",
    "given": "",
}  # fmt: skip


@pytest.mark.parametrize(("verdict", "sign"), SIGNS.items())
def test_a_verdict_has_its_colour_beside_its_sign_and_word(verdict, sign):
    table = Table(
        "", (Column("figure"), Column("verdict", verdict=True)), (("a", f"{sign} {verdict}"),)
    )
    read = Page(html(Report("Verdicts", (), (table,))))
    assert read.cells[1] == [("td", "", "a"), ("td", CLASSES[verdict], f"{sign} {verdict}")]


def test_only_verdicts_are_coloured(page):
    signs = {f"{sign} {verdict}": CLASSES[verdict] for verdict, sign in SIGNS.items()}
    read = Page(page("audit"))
    found = [
        (cls, cell)
        for row in read.cells
        for tag, cls, cell in row
        if tag == "td" and (cell in signs or {"good", "near", "bad"} & set(cls.split()))
    ]
    assert len(found) >= 10
    assert all(cls == signs[cell] for cls, cell in found)
    # The table has a figure that agrees, one that disagrees, and one that is given.
    assert {"good", "bad", ""} <= {cls for cls, _ in found}
    style = page("audit").partition("<style>")[2].partition("</style>")[0]
    for cls in ("good", "near", "bad"):
        assert f".{cls} {{" in style


def test_a_word_elsewhere_that_is_a_verdict_is_not_coloured():
    table = Table("", (Column("note"),), (("✓ agrees",), ("✗ missed",)))
    read = Page(html(Report("Notes", (), (table,))))
    assert [row[0][1] for row in read.cells] == ["", "", ""]


def test_numbers_stand_on_the_right_and_code_is_code():
    columns = (Column("address", code=True), Column("value", "right"))
    text = html(Report("", ("", "a line"), (Table("T", columns, (("dau", "100M"), ("", ""))),)))
    read = Page(text)
    assert read.cells == [
        [("th", "", "address"), ("th", "right", "value")],
        [("td", "", "dau"), ("td", "right", "100M")],
        [("td", "", ""), ("td", "right", "")],
    ]
    assert read.inside("code") == ["dau"]
    assert read.inside("p") == ["a line"]
    assert read.inside("h1") == ["Slipstick"]


def test_lists_are_lists():
    preset = load("url-shortener").preset
    read = Page(html(preset_report(preset)))
    items = read.inside("li")
    assert list(preset.notes.choices) == items[: len(preset.notes.choices)]
    assert set(preset.notes.security) <= set(items)
    assert "Security" in read.inside("h2")


@pytest.mark.parametrize("command", [("show", "url-shortener"), ("estimate", "url-shortener")])
def test_html_can_be_asked_for_by_name_where_a_files_ending_gives_it(slipstick, tmp_path, command):
    code, *_ = slipstick(*command, "-o", "page.html")
    assert code == 0
    code, out, err = slipstick(*command, "--format", "html")
    assert (code, err) == (0, "")
    assert out == (tmp_path / "page.html").read_text()
