"""What is guessed first is not taken as a password."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registry.accounts.passwords import LONGEST, SHORTEST, weakness


class TestWeakness:
    @pytest.mark.parametrize(
        ("password", "name", "why"),
        [
            ("", "anna", "too_short"),
            ("a" * (SHORTEST - 1), "anna", "too_short"),
            ("é" * (LONGEST + 1), "anna", "too_long"),
            ("password123", "anna", "known"),
            ("Password2026!", "anna", "known"),
            ("p4$$w0rd!!", "anna", "known"),
            ("qwertyuiop", "anna", "known"),
            ("1234567890", "anna", "known"),
            ("aaaaaaaaaaaa", "anna", "known"),
            ("1212121212", "anna", "known"),
            ("dragondragon", "anna", "known"),
            ("Welkom2026!", "anna", "known"),
            ("wachtwoord01", "anna", "known"),
            ("Passwort123", "anna", "known"),
            ("luchtig-2026", "anna", "known"),
            ("Anna.de.Vries", "anna.de.vries", "like_name"),
            ("annalies2026", "annalies@example.org", "like_name"),
            ("drie woorden genoeg", "anna", None),
            ("een goed lang woord", "anna", None),
            ("k8#jQ2mz!9xL", "anna", None),
            ("a2957103846", "anna", None),
            ("monkey-93048230942", "anna", None),
            ("ünïcödé schön", "anna", None),
        ],
    )
    def test_what_is_guessed_first_is_not_taken(
        self, password: str, name: str, why: str | None
    ) -> None:
        assert weakness(password, name) == why

    def test_everything_on_the_list_is_refused(self) -> None:
        text = files("gateway.registry.accounts").joinpath("known_passwords.txt").read_text("utf-8")
        listed = [line for line in text.splitlines() if not line.startswith("#")]
        assert len(listed) == len(set(listed)) == 10_000
        assert all(weakness(password) in ("known", "too_short") for password in listed)
        assert "MIT License" in text

    @given(st.text(), st.text())
    def test_any_text_is_judged(self, password: str, name: str) -> None:
        assert weakness(password, name) in (None, "too_short", "too_long", "known", "like_name")
