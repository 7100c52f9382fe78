"""Whose something is that venues choose among, as a form asks it and as it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dashboard.pages.parts.context import registry_view
from dashboard.pages.parts.form import Form
from dashboard.web.organisations import may_in_all_of, organisations_in_reach
from dashboard.web.reach import may, may_somewhere
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.organisation import Organisation
from gateway.words.locale import PageLocale
from sensors.wire.topic import VenueSlug

OF_ORGANISATION: Final = "organisation/"
"""How the value of an organisation begins: no slug of a venue holds the sign."""


@dataclass(frozen=True, slots=True)
class Owner:
    """None of both: the whole house."""

    venue: VenueSlug | None = None
    organisation: str | None = None
    venues: tuple[VenueSlug, ...] = field(default=(), compare=False)


def owner_names() -> Mapping[str, str]:
    """What each that there is for the visitor is called, by its value."""
    found = {str(one.slug): one.name for one in registry_view().venues.values()}
    with services().database.read() as conn:
        organisations = organisations_in_reach(conn)
    return found | {f"{OF_ORGANISATION}{one.slug}": one.name for one in organisations}


def owner_choices(locale: PageLocale) -> list[tuple[str, str]]:
    """For whom the visitor may make something: by value, in words."""
    house = [("", locale.gettext("The whole house's"))] if may_somewhere(Need.SYSTEM) else []
    organisations = [(f"{OF_ORGANISATION}{one.slug}", one.name) for one in _organisations()]
    venues = [(str(one.slug), one.name) for one in registry_view().venues.values()
              if may(Need.SETTINGS, one.slug)]  # fmt: skip
    return [*house, *organisations, *venues]


def usual_owner() -> str:
    """The value where nothing else is said: the first venue's that the visitor sets up."""
    if may_somewhere(Need.SYSTEM):
        return ""
    venues = registry_view().venues
    return next((slug for slug in venues if may(Need.SETTINGS, VenueSlug(slug))), "")


def chosen_owner(form: Form, locale: PageLocale) -> Owner:
    """What was chosen; what is wrong with it is in the form."""
    by_value = {f"{OF_ORGANISATION}{one.slug}": Owner(None, one.slug, one.venues)
                for one in _organisations()}  # fmt: skip
    by_value |= {
        str(slug): Owner(VenueSlug(slug))
        for slug in registry_view().venues
        if may(Need.SETTINGS, VenueSlug(slug))
    }
    found = form.chosen("venue", by_value, locale)
    if found is None and "venue" not in form.wrong and not may_somewhere(Need.SYSTEM):
        form.wrong["venue"] = locale.gettext("Fill this in.")
    return found or Owner()


def _organisations() -> tuple[Organisation, ...]:
    with services().database.read() as conn:
        found = organisations_in_reach(conn)
    over_all = may_somewhere(Need.SYSTEM)
    return tuple(
        one for one in found if over_all or (one.venues and may_in_all_of(Need.SETTINGS, one))
    )
