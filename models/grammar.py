"""The grammar of quantities as people type them, read without any evaluator.

    figure  = [ ~ < > <= >= = ] value
    value   = amount [ ("to" | ".." | "+-") amount ]  |  amount "every" value-of-time
    amount  = ["$"] number [scale] [unit]
    scale   = K M B T, thousand, million, billion, trillion
    unit    = ("%" | "x" | factor) { ("*" | "/" | "per") [number] [scale] factor }
    factor  = name [ ("^" | "**") digits ]

`B` is a byte where the field is information and no unit follows it, else a billion. Without a
field, `500 B` and `500 B/url` are bytes and a glued `1B` is a billion. `qps`, `rps` and a leading
`/s` take the field's noun, and `500 B` is `500 B/url` where the field is so.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from models.quantity import Comparator, Figure, Quantity, QuantityError, Range, Spread, Value
from models.units import DIMENSIONLESS, NUMBER, Unit, UnitError, Vocabulary, exponent

LONGEST: Final = 200
SCALE: Final = {
    "K": 3, "k": 3, "M": 6, "B": 9, "T": 12,
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
}  # fmt: skip
RATE_WORDS: Final = ("qps", "rps", "QPS", "RPS")
RESERVED: Final = frozenset(
    ("to", "per", "every", "nan", "inf", *DIMENSIONLESS, *SCALE, *RATE_WORDS)
)
"""Words that a quantity reads in a way of its own, so that no noun may be called so."""
COMPARATORS: Final[dict[str, Comparator]] = {
    "~": "~", "≈": "~", "<": "<", "<=": "<", "≤": "<", ">": ">", ">=": ">", "≥": ">", "=": "=",
}  # fmt: skip
TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_,]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[^\W\d_]\w*)"
    r"|(?P<sign>\.\.|\*\*|<=|>=|\+/?-|[-+*/^%$~<>=≤≥≈±]))"
)
PLUS_MINUS: Final = ("+-", "±", "+/-")
GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?(?:[eE].*)?")
UNDERSCORED: Final = re.compile(r"[\d.](?:_?[\d.])*(?:[eE].*)?")


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


END: Final = Token("end", "", -1, -1)


@dataclass(frozen=True, slots=True)
class Amount:
    """One end of a value as it was read: digits, power of ten and, where stated, its unit."""

    digits: str
    power: int
    divisor: float
    unit: Unit | None

    def magnitude(self, power: int | None = None) -> float:
        """The number itself, correctly rounded from its decimal text."""
        mantissa, _, exponent = self.digits.lower().partition("e")
        shift = int(exponent or 0) + (self.power if power is None else power)
        return float(f"{mantissa}e{shift}") / self.divisor


def read_value(text: str, vocabulary: Vocabulary, field: Unit | None = None) -> Value:
    """Read a quantity or a range.

    Args:
        text: what was typed.
        vocabulary: the units and nouns that may occur.
        field: the unit a bare number takes, and whose dimension the result must have.

    Raises:
        QuantityError: one line with the text and what is expected.
    """
    return _Reader(text, vocabulary, field).whole_value()


def read_figure(text: str, vocabulary: Vocabulary, field: Unit | None = None) -> Figure:
    """Read a documented figure: a comparator, if any, and one quantity.

    Raises:
        QuantityError: one line with the text and what is expected.
    """
    reader = _Reader(text, vocabulary, field)
    comparator: Comparator = "="
    if reader.peek().text in COMPARATORS:
        comparator = COMPARATORS[reader.take().text]
    value = reader.whole_value()
    if not isinstance(value, Quantity):
        raise QuantityError(f"{text!r} is a range; a documented figure is one value")
    return Figure(comparator, value)


def read_unit(text: str, vocabulary: Vocabulary) -> Unit:
    """Read a unit alone: `redirect/user/day`, `TB`, `%`, or nothing for a plain number.

    Raises:
        UnitError: an unknown name, or text that is no unit.
    """
    if not text.strip():
        return NUMBER
    try:
        reader = _Reader(text, vocabulary, None)
        unit, divisor = reader.unit()
        reader.expect_end("a unit such as redirect/s")
    except QuantityError as error:
        raise UnitError(str(error)) from None
    if divisor != 1:
        raise UnitError(f"unit {text!r} has a number in it; expected names alone, as in url/day")
    return unit


class _Reader:
    """One pass over the tokens of one text."""

    def __init__(self, text: str, vocabulary: Vocabulary, field: Unit | None) -> None:
        if len(text) > LONGEST:
            raise QuantityError(
                f"{text[:20]!r}... is {len(text):,} characters long; "
                f"expected a quantity of at most {LONGEST}"
            )
        self.text, self.vocabulary, self.field = text.strip(), vocabulary, field
        self.tokens, self.next = self._tokens(), 0

    def _tokens(self) -> list[Token]:
        tokens, at = [], 0
        while at < len(self.text):
            match = TOKEN.match(self.text, at)
            if not match or not match.lastgroup:
                raise self.error(f"{self.text[at:].strip()[:1]!r} has no place in a quantity")
            kind = match.lastgroup
            tokens.append(Token(kind, match[kind], match.start(kind), match.end(kind)))
            at = match.end()
        return tokens

    def error(self, why: str) -> QuantityError:
        return QuantityError(f"{self.text!r}: {why}")

    def peek(self, ahead: int = 0) -> Token:
        at = self.next + ahead
        return self.tokens[at] if at < len(self.tokens) else END

    def take(self) -> Token:
        token = self.peek()
        self.next += 1
        return token

    def takes(self, *texts: str) -> bool:
        """Step over the next token if it is one of these."""
        if self.peek().text in texts and self.peek() is not END:
            self.next += 1
            return True
        return False

    def expect_end(self, expected: str) -> None:
        if self.peek() is not END:
            raise self.error(
                f"{self.text[self.peek().start :]!r} is left over; expected {expected}"
            )

    def example(self) -> str:
        return f"a number in {self.field}" if self.field and str(self.field) else "a number"

    # Values

    def whole_value(self) -> Value:
        first = self.amount()
        if self.takes("every"):
            value = self.every(first)
        elif self.takes("to", ".."):
            value = self.range(first, self.amount())
        elif self.takes(*PLUS_MINUS):
            value = self.spread(first, self.amount())
        elif self.peek().text == "-":
            raise self.error("a range is written with `to`, as in 4 to 16")
        else:
            value = self.quantity(first, first.unit)
        self.expect_end("one quantity, or a range such as 4 to 16 or 10 +- 20%")
        self.check_dimension(value)
        return value

    def quantity(self, amount: Amount, unit: Unit | None, power: int | None = None) -> Quantity:
        magnitude = amount.magnitude(power)
        unit = self.per_noun(unit) if unit is not None else self.field or NUMBER
        if not math.isfinite(magnitude) or not _has_size(magnitude, unit):
            raise self.error("the number is too large; expected one below 1e308")
        if not magnitude and amount.digits.lower().partition("e")[0].strip("0._,"):
            raise self.error("the number is too small; expected one above 1e-308")
        return Quantity(magnitude, unit)

    def per_noun(self, unit: Unit) -> Unit:
        """`500 B` where the field is B/url: what is counted below the line may be left unsaid."""
        if self.field is None or unit.dimension == self.field.dimension:
            return unit
        nouns = tuple(f for f in self.field.factors if f[1] < 0 and self.vocabulary.is_noun(f[0]))
        full = Unit((*unit.factors, *nouns))
        return full if full.dimension == self.field.dimension else unit

    def range(self, low: Amount, high: Amount) -> Range:
        """Ends share a unit that is said once; a suffix said once is taken only if it is clear."""
        bare = not low.power and low.unit is None
        if bare and high.power and 0 < float(low.digits) < float(high.digits):
            k = _suffix(high.power)
            raise self.error(
                f"is the lower end {low.digits} or {low.digits}{k}? "
                f"Write {low.digits}{k} to {high.digits}{k}, or both ends in full"
            )
        bottom = self.quantity(low, low.unit if low.unit is not None else high.unit)
        top = self.quantity(high, high.unit if high.unit is not None else low.unit)
        return self.checked_range(bottom, top)

    def spread(self, middle: Amount, half: Amount) -> Spread:
        """`100M +- 20%` or `100M +- 20M`; a suffix said once is taken only if it is clear."""
        percentage = half.unit is not None and half.unit.factors == (("%", 1),)
        bare = half.unit is None and not half.power
        if (
            not percentage
            and bool(middle.power) != bool(half.power)
            and (bare or middle.unit is None)
        ):
            k = _suffix(middle.power or half.power)
            digits = half.digits if middle.power else middle.digits
            raise self.error(f"is it {digits} or {digits}{k}? Write both in full")
        centre = self.quantity(middle, middle.unit or (None if percentage else half.unit))
        around = self.quantity(half, half.unit or centre.unit)
        spread = Spread(centre, around)
        if not percentage and around.dimension != centre.dimension:
            raise self.error(f"+- is in {around.unit or 'no unit'}, the middle in {centre.unit}")
        if not _has_size(spread.high.magnitude, spread.unit):
            raise self.error("the number is too large; expected one below 1e308")
        if spread.low.base <= 0:
            raise self.error("the lower end is not above zero; expected less after +-, or a to b")
        return spread

    def checked_range(self, low: Quantity, high: Quantity) -> Range:
        if low.dimension != high.dimension:
            raise self.error(f"one end is in {low.unit or 'no unit'}, the other in {high.unit}")
        if low.base > high.base:
            raise self.error(f"the lower end is above the upper; expected {high.text} first")
        if low.base <= 0:
            raise self.error("a range needs a lower end above zero")
        return Range(low, high)

    def every(self, amount: Amount) -> Value:
        """`1 ping/driver every 3 to 6 s`: a count in each stretch of time is a rate."""
        counted = self.quantity(amount, amount.unit)
        first = self.amount()
        gap = self.range(first, self.amount()) if self.takes("to", "..") else None
        ends = (gap.low, gap.high) if gap else (self.quantity(first, first.unit),)
        if any(dict(end.dimension) != {"[time]": 1} or not end.base for end in ends):
            raise self.error("`every` is followed by a time above zero, as in every 3 to 6 s")
        rates = [
            Quantity(
                counted.magnitude / end.magnitude,
                Unit((*counted.unit.factors, *((n, -p) for n, p in end.unit.factors))),
            )
            for end in reversed(ends)
        ]
        return self.checked_range(*rates) if gap else rates[0]

    def check_dimension(self, value: Value) -> None:
        if self.field is None or value.dimension == self.field.dimension:
            return
        expected = str(self.field) or "a plain number"
        given = str(value.unit) or "a plain number"
        raise self.error(f"is in {given}; expected {expected}")

    # Amounts

    def amount(self) -> Amount:
        dollars = self.takes("$")
        token = self.take()
        if token.text == "-":
            raise self.error("a quantity is never negative; expected a number of at least 0")
        if token.kind != "number":
            raise self.error(f"expected {self.example()}, such as {self.sample()}")
        digits = self.digits(token.text)
        power = 0
        word = self.peek()
        glued = word.start == token.end
        if word.kind == "word" and (self.is_scale(word, glued) or (dollars and word.text == "B")):
            power = SCALE[self.take().text]
        unit, divisor = (None, 1.0) if not self.starts_unit() else self.unit(dollars)
        if dollars and unit is None:
            unit = Unit((("USD", 1),))
        return Amount(digits, power, divisor, unit)

    def sample(self) -> str:
        return f"100 {self.field}" if self.field and str(self.field) else "100M user"

    def digits(self, text: str) -> str:
        plain = GROUPED.fullmatch(text) if "," in text else UNDERSCORED.fullmatch(text)
        if not plain or ("," in text and "_" in text):
            raise self.error(
                f"in {text}, commas part thousands (1,000,000) and a point comes before decimals"
            )
        return text.replace(",", "").replace("_", "")

    def is_scale(self, word: Token, glued: bool) -> bool:
        if word.text != "B":
            return word.text in SCALE
        after = self.peek(1)
        followed = after.kind == "word" and after.text not in ("to", "per", "every")
        if followed or self.field is None:
            return followed or (glued and after.text not in ("/", "per"))
        return exponent(self.field.dimension, "[information]") <= 0

    def starts_unit(self) -> bool:
        token = self.peek()
        if token.kind == "word":
            return token.text not in ("to", "every")
        return token.text in ("/", "%")

    # Units

    def unit(self, dollars: bool = False) -> tuple[Unit, float]:
        """Read a unit; a number below the line (`url/30 day`) comes back apart."""
        factors: list[tuple[str, int]] = [("USD", 1)] if dollars else []
        divisor, below, noun_given = 1.0, False, dollars
        if self.peek().text in DIMENSIONLESS:
            factors, noun_given = [(self.take().text, 1)], True
        elif self.peek().text in RATE_WORDS and not dollars:
            self.take()
            factors, noun_given = [("s", -1)], False
        elif self.peek().text not in ("/", "per"):
            factors.append(self.factor())
            noun_given = True
        while self.peek().text in ("/", "*", "per"):
            below = self.take().text != "*"
            if self.peek().kind == "number":
                divisor *= float(self.digits(self.take().text)) ** (1 if below else -1)
            if below and self.peek().text in SCALE and self.peek(1).kind == "word":
                divisor *= 10.0 ** SCALE[self.take().text]
            name, power = self.factor()
            factors.append((name, -power if below else power))
        if not divisor or not math.isfinite(divisor):
            raise self.error("a unit is divided by nothing")
        unit = Unit(tuple(factors))
        return (unit if noun_given else self.of_field(unit)), divisor

    def of_field(self, rate: Unit) -> Unit:
        """A rate without a noun (`/s`, `qps`) counts what the field counts."""
        if self.field is None:
            return Unit((("request", 1), *rate.factors)) if self.said_rate() else rate
        nouns = tuple(f for f in self.field.above if self.vocabulary.is_noun(f[0]))
        counted = tuple(f for f in self.field.factors if self.vocabulary.is_noun(f[0]))
        for factors in ((*nouns, *rate.factors), (*counted, *rate.factors)):
            if Unit(factors).dimension == self.field.dimension:
                return Unit(factors)
        return Unit((*nouns, *rate.factors))

    def said_rate(self) -> bool:
        return any(token.text in RATE_WORDS for token in self.tokens)

    def factor(self) -> tuple[str, int]:
        token = self.take()
        if token.kind != "word":
            raise self.error("expected the name of a unit, such as GB or day")
        name = self.vocabulary.find(token.text)
        if name is None:
            raise self.error(
                f"{token.text!r} is no unit here; {self.vocabulary.nearest(token.text)}"
            )
        power = 1
        if self.takes("^", "**"):
            digit = self.take()
            if digit.text not in tuple("123456789"):
                raise self.error("a unit takes a small whole exponent, as in s^2")
            power = int(digit.text)
        return name, power


def _has_size(magnitude: float, unit: Unit) -> bool:
    """Whether a magnitude is finite in base units too."""
    try:
        return math.isfinite(unit.to_base(magnitude))
    except OverflowError:
        return False


def _suffix(power: int) -> str:
    return next(s for s, p in SCALE.items() if p == power and len(s) == 1)
