"""Headers and frames, held against RFC 7541's examples, the hpack package and spelt-out bytes."""

from __future__ import annotations

from typing import Final

import pytest
from hpack import Encoder
from hpack.huffman_constants import REQUEST_CODES_LENGTH
from hpack.table import HeaderTable
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.protocol.hpack import (
    BITS,
    STATIC,
    Headers,
    block_size,
    huffman_size,
    integer_size,
)
from estimators.protocol.http import (
    GRPC_REQUEST,
    GRPC_RESPONSE,
    GRPC_TRAILERS,
    REST_REQUEST,
    REST_RESPONSE,
    Overhead,
    over_http1,
    over_http2,
    with_headers,
)
from models.message import MessageError

# HPACK

# RFC 7541, C.4: requests on one connection, with Huffman coding.
REQUESTS: Final = (
    (
        (
            (":method", "GET"), (":scheme", "http"), (":path", "/"),
            (":authority", "www.example.com"),
        ),
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    ),
    (
        (
            (":method", "GET"), (":scheme", "http"), (":path", "/"),
            (":authority", "www.example.com"), ("cache-control", "no-cache"),
        ),
        "8286 84be 5886 a8eb 1064 9cbf",
    ),
    (
        (
            (":method", "GET"), (":scheme", "https"), (":path", "/index.html"),
            (":authority", "www.example.com"), ("custom-key", "custom-value"),
        ),
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    ),
)  # fmt: skip
COOKIE: Final = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
# RFC 7541, C.6: responses with a table of 256 bytes, so that entries are evicted.
RESPONSES: Final = (
    (
        (
            (":status", "302"), ("cache-control", "private"),
            ("date", "Mon, 21 Oct 2013 20:13:21 GMT"), ("location", "https://www.example.com"),
        ),
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e"
        " 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
    ),
    (
        (
            (":status", "307"), ("cache-control", "private"),
            ("date", "Mon, 21 Oct 2013 20:13:21 GMT"), ("location", "https://www.example.com"),
        ),
        "4883 640e ffc1 c0bf",
    ),
    (
        (
            (":status", "200"), ("cache-control", "private"),
            ("date", "Mon, 21 Oct 2013 20:13:22 GMT"), ("location", "https://www.example.com"),
            ("content-encoding", "gzip"), ("set-cookie", COOKIE),
        ),
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7"
        " 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed"
        " 4ee5 b106 3d50 07",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("messages", "limit"), [(REQUESTS, 4096), (RESPONSES, 256)])
def test_blocks_are_as_long_as_in_the_rfc(
    messages: tuple[tuple[Headers, str], ...], limit: int
) -> None:
    table: Headers = ()
    for headers, expected in messages:
        size, table = block_size(headers, table, limit)
        assert size == len(bytes.fromhex(expected))


def test_the_table_is_left_as_in_the_rfc() -> None:
    """RFC 7541, C.6.3: three entries are left, 215 bytes by its own count."""
    table: Headers = ()
    for headers, _ in RESPONSES:
        _, table = block_size(headers, table, 256)
    assert [name for name, _ in table] == ["set-cookie", "content-encoding", "date"]
    assert sum(len(name) + len(value) + 32 for name, value in table) == 215


@pytest.mark.parametrize(("value", "prefix", "size"), [(10, 5, 1), (1337, 5, 3), (42, 8, 1)])
def test_integers_are_as_long_as_in_the_rfc(value: int, prefix: int, size: int) -> None:
    """RFC 7541, C.1."""
    assert integer_size(value, prefix) == size


def test_the_tables_are_those_of_the_hpack_package() -> None:
    assert [BITS[character] for character in range(256)] == REQUEST_CODES_LENGTH[:256]
    assert [(n.encode(), v.encode()) for n, v in STATIC] == list(HeaderTable.STATIC_TABLE)


@given(st.binary(max_size=80))
def test_huffman_codes_are_as_long_as_the_hpack_packages(data: bytes) -> None:
    assert huffman_size(data) == len(Encoder().huffman_coder.encode(data))


# Characters of at most eight bits, of which Huffman's code is never the longer one: the hpack
# package always uses it.
SHORT: Final = "".join(sorted(chr(character) for character, bits in BITS.items() if bits <= 8))
NAMES: Final = st.one_of(
    st.sampled_from(sorted({name for name, _ in STATIC})),
    st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=6),
)
LISTS: Final = st.lists(
    st.lists(st.tuples(NAMES, st.one_of(st.text(SHORT, max_size=200), st.sampled_from("abc"))))
    .map(tuple),
    max_size=6,
)  # fmt: skip


@given(LISTS, st.sampled_from([0, 64, 256, 4096]))
@settings(max_examples=150, deadline=None)
def test_blocks_are_as_long_as_the_hpack_packages(lists: list[Headers], limit: int) -> None:
    encoder, table = Encoder(), ()
    encoder.header_table.maxsize = limit
    for headers in lists:
        size, table = block_size(headers, table, limit)
        assert size == len(encoder.encode(headers))


@pytest.mark.parametrize(("value", "warm"), [(28, 1), (29, 1), (30, 25)])
def test_an_entry_may_fill_the_table_and_no_more(value: int, warm: int) -> None:
    """RFC 7541, 4.1: name, value and 32 bytes. A 0 takes five bits."""
    headers, encoder = (("x-a", "0" * value),), Encoder()
    encoder.header_table.maxsize = 64
    first, table = block_size(headers, (), 64)
    again, _ = block_size(headers, table, 64)
    assert [first, again] == [len(encoder.encode(headers)) for _ in range(2)]
    assert again == warm


@given(st.lists(st.tuples(NAMES, st.text(st.characters(codec="ascii")))).map(tuple))
@settings(deadline=None)
def test_a_block_is_never_longer_than_with_or_without_huffman(headers: Headers) -> None:
    size, _ = block_size(headers)
    assert size <= len(Encoder().encode(headers))
    assert size <= len(Encoder().encode(headers, huffman=False))


@pytest.mark.parametrize(
    ("headers", "trailers"),
    [(GRPC_REQUEST, ()), (GRPC_RESPONSE, GRPC_TRAILERS), (REST_REQUEST, ()), (REST_RESPONSE, ())],
)
def test_our_own_headers_are_as_long_as_the_hpack_packages(
    headers: Headers, trailers: Headers
) -> None:
    encoder = Encoder()
    first, warm = (
        len(encoder.encode(headers)) + len(encoder.encode(trailers)) for _ in ("first", "warm")
    )
    found = over_http2(headers, 100, trailers)
    assert (found.first, found.warm) == (first, warm)
    assert found.warm == len(headers) + len(trailers)


# HTTP/1.1

REQUEST_TEXT: Final = (
    b"POST /v1/users HTTP/1.1\r\n"
    b"Host: api.example.com\r\n"
    b"User-Agent: Go-http-client/1.1\r\n"
    b"Accept: application/json\r\n"
    b"Content-Type: application/json\r\n"
    b"Content-Length: 22\r\n"
    b"\r\n"
)
RESPONSE_TEXT: Final = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: application/json\r\n"
    b"Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
    b"Content-Length: 22\r\n"
    b"\r\n"
)


@pytest.mark.parametrize(
    ("headers", "text"), [(REST_REQUEST, REQUEST_TEXT), (REST_RESPONSE, RESPONSE_TEXT)]
)
def test_heads_are_as_long_as_they_are_spelt(headers: Headers, text: bytes) -> None:
    found = over_http1(with_headers(headers, {"Content-Length": "22"}))
    assert found == Overhead(framing=0, first=len(text), warm=len(text))


def test_a_status_brings_its_phrase() -> None:
    found = over_http1((*REST_RESPONSE[1:], (":status", "404")))
    assert found.first == over_http1(REST_RESPONSE).first + len("Not Found") - len("OK")


# Frames


@pytest.mark.parametrize(
    ("body", "data_frames"), [(0, 0), (1, 1), (16_384, 1), (16_385, 2), (1_000_000, 62)]
)
def test_a_body_is_cut_into_frames(body: int, data_frames: int) -> None:
    """RFC 9113, 4.2: 16,384 bytes a frame; an empty body needs none."""
    assert over_http2(REST_REQUEST, body).framing == 9 * (1 + data_frames)


def test_grpc_adds_a_prefix_and_trailers() -> None:
    """The prefix counts as data: 16,379 bytes fit one frame and 16,380 do not."""
    assert over_http2(GRPC_RESPONSE, 8, GRPC_TRAILERS, 5).framing == 5 + 3 * 9
    assert over_http2(GRPC_REQUEST, 0, (), 5).framing == 5 + 2 * 9
    assert over_http2(GRPC_REQUEST, 16_379, (), 5).framing == 5 + 2 * 9
    assert over_http2(GRPC_REQUEST, 16_380, (), 5).framing == 5 + 3 * 9


# Headers of one's own


def test_headers_are_replaced_added_and_left_out() -> None:
    other = {"User-Agent": "me", "authorization": "Bearer x", "te": None}
    found = with_headers(GRPC_REQUEST, other)
    assert ("user-agent", "me") in found
    assert found[-1] == ("authorization", "Bearer x")
    assert "te" not in dict(found)
    assert len(found) == len(GRPC_REQUEST)


@pytest.mark.parametrize(
    "other",
    [
        {"a b": "x"}, {"": "x"}, {"a": "x\r\nb: y"}, {"a": " x"}, {":path": None}, {":new": "x"},
    ],
)  # fmt: skip
def test_what_is_no_header_is_refused(other: dict[str, str | None]) -> None:
    with pytest.raises(MessageError):
        with_headers(GRPC_REQUEST, other)


def test_headers_of_more_than_a_frame_are_refused() -> None:
    headers = with_headers(REST_REQUEST, {"cookie": "c" * 40_000})
    for size in (over_http1, lambda h: over_http2(h, 1)):
        with pytest.raises(MessageError, match="expected at most 16,384"):
            size(headers)
