"""The versions of a protocol, the newest first, each with what it changed, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.protocol.changes import Change, changes
from gateway.domain.protocol.protocol import Version
from gateway.words.locale import PageLocale
from gateway.words.protocols import item_text, when_words


@dataclass(frozen=True, slots=True)
class VersionLine:
    """``since`` is the moment in words, ``changed`` a sentence for each thing that is other than before;
    of the first one nothing.
    """

    number: int
    since: str
    changed: tuple[str, ...]
    is_newest: bool


def version_lines(versions: Sequence[Version], locale: PageLocale) -> tuple[VersionLine, ...]:
    ordered = sorted(versions, key=lambda one: one.protocol.version)
    lines = []
    for place, version in enumerate(ordered):
        before = ordered[place - 1].protocol if place else None
        differs = () if before is None else changes(before, version.protocol)
        words = tuple(change_words(one, locale) for one in differs)
        since = f"{locale.date_and_year(version.since)}, {locale.time(version.since)}"
        is_newest = place == len(ordered) - 1
        lines.append(VersionLine(version.protocol.version, since, words, is_newest))
    return tuple(reversed(lines))


def change_words(change: Change, locale: PageLocale) -> str:
    item = change.item
    if item is None:
        match change.kind:
            case "name":
                return locale.gettext("Another name")
            case "source":
                return locale.gettext("Another source")
            case _:
                return locale.gettext("Another order")
    text = item_text(item, locale)
    match change.kind:
        case "added":
            return locale.gettext("New: %(text)s", text=text)
        case "gone":
            return locale.gettext("Gone: %(text)s", text=text)
        case "text":
            return locale.gettext("Other words: %(text)s", text=text)
        case "how":
            return locale.gettext("Known in another way: %(text)s", text=text)
        case "when":
            when = when_words(item.when, locale)
            return locale.gettext("%(text)s: now %(when)s", text=text, when=when.lower())
        case _ if item.required:
            return locale.gettext("Required now: %(text)s", text=text)
        case _:
            return locale.gettext("Advice now: %(text)s", text=text)
