"""The signed links that are out in mails: listed, and withdrawn."""

from datetime import datetime

import msgspec

from dashboard.api.fields import Instant, RoomRef, VenueRef
from dashboard.api.paging import NumberedKey, Paging
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Problem
from dashboard.web.reach import access, demand
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.alerts.notice import RecipientRole
from gateway.domain.topic import Topic
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.alerts import sent_links as registry
from gateway.registry.alerts.sent_links import SentLink
from sensors.wire.instant import to_ns, to_wire

MOST = 1000


class LinksQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Those of a venue, or about a meeting."""

    venue: VenueRef | None = None
    meeting: str | None = None


class LinkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one mail lets whoever has it do. ``recipient`` is null of a private meeting; ``revoked`` is
    null as long as it works.
    """

    id: str
    venue: VenueRef
    recipient: str | None
    role: RecipientRole
    topic: Topic
    rooms: tuple[RoomRef, ...]
    alerts: tuple[str, ...]
    meetings: tuple[str, ...]
    made: Instant
    expires: Instant
    revoked: Instant | None
    revoked_by: str | None


class LinksAnswer(msgspec.Struct, frozen=True):
    links: tuple[LinkAnswer, ...]


def get_links(services: Services, query: LinksQuery) -> LinksAnswer:
    venues = access().venues(Need.SETTINGS) if query.venue is None else (query.venue,)
    with services.database.read() as conn:
        found = registry.sent_links(conn, services.clock.now(), MOST, venues, query.meeting)
    return LinksAnswer(tuple(map(_answer, found)))


def get_link(services: Services, link: str) -> LinkAnswer:
    return _answer(_find(services, link))


def revoke_link(services: Services, link: str) -> None:
    """Again is harmless."""
    found = _find(services, link)
    with services.database.write() as conn:
        registry.revoke_link(conn, found.id, _visitor(), services.clock.now())


def revoke_links_of_meeting(services: Services, meeting: str) -> None:
    """Also those that were sent before links were on record."""
    now = services.clock.now()
    with services.database.write() as conn:
        found = find_meeting(conn, meeting)
        out = registry.sent_links(conn, now, 1, meeting=meeting)
        venue = found.venue if found is not None else next((one.venue for one in out), None)
        if venue is None or not access().reaches(venue):
            raise Problem(404, f"there is no meeting {meeting!r}, and no link about one")
        demand(Need.SETTINGS, venue)
        registry.revoke_of_meeting(conn, meeting, _visitor(), now)


def _find(services: Services, link: str) -> SentLink:
    with services.database.read() as conn:
        found = registry.find_link(conn, link)
    if found is None or not access().reaches(found.venue):
        raise Problem(404, f"there is no link {link!r}")
    demand(Need.SETTINGS, found.venue)
    return found


def _visitor() -> str:
    visitor = current_user()
    return "" if visitor is None else visitor.name


def _answer(link: SentLink) -> LinkAnswer:
    return LinkAnswer(
        id=link.id,
        venue=link.venue,
        recipient=None if link.private else link.recipient,
        role=link.role,
        topic=link.topic,
        rooms=link.rooms,
        alerts=link.flags,
        meetings=link.meetings,
        made=to_wire(link.made),
        expires=to_wire(link.expires),
        revoked=None if link.revoked is None else to_wire(link.revoked),
        revoked_by=link.revoked_by,
    )


def _key(link: LinkAnswer) -> tuple[int, str]:
    return -to_ns(datetime.fromisoformat(link.made)), link.id


ROUTES = (
    Route("GET", "/links", get_links, "signed links that are out in mails, newest first", LinksAnswer,
          query=LinksQuery, paging=Paging("links", _key, NumberedKey)),
    Route("GET", "/links/{link}", get_link, "one of them", LinkAnswer, problems=(404,)),
    Route("DELETE", "/links/{link}", revoke_link, "withdraw the links of a mail", problems=(404,)),
    Route("DELETE", "/meetings/{meeting}/links", revoke_links_of_meeting,
          "withdraw all links about a meeting", problems=(404,)),
)  # fmt: skip
