import contextlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.outward.address import Address, BadAddress, is_public, parse


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a.ics", Address("https", "example.org", 443, "/a.ics")),
        ("webcal://example.org/a.ics", Address("https", "example.org", 443, "/a.ics")),
        (" WEBCAL://Example.ORG ", Address("https", "example.org", 443, "/")),
        ("http://example.org:8080?x=1&y", Address("http", "example.org", 8080, "/?x=1&y")),
        ("https://[2001:db8::1]:444/a", Address("https", "2001:db8::1", 444, "/a")),
        ("https://bücher.example/ö", Address("https", "xn--bcher-kva.example", 443, "/%C3%B6")),
        ("https://a:p%40ss@example.org/", Address("https", "example.org", 443, "/", "a:p@ss")),
    ],
)
def test_an_address_is_taken_apart(url: str, address: Address) -> None:
    assert parse(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org/a.ics", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///a",
        "https://exa mple.org/", "https://example.org/\r\nX: y", "https://example.org:99999/",
        "https://example.org:x/", "https://[::1", "https://example.org/\\a", "javascript:alert(1)",
        "https://" + "a" * 3000, "https://a..b/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        parse(url)


@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    for url in (text, f"https://{text}", f"webcal://a:b@{text}"):
        with contextlib.suppress(BadAddress):
            parse(url)


def test_what_may_be_secret_is_never_shown() -> None:
    address = parse("https://anna:secret@example.org:8443/private-token/basic.ics?key=token")
    for shown in (address.shown, repr(address), str(address)):
        assert "secret" not in shown
        assert "token" not in shown
        assert "anna" not in shown
    assert address.shown == "https://example.org:8443/…"


class TestRedirects:
    def test_a_login_goes_nowhere_else(self) -> None:
        first = parse("https://a:b@example.org/x")
        assert first.led_on("/y").login == "a:b"
        assert first.led_on("https://example.org/y").login == "a:b"
        assert first.led_on("https://other.example/y").login is None
        assert first.led_on("https://example.org:444/y").login is None

    @pytest.mark.parametrize(
        "location", ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "//[::1"]
    )
    def test_nothing_leads_out_of_https(self, location: str) -> None:
        with pytest.raises(BadAddress):
            parse("https://example.org/").led_on(location)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False), ("127.8.9.1", False), ("0.0.0.0", False), ("10.0.0.1", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("239.1.2.3", False),
        ("255.255.255.255", False), ("192.0.2.1", False), ("::1", False), ("::", False),
        ("fe80::1", False), ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False), ("::127.0.0.1", False), ("::ffff:0:127.0.0.1", False),
        ("64:ff9b:1::7f00:1", False), ("fec0::1", False), ("5f00::1", False), ("3fff::1", False),
        ("2001:db8::1", False), ("4000::1", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_whole_internet_are_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public
