"""Who was told of which flag, and when each is to be looked at again: the live side of
``alerting``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.domain.alerts.alerting import (
    Audience,
    FlagResolved,
    FlagStands,
    Told,
    escalates_at,
    step,
)
from gateway.live.unit_of_work import UnitOfWork

FAR = datetime.max.replace(tzinfo=UTC)


class Notified:
    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work
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

    def stands(self, event: FlagStands, now: datetime, until: datetime) -> None:
        """Tell what is to be told of a flag that fires; whom it concerns stays so until
        ``until``.
        """
        flag = event.flag
        told, letters = step(self.told(flag.id), event, now)
        self._unit_of_work.posted.extend(letters)
        if letters:
            self._told[flag.id] = told
        self._rests[flag.id] = min(until, _escalates_at(told, event.audience, event) or FAR)

    def ended(self, event: FlagResolved, now: datetime) -> None:
        """Tell those who were told of a flag that it is over."""
        _, letters = step(self.told(event.flag.id), event, now)
        self._unit_of_work.posted.extend(letters)
        self._told.pop(event.flag.id, None)
        self._rests.pop(event.flag.id, None)


def _escalates_at(told: Told, audience: Audience, event: FlagStands) -> datetime | None:
    return None if audience.hushed else escalates_at(told, event.flag, audience)
