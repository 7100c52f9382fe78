"""Nobody but us begins a line of the log."""

import io
import logging

import pytest

from sensors.plain_log import PlainFormatter


@pytest.fixture
def written() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainFormatter("%(levelname)s %(message)s"))
    log = logging.Logger("hostile")  # noqa: LOG001 - one that no other test shares
    log.addHandler(handler)
    return log, stream


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\nERROR all is lost", "a\\nERROR all is lost"),
        ("a\r\nERROR b", "a\\r\\nERROR b"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("nul\0", "nul\\x00"),
        ("\u202eredro", "\\u202eredro"),
        ("line\u2028break\x85", "line\\u2028break\\x85"),
        ("\ud800", "\\ud800"),
        ("Café ☕ 會議室\ttab", "Café ☕ 會議室\ttab"),
    ],
)
def test_what_cannot_be_seen_shows(
    written: tuple[logging.Logger, io.StringIO], said: str, shown: str
) -> None:
    log, stream = written
    log.warning("topic %s", said)
    assert stream.getvalue() == f"WARNING topic {shown}\n"


def fail(why: str) -> None:
    raise ValueError(why)


def test_no_line_of_a_traceback_passes_for_a_message(
    written: tuple[logging.Logger, io.StringIO],
) -> None:
    log, stream = written
    try:
        fail("one\nERROR the venue burns\x1b[2J\u2028ERROR again")
    except ValueError:
        log.exception("it failed")
    first, *more = stream.getvalue().splitlines()
    assert first == "ERROR it failed"
    assert all(line.startswith("  | ") for line in more)
    assert "\x1b" not in stream.getvalue()
