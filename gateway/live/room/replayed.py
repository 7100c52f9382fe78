"""Who is in by the readings that are heard once more after a restart."""

from datetime import datetime, timedelta

from gateway.domain.people import RoomPeople, last_reset
from gateway.live.room.context import RoomContext
from sensors.wire.instant import EPOCH
from sensors.wire.reading import PeopleReading


def people_after(people: RoomPeople, reading: PeopleReading, at: datetime) -> RoomPeople:
    """The count after a reading of ``at``; the same where it tells none, or an older one."""
    if reading.count is not None:
        return people.counted(at, reading.count)
    if reading.in_total is not None and reading.out_total is not None:
        return people.passed(reading.device, at, reading.in_total, reading.out_total)
    return people


def begun_anew(
    people: RoomPeople, context: RoomContext, heard_at: datetime, at: datetime
) -> tuple[RoomPeople, datetime | None]:
    """The count, started again where a night has passed since it was ``heard_at``, and when."""
    reset = last_reset(context.zone, context.venue.reset_at, at)
    known_at = people.at(at, timedelta(0))[1]
    if people.is_known and reset > max(known_at or EPOCH, heard_at):
        return people.reset(reset), reset
    return people, None
