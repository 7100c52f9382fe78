"""Many open boards in a process of their own, so that what they take is not in anybody's times."""

import asyncio
import multiprocessing
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from bench.web.visit import Board

AT_ONCE = 40
Receipts = list[list[list[tuple[int, float]]]]
"""Of each board and each of its rooms: which number was shown when."""


class Boards:
    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def opened(self) -> int:
        """How many there are, once all have tried."""
        found: int = self._pipe.recv()
        return found

    def close(self) -> Receipts:
        """What they showed."""
        self._pipe.send(None)
        found: Receipts = self._pipe.recv()
        return found


@contextmanager
def boards(port: int, count: int, rooms: int, *, alone: bool) -> Iterator[Boards]:
    """``alone``: the stream is all that each of them asks for."""
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_run, args=(port, count, rooms, alone, theirs), daemon=True)
    process.start()
    try:
        yield Boards(ours)
    finally:
        process.terminate()
        process.join()


def _run(port: int, count: int, rooms: int, alone: bool, pipe: Connection) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    asyncio.run(_open(port, count, rooms, alone, pipe))


async def _open(port: int, count: int, rooms: int, alone: bool, pipe: Connection) -> None:
    receipts: Receipts = [[[] for _ in range(rooms)] for _ in range(count)]
    gate = asyncio.Semaphore(AT_ONCE)
    page = await Board(port, 0, lambda *_: None).load() if alone else b""

    def opened(number: int) -> Board:
        mine = receipts[number]
        return Board(port, number, lambda room, people, at_s: mine[room].append((people, at_s)))

    async def live(board: Board) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            async with gate:
                following = asyncio.ensure_future(
                    board.follow(page or await board.load(), alone=alone)
                )
                while not (board.is_open or following.done()):  # noqa: ASYNC110 - as a person sees it
                    await asyncio.sleep(0.01)
            await following

    every = [opened(number) for number in range(count)]
    living = [asyncio.ensure_future(live(board)) for board in every]
    for _ in range(600):
        await asyncio.sleep(0.1)
        if all(board.is_open or task.done() for board, task in zip(every, living, strict=True)):
            break
    pipe.send(sum(board.is_open for board in every))
    await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
    for task in living:
        task.cancel()
    pipe.send(receipts)
