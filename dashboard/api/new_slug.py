"""A slug for what was given a name alone."""

import re
import unicodedata
from collections.abc import Callable
from itertools import count

from sensors.wire.topic import CHECK

_LONGEST = 63
_OTHER = re.compile(r"[^a-z0-9]+")


def free_slug(name: str, otherwise: str, is_taken: Callable[[str], bool]) -> str:
    """The name in small letters, digits and ``-``, with a number behind it where that is taken;
    ``otherwise`` where nothing of the name can stand in a slug.
    """
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    stem = _OTHER.sub("-", plain).strip("-")[: _LONGEST - 5].strip("-") or otherwise
    if stem == CHECK:
        stem = otherwise
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(slug for slug in numbered if not is_taken(slug))
