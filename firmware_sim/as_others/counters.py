"""People counters that speak JSON by themselves: Xovis in version 5 of its data push, and Milesight's
VS121-P and VS133-P [their data push documents and user guides].
"""

from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from firmware_sim.as_others.voice import (
    SECOND_NS,
    Spoken,
    Steps,
    Voice,
    json_post,
    slug,
)
from firmware_sim.event import Post
from firmware_sim.scenario.scenario import DevicePlan
from firmware_sim.scenario.tables import Quantity
from sensors.wire.instant import from_ns
from sensors.wire.reading import PeopleReading
from sensors.wire.topic import DeviceSlug


class Xovis(Voice):
    """Says how many are in its zone, or how many passed its line since its message before."""

    kind = "xovis"
    filters = ("xovis/+",)
    makes: ClassVar[frozenset[Quantity]] = frozenset(("count", "door"))
    steps = Steps(time_ns=SECOND_NS)
    keeps = True

    def __init__(self, plan: DevicePlan, zone: ZoneInfo, seed: int) -> None:
        super().__init__(plan, zone, seed)
        self._before: tuple[int, int] | None = None
        self._before_ns = 0
        self._passed = (0, 0)
        self._number = 0

    @property
    def _logic(self) -> str:
        return "Line 1" if "door" in self.says else "Zone 1"

    @property
    def heard_as(self) -> DeviceSlug:
        return slug(f"{self.name}-{self._logic}")

    def people(self, reading: PeopleReading) -> Spoken:
        if reading.in_total is None or reading.out_total is None:
            counts = [{"id": 0, "name": "fill-level", "value": reading.count}]
        else:
            now = (reading.in_total, reading.out_total)
            come, gone = (
                max(0, total - before)
                for total, before in zip(now, self._before or now, strict=True)
            )
            self._before, self._passed = now, (self._passed[0] + come, self._passed[1] + gone)
            reading = msgspec.structs.replace(
                reading, in_total=self._passed[0], out_total=self._passed[1]
            )
            counts = [
                {"id": 0, "name": "fw", "value": come}, {"id": 1, "name": "bw", "value": gone},
            ]  # fmt: skip
        return Spoken((self._push(reading.at_ns, counts),), (reading,))

    def _push(self, at_ns: int, counts: list[dict[str, Any]]) -> Post:
        self._number += 1
        since_ns, self._before_ns = self._before_ns or at_ns - 60 * SECOND_NS, at_ns
        record = {
            "from": _utc(since_ns), "to": _utc(at_ns), "samples": 60, "samples_expected": 60,
            "counts": counts,
        }  # fmt: skip
        body = {"logics_data": {
            "package_info": {"version": "5.0", "id": self._number, "agent_id": 1},
            "sensor_info": {"serial_number": _mac(self.address(12)), "type": "SINGLE_SENSOR",
                            "name": self.name},
            "logics": [{"id": 1, "name": self._logic, "info": "XLT_4_LINE_IN_OUT_COUNT",
                        "geometries": [], "records": [record]}],
        }}  # fmt: skip
        return json_post(f"xovis/{self.name}", body, qos=1)


class Milesight(Voice):
    """A VS121-P above a room, or a VS133-P above a door, whose totals never begin again."""

    kind = "milesight"
    filters = ("milesight/+",)
    makes: ClassVar[frozenset[Quantity]] = frozenset(("count", "door"))
    steps = Steps(time_ns=SECOND_NS)
    keeps = True

    @property
    def _serial(self) -> str:
        return self.address(16).upper()

    @property
    def heard_as(self) -> DeviceSlug:
        return slug(f"{self._serial}-1" if "door" in self.says else self._serial)

    def people(self, reading: PeopleReading) -> Spoken:
        body = self._room(reading) if reading.in_total is None else self._door(reading)
        return Spoken((json_post(f"milesight/{self.name}", body, qos=1),), (reading,))

    def _room(self, reading: PeopleReading) -> dict[str, Any]:
        time, offset = self._local(reading.at_ns)
        return {
            "event": "Trigger", "report_type": "trigger",
            "device_info": {"device_sn": self._serial, "device_name": "People Counter",
                            "device_mac": _mac(self.address(12)), "firmware_version": "V_31.1.0.8"},
            "time_info": {"timezone": offset, "dst_status": "Enable", "start_time": time},
            "current_total": reading.count, "Max_counted": reading.count, "current_counted": [],
        }  # fmt: skip

    def _door(self, reading: PeopleReading) -> dict[str, Any]:
        time, offset = self._local(reading.at_ns)
        total = {
            "in_counted": reading.in_total, "out_counted": reading.out_total,
            "capacity_counted": 0,
        }  # fmt: skip
        return {
            "event": "Total", "report_type": "interval",
            "device_info": {"device_sn": self._serial, "device_name": self.name,
                            "device_model": "VS133-P", "firmware_version": "V_133.1.0.4"},
            "time_info": {"time_zone": offset, "dst_status": False, "time": time},
            "line_total_data": [{"line": 1, "line_name": "Line1", "total": total}],
        }  # fmt: skip

    def _local(self, at_ns: int) -> tuple[str, str]:
        """The local time, and how far it is from UTC as the device writes it."""
        local = from_ns(at_ns).astimezone(self.zone)
        offset = local.utcoffset() or timedelta()
        minutes = round(abs(offset).total_seconds() / 60)
        sign = "-" if offset < timedelta() else "+"
        return f"{local:%Y/%m/%d %H:%M:%S}", f"UTC{sign}{minutes // 60}:{minutes % 60:02}"


def _utc(at_ns: int) -> str:
    return f"{from_ns(at_ns):%Y-%m-%dT%H:%M:%SZ}"


def _mac(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)).upper()
