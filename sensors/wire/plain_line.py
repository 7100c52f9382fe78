"""One line of text that shows what it holds: what a name or a title is made of.

Neither line breaks and other control characters, which break mails, logs and files apart, nor the
marks that turn the direction of writing, by which one name can be made to look like another.
"""

import re
from typing import Final

PLAIN_LINE: Final = (
    r"^(?=.*\S)[^\u0000-\u001f\u007f-\u009f\u2028\u2029"
    r"\u200e\u200f\u202a-\u202e\u2066-\u2069]+$(?!\n)"
)
"""As a pattern of ECMA 262 too, which OpenAPI takes; something of it can be seen."""
_PATTERN = re.compile(PLAIN_LINE)


def is_plain_line(text: str) -> bool:
    """Whether a text is one."""
    return _PATTERN.search(text) is not None
