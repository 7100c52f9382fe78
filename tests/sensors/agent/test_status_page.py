from http.client import HTTPConnection

import pytest

from sensors.agent.device import Tally
from sensors.agent.status_page import Figures, metrics_text, status_page


def figures() -> list[Figures]:
    tally = Tally(readings=12)
    tally.bad.update(checksum=3, timeout=1)
    return [
        Figures("de-kade/co2-01", "mh-z19b", "/dev/serial0", tally, 4, True),
        Figures("de-kade/co2-02", "scd30", "/dev/<b>", Tally(), 0, None),
    ]


def said(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_the_figures_are_those_of_the_devices() -> None:
    lines = metrics_text(figures()).splitlines()
    assert 'luchtig_sensor_readings_total{device="de-kade/co2-01"} 12' in lines
    assert 'luchtig_sensor_bad_frames_total{device="de-kade/co2-01",reason="checksum"} 3' in lines
    assert 'luchtig_sensor_up{device="de-kade/co2-02"} 0' in lines
    assert "luchtig_sensor_spool_entries 4" in lines


def test_they_are_served_with_a_page_for_people() -> None:
    with status_page(("127.0.0.1", 0), figures) as port:
        assert said(port, "/metrics") == (200, metrics_text(figures()))
        _, page = said(port, "/")
        assert "3 checksum, 1 timeout" in page
        assert "/dev/&lt;b&gt;" in page
        assert said(port, "/healthz") == (200, "ok\n")
        assert said(port, "/other")[0] == 404


def test_an_address_that_is_taken_is_said_and_nothing_is_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        status_page(("127.0.0.1", 0), figures) as port,
        status_page(("127.0.0.1", port), figures) as second,
    ):
        assert second == 0
    assert "going on without metrics" in caplog.text


def test_where_nothing_is_to_be_served_nothing_is() -> None:
    with status_page(None, figures) as port:
        assert port == 0
