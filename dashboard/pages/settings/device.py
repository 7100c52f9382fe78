"""A device: where it hangs, how it is heard, and what was made of what it sent."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.web.services import services
from dashboard.words.codes import refusal_words
from dashboard.words.doors import decision_words, side_words, totals_words
from gateway.domain.door import Decided
from gateway.domain.refused_message import RefusedMessage
from gateway.metrics import ZONE_ASSUMED, device_label
from gateway.registry.devices import find_device
from gateway.registry.live.door_decisions import decisions_of
from gateway.registry.live.metric_totals import total_of
from gateway.registry.live.quarantine import recent_of_device
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_ns
from sensors.wire.topic import DeviceSlug, VenueSlug

blueprint = Blueprint("device", __name__)

REFUSED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """What was made of one total of a door, in words."""

    time: str
    side: str
    totals: str
    decision: str


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A message of the device that was not taken, in words."""

    time: str
    reason: str
    detail: str


@blueprint.get("/settings/devices/<venue>/<device>")
def device(venue: VenueSlug, device: DeviceSlug) -> str:
    locale = locale_at(venue)
    with services().database.read() as conn:
        found = find_device(conn, venue, device)
        decided = decisions_of(conn, venue, device)
        refused = recent_of_device(conn, venue, device, REFUSED_SHOWN)
        without_zone = round(total_of(conn, ZONE_ASSUMED, device_label(venue, device)))
    if found is None:
        abort(404)
    room = None if found.room is None else registry_view().rooms.get((venue, found.room))
    return render_template(
        "settings/device.html",
        device=found,
        place=registry_view().venue(venue),
        room=room,
        seen="" if found.last_seen is None else locale.moment(found.last_seen, now()),
        decided=[_decided_line(one, locale) for one in decided],
        without_zone=without_zone,
        refused=[_refused_line(one, locale) for one in refused],
    )


def _decided_line(one: Decided, locale: PageLocale) -> DecidedLine:
    return DecidedLine(
        locale.moment(one.at, now()),
        side_words(one.side, locale),
        totals_words(one, locale),
        decision_words(one.decision, locale),
    )


def _refused_line(one: RefusedMessage, locale: PageLocale) -> RefusedLine:
    at = locale.moment(from_ns(one.at_ns), now())
    return RefusedLine(at, refusal_words(one.reason, locale), one.detail)
