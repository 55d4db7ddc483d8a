"""Published figures of sketches and of the wire format, each as its source computes it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from estimators.protocol.rest import json_bytes
from estimators.protocol.wire import encode
from estimators.sketches.bloom_built import bloom_for_error
from estimators.sketches.count_min import count_min_for_error
from estimators.sketches.filters import cuckoo_false_positives
from estimators.sketches.hyperloglog import hyperloglog_for_error
from models.proto import read_message

DATA: Final = json.loads(
    (Path(__file__).parents[1] / "data" / "workbenches.json").read_text("utf-8")
)
FIGURES: Final = {
    (estimate["id"], output["name"]): output
    for estimate in DATA["estimates"]
    for output in estimate["outputs"]
}
PERSON: Final = read_message(
    "string userName = 1; int64 favoriteNumber = 2; repeated string interests = 3;"
)
MARTIN: Final = {
    "userName": "Martin", "favoriteNumber": 1337, "interests": ["daydreaming", "hacking"]
}  # fmt: skip
NORMAL: Final = {"1s": 0.682689492, "2s": 0.954499736, "3s": 0.997300204}


def field(description: str, **sample: object) -> int:
    return len(encode(read_message(description), sample))


COMPUTED: Final[dict[tuple[str, str], Callable[[], float]]] = {
    ("hurst-n10000-p0.001", "m_bits"): lambda: bloom_for_error(10_000, 0.001).bits,
    ("hurst-n10000-p0.001", "k"): lambda: bloom_for_error(10_000, 0.001).hashes,
    ("pyprobables-bloom-10", "bits"): lambda: bloom_for_error(10, 0.05).bits,
    ("pyprobables-bloom-10", "bytes"): lambda: bloom_for_error(10, 0.05).bytes,
    ("pyprobables-bloom-10", "k"): lambda: bloom_for_error(10, 0.05).hashes,
    ("redisbloom-001-100", "bits"): lambda: bloom_for_error(100, 0.001, "redis").bits,
    ("redisbloom-001-100", "bytes"): lambda: bloom_for_error(100, 0.001, "redis").bits / 8,
    ("redisbloom-001-100", "hashes"): lambda: bloom_for_error(100, 0.001, "redis").hashes,
    ("redis-cuckoo-table", "fp_b1"): lambda: cuckoo_false_positives(1, 8),
    ("redis-cuckoo-table", "fp_b3"): lambda: cuckoo_false_positives(3, 8),
    ("redis-cuckoo-table", "fp_b4"): lambda: cuckoo_false_positives(4, 8),
    ("redisbloom-cms", "width"): lambda: count_min_for_error(0.001, 0.002, "redis").width,
    ("redisbloom-cms", "depth_.002"): lambda: count_min_for_error(0.001, 0.002, "redis").depth,
    ("redisbloom-cms", "depth_.01"): lambda: count_min_for_error(0.001, 0.01, "redis").depth,
    ("redisbloom-cms", "mem_2000x7"): lambda: count_min_for_error(0.001, 0.01, "redis").bytes,
    **{
        ("ds-cms", f"buckets_{text}"): lambda text=text: (
            count_min_for_error(float(text), 0.01, "datasketches").width
        )
        for text in (".2", ".1", ".05", ".01")
    },
    **{
        ("ds-cms", f"hashes_{name}"): lambda share=share: (
            count_min_for_error(0.01, 1 - share, "datasketches").depth
        )
        for name, share in NORMAL.items()
    },
    ("redis-hll", "registers"): lambda: hyperloglog_for_error(0.0081, "redis").registers,
    ("redis-hll", "dense"): lambda: hyperloglog_for_error(0.0081, "redis").bytes - 16,
    ("redis-hll", "dense_total"): lambda: hyperloglog_for_error(0.0081, "redis").bytes,
    ("redis-hll", "sigma"): lambda: hyperloglog_for_error(0.0081, "redis").error,
    ("kleppmann-record", "json"): lambda: len(json_bytes(MARTIN)),
    ("kleppmann-record", "protobuf"): lambda: len(encode(PERSON, MARTIN)),
    ("protobuf-varint", "int_150"): lambda: field("int32 a = 1;", a=150),
    ("protobuf-varint", "string_testing"): lambda: field("string b = 2;", b="testing"),
}
ELSEWHERE: Final = {"avro", "thrift_compact", "thrift_binary", "msgpack"}
"""Formats that are published beside and not computed here."""


def test_every_published_figure_is_recomputed() -> None:
    assert {key for key in FIGURES if key[1] not in ELSEWHERE} == COMPUTED.keys()


@pytest.mark.parametrize("figure", COMPUTED, ids="/".join)
def test_the_figure_is_the_published_one(figure: tuple[str, str]) -> None:
    published = FIGURES[figure]
    digits = {"exact": 0.0, "implied-by-helper": 0.0}.get(published["grade"], 0.005)
    assert COMPUTED[figure]() == pytest.approx(published["value"], rel=digits, abs=0)
