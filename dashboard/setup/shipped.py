"""What the project ships for a machine: units, the broker's and the proxy's files."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

PACKAGE: Final = Path(__file__).parent
FILES: Final = (
    "systemd/luchtig-gateway.service",
    "systemd/luchtig-dashboard.service",
    "systemd/luchtig-sensor.service",
    "systemd/luchtig-backup.service",
    "systemd/luchtig-backup.timer",
    "mosquitto/luchtig.conf",
    "mosquitto/luchtig.acl",
    "caddy/Caddyfile",
)


def shipped() -> Mapping[str, str]:
    """Each file's text by its name in ``deploy``; a wheel carries them along, a checkout has them
    beside.
    """
    carried = PACKAGE / "deploy"
    folder = carried if carried.is_dir() else PACKAGE.parents[1] / "deploy"
    return MappingProxyType({name: (folder / name).read_text(encoding="utf-8") for name in FILES})
