"""A calendar counts whole or not at all, wherever on the way it was cut off."""

import gzip
import zlib
from http.server import BaseHTTPRequestHandler

import pytest

from gateway.calendars.body import ends_whole
from gateway.calendars.fetch import FetchFailed, Limits, Validators, fetch
from gateway.domain.calendar.problem import Failure
from tests.gateway.calendars.events import calendar, event
from tests.gateway.calendars.server import WebServer
from tests.gateway.calendars.test_worker import Following, following, meeting

__all__ = ("following",)

THREE = ("a", "b", "c")
WHOLE = calendar(*(meeting(uid) for uid in THREE))
RAW_DEFLATE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
ENCODED = {
    "": WHOLE,
    "gzip": gzip.compress(WHOLE),
    "x-gzip": gzip.compress(WHOLE[:100]) + gzip.compress(WHOLE[100:]),
    "deflate": zlib.compress(WHOLE),
    "deflate ": RAW_DEFLATE.compress(WHOLE) + RAW_DEFLATE.flush(),
}
WAYS = ("length", "close", "chunks", "chunks without the last")
AFTER_THE_FIRST = WHOLE.index(b"END:VEVENT") + len(b"END:VEVENT\r\n")


def serve_cut(web: WebServer, encoding: str, way: str, keep: int | None) -> None:
    """Serve the first ``keep`` bytes of what is sent as if they were all of it, or break off."""
    sent = ENCODED[encoding]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        if encoding:
            handler.send_header("Content-Encoding", encoding.strip())
        if way == "length":
            handler.send_header("Content-Length", str(len(sent)))
        if way.startswith("chunks"):
            handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        if not way.startswith("chunks"):
            handler.wfile.write(sent[:keep])
            return
        for at in range(0, len(sent[:keep]), 50):
            piece = sent[:keep][at : at + 50]
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if way == "chunks":
            handler.wfile.write(b"0\r\n\r\n")

    web.answers["/a.ics"] = answer


def cuts(encoding: str) -> list[int]:
    length = len(ENCODED[encoding])
    places = [length // 3, length // 2, length - 30, length - 6, length - 3]
    return [AFTER_THE_FIRST, *places] if not encoding else places


PATIENT = Limits(connect_s=30.0, read_s=30.0, total_s=60.0)


def outcome(web: WebServer) -> str:
    """The code of the failure, or ``whole``."""
    try:
        data = fetch(f"{web.url}/a.ics", Validators(), lambda _: True, PATIENT).data
    except FetchFailed as error:
        return error.failure.code
    return "whole" if data == WHOLE and ends_whole(data) else "cut_short"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("encoding", ENCODED)
def test_what_is_cut_off_anywhere_does_not_count(web: WebServer, encoding: str, way: str) -> None:
    for keep in cuts(encoding):
        serve_cut(web, encoding, way, keep)
        assert outcome(web) in {"broke_off", "cut_short"}, keep


@pytest.mark.parametrize("way", WAYS[:3])
@pytest.mark.parametrize("encoding", ENCODED)
def test_what_comes_whole_counts(web: WebServer, encoding: str, way: str) -> None:
    serve_cut(web, encoding, way, None)
    assert outcome(web) == "whole"


def test_a_whole_calendar_whose_chunks_have_no_end_does_not_count(web: WebServer) -> None:
    serve_cut(web, "", "chunks without the last", None)
    assert outcome(web) == "broke_off"


@pytest.mark.parametrize(
    ("encoding", "way", "code"),
    [
        ("", "length", "broke_off"), ("", "close", "cut_short"), ("", "chunks", "cut_short"),
        ("gzip", "close", "broke_off"),
    ],
)  # fmt: skip
def test_what_is_cut_off_changes_nothing_and_is_told(
    following: Following, encoding: str, way: str, code: str
) -> None:
    following.serve(*(meeting(uid) for uid in THREE))
    following.look()
    before = following.meetings()
    assert len(before) == 3
    serve_cut(following.web, encoding, way, cuts(encoding)[0])
    state = following.look(1)
    assert state.failure is not None
    assert state.failure.code == code
    assert following.meetings() == before
    following.serve(meeting("a"))
    assert following.look(15).failure is None
    assert len(following.meetings()) == 1


def test_a_file_that_was_cut_between_two_calendars_is_not_whole() -> None:
    two = WHOLE + calendar(event("d"))
    assert ends_whole(two)
    assert not ends_whole(two[: len(WHOLE) + 5])
    assert not ends_whole(two[: len(WHOLE) + 30])


@pytest.mark.parametrize(
    "end",
    [
        b"END:VCALENDAR", b"END:VCALENDAR\n\n", b"end:vcalendar \r\n", b"END:VCAL\r\n ENDAR\r\n",
        b"END:VCALENDAR\r\n\x1a", b"END:VCALENDAR\r\r\n", "END:VCALENDAR\n".encode("utf-16-le"),
    ],
)  # fmt: skip
def test_an_end_is_one_however_it_is_written(end: bytes) -> None:
    assert ends_whole(b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n" + end)


def test_what_unpacks_without_end_is_refused_while_it_unpacks(web: WebServer) -> None:
    bomb = gzip.compress(b"x" * 50_000_000)
    web.serve("/a.ics", bomb, Content_Encoding="gzip")
    limits = Limits(connect_s=30.0, read_s=30.0, total_s=60.0, most_bytes=1_000_000)
    with pytest.raises(FetchFailed) as caught:
        fetch(f"{web.url}/a.ics", Validators(), lambda _: True, limits)
    assert caught.value.failure == Failure("too_large", "1 MB")
