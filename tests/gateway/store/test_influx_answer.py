"""What each answer to a write means: try later, mend something, or these lines are at fault."""

import json

import pytest

from gateway.store.influx_answer import (
    Answer,
    WriteVerdict,
    clues,
    judge_write,
    retry_after_s,
    words,
)
from gateway.store.interface import StoreError, StoreMisconfigured, StoreUnavailable

CONFLICT = (
    'partial write: field type conflict: input field "co2_ppm" on measurement "air" is type '
    "string, already exists as type float dropped=2"
)


def said(status: int, error: str = "", key: str = "error") -> Answer:
    return Answer(status, json.dumps({key: error}).encode(), "application/json")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(204, b""), WriteVerdict.STORED),
        (said(400, CONFLICT), WriteVerdict.LINES_REFUSED),
        (said(422, f"failure writing points: {CONFLICT}", "message"), WriteVerdict.LINES_REFUSED),
        (said(400, "unable to parse 'air x': invalid field format"), WriteVerdict.LINES_REFUSED),
        (
            said(400, "partial write: points beyond retention policy dropped=1"),
            WriteVerdict.LINES_REFUSED,
        ),
        (said(400, "unable to parse 'air,device=bucket-org x': bad"), WriteVerdict.LINES_REFUSED),
        (said(413, "Request Entity Too Large"), WriteVerdict.TOO_LARGE),
        (Answer(413, b"<html>413</html>", "text/html"), WriteVerdict.TOO_LARGE),
        (said(404, 'database not found: "luchtig"'), WriteVerdict.NO_DATABASE),
        (said(404, 'bucket "luchtig" not found', "message"), WriteVerdict.NO_DATABASE),
        (Answer(404, b"404 page not found", "text/plain"), WriteVerdict.NO_ROUTE),
        (Answer(405, b"", "text/plain"), WriteVerdict.NO_ROUTE),
    ],
)
def test_what_to_do_with_the_lines(answer: Answer, verdict: WriteVerdict) -> None:
    assert judge_write(answer, "host:8086") is verdict


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        (said(401, "authorization failed"), StoreMisconfigured, "store.username"),
        (said(403, '"x" user is not authorized'), StoreMisconfigured, "store.token"),
        (said(500, "retention policy not found: zz"), StoreMisconfigured, "name in store.url"),
        (said(500, "database not found: zz"), StoreMisconfigured, "name in store.url"),
        (
            said(400, "partial write: max-series-per-database limit exceeded: (1) dropped=1"),
            StoreMisconfigured,
            "raise that limit",
        ),
        (
            said(400, "Please provide either orgID or org", "message"),
            StoreMisconfigured,
            "store.org",
        ),
        (said(400, "database is required"), StoreMisconfigured, "store.url"),
        (Answer(302, b"", "text/html"), StoreMisconfigured, "status 302"),
        (said(408, "slow"), StoreUnavailable, "slow"),
        (said(429, "too many"), StoreUnavailable, "too many"),
        (said(500, "timeout"), StoreUnavailable, "timeout"),
        (Answer(502, b"<html>..</html>", "text/html"), StoreUnavailable, "status 502"),
        (said(503, "starting", "message"), StoreUnavailable, "starting"),
    ],
)
def test_what_the_caller_may_do(answer: Answer, error: type[StoreError], told: str) -> None:
    with pytest.raises(error, match=told):
        judge_write(answer, "host:8086")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"error":"one"}', "one"),
        (b'{"code":"invalid","message":"two"}', "two"),
        (
            b'{"error":"partial write","data":[{"error_message":"bad field","line_number":3}]}',
            "partial write: bad field",
        ),
        (b"three\n lines", "three lines"),
        (b"", "without a word of why"),
        (b'"x"', '"x"'),
        (b"\xff", "\ufffd"),
        (b'{"error":"' + b"x" * 900 + b'"}', "x" * 500),
    ],
)
def test_the_servers_own_words(body: bytes, expected: str) -> None:
    assert words(Answer(400, body)) == expected


@pytest.mark.parametrize(
    ("error", "count"),
    [
        (CONFLICT, 2),
        ("partial write: unable to parse 'a': b dropped=0", 0),
        ("unable to parse", None),
    ],
)
def test_how_many_lines_were_left_out(error: str, count: int | None) -> None:
    assert clues(said(400, error)).dropped == count


@pytest.mark.parametrize(
    ("retry_after", "date", "wait_s"),
    [
        ("30", None, 30.0),
        (" 0 ", None, 0.0),
        ("Tue, 24 Nov 2026 07:02:00 GMT", "Tue, 24 Nov 2026 07:00:00 GMT", 120.0),
        ("Tue, 24 Nov 2026 06:00:00 GMT", "Tue, 24 Nov 2026 07:00:00 GMT", 0.0),
        ("Tue, 24 Nov 2026 07:02:00 GMT", None, None),
        ("soon", "Tue, 24 Nov 2026 07:00:00 GMT", None),
        ("-5", None, None),
        ("١٢", None, None),
        (None, None, None),
    ],
)
def test_how_long_the_server_asks_us_to_wait(
    retry_after: str | None, date: str | None, wait_s: float | None
) -> None:
    answer = Answer(503, b"", retry_after=retry_after, date=date)
    assert retry_after_s(answer) == wait_s
    with pytest.raises(StoreUnavailable) as raised:
        judge_write(answer, "host:8086")
    assert raised.value.retry_after_s == wait_s
