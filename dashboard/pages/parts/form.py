"""Forms without script: what was filled in, what is wrong with it, and both shown again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from gateway.words.locale import PageLocale
from sensors.mail_address import is_mail_address
from sensors.wire.plain_line import is_plain_line

T = TypeVar("T")
MOST_PEOPLE = 10_000


@dataclass(slots=True)
class Form:
    """``values`` are the texts as they were filled in, ``wrong`` the sentences to show beside
    fields.
    """

    values: Mapping[str, str]
    wrong: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def required(self, name: str, longest: int, locale: PageLocale) -> str:
        """A text that must be there."""
        given = self.text(name)
        if not given:
            self.wrong[name] = locale.gettext("Fill this in.")
        elif len(given) > longest:
            self.wrong[name] = locale.gettext("At most %(number)s characters.", number=longest)
        elif not is_plain_line(given):
            self.wrong[name] = locale.gettext("One line, without signs that cannot be seen.")
        return given

    def address(self, name: str, locale: PageLocale) -> str | None:
        """An e-mail address, or nothing."""
        given = self.text(name)
        if given and not is_mail_address(given):
            self.wrong[name] = locale.gettext("This is no e-mail address, like anna@example.org.")
        return given or None

    def people(self, name: str, locale: PageLocale) -> int | None:
        """A number of people, or nothing."""
        given = self.text(name)
        good = given.isascii() and given.isdigit() and len(given) < 9
        if given and not (good and int(given) <= MOST_PEOPLE):
            most = locale.number(MOST_PEOPLE)
            self.wrong[name] = locale.gettext("A whole number, at most %(most)s.", most=most)
        return int(given) if given and name not in self.wrong else None

    def moment(self, name: str, locale: PageLocale) -> datetime | None:
        """A local date and time at the venue, in UTC; None where it is wrong."""
        given = self.text(name)
        try:
            local = datetime.fromisoformat(given)
            at = local.replace(tzinfo=locale.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            self.wrong[name] = locale.gettext("Fill in a date and a time.")
            return None
        if local.tzinfo is not None or not 2000 <= local.year <= 2200:
            self.wrong[name] = locale.gettext("Fill in a date and a time.")
            return None
        if at.astimezone(locale.zone).replace(tzinfo=None) != local:
            self.wrong[name] = locale.gettext("The clock skips this time on that day.")
            return None
        return at

    def chosen(self, name: str, known: Mapping[str, T], locale: PageLocale) -> T | None:
        """What was chosen from a list; None where nothing was, or it is not there any more."""
        given = self.text(name)
        found = known.get(given) if given else None
        if given and found is None:
            self.wrong[name] = locale.gettext("This is not there any more. Choose again.")
        return found


def local_value(at: datetime, locale: PageLocale) -> str:
    """A moment as ``<input type="datetime-local">`` takes it."""
    return locale.local(at).strftime("%Y-%m-%dT%H:%M")
