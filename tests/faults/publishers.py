"""Devices that keep their own record of what the broker confirmed to them, whatever happens on the way."""

import json
import threading
from typing import Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.clock import SYSTEM, Clock
from sensors.wire.instant import from_ns
from tests.servers import wait_until

MS = 1_000_000
Told = tuple[str, int, float]
"""A reading as its device knows it: device, time in ns, ppm."""


class Publisher:
    """One device that says readings at QoS 1, each at a millisecond of its own, ``per_s`` a second.

    ``confirmed`` is what came back in a PUBACK; what was not confirmed is said again on the next
    connection, so that after ``finish`` it is all that was ever said. ``clock`` may be another one later.
    """

    def __init__(
        self, port: int, device: str, *, co2_ppm: float = 700.0, per_s: float = 100.0,
        clock: Clock = SYSTEM, venue: str = "de-kade",
    ) -> None:  # fmt: skip
        self.device = device
        self.confirmed: set[Told] = set()
        self.said: set[Told] = set()
        self.clock = clock
        self._venue = venue
        self._co2_ppm, self._per_s = co2_ppm, per_s
        self._at_ns, self._steps = 0, 0
        self._lock = threading.Lock()
        self._on_their_way: dict[int, Told] = {}
        self._early: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=device)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{device}-{port}", clean_session=False)  # fmt: skip
        self._client.reconnect_delay_set(1, 1)
        self._client.max_inflight_messages_set(200)
        self._client.on_publish = self._confirmed
        self._client.connect_async("127.0.0.1", port, keepalive=10)

    def __enter__(self) -> Self:
        self._client.loop_start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._client.disconnect()
        self._client.loop_stop()

    def says(self, more: int) -> None:
        """Wait until that many more are confirmed than now."""
        wanted = len(self.confirmed) + more
        wait_until(lambda: len(self.confirmed) >= wanted, f"{more} more of {self.device}")

    def finish(self) -> None:
        """Say nothing new, and wait until all is confirmed."""
        self._stop.set()
        self._thread.join()
        wait_until(lambda: self.confirmed == self.said, f"{self.device}'s last confirmation")

    def step_to(self, clock: Clock) -> None:
        """Go by another clock. What is told by it lies so many microseconds behind a millisecond as there
        were steps, so that no moment that was gone back to is told of twice.
        """
        with self._lock:
            self.clock, self._at_ns = clock, 0
            self._steps += 1

    def _tells(self) -> tuple[str, float]:
        """Which device tells what next."""
        return self.device, self._co2_ppm

    def _run(self) -> None:
        while not self._stop.wait(1 / self._per_s):
            device, co2_ppm = self._tells()
            with self._lock:
                now_ns = self.clock.now_ns() // MS * MS + self._steps * 1000
                self._at_ns = max(now_ns, self._at_ns + MS)
                told = (device, self._at_ns, co2_ppm)
            body = {"ts": from_ns(told[1]).isoformat(), "co2_ppm": co2_ppm}
            self.said.add(told)
            topic = f"luchtig/devices/{self._venue}/{device}/air"
            number = self._client.publish(topic, json.dumps(body), 1).mid
            with self._lock:
                if number in self._early:
                    self._early.remove(number)
                    self.confirmed.add(told)
                else:
                    self._on_their_way[number] = told

    def _confirmed(
        self, _c: mqtt.Client, _u: object, number: int, _why: ReasonCode, _more: Properties
    ) -> None:
        with self._lock:
            told = self._on_their_way.pop(number, None)
            if told is None:
                self._early.add(number)
            else:
                self.confirmed.add(told)
