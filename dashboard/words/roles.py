"""What somebody is in a venue, in words."""

from gateway.domain.access import ADMIN, VenueRole
from gateway.words.locale import PageLocale


def role_words(role: VenueRole | str, locale: PageLocale) -> str:
    match role:
        case "viewer":
            return locale.gettext("viewer")
        case "host":
            return locale.gettext("host")
        case "organiser":
            return locale.gettext("organiser")
        case "manager":
            return locale.gettext("manager")
        case _ if role == ADMIN:
            return locale.gettext("admin")
        case _:
            return role


def role_hint(role: VenueRole | str, locale: PageLocale) -> str:
    """What that lets one do."""
    match role:
        case "viewer":
            return locale.gettext("looks at rooms, meetings and alerts")
        case "host":
            return locale.gettext("acknowledges, sets people, silences up to four hours")
        case "organiser":
            return locale.gettext("makes and changes the own meetings")
        case "manager":
            return locale.gettext("sets up the venue, and says who may do what there")
        case _:
            return locale.gettext("does everything, in all venues")
