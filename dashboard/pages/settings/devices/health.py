"""How a sensor says that it is, in words: battery, signal, what it sent in vain, what waits on it."""

from collections.abc import Iterator
from typing import Final

from gateway.registry.devices import Device
from gateway.words.locale import PageLocale
from sensors.wire.reading import Health

LOW_PCT: Final = 20.0
"""A battery below this wants another within weeks."""


def health_lines(device: Device, locale: PageLocale) -> list[tuple[str, str]]:
    """Each thing it said of itself with its name; nothing of what it did not say."""
    return [] if device.health is None else list(_lines(device.health, locale))


def low_battery(device: Device, locale: PageLocale) -> str:
    """That its battery is nearly empty; empty where it is not."""
    said = device.health
    if said is None or said.battery_pct is None or said.battery_pct >= LOW_PCT:
        return ""
    return locale.gettext("Battery at %(percent)s %%", percent=locale.number(said.battery_pct))


def _lines(said: Health, locale: PageLocale) -> Iterator[tuple[str, str]]:
    if said.battery_pct is not None:
        yield locale.gettext("Battery"), f"{locale.number(said.battery_pct)} %"
    if said.signal_dbm is not None:
        yield locale.gettext("Signal"), f"{locale.number(said.signal_dbm)} dBm".replace("-", "−")
    if said.link_quality is not None:
        quality = locale.gettext("%(quality)s of 255", quality=locale.number(said.link_quality))
        yield locale.gettext("Link quality"), quality
    if said.spooled:
        waiting = locale.ngettext("%(number)s reading", "%(number)s readings", said.spooled)
        yield locale.gettext("Waiting on it"), waiting
    words = _kinds(locale)
    bad = [
        f"{locale.number(count)} {words.get(kind, kind)}"
        for kind, count in sorted(said.bad.items())
        if count
    ]
    if bad:
        yield locale.gettext("Bad frames"), ", ".join(bad)


def _kinds(locale: PageLocale) -> dict[str, str]:
    """What was wrong with a frame; what a device has a word of its own for stays that."""
    return {
        "checksum": locale.gettext("checksum"),
        "error": locale.gettext("error told"),
        "noise": locale.gettext("noise"),
        "status": locale.gettext("status"),
        "timeout": locale.gettext("no answer"),
        "value": locale.gettext("value out of range"),
    }
