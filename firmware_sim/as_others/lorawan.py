"""LoRaWAN devices by their networks: The Things Stack v3 and ChirpStack v4, whose uplinks hold the device's
bytes and what the network's decoder makes of them [thethingsindustries.com, Data formats; chirpstack.io,
Event types; Milesight-IoT/SensorDecoders; Elsys payload].

The device is an AM103 or an ERS CO2 for air, a VS121 above a room, a VS350 at a door: the first or only
thing that it measures decides.
"""

import base64
import hashlib
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from firmware_sim.as_others.voice import (
    SECOND_NS,
    Air,
    Condition,
    Spoken,
    Steps,
    Voice,
    json_post,
    told,
)
from firmware_sim.event import Post
from firmware_sim.scenario.scenario import DevicePlan
from firmware_sim.scenario.tables import Quantity
from sensors.wire.instant import from_ns
from sensors.wire.reading import PeopleReading

MOST_IN_ONE_BYTE = 255
TOTALS_GO_ROUND_AT = 1 << 16
PORT = 85

Frame = tuple[bytes, dict[str, Any]]
"""The device's bytes and what its decoder makes of them."""


def am103(air: Air, condition: Condition) -> Frame:
    frame = bytes((0x01, 0x75, condition.battery_pct))
    if air.temperature_c is not None:
        frame += b"\x03\x67" + round(air.temperature_c * 10).to_bytes(2, "little", signed=True)
    if air.humidity_pct is not None:
        frame += bytes((0x04, 0x68, round(air.humidity_pct * 2)))
    if air.co2_ppm is not None:
        frame += b"\x07\x7d" + air.co2_ppm.to_bytes(2, "little")
    return frame, told(
        battery=condition.battery_pct, temperature=air.temperature_c, humidity=air.humidity_pct,
        co2=air.co2_ppm,
    )  # fmt: skip


def ers_co2(air: Air, condition: Condition) -> Frame:
    frame = b""
    if air.temperature_c is not None:
        frame += b"\x01" + round(air.temperature_c * 10).to_bytes(2, "big", signed=True)
    if air.humidity_pct is not None:
        frame += bytes((0x02, round(air.humidity_pct)))
    frame += bytes.fromhex("040027")
    if air.co2_ppm is not None:
        frame += b"\x06" + air.co2_ppm.to_bytes(2, "big")
    vdd_mv = 3000 + 6 * condition.battery_pct
    return frame + b"\x07" + vdd_mv.to_bytes(2, "big"), told(
        temperature=air.temperature_c, humidity=air.humidity_pct, light=39, co2=air.co2_ppm,
        vdd=vdd_mv,
    )  # fmt: skip


def ers_motion(reading: PeopleReading) -> Frame:
    moves = min(reading.motion or 0, MOST_IN_ONE_BYTE)
    return bytes((0x05, moves)), {"motion": moves}


def vs121(reading: PeopleReading) -> Frame:
    count = min(reading.count or 0, MOST_IN_ONE_BYTE)
    return bytes((0x04, 0xC9, count, 0, 0, 0)), {"people_count_all": count, "region_count": 0}


def vs350(reading: PeopleReading, passed: tuple[int, int]) -> Frame:
    totals = (reading.in_total or 0, reading.out_total or 0)
    frame = b"\x04\xcc" + b"".join(total.to_bytes(2, "little") for total in totals)
    frame += b"\x05\xcc" + b"".join(one.to_bytes(2, "little") for one in passed)
    names = ("total_in", "total_out", "period_in", "period_out")
    return frame, dict(zip(names, (*totals, *passed), strict=True))


class _Uplinks(Voice):
    keeps = True
    air_model: ClassVar[str]
    """Its name, as a source has it."""

    def __init__(self, plan: DevicePlan, zone: ZoneInfo, seed: int) -> None:
        super().__init__(plan, zone, seed)
        of_one_model = ({"air", "motion"}, {"count"}, {"door"})
        self.says = next(
            (self.says & those for those in of_one_model if self.says & those), self.says
        )
        self._frames = 0
        self._before: tuple[int, int] | None = None

    @property
    def model(self) -> str:
        """The name of the device's model, as a source has it."""
        if "count" in self.says:
            return "milesight-vs121"
        return "milesight-vs350" if "door" in self.says else self.air_model

    def air(self, air: Air) -> tuple[Post, ...]:
        frame = self.air_frame(air, self.condition(air.at_ns))
        return (self._uplink(air.at_ns, frame),)

    def air_frame(self, air: Air, condition: Condition) -> Frame:
        raise NotImplementedError

    def people(self, reading: PeopleReading) -> Spoken:
        if reading.in_total is not None and reading.out_total is not None:
            now = (reading.in_total % TOTALS_GO_ROUND_AT, reading.out_total % TOTALS_GO_ROUND_AT)
            come, gone = (
                (total - before) % TOTALS_GO_ROUND_AT
                for total, before in zip(now, self._before or now, strict=True)
            )
            self._before = now
            reading = msgspec.structs.replace(reading, in_total=now[0], out_total=now[1])
            frame = vs350(reading, (come, gone))
        elif reading.count is not None:
            frame = vs121(reading)
            reading = msgspec.structs.replace(reading, count=frame[0][2])
        else:
            frame = ers_motion(reading)
            reading = msgspec.structs.replace(reading, motion=frame[0][1])
        return Spoken((self._uplink(reading.at_ns, frame),), (reading,))

    def _uplink(self, at_ns: int, frame: Frame) -> Post:
        raise NotImplementedError


class TheThingsStack(_Uplinks):
    kind = "tts"
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air", "count", "door"))
    filters = ("v3/+/devices/+/up",)
    steps = Steps(time_ns=1, humidity_pct=0.5)
    hub = "tts-bridge"
    air_model = "milesight-am103"

    def air_frame(self, air: Air, condition: Condition) -> Frame:
        return am103(air, condition)

    def _uplink(self, at_ns: int, frame: Frame) -> Post:
        condition = self.condition(at_ns)
        self._frames += 1
        data, decoded = frame
        received = _nanoseconds(at_ns)
        uplink = {
            "session_key_id": "AY5h0H6i1mvKJ0Z0RDWk9Q==", "f_port": PORT, "f_cnt": self._frames,
            "frm_payload": base64.b64encode(data).decode(), "decoded_payload": decoded,
            "rx_metadata": [
                {"gateway_ids": {"gateway_id": "attic"}, "rssi": condition.signal_dbm, "snr": 9.2},
                {"gateway_ids": {"gateway_id": "across"}, "rssi": condition.signal_dbm - 24},
            ],
            "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}},
            "last_battery_percentage": {"f_cnt": 1, "value": condition.battery_pct},
            "received_at": received, "consumed_airtime": "0.061696s",
        }  # fmt: skip
        body = {
            "end_device_ids": {
                "device_id": self.name,
                "application_ids": {"application_id": str(self.plan.venue)},
                "dev_eui": self.address(16).upper(),
            },
            "correlation_ids": [f"as:up:{self.address(26).upper()}"],
            "received_at": _nanoseconds(at_ns + SECOND_NS // 5), "uplink_message": uplink,
        }  # fmt: skip
        return json_post(f"{self._base}/up", body, qos=1)

    def back(self) -> tuple[Post, ...]:
        ids = {"device_id": self.name, "dev_eui": self.address(16).upper()}
        return (json_post(f"{self._base}/join", {"end_device_ids": ids, "join_accept": {}}, qos=1),)

    @property
    def _base(self) -> str:
        return f"v3/{self.plan.venue}@ttn/devices/{self.name}"


class ChirpStack(_Uplinks):
    kind = "chirpstack"
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air", "count", "door", "motion"))
    filters = ("application/+/device/+/event/+",)
    steps = Steps(time_ns=1_000, humidity_pct=1)
    hub = "chirpstack-integration"
    air_model = "elsys-ers-co2"

    def air_frame(self, air: Air, condition: Condition) -> Frame:
        return ers_co2(air, condition)

    def _uplink(self, at_ns: int, frame: Frame) -> Post:
        condition = self.condition(at_ns)
        self._frames += 1
        data, decoded = frame
        body = {
            "deduplicationId": _uuid(f"{self._key}/{self._frames}"),
            "time": f"{from_ns(at_ns):%Y-%m-%dT%H:%M:%S}.{at_ns // 1000 % 1_000_000:06}+00:00",
            "deviceInfo": self._info, "devAddr": self.address(8), "adr": True, "dr": 5,
            "fCnt": self._frames, "fPort": PORT, "confirmed": False,
            "data": base64.b64encode(data).decode(), "object": decoded,
            "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": condition.signal_dbm, "snr": 9.0}],
            "txInfo": {"frequency": 868100000},
        }  # fmt: skip
        return json_post(f"{self._base}/up", body, qos=1)

    def births(self) -> tuple[Post, ...]:
        body = {
            "deviceInfo": self._info, "margin": 20, "externalPowerSource": False,
            "batteryLevelUnavailable": False, "batteryLevel": 88.6,
        }  # fmt: skip
        return (json_post(f"{self._base}/status", body, qos=1),)

    def back(self) -> tuple[Post, ...]:
        body = {"deviceInfo": self._info, "devAddr": self.address(8)}
        return (json_post(f"{self._base}/join", body, qos=1),)

    @property
    def _info(self) -> dict[str, Any]:
        return {
            "tenantName": "ChirpStack", "applicationName": str(self.plan.venue),
            "applicationId": _uuid(str(self.plan.venue)), "deviceProfileName": self.model,
            "deviceName": self.name, "devEui": self.address(16),
        }  # fmt: skip

    @property
    def _base(self) -> str:
        return f"application/{_uuid(str(self.plan.venue))}/device/{self.address(16)}/event"


def _nanoseconds(at_ns: int) -> str:
    return f"{from_ns(at_ns):%Y-%m-%dT%H:%M:%S}.{at_ns % SECOND_NS:09}Z"


def _uuid(of: str) -> str:
    digits = hashlib.sha256(of.encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))
