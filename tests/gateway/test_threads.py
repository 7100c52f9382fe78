"""A thread that dies takes the others down, and is named."""

import logging
import threading

import pytest

from gateway.process.threads import Death, Threads, Work
from gateway.run.gateway import stop_all


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
    assert over.wait(60)
    assert threads.death == death
    assert threads.stop("live", "writer", within_s=10)


def test_a_thread_that_is_told_to_stop_is_none() -> None:
    over = threading.Event()
    threads = Threads(over)
    threads.start("live", goes_on)
    assert threads.stop("live", within_s=10)
    assert not over.is_set()
    assert threads.death is None


class Hurried:
    """Waits for threads by a clock of its own: no time passes."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def join(self, _thread: threading.Thread, timeout_s: float) -> None:
        self.at_s += timeout_s

    def monotonic(self) -> float:
        return self.at_s


def slow_threads(*names: str) -> tuple[Threads, Hurried, threading.Event]:
    """Threads that stop only when told by the last of these."""
    hurried, released = Hurried(), threading.Event()
    over = threading.Event()
    threads = Threads(over, join=hurried.join, monotonic=hurried.monotonic)

    def never_listens(_stop: threading.Event) -> None:
        released.wait()

    for name in names:
        threads.start(name, never_listens)
    return threads, hurried, released


def test_however_many_are_slow_they_have_the_time_together() -> None:
    threads, hurried, released = slow_threads("live", "writer", "reports")
    assert not threads.stop("live", "writer", "reports", within_s=0.5)
    assert hurried.at_s == 0.5
    assert threads.running == ("live", "writer", "reports")
    released.set()


def test_the_gateway_stops_within_what_is_promised_with_every_thread_slow(
    caplog: pytest.LogCaptureFixture,
) -> None:
    names = ("journal", "live", "writer", "notifier", "mail", "url:1", "calendars", "subscriber")
    threads, hurried, released = slow_threads(*names)
    assert not stop_all(threads)
    assert hurried.at_s <= 4.5
    assert f"{', '.join(names)} did not stop in time" in caplog.text
    released.set()


def test_the_journal_is_stopped_last_and_the_broker_s_session_first() -> None:
    stopped: list[str] = []
    threads = Threads(threading.Event())

    def goes_on_until_told(name: str) -> Work:
        def work(stop: threading.Event) -> None:
            stop.wait()
            stopped.append(name)

        return work

    for name in ("journal", "live", "subscriber"):
        threads.start(name, goes_on_until_told(name))
    assert stop_all(threads)
    assert stopped == ["subscriber", "live", "journal"]
    assert threads.running == ()


def died(caplog: pytest.LogCaptureFixture, *foreseen: type[Exception]) -> Death | None:
    over = threading.Event()
    threads = Threads(over, foreseen)
    with caplog.at_level(logging.ERROR):
        threads.start("writer", fails)
        assert over.wait(60)
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
