"""The channels of a configuration, and how they are named where an address would tell too much: it
may hold a password or a token, and stays in the settings.
"""

from dataclasses import dataclass

from gateway.config import NotifySettings
from gateway.domain.alerts.contact import URL, url_name
from gateway.registry.alerts.outbox import MAIL


@dataclass(frozen=True, slots=True)
class ChannelEntry:
    """``name`` is what the outbox calls it, ``shown`` what a person may see of its address."""

    name: str
    shown: str


def url_channels(settings: NotifySettings) -> dict[str, str]:
    """The addresses of ``notify.urls`` by name, each once."""
    return {url_name(url): url for url in settings.urls}


def channels_of(settings: NotifySettings) -> tuple[ChannelEntry, ...]:
    """Mail first, where any is sent, then ``notify.urls`` in their order."""
    mail = (ChannelEntry(MAIL, _without_login(settings.mail)),) if settings.mail else ()
    others = (ChannelEntry(name, _masked(url)) for name, url in url_channels(settings).items())
    return (*mail, *others)


def _without_login(address: str) -> str:
    scheme, _, rest = address.rpartition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _masked(url: str) -> str:
    """The kind of address alone, and a mark that tells two of a kind apart."""
    scheme = url.partition("://")[0] if "://" in url else "?"
    return f"{scheme[:32]}://… ({url_name(url).removeprefix(URL)[:4]})"
