"""A POST that is sent twice."""

import threading
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.registry import idempotency_keys
from sensors.clock import SYSTEM
from tests.dashboard.setup import VENUE, Site

MEETINGS = "/api/v1/meetings"
MEETING: dict[str, Any] = {
    "venue": VENUE, "room": "serre", "title": "Ontbijt",
    "start": "2026-11-24T07:30:00+01:00", "end": "2026-11-24T09:00:00+01:00",
}  # fmt: skip
SPAN = "?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z"


def post(site: Site, key: str, body: object = MEETING, path: str = MEETINGS) -> TestResponse:
    return site.call("POST", path, body, headers={"Idempotency-Key": key})


def meetings(site: Site) -> int:
    answer = site.call("GET", MEETINGS + SPAN)
    assert answer.json is not None
    return len(answer.json["meetings"])


def test_the_same_is_done_once_and_answered_the_same(site: Site) -> None:
    first, second = post(site, "k-1"), post(site, '"k-1"')
    assert first.status_code == second.status_code == 201
    assert first.json == second.json
    assert first.headers["Location"] == second.headers["Location"]
    assert meetings(site) == 1
    assert post(site, "k-2").json != first.json
    assert meetings(site) == 2


def test_without_a_key_it_is_done_twice(site: Site) -> None:
    assert [site.call("POST", MEETINGS, MEETING).status_code for _ in "12"] == [201, 201]
    assert meetings(site) == 2


def test_another_request_under_the_key_is_refused(site: Site) -> None:
    post(site, "k-1")
    other = post(site, "k-1", MEETING | {"title": "Lunch"})
    assert (other.status_code, other.content_type) == (422, "application/problem+json")
    elsewhere = post(site, "k-1", {"name": "Koor"}, "/api/v1/policies")
    assert elsewhere.status_code == 422
    assert meetings(site) == 1


def test_one_that_has_no_answer_yet_is_not_begun_again(site: Site) -> None:
    first = post(site, "k-1")
    with site.database.write() as conn:
        conn.exec_driver_sql("UPDATE idempotency_keys SET status = NULL")
    busy = post(site, "k-1")
    assert busy.status_code == 409
    assert busy.headers["Retry-After"] == "1"
    with site.database.write() as conn:
        long_ago = (SYSTEM.now() - idempotency_keys.LONGEST).timestamp() * 1e9
        conn.exec_driver_sql(f"UPDATE idempotency_keys SET begun_ns = {int(long_ago)}")
    assert post(site, "k-1").json != first.json, "who began it was killed, and did nothing"


def test_many_at_the_same_time_are_one(site: Site) -> None:
    site.token()
    together = threading.Barrier(5)
    statuses = []

    def ask() -> None:
        together.wait(30)
        statuses.append(post(site, "k-1").status_code)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert meetings(site) == 1


def test_a_refusal_keeps_the_key_free(site: Site) -> None:
    assert post(site, "k-1", MEETING | {"room": "kelder"}).status_code == 422
    assert post(site, "k-1").status_code == 201


def test_an_answer_without_a_body_is_repeated_so(site: Site) -> None:
    path = "/api/v1/channels/mail/test"
    answers = [post(site, "k-1", {"to": "a@example.org"}, path) for _ in "12"]
    assert [(one.status_code, one.data) for one in answers] == [(204, b"")] * 2
    with site.database.read() as conn:
        assert conn.exec_driver_sql("SELECT COUNT(*) FROM requests").scalar() == 1


def test_what_is_told_once_is_not_kept_to_be_told_again(site: Site) -> None:
    first, second = (post(site, "k-1", {"label": "x"}, "/api/v1/tokens") for _ in "12")
    assert first.json is not None
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.headers["Location"] == first.headers["Location"]
    with site.database.read() as conn:
        kept = conn.exec_driver_sql("SELECT * FROM idempotency_keys").one()
    assert first.json["token"] not in str(kept)


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "caf\xe9"])
def test_a_key_that_is_none_is_told(site: Site, key: str) -> None:
    answer = post(site, key)
    assert answer.status_code == 400
    assert meetings(site) == 0
