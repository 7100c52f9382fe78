"""What a mail about fresh air or a sensor's fault says; the other rules are in test_notifier.py."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from gateway.domain.notice import Notice, NoticeKind, decode_notice, encode_notice
from gateway.domain.room_state import Rule
from gateway.message import LANGUAGES, write

AT = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)


def notice(kind: NoticeKind, rule: Rule, language: str, **values: Any) -> Notice:
    return Notice(
        kind, rule, "de-kade", "De Kade", language, "Europe/Amsterdam", "serre", "Serre", None,
        AT - timedelta(minutes=10), AT,
        values.pop("value", None), values.pop("peak", None), values.pop("limit", None), **values,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "language", "subject", "sentence"),
    [
        (
            "firing",
            "nl",
            "Serre: 4,3 l/s verse lucht per persoon, 10 is nodig",
            "naar schatting 4,3",
        ),
        ("firing", "en", "Serre: 4.3 l/s of fresh air per person, 10 needed", "About 4.3 l/s"),
        ("resolved", "nl", "Serre: weer genoeg verse lucht", "minste was naar schatting 3,9 l/s"),
        ("resolved", "en", "Serre: enough fresh air again", "The least was about 3.9 l/s"),
    ],
)
def test_fresh_air_is_told_to_a_tenth_and_its_worst_is_the_least(
    kind: NoticeKind, language: str, subject: str, sentence: str
) -> None:
    message = write(
        notice(kind, "ventilation", language, value=4.31, peak=3.92, limit=10.0), "https://x"
    )
    assert message.subject == subject
    assert sentence in message.body


def test_a_fault_is_told_with_the_sensor_and_what_it_shows() -> None:
    evidence = (
        {"device": "co2-01", "code": "stuck", "ppm": 612},
        {"device": "deur-{0}\n", "code": "new-one"},
        {"code": "without-a-device"},
    )
    message = write(notice("firing", "sensor_fault", "nl", evidence=evidence), "https://x")
    assert "co2-01 geeft steeds dezelfde waarde.\ndeur-{0} klopt niet.\n" in message.body
    assert "Wat nu: kijk of de sensor goed hangt" in message.body
    over = write(notice("resolved", "sensor_fault", "nl", evidence=evidence), "https://x")
    assert "co2-01" not in over.body


@pytest.mark.parametrize("rule", get_args(Rule))
@pytest.mark.parametrize("kind", get_args(NoticeKind))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_words(rule: Rule, kind: NoticeKind, language: str) -> None:
    """Also where a flag never had a value."""
    message = write(notice(kind, rule, language), "https://x")
    assert message.subject.startswith("Serre: ")
    assert "{" not in message.body


def test_the_languages_say_the_same_things() -> None:
    first, *others = LANGUAGES.values()
    for other in others:
        for part in ("subject", "what", "advice", "rule_advice", "faults"):
            assert getattr(other, part).keys() == getattr(first, part).keys()


def test_a_notice_from_before_there_was_evidence_is_still_read() -> None:
    text = encode_notice(notice("firing", "co2", "nl", value=1300.0, limit=1200.0))
    assert decode_notice(text.replace(b',"evidence":[]', b"")).evidence == ()
