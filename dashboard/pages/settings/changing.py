"""Changes on the pages of the settings: each says what it changed, and can be undone for a minute."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.web.identity.auth import current_user
from dashboard.web.identity.entrance import is_local_path
from dashboard.web.reach import may, may_somewhere
from dashboard.web.services import services
from dashboard.words.changes import ChosenNames, changes_words
from gateway.domain.access import Need
from gateway.domain.audit import Entry
from gateway.registry.audit.entries import entries_after, numbered_entries
from gateway.registry.audit.undo import CannotUndo, can_undo, last_number, undo
from gateway.registry.protocols.kept import all_protocols
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from gateway.words.protocols import protocol_name
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("undo", __name__)

LONG_ENOUGH: Final = timedelta(minutes=1)
LONGEST_NUMBER: Final = 12
MOST: Final = 200
"""So many things at once can be undone; who changed more reads the trail."""
CATEGORY: Final = "undo:"
"""How a notice begins that carries what can be undone."""


@contextmanager
def changing() -> Iterator[Connection]:
    """A transaction whose changes ``told`` tells."""
    with services().database.write() as conn:
        g.before_change = last_number(conn)
        yield conn


def told(sentence: str, locale: PageLocale) -> None:
    """Say at the head of the next page that it was done: what differs now, and a button that undoes it."""
    visitor = current_user()
    who = "" if visitor is None else visitor.name
    with services().database.read() as conn:
        made = entries_after(conn, g.pop("before_change"), who, now(), MOST + 1)
        names = _names(conn, locale)
    words = changes_words([entry for _, entry in made], names, locale)
    whole = made and len(made) <= MOST and all(can_undo(entry) for _, entry in made)
    numbers = ".".join(str(number) for number, _ in made) if whole else ""
    flash(f"{sentence} {words}".strip(), f"{CATEGORY}{numbers}" if numbers else "message")


def _names(conn: Connection, locale: PageLocale) -> ChosenNames:
    """What may be chosen, as it is called."""
    policies = registry_view().policies.items()
    return ChosenNames(
        {slug: policy_name(one, locale) for slug, one in policies},
        {one.slug: protocol_name(one, locale) for one in all_protocols(conn)},
    )


@blueprint.post("/settings/undo")
def take_back() -> ResponseReturnValue:
    """Undo what the visitor changed within the last minute."""
    locale = locale_at()
    given = request.form.get("entries", "").split(".")[:MOST]
    numbers = [int(one) for one in given if one.isdecimal() and len(one) < LONGEST_NUMBER]
    try:
        with services().database.write() as conn:
            undo(conn, _own(numbered_entries(conn, numbers, now())), now())
    except CannotUndo:
        flash(locale.gettext("It is too late to undo that, or somebody changed it since."))
    else:
        flash(locale.gettext("Undone: it is as it was."))
    target = request.form.get("next", "")
    return redirect(target if is_local_path(target) else url_for("settings.settings"), 303)


def _own(found: Sequence[Entry]) -> Sequence[Entry]:
    """Make sure that the visitor did all of that, may do it, and did it just now.

    Raises:
        CannotUndo: they did not; what others did is there for nobody.

    """
    visitor = current_user()
    if not found or visitor is None:
        raise CannotUndo("there is nothing to undo")
    if any(entry.act.who != visitor.name or not _may_undo(entry) for entry in found):
        raise CannotUndo("somebody else did it")
    long_enough = LONG_ENOUGH * services().clock.speed  # a minute of whoever reads it
    if any(now() - entry.act.at > long_enough for entry in found):
        raise CannotUndo("it was done too long ago")
    return found


def _may_undo(entry: Entry) -> bool:
    if entry.venue is None:
        return may_somewhere(Need.SYSTEM)
    return may(Need.SETTINGS, VenueSlug(entry.venue))
