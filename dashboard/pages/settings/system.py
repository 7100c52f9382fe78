"""The house itself, for who runs it: its parts and how they are."""

from flask import Blueprint, render_template

from dashboard.pages.parts.context import locale_at
from dashboard.pages.settings.store import refused_lines
from dashboard.web.services import services

blueprint = Blueprint("system", __name__)


@blueprint.get("/settings/system")
def system() -> str:
    locale = locale_at()
    with services().database.read() as conn:
        store_refuses = refused_lines(conn, locale)
    return render_template("settings/system.html", store_refuses=store_refuses)
