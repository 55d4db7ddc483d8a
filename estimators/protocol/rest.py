"""A message as REST sends it: JSON, and how far it can be deflated."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any


def json_bytes(sample: Mapping[str, Any], blanks: bool = False) -> bytes:
    """A sample as JSON in UTF-8.

    Args:
        sample: the values.
        blanks: whether a blank follows each colon and comma, as where JSON is printed for people.

    Source: RFC 8259.
    """
    separators = (", ", ": ") if blanks else (",", ":")
    text = json.dumps(sample, ensure_ascii=False, allow_nan=False, separators=separators)
    return text.encode("utf-8")


def deflated(data: bytes) -> int:
    """How many bytes are left once they are deflated, measured on these very bytes.

    Few bytes grow: head and checksum are 6, and gzip's are 12 more.

    Args:
        data: a message in any format.

    Source: RFC 1950 and RFC 1951; RFC 9110, 8.4.1.2 (the deflate coding).
    """
    return len(zlib.compress(data))
