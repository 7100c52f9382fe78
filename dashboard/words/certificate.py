"""What the certificate of a room's own test says of its method, and of what it leaves out."""

from collections.abc import Iterable, Iterator

from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy
from gateway.domain.room_test.enough import people_enough
from gateway.registry.room_tests import RoomTest
from gateway.words.locale import DASH, PageLocale
from gateway.words.policies import policy_name


def facts_of(test: RoomTest, locale: PageLocale) -> Iterator[tuple[str, str]]:
    """What it was done with, by whom and when."""
    started = f"{locale.day_and_year(test.started)}, {locale.time(test.started)}"
    ended = "" if test.ended is None else f"–{locale.time(test.ended)}"
    yield locale.gettext("When"), started + ended
    yield locale.gettext("Doors and windows"), test.conditions
    yield locale.gettext("Begun by"), test.by
    yield locale.gettext("Sensor"), str(test.device or DASH)
    never = locale.gettext("unknown")
    calibrated = never if test.calibrated is None else locale.day_and_year(test.calibrated)
    yield locale.gettext("Its last calibration"), calibrated
    volume = locale.gettext("not known")
    if test.volume_m3 is not None:
        volume = f"{locale.number(test.volume_m3)} m³"
    yield locale.gettext("Volume of the room"), volume
    if test.outdoor_ppm is not None:
        yield locale.gettext("Outdoor air"), f"{locale.number(test.outdoor_ppm)} ppm"


def enough_facts(
    policies: Iterable[Policy],
    flow_lps: float | None,
    floor_area_m2: float | None,
    outdoor_ppm: float | None,
    locale: PageLocale,
) -> Iterator[tuple[str, str]]:
    """For how many people the flow is enough by each policy; nothing where it is not known."""
    if flow_lps is None:
        return
    outdoors_ppm = TYPICAL_OUTDOOR_PPM if outdoor_ppm is None else outdoor_ppm
    for policy in policies:
        people = people_enough(policy, flow_lps, floor_area_m2, outdoors_ppm)
        if people is not None:
            words = locale.ngettext("%(number)s person", "%(number)s people", people)
            yield policy_name(policy, locale), words


def method_words(locale: PageLocale) -> tuple[str, ...]:
    return (
        locale.gettext(
            "By the decay of CO₂ in the empty room (ISO 12569, ASTM E741): CO₂ was brought over outdoor air, "
            "everybody left, and the rate of its exponential fall was fitted by generalised least squares, "
            "with the noise of the sensor and its own correlation heard."
        ),
        locale.gettext(
            "A curve that is not one exponential, or that comes to another end than outdoor air, gets no "
            "certificate."
        ),
    )


def leaves_out_words(locale: PageLocale) -> tuple[str, ...]:
    return (
        locale.gettext(
            "What the air does with people in and doors going, in other weather or wind, with windows "
            "otherwise than they were, or where the sensor does not hang."
        ),
        locale.gettext(
            "It is no safety certificate and no proof that a law is kept: it says what one hour measured."
        ),
    )
