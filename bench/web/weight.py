"""What a board takes over the wire: the first visit, one that comes back, and an hour of five rooms that are
read every ten seconds.
"""

import asyncio
import time
from contextlib import suppress
from typing import Final

from bench.web.load import Rows
from bench.web.site import READING_S, ROOMS, Site
from bench.web.visit import Board

SETTLES_S: Final = 3.0


async def weights(site: Site, minutes: float) -> Rows:
    """``minutes`` of the hour are measured."""
    board = Board(site.port, 1, lambda *_: None)
    first = await _visited(board)
    again = await _visited(board)
    page = await board.load()
    following = asyncio.ensure_future(board.follow(page))
    await asyncio.sleep(SETTLES_S)
    before, number = board.wire_bytes, sum(map(len, site.sent))
    began_s = time.monotonic()
    readings = int(minutes * 60 / READING_S * ROOMS)
    for done in range(readings):
        await asyncio.sleep(max(0.0, began_s + done * READING_S / ROOMS - time.monotonic()))
        site.tell(number + done)
    await asyncio.sleep(READING_S / ROOMS)
    hour = (board.wire_bytes - before) * 60 / minutes
    await _end(following)
    return {
        "first visit over the wire": f"{first / 1e3:.1f} kB",
        "coming back": f"{again / 1e3:.1f} kB",
        f"an hour, of which {minutes:g} min": f"{hour / 1e6:.2f} MB",
    }


async def _visited(board: Board) -> int:
    before = board.wire_bytes
    following = asyncio.ensure_future(board.follow(await board.load()))
    await asyncio.sleep(SETTLES_S)
    await _end(following)
    return board.wire_bytes - before


async def _end(task: "asyncio.Future[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
