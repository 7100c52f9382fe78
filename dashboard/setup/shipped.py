"""What the project ships for a machine: units, the broker's and the proxy's files."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dashboard.setup.machine import Tree
from dashboard.setup.plan import DASHBOARD, Site

PACKAGE: Final = Path(__file__).parent
UNITS: Final = ("usr/lib/systemd/system", "lib/systemd/system")
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


def site_of(tree: Tree) -> Site:
    """The program that is running, as the machine's services start it."""
    program = Path(sys.prefix) / "bin" / "luchtig"
    return Site(str(program), any((tree.root / folder / DASHBOARD).exists() for folder in UNITS))
