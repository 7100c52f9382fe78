"""The ways messages go out: mail and each address of ``notify.urls``, and a test of one."""

import msgspec

from dashboard.api.fields import Instant
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Mistake, Problem
from dashboard.web.services import Services
from dashboard.words.locale import asked_language
from gateway.notify.channel_list import channels_of
from gateway.registry.alerts.channel_tests import ask_test
from gateway.registry.alerts.deliveries import newest_by_channel
from gateway.registry.alerts.outbox import MAIL
from gateway.words.locale import DEFAULT_LANGUAGE
from sensors.mail_address import is_mail_address
from sensors.wire.instant import to_wire


class ChannelAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``address`` is without what is secret of it. ``tried`` is the newest try, of a message or a
    test (``tested``), and ``error`` why it failed.
    """

    name: str
    address: str
    tried: Instant | None
    tested: bool
    error: str | None


class Channels(msgspec.Struct, frozen=True):
    channels: tuple[ChannelAnswer, ...]


class TestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``to`` is the e-mail address that a test of mail goes to; other channels have their own."""

    to: str = ""


def get_channels(services: Services) -> Channels:
    with services.database.read() as conn:
        newest = newest_by_channel(conn)
    found = []
    for channel in channels_of(services.notify):
        attempt = newest.get(channel.name)
        found.append(
            ChannelAnswer(
                name=channel.name,
                address=channel.shown,
                tried=None if attempt is None else to_wire(attempt.at),
                tested=attempt is not None and attempt.test is not None,
                error=None if attempt is None else attempt.error,
            )
        )
    return Channels(tuple(found))


def get_channel(services: Services, channel: str) -> ChannelAnswer:
    found = next((one for one in get_channels(services).channels if one.name == channel), None)
    if found is None:
        raise _no_channel(services, channel)
    return found


def test_channel(services: Services, channel: str, body: TestBody) -> None:
    if channel not in (one.name for one in channels_of(services.notify)):
        raise _no_channel(services, channel)
    if channel == MAIL and not is_mail_address(body.to):
        mistake = Mistake("/to", f"expected an e-mail address, not {body.to!r}")
        raise Problem(422, mistake.message, [mistake])
    visitor = current_user()
    by = "" if visitor is None else visitor.name
    to = body.to if channel == MAIL else ""
    with services.database.write() as conn:
        ask_test(conn, channel, to, asked_language(DEFAULT_LANGUAGE), by, services.clock.now())


def _no_channel(services: Services, channel: str) -> Problem:
    known = [one.name for one in channels_of(services.notify)]
    return Problem(404, f"there is no channel {channel!r}; there are {', '.join(known) or 'none'}")


ROUTES = (
    Route(
        "GET",
        "/channels",
        get_channels,
        "the ways messages go out",
        Channels,
        paging=Paging("channels", lambda channel: (channel.name,), tuple[str]),
    ),
    Route(
        "GET",
        "/channels/{channel}",
        get_channel,
        "one way that messages go out",
        ChannelAnswer,
        problems=(404,),
    ),
    Route(
        "POST",
        "/channels/{channel}/test",
        test_channel,
        "ask for a message on a channel",
        body=TestBody,
        problems=(404,),
    ),
)
