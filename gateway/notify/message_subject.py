"""The subject of a mail: of one room what happens there, of more how many there are."""

from collections.abc import Sequence

from gateway.domain.alerts.notice import Notice
from gateway.notify import message_rules
from gateway.words.locale import PageLocale


def subject(ordered: Sequence[Notice], locale: PageLocale) -> str:
    """Of notices in their order of urgency: what the first says, or how many rooms there are."""
    first = ordered[0]
    is_over = first.kind == "resolved"
    rooms = {notice.room for notice in ordered if (notice.kind == "resolved") == is_over}
    if len(rooms) > 1:
        found = _rooms_subject(first.venue_name, len(rooms), locale, is_over=is_over)
    else:
        of_rule = message_rules.over if is_over else message_rules.firing
        found = of_rule(first, locale).subject
        if len(ordered) > 1:
            more = locale.number(len(ordered) - 1)
            found = locale.gettext("%(subject)s (and %(more)s more)", subject=found, more=more)
    if any(notice.kind == "escalated" for notice in ordered):
        found = locale.gettext("Nobody on it yet · %(subject)s", subject=found)
    return found


def _rooms_subject(venue: str, rooms: int, locale: PageLocale, *, is_over: bool) -> str:
    if is_over:
        return locale.ngettext(
            "%(venue)s: %(number)s room is fine again",
            "%(venue)s: %(number)s rooms are fine again",
            rooms,
            venue=venue,
        )
    return locale.ngettext(
        "%(venue)s: %(number)s room needs you",
        "%(venue)s: %(number)s rooms need you",
        rooms,
        venue=venue,
    )
