"""The links in messages, and those of wall screens and doors. Four are signed and work without logging in: to
acknowledge what a message told of, to read a meeting's report, the page of a mail, with its room and the
way to get no more of them, and the board of a venue.

A token binds its purpose, what it is about, whom it was sent to and until when it works, all on the
one clock. Whoever holds the link may do that one thing, unless it was withdrawn: ``link`` is by which
name all that is signed in one mail is withdrawn, empty in mails from before there was one. That of a
wall screen works until it is taken back (``gateway.registry.accounts.kiosks``). Pure.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer

from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

ACKNOWLEDGE_LASTS = timedelta(days=7)
REPORT_LASTS = timedelta(days=90)
LONGEST_TOKEN = 8000
PAGE_LASTS = timedelta(days=30)
_PAGE = "luchtig link: page"
_ACKNOWLEDGE = "luchtig link: acknowledge"
_REPORT = "luchtig link: report"
_KIOSK = "luchtig link: wall screen"
_INVITE = "luchtig link: invite"
_DOOR = "luchtig link: door"
_NS = 1_000_000_000

T = TypeVar("T")


class BadLink(Exception):
    """No link of ours, or altered on the way."""


class ExpiredLink(Exception):
    """It was ours, and its time is over. ``language`` is that of whom it was sent to."""

    def __init__(self, language: str) -> None:
        super().__init__("this link has expired")
        self.language = language


@dataclass(frozen=True, slots=True)
class AcknowledgeToken:
    """``flags`` are the ids of all that the message told of."""

    flags: tuple[str, ...]
    recipient: str
    language: str
    expires: datetime
    link: str = ""

    @property
    def made(self) -> datetime:
        return self.expires - ACKNOWLEDGE_LASTS


@dataclass(frozen=True, slots=True)
class ReportToken:
    meeting: str
    recipient: str
    language: str
    expires: datetime
    link: str = ""

    @property
    def made(self) -> datetime:
        return self.expires - REPORT_LASTS


@dataclass(frozen=True, slots=True)
class InviteToken:
    """``invitation`` is the id of what is on record."""

    invitation: str
    language: str


@dataclass(frozen=True, slots=True)
class PageToken:
    """Of what mail the page is; what that told of whom is on record."""

    link: str
    language: str
    expires: datetime

    @property
    def made(self) -> datetime:
        return self.expires - PAGE_LASTS


@dataclass(frozen=True, slots=True)
class KioskToken:
    """``number`` is that of the screen."""

    number: str
    venue: VenueSlug


@dataclass(frozen=True, slots=True)
class DoorToken:
    """``number`` is that of the page at the door of a room."""

    number: str
    venue: VenueSlug
    room: RoomSlug


class _Acknowledge(msgspec.Struct, frozen=True, array_like=True):
    flags: tuple[str, ...]
    recipient: str
    language: str
    expires_s: int
    link: str = ""


class _Report(msgspec.Struct, frozen=True, array_like=True):
    meeting: str
    recipient: str
    language: str
    expires_s: int
    link: str = ""


class _Page(msgspec.Struct, frozen=True, array_like=True):
    link: str
    language: str
    expires_s: int


class _Kiosk(msgspec.Struct, frozen=True, array_like=True):
    number: str
    venue: VenueSlug


class _Door(msgspec.Struct, frozen=True, array_like=True):
    number: str
    venue: VenueSlug
    room: RoomSlug


class _Invite(msgspec.Struct, frozen=True, array_like=True):
    invitation: str
    language: str
    expires_s: int


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses in messages; ``secret`` is that of ``dashboard.secret_file``."""

    secret: str
    public_url: str

    def room(self, venue: VenueSlug, room: RoomSlug) -> str:
        return f"{self._base}/rooms/{venue}/{room}"

    def meeting(self, meeting: str) -> str:
        return f"{self._base}/meetings/{quote(meeting, safe='')}"

    def season(self, kind: str, slug: str, from_: str, to: str) -> str:
        """``kind`` is ``venue`` or ``organisation``."""
        return f"{self._base}/season?{kind}={quote(slug)}&from={from_}&to={to}"

    def alerts(self) -> str:
        return f"{self._base}/alerts"

    def settings(self) -> str:
        """Where it stands who hears what."""
        return f"{self._base}/settings/contacts#messages"

    def acknowledge(
        self, flags: tuple[str, ...], recipient: str, language: str, at: datetime, link: str = ""
    ) -> str:
        """The link that acknowledges these flags in the name of ``recipient``."""
        expires_s = to_ns(at + ACKNOWLEDGE_LASTS) // _NS
        body = _Acknowledge(flags, recipient, language, expires_s, link)
        return f"{self._base}/ack/{_sign(self.secret, _ACKNOWLEDGE, body)}"

    def report(
        self, meeting: str, recipient: str, language: str, at: datetime, link: str = ""
    ) -> str:
        """The link to the report of a meeting."""
        expires_s = to_ns(at + REPORT_LASTS) // _NS
        body = _Report(meeting, recipient, language, expires_s, link)
        token = _sign(self.secret, _REPORT, body)
        return f"{self._base}/meetings/{quote(meeting, safe='')}/report?token={token}"

    def page(self, link: str, language: str, at: datetime) -> str:
        """The page of a mail."""
        body = _Page(link, language, to_ns(at + PAGE_LASTS) // _NS)
        return f"{self._base}/s/{_sign(self.secret, _PAGE, body)}"

    def invite(self, invitation: str, language: str, expires: datetime) -> str:
        """Where somebody who was invited chooses a name and a password."""
        body = _Invite(invitation, language, to_ns(expires) // _NS)
        return f"{self._base}/invite/{_sign(self.secret, _INVITE, body)}"

    def home(self) -> str:
        return f"{self._base}/"

    @property
    def is_safe(self) -> bool:
        """Whether what leads here is read by nobody on the way."""
        return self.public_url.startswith("https:")

    def kiosk(self, number: str, venue: VenueSlug) -> str:
        """The link that a wall screen of a venue is opened with."""
        return f"{self._base}/k/{_sign(self.secret, _KIOSK, _Kiosk(number, venue))}"

    def door(self, number: str, venue: VenueSlug, room: RoomSlug) -> str:
        """The link that guests read at the door of a room."""
        return f"{self._base}/d/{_sign(self.secret, _DOOR, _Door(number, venue, room))}"

    @property
    def _base(self) -> str:
        return self.public_url.rstrip("/")


def check_acknowledge_token(secret: str, token: str, now: datetime) -> AcknowledgeToken:
    """What an acknowledge link is about.

    Raises:
        BadLink: not one of ours.
        ExpiredLink: its time is over.

    """
    found = _read(secret, _ACKNOWLEDGE, token, _Acknowledge)
    expires = _expiry(found.expires_s, found.language, now)
    return AcknowledgeToken(found.flags, found.recipient, found.language, expires, found.link)


def check_page_token(secret: str, token: str, now: datetime) -> PageToken:
    """Of which mail the page is.

    Raises:
        BadLink: not one of ours.
        ExpiredLink: its time is over.

    """
    found = _read(secret, _PAGE, token, _Page)
    expires = _expiry(found.expires_s, found.language, now)
    return PageToken(found.link, found.language, expires)


def check_invite_token(secret: str, token: str, now: datetime) -> InviteToken:
    """Which invitation a link is.

    Raises:
        BadLink: not one of ours.
        ExpiredLink: its time is over.

    """
    found = _read(secret, _INVITE, token, _Invite)
    _expiry(found.expires_s, found.language, now)
    return InviteToken(found.invitation, found.language)


def check_report_token(secret: str, token: str, meeting: str, now: datetime) -> ReportToken:
    """Whom the link to the report of ``meeting`` was sent to.

    Raises:
        BadLink: not one of ours, or that of another meeting.
        ExpiredLink: its time is over.

    """
    found = _read(secret, _REPORT, token, _Report)
    if found.meeting != meeting:
        raise BadLink("this link belongs to another meeting")
    expires = _expiry(found.expires_s, found.language, now)
    return ReportToken(found.meeting, found.recipient, found.language, expires, found.link)


def check_kiosk_token(secret: str, token: str) -> KioskToken:
    """Which wall screen this link was made for.

    Raises:
        BadLink: not one of ours.

    """
    found = _read(secret, _KIOSK, token, _Kiosk)
    return KioskToken(found.number, found.venue)


def check_door_token(secret: str, token: str) -> DoorToken:
    """Which door a link was made for.

    Raises:
        BadLink: not one of ours.

    """
    found = _read(secret, _DOOR, token, _Door)
    return DoorToken(found.number, found.venue, found.room)


def _sign(secret: str, purpose: str, body: msgspec.Struct) -> str:
    token: str | bytes = _serializer(secret, purpose).dumps(msgspec.to_builtins(body))
    return token if isinstance(token, str) else token.decode()


def _read(secret: str, purpose: str, token: str, kind: type[T]) -> T:
    if len(token) > LONGEST_TOKEN:
        raise BadLink("this is no link of ours")
    try:
        signed: Any = _serializer(secret, purpose).loads(token)
        return msgspec.convert(signed, kind)
    except (BadSignature, msgspec.ValidationError) as error:
        raise BadLink("this is no link of ours") from error


def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=purpose, signer_kwargs={"digest_method": sha256})


def _expiry(expires_s: int, language: str, now: datetime) -> datetime:
    expires = from_ns(expires_s * _NS)
    if now >= expires:
        raise ExpiredLink(language)
    return expires
