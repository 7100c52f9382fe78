"""The messages that were refused."""

import msgspec

from dashboard.api.fields import Instant
from dashboard.api.paging import OnlyNumber, Page, Paging
from dashboard.api.route import Route
from dashboard.web.problem import Problem
from dashboard.web.reach import access
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.refused_message import RefusedMessage
from gateway.registry.live import quarantine as registry
from sensors.wire.instant import from_ns, to_wire

USUAL = 100


class RefusedAnswer(msgspec.Struct, frozen=True):
    """``payload`` is its beginning, bytes that are not text in hexadecimal."""

    id: int
    at: Instant
    topic: str
    reason: str
    detail: str
    payload: str


class Quarantine(msgspec.Struct, frozen=True):
    """The newest refused messages, and by reason how many there ever were: of the whole house, or for
    who sees to some venues, how many are kept of theirs.
    """

    refused: tuple[RefusedAnswer, ...]
    by_reason: dict[str, int]


def get_quarantine(services: Services, page: Page) -> Quarantine:
    before = None if page.after is None else -int(page.after[0])
    venues = access().venues(Need.SETTINGS)
    with services.database.read() as conn:
        found = registry.recent_numbered(conn, (page.limit or USUAL) + 1, before, venues)
        totals = registry.by_reason(conn, venues)
    return Quarantine(tuple(_answer(number, message) for number, message in found), totals)


def get_refused(services: Services, refused: str) -> RefusedAnswer:
    known = refused.isascii() and refused.isdecimal() and len(refused) < 10
    with services.database.read() as conn:
        found = (
            registry.find_refused(conn, int(refused), access().venues(Need.SETTINGS))
            if known
            else None
        )
    if found is None:
        raise Problem(404, f"there is no refused message {refused!r}: the newest are kept")
    return _answer(int(refused), found)


def _answer(number: int, message: RefusedMessage) -> RefusedAnswer:
    return RefusedAnswer(
        number,
        to_wire(from_ns(message.at_ns)),
        message.topic,
        str(message.reason),
        message.detail,
        message.payload.decode("utf-8", "backslashreplace"),
    )


ROUTES = (
    Route(
        "GET",
        "/quarantine",
        get_quarantine,
        "messages that were refused, newest first",
        Quarantine,
        paging=Paging("refused", lambda one: (-one.id,), OnlyNumber, usual=USUAL, by_handler=True),
    ),
    Route(
        "GET",
        "/quarantine/{refused}",
        get_refused,
        "one message that was refused",
        RefusedAnswer,
        problems=(404,),
    ),
)
