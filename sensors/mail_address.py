"""What an e-mail address is, wherever one is given: in a file, on a page, through the API, by a
calendar.
"""

import re
from typing import Final

MAIL_ADDRESS: Final = r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+"
"""One address as it is written bare: RFC 5322's special characters need quotes, which nobody
has."""
LONGEST_MAIL_ADDRESS: Final = 254
"""Characters of an address: RFC 5321, 4.5.3.1.3 gives 256 with the angle brackets around it."""

_MAIL_ADDRESS: Final = re.compile(MAIL_ADDRESS)


def is_mail_address(text: str) -> bool:
    """Whether ``text`` is one e-mail address and nothing more; its domain may be written in any
    script.
    """
    return (
        len(text) <= LONGEST_MAIL_ADDRESS
        and text.isprintable()
        and _MAIL_ADDRESS.fullmatch(text) is not None
    )
