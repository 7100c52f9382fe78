"""A guesser is slowed; who is guessed at is not locked out."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.web.identity.guessing import (
    FREE_TRIES_OF_ADDRESS,
    FREE_TRIES_OF_NAME,
    FREE_TRIES_OF_PAIR,
    Guesses,
    Try,
    network_of,
)


def guess(guesses: Guesses, one: Try, times: int, now_s: float = 0.0) -> int:
    """How many of as many tries at the same moment were judged."""
    return sum(guesses.begin(one, now_s) == 0 for _ in range(times))


class TestGuesses:
    def test_a_name_from_an_address_is_slowed_after_five(self) -> None:
        guesses, anna = Guesses(), Try("anna", "10.0.0.1")
        assert guess(guesses, anna, 20) == FREE_TRIES_OF_PAIR + 1
        assert guesses.begin(anna, 1.0) == 0
        assert guesses.begin(anna, 1.0) == 2

    def test_an_address_that_tries_many_names_is_slowed_after_fifty(self) -> None:
        guesses = Guesses()
        tries = [Try(f"name-{number}", "10.0.0.1") for number in range(200)]
        assert sum(guesses.begin(one, 0.0) == 0 for one in tries) == FREE_TRIES_OF_ADDRESS + 1
        assert guesses.begin(Try("ben", "10.0.0.2"), 0.0) == 0

    def test_a_name_guessed_at_from_everywhere_takes_one_try_a_second(self) -> None:
        guesses = Guesses()
        judged = 0
        for second in range(100):
            for number in range(10):
                one = Try("anna", f"10.0.{second}.{number}")
                judged += guesses.begin(one, float(second)) == 0
        assert judged == FREE_TRIES_OF_NAME + 1 + 98

    def test_nobody_locks_out_a_browser_that_was_logged_in(self) -> None:
        guesses, own = Guesses(), Try("anna", "10.0.0.1", device="phone")
        for number in range(500):
            guesses.begin(Try("anna", "10.0.0.1"), 0.0)
            guesses.begin(Try(f"name-{number}", "10.0.0.1"), 0.0)
            guesses.begin(Try("anna", f"10.1.0.{number % 250}"), 0.0)
        assert guesses.begin(own, 0.0) == 0

    def test_a_browser_that_was_logged_in_is_slowed_by_its_own_guesses(self) -> None:
        guesses, own = Guesses(), Try("anna", "10.0.0.1", device="phone")
        assert guess(guesses, own, 20) == FREE_TRIES_OF_PAIR + 1

    def test_an_account_of_ones_own_is_no_way_to_guess_on(self) -> None:
        guesses, own = Guesses(), Try("mallory", "10.0.0.1")
        judged = 0
        for number in range(500):
            judged += guesses.begin(Try(f"name-{number}", "10.0.0.1"), 0.0) == 0
            if guesses.begin(own, 0.0) == 0:
                guesses.was_right(own, 0.0)
        assert judged == FREE_TRIES_OF_ADDRESS + 1

    def test_what_was_not_judged_does_not_count(self) -> None:
        guesses, anna = Guesses(), Try("anna", "10.0.0.1")
        for _ in range(100):
            assert guesses.begin(anna, 0.0) == 0
            guesses.was_not_judged(anna, 0.0)

    def test_many_at_the_same_moment_are_not_all_the_first(self) -> None:
        guesses, anna = Guesses(), Try("anna", "10.0.0.1")
        start = threading.Barrier(8)

        def one(_number: int) -> int:
            start.wait(60)
            return guess(guesses, anna, 50)

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(one, range(8))) == FREE_TRIES_OF_PAIR + 1

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("10.0.0.1", "10.0.0.1"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
            ("2001:db8:1:2::1", network_of("2001:db8:1:2:ffff::9")),
            ("fe80::1%eth0", network_of("fe80::2")),
            ("", ""),
        ],
    )
    def test_a_guesser_has_a_whole_network_of_ipv6(self, address: str, network: str) -> None:
        assert network_of(address) == network
        assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
