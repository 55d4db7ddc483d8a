"""Descriptions of messages and their samples: what is read, and what is refused and how."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.message import (
    Field,
    Message,
    MessageError,
    check_sample,
    read_message,
    read_sample,
    sample_of,
)

USER = "message User { string name = 1; int32 id = 2; }"
PERSON = """\
syntax = "proto3";
package tutorial;

// From the tutorial of protobuf, in proto3.
message Person {
  string name = 1;
  int32 id = 2;  /* unique */
  optional string email = 3;
  enum PhoneType { option allow_alias = false; MOBILE = 0; HOME = 1; WORK = -2; }
  message PhoneNumber {
    string number = 1;
    PhoneType type = 2;
  }
  repeated PhoneNumber phones = 4;
  map<string, int32> scores = 5;
  repeated sint64 marks = 6 [packed = false];
  reserved 7, 9 to 11;
}
message AddressBook { repeated .Person people = 1; }
"""


def refused(text: str) -> str:
    with pytest.raises(MessageError) as caught:
        read_message(text)
    said = str(caught.value)
    assert "\n" not in said
    return said


def sample_refused(text: str, description: str) -> str:
    with pytest.raises(MessageError) as caught:
        read_sample(read_message(description), text)
    said = str(caught.value)
    assert said.isprintable()
    return said


# Descriptions


def test_a_message_is_read() -> None:
    fields = (Field("name", 1, "string"), Field("id", 2, "int32"))
    assert read_message(USER) == Message("User", fields)


@pytest.mark.parametrize("end", ["", ";", "; ", ";\n// that is all"])
def test_bare_fields_are_a_message(end: str) -> None:
    bare = read_message(f"string name = 1; int32 id = 2{end}")
    assert bare.fields == read_message(USER).fields


def test_fields_stand_by_number() -> None:
    assert [f.name for f in read_message("int32 b = 2; int32 c = 9; int32 a = 1;").fields] == [
        "a", "b", "c",
    ]  # fmt: skip


def test_a_file_of_the_tutorial_is_read() -> None:
    book = read_message(PERSON)
    assert book.name == "AddressBook"
    (people,) = book.fields
    assert people.message is not None
    name, _, email, phones, scores, marks = people.message.fields
    assert (name.optional, email.optional) == (False, True)
    assert phones.message is not None
    assert (phones.repeated, phones.packed, phones.message.name) == (
        True, False, "Person.PhoneNumber",
    )  # fmt: skip
    kind = phones.message.fields[1]
    assert (kind.type, kind.values) == ("enum", (("MOBILE", 0), ("HOME", 1), ("WORK", -2)))
    assert scores.message is not None
    assert [(f.number, f.type) for f in scores.message.fields] == [(1, "string"), (2, "int32")]
    assert (marks.repeated, marks.packed) == (True, False)


def test_the_message_is_the_first_that_no_other_refers_to() -> None:
    parts = "message A { int32 a = 1; } message B { A a = 1; } message C { A a = 1; }"
    assert read_message(parts).name == "B"
    assert read_message("int32 x = 1; A a = 2; " + parts).name == "Message"


def test_what_a_message_defines_within_does_not_count_as_another() -> None:
    own = "message A { message Part { A whole = 1; } } message B {}"
    assert read_message(own).name == "A"
    crossed = "message A { message Part { B b = 1; } } message B { message Part { A a = 1; } }"
    assert read_message(crossed).name == "A"


def test_an_inner_name_goes_before_an_outer_one() -> None:
    text = "message A { message B { bool x = 1; } B b = 1; } message B { string y = 1; }"
    (field,) = read_message(text).fields
    assert field.message is not None
    assert field.message.fields[0].type == "bool"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("string a = 1;\nint32 b = 1;", 2, "fields a and b have one number, 1"),
        ("string a = 1;\n\nint32 a = 2;", 3, "two fields are named a"),
        ("string a = 0;", 1, "number 0; expected 1 to 536870911"),
        ("string a = -1;", 1, "number -1"),
        ("string a = 536870912;", 1, "number 536870912"),
        ("string a = 19000;", 1, "not 19000 to 19999"),
        ("string a = 19999;", 1, "not 19000 to 19999"),
        ("string a = 1.5;", 1, "1.5 is no whole number"),
        ("string a = 0x1;", 1, "0x1 is no whole number"),
        ("strin a = 1;", 1, "strin is no known type of field a; did you mean string?"),
        ("int a = 1;", 1, "did you mean int32?"),
        ("message A {\n Addres b = 1; }\nmessage Address {}", 2, "did you mean Address?"),
        ("message A {\n A a = 1;\n}", 2, "A is recursive"),
        ("message A { B b = 1; }\nmessage B { repeated A a = 1; }", 2, "A is recursive"),
        ("message A { map<string, A> a = 1; }", 1, "A is recursive"),
        ("message A {\n oneof x { string b = 1; } }", 2, "oneof is not supported"),
        ("message A { repeated group B = 1 {} }", 1, "group is not supported"),
        ("service S { }", 1, "service is not supported"),
        ("extend A { }", 1, "extend is not supported"),
        ("message A { extensions 4 to 9; }", 1, "extensions is not supported"),
        ('import "a.proto";', 1, "import is not supported"),
        ("required int32 a = 1;", 1, "required is not supported"),
        ('syntax = "proto2";', 1, 'expected "proto3"'),
        ("message A { int32 a = 1 }", 1, "read }; expected ; after field a"),
        ("message A {\nint32 a = 1;", 2, "message A is not closed"),
        ("message A {} message A {}", 1, "A is defined twice"),
        ("message string {}", 1, "string is a type of its own"),
        ("int32 a", 1, "read the end; expected ="),
        ("int32 = 1;", 1, "expected the name of a field"),
        ("int32 a.b = 1;", 1, "a.b is no name of a field"),
        ("= 1;", 1, "read =; expected message"),
        ("int32 a = 1; /* and", 1, "a comment is not closed"),
        ("int32 a = 1; \x1b", 1, "'\\x1b' has no place here"),
        ('option a = "\x1b[2J";', 1, """'"' has no place here"""),
        ("repeated string a = 1 [packed = true];", 1, "a cannot be packed"),
        ("int32 a = 1 [packed = true];", 1, "a cannot be packed"),
        ('int32 a = 1 [json_name = "b"];', 1, "option json_name of a is not supported"),
        ("int32 a = 1 [packed = maybe];", 1, "packed is maybe; expected true or false"),
        ("map<float, int32> a = 1;", 1, "float cannot be a key"),
        ("repeated map<int32, int32> a = 1;", 1, "a map cannot be repeated"),
        ("map<int32, map<int32, int32>> a = 1;", 1, "a map's values cannot be maps"),
        ("enum E { A = 1; }", 1, "the first value of enum E is 1; expected 0"),
        ("enum E { A = 0;\n A = 1; }", 2, "two values named A"),
        ("enum E { }", 1, "enum E has no values"),
        ("enum E { A = 0; B = 2147483648; }", 1, "outside -2147483648 to 2147483647"),
        ("option a = b", 1, "option has no end"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    said = refused(text)
    assert said.startswith(f"line {line}: ")
    assert words in said


def test_nothing_is_no_message() -> None:
    assert "string name = 1" in refused("")
    assert "string name = 1" in refused("enum E { A = 0; }")


def test_a_message_without_fields_is_one() -> None:
    assert read_message("message Empty {}") == Message("Empty", ())


def test_the_size_of_a_description_is_bounded() -> None:
    assert "100,000" in refused(" " * 100_001)
    assert "1,000 fields" in refused("".join(f"bool a{i} = {i};" for i in range(1, 1002)))
    assert len(read_message("".join(f"bool a{i} = {i};" for i in range(1, 1001))).fields) == 1000
    assert "500 characters" in refused("int32 " + "a" * 500 + " = 1;")


def chain(length: int) -> str:
    links = [f"message M{i} {{ M{i + 1} next = 1; }}" for i in range(1, length)]
    return " ".join([*links, f"message M{length} {{}}"])


def test_messages_nest_twenty_deep_and_no_deeper() -> None:
    assert read_message(chain(20)).name == "M1"
    assert "deeper than 20" in refused(chain(21))
    assert "deeper than 20" in refused(chain(900))
    # The other way round each is put together before the one that it is a part of.
    backwards = " ".join(reversed(chain(21).replace("} ", "}|").split("|")))
    assert "deeper than 20" in refused(backwards)
    assert "deeper than 20" in refused("message A { " * 21 + "}" * 21)


@given(st.text(alphabet='message{}=;12 <>,[]/*"ab\n', max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    try:
        said = read_message(text).name
    except MessageError as error:
        said = str(error)
    assert "\n" not in said


# Samples


def test_a_sample_is_read_as_it_was_given() -> None:
    given_ = '{"name": "John", "id": 2}'
    assert read_sample(read_message(USER), given_) == json.loads(given_)
    assert read_sample(read_message(USER), "{}") == {}


KINDS = (
    "int32 i = 1; uint64 u = 2; double d = 3; float f = 4; bool b = 5; string s = 6; bytes y = 7;"
    " repeated int32 r = 8; map<int32, bool> m = 9; map<bool, string> t = 10; E e = 11; A a = 12;"
    " enum E { RED = 0; BLUE = 3; } message A { string city = 1; }"
)


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
    assert words in sample_refused(text, KINDS)


def test_a_made_up_sample_fits_its_message() -> None:
    for text in (USER, PERSON, KINDS):
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
