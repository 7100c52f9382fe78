"""The signed links that are out in mails, and withdrawing them: one mail's, or all about a meeting."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import access, demand
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.registry.agenda.meetings import find_meeting, find_meetings
from gateway.registry.alerts.sent_links import (
    SentLink,
    find_link,
    revoke_link,
    revoke_of_meeting,
    sent_links,
)
from gateway.words.locale import PageLocale
from gateway.words.meetings import title_words
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("links", __name__)

SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class LinkLine:
    """The links of a mail in words; ``meetings`` are those that it is about, by id, each with its
    title; ``revoked`` is empty as long as they work.
    """

    id: str
    to: str
    about: str
    made: str
    until: str
    revoked: str
    meetings: list[tuple[str, str]]


@blueprint.get("/settings/links")
def links() -> str:
    meeting = request.args.get("meeting") or None
    venues = access().venues(Need.SETTINGS)
    with services().database.read() as conn:
        found = sent_links(conn, now(), SHOWN, venues, meeting)
        about = find_meetings(conn, {one for link in found for one in link.meetings})
    titles = {one.id: title_words(one.public_title, locale_at(one.venue)) for one in about}
    return render_template(
        "settings/links.html",
        lines=[_line(link, titles) for link in found],
        meeting=meeting,
        title=titles.get(meeting or "", meeting),
    )


@blueprint.post("/settings/links/<link>/revoke")
def revoke(link: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        found = find_link(conn, link)
        if found is None or not access().reaches(found.venue):
            abort(404)
        demand(Need.SETTINGS, found.venue)
        revoke_link(conn, link, _visitor(), now())
    flash(locale_at(found.venue).gettext("Withdrawn: it opens nothing any more."))
    return redirect(url_for("links.links", meeting=request.form.get("meeting") or None), 303)


@blueprint.post("/settings/links/meetings/<meeting_id>/revoke")
def revoke_meeting(meeting_id: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        meeting = find_meeting(conn, meeting_id)
        out = sent_links(conn, now(), 1, meeting=meeting_id)
        venue = meeting.venue if meeting is not None else next((one.venue for one in out), None)
        if venue is None or not access().reaches(venue):
            abort(404)
        demand(Need.SETTINGS, venue)
        revoke_of_meeting(conn, meeting_id, _visitor(), now())
    flash(
        locale_at(venue).gettext("Withdrawn: no link about this meeting opens anything any more.")
    )
    return redirect(url_for("links.links", meeting=meeting_id), 303)


def _visitor() -> str:
    visitor = current_user()
    return "" if visitor is None else visitor.name


def _line(link: SentLink, titles: dict[str, str]) -> LinkLine:
    locale = locale_at(link.venue)
    named = (registry_view().room_named(link.venue, room) for room in link.rooms)
    names = [
        slug if room is None else room.name for slug, room in zip(link.rooms, named, strict=True)
    ]
    revoked = ""
    if link.revoked is not None:
        seen = {"who": link.revoked_by or "", "time": locale.moment(link.revoked, now())}
        revoked = locale.gettext("withdrawn by %(who)s, %(time)s", **seen)
    return LinkLine(
        id=link.id,
        to=_role_words(link, locale) if link.private else link.recipient,
        about=_about(link, names, locale),
        made=locale.moment(link.made, now()),
        until=locale.date(link.expires),
        revoked=revoked,
        meetings=[(one, titles.get(one, one)) for one in link.meetings],
    )


def _about(link: SentLink, rooms: list[str], locale: PageLocale) -> str:
    place = ", ".join(rooms) or registry_view().venue(VenueSlug(link.venue)).name
    if link.topic == "reports":
        return locale.gettext("Report of a meeting in %(place)s", place=place)
    if link.topic == "protocols":
        return locale.gettext("Protocol of a meeting in %(place)s", place=place)
    return locale.gettext("Alert of %(place)s", place=place)


def _role_words(link: SentLink, locale: PageLocale) -> str:
    return locale.gettext("host") if link.role == "host" else locale.gettext("organiser")
