"""A provider of OpenID Connect that people log in by (https://openid.net/specs/openid-connect-core-1_0.html):
the code flow with PKCE, state and nonce, by Authlib.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, current_app
from werkzeug import Response

from gateway.config import OidcSettings
from sensors.config import ConfigError

OIDC: Final = "luchtig.oidc"
TIMEOUT_S: Final = 5.0
METADATA: Final = "/.well-known/openid-configuration"

_log = logging.getLogger(__name__)


class NotVouchedFor(Exception):
    """The provider does not say who somebody is: it is away, or the answer is not right."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a provider says of somebody. ``email`` is only an address that it has verified."""

    issuer: str
    subject: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """The settings, with the secret itself."""

    issuer: str
    client_id: str
    secret: str | None

    @classmethod
    def of(cls, settings: OidcSettings, directory: Path) -> "ClientSettings | None":
        """None where no provider is set.

        Raises:
            ConfigError: it cannot be used.

        """
        if not settings.issuer:
            return None
        place = urlsplit(settings.issuer)
        if place.scheme != "https" and place.hostname not in ("localhost", "127.0.0.1"):
            raise ConfigError([f"oidc.issuer = {settings.issuer!r}: expected https://…"])
        try:
            import authlib  # noqa: F401, PLC0415 - an extra, and slow to load
        except ImportError as error:
            raise ConfigError(
                ["oidc.issuer: needs Authlib: pip install 'luchtig[oidc]'"]
            ) from error
        secret = None
        if settings.client_secret_file is not None:
            file = directory / settings.client_secret_file
            try:
                secret = file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError([f"oidc.client_secret_file: {file}: {error}"]) from error
        return cls(settings.issuer.rstrip("/"), settings.client_id, secret)


class Oidc:
    """One for an application. What the provider says of itself is asked for when somebody comes."""

    def __init__(self, app: Flask, settings: ClientSettings) -> None:
        from authlib.integrations.flask_client import OAuth  # noqa: PLC0415 - an extra

        self._settings = settings
        self._client: Any = OAuth(app).register(
            "oidc",
            client_id=settings.client_id,
            client_secret=settings.secret,
            server_metadata_url=settings.issuer + METADATA,
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "timeout": TIMEOUT_S,
            },
        )

    @property
    def shown(self) -> str:
        """What the log-in calls it: its host."""
        return urlsplit(self._settings.issuer).netloc

    def send_there(self, back: str) -> Response:
        """Lead a browser to the provider, and from there ``back``.

        Raises:
            NotVouchedFor: it cannot be asked.

        """
        try:
            self._check_issuer()
            answer: Response = self._client.authorize_redirect(back)
        except NotVouchedFor:
            raise
        except Exception as error:
            _log.warning("the provider %s cannot be asked: %s", self.shown, error)
            raise NotVouchedFor from error
        return answer

    def person(self) -> Person:
        """Whom the provider sent back with the request that is being answered.

        Raises:
            NotVouchedFor: nobody, by what it says.

        """
        try:
            self._check_issuer()
            token = self._client.authorize_access_token()
            told = dict(
                token["userinfo"]
            )  # of the ID token, checked against the keys and our nonce
            more = dict(self._client.userinfo(token=token))
        except NotVouchedFor:
            raise
        except Exception as error:  # what Authlib, requests and joserfc raise has no one parent
            _log.warning("the provider %s does not vouch for somebody: %s", self.shown, error)
            raise NotVouchedFor from error
        if more.get("sub") != told.get("sub") or not isinstance(told.get("sub"), str):
            raise NotVouchedFor
        claims = told | more
        email = claims.get("email")
        verified = claims.get("email_verified") is True and isinstance(email, str)
        name = claims.get("preferred_username") or email or ""
        return Person(self._settings.issuer, told["sub"], str(name), email if verified else None)

    def _check_issuer(self) -> None:
        metadata = self._client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._settings.issuer:
            _log.warning("oidc.issuer is %s, but it calls itself otherwise", self._settings.issuer)
            raise NotVouchedFor


def oidc() -> Oidc | None:
    """That of the application which handles this request; None: no provider is set."""
    found: Oidc | None = current_app.extensions.get(OIDC)
    return found
