"""The busy morning of De Kade, sixty times as fast as life where the machine can, with a gateway that is
killed on the way: each organiser gets the mails that the meeting deserves, once.
"""

import random
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from firmware_sim.scenario.scenario import find_scenario
from gateway.registry.alerts.outbox import all_messages
from gateway.registry.database import open_database
from sensors.clock import VARIABLE, Clock, started_at
from tests.end_to_end.set_up import SetUp, kill, set_up, stop
from tests.gateway.mail_inbox import Inbox, mail_server
from tests.servers import Broker, free_port, wait_until

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SPEED = 60.0
SLOWEST = 20.0
AWAY_S = 100.0
"""Of the venue's time that a program may take to begin: a gateway that was away for five minutes says that
sensors were silent.
"""
UNTIL = "11:02"
BEFORE = "2h"

# Who is told what; everybody else's meeting is not over yet. A report comes half an hour after a meeting.
DESERVED = {
    "vroegevogels@example.org": [("report", "")],
    "weekstart@example.org": [("report", "")],
    "ledenontbijt@example.org": [("firing", "co2"), ("resolved", "co2"), ("report", "")],
    "pitch@example.org": [("report", "")],
    "bestuur@example.org": [("firing", "occupancy"), ("resolved", "occupancy"), ("report", "")],
    "programma@example.org": [("firing", "no_data"), ("resolved", "no_data"), ("report", "")],
    "nieuweleden@example.org": [("report", "")],
}


def at(text: str) -> datetime:
    hour, minute = map(int, text.split(":"))
    return datetime(2026, 11, 24, hour, minute, tzinfo=AMSTERDAM)


def wait_for(clock: Clock, moment: datetime) -> None:
    time.sleep(max(clock.wall_s((moment - clock.now()).total_seconds()), 0.0))


def told(venue: SetUp) -> dict[str, list[tuple[str, str]]]:
    """What the outbox got until the end and has sent, by recipient, in the order it was written."""
    found: dict[str, list[tuple[str, str]]] = {}
    database = open_database("sqlite:///luchtig.db", venue.directory)
    with database.read() as conn:
        for message in all_messages(conn):
            # What is asked of a host for a protocol is another matter.
            is_asked = message.kind.startswith("protocol")
            is_theirs = "@" in message.recipient and message.created <= at(UNTIL) and not is_asked
            if is_theirs and message.sent:
                rule = "" if message.kind == "report" else message.notice.rule
                found.setdefault(message.recipient, []).append((message.kind, rule))
    database.close()
    return found


def asked(venue: SetUp) -> Counter[str]:
    """How often each of them was asked to tick a protocol."""
    database = open_database("sqlite:///luchtig.db", venue.directory)
    with database.read() as conn:
        found = Counter(
            message.recipient
            for message in all_messages(conn)
            if message.kind.startswith("protocol") and message.sent
        )
    database.close()
    return Counter({recipient: found[recipient] for recipient in DESERVED})


@pytest.mark.timeout(900)
def test_each_organiser_gets_the_mails_that_the_meeting_deserves(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, started_at(at("07:50"), 1).to_text())
    minutes = sorted(random.Random().sample(range(8 * 60 + 40, 10 * 60 + 40), 3))
    deaths = [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]
    scenario = str(find_scenario("de-kade"))
    with mail_server(Inbox(free_port())) as inbox, set_up(tmp_path, broker, "") as venue:
        mail = f'[notify]\nmail = "smtp://127.0.0.1:{inbox.port}"\n'
        venue.write_config("sqlite:///readings.db", mail)
        began_s = time.monotonic()
        assert venue.run("import", scenario).returncode == 0
        speed = min(SPEED, max(SLOWEST, AWAY_S / (time.monotonic() - began_s)))
        clock = started_at(at("07:55"), speed)
        monkeypatch.setenv(VARIABLE, clock.to_text())
        gateway = venue.start("gateway")
        venue.start("sim", scenario, "--backfill", BEFORE, says="")
        for moment in deaths:
            wait_for(clock, at(moment))
            kill(gateway)
            gateway = venue.start("gateway")
        wait_for(clock, at(UNTIL))
        wait_until(lambda: told(venue).keys() == DESERVED.keys(), "all to be told")
        stop(gateway)
        assert told(venue) == DESERVED, f"killed at {deaths}"
        # What was handed over in the moment of a kill comes again, as the same message.
        mails = {(to, mail["Message-ID"]) for to, mail in inbox.mails if to in DESERVED}
        expected = Counter({recipient: len(its) for recipient, its in DESERVED.items()})
        expected += asked(venue)
        assert Counter(recipient for recipient, _ in mails) == expected, f"killed at {deaths}"
