"""Samples of messages: what fits, what is refused and how, and what is made up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.message import MessageError
from models.message_sample import check_sample, read_sample, sample_of
from models.proto import read_message

USER = "message User { string name = 1; int32 id = 2; }"
BOOK = """\
message AddressBook { repeated Person people = 1; }
message Person {
  optional string email = 3;
  enum PhoneType { MOBILE = 0; HOME = 1; WORK = -2; }
  message PhoneNumber { string number = 1; PhoneType type = 2; }
  repeated PhoneNumber phones = 4;
  map<string, int32> scores = 5;
  repeated sint64 marks = 6;
}
"""
KINDS = (
    "int32 i = 1; uint64 u = 2; double d = 3; float f = 4; bool b = 5; string s = 6; bytes y = 7;"
    " repeated int32 r = 8; map<int32, bool> m = 9; map<bool, string> t = 10; E e = 11; A a = 12;"
    " enum E { RED = 0; BLUE = 3; } message A { string city = 1; }"
)


def refused(text: str, description: str) -> str:
    with pytest.raises(MessageError) as caught:
        read_sample(read_message(description), text)
    said = str(caught.value)
    assert said.isprintable()
    return said


def test_a_sample_is_read_as_it_was_given() -> None:
    given_ = '{"name": "John", "id": 2}'
    assert read_sample(read_message(USER), given_) == json.loads(given_)
    assert read_sample(read_message(USER), "{}") == {}


@pytest.mark.parametrize(
    "text",
    [
        '{"i": -2147483648, "u": 18446744073709551615, "d": 1e308, "f": 3.4028234e38}',
        '{"d": 3, "f": -0.0, "b": true, "s": "\\u0000\\ud83d\\ude00", "y": "AP8="}',
        '{"r": [], "m": {"-1": false}, "t": {"true": ""}, "e": "BLUE", "a": {}}',
        '{"e": 3, "a": {"city": "Delft"}, "y": ""}',
    ],
)
def test_values_that_fit_are_taken(text: str) -> None:
    assert read_sample(read_message(KINDS), text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"ii": 1}', "ii is no field of Message; did you mean i?"),
        ('{"a": {"town": 1}}', "a.town is no field of A; its fields: city"),
        ('{"i": "1"}', 'i: read "1"; expected a whole number (int32)'),
        ('{"i": 1.0}', "i: read 1.0; expected a whole number"),
        ('{"i": true}', "i: read true; expected a whole number"),
        ('{"i": null}', "i: read null"),
        ('{"i": 2147483648}', "i: read 2147483648; expected -2147483648 to 2147483647 (int32)"),
        ('{"u": -1}', "u: read -1; expected 0 to 18446744073709551615 (uint64)"),
        ('{"d": NaN}', "d: read NaN; expected a number that a double can hold"),
        ('{"d": -Infinity}', "d: read -Infinity"),
        ('{"d": 1e999}', "d: read Infinity"),
        ('{"f": 1e39}', "f: read 1e+39; expected a number that a float can hold"),
        ('{"d": 1' + "0" * 400 + "}", "d: read 1"),
        ('{"d": 1' + "0" * 5000 + "}", "thousands of digits"),
        ('{"b": 1}', "b: read 1; expected true or false"),
        ('{"s": 1}', "s: read 1; expected text in quotes"),
        ('{"s": "\\ud800"}', "expected text in quotes"),
        ('{"y": "AP8"}', 'y: read "AP8"; expected bytes in base64'),
        ('{"y": "é"}', "expected bytes in base64"),
        ('{"r": 1}', "r: read 1; expected a list"),
        ('{"r": [1, "x"]}', 'r[1]: read "x"'),
        ('{"m": []}', "m: read []; expected an object"),
        ('{"m": {"x": true}}', "expected a whole number (int32) in quotes as the key"),
        ('{"m": {"01": true}}', "expected a whole number (int32) in quotes as the key"),
        ('{"m": {"4294967296": true}}', "expected -2147483648 to 2147483647"),
        ('{"t": {"yes": ""}}', 'expected "true" or "false" as the key'),
        ('{"e": "GREEN"}', 'e: read "GREEN"; expected one of RED, BLUE'),
        ('{"e": 1}', "e: read 1; expected one of RED, BLUE"),
        ('{"e": false}', "e: read false"),
        ('{"a": 1}', "a: read 1; expected an object with the fields of A"),
        ("[1]", "the sample: read [1]; expected an object"),
        ('{"i": 1, "i": 2}', 'field "i" is given twice'),
        ('{"a": {"city": "", "city": ""}}', 'field "city" is given twice'),
        ('{"i": 1', "the sample is no JSON"),
        ("", "the sample is no JSON"),
        ('{"\\u001b[2J": 1}', "\\u001b[2J is no field"),
        ("[" * 100_000, "nested too deep"),
        (" " * 1_000_001, "expected at most 1,000,000"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(text: str, words: str) -> None:
    assert words in refused(text, KINDS)


def test_a_made_up_sample_fits_its_message() -> None:
    for text in (USER, BOOK, KINDS):
        message = read_message(text)
        sample = sample_of(message)
        assert set(sample) == {field.name for field in message.fields}
        assert read_sample(message, json.dumps(sample)) == sample


def test_a_made_up_sample_has_the_names_of_its_fields() -> None:
    assert sample_of(read_message(USER)) == {"name": "name", "id": 2}


def test_messages_that_multiply_are_not_made_up() -> None:
    """Four of each, twelve times over, would be 16 million values."""
    links = [
        f"message M{i} {{ " + "".join(f"M{i + 1} f{j} = {j}; " for j in range(1, 5)) + "}"
        for i in range(1, 13)
    ]
    message = read_message(" ".join([*links, "message M13 { bool x = 1; }"]))
    with pytest.raises(MessageError, match="more than 10,000 values; give a sample"):
        sample_of(message)


@pytest.mark.parametrize("sample", [None, 3, {"name": object()}, {3: 4}])
def test_values_from_python_are_refused_in_the_same_way(sample: Any) -> None:
    with pytest.raises(MessageError):
        check_sample(read_message(USER), sample)
