import pytest

from dashboard.web.identity import throttle
from dashboard.web.identity.throttle import Throttle


class TestThrottle:
    @pytest.mark.parametrize(
        ("failures", "wait_s"),
        [(0, 0), (3, 0), (4, 1), (5, 2), (6, 4), (9, 32), (10, 60), (5000, 60)],
    )
    def test_wait_doubles_after_the_free_tries(self, failures: int, wait_s: float) -> None:
        slow = Throttle(free=3)
        for _ in range(failures):
            slow.fail("anna", 100.0)
        assert slow.wait_s("anna", 100.0) == wait_s
        assert slow.wait_s("anna", 100.0 + wait_s) == 0

    def test_others_do_not_wait(self) -> None:
        slow = Throttle(free=0)
        slow.fail("anna", 0.0)
        assert slow.wait_s("ben", 0.0) == 0

    def test_right_password_forgives(self) -> None:
        slow = Throttle(free=0)
        slow.fail("anna", 0.0)
        slow.forget("anna")
        assert slow.wait_s("anna", 0.0) == 0

    def test_flood_of_names_fills_no_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(throttle, "MAX_KEYS", 10)
        slow = Throttle(free=0)
        for name in range(1000):
            slow.fail(name, 0.0)
        assert [name for name in range(1000) if slow.wait_s(name, 0.0)] == [*range(990, 1000)]

    def test_a_try_taken_back_leaves_those_before_it(self) -> None:
        slow = Throttle(free=1)
        for _ in range(2):
            slow.fail("anna", 0.0)
        slow.take_back("anna", 1.0)
        assert slow.wait_s("anna", 1.0) == 0
        slow.fail("anna", 1.0)
        assert slow.wait_s("anna", 1.0) == 1

    def test_is_forgotten_an_hour_after_its_last_wait(self) -> None:
        slow = Throttle(free=1)
        for _ in range(4):
            slow.fail("anna", 0.0)
        slow.fail("anna", 5.0 + throttle.FORGOTTEN_S)
        assert slow.wait_s("anna", 5.0 + throttle.FORGOTTEN_S) == 0
