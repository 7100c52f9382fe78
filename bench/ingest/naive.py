"""The bridge that one writes in an afternoon: paho, json, Point and the batching API of
influxdb-client. It judges nothing, and what it was handed is acknowledged before it is stored.

python -m bench.ingest.naive PORT INFLUX_URL DATABASE READY_FILE
"""

import json
import sys
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point
from influxdb_client.client.write_api import WriteOptions
from paho.mqtt.enums import CallbackAPIVersion


def main(port: int, url: str, database: str, ready: Path) -> None:
    influx = InfluxDBClient(url, token="none", org="-")  # noqa: S106 - the server asks for none
    writer = influx.write_api(write_options=WriteOptions(batch_size=5_000, flush_interval=1_000))

    def on_message(_client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        _, _, venue, device, _ = message.topic.split("/")
        body = json.loads(message.payload)
        point: Any = Point("air")  # type: ignore[no-untyped-call]
        point = point.tag("venue", venue).tag("device", device).time(body["ts"])
        for field in ("co2_ppm", "temperature_c", "humidity_pct"):
            point = point.field(field, float(body[field]))
        writer.write(database, record=point.field("seq", body["seq"]))

    def subscribed(*_: object) -> None:
        ready.write_text("")

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="naive", clean_session=False)
    client.on_message = on_message
    client.on_subscribe = subscribed
    client.connect("127.0.0.1", port)
    client.subscribe("luchtig/devices/+/+/air", 1)
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]))
