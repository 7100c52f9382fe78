import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.serving.proxies import Origin, TrustedProxies
from sensors.config import ConfigError

PROXIES = TrustedProxies.of(["10.0.0.0/8", "fd00::1"])


def test_a_stranger_cannot_say_where_it_comes_from() -> None:
    claim = {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "a.b",
    }
    assert PROXIES.origin("192.0.2.7", "http", claim) == Origin("192.0.2.7", "http")


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("127.0.0.1, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1, 192.0.2.7, 10.1.1.1", "192.0.2.7"),
        ("10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("2001:db8::5", "2001:db8::5"),
        ("192.0.2.7, nonsense", "10.0.0.2"),
        ("", "10.0.0.2"),
    ],
)
def test_a_trusted_one_names_the_last_that_is_none_of_its_kind(told: str, address: str) -> None:
    found = PROXIES.origin("10.0.0.2", "http", {"x-forwarded-for": told})
    assert found == Origin(address, "http")


def test_scheme_and_name_are_those_that_the_proxy_was_asked_by() -> None:
    told = {"x-forwarded-proto": "https", "x-forwarded-host": "lucht.example.org"}
    found = PROXIES.origin("fd00::1", "http", told)
    assert found == Origin("fd00::1", "https", "lucht.example.org")


def test_what_is_no_scheme_is_left_out() -> None:
    assert PROXIES.origin("10.0.0.2", "http", {"x-forwarded-proto": "gopher"}).scheme == "http"


@pytest.mark.parametrize("given", ["proxy.example", "10.0.0.0/33", "10.0.0", ""])
def test_a_network_that_is_none_is_told(given: str) -> None:
    with pytest.raises(ConfigError, match=r"dashboard\.trusted_proxies: .* expected an address"):
        TrustedProxies.of([given])


@given(st.text(max_size=80), st.text(max_size=20))
def test_whatever_is_told_the_address_is_one(told: str, scheme: str) -> None:
    found = PROXIES.origin(
        "10.0.0.2", "http", {"x-forwarded-for": told, "x-forwarded-proto": scheme}
    )
    assert TrustedProxies.of([found.address]).trusts(found.address)
    assert found.scheme in ("http", "https")
