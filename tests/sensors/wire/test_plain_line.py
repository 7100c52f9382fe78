import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.wire.plain_line import PLAIN_TEXT, escaped, is_plain_line, made_plain


@pytest.mark.parametrize(
    "text",
    ["Grote zaal", "می\u200cخواهم", "👩\u200d🔬", "d'Eerste – 2 × 3", "قاعة", "會議室 1", " a"],
)
def test_names_of_all_scripts_are_taken(text: str) -> None:
    assert is_plain_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "two\nlines", "line end\n", "\r", "nul\0byte", "tab\tstop", "bell\a",
        "next\x85line", "line\u2028separator", "\u202eleb tser eht", "\u2066isolated\u2069",
        "mark\u061c", "Se\u200brre", "joined\u2060", "\ufeffmark of order", "half\ud83d",
    ],
)  # fmt: skip
def test_what_breaks_a_line_or_turns_it_round_is_not(text: str) -> None:
    assert not is_plain_line(text)


@given(st.text())
def test_what_is_made_plain_is_plain_or_nothing(text: str) -> None:
    made = made_plain(text)
    assert not made or is_plain_line(made)
    assert made_plain(made) == made
    assert is_plain_line(escaped(text).replace("\t", " ")) or not text.strip()


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("", True),
        ("two\nlines\t\r\n", True),
        ("nul\0", False),
        ("\x1b[1m", False),
        ("\u202e", False),
    ],
)
def test_a_text_may_have_lines_but_no_other_controls(text: str, taken: bool) -> None:
    assert (re.search(PLAIN_TEXT, text) is not None) == taken
