import pytest

from sensors.wire.plain_line import is_plain_line


@pytest.mark.parametrize("text", ["Grote zaal", "d'Eerste – 2 × 3", "قاعة", "會議室 1", " a"])
def test_names_of_all_scripts_are_taken(text: str) -> None:
    assert is_plain_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "two\nlines", "line end\n", "\r", "nul\0byte", "tab\tstop", "bell\a",
        "next\x85line", "line\u2028separator", "\u202eleb tser eht", "\u2066isolated\u2069",
    ],
)  # fmt: skip
def test_what_breaks_a_line_or_turns_it_round_is_not(text: str) -> None:
    assert not is_plain_line(text)
