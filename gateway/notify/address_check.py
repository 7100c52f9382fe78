"""The mail whose link says that an address is somebody's own."""

from gateway.notify.message import Button, Message, Said, Section, one_line
from gateway.words.locale import locale_of


def write_address_check(name: str, language: str, link: str, home: str) -> Message:
    """What it says to the account ``name``, in a language."""
    locale = locale_of(language)
    sentence = locale.gettext(
        "The account %(name)s says that this is its address.", name=one_line(name)
    )
    return Message(
        locale.language,
        locale.gettext("Is this your address?"),
        "",
        "",
        (Section("Luchtig", "", (Said("plain", (sentence,)),)),),
        (Button(locale.gettext("Yes, it is mine"), link),),
        (locale.gettext("The link works for two days, while you are logged in."),),
        locale.gettext("You get this because somebody gave your address for it."),
        Button("Luchtig", home),
    )
