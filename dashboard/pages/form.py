"""Forms without script: what was filled in, what is wrong with it, and both shown again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from dashboard.i18n import Speech

T = TypeVar("T")
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
MOST_PEOPLE = 10_000


@dataclass(slots=True)
class Form:
    """``values`` are the texts as they were filled in, ``wrong`` the sentences to show beside fields."""

    values: Mapping[str, str]
    wrong: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def required(self, name: str, longest: int, say: Speech) -> str:
        """A text that must be there."""
        given = self.text(name)
        if not given:
            self.wrong[name] = say.gettext("Fill this in.")
        elif len(given) > longest:
            self.wrong[name] = say.gettext("At most %(number)s characters.", number=longest)
        return given

    def address(self, name: str, say: Speech) -> str | None:
        """An e-mail address, or nothing."""
        given = self.text(name)
        if given and (len(given) > 320 or not ADDRESS.fullmatch(given)):
            self.wrong[name] = say.gettext("This is no e-mail address, like anna@example.org.")
        return given or None

    def people(self, name: str, say: Speech) -> int | None:
        """A number of people, or nothing."""
        given = self.text(name)
        good = given.isascii() and given.isdigit() and len(given) < 9
        if given and not (good and int(given) <= MOST_PEOPLE):
            most = say.number(MOST_PEOPLE)
            self.wrong[name] = say.gettext("A whole number, at most %(most)s.", most=most)
        return int(given) if given and name not in self.wrong else None

    def moment(self, name: str, say: Speech) -> datetime | None:
        """A local date and time at the venue, in UTC; None where it is wrong."""
        given = self.text(name)
        try:
            local = datetime.fromisoformat(given)
            at = local.replace(tzinfo=say.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            self.wrong[name] = say.gettext("Fill in a date and a time.")
            return None
        if local.tzinfo is not None or not 2000 <= local.year <= 2200:
            self.wrong[name] = say.gettext("Fill in a date and a time.")
            return None
        if at.astimezone(say.zone).replace(tzinfo=None) != local:
            self.wrong[name] = say.gettext("The clock skips this time on that day.")
            return None
        return at

    def chosen(self, name: str, known: Mapping[str, T], say: Speech) -> T | None:
        """What was chosen from a list; None where nothing was, or it is not there any more."""
        given = self.text(name)
        found = known.get(given) if given else None
        if given and found is None:
            self.wrong[name] = say.gettext("This is not there any more. Choose again.")
        return found


def local_value(at: datetime, say: Speech) -> str:
    """A moment as ``<input type="datetime-local">`` takes it."""
    return say.local(at).strftime("%Y-%m-%dT%H:%M")
