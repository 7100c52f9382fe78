"""What people do at a meeting, in words."""

from gateway.domain.air.generation import Activity
from gateway.words.locale import PageLocale


def activity_words(activity: Activity, locale: PageLocale) -> str:
    match activity:
        case "quiet":
            return locale.gettext("listening, seated")
        case "talking":
            return locale.gettext("talking, seated")
        case "standing":
            return locale.gettext("standing and talking")
        case "active":
            return locale.gettext("moving about, workshop")
