"""The calendars that meetings follow, as a manager sees and changes them."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.words.calendar import failure_words, problem_words, reason_words
from dashboard.words.locale import page_locale
from gateway.domain.calendar.feed import Feed, FeedState, UnplacedEvent
from gateway.domain.calendar.problem import FAILURES, PROBLEMS, CalendarProblem, Failure
from gateway.domain.calendar.room_matching import REASONS, FeedRule
from gateway.registry.agenda import feeds as registry
from gateway.words.locale import LANGUAGES
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said, token
from tests.dashboard.pages.scene import HOSTILE, NOW, VENUE, Stage, ago, ahead

SECRET = "https://anna:geheim@example.org/private-geheim/basic.ics"
AGENDA = Feed("agenda", VENUE, "Agenda", SECRET)
READ = FeedState(answered=0, tried_at=ago(7), ok_at=ago(7), read_at=ago(7), meetings=23)
PATH = "/settings/calendars/agenda"


@pytest.fixture(autouse=True)
def alone(stage: Stage) -> Iterator[None]:
    """No calendars but those of the test."""
    yield
    with stage.database.write() as conn:
        for feed in registry.all_feeds(conn):
            registry.delete_feed(conn, feed.slug, NOW)


def given(
    stage: Stage,
    state: FeedState | None = READ,
    feed: Feed = AGENDA,
    mistakes: tuple[CalendarProblem, ...] = (),
    unplaced: tuple[UnplacedEvent, ...] = (),
) -> None:
    with stage.database.write() as conn:
        registry.put_feed(conn, feed)
        if state is not None:
            registry.put_state(conn, feed.slug, state)
            registry.put_troubles(conn, feed.slug, mistakes, unplaced)


def found(stage: Stage, slug: str = "agenda") -> Feed:
    with stage.database.read() as conn:
        feed = registry.find_feed(conn, slug)
    assert feed is not None
    return feed


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    page = client.get("/settings/calendars/new")
    return client.post(path, data=fields | {"csrf_token": token(page.text)})


class TestHowItGoes:
    def test_settings_lead_there(self, client: FlaskClient) -> None:
        assert 'href="/settings/calendars"' in client.get("/settings").text
        assert "Er wordt nog geen agenda gevolgd." in said(client.get("/settings/calendars"))

    @pytest.mark.parametrize(
        ("state", "level", "words"),
        [
            (READ, "good", "Loopt gelijk 23 bijeenkomsten, gelezen om 20:04"),
            (None, "unknown", "Nog niet gelezen De gateway leest hem binnen enkele seconden."),
            (
                replace(READ, failure=Failure("status", "404 Not Found"), failures=2),
                "act",
                "De server antwoordt: 404 Not Found. De bijeenkomsten blijven zoals ze om 20:04 waren.",
            ),
            (
                replace(READ, ok_at=None, failure=Failure("not_allowed", "10.0.0.1")),
                "act",
                "Niet te lezen 10.0.0.1 ligt in een besloten netwerk.",
            ),
        ],
        ids=["good", "new", "failing", "never read"],
    )
    def test_a_calendar_says_in_words_how_it_goes(
        self, client: FlaskClient, stage: Stage, state: FeedState | None, level: str, words: str
    ) -> None:
        given(stage, state)
        page = client.get("/settings/calendars")
        assert words in said(page)
        assert f'<div class="row-how" data-level="{level}">' in page.text

    def test_what_needs_somebody_stands_first(self, client: FlaskClient, stage: Stage) -> None:
        given(stage, feed=replace(AGENDA, slug="a", name="Aa"))
        given(
            stage, feed=replace(AGENDA, slug="b", name="Bb"), mistakes=(CalendarProblem("no_end"),)
        )
        failing = replace(READ, failure=Failure("timeout", "30 s"))
        given(stage, failing, feed=replace(AGENDA, slug="c", name="Cc"))
        page = client.get("/settings/calendars").text
        assert re.findall(r">(Aa|Bb|Cc)</bdi></a>", page) == ["Cc", "Bb", "Aa"]

    def test_its_address_is_never_shown(self, client: FlaskClient, stage: Stage) -> None:
        given(stage)
        for path in ("/settings/calendars", PATH, f"{PATH}/edit"):
            page = client.get(path)
            assert page.status_code == 200
            assert "geheim" not in page.text
        assert "https://example.org/…" in said(client.get(PATH))

    def test_what_is_wrong_in_it_is_listed_as_text(self, client: FlaskClient, stage: Stage) -> None:
        given(
            stage,
            mistakes=(CalendarProblem("no_end", HOSTILE), CalendarProblem("too_many", "", "5000")),
        )
        page = client.get(PATH)
        assert f"{HOSTILE} Heeft geen einde. Vul het in." in said(page)
        assert "Meer dan 5000 bijeenkomsten vooruit." in said(page)
        assert "<script>alert" not in page.text
        assert "2 dingen om na te kijken" in said(client.get("/settings/calendars"))

    def test_while_it_is_being_read_the_page_looks_again_a_few_times(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        given(stage)
        assert "http-equiv" not in client.get(PATH).text
        assert post(client, f"{PATH}/read").status_code == 303
        assert found(stage).asked == 1
        page = client.get(PATH)
        assert "Wordt nu gelezen…" in said(page)
        again = re.search(r'http-equiv="refresh" content="2; url=([^"]+)"', page.text)
        assert again is not None
        assert again[1] == f"{PATH}?again=1"
        last = client.get(f"{PATH}?again=8")
        assert "http-equiv" not in last.text
        assert "Nog geen antwoord. Loopt de gateway?" in said(last)
        assert client.get(f"{PATH}?again=x").status_code == 200


class TestPlacing:
    UNPLACED = (
        UnplacedEvent("Koor <i>", "Kelder <b>", "unknown_location", ahead(60), 8),
        UnplacedEvent("Borrel", "Serre en Atelier", "several_rooms", ahead(3000), 1),
        UnplacedEvent("Overleg", "", "no_location", ahead(90), 1),
    )

    def test_what_has_no_room_is_listed_with_why(self, client: FlaskClient, stage: Stage) -> None:
        given(stage, unplaced=self.UNPLACED)
        words = said(client.get(PATH))
        assert (
            "Koor <i> Kelder <b>: noemt geen zaal van dit gebouw 21:11 · 8 bijeenkomsten" in words
        )
        assert "Borrel Serre en Atelier: noemt meer zalen do 26 nov, 22:11" in words
        assert "Overleg noemt geen locatie 21:41" in words

    def test_one_click_gives_it_a_room_by_its_location_or_title(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        given(stage, unplaced=self.UNPLACED)
        page = client.get(PATH).text
        offered = re.findall(
            r'name="field" value="(\w+)">\s*<input type="hidden" name="text" value="([^"]*)"', page
        )
        assert offered == [
            ("location", "Kelder &lt;b&gt;"),
            ("title", "Borrel"),
            ("title", "Overleg"),
        ]
        answer = post(client, f"{PATH}/rules", field="location", text="Kelder <b>", room="serre")
        assert (answer.status_code, answer.location) == (303, PATH)
        feed = found(stage)
        assert feed.rules == (FeedRule("location", "Kelder <b>", RoomSlug("serre")),)
        assert feed.asked == 1
        assert "Locatie met ‘Kelder <b>’ → Serre" in said(client.get(PATH))

    def test_a_rule_is_taken_away(self, client: FlaskClient, stage: Stage) -> None:
        rules = (
            FeedRule("title", "a", RoomSlug("serre")),
            FeedRule("title", "b", RoomSlug("atelier")),
        )
        given(stage, feed=replace(AGENDA, rules=rules))
        assert post(client, f"{PATH}/rules/0/delete").status_code == 303
        assert found(stage).rules == rules[1:]
        assert post(client, f"{PATH}/rules/7/delete").status_code == 404

    def test_a_rule_needs_a_room_that_is_there(self, client: FlaskClient, stage: Stage) -> None:
        given(stage)
        assert (
            post(client, f"{PATH}/rules", field="title", text="a", room="kelder").status_code == 404
        )
        assert (
            post(client, f"{PATH}/rules", field="colour", text="a", room="serre").status_code == 404
        )
        post(client, f"{PATH}/rules", field="title", text=" ", room="serre")
        assert found(stage).rules == ()


FIELDS = {
    "name": "Zaal & café",
    "url": "webcal://example.org/geheim.ics",
    "place": VENUE,
    "every_s": "3600",
}


class TestSettingUp:
    def test_a_calendar_is_followed(self, client: FlaskClient, stage: Stage) -> None:
        answer = post(client, "/settings/calendars/new", **FIELDS)
        assert (answer.status_code, answer.location) == (303, "/settings/calendars/zaal-cafe")
        assert found(stage, "zaal-cafe") == Feed(
            "zaal-cafe", VENUE, "Zaal & café", "webcal://example.org/geheim.ics", None, 3600.0
        )
        again = post(client, "/settings/calendars/new", **FIELDS | {"place": f"{VENUE}/serre"})
        assert again.location == "/settings/calendars/zaal-cafe-2"
        assert found(stage, "zaal-cafe-2").room == "serre"

    def test_a_name_of_other_letters_will_do(self, client: FlaskClient) -> None:
        answer = post(client, "/settings/calendars/new", **FIELDS | {"name": "日本語"})
        assert answer.location == "/settings/calendars/calendar"

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("name", "", "Vul dit in."),
            ("url", "", "Een adres begint met https:// of webcal://."),
            ("url", "ftp://example.org", "Een adres begint met https:// of webcal://."),
            ("place", "", "Kies een gebouw, of een van de zalen."),
            ("place", "de-bron", "Dit bestaat niet meer. Kies opnieuw."),
            ("place", f"{VENUE}/kelder", "Dit bestaat niet meer. Kies opnieuw."),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(
        self, client: FlaskClient, field: str, value: str, words: str
    ) -> None:
        answer = post(client, "/settings/calendars/new", **FIELDS | {field: value})
        assert answer.status_code == 422
        assert answer.text.split(f'id="wrong-{field}">')[1].split("<")[0] == words

    def test_changing_it_keeps_address_and_rules_where_nothing_else_is_said(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        rules = (FeedRule("title", "a", RoomSlug("serre")),)
        given(stage, feed=replace(AGENDA, rules=rules))
        fields = {"name": "Nieuw", "url": "", "place": f"{VENUE}/atelier", "every_s": "300"}
        assert post(client, f"{PATH}/edit", **fields).status_code == 303
        assert found(stage) == Feed(
            "agenda", VENUE, "Nieuw", SECRET, RoomSlug("atelier"), 300.0, rules, 1
        )
        refused = post(client, f"{PATH}/edit", **fields | {"name": ""})
        assert refused.status_code == 422
        assert "geheim" not in refused.text

    def test_following_no_longer(self, client: FlaskClient, stage: Stage) -> None:
        given(stage)
        answer = post(client, f"{PATH}/delete")
        assert (answer.status_code, answer.location) == (303, "/settings/calendars")
        assert "Agenda wordt niet meer gevolgd." in said(client.get("/settings/calendars"))

    def test_what_is_not_there_is_not_found(self, client: FlaskClient) -> None:
        assert client.get(PATH).status_code == 404
        assert client.get(f"{PATH}/edit").status_code == 404
        for action in ("edit", "read", "rules", "rules/0/delete", "delete"):
            assert post(client, f"{PATH}/{action}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_go_wrong_has_words(language: str) -> None:
    locale = page_locale(language)
    lines = [problem_words(CalendarProblem(code, "x", "50% & more"), locale) for code in PROBLEMS]
    lines += [failure_words(Failure(code, "50% & more"), locale) for code in FAILURES]
    lines += [reason_words(reason, locale) for reason in REASONS]
    assert len(set(lines)) == len(lines)
    assert all("%(" not in line for line in lines)
