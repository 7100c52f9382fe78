"""How a meeting repeats, in words."""

from gateway.domain.calendar.repeat import MOST, CannotRepeat
from gateway.words.locale import PageLocale


def repeat_words(rule: str, locale: PageLocale) -> str:
    """A rule of ``gateway.domain.calendar.repeat.rule_of``: how often."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    interval = int(parts.get("INTERVAL", "1"))
    if parts.get("FREQ") == "MONTHLY":
        if interval == 1:
            return locale.gettext("Every month on the same weekday")
        return locale.gettext("Every %(number)s months on the same weekday", number=interval)
    if interval == 1:
        return locale.gettext("Every week")
    return locale.gettext("Every %(number)s weeks", number=interval)


def why_not_words(error: CannotRepeat, locale: PageLocale) -> str:
    match error.reason:
        case "endless":
            return locale.gettext("Say until which day or how often, one of the two.")
        case "too_many":
            return locale.gettext(
                "At most %(most)s times, and four years ahead.", most=locale.number(MOST)
            )
        case _:
            return locale.gettext("No day is left.")
