from flask.testing import FlaskClient

from gateway.domain.door import Decided
from gateway.domain.refused_message import RefusedMessage
from gateway.metrics import ZONE_ASSUMED, device_label
from gateway.registry.live import quarantine
from gateway.registry.live.door_decisions import put_decisions
from gateway.registry.live.metric_totals import put_totals
from sensors.wire.instant import to_ns
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.dashboard.pages.reading import said
from tests.dashboard.pages.scene import NOW, Stage, ago


def test_a_sensor_has_a_page_that_the_settings_lead_to(client: FlaskClient) -> None:
    assert 'href="/settings/devices/de-kade/co2-05"' in client.get("/settings/sensors").text
    words = said(client.get("/settings/devices/de-kade/co2-05"))
    assert "Zaal: Bibliotheek" in words
    assert "Laatst gehoord: 19:41" in words
    assert "Totalen" not in words


def test_a_sensor_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/settings/devices/de-kade/co2-99").status_code == 404
    assert client.get("/settings/devices/elsewhere/co2-05").status_code == 404


def test_what_was_made_of_a_doors_totals_is_shown_newest_first(
    client: FlaskClient, stage: Stage
) -> None:
    door = (VenueSlug("de-kade"), DeviceSlug("co2-05"))
    made = [
        Decided(ago(9), "in", "passing", 45206, 45204),
        Decided(ago(3), "out", "restart", 480, 2),
    ]
    with stage.database.write() as conn:
        put_decisions(conn, [(door, one) for one in made])
    words = said(client.get("/settings/devices/de-kade/co2-05"))
    first = "Naar buiten 480 → 2 De teller begon opnieuw en telt van daar verder."
    second = "Binnengekomen 45.206 → 45.204 Het ging voorbij: er is niemand bijgeteld."
    assert words.index(first) < words.index(second)


def test_readings_with_a_local_time_are_told_with_the_zone_they_were_taken_in(
    client: FlaskClient, stage: Stage
) -> None:
    page = "/settings/devices/de-kade/co2-05"
    assert "Europe/Amsterdam" not in said(client.get(page))
    name = (ZONE_ASSUMED, device_label("de-kade", "co2-05"))
    with stage.database.write() as conn:
        put_totals(conn, "luchtig-gateway", {name: 41.0, (ZONE_ASSUMED, "de-kade/co2-06"): 7.0})
        put_totals(conn, "luchtig-gateway-2", {name: 1.0})
    words = said(client.get(page))
    assert "42 metingen kwamen met een lokale tijd zonder zone" in words
    assert "Europe/Amsterdam" in words


def test_it_shows_what_was_refused_of_this_sensor_alone(client: FlaskClient, stage: Stage) -> None:
    with stage.database.write() as conn:
        for device in ("co2-05", "co2-051"):
            topic = f"luchtig/devices/de-kade/{device}/air"
            refused = RefusedMessage(topic, b"{", Reason.NOT_JSON, f"of {device}", to_ns(NOW))
            quarantine.add(conn, refused)
    words = said(client.get("/settings/devices/de-kade/co2-05"))
    assert "Geen JSON of co2-05" in words
    assert "co2-051" not in words
