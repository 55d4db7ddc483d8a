"""gRPC against REST for one message at a rate: bytes, connections, bandwidth, time and money."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from estimators.protocol.http import (
    GRPC_PREFIX,
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
from estimators.protocol.rest import deflated, json_bytes
from estimators.protocol.wire import encode
from models.message import Message, MessageError
from models.message_sample import check_sample

MONTH: Final = 365 * 86_400 / 12
"""Seconds; a year is 365 days."""
GB: Final = 1e9
STREAMS: Final = 100
"""Concurrent streams of an HTTP/2 connection: RFC 9113, 6.5.2 recommends no fewer."""
INTER_ZONE: Final = 0.01
"""Dollars a GB between zones (sirupsen/napkin-math, cost numbers)."""

Billed = Literal["both", "requests", "responses"]


@dataclass(frozen=True, slots=True)
class Span:
    """From the lowest to the highest that was published."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a core turns objects into bytes and back, in bytes of the format a second."""

    encode: Span
    decode: Span


# Bytes over seconds of published runs, one thread each. The messages of jvm-serializers have 239 to
# 488 bytes, those of rust_serialization_benchmark 0.76 MB (log) and 8.75 MB (mesh) in protobuf.
PROTOBUF: Final = Speed(
    # Java on Linux, 2023; Rust's prost, where the objects are there already.
    encode=Span(242 / 1369e-9, 764_951 / 565.64e-6),
    # Rust's prost: many texts, and numbers alone.
    decode=Span(764_951 / 4.1358e-3, 8_750_000 / 17.081e-3),
)
JSON: Final = Speed(
    # Java's Gson, 2017; Java's DSL-JSON, 2016.
    encode=Span(486 / 7076e-9, 485 / 526e-9),
    decode=Span(486 / 4894e-9, 485 / 806e-9),
)
SPEED_SOURCES: Final = (
    "eishay/jvm-serializers, wiki: Home of 2016-07-09 (json/dsl-platform 526 and 806 ns, 485 B) "
    "and Staging Results of 2017-07-22 (json/google-gson 7076 and 4894 ns, 486 B); Newer Results "
    "on Different Hardware of 2023-10-08 (protobuf 1369 ns to write, 242 B)",
    "djkoloski/rust_serialization_benchmark, README of 2023-09-06, prost 0.11.9: log (565.64 us "
    "and 4.1358 ms, 764,951 B) and mesh (17.081 ms to read, 8,750,000 B)",
    "sirupsen/napkin-math, README: serialization 100 MiB/s, fast serialization 1 GiB/s",
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One message one way, in bytes.

    Args:
        message: the message itself.
        deflated: the message after zlib, measured on it; not part of the sums.
        overhead: framing and headers.
    """

    message: int
    deflated: int
    overhead: Overhead

    @property
    def first(self) -> int:
        """All that is sent for the first message on a connection."""
        return self.message + self.overhead.framing + self.overhead.first

    @property
    def warm(self) -> int:
        """All that is sent for a later one."""
        return self.message + self.overhead.framing + self.overhead.warm


@dataclass(frozen=True, slots=True)
class Side:
    """What calls take one way of sending them.

    Args:
        name: such as gRPC.
        http: the version of HTTP beneath, such as HTTP/2.
        request: one request.
        response: one response.
        at_once: calls that one connection carries at a time.
        connections: that are needed on average.
        bandwidth: bytes a second, both ways together.
        month: bytes a month, both ways together.
        money: dollars a month for the bytes that are billed.
        cpu: seconds of a core to encode and decode request and response, on both ends together.
        cores: that are busy with it, on both ends together.
    """

    name: str
    http: str
    request: Leg
    response: Leg
    at_once: int
    connections: int
    bandwidth: float
    month: float
    money: float
    cpu: Span
    cores: Span

    @property
    def message(self) -> int:
        """Bytes of both messages alone."""
        return self.request.message + self.response.message

    @property
    def deflated(self) -> int:
        """Bytes of both messages, each deflated."""
        return self.request.deflated + self.response.deflated

    @property
    def first(self) -> int:
        """Bytes of the first call on a connection."""
        return self.request.first + self.response.first

    @property
    def warm(self) -> int:
        """Bytes of a later call."""
        return self.request.warm + self.response.warm

    def connections_at(self, rate: float, latency: float) -> int:
        """The connections that are needed on average at another rate, calls a second."""
        return _connections(rate * latency, self.at_once)


@dataclass(frozen=True, slots=True)
class Ratios:
    """REST over gRPC: above 1 gRPC takes less; None where gRPC takes nothing.

    Args:
        message: of the bytes of the messages alone.
        deflated: of those of the deflated messages.
        first: of the bytes of a first call.
        warm: of the bytes of a later call.
        connections: of the connections.
        cpu: of the time to encode and decode: the best of one against the worst of the other. Where
            1 lies within, the choice of a library decides.
    """

    message: float | None
    deflated: float | None
    first: float | None
    warm: float | None
    connections: float | None
    cpu: Span | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call as gRPC and as REST.

    Args:
        rate: calls a second.
        latency: how long one takes, in seconds.
        grpc: protobuf over HTTP/2.
        rest: JSON over HTTP/1.1.
        rest_http2: JSON over HTTP/2, which tells what HTTP/2 saves from what protobuf saves.
    """

    rate: float
    latency: float
    grpc: Side
    rest: Side
    rest_http2: Side

    @property
    def ratios(self) -> Ratios:
        """REST over HTTP/1.1 against gRPC."""
        rest, grpc = self.rest, self.grpc
        cpu = None
        if grpc.cpu.low > 0.0:
            cpu = Span(rest.cpu.low / grpc.cpu.high, rest.cpu.high / grpc.cpu.low)
        return Ratios(
            message=_ratio(rest.message, grpc.message),
            deflated=_ratio(rest.deflated, grpc.deflated),
            first=_ratio(rest.first, grpc.first),
            warm=_ratio(rest.warm, grpc.warm),
            connections=_ratio(rest.connections, grpc.connections),
            cpu=cpu,
        )


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None


NO_HEADERS: Final[Mapping[str, str | None]] = {}


def exchange(
    message: Message,
    sample: Mapping[str, Any],
    rate: float,
    latency: float,
    *,
    response: tuple[Message, Mapping[str, Any]] | None = None,
    price: float = INTER_ZONE,
    billed: Billed = "both",
    grpc_headers: Mapping[str, str | None] = NO_HEADERS,
    rest_headers: Mapping[str, str | None] = NO_HEADERS,
) -> Exchange:
    """What calls with a message take as gRPC and as REST.

    bytes a call = message + framing + headers, of request and response, on a warm connection
    bandwidth    = rate * bytes a call
    month        = bandwidth * 365 / 12 days
    connections  = ceil(rate * latency / requests at once), 1 over HTTP/1.1 and 100 over HTTP/2
    CPU time     = message / encoding speed + message / decoding speed, of request and response

    The connections are those that are busy on average: a pool is made for the peak. Connections
    stay open, over HTTP/1.1 too. Nothing is compressed. The CPU time is proportional to the bytes,
    from measurements on 240 bytes and more; below that a message costs more than its bytes tell.

    Args:
        message: of the request.
        sample: its values, as read_sample and sample_of give them.
        rate: calls a second.
        latency: how long one takes, in seconds.
        response: message and sample of the response; those of the request unless given.
        price: dollars per GB of 10^9 bytes.
        billed: which bytes that is paid for: both ways, as between zones, or responses alone, as
            for what leaves to the internet.
        grpc_headers: headers of gRPC's request to replace, add or (None) leave out.
        rest_headers: headers of REST's request to replace, add or (None) leave out.

    Returns:
        Both sides, and REST over HTTP/2 beside them.

    Raises:
        MessageError: a sample that is none of its message, or a number that cannot be.

    Source: Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9 (1961);
    RFC 9112, 9.3 (connections that persist, one request at a time); RFC 9113, 6.5.2; SPEED_SOURCES.
    """
    _positive("rate", rate, "requests a second")
    _positive("latency", latency, "seconds")
    _positive("price", price, "dollars per GB", zero=True)
    answer, answered = response or (message, sample)
    check_sample(message, dict(sample))
    check_sample(answer, dict(answered), "the response")

    def side(name: str, http: str, legs: tuple[Leg, Leg], speed: Speed, at_once: int) -> Side:
        request, reply = legs
        wire = request.warm + reply.warm
        paid = {"both": wire, "requests": request.warm, "responses": reply.warm}[billed]
        coded = request.message + reply.message
        # The highest speed makes the lowest time.
        low = coded / speed.encode.high + coded / speed.decode.high
        high = coded / speed.encode.low + coded / speed.decode.low
        return Side(
            name,
            http,
            request,
            reply,
            at_once=at_once,
            connections=_connections(rate * latency, at_once),
            bandwidth=rate * wire,
            month=rate * wire * MONTH,
            money=rate * paid * MONTH / GB * price,
            cpu=Span(low, high),
            cores=Span(rate * low, rate * high),
        )

    bodies = encode(message, sample), encode(answer, answered)
    texts = json_bytes(sample), json_bytes(answered)
    request = with_headers(GRPC_REQUEST, grpc_headers)
    heads = (
        with_headers(REST_REQUEST, {"content-length": str(len(texts[0])), **rest_headers}),
        with_headers(REST_RESPONSE, {"content-length": str(len(texts[1]))}),
    )
    grpc = (
        _leg(bodies[0], over_http2(request, len(bodies[0]), (), GRPC_PREFIX)),
        _leg(bodies[1], over_http2(GRPC_RESPONSE, len(bodies[1]), GRPC_TRAILERS, GRPC_PREFIX)),
    )
    rest = _leg(texts[0], over_http1(heads[0])), _leg(texts[1], over_http1(heads[1]))
    rest_http2 = (
        _leg(texts[0], over_http2(heads[0], len(texts[0]))),
        _leg(texts[1], over_http2(heads[1], len(texts[1]))),
    )
    return Exchange(
        rate,
        latency,
        grpc=side("gRPC", "HTTP/2", grpc, PROTOBUF, STREAMS),
        rest=side("REST", "HTTP/1.1", rest, JSON, 1),
        rest_http2=side("REST", "HTTP/2", rest_http2, JSON, STREAMS),
    )


def _leg(body: bytes, overhead: Overhead) -> Leg:
    return Leg(len(body), deflated(body), overhead)


def _positive(name: str, value: float, unit: str, zero: bool = False) -> None:
    if not (math.isfinite(value) and (value > 0.0 or (zero and value == 0.0))):
        least = "0 or more" if zero else "more than 0"
        raise MessageError(f"{name} is {value:g}; expected {least} {unit}")


def _connections(busy: float, at_once: int) -> int:
    """Requests under way over those that one connection carries; at least one connection."""
    # Seven requests are seven, even where the product comes out as 7.000000000000001.
    return max(1, math.ceil(busy / at_once * (1.0 - 1e-12)))
