"""The catalogues as they should be: which sentences stand in which, written and compiled.

``python -m tests.catalogues`` puts them in order after a change of the sources, and says what is still
to be translated; with the code of a language behind it, a new one is begun.
"""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from gateway.words.locale import WORDS, own_name

WRITTEN: Final = datetime(2026, 11, 28, tzinfo=UTC)
SOURCE_LANGUAGE: Final = "en"
METHODS: Final = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS: Final = {"**/templates/**.html": {"trimmed": "true"}}
HEADER: Final = r"""# Luchtig, {name}.
msgid ""
msgstr ""
"Project-Id-Version: Luchtig\n"
"Language: {language}\n"
"Plural-Forms: {plural}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"""

Id = str | tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """A package that speaks: its sources, and the words of those it may say the same as."""

    package: Path
    below: "Words | None" = None

    @property
    def folder(self) -> Path:
        return self.package / "words"

    def sentences(self) -> frozenset[Id]:
        """What its sources say in their own words: what the one below says too stands there."""
        found = extract_from_dir(self.package, METHODS, OPTIONS)
        said: frozenset[Id] = frozenset(message for _, _, message, _, _ in found)
        return said - (frozenset() if self.below is None else self.below.sentences())

    def written(self, language: str) -> Path:
        return self.folder / language / "LC_MESSAGES" / "messages.po"

    def compiled(self, language: str) -> Path:
        return self.written(language).with_suffix(".mo")


GATEWAY: Final = Words(WORDS.parent)
DASHBOARD: Final = Words(WORDS.parents[1] / "dashboard", GATEWAY)
ALL: Final = (GATEWAY, DASHBOARD)


def languages() -> list[str]:
    """Those that any package has a catalogue of."""
    return sorted({file.parts[-3] for words in ALL for file in words.folder.glob("*/*/*.po")})


def read(words: Words, language: str) -> Catalog:
    with words.written(language).open("rb") as file:
        return read_po(file)


def compiled(catalogue: Catalog) -> bytes:
    """The same bytes on every day, so that a catalogue changes only where a sentence does."""
    catalogue.creation_date = catalogue.revision_date = WRITTEN
    kept = io.BytesIO()
    write_mo(kept, catalogue)
    return kept.getvalue()


def untranslated(catalogue: Catalog) -> Iterator[Id]:
    for message in catalogue:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            yield message.id if isinstance(message.id, str) else tuple(message.id)


def update(language: str) -> int:
    """Write and compile the catalogues of a language anew; how many of their sentences have no words.

    What a package no longer says goes, unless another says it now: then its words move there.
    """
    before = {m.id: m.string for words in ALL for m in _kept(words, language) if m.id}
    missing = 0
    for words in ALL:
        catalogue = _kept(words, language)
        fresh = Catalog(locale=catalogue.locale)
        for sentence in words.sentences():
            said = sentence if language == SOURCE_LANGUAGE else before.get(sentence)
            fresh.add(sentence, said)
        _write(words, language, fresh)
        for sentence in untranslated(fresh):
            print(f"{words.written(language)}: {sentence!r}")
            missing += 1
    return missing


def _kept(words: Words, language: str) -> Catalog:
    return read(words, language) if words.written(language).exists() else Catalog(language)


def _write(words: Words, language: str, catalogue: Catalog) -> None:
    """The header of the file stays as it is, for it says more than its package can know."""
    file = words.written(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    header = HEADER.format(
        name=own_name(language), language=language, plural=catalogue.plural_forms
    )
    if file.exists():
        header, _, _ = file.read_text(encoding="utf-8").partition("\n\n")
    body = io.BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    file.write_text(f"{header.rstrip()}\n\n{body.getvalue().decode().strip()}\n", encoding="utf-8")
    words.compiled(language).write_bytes(compiled(read(words, language)))


def main(new: list[str]) -> int:
    if any(not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", language) for language in new):
        print("the code of a language is like: de")
        return 2
    missing = sum(update(language) for language in sorted({*languages(), *new}))
    if missing:
        print(f"{missing} to be translated")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
