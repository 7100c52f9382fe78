"""What a browser says of where it can be told by web push, held against what may be told."""

from collections.abc import Iterable
from ipaddress import ip_address

from dashboard.web.reach import access
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.room import Venue
from gateway.notify.push.encryption import BadKeys, read_keys
from gateway.notify.push.push_key import read_or_make_push_key
from gateway.outward.address import BadAddress, is_public, parse
from gateway.registry.alerts.push_subscriptions import ENDPOINT_LENGTH


class NotTaken(Exception):
    """It cannot be told there; ``where`` is the part that is wrong."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(why)
        self.where = where


def check_endpoint(endpoint: str, p256dh: str, auth: str) -> None:
    """Make sure that a push service can be reached there, and a browser read what is sent. What its name
    stands for is asked when something is sent.

    Raises:
        NotTaken: it cannot.

    """
    allow_private = services().notify.allow_private
    try:
        address = parse(endpoint)
    except BadAddress as error:
        raise NotTaken("endpoint", "expected https://…") from error
    if len(endpoint) > ENDPOINT_LENGTH or endpoint != endpoint.strip():
        raise NotTaken("endpoint", f"expected at most {ENDPOINT_LENGTH} characters")
    if not allow_private and not (endpoint.startswith("https://") and _is_of_the_web(address.host)):
        raise NotTaken("endpoint", "expected https:// and a machine of the public internet")
    try:
        read_keys(p256dh, auth)
    except BadKeys as error:
        raise NotTaken("keys", "expected p256dh and auth as a browser gives them") from error


def public_key() -> str:
    """What a browser subscribes under (``applicationServerKey``).

    Raises:
        ConfigError: it can be neither read nor made.

    """
    its = services()
    return read_or_make_push_key(its.directory / its.notify.push_key_file).public


def telling(venues: Iterable[Venue]) -> list[Venue]:
    """Those whose alerts the visitor may see."""
    return [venue for venue in venues if access().may(Need.ALERTS, venue.slug)]


def _is_of_the_web(host: str) -> bool:
    """Of an address in figures; a name is looked up when something is sent there."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))
