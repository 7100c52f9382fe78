"""The report of a meeting: as a page to print, and as a PDF; also by the signed link of its
mail.
"""

from dataclasses import dataclass

import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.signed import is_withdrawn, refusal
from dashboard.report.sheet import Sheet, sheet
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import access, demand, is_own, may, may_change
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.meeting import Meeting
from gateway.domain.report.report import Report
from gateway.links import BadLink, ExpiredLink, check_report_token
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.agenda.reports import Record, find_record
from gateway.registry.annotations import annotations_between
from gateway.reports.builder import NoReport, NotOver, ReportBuilder, decode_summary
from gateway.reports.gone import meeting_of
from gateway.reports.protocol import kept_protocol
from gateway.store.interface import StoreError
from gateway.words.locale import PageLocale

blueprint = Blueprint("report", __name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A report and what is kept of it. ``is_whole`` is false where only the record is left: the
    store is away, or the meeting is no longer in the calendar. ``is_of_organiser`` is whether the
    visitor came by the link that was sent to its organiser.
    """

    report: Report
    record: Record | None
    is_whole: bool
    is_of_organiser: bool
    meeting: Meeting | None


@blueprint.get("/meetings/<meeting_id>/report")
def report(meeting_id: str) -> ResponseReturnValue:
    refusal = _refusal(meeting_id)
    if refusal is not None:
        return refusal
    try:
        found = _find(meeting_id)
    except NotOver:
        return render_template("report_later.html", meeting_id=meeting_id)
    locale = locale_at(found.report.venue)
    venue, is_own = found.report.venue, found.meeting is not None and may_change(found.meeting)
    return render_template(
        "report.html",
        locale=locale,
        sheet=_sheet(found, locale),
        report=found.report,
        is_whole=found.is_whole,
        is_stale=found.record is not None
        and found.is_whole
        and found.record.sha256 != found.report.basis.sha256,
        token=request.args.get("token"),
        may_look=may(Need.MEETINGS, venue),
        may_export=may(Need.EXPORT, venue) or is_own,
    )


@blueprint.get("/meetings/<meeting_id>/report.pdf")
def pdf(meeting_id: str) -> ResponseReturnValue:
    refusal = _refusal(meeting_id)
    if refusal is not None:
        return refusal
    try:
        found = _find(meeting_id)
    except NotOver:
        token = request.args.get("token")
        return redirect(url_for("report.report", meeting_id=meeting_id, token=token), 303)
    return _pdf(found, locale_at(found.report.venue))


def _pdf(found: Found, locale: PageLocale) -> Response:
    from dashboard.report.written import write_report  # noqa: PLC0415 - fonts and all, only where asked for

    day = locale.local(found.report.planned_start).date()
    name = locale.gettext("report")
    home = services().settings.public_url.rstrip("/")
    address = home + url_for("report.report", meeting_id=found.report.meeting)
    answer = Response(
        write_report(_sheet(found, locale), locale, address),
        mimetype="application/pdf",
    )
    answer.headers["Content-Disposition"] = (
        f'inline; filename="{name}-{found.report.room}-{day}.pdf"'
    )
    return answer


def _sheet(found: Found, locale: PageLocale) -> Sheet:
    report = found.report
    with services().database.read() as conn:
        kept = kept_protocol(conn, found.meeting or meeting_of(report), now(), report)
        noted = annotations_between(
            conn, report.planned_start, report.planned_end, report.venue, report.room
        )
    return sheet(
        found.report,
        found.record,
        now(),
        locale,
        for_organiser=found.is_of_organiser,
        house_rules=kept,
        noted=[one for _, one in noted],
    )


def _refusal(meeting_id: str) -> ResponseReturnValue | None:
    """None where the visitor may see it: logged in, or with the signed link of this meeting."""
    if current_user() is not None:
        return None
    token = request.args.get("token")
    if token is None:
        return redirect(url_for("login", next=request.path), 303)
    try:
        found = check_report_token(services().secret, token, meeting_id, now())
    except BadLink:
        return render_template("report_link.html", target=request.path), 403
    except ExpiredLink:
        return render_template("report_link.html", target=request.path), 410
    if is_withdrawn(found.link, (meeting_id,), found.made):
        return refusal("withdrawn", found.language), 410
    return None


def _find(meeting_id: str) -> Found:
    """The report from the store, else what was kept of it.

    Raises:
        NotOver: it comes later.
        StoreError: the store is away and nothing is kept.

    """
    with services().database.read() as conn:
        record, meeting = find_record(conn, meeting_id), find_meeting(conn, meeting_id)
    _demand_look(meeting_id, record, meeting)
    is_of_organiser = _is_of_organiser(meeting_id, meeting)
    reporter = ReportBuilder(services().database, services().store)
    try:
        report = reporter.report(meeting_id, now())
        return Found(
            report, record, is_whole=True, is_of_organiser=is_of_organiser, meeting=meeting
        )
    except NotOver:
        raise
    except NoReport:
        if record is None:
            abort(404)
    except StoreError:
        if record is None:
            raise
    kept = decode_summary(record.summary)
    if meeting is not None:
        kept = msgspec.structs.replace(kept, private=meeting.private)
    return Found(kept, record, is_whole=False, is_of_organiser=is_of_organiser, meeting=meeting)


def _demand_look(meeting_id: str, record: Record | None, meeting: Meeting | None) -> None:
    """Make sure that somebody who is logged in may see what their link does not show them.

    Raises:
        Problem: 404 or 403.

    """
    place = meeting or record
    if place is None or _sent_to(meeting_id) is not None:
        return
    if not access().reaches(place.venue):
        abort(404)
    demand(Need.MEETINGS, place.venue)


def _is_of_organiser(meeting_id: str, meeting: Meeting | None) -> bool:
    """Whether the link is one to its organiser, as far as that is still known, or they are logged
    in.
    """
    sent_to = _sent_to(meeting_id)
    if meeting is None:
        return sent_to is not None
    came_by_link = (sent_to or "").casefold() == (meeting.organiser or "").casefold()
    return (sent_to is not None and came_by_link) or is_own(meeting)


def _sent_to(meeting_id: str) -> str | None:
    """To whom the link was sent that the visitor came by; None without one, and for a bad one."""
    token = request.args.get("token")
    if token is None:
        return None
    try:
        found = check_report_token(services().secret, token, meeting_id, now())
    except (BadLink, ExpiredLink):
        return None
    return None if is_withdrawn(found.link, (meeting_id,), found.made) else found.recipient
