"""Why a password is not taken, in words."""

from gateway.registry.accounts.passwords import LONGEST, SHORTEST, Weakness
from gateway.words.locale import PageLocale


def weakness_words(weakness: Weakness, locale: PageLocale) -> str:
    match weakness:
        case "too_short":
            shortest = locale.number(SHORTEST)
            return locale.gettext("A password has at least %(number)s characters.", number=shortest)
        case "too_long":
            longest = locale.number(LONGEST)
            return locale.gettext("At most %(number)s characters.", number=longest)
        case "like_name":
            return locale.gettext("The name is the first that is guessed. Choose another password.")
        case "known":
            return locale.gettext(
                "This password is guessed within moments: it stands on lists that go round. "
                "Three words that have nothing to do with each other are better."
            )
