"""The devices of one's own that are told of alerts by web push: asked for on the device itself, tried, taken
off. What a browser says of itself comes as JSON from ``static/push.js``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.settings.channels import PATIENCE, outcome_words
from dashboard.web.identity.account import own_account
from dashboard.web.push_devices import NotTaken, check_endpoint, telling
from dashboard.web.services import services
from dashboard.words.browsers import browser_words
from gateway.domain.room import Venue
from gateway.registry.alerts import push_subscriptions as registry
from gateway.registry.alerts.channel_tests import ask_test, unanswered_tests
from gateway.registry.alerts.deliveries import newest_tests
from gateway.registry.alerts.outbox import WEB_PUSH
from gateway.registry.alerts.push_subscriptions import LABEL_LENGTH, PushSubscription, TooMany
from gateway.registry.rooms import all_venues
from gateway.words.locale import PageLocale
from sensors.wire.plain_line import is_plain_line
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("push", __name__)


@dataclass(frozen=True, slots=True)
class PushLine:
    """A device; ``hears`` are the venues that it is told of, in words, ``tested`` how the newest test of it
    went, and ``trouble`` why it failed.
    """

    number: str
    label: str
    hears: str
    venues: tuple[VenueSlug, ...]
    made: str
    tested: str
    trouble: str


def push_lines(conn: Connection, user: str, at: datetime, locale: PageLocale) -> list[PushLine]:
    """Those of an account, the newest first."""
    newest = newest_tests(conn, WEB_PUSH)
    asked = {one.to for one in unanswered_tests(conn, at - PATIENCE) if one.channel == WEB_PUSH}
    names = {venue.slug: venue.name for venue in telling(registry_view().venues.values())}
    lines = []
    for one in registry.subscriptions_of(conn, user):
        attempt = newest.get(one.recipient)
        tested, trouble = "", ""
        if one.recipient in asked:
            tested = locale.gettext("A test is on its way.")
        elif attempt is not None:
            time = f"{locale.moment(attempt.at, at)}:{locale.local(attempt.at):%S}"
            tested, trouble = outcome_words(attempt, time, locale), attempt.error or ""
        hears = ", ".join(names[slug] for slug in one.venues if slug in names)
        made = locale.moment(one.made, at)
        lines.append(PushLine(one.number, one.label, hears, one.venues, made, tested, trouble))
    return lines


@blueprint.post("/account/push")
def make() -> ResponseReturnValue:
    """Have the browser that asks told."""
    name, locale = own_account(), locale_at()
    given: Any = request.get_json(silent=True)
    given = given if isinstance(given, dict) else {}
    subscription = _dict(given.get("subscription"))
    keys = _dict(subscription.get("keys"))
    endpoint = str(subscription.get("endpoint", ""))
    p256dh, auth = str(keys.get("p256dh", "")), str(keys.get("auth", ""))
    asked = given.get("venues")
    venues = _chosen(asked if isinstance(asked, list) else [])
    label = _label(str(given.get("label", "")), locale)
    try:
        check_endpoint(endpoint, p256dh, auth)
        if not venues:
            return _refused("venues", 422)
        with services().database.write() as conn:
            registry.put_subscription(
                conn, name, endpoint, (p256dh, auth), label=label, language=locale.language,
                venues=venues, at=now(),
            )  # fmt: skip
    except NotTaken:
        return _refused("endpoint", 422)
    except TooMany:
        return _refused("many", 409)
    flash(locale.gettext("From now on %(label)s is told of alerts.", label=label))
    return jsonify({"next": url_for("account.account", _anchor="push")}), 201


@blueprint.post("/account/push/<subscription>")
def change(subscription: str) -> ResponseReturnValue:
    """Choose of which venues a device is told."""
    venues, locale = _chosen(request.form.getlist("venues")), locale_at()
    if not venues:
        flash(locale.gettext("Choose at least one venue, or take the device off the list."))
        return _back()
    with services().database.write() as conn:
        found = _own(conn, subscription)
        registry.change_subscription(conn, found.user, found.number, found.label, venues)
    flash(locale.gettext("%(label)s is told of what you chose.", label=found.label))
    return _back()


@blueprint.post("/account/push/<subscription>/test")
def test(subscription: str) -> ResponseReturnValue:
    """Ask the gateway for a message on a device."""
    locale = locale_at()
    with services().database.write() as conn:
        found = _own(conn, subscription)
        ask_test(conn, WEB_PUSH, found.recipient, locale.language, found.user, now())
    flash(locale.gettext("A test is on its way: its outcome shows here in a moment."))
    return _back()


@blueprint.post("/account/push/<subscription>/remove")
def remove(subscription: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        found = _own(conn, subscription)
        registry.remove_subscription(conn, found.user, found.number)
    flash(locale_at().gettext("%(label)s is told no more.", label=found.label))
    return _back()


def _own(conn: Connection, number: str) -> PushSubscription:
    own = {one.number: one for one in registry.subscriptions_of(conn, own_account())}
    if number not in own:
        abort(404)
    return own[number]


def _back() -> ResponseReturnValue:
    return redirect(url_for("account.account", _anchor="push"), 303)


def own_venues() -> list[Venue]:
    """Those that a device of the visitor can be told of."""
    return telling(registry_view().venues.values())


def _chosen(asked: Iterable[object]) -> tuple[VenueSlug, ...]:
    wanted = set(map(str, asked))
    with services().database.read() as conn:
        return tuple(one.slug for one in telling(all_venues(conn)) if one.slug in wanted)


def _label(text: str, locale: PageLocale) -> str:
    # JSON may hold half a letter, which is none that can be kept.
    text = text.encode(errors="ignore").decode().strip()[:LABEL_LENGTH]
    if text and is_plain_line(text):
        return text
    return browser_words(request.headers.get("User-Agent", ""), locale, own=False)


def _dict(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _refused(why: str, status: int) -> ResponseReturnValue:
    """``why`` names the sentence that the page holds for it."""
    return jsonify({"error": why}), status
