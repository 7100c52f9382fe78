"""Three calendars in the style of an Outlook, a Google and a Nextcloud export, over two changes of the
clock: what is read of them is what recurring-ical-events says directly.
"""

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import x_wr_timezone
from icalendar import Calendar

from gateway.calendars.ical import Period, Read, read_calendar
from gateway.domain.calendar.occurrence import Occurrence

EXPORTS = Path(__file__).parent / "exports"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SPAN = Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC))


def read(name: str) -> Read:
    return read_calendar((EXPORTS / f"{name}.ics").read_bytes(), SPAN, AMSTERDAM)


def directly(name: str) -> Iterator[tuple[str, datetime, datetime, str]]:
    """What the library itself makes of the file, without what is no meeting."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calendar = Calendar.from_ical((EXPORTS / f"{name}.ics").read_bytes())
        found = recurring_ical_events.of(x_wr_timezone.to_standard(calendar)).between(
            SPAN.start, SPAN.end
        )
    for event in found:
        times = [event[key].dt for key in ("DTSTART", "DTEND")]
        free = event.get("TRANSP") == "TRANSPARENT" or event.get("STATUS") == "CANCELLED"
        all_day = event.get("X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE"
        if free or all_day or not all(isinstance(at, datetime) for at in times):
            continue
        start, end = (at if at.tzinfo else at.replace(tzinfo=AMSTERDAM) for at in times)
        yield str(event["UID"]), start.astimezone(UTC), end.astimezone(UTC), str(event["SUMMARY"])


@pytest.mark.parametrize(("name", "how_many"), [("outlook", 34), ("google", 28), ("nextcloud", 56)])
def test_the_occurrences_are_those_of_the_library(name: str, how_many: int) -> None:
    found = read(name)
    assert found.problems == ()
    mine = sorted((o.uid, o.start, o.end, o.title) for o in found.occurrences)
    assert mine == sorted(directly(name))
    assert len(mine) == how_many


@pytest.mark.parametrize("name", ["outlook", "google", "nextcloud"])
def test_every_occurrence_has_a_name_of_its_own_that_another_reading_gives_again(name: str) -> None:
    first, again = read(name).occurrences, read(name).occurrences
    names = [(o.uid, o.key) for o in first]
    assert len(set(names)) == len(names)
    assert again == first


def one(name: str, title: str, day: int, month: int = 11) -> Occurrence:
    (found,) = (
        o
        for o in read(name).occurrences
        if o.title == title and (o.start.month, o.start.day) == (month, day)
    )
    return found


def test_outlooks_windows_zone_and_its_moved_and_cancelled_occurrences() -> None:
    moved = one("outlook", "Bestuursoverleg (verplaatst)", 25)
    assert moved.start == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    assert (moved.key, moved.location) == ("2026-11-24T08:00:00+00:00", "Serre")
    starts = {o.start for o in read("outlook").occurrences if o.title == "Bestuursoverleg"}
    assert datetime(2026, 10, 20, 7, 0, tzinfo=UTC) in starts  # summer time
    assert datetime(2026, 11, 3, 8, 0, tzinfo=UTC) in starts  # winter time
    for day in (datetime(2026, 12, 1, 8, 0), datetime(2026, 12, 22, 8, 0)):  # called off, left out
        assert day.replace(tzinfo=UTC) not in starts


def test_outlooks_people_are_counted_without_rooms_and_those_who_declined() -> None:
    meeting = one("outlook", "Bestuursoverleg", 3)
    assert (meeting.organiser, meeting.expected_people) == ("bestuur@example.org", 2)
    assert one("outlook", "Ledenavond", 12).location == "De Kade, grote zaal"


def test_googles_room_stands_among_those_invited_and_a_calendar_is_no_organiser() -> None:
    meeting = one("google", "Netwerkborrel", 24)
    assert (meeting.location, meeting.organiser) == ("Serre", "carla@example.org")
    assert meeting.expected_people == 2
    assert one("google", "Ontbijtsessie", 24).organiser is None


def test_googles_times_in_utc_recur_by_the_clock_of_its_calendar() -> None:
    starts = [o.start.hour for o in read("google").occurrences if o.title == "Dagstart"]
    assert (starts[0], starts[-1]) == (7, 8)  # nine o'clock before and after the change


def test_nextclouds_floating_time_is_that_of_the_venue() -> None:
    assert one("nextcloud", "Rondleiding", 27).start == datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def test_nextclouds_change_of_all_that_follows() -> None:
    later = [o for o in read("nextcloud").occurrences if o.title == "Koor (later)"]
    assert later[0].start == datetime(2027, 1, 6, 18, 30, tzinfo=UTC)
    assert len({o.key for o in later}) == len(later) == 17
