"""What is kept of people, how long, and how to be forgotten: for guests at a door and everybody else."""

from flask import Blueprint, render_template

from dashboard.pages.parts.context import locale_at
from dashboard.web.services import services
from gateway.domain.audit import ADDRESS_KEPT
from gateway.registry.accounts.sessions import LASTS

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
def privacy() -> str:
    return render_template(
        "privacy.html",
        locale=locale_at(),
        trail_days=services().audit.keep_days,
        told_days=services().notify.keep_days,
        address_days=ADDRESS_KEPT.days,
        session_days=LASTS.days,
    )
