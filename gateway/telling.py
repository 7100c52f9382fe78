"""Who was told of which flag, and when each is to be looked at again: the live side of ``alerting``."""

from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.domain.alerting import Circle, Ended, Stands, Told, escalates_at, step
from gateway.unsaved import Unsaved

FAR = datetime.max.replace(tzinfo=UTC)


class Telling:
    def __init__(self, unsaved: Unsaved) -> None:
        self._unsaved = unsaved
        self._told: dict[str, Told] = {}
        self._rests: dict[str, datetime] = {}

    def load(self, told: Mapping[str, Told]) -> None:
        """What the outbox holds of the open flags."""
        self._told = dict(told)
        self._rests = {}

    def look_again(self) -> None:
        """Whom flags concern may be others now."""
        self._rests = {}

    def told(self, flag_id: str) -> Told:
        return self._told.get(flag_id, ())

    def rests(self, flag_id: str, now: datetime) -> bool:
        """Whether nobody is to be told of the flag before a later moment."""
        return now < self._rests.get(flag_id, now)

    def stands(self, event: Stands, now: datetime, until: datetime) -> None:
        """Tell what is to be told of a flag that fires; whom it concerns stays so until ``until``."""
        flag = event.flag
        told, letters = step(self.told(flag.id), event, now)
        self._unsaved.posted.extend(letters)
        if letters:
            self._told[flag.id] = told
        self._rests[flag.id] = min(until, _escalates_at(told, event.circle, event) or FAR)

    def ended(self, event: Ended, now: datetime) -> None:
        """Tell those who were told of a flag that it is over."""
        _, letters = step(self.told(event.flag.id), event, now)
        self._unsaved.posted.extend(letters)
        self._told.pop(event.flag.id, None)
        self._rests.pop(event.flag.id, None)


def _escalates_at(told: Told, circle: Circle, event: Stands) -> datetime | None:
    return None if circle.hushed else escalates_at(told, event.flag, circle)
