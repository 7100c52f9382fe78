"""Dutch law, guidelines and expired rules. Warning and clear levels that a source does not give are
this project's own.
"""

from gateway.domain.policy import DEFAULT, Policy

_BBL_DATE = "2024-01-01"
_BBL = "Bouwbesluit 2012, table 3.28, in the Bbl since 2024 (same figure there: not confirmed)"
_FLOW_UNCONFIRMED = "the flow per person is not confirmed against the text"
_BREEAM = "BREEAM-NL, HEA 9.1, by category and with outdoor air of 400 ppm"

NL_BBL_ASSEMBLY = Policy(
    slug="nl-bbl-assembly",
    min_flow_lps=4.0,
    kind="law",
    source=f"{_BBL}: other assembly function, 4 dm3/s per person",
    dated=_BBL_DATE,
)
NL_PRESETS = (
    DEFAULT,
    NL_BBL_ASSEMBLY,
    Policy(
        slug="nl-bbl-office",
        min_flow_lps=6.5,
        kind="law",
        source=f"{_BBL}: office function, 6.5 dm3/s per person",
        dated=_BBL_DATE,
    ),
    Policy(
        slug="nl-bbl-education",
        min_flow_lps=8.5,
        kind="law",
        source=f"{_BBL}: education function, 8.5 dm3/s per person",
        dated=_BBL_DATE,
    ),
    Policy(
        slug="nl-existing-assembly",
        min_flow_lps=2.12,
        kind="law",
        source="Bouwbesluit 2012, existing buildings, other assembly function: 2.12 dm3/s per person; "
        "not confirmed against the text",
        dated="2012",
    ),
    Policy(
        slug="nl-existing-office",
        min_flow_lps=3.44,
        kind="law",
        source="Bouwbesluit 2012, existing buildings, office function: 3.44 dm3/s per person; "
        "not confirmed against the text",
        dated="2012",
    ),
    Policy(
        slug="nl-existing-education",
        min_flow_lps=3.44,
        kind="law",
        source="Bouwbesluit 2012, existing buildings, education function: 3.44 dm3/s per person "
        "(bouwregelwerk.org); earlier permits keep their own rights",
        dated="2012",
    ),
    Policy(
        slug="nl-schools-1200",
        co2_warn_ppm=1000.0,
        co2_limit_ppm=1200.0,
        co2_clear_ppm=1100.0,
        kind="guideline",
        source="RIVM's advice for schools, as quoted by hitma.nl: stay below 1200 ppm",
        dated="2021",
    ),
    Policy(
        slug="nl-new-schools-950",
        co2_warn_ppm=800.0,
        co2_limit_ppm=950.0,
        co2_clear_ppm=900.0,
        kind="guideline",
        source="RIVM's advice for schools, as quoted by hitma.nl: new buildings aim at 950 ppm",
        dated="2021",
    ),
    Policy(
        slug="nl-frisse-scholen-a",
        co2_warn_ppm=700.0,
        co2_limit_ppm=800.0,
        co2_clear_ppm=750.0,
        min_flow_lps=12.0,
        kind="guideline",
        source=f"Programma van Eisen Frisse Scholen, by the Arbocatalogus VO; {_FLOW_UNCONFIRMED}",
        dated="2021",
    ),
    Policy(
        slug="nl-frisse-scholen-b",
        co2_warn_ppm=800.0,
        co2_limit_ppm=950.0,
        co2_clear_ppm=900.0,
        min_flow_lps=8.5,
        kind="guideline",
        source=f"Programma van Eisen Frisse Scholen, by the Arbocatalogus VO; {_FLOW_UNCONFIRMED}",
        dated="2021",
    ),
    Policy(
        slug="nl-frisse-scholen-c",
        co2_warn_ppm=1000.0,
        co2_limit_ppm=1200.0,
        co2_clear_ppm=1100.0,
        min_flow_lps=6.0,
        kind="guideline",
        source=f"Programma van Eisen Frisse Scholen, by the Arbocatalogus VO; {_FLOW_UNCONFIRMED}",
        dated="2021",
    ),
    Policy(
        slug="breeam-nl-i",
        co2_warn_ppm=250.0,
        co2_limit_ppm=300.0,
        co2_clear_ppm=270.0,
        above_outdoor=True,
        kind="guideline",
        source=f"{_BREEAM}: 700 ppm",
    ),
    Policy(
        slug="breeam-nl-ii",
        co2_warn_ppm=370.0,
        co2_limit_ppm=450.0,
        co2_clear_ppm=410.0,
        above_outdoor=True,
        kind="guideline",
        source=f"{_BREEAM}: 850 ppm",
    ),
    Policy(
        slug="breeam-nl-iii",
        co2_warn_ppm=600.0,
        co2_limit_ppm=750.0,
        co2_clear_ppm=680.0,
        above_outdoor=True,
        kind="guideline",
        source=f"{_BREEAM}: 1,150 ppm",
    ),
    Policy(
        slug="nl-distance-1-5-m",
        area_m2_per_person=2.25,
        kind="expired",
        source="Dutch rule for seated visitors; 2.25 m2 is a square grid of 1.5 m, walls left out",
        dated="2022-01",
    ),
    Policy(
        slug="nl-5-m2",
        area_m2_per_person=5.0,
        kind="expired",
        source="Dutch rule for places where people walk through, as reported by bd.nl",
        dated="2022-01",
    ),
    Policy(
        slug="nl-10-m2",
        area_m2_per_person=10.0,
        kind="expired",
        source="Dutch rule for places where people walk through, as reported by omroepwest.nl",
        dated="2021-06-05",
    ),
)
