"""The colours that a chart needs: a few of the tokens of static/style.css."""

from dataclasses import dataclass
from typing import Final, Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The tokens of static/style.css that a chart needs; a test compares the two."""

    card: str
    ink: str
    muted: str
    line: str
    accent: str
    act: str
    accent_wash: str


PALETTES: Final[dict[Theme, Palette]] = {
    "light": Palette("#FFFFFF", "#1C2126", "#5A636C", "#D9D5CC", "#1F5FA8", "#B3261E", "#EAF1F8"),
    "dark": Palette("#1A2027", "#ECEEF0", "#A3ADB7", "#323B45", "#7DB4F0", "#FF8A80", "#1D2B3A"),
}


def theme_named(name: str | None) -> Theme:
    """The theme somebody asks for; light where it is none of ours."""
    return "dark" if name == "dark" else "light"
