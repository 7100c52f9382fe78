"""What a webhook is told, and how that went, in words."""

from datetime import datetime

from gateway.domain.webhook_event import EventType
from gateway.registry.webhook_outbox import WebhookMessage
from gateway.words.locale import PageLocale


def event_words(kind: EventType, locale: PageLocale) -> str:
    words: dict[EventType, str] = {
        "luchtig.flag.fired": locale.gettext("an alert begins"),
        "luchtig.flag.acknowledged": locale.gettext("somebody is on it"),
        "luchtig.flag.resolved": locale.gettext("an alert is over"),
        "luchtig.report.made": locale.gettext("a report is made"),
        "luchtig.report.revised": locale.gettext("a report is made anew"),
        "luchtig.webhook.test": locale.gettext("a test"),
    }
    return words[kind]


def outcome_words(message: WebhookMessage, now: datetime, locale: PageLocale) -> str:
    """How the delivery of an event goes, or went."""
    if message.state == "sent":
        return locale.gettext("arrived")
    if message.state == "given_up":
        return locale.gettext("given up")
    if message.tried is None:
        return locale.gettext("on its way")
    return locale.gettext(
        "tried last %(time)s, is tried again", time=locale.moment(message.tried, now)
    )
