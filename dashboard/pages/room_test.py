"""The room's own test: what to do, the curve as it falls, and what came of it."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.chart.polyline import Point
from dashboard.chart.sparkline import Ahead, Drawing, draw
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.form import Form
from dashboard.web.identity.account import own_account
from dashboard.web.reach import demand, may
from dashboard.web.room_ready import Readiness, ready_now
from dashboard.web.room_tests import Shown, shown
from dashboard.web.services import services
from dashboard.words.certificate import enough_facts, facts_of, leaves_out_words, method_words
from dashboard.words.room_test import (
    check_words,
    figure_words,
    flow_words,
    reason_words,
    state_words,
)
from gateway.domain.access import Need
from gateway.domain.air.mass_balance import flow_of
from gateway.domain.room import Room
from gateway.domain.room_test.curve import curve_of
from gateway.domain.room_test.fit import Decay, Sample, spans_of
from gateway.domain.room_test.ready import Grade, may_begin
from gateway.registry.room_tests import (
    CONDITIONS_LENGTH,
    RoomTest,
    begin_test,
    find_test,
    tests_of,
)
from gateway.store.interface import StoreError
from gateway.words.locale import PageLocale
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("room_test", __name__)

NEEDED_OVER_PPM = 500


@dataclass(frozen=True, slots=True)
class TestLine:
    """A test in words; ``drawing`` is its curve with the fit, None where there is none to draw.
    ``ends`` are when it begins and ends, and with how much.
    """

    when: str
    by: str
    conditions: str
    state: str
    is_running: bool
    is_refused: bool
    why: str
    figure: str
    flow: str
    drawing: Drawing | None
    ends: tuple[str, str] | None
    certificate: str
    range_at: tuple[float, float, float] | None
    """Where the figure and its interval lie among those of all tests, in hundredths; None without."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that is looked at before a test, in words."""

    grade: Grade
    words: str


@blueprint.get("/rooms/<venue>/<room>/test")
def page(venue: VenueSlug, room: RoomSlug) -> str:
    return _page(_room(venue, room), Form({}))


@blueprint.post("/rooms/<venue>/<room>/test")
def start(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    place, form = _room(venue, room), Form(request.form)
    conditions = form.required("conditions", CONDITIONS_LENGTH, locale_at(venue))
    if form.wrong:
        return _page(place, form), 422
    running = _running(place)
    if running is not None:
        shown(services(), running)  # what is over by now makes room for another
    elif not may_begin(ready_now(services(), venue, room).checks):
        return _page(place, form), 409
    asked = RoomTest("", venue, room, conditions, own_account(), now(), place.air_volume_m3)
    with services().database.write() as conn:
        begin_test(conn, asked)
    return redirect(url_for("room_test.page", venue=venue, room=room), 303)


@blueprint.post("/rooms/<venue>/<room>/test/stop")
def stop(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    running = _running(_room(venue, room))
    if running is not None:
        demand(Need.SETTINGS, venue)
        shown(services(), running, stopped_by=own_account())
    return redirect(url_for("room_test.page", venue=venue, room=room), 303)


@blueprint.get("/rooms/<venue>/<room>/test/<test>.pdf")
def certificate(venue: VenueSlug, room: RoomSlug, test: str) -> Response:
    """The certificate of a test that gave a figure."""
    from dashboard.report.certificate import (  # noqa: PLC0415 - fonts and all, only where asked for
        Certificate,
        write_certificate,
    )

    place, locale = _room(venue, room), locale_at(venue)
    with services().database.read() as conn:
        found = find_test(conn, test)
    if found is None or (found.venue, found.room) != (venue, room):
        abort(404)
    if found.state != "done" or found.decay is None:
        abort(404)
    view = registry_view()
    flow_lps = None
    if found.volume_m3 is not None:
        flow_lps = flow_of(found.volume_m3, found.decay.air_changes_per_h)
    enough = enough_facts(
        view.held_against(venue, room, now()),
        flow_lps,
        place.floor_area_m2,
        found.outdoor_ppm,
        locale,
    )
    made = Certificate(
        f"{place.name}, {view.venue(venue).name}",
        figure_words(found.decay, locale),
        flow_words(found.decay, found.volume_m3, locale),
        tuple(facts_of(found, locale)),
        tuple(enough),
        method_words(locale),
        leaves_out_words(locale),
        f"Luchtig · {found.id} · {locale.day_and_year(now())}",
        curve_of(_seen(found).samples, found.decay),
    )
    answer = Response(write_certificate(made, locale), mimetype="application/pdf")
    day = locale.local(found.started).date()
    answer.headers["Content-Disposition"] = f'inline; filename="{room}-{day}.pdf"'
    return answer


def _seen(test: RoomTest) -> Shown:
    """Without its curve where the readings cannot be had."""
    try:
        return shown(services(), test)
    except StoreError:
        return Shown(test, (), None)


def _room(venue: VenueSlug, room: RoomSlug) -> Room:
    place = registry_view().rooms.get((venue, room))
    if place is None:
        abort(404)
    return place


def _running(place: Room) -> RoomTest | None:
    with services().database.read() as conn:
        found = tests_of(conn, place.venue, place.slug)
    return next((test for test in found if test.state == "running"), None)


def _page(place: Room, form: Form) -> str:
    locale = locale_at(place.venue)
    with services().database.read() as conn:
        found = tests_of(conn, place.venue, place.slug)
    most = max((one.decay.high for one in found if one.state == "done" and one.decay), default=0.0)
    lines = [_line(test, most, locale) for test in found]
    running = next((line for line in lines if line.is_running), None)
    ready = Readiness(()) if running else ready_now(services(), place.venue, place.slug)
    return render_template(
        "room_test.html",
        locale=locale,
        place=place,
        form=form,
        lines=lines,
        running=running,
        may_test=may(Need.SETTINGS, place.venue),
        device=ready.device,
        checks=[CheckLine(one.grade, check_words(one, locale)) for one in ready.checks],
        may_begin=may_begin(ready.checks),
        needed_ppm=NEEDED_OVER_PPM,
        longest=CONDITIONS_LENGTH,
    )


def _line(test: RoomTest, most: float, locale: PageLocale) -> TestLine:
    seen = _seen(test)
    test = seen.test
    decay = seen.so_far if isinstance(seen.so_far, Decay) else None
    return TestLine(
        when=locale.moment(test.started, now()),
        by=test.by,
        conditions=test.conditions,
        state=state_words(test.state, locale),
        is_running=test.state == "running",
        is_refused=test.state == "refused",
        why=reason_words(test.reason, locale) if test.reason else "",
        figure=figure_words(decay, locale) if decay else "",
        flow=flow_words(decay, test.volume_m3, locale) if decay else "",
        drawing=_drawing(seen, decay),
        ends=_ends(seen, locale),
        certificate=_certificate(test) if test.state == "done" else "",
        range_at=_range_at(test, most),
    )


def _certificate(test: RoomTest) -> str:
    return url_for("room_test.certificate", venue=test.venue, room=test.room, test=test.id)


def _range_at(test: RoomTest, most: float) -> tuple[float, float, float] | None:
    decay = test.decay
    if test.state != "done" or decay is None or most <= 0:
        return None
    low, rate, high = (
        round(100 * min(x / most, 1.0), 2) for x in (decay.low, decay.air_changes_per_h, decay.high)
    )
    return low, rate, high


def _ends(seen: Shown, locale: PageLocale) -> tuple[str, str] | None:
    """What the curve begins and ends with, and when."""
    spans = spans_of(seen.samples)
    if len(seen.samples) < 2 or not spans:
        return None

    def told(sample: Sample) -> str:
        at = seen.test.started + timedelta(seconds=sample.at_s)
        return f"{locale.time(at)} · {locale.number(sample.ppm)} ppm"

    return told(spans[0]), told(spans[-1])


def _drawing(seen: Shown, decay: Decay | None) -> Drawing | None:
    curve = curve_of(seen.samples, decay)
    if curve is None:
        return None
    begin_ns = to_ns(seen.test.started)
    points = [Point(begin_ns + int(s.at_s * 1e9), s.ppm) for s in curve.measured]
    fit = [Ahead(begin_ns + int(at_s * 1e9), *band) for at_s, *band in curve.fit]
    highest = max(sample.ppm for sample in curve.measured)
    end_ns = begin_ns + int(max(seen.samples[-1].at_s, 1.0) * 1e9)
    return draw(points, begin_ns, end_ns, None, reach=highest, ahead=fit)
