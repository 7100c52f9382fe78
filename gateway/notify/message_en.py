"""What messages say in English."""

from gateway.notify.message_words import ReportWords, RuleWords, TestWords, Words

EN = Words(
    rules={
        "co2": RuleWords(
            "{room}: CO₂ is {value} ppm, the target is {limit}",
            "CO₂ is {value} ppm. That is {over} ppm over the target of {limit} ppm.",
            "{room}: CO₂ is fine again",
            "CO₂ is back at {value} ppm. The highest was {peak} ppm; the target is {limit} ppm.",
        ),
        "occupancy": RuleWords(
            "{room}: {value} people, {over} over",
            "There are {value} people, {over} more than the {limit} that are allowed.",
            "{room}: no longer too full",
            "There are {value} people now; {limit} are allowed. There were {peak} at most.",
        ),
        "ventilation": RuleWords(
            "{room}: {value} l/s of fresh air per person, {limit} needed",
            "About {value} l/s of fresh air comes in for each person; {limit} l/s is needed.",
            "{room}: enough fresh air again",
            "There is enough fresh air again; {limit} l/s per person is needed. "
            "The least was about {peak} l/s.",
        ),
        "sensor_fault": RuleWords(
            "{room}: a sensor cannot be right",
            "What a sensor shows here cannot be right. For now the estimates leave it out.",
            "{room}: the sensors are right again",
            "What the sensors show here is right again.",
            "see whether the sensor hangs well, and else whether it needs replacing.",
        ),
        "no_data": RuleWords(
            "{room}: no reading for {minutes} min",
            "The sensor sends no readings. Whether the air is fine cannot be seen.",
            "{room}: readings are back",
            "The sensor sends readings again.",
            "see whether the sensor has power and a connection.",
        ),
    },
    since="Since {since}.",
    lasted="From {since} to {at}.",
    more_subject="{subject} (and {more} more)",
    rooms_subject="{venue}: {rooms} rooms need you",
    rooms_over_subject="{venue}: {rooms} rooms are fine again",
    escalated_subject="Nobody on it yet · {subject}",
    escalated="Somebody else was told of this before. Nobody has said that they are on it.",
    now="What to do:",
    advice={
        "open_windows": "open windows and doors.",
        "at_most": "let no more than {people} people into the room.",
        "break": "take a break of {minutes} min outside the room.",
        "close_windows": "the windows may be closed again.",
    },
    outcomes={
        "open_windows": "With the windows open CO₂ will be about {ppm} ppm in a quarter of an hour, and "
        "{unchanged_ppm} otherwise.",
        "break": "After that break CO₂ will be about {ppm} ppm.",
    },
    faults={
        "stuck": "{device} shows the same value all the time.",
        "jump": "{device} jumps faster than air can.",
        "drift": "{device} drifts from night to night.",
        "warm_up": "{device} is still warming up.",
        "saturation": "{device} is at the end of its range.",
        "disagreement": "{device} shows something else than the other sensor in the room.",
        "door_drift": "{device} miscounts: the number of people in is not right any more.",
    },
    other_fault="{device} cannot be right.",
    look_room="Look at the room",
    look_all="Look at all rooms",
    acknowledge="I am on it",
    acknowledge_until="The button works without logging in, until {until}.",
    why={
        "organiser": "You get this as the organiser of this meeting.",
        "host": "You get this as the host of this meeting.",
        "manager": "You get this as a manager of {venue}.",
        "escalation": "You get this because you are the next one to be told.",
    },
    settings="Who is told what stands in the settings",
    report=ReportWords(
        subject={
            "kept": "{title}, {date}: within limits",
            "not_kept": "{title}, {date}: went over a limit",
            "cannot_say": "{title}, {date}: cannot be said for sure",
            "none": "Report: {title}, {date}",
        },
        headline={
            "kept": "The meeting kept to its limits for air and number of people.",
            "not_kept": "The meeting went over a limit. The report says how far, and what was done.",
            "cannot_say": "Whether the meeting kept to its limits cannot be said for sure. The report says why.",
            "none": "The report of this meeting is ready.",
        },
        part={"occupancy": "Number of people", "ventilation": "Air"},
        part_verdict={
            "kept": "{part}: within limits.",
            "not_kept": "{part}: {minutes} min over the limit.",
            "cannot_say": "{part}: cannot be said for sure.",
        },
        until="The link works without logging in, until {until}.",
        read="Read the report",
    ),
    test=TestWords(
        "Test message from Luchtig",
        "This is a test message, asked for by {by} at {at}. If it arrives, alerts arrive too.",
        "You get this because somebody asked for a test message in the settings.",
    ),
)
