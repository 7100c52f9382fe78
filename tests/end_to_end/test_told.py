"""From a reading over the limit to the organiser's mail, its link, and the mail that it is over."""

import re
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError

import paho.mqtt.publish as mqtt_publish
import pytest

from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.database import open_database
from gateway.registry.policies import put_policy
from sensors.clock import VARIABLE, started_at
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.end_to_end.set_up import SetUp, kill, set_up
from tests.gateway.live_venue import START
from tests.gateway.mail_inbox import html_of, mail_server, new_inbox, text_of
from tests.servers import Broker, wait_until

ORGANISER = "anna@example.org"


def furnish(venue: SetUp) -> None:
    """A meeting that is on, in a room whose limits are judged at once."""
    venue.import_venue()
    database = open_database("sqlite:///luchtig.db", venue.directory)
    at_once = Policy(
        "at-once", "Meteen", co2_limit_ppm=1200.0, co2_clear_ppm=1000.0,
        co2_pending_s=0.0, clear_s=0.0, no_data_s=1e6,
    )  # fmt: skip
    with database.write() as conn:
        put_policy(conn, at_once)
        put_meeting(
            conn,
            Meeting("m1", VenueSlug("de-kade"), RoomSlug("serre"), "Pitch <b>& koffie</b>", START - timedelta(hours=2),
                    START + timedelta(days=1), organiser=ORGANISER, policy="at-once"),
        )  # fmt: skip
    database.close()


def press(venue: SetUp, path: str) -> None:
    data = urllib.parse.urlencode({"note": "ramen open"}).encode()
    urllib.request.urlopen(f"http://127.0.0.1:{venue.port}{path}", data, timeout=30).close()


def test_a_breach_is_told_acknowledged_by_its_link_and_told_as_over_in_the_same_thread(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, started_at(START, 60.0).to_text())
    inbox = new_inbox()
    with mail_server(inbox), set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.write_config(
            "sqlite:///readings.db",
            f'public_url = "http://127.0.0.1:{venue.port}"\n'
            f'[notify]\nmail = "smtp://127.0.0.1:{inbox.port}"\n',
        )
        furnish(venue)
        gateway = venue.start("gateway")
        venue.start_dashboard()

        def read(co2_ppm: int) -> None:
            topic = "luchtig/devices/de-kade/co2-03/air"
            mqtt_publish.single(topic, f'{{"co2_ppm": {co2_ppm}}}', 1, port=broker.port)

        read(1500)
        wait_until(lambda: inbox.of(ORGANISER), "the mail")
        (first,) = inbox.of(ORGANISER)
        assert "Pitch &lt;b&gt;&amp; koffie&lt;/b&gt;" in html_of(first)
        (path,) = re.findall(rf"http://127.0.0.1:{venue.port}(/ack/\S+)", text_of(first))

        venue.page(path)
        (alert,) = venue.get("/api/v1/alerts")["alerts"]
        assert not alert["acknowledged"]
        press(venue, path)

        def seen() -> bool:
            return bool(venue.get("/api/v1/alerts")["alerts"][0]["acknowledged"])

        wait_until(seen, "the gateway to have taken it")
        (alert,) = venue.get("/api/v1/alerts")["alerts"]
        assert alert["acknowledged_by"] == ORGANISER
        with pytest.raises(HTTPError) as again:
            press(venue, path)
        assert again.value.code == 409
        again.value.close()

        kill(gateway)
        venue.start("gateway")
        read(800)
        wait_until(lambda: len(inbox.of(ORGANISER)) > 1, "the mail that it is over")
        over = inbox.of(ORGANISER)[1]
        assert over["In-Reply-To"] == first["Message-ID"]
        assert "Ik ben ermee bezig" not in text_of(over)

        def told() -> list[tuple[str, str]]:
            found = venue.get(f"/api/v1/alerts/{alert['id']}/deliveries")["deliveries"]
            return [(one["kind"], one["state"]) for one in found if one["recipient"] == ORGANISER]

        both = [("firing", "sent"), ("resolved", "sent")]
        wait_until(lambda: told() == both, "both to be on record as sent")
        assert len(inbox.of(ORGANISER)) == 2
