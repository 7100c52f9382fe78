"""A thread that dies takes the others down, and is named."""

import logging
import threading

import pytest

from gateway.threads import Death, Threads, Work


def fails(_stop: threading.Event) -> None:
    raise RuntimeError("the disk fell out")


def leaves(_stop: threading.Event) -> None:
    raise SystemExit(3)


def ends(_stop: threading.Event) -> None: ...


def goes_on(stop: threading.Event) -> None:
    stop.wait()


@pytest.mark.parametrize(
    ("work", "death"),
    [
        (fails, Death("writer", "RuntimeError: the disk fell out")),
        (leaves, Death("writer", "SystemExit: 3")),
        (ends, Death("writer", "it ended")),
    ],
)
def test_a_thread_that_ends_by_itself_is_a_death(work: Work, death: Death) -> None:
    over = threading.Event()
    threads = Threads(over)
    threads.start("live", goes_on)
    threads.start("writer", work)
    assert over.wait(10)
    assert threads.death == death
    assert threads.stop("live", "writer", within_s=10)


def test_a_thread_that_is_told_to_stop_is_none() -> None:
    over = threading.Event()
    threads = Threads(over)
    threads.start("live", goes_on)
    assert threads.stop("live", within_s=10)
    assert not over.is_set()
    assert threads.death is None


def died(caplog: pytest.LogCaptureFixture, *foreseen: type[Exception]) -> Death | None:
    over = threading.Event()
    threads = Threads(over, foreseen)
    with caplog.at_level(logging.ERROR):
        threads.start("writer", fails)
        assert over.wait(10)
        assert threads.stop("writer", within_s=10)
    return threads.death


def test_what_nobody_foresaw_is_logged_with_its_traceback_at_every_level(
    caplog: pytest.LogCaptureFixture,
) -> None:
    died(caplog)
    (record,) = caplog.records
    assert record.message == "writer died"
    assert "in fails" in caplog.text


def test_of_what_is_foreseen_the_message_says_all(caplog: pytest.LogCaptureFixture) -> None:
    assert died(caplog, RuntimeError) == Death("writer", "the disk fell out")
    assert caplog.records == []
