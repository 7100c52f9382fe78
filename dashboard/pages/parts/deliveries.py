"""What was sent to whom about a flag, in words: "Alert sent to organiser 20:14:03, third try"."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dashboard.web.services import services
from gateway.domain.alerts.contact import PUSH, URL
from gateway.domain.alerts.notice import MANAGER
from gateway.notify.channel_list import channels_of
from gateway.registry.alerts.deliveries import Attempt, Delivery
from gateway.words.locale import PageLocale


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """``to`` is the address, ``tries`` are those that failed, each with its time and the error.
    ``is_trouble`` where it did not come; ``is_untold`` where its recipient knows by nothing else either.
    """

    words: str
    to: str
    is_trouble: bool
    is_untold: bool
    tries: tuple[str, ...]


def delivery_lines(
    found: Iterable[Delivery], locale: PageLocale, now: datetime
) -> list[DeliveryLine]:
    """A line for each message, in the order they were written."""
    addresses = {channel.name: channel.shown for channel in channels_of(services().notify)}
    found = tuple(_that_count(tuple(found)))
    knows = {_knower(delivery) for delivery in found if delivery.state == "sent"}
    return [
        DeliveryLine(
            words=_words(delivery, locale, now),
            to=_whom(delivery, locale)
            if delivery.is_private
            else _address(delivery.recipient, addresses),
            is_trouble=_is_trouble(delivery),
            is_untold=_is_trouble(delivery) and _knower(delivery) not in knows,
            tries=tuple(_failure(one, locale, now) for one in delivery.attempts if one.error),
        )
        for delivery in found
    ]


def _that_count(found: tuple[Delivery, ...]) -> Iterator[Delivery]:
    """All but what waits for addresses of the house that there are none of, where its manager was told as
    a contact: nobody misses it.
    """
    told = {one.flag for one in found if one.role == "manager" and one.state == "sent"}
    for one in found:
        if one.recipient != MANAGER or one.state == "sent" or one.flag not in told:
            yield one


def _is_trouble(delivery: Delivery) -> bool:
    return delivery.state != "sent" and delivery.reason is not None


def _knower(delivery: Delivery) -> tuple[str, str]:
    """Who knows of a flag by a message. What goes to the addresses of the house is for its manager,
    whichever of them it comes by.
    """
    of_house = delivery.recipient == MANAGER or delivery.recipient.startswith(URL)
    return delivery.flag, MANAGER if of_house else delivery.recipient.casefold()


def _words(delivery: Delivery, locale: PageLocale, now: datetime) -> str:
    values = {"what": _what(delivery, locale), "whom": _whom(delivery, locale)}
    if delivery.state == "given_up":
        words = locale.gettext("%(what)s for %(whom)s not sent", **values)
        return f"{words}: {_reason(delivery.reason, locale)}" if delivery.reason else words
    if delivery.state == "waiting" or delivery.ended_at is None:
        return locale.gettext("%(what)s for %(whom)s waits to be sent", **values)
    at = _second(delivery.ended_at, locale, now)
    words = locale.gettext("%(what)s sent to %(whom)s %(time)s", **values, time=at)
    tries = len(delivery.attempts)
    return words if tries < 2 else f"{words}, {_try(tries, locale)}"


def _what(delivery: Delivery, locale: PageLocale) -> str:
    match delivery.kind:
        case "resolved":
            return locale.gettext("All clear")
        case "escalated":
            return locale.gettext("Escalation")
        case "report":
            return locale.gettext("Report")
        case "protocol" | "protocol_left":
            return locale.gettext("Protocol")
        case _:
            return locale.gettext("Alert")


def _whom(delivery: Delivery, locale: PageLocale) -> str:
    match delivery.role:
        case "host":
            return locale.gettext("host")
        case "manager":
            return locale.gettext("manager")
        case "device":
            return locale.gettext("a device")
        case "escalation":
            return locale.gettext("next contact")
        case _:
            # An address of notify.urls is the manager's, whatever the notice was first written for.
            of_url = delivery.recipient.startswith(URL)
            return locale.gettext("manager") if of_url else locale.gettext("organiser")


def _try(number: int, locale: PageLocale) -> str:
    match number:
        case 2:
            return locale.gettext("second try")
        case 3:
            return locale.gettext("third try")
        case 4:
            return locale.gettext("fourth try")
        case _:
            return locale.gettext("try %(number)s", number=locale.number(number))


def _failure(attempt: Attempt, locale: PageLocale, now: datetime) -> str:
    return f"{_second(attempt.at, locale, now)}: {_reason(attempt.error or '', locale)}"


def _reason(said: str, locale: PageLocale) -> str:
    """What the gateway says of itself in the reader's words; what a server said stays as it was."""
    known = {
        "notify.urls is empty": locale.gettext("no address of the house is set (notify.urls)"),
        "notify.mail is empty: no mail is sent": locale.gettext("no mail is set up (notify.mail)"),
        "its address is not among notify.urls": locale.gettext(
            "its address is not set any more (notify.urls)"
        ),
        "unsubscribed": locale.gettext("unsubscribed"),
    }
    return known.get(said, said)


def _second(at: datetime, locale: PageLocale, now: datetime) -> str:
    """The time of day to the second, with the day before it where that is another."""
    return f"{locale.moment(at, now)}:{locale.local(at):%S}"


def _address(recipient: str, addresses: dict[str, str]) -> str:
    if recipient.startswith(PUSH):
        return "push"
    return addresses.get(recipient, "notify.urls") if recipient.startswith(URL) else recipient
