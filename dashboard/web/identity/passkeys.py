"""Logging in by a passkey, and making one: WebAuthn (https://www.w3.org/TR/webauthn-3/).

A passkey belongs to the name of a site. Browsers make and use one on https alone, never for an IP
address, and on this machine's own localhost. What checks them takes longer to load than all of Flask, and many
a venue never asks for one: it is loaded when one is.
"""

import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from flask import Request

from gateway.registry.accounts.passkeys import Passkey

NAME: Final = "Luchtig"
Missing = Literal["https", "name"]


class NotTaken(Exception):
    """What a device answered is not right."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are made and used: the name they belong to, and the origin that a browser tells."""

    name: str
    origin: str


def site_of(request: Request, public_url: str) -> Site | Missing:
    """The site that the browser believes to be at; else what it lacks for passkeys."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if host == "localhost":
        return Site(host, f"{request.scheme}://{request.host}")
    if _is_address(host):
        return "name"
    ours = urlsplit(public_url)
    if request.is_secure or (ours.scheme == "https" and ours.netloc == request.host):
        return Site(host, f"https://{request.host}")
    return "https"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def making_options(
    site: Site, secret: str, user: str, known: tuple[Passkey, ...], challenge: bytes
) -> dict[str, Any]:
    """What ``navigator.credentials.create`` takes, as JSON. Devices know an account by a number that
    tells nothing of it.
    """
    import webauthn  # noqa: PLC0415 - slow to load
    from webauthn.helpers.structs import (  # noqa: PLC0415 - likewise
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=NAME,
        user_name=user,
        user_id=hmac.digest(secret.encode(), f"passkeys of {user}".encode(), hashlib.sha256),
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential) for one in known],
    )
    return _plain(webauthn.options_to_json(options))


def made_key(site: Site, credential: object, challenge: bytes) -> tuple[bytes, bytes, int]:
    """The key that a device made: its id, its public half, how often it was used.

    Raises:
        NotTaken: it is not what was asked for.

    """
    import webauthn  # noqa: PLC0415 - slow to load
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - likewise

    try:
        found = webauthn.verify_registration_response(
            credential=_text(credential),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise NotTaken(str(error)) from error
    return found.credential_id, found.credential_public_key, found.sign_count


def asking_options(site: Site, challenge: bytes) -> dict[str, Any]:
    """What ``navigator.credentials.get`` takes, as JSON: any key of this site will do."""
    import webauthn  # noqa: PLC0415 - slow to load
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415 - likewise

    options = webauthn.generate_authentication_options(
        rp_id=site.name,
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(webauthn.options_to_json(options))


def credential_id(credential: object) -> bytes:
    """Which key a device answered with.

    Raises:
        NotTaken: it is no answer.

    """
    from webauthn.helpers import parse_authentication_credential_json  # noqa: PLC0415 - slow to load
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - likewise

    try:
        return parse_authentication_credential_json(_text(credential)).raw_id
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise NotTaken(str(error)) from error


def uses_after(site: Site, credential: object, challenge: bytes, passkey: Passkey) -> int:
    """How often a key was used, once its answer is found right.

    Raises:
        NotTaken: it is not.

    """
    import webauthn  # noqa: PLC0415 - slow to load
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - likewise

    try:
        found = webauthn.verify_authentication_response(
            credential=_text(credential),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise NotTaken(str(error)) from error
    return found.new_sign_count


def _plain(options: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(options)
    return found


def _text(credential: object) -> str:
    return msgspec.json.encode(credential).decode()
