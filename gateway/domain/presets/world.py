"""Guidelines of the WHO and of ASHRAE. Warning and clear levels that a source does not give are this
project's own.
"""

from gateway.domain.policy import Policy

_RATES = "ASHRAE 62.1, table 6-1 (Rp per person and Ra per m2), by felipesoberon/ASHRAE62.1VRP"
_RATES_NOTE_NL = "Het deel per m² telt alleen mee waar het vloeroppervlak bekend is."
_RATES_NOTE_EN = "The part per m² counts only where the floor area is known."
_CEILING = "ASHRAE 62.1-2022, CO2 ceilings for demand control, by felipesoberon/ASHRAE62.1VRP"
_241 = "ASHRAE 241-2023, table 5-1, by felipesoberon/ASHRAE241-WR"
_241_NOTE_NL = (
    "Gefilterde en ontsmette lucht telt hier ook, en die is aan CO₂ niet te zien: te weinig verse "
    "lucht alleen zegt niet dat het niet gehaald wordt. Een regel voor vergaderzalen staat er niet in."
)
_241_NOTE_EN = (
    "Filtered and disinfected air counts here too, and CO₂ does not show it: too little fresh air "
    "alone does not say that it is not met. It has no row for meeting rooms."
)

WHO_10 = Policy(
    slug="who-10",
    name_nl="WHO: 10 l/s per persoon",
    name_en="WHO: 10 l/s per person",
    min_flow_lps=10.0,
    kind="guideline",
    source="WHO roadmap for indoor ventilation, ISBN 978-92-4-002128-0, non-residential "
    "(summary at val-center.com)",
    dated="2021",
)
WORLD_PRESETS = (
    WHO_10,
    Policy(
        slug="ashrae-62-1-meeting",
        name_nl="ASHRAE 62.1, vergaderzaal: 2,5 l/s per persoon + 0,3 l/s per m²",
        name_en="ASHRAE 62.1, meeting room: 2.5 l/s per person + 0.3 l/s per m²",
        min_flow_lps=2.5,
        min_flow_area_lps_m2=0.3,
        kind="guideline",
        source=f"{_RATES}: conference/meeting",
        dated="2022",
        note_nl=_RATES_NOTE_NL,
        note_en=_RATES_NOTE_EN,
    ),
    Policy(
        slug="ashrae-62-1-lecture",
        name_nl="ASHRAE 62.1, collegezaal: 3,8 l/s per persoon + 0,3 l/s per m²",
        name_en="ASHRAE 62.1, lecture room: 3.8 l/s per person + 0.3 l/s per m²",
        min_flow_lps=3.8,
        min_flow_area_lps_m2=0.3,
        kind="guideline",
        source=f"{_RATES}: lecture classroom",
        dated="2022",
        note_nl=_RATES_NOTE_NL,
        note_en=_RATES_NOTE_EN,
    ),
    Policy(
        slug="ashrae-62-1-restaurant",
        name_nl="ASHRAE 62.1, restaurant of bar: 3,8 l/s per persoon + 0,9 l/s per m²",
        name_en="ASHRAE 62.1, restaurant or bar: 3.8 l/s per person + 0.9 l/s per m²",
        min_flow_lps=3.8,
        min_flow_area_lps_m2=0.9,
        kind="guideline",
        source=f"{_RATES}: restaurant and bar",
        dated="2022",
        note_nl=_RATES_NOTE_NL,
        note_en=_RATES_NOTE_EN,
    ),
    Policy(
        slug="ashrae-dcv-office",
        name_nl="ASHRAE 62.1, kantoor: 600 ppm boven buiten",
        name_en="ASHRAE 62.1, office: 600 ppm above outdoors",
        co2_warn_ppm=500.0,
        co2_limit_ppm=600.0,
        co2_clear_ppm=550.0,
        above_outdoor=True,
        kind="guideline",
        source=f"{_CEILING}: office",
        dated="2022",
    ),
    Policy(
        slug="ashrae-dcv-lecture",
        name_nl="ASHRAE 62.1, collegezaal of bar: 1.200 ppm boven buiten",
        name_en="ASHRAE 62.1, lecture room or bar: 1,200 ppm above outdoors",
        co2_warn_ppm=1000.0,
        co2_limit_ppm=1200.0,
        co2_clear_ppm=1100.0,
        above_outdoor=True,
        kind="guideline",
        source=f"{_CEILING}: lecture, bar",
        dated="2022",
    ),
    Policy(
        slug="ashrae-dcv-meeting",
        name_nl="ASHRAE 62.1, vergaderzaal of restaurant: 1.500 ppm boven buiten",
        name_en="ASHRAE 62.1, meeting room or restaurant: 1,500 ppm above outdoors",
        co2_warn_ppm=1250.0,
        co2_limit_ppm=1500.0,
        co2_clear_ppm=1400.0,
        above_outdoor=True,
        kind="guideline",
        source=f"{_CEILING}: conference, restaurant",
        dated="2022",
    ),
    Policy(
        slug="ashrae-dcv-assembly",
        name_nl="ASHRAE 62.1, zaal of aula: 1.800 ppm boven buiten",
        name_en="ASHRAE 62.1, assembly hall or auditorium: 1,800 ppm above outdoors",
        co2_warn_ppm=1500.0,
        co2_limit_ppm=1800.0,
        co2_clear_ppm=1700.0,
        above_outdoor=True,
        kind="guideline",
        source=f"{_CEILING}: multipurpose assembly, auditorium",
        dated="2022",
    ),
    Policy(
        slug="ashrae-241-office",
        name_nl="ASHRAE 241, kantoor: 15 l/s per persoon",
        name_en="ASHRAE 241, office: 15 l/s per person",
        min_flow_lps=15.0,
        counts_cleaned_air=True,
        kind="guideline",
        source=f"{_241}: office",
        dated="2023",
        note_nl=_241_NOTE_NL,
        note_en=_241_NOTE_EN,
    ),
    Policy(
        slug="ashrae-241-lecture",
        name_nl="ASHRAE 241, collegezaal: 25 l/s per persoon",
        name_en="ASHRAE 241, lecture hall: 25 l/s per person",
        min_flow_lps=25.0,
        counts_cleaned_air=True,
        kind="guideline",
        source=f"{_241}: lecture hall",
        dated="2023",
        note_nl=_241_NOTE_NL,
        note_en=_241_NOTE_EN,
    ),
    Policy(
        slug="ashrae-241-food",
        name_nl="ASHRAE 241, eten en drinken: 30 l/s per persoon",
        name_en="ASHRAE 241, food and drink: 30 l/s per person",
        min_flow_lps=30.0,
        counts_cleaned_air=True,
        kind="guideline",
        source=f"{_241}: food and drink",
        dated="2023",
        note_nl=_241_NOTE_NL,
        note_en=_241_NOTE_EN,
    ),
)
