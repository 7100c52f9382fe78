"""The season of a venue: to look at, and as files to send and to compute with."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.season.scope import organisation_scope, venue_scope
from dashboard.season.sheet import SeasonSheet, season_sheet
from dashboard.season.signed import signed_season, signer_of
from dashboard.season.span import WrongSpan, month_begin, span_of
from dashboard.season.table import write_csv
from dashboard.season.words import proves_not, proves_words, whose
from dashboard.web.identity.account import own_account
from dashboard.web.identity.auth import current_user
from dashboard.web.organisations import demand_all_of, organisation_in_reach
from dashboard.web.reach import demand, may
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.room import Venue
from gateway.proof.signature import Signer
from gateway.registry.agenda.season_mails import (
    ask_for,
    ask_for_organisation,
    asked_for,
    organisations_asked_for,
)
from gateway.registry.rooms import find_venue
from gateway.reports.season import Scope
from gateway.words.locale import PageLocale
from sensors.time_zone import zone_or_utc
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("season", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    scope: Scope
    venue: Venue
    span: tuple[date, date]
    zone: ZoneInfo
    locale: PageLocale

    @property
    def query(self) -> dict[str, str]:
        """What leads here again."""
        start, end = self.span
        return {self.scope.kind: self.scope.slug, "from": start.isoformat(), "to": end.isoformat()}


@blueprint.get("/season")
def season() -> ResponseReturnValue:
    asked, wrong = _asked()
    _, sheet, _ = _made(asked)
    return render_template(
        "season.html",
        locale=asked.locale,
        sheet=sheet,
        asked=asked,
        venues=_venues(),
        spans=_spans(asked),
        given={name: request.args.get(name, asked.query.get(name, "")) for name in ("from", "to")},
        wrong=wrong,
        proves=proves_words(sheet.address, asked.locale),
        proves_not=proves_not(asked.locale),
        mails=_mails(asked),
    ), 400 if wrong else 200


@blueprint.post("/season/mail")
def mail() -> ResponseReturnValue:
    """Say whether the season of a venue or an organisation is to be mailed on the first of each month."""
    is_wanted, organisation = request.form.get("do") == "on", request.form.get("organisation")
    if organisation:
        with services().database.write() as conn:
            found = organisation_in_reach(conn, organisation)
            demand_all_of(Need.MEETINGS, found)
            ask_for_organisation(conn, found.slug, own_account(), is_wanted=is_wanted)
        return redirect(url_for("season.season", organisation=organisation), 303)
    venue = VenueSlug(request.form.get("venue", ""))
    demand(Need.MEETINGS, venue)
    with services().database.write() as conn:
        if find_venue(conn, venue) is None:
            abort(404)
        ask_for(conn, venue, own_account(), is_wanted=is_wanted)
    return redirect(url_for("season.season", venue=venue), 303)


def _mails(asked: Asked) -> bool | None:
    """Whether it is mailed to the visitor; None where it cannot be: nobody knows their address, or it has
    no venue.
    """
    visitor, scope = current_user(), asked.scope
    if visitor is None or visitor.email is None or not scope.venues:
        return None
    with services().database.read() as conn:
        if scope.kind == "organisation":
            return visitor.name in organisations_asked_for(conn).get(scope.slug, ())
        return visitor.name in asked_for(conn).get(asked.venue.slug, ())


@blueprint.get("/season.pdf")
def pdf() -> Response:
    from dashboard.season.pdf import write_season_pdf  # noqa: PLC0415 - fonts and all, only where asked for

    asked = _right()
    document, sheet, signer = _made(asked)
    made = write_season_pdf(sheet, document, signer, now(), asked.locale)
    return _file(made, "application/pdf", document, "pdf")


@blueprint.get("/season.csv")
def table() -> Response:
    document, _, _ = _made(_right())
    return _file(write_csv(document), "text/csv; charset=utf-8", document, "csv")


def _file(data: bytes, kind: str, document: dict[str, Any], ending: str) -> Response:
    answer = Response(data, content_type=kind)
    name = f"{whose(document)}-{document['from']}-{document['to']}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _right() -> Asked:
    asked, wrong = _asked()
    if wrong:
        abort(400)
    return asked


def _asked() -> tuple[Asked, str]:
    """What is asked for, and what is wrong with the days: then it is the last three months."""
    scope, venue = _whose()
    locale, zone = locale_at(venue.slug), zone_or_utc(venue.timezone)
    today, wrong = now().astimezone(zone).date(), ""
    try:
        span = span_of(_day("from"), _day("to"), today)
    except (WrongSpan, ValueError):
        wrong = locale.gettext("Choose a day before the end, by ten years at most.")
        span = span_of(None, None, today)
    return Asked(scope, venue, span, zone, locale), wrong


def _whose() -> tuple[Scope, Venue]:
    """Whose season is asked for, and the venue by whose clock it is."""
    asked = request.args.get("organisation")
    with services().database.read() as conn:
        if asked is None:
            venue = _venue()
            scope = venue_scope(conn, venue.slug)
        else:
            found = organisation_in_reach(conn, asked)
            demand_all_of(Need.MEETINGS, found)
            scope = organisation_scope(conn, found.slug)
            venue = registry_view().venue(next(iter(found.venues), None))
    if scope is None:
        abort(404)
    return scope, venue


def _venue() -> Venue:
    """The one that is asked for, else the first."""
    asked = request.args.get("venue")
    found = next((venue for venue in _venues() if asked in (None, venue.slug)), None)
    if found is None:
        abort(404)
    return found


def _venues() -> tuple[Venue, ...]:
    return tuple(
        venue for venue in registry_view().venues.values() if may(Need.MEETINGS, venue.slug)
    )


def _day(name: str) -> date | None:
    text = request.args.get(name)
    return date.fromisoformat(text) if text else None


def _made(asked: Asked) -> tuple[dict[str, Any], SeasonSheet, Signer]:
    house = services()
    signer = signer_of(house.settings, house.directory, asked.scope.name)
    document, made = signed_season(house.database, asked.scope, asked.span, now(), signer)
    return document, season_sheet(document, made.meetings, asked.locale, asked.zone), signer


def _spans(asked: Asked) -> list[tuple[str, dict[str, str], bool]]:
    """The usual spans: their name, what leads there, and whether it is this one."""
    today = now().astimezone(asked.zone).date()
    next_month, locale = month_begin(today, 1), asked.locale
    autumn = date(today.year - (today.month < 9), 9, 1)
    spans: list[tuple[str, date, date]] = [
        (locale.gettext("This month"), month_begin(today), next_month),
        (locale.gettext("Last month"), month_begin(today, -1), month_begin(today)),
        (locale.gettext("Three months"), month_begin(today, -2), next_month),
        (locale.gettext("Since September"), autumn, next_month),
        (locale.gettext("A year"), month_begin(today, -11), next_month),
    ]
    return [
        (
            name,
            {**asked.query, "from": start.isoformat(), "to": end.isoformat()},
            (start, end) == asked.span,
        )
        for index, (name, start, end) in enumerate(spans)
        if (start, end) not in [span[1:] for span in spans[:index]]
    ]
