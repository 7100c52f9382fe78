"""What is seen of a sensor's fault, in a sentence: which sensor shows what, and why that cannot
be.
"""

from collections.abc import Mapping
from datetime import timedelta
from math import isfinite
from typing import Any

from gateway.words.locale import DASH, PageLocale

MOST = 1e9
"""Larger than any figure that means something."""


def fault_words(evidence: Mapping[str, Any], locale: PageLocale) -> str:
    """Of one piece of a flag's evidence. A code this program does not know, of a newer gateway, is
    said to be wrong without saying how; a figure that is missing is a dash.
    """
    device = str(evidence.get("device", DASH))
    match evidence.get("code"):
        case "stuck":
            return locale.gettext(
                "%(device)s has shown %(ppm)s ppm without any change for %(span)s",
                device=device,
                ppm=_figure(evidence, "co2_ppm", locale),
                span=_span(evidence, locale),
            )
        case "jump":
            return locale.gettext(
                "%(device)s jumped from %(before)s to %(ppm)s ppm, faster than air can",
                device=device,
                before=_figure(evidence, "from_ppm", locale),
                ppm=_figure(evidence, "co2_ppm", locale),
            )
        case "warm_up":
            return locale.gettext(
                "%(device)s is warming up: %(ppm)s ppm is no measurement yet",
                device=device,
                ppm=_figure(evidence, "co2_ppm", locale),
            )
        case "saturation":
            return locale.gettext(
                "%(device)s is at the end of its range, %(ppm)s ppm: there may be more",
                device=device,
                ppm=_figure(evidence, "co2_ppm", locale),
            )
        case "disagreement":
            return _disagreement(evidence, device, locale)
        case "drift":
            return _drift(evidence, device, locale)
        case "door_drift":
            return _door_drift(evidence, device, locale)
        case _:
            return locale.gettext("%(device)s cannot be right", device=device)


def _disagreement(evidence: Mapping[str, Any], device: str, locale: PageLocale) -> str:
    other = str(evidence.get("other", DASH))
    off = _figure(evidence, "off_ppm", locale)
    if evidence.get("is_told") is False:
        return locale.gettext(
            "%(device)s and %(other)s are %(off)s ppm apart: one of them is wrong",
            device=device,
            other=other,
            off=off,
        )
    if _number(evidence, "off_ppm") < 0:
        return locale.gettext(
            "%(device)s shows %(off)s ppm less than %(other)s", device=device, other=other, off=off
        )
    return locale.gettext(
        "%(device)s shows %(off)s ppm more than %(other)s", device=device, other=other, off=off
    )


def _drift(evidence: Mapping[str, Any], device: str, locale: PageLocale) -> str:
    off = _figure(evidence, "off_ppm", locale)
    if _number(evidence, "off_ppm") < 0:
        return locale.gettext(
            "At night %(device)s shows %(off)s ppm too little", device=device, off=off
        )
    return locale.gettext("At night %(device)s shows %(off)s ppm too much", device=device, off=off)


def _door_drift(evidence: Mapping[str, Any], device: str, locale: PageLocale) -> str:
    people = round(_number(evidence, "people"))
    if people < 0:
        return locale.gettext("By %(device)s more people went out than came in", device=device)
    return locale.ngettext(
        "%(device)s counts %(number)s person, but by the air nobody is in",
        "%(device)s counts %(number)s people, but by the air nobody is in",
        people,
        device=device,
    )


def _number(evidence: Mapping[str, Any], name: str) -> float:
    value = evidence.get(name)
    if not isinstance(value, int | float) or not isfinite(value):
        return 0.0
    return min(max(float(value), -MOST), MOST)


def _figure(evidence: Mapping[str, Any], name: str, locale: PageLocale) -> str:
    """Without its sign, which the sentence says."""
    if not isinstance(evidence.get(name), int | float):
        return DASH
    return locale.number(abs(_number(evidence, name)))


def _span(evidence: Mapping[str, Any], locale: PageLocale) -> str:
    if not isinstance(evidence.get("minutes"), int | float):
        return DASH
    return locale.span(timedelta(minutes=_number(evidence, "minutes")))
