"""Two venues with all that a view can be about, somebody of each role, and a request for each view."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.web.services import Services
from dashboard.web.stream import HANDOVER, Followed
from gateway.config import DashboardSettings, NotifySettings, StoreSettings
from gateway.domain.access import VENUE_ROLES, VenueRole
from gateway.domain.alerts.contact import Contact
from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.silence import Silence
from gateway.domain.annotation import Annotation
from gateway.domain.calendar.feed import Feed
from gateway.domain.calendar.room_matching import FeedRule
from gateway.domain.meeting import Meeting
from gateway.domain.organisation import Organisation
from gateway.domain.policy import Policy
from gateway.domain.protocol.protocol import Item
from gateway.domain.protocol.protocol import Protocol as HouseRules
from gateway.domain.refused_message import RefusedMessage
from gateway.domain.room import Room, Venue
from gateway.domain.webhook import Webhook, new_secret
from gateway.registry.accounts.grants import set_roles
from gateway.registry.accounts.invitations import invite
from gateway.registry.accounts.tokens import new_token
from gateway.registry.accounts.users import add_user
from gateway.registry.agenda.feeds import put_feed
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.alerts.flags import put_flag
from gateway.registry.alerts.sent_links import SentLink, put_link
from gateway.registry.alerts.silences import put_silence
from gateway.registry.annotations import make_annotation
from gateway.registry.database import Database, open_database
from gateway.registry.devices import place
from gateway.registry.live import quarantine
from gateway.registry.organisations import put_organisation
from gateway.registry.policies import put_policy
from gateway.registry.protocols.kept import put_protocol
from gateway.registry.rooms import put_room, put_venue
from gateway.registry.sources import make_source
from gateway.registry.tables.accounts import kiosks
from gateway.registry.tables.door_pages import door_pages
from gateway.registry.tables.live_state import metric_totals
from gateway.registry.tables.room_tests import room_tests
from gateway.registry.webhooks import make_webhook
from gateway.store.interface import Placed
from gateway.store.open import open_store
from sensors.adapters.source import Source
from sensors.clock import SYSTEM
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.reading import AirReading
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.dashboard.pages.scene import StageBoard
from tests.dashboard.played import Played
from tests.dashboard.setup import VENUE, state
from tests.on_postgresql import copy_database

OTHER: Final = VenueSlug("molen")
ROOM, DEVICE = RoomSlug("grote-zaal"), DeviceSlug("co2-01")
WHO: Final = ("outsider", "nobody", *VENUE_ROLES, "admin")
"""By how much they may do; who may most goes last, for what is deleted is gone. The outsider manages
the other venue.
"""
NOW = SYSTEM.now()
URL = "https://example.org/kalender.ics"


def address(name: str) -> str:
    return f"{name}@example.org"


@dataclass
class House:
    """An application on a house of two venues. ``followed`` are the streams that were begun."""

    app: Flask
    tokens: dict[str, str]
    invitation: str
    followed: list[Followed] = field(default_factory=list)

    def ask(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        if isinstance(more.get("data"), dict):
            given = more["data"].items()
            more["data"] = {k: v.replace("INVITATION", self.invitation) for k, v in given}
        return self.app.test_client().open(
            path.replace("INVITATION", self.invitation),
            method=method,
            headers={"Authorization": f"Bearer {self.tokens[who]}"},
            environ_overrides={HANDOVER: self.followed.append},
            **more,
        )

    def close(self) -> None:
        for followed in self.followed:
            followed.events.close()


def build(database_file: Path, directory: Path) -> tuple[House, Database]:
    """A house of its own in a directory, on a copy of a furnished database."""
    copy_database(database_file, directory)
    database = open_database("sqlite:///luchtig.db", directory)
    furnish(database)
    board = StageBoard()
    board.states = (
        state(ROOM, name="Grote zaal", co2_ppm=700.0),
        state(ROOM, venue=OTHER, name="Molenzaal", co2_ppm=700.0),
    )
    notify = NotifySettings(mail="smtp://127.0.0.1:25")
    store = open_store(StoreSettings(), directory)
    store.write([_air(SYSTEM.now_ns() - int(15e9) * number) for number in range(20)])
    services = Services(
        SYSTEM,
        database,
        store,
        board,
        DashboardSettings(),
        "a secret of tests",
        notify,
        directory=directory,
        simulation=Played(),
    )
    with database.write() as conn:
        invited = invite(conn, address("eva"), VENUE, "host", "anna", NOW, verifies=True)
    return House(create_app(services), people(database), invited.id), database


def _air(at_ns: int) -> Placed:
    """A reading over outdoors, as a room that is to be tested needs them."""
    reading = AirReading(VENUE, DEVICE, at_ns, at_ns, ts_given=True, co2_ppm=1400.0)
    return Placed(ROOM, reading)


def people(database: Database) -> dict[str, str]:
    """Somebody of each role, by their token."""
    roles: dict[str, tuple[VenueSlug, VenueRole]] = {role: (VENUE, role) for role in VENUE_ROLES}
    roles["outsider"] = (OTHER, "manager")
    made = {}
    with database.write() as conn:
        for name in WHO:
            everywhere = "admin" if name == "admin" else ""
            add_user(conn, name, everywhere, None, NOW, address(name), verified=True)
            if name in roles:
                venue, role = roles[name]
                set_roles(conn, name, venue, [role])
            made[name] = new_token(conn, name, "", NOW)
    return made


def furnish(database: Database) -> None:
    """The same in both venues: ids of the first begin with ``k``, of the other with ``m``."""
    hour = timedelta(hours=1)
    with database.write() as conn:
        put_venue(conn, Venue(OTHER, "De Molen"))
        put_room(conn, Room(OTHER, ROOM, "Molenzaal", 100.0, seats=8))
        for letter, venue in (("k", VENUE), ("m", OTHER)):
            place(conn, venue, DEVICE, ROOM, NOW)
            own = Policy(f"{letter}-eigen", f"Van {venue}", co2_limit_ppm=1100.0, venue=venue)
            put_policy(conn, own)
            rules = (Item("ramen", "declared", text=f"Ramen open in {venue}"),)
            put_protocol(
                conn, HouseRules(f"{letter}-regels", rules, f"Van {venue}", venue=venue), NOW
            )
            people = {"own": "organiser", "other": "somebody", "past": "somebody"}
            for number, (kind, organiser) in enumerate(people.items()):
                start = NOW - 9 * hour if kind == "past" else NOW + (number + 1) * 2 * hour
                meeting = Meeting(
                    f"{letter}-{kind}", venue, ROOM, f"{venue} {kind}", start, start + hour,
                    organiser=address(organiser), protocol="school",
                )  # fmt: skip
                put_meeting(conn, meeting)
            put_flag(conn, Flag(f"{letter}-flag", venue, ROOM, "co2", "firing", NOW - hour))
            put_contacts(conn, venue, (Contact(f"Baas van {venue}", address("baas")),))
            put_link(
                conn,
                SentLink(
                    f"{letter}-link",
                    venue,
                    address("somebody"),
                    "organiser",
                    "alerts",
                    (ROOM,),
                    (),
                    (f"{letter}-own",),
                    False,
                    NOW,
                    NOW + 9 * hour,
                ),
            )
            put_feed(conn, Feed(f"{letter}-feed", venue, f"Kalender {venue}", URL, None, 900.0,
                                (FeedRule("title", "zaal", ROOM),)))  # fmt: skip
            hook = Webhook(0, venue, f"Haak {venue}", "https://example.org/hook", new_secret())
            make_webhook(conn, hook)
            make_source(conn, Source(kind="tasmota", filter="tele/#", venue=venue), NOW)
            put_silence(
                conn, Silence(venue, ROOM, "co2", NOW, NOW + 3 * hour, f"stil {venue}", "x")
            )
            make_annotation(
                conn, Annotation(venue, ROOM, "filter", f"filter {venue}", NOW, None, "x")
            )
            topic = f"luchtig/devices/{venue}/{DEVICE}/air"
            quarantine.add(
                conn, RefusedMessage(topic, b"{}", Reason.OUT_OF_RANGE, "tijd", to_ns(NOW))
            )
            club = Organisation(f"{letter}-club", f"Club {venue}", (venue,))
            put_organisation(conn, club)
            conn.execute(
                kiosks.insert().values(
                    number=f"{letter}-kiosk",
                    venue=venue,
                    label=f"hal {venue}",
                    user="anna",
                    made_ns=0,
                )
            )
            conn.execute(
                door_pages.insert().values(
                    number=f"{letter}-door", venue=venue, room=ROOM, by="anna", made_ns=0
                )
            )
            conn.execute(
                room_tests.insert().values(
                    id=f"{letter}-test", venue=venue, room=ROOM, conditions="dicht", by="anna",
                    started_ns=0, state="done", air_changes_per_h=2.0, low=1.9, high=2.1,
                    end_ppm=430.0, excess_ppm=600.0, noise_ppm=5.0, correlation=0.3, spans=60,
                )
            )  # fmt: skip
        conn.execute(
            metric_totals.insert().values(gateway="g", name="store_refuses", label="air", value=1.0)
        )


def local(hours: float) -> str:
    """So many hours from now, as a form of a venue in Amsterdam gives it."""
    at = (NOW + timedelta(hours=hours)).astimezone(ZoneInfo("Europe/Amsterdam"))
    return at.strftime("%Y-%m-%dT%H:%M")


PLACES: Final = {
    "webhooks/<word:kind>": "webhooks/tts", "<venue>": VENUE, "<room>": ROOM, "<device>": DEVICE, "<policy>": "k-eigen", "<protocol>": "k-regels", "<item>": "nobody-ill", "<door>": "k-door", "<channel>": "mail",
    "<meeting>": "k-own", "<meeting_id>": "k-own", "<alert>": "k-flag", "<flag_id>": "k-flag",
    "<feed>": "k-feed", "<slug>": "k-feed", "<silence>": "1", "<annotation>": "1", "<refused>": "1", "<kind>": "air",
    "rules/<int:number>": "rules/0", "silences/<int:number>": "silences/1", "notes/<int:number>": "notes/1", "<int:place>": "0",
    "<place>": "0", "<user>": "viewer", "<invitation>": "INVITATION", "<kiosk>": "k-kiosk",
    "<link>": "k-link", "<organisation>": "k-club", "<test>": "k-test", "<number:webhook>": "1", "<number:number>": "1",
}  # fmt: skip
QUERIES: Final = {
    "GET /api/v1/season": f"venue={VENUE}&from=2026-09-01&to=2026-12-01",
    "GET /api/v1/export.csv": "meeting=k-own",
    "GET /api/v1/plan": f"venue={VENUE}&room={ROOM}&people=8&minutes=60",
}
SUBSCRIPTION: Final = {
    "endpoint": "https://push.example.org/wpush/v2/0123456789",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
    "label": "telefoon",
}  # fmt: skip
"""A browser that is told by web push; its keys are those of RFC 8291, appendix A."""
_MEETING: Final = {
    "venue": VENUE, "room": ROOM, "title": "Overleg", "organiser": address("organiser"),
    "start": to_wire(NOW + timedelta(hours=40)), "end": to_wire(NOW + timedelta(hours=41)),
}  # fmt: skip
_CONTACT: Final = {"name": "Eva", "address": address("eva")}
_WEBHOOK: Final = {"venue": VENUE, "name": "Regeling", "url": "https://example.org/hook"}
_ANNOTATION: Final = {"venue": VENUE, "room": ROOM, "kind": "window", "text": "Raam open"}
_PROTOCOL: Final = {
    "venue": VENUE, "name": "Regels", "items": [{"id": "ramen", "text": "Ramen open"}],
}  # fmt: skip
_FEED: Final = {"venue": VENUE, "name": "Kalender", "url": URL}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "POST /api/v1/rooms": {"venue": VENUE, "name": "Nieuwe zaal"},
    "PUT /api/v1/rooms/<venue>/<room>": {"name": "Grote zaal", "volume_m3": 210.0},
    "PUT /api/v1/rooms/<venue>/<room>/people": {"people": 3},
    "POST /api/v1/rooms/<venue>/<room>/tests": {"conditions": "windows shut"},
    "POST /api/v1/meetings": _MEETING,
    "PUT /api/v1/meetings/<meeting>": _MEETING,
    "POST /api/v1/alerts/<alert>/acknowledge": {},
    "POST /api/v1/silences": {
        "venue": VENUE, "room": ROOM, "until": to_wire(NOW + timedelta(hours=3)), "reason": "stil",
    },
    "POST /api/v1/annotations": _ANNOTATION,
    "PUT /api/v1/annotations/<annotation>": _ANNOTATION,
    "POST /api/v1/webhooks": _WEBHOOK,
    "PUT /api/v1/webhooks/<number:webhook>": _WEBHOOK,
    "PUT /api/v1/organisations/<organisation>": {"name": "Club", "venues": [VENUE]},
    "PUT /api/v1/organisations/<organisation>/users/<user>": {"roles": ["viewer"]},
    "POST /api/v1/doors": {"venue": VENUE, "room": ROOM},
    "POST /api/v1/kiosks": {"venue": VENUE, "label": "Bar"},
    "POST /api/v1/subscriptions": SUBSCRIPTION | {"venues": [VENUE]},
    "PUT /api/v1/subscriptions/<subscription>": {"label": "telefoon", "venues": [VENUE]},
    "PUT /api/v1/users/<user>": {},
    "PUT /api/v1/users/<user>/roles/<venue>": {"roles": ["viewer"]},
    "POST /api/v1/users/<user>/reset": {},
    "POST /api/v1/invitations": {"email": address("ot"), "role": "host", "venue": VENUE},
    "POST /api/v1/venues": {"name": "Nieuw"},
    "PUT /api/v1/venues/<venue>": {"name": "De Kade"},
    "PUT /api/v1/venues/<venue>/contacts": {"contacts": [_CONTACT]},
    "POST /api/v1/venues/<venue>/contacts": _CONTACT,
    "PUT /api/v1/venues/<venue>/contacts/<place>": _CONTACT,
    "PUT /api/v1/devices/<venue>/<device>": {"room": ROOM},
    "POST /api/v1/feeds": _FEED,
    "PUT /api/v1/feeds/<feed>": _FEED,
    "POST /api/v1/protocols": _PROTOCOL,
    "PUT /api/v1/protocols/<protocol>": _PROTOCOL,
    "POST /api/v1/meetings/<meeting>/protocol/<item>": {"declared": True},
    "POST /api/v1/policies": {"venue": VENUE, "name": "Streng", "co2_limit_ppm": 900.0},
    "PUT /api/v1/policies/<policy>": {
        "venue": VENUE, "name": "Streng", "co2_limit_ppm": 900.0,
    },
    "POST /api/v1/channels/<channel>/test": {"to": address("anna")},
    "POST /api/v1/readings": {"readings": [{"venue": VENUE}]},
    "POST /api/v1/webhooks/<word:kind>/<venue>": {},
}  # fmt: skip
_MEETING_FORM: Final = {
    "room": f"{VENUE}/{ROOM}", "title": "Overleg", "start": local(40), "end": local(41),
}  # fmt: skip
_PROTOCOL_FORM: Final = {
    "name": "Regels", "venue": VENUE, "rows": "1",
    "item-0-how": "declared", "item-0-text": "Ramen open",
}  # fmt: skip
_CALENDAR_FORM: Final = {"name": "Kalender", "place": VENUE, "url": URL, "every_s": "900"}
FORMS: Final[dict[str, dict[str, str]]] = {
    "POST /meetings/<meeting_id>/protocol/<item>": {"declared": "yes"},
    "POST /settings/doors": {"room": f"{VENUE}/{ROOM}"},
    "POST /setup/venue": {"name": "Nieuw", "language": "nl", "timezone": "Europe/Amsterdam"},
    "POST /setup/sensors/<venue>/<device>": {"room": ROOM},
    "POST /setup/contacts/<venue>": {**_CONTACT, "language": "nl"},
    "POST /setup/calendar/<venue>": {"url": URL},
    "POST /meetings/new": _MEETING_FORM,
    "POST /rooms/<venue>/<room>/test": {"conditions": "windows shut"},
    "POST /meetings/<meeting_id>/edit": _MEETING_FORM,
    "POST /meetings/<meeting_id>/move": {"room": f"{VENUE}/{ROOM}", "start": local(40)},
    "POST /rooms/<venue>/<room>/attend": {"note": "ramen"},
    "POST /rooms/<venue>/<room>/quiet": {"note": "feest"},
    "POST /rooms/<venue>/<room>/notes": {"kind": "window", "text": "Raam open"},
    "POST /alerts/silence": {
        "place": f"{VENUE}/{ROOM}", "rule": "co2", "until": local(3), "reason": "stil",
    },
    "POST /settings/devices/<venue>/<device>/room": {"room": ROOM},
    "POST /settings/counters/<venue>/<room>": {"people": "3"},
    "POST /settings/limits/new": {"name": "Streng", "venue": VENUE, "co2_limit_ppm": "900"},
    "POST /settings/limits/<policy>": {"name": "Streng", "co2_limit_ppm": "900"},
    "POST /settings/protocols/new": _PROTOCOL_FORM,
    "POST /settings/protocols/<protocol>": _PROTOCOL_FORM,
    "POST /settings/venues/<venue>/protocol": {"protocol": "school"},
    "POST /settings/devices/<venue>/<device>": {"label": "Bij het raam"},
    "POST /settings/venues/<venue>": {
        "name": "De Kade", "language": "nl", "timezone": "Europe/Amsterdam", "reset_at": "04:00",
    },
    "POST /settings/venues/<venue>/rooms": {"name": "Zolder"},
    "POST /settings/venues/<venue>/rooms/<room>": {"name": "Grote zaal"},
    "POST /settings/venues/<venue>/contacts": {**_CONTACT, "language": "nl", "role": "manager"},
    "POST /settings/venues/<venue>/contacts/<int:place>": {
        "name": f"Baas van {VENUE}", "do": "up",
    },
    "POST /season/mail": {"venue": VENUE, "do": "on"},
    "POST /organisations": {"name": "Scholen"},
    "POST /organisations/<organisation>": {"name": "Club", "venues": VENUE},
    "POST /organisations/<organisation>/roles": {"user": "viewer", "roles": "viewer"},
    "POST /settings/sources": {"kind": "zigbee2mqtt", "filter": "zigbee2mqtt/#", "venue": VENUE},
    "POST /settings/kiosks": {"venue": VENUE, "label": "Bar"},
    "POST /settings/webhooks": {
        "venue": VENUE, "name": "Regeling", "url": "https://example.org/hook",
    },
    "POST /settings/users/invite": {"email": address("ot"), "role": "host", "venue": VENUE},
    "POST /settings/users/withdraw": {"invitation": "INVITATION"},
    "POST /settings/users/roles": {"user": "viewer", "venue": VENUE, "roles": "viewer"},
    "POST /settings/users/reset": {"user": "viewer"},
    "POST /settings/users/change": {"user": "viewer", "do": "disable"},
    "POST /settings/calendars/new": _CALENDAR_FORM,
    "POST /settings/calendars/<slug>/edit": _CALENDAR_FORM,
    "POST /settings/calendars/<slug>/rules": {"field": "title", "text": "zaal", "room": ROOM},
    "POST /settings/channels/<channel>/test": {"to": address("anna")},
}  # fmt: skip


def request_of(view: str) -> dict[str, Any]:
    """What a view of the table is asked for, about the first venue."""
    method, _, path = view.partition(" ")
    for part, value in PLACES.items():
        path = path.replace(part, value)
    asked: dict[str, Any] = {"method": method, "path": path}
    if view in QUERIES:
        asked["path"] += f"?{QUERIES[view]}"
    if view in BODIES:
        asked["json"] = BODIES[view]
    if view in FORMS:
        asked["data"] = FORMS[view]
    return asked
