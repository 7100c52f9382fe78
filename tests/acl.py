"""A Mosquitto with access rules; whoever gives a name is taken to be that one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import Broker, mosquitto

DEVICE_AND_GATEWAY = """\
user dev
topic readwrite luchtig/#
user gw
"""


@contextmanager
def mosquitto_with_rules(directory: Path, gateway_rules: str) -> Iterator[Broker]:
    """``dev`` may do anything, ``gw`` what ``gateway_rules`` say."""
    directory.mkdir(parents=True, exist_ok=True)
    rules = directory / "rules.acl"
    rules.write_text(DEVICE_AND_GATEWAY + gateway_rules + "\n")
    rules.chmod(0o600)
    with mosquitto(directory, extra=f"acl_file {rules}\n") as broker:
        yield broker
