"""What an account has open, in words: sessions, tokens and passkeys."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from dashboard.words.browsers import browser_words
from gateway.domain.scope import Scope
from gateway.registry.accounts.passkeys import passkeys_of
from gateway.registry.accounts.sessions import Session, sessions_of
from gateway.registry.accounts.tokens import Token, tokens_of
from gateway.words.locale import PageLocale


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A browser that is logged in; ``is_own`` is the one that asks."""

    number: str
    browser: str
    seen: str
    begun: str
    address: str
    is_own: bool
    stays: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token with what it may; ``until`` is empty where it does not end by itself."""

    number: str
    label: str
    may: str
    until: str
    used: str
    made: str
    has_ended: bool


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey, and the name of the site that it works on."""

    number: str
    label: str
    site: str
    used: str
    made: str


def session_lines(
    conn: Connection, user: str, own: str | None, at: datetime, locale: PageLocale
) -> list[SessionLine]:
    """The own one first; ``own`` is its number."""
    found = sessions_of(conn, user, at)
    lines = [_session(one, one.number == own, at, locale) for one in found]
    return sorted(lines, key=lambda line: not line.is_own)


def token_lines(conn: Connection, user: str, at: datetime, locale: PageLocale) -> list[TokenLine]:
    return [_token(one, at, locale) for one in tokens_of(conn, user)]


def passkey_lines(
    conn: Connection, user: str, at: datetime, locale: PageLocale
) -> list[PasskeyLine]:
    return [
        PasskeyLine(
            one.number,
            one.label,
            one.site,
            "" if one.used is None else locale.moment(one.used, at),
            locale.moment(one.made, at),
        )
        for one in passkeys_of(conn, user)
    ]


def scope_words(scope: Scope, locale: PageLocale) -> str:
    """What a scope lets a program do."""
    match scope:
        case "read":
            return locale.gettext("read")
        case "export":
            return locale.gettext("take readings away")
        case "write":
            return locale.gettext("change")
        case "metrics":
            return locale.gettext("be measured by Prometheus")
        case "ingest":
            return locale.gettext("send readings")


def _session(one: Session, is_own: bool, at: datetime, locale: PageLocale) -> SessionLine:
    return SessionLine(
        one.number,
        browser_words(one.agent, locale, own=is_own),
        locale.moment(one.seen, at),
        locale.moment(one.begun, at),
        one.address,
        is_own,
        one.stays,
    )


def _token(one: Token, at: datetime, locale: PageLocale) -> TokenLine:
    limits = one.limits
    if limits.scopes is None:
        may = locale.gettext("may what you may")
    elif not limits.scopes:
        may = locale.gettext("may nothing")
    else:
        may = ", ".join(scope_words(scope, locale) for scope in limits.scopes)
    if limits.venues is not None:
        places = ", ".join(limits.venues)
        may = locale.gettext("%(what)s, in %(places)s", what=may, places=places)
    return TokenLine(
        one.number,
        one.label,
        may,
        "" if limits.expires is None else locale.day_and_year(limits.expires),
        "" if one.last_used is None else locale.moment(one.last_used, at),
        locale.moment(one.created, at),
        limits.has_ended(at),
    )
