"""In which language a page speaks, with the words of the pages beside those of the gateway.

It is the visitor's choice (a cookie, or ``?lang=``), else what the browser asks for, else the
venue's. Times are always the venue's own.
"""

import re
from pathlib import Path
from typing import Final

from flask import current_app, request
from werkzeug import Response

from gateway.words.locale import DEFAULT_LANGUAGE, LANGUAGES, WORDS, PageLocale, locale_of

COOKIE: Final = "luchtig_language"
CATALOGUES: Final = (WORDS, Path(__file__).parent)
KEPT_S: Final = 365 * 24 * 3600
_UNIT: Final = re.compile(r"(?<=\d) (?=(?:ppm|l/s|m²|m³|min)\b)")


def page_locale(language: str, timezone: str = "UTC") -> PageLocale:
    """How the pages say things in a language at a place."""
    return locale_of(language, timezone, CATALOGUES)


def asked_language(venue_language: str) -> str:
    """The language of the request that is being answered."""
    for chosen in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    liked = request.accept_languages.best_match(list(LANGUAGES))
    return liked or (venue_language if venue_language in LANGUAGES else DEFAULT_LANGUAGE)


def keep_language(answer: Response, language: str) -> None:
    """Have the browser that asks come back with this language."""
    answer.set_cookie(
        COOKIE,
        language,
        max_age=KEPT_S,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
    )


def unbroken_units(text: str) -> str:
    """A sentence in which numbers and their units stay on one line."""
    return _UNIT.sub("\u00a0", text)
