"""A wall screen carries the token of its link in a cookie, and looks at the board of one venue by it."""

from datetime import timedelta
from typing import Final

from flask import Response, request

from dashboard.web.problem import Problem
from dashboard.web.services import Services
from gateway.links import BadLink, check_kiosk_token
from gateway.registry.accounts.kiosks import Kiosk, find_kiosk, note_kiosk_seen
from gateway.registry.database import DatabaseAway

COOKIE: Final = "luchtig_kiosk"
KEPT: Final = timedelta(days=400)
"""The longest that browsers keep a cookie (RFC 6265bis); each look at the page begins it anew."""


def kiosk_of(services: Services, token: str) -> Kiosk:
    """The screen that a link was made for.

    Raises:
        Problem: 403 where the link is none of ours, 410 where it was taken back.

    """
    try:
        signed = check_kiosk_token(services.secret, token)
    except BadLink as error:
        raise Problem(403, "this is no link of ours, or it was altered on the way") from error
    with services.database.read() as conn:
        found = find_kiosk(conn, signed.number)
    if found is None or found.venue != signed.venue:
        raise Problem(410, "the link of this wall screen was taken back")
    return found


def asking_kiosk(services: Services) -> Kiosk | None:
    """The screen that asks; None: it is none. That it was seen is noted now and then.

    Raises:
        Problem: 410, its link was taken back.

    """
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        found = kiosk_of(services, token)
    except Problem as problem:
        if problem.status == 410:
            raise
        return None
    now = services.clock.now()
    if found.is_to_be_noted(now):
        try:
            with services.database.write() as conn:
                note_kiosk_seen(conn, found.number, now)
        except DatabaseAway:  # it is let in all the same; the next request notes it
            pass
    return found


def keep_link(answer: Response, token: str, *, secure: bool) -> None:
    """Have the browser carry it."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )
