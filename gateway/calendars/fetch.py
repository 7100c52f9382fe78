"""A calendar over HTTP: of a bounded size, in a bounded time, from nowhere that it may not be.

Redirects are followed by hand, each step checked like the first.
"""

import re
import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util.ssl_match_hostname import CertificateError

from gateway.calendars.body import CutShort, TooLarge, whole_body
from gateway.domain.calendar.problem import Failure, FailureCode
from gateway.outward.address import Address, BadAddress, parse
from gateway.outward.connection import (
    HostNotAllowed,
    HostUnknown,
    MayReach,
    pool_to,
    resolved,
    usual_headers,
)

MOST_BYTES: Final = 5_000_000
MOST_REDIRECTS: Final = 5
LONGEST_WAIT_S: Final = 86_400.0

_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_NOT_VOUCHED_FOR: Final = (ssl.SSLCertVerificationError, CertificateError)


class FetchFailed(Exception):
    """There is no calendar to be had; ``failure`` says why."""

    def __init__(self, code: FailureCode, detail: str = "", after_s: float | None = None) -> None:
        super().__init__(code)
        self.failure = Failure(code, detail, after_s)


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server knows that nothing changed since."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of a calendar, None where they did not change since; what to ask with next time; and
    the charset that the server says they are in.
    """

    data: bytes | None
    validators: Validators
    charset: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for a connection, for the next bytes, and for everything."""

    connect_s: float = 5.0
    read_s: float = 10.0
    total_s: float = 30.0
    most_bytes: int = MOST_BYTES


def fetch(url: str, since: Validators, may_reach: MayReach, limits: Limits = Limits()) -> Fetched:
    """The calendar at an address.

    Raises:
        FetchFailed: there is none to be had.

    """
    deadline = time.monotonic() + limits.total_s
    try:
        address = parse(url)
    except BadAddress as error:
        raise FetchFailed("bad_address") from error
    for _ in range(MOST_REDIRECTS + 1):
        found = _ask(address, since, may_reach, limits, deadline)
        if isinstance(found, Fetched):
            return found
        try:
            address = address.led_on(found)
        except BadAddress as error:
            raise FetchFailed("redirects", str(error)) from error
    raise FetchFailed("redirects", address.shown)


def _ask(
    address: Address, since: Validators, may_reach: MayReach, limits: Limits, deadline: float
) -> Fetched | str:
    """One request: what came, or where it leads on to."""
    problem: FetchFailed | None = None
    for ip in _resolved(address, may_reach):
        pool = _pool(address, ip, limits, deadline)
        try:
            response = pool.urlopen(
                "GET", address.target, headers=_headers(address, since), retries=False,
                redirect=False, preload_content=False, assert_same_host=False,
            )  # fmt: skip
            with closing(response):
                return _answer(response, since, limits, deadline)
        except (NewConnectionError, ConnectTimeoutError) as error:
            problem = _failed(error, address, limits)
        except (HTTPError, OSError, ValueError) as error:
            raise _failed(error, address, limits) from error
        finally:
            pool.close()
    raise problem or FetchFailed("not_found", address.host)


def _resolved(address: Address, may_reach: MayReach) -> list[str]:
    try:
        return resolved(address, may_reach)
    except HostUnknown as error:
        raise FetchFailed("not_found", address.host) from error
    except HostNotAllowed as error:
        raise FetchFailed("not_allowed", address.authority) from error


def _pool(address: Address, ip: str, limits: Limits, deadline: float) -> urllib3.HTTPConnectionPool:
    left_s = _left_s(deadline, limits)
    timeout = urllib3.Timeout(
        connect=min(limits.connect_s, left_s), read=min(limits.read_s, left_s)
    )
    return pool_to(address, ip, timeout)


def _headers(address: Address, since: Validators) -> dict[str, str]:
    accepted = {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip"}
    headers = usual_headers(address) | accepted
    if since.etag is not None:
        headers["If-None-Match"] = since.etag
    if since.last_modified is not None:
        headers["If-Modified-Since"] = since.last_modified
    return headers


def _answer(
    response: urllib3.BaseHTTPResponse,
    since: Validators,
    limits: Limits,
    deadline: float,
) -> Fetched | str:
    match response.status:
        case 200:
            data = _body(response, limits, deadline)
            validators = Validators(_header(response, "ETag"), _header(response, "Last-Modified"))
            return Fetched(data, validators, _charset(response))
        case 304 if since != Validators():
            return Fetched(None, since)
        case 301 | 302 | 303 | 307 | 308:
            return response.headers.get("Location", "")
        case 401 | 403:
            raise FetchFailed("refused", str(response.status))
        case status:
            said = f"{status} {response.reason or ''}".strip()[:60]
            raise FetchFailed("status", said, _retry_after_s(response))


def _body(response: urllib3.BaseHTTPResponse, limits: Limits, deadline: float) -> bytes:
    parts: list[bytes] = []
    try:
        for part in whole_body(response, limits.most_bytes):
            parts.append(part)
            _left_s(deadline, limits)
    except TooLarge as error:
        raise FetchFailed("too_large", f"{limits.most_bytes // 1_000_000} MB") from error
    except CutShort as error:
        raise FetchFailed("broke_off", str(error)) from error
    return b"".join(parts)


def _header(response: urllib3.BaseHTTPResponse, name: str) -> str | None:
    """A header to send back next time; None where it cannot be."""
    value = response.headers.get(name)
    good = value is not None and len(value) <= 200 and value.isascii() and value.isprintable()
    return value if good else None


def _charset(response: urllib3.BaseHTTPResponse) -> str:
    said = _CHARSET.search(response.headers.get("Content-Type", ""))
    return said[1] if said else ""


def _retry_after_s(response: urllib3.BaseHTTPResponse) -> float | None:
    said = response.headers.get("Retry-After", "")
    return min(float(said), LONGEST_WAIT_S) if said.isdecimal() and len(said) < 10 else None


def _left_s(deadline: float, limits: Limits) -> float:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise FetchFailed("timeout", f"{limits.total_s:.0f} s")
    return left_s


def _failed(error: Exception, address: Address, limits: Limits) -> FetchFailed:
    if isinstance(error, NewConnectionError):  # which urllib3 counts as a time-out too
        return FetchFailed("unreachable", address.authority)
    if isinstance(error, ConnectTimeoutError):
        return FetchFailed("timeout", f"{limits.connect_s:.0f} s")
    if isinstance(error, ReadTimeoutError | TimeoutError):
        return FetchFailed("timeout", f"{limits.read_s:.0f} s")
    if isinstance(error, SSLError) and isinstance(error.args[0], _NOT_VOUCHED_FOR):
        return FetchFailed("bad_certificate", address.host)
    if isinstance(error, SSLError):
        return FetchFailed("unreachable", address.authority)
    return FetchFailed("broke_off", type(error).__name__)
