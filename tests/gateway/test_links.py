from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from gateway.links import (
    ACKNOWLEDGE_LASTS,
    PAGE_LASTS,
    REPORT_LASTS,
    BadLink,
    ExpiredLink,
    Links,
    check_acknowledge_token,
    check_page_token,
    check_report_token,
)
from tests.gateway.live_venue import START

SECRET = "a secret of the tests"
LINKS = Links(SECRET, "https://lucht.example.org")
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."


def acknowledge(*flags: str, to: str = "anna@example.org") -> str:
    return LINKS.acknowledge(flags, to, "nl", START).rpartition("/")[2]


def report(meeting: str = "m1") -> str:
    return LINKS.report(meeting, "anna@example.org", "en", START).rpartition("=")[2]


@given(flags=st.lists(st.text(max_size=40), max_size=20), to=st.text(max_size=254))
def test_a_token_says_what_it_was_made_of(flags: list[str], to: str) -> None:
    found = check_acknowledge_token(SECRET, acknowledge(*flags, to=to), START)
    assert found.flags == tuple(flags)
    assert found.recipient == to
    assert found.expires == START + ACKNOWLEDGE_LASTS


@given(place=st.integers(0, 10_000), letter=st.sampled_from(ALPHABET))
def test_one_letter_changed_makes_it_no_link_of_ours(place: int, letter: str) -> None:
    token = acknowledge("f1")
    # The last letter of a base64 text carries bits that say nothing.
    place %= len(token) - 1
    altered = token[:place] + letter + token[place + 1 :]
    if altered != token:
        with pytest.raises(BadLink):
            check_acknowledge_token(SECRET, altered, START)


@given(text=st.text(max_size=200))
def test_any_text_is_refused_as_no_link_of_ours(text: str) -> None:
    with pytest.raises(BadLink):
        check_acknowledge_token(SECRET, text, START)
    with pytest.raises(BadLink):
        check_report_token(SECRET, text, "m1", START)


def test_a_token_of_one_purpose_serves_no_other() -> None:
    with pytest.raises(BadLink):
        check_report_token(SECRET, acknowledge("m1"), "m1", START)
    with pytest.raises(BadLink):
        check_acknowledge_token(SECRET, report(), START)


def test_a_token_signed_with_another_secret_is_refused() -> None:
    with pytest.raises(BadLink):
        check_acknowledge_token("the secret of another house", acknowledge("f1"), START)


def test_a_report_link_opens_its_own_meeting_alone() -> None:
    assert check_report_token(SECRET, report("m1"), "m1", START).language == "en"
    with pytest.raises(BadLink):
        check_report_token(SECRET, report("m1"), "m2", START)


def test_a_meeting_id_of_any_letters_stays_within_its_address() -> None:
    address = LINKS.report("a/../b?c#d", "anna@example.org", "nl", START)
    assert address.startswith("https://lucht.example.org/meetings/a%2F..%2Fb%3Fc%23d/report?token=")


def test_links_end_to_the_second() -> None:
    second = timedelta(seconds=1)
    check_acknowledge_token(SECRET, acknowledge("f1"), START + ACKNOWLEDGE_LASTS - second)
    with pytest.raises(ExpiredLink) as over:
        check_acknowledge_token(SECRET, acknowledge("f1"), START + ACKNOWLEDGE_LASTS)
    assert over.value.language == "nl"
    check_report_token(SECRET, report(), "m1", START + REPORT_LASTS - second)
    with pytest.raises(ExpiredLink):
        check_report_token(SECRET, report(), "m1", START + REPORT_LASTS)


def test_a_text_of_any_length_is_refused_before_it_is_looked_into() -> None:
    with pytest.raises(BadLink):
        check_acknowledge_token(SECRET, "a" * 100_000, START)


def test_the_page_of_a_mail_says_of_which_and_expires() -> None:
    token = LINKS.page("l1", "nl", START).rpartition("/")[2]
    found = check_page_token(SECRET, token, START)
    assert (found.link, found.language, found.made) == ("l1", "nl", START)
    with pytest.raises(ExpiredLink):
        check_page_token(SECRET, token, START + PAGE_LASTS)
    with pytest.raises(BadLink):
        check_page_token(SECRET, acknowledge("f1"), START)
    with pytest.raises(BadLink):
        check_acknowledge_token(SECRET, token, START)


def test_links_say_by_which_name_they_are_withdrawn_and_those_from_before_say_none() -> None:
    named = LINKS.acknowledge(("f1",), "anna@example.org", "nl", START, "l1").rpartition("/")[2]
    assert check_acknowledge_token(SECRET, named, START).link == "l1"
    expires_s = int((START + ACKNOWLEDGE_LASTS).timestamp())
    signer = URLSafeSerializer(
        SECRET, salt="luchtig link: acknowledge", signer_kwargs={"digest_method": sha256}
    )
    before = str(signer.dumps([["f1"], "anna@example.org", "nl", expires_s]))
    found = check_acknowledge_token(SECRET, before, START)
    assert (found.flags, found.link, found.made) == (("f1",), "", START)
