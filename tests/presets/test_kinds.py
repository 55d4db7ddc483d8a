"""The catalog: what is shipped, what one's own files may say, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from estimators.plan import Plan
from models.catalog import FIGURES, SHAPED, SHARES, Figure, Kind, Shape
from models.faults import PresetError
from models.quantity import Quantity, Value
from models.scenario import Scenario
from models.units import Unit, Vocabulary
from presets import kinds as catalog
from presets.kinds import SHIPPED, is_catalog, kinds, known_kinds, load_catalog
from presets.loader import find, load_file

SystemOf = Callable[..., Plan]
NAMES = sorted(
    name
    for file in SHIPPED.glob("*.toml")
    for name in re.findall(r"^\[([a-z0-9-]+)\]$", file.read_text("utf-8"), re.MULTILINE)
)
GOOD = """\
[disc]
label = "Disc"
summary = "A place for bytes."

[disc.read_rate]
value = "100 op/s/node"
source = "a data sheet"
date = "2024"
quality = "B"
"""


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One's own catalog folder, empty."""
    monkeypatch.setattr(catalog, "own_folder", lambda: tmp_path)
    return tmp_path


def values(figure: Figure) -> list[Value]:
    if figure.value is not None:
        return [figure.value]
    return [tier.value for tier in figure.tiers]


def ends(value: Value) -> tuple[float, float]:
    if isinstance(value, Quantity):
        return value.base, value.base
    return value.low.base, value.high.base


def dimension(unit: str) -> object:
    if unit == "/node":
        return Unit((("node", -1),)).dimension
    return Unit.read(unit, Vocabulary()).dimension


# What is shipped


def test_every_table_of_the_files_is_a_kind() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 25
    assert sorted(known_kinds()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_kind_reads_and_its_figures_have_their_dimensions(name: str) -> None:
    (kind,) = kinds([name]).values()
    figures = dict(kind.figures())
    assert figures
    for figure_name, figure in figures.items():
        for value in values(figure):
            assert value.dimension == dimension(FIGURES[figure_name][0]), figure_name
            low, high = ends(value)
            assert 0 <= low <= high, figure_name
            if figure_name in SHARES:
                assert high <= 1, figure_name


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_figure_says_where_it_is_from_and_a_price_for_which_region(name: str) -> None:
    (kind,) = kinds([name]).values()
    for figure_name, figure in kind.figures():
        assert len(figure.source) > 10, figure_name
        assert re.fullmatch(r"20\d\d(-\d\d){0,2}|\d{4}", figure.date), (figure_name, figure.date)
        assert (figure.quality == "C") == ("unverified" in figure.source), figure_name
        if figure_name.endswith("price"):
            assert figure.region, figure_name


@pytest.mark.parametrize("name", NAMES)
def test_the_tiers_of_a_shipped_price_rise_in_volume_and_fall_in_price(name: str) -> None:
    (kind,) = kinds([name]).values()
    for figure_name, figure in kind.figures():
        bounds = [tier.up_to for tier in figure.tiers]
        assert all(isinstance(bound, Quantity) for bound in bounds[:-1]), figure_name
        sizes = [bound.base for bound in bounds if isinstance(bound, Quantity)]
        assert sizes == sorted(set(sizes)), figure_name
        if figure.tiers:
            assert bounds[-1] is None, figure_name
            prices = [ends(tier.value)[0] for tier in figure.tiers]
            assert prices == sorted(prices, reverse=True), figure_name


@pytest.mark.parametrize("name", NAMES)
def test_a_system_of_one_shipped_kind_has_numbers(name: str, system_of: SystemOf) -> None:
    plan = system_of({"store": f'{name} | holds = "kept"'}, {"get": ['to = "store"']},
                     {"kept": "5 GB"})  # fmt: skip
    found = plan.estimate(Scenario(plan.preset))
    path = found.paths["get"]
    assert path.p99 is not None
    assert path.p50 is not None
    median = kinds([name])[name].read_median
    assert (median is None) == (path.p50.base == 0)
    assert path.p50.base <= path.p99.base


def shapes_of_every_kind() -> list[tuple[str, Kind, Shape]]:
    found = kinds(known_kinds())
    return [(id_, kind, shape) for id_, kind in found.items() for shape in kind.nodes.values()]


def middle(value: Value) -> float:
    return (value if isinstance(value, Quantity) else value.median()).base


def test_shipped_shapes_have_sourced_figures_of_their_dimension() -> None:
    shapes = shapes_of_every_kind()
    assert len({id_ for id_, *_ in shapes}) >= 8
    for id_, kind, shape in shapes:
        where = (id_, shape.label)
        assert kind.node, where
        assert len(shape.source) > 10, where
        assert re.fullmatch(r"20\d\d(-\d\d){0,2}", shape.date), where
        assert (shape.quality == "C") == ("unverified" in shape.source), where
        assert shape.region, where
        for name, value in shape.figures():
            assert value.dimension == dimension(FIGURES[name][0]), (*where, name)
            low, high = ends(value)
            assert 0 < low <= high, (*where, name)


def test_a_dearer_shape_that_is_shipped_never_has_less_of_anything() -> None:
    for id_, kind, shape in shapes_of_every_kind():
        figures = dict(shape.figures())
        own = {name: figure.value for name, figure in kind.figures() if name in figures}
        assert own.keys() == figures.keys(), id_
        dearer = middle(figures["node_price"]) > middle(own["node_price"] or figures["node_price"])
        for name, value in figures.items():
            less, more = (own[name], value) if dearer else (value, own[name])
            assert less is not None
            assert more is not None
            assert all(a <= b for a, b in zip(ends(less), ends(more), strict=True)), (id_, name)
            assert less != more, (id_, shape.label, name)


def test_a_shape_costs_by_its_processors_as_the_kinds_own_machine_does() -> None:
    """What says $0.048 a vCPU and hour is priced so: the sources begin with the number of vCPU."""
    priced = 0
    for id_, _, shape in shapes_of_every_kind():
        if match := re.match(r"(\d+) vCPU", shape.source):
            assert "$0.048 a vCPU and hour" in shape.source, id_
            assert shape.node_price is not None
            dollars = middle(shape.node_price) * 3600
            assert dollars == pytest.approx(0.048 * int(match[1])), (id_, shape.label)
            priced += 1
    assert priced >= 10


# One's own


def test_an_own_file_overrides_one_figure_and_leaves_the_rest(own: Path) -> None:
    before = kinds(["redis"])["redis"]
    (own / "mine.toml").write_text(
        '[redis.read_rate]\nvalue = "5K op/s/node"\nsource = "our load test"\n'
        'date = "2026-01"\nquality = "A"\n',
        "utf-8",
    )
    after = kinds(["redis"])["redis"]
    assert after.read_rate is not None
    assert after.read_rate.source == "our load test"
    assert {n: f for n, f in after.figures() if n != "read_rate"} == {
        n: f for n, f in before.figures() if n != "read_rate"
    }


def test_an_own_file_overrides_one_figure_under_the_head_of_its_kind(own: Path) -> None:
    before = kinds(["redis"])["redis"]
    (own / "mine.toml").write_text(
        '[redis]\nspares = 3\n\n[redis.read_rate]\nvalue = "5K op/s/node"\n'
        'source = "our load test"\ndate = "2026-01"\nquality = "A"\n',
        "utf-8",
    )
    after = kinds(["redis"])["redis"]
    assert after.spares == 3
    assert after.read_rate is not None
    assert after.read_rate.source == "our load test"
    assert (after.label, after.memory) == (before.label, before.memory)


def test_an_own_kind_may_be_used(own: Path, system_of: SystemOf) -> None:
    (own / "mine.toml").write_text(GOOD, "utf-8")
    assert "disc" in known_kinds()
    plan = system_of(
        {"store": 'disc | latency = "time"'}, {"get": ['to = "store"']}, {"time": "5 ms"}
    )
    # 100 requests/s at the peak, 100 a node: one node.
    assert plan.estimate(Scenario(plan.preset)).components["store"].nodes == 1


def test_an_edited_file_is_read_again(own: Path) -> None:
    file = own / "mine.toml"
    file.write_text(GOOD, "utf-8")
    assert kinds(["disc"])["disc"].label == "Disc"
    import os

    file.write_text(GOOD.replace('"Disc"', '"Platter"'), "utf-8")
    os.utime(file, ns=(1, 1))
    assert kinds(["disc"])["disc"].label == "Platter"


def test_an_unknown_kind_is_left_out() -> None:
    assert kinds(["redsi"]) == {}


def test_what_is_not_asked_for_is_not_read(own: Path) -> None:
    (own / "mine.toml").write_text(GOOD.replace("100 op/s/node", "-1 op/s/node"), "utf-8")
    assert isinstance(kinds(["redis"])["redis"], Kind)


SHAPE = """\
[disc.nodes.big]
label = "big"
read_rate = "200 op/s/node"
source = "another data sheet"
date = "2024"
quality = "B"
"""
WITH_SHAPE = GOOD.replace('label = "Disc"', 'label = "Disc"\nnode = "small"') + "\n" + SHAPE


def test_an_own_kind_may_have_shapes(own: Path) -> None:
    (own / "mine.toml").write_text(WITH_SHAPE, "utf-8")
    kind = kinds(["disc"])["disc"]
    assert kind.node == "small"
    (shape,) = kind.nodes.values()
    assert {name: value.text for name, value in shape.figures()} == {"read_rate": "200 op/s/node"}


def test_an_own_shape_stands_beside_the_shipped_ones_or_in_the_place_of_one(own: Path) -> None:
    before = kinds(["redis"])["redis"]
    shape = SHAPE.replace("read_rate", "memory").replace("200 op/s/node", "7 GiB/node")
    mine = shape.replace("disc.nodes.big", "redis.nodes.mine").replace('"big"', '"mine"')
    (own / "mine.toml").write_text(mine, "utf-8")
    after = kinds(["redis"])["redis"]
    assert list(after.nodes) == [*before.nodes, "mine"]
    instead = shape.replace("disc.nodes.big", "redis.nodes.r6g-xlarge")
    (own / "mine.toml").write_text("# instead\n" + instead, "utf-8")
    after = kinds(["redis"])["redis"]
    assert list(after.nodes) == list(before.nodes)
    assert dict(after.nodes["r6g-xlarge"].figures()).keys() == {"memory"}


# Refused, with file and line


def refused(own: Path, text: str, kind: str = "disc") -> list[str]:
    file = own / "mine.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(PresetError) as caught:
        kinds([kind])
    said = str(caught.value).splitlines()
    assert all(line.startswith(str(file)) for line in said), said
    return [line.removeprefix(str(file)) for line in said]


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('source = "a data sheet"\n', "", 5, "disc.read_rate.source: is missing"),
        ('"a data sheet"', '"  "', 7, "disc.read_rate.source: is empty"),
        ("100 op/s/node", "-100 op/s/node", 6, "a quantity is never negative"),
        ("100 op/s/node", "0 op/s/node", 6, "'0 op/s/node' is not above zero"),
        ("100 op/s/node", "100 op/s/nod", 6, "did you mean node?"),
        ("100 op/s/node", "100 GB/node", 6, "'100 GB/node' is in GB/node; expected op/s/node"),
        ("100 op/s/node", "a lot", 6, "disc.read_rate.value: "),
        ("100 op/s/node", "300 to 100 op/s/node", 6, "disc.read_rate.value: "),
        ('quality = "B"', 'quality = "D"', 9, "'D' is not one of 'A', 'B' or 'C'"),
        ('date = "2024"\n', "", 5, "disc.read_rate.date: is missing"),
        ("[disc.read_rate]", "[disc.red_rate]", 5, "did you mean read_rate?"),
        ("date = ", "dat = ", 8, "did you mean date?"),
        ('summary = "A', 'sumary = "A', 3, "did you mean summary?"),
        ('label = "Disc"\n', "", 1, "disc.label: is missing"),
        ('value = "100 op/s/node"\n', "", 5, "has either a value or tiers"),
        ('quality = "B"', 'quality = "B"\n[disc.utilisation]\nvalue = "120%"\nsource = "a guess"\n'
         'date = "2024"\nquality = "C"', 11, "'120%' is above 100%"),
        ('quality = "B"', 'quality = "B"\n[disc.read_median]\nvalue = "5 ms"\nsource = "a guess"\n'
         'date = "2024"\nquality = "C"\n[disc.read_p99]\nvalue = "2 ms"\nsource = "a guess"\n'
         'date = "2024"\nquality = "C"', 15, "disc.read_p99: is below the median"),
        ("quality", 'tiers = [{ value = "1 op/s/node" }]\nquality', 5,
         "has either a value or tiers"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_refused_with_file_and_line(
    old: str, new: str, line: int, why: str, own: Path
) -> None:
    assert old in GOOD
    said = refused(own, GOOD.replace(old, new))
    at = [text for text in said if why in text]
    assert at, said
    assert at[0].startswith(f":{line}: "), said


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("200 op/s/node", "200 GB/node", 14, "'200 GB/node' is in GB/node; expected op/s/node"),
        ("200 op/s/node", "0 op/s/node", 14, "'0 op/s/node' is not above zero"),
        ("200 op/s/node", "200 op/s/nod", 14, "did you mean node?"),
        ('read_rate = "200', 'red_rate = "200', 14, "did you mean read_rate?"),
        ('read_rate = "200 op/s/node"', 'utilisation = "50%"', 14, "is no known field; expected"),
        ('read_rate = "200 op/s/node"', 'memory = "2 GB/node"', 14,
         "differs from nothing: disc has no one memory"),
        ('read_rate = "200 op/s/node"\n', "", 12, "has no figure; expected some of: read_rate"),
        ('label = "big"\n', "", 12, "disc.nodes.big.label: is missing"),
        ('label = "big"', 'label = "small"', 13, "another machine of the kind has it"),
        ('source = "another data sheet"\n', "", 12, "disc.nodes.big.source: is missing"),
        ('"another data sheet"', '" "', 15, "disc.nodes.big.source: is empty"),
        ('node = "small"\n', "", 1, "disc.node: is missing"),
        ("[disc.nodes.big]", "[disc.nodes.Big]", 12, "belongs to no kind"),
        ("[disc.nodes.big]", "[disc.shapes.big]", 12, "belongs to no kind"),
    ],
)  # fmt: skip
def test_a_bad_shape_is_refused_with_file_and_line(
    old: str, new: str, line: int, why: str, own: Path
) -> None:
    assert old in WITH_SHAPE
    said = refused(own, WITH_SHAPE.replace(old, new))
    at = [text for text in said if why in text]
    assert at, said
    assert at[0].startswith(f":{line}: "), said


def test_of_two_files_with_shapes_the_one_with_the_bad_one_is_blamed(own: Path) -> None:
    (own / "a.toml").write_text(WITH_SHAPE.replace("200 op/s/node", "200 GB/node"), "utf-8")
    good = SHAPE.replace("big", "huge").replace("200 op", "400 op")
    (own / "b.toml").write_text(good, "utf-8")
    with pytest.raises(PresetError) as caught:
        kinds(["disc"])
    assert str(caught.value).startswith(f"{own / 'a.toml'}:14: disc.nodes.big.read_rate: ")


def test_every_figure_of_a_shape_is_one_of_a_kind() -> None:
    assert set(SHAPED) < set(FIGURES)


def test_lines_are_those_of_the_file_where_others_stand_before(own: Path) -> None:
    before = GOOD.replace("disc", "tape") + "\n# a comment\n\n"
    (said,) = refused(own, before + GOOD.replace("100 op", "-100 op"))
    assert said.startswith(f":{before.count(chr(10)) + 6}: ")


def test_an_overriding_figure_is_refused_in_its_own_file(own: Path) -> None:
    text = '[redis.read_rate]\nvalue = "5 GB"\nsource = "us"\ndate = "2026"\nquality = "A"\n'
    said = refused(own, "[redis]\n" + text, "redis")
    assert any(line.startswith(":3: ") for line in said)


def test_a_preset_is_not_blamed_for_a_bad_entry_that_it_asks_for(own: Path) -> None:
    file = own / "mine.toml"
    file.write_text('[redis.read_rate]\nvalue = "5 GB"\n', "utf-8")
    with pytest.raises(PresetError) as caught:
        load_file(find("url-shortener"))
    assert all(line.startswith(f"{file}:") for line in str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("text", "line"),
    [("x = 1\n[redis]\n", 1), ("# mine\n[Redis]\n", 2), ("[redis]\n  [Redis.read_rate]\n", 2)],
)
def test_what_belongs_to_no_kind_is_refused(text: str, line: int, own: Path) -> None:
    (said,) = refused(own, text, "redis")
    assert said.startswith(f":{line}: belongs to no kind; expected a table such as [redis]")


def test_of_two_files_the_one_that_says_it_is_blamed(own: Path) -> None:
    figure = 'source = "us"\ndate = "2026"\nquality = "A"\n'
    (own / "first.toml").write_text(f'[redis.read_rate]\nvalue = "5 GB"\n{figure}')
    (own / "second.toml").write_text(f'[redis.memory]\nvalue = "5 GB/node"\n{figure}')
    with pytest.raises(PresetError) as caught:
        kinds(["redis"])
    assert str(caught.value).startswith(f"{own / 'first.toml'}:2: redis.read_rate.value: ")


def test_a_file_of_kinds_is_told_from_a_preset_and_checked_wherever_it_lies(tmp_path: Path) -> None:
    file = tmp_path / "kinds.toml"
    file.write_text(GOOD)
    assert is_catalog(file)
    assert list(load_catalog(file)) == ["disc"]
    assert not is_catalog(find("url-shortener"))
    file.write_text(GOOD.replace("100 op/s/node", "100 GB/node"))
    with pytest.raises(PresetError, match="expected op/s/node"):
        load_catalog(file)


def test_what_is_no_toml_is_refused(own: Path) -> None:
    said = refused(own, GOOD.replace('label = "Disc"', "label = Disc"))
    assert "is no TOML" in said[0]
    assert said[0].startswith(":2: "), said


def test_bounds_of_tiers_that_fall_are_refused(own: Path) -> None:
    tiers = (
        '[disc.storage_price]\ntiers = [\n{ value = "0.02 USD/GB/month", up_to = "50 TB" },\n'
        '{ value = "0.01 USD/GB/month", up_to = "10 TB" },\n{ value = "0.005 USD/GB/month" },\n]\n'
        'source = "a price list"\ndate = "2024"\nquality = "C"\n'
    )
    said = refused(own, GOOD + tiers)
    assert "storage_price" in said[0]


def test_a_last_tier_with_a_bound_is_refused(own: Path) -> None:
    """Beyond it nothing would be paid."""
    tiers = (
        '[disc.storage_price]\ntiers = [\n{ value = "0.02 USD/GB/month", up_to = "50 TB" },\n]\n'
        'source = "a price list"\ndate = "2024"\nquality = "C"\n'
    )
    said = refused(own, GOOD + tiers)
    assert "storage_price" in said[0]


@pytest.mark.parametrize("field", ["replicas = 0", "zones = -1", "spares = -2"])
def test_counts_of_a_kind_that_cannot_be_are_refused(field: str, own: Path) -> None:
    said = refused(own, GOOD.replace('summary = "', f'{field}\nsummary = "'))
    assert said[0].startswith(":3: ")
