"""Whether a season that somebody was given is as it was signed: for everybody, without an account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at
from dashboard.season.sheet import days_words
from dashboard.season.signed import signer_of
from dashboard.season.words import altered_words, proves_not
from dashboard.web.services import services
from gateway.domain.room_state import Level
from gateway.proof.canonical import Document, NotReadable
from gateway.proof.signature import Checked, check
from gateway.proof.signing_key import PublicKey
from gateway.words.locale import PageLocale

blueprint = Blueprint("verify", __name__)

LARGEST_FILE_BYTES: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be said of a file; ``facts`` are those of its season."""

    level: Level
    headline: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@blueprint.get("/verify")
def verify() -> str:
    return _page(None)


@blueprint.post("/verify")
def check_file() -> ResponseReturnValue:
    request.max_content_length = LARGEST_FILE_BYTES
    given = request.files.get("file")
    data = b"" if given is None else given.read()
    locale, own = locale_at(), _own_key()
    try:
        return _page(_answer(check(data), own, locale))
    except NotReadable:
        return _page(Answer("unknown", locale.gettext("This is no season of Luchtig.")))


def _page(answer: Answer | None) -> str:
    locale = locale_at()
    return render_template(
        "verify.html",
        locale=locale,
        answer=answer,
        proves_not=proves_not(locale),
        thumbprint=_own_key().thumbprint,
    )


def _own_key() -> PublicKey:
    return signer_of(services().settings, services().directory, "").key.public


def _answer(found: Checked, own: PublicKey, locale: PageLocale) -> Answer:
    if found.state == "unsigned":
        return Answer(
            "unknown", locale.gettext("This file carries no signature: nothing can be said of it.")
        )
    if found.state == "altered":
        parts = ", ".join(altered_words(found, locale))
        return Answer(
            "act",
            locale.gettext("This file is not as it was signed."),
            (locale.gettext("Altered: %(parts)s.", parts=parts),),
        )
    signed = locale.gettext(
        "Signed by %(name)s on %(when)s.", name=found.name, when=_moment(found.at, locale)
    )
    facts = () if found.document is None else _facts(found.document, locale)
    if found.key == own:
        return Answer("good", locale.gettext("This file is genuine."), (signed,), facts)
    key = "" if found.key is None else found.key.thumbprint
    other = locale.gettext(
        "It is signed with another key than that of this house: %(key)s. Compare it with the one at "
        "%(address)s, if that is an address that you know.",
        key=key,
        address=found.address,
    )
    return Answer(
        "watch", locale.gettext("This file is as it was signed, elsewhere."), (signed, other), facts
    )


def _moment(text: str, locale: PageLocale) -> str:
    at = _read(text)
    return text if at is None else f"{locale.date_and_year(at)}, {locale.time(at)}"


def _read(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else at


def _facts(document: Document, locale: PageLocale) -> tuple[tuple[str, str], ...]:
    """The head of a season; of a document of another kind, nothing."""
    try:
        return (
            (locale.gettext("Season"), str(document["name"])),
            (locale.gettext("Days"), days_words(document, locale, locale.zone)),
            (locale.gettext("Meetings"), locale.number(document["meetings"])),
            (locale.gettext("kept"), locale.number(document["kept"])),
            (locale.gettext("not kept"), locale.number(document["not_kept"])),
            (locale.gettext("cannot be said"), locale.number(document["cannot_say"])),
            (locale.gettext("version"), locale.number(document["version"])),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return ()
