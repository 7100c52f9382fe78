"""A thread that dies takes the others down, and is named."""

import threading

import pytest

from gateway.threads import Death, Threads, Work


def fails(_stop: threading.Event) -> None:
    raise RuntimeError("the disk fell out")


def ends(_stop: threading.Event) -> None: ...


def goes_on(stop: threading.Event) -> None:
    stop.wait()


@pytest.mark.parametrize(
    ("work", "death"),
    [(fails, Death("writer", "the disk fell out")), (ends, Death("writer", "it ended"))],
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
