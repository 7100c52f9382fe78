"""What is told to programs elsewhere: CloudEvents 1.0 (https://github.com/cloudevents/spec), in their
structured form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import NAMESPACE_URL, uuid5

import msgspec

from gateway.domain.alerts.flag import Flag
from gateway.domain.meeting import Meeting
from gateway.domain.report.report import Report
from sensors.wire.instant import to_wire
from sensors.wire.topic import VenueSlug

EventType = Literal[
    "luchtig.flag.fired",
    "luchtig.flag.acknowledged",
    "luchtig.flag.resolved",
    "luchtig.report.made",
    "luchtig.report.revised",
    "luchtig.webhook.test",
]
EVENT_TYPES: Final[tuple[EventType, ...]] = get_args(EventType)
MEDIA_TYPE: Final = "application/cloudevents+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a venue. ``id`` is the same however often it is told; ``subject`` is
    the path of what it happened to, below the API's.
    """

    id: str
    type: EventType
    venue: VenueSlug
    subject: str
    at: datetime
    data: Mapping[str, Any]


class _CloudEvent(msgspec.Struct, frozen=True):
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    data: Mapping[str, Any]


def flag_event(kind: EventType, flag: Flag, meeting: str | None, at: datetime) -> Event:
    """A flag fired, was acknowledged or was resolved; ``meeting`` is the one going on."""
    moments = {
        "since": flag.since,
        "fired_at": flag.fired_at,
        "until": flag.resolved_at,
        "acknowledged_at": flag.acknowledged_at,
        "silenced_until": flag.silenced_until,
    }
    data: dict[str, Any] = {
        "id": flag.id,
        "venue": flag.venue,
        "room": flag.room,
        "rule": flag.rule,
        "state": flag.state,
        "value": flag.value,
        "peak": flag.peak,
        "limit": flag.limit,
        "meeting": meeting,
        "acknowledged": flag.acknowledged_at is not None,
        "acknowledged_note": flag.acknowledged_note,
    }
    data |= {name: None if when is None else to_wire(when) for name, when in moments.items()}
    return Event(_id(kind, flag.id), kind, flag.venue, f"alerts/{flag.id}", at, data)


def report_event(meeting: Meeting, report: Report, revision: int, at: datetime) -> Event:
    """A meeting's report was made, or made anew; who is told of is nobody of its people."""
    kind: EventType = "luchtig.report.made" if revision == 1 else "luchtig.report.revised"
    rules = (
        ("occupancy", report.occupancy),
        ("ventilation", report.ventilation),
        ("co2", report.co2),
    )
    data: dict[str, Any] = {
        "meeting": meeting.id,
        "venue": report.venue,
        "room": report.room,
        "title": meeting.public_title,
        "private": meeting.private,
        "start": to_wire(meeting.start),
        "end": to_wire(meeting.end),
        "revision": revision,
        "rules": {
            name: {
                "verdict": one.verdict,
                "minutes_over": one.minutes_over,
                "worst": one.worst,
                "limit": one.limit,
            }
            for name, one in rules
        },
    }
    key = f"{meeting.id} {revision}"
    return Event(_id(kind, key), kind, report.venue, f"meetings/{meeting.id}", at, data)


def trial_event(venue: VenueSlug, request: int, by: str, at: datetime) -> Event:
    """Somebody wants to see that events arrive."""
    kind: EventType = "luchtig.webhook.test"
    return Event(_id(kind, f"{request}"), kind, venue, f"venues/{venue}", at, {"by": by})


def structured(event: Event, public_url: str) -> bytes:
    """The event as JSON; ``public_url`` is where whoever tells of it is reached."""
    source = f"{public_url.rstrip('/')}/api/v1/venues/{event.venue}"
    told = _CloudEvent(
        "1.0", event.id, source, event.type, event.subject, to_wire(event.at), "application/json",
        event.data,
    )  # fmt: skip
    return msgspec.json.encode(told)


def _id(kind: EventType, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"luchtig:event:{kind}:{key}"))
