"""A paho client for the broker of the configuration, not yet connected."""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from sensors.config import BrokerSettings, ConfigError, resolved, secret


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    tls: bool

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self}"


def parse_address(url: str) -> Address:
    """The host and port of ``mqtt://HOST[:PORT]`` (1883) or ``mqtts://HOST[:PORT]`` (8883, TLS).

    Raises:
        ConfigError: not such an address.

    """
    wrong = ConfigError([f"broker.url = {url!r}: expected mqtt://HOST:PORT or mqtts://HOST:PORT"])
    try:
        parts = urlsplit(url)
        port = parts.port
        # The name lookup would stumble over it much later, in a thread of paho's.
        (parts.hostname or "").encode("idna")
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or port == 0:
        raise wrong
    if parts.username is not None:
        raise ConfigError(["broker.url holds a login: use broker.username and broker.password"])
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise wrong
    tls = parts.scheme == "mqtts"
    return Address(parts.hostname, port or (8883 if tls else 1883), tls)


def parse_addresses(settings: BrokerSettings) -> tuple[Address, ...]:
    """The addresses of ``settings``, all with TLS or all without.

    Raises:
        ConfigError: there is none, or one is wrong.

    """
    addresses = tuple(parse_address(url) for url in settings.urls)
    if not addresses:
        raise ConfigError(["broker.url is an empty list: expected an address"])
    if len({address.tls for address in addresses}) > 1:
        raise ConfigError([f"broker.url = {settings.shown}: expected all mqtt:// or all mqtts://"])
    return addresses


def new_client(
    settings: BrokerSettings,
    directory: Path,
    client_id: str,
    *,
    clean: bool,
    protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv311,
    manual_ack: bool = False,
) -> mqtt.Client:
    """A client with the login and TLS of ``settings``, for any of their addresses; files lie in
    ``directory`` where relative.

    ``clean`` asks for a session that ends with the connection. On MQTT 5 that is said at
    ``connect`` instead (``clean_start`` and a session expiry), so it has no effect here.

    Raises:
        ConfigError: an address, a certificate or a password file is wrong.

    """
    tls = parse_addresses(settings)[0].tls
    v5 = protocol == MQTTProtocolVersion.MQTTv5
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=None if v5 else clean,
        protocol=protocol,
        manual_ack=manual_ack,
    )
    known_as = login(settings, directory)
    if known_as is not None:
        client.username_pw_set(*known_as)
    _refuse_certificates_without_tls(settings, tls=tls)
    if tls:
        client.tls_set_context(_tls_context(settings, directory))
    return client


def open_socket(
    settings: BrokerSettings, address: Address, directory: Path, timeout_s: float
) -> socket.socket:
    """A connection to one ``address`` of ``settings``, with TLS where it says so.

    Raises:
        OSError: the broker is not reached in ``timeout_s``, or its certificate is not trusted.
        UnicodeError: the host cannot be one.
        ConfigError: a certificate is wrong.

    """
    _refuse_certificates_without_tls(settings, tls=address.tls)
    context = _tls_context(settings, directory) if address.tls else None
    plain = socket.create_connection((address.host, address.port), timeout_s)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return (
            plain if context is None else context.wrap_socket(plain, server_hostname=address.host)
        )
    except BaseException:
        plain.close()
        raise


def login(settings: BrokerSettings, directory: Path) -> tuple[str, str | None] | None:
    """The name and the password of ``settings``; None where it has no name.

    Raises:
        ConfigError: the password file is wrong.

    """
    if settings.username is None:
        return None
    return settings.username, secret(
        settings.password, settings.password_file, directory, "broker.password_file"
    )


def _refuse_certificates_without_tls(settings: BrokerSettings, *, tls: bool) -> None:
    if not tls and (settings.ca_file or settings.cert_file):
        raise ConfigError(
            [f"broker.url = {settings.shown!r}: with ca_file or cert_file use mqtts://"]
        )


def _tls_context(settings: BrokerSettings, directory: Path) -> ssl.SSLContext:
    ca_file = resolved(directory, settings.ca_file)
    try:
        context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
        if settings.cert_file is not None:
            cert, key = directory / settings.cert_file, resolved(directory, settings.key_file)
            context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            [f"broker: ca_file, cert_file or key_file cannot be used: {error}"]
        ) from error
    return context
