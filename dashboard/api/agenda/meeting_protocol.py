"""The protocol of a meeting: what was measured of it, and what people say of the rest."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.fields import LINE, Instant, Slug
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.meeting_link import demand_link
from dashboard.web.problem import Problem
from dashboard.web.reach import demand, demand_declaring, in_reach, may_read_words, shown_name
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.meeting import Meeting
from gateway.domain.protocol.protocol import Kind, MeasuredRule, When
from gateway.domain.protocol.times import due
from gateway.domain.protocol.verdict import Declaration, ItemOutcome, KeptProtocol
from gateway.domain.report.outcome import Verdict
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.alerts.sent_links import SentLink
from gateway.registry.protocols.of_meetings import declare
from gateway.reports.gone import find_on_record
from gateway.reports.protocol import kept_protocol
from sensors.wire.instant import to_wire

WORD_LENGTH = 300


class DeclarationBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``declared``: *yes* or *no*; ``note`` says why."""

    declared: bool
    note: Annotated[str, Meta(max_length=WORD_LENGTH), LINE] = ""


class MeetingItemAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``verdict`` of what is measured is the report's; of what is declared it follows ``declared``,
    which is null where nobody said anything. ``by`` said so, ``at`` the moment, ``late`` after
    ``due_until``; the last word counts. Who and why is not told of somebody else's private meeting.
    """

    id: str
    text: str | None
    texts: dict[str, str]
    kind: Kind
    rule: MeasuredRule | None
    when: When
    required: bool
    verdict: Verdict
    declared: bool | None
    by: str | None
    at: Instant | None
    late: bool
    note: str
    due_from: Instant | None
    due_until: Instant | None


class MeetingProtocolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``verdict`` is of all that is required, ``measured`` and ``declared`` of each kind alone (null
    where nothing of it is required): no declaration mends a measurement.
    """

    meeting: str
    protocol: Slug
    name: str | None
    version: int
    verdict: Verdict
    measured: Verdict | None
    declared: Verdict | None
    items: tuple[MeetingItemAnswer, ...]


class MeetingProtocolQuery(msgspec.Struct, frozen=True, kw_only=True):
    """``token`` is the last part of the link of a mail (``/s/{token}``) to whoever organises or hosts the
    meeting: it stands for a log-in.
    """

    token: str | None = None


def get_meeting_protocol(
    services: Services, meeting: str, query: MeetingProtocolQuery
) -> MeetingProtocolAnswer:
    link = None if query.token is None else demand_link(services, query.token, meeting)
    with services.database.read() as conn:
        found = _found(find_on_record(conn, meeting), meeting, link)
        kept = kept_protocol(conn, found, services.clock.now())
        return _answer(found, kept, is_told=link is not None or may_read_words(found))


def declare_item(
    services: Services,
    meeting: str,
    item: str,
    body: DeclarationBody,
    query: MeetingProtocolQuery,
) -> MeetingProtocolAnswer:
    now = services.clock.now()
    link = None if query.token is None else demand_link(services, query.token, meeting)
    with services.database.write() as conn:
        found = _found(find_meeting(conn, meeting), meeting, link)
        if link is None:
            demand_declaring(found)
        asked = kept_protocol(conn, found, now).protocol.item(item)
        if asked is None:
            raise Problem(404, f"the protocol of this meeting has no item {item!r}")
        if asked.kind == "measured":
            raise Problem(409, f"{item} is measured: nobody can declare it")
        by = _name() if link is None else link.role
        declare(conn, found, Declaration(item, body.declared, by, now, body.note))
        return _answer(found, kept_protocol(conn, found, now), is_told=True)


def _name() -> str:
    visitor = current_user()
    return "-" if visitor is None else visitor.name


def _found(found: Meeting | None, key: str, link: SentLink | None) -> Meeting:
    found = found if link is not None else in_reach(found)
    if found is None:
        raise Problem(404, f"there is no meeting {key!r}")
    if link is None:
        demand(Need.MEETINGS, found.venue)
    return found


def _answer(meeting: Meeting, kept: KeptProtocol, *, is_told: bool) -> MeetingProtocolAnswer:
    return MeetingProtocolAnswer(
        meeting=meeting.id,
        protocol=kept.protocol.slug,
        name=kept.protocol.name or None,
        version=kept.protocol.version,
        verdict=kept.verdict,
        measured=kept.verdict_of("measured"),
        declared=kept.verdict_of("declared"),
        items=tuple(_item(meeting, one, is_told=is_told) for one in kept.outcomes),
    )


def _item(meeting: Meeting, outcome: ItemOutcome, *, is_told: bool) -> MeetingItemAnswer:
    item, said = outcome.item, outcome.declaration
    times = due(item.when, meeting.start, meeting.end) if item.kind == "declared" else None
    return MeetingItemAnswer(
        id=item.id, text=item.text or None, texts=dict(item.texts), kind=item.kind,
        rule=item.rule, when=item.when, required=item.required, verdict=outcome.verdict,
        declared=None if said is None else said.declared,
        by=shown_name(said.by, meeting.venue) if said is not None and is_told else None,
        at=None if said is None else to_wire(said.at),
        late=outcome.late,
        note=said.note if said is not None and is_told else "",
        due_from=None if times is None else to_wire(times.since),
        due_until=None if times is None else to_wire(times.until),
    )  # fmt: skip


ROUTES = (
    Route(
        "GET",
        "/meetings/{meeting}/protocol",
        get_meeting_protocol,
        "what became of a meeting's protocol, measured and declared apart",
        MeetingProtocolAnswer,
        query=MeetingProtocolQuery,
        problems=(404, 410),
    ),
    Route(
        "POST",
        "/meetings/{meeting}/protocol/{item}",
        declare_item,
        "say yes or no to an item of a meeting's protocol",
        MeetingProtocolAnswer,
        query=MeetingProtocolQuery,
        body=DeclarationBody,
        problems=(404, 409, 410),
    ),
)
