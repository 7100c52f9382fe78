"""Which language a page speaks, and how a visitor chooses another."""

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from dashboard.pages.installed.theme import chosen_theme
from dashboard.pages.parts.context import locale_at, now, parts, registry_view
from dashboard.web.identity.auth import current_user
from dashboard.web.identity.entrance import is_local_path
from dashboard.web.reach import access, may, may_somewhere
from dashboard.web.services import services
from dashboard.words.locale import CATALOGUES, asked_language, keep_language, unbroken_units
from gateway.domain.access import Need
from gateway.words.locale import DEFAULT_LANGUAGE, LANGUAGES


def register(app: Flask) -> None:
    Babel(
        app,
        default_translation_directories=";".join(map(str, CATALOGUES)),
        default_locale=DEFAULT_LANGUAGE,
        locale_selector=lambda: asked_language(registry_view().venue(None).language),
    )
    app.context_processor(_context)
    app.add_template_filter(unbroken_units, "units")
    app.add_url_rule("/language/<language>", "choose_language", _choose, methods=["POST"])


def _choose(language: str) -> ResponseReturnValue:
    if language not in LANGUAGES:
        abort(404)
    target = request.form.get("next", "/")
    answer = redirect(target if is_local_path(target) else url_for("board.board"), 303)
    keep_language(answer, language)
    return answer


def _asking() -> int:
    """In how many rooms of the visitor somebody has still to come."""
    view = parts().attention.view(services().board.rooms())
    return len(view.asking(access().venues(Need.ALERTS)))


def _context() -> dict[str, object]:
    """What every template may use; a page with a venue of its own hands in its own ``say``."""
    return {
        "locale": locale_at(),
        "now": now(),
        "languages": LANGUAGES,
        "visitor": current_user(),
        "demo": services().settings.demo,
        "may": may,
        "may_somewhere": may_somewhere,
        "Need": Need,
        "asking": _asking,
        "theme": chosen_theme(),
    }
