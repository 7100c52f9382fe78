"""What was sent to whom about a flag, in words: "Alert sent to organiser 20:14:03, third try"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboard.i18n import Speech
from dashboard.services import services
from gateway.domain.contact import URL
from gateway.notify.channel_list import channels_of
from gateway.registry.deliveries import Attempt, Delivery


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """``to`` is the address, ``tries`` are those that failed, each with its time and the error."""

    words: str
    to: str
    is_trouble: bool
    tries: tuple[str, ...]


def delivery_lines(found: Iterable[Delivery], say: Speech, now: datetime) -> list[DeliveryLine]:
    """A line for each message, in the order they were written."""
    addresses = {channel.name: channel.shown for channel in channels_of(services().notify)}
    return [
        DeliveryLine(
            words=_words(delivery, say, now),
            to=_address(delivery.recipient, addresses),
            is_trouble=delivery.state != "sent" and delivery.reason is not None,
            tries=tuple(_failure(one, say, now) for one in delivery.attempts if one.error),
        )
        for delivery in found
    ]


def _words(delivery: Delivery, say: Speech, now: datetime) -> str:
    values = {"what": _what(delivery, say), "whom": _whom(delivery, say)}
    if delivery.state == "given_up":
        words = say.gettext("%(what)s for %(whom)s not sent", **values)
        return f"{words}: {delivery.reason}" if delivery.reason else words
    if delivery.state == "waiting" or delivery.ended_at is None:
        return say.gettext("%(what)s for %(whom)s waits to be sent", **values)
    at = _second(delivery.ended_at, say, now)
    words = say.gettext("%(what)s sent to %(whom)s %(time)s", **values, time=at)
    tries = len(delivery.attempts)
    return words if tries < 2 else f"{words}, {_try(tries, say)}"


def _what(delivery: Delivery, say: Speech) -> str:
    match delivery.kind:
        case "resolved":
            return say.gettext("All clear")
        case "escalated":
            return say.gettext("Escalation")
        case "report":
            return say.gettext("Report")
        case _:
            return say.gettext("Alert")


def _whom(delivery: Delivery, say: Speech) -> str:
    match delivery.role:
        case "host":
            return say.gettext("host")
        case "manager":
            return say.gettext("manager")
        case "escalation":
            return say.gettext("next contact")
        case _:
            # An address of notify.urls is the manager's, whatever the notice was first written for.
            of_url = delivery.recipient.startswith(URL)
            return say.gettext("manager") if of_url else say.gettext("organiser")


def _try(number: int, say: Speech) -> str:
    match number:
        case 2:
            return say.gettext("second try")
        case 3:
            return say.gettext("third try")
        case 4:
            return say.gettext("fourth try")
        case _:
            return say.gettext("try %(number)s", number=say.number(number))


def _failure(attempt: Attempt, say: Speech, now: datetime) -> str:
    return f"{_second(attempt.at, say, now)}: {attempt.error}"


def _second(at: datetime, say: Speech, now: datetime) -> str:
    """The time of day to the second, with the day before it where that is another."""
    return f"{say.moment(at, now)}:{say.local(at):%S}"


def _address(recipient: str, addresses: dict[str, str]) -> str:
    return addresses.get(recipient, "notify.urls") if recipient.startswith(URL) else recipient
