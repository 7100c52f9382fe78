"""Policies: named sets of limits that a venue, a room or a meeting is held to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits and how long a breach must last.

    A breach is over ``co2_limit_ppm`` (until back at ``co2_clear_ppm`` or below) or over the room's
    capacity; it fires when it has lasted ``pending_s``. A room that stays without a fresh reading
    for ``no_data_s`` is a breach of its own. ``source`` says where the limits come from.
    """

    slug: str
    name_nl: str
    name_en: str
    co2_warn_ppm: float
    co2_limit_ppm: float
    co2_clear_ppm: float
    co2_pending_s: float = 300.0
    occupancy_pending_s: float = 60.0
    no_data_s: float = 300.0
    clear_s: float = 60.0
    source: str = ""


NL_TARGET_1200 = Policy(
    slug="nl-target-1200",
    name_nl="Streefwaarde 1.200 ppm",
    name_en="Target value 1,200 ppm",
    co2_warn_ppm=1000.0,
    co2_limit_ppm=1200.0,
    co2_clear_ppm=1100.0,
    source="TNO for VWS, ventilerenzogedaan.nl: a target value, not a hard limit",
)
HSE_1500 = Policy(
    slug="hse-1500",
    name_nl="HSE (VK) 1.500 ppm",
    name_en="HSE (UK) 1,500 ppm",
    co2_warn_ppm=800.0,
    co2_limit_ppm=1500.0,
    co2_clear_ppm=1400.0,
    source="UK HSE, using CO2 monitors: below 800 well ventilated, above 1500 act",
)
BE_A_900 = Policy(
    slug="be-a-900",
    name_nl="België, niveau A: 900 ppm",
    name_en="Belgium, level A: 900 ppm",
    co2_warn_ppm=800.0,
    co2_limit_ppm=900.0,
    co2_clear_ppm=850.0,
    source="Belgian law of 6 November 2022, level A (indicative)",
)
PRESETS = (NL_TARGET_1200, HSE_1500, BE_A_900)
DEFAULT = NL_TARGET_1200
