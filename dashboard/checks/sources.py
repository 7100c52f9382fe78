"""Devices of other makers: whether their topics can be read, and what comes in there."""

import time
from functools import partial
from pathlib import Path
from typing import Final

from paho.mqtt.enums import MQTTProtocolVersion

from dashboard.checks.dialogue import Dialogue, Heard
from dashboard.checks.finding import Finding, fail, note, ok
from gateway.config import Settings
from gateway.registry.database import DatabaseError, open_database
from gateway.registry.sources import all_sources
from sensors.adapters.source import Source
from sensors.adapters.topic_filter import matches
from sensors.adapters.translation import Translated, Translation
from sensors.clock import SYSTEM
from sensors.config import BrokerSettings
from sensors.mqtt.client import Address
from sensors.mqtt.refusal import BrokerRefusal

LISTEN_S: Final = 3.0
"""So long it is waited for the first message of each; most devices send once a minute or less often, but
what the broker keeps of them comes at once."""
NAMED: Final = 3


def check_sources(
    settings: Settings, address: Address, protocol: MQTTProtocolVersion, listen_s: float = LISTEN_S
) -> list[Finding]:
    """A finding for each source, of the configuration and of those made on a page.

    Raises:
        OSError: the broker is not reached.
        NoAnswer: the broker says nothing.

    """
    sources = (*settings.sources, *_made(settings))
    if not sources:
        return []
    no, heard = _listen(settings.broker, sources, address, settings.directory, protocol, listen_s)
    return [_finding(source, no[source.filter], heard) for source in sources]


def _made(settings: Settings) -> tuple[Source, ...]:
    """Those made on a page; what is wrong with the database another check says."""
    try:
        database = open_database(settings.database.url, settings.directory)
        try:
            database.check_version()
            with database.read() as conn:
                return tuple(made.source for made in all_sources(conn))
        finally:
            database.close()
    except DatabaseError:
        return ()


def _listen(
    broker: BrokerSettings,
    sources: tuple[Source, ...],
    address: Address,
    directory: Path,
    protocol: MQTTProtocolVersion,
    listen_s: float,
) -> tuple[dict[str, BrokerRefusal | None], list[Heard]]:
    """By filter the broker's no, and all that came."""
    with Dialogue(broker, address, directory, protocol) as asked:
        refused = asked.connected()
        no = {
            one.filter: refused if refused is not None else asked.subscribe(one.filter)
            for one in sources
        }
        until_s = time.monotonic() + listen_s
        for filter_ in (name for name, why in no.items() if why is None):
            asked.hears(partial(_comes_to, filter_), max(0.0, until_s - time.monotonic()))
        return no, list(asked.heard)


def _comes_to(filter_: str, heard: Heard) -> bool:
    return matches(filter_, heard.topic)


def _finding(source: Source, no: BrokerRefusal | None, heard: list[Heard]) -> Finding:
    what = f"{source.kind} on {source.filter}"
    if no is not None:
        return fail("source", f"{what}: {no}", no.mend)
    came = [one for one in heard if _comes_to(source.filter, one)]
    if not came:
        return note(
            "source", f"{what}: nothing came within {LISTEN_S:.0f} s",
            f"see whether something sends there: mosquitto_sub -v -t '{source.filter}'; where the broker"
            f" has access rules, its login needs: topic read {source.filter}",
        )  # fmt: skip
    messages = f"{len(came)} message{'s' if len(came) > 1 else ''}"
    devices = _devices(source, came)
    if not devices:
        mend = "is its kind right? Settings, Devices of other makers shows what each would become"
        return note("source", f"{what}: {messages}, none of which says a value", mend)
    shown = ", ".join(devices[:NAMED]) + (", …" if len(devices) > NAMED else "")
    return ok("source", f"{what}: {messages}, from {len(devices)}: {shown}")


def _devices(source: Source, came: list[Heard]) -> list[str]:
    """Who says a reading in these messages; what the broker has kept of it counts as well, here."""
    translation = Translation()
    said = [
        found
        for one in came
        for found in translation.take(
            source, one.topic, one.payload,
            retained=False, arrived_ns=SYSTEM.now_ns(), monotonic_s=0.0,
        )
    ]  # fmt: skip
    said += translation.due(float("inf"))
    readings = (
        one for one in said if isinstance(one, Translated) and one.leaf in ("air", "people")
    )
    return sorted({str(one.device) for one in readings})
