"""What the store refuses whole, and a button to give it up."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now
from dashboard.web.identity.auth import current_user
from dashboard.web.services import services
from gateway.registry.live.store_refusals import ask_release, refused_kinds
from gateway.words.locale import PageLocale

blueprint = Blueprint("store", __name__)


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A kind of which the store takes nothing, in words."""

    kind: str
    says: str


def refused_lines(conn: Connection, locale: PageLocale) -> list[RefusedLine]:
    kinds = dict.fromkeys(found.kind for found in refused_kinds(conn))
    return [RefusedLine(kind, _says(kind, locale)) for kind in kinds]


def _says(kind: str, locale: PageLocale) -> str:
    match kind:
        case "air":
            return locale.gettext("The store takes no readings of the air.")
        case "people":
            return locale.gettext("The store takes no counts of people.")
        case _:
            return locale.gettext("The store takes nothing of what is worked out of rooms.")


@blueprint.post("/settings/store/<kind>/release")
def release(kind: str) -> ResponseReturnValue:
    """Ask the gateway to give up what it keeps of a kind."""
    visitor = current_user()
    if visitor is None:
        abort(403)
    with services().database.write() as conn:
        if not ask_release(conn, kind, visitor.name, now()):
            abort(404)
    flash(
        locale_at().gettext(
            "It is given up: what the store refuses of it is listed under the refused messages."
        )
    )
    return redirect(url_for("system.system"), 303)
