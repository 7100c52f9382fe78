"""What slow clients do to the others: heads and bodies that are half sent and held open."""

import asyncio
import time
from contextlib import suppress
from typing import Final

from bench.web.load import PAGES, Rows, Timed, ask
from bench.web.site import Site
from bench.web.visit import address

HEAD: Final = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY: Final = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\na="
LOOK_S: Final = 5.0
CONNECTS_S: Final = 3.0


async def beside_slow_ones(site: Site, slow: int) -> Rows:
    rows = {"no slow ones: page p95, missed": _said(await _pages(site))}
    for what, begins in (("heads", HEAD), ("bodies", BODY)):
        for where in ("one address", "many addresses"):
            held = []
            with suppress(OSError, TimeoutError):  # who takes no more is full
                for number in range(slow):
                    source = ("127.0.0.77", 0) if where == "one address" else address(number)
                    held.append(await _begun(site.port, source, begins))
            said = _said(await _pages(site))
            rows[f"{slow} half-sent {what} from {where}: page p95, missed"] = said
            for writer in held:
                writer.close()
            await asyncio.sleep(1.0)
    return rows


async def _begun(port: int, source: tuple[str, int], begins: bytes) -> asyncio.StreamWriter:
    async with asyncio.timeout(CONNECTS_S):
        _, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=source)
    writer.write(begins)
    return writer


async def _pages(site: Site) -> Timed:
    pages, until_s = Timed(), time.monotonic() + LOOK_S
    await ask(site.port, PAGES, pages, lambda: time.monotonic() > until_s)
    return pages


def _said(pages: Timed) -> str:
    return f"{pages.share(0.95):.0f} ms, {pages.missed} of {pages.missed + len(pages.took)}"
