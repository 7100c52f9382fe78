"""Where published limits and the templates of protocols come from, as sentences of the catalogues: the title
of a document stays in its own language, what we say of it is translated.
"""

from typing import Final

from gateway.domain.policy import Policy
from gateway.domain.protocol.protocol import Protocol
from gateway.words.locale import PageLocale


def N_(text: str) -> str:  # noqa: N802  # the name by which sentences are found in the sources
    """A sentence for the catalogues that is translated later."""
    return text


def source_words(of: Policy | Protocol, locale: PageLocale) -> str:
    """The source of what was published; that of a venue's own as it wrote it, empty where there is none."""
    return locale.gettext(of.source) if of.source in PUBLISHED else of.source


PUBLISHED: Final = frozenset(
    (
        N_(
            "Belgian law of 6 November 2022 on the air of rooms open to the public "
            "(health.belgium.be), level A: 900 ppm, or 40 m3/h per person of which 25 "
            "outdoor air"
        ),
        N_(
            "Belgian law of 6 November 2022 on the air of rooms open to the public "
            "(health.belgium.be), level B: 1200 ppm, or 25 m3/h per person"
        ),
        N_(
            "Belgian Codex on well-being at work, art. III.1-34, as changed on 2 May 2019 "
            "(prebes.be): 900 ppm, or 40 m3/h per person"
        ),
        N_(
            "Belgian Codex on well-being at work, art. III.1-34, as changed on 2 May 2019 "
            "(prebes.be): 900 ppm read as outdoors + 500 (airquality.one, luxbalance.com)"
        ),
        N_(
            "Belgian Codex on well-being at work, art. III.1-34, as changed on 2 May 2019 "
            "(prebes.be): where all sources but people were taken away, 1200 ppm or 25 m3/h"
        ),
        N_(
            "EN 16798-1:2019, CO2 by RWTH-E3D/carbonfly; the flow is not confirmed against the text"
        ),
        N_(
            "EN 16798-1:2019, CO2 by RWTH-E3D/carbonfly; the flow is not confirmed against "
            "the text; this category has no CO2 limit: it is all above category III"
        ),
        N_("UK HSE, using CO2 monitors: below 800 well ventilated, above 1500 act"),
        N_("German UBA, as quoted by ch.elv.com: below 1000 harmless, above 2000 unacceptable"),
        N_("Swiss SECO on ArGV3, as quoted by dreiecktechnik.ch: steps at 1000, 1400 and 2000 ppm"),
        N_("French HCSP, opinion on CO2 in rooms open to the public (projetco2.fr)"),
        N_(
            "French HCSP, opinion on ventilation in an exceptional epidemic "
            "(preventioninfection.fr)"
        ),
        N_(
            "REHVA COVID-19 guidance, version 4: orange at 800, red at 1000; not confirmed "
            "against the text"
        ),
        N_("TNO for VWS, ventilerenzogedaan.nl: a target value, not a hard limit"),
        N_(
            "Bouwbesluit 2012, table 3.28, in the Bbl since 2024 (same figure there: not "
            "confirmed): other assembly function, 4 dm3/s per person"
        ),
        N_(
            "Bouwbesluit 2012, table 3.28, in the Bbl since 2024 (same figure there: not "
            "confirmed): office function, 6.5 dm3/s per person"
        ),
        N_(
            "Bouwbesluit 2012, table 3.28, in the Bbl since 2024 (same figure there: not "
            "confirmed): education function, 8.5 dm3/s per person"
        ),
        N_(
            "Bouwbesluit 2012, existing buildings, other assembly function: 2.12 dm3/s per "
            "person; not confirmed against the text"
        ),
        N_(
            "Bouwbesluit 2012, existing buildings, office function: 3.44 dm3/s per person; "
            "not confirmed against the text"
        ),
        N_(
            "Bouwbesluit 2012, existing buildings, education function: 3.44 dm3/s per "
            "person (bouwregelwerk.org); earlier permits keep their own rights"
        ),
        N_("RIVM's advice for schools, as quoted by hitma.nl: stay below 1200 ppm"),
        N_("RIVM's advice for schools, as quoted by hitma.nl: new buildings aim at 950 ppm"),
        N_(
            "Programma van Eisen Frisse Scholen, by the Arbocatalogus VO; the flow per "
            "person is not confirmed against the text"
        ),
        N_("BREEAM-NL, HEA 9.1, by category and with outdoor air of 400 ppm: 700 ppm"),
        N_("BREEAM-NL, HEA 9.1, by category and with outdoor air of 400 ppm: 850 ppm"),
        N_("BREEAM-NL, HEA 9.1, by category and with outdoor air of 400 ppm: 1,150 ppm"),
        N_("Dutch rule for seated visitors; 2.25 m2 is a square grid of 1.5 m, walls left out"),
        N_("Dutch rule for places where people walk through, as reported by bd.nl"),
        N_("Dutch rule for places where people walk through, as reported by omroepwest.nl"),
        N_(
            "WHO roadmap for indoor ventilation, ISBN 978-92-4-002128-0, non-residential "
            "(summary at val-center.com)"
        ),
        N_(
            "ASHRAE 62.1, table 6-1 (Rp per person and Ra per m2), by "
            "felipesoberon/ASHRAE62.1VRP: conference/meeting"
        ),
        N_(
            "ASHRAE 62.1, table 6-1 (Rp per person and Ra per m2), by "
            "felipesoberon/ASHRAE62.1VRP: lecture classroom"
        ),
        N_(
            "ASHRAE 62.1, table 6-1 (Rp per person and Ra per m2), by "
            "felipesoberon/ASHRAE62.1VRP: restaurant and bar"
        ),
        N_(
            "ASHRAE 62.1-2022, CO2 ceilings for demand control, by "
            "felipesoberon/ASHRAE62.1VRP: office"
        ),
        N_(
            "ASHRAE 62.1-2022, CO2 ceilings for demand control, by "
            "felipesoberon/ASHRAE62.1VRP: lecture, bar"
        ),
        N_(
            "ASHRAE 62.1-2022, CO2 ceilings for demand control, by "
            "felipesoberon/ASHRAE62.1VRP: conference, restaurant"
        ),
        N_(
            "ASHRAE 62.1-2022, CO2 ceilings for demand control, by "
            "felipesoberon/ASHRAE62.1VRP: multipurpose assembly, auditorium"
        ),
        N_("ASHRAE 241-2023, table 5-1, by felipesoberon/ASHRAE241-WR: office"),
        N_("ASHRAE 241-2023, table 5-1, by felipesoberon/ASHRAE241-WR: lecture hall"),
        N_("ASHRAE 241-2023, table 5-1, by felipesoberon/ASHRAE241-WR: food and drink"),
        N_("Luchtig: the limits that the room is held to"),
        N_("Rijksoverheid, measures against the corona virus for indoor gatherings"),
        N_("RIVM and GGD GHOR, airing and ventilating in schools"),
        N_("RIVM, singing in groups and the ventilation it needs"),
        N_("Ministerie van BZK, polling places and councils under the temporary act"),
    )
)
