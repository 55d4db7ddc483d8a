"""A Redis server counts: its HyperLogLog beside the formula, the exact number and our reading.

Needs redis-server on the PATH; no client library, the protocol is a few lines.
"""

from __future__ import annotations

import math
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import Any

import pytest

from estimators.sketches.cardinality import cardinality
from estimators.sketches.confidence import spread
from estimators.sketches.hyperloglog import hyperloglog_for_precision
from estimators.sketches.measure import measure_hyperloglog

SERVER = shutil.which("redis-server")
REDIS = hyperloglog_for_precision(14, "redis")
ERROR = 0.0081
"""What Redis says of itself (redis.io, HyperLogLog): a standard error of 0.81%."""
BATCH = 1000
"""Elements to a PFADD."""

pytestmark = pytest.mark.skipif(SERVER is None, reason="redis-server is not installed")

Ask = Callable[..., Any]


def answer(stream: BufferedReader) -> Any:
    """One reply of the Redis protocol, RESP2."""
    kind, rest = (line := stream.readline())[:1], line[1:-2]
    match kind:
        case b"+":
            return rest.decode()
        case b":":
            return int(rest)
        case b"$":
            return stream.read(int(rest) + 2)[:-2]
        case b"*":
            return [answer(stream) for _ in range(int(rest))]
        case _:
            raise AssertionError(line)


def connected(path: str, server: subprocess.Popen[bytes]) -> socket.socket:
    """A connection, as soon as the server takes one."""
    for _ in range(200):
        assert server.poll() is None, "redis-server ended before it could be asked"
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(path)
        except OSError:
            connection.close()
            time.sleep(0.05)
        else:
            return connection
    raise AssertionError("redis-server takes no connections")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Ask a server of our own, that listens on a socket of its own and writes nothing."""
    folder = tmp_path_factory.mktemp("redis")
    path = str(folder / "s")
    command = [str(SERVER), "--port", "0", "--unixsocket", path, "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            with connected(path, server) as connection, connection.makefile("rb") as stream:

                def send(*words: object) -> Any:
                    texts = [str(word).encode() for word in words]
                    parts = [b"$%d\r\n%s\r\n" % (len(text), text) for text in texts]
                    connection.sendall(b"*%d\r\n" % len(parts) + b"".join(parts))
                    return answer(stream)

                yield send
        finally:
            server.terminate()


def add(ask: Ask, key: str, items: int) -> None:
    """Add so many different elements, each twice."""
    for _ in range(2):
        for first in range(0, items, BATCH):
            last = min(first + BATCH, items)
            ask("PFADD", key, *(f"{key}:{number}" for number in range(first, last)))


@pytest.mark.parametrize("items", [1, 100, 1000, 10_000, 50_000, 100_000])
def test_redis_counts_to_three_standard_errors(ask: Ask, items: int) -> None:
    key = f"count:{items}"
    add(ask, key, items)
    assert abs(ask("PFCOUNT", key) - items) <= 3 * ERROR * items


@pytest.mark.parametrize("items", [0, 1, 2, 7, 100, 5000, 30_000, 100_000])
def test_we_read_the_registers_of_redis_as_it_reads_them(ask: Ask, items: int) -> None:
    """The very same number: Redis rounds the estimate of Ertl (2017)."""
    key = f"read:{items}"
    ask("PFADD", key)
    add(ask, key, items)
    counted = ask("PFCOUNT", key)
    registers = ask("PFDEBUG", "GETREG", key)
    assert len(registers) == REDIS.registers == 16_384
    histogram = [registers.count(value) for value in range(64 - 14 + 2)]
    assert sum(histogram) == 16_384
    assert round(cardinality(histogram)) == counted


def test_a_dense_sketch_takes_in_redis_what_we_say(ask: Ask) -> None:
    add(ask, "dense", 20_000)
    assert ask("STRLEN", "dense") == REDIS.bytes


def test_the_error_of_redis_is_ours_and_below_the_formula(ask: Ask) -> None:
    """Twenty sketches of half as many items as registers, where it is below the standard error."""
    items, sketches = 8000, 20
    squares = []
    for number in range(sketches):
        add(ask, key := f"many:{number}", items)
        squares.append((ask("PFCOUNT", key) / items - 1) ** 2)
    low, high = spread(math.sqrt(sum(squares) / sketches), sketches)
    ours = measure_hyperloglog(REDIS, items, sketches=200)
    assert ours.holds
    assert low <= ours.measured <= high
    assert low < REDIS.error


def test_the_formula_is_the_error_that_redis_states() -> None:
    assert REDIS.error == pytest.approx(ERROR, abs=0.00005)
