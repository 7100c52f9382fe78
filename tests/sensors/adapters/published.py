"""Payloads as makers and networks publish them, each with where it is from, and what they say.

Long ones are cut to the keys that matter here and one or two that do not.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from sensors.adapters.source import Kind, Mapped, MappedTime, Source
from sensors.wire.topic import VenueSlug

VENUE = VenueSlug("de-kade")

Message = tuple[str, bytes]
Expected = dict[tuple[str, str], dict[str, Any]]
"""By device and leaf: what is in the message that a device of ours would have sent."""


@dataclass(frozen=True)
class Published:
    source: Source
    messages: tuple[Message, ...]
    expected: Expected = field(default_factory=dict)
    where: str = ""


def source(kind: Kind, topic_filter: str, **more: Any) -> Source:
    return Source(kind=kind, filter=topic_filter, venue=VENUE, **more)


def _json(topic: str, told: object) -> Message:
    return topic, json.dumps(told).encode()


def _uplink_bytes(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def _chirpstack(model: str, hexadecimal: str, expected: Expected, where: str) -> Published:
    told = {
        "time": "2026-11-23T20:00:00.534910+00:00",
        "deviceInfo": {"deviceName": "Zaal 2", "devEui": "0101010101010101"},
        "fPort": 85,
        "data": _uplink_bytes(hexadecimal),
        "rxInfo": [{"gatewayId": "a", "rssi": -110}, {"gatewayId": "b", "rssi": -57}],
    }
    return Published(
        source("chirpstack", "application/+/device/+/event/+", model=model),
        (_json("application/17c82e96/device/0101010101010101/event/up", told),),
        expected,
        where,
    )


SENSOR_DECODERS = "github.com/Milesight-IoT/SensorDecoders"
AT = "2026-11-23T20:00:00.534910+00:00"

PUBLISHED: dict[str, Published] = {
    "zigbee2mqtt": Published(
        source("zigbee2mqtt", "zigbee2mqtt/#"),
        (
            _json("zigbee2mqtt/Vergaderzaal Noord", {
                "co2": 612, "temperature": 21.3, "humidity": 44.2, "voc": 12, "linkquality": 120,
                "battery": 87, "formaldehyd": 3,
            }),
            ("zigbee2mqtt/Vergaderzaal Noord/availability", b'{"state":"online"}'),
            ("zigbee2mqtt/hal/pir/availability", b"offline"),
            _json("zigbee2mqtt/hal/pir", {"occupancy": True, "illuminance": 4, "battery": 100}),
            ("zigbee2mqtt/bridge/state", b'{"state":"online"}'),
            ("zigbee2mqtt/hal/pir/set", b'{"sensitivity":"high"}'),
        ),
        {
            ("vergaderzaal-noord", "air"): {
                "co2_ppm": 612, "temperature_c": 21.3, "humidity_pct": 44.2,
            },
            ("vergaderzaal-noord", "health"): {"battery_pct": 87, "link_quality": 120},
            ("vergaderzaal-noord", "status"): {"online": True},
            ("hal-pir", "people"): {"motion": True},
            ("hal-pir", "status"): {"online": False},
        },
        "zigbee2mqtt.io, MQTT topics and messages; device page of a Tuya TS0601 air quality sensor",
    ),
    "tasmota": Published(
        source("tasmota", "tele/#"),
        (
            _json("tele/tasmota_zaal/SENSOR", {
                "Time": "2021-08-23T10:22:13",
                "MHZ19B": {"Model": "B", "CarbonDioxide": 589, "Temperature": 27.0},
                "SHT3X": {"Temperature": 21.5, "Humidity": 41.2, "DewPoint": 7.8},
                "TempUnit": "C",
            }),
            ("tele/tasmota_zaal/LWT", b"Online"),
            _json("tele/tasmota_zaal/STATE", {"Wifi": {"RSSI": 68, "Signal": -66}}),
        ),
        {
            ("tasmota-zaal", "air"): {
                "ts": "2021-08-23T10:22:13", "co2_ppm": 589, "temperature_c": 21.5,
                "humidity_pct": 41.2,
            },
            ("tasmota-zaal", "status"): {"online": True},
            ("tasmota-zaal", "health"): {"signal_dbm": -66},
        },
        "tasmota.github.io/docs/MH-Z19B and /docs/MQTT",
    ),
    "airgradient": Published(
        source("airgradient", "airgradient/readings/+"),
        (_json("airgradient/readings/ecda3b1eaaaf", {
            "wifi": -46, "serialno": "ecda3b1eaaaf", "rco2": 447, "pm01": 3, "pm02": 7,
            "atmp": 25.87, "atmpCompensated": 24.47, "rhum": 43, "rhumCompensated": 49,
            "tvocIndex": 100, "boot": 6, "bootCount": 6, "model": "I-9PSL", "firmware": "3.1.3",
        }),),
        {
            ("ecda3b1eaaaf", "air"): {
                "co2_ppm": 447, "temperature_c": 24.47, "humidity_pct": 49,
            },
            ("ecda3b1eaaaf", "about"): {"model": "I-9PSL"},
            ("ecda3b1eaaaf", "health"): {"signal_dbm": -46},
        },
        "github.com/airgradienthq/arduino, docs/local-server.md",
    ),
    "shelly": Published(
        source("shelly", "+/events/rpc"),
        (_json("shellyhtg3-84fce63ad204/events/rpc", {
            "src": "shellyhtg3-84fce63ad204", "dst": "ht-suite/events",
            "method": "NotifyFullStatus",
            "params": {
                "ts": 1735694700.0, "humidity:0": {"id": 0, "rh": 58.9},
                "temperature:0": {"id": 0, "tC": 19.9, "tF": 67.82},
                "devicepower:0": {"id": 0, "battery": {"V": 5.9, "percent": 97}},
                "wifi": {"sta_ip": "192.168.1.21", "rssi": -58},
            },
        }), ("shellyhtg3-84fce63ad204/online", b"true")),
        {
            ("shellyhtg3-84fce63ad204", "about"): {"model": "shellyhtg3"},
            ("shellyhtg3-84fce63ad204", "health"): {"battery_pct": 97, "signal_dbm": -58},
            ("shellyhtg3-84fce63ad204", "status"): {"online": True},
        },
        "shelly-api-docs.shelly.cloud, Notifications; Shelly H&T Gen3",
    ),
    "tts decoded": Published(
        source("tts", "v3/+/devices/+/up"),
        (_json("v3/zalen@ttn/devices/am103-01/up", {
            "end_device_ids": {
                "device_id": "am103-01", "application_ids": {"application_id": "zalen"},
                "dev_eui": "24E124710B000000",
            },
            "correlation_ids": ["as:up:01HSKMT8KSZFJ7FB23RGSTJAEA"],
            "received_at": "2024-03-22T17:54:52.358270423Z",
            "uplink_message": {
                "f_port": 85, "f_cnt": 9, "frm_payload": "AXVkA2cYAQRobQd9xQE=",
                "decoded_payload": {"battery": 100, "co2": 453, "temperature": 28, "humidity": 54.5},
                "rx_metadata": [{"rssi": -77, "snr": 9.2}, {"rssi": -101}],
                "received_at": "2024-03-22T17:54:52.150270423Z",
            },
        }),),
        {
            ("am103-01", "air"): {
                "ts": "2024-03-22T17:54:52.150270423Z", "co2_ppm": 453, "temperature_c": 28,
                "humidity_pct": 54.5,
            },
            ("am103-01", "health"): {"battery_pct": 100, "signal_dbm": -77},
        },
        "thethingsindustries.com, Data formats; values of " + SENSOR_DECODERS + " AM103",
    ),
    "tts bytes": Published(
        source("tts", "v3/+/devices/+/up", model="milesight-am103"),
        (_json("v3/zalen@ttn/devices/am103-01/up", {
            "end_device_ids": {"device_id": "am103-01"},
            "received_at": "2024-03-22T17:54:52.358270423Z",
            "uplink_message": {"f_port": 85, "frm_payload": "AXVkA2cYAQRobQd9xQE="},
        }),),
        {("am103-01", "air"): {
            "ts": "2024-03-22T17:54:52.358270423Z", "co2_ppm": 453, "temperature_c": 28.0,
            "humidity_pct": 54.5,
        }},
        SENSOR_DECODERS + " AM_Series/AM103: 0175640367180104686D077DC501",
    ),
    "tts totals": Published(
        source("tts", "v3/+/devices/+/up"),
        (_json("v3/zalen@ttn/devices/deur-1/up", {
            "end_device_ids": {"device_id": "deur-1"},
            "received_at": "2024-03-22T17:54:52.358270423Z",
            "uplink_message": {"f_port": 85, "decoded_payload": {
                "total_in": 18, "total_out": 22, "period_in": 19, "period_out": 20,
            }},
        }),),
        {("deur-1", "people"): {
            "ts": "2024-03-22T17:54:52.358270423Z", "in_total": 18, "out_total": 22,
        }},
        SENSOR_DECODERS + " VS_Series/VS350: 04CC1200160005CC13001400, decoded there",
    ),
    "chirpstack decoded": Published(
        source("chirpstack", "application/+/device/+/event/+"),
        (_json("application/1/device/24e124710b000001/event/up", {
            "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
            "time": "2022-07-18T09:34:15.775023242+00:00",
            "deviceInfo": {"deviceName": "ERS zaal 3", "deviceProfileName": "Elsys ERS CO2",
                           "devEui": "24e124710b000001"},
            "object": {"temperature": 22.6, "humidity": 41, "light": 39, "motion": 6, "co2": 776},
            "rxInfo": [{"rssi": -48, "snr": 9.0}],
        }), _json("application/1/device/24e124710b000001/event/status", {
            "deviceInfo": {"deviceName": "ERS zaal 3", "devEui": "24e124710b000001"},
            "margin": 20, "batteryLevel": 88.6,
        })),
        {
            ("ers-zaal-3", "air"): {
                "ts": "2022-07-18T09:34:15.775023242+00:00", "co2_ppm": 776, "temperature_c": 22.6,
                "humidity_pct": 41,
            },
            ("ers-zaal-3", "people"): {
                "ts": "2022-07-18T09:34:15.775023242+00:00", "motion": 6,
            },
        },
        "chirpstack.io, Event types; values of TheThingsNetwork/lorawan-devices, ers-co2-codec.yaml",
    ),
    "elsys-ers-co2": _chirpstack(
        "elsys-ers-co2", "0100E202290400270506060308",
        {
            ("zaal-2", "air"): {
                "ts": AT, "co2_ppm": 776, "temperature_c": 22.6, "humidity_pct": 41,
            },
            ("zaal-2", "people"): {"ts": AT, "motion": 6},
            ("zaal-2", "health"): {"signal_dbm": -57},
        },
        "github.com/TheThingsNetwork/lorawan-devices, vendor/elsys/ers-co2-codec.yaml",
    ),
    "milesight-em500-co2": _chirpstack(
        "milesight-em500-co2", "01756403671901046873057D670406736827",
        {("zaal-2", "air"): {
            "ts": AT, "co2_ppm": 1127, "temperature_c": 28.1, "humidity_pct": 57.5,
        }},
        SENSOR_DECODERS + " EM_Series/EM500_Series/EM500-CO2",
    ),
    "milesight-am107": _chirpstack(
        "milesight-am107", "01755C03673401046865056A490006651C0079001400077DE704087D070009733F27",
        {("zaal-2", "air"): {
            "ts": AT, "co2_ppm": 1255, "temperature_c": 30.8, "humidity_pct": 50.5,
        }, ("zaal-2", "health"): {"battery_pct": 92, "signal_dbm": -57}},
        SENSOR_DECODERS + " AM100",
    ),
    "milesight-vs121": _chirpstack(
        "milesight-vs121", "FF0101FF086600B0940976FF090100FF1F1F07004B04C9030800A106CD05",
        {("zaal-2", "people"): {"ts": AT, "count": 3}},
        SENSOR_DECODERS + " VS_Series/VS121, two of its examples in one",
    ),
    "milesight-vs121 passing": _chirpstack(
        "milesight-vs121", "05CC02000100",
        {("zaal-2", "people"): {"ts": AT, "in_total": 2, "out_total": 1}},
        SENSOR_DECODERS + " VS_Series/VS121",
    ),
    "milesight-vs121 regions": _chirpstack(
        "milesight-vs121", "07D5000100000000000308D50100000000000000",
        {("zaal-2-2", "people"): {"ts": AT, "count": 1},
         ("zaal-2-8", "people"): {"ts": AT, "count": 3},
         ("zaal-2-9", "people"): {"ts": AT, "count": 1}},
        SENSOR_DECODERS + " VS_Series/VS121",
    ),
    "milesight-vs133": _chirpstack(
        "milesight-vs133",
        "03D24800000004D2C800000006D20000000007D20000000009D2000000000AD2000000000CD2B41400000DD28D1A0000",
        {("zaal-2-1", "people"): {"ts": AT, "in_total": 72, "out_total": 200},
         ("zaal-2-4", "people"): {"ts": AT, "in_total": 5300, "out_total": 6797}},
        SENSOR_DECODERS + " VS_Series/VS133",
    ),
    "milesight-vs350": _chirpstack(
        "milesight-vs350", "04CC1200160005CC13001400",
        {("zaal-2", "people"): {"ts": AT, "in_total": 18, "out_total": 22}},
        SENSOR_DECODERS + " VS_Series/VS350",
    ),
    "milesight": Published(
        source("milesight", "milesight/+"),
        (_json("milesight/vs121", {
            "event": "Trigger", "report_type": "trigger",
            "device_info": {"device_sn": "6798C42890690018", "device_name": "People Counter"},
            "time_info": {"timezone": "UTC+8:00", "start_time": "2022/12/20 18:15:52"},
            "current_total": 3, "Max_counted": 5, "current_counted": [1, 2],
        }),),
        {
            ("6798c42890690018", "people"): {"ts": "2022-12-20 18:15:52+08:00", "count": 3},
            ("6798c42890690018-1", "people"): {"ts": "2022-12-20 18:15:52+08:00", "count": 1},
            ("6798c42890690018-2", "people"): {"ts": "2022-12-20 18:15:52+08:00", "count": 2},
        },
        "Milesight, VS121-P user guide, data push over MQTT",
    ),
    "xovis": Published(
        source("xovis", "xovis/#"),
        (_json("xovis/zaal", {"logics_data": {
            "package_info": {"version": "5.0", "id": 1, "agent_id": 1},
            "sensor_info": {"serial_number": "80:1F:12:D5:27:DD", "name": "Ingang"},
            "logics": [{
                "id": 1, "name": "Line 1", "info": "XLT_LINE_IN_OUT_COUNT",
                "records": [{
                    "from": "2024-05-02T08:00:00Z", "to": "2024-05-02T08:01:00Z", "samples": 60,
                    "counts": [{"id": 0, "name": "fw", "value": 4}, {"id": 1, "name": "bw", "value": 1}],
                }, {
                    "from": "2024-05-02T08:01:00Z", "to": "2024-05-02T08:02:00Z", "samples": 60,
                    "counts": [{"id": 0, "name": "fw", "value": 3}, {"id": 1, "name": "bw", "value": 2}],
                }],
            }, {
                "id": 2, "name": "Zone 1", "info": "XLT_ZONE_OCCUPANCY_COUNT",
                "records": [{
                    "from": "2024-05-02T08:01:00Z", "to": "2024-05-02T08:02:00Z", "samples": 60,
                    "counts": [{"id": 2, "name": "balance", "value": 11}],
                }],
            }],
        }}),),
        {("ingang-line-1", "people"): {
            "ts": "2024-05-02T08:02:00Z", "in_total": 7, "out_total": 3,
        }, ("ingang-zone-1", "people"): {"ts": "2024-05-02T08:02:00Z", "count": 11}},
        "no whole message is published: the envelope as xovis-open-sdk/xovis-sdk reads it from sensors "
        "(tests/datapush/test_dp_data_alignment.py, dp_validation_sink.py), the kinds of logic of Xovis' "
        "own Sensor V5 API 5.6.2, a zone's count as eliona-smart-building-assistant/xovis-app reads it "
        "(broker/broker.go)",
    ),
    "aranet": Published(
        source("aranet", "aranet/+/sensors/#"),
        (_json("aranet/358151004965/sensors/6009F3/json/measurements", {
            "time": "1714637160", "co2": "640", "temperature": "21.4", "humidity": "40",
            "atmosphericpressure": "1012", "battery": "2.9", "rssi": "-71",
        }), ("aranet/358151004965/sensors/6009F3/name", b"Zaal 4")),
        {
            ("6009f3", "air"): {
                "ts": 1714637160, "co2_ppm": 640, "temperature_c": 21.4, "humidity_pct": 40,
            },
            ("6009f3", "health"): {"signal_dbm": -71},
        },
        "Aranet PRO base station, MQTT topics (BASE/sensors/ID/json/measurements)",
    ),
    "theengs": Published(
        source("theengs", "home/+/BTtoMQTT/+"),
        (_json("home/TheengsGateway/BTtoMQTT/C12A0B6F4E9D", {
            "name": "Aranet4 1A2B3", "id": "C1:2A:0B:6F:4E:9D", "rssi": -71, "brand": "Aranet",
            "model": "Aranet4", "model_id": "ARANET4", "tempc": 24.2, "tempf": 75.56, "hum": 40,
            "pres": 1013.2, "co2": 625, "batt": 93,
        }), _json("home/TheengsGateway/BTtoMQTT/7A11B2C3D4E5", {
            "id": "7A:11:B2:C3:D4:E5", "rssi": -60, "brand": "Apple", "model": "iPhone",
            "model_id": "APPLE", "type": "PHONE", "batt": 50,
        })),
        {
            ("c12a0b6f4e9d", "air"): {"co2_ppm": 625, "temperature_c": 24.2, "humidity_pct": 40},
            ("c12a0b6f4e9d", "health"): {"battery_pct": 93, "signal_dbm": -71},
        },
        "decoder.theengs.io, properties of ARANET4",
    ),
    "esphome": Published(
        source("esphome", "+/sensor/+/state"),
        (
            ("zaal-5/sensor/scd41_co2/state", b"812"),
            ("zaal-5/sensor/scd41_temperature/state", b"21.4"),
            ("zaal-5/sensor/scd41_humidity/state", b"44.0"),
            ("zaal-5/sensor/wifi_signal/state", b"-61"),
            ("zaal-5/sensor/uptime/state", b"86400"),
            ("zaal-5/status", b"online"),
        ),
        {
            ("zaal-5", "air"): {"co2_ppm": 812, "temperature_c": 21.4, "humidity_pct": 44.0},
            ("zaal-5", "health"): {"signal_dbm": -61},
            ("zaal-5", "status"): {"online": True},
        },
        "esphome.io, MQTT client component, default topics",
    ),
    "statestream": Published(
        source("statestream", "homeassistant/#"),
        (
            ("homeassistant/sensor/grote_zaal_co2/state", b"702"),
            ("homeassistant/sensor/grote_zaal_co2/unit_of_measurement", b'"ppm"'),
            ("homeassistant/sensor/grote_zaal_humidity/state", b"39.5"),
            ("homeassistant/binary_sensor/grote_zaal_occupancy/state", b"on"),
            ("homeassistant/light/grote_zaal/state", b"off"),
        ),
        {
            ("grote-zaal", "air"): {"co2_ppm": 702, "humidity_pct": 39.5},
            ("grote-zaal", "people"): {"motion": True},
            ("grote-zaal", "status"): {"online": True},
        },
        "home-assistant.io/integrations/mqtt_statestream",
    ),
    "mapping": Published(
        source(
            "mapping", "device/pro/history/+", device="{topic[3]}",
            fields={
                "co2_ppm": Mapped(path="$['rco2 (ppm)']"),
                "temperature_c": Mapped(path="$['km103.rtemp']", unit="°C"),
                "humidity_pct": Mapped(path="$['km103.rhumid']"),
            },
            ts=MappedTime(path="ts"),
        ),
        (_json("device/pro/history/00000000-0001-0001-0000-00007e57c0de", {
            "ts": "2021-09-25T05:30:00Z", "rco2 (ppm)": 441.5, "rtemp": -45, "rhumid": 0,
            "km103.rhumid": 54.24, "km103.rtemp": 25.43, "km100.rpm25c": 45.65,
        }),),
        {("00000000-0001-0001-0000-00007e57c0de", "air"): {
            "ts": "2021-09-25T05:30:00Z", "co2_ppm": 441.5, "temperature_c": 25.43,
            "humidity_pct": 54.24,
        }},
        "support.kaiterra.com/secondary-mqtt-format, Sensedge, a maker that has no kind of its own",
    ),
}  # fmt: skip
