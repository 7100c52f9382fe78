"""What strangers write in a calendar is shown on one line that shows what it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.calendars.event import shown
from sensors.wire.plain_line import is_plain_line


@given(st.text(max_size=400))
def test_any_text_becomes_a_plain_line_or_nothing(text: str) -> None:
    line = shown(text)
    assert not line or is_plain_line(line)
    assert len(line) <= 120


@pytest.mark.parametrize(
    ("text", "line"),
    [("Koor\r\nBCC: x", "Koor BCC: x"), ("\u202ekoor\u0000", "koor"), ("Se\u200brre", "Se rre")],
)
def test_what_cannot_be_seen_is_left_out(text: str, line: str) -> None:
    assert shown(text) == line
