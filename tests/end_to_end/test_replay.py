import csv
from datetime import datetime
from pathlib import Path

import pytest

from tests.end_to_end.set_up import influxql, set_up
from tests.recordings import recording
from tests.servers import Broker, Influx, free_port, wait_until

MAP = "ts=ts,co2_ppm=co2_scd41_ppm,count=people_xovis"


@pytest.mark.timeout(300)
def test_a_recording_replayed_arrives_complete_and_the_room_page_shows_it(
    tmp_path: Path, broker: Broker, influx: Influx
) -> None:
    file = recording("windesheim/windesheim-999169.csv")
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    air = [row for row in rows if row["co2_scd41_ppm"]]
    people = [row for row in rows if row["people_xovis"]]
    database = f"replay-{free_port()}"
    with set_up(tmp_path, broker, influx.database_url(database)) as venue:
        venue.import_venue()
        venue.start("gateway")
        venue.start_dashboard()
        done = venue.run(
            "sim", "--replay", str(file), "--map", MAP, "--speed", "max",
            "--venue", "de-kade", "--device", "co2-03", "--people-device", "people-03",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

        def stored(measurement: str, field: str) -> int:
            query = f"SELECT count({field}) FROM \"{measurement}\" WHERE room = 'serre'"
            found = influxql(influx, database, query)
            return int(found[0][1]) if found else 0

        wait_until(lambda: stored("air", "co2_ppm") >= len(air), "all air readings")
        wait_until(lambda: stored("people", "count") >= len(people), "all people readings")
        assert stored("air", "co2_ppm") == len(air)
        assert stored("people", "count") == len(people)

        first, last = (datetime.fromisoformat(air[i]["ts"]) for i in (0, -1))
        span = f"from={first:%Y-%m-%dT%H:%M:%SZ}&to={last:%Y-%m-%dT%H:%M:%SZ}&points=200"
        series = venue.get(f"/api/v1/rooms/de-kade/serre/series?fields=co2_ppm&{span}")
        highest = max(value for value in series["co2_ppm"]["max"] if value is not None)
        assert highest == pytest.approx(max(float(row["co2_scd41_ppm"]) for row in air[:-1]))
        assert "Serre" in venue.page("/rooms/de-kade/serre")
