"""Who changed what: the audit trail, for managers of a venue and for admins."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from dashboard.api.fields import Instant, Moment, VenueRef
from dashboard.api.paging import OnlyNumber, Page, Paging
from dashboard.api.route import Route
from dashboard.web.reach import access
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.audit import Entry, How
from gateway.registry.audit.entries import Wanted, entries
from sensors.wire.instant import to_wire
from sensors.wire.topic import VenueSlug

USUAL = 100
LONGEST = 320


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """``what`` is a noun, as the part of an entry's before the dot; [since, until)."""

    venue: VenueRef | None = None
    who: Annotated[str, Meta(max_length=LONGEST)] | None = None
    what: Annotated[str, Meta(max_length=LONGEST)] | None = None
    since: Moment | None = None
    until: Moment | None = None


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """``what`` is a noun and what was done to it; ``before`` and ``after`` hold what differs, null
    where there was or is nothing, secrets masked. ``how`` says by what ``who`` did it and ``label``
    which one; ``from`` is empty after thirty days, and of whoever sat at the machine.
    """

    id: int
    at: Instant
    who: str
    how: How
    label: str
    what: str
    venue: VenueRef | None
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    from_: str = msgspec.field(name="from")


class Audit(msgspec.Struct, frozen=True):
    audit: tuple[AuditEntry, ...]


def get_audit(services: Services, query: AuditQuery, page: Page) -> Audit:
    before = None if page.after is None else -int(page.after[0])
    reach = access().venues(Need.ROLES)
    venues = reach if query.venue is None else (query.venue,)
    wanted = Wanted(venues, query.who or "", query.what or "", query.since, query.until)
    with services.database.read() as conn:
        found = entries(conn, wanted, services.clock.now(), (page.limit or USUAL) + 1, before)
    return Audit(tuple(_answer(number, entry) for number, entry in found))


def _answer(number: int, entry: Entry) -> AuditEntry:
    act = entry.act
    return AuditEntry(
        id=number,
        at=to_wire(act.at),
        who=act.who,
        how=act.how,
        label=act.label,
        what=entry.what,
        venue=None if entry.venue is None else VenueSlug(entry.venue),
        object=entry.object,
        before=None if entry.before is None else dict(entry.before),
        after=None if entry.after is None else dict(entry.after),
        from_=act.address,
    )


ROUTES = (
    Route(
        "GET",
        "/audit",
        get_audit,
        "who changed what, newest first",
        Audit,
        query=AuditQuery,
        paging=Paging("audit", lambda one: (-one.id,), OnlyNumber, usual=USUAL, by_handler=True),
    ),
)
