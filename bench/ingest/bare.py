"""A paho subscriber that counts and does nothing else: what the client alone costs.

python -m bench.ingest.bare PORT COUNT_FILE
"""

import sys
import time
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion


def main(port: int, count_file: Path) -> None:
    received = 0

    def on_message(_client: Any, _data: Any, _message: mqtt.MQTTMessage) -> None:
        nonlocal received
        received += 1

    def subscribed(*_: object) -> None:
        count_file.write_text("0")

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bare", clean_session=True)
    client.on_message = on_message
    client.on_subscribe = subscribed
    client.connect("127.0.0.1", port)
    client.subscribe("luchtig/devices/+/+/air", 1)
    client.loop_start()
    while True:
        time.sleep(0.1)
        if count_file.exists():
            count_file.write_text(str(received))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
