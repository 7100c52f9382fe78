"""What became of a meeting's protocol, in words."""

from datetime import datetime

from gateway.domain.protocol.verdict import Declaration, ItemOutcome, KeptProtocol
from gateway.words.locale import PageLocale


def headline(kept: KeptProtocol, now: datetime, end: datetime, locale: PageLocale) -> str:
    """Whether it was kept; before the meeting is over (``end``), whether anything speaks against it."""
    if kept.verdict == "not_kept":
        return locale.gettext("The protocol was not kept")
    if kept.verdict == "kept":
        return locale.gettext("The protocol was kept")
    if now < end:
        return locale.gettext("Nothing speaks against the protocol so far")
    return locale.gettext("Whether the protocol was kept cannot be said")


def verdict_words(
    outcome: ItemOutcome, standing: str, locale: PageLocale, *, is_over: bool = True
) -> str:
    """Of one item; what is measured is told when the meeting is over."""
    if outcome.item.kind == "declared":
        if outcome.declaration is not None:
            return locale.gettext("yes") if outcome.declaration.declared else locale.gettext("no")
        return _waiting_words(standing, locale)
    match outcome.verdict:
        case "kept":
            return locale.gettext("kept")
        case "not_kept":
            return locale.gettext("not kept")
        case _ if not is_over:
            return locale.gettext("told with the report")
        case _:
            return locale.gettext("cannot be said")


def said_words(
    outcome: ItemOutcome, now: datetime, locale: PageLocale, *, tells_who: bool = True
) -> str:
    """Who said it and when, and whether that was late; empty where nobody did."""
    said = outcome.declaration
    if said is None:
        return ""
    words = who_and_when(said, now, locale) if tells_who else locale.moment(said.at, now)
    late = locale.gettext("late")
    return f"{words} · {late}" if outcome.late else words


def who_and_when(said: Declaration, now: datetime, locale: PageLocale) -> str:
    return f"{_who(said.by, locale)}, {locale.moment(said.at, now)}"


def _waiting_words(standing: str, locale: PageLocale) -> str:
    match standing:
        case "overdue":
            return locale.gettext("overdue")
        case "due":
            return locale.gettext("due now")
        case _:
            return locale.gettext("later")


def _who(by: str, locale: PageLocale) -> str:
    match by:
        case "host":
            return locale.gettext("host")
        case "organiser":
            return locale.gettext("organiser")
        case _:
            return by
