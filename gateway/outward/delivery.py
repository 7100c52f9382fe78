"""One message to one address: checked, connected to where it was checked, and never led on."""

import ssl
from collections.abc import Mapping
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

from gateway.outward.address import BadAddress, parse
from gateway.outward.connection import (
    HostNotAllowed,
    HostUnknown,
    MayReach,
    pool_to,
    resolved,
    usual_headers,
)

LONGEST_WAIT_S: Final = 86_400.0


class NotDelivered(Exception):
    """It did not arrive, or that is not known. ``status`` is what the other side answered, None where
    it did not; ``after_s`` how long it asks to be left alone.
    """

    def __init__(self, why: str, status: int | None = None, after_s: float = 0.0) -> None:
        super().__init__(why)
        self.status = status
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for a connection, and for the answer."""

    connect_s: float = 5.0
    read_s: float = 15.0


def deliver(
    url: str, headers: Mapping[str, str], body: bytes, may_reach: MayReach, limits: Limits
) -> int:
    """Post a body; the status of 2xx that was answered.

    Raises:
        NotDelivered: it was not.

    """
    try:
        address = parse(url)
        found = resolved(address, may_reach)
    except BadAddress as error:
        raise NotDelivered("not an address that can be sent to") from error
    except HostUnknown as error:
        raise NotDelivered(f"{error}: no such host") from error
    except HostNotAllowed as error:
        raise NotDelivered(f"{error} is not of the public internet") from error
    sent = usual_headers(address) | dict(headers)
    timeout = urllib3.Timeout(connect=limits.connect_s, read=limits.read_s)
    problem = NotDelivered(f"{address.host}: no such host")
    for ip in found:
        pool = pool_to(address, ip, timeout)
        try:
            response = pool.urlopen(
                "POST", address.target, body=body, headers=sent, retries=False,
                redirect=False, preload_content=False, assert_same_host=False,
            )  # fmt: skip
            with closing(response):
                return _accepted(response)
        except (NewConnectionError, ConnectTimeoutError) as error:
            problem = NotDelivered(_reason(error, limits))
        except (HTTPError, OSError, ValueError) as error:
            raise NotDelivered(_reason(error, limits)) from error
        finally:
            pool.close()
    raise problem


def _accepted(response: urllib3.BaseHTTPResponse) -> int:
    if 200 <= response.status < 300:
        return response.status
    said = f"{response.status} {response.reason or ''}".strip()[:60]
    after = response.headers.get("Retry-After", "")
    asked_s = float(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0.0
    raise NotDelivered(f"answered {said}", response.status, min(asked_s, LONGEST_WAIT_S))


def _reason(error: Exception, limits: Limits) -> str:
    if isinstance(error, NewConnectionError):  # which urllib3 counts as a time-out too
        return "no connection"
    if isinstance(error, ConnectTimeoutError):
        return f"no connection within {limits.connect_s:g} s"
    if isinstance(error, ReadTimeoutError | TimeoutError):
        return f"no answer within {limits.read_s:g} s"
    if isinstance(error, SSLError):
        is_certificate = isinstance(error.args[0], ssl.SSLCertVerificationError)
        return "its certificate is not valid" if is_certificate else "no TLS connection"
    return f"broken off: {type(error).__name__}"
