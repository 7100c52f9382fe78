"""Wall screens and their links."""

from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import LINE, Instant, VenueRef
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.identity.account import own_account
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import access, demand, may
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.links import Links
from gateway.registry.accounts import kiosks as registry
from gateway.registry.accounts.kiosks import LABEL_LENGTH, Kiosk
from gateway.registry.rooms import find_venue
from sensors.wire.instant import to_wire
from sensors.wire.topic import VenueSlug


class KioskBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``label`` says where it hangs."""

    venue: VenueRef
    label: Annotated[str, Meta(min_length=1, max_length=LABEL_LENGTH), LINE]


class KioskAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``link`` is what its browser is opened with, ``by`` the account that made it; ``seen`` is written
    every five minutes.
    """

    id: str
    venue: VenueSlug
    label: str
    by: str
    made: Instant
    seen: Instant | None
    link: str


class Kiosks(msgspec.Struct, frozen=True):
    kiosks: tuple[KioskAnswer, ...]


class KiosksQuery(msgspec.Struct, frozen=True):
    venue: VenueSlug | None = None


def get_kiosks(services: Services, query: KiosksQuery) -> Kiosks:
    with services.database.read() as conn:
        found = registry.living_of(conn, access().venues(Need.ROLES))
    return Kiosks(
        tuple(_answer(services, k) for k in found if query.venue is None or k.venue == query.venue)
    )


def get_kiosk(services: Services, kiosk: str) -> KioskAnswer:
    with services.database.read() as conn:
        return _answer(services, _found(conn, kiosk))


def make_kiosk(services: Services, body: KioskBody) -> KioskAnswer:
    demand(Need.ROLES, body.venue)
    by = own_account()
    with services.database.write() as conn:
        if find_venue(conn, body.venue) is None:
            mistake = Mistake("/venue", f"there is no venue {body.venue!r}")
            raise Problem(422, mistake.message, [mistake])
        made = registry.make_kiosk(conn, body.venue, body.label, by, services.clock.now())
    return _answer(services, made)


def end_kiosk(services: Services, kiosk: str) -> None:
    with services.database.write() as conn:
        registry.end_kiosk(conn, _found(conn, kiosk).number)


def _found(conn: Connection, number: str) -> Kiosk:
    """One that goes on, of a venue whose screens the visitor sees to."""
    found = registry.find_kiosk(conn, number)
    if found is None or not may(Need.ROLES, found.venue):
        raise Problem(404, f"there is no wall screen {number!r}")
    return found


def _answer(services: Services, kiosk: Kiosk) -> KioskAnswer:
    links = Links(services.secret, services.settings.public_url)
    return KioskAnswer(
        id=kiosk.number,
        venue=kiosk.venue,
        label=kiosk.label,
        by=kiosk.by,
        made=to_wire(kiosk.made),
        seen=None if kiosk.seen is None else to_wire(kiosk.seen),
        link=links.kiosk(kiosk.number, kiosk.venue),
    )


ROUTES = (
    Route(
        "GET",
        "/kiosks",
        get_kiosks,
        "wall screens that have a link",
        Kiosks,
        query=KiosksQuery,
        paging=Paging("kiosks", lambda kiosk: (kiosk.id,), tuple[str]),
    ),
    Route("GET", "/kiosks/{kiosk}", get_kiosk, "one of them", KioskAnswer, problems=(404,)),
    Route(
        "POST",
        "/kiosks",
        make_kiosk,
        "make a link for a wall screen",
        KioskAnswer,
        body=KioskBody,
        problems=(404, 409),
        made_at=lambda made: f"/kiosks/{made.id}",
        secret=True,
    ),
    Route("DELETE", "/kiosks/{kiosk}", end_kiosk, "take a link back", problems=(404,)),
)
