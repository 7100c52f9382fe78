"""``luchtig sim`` as a person runs it: a process, its words and its exit status."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.firmware_sim.listener import listening
from tests.servers import Broker, running, wait_until

READ_CO2 = bytes.fromhex("ff 01 86 00 00 00 00 00 79")


def environment(**more: str) -> dict[str, str]:
    mine = {key: value for key, value in os.environ.items() if not key.startswith("LUCHTIG_")}
    return mine | {"PYTHONUNBUFFERED": "1"} | more


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "import sys; from dashboard.cli import main; sys.exit(main())",
            "sim", *arguments]  # fmt: skip


def sim(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=60, check=False,
        env=environment(**more),
    )  # fmt: skip


REPLAY = ("--replay", "none.csv", "--map", "ts=ts,co2_ppm=c", "--venue", "v", "--device", "d")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "expected a scenario (try de-kade), --rooms, --serial or --replay"),
        (("de-kaai",), "de-kaai: expected a scenario file, or one of: de-kade"),
        (("none.toml",), "none.toml: cannot be read"),
        (("de-kade", "--speed", "0"), "expected a number over 0"),
        (("de-kade", "--as", "fax"), "invalid choice: 'fax'"),
        (("de-kade", "--as", "shelly"), "--as shelly: makes none of the scenario's devices"),
        (("--rooms", "3", "--venues", "4"), "--rooms 3 --venues 4: expected 1 ≤ M ≤ N"),
        (("de-kade", "--rooms", "3"), "--rooms: plays no scenario beside it"),
        (("de-kade", "--venues", "3"), "--venues: goes with --rooms"),
        (("de-kade", "--write-venues", "v.toml"), "--write-venues: goes with --rooms"),
        (("--rooms", "4", "--venues", "2", "--as", "tts"), "--as: expected one venue, since"),
        (("--serial", "--as", "tts"), "--as: goes with a scenario or --rooms"),
        (("--rooms", "3", "--write-venues", "/none/v.toml"), "/none/v.toml: No such file"),
        (("de-kade", "--rate", "0"), "expected a number of messages a second, like 4000"),
        (("de-kade", "--speed", "max"), "--speed max: is for --replay"),
        (("de-kade", "--backfill", "3"), "expected a duration like 90m, 3h or 2d"),
        (("de-kade", "--until", "late"), "--until late: expected HH:MM"),
        (("de-kade", "--broker", "http://x"), "expected mqtt://HOST:PORT"),
        (("--serial", "--room", "x"), "--room x: expected a room of the scenario: room"),
        (("--replay", "x.csv"), "--map is missing"),
        (REPLAY, "none.csv: cannot be read"),
        ((*REPLAY, "--device", "D"), "expected small letters"),
        ((*REPLAY, "--zone", "Mars"), "expected a zone like Europe/Amsterdam"),
        ((*REPLAY, "--from-now", "--ending-now"), "not allowed with"),
    ],
)
def test_wrong_use_is_one_sentence_and_status_2(arguments: tuple[str, ...], expected: str) -> None:
    done = sim(*arguments)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_a_scenario_with_mistakes_gets_a_line_for_each(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[venue]]\nslug = "v"\nname = "V"\n[sim]\nseeds = 3\n[[sim.room]]\nroom = "x"\n'
    )
    done = sim(str(path))
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"{path}: sim.seeds: unknown key, did you mean seed?"]


def test_a_speed_of_its_own_and_a_given_clock_do_not_go_together() -> None:
    done = sim("de-kade", "--speed", "60", LUCHTIG_CLOCK="2026-11-24T09:10:00+01:00@60")
    assert done.returncode == 2
    assert "LUCHTIG_CLOCK sets the speed already" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_stopping_ends_cleanly_with_every_device_offline(
    broker: Broker, tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "sim.log"
    arguments = command("de-kade", "--broker", broker.url, "--backfill", "10m")
    clock = {"LUCHTIG_CLOCK": "2026-11-24T09:10:00+01:00@60"}
    with listening(broker, "luchtig/devices/de-kade/+/status") as listener:
        with running(
            arguments, log, env=environment(**clock), ready=lambda: "in step" in log.read_text()
        ) as child:
            child.send_signal(number)
            assert child.wait(60) == 0
        wait_until(
            lambda: (
                sum(h.payload == b"offline" and not h.retained for h in listener.messages) >= 10
            ),
            "ten goodbyes",
        )
    assert re.search(r"sent \d+ messages, 0 not acknowledged", log.read_text())


def test_until_ends_it(broker: Broker) -> None:
    done = sim(
        "de-kade", "--broker", broker.url, "--backfill", "5m",
        "--until", "2026-11-24T09:00+01:00", LUCHTIG_CLOCK="2026-11-24T09:00:00+01:00@60",
    )  # fmt: skip
    assert done.returncode == 0
    assert re.search(r"sent 2\d\d messages, 0 not acknowledged", done.stdout)


def test_a_replay_says_what_it_sent(broker: Broker, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "ts,c,p\n2026-01-01T10:00:00Z,500,1.4\n2026-01-01T10:00:00Z,501,\n2026-01-01T10:01:00Z,,2\n"
    )
    done = sim(
        "--replay", str(path), "--map", "ts=ts,co2_ppm=c,count=p", "--venue", "replay-words",
        "--device", "box", "--broker", broker.url,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        "sent 2 air and 2 people readings, all acknowledged",
        "1 of them repeat the time of another: a gateway keeps the first",
    ]


def test_a_replay_from_now_is_stamped_with_the_clock(broker: Broker, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("ts,c\n2017-01-01T10:00:00Z,500\n2017-01-01T10:01:00Z,600\n")
    with listening(broker, "luchtig/devices/replay-now/box/air") as listener:
        done = sim(
            "--replay", str(path), "--map", "ts=ts,co2_ppm=c", "--venue", "replay-now",
            "--device", "box", "--broker", broker.url, "--from-now",
            LUCHTIG_CLOCK="2026-11-24T09:00:00Z@120",
        )  # fmt: skip
        wait_until(lambda: len(listener.messages) == 2, "both readings")
    assert done.returncode == 0
    assert all(b'"ts":"2026-11-24T09:0' in payload for payload in listener.on("/air"))


def test_a_serial_sensor_answers_with_the_air_of_its_room(tmp_path: Path) -> None:
    log = tmp_path / "sim.log"
    arguments = command("--serial", "de-kade", "--room", "grote-zaal")
    clock = environment(LUCHTIG_CLOCK="2026-11-24T09:10:00+01:00@1")
    with running(arguments, log, env=clock, ready=lambda: "interval_s" in log.read_text()) as child:
        match = re.search(r'^port = "(.+)"$', log.read_text(), re.MULTILINE)
        assert match is not None
        port = os.open(match[1], os.O_RDWR | os.O_NOCTTY)
        try:
            os.write(port, READ_CO2)
            answer = b""
            while len(answer) < 9:
                answer += os.read(port, 9 - len(answer))
        finally:
            os.close(port)
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 0
    assert answer[:2] == b"\xff\x86"
    assert 1250 < answer[2] * 256 + answer[3] < 1450
