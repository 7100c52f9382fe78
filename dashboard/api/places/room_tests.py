"""Rooms' own tests: the air changes an hour, by the decay of CO2."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.fields import LINE, Instant
from dashboard.api.paging import Paging
from dashboard.api.places.rooms import no_room
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Problem
from dashboard.web.reach import demand, in_reach
from dashboard.web.room_ready import ready_now
from dashboard.web.room_tests import shown
from dashboard.web.services import Services
from dashboard.words.room_test import check_words
from gateway.domain.access import Need
from gateway.domain.air.mass_balance import flow_of
from gateway.domain.room_test.decay import Reason
from gateway.domain.room_test.fit import Decay
from gateway.registry import room_tests as registry
from gateway.registry.room_tests import CONDITIONS_LENGTH, RoomTest, State
from gateway.registry.rooms import find_room
from gateway.words.locale import locale_of
from sensors.wire.instant import to_wire
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug


class RoomTestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``conditions`` says how doors and windows are: two tests are compared where they are alike."""

    conditions: Annotated[str, Meta(min_length=1, max_length=CONDITIONS_LENGTH), LINE]


class RoomTestAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``low`` and ``high`` are 95 % intervals. While it runs the figures are those so far; one that is
    refused has none. Flows are null where the room's volume is not known.
    """

    id: str
    venue: VenueSlug
    room: RoomSlug
    state: State
    reason: Reason | None
    air_changes_per_h: float | None
    low: float | None
    high: float | None
    flow_lps: float | None
    flow_low_lps: float | None
    flow_high_lps: float | None
    volume_m3: float | None
    outdoor_ppm: float | None
    noise_ppm: float | None
    correlation: float | None
    conditions: str
    device: DeviceSlug | None
    calibrated: Instant | None
    by: str
    started: Instant
    ended: Instant | None


class RoomTests(msgspec.Struct, frozen=True):
    tests: tuple[RoomTestAnswer, ...]


def get_room_tests(services: Services, venue: VenueSlug, room: RoomSlug) -> RoomTests:
    with services.database.read() as conn:
        if find_room(conn, venue, room) is None:
            raise no_room(venue, room)
        found = registry.tests_of(conn, venue, room)
    return RoomTests(tuple(_now(services, test) for test in found))


def start_room_test(
    services: Services, venue: VenueSlug, room: RoomSlug, body: RoomTestBody
) -> RoomTestAnswer:
    now = services.clock.now()
    with services.database.read() as conn:
        place = find_room(conn, venue, room)
        found = registry.tests_of(conn, venue, room)
    if place is None:
        raise no_room(venue, room)
    if not any(test.state == "running" for test in found):
        _demand_ready(services, venue, room)
    with services.database.write() as conn:
        asked = RoomTest(
            "", venue, room, body.conditions, _name(), now,
            place.air_volume_m3,
        )  # fmt: skip
        made = registry.begin_test(conn, asked)
    if made.started != now and _now(services, made).state == "running":
        raise Problem(409, "a test goes on in this room: stop it first")
    if made.started != now:  # the one that went on is over by now
        return start_room_test(services, venue, room, body)
    return _answer(made, None)


def _demand_ready(services: Services, venue: VenueSlug, room: RoomSlug) -> None:
    """What would leave the test without a figure refuses it, as on its page."""
    locale = locale_of("en")
    refused = [
        f"{check_words(check, locale)} ({check.code})"
        for check in ready_now(services, venue, room).checks
        if check.grade == "act"
    ]
    if refused:
        raise Problem(409, f"this room is not ready for a test: {' '.join(refused)}")


def get_room_test(services: Services, test: str) -> RoomTestAnswer:
    return _now(services, _found(services, test))


def stop_room_test(services: Services, test: str) -> RoomTestAnswer:
    found = _found(services, test)
    demand(Need.SETTINGS, found.venue)
    return _now(services, found, stopped_by=_name())


def _name() -> str:
    visitor = current_user()
    return "-" if visitor is None else visitor.name


def _found(services: Services, number: str) -> RoomTest:
    with services.database.read() as conn:
        found = in_reach(registry.find_test(conn, number))
    if found is None:
        raise Problem(404, f"there is no test {number!r}")
    return found


def _now(services: Services, test: RoomTest, *, stopped_by: str | None = None) -> RoomTestAnswer:
    if test.state != "running":
        return _answer(test, test.decay)
    seen = shown(services, test, stopped_by=stopped_by)
    return _answer(seen.test, seen.so_far if isinstance(seen.so_far, Decay) else None)


def _answer(test: RoomTest, decay: Decay | None) -> RoomTestAnswer:
    figure = None if test.state == "refused" else decay
    volume_m3 = test.volume_m3

    def flow(changes_per_h: float | None) -> float | None:
        if volume_m3 is None or changes_per_h is None:
            return None
        return round(flow_of(volume_m3, changes_per_h), 2)

    rate = low = high = None
    if figure is not None:
        rate, low, high = (round(x, 4) for x in (figure.air_changes_per_h, figure.low, figure.high))
    return RoomTestAnswer(
        id=test.id, venue=test.venue, room=test.room, state=test.state, reason=test.reason,
        air_changes_per_h=rate, low=low, high=high,
        flow_lps=flow(rate), flow_low_lps=flow(low), flow_high_lps=flow(high),
        volume_m3=volume_m3, outdoor_ppm=test.outdoor_ppm,
        noise_ppm=None if decay is None else round(decay.noise_ppm, 1),
        correlation=None if decay is None else round(decay.correlation, 2),
        conditions=test.conditions, device=test.device,
        calibrated=None if test.calibrated is None else to_wire(test.calibrated), by=test.by,
        started=to_wire(test.started),
        ended=None if test.ended is None else to_wire(test.ended),
    )  # fmt: skip


ROUTES = (
    Route(
        "GET",
        "/rooms/{venue}/{room}/tests",
        get_room_tests,
        "a room's own tests, the newest first",
        RoomTests,
        problems=(404, 503),
        paging=Paging("tests", lambda test: (test.id,), tuple[str]),
    ),
    Route(
        "POST",
        "/rooms/{venue}/{room}/tests",
        start_room_test,
        "begin to measure a room's air changes by the decay of its CO2",
        RoomTestAnswer,
        body=RoomTestBody,
        problems=(404, 409, 503),
        made_at=lambda made: f"/tests/{made.id}",
    ),
    Route(
        "GET", "/tests/{test}", get_room_test, "one of them", RoomTestAnswer, problems=(404, 503)
    ),
    Route(
        "POST",
        "/tests/{test}/stop",
        stop_room_test,
        "end a test with the figure it has",
        RoomTestAnswer,
        problems=(404, 503),
    ),
)
