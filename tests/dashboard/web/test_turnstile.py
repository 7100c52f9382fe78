import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.web.identity.turnstile import Busy, Turnstile


class TestTurnstile:
    def test_no_more_than_its_number_are_through_at_a_time(self) -> None:
        turnstile, lock = Turnstile(2, 20, 60.0), threading.Lock()
        inside, most = 0, 0

        def go(_number: int) -> None:
            nonlocal inside, most
            with turnstile.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                threading.Event().wait(0.005)
                with lock:
                    inside -= 1

        with ThreadPoolExecutor(12) as threads:
            list(threads.map(go, range(60)))
        assert most == 2

    def test_who_finds_no_place_to_wait_is_told_at_once(self) -> None:
        turnstile = Turnstile(1, 0, 60.0)
        with turnstile.turn(), pytest.raises(Busy), turnstile.turn():
            pass
        with turnstile.turn():
            pass

    def test_who_waits_too_long_is_told_and_gives_the_place_back(self) -> None:
        turnstile = Turnstile(1, 1, 0.001)
        with turnstile.turn():
            for _ in range(3):
                with pytest.raises(Busy), turnstile.turn():
                    pass
        with turnstile.turn():
            pass
