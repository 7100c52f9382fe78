"""Where every page is walked. A view that answers with a page and stands in neither table fails a test."""

from collections.abc import Mapping
from typing import Final

ROOM: Final = "/rooms/de-kade/grote-zaal"

MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "GET /": ("/",),
    "GET /kiosk/<venue>": ("/kiosk/de-kade",),
    "GET /rooms/<venue>/<room>": (ROOM, "/rooms/de-kade/bibliotheek"),
    "GET /rooms/<venue>/<room>/month": (f"{ROOM}/month",),
    "GET /rooms/<venue>/<room>/compare": (f"{ROOM}/compare?with=de-kade/serre",),
    "GET /rooms/<venue>/<room>/test": (f"{ROOM}/test",),
    "GET /plan": (
        "/plan",
        f"/plan?room={ROOM.removeprefix('/rooms/')}&people=18&minutes=90",
        "/plan?people=10&minutes=90&at=2026-11-24T19:00",
    ),
    "GET /meetings": (
        "/meetings",
        "/meetings?view=week",
        "/meetings?view=day",
        "/meetings?q=boek",
    ),
    "GET /meetings/<meeting_id>": ("/meetings/m-zaal",),
    "GET /meetings/<meeting_id>/report": ("/meetings/m-ochtend/report",),
    "GET /meetings/new": ("/meetings/new",),
    "GET /meetings/<meeting_id>/edit": ("/meetings/m-zaal/edit",),
    "GET /meetings/<meeting_id>/move": ("/meetings/m-later/move",),
    "GET /organisations": ("/organisations",),
    "GET /organisations/<organisation>": ("/organisations/verenigingen",),
    "GET /season": ("/season?venue=de-kade&from=2026-09-01&to=2026-12-01",),
    "GET /alerts": ("/alerts",),
    "GET /settings": ("/settings", "/settings?q=zaal"),
    "GET /settings/venues": ("/settings/venues",),
    "GET /settings/sensors": ("/settings/sensors",),
    "GET /settings/counters": ("/settings/counters",),
    "GET /settings/limits": ("/settings/limits",),
    "GET /settings/limits/new": ("/settings/limits/new",),
    "GET /settings/limits/<policy>": ("/settings/limits/huis",),
    "GET /settings/protocols": ("/settings/protocols",),
    "GET /settings/protocols/new": ("/settings/protocols/new",),
    "GET /settings/protocols/<protocol>": ("/settings/protocols/afspraken",),
    "GET /settings/contacts": ("/settings/contacts",),
    "GET /settings/devices/<venue>/<device>": ("/settings/devices/de-kade/co2-01",),
    "GET /settings/links": ("/settings/links",),
    "GET /settings/audit": ("/settings/audit",),
    "GET /settings/calendars": ("/settings/calendars",),
    "GET /settings/calendars/new": ("/settings/calendars/new",),
    "GET /settings/calendars/<slug>": ("/settings/calendars/agenda",),
    "GET /settings/calendars/<slug>/edit": ("/settings/calendars/agenda/edit",),
    "GET /settings/webhooks": ("/settings/webhooks",),
    "GET /settings/kiosks": ("/settings/kiosks",),
    "GET /settings/doors": ("/settings/doors",),
    "GET /settings/users": ("/settings/users",),
    "GET /settings/sources": ("/settings/sources",),
    "GET /settings/system": ("/settings/system",),
    "GET /account": ("/account",),
    "GET /account/email/<token>": ("/account/email/TOKEN",),
    "GET /api": ("/api",),
    "GET /setup/venue": ("/setup/venue",),
    "GET /setup/rooms/<venue>": ("/setup/rooms/de-kade",),
    "GET /setup/sensors/<venue>": ("/setup/sensors/de-kade",),
    "GET /setup/contacts/<venue>": ("/setup/contacts/de-kade",),
    "GET /setup/calendar/<venue>": ("/setup/calendar/de-kade",),
    "GET /setup/done/<venue>": ("/setup/done/de-kade",),
}
"""What an admin sees who is logged in."""

GUESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "GET /login": ("/login",),
    "GET /invite/<token>": ("/invite/TOKEN",),
    "GET /s/<token>": ("/s/TOKEN", "/s/of-nobody"),
    "GET /ack/<token>": ("/ack/TOKEN",),
    "GET /d/<token>": ("/d/TOKEN",),
    "GET /verify": ("/verify",),
    "GET /privacy": ("/privacy",),
    "GET /docs": ("/docs",),
    "GET /docs/<path:page>": ("/docs/devices", "/docs/scaling"),
    "GET /offline": ("/offline",),
    "GET /setup": ("/setup",),
}
"""What somebody sees without an account; ``TOKEN`` is one that the house made for it."""

ELSEWHERE: Final = ("/nergens",)
"""No view at all."""

NO_PAGES: Final[Mapping[str, str]] = {
    "GET /static/<path:filename>": "a file",
    "GET /healthz": "for programs",
    "GET /readyz": "for programs",
    "GET /metrics": "for programs",
    "GET /.well-known/luchtig-key": "for programs",
    "GET /worker.js": "a script",
    "GET /docs/words.js": "a script",
    "GET /board": "a part of the board",
    "GET /board/stream": "a stream",
    "GET /setup/sensors/<venue>/heard": "a part of the step of sensors",
    "GET /settings/devices/<venue>/<device>/messages": "a part of the page of a sensor",
    "GET /login/oidc": "leads away",
    "GET /login/oidc/callback": "leads on",
    "GET /k/<token>": "leads to the wall screen",
    "GET /s/<token>/unsubscribe": "the page of the mail",
    "GET /s/<token>/subscribe": "the page of the mail",
    "GET /rooms/<venue>/<room>/chart.json": "data",
    "GET /rooms/<venue>/<room>/chart.svg": "a picture",
    "GET /rooms/<venue>/<room>/chart.csv": "a file",
    "GET /rooms/<venue>/<room>/test/<test>.pdf": "a PDF, which tests/dashboard/report holds",
    "GET /meetings/<meeting_id>/report.pdf": "a PDF, which tests/dashboard/report holds",
    "GET /season.pdf": "a PDF, which tests/dashboard/season holds",
    "GET /season.csv": "a file",
    "GET /settings/audit.csv": "a file",
    "GET /settings/doors/cards.pdf": "a PDF, which tests/dashboard/report holds",
    "GET /settings/doors/<door>/card.pdf": "a PDF, which tests/dashboard/report holds",
}
"""Why a view that is read answers with no page of its own."""

WALKED: Final = (
    *(address for table in (MEMBERS, GUESTS) for one in table.values() for address in one),
    *ELSEWHERE,
)


def is_for_guests(address: str) -> bool:
    return address.startswith("/k/") or any(address in its for its in GUESTS.values())
