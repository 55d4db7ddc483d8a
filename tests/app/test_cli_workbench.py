"""`slipstick sketch` and `slipstick protocol`: what they print, as data and in sentences."""

import csv
import io
import json
import math

import pytest
from results import ok, parsed, refused

LN2 = math.log(2)


def sketch(slipstick, *arguments):
    return parsed(slipstick("sketch", *arguments, "--format", "json"))


# Sketches


def test_a_filter_of_a_billion_items_at_one_percent(slipstick):
    found = sketch(slipstick, "bloom", "--items", "1B", "--fp", "1%")
    assert (found["schema"], found["kind"], found["convention"]) == (1, "bloom", "textbook")
    assert found["items"] == {"value": 1e9, "unit": "item", "text": "1B item"}
    # Redis documentation: 9.585 bits an item at 1%, and 7 hashes.
    assert found["bits"]["value"] / 1e9 == pytest.approx(9.585, abs=5e-4)
    assert found["bytes"]["value"] == math.ceil(found["bits"]["value"] / 8)
    assert found["hashes"]["value"] == 7
    assert found["asked"] == 0.01
    assert found["fp"] == pytest.approx(0.01, rel=0.005)
    full = next(f for f in found["fills"] if f["items"]["value"] == 1e9)
    assert full["fp"] == pytest.approx(found["fp"])
    # Broder and Mitzenmacher: half of the bits are set when it is full, but for the rounding.
    assert full["set"] == pytest.approx(0.5, abs=0.02)
    assert found["measured"] is None


def test_one_percent_is_what_it_takes_by_default(slipstick):
    assert sketch(slipstick, "bloom", "--items", "1M") == sketch(
        slipstick, "bloom", "--items", "1M", "--fp", "1%"
    )


def test_a_filter_by_its_size_has_the_best_hashes_and_their_error(slipstick):
    found = sketch(slipstick, "bloom", "--items", "1M", "--memory", "1.25 MB")
    # 10 bits an item: the best number of hashes is 10 ln 2 = 6.93, the error 0.819%
    # (Broder and Mitzenmacher, figure 1; Cao's table has 0.00819 for m/n = 10, k = 7).
    assert found["hashes"]["value"] == 7
    assert found["fp"] == pytest.approx(0.00819, abs=5e-6)
    assert found["asked"] is None
    fewer = sketch(slipstick, "bloom", "--items", "1M", "--memory", "1.25 MB", "--hashes", "4")
    # The same table: 0.0118 for k = 4.
    assert fewer["fp"] == pytest.approx(0.0118, abs=5e-5)


def test_the_conventions_of_redis(slipstick):
    bloom = sketch(slipstick, "bloom", "--items", "100", "--fp", "0.1%", "--convention", "redis")
    assert (bloom["bits"]["value"], bloom["hashes"]["value"]) == (1600, 11)
    counts = sketch(slipstick, "count-min", "--convention", "redis")
    assert (counts["width"]["value"], counts["depth"]["value"]) == (2000, 7)
    assert counts["counters"]["value"] == 14_000
    assert counts["counter_bits"]["value"] == 32
    assert counts["bytes"]["value"] == 56_032
    assert (counts["epsilon"], counts["kind"]) == (0.001, "count-min")


@pytest.mark.parametrize("typed", ["0.81%", "0.0081", "0.8%"])
def test_an_error_is_met_to_the_digits_with_which_it_was_typed(typed, slipstick):
    found = sketch(slipstick, "hyperloglog", "--error", typed)
    assert (found["precision"], found["registers"]["value"]) == (14, 16_384)
    assert found["bytes"]["value"] == 12_288
    assert found["error"] == pytest.approx(1.04 / 128)


def test_one_digit_more_asks_for_more(slipstick):
    assert sketch(slipstick, "hyperloglog", "--error", "0.810%")["precision"] == 15
    assert sketch(slipstick, "hyperloglog", "--error", "1.0%")["precision"] == 14
    told = ok(slipstick("sketch", "hyperloglog", "--error", "0.8%"))
    assert "0.8%, met to its digits" in told


@pytest.mark.parametrize(("typed", "precision"), [("1%", 14), ("2%", 12), ("5%", 9), ("0.1%", 20)])
def test_few_digits_are_not_taken_for_leave_to_err(typed, precision, slipstick):
    found = sketch(slipstick, "hyperloglog", "--error", typed)
    assert found["precision"] == precision
    assert 1.04 / math.sqrt(2**precision) <= found["asked"] * 1.05
    assert 1.04 / math.sqrt(2 ** (precision - 1)) > found["asked"] * 1.05


def test_a_hyperloglog_by_its_memory_or_precision(slipstick):
    by_memory = sketch(slipstick, "hyperloglog", "--memory", "12 KiB")
    assert by_memory == sketch(slipstick, "hyperloglog", "--precision", "14")
    assert by_memory["asked"] is None


def test_a_sketch_stands_beside_what_is_documented_of_it(slipstick):
    told = ok(slipstick("sketch", "hyperloglog"))
    assert "~12 KB for billions" in told
    row = next(line for line in told.splitlines() if "~2% error" in line)
    assert "≈ same order" in row
    # 1.04 / sqrt(m) = 2% has 2,704 registers of 6 bits.
    assert "needs hll_size = 2.028 KB" in row
    assert "10.08" not in told
    assert "10.08 bits" in ok(slipstick("sketch", "bloom", "--items", "1K"))


def test_the_same_job_done_exactly_takes_more(slipstick):
    found = sketch(slipstick, "hyperloglog")
    exact = {rival["label"]: rival for rival in found["rivals"]}
    assert all(rival["error"] == 0 for rival in exact.values())
    # A bit an id without gaps, and 8 bytes an id in an array.
    assert exact["bitmap"]["bytes"]["value"] == 125_000_000
    assert exact["sorted array of ids"]["bytes"]["value"] == 8e9


def test_a_stream_is_bounded_in_counts(slipstick):
    told = ok(slipstick("sketch", "count-min", "--epsilon", "0.1%", "--total", "2B"))
    assert "of 2B events" in told
    assert "at most 2M" in told
    narrow = ok(slipstick("sketch", "count-min", "--counter-bits", "16"))
    assert "may overflow" in narrow
    assert "no closed form" in told


def test_a_measured_filter_is_as_predicted(slipstick):
    arguments = ("bloom", "--items", "20K", "--measure", "--seed", "3")
    found = sketch(slipstick, *arguments)["measured"]
    assert found["low"] <= found["predicted"] <= found["high"]
    assert found["low"] <= found["measured"] <= found["high"]
    assert found["holds"] is True
    assert found["items"]["value"] == 20_000
    assert sketch(slipstick, *arguments)["measured"] == found
    told = ok(slipstick("sketch", *arguments))
    assert "✓ holds" in told


def test_measured_counts_and_cardinalities(slipstick):
    counts = sketch(slipstick, "count-min", "--total", "20K", "--measure")["measured"]
    assert counts["measured"] <= counts["predicted"]
    found = sketch(slipstick, "hyperloglog", "--precision", "10", "--items", "100K", "--measure")[
        "measured"
    ]
    assert found["predicted"] == pytest.approx(1.04 / 32)
    assert found["measured"] == pytest.approx(found["predicted"], rel=0.5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("bloom", "items: is missing; expected a quantity such as 10 item"),
        ("bloom --items 0", "items: '0': expected more than 0"),
        ("bloom --items -5", "items: '-5'"),
        ("bloom --items 5GB", "is in GB; expected item"),
        ("bloom --items many", "items: 'many'"),
        ("bloom --items 1e30", "expected no more than 1e24"),
        ("bloom --items 1e20", "expected 1 to 9,223,372,036,854,775,808"),
        ("bloom --items 1B --fp 0", "fp: '0': expected more than 0"),
        ("bloom --items 1B --fp 1", "fp: '1': expected a share below 100%, such as 1%"),
        ("bloom --items 1B --fp 150%", "fp: '150%': expected a share below 100%"),
        ("bloom --items 1B --fp 1% --memory 1GB", "state two of them"),
        ("bloom --fp 1%", "items: is missing"),
        ("bloom --fp 1% --memory 1MB --hashes 3", "hashes go with memory and items"),
        ("bloom --items 5 --memory 1e308B", "memory: '1e308B': expected no more than 1e24"),
        ("count-min --items 1e20", "items"),
        ("bloom --items 5 --convention mine", "expected one of textbook, redis"),
        ("bloom --items 1B --hashes 3", "hashes go with memory"),
        ("bloom --items 1B --memory 1GB --hashes 2.5", "hashes: '2.5': expected a whole number"),
        ("bloom --items 1B --measure", "10,000,000"),
        ("count-min --epsilon 0%", "epsilon: '0%'"),
        ("count-min --delta 100%", "delta: '100%'"),
        ("count-min --width 5", "depth: is missing"),
        ("count-min --width 5 --depth 3 --epsilon 1%", "or epsilon and delta"),
        ("count-min --counter-bits 7", "7"),
        ("count-min --convention guava", "expected textbook, redis or datasketches (Count-Min)"),
        ("hyperloglog --error 2", "error: '2': expected a share below 100%"),
        ("hyperloglog --precision 99", "precision: read 99; expected 4 to 26"),
        ("hyperloglog --error 1% --precision 14", "state one of them"),
        ("hyperloglog --error 5% --convention redis", "Redis has 16,384 registers, 0.81%"),
        ("hyperloglog --memory 1B", "memory: read 1 B; expected at least 12 B"),
        ("hyperloglog --error 0.00001%", "error"),
        ("cuckoo --items 1", "No such command 'cuckoo'"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(arguments, says, slipstick):
    assert says in refused(slipstick("sketch", *arguments.split()))


@pytest.mark.parametrize(
    "arguments",
    [
        "bloom --items 1000 --memory 1MB",
        "bloom --items 1 --fp 1%",
        "count-min --width 2000 --depth 1000",
        "hyperloglog --convention redis",
        "hyperloglog --convention cassandra --precision 13",
        "hyperloglog --convention cassandra --memory 12KB",
        "bloom --memory 1MB --fp 1% --convention cassandra",
    ],
)
def test_what_is_far_off_is_no_crash(arguments, slipstick):
    assert sketch(slipstick, *arguments.split())["rivals"]
    assert ok(slipstick("sketch", *arguments.split()))


@pytest.mark.parametrize("words", ["--fp 50%", "--memory 1MB --hashes 3", "--convention cassandra"])
def test_what_a_filter_holds_is_what_its_own_hashes_give(words, slipstick):
    found = sketch(slipstick, "bloom", "--items", "1M", *words.split())
    bits, hashes = found["bits"]["value"], found["hashes"]["value"]
    for held in found["holds"]:
        share = (1 - math.exp(-hashes * held["items"]["value"] / bits)) ** hashes
        assert share == pytest.approx(held["fp"], rel=1e-9)


def test_a_size_and_an_error_tell_how_many_items_fit(slipstick):
    found = sketch(slipstick, "bloom", "--memory", "1 GB", "--fp", "1%")
    # 8 billion bits at 9.585 an item.
    assert found["items"]["value"] == pytest.approx(8e9 / 9.585, rel=0.002)
    assert found["fp"] <= 0.01 * (1 + 1e-6)
    words = ("--memory", "1MB", "--fp", "1%", "--convention", "cassandra")
    assert sketch(slipstick, "bloom", *words)["fp"] <= 0.01


def test_a_stream_that_is_measured_is_as_long_as_its_events(slipstick):
    words = ("count-min", "--items", "1K", "--total", "30K", "--measure")
    assert sketch(slipstick, *words)["measured"]["items"]["value"] == 30_000
    assert "events" in ok(slipstick("sketch", *words))


# Protocols


def protocol(slipstick, *arguments):
    return parsed(slipstick("protocol", *arguments, "--format", "json"))


def test_the_example_of_the_source_is_8_bytes_against_22(slipstick):
    found = protocol(slipstick)
    assert found["message"] == "User"
    assert found["grpc"]["request"]["message"]["value"] == 8
    assert found["rest"]["request"]["message"]["value"] == 22
    assert found["ratios"]["message"] == pytest.approx(22 / 8)
    assert [(f["name"], f["bytes"]) for f in found["fields"]] == [("name", 6), ("id", 2)]
    verdicts = {d["label"]: d["verdict"] for d in found["documented"]}
    assert verdicts["Smaller, the example"] == "same order"
    assert len(verdicts) == 6


def test_connections_follow_from_littles_law(slipstick):
    found = protocol(slipstick, "--rate", "30K/s", "--latency", "50 ms")
    # 1,500 requests are under way: one on each connection, or a hundred.
    assert found["rest"]["connections"]["value"] == 1500
    assert found["grpc"]["connections"]["value"] == 15
    assert found["rest_http2"]["connections"]["value"] == 15
    a_call = found["rest"]["warm"]["value"]
    assert found["rest"]["bandwidth"]["value"] == pytest.approx(30_000 * a_call)
    month = 365 * 86_400 / 12
    assert found["rest"]["month"]["value"] == pytest.approx(30_000 * a_call * month)
    dearer = protocol(slipstick, "--rate", "30K/s", "--price", "$0.09/GB")
    paid = 30_000 * a_call * month / 1e9 * 0.09
    assert dearer["rest"]["money"]["value"] == pytest.approx(paid)


def test_a_message_and_its_sample_may_stand_in_files(slipstick, tmp_path):
    (tmp_path / "point.proto").write_text(
        'syntax = "proto3";\nmessage Point { repeated sint32 at = 1; }\n', "utf-8"
    )
    (tmp_path / "point.json").write_text('{"at": [1, -1, 64]}', "utf-8")
    found = protocol(slipstick, "point.proto", "--sample", "point.json")
    # Zigzag: 2, 1 and 128, so 1 + 1 + 2 bytes behind a tag and a length.
    assert found["grpc"]["request"]["message"]["value"] == 6
    assert found["rest"]["request"]["message"]["value"] == len('{"at":[1,-1,64]}')


def test_a_message_alone_is_enough(slipstick):
    found = protocol(slipstick, "string name = 1; repeated Line lines = 2; "
                     "message Line { double price = 1; }")  # fmt: skip
    assert found["grpc"]["request"]["message"]["value"] > 0
    assert found["message"] == "Message"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["string a = 1; int32 b = 1;"], "1"),
        (["strin a = 1;"], "string"),
        (["string a = 0;"], "0"),
        (["string a = 1;", "--sample", '{"b": 1}'], "b"),
        (["int32 a = 1;", "--sample", '{"a": 5000000000}'], "a"),
        (["int32 a = 1;", "--sample", "{"], "JSON"),
        (["--rate", "0/s"], "rate: '0/s': expected more than 0"),
        (["--rate", "fast"], "rate: 'fast'"),
        (["--rate", "1e300/s"], "rate: '1e300/s': expected no more"),
        (["~nobody99/x.proto"], "no such home folder"),
        (["int32 rate = 1;", "--sample", '{"rate": "x"}'], "sample: rate"),
        (["--latency", "5 GB"], "latency: '5 GB'"),
        (["--price", "$5"], "price: '$5'"),
        (["missing.proto"], "missing.proto: No such file"),
        (["empty.proto"], "empty.proto: is empty"),
        (["string a = 1;", "--sample", "missing.json"], "missing.json: No such file"),
    ],
)
def test_a_message_that_cannot_be_is_said_in_a_sentence(arguments, says, slipstick, tmp_path):
    (tmp_path / "empty.proto").write_text("\ufeff\n", "utf-8")
    assert says in refused(slipstick("protocol", *arguments))


# Formats


@pytest.mark.parametrize(
    "arguments",
    [
        ("sketch", "bloom", "--items", "1M"),
        ("sketch", "count-min"),
        ("sketch", "hyperloglog"),
        ("protocol",),
    ],
)
def test_every_format_says_the_same(arguments, slipstick, tmp_path):
    told = ok(slipstick(*arguments))
    rows = list(csv.reader(io.StringIO(ok(slipstick(*arguments, "--format", "csv")))))
    assert rows[0] == ["table", "row", "column", "text"]
    assert all(text in told for _, row, _, text in rows[1:] if row and text)
    page = ok(slipstick(*arguments, "--format", "html"))
    assert page.startswith("<!doctype html>")
    assert ok(slipstick(*arguments, "--format", "md")).startswith("# ")
    code, out, err = slipstick(*arguments, "-o", "answer.json")
    assert (code, out) == (0, "")
    assert "wrote answer.json" in err
    assert json.loads((tmp_path / "answer.json").read_text("utf-8"))["schema"] == 1


def test_the_claims_about_protocols_take_the_sizes_that_the_command_counts(slipstick):
    found = protocol(slipstick)
    example = next(d for d in found["documented"] if d["label"] == "Smaller, the example")
    assert example["derived"]["value"] == pytest.approx(found["ratios"]["message"])
