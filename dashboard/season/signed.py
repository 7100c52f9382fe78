"""A season's document with the house's signature."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from gateway.config import DashboardSettings
from gateway.proof.signature import Signer, sign
from gateway.proof.signing_key import read_or_make_key
from gateway.registry.database import Database
from gateway.reports.season import Made, Scope, make_document


def signer_of(settings: DashboardSettings, directory: Path, name: str) -> Signer:
    """Who signs for a venue or organisation of this house.

    Raises:
        ConfigError: the key can be neither read nor made.

    """
    key = read_or_make_key(directory / settings.signing_key_file)
    return Signer(key, name, settings.public_url.rstrip("/"))


def signed_season(
    database: Database, scope: Scope, span: tuple[date, date], now: datetime, signer: Signer
) -> tuple[dict[str, Any], Made]:
    """The document as it is signed, and what belongs to it and is in none.

    Raises:
        DatabaseAway: the database is away.

    """
    made = make_document(database, scope, *span, now)
    return sign(made.document, signer, now), made
