"""gRPC against REST, held against sums by hand, the hpack package and published measurements."""

from __future__ import annotations

import zlib
from typing import Any, Final

import pytest
from hpack import Encoder
from hypothesis import given
from hypothesis import strategies as st

from estimators.protocol.exchange import (
    JSON,
    MONTH,
    PROTOBUF,
    Exchange,
    Span,
    exchange,
)
from estimators.protocol.http import (
    GRPC_REQUEST,
    GRPC_RESPONSE,
    GRPC_TRAILERS,
    REST_REQUEST,
    REST_RESPONSE,
)
from estimators.protocol.rest import json_bytes
from models.message import MessageError
from models.proto import read_message

USER: Final = read_message("message User { string name = 1; int32 id = 2; }")
JOHN: Final = {"name": "John", "id": 2}
EMPTY: Final = read_message("message Empty {}")


def of_john(rate: float = 1000.0, latency: float = 0.05, **more: Any) -> Exchange:
    return exchange(USER, JOHN, rate, latency, **more)


# Bytes of a call


def test_a_warm_call_over_grpc_by_hand() -> None:
    """Request: 8 of message, 5 of prefix, two frames of 9, seven headers of one byte each.
    Response: the same with three frames and two headers and two trailers."""
    grpc = of_john().grpc
    assert grpc.request.warm == 8 + 5 + 2 * 9 + 7
    assert grpc.response.warm == 8 + 5 + 3 * 9 + 4
    assert grpc.warm == 82


def test_a_first_call_over_grpc_has_its_headers_in_full() -> None:
    client, server = Encoder(), Encoder()
    request = len(client.encode(GRPC_REQUEST))
    response = len(server.encode(GRPC_RESPONSE)) + len(server.encode(GRPC_TRAILERS))
    assert of_john().grpc.first == 2 * 8 + 2 * 5 + 5 * 9 + request + response


def test_a_call_over_rest_by_hand() -> None:
    head = (
        "POST /v1/users HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: Go-http-client/1.1\r\n"
        "Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n"
    )
    answer = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: 22\r\n\r\n"
    )
    rest = of_john().rest
    assert rest.first == rest.warm == 22 + len(head) + 22 + len(answer)


def test_rest_over_http2_keeps_its_json_and_packs_its_headers() -> None:
    found = of_john().rest_http2
    assert found.message == 2 * 22
    assert found.warm == 2 * 22 + 4 * 9 + len(REST_REQUEST) + len(REST_RESPONSE)


def test_deflated_bytes_are_measured() -> None:
    found = of_john()
    assert found.grpc.request.deflated == len(zlib.compress(b"\n\x04John\x10\x02"))
    assert found.rest.deflated == 2 * len(zlib.compress(b'{"name":"John","id":2}'))


def test_the_content_length_is_that_of_each_body() -> None:
    long = {"name": "J" * 1000, "id": 2}
    assert len(json_bytes(long)) == 1018
    found = exchange(USER, long, 1.0, 1.0).rest.request
    assert found.warm == of_john().rest.request.warm - 22 + 1018 + len("1018") - len("22")


def test_a_response_may_be_another_message() -> None:
    found = of_john(response=(EMPTY, {}))
    assert (found.grpc.request.message, found.grpc.response.message) == (8, 0)
    assert (found.rest.request.message, found.rest.response.message) == (22, 2)
    # gRPC sends an empty message all the same: its prefix in a DATA frame.
    assert found.grpc.response.warm == 5 + 3 * 9 + 4


def test_headers_of_ones_own_are_counted() -> None:
    token = {"authorization": "Bearer " + "t" * 100}
    found = of_john(grpc_headers=token, rest_headers=token)
    assert found.grpc.request.warm == of_john().grpc.request.warm + 1
    line = len("authorization: Bearer \r\n") + 100
    assert found.rest.request.warm == of_john().rest.request.warm + line


# Rates


def test_bandwidth_and_bytes_a_month() -> None:
    """1,000 calls/s of 82 bytes for a twelfth of 365 days."""
    grpc = of_john().grpc
    assert grpc.bandwidth == 82_000
    assert MONTH == 2_628_000
    assert grpc.month == pytest.approx(82_000 * 2_628_000)


def test_money_is_for_the_bytes_that_are_billed() -> None:
    grpc = of_john(price=0.09, billed="responses").grpc
    assert grpc.money == pytest.approx(1000 * 44 * 2_628_000 / 1e9 * 0.09)
    both, requests, responses = (
        of_john(billed=billed).rest.money for billed in ("both", "requests", "responses")
    )
    assert both == pytest.approx(requests + responses)
    assert of_john(price=0.0).grpc.money == 0.0


@pytest.mark.parametrize(
    ("rate", "latency", "http1", "http2"),
    [
        (1000.0, 0.05, 50, 1),
        (3.0, 0.1, 1, 1),
        (100.0, 0.07, 7, 1),  # 7.000000000000001 in floating point
        (1001.0, 1.0, 1001, 11),
        (10_000.0, 1.0, 10_000, 100),
    ],
)
def test_connections_follow_from_littles_law(
    rate: float, latency: float, http1: int, http2: int
) -> None:
    found = of_john(rate, latency)
    assert found.rest.connections == http1
    assert found.grpc.connections == found.rest_http2.connections == http2


@given(st.floats(1e-3, 1e6), st.floats(1e-6, 100.0), st.integers(2, 50))
def test_more_calls_take_no_fewer_connections_and_bytes_in_proportion(
    rate: float, latency: float, times: int
) -> None:
    less, more = of_john(rate, latency), of_john(rate * times, latency)
    assert more.rest.connections >= less.rest.connections >= less.grpc.connections >= 1
    assert more.grpc.month == pytest.approx(times * less.grpc.month)
    assert more.rest.cores.high == pytest.approx(times * less.rest.cores.high)


# Time to encode and decode

# Other runs than those that the spans are from: bytes, then nanoseconds to write and to read.
# eishay/jvm-serializers, wiki; djkoloski/rust_serialization_benchmark, README of 2023-09-06.
RUNS: Final = {
    "Java 2023 json/dsl-json": (JSON, 488, 565, 1082),
    "Java 2017 json/jackson": (JSON, 485, 1772, 3089),
    "Java 2017 json/fastjson": (JSON, 486, 1250, 1208),
    "Rust log serde_json": (JSON, 1_827_461, 4.4715e6, 8.6854e6),
    "Rust log simd-json": (JSON, 1_827_461, 2.3071e6, 6.0737e6),
    "Rust mesh serde_json": (JSON, 26_192_883, 101.55e6, 87.895e6),
    "Java 2016 protobuf": (PROTOBUF, 239, 1173, 719),
    "Java 2023 protobuf": (PROTOBUF, 242, 875, 527),
}


@pytest.mark.parametrize("run", RUNS)
def test_other_measurements_lie_within_the_spans(run: str) -> None:
    speed, size, write, read = RUNS[run]
    assert speed.encode.low <= size / write * 1e9 <= speed.encode.high
    assert speed.decode.low <= size / read * 1e9 <= speed.decode.high


def test_the_round_figures_of_napkin_math_lie_about_the_span() -> None:
    """100 MiB/s for serialization such as JSON, 1 GiB/s for a fast one."""
    assert JSON.encode.low < 100 * 2**20 < JSON.encode.high
    assert JSON.decode.low < 100 * 2**20 < JSON.decode.high
    assert PROTOBUF.encode.low < 2**30 < PROTOBUF.encode.high


def test_the_time_of_a_call_is_that_of_its_bytes() -> None:
    """Two messages of 485 bytes of JSON, each written and read at the fastest: 1,332 ns each."""
    text = {"name": "J" * (485 - len('{"name":"","id":2}')), "id": 2}
    assert len(json_bytes(text)) == 485
    found = exchange(USER, text, 1e6, 0.001).rest
    assert found.cpu.low == pytest.approx(2 * 1332e-9)
    assert found.cores.low == pytest.approx(2 * 1.332)


# Ratios


def test_ratios_are_rest_over_grpc() -> None:
    found = of_john().ratios
    assert found.message == 22 / 8
    assert found.connections == 50.0
    assert found.warm == pytest.approx(312 / 82)
    assert isinstance(found.cpu, Span)
    assert found.cpu.low < 22 / 8 < found.cpu.high


def test_nothing_has_no_ratio() -> None:
    found = exchange(EMPTY, {}, 1.0, 1.0).ratios
    assert (found.message, found.cpu) == (None, None)
    assert found.warm is not None


# Refusals


@pytest.mark.parametrize(
    ("rate", "latency", "price", "words"),
    [
        (0.0, 1.0, 0.0, "rate is 0; expected more than 0 requests a second"),
        (float("nan"), 1.0, 0.0, "rate is nan"),
        (float("inf"), 1.0, 0.0, "rate is inf"),
        (1.0, -1.0, 0.0, "latency is -1; expected more than 0 seconds"),
        (1.0, 1.0, -0.1, "price is -0.1; expected 0 or more dollars per GB"),
    ],
)
def test_numbers_that_cannot_be_are_refused(
    rate: float, latency: float, price: float, words: str
) -> None:
    with pytest.raises(MessageError, match=words):
        of_john(rate, latency, price=price)


def test_samples_that_do_not_fit_are_refused() -> None:
    with pytest.raises(MessageError, match="id: read"):
        exchange(USER, {"id": "two"}, 1.0, 1.0)
    with pytest.raises(MessageError, match=r"the response\.name: read 1"):
        of_john(response=(USER, {"name": 1}))


# Words
