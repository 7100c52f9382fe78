"""What a server says of its bytes reaches whoever decodes them."""

import pytest

from gateway.calendars.fetch import Validators, fetch
from tests.gateway.calendars.server import WebServer


@pytest.mark.parametrize(
    ("said", "charset"),
    [
        ("text/calendar; charset=ISO-8859-1", "ISO-8859-1"),
        ('text/calendar; method=PUBLISH; Charset="windows-1252"', "windows-1252"),
        ("text/calendar", ""),
    ],
)
def test_the_charset_is_the_content_types(web: WebServer, said: str, charset: str) -> None:
    web.serve("/a.ics", b"calendar", Content_Type=said)
    found = fetch(f"{web.url}/a.ics", Validators(), lambda _: True)
    assert found.charset == charset
