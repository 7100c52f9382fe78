"""A calendar on a web server, through the page and the gateway, onto the board."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

from sensors.clock import SYSTEM
from tests.end_to_end.set_up import SetUp, set_up
from tests.gateway.calendars.events import calendar, event
from tests.gateway.calendars.server import web_server
from tests.servers import Broker, wait_until


def fill_in(venue: SetUp, path: str, **fields: str) -> str:
    """Send a page's form as a browser without script does; the page that follows."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    url = f"http://127.0.0.1:{venue.port}{path}"
    with browser.open(url, timeout=30) as answer:
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
    assert found is not None
    form = urllib.parse.urlencode(fields | {"csrf_token": found[1]}).encode()
    with browser.open(urllib.request.Request(url, form, {"Referer": url}), timeout=30) as answer:
        page: bytes = answer.read()
    return page.decode()


def utc(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")


def test_a_followed_calendars_meeting_is_on_the_board_while_it_lasts(
    tmp_path: Path, broker: Broker
) -> None:
    now = SYSTEM.now()
    on = event("a", "SUMMARY:Koor <b>", "LOCATION:Serre\\, De Kade",
               start=utc(now - timedelta(minutes=5)), end=utc(now + timedelta(hours=1)))  # fmt: skip
    lost = event("b", "LOCATION:Kelder", start=utc(now + timedelta(hours=3)),
                 end=utc(now + timedelta(hours=4)))  # fmt: skip
    store = "sqlite:///readings.db"
    with web_server() as web, set_up(tmp_path, broker, store) as venue:
        web.serve("/geheim/agenda.ics", calendar(on, lost, event("c", start="?")))
        venue.write_config(store, "[calendar]\nallow_private = true\n")
        venue.import_venue()
        venue.start("gateway")
        venue.start_dashboard()
        address = f"{web.url}/geheim/agenda.ics"
        page = fill_in(venue, "/settings/calendars/new", name="Agenda", url=address,
                       place="de-kade", every_s="900")  # fmt: skip
        assert "Agenda" in page
        wait_until(lambda: venue.room().get("meeting"), "the meeting on the board", 60)
        assert venue.room()["meeting"]["title"] == "Koor <b>"
        told = venue.get("/api/v1/feeds/agenda")
        assert (told["failure"], told["meetings"]) == (None, 1)
        assert [one["title"] for one in told["unplaced"]] == ["Event b"]
        assert [line.split(" has ")[0] for line in told["mistakes"]] == ["Event c"]
        assert "geheim" not in venue.log("gateway") + venue.log("dashboard") + str(told)
