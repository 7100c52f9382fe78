import pytest

from dashboard.serving.hosts import KnownHosts

HOSTS = KnownHosts("https://lucht.example.org:8443/", "0.0.0.0:8080", ["wall.lan"], "Kade-PC")


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8080", "127.0.0.1", "[::1]:8080", "lucht.example.org", "LUCHT.example.org:8443",
        "lucht.example.org.", "wall.lan:8080", "kade-pc", "kade-pc.local:8080", "192.0.2.7:8080",
    ],
)  # fmt: skip
def test_names_of_ours_are_known(host: str) -> None:
    assert HOSTS.knows(host, "192.0.2.7")


@pytest.mark.parametrize(
    "host", ["evil.example", "192.0.2.8", "localhost.evil.example", "", "[", "a b", "example.org"]
)
def test_names_that_nobody_set_are_not(host: str) -> None:
    assert not HOSTS.knows(host, "192.0.2.7")
