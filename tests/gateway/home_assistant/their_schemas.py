"""Reads a discovery message as Home Assistant does, with its own package, and prints what it says.

Run by a Python that has ``homeassistant`` (2025.4 or newer, so Python 3.13). On standard input a JSON
object: the message, and by topic a payload; on standard output another: what is wrong with it, what
Home Assistant warned of, and the value of each entity. Nothing of ours is imported here.
"""

import asyncio
import json
import logging
import sys
import tempfile
from importlib import import_module
from typing import Any

import voluptuous
from homeassistant.components.mqtt.schemas import DEVICE_DISCOVERY_SCHEMA, SHARED_OPTIONS
from homeassistant.const import __version__
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


async def read(message: dict[str, Any], payloads: dict[str, str]) -> dict[str, Any]:
    kept = Kept()
    logging.getLogger().addHandler(kept)
    hass = HomeAssistant(tempfile.gettempdir())
    frame.async_setup(hass)
    faults: list[str] = []
    values: dict[str, Any] = {}
    DEVICE_DISCOVERY_SCHEMA(message)
    for key, component in message["components"].items():
        shared = {name: message[name] for name in SHARED_OPTIONS if name in message}
        whole = shared | {"device": message["device"], "origin": message["origin"]} | component
        platform = import_module(f"homeassistant.components.mqtt.{whole.pop('platform')}")
        try:
            taken = platform.DISCOVERY_SCHEMA(whole)
        except voluptuous.Invalid as error:
            faults.append(f"{key}: {error}")
            continue
        # What a schema does not know it leaves out without a word.
        faults += [f"{key}: {name} is not known" for name in whole.keys() - taken.keys()]
        template = taken["value_template"]
        template.hass = hass
        values[key] = template.async_render_with_possible_json_value(
            payloads[taken["state_topic"]], "could not be rendered"
        )
    return {"version": __version__, "faults": faults, "warnings": kept.lines, "values": values}


if __name__ == "__main__":
    given = json.load(sys.stdin)
    json.dump(asyncio.run(read(given["message"], given["payloads"])), sys.stdout)
