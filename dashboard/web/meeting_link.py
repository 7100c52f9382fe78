"""A meeting by the signed link of a mail, for whoever organises or hosts it and has no account."""

from typing import Final

from dashboard.web.acting import act_as
from dashboard.web.problem import Problem
from dashboard.web.services import Services
from gateway.links import BadLink, ExpiredLink, check_page_token
from gateway.registry.alerts.sent_links import SentLink, find_link, is_revoked

SPEAKS: Final = ("organiser", "host")


def demand_link(services: Services, token: str, meeting: str) -> SentLink:
    """The mail whose link this is, which was sent to whoever organises or hosts the meeting: in their
    name the rest of the request is done.

    Raises:
        Problem: 403 for a link that is not ours or not for this, 410 for one that works no more.

    """
    try:
        found = check_page_token(services.secret, token, services.clock.now())
    except BadLink as error:
        raise Problem(403, str(error)) from error
    except ExpiredLink as error:
        raise Problem(410, str(error)) from error
    with services.database.read() as conn:
        link = find_link(conn, found.link)
        if link is None or is_revoked(conn, link.id, link.meetings, found.made):
            raise Problem(410, "this link works no more")
    if link.role not in SPEAKS or link.meetings[:1] != (meeting,):
        raise Problem(403, "this link was sent for something else")
    act_as(speaker(link), "link")
    return link


def speaker(link: SentLink) -> str:
    """In whose name something is done by a link: of a private meeting by the part they have in it."""
    return link.role if link.private else link.recipient
