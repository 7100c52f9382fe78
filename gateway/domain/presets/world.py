"""Guidelines of the WHO and of ASHRAE. Warning and clear levels that a source does not give are
this project's own.
"""

from gateway.domain.policy import Policy

_RATES = "ASHRAE 62.1, table 6-1 (Rp per person and Ra per m2), by felipesoberon/ASHRAE62.1VRP"
_CEILING = "ASHRAE 62.1-2022, CO2 ceilings for demand control, by felipesoberon/ASHRAE62.1VRP"
_241 = "ASHRAE 241-2023, table 5-1, by felipesoberon/ASHRAE241-WR"

WHO_10 = Policy(
    slug="who-10",
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
        min_flow_lps=2.5,
        min_flow_area_lps_m2=0.3,
        kind="guideline",
        source=f"{_RATES}: conference/meeting",
        dated="2022",
    ),
    Policy(
        slug="ashrae-62-1-lecture",
        min_flow_lps=3.8,
        min_flow_area_lps_m2=0.3,
        kind="guideline",
        source=f"{_RATES}: lecture classroom",
        dated="2022",
    ),
    Policy(
        slug="ashrae-62-1-restaurant",
        min_flow_lps=3.8,
        min_flow_area_lps_m2=0.9,
        kind="guideline",
        source=f"{_RATES}: restaurant and bar",
        dated="2022",
    ),
    Policy(
        slug="ashrae-dcv-office",
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
        min_flow_lps=15.0,
        counts_cleaned_air=True,
        kind="guideline",
        source=f"{_241}: office",
        dated="2023",
    ),
    Policy(
        slug="ashrae-241-lecture",
        min_flow_lps=25.0,
        counts_cleaned_air=True,
        kind="guideline",
        source=f"{_241}: lecture hall",
        dated="2023",
    ),
    Policy(
        slug="ashrae-241-food",
        min_flow_lps=30.0,
        counts_cleaned_air=True,
        kind="guideline",
        source=f"{_241}: food and drink",
        dated="2023",
    ),
)
