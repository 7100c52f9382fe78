"""The whole chain on real parts: serial port, agent, Mosquitto, gateway, InfluxDB, board."""

import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from tests.end_to_end.set_up import VENUE, influxql, set_up
from tests.servers import Broker, Influx, free_port, program, wait_until


def test_a_serial_sensors_frames_reach_influxdb_and_the_board(
    tmp_path: Path, broker: Broker, influx: Influx
) -> None:
    database = f"chain-{free_port()}"
    with set_up(tmp_path, broker, influx.database_url(database)) as venue:
        venue.import_venue()
        venue.start("gateway")
        venue.start_dashboard()
        venue.start("sim", "--serial", says="/dev/pts/")
        (port,) = set(re.findall(r"/dev/pts/\d+", venue.log("sim")))
        sensor = (
            f'[sensor]\nvenue = "de-kade"\n[[sensor.device]]\ndevice = "co2-03"\n'
            f'model = "mh-z19b"\nport = "{port}"\ninterval_s = 2\nwarm_up_s = 0\n'
        )
        venue.write_config(influx.database_url(database), sensor)
        venue.start("sensor", says="co2-03")
        wait_until(lambda: venue.room().get("co2_ppm"), "the reading on the board", 60)
        shown = venue.room()["co2_ppm"]
        query = 'SELECT co2_ppm, device, room FROM "air"'
        wait_until(lambda: influxql(influx, database, query), "the reading in InfluxDB")
        rows = influxql(influx, database, query)
        assert {(row[2], row[3]) for row in rows} == {("co2-03", "serre")}
        assert 350 <= shown <= 2000
        page = venue.page("/")
        assert "Serre" in page


def test_a_reading_sent_by_hand_shows_on_the_page_and_in_influxdb(
    tmp_path: Path, broker: Broker, influx: Influx
) -> None:
    database = f"hand-{free_port()}"
    pub = program("mosquitto_pub")
    with set_up(tmp_path, broker, influx.database_url(database)) as venue:
        venue.import_venue()
        venue.start("gateway")
        venue.start_dashboard()
        topic = "luchtig/devices/de-kade/co2-03/air"
        send = [pub, "-p", str(broker.port), "-q", "1", "-t", topic, "-m", '{"co2_ppm": 812}']
        subprocess.run(send, check=True)
        wait_until(lambda: venue.room().get("co2_ppm") == 812, "the reading on the board")
        assert "812" in venue.page("/")
        shell = shutil.which("influx")
        assert shell is not None
        ask = [shell, "-port", str(influx.port), "-database", database, "-execute"]

        def rows() -> str:
            return subprocess.run(
                [*ask, "select * from air"], capture_output=True, text=True, check=True
            ).stdout

        wait_until(lambda: "812" in rows(), "the reading in InfluxDB")
        assert "co2-03" in rows()


def test_a_meeting_that_goes_over_is_flagged_and_keeps_its_flag_through_a_restart(
    tmp_path: Path, broker: Broker
) -> None:
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        start, end = SYSTEM.now() - timedelta(minutes=30), SYSTEM.now() + timedelta(hours=2)
        venue.import_venue(
            f'{VENUE}[[venue.meeting]]\nroom = "serre"\ntitle = "Bestuursoverleg"\n'
            f"start = {to_wire(start)}\nend = {to_wire(end)}\n"
        )
        gateway = venue.start("gateway")
        venue.start_dashboard()
        pub = [program("mosquitto_pub"), "-p", str(broker.port), "-q", "1"]
        for minutes_ago in (8, 6, 4, 2, 0):
            at = to_wire(SYSTEM.now() - timedelta(minutes=minutes_ago))
            message = f'{{"ts": "{at}", "co2_ppm": 1400}}'
            topic = "luchtig/devices/de-kade/co2-03/air"
            subprocess.run([*pub, "-t", topic, "-m", message], check=True)

        def flags() -> list[dict[str, object]]:
            (listed,) = (venue.get("/api/v1/meetings") or {"meetings": [{"flags": []}]})["meetings"]
            found: list[dict[str, object]] = listed["flags"]
            return found

        wait_until(lambda: [f["state"] for f in flags()] == ["firing"], "the meeting's flag")
        (before,) = flags()
        assert (before["rule"], before["peak"], before["limit"]) == ("co2", 1400, 1200)
        gateway.kill()
        gateway.wait()
        venue.start("gateway")
        wait_until(lambda: venue.room().get("level") == "act", "the room after the restart")
        (after,) = flags()
        assert (after["rule"], after["state"], after["since"]) == ("co2", "firing", before["since"])


def test_a_refused_message_is_counted_and_listed_and_the_next_reading_arrives(
    tmp_path: Path, broker: Broker
) -> None:
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.import_venue()
        venue.start("gateway")
        venue.start_dashboard()
        topic = "luchtig/devices/de-kade/co2-03/air"
        pub = [program("mosquitto_pub"), "-p", str(broker.port), "-q", "1", "-t", topic, "-m"]
        for message in ('{"co2_ppm": NaN}', "no JSON", '{"co2_ppm": 650}'):
            subprocess.run([*pub, message], check=True)
        wait_until(lambda: venue.room().get("co2_ppm") == 650, "the good reading on the board")
        wait_until(lambda: len(venue.get("/api/v1/quarantine")["refused"]) == 2, "the quarantine")
        quarantine = venue.get("/api/v1/quarantine")
        assert quarantine["by_reason"] == {"not_finite": 1, "not_json": 1}
        assert {refused["topic"] for refused in quarantine["refused"]} == {topic}
        metrics = venue.page("/metrics")
        for reason in ("not_finite", "not_json"):
            assert re.search(rf'messages_refused_total{{[^}}]*"{reason}"[^}}]*}} 1\.0', metrics)
