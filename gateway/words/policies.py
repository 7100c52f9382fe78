"""What each published set of limits is called and what CO2 cannot show of it, as sentences of the
catalogues; those a venue made bring their own.
"""

from collections.abc import Mapping
from typing import Final

from gateway.domain.policy import Policy
from gateway.words.locale import PageLocale


def N_(text: str) -> str:  # noqa: N802  # the name by which sentences are found in the sources
    """A sentence for the catalogues that is translated later."""
    return text


def policy_name(policy: Policy, locale: PageLocale) -> str:
    """The name of a policy; of one that the venue made its own, in the language where it has
    one.
    """
    preset = NAMES.get(policy.slug)
    if preset is not None:
        return locale.gettext(preset)
    return policy.names.get(locale.language, policy.name) or policy.slug


def policy_note(policy: Policy, locale: PageLocale) -> str:
    """What CO2 cannot show of a policy; empty where there is nothing to say."""
    preset = NOTES.get(policy.slug)
    if preset is not None:
        return locale.gettext(preset)
    return policy.notes.get(locale.language, policy.note)


NAMES: Final[Mapping[str, str]] = {
    "nl-target-1200": N_("Target value 1,200 ppm"),
    "nl-bbl-assembly": N_("Dutch law (Bbl), new build, assembly: 4 l/s per person"),
    "nl-bbl-office": N_("Dutch law (Bbl), new build, office: 6.5 l/s per person"),
    "nl-bbl-education": N_("Dutch law (Bbl), new build, education: 8.5 l/s per person"),
    "nl-existing-assembly": N_("Dutch law (Bbl), existing building, assembly: 2.12 l/s per person"),
    "nl-existing-office": N_("Dutch law (Bbl), existing building, office: 3.44 l/s per person"),
    "nl-existing-education": N_(
        "Dutch law (Bbl), existing building, education: 3.44 l/s per person"
    ),
    "nl-schools-1200": N_("RIVM, schools: 1,200 ppm"),
    "nl-new-schools-950": N_("RIVM, new schools: 950 ppm"),
    "nl-frisse-scholen-a": N_("Frisse Scholen, class A: 800 ppm and 12 l/s per person"),
    "nl-frisse-scholen-b": N_("Frisse Scholen, class B: 950 ppm and 8.5 l/s per person"),
    "nl-frisse-scholen-c": N_("Frisse Scholen, class C: 1,200 ppm and 6 l/s per person"),
    "breeam-nl-i": N_("BREEAM-NL, category I: 300 ppm above outdoors"),
    "breeam-nl-ii": N_("BREEAM-NL, category II: 450 ppm above outdoors"),
    "breeam-nl-iii": N_("BREEAM-NL, category III: 750 ppm above outdoors"),
    "nl-distance-1-5-m": N_("1.5 metres apart: 2.25 m² per person"),
    "nl-5-m2": N_("5 m² per person"),
    "nl-10-m2": N_("10 m² per person"),
    "be-a-900": N_("Belgium, level A: 900 ppm or 40 m³/h per person"),
    "be-b-1200": N_("Belgium, level B: 1,200 ppm or 25 m³/h per person"),
    "be-codex-900": N_("Belgium, Codex: 900 ppm or 40 m³/h per person"),
    "be-codex-outdoor-500": N_("Belgium, Codex: 500 ppm above outdoors, or 40 m³/h per person"),
    "be-codex-1200": N_("Belgium, Codex after a risk analysis: 1,200 ppm or 25 m³/h per person"),
    "en-16798-1-i": N_("EN 16798-1, category I: 550 ppm above outdoors and 10 l/s per person"),
    "en-16798-1-ii": N_("EN 16798-1, category II: 800 ppm above outdoors and 7 l/s per person"),
    "en-16798-1-iii": N_("EN 16798-1, category III: 1,350 ppm above outdoors and 4 l/s per person"),
    "en-16798-1-iv": N_("EN 16798-1, category IV: 2.5 l/s per person"),
    "hse-1500": N_("HSE (UK) 1,500 ppm"),
    "de-uba-2000": N_("UBA (Germany): 1,000 ppm elevated, 2,000 ppm unacceptable"),
    "ch-seco-1400": N_("SECO (Switzerland): 1,400 ppm"),
    "fr-hcsp-1500": N_("HCSP (France): aim at 800 ppm, act above 1,500 ppm"),
    "fr-hcsp-800": N_("HCSP (France), in an epidemic: 800 ppm and 50 m³/h per person"),
    "rehva-1000": N_("REHVA, pandemic: 1,000 ppm"),
    "who-10": N_("WHO: 10 l/s per person"),
    "ashrae-62-1-meeting": N_("ASHRAE 62.1, meeting room: 2.5 l/s per person + 0.3 l/s per m²"),
    "ashrae-62-1-lecture": N_("ASHRAE 62.1, lecture room: 3.8 l/s per person + 0.3 l/s per m²"),
    "ashrae-62-1-restaurant": N_(
        "ASHRAE 62.1, restaurant or bar: 3.8 l/s per person + 0.9 l/s per m²"
    ),
    "ashrae-dcv-office": N_("ASHRAE 62.1, office: 600 ppm above outdoors"),
    "ashrae-dcv-lecture": N_("ASHRAE 62.1, lecture room or bar: 1,200 ppm above outdoors"),
    "ashrae-dcv-meeting": N_("ASHRAE 62.1, meeting room or restaurant: 1,500 ppm above outdoors"),
    "ashrae-dcv-assembly": N_("ASHRAE 62.1, assembly hall or auditorium: 1,800 ppm above outdoors"),
    "ashrae-241-office": N_("ASHRAE 241, office: 15 l/s per person"),
    "ashrae-241-lecture": N_("ASHRAE 241, lecture hall: 25 l/s per person"),
    "ashrae-241-food": N_("ASHRAE 241, food and drink: 30 l/s per person"),
}

_INSTALLED: Final = N_(
    "The law asks what the installation can give; CO₂ shows what comes in at the moment itself."
)
_EXPIRED: Final = N_("This rule has not been in force since 2022.")
_WORKPLACES: Final = N_(
    "For workplaces; share of the time, over 8 hours: 95 %. One of the two is enough."
)
_BUILDING: Final = N_("The standard adds a part for the building, which is not in here.")
_FLOOR: Final = N_("The part per m² counts only where the floor area is known.")
_CLEANED: Final = N_(
    "Filtered and disinfected air counts here too, and CO₂ does not show it: too little fresh air "
    "alone does not say that it is not met. It has no row for meeting rooms."
)

NOTES: Final[Mapping[str, str]] = {
    "nl-bbl-assembly": _INSTALLED,
    "nl-bbl-office": _INSTALLED,
    "nl-bbl-education": _INSTALLED,
    "nl-existing-assembly": _INSTALLED,
    "nl-existing-office": _INSTALLED,
    "nl-existing-education": _INSTALLED,
    "nl-distance-1-5-m": _EXPIRED,
    "nl-5-m2": _EXPIRED,
    "nl-10-m2": _EXPIRED,
    "be-a-900": N_(
        "Indicative. One of the two is enough. Of the 40 m³/h 15 may be cleaned air, which CO₂ does "
        "not show."
    ),
    "be-b-1200": N_("Indicative. One of the two is enough."),
    "be-codex-900": _WORKPLACES,
    "be-codex-outdoor-500": _WORKPLACES,
    "be-codex-1200": _WORKPLACES,
    "en-16798-1-i": _BUILDING,
    "en-16798-1-ii": _BUILDING,
    "en-16798-1-iii": _BUILDING,
    "en-16798-1-iv": _BUILDING,
    "hse-1500": N_("A guide to ventilation, not a safe limit."),
    "ashrae-62-1-meeting": _FLOOR,
    "ashrae-62-1-lecture": _FLOOR,
    "ashrae-62-1-restaurant": _FLOOR,
    "ashrae-241-office": _CLEANED,
    "ashrae-241-lecture": _CLEANED,
    "ashrae-241-food": _CLEANED,
}
