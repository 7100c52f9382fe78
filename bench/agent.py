"""What `luchtig sensor` costs the machine that it runs on: the disk, the memory, the processor.

    python -m bench.agent [--minutes 15] [--every 5] [--save FOLDER]

Three simulated sensors on pseudo-terminals, read at 5 s and published to a Mosquitto; then the same while
that broker is away. The agent's files lie on an ext4 of their own, in a file that is mounted, whose
kernel counts what was written with the file system's own journal; where nothing can be mounted (that
takes root) what the process itself had the kernel write is all there is.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from bench import results
from bench.disk import Disk, own_disk
from bench.ingest.processes import pss_mb
from firmware_sim.devices.pty_device import PtyDevice
from firmware_sim.devices.serial_models import serial_device
from firmware_sim.devices.serial_sensor import Sample
from sensors.clock import SYSTEM
from tests.servers import free_port, mosquitto, running

MODELS = ("mh-z19b", "senseair-s8", "scd30")
SETTLE_S = 30.0
DAY_S = 86_400
HEAD = "| broker | minutes | requests | written MB a day | on its ext4 MB a day | memory MB | of a core |"


@dataclass(frozen=True)
class Cost:
    """``disk_mb`` is what came to the device below the file system, None where none was mounted."""

    broker: str
    seconds: float
    requests: int
    written_mb: float
    disk_mb: float | None
    memory_mb: float
    cpu_s: float

    def line(self) -> str:
        disk = "–" if self.disk_mb is None else f"{self.disk_mb * DAY_S / self.seconds:,.1f}"
        return (
            f"| {self.broker} | {self.seconds / 60:.0f} | {self.requests} |"
            f" {self.written_mb * DAY_S / self.seconds:,.1f} | {disk} | {self.memory_mb:.1f} |"
            f" {self.cpu_s / self.seconds:.2%} |"
        )


def main() -> None:
    asked = argparse.ArgumentParser(description="what the agent costs its machine")
    asked.add_argument("--minutes", type=float, default=15.0)
    asked.add_argument("--every", type=float, default=5.0, help="seconds between readings")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    print(f"{HEAD}\n|{' --- |' * (HEAD.count('|') - 1)}")
    kept = []
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)
        disk = stack.enter_context(own_disk(directory))
        devices = [stack.enter_context(simulated(model)) for model in MODELS]
        port = free_port()
        config = disk.folder / "luchtig.toml"
        config.write_text(configuration(port, given.every, [device.path for device in devices]))
        command = [sys.executable, "-m", "dashboard", "sensor", "--config", str(config)]
        agent = stack.enter_context(
            running(
                command,
                directory / "agent.log",
                ready=lambda: all(device.requests for device in devices),
            )
        )
        with mosquitto(directory, port=port):
            kept.append(cost("there", agent.pid, disk, devices, given.minutes * 60))
            print(kept[-1].line(), flush=True)
        kept.append(cost("away", agent.pid, disk, devices, given.minutes * 60))
        print(kept[-1].line(), flush=True)
    if given.save:
        rows = [asdict(one) for one in kept]
        print(f"\nKept in {results.save(given.save, 'agent', vars(given), rows)}")


def cost(broker: str, pid: int, disk: Disk, devices: list[PtyDevice], seconds: float) -> Cost:
    """What it used in so many seconds, when it has settled."""
    time.sleep(SETTLE_S)
    process = psutil.Process(pid)

    def used() -> tuple[float, int, float, float | None, float]:
        times, written = process.cpu_times(), process.io_counters().write_bytes / 1e6
        requests = sum(device.requests for device in devices)
        return time.monotonic(), requests, written, disk.written_mb(), times.user + times.system

    began_s, asked, written, on_disk, cpu_s = used()
    time.sleep(seconds)
    ended_s, asked_then, written_then, on_disk_then, cpu_then_s = used()
    on = None if on_disk is None or on_disk_then is None else on_disk_then - on_disk
    return Cost(
        broker, ended_s - began_s, asked_then - asked, written_then - written, on,
        pss_mb(pid), cpu_then_s - cpu_s,
    )  # fmt: skip


@contextmanager
def simulated(model: str) -> Iterator[PtyDevice]:
    speaker, _ = serial_device(model, lambda: Sample(812.0), SYSTEM.now_ns, 1)
    with PtyDevice(speaker) as device:
        yield device


def configuration(broker_port: int, every_s: float, ports: list[str]) -> str:
    lines = [f'[broker]\nurl = "mqtt://127.0.0.1:{broker_port}"', '[sensor]\nvenue = "de-kade"']
    for number, (model, port) in enumerate(zip(MODELS, ports, strict=True)):
        lines.append(
            f'[[sensor.device]]\ndevice = "co2-{number:02}"\nmodel = "{model}"\nport = "{port}"\n'
            f"interval_s = {every_s}\nwarm_up_s = 0"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
