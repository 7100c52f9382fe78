"""Signed links: what one says, or the page that tells why it is worth nothing.

Whoever tries tokens of their own making is slowed down; a link of ours works whatever others do from
the same address.
"""

import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from dashboard.pages.parts.context import now, registry_view
from dashboard.web.identity.throttle import Throttle
from dashboard.web.services import services
from dashboard.words.locale import asked_language, page_locale
from gateway.links import BadLink, ExpiredLink
from gateway.registry.alerts.sent_links import is_revoked
from gateway.words.locale import PageLocale

FREE_TRIES = 20

T = TypeVar("T")


class SignedLinks:
    """The links of one kind of page; ``expired`` is what its page says of one whose time is over."""

    def __init__(self, expired: str) -> None:
        self._expired = expired
        self._lock = threading.Lock()
        self._forgers = Throttle(FREE_TRIES)

    def check(self, read: Callable[[str, datetime], T]) -> T | ResponseReturnValue:
        """What ``read`` makes of our secret and the time, or the page that says why not."""
        try:
            return read(services().secret, now())
        except ExpiredLink as error:
            return refusal(self._expired, error.language), 410
        except BadLink:
            wait_s = self._forged()
            language = asked_language(registry_view().venue(None).language)
            if wait_s > 0:
                return refusal("wait", language), 429, {"Retry-After": f"{int(wait_s) + 1}"}
            return refusal("forged", language), 403

    def _forged(self) -> float:
        """How long whoever sent this has to wait."""
        who, now_s = request.remote_addr or "", time.monotonic()
        with self._lock:
            wait_s = self._forgers.wait_s(who, now_s)
            if wait_s == 0:
                self._forgers.fail(who, now_s)
            return wait_s


def is_withdrawn(link: str, meetings: Collection[str], made: datetime) -> bool:
    """Whether somebody withdrew what was signed for these at ``made``."""
    with services().database.read() as conn:
        return is_revoked(conn, link, meetings, made)


def refusal(why: str, language: str) -> str:
    locale = link_locale(language)
    with force_locale(locale.language):
        return render_template("link_refused.html", why=why, locale=locale)


def link_locale(language: str) -> PageLocale:
    """How to speak to whom a link was sent to."""
    return page_locale(language, registry_view().venue(None).timezone)
