"""Descriptions of messages: what is read, and what is refused and how."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.message import Field, Message, MessageError
from models.proto import read_message

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
