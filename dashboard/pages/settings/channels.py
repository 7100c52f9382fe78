"""The ways messages go out, and a button to try each."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now
from dashboard.web.identity.auth import current_user
from dashboard.web.services import services
from gateway.notify.channel_list import channels_of
from gateway.registry.alerts.channel_tests import ask_test, unanswered_tests
from gateway.registry.alerts.deliveries import ChannelAttempt, newest_by_channel
from gateway.registry.alerts.outbox import MAIL, WEB_PUSH
from gateway.registry.alerts.push_subscriptions import hearers
from gateway.words.locale import PageLocale
from sensors.mail_address import is_mail_address

blueprint = Blueprint("channels", __name__)

PATIENCE = timedelta(minutes=2)
"""A test that has no outcome after so long will have none: no gateway runs, or it was killed."""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel with how the newest try on it went, in words; ``trouble`` is why it failed."""

    name: str
    shown: str
    is_mail: bool
    is_push: bool
    newest: str
    trouble: str


def channel_lines(conn: Connection, locale: PageLocale) -> list[ChannelLine]:
    """The channels of the configuration, and the devices that are told by web push where there are any."""
    newest = newest_by_channel(conn)
    asked = {test.channel for test in unanswered_tests(conn, now() - PATIENCE)}
    channels = [(channel.name, channel.shown) for channel in channels_of(services().notify)]
    devices = {one.recipient for told in hearers(conn).values() for one in told}
    if devices:
        count = locale.ngettext("%(number)s device", "%(number)s devices", len(devices))
        channels.append((WEB_PUSH, count))
    lines = []
    for name, shown in channels:
        words, trouble = "", ""
        attempt = newest.get(name)
        if name in asked:
            words = locale.gettext("A test is on its way.")
        elif attempt is not None:
            time = f"{locale.moment(attempt.at, now())}:{locale.local(attempt.at):%S}"
            words, trouble = outcome_words(attempt, time, locale), attempt.error or ""
        lines.append(ChannelLine(name, shown, name == MAIL, name == WEB_PUSH, words, trouble))
    return lines


def outcome_words(attempt: ChannelAttempt, time: str, locale: PageLocale) -> str:
    """How a try went."""
    match attempt.test is not None, attempt.error is None:
        case True, True:
            return locale.gettext("Test sent %(time)s", time=time)
        case True, False:
            return locale.gettext("Test failed %(time)s", time=time)
        case False, True:
            return locale.gettext("Last message sent %(time)s", time=time)
        case _:
            return locale.gettext("Last message failed %(time)s", time=time)


@blueprint.post("/settings/channels/<channel>/test")
def test(channel: str) -> ResponseReturnValue:
    """Ask the gateway for a message on a channel."""
    visitor = current_user()
    if visitor is None:
        abort(403)
    if channel not in {known.name for known in channels_of(services().notify)}:
        abort(404)
    locale = locale_at()
    to = request.form.get("to", "").strip() if channel == MAIL else ""
    if channel == MAIL and not is_mail_address(to):
        flash(locale.gettext("%(text)s is not an e-mail address.", text=to or "—"))
    else:
        with services().database.write() as conn:
            ask_test(conn, channel, to, locale.language, visitor.name, now())
        flash(locale.gettext("A test is on its way: its outcome shows here in a moment."))
    return redirect(url_for("contacts.contacts", _anchor="messages"), 303)
