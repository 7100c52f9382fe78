"""The reporter: reads all that is known of a meeting, and makes its report.

Nothing is kept here; ``gateway.reports.worker`` keeps the records. A record is made again by the
limits that it was made by: what a policy says later changes no meeting of before.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from gateway.domain.meeting import Meeting
from gateway.domain.people import last_reset
from gateway.domain.policy import Policy, chosen_policy
from gateway.domain.report.digest import digest
from gateway.domain.report.material import Estimate, Material, Window
from gateway.domain.report.presence import EARLIEST, LATEST
from gateway.domain.report.report import Basis, Curves, Facts, Report, make_report
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.agenda.report_facts import (
    counts_set,
    flag_histories,
    ghosts_ended,
    neighbours,
)
from gateway.registry.agenda.reports import Record, find_record
from gateway.registry.database import Database
from gateway.registry.devices import all_devices
from gateway.registry.live.air_memory import find_outdoor_ppm
from gateway.registry.policies import policies_by_slug
from gateway.registry.rooms import find_room, find_venue
from gateway.store.interface import Measurement, Placed, RoomSample, Store
from sensors.time_zone import zone_or_utc
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import RoomSlug, VenueSlug

DOORS_BEFORE = timedelta(hours=24)
"""So long before the last nightly reset a door must have spoken for its first change to be counted."""

_decode = msgspec.json.Decoder(Report).decode


class NoReport(Exception):
    """There is none; the message says why."""


class NotOver(NoReport):
    """The meeting is still to come, or people are still there."""


class ReportBuilder:
    """Used by any thread."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store

    def report(self, meeting_id: str, now: datetime) -> Report:
        """The report of a meeting from what the store holds now; where readings of it are no longer
        kept, as it was recorded.

        Raises:
            NoReport: there is no such meeting, or people are still there.
            StoreError: the readings cannot be read.
            DatabaseAway: the database is away.

        """
        found = self.draft(meeting_id, now)
        if now < settled(found):
            raise _not_over(meeting_id)
        return found

    def draft(self, meeting_id: str, now: datetime) -> Report:
        """The same, also while people may still be there: see ``settled``.

        Raises:
            NoReport: there is no such meeting, or its planned time is not over.
            StoreError: the readings cannot be read.
            DatabaseAway: the database is away.

        """
        with self._database.read() as conn:
            meeting = find_meeting(conn, meeting_id)
            if meeting is None:
                raise NoReport(f"there is no meeting {meeting_id!r}")
            if now < meeting.end:
                raise _not_over(meeting_id)
            record = find_record(conn, meeting_id)
            facts = _facts(conn, meeting, record)
            window = _window(conn, facts, record)
            asked = (meeting.venue, meeting.room, window.people_from_ns, window.to_ns)
            words = (*counts_set(conn, *asked), *ghosts_ended(conn, *asked))
        material = self._material(meeting.venue, meeting.room, window)
        if record is not None and self._is_gone(
            material, is_same=record.basis == basis_of(meeting)
        ):
            return decode_summary(record.summary)
        return make_report(replace(material, set_counts=words), facts)

    def digest(self, venue: VenueSlug, room: RoomSlug, basis: Basis) -> str:
        """The digest, now, of the readings that a report was made from.

        Raises:
            StoreError: they cannot be read.

        """
        window = Window(basis.people_from_ns, basis.from_ns, basis.to_ns)
        material = self._material(venue, room, window)
        return basis.sha256 if self._is_gone(material, is_same=True) else digest(material)

    def _is_gone(self, material: Material, *, is_same: bool) -> bool:
        """Whether readings of it are no longer kept: then what was recorded is all there is.
        ``is_same`` says that the record is of the meeting as it stands.
        """
        if is_same and not (material.air or material.people or material.estimates):
            return True
        window = material.window
        return self._store.days.any_gone(
            material.venue, material.room, window.people_from_ns, window.to_ns
        )

    def _material(self, venue: VenueSlug, room: RoomSlug, window: Window) -> Material:
        def rows(kind: Measurement, from_ns: int) -> Iterator[Placed | RoomSample]:
            return self._store.rows(kind, venue, room, from_ns, window.to_ns)

        return Material(
            venue,
            room,
            window,
            air=tuple(
                row.reading
                for row in rows("air", window.from_ns)
                if isinstance(row, Placed) and isinstance(row.reading, AirReading)
            ),
            people=tuple(
                row.reading
                for row in rows("people", window.people_from_ns)
                if isinstance(row, Placed)
                and isinstance(row.reading, PeopleReading)
                and row.reading.is_count
            ),
            estimates=tuple(
                _estimate(row)
                for row in rows("room", window.from_ns)
                if isinstance(row, RoomSample)
            ),
        )


def _not_over(meeting_id: str) -> NotOver:
    return NotOver(
        f"meeting {meeting_id!r} is not over yet: its report comes when everybody has left"
    )


def encode_summary(report: Report) -> str:
    """A report as a record keeps it: without what is only drawn."""
    bare = msgspec.structs.replace(report, curves=Curves())
    return msgspec.json.encode(bare).decode()


def decode_summary(summary: str) -> Report:
    return _decode(summary)


def basis_of(meeting: Meeting) -> str:
    """Changes when the meeting does, as far as its report goes."""
    said = (
        meeting.venue,
        meeting.room,
        meeting.title,
        to_ns(meeting.start),
        to_ns(meeting.end),
        meeting.expected_people,
        meeting.policy,
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _facts(conn: Connection, meeting: Meeting, record: Record | None) -> Facts:
    venue = find_venue(conn, meeting.venue) or Venue(meeting.venue, meeting.venue)
    room = find_room(conn, meeting.venue, meeting.room)
    room = room or Room(meeting.venue, meeting.room, meeting.room)
    return Facts(
        meeting=meeting,
        room=room,
        venue=venue,
        zone=zone_or_utc(venue.timezone),
        policy=_policy(conn, meeting, room, record),
        abouts={d.slug: d.about for d in all_devices(conn, meeting.venue)},
        flags=flag_histories(conn, meeting),
    )


def _policy(conn: Connection, meeting: Meeting, room: Room, record: Record | None) -> Policy:
    if record is not None and record.basis == basis_of(meeting):
        return decode_summary(record.summary).policy
    chosen = chosen_policy(policies_by_slug(conn), meeting.policy, room.policy)
    return chosen.at(find_outdoor_ppm(conn, meeting.venue))


def _window(conn: Connection, facts: Facts, record: Record | None) -> Window:
    """Around the planned time, but not into the meetings before and after. What a record began with
    stays: meetings that were put beside it since change nothing of what was.
    """
    meeting = facts.meeting
    before, after = neighbours(conn, meeting)
    start, end = meeting.start - EARLIEST, meeting.end + LATEST
    start = start if before is None else max(start, before)
    end = end if after is None else min(end, after)
    if record is not None and record.basis == basis_of(meeting):
        basis = decode_summary(record.summary).basis
        return Window(basis.people_from_ns, basis.from_ns, max(basis.to_ns, to_ns(end)))
    reset = last_reset(facts.zone, facts.venue.reset_at, start)
    return Window(to_ns(reset - DOORS_BEFORE), to_ns(start), to_ns(end))


def _estimate(sample: RoomSample) -> Estimate:
    return Estimate(
        sample.at_ns,
        sample.people,
        sample.people_estimate,
        sample.flow_lps,
        sample.per_person_lps,
        sample.per_person_low_lps,
        sample.per_person_high_lps,
    )


def settled(report: Report) -> datetime:
    """From when on only readings that come late change the report."""
    return from_ns(report.basis.to_ns)
