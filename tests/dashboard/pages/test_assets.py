import gc
import gzip
import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers


def test_files_are_named_by_content_and_kept_for_a_year(client: FlaskClient) -> None:
    page = client.get("/").text
    addresses = re.findall(r'"(/static/[^"]+)"', page)
    assert len(addresses) >= 4
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_asked_by_another_version_is_soon_asked_again(client: FlaskClient) -> None:
    with client.get("/static/style.css?v=of-before") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_the_fonts_address_in_the_styles_is_that_of_the_page(client: FlaskClient) -> None:
    with client.get("/static/style.css") as answer:
        styles = answer.get_data(as_text=True)
    (font,) = re.findall(r'url\("([^"]+)"\)', styles)
    assert f"/static/{font}" in client.get("/").text


def test_pages_load_nothing_from_elsewhere_and_hold_no_scripts_of_their_own(
    client: FlaskClient,
) -> None:
    for path in (
        "/",
        "/kiosk/de-kade",
        "/rooms/de-kade/serre",
        "/meetings",
        "/alerts",
        "/settings",
    ):
        page = client.get(path).text
        assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page) == []
        assert re.findall(r"<script[^>]*>(?!</script>)", page) == []
        assert re.findall(r'\s(?:on[a-z]+|style)="', page) == []
        assert "<style" not in page


def test_what_is_large_travels_packed_to_whoever_can_unpack_it(client: FlaskClient) -> None:
    address = "/static/vendor/plotly/plotly-basic.min.js"
    gzip_taken = {"Accept-Encoding": "br, gzip"}
    with client.get(address) as plain, client.get(address, headers=gzip_taken) as packed:
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert int(packed.headers["Content-Length"]) < len(plain.data) / 2
        assert gzip.decompress(packed.data) == plain.data


def test_what_is_had_already_is_not_sent_again(client: FlaskClient) -> None:
    packs = {"Accept-Encoding": "gzip"}
    for path in ("/static/style.css", "/rooms/de-kade/serre/chart.json"):
        with client.get(path, headers=packs) as first:
            had = packs | {"If-None-Match": first.headers["ETag"]}
        with client.get(path, headers=had) as again:
            assert (again.status_code, again.data) == (304, b"")


def test_a_board_is_light(client: FlaskClient) -> None:
    """What a first visit takes over the wire, and one that has been here."""
    packs = {"Accept-Encoding": "gzip"}
    page = client.get("/", headers=packs)
    loaded = r'(?:href|src|data-worker|data-following|data-patching)="(/static/[^"]+)"'
    page_bytes = weight(page.headers, gzip.compress(page.data, 5))
    assert page_bytes < 8_000
    first_bytes = page_bytes
    for address in dict.fromkeys(re.findall(loaded, page.text)):
        with client.get(address, headers=packs) as answer:
            first_bytes += weight(answer.headers, answer.data)
    assert 40_000 < first_bytes < 60_000


def weight(headers: Headers, body: bytes) -> int:
    return len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items())


def test_what_is_packed_already_travels_as_it_is(client: FlaskClient) -> None:
    font = "/static/vendor/atkinson/atkinson-hyperlegible-next-latin-wght-normal.woff2"
    with client.get(font, headers={"Accept-Encoding": "gzip"}) as answer:
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "name",
    ["vendor/atkinson/atkinson-hyperlegible-next-latin-wght-normal.woff2", "style.css", "icon.svg"],
)
def test_no_file_stays_open_of_a_visitor_who_went_away(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/{name}")  # and nobody reads or closes it
    assert answer.status_code == 200
    files = [one for one in gc.get_objects() if isinstance(one, io.BufferedReader)]
    assert [one.name for one in files if str(one.name).endswith(name) and not one.closed] == []
