"""The ways messages go out, and a button to try each."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.auth import current_user
from dashboard.i18n import Speech
from dashboard.pages.reach import now, say_at
from dashboard.services import services
from gateway.notify.channel_list import channels_of
from gateway.notify.mail import is_address
from gateway.registry.channel_tests import ask_test, unanswered_tests
from gateway.registry.deliveries import ChannelAttempt, newest_by_channel
from gateway.registry.outbox import MAIL

blueprint = Blueprint("channels", __name__)

PATIENCE = timedelta(minutes=2)
"""A test that has no outcome after so long will have none: no gateway runs, or it was killed."""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel with how the newest try on it went, in words; ``trouble`` is why it failed."""

    name: str
    shown: str
    is_mail: bool
    newest: str
    trouble: str


def channel_lines(conn: Connection, say: Speech) -> list[ChannelLine]:
    newest = newest_by_channel(conn)
    asked = {test.channel for test in unanswered_tests(conn, now() - PATIENCE)}
    lines = []
    for channel in channels_of(services().notify):
        words, trouble = "", ""
        attempt = newest.get(channel.name)
        if channel.name in asked:
            words = say.gettext("A test is on its way.")
        elif attempt is not None:
            time = f"{say.moment(attempt.at, now())}:{say.local(attempt.at):%S}"
            words, trouble = _outcome(attempt, time, say), attempt.error or ""
        is_mail = channel.name == MAIL
        lines.append(ChannelLine(channel.name, channel.shown, is_mail, words, trouble))
    return lines


def _outcome(attempt: ChannelAttempt, time: str, say: Speech) -> str:
    match attempt.test is not None, attempt.error is None:
        case True, True:
            return say.gettext("Test sent %(time)s", time=time)
        case True, False:
            return say.gettext("Test failed %(time)s", time=time)
        case False, True:
            return say.gettext("Last message sent %(time)s", time=time)
        case _:
            return say.gettext("Last message failed %(time)s", time=time)


@blueprint.post("/settings/channels/<channel>/test")
def test(channel: str) -> ResponseReturnValue:
    """Ask the gateway for a message on a channel."""
    visitor = current_user()
    if visitor is None:
        abort(403)
    if channel not in {known.name for known in channels_of(services().notify)}:
        abort(404)
    say = say_at()
    to = request.form.get("to", "").strip() if channel == MAIL else ""
    if channel == MAIL and not is_address(to):
        flash(say.gettext("%(text)s is not an e-mail address.", text=to or "—"))
    else:
        with services().database.write() as conn:
            ask_test(conn, channel, to, say.language, visitor.name, now())
        flash(say.gettext("A test is on its way: its outcome shows here in a moment."))
    return redirect(url_for("settings.settings", _anchor="messages"), 303)
