"""What each view needs: the one table that says so. The application does not start with a view that
is not named here.

A need is asked for the venue that an address names, in its path or as ``?venue=``; where it names
none, for any. What a view finds by an id of its own it asks for again (``dashboard.web.reach``).
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from werkzeug.routing import Rule

from gateway.domain.access import Need


class Open(Enum):
    """A view that needs no log-in."""

    PUBLIC = "for everybody"
    LINK = "for whoever has its address, which holds a signed token; no session guards its forms"


Permission = Need | Open

NEEDS: Final[Mapping[str, Permission]] = {
    # of the house itself
    "GET /static/<path:filename>": Open.PUBLIC,
    "GET /healthz": Open.PUBLIC,
    "GET /readyz": Open.PUBLIC,
    "GET /.well-known/luchtig-key": Open.PUBLIC,
    "GET /verify": Open.PUBLIC,
    "GET /privacy": Open.PUBLIC,
    "GET /docs": Open.PUBLIC,
    "GET /docs/<path:page>": Open.PUBLIC,
    "GET /docs/words.js": Open.PUBLIC,
    "POST /verify": Open.LINK,
    "GET /metrics": Need.SYSTEM,
    "GET /login": Open.PUBLIC,
    "POST /login": Open.PUBLIC,
    "POST /login/passkey/options": Open.PUBLIC,
    "POST /login/passkey": Open.PUBLIC,
    "GET /login/oidc": Open.PUBLIC,
    "GET /login/oidc/callback": Open.PUBLIC,
    "GET /setup": Open.PUBLIC,
    "POST /setup": Open.PUBLIC,
    "GET /setup/venue": Need.SYSTEM,
    "POST /setup/venue": Need.SYSTEM,
    "GET /setup/rooms/<venue>": Need.SETTINGS,
    "POST /setup/rooms/<venue>": Need.SETTINGS,
    "GET /setup/sensors/<venue>": Need.SETTINGS,
    "GET /setup/sensors/<venue>/heard": Need.SETTINGS,
    "POST /setup/sensors/<venue>/<device>": Need.SETTINGS,
    "POST /setup/simulated": Need.SYSTEM,
    "POST /setup/simulated/end": Need.SYSTEM,
    "GET /setup/contacts/<venue>": Need.SETTINGS,
    "POST /setup/contacts/<venue>": Need.SETTINGS,
    "GET /setup/calendar/<venue>": Need.SETTINGS,
    "POST /setup/calendar/<venue>": Need.SETTINGS,
    "GET /setup/done/<venue>": Need.SETTINGS,
    "POST /logout": Need.ACCOUNT,
    "POST /language/<language>": Open.PUBLIC,
    "POST /theme/<theme>": Open.PUBLIC,
    "GET /offline": Open.PUBLIC,
    "GET /worker.js": Open.PUBLIC,
    "GET /api": Need.ACCOUNT,
    "GET /api/v1/openapi.json": Open.PUBLIC,
    # one's own account
    "GET /account": Need.ACCOUNT,
    "POST /account/sessions/<session>/end": Need.ACCOUNT,
    "POST /account/sessions/end": Need.ACCOUNT,
    "POST /account/tokens": Need.ACCOUNT,
    "POST /account/tokens/<token>/revoke": Need.ACCOUNT,
    "POST /account/password": Need.ACCOUNT,
    "POST /account/email": Need.ACCOUNT,
    "GET /account/email/<token>": Need.ACCOUNT,
    "POST /account/email/<token>": Need.ACCOUNT,
    "POST /account/language": Need.ACCOUNT,
    "POST /account/passkeys/options": Need.ACCOUNT,
    "POST /account/passkeys": Need.ACCOUNT,
    "POST /account/passkeys/<passkey>/remove": Need.ACCOUNT,
    "POST /account/push": Need.ACCOUNT,
    "POST /account/push/<subscription>": Need.ACCOUNT,
    "POST /account/push/<subscription>/test": Need.ACCOUNT,
    "POST /account/push/<subscription>/remove": Need.ACCOUNT,
    "GET /api/v1/subscriptions": Need.ACCOUNT,
    "POST /api/v1/subscriptions": Need.ACCOUNT,
    "GET /api/v1/subscriptions/<subscription>": Need.ACCOUNT,
    "PUT /api/v1/subscriptions/<subscription>": Need.ACCOUNT,
    "DELETE /api/v1/subscriptions/<subscription>": Need.ACCOUNT,
    "POST /api/v1/subscriptions/<subscription>/test": Need.ACCOUNT,
    "GET /api/v1/sessions": Need.ACCOUNT,
    "GET /api/v1/sessions/<session>": Need.ACCOUNT,
    "DELETE /api/v1/sessions/<session>": Need.ACCOUNT,
    "GET /api/v1/tokens": Need.ACCOUNT,
    "GET /api/v1/tokens/<token>": Need.ACCOUNT,
    "POST /api/v1/tokens": Need.ACCOUNT,
    "DELETE /api/v1/tokens/<token>": Need.ACCOUNT,
    # by signed links
    "GET /ack/<token>": Open.LINK,
    "POST /ack/<token>": Open.LINK,
    "GET /s/<token>": Open.LINK,
    "POST /s/<token>": Open.LINK,
    "POST /s/<token>/protocol/<item>": Open.LINK,
    "GET /s/<token>/unsubscribe": Open.LINK,
    "POST /s/<token>/unsubscribe": Open.LINK,
    "GET /s/<token>/subscribe": Open.LINK,
    "POST /s/<token>/subscribe": Open.LINK,
    "GET /k/<token>": Open.LINK,
    "GET /d/<token>": Open.LINK,
    # rooms
    "GET /": Need.BOARD,
    "GET /board": Need.BOARD,
    "GET /board/stream": Need.BOARD,
    "GET /kiosk/<venue>": Need.BOARD,
    "GET /rooms/<venue>/<room>": Need.BOARD,
    "GET /rooms/<venue>/<room>/chart.json": Need.BOARD,
    "GET /rooms/<venue>/<room>/chart.svg": Need.BOARD,
    "GET /rooms/<venue>/<room>/month": Need.BOARD,
    "GET /rooms/<venue>/<room>/compare": Need.BOARD,
    "GET /rooms/<venue>/<room>/chart.csv": Need.BOARD,
    "POST /rooms/<venue>/<room>/notes": Need.ANNOTATE,
    "POST /rooms/<venue>/<room>/notes/<int:number>/delete": Need.ANNOTATE,
    "GET /api/v1/annotations": Need.BOARD,
    "GET /api/v1/annotations/<annotation>": Need.BOARD,
    "POST /api/v1/annotations": Need.ANNOTATE,
    "PUT /api/v1/annotations/<annotation>": Need.ANNOTATE,
    "DELETE /api/v1/annotations/<annotation>": Need.ANNOTATE,
    "GET /plan": Need.BOARD,
    "GET /api/v1/stream": Need.BOARD,
    "GET /api/v1/venues": Need.BOARD,
    "GET /api/v1/venues/<venue>": Need.BOARD,
    "GET /api/v1/rooms": Need.BOARD,
    "GET /api/v1/rooms/<venue>/<room>": Need.BOARD,
    "GET /api/v1/rooms/<venue>/<room>/series": Need.BOARD,
    "GET /api/v1/plan": Need.BOARD,
    "GET /api/v1/rooms/<venue>/<room>/settings": Need.BOARD,
    "POST /api/v1/rooms": Need.SETTINGS,
    "PUT /api/v1/rooms/<venue>/<room>": Need.SETTINGS,
    "DELETE /api/v1/rooms/<venue>/<room>": Need.SETTINGS,
    "GET /rooms/<venue>/<room>/test": Need.BOARD,
    "POST /rooms/<venue>/<room>/test": Need.SETTINGS,
    "POST /rooms/<venue>/<room>/test/stop": Need.SETTINGS,
    "GET /rooms/<venue>/<room>/test/<test>.pdf": Need.BOARD,
    "GET /api/v1/rooms/<venue>/<room>/tests": Need.BOARD,
    "POST /api/v1/rooms/<venue>/<room>/tests": Need.SETTINGS,
    "GET /api/v1/tests/<test>": Need.BOARD,
    "POST /api/v1/tests/<test>/stop": Need.SETTINGS,
    "PUT /api/v1/rooms/<venue>/<room>/people": Need.PEOPLE,
    "POST /rooms/<venue>/<room>/attend": Need.ACKNOWLEDGE,
    "POST /rooms/<venue>/<room>/quiet": Need.SILENCE,
    "POST /rooms/<venue>/<room>/tell": Need.SILENCE,
    "GET /api/v1/export.csv": Need.OWN_MEETINGS,
    # meetings: of others by managers alone; a report also by its signed link
    "GET /meetings": Need.MEETINGS,
    "GET /meetings/<meeting_id>": Need.MEETINGS,
    "GET /meetings/<meeting_id>/report": Open.PUBLIC,
    "GET /meetings/<meeting_id>/report.pdf": Open.PUBLIC,
    "GET /meetings/new": Need.OWN_MEETINGS,
    "POST /meetings/new": Need.OWN_MEETINGS,
    "POST /meetings/<meeting_id>/protocol/<item>": Need.DECLARE,
    "GET /meetings/<meeting_id>/edit": Need.OWN_MEETINGS,
    "POST /meetings/<meeting_id>/edit": Need.OWN_MEETINGS,
    "POST /meetings/<meeting_id>/delete": Need.OWN_MEETINGS,
    "GET /meetings/<meeting_id>/move": Need.OWN_MEETINGS,
    "POST /meetings/<meeting_id>/move": Need.OWN_MEETINGS,
    "GET /api/v1/meetings/<meeting>/protocol": Need.MEETINGS,
    "POST /api/v1/meetings/<meeting>/protocol/<item>": Need.DECLARE,
    "GET /api/v1/protocols": Need.BOARD,
    "GET /api/v1/protocols/<protocol>": Need.BOARD,
    "POST /api/v1/protocols": Need.SETTINGS,
    "PUT /api/v1/protocols/<protocol>": Need.SETTINGS,
    "DELETE /api/v1/protocols/<protocol>": Need.SETTINGS,
    "GET /organisations": Need.BOARD,
    "GET /organisations/<organisation>": Need.BOARD,
    "POST /organisations": Need.SYSTEM,
    "POST /organisations/<organisation>": Need.SYSTEM,
    "POST /organisations/<organisation>/roles": Need.USERS,
    "GET /api/v1/organisations": Need.BOARD,
    "GET /api/v1/organisations/<organisation>": Need.BOARD,
    "GET /api/v1/organisations/<organisation>/rooms": Need.MEETINGS,
    "PUT /api/v1/organisations/<organisation>": Need.SYSTEM,
    "DELETE /api/v1/organisations/<organisation>": Need.SYSTEM,
    "PUT /api/v1/organisations/<organisation>/users/<user>": Need.USERS,
    "GET /season": Need.MEETINGS,
    "POST /season/mail": Need.MEETINGS,
    "GET /season.pdf": Need.MEETINGS,
    "GET /season.csv": Need.MEETINGS,
    "GET /api/v1/season": Need.MEETINGS,
    "GET /api/v1/meetings": Need.MEETINGS,
    "GET /api/v1/meetings/<meeting>": Need.MEETINGS,
    "POST /api/v1/meetings": Need.OWN_MEETINGS,
    "PUT /api/v1/meetings/<meeting>": Need.OWN_MEETINGS,
    "DELETE /api/v1/meetings/<meeting>": Need.OWN_MEETINGS,
    # alerts
    "GET /alerts": Need.ALERTS,
    "POST /alerts/<flag_id>/acknowledge": Need.ACKNOWLEDGE,
    "POST /alerts/silence": Need.SILENCE,
    "POST /alerts/silences/<int:number>/end": Need.SILENCE,
    "GET /api/v1/alerts": Need.ALERTS,
    "GET /api/v1/alerts/<alert>": Need.ALERTS,
    "GET /api/v1/alerts/<alert>/deliveries": Need.ADDRESSES,
    "POST /api/v1/alerts/<alert>/acknowledge": Need.ACKNOWLEDGE,
    "GET /api/v1/silences": Need.ALERTS,
    "GET /api/v1/silences/<silence>": Need.ALERTS,
    "POST /api/v1/silences": Need.SILENCE,
    "DELETE /api/v1/silences/<silence>": Need.SILENCE,
    # settings of a venue
    "GET /settings": Need.SETTINGS,
    "GET /settings/venues": Need.SETTINGS,
    "GET /settings/sensors": Need.SETTINGS,
    "GET /settings/counters": Need.SETTINGS,
    "POST /settings/counters/<venue>/<room>": Need.SETTINGS,
    "GET /settings/limits": Need.SETTINGS,
    "GET /settings/limits/new": Need.SETTINGS,
    "POST /settings/limits/new": Need.SETTINGS,
    "GET /settings/limits/<policy>": Need.SETTINGS,
    "POST /settings/limits/<policy>": Need.SETTINGS,
    "GET /settings/protocols": Need.SETTINGS,
    "GET /settings/protocols/new": Need.SETTINGS,
    "POST /settings/protocols/new": Need.SETTINGS,
    "GET /settings/protocols/<protocol>": Need.SETTINGS,
    "POST /settings/protocols/<protocol>": Need.SETTINGS,
    "POST /settings/venues/<venue>/protocol": Need.SETTINGS,
    "GET /settings/contacts": Need.SETTINGS,
    "GET /settings/devices/<venue>/<device>": Need.SETTINGS,
    "GET /settings/devices/<venue>/<device>/messages": Need.SETTINGS,
    "POST /settings/devices/<venue>/<device>": Need.SETTINGS,
    "POST /settings/devices/<venue>/<device>/room": Need.SETTINGS,
    "POST /settings/venues/<venue>/standards": Need.SETTINGS,
    "POST /settings/venues/<venue>": Need.SETTINGS,
    "POST /settings/venues/<venue>/rooms": Need.SETTINGS,
    "POST /settings/venues/<venue>/rooms/<room>": Need.SETTINGS,
    "POST /settings/undo": Need.SETTINGS,
    "POST /settings/venues/<venue>/contacts": Need.SETTINGS,
    "POST /settings/venues/<venue>/contacts/<int:place>": Need.SETTINGS,
    "POST /settings/venues/<venue>/hours": Need.SETTINGS,
    "GET /settings/links": Need.SETTINGS,
    "POST /settings/links/<link>/revoke": Need.SETTINGS,
    "POST /settings/links/meetings/<meeting_id>/revoke": Need.SETTINGS,
    "GET /api/v1/links": Need.SETTINGS,
    "GET /api/v1/links/<link>": Need.SETTINGS,
    "DELETE /api/v1/links/<link>": Need.SETTINGS,
    "DELETE /api/v1/meetings/<meeting>/links": Need.SETTINGS,
    # who changed what
    "GET /settings/audit": Need.ROLES,
    "GET /settings/audit.csv": Need.ROLES,
    "GET /api/v1/audit": Need.ROLES,
    "GET /settings/calendars": Need.SETTINGS,
    "GET /settings/calendars/new": Need.SETTINGS,
    "POST /settings/calendars/new": Need.SETTINGS,
    "GET /settings/calendars/<slug>": Need.SETTINGS,
    "GET /settings/calendars/<slug>/edit": Need.SETTINGS,
    "POST /settings/calendars/<slug>/edit": Need.SETTINGS,
    "POST /settings/calendars/<slug>/read": Need.SETTINGS,
    "POST /settings/calendars/<slug>/rules": Need.SETTINGS,
    "POST /settings/calendars/<slug>/rules/<int:number>/delete": Need.SETTINGS,
    "POST /settings/calendars/<slug>/delete": Need.SETTINGS,
    "PUT /api/v1/venues/<venue>": Need.SETTINGS,
    "GET /api/v1/venues/<venue>/contacts": Need.SETTINGS,
    "PUT /api/v1/venues/<venue>/contacts": Need.SETTINGS,
    "POST /api/v1/venues/<venue>/contacts": Need.SETTINGS,
    "GET /api/v1/venues/<venue>/contacts/<place>": Need.SETTINGS,
    "PUT /api/v1/venues/<venue>/contacts/<place>": Need.SETTINGS,
    "DELETE /api/v1/venues/<venue>/contacts/<place>": Need.SETTINGS,
    "GET /api/v1/devices": Need.SETTINGS,
    "GET /api/v1/devices/<venue>/<device>": Need.SETTINGS,
    "PUT /api/v1/devices/<venue>/<device>": Need.SETTINGS,
    "DELETE /api/v1/devices/<venue>/<device>": Need.SETTINGS,
    "GET /api/v1/feeds": Need.SETTINGS,
    "GET /api/v1/feeds/<feed>": Need.SETTINGS,
    "POST /api/v1/feeds": Need.SETTINGS,
    "PUT /api/v1/feeds/<feed>": Need.SETTINGS,
    "POST /api/v1/feeds/<feed>/read": Need.SETTINGS,
    "DELETE /api/v1/feeds/<feed>": Need.SETTINGS,
    "GET /settings/webhooks": Need.SETTINGS,
    "POST /settings/webhooks": Need.SETTINGS,
    "POST /settings/webhooks/<number:number>/test": Need.SETTINGS,
    "POST /settings/webhooks/<number:number>/switch": Need.SETTINGS,
    "POST /settings/webhooks/<number:number>/delete": Need.SETTINGS,
    "GET /api/v1/webhooks": Need.SETTINGS,
    "POST /api/v1/webhooks": Need.SETTINGS,
    "GET /api/v1/webhooks/<number:webhook>": Need.SETTINGS,
    "PUT /api/v1/webhooks/<number:webhook>": Need.SETTINGS,
    "DELETE /api/v1/webhooks/<number:webhook>": Need.SETTINGS,
    "POST /api/v1/webhooks/<number:webhook>/test": Need.SETTINGS,
    "POST /api/v1/webhooks/<number:webhook>/secret": Need.SETTINGS,
    "GET /api/v1/webhooks/<number:webhook>/deliveries": Need.SETTINGS,
    "POST /api/v1/readings": Need.SETTINGS,
    "POST /api/v1/webhooks/<word:kind>/<venue>": Need.SETTINGS,
    "GET /api/v1/policies": Need.BOARD,
    "GET /api/v1/policies/<policy>": Need.BOARD,
    "POST /api/v1/policies": Need.SETTINGS,
    "PUT /api/v1/policies/<policy>": Need.SETTINGS,
    "DELETE /api/v1/policies/<policy>": Need.SETTINGS,
    "GET /api/v1/quarantine": Need.SETTINGS,
    "GET /api/v1/quarantine/<refused>": Need.SETTINGS,
    # wall screens
    "GET /settings/kiosks": Need.ROLES,
    "POST /settings/kiosks": Need.ROLES,
    "POST /settings/kiosks/<kiosk>/end": Need.ROLES,
    "GET /api/v1/kiosks": Need.ROLES,
    "POST /api/v1/kiosks": Need.ROLES,
    "GET /api/v1/kiosks/<kiosk>": Need.ROLES,
    "DELETE /api/v1/kiosks/<kiosk>": Need.ROLES,
    # doors
    "GET /settings/doors": Need.ROLES,
    "GET /settings/doors/cards.pdf": Need.ROLES,
    "POST /settings/doors": Need.ROLES,
    "POST /settings/doors/<door>/end": Need.ROLES,
    "GET /settings/doors/<door>/card.pdf": Need.ROLES,
    "GET /api/v1/doors": Need.ROLES,
    "POST /api/v1/doors": Need.ROLES,
    "GET /api/v1/doors/<door>": Need.ROLES,
    "DELETE /api/v1/doors/<door>": Need.ROLES,
    # accounts: managers give and take the roles of their own venues
    "GET /settings/users": Need.ROLES,
    "POST /settings/users/invite": Need.ROLES,
    "POST /settings/users/withdraw": Need.ROLES,
    "POST /settings/users/roles": Need.ROLES,
    "POST /settings/users/reset": Need.ROLES,
    "POST /settings/users/change": Need.USERS,
    "GET /api/v1/users": Need.ROLES,
    "GET /api/v1/users/<user>": Need.ROLES,
    "PUT /api/v1/users/<user>": Need.USERS,
    "DELETE /api/v1/users/<user>": Need.USERS,
    "PUT /api/v1/users/<user>/roles/<venue>": Need.ROLES,
    "POST /api/v1/users/<user>/reset": Need.ROLES,
    "GET /api/v1/invitations": Need.ROLES,
    "POST /api/v1/invitations": Need.ROLES,
    "GET /api/v1/invitations/<invitation>": Need.ROLES,
    "DELETE /api/v1/invitations/<invitation>": Need.ROLES,
    "GET /invite/<token>": Open.PUBLIC,
    "POST /invite/<token>": Open.PUBLIC,
    # of the whole house
    "POST /api/v1/venues": Need.SYSTEM,
    "DELETE /api/v1/venues/<venue>": Need.SYSTEM,
    "GET /settings/sources": Need.SYSTEM,
    "POST /settings/sources": Need.SYSTEM,
    "POST /settings/sources/<number:number>/delete": Need.SYSTEM,
    "GET /api/v1/channels": Need.SYSTEM,
    "GET /api/v1/channels/<channel>": Need.SYSTEM,
    "POST /api/v1/channels/<channel>/test": Need.SYSTEM,
    "GET /settings/system": Need.SYSTEM,
    "POST /settings/channels/<channel>/test": Need.SYSTEM,
    "POST /settings/store/<kind>/release": Need.SYSTEM,
}

WALL_SCREEN: Final = frozenset({"GET /kiosk/<venue>", "GET /board", "GET /board/stream"})
"""All that a wall screen comes for by a link of its own."""

TAKES_LINK: Final = frozenset(
    {
        "GET /api/v1/meetings/<meeting>/protocol",
        "POST /api/v1/meetings/<meeting>/protocol/<item>",
    }
)
"""Where the signed link of a mail (``?token=``) stands for a log-in; the view judges it."""

MAKES_A_VENUE: Final = "PUT /api/v1/venues/<venue>"
"""For who has no role in it, a venue is there to be made: that is not theirs to do, whether it is there
or not.
"""


class Unnamed(Exception):
    """A view that the table does not name."""


def key_of(rule: Rule, method: str) -> str:
    """How the table names a view. To ask what is there is as good as to look."""
    named = "GET" if method in ("HEAD", "OPTIONS") and "GET" in (rule.methods or ()) else method
    return f"{named} {rule.rule}"


def check_all_named(rules: Iterable[Rule]) -> None:
    """Make sure that every view is in the table.

    Raises:
        Unnamed: one is not.

    """
    views = {key_of(rule, method) for rule in rules for method in methods_of(rule)}
    if missing := sorted(views - NEEDS.keys()):
        raise Unnamed(f"dashboard.web.permissions does not say what is needed for {missing[0]}")


def methods_of(rule: Rule) -> frozenset[str]:
    """Those that a view was written for."""
    return frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}


def needed(rule: Rule, method: str) -> Permission:
    """What a request needs; an address asked for what it can do needs the least of that."""
    key = key_of(rule, method)
    if key in NEEDS:
        return NEEDS[key]
    return NEEDS[key_of(rule, min(methods_of(rule)))]
