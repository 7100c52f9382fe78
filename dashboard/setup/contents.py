"""What stands in the files that a set-up writes; pure."""

import json
from typing import Final

from dashboard.setup.answers import BACKUPS, Answers

ETC: Final = "/etc/luchtig"
CONFIG: Final = f"{ETC}/luchtig.toml"
TLS: Final = f"{ETC}/tls"
PASSWORDS: Final = "/etc/mosquitto/luchtig.passwords"
ACL: Final = "/etc/mosquitto/luchtig.acl"
BROKER_CONF: Final = "/etc/mosquitto/conf.d/luchtig.conf"
CADDYFILE: Final = "/etc/caddy/Caddyfile"
GATEWAY_PASSWORD: Final = "/etc/luchtig/broker-password-gateway"  # noqa: S105 - a path
DASHBOARD_PASSWORD: Final = "/etc/luchtig/broker-password-dashboard"  # noqa: S105 - a path
DATA: Final = "/var/lib/luchtig"
JOURNAL: Final = "/var/lib/luchtig-setup/journal.json"
"""What a set-up changed, and what was there before."""
PROGRAM: Final = "/opt/luchtig/bin/luchtig"
EXAMPLE_HOST: Final = "air.example.org"
HEAD: Final = "# Written by luchtig setup, and left alone by it once it was changed by hand.\n"
INFLUXDB: Final = "influxdb://127.0.0.1:8086/luchtig"


def public_url(answers: Answers) -> str:
    return f"https://{answers.host}" if answers.is_open else "http://127.0.0.1:8080"


def configuration(answers: Answers) -> str:
    """``luchtig.toml``, without a password in it."""
    tables: dict[str, dict[str, object]] = {
        "broker": {
            "url": "mqtt://127.0.0.1:1883",
            "username": "luchtig-gateway",
            "password_file": GATEWAY_PASSWORD,
            "device_passwords": PASSWORDS,
        },
        "store": {"url": INFLUXDB if answers.store == "influxdb" else "sqlite:///readings.db"},
        "dashboard": {"public_url": public_url(answers)},
        "data": {"dir": DATA},
    }
    if answers.is_open:
        tables["broker"]["device_url"] = f"mqtts://{answers.host}:8883"
        tables["broker"]["device_ca_file"] = f"{TLS}/authority.crt"
        tables["dashboard"]["trusted_proxies"] = ["127.0.0.1"]
    parts = [
        "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())])
        for name, table in tables.items()
    ]
    mail = (
        "# Alerts by mail go through the server that this names (smtps://USER@HOST:465, with\n"
        '# password_file = "/etc/luchtig/mail-password"); empty: no mail.\n'
        '[notify]\nmail = ""'
    )
    return HEAD + "\n" + "\n\n".join([*parts, mail]) + "\n"


def mosquitto(shipped: str, answers: Answers) -> str:
    """The broker's file; without its encrypted door where only the machine itself may come in."""
    if answers.is_open:
        return shipped
    return "\n\n".join(part for part in shipped.split("\n\n") if "listener 8883" not in part)


def caddyfile(shipped: str, answers: Answers) -> str:
    """Caddy in front of the pages. By an authority of the house's own, it signs and renews with that
    one, and gives its certificate to whoever asks for it in the clear.
    """
    text = shipped.partition(f"{EXAMPLE_HOST} {{\n")
    site = f"{text[1]}{text[2]}".replace(EXAMPLE_HOST, answers.host)
    if answers.tls == "acme":
        asked = f"{{\n\tacme_ca {answers.acme}\n}}\n\n" if answers.acme else ""
        return f"{HEAD}\n{asked}{site}"
    opened = f"{answers.host} {{\n"
    own = site.replace(
        opened, f"{opened}\ttls {{\n\t\tissuer internal {{\n\t\t\tca luchtig\n\t\t}}\n\t}}\n", 1
    )
    return HEAD + _AUTHORITY.replace("HOST", answers.host).replace("FOLDER", TLS) + own


_AUTHORITY = """
{
	default_sni HOST
	skip_install_trust
	pki {
		ca luchtig {
			name "Luchtig"
			root {
				cert FOLDER/authority.crt
				key FOLDER/authority.key
			}
		}
	}
}

# The certificate that browsers and devices are told to trust; all else is encrypted.
http://HOST {
	handle /authority.crt {
		root * FOLDER
		file_server
	}
	handle {
		redir https://HOST{uri} permanent
	}
}

"""


def unit(shipped: str, program: str) -> str:
    return shipped.replace(PROGRAM, program)


def dashboard_login() -> str:
    """The dashboard's own login at the broker; what the environment says wins over the file."""
    return (
        f"{HEAD}[Service]\nEnvironment=LUCHTIG_BROKER_USERNAME=luchtig-dashboard\n"
        f"Environment=LUCHTIG_BROKER_PASSWORD_FILE={DASHBOARD_PASSWORD}\n"
    )


def credential(path: str) -> str:
    """What a file is called where the system hands it to one unit alone."""
    return path.strip("/").replace("/", "-")


def backup_unit(answers: Answers) -> str:
    """Where backups go, and what of the set-up goes into them that their user may not read."""
    keys = [f"{TLS}/authority.key", f"{TLS}/broker.key"] if answers.is_open else []
    handed = "\n".join(
        f"LoadCredential={credential(path)}:{path}" for path in (*keys, PASSWORDS, ACL, JOURNAL)
    )
    service = f"[Service]\n{handed}\n"
    if answers.backup == BACKUPS:
        return HEAD + service
    return (
        f"{HEAD}[Unit]\nRequiresMountsFor={answers.backup}\n\n{service}"
        f"Environment=BACKUPS={answers.backup}\nReadWritePaths={answers.backup}\n"
    )


def influxdb_on_this_machine() -> str:
    """Debian's listens to all the house and reports to its maker."""
    return (
        f"{HEAD}[Service]\nEnvironment=INFLUXDB_HTTP_BIND_ADDRESS=127.0.0.1:8086\n"
        "Environment=INFLUXDB_BIND_ADDRESS=127.0.0.1:8088\n"
        "Environment=INFLUXDB_REPORTING_DISABLED=true\n"
    )
