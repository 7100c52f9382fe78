"""How a meeting was kept, in a sentence: its report begins with it, and so does the mail that
brings it.
"""

from gateway.words.locale import PageLocale


def kept_words(locale: PageLocale) -> str:
    return locale.gettext("This meeting kept to its limits.")


def unsure_words(locale: PageLocale) -> str:
    return locale.gettext("Whether this meeting kept to its limits cannot be said for sure.")
