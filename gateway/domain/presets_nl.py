"""Dutch law, guidelines and expired rules. Warning and clear levels that a source does not give are
this project's own.
"""

from gateway.domain.policy import DEFAULT, Policy

_BBL_DATE = "2024-01-01"
_BBL = "Bouwbesluit 2012, table 3.28, in the Bbl since 2024 (same figure there: not confirmed)"
_BBL_NOTE_NL = (
    "De wet vraagt wat de installatie kán geven; de CO₂ laat zien wat er op het moment binnenkomt."
)
_BBL_NOTE_EN = (
    "The law asks what the installation can give; CO₂ shows what comes in at the moment itself."
)
_FLOW_UNCONFIRMED = "the flow per person is not confirmed against the text"
_EXPIRED_NOTE_NL = "Deze regel geldt sinds 2022 niet meer."
_EXPIRED_NOTE_EN = "This rule has not been in force since 2022."

NL_BBL_ASSEMBLY = Policy(
    slug="nl-bbl-assembly",
    name_nl="Bbl, nieuwbouw, bijeenkomst: 4 l/s per persoon",
    name_en="Dutch law (Bbl), new build, assembly: 4 l/s per person",
    min_flow_lps=4.0,
    kind="law",
    source=f"{_BBL}: other assembly function, 4 dm3/s per person",
    dated=_BBL_DATE,
    note_nl=_BBL_NOTE_NL,
    note_en=_BBL_NOTE_EN,
)
NL_PRESETS = (
    DEFAULT,
    NL_BBL_ASSEMBLY,
    Policy(
        slug="nl-bbl-office",
        name_nl="Bbl, nieuwbouw, kantoor: 6,5 l/s per persoon",
        name_en="Dutch law (Bbl), new build, office: 6.5 l/s per person",
        min_flow_lps=6.5,
        kind="law",
        source=f"{_BBL}: office function, 6.5 dm3/s per person",
        dated=_BBL_DATE,
        note_nl=_BBL_NOTE_NL,
        note_en=_BBL_NOTE_EN,
    ),
    Policy(
        slug="nl-bbl-education",
        name_nl="Bbl, nieuwbouw, onderwijs: 8,5 l/s per persoon",
        name_en="Dutch law (Bbl), new build, education: 8.5 l/s per person",
        min_flow_lps=8.5,
        kind="law",
        source=f"{_BBL}: education function, 8.5 dm3/s per person",
        dated=_BBL_DATE,
        note_nl=_BBL_NOTE_NL,
        note_en=_BBL_NOTE_EN,
    ),
    Policy(
        slug="nl-existing-assembly",
        name_nl="Bbl, bestaande bouw, bijeenkomst: 2,12 l/s per persoon",
        name_en="Dutch law (Bbl), existing building, assembly: 2.12 l/s per person",
        min_flow_lps=2.12,
        kind="law",
        source="Bouwbesluit 2012, existing buildings, other assembly function: 2.12 dm3/s per person; "
        "not confirmed against the text",
        dated="2012",
        note_nl=_BBL_NOTE_NL,
        note_en=_BBL_NOTE_EN,
    ),
    Policy(
        slug="nl-existing-office",
        name_nl="Bbl, bestaande bouw, kantoor: 3,44 l/s per persoon",
        name_en="Dutch law (Bbl), existing building, office: 3.44 l/s per person",
        min_flow_lps=3.44,
        kind="law",
        source="Bouwbesluit 2012, existing buildings, office function: 3.44 dm3/s per person; "
        "not confirmed against the text",
        dated="2012",
        note_nl=_BBL_NOTE_NL,
        note_en=_BBL_NOTE_EN,
    ),
    Policy(
        slug="nl-existing-education",
        name_nl="Bbl, bestaande bouw, onderwijs: 3,44 l/s per persoon",
        name_en="Dutch law (Bbl), existing building, education: 3.44 l/s per person",
        min_flow_lps=3.44,
        kind="law",
        source="Bouwbesluit 2012, existing buildings, education function: 3.44 dm3/s per person "
        "(bouwregelwerk.org); earlier permits keep their own rights",
        dated="2012",
        note_nl=_BBL_NOTE_NL,
        note_en=_BBL_NOTE_EN,
    ),
    Policy(
        slug="nl-schools-1200",
        name_nl="RIVM, scholen: 1.200 ppm",
        name_en="RIVM, schools: 1,200 ppm",
        co2_warn_ppm=1000.0,
        co2_limit_ppm=1200.0,
        co2_clear_ppm=1100.0,
        kind="guideline",
        source="RIVM's advice for schools, as quoted by hitma.nl: stay below 1200 ppm",
        dated="2021",
    ),
    Policy(
        slug="nl-new-schools-950",
        name_nl="RIVM, nieuwe scholen: 950 ppm",
        name_en="RIVM, new schools: 950 ppm",
        co2_warn_ppm=800.0,
        co2_limit_ppm=950.0,
        co2_clear_ppm=900.0,
        kind="guideline",
        source="RIVM's advice for schools, as quoted by hitma.nl: new buildings aim at 950 ppm",
        dated="2021",
    ),
    Policy(
        slug="nl-frisse-scholen-a",
        name_nl="Frisse Scholen, klasse A: 800 ppm en 12 l/s per persoon",
        name_en="Frisse Scholen, class A: 800 ppm and 12 l/s per person",
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
        name_nl="Frisse Scholen, klasse B: 950 ppm en 8,5 l/s per persoon",
        name_en="Frisse Scholen, class B: 950 ppm and 8.5 l/s per person",
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
        name_nl="Frisse Scholen, klasse C: 1.200 ppm en 6 l/s per persoon",
        name_en="Frisse Scholen, class C: 1,200 ppm and 6 l/s per person",
        co2_warn_ppm=1000.0,
        co2_limit_ppm=1200.0,
        co2_clear_ppm=1100.0,
        min_flow_lps=6.0,
        kind="guideline",
        source=f"Programma van Eisen Frisse Scholen, by the Arbocatalogus VO; {_FLOW_UNCONFIRMED}",
        dated="2021",
    ),
    Policy(
        slug="nl-distance-1-5-m",
        name_nl="1,5 meter afstand: 2,25 m² per persoon",
        name_en="1.5 metres apart: 2.25 m² per person",
        area_m2_per_person=2.25,
        kind="expired",
        source="Dutch rule for seated visitors; 2.25 m2 is a square grid of 1.5 m, walls left out",
        dated="2022-01",
        note_nl=_EXPIRED_NOTE_NL,
        note_en=_EXPIRED_NOTE_EN,
    ),
    Policy(
        slug="nl-5-m2",
        name_nl="5 m² per persoon",
        name_en="5 m² per person",
        area_m2_per_person=5.0,
        kind="expired",
        source="Dutch rule for places where people walk through, as reported by bd.nl",
        dated="2022-01",
        note_nl=_EXPIRED_NOTE_NL,
        note_en=_EXPIRED_NOTE_EN,
    ),
    Policy(
        slug="nl-10-m2",
        name_nl="10 m² per persoon",
        name_en="10 m² per person",
        area_m2_per_person=10.0,
        kind="expired",
        source="Dutch rule for places where people walk through, as reported by omroepwest.nl",
        dated="2021-06-05",
        note_nl=_EXPIRED_NOTE_NL,
        note_en=_EXPIRED_NOTE_EN,
    ),
)
