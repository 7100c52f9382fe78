"""What a page reaches for: the services of its program, and the parts that pages share."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from dashboard.pages.attending.attention import AttentionCache
from dashboard.pages.attending.due import DueCache
from dashboard.pages.parts.live.renderings import Renderings
from dashboard.pages.parts.live.trend_cache import TrendCache
from dashboard.pages.parts.registry_cache import RegistryCache, RegistryView
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import access
from dashboard.web.services import services
from dashboard.words.locale import asked_language, page_locale
from gateway.words.locale import PageLocale
from sensors.wire.topic import VenueSlug

EXTENSION = "luchtig.pages"


@dataclass(frozen=True, slots=True)
class PageParts:
    """Made once by ``dashboard.pages.register``, shared by all pages of an application."""

    registry_cache: RegistryCache
    trends: TrendCache
    renderings: Renderings
    attention: AttentionCache
    due: DueCache


def parts() -> PageParts:
    return cast("PageParts", current_app.extensions[EXTENSION])


def registry_view() -> RegistryView:
    """The configuration as far as it is there for the visitor. Whoever has come by a signed link is let
    see what that is about, and so all of it.
    """
    whole = parts().registry_cache.registry_view()
    return whole if current_user() is None else whole.of(access().venues())


def now() -> datetime:
    return services().clock.now()


def locale_at(venue: VenueSlug | None = None) -> PageLocale:
    """How to speak to whoever asks: their language, the time of a venue (None: of the first
    one).
    """
    place = registry_view().venue(venue)
    return page_locale(asked_language(place.language), place.timezone)
