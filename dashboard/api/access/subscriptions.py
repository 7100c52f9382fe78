"""One's own devices that are told by web push."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import LINE, Instant, VenueRef
from dashboard.api.paging import NumberedKey, Paging
from dashboard.api.route import Route
from dashboard.web.identity.account import own_account
from dashboard.web.problem import Mistake, Problem
from dashboard.web.push_devices import NotTaken, check_endpoint, public_key
from dashboard.web.reach import may
from dashboard.web.services import Services
from dashboard.words.locale import asked_language
from gateway.domain.access import Need
from gateway.registry.alerts import push_subscriptions as registry
from gateway.registry.alerts.channel_tests import ask_test
from gateway.registry.alerts.outbox import WEB_PUSH
from gateway.registry.alerts.push_subscriptions import (
    ENDPOINT_LENGTH,
    LABEL_LENGTH,
    MOST,
    PushSubscription,
    TooMany,
)
from gateway.registry.rooms import find_venue
from gateway.words.locale import DEFAULT_LANGUAGE
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.topic import VenueSlug

MOST_VENUES = 500

Label = Annotated[str, Meta(min_length=1, max_length=LABEL_LENGTH), LINE]
Chosen = Annotated[tuple[VenueRef, ...], Meta(min_length=1, max_length=MOST_VENUES)]


class PushKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In base64 for addresses, as a browser gives them."""

    p256dh: Annotated[str, Meta(max_length=100), LINE]
    auth: Annotated[str, Meta(max_length=40), LINE]


class SubscriptionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``endpoint`` and ``keys`` are those of the browser's ``PushSubscription``, made with the ``key`` of the
    list as ``applicationServerKey``.
    """

    endpoint: Annotated[str, Meta(max_length=ENDPOINT_LENGTH), LINE]
    keys: PushKeys
    label: Label
    venues: Chosen


class ChangedSubscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: Label
    venues: Chosen


class SubscriptionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``service`` is whose push service takes what is sent; where exactly, is told nobody."""

    id: str
    label: str
    service: str
    venues: tuple[VenueSlug, ...]
    made: Instant


class Subscriptions(msgspec.Struct, frozen=True):
    """``key`` is what a browser subscribes under."""

    subscriptions: tuple[SubscriptionAnswer, ...]
    key: str


def get_subscriptions(services: Services) -> Subscriptions:
    with services.database.read() as conn:
        found = registry.subscriptions_of(conn, own_account())
    return Subscriptions(tuple(map(_answer, found)), public_key())


def get_subscription(services: Services, subscription: str) -> SubscriptionAnswer:
    with services.database.read() as conn:
        return _answer(_found(conn, subscription))


def make_subscription(services: Services, body: SubscriptionBody) -> SubscriptionAnswer:
    user, language = own_account(), asked_language(DEFAULT_LANGUAGE)
    try:
        check_endpoint(body.endpoint, body.keys.p256dh, body.keys.auth)
    except NotTaken as error:
        raise Problem(422, str(error), [Mistake(f"/{error.where}", str(error))]) from error
    with services.database.write() as conn:
        _check_venues(conn, body.venues)
        try:
            made = registry.put_subscription(
                conn, user, body.endpoint, (body.keys.p256dh, body.keys.auth), label=body.label,
                language=language, venues=body.venues, at=services.clock.now(),
            )  # fmt: skip
        except TooMany as error:
            raise Problem(409, f"an account has {MOST} devices at most") from error
    return _answer(made)


def put_subscription(
    services: Services, subscription: str, body: ChangedSubscription
) -> SubscriptionAnswer:
    with services.database.write() as conn:
        number = _found(conn, subscription).number
        _check_venues(conn, body.venues)
        registry.change_subscription(conn, own_account(), number, body.label, body.venues)
        return _answer(_found(conn, number))


def delete_subscription(services: Services, subscription: str) -> None:
    with services.database.write() as conn:
        registry.remove_subscription(conn, own_account(), _found(conn, subscription).number)


def test_subscription(services: Services, subscription: str) -> None:
    user, language = own_account(), asked_language(DEFAULT_LANGUAGE)
    with services.database.write() as conn:
        to = _found(conn, subscription).recipient
        ask_test(conn, WEB_PUSH, to, language, user, services.clock.now())


def _version(conn: Connection, subscription: str) -> PushSubscription | None:
    return next(
        (
            one
            for one in registry.subscriptions_of(conn, own_account())
            if one.number == subscription
        ),
        None,
    )


def _found(conn: Connection, number: str) -> PushSubscription:
    found = _version(conn, number)
    if found is None:
        raise Problem(404, f"there is no subscription {number!r}")
    return found


def _check_venues(conn: Connection, venues: tuple[VenueSlug, ...]) -> None:
    mistakes = [
        Mistake(f"/venues/{place}", f"there is no venue {venue!r} whose alerts you see")
        for place, venue in enumerate(venues)
        if not may(Need.ALERTS, venue) or find_venue(conn, venue) is None
    ]
    if mistakes:
        raise Problem(422, mistakes[0].message, mistakes)


def _answer(found: PushSubscription) -> SubscriptionAnswer:
    return SubscriptionAnswer(
        id=found.number,
        label=found.label,
        service=found.shown,
        venues=found.venues,
        made=to_wire(found.made),
    )


def _key(one: SubscriptionAnswer) -> tuple[int, str]:
    return -to_ns(datetime.fromisoformat(one.made)), one.id


ROUTES = (
    Route(
        "GET",
        "/subscriptions",
        get_subscriptions,
        "one's own devices that are told by web push, newest first",
        Subscriptions,
        problems=(409,),
        paging=Paging("subscriptions", _key, NumberedKey),
    ),
    Route(
        "GET",
        "/subscriptions/{subscription}",
        get_subscription,
        "one of them",
        SubscriptionAnswer,
        problems=(404, 409),
        version=_version,
    ),
    Route(
        "POST",
        "/subscriptions",
        make_subscription,
        "have a browser told of alerts",
        SubscriptionAnswer,
        body=SubscriptionBody,
        problems=(409,),
        made_at=lambda made: f"/subscriptions/{made.id}",
    ),
    Route(
        "PUT",
        "/subscriptions/{subscription}",
        put_subscription,
        "call a device something else, and choose of which venues it is told",
        SubscriptionAnswer,
        body=ChangedSubscription,
        problems=(404, 409),
        version=_version,
    ),
    Route(
        "POST",
        "/subscriptions/{subscription}/test",
        test_subscription,
        "ask for a message on a device",
        problems=(404, 409),
    ),
    Route(
        "DELETE",
        "/subscriptions/{subscription}",
        delete_subscription,
        "have a device told no more",
        problems=(404, 409),
        version=_version,
    ),
)
