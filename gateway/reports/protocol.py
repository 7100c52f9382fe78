"""What became of the protocol of a meeting: what was measured of it and what people said, apart."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from gateway.domain.meeting import Meeting
from gateway.domain.protocol.verdict import (
    UNKNOWN,
    KeptProtocol,
    Measured,
    judge_protocol,
    measured_of,
)
from gateway.domain.report.report import Report
from gateway.registry.agenda.reports import find_record
from gateway.registry.protocols.of_meetings import declarations_of, protocols_of
from gateway.reports.builder import decode_summary


def kept_protocol(
    conn: Connection, meeting: Meeting, now: datetime, report: Report | None = None
) -> KeptProtocol:
    """As far as it can be told now: what is measured is told by the meeting's ``report``, None for the
    one on record.
    """
    if report is None:
        return kept_protocols(conn, (meeting,), now)[meeting.id]
    protocol = protocols_of(conn, (meeting,), now)[meeting.id]
    said = declarations_of(conn, (meeting.id,)).get(meeting.id, ())
    return judge_protocol(protocol, meeting.start, meeting.end, measured_of(report), said)


def kept_protocols(
    conn: Connection, meetings: Iterable[Meeting], now: datetime
) -> Mapping[str, KeptProtocol]:
    """The same of many, by the meeting's id."""
    asked = tuple(meetings)
    protocols = protocols_of(conn, asked, now)
    said = declarations_of(conn, [one.id for one in asked])
    return {
        one.id: judge_protocol(
            protocols[one.id], one.start, one.end, _measured(conn, one), said.get(one.id, ())
        )
        for one in asked
    }


def _measured(conn: Connection, meeting: Meeting) -> Measured:
    record = find_record(conn, meeting.id)
    return UNKNOWN if record is None else measured_of(decode_summary(record.summary))
