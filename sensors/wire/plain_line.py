"""One line of text that shows what it holds: what a name or a title is made of.

Neither line breaks and other control characters, which break mails, logs and files apart, nor the
marks that turn the direction of writing or cannot be seen at all, by which one name can be made to look
like another. What joins letters in Persian and in pictures (U+200C, U+200D) is part of them.
"""

import re
from typing import Final

_UNSEEN: Final = r"\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb"
_BREAKS: Final = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
PLAIN_LINE: Final = rf"^(?=.*\S)[^{_BREAKS}{_UNSEEN}]+$(?!\n)"
"""As a pattern of ECMA 262 too, which OpenAPI takes; something of it can be seen."""
PLAIN_TEXT: Final = (
    rf"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029{_UNSEEN}]*$"
)
"""The same of a text that may have several lines, or none."""
_LINE = re.compile(PLAIN_LINE)
_HALF_A_LETTER = re.compile(r"[\ud800-\udfff]")
_NOT_PLAIN = re.compile(f"[{_BREAKS}{_UNSEEN}\\ud800-\\udfff]")


def is_plain_line(text: str) -> bool:
    """Whether a text is one; half a letter, which JSON may hold and no database keeps, is none."""
    return _LINE.search(text) is not None and _HALF_A_LETTER.search(text) is None


def made_plain(text: str) -> str:
    """A text as one plain line, blanks for what is left out; empty where nothing of it can be seen."""
    return " ".join(_NOT_PLAIN.sub(" ", text).split())


def escaped(text: str) -> str:
    """A text of several lines in which what cannot be seen, or turns the writing round, shows."""
    return _NOT_PLAIN.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    return found[0] if found[0] == "\t" else found[0].encode("unicode_escape").decode()
