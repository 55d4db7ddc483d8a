"""What HTTP adds to a message: headers as text (HTTP/1.1) or packed (HTTP/2), and frames.

Not counted: TCP, IP and TLS (see estimators.bandwidth.framed), the handshakes of a connection, and
HTTP/2's own frames for settings, pings and flow control.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from estimators.protocol.hpack import Headers, block_size
from models.message import MessageError

FRAME_HEAD: Final = 9
LARGEST_FRAME: Final = 16_384
"""SETTINGS_MAX_FRAME_SIZE unless a peer says otherwise; also the most that headers may take here,
as servers refuse more than 8 to 16 KB."""
GRPC_PREFIX: Final = 5
"""A flag for compression and four bytes of length before each message."""

# What Go's net/http and grpc-go send, without cookies, credentials and deadlines.
REST_REQUEST: Final[Headers] = (
    (":method", "POST"),
    (":scheme", "https"),
    (":path", "/v1/users"),
    (":authority", "api.example.com"),
    ("user-agent", "Go-http-client/1.1"),
    ("accept", "application/json"),
    ("content-type", "application/json"),
    ("content-length", "0"),
)
REST_RESPONSE: Final[Headers] = (
    (":status", "200"),
    ("content-type", "application/json"),
    ("date", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ("content-length", "0"),
)
GRPC_REQUEST: Final[Headers] = (
    (":method", "POST"),
    (":scheme", "https"),
    (":path", "/example.v1.Users/Create"),
    (":authority", "api.example.com"),
    ("content-type", "application/grpc"),
    ("user-agent", "grpc-go/1.66.0"),
    ("te", "trailers"),
)
GRPC_RESPONSE: Final[Headers] = ((":status", "200"), ("content-type", "application/grpc"))
GRPC_TRAILERS: Final[Headers] = (("grpc-status", "0"), ("grpc-message", ""))

NAME: Final = re.compile(r":?[a-z0-9!#$%&'*+.^_`|~-]+")
PHRASES: Final = {str(status.value): status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Overhead:
    """What is sent beside a message one way, in bytes.

    Args:
        framing: heads of frames and prefixes.
        first: headers of the first message on a connection.
        warm: headers once the connection has carried the same before.
    """

    framing: int
    first: int
    warm: int


def with_headers(headers: Headers, other: Mapping[str, str | None]) -> Headers:
    """A list of headers with some of them replaced, left out (None) or added.

    Args:
        headers: name and value of each, names in lower case.
        other: values by name, in any case.

    Raises:
        MessageError: a name or a value that no header can have.

    Source: RFC 9110, 5.1 and 5.5 (names and values of fields).
    """
    new = {name.lower(): value for name, value in other.items()}
    for name, value in new.items():
        if not NAME.fullmatch(name):
            raise MessageError(f"{name[:40]!r} is no name of a header; expected such as user-agent")
        if value is not None and not (value.isprintable() and value == value.strip()):
            raise MessageError(f"header {name} has a value that is no single line of plain text")
        if name.startswith(":") and (value is None or name not in dict(headers)):
            raise MessageError(f"{name} cannot be added or left out; expected another value of it")
    kept = tuple((name, new.pop(name, value)) for name, value in headers)
    return tuple((name, value) for name, value in (*kept, *new.items()) if value is not None)


def over_http1(headers: Headers) -> Overhead:
    """The head of a message in HTTP/1.1: its first line, its headers and an empty line.

    The pseudo-headers of HTTP/2 give the first line and Host. All of it is sent every time.

    Args:
        headers: such as REST_REQUEST or REST_RESPONSE.

    Source: RFC 9112, 2.1 (message format), 3 (request line) and 4 (status line).
    """
    pseudo = dict(headers)
    if ":status" in pseudo:
        status = pseudo[":status"]
        lines = [f"HTTP/1.1 {status} {PHRASES.get(status, '')}"]
    else:
        lines = [f"{pseudo[':method']} {pseudo[':path']} HTTP/1.1"]
        lines.append(f"host: {pseudo[':authority']}")
    lines += [f"{name}: {value}" for name, value in headers if not name.startswith(":")]
    size = len("".join(f"{line}\r\n" for line in (*lines, "")).encode())
    return Overhead(0, _bounded(size), size)


def over_http2(headers: Headers, body: int, trailers: Headers = (), prefix: int = 0) -> Overhead:
    """Frames and packed headers of a message in HTTP/2.

    A HEADERS frame, as many DATA frames as the body takes, and a HEADERS frame for trailers.

    Args:
        headers: such as GRPC_REQUEST.
        body: bytes of the message.
        trailers: headers that follow the body, as gRPC's responses have them.
        prefix: bytes before the message, 5 in gRPC.

    Source: RFC 9113, 4.1 (frames), 6.1 (DATA) and 8.1 (message framing); RFC 7541 (HPACK);
    grpc/grpc, doc/PROTOCOL-HTTP2.md.
    """
    data = prefix + body
    frames = 1 + -(-data // LARGEST_FRAME) + bool(trailers)
    sizes: list[int] = []
    table: Headers = ()
    for _ in ("first", "warm"):
        head, table = block_size(headers, table)
        tail, table = block_size(trailers, table)
        sizes.append(_bounded(head) + _bounded(tail))
    return Overhead(prefix + FRAME_HEAD * frames, *sizes)


def _bounded(size: int) -> int:
    if size > LARGEST_FRAME:
        raise MessageError(f"headers of {size:,} bytes; expected at most {LARGEST_FRAME:,}")
    return size
