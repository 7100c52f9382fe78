"""What was noted, in words."""

from collections.abc import Callable
from typing import Final

from gateway.domain.annotation import Annotation, AnnotationKind
from gateway.words.locale import PageLocale

KINDS: Final[dict[AnnotationKind, Callable[[PageLocale], str]]] = {
    "window": lambda locale: locale.gettext("Window"),
    "filter": lambda locale: locale.gettext("Filter changed"),
    "sensor": lambda locale: locale.gettext("Sensor broken"),
    "other": lambda locale: locale.gettext("Something else"),
}


def annotation_words(annotation: Annotation, locale: PageLocale) -> str:
    """``Filter changed: F7``."""
    kind = KINDS[annotation.kind](locale)
    if annotation.kind == "other":
        return annotation.text
    return f"{kind}: {annotation.text}" if annotation.text else kind
