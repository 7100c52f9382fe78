"""What a page reaches for: the services of its program, and the parts that pages share."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from dashboard.i18n import Speech, asked_language, speech
from dashboard.pages.book import Book, Shelf
from dashboard.pages.fragments import Fragments
from dashboard.pages.traces import Traces
from dashboard.services import services

EXTENSION = "luchtig.pages"


@dataclass(frozen=True, slots=True)
class PageParts:
    """Made once by ``dashboard.pages.register``, shared by all pages of an application."""

    shelf: Shelf
    traces: Traces
    fragments: Fragments


def parts() -> PageParts:
    return cast("PageParts", current_app.extensions[EXTENSION])


def book() -> Book:
    return parts().shelf.book()


def now() -> datetime:
    return services().clock.now()


def say_at(venue: str | None = None) -> Speech:
    """How to speak to whoever asks: their language, the time of a venue (None: of the first one)."""
    place = book().venue(venue)
    return speech(asked_language(place.language), place.timezone)
