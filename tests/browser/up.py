"""``luchtig up`` as a process, and a sensor that speaks to its broker."""

import json
import math
import os
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil
from paho.mqtt.enums import CallbackAPIVersion

from tests.end_to_end.demo import LUCHTIG
from tests.servers import free_port, program, stop, wait_until

SETUP = re.compile(r"luchtig dashboard: set up on (\S+/setup\?key=\S+)")


class Up:
    """One that is ready. ``setup_link`` is the newest that it told."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, port: int, broker: int) -> None:
        self.process = process
        self.log = log
        self.port = port
        self.broker = broker

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def setup_link(self) -> str:
        wait_until(lambda: SETUP.search(self.said()), "the link to the set-up")
        found = SETUP.findall(self.said())
        return str(found[-1])

    def child(self, name: str) -> psutil.Process:
        children = psutil.Process(self.process.pid).children(recursive=False)
        (found,) = [one for one in children if name in " ".join(one.cmdline())]
        return found

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def send(self, venue: str, device: str, co2_ppm: int) -> None:
        topic = f"luchtig/devices/{venue}/{device}/air"
        message = f'{{"co2_ppm": {co2_ppm}}}'
        command = [program("mosquitto_pub"), "-p", str(self.broker), "-q", "1", "-t", topic]
        subprocess.run([*command, "-m", message], check=True)


@contextmanager
def running(folder: Path, *options: str, **environment: str) -> Iterator[Up]:
    """One on a folder, until it is ready; ``environment`` beside that of the tests."""
    port, broker = free_port(), free_port()
    log = folder.parent / f"{folder.name}.log"
    command = [*LUCHTIG, "up", "--data", str(folder), "--port", str(port)]
    command += ["--broker-port", str(broker), *options]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=dict(os.environ) | environment
        )
    up = Up(process, log, port, broker)
    try:
        wait_until(
            lambda: "Ctrl-C stops it" in up.said() or process.poll() is not None, "it to be up", 120
        )
        assert process.poll() is None, up.said()
        yield up
    finally:
        stop(process)


class Sensor:
    """A device that measures CO2 and says it every quarter of a second, until it is put off. It comes to
    what is to be shown as slowly as air does on a clock that runs ``SPEED`` times as fast, and has some
    noise: one that jumps or repeats itself to the digit would be taken for broken. With
    ``air_changes_per_h`` its room is empty, and what is over outdoors falls exponentially.
    """

    EACH_S = 0.25
    SPEED = 60.0
    FASTEST_PPM_PER_MIN = 24.0
    OUTDOOR_PPM = 430.0

    def __init__(self, broker: int, venue: str, device: str, co2_ppm: float) -> None:
        self.aims_at_ppm = self.shows_ppm = co2_ppm
        self.air_changes_per_h = 0.0
        self._topic = f"luchtig/devices/{venue}/{device}/air"
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.connect("127.0.0.1", broker)
        self._client.loop_start()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._speak, daemon=True)
        self._thread.start()

    def put_off(self) -> None:
        self._over.set()
        self._thread.join(5)
        self._client.loop_stop()

    def _speak(self) -> None:
        last_s = time.monotonic()
        number = 0
        while not self._over.wait(self.EACH_S):
            number += 1
            now_s = time.monotonic()
            minutes = (now_s - last_s) * self.SPEED / 60
            last_s = now_s
            self.shows_ppm = self._after(minutes)
            shown = round(self.shows_ppm + 4 * math.sin(number * 2.4))
            self._client.publish(self._topic, json.dumps({"co2_ppm": shown}), 1)

    def _after(self, minutes: float) -> float:
        if self.air_changes_per_h:
            left = math.exp(-self.air_changes_per_h * minutes / 60)
            return self.OUTDOOR_PPM + (self.shows_ppm - self.OUTDOOR_PPM) * left
        most_ppm = self.FASTEST_PPM_PER_MIN * minutes
        return self.shows_ppm + max(-most_ppm, min(most_ppm, self.aims_at_ppm - self.shows_ppm))
