"""A protocol of one's own: made by copying another, changed, put back as it was, deleted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.api.agenda.protocols import ProtocolBody, protocol_of_body
from dashboard.api.new_slug import free_slug
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.form import Form
from dashboard.pages.parts.owner_choice import (
    Owner,
    chosen_owner,
    owner_choices,
    owner_names,
    usual_owner,
)
from dashboard.pages.parts.protocol_choice import protocol_line
from dashboard.pages.settings.changing import changing, told
from dashboard.pages.settings.protocols.overview import names_of
from dashboard.pages.settings.protocols.rows import (
    count_of,
    read_items,
    rearranged,
    with_items,
)
from dashboard.pages.settings.protocols.versions import version_lines
from dashboard.web.reach import demand_keeping, may, may_keep, sees
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.protocol.protocol import MEASURED_RULES, WHENS, Protocol, Version
from gateway.domain.protocol.templates import BY_SLUG
from gateway.domain.room import Venue
from gateway.registry.protocols.kept import (
    all_protocols,
    delete_protocol,
    find_protocol,
    meetings_that_choose,
    put_protocol,
    venues_that_choose,
    versions_of,
)
from gateway.registry.rooms import all_rooms
from gateway.words.locale import LANGUAGES, PageLocale
from gateway.words.protocols import RULES, item_text, protocol_name, when_words

blueprint = Blueprint("protocol_form", __name__)

NAME_LENGTH: Final = 200
SOURCE_LENGTH: Final = 500


@blueprint.get("/settings/protocols/new")
def new() -> str:
    """Empty, or what another holds (``?from=``)."""
    locale, asked = locale_at(), request.args.get("from", "")
    with services().database.read() as conn:
        found = _find(conn, asked) if asked else None
    values = {**_values(found or Protocol("", ()), locale)}
    values["venue"] = usual_owner()
    if found is None:
        values, _ = rearranged(values, "add")
    else:
        name = protocol_name(found, locale)
        values["name"] = locale.gettext("Copy of %(name)s", name=name)[:NAME_LENGTH]
    return _page(None, Form(values), copied=found)


@blueprint.post("/settings/protocols/new")
def make() -> ResponseReturnValue:
    form, locale = Form(request.form), locale_at()
    if (arranged := _rearranged(None, form)) is not None:
        return arranged
    owner = chosen_owner(form, locale)
    body = _read(form, owner, locale)
    if body is None:
        return _page(None, form), 422
    demand_keeping(owner)
    with changing() as conn:
        taken = {one.slug for one in all_protocols(conn)}
        slug = free_slug(body.name, "protocol", lambda one: one in taken)
        made = put_protocol(conn, protocol_of_body(slug, body), now())
    told(locale.gettext("%(name)s can be chosen now.", name=made.name), locale)
    return redirect(url_for("protocol_form.protocol", protocol=made.slug), 303)


@blueprint.get("/settings/protocols/<protocol>")
def protocol(protocol: str) -> str:
    with services().database.read() as conn:
        found = _find(conn, protocol)
    return _page(found, Form(_values(found, locale_at())))


@blueprint.post("/settings/protocols/<protocol>")
def change(protocol: str) -> ResponseReturnValue:
    """Keep a protocol of one's own as it is filled in, as an earlier version was, or delete it where
    nothing chose it.
    """
    form, locale = Form(request.form), locale_at()
    with services().database.read() as conn:
        found = _find(conn, protocol)
        versions = versions_of(conn, protocol)
    if found.slug in BY_SLUG:
        abort(404)
    demand_keeping(found)
    if form.text("do") == "delete":
        return _delete(found, locale)
    if form.text("do").startswith("version-"):
        return _kept(_as_before(found, versions, form.text("do")), locale)
    if (arranged := _rearranged(found, form)) is not None:
        return arranged
    body = _read(form, Owner(found.venue, found.organisation), locale)
    if body is None:
        return _page(found, form), 422
    return _kept(protocol_of_body(found.slug, body), locale)


def _kept(asked: Protocol, locale: PageLocale) -> ResponseReturnValue:
    with changing() as conn:
        put_protocol(conn, asked, now())
    told(locale.gettext("Kept for %(name)s.", name=asked.name), locale)
    return redirect(url_for("protocol_form.protocol", protocol=asked.slug), 303)


def _as_before(found: Protocol, versions: Sequence[Version], do: str) -> Protocol:
    before = next((one for one in versions if f"version-{one.protocol.version}" == do), None)
    if before is None:
        abort(404)
    return replace(before.protocol, venue=found.venue, organisation=found.organisation)


def _delete(found: Protocol, locale: PageLocale) -> ResponseReturnValue:
    with changing() as conn:
        is_chosen = bool(venues_that_choose(conn, found.slug))
        if not is_chosen:
            delete_protocol(conn, found.slug)
    if is_chosen:
        form = Form(_values(found, locale))
        form.wrong["delete"] = locale.gettext("A venue, a room or a meeting chose it.")
        return _page(found, form), 409
    told(locale.gettext("%(name)s is gone.", name=protocol_name(found, locale)), locale)
    return redirect(url_for("protocols.protocols"), 303)


def _rearranged(found: Protocol | None, form: Form) -> str | None:
    """The form with another row, or its rows in another order; None where that was not asked."""
    if not form.text("do"):
        return None
    values, here = rearranged(form.values, form.text("do"))
    return _page(found, Form(values), here=here)


def _find(conn: Connection, slug: str) -> Protocol:
    """A protocol that is there for the visitor."""
    found = find_protocol(conn, slug)
    if found is None or not sees(found):
        abort(404)
    return found


def _venues() -> list[Venue]:
    return [one for one in registry_view().venues.values() if may(Need.SETTINGS, one.slug)]


def _read(form: Form, owner: Owner, locale: PageLocale) -> ProtocolBody | None:
    """What was filled in; None where that is wrong."""
    name = form.required("name", NAME_LENGTH, locale)
    names = {code: form.text(f"name-{code}") for code in LANGUAGES}
    for code, given in names.items():
        if given:
            form.required(f"name-{code}", NAME_LENGTH, locale)
    source = form.text("source") and form.required("source", SOURCE_LENGTH, locale)
    dated = form.text("dated")
    if not _is_dated(dated):
        form.wrong["dated"] = locale.gettext("A year, a month or a day, like 2020-10.")
    items = read_items(form, locale)
    if form.wrong:
        return None
    given_names = {code: given for code, given in names.items() if given}
    return ProtocolBody(
        name=name, names=given_names, items=items, source=source, dated=dated,
        venue=owner.venue, organisation=owner.organisation,
    )  # fmt: skip


def _is_dated(text: str) -> bool:
    """As the API takes it."""
    pieces = text.split("-") if text else []
    lengths = tuple(len(piece) for piece in pieces)
    digits = all(piece.isascii() and piece.isdecimal() for piece in pieces)
    return digits and lengths in ((), (4,), (4, 2), (4, 2, 2))


def _values(found: Protocol, locale: PageLocale) -> dict[str, str]:
    """A protocol as the fields show it."""
    values = {
        "name": found.name,
        "source": found.source,
        "dated": found.dated,
        "venue": found.venue or "",
    }
    values |= {f"name-{code}": found.names.get(code, "") for code in LANGUAGES}
    return values | with_items(found.items, locale)


def _page(
    found: Protocol | None,
    form: Form,
    here: int | None = None,
    copied: Protocol | None = None,
) -> str:
    """``here`` is the row that the visitor goes on with, ``copied`` what the form was filled with."""
    locale, venues = locale_at(), _venues()
    is_template = found is not None and found.slug in BY_SLUG
    shown = found if found is not None else copied
    slug = "" if found is None else found.slug
    with services().database.read() as conn:
        versions = versions_of(conn, slug)
        meetings = meetings_that_choose(conn, slug, now())
        rooms = [room for venue in venues for room in all_rooms(conn, venue.slug)]
    names = names_of(venues)
    return render_template(
        "settings/protocol_form.html",
        protocol=found,
        line=None if shown is None else protocol_line(shown, owner_names(), locale),
        is_copy=found is None and copied is not None,
        title=locale.gettext("A protocol of your own")
        if found is None
        else protocol_name(found, locale),
        form=form,
        rows=range(count_of(form.values)),
        here=here,
        is_theirs=found is None or (not is_template and may_keep(found)),
        items=[] if found is None else [(item_text(one, locale), one) for one in found.items],
        whens=[(when, when_words(when, locale)) for when in WHENS],
        rules=[(rule, locale.gettext(RULES[rule])) for rule in MEASURED_RULES],
        when_words=lambda when: when_words(when, locale),
        venues=venues,
        owners=owner_choices(locale),
        versions=version_lines(versions, locale),
        choosing=[one.name for one in venues if one.protocol == slug],
        choosing_rooms=[(one.name, names[one.venue]) for one in rooms if one.protocol == slug],
        choosing_meetings=sum(meetings.get(one.slug, 0) for one in venues),
    )
