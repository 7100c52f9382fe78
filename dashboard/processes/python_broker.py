"""A broker in Python, for the demo on a machine without Mosquitto; it keeps no queue for an absent
subscriber.
"""

import asyncio
import sys

from amqtt.broker import Broker


async def serve(port: int) -> None:
    """Serve MQTT 3.1.1 on loopback until the process is stopped."""
    listener = {"type": "tcp", "bind": f"127.0.0.1:{port}", "max_connections": 1000}
    anonymous = {"allow_anonymous": True}
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": anonymous}
    broker = Broker({"listeners": {"default": listener}, "plugins": plugins})
    await broker.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
