"""The page of a mail, for whoever has no account: the room as it is, who was told, a button to say that
one is on it, and one to get no more of these mails.

The signed token in its address is the authority. Looking changes nothing, for mail scanners follow
links. One press of a mail program's own button unsubscribes too (RFC 8058).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from flask import Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy import Connection

from dashboard.pages.agenda.protocol import keep_word
from dashboard.pages.parts.card import Card, card
from dashboard.pages.parts.context import now, registry_view
from dashboard.pages.parts.deliveries import DeliveryLine, delivery_lines
from dashboard.pages.parts.live.quiet_room import QuietRooms
from dashboard.pages.parts.protocol_panel import ProtocolPanel, protocol_panel
from dashboard.pages.parts.signed import SignedLinks, is_withdrawn, refusal
from dashboard.pages.parts.told_flags import ToldFlag, acknowledge_open, told_flags
from dashboard.web.acting import act_as
from dashboard.web.meeting_link import SPEAKS, speaker
from dashboard.web.reach import may
from dashboard.web.services import services
from dashboard.words.locale import page_locale
from gateway.domain.access import Need
from gateway.domain.meeting import Meeting
from gateway.domain.room import Venue
from gateway.links import Links, PageToken, check_page_token
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.alerts.deliveries import Delivery, deliveries_of
from gateway.registry.alerts.sent_links import SentLink, find_link
from gateway.registry.alerts.unsubscriptions import subscribe_again, unsubscribe, unwanted_topics
from gateway.reports.protocol import kept_protocol
from gateway.words.locale import PageLocale
from sensors.wire.plain_line import made_plain

NOTE_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail that a page is of, and how to speak to whoever got it."""

    link: SentLink
    venue: Venue
    locale: PageLocale


def register(app: Flask) -> None:
    page = _MailPage()
    app.add_url_rule("/s/<token>", "mail", page.show, methods=["GET"])
    app.add_url_rule("/s/<token>", "mail_acknowledge", page.acknowledge, methods=["POST"])
    app.add_url_rule("/s/<token>/protocol/<item>", "mail_item", page.say, methods=["POST"])
    for path, name, view in (
        ("unsubscribe", "mail_unsubscribe", page.unsubscribe),
        ("subscribe", "mail_subscribe", page.subscribe),
    ):
        app.add_url_rule(f"/s/<token>/{path}", f"{name}_page", page.show, methods=["GET"])
        app.add_url_rule(f"/s/<token>/{path}", name, view, methods=["POST"])


class _MailPage:
    def __init__(self) -> None:
        self._links = SignedLinks("expired_page")

    def show(self, token: str) -> ResponseReturnValue:
        mail = self._check(token)
        return _page(mail, token) if isinstance(mail, Mail) else mail

    def acknowledge(self, token: str) -> ResponseReturnValue:
        """Ask the gateway to acknowledge what is open of it; 409 where nothing is any more."""
        mail = self._check(token)
        if not isinstance(mail, Mail):
            return mail
        note = made_plain(request.form.get("note", ""))[:NOTE_LENGTH]
        lines = _flags(mail)
        if not any(line.state == "open" for line in lines):
            return _page(mail, token), 409
        _act(mail)
        with services().database.write() as conn:
            acknowledge_open(conn, lines, mail.link.recipient, note)
        return redirect(url_for("mail", token=token), 303)

    def say(self, token: str, item: str) -> ResponseReturnValue:
        """Keep what whoever organises or hosts the meeting says of an item of its protocol."""
        mail = self._check(token)
        if not isinstance(mail, Mail):
            return mail
        _act(mail)
        with services().database.write() as conn:
            meeting = _meeting(conn, mail.link)
            if meeting is None:
                abort(404)
            keep_word(conn, meeting, item, mail.link.role)
        return redirect(url_for("mail", token=token, _anchor="protocol"), 303)

    def unsubscribe(self, token: str) -> ResponseReturnValue:
        """Also for a mail program by itself, which reads no page."""
        mail = self._check(token)
        if not isinstance(mail, Mail):
            return mail
        _act(mail)
        link = mail.link
        with services().database.write() as conn:
            unsubscribe(conn, link.venue, link.recipient, link.topic, now())
        return redirect(url_for("mail", token=token, _anchor="messages"), 303)

    def subscribe(self, token: str) -> ResponseReturnValue:
        mail = self._check(token)
        if not isinstance(mail, Mail):
            return mail
        _act(mail)
        link = mail.link
        with services().database.write() as conn:
            subscribe_again(conn, link.venue, link.recipient, link.topic)
        return redirect(url_for("mail", token=token, _anchor="messages"), 303)

    def _check(self, token: str) -> Mail | ResponseReturnValue:
        """The mail, or the page that says why there is none."""
        found = self._links.check(lambda secret, at: check_page_token(secret, token, at))
        if not isinstance(found, PageToken):
            return found
        with services().database.read() as conn:
            link = find_link(conn, found.link)
        if link is None:
            return refusal("gone", found.language), 410
        if is_withdrawn(link.id, link.meetings, found.made):
            return refusal("withdrawn", found.language), 410
        venue = registry_view().venue(link.venue)
        return Mail(link, venue, page_locale(found.language, venue.timezone))


def _act(mail: Mail) -> None:
    """In whose name it is done; the people of a private meeting by the part they have in it."""
    act_as(speaker(mail.link), "link")


def _flags(mail: Mail) -> list[ToldFlag]:
    with services().database.read() as conn:
        return told_flags(conn, mail.link.flags, mail.link.recipient, mail.locale.language)


def _page(mail: Mail, token: str) -> str:
    link, locale = mail.link, mail.locale
    with services().database.read() as conn:
        unwanted = unwanted_topics(conn, link.venue, link.recipient)
        lines = told_flags(conn, link.flags, link.recipient, locale.language)
        told = deliveries_of(conn, link.flags)
    with force_locale(locale.language):
        return render_template(
            "mail_page.html",
            token=token,
            link=link,
            venue=mail.venue,
            locale=locale,
            now=now(),
            cards=_cards(mail),
            lines=lines,
            told={flag: _told(found, locale) for flag, found in told.items()},
            protocol=_protocol(mail, token),
            report=_report(mail) if link.topic == "reports" and link.meetings else None,
            is_open=any(line.state == "open" for line in lines),
            may_look=may(Need.BOARD, link.venue),
            is_unwanted=link.topic in unwanted,
        )


def _cards(mail: Mail) -> list[Card]:
    """The rooms as they are now; one that nothing is known of is left out."""
    quiet = QuietRooms()
    found = []
    for room in mail.link.rooms:
        state = services().board.room(mail.link.venue, room)
        if state is not None:
            policy = registry_view().policy_of(state.venue, state.room, now())
            limits = policy.at(state.outdoor_ppm)
            why = quiet.why(state)
            found.append(card(state, limits, None, None, why, now(), mail.locale))
    return found


def _meeting(conn: Connection, link: SentLink) -> Meeting | None:
    """The meeting that a mail is about, for whoever organises or hosts it."""
    if link.role not in SPEAKS or not link.meetings:
        return None
    return find_meeting(conn, link.meetings[0])


def _protocol(mail: Mail, token: str) -> ProtocolPanel | None:
    """What is to be said of the meeting's protocol; None where that is nothing."""
    with services().database.read() as conn:
        meeting = _meeting(conn, mail.link)
        kept = None if meeting is None else kept_protocol(conn, meeting, now())
    if meeting is None or kept is None or not kept.protocol.declared:
        return None

    def address(item: str) -> str:
        return url_for("mail_item", token=token, item=item)

    return protocol_panel(meeting, kept, now(), mail.locale, address)


def _report(mail: Mail) -> str:
    """Where the report is, by a link of its own that is withdrawn with this one."""
    link = mail.link
    return Links(services().secret, "").report(
        link.meetings[0], link.recipient, mail.locale.language, link.made, link.id
    )


def _told(found: Iterable[Delivery], locale: PageLocale) -> list[DeliveryLine]:
    """Who was told, by the part they have: addresses are for managers, and so is what went wrong."""
    heard = [replace(one, reason=None) for one in found if one.state == "sent"]
    return delivery_lines(heard, locale, now())
