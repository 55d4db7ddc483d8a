"""How much moves: bytes in and out, what framing adds, what compression and a CDN take away."""

from __future__ import annotations

import numpy as np

from estimators.number import Number, divide, pure, share


def ingress(rate: Number, size: Number) -> Number:
    """Traffic that comes in.

    ingress = rate * size

    Args:
        rate: what arrives, things per time.
        size: bytes of each, information per thing.

    Returns:
        Information per time.

    Source: karanpratapsingh/system-design, README: bandwidth of the worked estimates.
    """
    return rate * size


def egress(rate: Number, size: Number) -> Number:
    """Traffic that goes out.

    egress = rate * size

    Args:
        rate: what is sent, things per time.
        size: bytes of each, information per thing.

    Returns:
        Information per time.

    Source: karanpratapsingh/system-design, README: bandwidth of the worked estimates.
    """
    return rate * size


def framed(payload: Number, segment: Number, header: Number) -> Number:
    """A payload with the headers of the frames that it is cut into.

    framed = payload + ceil(payload / segment) * header

    On Ethernet with TCP over IPv4: 1460 bytes a segment and 78 bytes a frame. 38 are Ethernet's
    (preamble 8, header 14, checksum 4, gap 12), 20 IPv4's and 20 TCP's, without options.

    Args:
        payload: bytes of one thing, information per thing. Sizes that vary take about half a frame
            more than their average does.
        segment: payload bytes that one frame carries, information per thing.
        header: bytes that each frame adds, information per thing.

    Returns:
        Bytes on the wire, information per thing. Not finite when segment is 0.

    Source: IEEE 802.3 (frame, preamble, gap); RFC 791 (IPv4 header); RFC 9293 (TCP header, 3.7.1
    for the segment size).
    """
    frames = pure(divide(payload, segment))
    # Three full segments are three frames, even where the division comes out as 3.0000000000000004.
    return payload + np.ceil(frames * (1.0 - 1e-12)) * header


def wire_rate(rate: Number, payload: Number, overhead: Number, ratio: Number = 1.0) -> Number:
    """Traffic with headers, where the payload alone is compressed.

    traffic = rate * (payload / ratio + overhead)

    Args:
        rate: messages, things per time.
        payload: bytes of one before compression, information per thing.
        overhead: bytes that headers and framing add to each, information per thing.
        ratio: payload bytes before compression for each after, a plain number (1 for none).

    Returns:
        Information per time. Not finite when ratio is 0.

    Source: RFC 9110, 8.4 (content codings act on the content, not on headers).
    """
    return rate * (divide(payload, ratio) + overhead)


def offloaded(traffic: Number, hit_ratio: Number) -> Number:
    """What the origin still sends behind a CDN: the fill of the CDN's caches.

    origin = traffic * (1 - hit_ratio)

    Args:
        traffic: what users are sent, information per time.
        hit_ratio: share of the bytes, not of the requests, that the CDN has, 0..1.

    Returns:
        Traffic of the origin, information per time. Not finite when hit_ratio is outside 0..1.

    Source: Nygren, Sitaraman and Sun, The Akamai Network (ACM SIGOPS OSR 44, 2010).
    """
    return traffic * (1.0 - share(hit_ratio))


def link_share(traffic: Number, link: Number) -> Number:
    """How much of a link some traffic takes.

    share = traffic / link

    Args:
        traffic: what flows, information per time.
        link: what the link carries at most, information per time.

    Returns:
        A plain number; above 1 the link is too small. Not finite when link is 0.

    Source: Kleinrock, Queueing Systems, volume 1 (1975): utilisation.
    """
    return pure(divide(traffic, link))
