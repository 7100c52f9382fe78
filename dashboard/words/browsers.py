"""What a browser says of itself, in words that its owner knows it by.

Browsers name one another in what they say (https://www.rfc-editor.org/rfc/rfc9110#field.user-agent):
the more particular name comes first here.
"""

from dataclasses import dataclass
from typing import Final, Literal

from gateway.words.locale import PageLocale

Kind = Literal["phone", "tablet", "computer", "program"]

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Chromium", "Chromium"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("iPhone", "iPhone", "phone"),
    ("iPad", "iPad", "tablet"),
    ("Android", "Android", "phone"),
    ("Windows", "Windows", "computer"),
    ("CrOS", "ChromeOS", "computer"),
    ("Macintosh", "Mac", "computer"),
    ("Linux", "Linux", "computer"),
)
_PROGRAM_LENGTH: Final = 30


@dataclass(frozen=True, slots=True)
class Browser:
    """``name`` is empty where nobody knows it."""

    kind: Kind
    name: str
    system: str


def browser_of(agent: str) -> Browser:
    """The browser that sent this ``User-Agent``."""
    name = next((known for sign, known in _BROWSERS if sign in agent), "")
    for sign, system, kind in _SYSTEMS:
        if sign in agent:
            tablet = system == "Android" and "Mobile" not in agent
            return Browser("tablet" if tablet else kind, name, system)
    if name:
        return Browser("computer", name, "")
    product = agent.partition("/")[0].partition(" ")[0]
    return Browser("program", product[:_PROGRAM_LENGTH] if product.isprintable() else "", "")


def browser_words(agent: str, locale: PageLocale, *, own: bool) -> str:
    """Such as *this phone, Chrome on Android*; ``own`` where it is the one that asks."""
    found = browser_of(agent)
    match found.kind, own:
        case "phone", True:
            kind = locale.gettext("This phone")
        case "phone", False:
            kind = locale.gettext("A phone")
        case "tablet", True:
            kind = locale.gettext("This tablet")
        case "tablet", False:
            kind = locale.gettext("A tablet")
        case "computer", True:
            kind = locale.gettext("This computer")
        case "computer", False:
            kind = locale.gettext("A computer")
        case _:
            kind = locale.gettext("A program")
    if found.name and found.system:
        browser = locale.gettext("%(name)s on %(system)s", name=found.name, system=found.system)
    else:
        browser = found.name or found.system
    return f"{kind}, {browser}" if browser else kind
