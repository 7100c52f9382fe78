"""Webhooks: programs elsewhere that are told what happens in a venue."""

from dataclasses import replace
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import Instant, Name, VenueRef
from dashboard.api.paging import OnlyNumber, Page, Paging
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand, in_reach, within
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.webhook import MOST_WEBHOOKS, Webhook, new_secret
from gateway.domain.webhook_event import EventType
from gateway.outward.address import URL_LENGTH, BadAddress, parse
from gateway.registry import webhook_outbox
from gateway.registry import webhooks as registry
from gateway.registry.rooms import find_venue
from gateway.registry.webhook_outbox import State, WebhookMessage
from sensors.wire.instant import to_wire

USUAL = 100


class WebhooksQuery(msgspec.Struct, frozen=True, kw_only=True):
    venue: VenueRef | None = None


class WebhookBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``url`` begins with https or http; null keeps the one there is. ``events`` are those that are
    told, none for all.
    """

    venue: VenueRef
    name: Name
    url: Annotated[str, Meta(max_length=URL_LENGTH)] | None = None
    events: Annotated[tuple[EventType, ...], Meta(max_length=20)] = ()
    enabled: bool = True


class WebhookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``url`` shows whom it is; the rest of it may be a secret. ``secret`` signs what is sent, after
    Standard Webhooks, and is told by the answer that makes it alone.
    """

    id: int
    venue: VenueRef
    name: str
    url: str
    events: tuple[EventType, ...]
    enabled: bool
    secret: str | msgspec.UnsetType = msgspec.UNSET


class Webhooks(msgspec.Struct, frozen=True):
    webhooks: tuple[WebhookAnswer, ...]


class WebhookDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """``event`` is the id by which the receiver knows it. ``status`` is what was answered last, null
    where nobody did; ``error`` why that was no success.
    """

    id: int
    event: str
    type: EventType
    subject: str
    at: Instant
    state: State
    attempts: int
    tried: Instant | None
    status: int | None
    error: str | None


class WebhookDeliveries(msgspec.Struct, frozen=True):
    deliveries: tuple[WebhookDelivery, ...]


def get_webhooks(services: Services, query: WebhooksQuery) -> Webhooks:
    with services.database.read() as conn:
        found = within(registry.all_webhooks(conn, query.venue), Need.SETTINGS)
    return Webhooks(tuple(map(_answer, found)))


def get_webhook(services: Services, webhook: str) -> WebhookAnswer:
    with services.database.read() as conn:
        return _answer(_find(conn, webhook))


def make_webhook(services: Services, body: WebhookBody) -> WebhookAnswer:
    with services.database.write() as conn:
        made = _checked(conn, body, None)
        if len(registry.all_webhooks(conn, body.venue)) >= MOST_WEBHOOKS:
            raise Problem(409, f"a venue has {MOST_WEBHOOKS} webhooks at most")
        made = replace(made, id=registry.make_webhook(conn, made))
    return msgspec.structs.replace(_answer(made), secret=made.secret)


def put_webhook(services: Services, webhook: str, body: WebhookBody) -> WebhookAnswer:
    with services.database.write() as conn:
        put = _checked(conn, body, _find(conn, webhook))
        registry.put_webhook(conn, put)
    return _answer(put)


def renew_webhook_secret(services: Services, webhook: str) -> WebhookAnswer:
    """What waits is signed with the new one."""
    with services.database.write() as conn:
        put = replace(_find(conn, webhook), secret=new_secret())
        registry.put_webhook(conn, put)
    return msgspec.structs.replace(_answer(put), secret=put.secret)


def delete_webhook(services: Services, webhook: str) -> None:
    with services.database.write() as conn:
        registry.delete_webhook(conn, _find(conn, webhook).id)


def test_webhook(services: Services, webhook: str) -> None:
    visitor = current_user()
    by = "" if visitor is None else visitor.name
    with services.database.write() as conn:
        registry.ask_trial(conn, _find(conn, webhook), by, services.clock.now())


def get_webhook_deliveries(services: Services, webhook: str, page: Page) -> WebhookDeliveries:
    before = None if page.after is None else -int(page.after[0])
    with services.database.read() as conn:
        number = _find(conn, webhook).id
        found = webhook_outbox.messages_of(conn, number, (page.limit or USUAL) + 1, before)
    return WebhookDeliveries(tuple(map(_delivery, found)))


def _find(conn: Connection, webhook: str) -> Webhook:
    found = _version(conn, webhook)
    if found is None:
        raise Problem(404, f"there is no webhook {webhook}")
    demand(Need.SETTINGS, found.venue)
    return found


def _version(conn: Connection, webhook: str) -> Webhook | None:
    return in_reach(registry.find_webhook(conn, int(webhook)))


def _checked(conn: Connection, body: WebhookBody, before: Webhook | None) -> Webhook:
    demand(Need.SETTINGS, body.venue)
    if find_venue(conn, body.venue) is None:
        raise _wrong("/venue", "expected the slug of a venue")
    if before is not None and before.venue != body.venue:
        raise _wrong("/venue", "a webhook stays with its venue: make another")
    url = body.url if body.url is not None else (before and before.url) or ""
    try:
        parse(url)
    except BadAddress as error:
        raise _wrong("/url", "expected https://… or http://…") from error
    number, secret = (0, new_secret()) if before is None else (before.id, before.secret)
    events = tuple(dict.fromkeys(body.events))
    return Webhook(number, body.venue, body.name, url.strip(), secret, events, body.enabled)


def _wrong(pointer: str, expected: str) -> Problem:
    return Problem(422, f"{pointer.strip('/')}: {expected}", [Mistake(pointer, expected)])


def _answer(webhook: Webhook) -> WebhookAnswer:
    return WebhookAnswer(
        id=webhook.id,
        venue=webhook.venue,
        name=webhook.name,
        url=parse(webhook.url).shown,
        events=webhook.events,
        enabled=webhook.enabled,
    )


def _delivery(message: WebhookMessage) -> WebhookDelivery:
    return WebhookDelivery(
        id=message.id,
        event=message.event.id,
        type=message.event.type,
        subject=message.event.subject,
        at=to_wire(message.event.at),
        state=message.state,
        attempts=message.attempts,
        tried=None if message.tried is None else to_wire(message.tried),
        status=message.status,
        error=message.error,
    )


ROUTES = (
    Route(
        "GET",
        "/webhooks",
        get_webhooks,
        "programs elsewhere that are told what happens",
        Webhooks,
        query=WebhooksQuery,
        paging=Paging("webhooks", lambda webhook: (webhook.id,), OnlyNumber),
    ),
    Route(
        "POST",
        "/webhooks",
        make_webhook,
        "tell a program what happens in a venue; its secret is told this once",
        WebhookAnswer,
        body=WebhookBody,
        problems=(404,),
        made_at=lambda made: f"/webhooks/{made.id}",
        secret=True,
    ),
    Route(
        "GET",
        "/webhooks/{webhook}",
        get_webhook,
        "one webhook",
        WebhookAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/webhooks/{webhook}",
        put_webhook,
        "change a webhook; its secret stays",
        WebhookAnswer,
        body=WebhookBody,
        problems=(404,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/webhooks/{webhook}",
        delete_webhook,
        "tell a program no longer",
        problems=(404,),
        version=_version,
    ),
    Route(
        "POST",
        "/webhooks/{webhook}/test",
        test_webhook,
        "have an event sent to see that it arrives",
        problems=(404,),
    ),
    Route(
        "POST",
        "/webhooks/{webhook}/secret",
        renew_webhook_secret,
        "sign with another secret from now on; it is told this once",
        WebhookAnswer,
        problems=(404,),
        secret=True,
    ),
    Route(
        "GET",
        "/webhooks/{webhook}/deliveries",
        get_webhook_deliveries,
        "what was told to a webhook, and what waits, newest first",
        WebhookDeliveries,
        problems=(404,),
        paging=Paging(
            "deliveries", lambda one: (-one.id,), OnlyNumber, usual=USUAL, by_handler=True
        ),
    ),
)
