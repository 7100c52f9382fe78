"""An authority of the house's own and what it signs, with elliptic keys (P-256)."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS: Final = timedelta(days=7300)
SERVER_LASTS: Final = timedelta(days=3650)
"""Devices in ceilings are not asked again each year; browsers get Caddy's, renewed twice a day."""
RENEWED_BEFORE: Final = timedelta(days=365)
CLOCKS_DIFFER: Final = timedelta(days=1)


def new_authority(name: str, now: datetime) -> tuple[bytes, bytes]:
    """Its certificate and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _named(name)
    builder = _between(subject, subject, key.public_key(), now, AUTHORITY_LASTS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
    builder = builder.add_extension(_usage(signs=True), critical=True)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM), _pem(key)


def new_certificate(
    names: Iterable[str], authority: bytes, authority_key: bytes, now: datetime
) -> tuple[bytes, bytes]:
    """A server's certificate for ``names``, the first of which it is called by, and its key."""
    names = tuple(names)
    signer = load_pem_private_key(authority_key, None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is not of the kind that we make")
    above = x509.load_pem_x509_certificate(authority)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _between(_named(names[0]), above.subject, key.public_key(), now, SERVER_LASTS)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(_usage(signs=False), critical=True)
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )
    builder = builder.add_extension(
        x509.SubjectAlternativeName([_general(name) for name in names]), critical=False
    )
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
    )
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM), _pem(key)


def is_authority(certificate: bytes, now: datetime) -> bool:
    """Whether it can go on vouching for others."""
    found = _read(certificate)
    return found is not None and found.not_valid_after_utc - now > RENEWED_BEFORE


def is_good_for(certificate: bytes, names: Iterable[str], authority: bytes, now: datetime) -> bool:
    """Whether a server can go on with it: all the names, this authority, and a year left."""
    found, above = _read(certificate), _read(authority)
    if found is None or above is None or found.not_valid_after_utc - now < RENEWED_BEFORE:
        return False
    try:
        found.verify_directly_issued_by(above)
        held = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    return {_general(name) for name in names} == set(held)


def fingerprint(certificate: bytes) -> str:
    """SHA-256, as browsers and phones show it."""
    found = x509.load_pem_x509_certificate(certificate)
    return found.fingerprint(hashes.SHA256()).hex(":").upper()


def _read(certificate: bytes) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(certificate)
    except ValueError:
        return None


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _between(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now + lasts)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
