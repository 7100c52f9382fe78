"""Wall screens: let in by a link, for one venue, to look, until it is taken back."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from dashboard.board.viewers import Viewers
from dashboard.web.access_watch import AccessWatch
from gateway.domain.room import Room, Venue
from gateway.links import Links
from gateway.registry.accounts import kiosks, users
from gateway.registry.rooms import put_room, put_venue
from sensors.clock import SYSTEM
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import VENUE, Site, csrf_token, log_in, publish_state, state
from tests.servers import wait_until

MOLEN = VenueSlug("molen")
LINKS = Links("a secret of tests", "http://localhost")
WALL = f"/kiosk/{VENUE}"


def made(site: Site, venue: VenueSlug = VENUE) -> kiosks.Kiosk:
    with site.database.write() as conn:
        return kiosks.make_kiosk(conn, venue, "Hal", "anna", SYSTEM.now())


def path_of(kiosk: kiosks.Kiosk) -> str:
    return LINKS.kiosk(kiosk.number, kiosk.venue).removeprefix("http://localhost")


def hung(site: Site, kiosk: kiosks.Kiosk) -> FlaskClient:
    """A browser that was opened with the link."""
    screen = site.visitor()
    answer = screen.get(path_of(kiosk))
    assert (answer.status_code, answer.location) == (303, f"/kiosk/{kiosk.venue}")
    return screen


@pytest.fixture
def two_venues(site: Site) -> Site:
    with site.database.write() as conn:
        put_venue(conn, Venue(MOLEN, "De Molen"))
        put_room(conn, Room(MOLEN, RoomSlug("zolder"), "Zolder"))
    return site


class TestLetIn:
    def test_it_looks_at_its_board_where_no_card_leads_on(self, site: Site) -> None:
        publish_state(site.broker, state(co2_ppm=612.0))
        wait_until(lambda: site.feed.room(VENUE, RoomSlug("grote-zaal")) is not None, "the room")
        screen = hung(site, made(site))
        page = screen.get(WALL)
        assert page.status_code == 200
        assert "Grote zaal" in page.text
        assert 'href="/rooms' not in page.text
        assert screen.get(f"/board?venue={VENUE}&kiosk=1").status_code == 200

    def test_the_cookie_is_kept_from_scripts_and_other_sites_for_a_year(self, site: Site) -> None:
        screen = hung(site, made(site))
        cookie = screen.get_cookie("luchtig_kiosk")
        assert cookie is not None
        assert cookie.http_only
        assert cookie.same_site == "Lax"
        assert cookie.max_age is not None
        assert timedelta(seconds=cookie.max_age) > timedelta(days=365)

    @pytest.mark.parametrize(
        "path",
        [
            "/", "/settings", "/meetings", "/account", f"/rooms/{VENUE}/serre", "/plan",
            f"/rooms/{VENUE}/serre/chart.json",
        ],
    )  # fmt: skip
    def test_it_sees_no_other_page(self, site: Site, path: str) -> None:
        assert hung(site, made(site)).get(path).status_code == 303

    @pytest.mark.parametrize("path", ["rooms", "stream", "meetings", "kiosks", "tokens"])
    def test_it_is_no_program(self, site: Site, path: str) -> None:
        assert hung(site, made(site)).get(f"/api/v1/{path}").status_code == 401

    def test_another_venue_is_not_there_for_it(self, two_venues: Site) -> None:
        screen = hung(two_venues, made(two_venues))
        assert screen.get(f"/kiosk/{MOLEN}").status_code == 404
        assert screen.get(f"/board?venue={MOLEN}").status_code == 404
        assert "Molen" not in screen.get("/board").text

    def test_being_seen_is_written_now_and_then(self, site: Site) -> None:
        kiosk = made(site)
        screen = hung(site, kiosk)

        def seen() -> object:
            with site.database.read() as conn:
                found = kiosks.find_kiosk(conn, kiosk.number)
            assert found is not None
            return found.seen

        assert seen() is None
        screen.get(WALL)
        first = seen()
        assert first is not None
        screen.get(WALL)
        assert seen() == first


class TestKeptOut:
    @pytest.mark.parametrize("token", ["x", "", "W10.x", "a" * 9000])
    def test_a_forged_link_is_403(self, site: Site, token: str) -> None:
        path = f"/k/{token}"
        assert site.visitor().get(path).status_code == (403 if token else 303)

    def test_a_link_signed_for_something_else_is_forged(self, site: Site) -> None:
        link = LINKS.acknowledge(("f-1",), "a@example.org", "nl", SYSTEM.now())
        token = link.rpartition("/")[2]
        assert site.visitor().get(f"/k/{token}").status_code == 403
        other = Links("another secret", "http://localhost").kiosk(made(site).number, VENUE)
        assert site.visitor().get(f"/k/{other.rpartition('/')[2]}").status_code == 403

    def test_a_forged_cookie_is_nobody(self, site: Site) -> None:
        screen = site.visitor()
        screen.set_cookie("luchtig_kiosk", "made-up")
        assert screen.get(WALL).location == f"/login?next={WALL}"

    def test_one_that_was_taken_back_is_410_at_once(self, site: Site) -> None:
        kiosk = made(site)
        screen = hung(site, kiosk)
        with site.database.write() as conn:
            assert kiosks.end_kiosk(conn, kiosk.number)
        for path in (WALL, f"/board?venue={VENUE}", path_of(kiosk)):
            assert screen.get(path).status_code == 410
        assert screen.get("/login").status_code == 200

    def test_its_stream_ends_with_it(self, site: Site) -> None:
        watch, viewers, kiosk = AccessWatch(site.database, SYSTEM), Viewers(10), made(site)
        stream = viewers.add()
        watch.watch(kiosk.key, stream)
        watch.look()
        assert not stream.take()[1]
        with site.database.write() as conn:
            kiosks.end_kiosk(conn, kiosk.number)
        watch.look()
        assert stream.take()[1]

    def test_it_ends_with_the_account_that_let_it_in(self, site: Site) -> None:
        kiosk = made(site)
        screen = hung(site, kiosk)
        with site.database.write() as conn:
            users.disable(conn, "anna", SYSTEM.now())
        assert screen.get(WALL).status_code == 410
        with site.database.write() as conn:
            users.enable(conn, "anna")
        assert screen.get(WALL).status_code == 200
        with site.database.write() as conn:
            users.set_password(conn, "anna", "heel andere woorden")
        assert screen.get(WALL).status_code == 410


class TestPage:
    @pytest.fixture
    def browser(self, site: Site) -> FlaskClient:
        browser = site.visitor()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        log_in(browser)
        return browser

    def test_a_link_is_made_shown_and_taken_back(self, site: Site, browser: FlaskClient) -> None:
        token = csrf_token(browser.get("/settings/kiosks"))
        form = {"csrf_token": token, "venue": VENUE, "label": "Hal, <b>trap</b>"}
        page = browser.get(browser.post("/settings/kiosks", data=form).location).text
        assert "The link of Hal, &lt;b&gt;trap" in page
        assert "not opened yet" in page
        link = re.search(r"<code>http://[^/]+(/k/\S+)</code>", page)
        assert link is not None
        screen = site.visitor()
        assert screen.get(link[1]).location == WALL
        assert screen.get(WALL).status_code == 200
        assert "last seen" in browser.get("/settings/kiosks").text
        end = re.search(r'action="(/settings/kiosks/[0-9a-f]+/end)"', page)
        assert end is not None
        browser.post(end[1], data={"csrf_token": token})
        assert "shows nothing more" in browser.get("/settings/kiosks").text
        assert screen.get(WALL).status_code == 410
        assert browser.post(end[1], data={"csrf_token": token}).status_code == 404

    @pytest.mark.parametrize("form", [{"label": ""}, {"venue": "nowhere"}, {"venue": ""}])
    def test_what_is_wrong_is_said(self, browser: FlaskClient, form: dict[str, str]) -> None:
        token = csrf_token(browser.get("/settings/kiosks"))
        filled = {"csrf_token": token, "venue": VENUE, "label": "Hal"} | form
        answer = browser.post("/settings/kiosks", data=filled)
        assert answer.status_code == 422
        assert 'class="mistake"' in answer.text

    def test_a_wall_on_a_log_in_of_ones_own_is_offered_its_link(
        self, site: Site, browser: FlaskClient
    ) -> None:
        assert f"/settings/kiosks?venue={VENUE}" in browser.get(WALL).text
        assert "/settings/kiosks" not in hung(site, made(site)).get(WALL).text

    def test_the_demo_makes_none(self, make_site: SiteMaker) -> None:
        browser = make_site(demo=True).visitor()
        page = browser.get("/settings/kiosks")
        assert page.status_code == 200
        form = {"csrf_token": csrf_token(browser.get("/")), "venue": VENUE, "label": "Hal"}
        assert browser.post("/settings/kiosks", data=form).status_code == 409


class TestApi:
    def test_a_program_makes_lists_and_ends_them(self, site: Site) -> None:
        answer = site.call("POST", "/api/v1/kiosks", {"venue": VENUE, "label": "Hal"})
        assert answer.status_code == 201
        assert answer.json is not None
        one, path = answer.json, answer.headers["Location"]
        assert (one["label"], one["by"], one["seen"]) == ("Hal", "anna", None)
        assert site.call("GET", path).json == one
        assert site.call("GET", f"/api/v1/kiosks?venue={VENUE}").json == {"kiosks": [one]}
        assert site.call("DELETE", path).status_code == 204
        assert site.call("GET", path).status_code == 404
        assert site.call("DELETE", path).status_code == 404

    def test_where_there_is_no_venue_none_hangs(self, site: Site) -> None:
        body = {"venue": "nowhere", "label": "Hal"}
        assert site.call("POST", "/api/v1/kiosks", body).status_code == 422


def test_an_empty_board_leads_to_where_rooms_are_made_and_an_empty_wall_does_not(
    site: Site,
) -> None:
    with site.database.write() as conn:
        put_venue(conn, Venue(VenueSlug("leeg"), "Leeg"))
    anna = site.visitor()
    log_in(anna)
    link = '<a href="/settings/venues">'
    wait_until(lambda: "Leeg" in anna.get("/?venue=leeg").text, "the venue to be known")
    assert link in anna.get("/?venue=leeg").text
    assert link not in anna.get("/kiosk/leeg").text
