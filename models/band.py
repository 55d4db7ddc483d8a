"""A band: the percentiles between which a number lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.quantity import Quantity
from models.show import shown_ends, shown_range
from models.units import Unit


@dataclass(frozen=True, slots=True)
class Band:
    """What is not known of a number: 90% sure that it lies between `p5` and `p95`.

    Args:
        missing: the share of all that is believed in which the number has no finite value; the
            band is that of the rest.
    """

    p5: Quantity
    p50: Quantity
    p95: Quantity
    missing: float = 0.0

    @property
    def shown(self) -> str:
        """The ends for reading: `4.63K to 18.5K redirect/s`."""
        return shown_range(self.p5.magnitude, self.p95.magnitude, self.p5.unit)

    def ends(self, value: Quantity) -> tuple[str, str]:
        """The ends for reading beside the value, whose unit they need not repeat."""
        return shown_ends(self.p5.magnitude, self.p95.magnitude, value.magnitude, self.p5.unit)

    def beside(self, value: Quantity) -> str:
        """The ends in one text: `4.63K to 18.5K`."""
        return " to ".join(self.ends(value))

    def in_unit(self, unit: Unit) -> Band:
        """The same band in another unit of its dimension."""
        p5, p50, p95 = (Quantity.of_base(q.base, unit) for q in (self.p5, self.p50, self.p95))
        return Band(p5, p50, p95, self.missing)

    @property
    def why(self) -> str:
        """What there is to say where some of what is believed gives no number."""
        return f"no finite value in {self.missing:.2g} of what is believed" if self.missing else ""

    def dump(self) -> dict[str, Any]:
        """`{"p5", "p50", "p95"}` in the number's unit, and a `"why"` where some are missing."""
        ends = {"p5": self.p5, "p50": self.p50, "p95": self.p95}
        dumped = {name: end.dump()["value"] for name, end in ends.items()}
        return dumped | ({"why": self.why} if self.why else {})
