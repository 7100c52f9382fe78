"""One's own tokens: made, listed, ended. What a token is, is told once."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.fields import LINE, Instant, VenueRef
from dashboard.api.paging import NumberedKey, Paging
from dashboard.api.route import Route
from dashboard.web.identity.account import own_account
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import access
from dashboard.web.services import Services
from gateway.domain.scope import Scope, read_scopes
from gateway.registry.accounts import tokens as registry
from gateway.registry.accounts.tokens import LABEL_LENGTH, LONGEST, MOST_VENUES, Limits, Token
from gateway.registry.accounts.users import NUMBER_LENGTH, secret_hash
from gateway.registry.rooms import find_venue
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.topic import VenueSlug


class TokenBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``scopes`` null: all that its user may, ``venues`` null: wherever; ``expires_days`` null: it does
    not end by itself.
    """

    label: Annotated[str, Meta(max_length=LABEL_LENGTH), LINE] = ""
    scopes: tuple[Scope, ...] | None = None
    venues: Annotated[tuple[VenueRef, ...], Meta(max_length=MOST_VENUES)] | None = None
    expires_days: Annotated[int, Meta(ge=1, le=LONGEST.days)] | None = None


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``token`` is told by the answer that makes it alone."""

    id: str
    label: str
    scopes: tuple[Scope, ...] | None
    venues: tuple[VenueRef, ...] | None
    created: Instant
    expires: Instant | None
    last_used: Instant | None
    token: str | msgspec.UnsetType = msgspec.UNSET


class Tokens(msgspec.Struct, frozen=True):
    tokens: tuple[TokenAnswer, ...]


def get_tokens(services: Services) -> Tokens:
    with services.database.read() as conn:
        found = registry.tokens_of(conn, own_account())
    return Tokens(tuple(map(_answer, found)))


def get_token(services: Services, token: str) -> TokenAnswer:
    return _own(services, token)


def make_token(services: Services, body: TokenBody) -> TokenAnswer:
    now, user = services.clock.now(), own_account()
    for place, venue in enumerate(body.venues or ()):
        if not access().reaches(venue) or not _is_there(services, venue):
            mistake = Mistake(f"/venues/{place}", f"there is no venue {venue!r}")
            raise Problem(422, mistake.message, [mistake])
    days = body.expires_days
    limits = Limits(
        None if body.scopes is None else read_scopes(body.scopes),
        body.venues,
        None if days is None else now + timedelta(days=days),
    )
    with services.database.write() as conn:
        secret = registry.new_token(conn, user, body.label, now, limits)
    made = _own(services, secret_hash(secret)[:NUMBER_LENGTH])
    return msgspec.structs.replace(made, token=secret)


def _is_there(services: Services, venue: VenueSlug) -> bool:
    with services.database.read() as conn:
        return find_venue(conn, venue) is not None


def revoke_token(services: Services, token: str) -> None:
    with services.database.write() as conn:
        if not registry.revoke_token(conn, token, own_account()):
            raise _unknown(token)


def _own(services: Services, number: str) -> TokenAnswer:
    with services.database.read() as conn:
        found = registry.tokens_of(conn, own_account())
    for one in found:
        if one.number == number:
            return _answer(one)
    raise _unknown(number)


def _unknown(number: str) -> Problem:
    return Problem(404, f"there is no token {number!r}")


def _answer(token: Token) -> TokenAnswer:
    limits = token.limits
    return TokenAnswer(
        id=token.number,
        label=token.label,
        scopes=limits.scopes,
        venues=limits.venues,
        created=to_wire(token.created),
        expires=None if limits.expires is None else to_wire(limits.expires),
        last_used=None if token.last_used is None else to_wire(token.last_used),
    )


def _key(token: TokenAnswer) -> tuple[int, str]:
    return -to_ns(datetime.fromisoformat(token.created)), token.id


ROUTES = (
    Route(
        "GET",
        "/tokens",
        get_tokens,
        "one's own tokens, newest first",
        Tokens,
        problems=(409,),
        paging=Paging("tokens", _key, NumberedKey),
    ),
    Route(
        "GET",
        "/tokens/{token}",
        get_token,
        "one of them",
        TokenAnswer,
        problems=(404, 409),
    ),
    Route(
        "POST",
        "/tokens",
        make_token,
        "make a token; it is told this once",
        TokenAnswer,
        body=TokenBody,
        problems=(409,),
        made_at=lambda made: f"/tokens/{made.id}",
        secret=True,
    ),
    Route(
        "DELETE",
        "/tokens/{token}",
        revoke_token,
        "end one of one's own tokens",
        problems=(404, 409),
    ),
)
