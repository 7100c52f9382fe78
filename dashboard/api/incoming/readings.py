"""Readings that others send: by a program of their own, or as their makers' webhooks have them.

They are published under the topics of our devices, and taken once the broker has them.
"""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from flask import request
from msgspec import Meta

from dashboard.api.route import Route
from dashboard.ingest.batch import Batch
from dashboard.ingest.sender import BrokerAway
from dashboard.web.problem import RETRY_S, Mistake, Problem
from dashboard.web.reach import may
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.registry.rooms import all_venues, find_venue
from sensors.adapters.lorawan.models import MODELS
from sensors.adapters.source import HTTP_KINDS, Source
from sensors.time_zone import zone_or_utc
from sensors.wire.instant import to_ns
from sensors.wire.refusal import Reason
from sensors.wire.topic import VenueSlug

MOST_READINGS = 500
"""What fits into a body of 64 KiB."""


class ReadingsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each with ``venue``, ``device``, ``kind`` (air or people), ``ts`` and what a message of that kind
    holds.
    """

    readings: Annotated[tuple[dict[str, Any], ...], Meta(min_length=1, max_length=MOST_READINGS)]


class RefusedReading(msgspec.Struct, frozen=True):
    """``index`` is its place in the request, from nought."""

    index: int
    reason: str
    detail: str


class Taken(msgspec.Struct, frozen=True):
    accepted: int
    refused: tuple[RefusedReading, ...]


class WebhookQuery(msgspec.Struct, frozen=True, kw_only=True):
    """``model`` says whose bytes an uplink carries that the network did not decode."""

    model: str | None = None


def post_readings(services: Services, body: ReadingsBody) -> Taken:
    """The same reading twice is one: known by its venue, device, kind and ``ts``."""
    with services.database.read() as conn:
        venues = [venue for venue in all_venues(conn) if may(Need.SETTINGS, venue.slug)]
    zones = {venue.slug: zone_or_utc(venue.timezone) for venue in venues}
    named = {venue for one in body.readings if isinstance(venue := one.get("venue"), str)}
    if named and named.isdisjoint(zones):
        raise Problem(404, f"there is no venue {min(named)[:80]!r}")
    now_ns = to_ns(services.clock.now())
    return _publish(services, services.incoming.batch_of(body.readings, zones, now_ns))


def post_webhook(services: Services, kind: str, venue: VenueSlug, query: WebhookQuery) -> Taken:
    if kind not in HTTP_KINDS:
        raise Problem(404, f"there is no webhook {kind!r}: expected {', '.join(HTTP_KINDS)}")
    if query.model is not None and query.model not in MODELS:
        expected = f"expected one of {', '.join(sorted(MODELS))}"
        raise Problem(400, f"the query is not right: {expected}", [Mistake("model", expected)])
    with services.database.read() as conn:
        found = find_venue(conn, venue)
    if found is None:
        raise Problem(404, f"there is no venue {venue!r}")
    source = Source(kind=kind, filter="", venue=venue, model=query.model)  # type: ignore[arg-type]  # one of them
    now_ns = to_ns(services.clock.now())
    zone = zone_or_utc(found.timezone)
    batch = services.incoming.webhook(source, request.get_data(), zone, now_ns)
    for _, refused in batch.refused:
        if refused.reason in (Reason.NOT_JSON, Reason.NOT_OBJECT, Reason.NOT_UTF8):
            raise Problem(422, refused.detail, [Mistake("", refused.detail)])
    return _publish(services, batch)


def _publish(services: Services, batch: Batch) -> Taken:
    try:
        if batch.messages:
            services.incoming.send(batch.messages)
    except BrokerAway as error:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE, f"the broker did not take it: {error}",
            headers={"Retry-After": str(RETRY_S)},
        ) from error  # fmt: skip
    refused = (RefusedReading(at, why.reason, why.detail) for at, why in batch.refused)
    return Taken(batch.accepted, tuple(refused))


ROUTES = (
    Route(
        "POST",
        "/readings",
        post_readings,
        "readings of one's own, answered once the broker has them",
        Taken,
        body=ReadingsBody,
        problems=(404,),
        taken=True,
    ),
    Route(
        "POST",
        "/webhooks/{kind}/{venue}",
        post_webhook,
        "what The Things Stack, Xovis, Airthings or sensor.community send by themselves",
        Taken,
        query=WebhookQuery,
        problems=(404,),
        taken=True,
    ),
)
