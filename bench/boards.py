"""Open boards: who holds the live stream open, in a process of its own. One of them is timed, the others
only have to be served.
"""

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import msgspec

from bench.ingest.listener import Heard, Listener

REQUEST = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Stream:
    """Bytes of the stream in, the states in its events out."""

    def __init__(self) -> None:
        self._waiting = b""
        self._decode = msgspec.json.Decoder(Heard).decode

    def feed(self, received: bytes, at_s: float) -> list[Heard]:
        *whole, self._waiting = (self._waiting + received).split(b"\n")
        found = []
        for line in whole:
            if line.startswith(b"data: {") and b'"level"' in line:
                state = self._decode(line.removeprefix(b"data: "))
                state.at_s = at_s
                found.append(state)
        return found


@contextmanager
def open_boards(port: int, count: int) -> Iterator[Listener]:
    """``count`` of them; what the first one hears is told."""
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_watch, args=(port, count, theirs), daemon=True)
    process.start()
    try:
        ours.recv()
        yield Listener(ours)
    finally:
        process.terminate()
        process.join()


def _watch(port: int, count: int, asked: Connection) -> None:
    boards = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    chosen, stream, heard = selectors.DefaultSelector(), Stream(), list[Heard]()
    chosen.register(asked, selectors.EVENT_READ)
    for board in boards:
        board.sendall(REQUEST)
        chosen.register(board, selectors.EVENT_READ)
    asked.send(None)
    while True:
        for key, _ in chosen.select():
            if key.fileobj is asked:
                asked.recv()
                asked.send_bytes(msgspec.msgpack.encode(heard))
                heard.clear()
                continue
            assert isinstance(key.fileobj, socket.socket)
            received = key.fileobj.recv(262_144)
            if not received:
                chosen.unregister(key.fileobj)
            elif key.fileobj is boards[0]:
                heard += stream.feed(received, time.monotonic())
