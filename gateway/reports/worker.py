"""The report worker: makes the record of each meeting that is over, mails it, and makes it again
when readings come late or the meeting is changed.

A meeting is recorded once, when what is measured in time can change it no more. Half an hour after
people left, its organiser is told, once; a revision is told to nobody.
"""

import logging
import threading
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.domain.alerts.notice import Notice, NoticeMeeting
from gateway.domain.meeting import Meeting
from gateway.domain.report.report import Report
from gateway.domain.report.revision import changes_between
from gateway.domain.room import SIMULATED
from gateway.domain.webhook_event import report_event
from gateway.journal.late_readings import LATE_S
from gateway.outage import Outage, repeat
from gateway.registry import revision, webhook_outbox
from gateway.registry.agenda import reports
from gateway.registry.agenda.meetings import find_meeting, meetings_between
from gateway.registry.agenda.reports import Late, Record, Revision
from gateway.registry.alerts import outbox
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.rooms import find_venue
from gateway.reports.builder import (
    NoReport,
    NotOver,
    ReportBuilder,
    basis_of,
    decode_summary,
    encode_summary,
    settled,
)
from gateway.reports.monthly import post_months
from gateway.store.interface import StoreError
from gateway.words.locale import DEFAULT_LANGUAGE
from sensors.clock import Clock
from sensors.wire.topic import VenueSlug

LOOK_EVERY_S = 1.0
BACKLOG_S = 15.0
"""Of wall time: how long after a start the broker may still be handing over what came before."""
SETTLE = timedelta(seconds=LATE_S)
MAIL_AFTER = timedelta(minutes=30)
TELLS_NOTHING_AFTER = timedelta(hours=12)
"""A report that is mailed later than this is news to nobody."""
MONTHS_EVERY = timedelta(minutes=10)
LOOKED_BACK = timedelta(days=8)
"""Meetings that ended longer ago get no record any more, as the journal knows readings no
longer."""

log = logging.getLogger(__name__)


class ReportWorker:
    """``run`` in a thread of its own; the only one that writes records of its venues."""

    def __init__(
        self,
        database: Database,
        reporter: ReportBuilder,
        clock: Clock,
        caught_up: Callable[[], bool],
        venues: Container[str] | None = None,
    ) -> None:
        """``caught_up`` says whether the store has everything that the journal has; ``venues`` are
        the ones whose reports it makes, None for all.
        """
        self._venues = venues
        self._database = database
        self._reporter = reporter
        self._clock = clock
        self._caught_up = caught_up
        self._not_before: dict[str, tuple[str, datetime]] = {}
        self._revision: int | None = None
        self._seen_to: datetime | None = None
        self._months_at: datetime | None = None
        self._outage = Outage(log, "reports")

    def run(self, stop: threading.Event) -> None:
        """Look every second until ``stop``. A database or store that is away is waited for."""
        started = time.monotonic()

        def look() -> bool:
            if time.monotonic() - started < BACKLOG_S or not self._caught_up():
                return False
            self.step(stop)
            return True

        repeat(look, LOOK_EVERY_S, (DatabaseAway, StoreError), stop, outage=self._outage)

    def step(self, stop: threading.Event) -> None:
        """One round: new records, revisions, mails.

        Raises:
            DatabaseAway: the database is away.
            StoreError: the store is; what was done so far stands.

        """
        now = self._clock.now()
        with self._database.read() as conn:
            number = revision.current(conn)
            is_new = number != self._revision or self._seen_to is None
            since = now - LOOKED_BACK if is_new else self._seen_to or now
            fresh = reports.meetings_without_record(conn, since, now - SETTLE)
            changed = _changed(conn, now) if is_new else []
            late = reports.all_late(conn)
        waiting = []
        for meeting in fresh:
            if stop.is_set():
                return
            if self._is_ours(meeting.venue) and not self._record(meeting, now):
                waiting.append(meeting.end)
        self._look_at_late([one for one in late if self._is_ours(one.venue)], now)
        for record in filter(lambda one: self._is_ours(one.venue), changed):
            self._revise(record, "meeting_changed", now)
        self._revision = number
        # Until something is changed, only what ended since needs a look, and what still goes on.
        moment = timedelta(microseconds=1)
        self._seen_to = min(waiting, default=now - SETTLE + moment) - moment
        self._mail(now)
        if self._months_at is None or not timedelta() <= now - self._months_at < MONTHS_EVERY:
            post_months(self._database, self._venues, now)
            self._months_at = now

    def _look_at_late(self, late: Sequence[Late], now: datetime) -> None:
        """Revise what readings that came late may change. Of most rooms of a backlog that is nothing:
        they are forgotten together.
        """
        if not late:
            return
        with self._database.read() as conn:
            recorded = reports.rooms_recorded(conn, min(one.from_ns for one in late))
        unrecorded = [one for one in late if (one.venue, one.room) not in recorded]
        if unrecorded:
            with self._database.write() as conn:
                reports.forget_late(conn, *unrecorded)
        for one in late:
            if (one.venue, one.room) not in recorded:
                continue
            with self._database.read() as conn:
                touched = reports.records_touched(conn, one)
            for record in touched:
                self._revise(record, "late_readings", now)
            with self._database.write() as conn:
                reports.forget_late(conn, one)

    def _record(self, meeting: Meeting, now: datetime) -> bool:
        """Make the first record of a meeting; false where people have not left yet."""
        basis, not_before = self._not_before.get(meeting.id, ("", now))
        if basis == basis_of(meeting) and now < not_before:
            return False
        try:
            report = self._reporter.draft(meeting.id, now)
        except NoReport:  # it was deleted or moved since
            return True
        due = settled(report) + SETTLE
        if now < due:
            self._not_before[meeting.id] = (basis_of(meeting), due)
            return False
        self._not_before.pop(meeting.id, None)
        mail_due = max(report.planned_end, report.presence.end) + MAIL_AFTER
        record = _record_of(report, basis_of(meeting), now)
        with self._database.write() as conn:
            reports.put_record(conn, replace(record, mail_due=mail_due))
            webhook_outbox.tell(conn, [report_event(meeting, report, 1, now)])
        return True

    def _revise(self, old: Record, why: str, now: datetime) -> None:
        """Make a record again; nothing happens where the readings are the same."""
        with self._database.read() as conn:
            meeting = find_meeting(conn, old.meeting)
        if meeting is None:  # no longer in the calendar: what was found stays as it is
            return
        try:
            report = self._reporter.draft(old.meeting, now)
        except NotOver:  # it was moved to a time that is still to come
            with self._database.write() as conn:
                reports.drop_record(conn, old.meeting)
            return
        except NoReport:  # it was deleted just now
            return
        if why == "late_readings" and report.basis.sha256 == old.sha256:
            return
        changed = changes_between(decode_summary(old.summary), report)
        number = old.revision + 1
        made = Revision(number, now, why, report.basis.sha256, changed)
        new = _record_of(report, basis_of(meeting), now)
        with self._database.write() as conn:
            # Its mail may have gone out since the old record was read.
            current = reports.find_record(conn, old.meeting) or old
            reports.put_record(
                conn,
                replace(
                    new,
                    revision=number,
                    revisions=(*old.revisions, made),
                    mail_due=current.mail_due,
                ),
            )
            webhook_outbox.tell(conn, [report_event(meeting, report, number, now)])
        log.info("report of meeting %s: revision %d (%s)", old.meeting, number, why)

    def _mail(self, now: datetime) -> None:
        with self._database.read() as conn:
            due = reports.mails_due(conn, now)
        for record in filter(lambda one: self._is_ours(one.venue), due):
            with self._database.write() as conn:
                meeting = find_meeting(conn, record.meeting)
                is_news = record.mail_due is None or now - record.mail_due < TELLS_NOTHING_AFTER
                if meeting is not None and meeting.organiser and is_news:
                    notice = _notice(conn, meeting, decode_summary(record.summary))
                    flag = f"report:{meeting.id}"[:64]
                    outbox.post(conn, meeting.id, flag, meeting.organiser, notice, now)
                reports.mail_seen_to(conn, record.meeting)

    def _is_ours(self, venue: VenueSlug) -> bool:
        return venue != SIMULATED and (self._venues is None or venue in self._venues)


def _changed(conn: Connection, now: datetime) -> list[Record]:
    """The records of meetings that are not as they were when recorded."""
    around = meetings_between(conn, now - LOOKED_BACK, now)
    there = {meeting.id: meeting for meeting in around}
    found = []
    for record in reports.records_since(conn, now - LOOKED_BACK):
        meeting = there.get(record.meeting) or find_meeting(conn, record.meeting)
        if meeting is not None and basis_of(meeting) != record.basis:
            found.append(record)
    return found


def _record_of(report: Report, basis: str, now: datetime) -> Record:
    occupancy, ventilation = report.verdicts
    return Record(
        meeting=report.meeting,
        venue=report.venue,
        room=report.room,
        people_from_ns=report.basis.people_from_ns,
        to_ns=report.basis.to_ns,
        computed_at=now,
        revision=1,
        sha256=report.basis.sha256,
        basis=basis,
        occupancy=occupancy,
        ventilation=ventilation,
        summary=encode_summary(report),
    )


def _notice(conn: Connection, meeting: Meeting, report: Report) -> Notice:
    venue = find_venue(conn, meeting.venue)
    language = meeting.language or (DEFAULT_LANGUAGE if venue is None else venue.language)
    rule, outcome = report.worst_rule
    return Notice(
        kind="report",
        rule=rule,
        venue=report.venue,
        venue_name=report.venue_name,
        language=language,
        timezone=report.timezone,
        room=report.room,
        room_name=report.room_name,
        # It goes to the organiser alone.
        meeting=NoticeMeeting(
            meeting.id, meeting.title, meeting.start, meeting.end, meeting.private
        ),
        since=report.presence.start,
        at=report.presence.end,
        value=outcome.mean,
        peak=outcome.worst,
        limit=outcome.limit,
        evidence=tuple(
            {
                "code": code,
                "verdict": one.verdict,
                "minutes_over": one.minutes_over,
                "worst": one.worst,
                "limit": one.limit,
            }
            for code, one in (("occupancy", report.occupancy), ("ventilation", report.ventilation))
        ),
    )
