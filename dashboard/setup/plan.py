"""From the answers to the steps, in the order in which they are done; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.setup import contents
from dashboard.setup.answers import Answers
from dashboard.setup.contents import (
    ACL,
    BROKER_CONF,
    CADDYFILE,
    CONFIG,
    DASHBOARD_PASSWORD,
    DATA,
    ETC,
    GATEWAY_PASSWORD,
    PASSWORDS,
    PROGRAM,
    TLS,
)
from dashboard.setup.steps import (
    Authority,
    Certificate,
    File,
    Folder,
    Login,
    Package,
    Secret,
    Step,
    Unit,
    User,
)

GATEWAY: Final = "luchtig-gateway.service"
DASHBOARD: Final = "luchtig-dashboard.service"
BACKUP: Final = "luchtig-backup.timer"
BROKER: Final = "mosquitto.service"
PROXY: Final = "caddy.service"
STORE: Final = "influxdb.service"
UNITS: Final = "/etc/systemd/system"
AUTHORITY: Final = f"{TLS}/authority.crt"
READERS: Final = {"luchtig-gateway.service": (GATEWAY,), "luchtig-dashboard.service": (DASHBOARD,)}


@dataclass(frozen=True, slots=True)
class Site:
    """The program as services start it, and whether a package of ours brought the units along."""

    program: str = PROGRAM
    has_units: bool = False


def plan(answers: Answers, site: Site, shipped: Mapping[str, str]) -> tuple[Step, ...]:
    """Everything that makes the machine what the answers say."""
    return (
        *_programs(answers),
        User("luchtig", DATA),
        Folder(ETC),
        *_secrets(),
        *(_certificates(answers) if answers.is_open else ()),
        *_broker(answers, shipped),
        File(CONFIG, contents.configuration(answers), read_by=(GATEWAY, DASHBOARD)),
        *_units(site, shipped),
        *_backups(answers),
        *_proxy(answers, shipped),
        *_running(answers),
    )


def _programs(answers: Answers) -> list[Step]:
    steps: list[Step] = []
    if answers.store == "influxdb":  # before it starts for the first time
        folder = f"{UNITS}/influxdb.service.d"
        steps += [
            Folder(folder),
            File(f"{folder}/luchtig.conf", contents.influxdb_on_this_machine(), read_by=(STORE,)),
            Package("influxdb"),
        ]
    steps.append(Package("mosquitto"))
    if answers.is_open:
        steps.append(Package("caddy"))
    if answers.is_open and answers.host.endswith(".local"):
        steps.append(Package("avahi-daemon"))
    return steps


def _secrets() -> list[Step]:
    return [
        Secret(GATEWAY_PASSWORD, group="luchtig", read_by=(GATEWAY,)),
        Secret(DASHBOARD_PASSWORD, group="luchtig", read_by=(DASHBOARD,)),
    ]


def authority(answers: Answers) -> Authority:
    """Caddy signs with its key where nobody on the internet vouches for the pages."""
    group = "caddy" if answers.tls == "local" else "root"
    return Authority(AUTHORITY, f"{TLS}/authority.key", f"Luchtig of {answers.host}", group)


def _certificates(answers: Answers) -> list[Step]:
    names = dict.fromkeys((answers.host, "localhost", "127.0.0.1"))
    ours = authority(answers)
    broker = Certificate(
        f"{TLS}/broker.crt", f"{TLS}/broker.key", ours, tuple(names), "mosquitto", (BROKER,)
    )
    return [Folder(TLS), ours, broker]


def _broker(answers: Answers, shipped: Mapping[str, str]) -> list[Step]:
    read_by = (BROKER,)
    conf = contents.mosquitto(shipped["mosquitto/luchtig.conf"], answers)
    return [
        File(
            ACL, shipped["mosquitto/luchtig.acl"],
            mode=0o640, group="mosquitto", read_by=read_by,
        ),
        Login("luchtig-gateway", GATEWAY_PASSWORD, PASSWORDS, "mosquitto", read_by),
        Login("luchtig-dashboard", DASHBOARD_PASSWORD, PASSWORDS, "mosquitto", read_by),
        File(BROKER_CONF, conf, read_by=read_by),
    ]  # fmt: skip


def _units(site: Site, shipped: Mapping[str, str]) -> list[Step]:
    steps: list[Step] = []
    if not site.has_units:
        names = [name.partition("/")[2] for name in shipped if name.startswith("systemd/")]
        steps += [
            File(
                f"{UNITS}/{name}", contents.unit(shipped[f"systemd/{name}"], site.program),
                read_by=READERS.get(name, ()),
            )
            for name in names
        ]  # fmt: skip
    folder = f"{UNITS}/{DASHBOARD}.d"
    own = File(f"{folder}/luchtig-setup.conf", contents.dashboard_login(), read_by=(DASHBOARD,))
    return [*steps, Folder(folder), own]


def _backups(answers: Answers) -> list[Step]:
    folder = f"{UNITS}/luchtig-backup.service.d"
    own = File(f"{folder}/luchtig-setup.conf", contents.backup_unit(answers))
    return [Folder(answers.backup, 0o700, "luchtig", "luchtig"), Folder(folder), own]


def _proxy(answers: Answers, shipped: Mapping[str, str]) -> list[Step]:
    if not answers.is_open:
        return []
    text = contents.caddyfile(shipped["caddy/Caddyfile"], answers)
    return [File(CADDYFILE, text, read_by=(PROXY,))]


def _running(answers: Answers) -> list[Step]:
    before = [STORE, BROKER] if answers.store == "influxdb" else [BROKER]
    after = [PROXY] if answers.is_open else []
    return [Unit(name) for name in (*before, GATEWAY, DASHBOARD, BACKUP, *after)]


def addresses(answers: Answers) -> str:
    """What to enter where, for whoever asked for all this."""
    lines = [f"The pages:  {contents.public_url(answers)}"]
    if answers.is_open:
        lines.append(f"Devices:    mqtts://{answers.host}:8883, which {AUTHORITY} vouches for")
        if answers.tls == "local":
            where = f"http://{answers.host}/authority.crt"
            lines.append(f"Browsers:   trust {where}, once in each")
    else:
        lines.append("Devices:    mqtt://127.0.0.1:1883, on this machine alone")
    return "\n".join(lines)
