"""One device that sends without end, and a broker that hands over ten thousand retained messages at once."""

from contextlib import ExitStack
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from gateway.metrics import ACCEPTED, OVER_SHARE, REFUSED
from tests.end_to_end.gateway_alone import Ledger
from tests.faults.publishers import Publisher, Told
from tests.faults.site import Site, site
from tests.servers import Broker, mosquitto, wait_until

SHARE_PER_S = 5
SHARE = f"[gateway]\ndevice_messages_per_s = {SHARE_PER_S}\n"
FLOOD = 1_500
OTHERS = 20
RETAINED = 10_000


def test_a_device_at_a_thousand_a_second_takes_nothing_from_the_others(
    tmp_path: Path, broker: Broker
) -> None:
    with site(tmp_path, broker, "sqlite:///r.db", SHARE) as place, ExitStack() as stack:
        place.venue.start("gateway")
        ledger = Ledger(place.venue.config)
        stack.callback(ledger.close)
        mad = stack.enter_context(Publisher(broker.port, "co2-99", per_s=1_000))
        others = [
            stack.enter_context(Publisher(broker.port, f"co2-{number:02}", per_s=2))
            for number in range(OTHERS)
        ]
        mad.says(FLOOD)
        for other in others:
            wait_until(lambda it=other: len(it.confirmed) > 5, "some readings of each")  # type: ignore[misc]
        for device in (mad, *others):
            device.finish()

        confirmed = set[Told]().union(*(other.confirmed for other in others))
        wait_until(lambda: _of_others(place) == confirmed, "exactly what the others sent")
        minutes = {at_ns // 60_000_000_000 for _, at_ns, _ in mad.confirmed}
        most = len(minutes) * (SHARE_PER_S * 60 + 60)
        counted = place.held() - confirmed
        assert len(counted) <= most
        assert counted <= mad.confirmed

        left_out = len(mad.confirmed) - len(counted)
        assert left_out >= FLOOD - most
        label = "de-kade/co2-99"
        wait_until(lambda: ledger.count(OVER_SHARE, label) == left_out, "the count of the rest")
        wait_until(lambda: ledger.count(REFUSED, "over_share") == left_out, "its count by reason")
        topic = "luchtig/devices/de-kade/co2-99/air"
        assert ledger.quarantine() == [(topic, "over_share")]
        said = f"device {label} sends over {SHARE_PER_S} messages a second"
        assert place.venue.log("gateway").count(said) == 1


def _of_others(place: Site) -> set[Told]:
    return {told for told in place.held() if told[0] != "co2-99"}


def test_ten_thousand_retained_messages_are_refused_and_what_comes_among_them_is_taken(
    tmp_path: Path,
) -> None:
    with (
        mosquitto(tmp_path / "broker") as broker,
        site(tmp_path, broker, "sqlite:///r.db") as place,
    ):
        _retain(broker)
        ledger = Ledger(place.venue.config)
        gateway = place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            other.says(100)
            wait_until(
                lambda: ledger.count(REFUSED, "retained") == RETAINED, "all that was retained", 60
            )
            place.ends_equal((over, other))
        sent = len(over.confirmed | other.confirmed)
        wait_until(lambda: ledger.count(ACCEPTED, "air") == sent, "all to be counted")
        assert gateway.poll() is None
        ledger.close()


def _retain(broker: Broker) -> None:
    """A reading on each of so many topics, as if sent a moment ago."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1_000)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    sent = [
        client.publish(f"luchtig/devices/de-kade/old-{n}/air", b'{"co2_ppm":2000}', 1, retain=True)
        for n in range(RETAINED)
    ]
    for one in sent:
        one.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()
