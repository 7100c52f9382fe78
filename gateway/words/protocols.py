"""What each template of a protocol and its items are called, as sentences of the catalogues; those a
venue made bring their own.
"""

from collections.abc import Mapping
from typing import Final

from gateway.domain.protocol.protocol import Item, MeasuredRule, Protocol, When
from gateway.words.locale import PageLocale


def N_(text: str) -> str:  # noqa: N802  # the name by which sentences are found in the sources
    """A sentence for the catalogues that is translated later."""
    return text


def protocol_name(protocol: Protocol, locale: PageLocale) -> str:
    """The name of a protocol; of a venue's own, in the language where it has one."""
    template = NAMES.get(protocol.slug)
    if template is not None:
        return locale.gettext(template)
    return protocol.names.get(locale.language, protocol.name) or protocol.slug


def item_text(item: Item, locale: PageLocale) -> str:
    """What an item asks."""
    own = item.texts.get(locale.language, item.text)
    if own:
        return own
    if item.rule is not None:
        return locale.gettext(RULES[item.rule])
    said = ITEMS.get(item.id)
    return item.id if said is None else locale.gettext(said)


def when_words(when: When, locale: PageLocale) -> str:
    """When an item is due."""
    return locale.gettext(WHENS[when])


NAMES: Final[Mapping[str, str]] = {
    "measured-only": N_("Measured only"),
    "club-2020-21": N_("Club meeting, 2020/21"),
    "school": N_("School"),
    "choir-or-dance": N_("Choir or dance"),
    "council-or-polling": N_("Council meeting or polling place"),
}

RULES: Final[Mapping[MeasuredRule, str]] = {
    "co2": N_("CO₂ stays within the limit of the room"),
    "ventilation": N_("Everybody has enough fresh air"),
    "occupancy": N_("No more people than there are places"),
}

WHENS: Final[Mapping[When, str]] = {
    "before": N_("Beforehand"),
    "start": N_("At the start"),
    "break": N_("In the break"),
    "end": N_("At the end"),
}

ITEMS: Final[Mapping[str, str]] = {
    "tables-apart": N_("Tables stand apart, with few people at each"),
    "places-apart": N_("Places are far enough apart"),
    "masks-and-gel": N_("Masks and hand gel are put out at the door"),
    "aired-before": N_("The room was aired before anybody came"),
    "grilles-open": N_("Grilles and vents are open, and nothing stands before them"),
    "route-marked": N_("The way in and the way out are marked"),
    "nobody-ill": N_("Everybody was asked: nobody has a cold or a fever"),
    "who-is-in": N_("It is known who is in"),
    "masks-when-walking": N_("Who walks about wears a mask"),
    "one-at-the-door": N_("Somebody at the door counts who comes in"),
    "windows-at-break": N_("Windows and doors are wide open in the break"),
    "room-emptied": N_("Everybody leaves the room in the break"),
    "tables-cleaned": N_("Tables are cleaned"),
    "pencils-cleaned": N_("Pencils, tables and screens are cleaned"),
    "aired-after": N_("The room is aired after everybody left"),
}
