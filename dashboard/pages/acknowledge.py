"""The page that a message's link leads to: what it is about, and one button to say that one is on
it.

It needs no log-in: the signed token in its address is the authority. Looking changes nothing, for
mail scanners follow links. It speaks the language of whom the link was sent to.
"""

import threading
import time
from dataclasses import dataclass
from typing import Literal

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy import Connection

from dashboard.pages.parts.context import now, registry_view
from dashboard.web.acting import act_as
from dashboard.web.services import services
from dashboard.web.throttle import Throttle
from dashboard.words.codes import how_far_over, lasted_words, rule_words, who_words
from dashboard.words.locale import asked_language, page_locale
from gateway.domain.flag import Flag
from gateway.domain.room_state import Level
from gateway.links import AcknowledgeToken, BadLink, ExpiredLink, check_acknowledge_token
from gateway.registry.alerts.flags import find_flag
from gateway.registry.meetings import meetings_between
from gateway.registry.operator_requests import AcknowledgeRequest, ask_acknowledge, pending_requests
from gateway.words.locale import PageLocale
from sensors.wire.plain_line import made_plain

FREE_TRIES = 20
NAME_LENGTH = 100
NOTE_LENGTH = 300

State = Literal["open", "seen", "over"]


@dataclass(frozen=True, slots=True)
class AcknowledgeLine:
    """A flag in words; ``who`` is on it, and ``mine`` where that is whom the link was sent to."""

    flag: Flag
    state: State
    level: Level
    room: str
    name: str
    over: str
    lasted: str
    who: str
    mine: bool


def register(app: Flask) -> None:
    page = _Acknowledge()
    app.add_url_rule("/ack/<token>", "acknowledge", page.show, methods=["GET"])
    app.add_url_rule("/ack/<token>", "acknowledge_post", page.confirm, methods=["POST"])


class _Acknowledge:
    """The page, and the slowing down of whoever tries tokens of their own making: a link of ours
    works whatever others do from the same address.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forgers = Throttle(FREE_TRIES)

    def show(self, token: str) -> ResponseReturnValue:
        checked = self._check(token)
        if not isinstance(checked, AcknowledgeToken):
            return checked
        lines = _lines(checked)
        return _page(checked, lines, token), 200 if lines else 404

    def confirm(self, token: str) -> ResponseReturnValue:
        """Ask the gateway to acknowledge what is open of it; 409 where nothing is any more."""
        checked = self._check(token)
        if not isinstance(checked, AcknowledgeToken):
            return checked
        lines = _lines(checked)
        open_flags = [line.flag.id for line in lines if line.state == "open"]
        if not open_flags:
            return _page(checked, lines, token), 409 if lines else 404
        note = made_plain(request.form.get("note", ""))[:NOTE_LENGTH]
        act_as(checked.recipient, "link")
        with services().database.write() as conn:
            for line in lines:
                if line.flag.id in open_flags:
                    by = _signer(conn, line.flag, checked)
                    ask_acknowledge(conn, line.flag.id, by, note, now())
        return redirect(url_for("acknowledge", token=token), 303)

    def _check(self, token: str) -> AcknowledgeToken | ResponseReturnValue:
        """What the token is about, or the page that says why it is worth nothing."""
        try:
            return check_acknowledge_token(services().secret, token, now())
        except ExpiredLink as error:
            return _refusal("expired", error.language), 410
        except BadLink:
            wait_s = self._forged()
            language = asked_language(registry_view().venue(None).language)
            if wait_s > 0:
                return _refusal("wait", language), 429, {"Retry-After": f"{int(wait_s) + 1}"}
            return _refusal("forged", language), 403

    def _forged(self) -> float:
        """How long whoever sent this has to wait."""
        who, now_s = request.remote_addr or "", time.monotonic()
        with self._lock:
            wait_s = self._forgers.wait_s(who, now_s)
            if wait_s == 0:
                self._forgers.fail(who, now_s)
            return wait_s


def _signer(conn: Connection, flag: Flag, token: AcknowledgeToken) -> str:
    """By what name a flag is acknowledged: who has a private meeting there by the part they have in
    it, for everybody reads it.
    """
    for meeting in meetings_between(conn, flag.since, now(), flag.venue, flag.room):
        for part, address in (("organiser", meeting.organiser), ("host", meeting.host)):
            if meeting.private and (address or "").casefold() == token.recipient.casefold():
                return part
    return token.recipient[:NAME_LENGTH]


def _lines(token: AcknowledgeToken) -> list[AcknowledgeLine]:
    with services().database.read() as conn:
        found = [find_flag(conn, flag) for flag in token.flags]
        asked = {r.flag: r.by for r in pending_requests(conn) if isinstance(r, AcknowledgeRequest)}
        return [
            _line(
                flag,
                asked.get(flag.id) or flag.acknowledged_by,
                token,
                _signer(conn, flag, token),
            )
            for flag in found
            if flag is not None
        ]


def _line(flag: Flag, who: str | None, token: AcknowledgeToken, signer: str) -> AcknowledgeLine:
    locale = page_locale(token.language, registry_view().venue(flag.venue).timezone)
    room = registry_view().rooms.get((flag.venue, flag.room))
    if flag.state == "resolved":
        state: State = "over"
    else:
        state = "open" if who is None else "seen"
    level: Level = "good" if state == "over" else "act"
    if state != "over" and flag.rule in ("no_data", "sensor_fault"):
        level = "unknown"
    return AcknowledgeLine(
        flag=flag,
        state=state,
        level=level,
        room=flag.room if room is None else room.name,
        name=rule_words(flag.rule, locale),
        over=how_far_over(flag.rule, flag.peak, flag.limit, locale),
        lasted=lasted_words(flag.since, flag.resolved_at, now(), locale),
        who=who_words(who or "", locale),
        mine=who == signer,
    )


def _page(token: AcknowledgeToken, lines: list[AcknowledgeLine], key: str) -> str:
    if not lines:
        return _refusal("gone", token.language)
    locale = _locale(token.language)
    with force_locale(locale.language):
        return render_template(
            "acknowledge.html",
            lines=lines,
            token=key,
            recipient=token.recipient,
            locale=locale,
            is_open=any(line.state == "open" for line in lines),
            is_over=all(line.state == "over" for line in lines),
            is_mine=any(line.mine for line in lines),
        )


def _refusal(why: str, language: str) -> str:
    locale = _locale(language)
    with force_locale(locale.language):
        return render_template("acknowledge_refused.html", why=why, locale=locale)


def _locale(language: str) -> PageLocale:
    return page_locale(language, registry_view().venue(None).timezone)
