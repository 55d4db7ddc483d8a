"""How HTTP/2 shrinks headers: the exact size of a header block under HPACK.

What was sent before on a connection is in a table on both ends and takes one byte from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

Header = tuple[str, str]
Headers = tuple[Header, ...]

DEFAULT_LIMIT: Final = 4096
"""SETTINGS_HEADER_TABLE_SIZE unless a peer says otherwise."""
ENTRY_OVERHEAD: Final = 32
"""Bytes that an entry of the table counts beside its name and value."""

# RFC 7541, appendix A.
STATIC: Final[Headers] = (
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"),
    (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"), (":status", "200"),
    (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
    (":status", "404"), (":status", "500"), ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""),
    ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""),
    ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
    ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""),
    ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""),
    ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
    ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""),
    ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""),
    ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
    ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""),
    ("via", ""), ("www-authenticate", ""),
)  # fmt: skip

# RFC 7541, appendix B: the characters whose codes are so many bits long.
CODES: Final = {
    5: b"012aceiost",
    6: b" %-./3456789=A_bdfghlmnpru",
    7: b":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz",
    8: b"&*,;XZ",
    10: b'!"()?',
    11: b"'+|",
    12: b"#>",
    13: b"\x00$@[]~",
    14: b"^}",
    15: b"<`{",
    19: b"\\\xc3\xd0",
    20: b"\x80\x82\x83\xa2\xb8\xc2\xe0\xe2",
    21: b"\x99\xa1\xa7\xac\xb0\xb1\xb3\xd1\xd8\xd9\xe3\xe5\xe6",
    22: b"\x81\x84\x85\x86\x88\x92\x9a\x9c\xa0\xa3\xa4\xa9\xaa\xad\xb2\xb5\xb9\xba\xbb\xbd\xbe\xc4"
    b"\xc6\xe4\xe8\xe9",
    23: b"\x01\x87\x89\x8a\x8b\x8c\x8d\x8f\x93\x95\x96\x97\x98\x9b\x9d\x9e\xa5\xa6\xa8\xae\xaf\xb4"
    b"\xb6\xb7\xbc\xbf\xc5\xe7\xef",
    24: b"\t\x8e\x90\x91\x94\x9f\xab\xce\xd7\xe1\xec\xed",
    25: b"\xc7\xcf\xea\xeb",
    26: b"\xc0\xc1\xc8\xc9\xca\xcd\xd2\xd5\xda\xdb\xee\xf0\xf2\xf3\xff",
    27: b"\xcb\xcc\xd3\xd4\xd6\xdd\xde\xdf\xf1\xf4\xf5\xf6\xf7\xf8\xfa\xfb\xfc\xfd\xfe",
    28: b"\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x17\x18\x19\x1a\x1b"
    b"\x1c\x1d\x1e\x1f\x7f\xdc\xf9",
    30: b"\n\r\x16",
}
BITS: Final = {character: bits for bits, characters in CODES.items() for character in characters}


def block_size(
    headers: Headers, table: Headers = (), limit: int = DEFAULT_LIMIT
) -> tuple[int, Headers]:
    """The bytes of a header block, and the table that it leaves behind.

    A header that is in a table is its index alone. Any other is a literal that is added to the
    table, with the index of its name where that is known. A text is written in Huffman's code where
    that is shorter.

    Args:
        headers: in the order in which they are sent, names in lower case.
        table: what was sent before on the connection in this direction, the latest first.
        limit: the largest size of the table, in bytes.

    Returns:
        Bytes, without the head of a frame, and the new table.

    Source: RFC 7541 (HPACK), 4 (the table), 5 (integers and texts) and 6 (representations).
    """
    size = 0
    for name, value in headers:
        known = (*STATIC, *table)
        if (name, value) in known:
            size += integer_size(known.index((name, value)) + 1, 7)
            continue
        names = [each for each, _ in known]
        if name in names:
            size += integer_size(names.index(name) + 1, 6)
        else:
            size += 1 + text_size(name)
        size += text_size(value)
        table = tuple(_fitting(((name, value), *table), limit))
    return size, table


def _fitting(table: Headers, limit: int) -> Iterator[Header]:
    """As many of the latest entries as there is room for."""
    left = limit
    for name, value in table:
        left -= len(name.encode()) + len(value.encode()) + ENTRY_OVERHEAD
        if left < 0:
            return
        yield name, value


def text_size(text: str) -> int:
    """The bytes of a name or a value with its length, by Huffman's code where that is shorter.

    Source: RFC 7541, 5.2 and appendix B.
    """
    data = text.encode()
    size = min(len(data), huffman_size(data))
    return integer_size(size, 7) + size


def huffman_size(data: bytes) -> int:
    """The bytes of a text in HPACK's Huffman code, padded to whole bytes.

    Source: RFC 7541, 5.2 and appendix B.
    """
    return -(-sum(BITS[character] for character in data) // 8)


def integer_size(value: int, prefix: int) -> int:
    """The bytes of an integer that begins within a byte.

    Args:
        value: at least 0.
        prefix: bits that are left of the first byte.

    Source: RFC 7541, 5.1.
    """
    rest = value - (2**prefix - 1)
    return 1 if rest < 0 else 2 + max(rest.bit_length() - 1, 0) // 7
