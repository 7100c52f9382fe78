"""How long from a reading over the limit to the mail in the hands of the mail server.

    python -m bench.alerts [--rooms 100] [--rate 5]

Real processes: Mosquitto, ``luchtig gateway`` and an SMTP server, embedded store. Each room has a
meeting of an organiser of its own and a policy without a pending time, which would only be added to
each figure.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from paho.mqtt.enums import CallbackAPIVersion

from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.database import open_database
from gateway.registry.devices import place
from gateway.registry.policies import put_policy
from gateway.registry.rooms import put_room, put_venue
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.servers import free_port, mosquitto, running, wait_until

VENUE = VenueSlug("bench")
TARGET_P99_MS = 2000.0


class Handed:
    """When the mail of each organiser came."""

    def __init__(self) -> None:
        self.at_s: dict[str, float] = {}

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        for recipient in envelope.rcpt_tos:
            self.at_s.setdefault(recipient, time.monotonic())
        return "250 OK"


def organiser(number: int) -> str:
    return f"organiser-{number}@example.org"


@contextmanager
def site(directory: Path, rooms: int, mail_port: int) -> Iterator[int]:
    """Broker and gateway; the port of the broker."""
    with ExitStack() as stack:
        broker = stack.enter_context(mosquitto(directory / "broker"))
        config = directory / "luchtig.toml"
        config.write_text(
            f'[broker]\nurl = "{broker.url}"\n[notify]\nmail = "smtp://127.0.0.1:{mail_port}"\n'
        )
        database = open_database("sqlite:///luchtig.db", directory)
        database.migrate()
        now = SYSTEM.now()
        hour = timedelta(hours=1)
        with database.write() as conn:
            put_policy(
                conn,
                Policy(
                    "at-once",
                    "Meteen",
                    co2_limit_ppm=1200.0,
                    co2_clear_ppm=1100.0,
                    co2_pending_s=0.0,
                ),
            )
            put_venue(conn, Venue(VENUE, "Bench"))
            for number in range(rooms):
                room = f"room-{number}"
                put_room(conn, Room(VENUE, RoomSlug(room), f"Room {number}", policy="at-once"))
                place(conn, VENUE, DeviceSlug(f"co2-{number}"), RoomSlug(room), now)
                put_meeting(
                    conn,
                    Meeting(f"m-{number}", VENUE, RoomSlug(room), f"Meeting {number}", now - hour, now + hour,
                            organiser=organiser(number)),
                )  # fmt: skip
        database.close()
        arguments = [sys.executable, "-m", "dashboard", "gateway", "--config", str(config)]
        log = directory / "gateway.log"
        stack.enter_context(running(arguments, log, ready=lambda: "ready" in log.read_text()))
        yield broker.port


def breach(port: int, rooms: int, rate: float) -> dict[str, float]:
    """A reading over the limit from each room; when each left, by organiser."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    left_s: dict[str, float] = {}
    begin_s = time.monotonic()
    for number in range(rooms):
        time.sleep(max(0.0, begin_s + number / rate - time.monotonic()))
        body: dict[str, Any] = {"ts": to_wire(SYSTEM.now()), "seq": number, "co2_ppm": 1500}
        left_s[organiser(number)] = time.monotonic()
        client.publish(f"luchtig/devices/{VENUE}/co2-{number}/air", msgspec.json.encode(body), 1)
    client.disconnect()
    client.loop_stop()
    return left_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--rate", type=float, default=5.0, help="rooms that go over, a second")
    given = parser.parse_args()
    handed = Handed()
    controller = Controller(handed, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            site(Path(folder), given.rooms, controller.port) as port,
        ):
            left_s = breach(port, given.rooms, given.rate)
            wait_until(lambda: len(handed.at_s) == given.rooms, "all mails")
    finally:
        controller.stop()
    took = sorted((handed.at_s[to] - at_s) * 1000 for to, at_s in left_s.items())
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    print("| rooms | breaches/s | mails | p50 ms | p99 ms | max ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    print(
        f"| {given.rooms} | {given.rate:g} | {len(took)} | {p50:.0f} | {p99:.0f} | {took[-1]:.0f} |"
    )
    sys.exit(p99 > TARGET_P99_MS)


if __name__ == "__main__":
    main()
