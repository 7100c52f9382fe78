"""Alerts: the flags that were raised, and saying that somebody is on it."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import TEXT, Instant, Moment, RoomRef, VenueRef
from dashboard.api.paging import NumberedKey, OnlyNumber, Page, Paging
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Problem
from dashboard.web.reach import access, demand, in_reach, shown_name
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.alerts.notice import NoticeKind
from gateway.domain.room_state import FlagState, Rule
from gateway.registry.agenda.meetings import meetings_of_flags
from gateway.registry.alerts import flags as registry
from gateway.registry.alerts.deliveries import Delivery, DeliveryState, Role, deliveries_of
from gateway.registry.alerts.flags import Flag
from gateway.registry.live import operator_requests
from sensors.wire.instant import to_ns, to_wire

RECENT = timedelta(days=7)
USUAL = 200


class AlertsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Flags that are open or were at some time after ``since`` (by default a week ago), newest
    first.
    """

    since: Moment | None = None
    venue: VenueRef | None = None
    room: RoomRef | None = None
    rule: Rule | None = None
    state: FlagState | None = None


class AlertAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``value`` is the newest, ``peak`` the worst; ``until`` is null while the flag is open.
    ``meeting`` is the last meeting that it overlaps. ``silenced_until`` is how long nobody is told.
    Who came by the link of a message is an address in ``acknowledged_by``, for managers alone.
    """

    id: str
    venue: VenueRef
    room: RoomRef
    rule: Rule
    state: FlagState
    since: Instant
    until: Instant | None
    value: float | None
    peak: float | None
    limit: float | None
    meeting: str | None
    acknowledged: bool
    acknowledged_at: Instant | None
    acknowledged_by: str | None
    acknowledged_note: str
    silenced_until: Instant | None


class Alerts(msgspec.Struct, frozen=True):
    alerts: tuple[AlertAnswer, ...]


class AttemptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One try; ``error`` is null where the message was taken."""

    at: Instant
    error: str | None


class DeliveryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one recipient. ``ended`` is when it was sent or given up, ``reason`` the
    newest error or why it was given up; ``recipient`` is null of the people of a private meeting.
    """

    kind: NoticeKind
    role: Role
    recipient: str | None
    state: DeliveryState
    ended: Instant | None
    reason: str | None
    attempts: tuple[AttemptAnswer, ...]


class Deliveries(msgspec.Struct, frozen=True):
    deliveries: tuple[DeliveryAnswer, ...]


class AcknowledgeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: Annotated[str, Meta(max_length=1000), TEXT] = ""


def get_alerts(services: Services, query: AlertsQuery, page: Page) -> Alerts:
    since = query.since or services.clock.now() - RECENT
    with services.database.read() as conn:
        found = registry.recent_flags(
            conn,
            since=since,
            venue=query.venue,
            venues=access().venues(Need.ALERTS),
            room=query.room,
            rule=query.rule,
            state=query.state,
            after=None if page.after is None else (-int(page.after[0]), str(page.after[1])),
            limit=(page.limit or USUAL) + 1,
        )
        meetings = meetings_of_flags(conn, tuple(flag.id for flag in found))
    return Alerts(tuple(_answer(flag, meetings.get(flag.id)) for flag in found))


def acknowledge(services: Services, alert: str, body: AcknowledgeBody) -> None:
    visitor = current_user()
    by = "" if visitor is None else visitor.name
    with services.database.write() as conn:
        demand(Need.ACKNOWLEDGE, _find(conn, alert).venue)
        operator_requests.ask_acknowledge(conn, alert, by, body.note, services.clock.now())


def get_alert(services: Services, alert: str) -> AlertAnswer:
    with services.database.read() as conn:
        flag = _find(conn, alert)
        demand(Need.ALERTS, flag.venue)
        return _answer(flag, meetings_of_flags(conn, (alert,)).get(alert))


def get_alert_deliveries(services: Services, alert: str) -> Deliveries:
    with services.database.read() as conn:
        demand(Need.ADDRESSES, _find(conn, alert).venue)
        found = deliveries_of(conn, (alert,)).get(alert, ())
    return Deliveries(tuple(_delivery(delivery) for delivery in found))


def _delivery(found: Delivery) -> DeliveryAnswer:
    return DeliveryAnswer(
        kind=found.kind,
        role=found.role,
        recipient=None if found.is_private else found.recipient,
        state=found.state,
        ended=None if found.ended_at is None else to_wire(found.ended_at),
        reason=found.reason,
        attempts=tuple(AttemptAnswer(at=to_wire(a.at), error=a.error) for a in found.attempts),
    )


def _find(conn: Connection, alert: str) -> Flag:
    flag = in_reach(registry.find_flag(conn, alert))
    if flag is None:
        raise Problem(404, f"there is no alert {alert!r}")
    return flag


def _answer(flag: Flag, meeting: str | None) -> AlertAnswer:
    return AlertAnswer(
        id=flag.id,
        venue=flag.venue,
        room=flag.room,
        rule=flag.rule,
        state=flag.state,
        since=to_wire(flag.since),
        until=None if flag.resolved_at is None else to_wire(flag.resolved_at),
        value=flag.value,
        peak=flag.peak,
        limit=flag.limit,
        meeting=meeting,
        acknowledged=flag.acknowledged_at is not None,
        acknowledged_at=None if flag.acknowledged_at is None else to_wire(flag.acknowledged_at),
        acknowledged_by=shown_name(flag.acknowledged_by, flag.venue),
        acknowledged_note=flag.acknowledged_note,
        silenced_until=None if flag.silenced_until is None else to_wire(flag.silenced_until),
    )


def _key(alert: AlertAnswer) -> tuple[int, str]:
    return -to_ns(datetime.fromisoformat(alert.since)), alert.id


ROUTES = (
    Route(
        "GET",
        "/alerts",
        get_alerts,
        "open and recent flags",
        Alerts,
        query=AlertsQuery,
        paging=Paging("alerts", _key, NumberedKey, usual=USUAL, by_handler=True),
    ),
    Route("GET", "/alerts/{alert}", get_alert, "one flag", AlertAnswer, problems=(404,)),
    Route(
        "GET",
        "/alerts/{alert}/deliveries",
        get_alert_deliveries,
        "who was told of a flag, and how that went",
        Deliveries,
        problems=(404,),
        paging=Paging("deliveries", None, OnlyNumber),
    ),
    Route(
        "POST",
        "/alerts/{alert}/acknowledge",
        acknowledge,
        "say that somebody is on it",
        body=AcknowledgeBody,
        problems=(404,),
    ),
)
