"""Every route that changes something leaves a trace: who, by what, and from where."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.api import WEBHOOK
from dashboard.web.identity.address_token import address_token
from dashboard.web.services import EXTENSION, Services
from gateway.domain.alerts.contact import Contact
from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.silence import Silence
from gateway.domain.annotation import Annotation
from gateway.domain.audit import Entry
from gateway.domain.calendar.feed import Feed
from gateway.domain.meeting import Meeting
from gateway.links import Links
from gateway.metrics import STORE_REFUSES
from gateway.registry.accounts.passkeys import add_passkey, passkeys_of
from gateway.registry.accounts.sessions import begin_session
from gateway.registry.agenda.feeds import put_feed
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.alerts.flags import put_flag
from gateway.registry.alerts.push_subscriptions import subscriptions_of
from gateway.registry.alerts.sent_links import SentLink, put_link
from gateway.registry.alerts.silences import put_silence
from gateway.registry.annotations import make_annotation
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.audit.undo import last_number
from gateway.registry.devices import place, register
from gateway.registry.live.metric_totals import put_totals
from gateway.store.interface import Placed
from sensors.clock import SYSTEM
from sensors.wire.instant import to_ns
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import PASSWORD, VENUE, Site
from tests.dashboard.web.house import SUBSCRIPTION

ZAAL = RoomSlug("grote-zaal")
SECRET = "a secret of tests"
ADDRESS = "192.0.2.7"
ANOTHER = "vier heel andere woorden"
LINK = SentLink(
    "a" * 32, VENUE, "o@example.org", "organiser", "alerts", (ZAAL,), ("f2",), ("m1",), False,
    SYSTEM.now(), SYSTEM.now() + timedelta(days=30),
)  # fmt: skip

CHANGES_NOTHING = {
    "POST /language/<language>": "a cookie of one's own browser",
    "POST /theme/<theme>": "a cookie of one's own browser",
    "POST /account/passkeys/options": "a question to a device",
    "POST /login/passkey/options": "a question to a device",
    "POST /verify": "a file that is read and not kept",
    "POST /api/v1/readings": "readings, on their way to the broker",
    "POST /api/v1/webhooks/<word:kind>/<venue>": "readings, on their way to the broker",
}
"""What is sent with POST and writes nothing that anybody else could see."""

WALKED_ELSEWHERE = {
    "POST /setup": "before anybody has an account: tests/dashboard/pages/test_setup.py",
    "POST /invite/<token>": "by whoever is invited: tests/dashboard/pages/test_invite.py",
}


A_DEVICE_SIGNS = {"POST /account/passkeys", "POST /login/passkey"}
"""Walked where there is one: tests/browser/test_passkeys.py."""


@dataclass
class Call:
    """A request that a route takes. ``form`` comes from a page, ``json`` from a program."""

    path: str
    form: dict[str, Any] | None = None
    json: dict[str, Any] | None = None
    who: str = "anna"
    how: str = "session"


def until(hours: float) -> str:
    return (SYSTEM.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


MEETING = {
    "venue": VENUE, "room": ZAAL, "title": "Overleg",
    "start": "2030-01-01T10:00:00Z", "end": "2030-01-01T11:00:00Z",
}  # fmt: skip
FILLED_IN = {
    "room": f"{VENUE}/{ZAAL}", "title": "Overleg", "start": "2030-01-01T10:00", "end": "2030-01-01T11:00",
}  # fmt: skip
NEXT_DAY = {"start": "2030-01-02T10:00", "end": "2030-01-02T11:00"}
CALENDAR = {"name": "Agenda", "place": VENUE, "every_s": "900", "url": "https://example.org/a.ics"}
HOOK = {"venue": VENUE, "name": "Control", "url": "https://example.org/hook"}
RULES = {"name": "Huisregels", "items": [{"id": "ramen", "text": "Ramen open"}]}
RULES_FORM = {
    "name": "Regels", "rows": "1", "item-0-how": "declared", "item-0-text": "Ramen open",
}  # fmt: skip
FEED = {"venue": VENUE, "name": "Agenda", "url": "https://example.org/b.ics"}

CALLS = {
    "POST /login": Call("/login", {"name": "anna", "password": PASSWORD}),
    "POST /ack/<token>": Call("", {}, who="o@example.org", how="link"),
    "POST /s/<token>": Call("", {}, who="o@example.org", how="link"),
    "POST /s/<token>/unsubscribe": Call("/unsubscribe", {}, who="o@example.org", how="link"),
    "POST /s/<token>/subscribe": Call("/subscribe", {}, who="o@example.org", how="link"),
    "POST /s/<token>/protocol/<item>": Call(
        "/protocol/nobody-ill", {"declared": "yes"}, who="o@example.org", how="link"
    ),
    "POST /meetings/<meeting_id>/protocol/<item>": Call(
        "/meetings/m3/protocol/nobody-ill", {"declared": "yes"}
    ),
    "POST /settings/links/<link>/revoke": Call(f"/settings/links/{'a' * 32}/revoke", {}),
    "POST /settings/links/meetings/<meeting_id>/revoke": Call(
        "/settings/links/meetings/m1/revoke", {}
    ),
    "POST /alerts/<flag_id>/acknowledge": Call("/alerts/f1/acknowledge", {"note": "ramen"}),
    "POST /rooms/<venue>/<room>/attend": Call(f"/rooms/{VENUE}/serre/attend", {"note": "ramen"}),
    "POST /rooms/<venue>/<room>/quiet": Call(f"/rooms/{VENUE}/serre/quiet", {}),
    "POST /rooms/<venue>/<room>/tell": Call(f"/rooms/{VENUE}/serre/tell", {}),
    "POST /setup/simulated": Call("/setup/simulated", {}),
    "POST /setup/simulated/end": Call("/setup/simulated/end", {}),
    "POST /alerts/silence": Call(
        "/alerts/silence", {"place": f"{VENUE}/", "until": until(2), "reason": "feest"}
    ),
    "POST /alerts/silences/<int:number>/end": Call("/alerts/silences/1/end", {}),
    "POST /meetings/new": Call("/meetings/new", FILLED_IN),
    "POST /meetings/<meeting_id>/edit": Call("/meetings/m1/edit", FILLED_IN | NEXT_DAY),
    "POST /meetings/<meeting_id>/move": Call(
        "/meetings/m9/move", FILLED_IN | {"start": "2030-01-03T10:00"}
    ),
    "POST /meetings/<meeting_id>/delete": Call("/meetings/m1/delete", {}),
    "POST /settings/calendars/new": Call("/settings/calendars/new", CALENDAR),
    "POST /settings/calendars/<slug>/edit": Call("/settings/calendars/c1/edit", CALENDAR),
    "POST /settings/calendars/<slug>/read": Call("/settings/calendars/c1/read", {}),
    "POST /settings/calendars/<slug>/rules": Call(
        "/settings/calendars/c1/rules", {"room": ZAAL, "field": "location", "text": "zaal"}
    ),
    "POST /settings/calendars/<slug>/rules/<int:number>/delete": Call(
        "/settings/calendars/c1/rules/0/delete", {}
    ),
    "POST /settings/calendars/<slug>/delete": Call("/settings/calendars/c1/delete", {}),
    "POST /settings/channels/<channel>/test": Call(
        "/settings/channels/mail/test", {"to": "a@example.org"}
    ),
    "POST /settings/limits/new": Call(
        "/settings/limits/new", {"name": "Streng", "venue": VENUE, "co2_limit_ppm": "900"}
    ),
    "POST /settings/limits/<policy>": Call(
        "/settings/limits/streng", {"name": "Streng", "co2_limit_ppm": "850"}
    ),
    "POST /settings/protocols/new": Call("/settings/protocols/new", RULES_FORM),
    "POST /settings/protocols/<protocol>": Call(
        "/settings/protocols/regels", RULES_FORM | {"name": "Andere regels"}
    ),
    "POST /settings/venues/<venue>/protocol": Call(
        f"/settings/venues/{VENUE}/protocol", {"protocol": "regels"}
    ),
    "POST /settings/counters/<venue>/<room>": Call(
        f"/settings/counters/{VENUE}/{ZAAL}", {"people": "7"}
    ),
    "POST /settings/devices/<venue>/<device>": Call(
        f"/settings/devices/{VENUE}/co2-01", {"label": "Bij het raam"}
    ),
    "POST /settings/devices/<venue>/<device>/room": Call(
        f"/settings/devices/{VENUE}/co2-01/room", {"room": "serre"}
    ),
    "POST /settings/store/<kind>/release": Call("/settings/store/air/release", {}),
    "POST /settings/venues/<venue>/contacts": Call(
        f"/settings/venues/{VENUE}/contacts", {"name": "Dora", "address": "d@example.org"}
    ),
    "POST /settings/venues/<venue>/contacts/<int:place>": Call(
        f"/settings/venues/{VENUE}/contacts/0", {"name": "Cees", "do": "drop"}
    ),
    "POST /settings/venues/<venue>/hours": Call(
        f"/settings/venues/{VENUE}/hours", {"escalate_after_min": "20"}
    ),
    "POST /settings/venues/<venue>": Call(
        f"/settings/venues/{VENUE}",
        {
            "name": "De Kade aan de haven",
            "language": "nl",
            "timezone": "Europe/Amsterdam",
            "reset_at": "04:00",
        },
    ),
    "POST /settings/venues/<venue>/rooms": Call(
        f"/settings/venues/{VENUE}/rooms", {"name": "Zolder"}
    ),
    "POST /settings/venues/<venue>/rooms/<room>": Call(
        f"/settings/venues/{VENUE}/rooms/{ZAAL}", {"name": "Grote zaal", "seats": "21"}
    ),
    "POST /settings/undo": Call("/settings/undo", {}),
    "POST /settings/venues/<venue>/standards": Call(
        f"/settings/venues/{VENUE}/standards", {"legal": "nl-target-1200", "healthy": ""}
    ),
    "DELETE /api/v1/links/<link>": Call(f"/api/v1/links/{'b' * 32}"),
    "DELETE /api/v1/meetings/<meeting>/links": Call("/api/v1/meetings/m2/links"),
    "POST /api/v1/alerts/<alert>/acknowledge": Call("/api/v1/alerts/f1/acknowledge", json={}),
    "POST /api/v1/channels/<channel>/test": Call(
        "/api/v1/channels/mail/test", json={"to": "a@example.org"}
    ),
    "PUT /api/v1/devices/<venue>/<device>": Call(
        f"/api/v1/devices/{VENUE}/co2-01", json={"room": ZAAL}
    ),
    "DELETE /api/v1/devices/<venue>/<device>": Call(f"/api/v1/devices/{VENUE}/co2-02"),
    "PUT /api/v1/feeds/<feed>": Call("/api/v1/feeds/c2", json=FEED),
    "POST /api/v1/feeds/<feed>/read": Call("/api/v1/feeds/c2/read"),
    "DELETE /api/v1/feeds/<feed>": Call("/api/v1/feeds/c2"),
    "PUT /api/v1/meetings/<meeting>": Call("/api/v1/meetings/m2", json=MEETING),
    "DELETE /api/v1/meetings/<meeting>": Call("/api/v1/meetings/m2"),
    "PUT /api/v1/policies/<policy>": Call(
        "/api/v1/policies/own", json={"name": "Eigen", "co2_limit_ppm": 1000.0}
    ),
    "DELETE /api/v1/policies/<policy>": Call("/api/v1/policies/own"),
    "PUT /api/v1/rooms/<venue>/<room>/people": Call(
        f"/api/v1/rooms/{VENUE}/{ZAAL}/people", json={"people": 4}
    ),
    "POST /api/v1/silences": Call(
        "/api/v1/silences", json={"venue": VENUE, "until": f"{until(3)}:00Z", "reason": "feest"}
    ),
    "DELETE /api/v1/silences/<silence>": Call("/api/v1/silences/2"),
    "POST /rooms/<venue>/<room>/notes": Call(f"/rooms/{VENUE}/{ZAAL}/notes", {"kind": "window"}),
    "POST /rooms/<venue>/<room>/notes/<int:number>/delete": Call(
        f"/rooms/{VENUE}/{ZAAL}/notes/1/delete", {}
    ),
    "POST /api/v1/annotations": Call(
        "/api/v1/annotations", json={"venue": VENUE, "room": ZAAL, "kind": "filter"}
    ),
    "PUT /api/v1/annotations/<annotation>": Call(
        "/api/v1/annotations/2", json={"venue": VENUE, "room": ZAAL, "kind": "sensor"}
    ),
    "DELETE /api/v1/annotations/<annotation>": Call("/api/v1/annotations/3"),
    "PUT /api/v1/venues/<venue>/contacts": Call(
        f"/api/v1/venues/{VENUE}/contacts",
        json={"contacts": [{"name": "Eef", "address": "e@example.org"}]},
    ),
    "POST /api/v1/venues/<venue>/contacts": Call(
        f"/api/v1/venues/{VENUE}/contacts", json={"name": "Fem", "address": "f@example.org"}
    ),
    "PUT /api/v1/venues/<venue>/contacts/<place>": Call(
        f"/api/v1/venues/{VENUE}/contacts/1", json={"name": "Fem B.", "address": "f@example.org"}
    ),
    "DELETE /api/v1/venues/<venue>/contacts/<place>": Call(f"/api/v1/venues/{VENUE}/contacts/1"),
    "POST /api/v1/feeds": Call("/api/v1/feeds", json=FEED),
    "POST /api/v1/meetings": Call("/api/v1/meetings", json=MEETING),
    "POST /api/v1/policies": Call("/api/v1/policies", json={"name": "Koor"}),
    "PUT /api/v1/protocols/<protocol>": Call("/api/v1/protocols/eigen", json=RULES),
    "DELETE /api/v1/protocols/<protocol>": Call("/api/v1/protocols/eigen"),
    "POST /api/v1/protocols": Call("/api/v1/protocols", json=RULES),
    "POST /api/v1/meetings/<meeting>/protocol/<item>": Call(
        "/api/v1/meetings/m3/protocol/nobody-ill", json={"declared": True}
    ),
    "POST /api/v1/rooms": Call("/api/v1/rooms", json={"venue": VENUE, "name": "Zolder"}),
    "POST /api/v1/venues": Call("/api/v1/venues", json={"name": "De Bron"}),
    "PUT /api/v1/venues/<venue>": Call(
        "/api/v1/venues/molen",
        json={"name": "De Molen", "timezone": "Europe/Amsterdam", "language": "nl"},
    ),
    "POST /api/v1/rooms/<venue>/<room>/tests": Call(
        f"/api/v1/rooms/{VENUE}/{ZAAL}/tests", json={"conditions": "windows shut"}
    ),
    "POST /api/v1/tests/<test>/stop": Call("/api/v1/tests/"),
    "POST /rooms/<venue>/<room>/test": Call(
        f"/rooms/{VENUE}/{ZAAL}/test", {"conditions": "windows shut"}
    ),
    "POST /rooms/<venue>/<room>/test/stop": Call(f"/rooms/{VENUE}/{ZAAL}/test/stop", {}),
    "POST /settings/webhooks": Call(
        "/settings/webhooks", {"venue": VENUE, "name": "Log", "url": "https://example.org/log"}
    ),
    "POST /settings/webhooks/<number:number>/test": Call("/settings/webhooks/1/test", {}),
    "POST /settings/webhooks/<number:number>/switch": Call("/settings/webhooks/1/switch", {}),
    "POST /settings/webhooks/<number:number>/delete": Call("/settings/webhooks/1/delete", {}),
    "POST /settings/sources": Call(
        "/settings/sources", {"kind": "tasmota", "filter": "tele/#", "venue": VENUE}
    ),
    "POST /settings/sources/<number:number>/delete": Call("/settings/sources/1/delete", {}),
    "POST /api/v1/webhooks": Call("/api/v1/webhooks", json=HOOK),
    f"PUT /api/v1/webhooks/{WEBHOOK}": Call("/api/v1/webhooks/1", json=HOOK | {"name": "Other"}),
    f"POST /api/v1/webhooks/{WEBHOOK}/test": Call("/api/v1/webhooks/1/test"),
    f"POST /api/v1/webhooks/{WEBHOOK}/secret": Call("/api/v1/webhooks/1/secret"),
    f"DELETE /api/v1/webhooks/{WEBHOOK}": Call("/api/v1/webhooks/1"),
    "PUT /api/v1/rooms/<venue>/<room>": Call("/api/v1/rooms/molen/zolder", json={"name": "Zolder"}),
    "DELETE /api/v1/rooms/<venue>/<room>": Call("/api/v1/rooms/molen/zolder"),
    "DELETE /api/v1/venues/<venue>": Call("/api/v1/venues/molen"),
    "PUT /api/v1/users/<user>": Call("/api/v1/users/ben", json={"email": "b@example.org"}),
    "PUT /api/v1/users/<user>/roles/<venue>": Call(
        f"/api/v1/users/ben/roles/{VENUE}", json={"roles": ["host"]}
    ),
    "POST /api/v1/users/<user>/reset": Call("/api/v1/users/ben/reset"),
    "POST /api/v1/invitations": Call(
        "/api/v1/invitations", json={"email": "e@example.org", "role": "host", "venue": VENUE}
    ),
    "DELETE /api/v1/invitations/<invitation>": Call(""),
    "POST /season/mail": Call("/season/mail", {"venue": VENUE, "do": "on"}),
    "PUT /api/v1/organisations/<organisation>": Call(
        "/api/v1/organisations/club", json={"name": "Club", "venues": [VENUE]}
    ),
    "PUT /api/v1/organisations/<organisation>/users/<user>": Call(
        "/api/v1/organisations/club/users/ben", json={"roles": ["viewer"]}
    ),
    "POST /organisations": Call("/organisations", {"name": "Koren"}),
    "POST /organisations/<organisation>": Call("/organisations/school", {"name": "School"}),
    "POST /organisations/<organisation>/roles": Call(
        "/organisations/school/roles", {"user": "ben", "roles": "viewer"}
    ),
    "DELETE /api/v1/organisations/<organisation>": Call("/api/v1/organisations/club"),
    "POST /settings/users/invite": Call(
        "/settings/users/invite", {"email": "f@example.org", "role": "host", "venue": VENUE}
    ),
    "POST /settings/users/withdraw": Call("/settings/users/withdraw", {}),
    "POST /settings/users/roles": Call(
        "/settings/users/roles", {"user": "ben", "venue": VENUE, "roles": "viewer"}
    ),
    "POST /settings/users/reset": Call("/settings/users/reset", {"user": "ben"}),
    "POST /settings/users/change": Call("/settings/users/change", {"user": "ben", "do": "disable"}),
    "DELETE /api/v1/users/<user>": Call("/api/v1/users/ben"),
    "POST /api/v1/tokens": Call("/api/v1/tokens", json={"label": "nightly"}),
    "DELETE /api/v1/tokens/<token>": Call(""),
    "POST /settings/doors": Call("/settings/doors", {"room": f"{VENUE}/{ZAAL}"}),
    "POST /settings/doors/<door>/end": Call("/settings/doors/", {}),
    "POST /api/v1/doors": Call("/api/v1/doors", json={"venue": VENUE, "room": ZAAL}),
    "DELETE /api/v1/doors/<door>": Call("/api/v1/doors/"),
    "POST /settings/kiosks": Call("/settings/kiosks", {"venue": VENUE, "label": "Hal"}),
    "POST /settings/kiosks/<kiosk>/end": Call("/settings/kiosks/", {}),
    "POST /api/v1/kiosks": Call("/api/v1/kiosks", json={"venue": VENUE, "label": "Bar"}),
    "DELETE /api/v1/kiosks/<kiosk>": Call("/api/v1/kiosks/"),
    "POST /account/tokens": Call("/account/tokens", {"label": "x", "expires_days": ""}),
    "POST /account/tokens/<token>/revoke": Call("", {}),
    "POST /api/v1/subscriptions": Call(
        "/api/v1/subscriptions", json=SUBSCRIPTION | {"venues": [VENUE]}
    ),
    "PUT /api/v1/subscriptions/<subscription>": Call(
        "/api/v1/subscriptions/", json={"label": "tablet", "venues": [VENUE]}
    ),
    "POST /api/v1/subscriptions/<subscription>/test": Call("/api/v1/subscriptions/", json={}),
    "DELETE /api/v1/subscriptions/<subscription>": Call("/api/v1/subscriptions/"),
    "POST /account/language": Call("/account/language", {"language": "de"}),
    "DELETE /api/v1/sessions/<session>": Call("/api/v1/sessions/"),
    "POST /account/sessions/<session>/end": Call("", {}),
    "POST /account/passkeys/<passkey>/remove": Call("/account/passkeys/", {}),
    "POST /account/sessions/end": Call("/account/sessions/end", {}),
    "POST /account/email/<token>": Call("/account/email/", {}),
    "POST /account/email": Call("/account/email", {"email": "", "current_password": PASSWORD}),
    "POST /account/password": Call(
        "/account/password",
        {"current_password": PASSWORD, "password": ANOTHER, "password_again": ANOTHER},
    ),
    "POST /setup/venue": Call(
        "/setup/venue",
        {"name": "De Hoek", "slug": "hoek", "language": "nl", "timezone": "Europe/Amsterdam"},
    ),
    "POST /setup/rooms/<venue>": Call(
        "/setup/rooms/hoek", {"name": "Kamer", "seats": "8", "floor_area_m2": "20"}
    ),
    "POST /setup/sensors/<venue>/<device>": Call(
        f"/setup/sensors/{VENUE}/co2-01", {"room": "serre"}
    ),
    "POST /setup/contacts/<venue>": Call(
        "/setup/contacts/hoek", {"name": "Gijs", "address": "g@example.org"}
    ),
    "POST /setup/calendar/<venue>": Call(
        "/setup/calendar/hoek", {"url": "https://example.org/h.ics"}
    ),
    "POST /account/push": Call(
        "/account/push", json={"subscription": SUBSCRIPTION, "label": "x", "venues": [VENUE]}
    ),
    "POST /account/push/<subscription>": Call("", {"venues": "hoek"}),
    "POST /account/push/<subscription>/test": Call("", {}),
    "POST /account/push/<subscription>/remove": Call("", {}),
    "POST /logout": Call("/logout", {}),
}
"""One request for each route that changes something, in an order in which each finds what it needs."""


@pytest.fixture
def furnished_site(make_site: SiteMaker) -> Site:
    site = make_site()
    site.app.config["WTF_CSRF_METHODS"] = set()  # whose form it is is tried elsewhere
    now = SYSTEM.now()
    with site.database.write() as conn:
        put_flag(conn, Flag("f3", VENUE, RoomSlug("serre"), "co2", "firing", now, now))
        put_flag(conn, Flag("f1", VENUE, ZAAL, "co2", "firing", now, now, None, None, 1300.0,
                            1300.0, 1200.0))  # fmt: skip
        put_meeting(
            conn,
            Meeting("m1", VENUE, ZAAL, "Iets", now, now + timedelta(hours=1), protocol="school"),
        )
        later = now + timedelta(days=1)
        put_meeting(conn, Meeting("m9", VENUE, ZAAL, "Straks", later, later + timedelta(hours=1)))
        put_meeting(
            conn,
            Meeting("m3", VENUE, ZAAL, "Les", now, now + timedelta(hours=1), protocol="school"),
        )
        put_feed(conn, Feed("c1", VENUE, "Agenda", "https://example.org/c.ics"))
        put_contacts(conn, VENUE, (Contact("Cees", "cees@example.org"),))
        put_silence(conn, Silence(VENUE, None, None, now, now + timedelta(days=1), "x", "bert"))
        put_silence(conn, Silence(VENUE, ZAAL, None, now, now + timedelta(days=1), "x", "bert"))
        for kind in ("window", "filter", "other"):
            make_annotation(conn, Annotation(VENUE, ZAAL, kind, "x", now, None, "bert"))
        for device in ("co2-01", "co2-02"):
            register(conn, VENUE, DeviceSlug(device))
        place(conn, VENUE, DeviceSlug("co2-02"), ZAAL, now)
        put_link(conn, LINK)
        put_link(conn, replace(LINK, id="b" * 32, meetings=("m2",)))
        put_flag(conn, Flag("f2", VENUE, ZAAL, "occupancy", "firing", now, now, None, None, 30.0,
                            30.0, 20.0))  # fmt: skip
        put_totals(conn, "luchtig-gateway", {(STORE_REFUSES, "air"): 3.0})
        add_passkey(conn, "anna", "telefoon", "localhost", (b"id", b"key", 0), now)
        for _ in range(3):
            begin_session(conn, "anna", now + timedelta(minutes=1), "", "", stays=True)
    services: Services = site.app.extensions[EXTENSION]
    now_ns = to_ns(now)
    moments = [now_ns - int(15e9) * number for number in range(20)]
    services.store.write(
        [
            Placed(
                ZAAL, AirReading(VENUE, DeviceSlug("co2-01"), at, at, ts_given=True, co2_ppm=1400.0)
            )
            for at in moments
        ]
    )
    return site


def changing_routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }


def send(site: Site, browser: FlaskClient, route: str, call: Call) -> TestResponse:
    path, form = path_of(site, route, call), call.form
    if route == "POST /settings/users/withdraw":
        form = {"invitation": first_of(site, "invitations")}
    if route == "POST /settings/undo":
        where = {"environ_base": {"REMOTE_ADDR": ADDRESS}}
        for do in ("restore", "archive"):
            browser.post(f"/settings/venues/{VENUE}/rooms/{ZAAL}", data={"do": do}, **where)
        with site.database.read() as conn:
            form = {"entries": str(last_number(conn))}
    if path.startswith("/api/"):
        method = route.split(maxsplit=1)[0]
        return site.call(method, path, call.json, environ_base={"REMOTE_ADDR": ADDRESS})
    if call.json is not None:
        return browser.post(path, json=call.json, environ_base={"REMOTE_ADDR": ADDRESS})
    return browser.post(path, data=form, environ_base={"REMOTE_ADDR": ADDRESS})


def path_of(site: Site, route: str, call: Call) -> str:
    """Where a call goes; what is only known once it was made is found out."""
    links, now = Links(SECRET, ""), SYSTEM.now()
    if route.startswith("POST /s/"):
        return f"{links.page(LINK.id, 'nl', now)}{call.path}"
    if route == "POST /ack/<token>":
        return links.acknowledge(("f1",), "o@example.org", "nl", now)
    if route == "POST /account/email/<token>":
        return call.path + address_token(SECRET, "anna", "anna@example.org", now)
    if "<passkey>" in route:
        with site.database.read() as conn:
            return f"{call.path}{passkeys_of(conn, 'anna')[0].number}/remove"
    if "<subscription>" in route:
        with site.database.read() as conn:
            number = subscriptions_of(conn, "anna")[0].number
        return route.split(maxsplit=1)[1].replace("<subscription>", number)
    if "<test>" in route:
        return f"{call.path}{first_of(site, 'tests', f'rooms/{VENUE}/{ZAAL}/tests')}/stop"
    for part, (things, ending) in MADE.items():
        if part in route:
            before = route.split(maxsplit=1)[1].partition("<")[0]
            after = "" if "/api/" in route else ending
            return f"{before}{first_of(site, things)}{after}"
    return call.path


MADE = {
    "invitations/<invitation>": ("invitations", ""),
    "tokens/<token>": ("tokens", "/revoke"),
    "<kiosk>": ("kiosks", "/end"),
    "<door>": ("doors", "/end"),
    "<session>": ("sessions", "/end"),  # seen last, and so none that the browser of the test is
}
"""What is named by an id that it was given: the list that it is in, and how a page's address ends."""


def first_of(site: Site, things: str, path: str | None = None) -> str:
    """The id of the first of a list of the API."""
    told = msgspec.json.decode(site.call("GET", f"/api/v1/{path or things}").data)
    found: str = told[things][0]["id"]
    return found


def entries_of(site: Site) -> list[Entry]:
    with site.database.read() as conn:
        return list(every_entry(conn, Wanted(), SYSTEM.now()))


def test_every_route_that_changes_something_is_walked_here(furnished_site: Site) -> None:
    assert (
        changing_routes(furnished_site.app)
        == WALKED_ELSEWHERE.keys() | CALLS.keys() | CHANGES_NOTHING.keys() | A_DEVICE_SIGNS
    )


def test_every_change_leaves_a_trace_of_who_made_it_and_from_where(furnished_site: Site) -> None:
    site, browser = furnished_site, furnished_site.visitor()
    site.token()
    silent = []
    for route, call in CALLS.items():
        before = len(entries_of(site))
        answer = send(site, browser, route, call)
        assert answer.status_code < 400, f"{route}: {answer.status_code} {answer.text[:2000]}"
        new = entries_of(site)
        left = new[: len(new) - before]
        how = "token" if "/api/" in route else call.how
        label = "tests" if how == "token" else ""
        right = all(
            (one.act.who, one.act.how, one.act.label, one.act.address)
            == (call.who, how, label, ADDRESS)
            for one in left
        )
        if not left or not right:
            silent.append(f"{route}: {[(one.act, one.what) for one in left]}")
    assert silent == []


def test_what_is_looked_at_leaves_none(furnished_site: Site) -> None:
    browser = furnished_site.visitor()
    browser.post("/login", data={"name": "anna", "password": PASSWORD})
    furnished_site.token()
    before = entries_of(furnished_site)
    for path in ("/", "/alerts", "/settings", "/meetings", "/meetings/m1"):
        assert browser.get(path).status_code == 200
    for path in ("rooms", "venues", "alerts", "devices", "feeds"):
        assert furnished_site.call("GET", f"/api/v1/{path}").status_code == 200
    assert entries_of(furnished_site) == before
