"""What a signature says and what not, and what is not as it was signed."""

from gateway.proof.canonical import Document
from gateway.proof.signature import Checked
from gateway.words.locale import PageLocale


def proves_words(address: str, locale: PageLocale) -> str:
    return locale.gettext(
        "Whether this file is as it was signed can be checked at %(address)s.",
        address=f"{address}/verify",
    )


def proves_not(locale: PageLocale) -> str:
    return locale.gettext(
        "The signature says who put these figures out and that they are unchanged. It does not say "
        "that the air was so: the sensors may have stood at the window."
    )


def altered_words(found: Checked, locale: PageLocale) -> tuple[str, ...]:
    """Each part that is not as it was signed."""
    return tuple(_part(name, locale) for name in found.altered)


def _part(name: str, locale: PageLocale) -> str:
    head, _, rest = name.partition("/")
    match head:
        case "signature":
            return locale.gettext("the signature itself, or what it says of who and when")
        case "pages":
            return locale.gettext("the pages of the PDF")
        case "attachment":
            return locale.gettext("the figures attached to it: %(part)s", part=rest or "–")
        case "months" if rest:
            return locale.gettext("the month %(month)s", month=rest)
        case _:
            return locale.gettext("the part %(part)s", part=name)


def whose(document: Document) -> str:
    return str(document.get("venue") or document.get("organisation") or "")
