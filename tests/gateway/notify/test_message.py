"""What messages say."""

from datetime import timedelta
from typing import get_args

import pytest

from gateway.domain.alerts.notice import (
    Notice,
    NoticeKind,
    NoticeMeeting,
    decode_notice,
    encode_notice,
)
from gateway.domain.room_state import Rule
from gateway.links import check_acknowledge_token, check_report_token
from gateway.notify.message import Message, Unwritable, write, write_test
from gateway.notify.message_text import plain
from gateway.words.locale import LANGUAGES
from tests.gateway.live_venue import START, minute
from tests.gateway.notices import ANNA, LINKS, notice


def written(*notices: Notice, to: str = ANNA) -> Message:
    return write(notices, to, LINKS, minute(10))


def text(*notices: Notice, to: str = ANNA) -> str:
    return plain(written(*notices, to=to))


def test_a_message_says_what_where_which_meeting_how_bad_since_when_and_what_to_do() -> None:
    message = written(notice(flag="f1"))
    assert message.subject == "Serre: CO₂ is 1.240 ppm, de streefwaarde is 1.200"
    look, acknowledge = "https://lucht.example.org/rooms/de-kade/serre", message.buttons[0].url
    settings = "Wie bericht krijgt, staat bij de instellingen: https://lucht.example.org/settings/contacts#messages"
    assert plain(message).splitlines() == [
        "Serre, De Kade",
        "Pitch & koffie, 10:00–11:00",
        "",
        "De CO₂ is 1.240 ppm. Dat is 40 ppm boven de streefwaarde van 1.200 ppm. Sinds 10:05.",
        "Wat nu: zet ramen en deuren open.",
        "",
        f"Ik ben ermee bezig: {acknowledge}",
        f"Bekijk de zaal: {look}",
        "",
        "De knop werkt zonder inloggen, tot 1 december.",
        "",
        "—",
        f"U krijgt dit als organisator van deze bijeenkomst. {settings}",
    ]


def test_its_link_acknowledges_the_flags_it_tells_of_for_whom_it_was_sent_to() -> None:
    told = (notice(flag="f1"), notice("resolved", flag="f2"), notice(flag="f3", room="zaal"))
    address = written(*told).buttons[0].url
    token = address.removeprefix("https://lucht.example.org/ack/")
    found = check_acknowledge_token(LINKS.secret, token, minute(20))
    assert found.flags == ("f1", "f3")
    assert (found.recipient, found.language) == (ANNA, "nl")


def test_an_address_of_the_manager_acknowledges_as_manager() -> None:
    told = notice(flag="f1", recipient_role="manager")
    token = written(told, to="url:0123").buttons[0].url.rpartition("/")[2]
    assert check_acknowledge_token(LINKS.secret, token, minute(20)).recipient == "manager"


def test_what_is_over_asks_nobody_to_acknowledge() -> None:
    message = written(notice("resolved", flag="f1"))
    assert [button.words for button in message.buttons] == ["Bekijk de zaal"]
    assert message.subject == "Serre: CO₂ is weer goed"
    assert "Van 10:05 tot 10:10." in plain(message)


def test_several_rules_of_one_room_are_one_message_that_says_each_thing_to_do_once() -> None:
    told = (
        notice(flag="f1"),
        notice(rule="occupancy", value=24.0, limit=20.0, flag="f2",
               advice=({"code": "open_windows"}, {"code": "at_most", "people": 20})),
    )  # fmt: skip
    message = written(*told)
    assert message.subject == "Serre: CO₂ is 1.240 ppm, de streefwaarde is 1.200 (en nog 1)"
    assert len(message.sections) == 1
    said = plain(message)
    assert said.count("zet ramen en deuren open") == 1
    assert "Er zijn 24 mensen, 4 meer dan de 20 die er mogen zijn." in said
    assert "Wat nu: laat niet meer dan 20 mensen in de zaal." in said


def test_many_rooms_are_one_message_with_what_needs_somebody_first() -> None:
    told = (
        notice("resolved", flag="f1", room="a", room_name="Kleine zaal"),
        notice(flag="f2", room="b", room_name="Bibliotheek", rule="no_data", severity="info"),
        notice(flag="f3", room="c", room_name="Grote zaal"),
    )
    message = written(*told)
    assert message.subject == "De Kade: 2 zalen vragen iets van u"
    places = [section.place.partition(",")[0] for section in message.sections]
    assert places == ["Grote zaal", "Bibliotheek", "Kleine zaal"]
    assert [section.said[0].level for section in message.sections] == ["act", "info", "good"]
    assert message.buttons[1].url == "https://lucht.example.org/alerts"


def test_who_is_next_is_told_that_nobody_is_on_it() -> None:
    message = written(notice("escalated", flag="f1", recipient_role="escalation", language="en"))
    assert message.subject.startswith("Nobody on it yet · Serre: CO₂ is 1,240 ppm")
    assert plain(message).startswith("Somebody else was told of this before.")
    assert "you are the next one to be told" in plain(message)


def test_a_report_comes_with_a_signed_link_to_it() -> None:
    message = written(notice("report"))
    assert message.subject == "Verslag: Pitch & koffie, 24 november"
    (button,) = message.buttons
    address, _, token = button.url.partition("?token=")
    assert address == "https://lucht.example.org/meetings/m1/report"
    assert check_report_token(LINKS.secret, token, "m1", minute(0)).recipient == ANNA
    assert "tot 22 februari." in plain(message)


def verdict(code: str, said: str | None, minutes_over: float = 0.0) -> dict[str, object]:
    return {"code": code, "verdict": said, "minutes_over": minutes_over, "worst": 1.0, "limit": 2.0}


@pytest.mark.parametrize(
    ("evidence", "subject", "level", "parts"),
    [
        ((), "Verslag: Pitch & koffie, 24 november", "plain", ""),
        (
            (verdict("occupancy", "kept"), verdict("ventilation", "kept")),
            "Pitch & koffie, 24 november: binnen de grenzen",
            "good",
            "Aantal mensen: binnen de grenzen. Lucht: binnen de grenzen.",
        ),
        (
            (verdict("occupancy", "kept"), verdict("ventilation", "not_kept", 12.4)),
            "Pitch & koffie, 24 november: ging over een grens",
            "act",
            "Aantal mensen: binnen de grenzen. Lucht: 12 min over de grens.",
        ),
        (
            (verdict("occupancy", None), verdict("ventilation", "cannot_say")),
            "Pitch & koffie, 24 november: niet zeker te zeggen",
            "info",
            "Lucht: niet zeker te zeggen.",
        ),
        (
            (verdict("of a later version", "kept"),),
            "Pitch & koffie, 24 november: binnen de grenzen",
            "good",
            "",
        ),
    ],
)
def test_a_report_says_at_once_whether_it_was_kept(
    evidence: tuple[dict[str, object], ...], subject: str, level: str, parts: str
) -> None:
    message = written(notice("report", evidence=evidence))
    assert message.subject == subject
    assert message.sections[0].said[0].level == level
    assert parts in plain(message)


def test_a_report_of_no_meeting_cannot_be_written() -> None:
    with pytest.raises(Unwritable):
        written(notice("report", meeting=None))


@pytest.mark.parametrize(
    ("kind", "language", "subject", "sentence"),
    [
        ("firing", "nl", "Serre: 4,3 l/s frisse lucht per persoon, 10 is nodig", "schatting 4,3"),
        ("firing", "en", "Serre: 4.3 l/s of fresh air per person, 10 needed", "About 4.3 l/s"),
        ("resolved", "nl", "Serre: weer genoeg frisse lucht", "minste was naar schatting 3,9 l/s"),
        ("resolved", "en", "Serre: enough fresh air again", "The least was about 3.9 l/s"),
    ],
)
def test_fresh_air_is_told_to_a_tenth_and_its_worst_is_the_least(
    kind: NoticeKind, language: str, subject: str, sentence: str
) -> None:
    figures = {"value": 4.31, "peak": 3.92, "limit": 10.0}
    message = written(notice(kind, rule="ventilation", language=language, **figures))
    assert message.subject == subject
    assert sentence in plain(message)


@pytest.mark.parametrize(
    ("advice", "said"),
    [
        (
            {"code": "open_windows", "ppm": 900.0, "unchanged_ppm": 1410.0},
            "900 ppm, en anders 1.410",
        ),
        ({"code": "open_windows", "ppm": 900.0}, "zet ramen en deuren open."),
        (
            {"code": "break", "minutes": 10.0, "ppm": 1040.0},
            "Na die pauze is de CO₂ ongeveer 1.040 ppm.",
        ),
        ({"code": "break", "minutes": 10.0}, "neem een pauze van 10 min buiten de zaal."),
        ({"code": "close_windows"}, "de ramen mogen weer dicht."),
        ({"code": "at_most", "people": 1600}, "laat niet meer dan 1.600 mensen in de zaal."),
    ],
)
def test_advice_is_told_with_what_comes_of_it_where_that_is_known(
    advice: dict[str, object], said: str
) -> None:
    assert said in text(notice(advice=(advice, {"code": "of a later version"})))


def test_a_fault_is_told_with_the_sensor_and_what_it_shows() -> None:
    evidence = (
        {"device": "co2-01", "code": "stuck", "co2_ppm": 612, "minutes": 45},
        {"device": "deur-{0}\n", "code": "new-one"},
        {"code": "without-a-device"},
    )
    firing = text(notice(rule="sensor_fault", evidence=evidence))
    assert "co2-01 geeft al 45 min onveranderd 612 ppm. deur-{0} klopt niet.\n" in firing
    assert "Wat nu: kijk of de sensor goed hangt" in firing
    assert "co2-01" not in text(notice("resolved", rule="sensor_fault", evidence=evidence))


@pytest.mark.parametrize("rule", get_args(Rule))
@pytest.mark.parametrize("kind", ["firing", "escalated", "resolved"])
@pytest.mark.parametrize("language", [*LANGUAGES, "fr"])
def test_every_rule_has_its_words(rule: Rule, kind: NoticeKind, language: str) -> None:
    """Also where a flag never had a value, in a room without a meeting."""
    nothing = {"value": None, "peak": None, "limit": None, "meeting": None}
    message = written(notice(kind, rule=rule, language=language, flag="f1", **nothing))
    assert "Serre: " in message.subject
    said = message.subject + plain(message)
    assert "{" not in said
    assert "%(" not in said


@pytest.mark.parametrize("role", ["organiser", "host", "manager", "escalation"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_is_told_why_they_get_it(role: str, language: str) -> None:
    roles = {
        written(notice(recipient_role=role, language=language)).footer
        for role in ("organiser", "host", "manager", "escalation")
    }
    assert len(roles) == 4
    assert written(notice(recipient_role=role, language=language)).footer in roles


def test_a_limit_of_fresh_air_keeps_its_tenth() -> None:
    message = written(notice(rule="ventilation", value=12.34, limit=12.5))
    assert message.subject == "Serre: 12,3 l/s frisse lucht per persoon, 12,5 is nodig"


def test_one_person_is_not_people() -> None:
    said = text(notice(advice=({"code": "at_most", "people": 1},), language="en"))
    assert "let no more than 1 person into the room." in said


def test_times_are_the_venues_with_the_date_where_it_is_another_day() -> None:
    told = notice(since=minute(5) - timedelta(days=1), timezone="America/New_York", language="en")
    assert "Since 23 November 04:05." in text(told)
    nowhere = notice(timezone="Mars/Olympus")
    assert "Sinds 09:05." in text(nowhere)


def test_a_title_of_many_lines_is_one_line() -> None:
    meeting = NoticeMeeting("m1", "Borrel\r\nBcc: bob@example.org\r\n\r\nhello", START, minute(60))
    message = written(notice(meeting=meeting, room_name="A\nB: c", flag="f1"))
    assert message.subject.startswith("A B: c: CO₂")
    assert "Borrel Bcc: bob@example.org hello, 10:00–11:00\n" in plain(message)
    report = written(notice("report", meeting=meeting))
    assert report.subject == "Verslag: Borrel Bcc: bob@example.org hello, 24 november"


def test_a_test_says_who_asked_for_it() -> None:
    message = write_test("en", "anna\n", START, LINKS)
    assert "asked for by anna at 09:00 UTC" in plain(message)
    assert message.buttons == ()


def test_a_notice_of_before_is_still_read() -> None:
    text = encode_notice(notice())
    known = text.partition(b',"evidence":')[0] + b"}"
    assert (decode_notice(known).evidence, decode_notice(known).severity) == ((), "act")
