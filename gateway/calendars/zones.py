"""The time zones of one calendar: what the file defines, whatever it calls it, and what others do.

A name of the IANA database (``Europe/Amsterdam``) means what it means there: definitions that files
bring along under it are often those of one year. Any other name means what the file defines.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import tzinfo
from typing import Final
from zoneinfo import available_timezones

from icalendar import Timezone
from icalendar.timezone import tzp
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from gateway.calendars.content_line import parse
from sensors.time_zone import find_zone

_OWN: Final = "luchtig-"
_AROUND_SLASH: Final = re.compile(r" ?/ ?")
_WINDOWS: Final = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


class Zones:
    """Names → the names by which icalendar knows their zones.

    Not for two calendars at a time: icalendar keeps the zones it met for the whole process.
    """

    def __init__(
        self,
        texts: Iterable[str],
        patience: Callable[[], AbstractContextManager[object]],
        gave_up: type[BaseException],
    ) -> None:
        """``texts`` are the VTIMEZONEs of the file; one that takes longer than ``patience``, which
        then raises ``gave_up``, is left out as a broken one is.
        """
        tzp.use_default()  # forgets the zones of another calendar
        self._defined: dict[str, str] = {}
        self._found: dict[str, str | None] = {}
        for text in texts:
            name = _name_of(text)
            if not name or name in self._defined:
                continue
            alias = f"{_OWN}{len(self._defined)}"
            # A zone that cannot be read is missed by the events that name it, and told with them.
            try:
                with patience():
                    Timezone.from_ical(_renamed(text, alias))
            except (Exception, gave_up):  # noqa: BLE001, S112 - the library raises whatever a broken line leads it to
                continue
            if tzp.timezone(alias) is not None:
                self._defined[name] = alias

    def known_as(self, name: str) -> str | None:
        """What icalendar calls a zone; None where neither the file nor anybody else defines it."""
        if name not in self._found:
            self._found[name] = self._sought(name)
        return self._found[name]

    def find(self, name: str) -> tzinfo | None:
        known = self.known_as(name)
        return None if known is None else tzp.timezone(known)

    def _sought(self, name: str) -> str | None:
        bare = _bare(name)
        if "/" in bare and find_zone(bare) is not None:
            return bare
        defined = self._defined.get(bare.casefold())
        return defined or _by_name(bare)


def _by_name(bare: str) -> str | None:
    """The zone that the IANA database or Windows has by a name, or by the end of it behind that of
    a vendor: ``/example.org/2026/Europe/Amsterdam`` (RFC 5545, 3.2.19).
    """
    if find_zone(bare) is not None:
        return bare
    if bare.casefold() in _WINDOWS:
        return _WINDOWS[bare.casefold()]
    parts = bare.replace(" ", "_").split("/")
    ends = ["/".join(parts[at:]) for at in range(len(parts)) if at == 0 or at < len(parts) - 1]
    by_case = {zone.casefold(): zone for zone in available_timezones()}
    return next((by_case[end.casefold()] for end in ends if end.casefold() in by_case), None)


def _bare(name: str) -> str:
    words = name.replace("\\", "").replace('"', "").strip(" /\t'").split()
    return _AROUND_SLASH.sub("/", " ".join(words))


def _name_of(text: str) -> str:
    for line in text.splitlines():
        parsed = parse(line)
        if parsed is not None and parsed.name == "TZID":
            return _bare(parsed.value).casefold()
    return ""


def _renamed(text: str, alias: str) -> str:
    return re.sub(r"(?im)^[ \t]*TZID[ \t]*[;:].*$", f"TZID:{alias}\r", text, count=1)
