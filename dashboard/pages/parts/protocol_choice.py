"""Protocols in words: what a venue, a room or a meeting chooses among."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.pages.parts.limits import dated_words
from dashboard.pages.parts.owner_choice import OF_ORGANISATION
from gateway.domain.protocol.protocol import Protocol
from gateway.domain.protocol.templates import BY_SLUG
from gateway.words.cited import source_words
from gateway.words.locale import PageLocale
from gateway.words.protocols import protocol_name


@dataclass(frozen=True, slots=True)
class ProtocolLine:
    """A protocol in words; ``whose`` is empty for a template."""

    slug: str
    name: str
    says: str
    whose: str
    source: str
    dated: str


@dataclass(frozen=True, slots=True)
class ProtocolGroup:
    """Those of one's own, or the templates."""

    slug: str
    title: str
    lines: tuple[ProtocolLine, ...]


def protocol_groups(
    protocols: Iterable[Protocol], names: Mapping[str, str], locale: PageLocale
) -> tuple[ProtocolGroup, ...]:
    """Those that somebody made come first; ``names`` are those of
    ``owner_names``.
    """
    known = tuple(protocols)
    own = [one for one in known if one.slug not in BY_SLUG]
    templates = [one for one in known if one.slug in BY_SLUG]
    grouped = (
        ("own", locale.gettext("Your own"), own),
        ("templates", locale.gettext("Templates"), templates),
    )
    return tuple(
        ProtocolGroup(slug, title, tuple(protocol_line(one, names, locale) for one in found))
        for slug, title, found in grouped
        if found
    )


def protocol_line(protocol: Protocol, names: Mapping[str, str], locale: PageLocale) -> ProtocolLine:
    declared = len(protocol.declared)
    measured = len(protocol.items) - declared
    says = (
        locale.ngettext("%(number)s measured", "%(number)s measured", measured),
        locale.ngettext("%(number)s declared", "%(number)s declared", declared),
    )
    return ProtocolLine(
        slug=protocol.slug,
        name=protocol_name(protocol, locale),
        says=" · ".join(says),
        whose=whose_words(protocol, names, locale),
        source=source_words(protocol, locale),
        dated=dated_words(protocol.dated, locale),
    )


def whose_words(protocol: Protocol, names: Mapping[str, str], locale: PageLocale) -> str:
    """Whose a protocol is: a venue's, an organisation's, or the whole house's."""
    if protocol.slug in BY_SLUG:
        return ""
    if protocol.organisation is not None:
        value = f"{OF_ORGANISATION}{protocol.organisation}"
        return names.get(value, locale.gettext("The organisation's"))
    if protocol.venue is None:
        return locale.gettext("The whole house's")
    return names.get(protocol.venue, protocol.venue)
