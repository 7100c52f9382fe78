"""What was done to what, by what means, in the visitor's words."""

from collections.abc import Callable
from typing import Final

from gateway.domain.audit import Entry, How, Verb
from gateway.words.locale import PageLocale

_Words = Callable[[PageLocale], str]

NOUNS: Final[dict[str, _Words]] = {
    "acknowledge": lambda locale: locale.gettext("Acknowledgement"),
    "annotation": lambda locale: locale.gettext("Note"),
    "calendar": lambda locale: locale.gettext("Calendar"),
    "calendar_rules": lambda locale: locale.gettext("Rules of a calendar"),
    "contacts": lambda locale: locale.gettext("Contacts"),
    "declaration": lambda locale: locale.gettext("Item of a protocol"),
    "device": lambda locale: locale.gettext("Sensor"),
    "door": lambda locale: locale.gettext("Page at a door"),
    "heard_venues": lambda locale: locale.gettext("What a device is told of"),
    "identity": lambda locale: locale.gettext("Log-in of elsewhere"),
    "invitation": lambda locale: locale.gettext("Invitation"),
    "kiosk": lambda locale: locale.gettext("Wall screen"),
    "link": lambda locale: locale.gettext("Link in a mail"),
    "links": lambda locale: locale.gettext("Links of a meeting"),
    "mail": lambda locale: locale.gettext("Mail"),
    "meeting": lambda locale: locale.gettext("Meeting"),
    "belonging": lambda locale: locale.gettext("Venue of an organisation"),
    "organisation": lambda locale: locale.gettext("Organisation"),
    "organisation_role": lambda locale: locale.gettext("Role in an organisation"),
    "passkey": lambda locale: locale.gettext("Passkey"),
    "people": lambda locale: locale.gettext("Number of people"),
    "person": lambda locale: locale.gettext("Person who was forgotten"),
    "placement": lambda locale: locale.gettext("Place of a sensor"),
    "policy": lambda locale: locale.gettext("Limits"),
    "protocol": lambda locale: locale.gettext("Protocol"),
    "push": lambda locale: locale.gettext("Message"),
    "release": lambda locale: locale.gettext("Giving up what the store refuses"),
    "role": lambda locale: locale.gettext("Role"),
    "room": lambda locale: locale.gettext("Room"),
    "room_test": lambda locale: locale.gettext("Test of a room"),
    "organisation_season_mail": lambda locale: locale.gettext("Season by mail"),
    "season_mail": lambda locale: locale.gettext("Season by mail"),
    "session": lambda locale: locale.gettext("Log-in"),
    "silence": lambda locale: locale.gettext("Silence"),
    "source": lambda locale: locale.gettext("Source of readings"),
    "subscription": lambda locale: locale.gettext("Device that is told"),
    "test": lambda locale: locale.gettext("Test message"),
    "token": lambda locale: locale.gettext("Token"),
    "unsubscription": lambda locale: locale.gettext("Unsubscription"),
    "user": lambda locale: locale.gettext("User"),
    "venue": lambda locale: locale.gettext("Venue"),
    "webhook": lambda locale: locale.gettext("Webhook"),
}
_VERBS: Final[dict[Verb, _Words]] = {
    "made": lambda locale: locale.gettext("made"),
    "changed": lambda locale: locale.gettext("changed"),
    "deleted": lambda locale: locale.gettext("deleted"),
    "asked": lambda locale: locale.gettext("asked for"),
    "sent": lambda locale: locale.gettext("sent"),
}
_DONE: Final[dict[str, _Words]] = {
    "acknowledge.asked": lambda locale: locale.gettext("Said to be on it"),
    "people.asked": lambda locale: locale.gettext("People counted by hand"),
    "release.asked": lambda locale: locale.gettext("What the store refuses given up"),
    "session.made": lambda locale: locale.gettext("Logged in"),
    "session.deleted": lambda locale: locale.gettext("Session ended"),
}
"""What is said otherwise than by a noun and a verb."""
_HOW: Final[dict[How, _Words]] = {
    "session": lambda _locale: "",
    "token": lambda locale: locale.gettext("with the token"),
    "link": lambda locale: locale.gettext("by the link of a mail"),
    "shell": lambda locale: locale.gettext("at the machine"),
    "import": lambda locale: locale.gettext("by importing"),
    "demo": lambda locale: locale.gettext("in the demo"),
    "visitor": lambda locale: locale.gettext("without a log-in"),
    "gateway": lambda locale: locale.gettext("by itself"),
}


def noun_words(noun: str, locale: PageLocale) -> str:
    """What something is; one that has no words yet by its own name."""
    words = NOUNS.get(noun)
    return noun.replace("_", " ") if words is None else words(locale)


def what_words(entry: Entry, locale: PageLocale) -> str:
    """``Room changed``."""
    whole = _DONE.get(entry.what)
    if whole is not None:
        return whole(locale)
    return f"{noun_words(entry.noun, locale)} {_VERBS[entry.verb](locale)}"


def how_words(how: How, label: str, locale: PageLocale) -> str:
    """By what means: ``with the token nightly``; empty for a person who is logged in."""
    return f"{_HOW[how](locale)} {label}".strip()
