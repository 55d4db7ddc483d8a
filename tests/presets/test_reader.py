"""Reading a preset: every mistake at once, each with its line, what was read and what is meant."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from estimators.plan import Plan
from models.faults import PresetError
from models.preset import Correlation
from models.scenario import Scenario
from presets.reader import COMMANDS, BaseText, read_preset

GOOD = """\
id = "sample"
name = "Sample"
family = "read-heavy"
consistency = "AP"
summary = "A preset for a test."
nouns = ["url", "redirect"]

[inputs.dau]
label = "Daily users"
value = "100M user"
basis = "documented"

[inputs.per_user]
label = "Redirects followed"
value = "4 to 16 redirect/user/day"
basis = "assumed"
why = "a handful a day"

[inputs.hit_ratio]
label = "Hit ratio"
value = "85% to 97%"
share = true
basis = "chosen"

[derived.rate]
label = "Redirects"
group = "traffic"
formula = "dau * per_user"
unit = "redirect/s"

[derived.misses]
label = "Misses"
group = "traffic"
formula = "rate * (1 - hit_ratio)"
unit = "redirect/s"

[[documented]]
label = "Redirects"
said = "~10K QPS"
figure = "~10K redirect/s"
against = "rate"
reconcile = "per_user"
source = "scalability"

[variants.small]
label = "Small"
set = { dau = "50K user" }

[notes]
choices = ["One.", "Two."]
"""


def nowhere(id_: str) -> tuple[str, str]:
    raise LookupError(f"there is no system {id_!r}")


def read(text: str, base: BaseText = nowhere) -> Plan:
    return read_preset("mine.toml", text, base)


def faults(text: str, base: BaseText = nowhere) -> list[str]:
    """Each fault as `line: where: what`, in the order in which they are told."""
    with pytest.raises(PresetError) as caught:
        read(text, base)
    lines = caught.value.lines()
    assert str(caught.value) == "\n".join(lines)
    assert all(line.startswith("mine.toml:") and "\n" not in line for line in lines)
    return [line.removeprefix("mine.toml:") for line in lines]


def only(text: str, base: BaseText = nowhere) -> str:
    (fault,) = faults(text, base)
    return fault


def change(old: str, new: str, text: str = GOOD) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def line_of(part: str, text: str) -> int:
    """The one line that a part of the text stands on."""
    assert text.count(part) == 1, part
    return text[: text.index(part)].count("\n") + 1


def test_the_sample_is_right() -> None:
    plan = read(GOOD)
    assert plan.preset.id == "sample"
    assert list(plan.preset.inputs) == ["dau", "per_user", "hit_ratio"]
    assert plan.preset.notes.choices == ("One.", "Two.")
    assert plan.estimate(Scenario(plan.preset)).derived["rate"].value.shown == "9.26K redirect/s"


def test_six_mistakes_are_six_messages_with_their_lines_in_the_order_of_the_file() -> None:
    text = GOOD
    for old, new in (
        ('consistency = "AP"', 'consistency = "CA"'),
        ('value = "100M user"', 'value = "100M usr"'),
        ('why = "a handful a day"\n', ""),
        ("share = true", "shared = true"),
        ('formula = "rate * (1 - hit_ratio)"', 'formula = "hit_ratio + 5 * user"'),
        ('figure = "~10K redirect/s"', 'figure = "~10 GB"'),
    ):
        text = change(old, new, text)
    found = faults(text)
    expected = [
        (4, "consistency: 'CA' is not one of 'AP' or 'CP'"),
        (10, "inputs.dau.value: '100M usr': 'usr' is no unit here; did you mean user?"),
        (13, "inputs.per_user.why: is missing: an assumption says why"),
        (21, "inputs.hit_ratio.shared: is no known field; did you mean share?"),
        (33, "derived.misses.formula: adds 'hit_ratio' (a plain number) and '5 * user' (user)"),
        (39, "documented.0.figure: '~10 GB': is in GB; expected redirect/s, the unit of rate"),
    ]
    assert len(found) == 6
    for fault, (line, says) in zip(found, expected, strict=True):
        assert fault.startswith(f"{line}: {says}"), fault


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('id = "sample"', 'id = "Sample One"', 1, "id: 'Sample One' is no id; expected words joi"),
        ('id = "sample"', 'id = "a--b"', 1, "id: 'a--b' is no id"),
        ('id = "sample"', 'id = "../etc"', 1, "id: '../etc' is no id"),
        ('id = "sample"', 'id = ""', 1, "id: '' is no id"),
        ('id = "sample"', 'id = "list"', 1, "id: 'list' is a command of slipstick; choose anot"),
        ('id = "sample"', "id = 7", 1, "id: expected text, not int"),
        ('id = "sample"\n', "", 1, "id: is missing"),
        ('name = "Sample"\n', "", 1, "name: is missing"),
        ('summary = "A', 'sumary = "A', None, "sumary: is no known field; did you mean summary?"),
        ('"url", "redirect"', '"url", "redirect", "day"', 6, "nouns.2: noun 'day' is a unit: cho"),
        ('"url", "redirect"', '"url", "redirect", "user"', 6, "nouns.2: noun 'user' is shared by"),
        ('"url", "redirect"', '"url", "redirect", "URL"', 6, "nouns.2: noun 'URL': a noun is one"),
        (
            '"url", "redirect"',
            '"url", "redirect", "storage"',
            6,
            "nouns.2: noun 'storage' is an estimator: choose another word",
        ),
        ('label = "Daily users"\n', "", 8, "inputs.dau.label: is missing"),
        ('value = "100M user"\n', "", 8, "inputs.dau.value: is missing"),
        ('value = "100M user"', "value = true", 10, "inputs.dau.value: expected text such as"),
        ('value = "100M user"', "value = nan", 10, "inputs.dau.value: "),
        ('value = "100M user"', "value = inf", 10, "inputs.dau.value: "),
        ('value = "100M user"', "value = -5", 10, "inputs.dau.value: "),
        ('value = "100M user"', 'value = "-1 user"', 10, "a quantity is never negative"),
        ('value = "4 to 16', 'value = "16 to 4', 15, "inputs.per_user.value: '16 to 4 redirect/u"),
        (
            'basis = "documented"',
            'basis = "guessed"',
            11,
            "inputs.dau.basis: 'guessed' is not one of 'documented', 'assumed' or 'chosen'",
        ),
        ('why = "a handful a day"', 'why = "  "', 17, "inputs.per_user.why: is missing: an assum"),
        ('value = "85% to 97%"', 'value = "1.2"', 21, "inputs.hit_ratio.value: a share lies betw"),
        ('value = "85% to 97%"', 'value = "5 user"', 21, "a share is a plain number such as 20%"),
        ('formula = "dau * per_user"\n', "", 25, "derived.rate.formula: is missing"),
        ('"dau * per_user"', '"dau * per_usr"', 28, "derived.rate.formula: unknown name 'per_us"),
        ('"dau * per_user"', '"().__class__"', 28, "an attribute (a dot) is not allowed"),
        ('said = "~10K QPS"', 'sayd = "~10K QPS"', 39, "documented.0.sayd: is no known field; di"),
        ('against = "rate"', 'against = "rat"', 41, "documented.0.against: 'rat' is neither an"),
        ('set = { dau = "50K user" }', 'set = { dua = "5" }', 47, "did you mean dau?"),
        ('set = { dau = "50K user" }', 'set = { dau = "5 s" }', 47, "is in s; expected user"),
        ('label = "Small"\n', "", 45, "variants.small.label: is missing"),
        ("choices = [", "choises = [", 50, "notes.choises: is no known field; did you mean choic"),
        ("[notes]", "[notez]", 49, "notez: is no known field; did you mean notes?"),
        ('choices = ["One.", "Two."]', 'choices = "One."', 50, "choices: expected a list, not"),
    ],
)
def test_a_mistake_is_told_on_its_line(old: str, new: str, line: int | None, says: str) -> None:
    text = change(old, new)
    found = [f for f in faults(text) if says in f]
    assert len(found) == 1, faults(text)
    if line is not None:
        assert found[0].startswith(f"{line}: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('value = "100M user"', 'value = "100M usr"'),
        ('label = "Daily users"\n', ""),
        ('said = "~10K QPS"\n', ""),
        ("[notes]", "[notez]"),
        ('nouns = ["url", "redirect"]', 'nouns = ["url", "redirect", "day"]'),
        ('formula = "rate * (1 - hit_ratio)"', 'formula = "misses * 2"'),
    ],
)
def test_one_mistake_is_one_message(old: str, new: str) -> None:
    only(change(old, new))


@pytest.mark.parametrize("typed", ["85% to 120%", "50% to 100%"])
def test_a_range_of_a_share_beyond_all_is_one_message(typed: str) -> None:
    fault = only(change('value = "85% to 97%"', f'value = "{typed}"'))
    assert fault.startswith("21: inputs.hit_ratio.value: ")
    assert "a share lies between" in fault or "a range of a share ends below 100%" in fault


def test_a_flag_is_true_or_false() -> None:
    fault = only(change("share = true", 'share = "yes please"'))
    assert fault == "22: inputs.hit_ratio.share: expected true or false, not text"


def test_a_figure_is_not_blamed_for_a_formula_that_is_wrong() -> None:
    fault = only(change('"dau * per_user"', '"dau * per_usr"'))
    assert fault.startswith("28: derived.rate.formula: unknown name 'per_usr'")


def test_a_formula_over_a_broken_input_is_checked_by_its_declared_unit() -> None:
    """Two mistakes, two messages: else the second comes up once the first is mended."""
    text = change('value = "100M user"', 'value = "100M usr"')
    found = faults(change('formula = "rate * (1 - hit_ratio)"', 'formula = "rate + 1"', text))
    assert [fault.split(": ")[1] for fault in found] == [
        "inputs.dau.value",
        "derived.misses.formula",
    ]


def test_the_nearest_field_is_named_or_all_that_may_stand_there() -> None:
    fault = only(change("share = true", "zzz = true"))
    assert "zzz: is no known field; expected: label, value, basis, why, source, share" in fault


def test_a_mistyped_table_is_told_on_its_line() -> None:
    text = change("[inputs.hit_ratio]", "[input.hit_ratio]")
    assert any("input: is no known field; did you mean inputs?" in fault for fault in faults(text))


def test_a_mistyped_table_has_the_line_of_its_header() -> None:
    text = change("[inputs.hit_ratio]", "[input.hit_ratio]")
    (fault,) = [f for f in faults(text) if "did you mean inputs?" in f]
    assert fault.startswith("19: input: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_no_preset_is_called_like_a_command(command: str) -> None:
    assert f"1: id: {command!r} is a command of slipstick" in only(
        change('id = "sample"', f'id = "{command}"')
    )


def test_every_word_of_the_command_line_is_kept_free() -> None:
    # The words of the design's command line, section 9.
    words = (
        "list show estimate audit solve sensitivity sweep compare whatif sketch protocol ref "
        "check new schema serve completion"
    )
    assert set(words.split()) <= set(COMMANDS)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id = \n", 1),
        ('id = "a"\nname = "b\n', 2),
        ('id = "a"\n\n[inputs\n', 3),
        ('id = "a"\nid = "b"\n', 2),
        ('a = """never closed\n\n', None),
        ("= 1", 1),
        ("\x00", 1),
    ],
)
def test_what_is_no_toml_is_said_with_its_line(text: str, line: int | None) -> None:
    fault = only(text)
    assert "is no TOML: " in fault
    if line is not None:
        assert fault.startswith(f"{line}: is no TOML: ")


def test_an_empty_file_says_what_is_missing() -> None:
    found = faults("")
    for field in ("id", "name", "family", "consistency", "summary", "inputs", "derived"):
        assert f"1: {field}: is missing" in found


@pytest.mark.parametrize(
    "name", ["ESC", "BEL", "carriage return", "NEL", "right-to-left", "line separator", "DEL"]
)
def test_control_characters_are_refused_where_they_stand(name: str) -> None:
    code = {
        "ESC": 0x1B, "BEL": 0x07, "carriage return": 0x0D, "NEL": 0x85,
        "right-to-left": 0x202E, "line separator": 0x2028, "DEL": 0x7F,
    }[name]  # fmt: skip
    fault = only(change('label = "Hit ratio"', f'label = "Hit \\u{code:04X}ratio"'))
    said = f"20: inputs.hit_ratio.label: has a control character (U+{code:04X}); leave it out"
    assert fault == said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[variants.small]", '[variants."sm\\u001ball"]'),
        ("[inputs.dau]", '[inputs."d\\u001bau"]'),
        ("[notes]", '[notes]\n"ch\\u001b[31moices" = 1'),
    ],
)
def test_a_control_character_in_a_key_is_refused_and_not_repeated(old: str, new: str) -> None:
    found = faults(change(old, new))
    assert any("has a control character (U+001B)" in fault for fault in found)
    assert not any("\x1b" in fault for fault in found)


@pytest.mark.parametrize(
    "text",
    [
        "[bold red]not markup[/bold red]",
        "[/]",
        "\\\\[link=x]",
        "100% & <b>html</b> | pipe",
        "wide \u5168\u89d2 text",
        "combined e\u0301 and \U0001f469\u200d\U0001f4bb",
        "{braces} %s $HOME `ticks`",
    ],
)
def test_markup_and_wide_text_come_through_as_they_are(text: str) -> None:
    plan = read(change('label = "Hit ratio"', f'label = "{text}"'))
    expected = text.replace("\\\\", "\\")
    assert plan.preset.inputs["hit_ratio"].label == expected
    estimate = plan.estimate(Scenario(plan.preset))
    assert estimate.inputs["hit_ratio"].label == expected


@pytest.mark.parametrize(
    "text",
    [
        'inputs = "none"\nderived = 3\nnouns = "url"\ndocumented = {}\nvariants = []\nnotes = 1',
        "[inputs]\ndau = 1\n[derived]\nrate = []\n",
        "[[inputs]]\n[[derived]]\n[documented]\n",
        "documented = [1, 'two', []]\nlike = [1]\nnouns = [1, [], {}]\n",
        "[inputs.dau]\nvalue = { deep = [1] }\n",
        "extends = 5\n",
        "extends = []\n",
        "[documented.0]\nlabel = 1\n",
        "[inputs.dau.value.deeper]\nx = 1\n",
        "variants = { a = { label = 1, set = 5 } }\n",
    ],
)
def test_a_file_of_quite_another_shape_is_refused_without_a_crash(text: str) -> None:
    assert faults(text)


# A preset that extends another

BASE_ID = "sample"
OWN = """\
id = "mine"
extends = "sample"
name = "Mine"

[inputs.dau]
value = "2M user"

[inputs.extra]
label = "Extra"
value = "3"
basis = "chosen"

[derived.more]
label = "More"
group = "traffic"
formula = "rate * extra"
unit = "redirect/s"

[[documented]]
label = "Redirects"
said = "we see 500"
figure = "~500 redirect/s"
against = "rate"
reconcile = "per_user"
source = "our own counters"

[[documented]]
label = "More"
said = "and 1,000"
figure = "~1K redirect/s"
against = "more"
reconcile = "extra"
source = "our own counters"
"""


def base(id_: str) -> tuple[str, str]:
    return ("sample.toml", GOOD) if id_ == BASE_ID else nowhere(id_)


def test_what_extends_takes_over_tables_by_key_and_figures_by_label() -> None:
    preset = read(OWN, base).preset
    assert (preset.id, preset.name, preset.family) == ("mine", "Mine", "read-heavy")
    assert preset.inputs["dau"].value.text == "2M user"
    assert preset.inputs["dau"].label == "Daily users"
    assert preset.inputs["dau"].basis == "documented"
    assert set(preset.inputs) == {"dau", "per_user", "hit_ratio", "extra"}
    assert set(preset.derived) == {"rate", "misses", "more"}
    assert {d.label: d.said for d in preset.documented} == {
        "Redirects": "we see 500",
        "More": "and 1,000",
    }
    assert preset.notes.choices == ("One.", "Two.")
    assert list(preset.variants) == ["small"]


def test_figures_of_other_labels_are_kept() -> None:
    text = change('label = "Redirects"', 'label = "Other"', OWN)
    said = [d.said for d in read(text, base).preset.documented]
    assert sorted(said) == ["and 1,000", "we see 500", "~10K QPS"]


def test_own_nouns_come_in_the_place_of_those_taken_over() -> None:
    text = change('name = "Mine"', 'name = "Mine"\nnouns = ["url", "redirect", "van"]', OWN)
    assert read(text, base).preset.nouns == ("url", "redirect", "van")


@pytest.mark.parametrize("own", ['id = "sample"\n', ""])
def test_what_extends_has_an_id_of_its_own(own: str) -> None:
    text = change('id = "mine"\n', own, OWN)
    assert any("needs an id of its own, other than sample" in f for f in faults(text, base))


def test_what_extends_names_a_preset_that_is_there() -> None:
    text = change('extends = "sample"', 'extends = "sampel"', OWN)
    found = faults(text, base)
    assert "2: extends: there is no system 'sampel'" in found


def test_extending_goes_one_level() -> None:
    def two_levels(id_: str) -> tuple[str, str]:
        return base(id_) if id_ == "sample" else ("mine.toml", OWN)

    text = 'id = "third"\nextends = "mine"\n'
    found = faults(text, two_levels)
    assert "2: extends: mine extends sample itself; a preset extends one level" in found


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('value = "2M user"', 'value = "2M usr"', "inputs.dau.value: "),
        ('"rate * extra"', '"rate + extra"', "derived.more.formula: "),
        ('against = "more"', 'against = "mor"', "documented.1.against: "),
        ('figure = "~500 redirect/s"', 'figure = "~5 GB"', "documented.0.figure: "),
        ('label = "Extra"', 'lable = "Extra"', "inputs.extra.lable: is no known field"),
    ],
)
def test_a_fault_of_ones_own_file_is_told_on_its_own_line(old: str, new: str, says: str) -> None:
    text = change(old, new, OWN)
    found = [fault for fault in faults(text, base) if says in fault]
    assert len(found) == 1
    assert found[0].startswith(f"{line_of(new, text)}: ")


def test_a_broken_base_is_told_at_extends() -> None:
    def broken(_: str) -> tuple[str, str]:
        return "sample.toml", "id = "

    text = 'id = "mine"\nextends = "sample"\n'
    assert any(re.match(r"2: extends: ", fault) for fault in faults(text, broken))


def test_reading_does_not_change_what_was_read(plan_of: Callable[..., Plan]) -> None:
    assert read(GOOD) is not read(GOOD)
    assert read(GOOD).preset == read(GOOD).preset
    assert plan_of({"dau": "1 user"}, {"all": "dau | user"}).preset.id == "sample"


# Inputs that move together

NOUNS = 'nouns = ["url", "redirect"]\n'


def together(pairs: str, text: str = GOOD) -> str:
    """The sample with `correlate` on its seventh line."""
    return change(NOUNS, f"{NOUNS}correlate = {pairs}\n", text)


def test_pairs_of_inputs_may_be_correlated() -> None:
    text = together('[["dau", "per_user", -0.3], ["per_user", "hit_ratio", 0.7]]')
    assert read(text).preset.correlate == (
        Correlation("dau", "per_user", -0.3),
        Correlation("per_user", "hit_ratio", 0.7),
    )
    assert read(GOOD).preset.correlate == ()


@pytest.mark.parametrize("rho", ["-1", "-1.0", "0", "1", "1.0"])
def test_a_correlation_may_be_as_strong_as_can_be(rho: str) -> None:
    (pair,) = read(together(f'[["dau", "per_user", {rho}]]')).preset.correlate
    assert pair == Correlation("dau", "per_user", float(rho))


A_PAIR = 'expected two inputs and a number, as in ["a", "b", 0.7]'
TWO_INPUTS = "two inputs, each pair once"


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ('[["dau", "per_usr", 0.5]]', "correlate.0: 'per_usr' is no input; did you mean per_user?"),
        ('[["zzz", "dau", 0.5]]', "correlate.0: 'zzz' is no input"),
        ('[["dau", "rate", 0.5]]', "correlate.0: 'rate' is no input"),
        ('[["dau", "dau", 0.5]]', f"correlate.0: dau and dau: {TWO_INPUTS}"),
        (
            '[["dau", "per_user", 0.5], ["dau", "per_user", 0.5]]',
            f"correlate.1: dau and per_user: {TWO_INPUTS}",
        ),
        (
            '[["dau", "per_user", 0.5], ["per_user", "dau", 0.4]]',
            f"correlate.1: per_user and dau: {TWO_INPUTS}",
        ),
        (
            '[["dau", "per_user", 1.5]]',
            "correlate.0: 1.5 is no correlation; expected one from -1 to 1, such as 0.7",
        ),
        ('[["dau", "per_user", -1.01]]', "correlate.0: -1.01 is no correlation"),
        ('[["dau", "per_user", nan]]', "correlate.0: nan is no correlation"),
        ('[["dau", "per_user", inf]]', "correlate.0: inf is no correlation"),
        (
            '[["dau", "per_user", 0.9], ["per_user", "hit_ratio", 0.9],'
            ' ["dau", "hit_ratio", -0.9]]',
            "correlate: no inputs can be correlated so: bring the correlations nearer to 0",
        ),
        ('"dau"', "correlate: expected a list, not text"),
        ("0.5", "correlate: expected a list, not float"),
        ('{ dau = "per_user" }', "correlate: expected a list, not a table"),
        ("[0.5]", f"correlate.0: {A_PAIR}, not 0.5"),
        ('["dau", "per_user", 0.5]', f"correlate.0: {A_PAIR}, not 'dau'"),
        ('[["dau", 5, 0.5]]', f"correlate.0: {A_PAIR}, not ['dau', 5, 0.5]"),
        ('[["dau", "per_user", "much"]]', f"correlate.0: {A_PAIR}"),
        ('[["dau", "per_user", [0.5]]]', f"correlate.0: {A_PAIR}"),
        ('[["dau", "per_user"]]', f"correlate.0: {A_PAIR}"),
        ('[["dau", "per_user", 0.5, 0.5]]', f"correlate.0: {A_PAIR}"),
    ],
)
def test_a_correlation_that_cannot_be_is_told_on_its_line(pairs: str, says: str) -> None:
    found = faults(together(pairs))
    assert found[0].startswith(f"7: {says}")
    assert all(fault.startswith("7: correlate") for fault in found)


@pytest.mark.parametrize("rho", ['"0.7"', "true"])
def test_a_correlation_is_a_number_and_nothing_that_looks_like_one(rho: str) -> None:
    assert f"correlate.0: {A_PAIR}" in only(together(f'[["dau", "per_user", {rho}]]'))


def test_each_pair_has_its_own_line() -> None:
    pairs = """[
  ["dau", "per_user", 0.5],
  ["dau", "hitratio", 0.5],
  ["hit_ratio", "per_user", 7],
]"""
    found = [fault.split(": ")[:2] for fault in faults(together(pairs))]
    assert found == [["9", "correlate.1"], ["10", "correlate.2"]]


def test_a_correlation_is_not_blamed_for_an_input_that_is_wrong() -> None:
    text = together('[["dau", "per_user", 0.5]]')
    fault = only(change('value = "100M user"', 'value = "100M usr"', text))
    assert fault.startswith("11: inputs.dau.value: ")


def test_what_extends_takes_the_correlations_over_or_has_its_own() -> None:
    def correlated(_: str) -> tuple[str, str]:
        return "sample.toml", together('[["dau", "per_user", 0.5]]')

    assert read(OWN, correlated).preset.correlate == (Correlation("dau", "per_user", 0.5),)
    own = change('name = "Mine"\n', 'name = "Mine"\ncorrelate = [["extra", "dau", -0.1]]\n', OWN)
    assert read(own, correlated).preset.correlate == (Correlation("extra", "dau", -0.1),)
    none = change('name = "Mine"\n', 'name = "Mine"\ncorrelate = []\n', OWN)
    assert read(none, correlated).preset.correlate == ()


def test_a_correlation_that_is_taken_over_and_wrong_is_told_at_extends() -> None:
    def wrong(_: str) -> tuple[str, str]:
        return "sample.toml", together('[["dau", "per_usr", 0.5]]')

    fault = only(OWN, wrong)
    assert fault.startswith(f"{line_of('extends', OWN)}: ")
    assert "(taken over) 'per_usr' is no input; did you mean per_user?" in fault
