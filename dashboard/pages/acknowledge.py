"""The page that a message's link leads to: what it is about, and one button to say that one is on
it.

It needs no log-in: the signed token in its address is the authority. Looking changes nothing, for
mail scanners follow links. It speaks the language of whom the link was sent to.
"""

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from dashboard.pages.parts.signed import SignedLinks, is_withdrawn, link_locale, refusal
from dashboard.pages.parts.told_flags import ToldFlag, acknowledge_open, told_flags
from dashboard.web.acting import act_as
from dashboard.web.services import services
from gateway.links import AcknowledgeToken, check_acknowledge_token
from sensors.wire.plain_line import made_plain

NOTE_LENGTH = 300


def register(app: Flask) -> None:
    page = _Acknowledge()
    app.add_url_rule("/ack/<token>", "acknowledge", page.show, methods=["GET"])
    app.add_url_rule("/ack/<token>", "acknowledge_post", page.confirm, methods=["POST"])


class _Acknowledge:
    def __init__(self) -> None:
        self._links = SignedLinks("expired")

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
        if not any(line.state == "open" for line in lines):
            return _page(checked, lines, token), 409 if lines else 404
        note = made_plain(request.form.get("note", ""))[:NOTE_LENGTH]
        act_as(checked.recipient, "link")
        with services().database.write() as conn:
            acknowledge_open(conn, lines, checked.recipient, note)
        return redirect(url_for("acknowledge", token=token), 303)

    def _check(self, token: str) -> AcknowledgeToken | ResponseReturnValue:
        """What the token is about, or the page that says why it is worth nothing."""
        found = self._links.check(lambda secret, at: check_acknowledge_token(secret, token, at))
        if isinstance(found, AcknowledgeToken) and is_withdrawn(found.link, (), found.made):
            return refusal("withdrawn", found.language), 410
        return found


def _lines(token: AcknowledgeToken) -> list[ToldFlag]:
    with services().database.read() as conn:
        return told_flags(conn, token.flags, token.recipient, token.language)


def _page(token: AcknowledgeToken, lines: list[ToldFlag], key: str) -> str:
    if not lines:
        return refusal("gone", token.language)
    locale = link_locale(token.language)
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
