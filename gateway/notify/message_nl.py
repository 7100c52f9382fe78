"""What messages say in Dutch."""

from gateway.notify.message_words import ReportWords, RuleWords, TestWords, Words

NL = Words(
    rules={
        "co2": RuleWords(
            "{room}: CO₂ is {value} ppm, de streefwaarde is {limit}",
            "De CO₂ is {value} ppm. Dat is {over} ppm boven de streefwaarde van {limit} ppm.",
            "{room}: CO₂ is weer goed",
            "De CO₂ is weer {value} ppm. De hoogste waarde was {peak} ppm; de streefwaarde is {limit} ppm.",
        ),
        "occupancy": RuleWords(
            "{room}: {value} mensen, {over} te veel",
            "Er zijn {value} mensen, {over} meer dan de {limit} die er mogen zijn.",
            "{room}: niet meer te vol",
            "Er zijn nu {value} mensen; er mogen er {limit} zijn. Het waren er hoogstens {peak}.",
        ),
        "ventilation": RuleWords(
            "{room}: {value} l/s frisse lucht per persoon, {limit} is nodig",
            "Er komt naar schatting {value} l/s frisse lucht per persoon binnen; {limit} l/s is nodig.",
            "{room}: weer genoeg frisse lucht",
            "Er is weer genoeg frisse lucht; {limit} l/s per persoon is nodig. "
            "Het minste was naar schatting {peak} l/s.",
        ),
        "sensor_fault": RuleWords(
            "{room}: een sensor klopt niet",
            "Wat een sensor hier geeft, kan niet kloppen. Het telt voorlopig niet mee in de schattingen.",
            "{room}: de sensoren kloppen weer",
            "Wat de sensoren hier geven, klopt weer.",
            "kijk of de sensor goed hangt, en anders of hij vervangen moet worden.",
        ),
        "no_data": RuleWords(
            "{room}: al {minutes} min geen meting",
            "De sensor geeft geen metingen. Of de lucht goed is, is niet te zien.",
            "{room}: er komen weer metingen",
            "De sensor geeft weer metingen.",
            "kijk of de sensor stroom heeft en verbinding maakt.",
        ),
    },
    since="Sinds {since}.",
    lasted="Van {since} tot {at}.",
    more_subject="{subject} (en nog {more})",
    rooms_subject="{venue}: {rooms} zalen vragen iets van u",
    rooms_over_subject="{venue}: {rooms} zalen zijn weer goed",
    escalated_subject="Nog niemand bezig · {subject}",
    escalated="Dit is eerder aan iemand anders gemeld. Niemand heeft laten weten ermee bezig te zijn.",
    now="Wat nu:",
    advice={
        "open_windows": "zet ramen en deuren open.",
        "at_most": "laat niet meer dan {people} mensen in de zaal.",
        "break": "neem een pauze van {minutes} min buiten de zaal.",
        "close_windows": "de ramen mogen weer dicht.",
    },
    outcomes={
        "open_windows": "Met open ramen is de CO₂ over een kwartier ongeveer {ppm} ppm, en anders "
        "{unchanged_ppm}.",
        "break": "Na die pauze is de CO₂ ongeveer {ppm} ppm.",
    },
    faults={
        "stuck": "{device} geeft steeds dezelfde waarde.",
        "jump": "{device} springt sneller dan de lucht kan.",
        "drift": "{device} loopt van nacht tot nacht weg.",
        "warm_up": "{device} warmt nog op.",
        "saturation": "{device} staat aan het eind van zijn bereik.",
        "disagreement": "{device} geeft iets anders dan de andere sensor in de zaal.",
        "door_drift": "{device} telt verkeerd: wie er binnen zijn klopt niet meer.",
    },
    other_fault="{device} klopt niet.",
    look_room="Bekijk de zaal",
    look_all="Bekijk alle zalen",
    acknowledge="Ik ben ermee bezig",
    acknowledge_until="De knop werkt zonder inloggen, tot {until}.",
    why={
        "organiser": "U krijgt dit als organisator van deze bijeenkomst.",
        "host": "U krijgt dit als gastheer of gastvrouw van deze bijeenkomst.",
        "manager": "U krijgt dit als beheerder van {venue}.",
        "escalation": "U krijgt dit omdat u de volgende bent die gewaarschuwd wordt.",
    },
    settings="Wie bericht krijgt, staat bij de instellingen",
    report=ReportWords(
        subject={
            "kept": "{title}, {date}: binnen de grenzen",
            "not_kept": "{title}, {date}: ging over een grens",
            "cannot_say": "{title}, {date}: niet zeker te zeggen",
            "none": "Verslag: {title}, {date}",
        },
        headline={
            "kept": "De bijeenkomst bleef binnen de grenzen voor lucht en aantal mensen.",
            "not_kept": "De bijeenkomst ging over een grens. Het verslag zegt hoe ver, en wat er is gedaan.",
            "cannot_say": "Of de bijeenkomst binnen de grenzen bleef, is niet zeker te zeggen. Het verslag "
            "zegt waarom.",
            "none": "Het verslag van deze bijeenkomst is klaar.",
        },
        part={"occupancy": "Aantal mensen", "ventilation": "Lucht"},
        part_verdict={
            "kept": "{part}: binnen de grenzen.",
            "not_kept": "{part}: {minutes} min over de grens.",
            "cannot_say": "{part}: niet zeker te zeggen.",
        },
        until="De link werkt zonder inloggen, tot {until}.",
        read="Lees het verslag",
    ),
    test=TestWords(
        "Proefbericht van Luchtig",
        "Dit is een proefbericht, gevraagd door {by} om {at}. Komt het aan, dan komen waarschuwingen "
        "ook aan.",
        "U krijgt dit omdat iemand bij de instellingen een proefbericht heeft gevraagd.",
    ),
)
