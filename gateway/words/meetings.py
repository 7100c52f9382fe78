"""What a meeting is called before people."""

from gateway.words.locale import PageLocale


def title_words(title: str | None, locale: PageLocale) -> str:
    """Its title; of a private one, which has none for others, that the room is taken."""
    return locale.gettext("Busy") if title is None else title
