"""What a command gave: read where it went well, held to one or two lines where it did not."""

import json

import pytest


def ok(result):
    """Standard output of a command that went well and said nothing on standard error."""
    code, out, err = result
    assert (code, err) == (0, ""), err
    return out


def refused(result):
    """Standard error of a command that was used wrongly: a line, and perhaps the way out."""
    code, out, err = result
    assert (code, out) == (2, "")
    assert 1 <= len(err.splitlines()) <= 2
    assert err.startswith("slipstick: ")
    assert "Traceback" not in err
    return err


def parsed(result):
    """The JSON of a command that went well; nan and infinity are none."""
    return json.loads(ok(result), parse_constant=lambda word: pytest.fail(word))
