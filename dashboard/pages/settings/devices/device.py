"""A sensor: what it is called, where it hangs, how it is heard, and what was made of what it sent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.board.devices_heard import RawMessage
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.form import Form
from dashboard.pages.settings.changing import changing, told
from dashboard.pages.settings.devices.health import health_lines, low_battery
from dashboard.web.services import services
from dashboard.words.codes import refusal_words
from dashboard.words.doors import decision_words, side_words, totals_words
from gateway.domain.door import Decided
from gateway.domain.refused_message import RefusedMessage
from gateway.metrics import OVER_SHARE, ZONE_ASSUMED, device_label
from gateway.registry.devices import (
    Device,
    call,
    find_device,
    forget,
    note_calibrated,
    placements_of,
    take_down,
)
from gateway.registry.live.door_decisions import decisions_of
from gateway.registry.live.metric_totals import total_of
from gateway.registry.live.quarantine import recent_of_device
from gateway.registry.rooms import all_rooms
from gateway.words.faults import fault_words
from gateway.words.locale import PageLocale
from sensors.wire.instant import EPOCH, from_ns
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

blueprint = Blueprint("device", __name__)

REFUSED_SHOWN = 20
LABEL_LENGTH: Final = 200
FIRST_DAY: Final = date(2000, 1, 1)


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


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message as it came: its topic's last part, and its payload as text."""

    time: str
    leaf: str
    payload: str


@dataclass(frozen=True, slots=True)
class HungLine:
    """Where it hung, from when to when, in words."""

    room: str
    since: str
    until: str


@blueprint.get("/settings/devices/<venue>/<device>")
def device(venue: VenueSlug, device: DeviceSlug) -> str:
    return _page(venue, device)


@blueprint.get("/settings/devices/<venue>/<device>/messages")
def messages(venue: VenueSlug, device: DeviceSlug) -> str:
    """The list of its messages alone, for the page to bring itself up to date with."""
    with services().database.read() as conn:
        if find_device(conn, venue, device) is None:
            abort(404)
    return render_template(
        "settings/_messages.html", messages=_messages(venue, device, locale_at(venue))
    )


@blueprint.post("/settings/devices/<venue>/<device>")
def change(venue: VenueSlug, device: DeviceSlug) -> ResponseReturnValue:
    """Call it something, take it down, forget it, or note that it was calibrated."""
    form, locale = Form(request.form), locale_at(venue)
    with changing() as conn:
        found = find_device(conn, venue, device)
        if found is None:
            abort(404)
        said = _do(conn, found, form, locale)
    if form.wrong:
        return _page(venue, device, form), 422
    told(said, locale)
    if form.values.get("do") == "forget":
        return redirect(url_for("sensors.sensors"), 303)
    return redirect(url_for("device.device", venue=venue, device=device), 303)


def _do(conn: Connection, device: Device, form: Form, locale: PageLocale) -> str:
    """What was asked, and the sentence that tells it."""
    match form.values.get("do", ""):
        case "down":
            take_down(conn, device.venue, device.slug, now())
            return locale.gettext(
                "%(device)s hangs nowhere now. What it sent stays with its room.",
                device=device.name,
            )
        case "forget":
            forget(conn, device.venue, device.slug)
            return locale.gettext(
                "%(device)s is forgotten. What it sent stays.", device=device.name
            )
        case "calibrated":
            at = _day(form, locale)
            if at is not None:
                note_calibrated(conn, device.venue, device.slug, at)
            return locale.gettext("The calibration of %(device)s is noted.", device=device.name)
        case _:
            label = form.text("label") and form.required("label", LABEL_LENGTH, locale)
            if not form.wrong:
                call(conn, device.venue, device.slug, label or None)
            return locale.gettext("Kept for %(name)s.", name=label or device.slug)


def _day(form: Form, locale: PageLocale) -> datetime | None:
    """The local day of a calibration, as its noon; None where it is wrong."""
    try:
        day = date.fromisoformat(form.text("calibrated_at"))
    except ValueError:
        form.wrong["calibrated_at"] = locale.gettext("Give a day.")
        return None
    if not FIRST_DAY <= day <= locale.local(now()).date():
        form.wrong["calibrated_at"] = locale.gettext("Give a day that has been.")
        return None
    noon = datetime.combine(day, time(12), locale.zone).astimezone(UTC)
    return min(noon, now())


def _page(venue: VenueSlug, device: DeviceSlug, form: Form | None = None) -> str:
    locale = locale_at(venue)
    with services().database.read() as conn:
        found = find_device(conn, venue, device)
        if found is None:
            abort(404)
        decided = decisions_of(conn, venue, device)
        refused = recent_of_device(conn, venue, device, REFUSED_SHOWN)
        label = device_label(venue, device)
        without_zone = round(total_of(conn, ZONE_ASSUMED, label))
        over_share = round(total_of(conn, OVER_SHARE, label))
        hung = placements_of(conn, venue, device)
        rooms = all_rooms(conn, venue)
    said = None if found.health is None else found.health.calibrated_at
    known = [one for one in (found.about.calibrated_at, said) if one is not None]
    calibrated = max(known, default=None)
    return render_template(
        "settings/device.html",
        device=found,
        place=registry_view().venue(venue),
        room=None if found.room is None else registry_view().rooms.get((venue, found.room)),
        rooms=rooms,
        form=form or Form({"label": found.label or ""}),
        today=locale.local(now()).date().isoformat(),
        seen="" if found.last_seen is None else locale.moment(found.last_seen, now()),
        calibrated="" if calibrated is None else locale.date(calibrated),
        health=health_lines(found, locale),
        faults=[*faults_of(found, locale), *filter(None, [low_battery(found, locale)])],
        hung=[_hung_line(one.room, one.since, one.until, venue, locale) for one in reversed(hung)],
        messages=_messages(venue, device, locale),
        decided=[_decided_line(one, locale) for one in decided],
        without_zone=without_zone,
        over_share=over_share,
        refused=[_refused_line(one, locale) for one in refused],
    )


def faults_of(device: Device, locale: PageLocale) -> list[str]:
    """What is wrong with it now, in words, as the state of its room tells it."""
    state = None if device.room is None else services().board.room(device.venue, device.room)
    if state is None:
        return []
    return [
        fault_words(one, locale)
        for flag in state.flags
        if flag.rule == "sensor_fault"
        for one in flag.evidence
        if one.get("device") == device.slug
    ]


def _messages(venue: VenueSlug, device: DeviceSlug, locale: PageLocale) -> list[MessageLine]:
    ear = services().heard
    heard = () if ear is None else ear.messages((venue, device))
    return [_message_line(one, locale) for one in reversed(heard)]


def _message_line(one: RawMessage, locale: PageLocale) -> MessageLine:
    time = f"{locale.local(one.at):%H:%M:%S}"
    return MessageLine(time, one.leaf, one.payload.decode("utf-8", "replace"))


def _hung_line(
    room: str, since: datetime, until: datetime | None, venue: VenueSlug, locale: PageLocale
) -> HungLine:
    known = {key[1]: one.name for key, one in registry_view().rooms.items() if key[0] == venue}
    begun = "" if since <= EPOCH else locale.moment(since, now())
    return HungLine(
        known.get(RoomSlug(room), room), begun, "" if until is None else locale.moment(until, now())
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
