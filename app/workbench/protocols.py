"""The workbench of protocols: a message and a rate, as gRPC and as REST."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.workbench.asked import Asked
from app.workbench.bench import Answer, Ask, Bench, claims
from models.units import Unit

RATE: Final = Unit((("request", 1), ("s", -1)))
TIME: Final = Unit((("ms", 1),))
PRICE: Final = Unit((("USD", 1), ("GB", -1)))
GB: Final = 1e9
USER: Final = "message User { string name = 1; int32 id = 2; }"
"""The example that the source of the documented figures gives."""
JOHN: Final = '{"name": "John", "id": 2}'


def protocol(asked: Asked) -> Answer:
    """A message as gRPC and as REST, byte by byte, beside what is documented of the two."""
    from app.reports.protocol import protocol_charts, protocol_json, protocol_report
    from estimators.protocol.exchange import exchange
    from estimators.protocol.wire import sizes
    from models.message_sample import read_sample, sample_of
    from models.proto import read_message
    from presets.reference import reference

    given = asked.text("sample", "" if asked.states("message") else JOHN)
    with _about("message"):
        message = read_message(asked.text("message", USER))
    with _about("sample"):
        sample = read_sample(message, given) if given else sample_of(message)
    both = exchange(
        message,
        sample,
        asked.quantity("rate", RATE, "10K request/s"),
        asked.quantity("latency", TIME, "20 ms"),
        price=asked.quantity("price", PRICE, "$0.01/GB") * GB,
    )
    fields, said = sizes(message, sample), claims("protocols")
    return Answer(
        protocol_report(message, both, fields, said, reference("grpc-rest")),
        protocol_json(message, both, fields, said),
        protocol_charts(both),
    )


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Say of what a refusal is."""
    from models.message import MessageError

    try:
        yield
    except MessageError as error:
        raise MessageError(f"{name}: {error}") from None


BENCHES: Final = (
    Bench(
        "protocol",
        "gRPC beside REST",
        "What a message takes both ways: bytes, connections, time, money.",
        (
            Ask("message", "Message", USER, "fields as in a .proto file, nested ones too"),
            Ask("sample", "Sample", JOHN, "its values as JSON; made up where empty"),
            Ask("rate", "Rate", "10K request/s", "calls a second, at the peak"),
            Ask("latency", "Latency", "20 ms", "how long a call takes, for the connections"),
            Ask("price", "Price", "$0.01/GB", "of a GB on the wire; between zones by default"),
        ),
        protocol,
    ),
)
