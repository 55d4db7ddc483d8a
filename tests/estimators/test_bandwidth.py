"""Bandwidth, held against what standards fix and against exact cases."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.bandwidth import egress, framed, ingress, link_share, offloaded, wire_rate
from models.units import registry

sizes = st.floats(1.0, 1e9)


def test_traffic_is_rate_times_size() -> None:
    assert ingress(200.0, 500.0) == 100e3
    assert egress(20e3, 500.0) == 10e6


def test_gigabit_ethernet_carries_949_megabits_of_tcp() -> None:
    """1460 of each 1538 bytes: the well-known 949.3 Mbit/s of a 1 Gbit/s link."""
    goodput = 1e9 * 1460 / framed(1460.0, 1460.0, 78.0)
    assert goodput == pytest.approx(949.285e6, rel=1e-6)


@pytest.mark.parametrize(
    ("payload", "frames"), [(0.0, 0), (1.0, 1), (1460.0, 1), (1461.0, 2), (14_600.0, 10)]
)
def test_frames_are_whole(payload: float, frames: int) -> None:
    assert framed(payload, 1460.0, 78.0) == payload + frames * 78


def test_whole_segments_do_not_take_one_frame_more() -> None:
    """4.38 KB are three segments, though some units divide to a hair more than 3."""
    for count in range(1, 200):
        payload = registry().Quantity(count * 1.46, "KB")
        segment = registry().Quantity(1460.0 / 1024, "KiB")
        header = registry().Quantity(78.0, "B")
        wire = framed(payload, segment, header).m_as("B")
        assert wire == pytest.approx(count * 1538, rel=1e-9)


def test_a_segment_of_nothing() -> None:
    assert not math.isfinite(framed(1460.0, 0.0, 78.0))


@given(sizes, sizes, sizes)
def test_wire_rate_without_compression_is_both_parts(
    rate: float, payload: float, overhead: float
) -> None:
    assert wire_rate(rate, payload, overhead) == pytest.approx(
        egress(rate, payload) + egress(rate, overhead)
    )


def test_headers_are_not_compressed() -> None:
    """1000 messages a second of 1 KB at 4:1 with 200 B of headers."""
    assert wire_rate(1000.0, 1000.0, 200.0, 4.0) == 450e3
    assert not math.isfinite(wire_rate(1000.0, 1000.0, 200.0, 0.0))


def test_a_cdn_leaves_the_misses() -> None:
    assert offloaded(1e12, 0.95) == pytest.approx(50e9)
    assert offloaded(1e12, 0.0) == 1e12
    assert offloaded(1e12, 1.0) == 0.0
    assert math.isnan(offloaded(1e12, 1.05))


def test_share_of_a_link() -> None:
    """926 Mbit/s on a link of 10 Gbit/s."""
    assert link_share(926e6 / 8, 10e9 / 8) == pytest.approx(0.0926)
    assert not math.isfinite(link_share(1.0, 0.0))
