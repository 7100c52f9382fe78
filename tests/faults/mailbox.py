"""What somebody was told, by the mails that they got: which alert, and whether it fires or is over."""

import re
from collections import Counter
from collections.abc import Iterable
from email.message import EmailMessage

from itsdangerous import URLSafeSerializer

from tests.gateway.mail_inbox import text_of

_LINK = re.compile(r"/ack/(\S+)")

Alert = tuple[str, str]
"""A flag, and what was said of it."""


def told(mails: Iterable[EmailMessage]) -> Counter[Alert]:
    """How many mails told of each alert; one that came again under its ``Message-ID`` is one, as mail
    programs show it. That it fires is told with a link that names the flags, that it is over in an answer
    to that mail.
    """
    found: Counter[Alert] = Counter()
    flags_of: dict[str, list[str]] = {}
    for name, mail in {str(mail["Message-ID"]): mail for mail in mails}.items():
        link = _LINK.search(text_of(mail))
        if link is not None:
            _, (flags, *_) = URLSafeSerializer("").loads_unsafe(link[1])
            flags_of[name] = flags
            found.update((flag, "firing") for flag in flags)
        else:
            found.update((flag, "over") for flag in flags_of[str(mail["In-Reply-To"])])
    return found
