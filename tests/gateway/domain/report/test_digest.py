"""The digest's text, byte for byte as docs/report.md describes it: printed reports depend on it."""

import hashlib
from pathlib import Path

from gateway.domain.report.digest import canonical, digest
from gateway.domain.report.material import Estimate, Material, Window
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

T = 1_795_543_200_000_000_000

MATERIAL = Material(
    VenueSlug("de-kade"),
    RoomSlug("serre"),
    Window(T - 100, T, T + 100),
    air=(
        AirReading(
            VenueSlug("de-kade"), DeviceSlug("co2-1"), T + 20, T + 99, True, 812.0, 21.4, None, 7
        ),
        AirReading(VenueSlug("de-kade"), DeviceSlug("co2-1"), T + 3, T + 4, False, 0.1 + 0.2),
    ),
    people=(
        PeopleReading(
            VenueSlug("de-kade"), DeviceSlug("door-1"), T - 50, T, True, in_total=12, out_total=3
        ),
        PeopleReading(VenueSlug("de-kade"), DeviceSlug("cam-1"), T + 5, T + 5, True, count=0),
    ),
    estimates=(Estimate(T + 10, 9, 8.5, 96.0, 11.25, 9.0, 14.0),),
)
TEXT = """\
luchtig-report-1|de-kade|serre|1795543199999999900|1795543200000000000|1795543200000000100
air|1795543200000000003|co2-1|0.30000000000000004||
air|1795543200000000020|co2-1|812.0|21.4|
people|1795543199999999950|door-1||12|3
people|1795543200000000005|cam-1|0||
room|1795543200000000010|9|8.5|96.0|11.25|9.0|14.0
"""


def test_the_text_is_as_described() -> None:
    assert "".join(f"{line}\n" for line in canonical(MATERIAL)) == TEXT


def test_it_is_the_example_of_the_docs() -> None:
    page = (Path(__file__).parents[4] / "docs/report.md").read_text(encoding="utf-8")
    assert f"```text\n{TEXT}```" in page
    assert f"`{digest(MATERIAL)}`" in page


def test_the_digest_is_the_sha_256_of_the_text() -> None:
    assert digest(MATERIAL) == hashlib.sha256(TEXT.encode()).hexdigest()
    assert digest(MATERIAL) == "b539ae5917018ef6838c26b3a5af00235ddd305693f77d5643ced695f409b4c2"
