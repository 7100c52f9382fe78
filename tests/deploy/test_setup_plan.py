"""What five answers come to, before anything is done."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.setup.answers import Answers, faults_of, parse_answers
from dashboard.setup.contents import JOURNAL, credential
from dashboard.setup.plan import Site, plan
from dashboard.setup.shipped import FILES, shipped
from dashboard.setup.steps import (
    Authority,
    Certificate,
    File,
    Folder,
    Login,
    Package,
    Secret,
    Step,
    Unit,
)
from gateway.config import load
from sensors.config import ConfigError

ROOT = Path(__file__).parents[2]
ANSWERS = st.builds(
    Answers,
    host=st.sampled_from(["air.local", "air.example.org", "192.168.1.10"]),
    reach=st.sampled_from(["machine", "house", "internet"]),
    tls=st.sampled_from(["local", "acme"]),
    store=st.sampled_from(["sqlite", "influxdb"]),
    backup=st.sampled_from(["/var/backups/luchtig", "/media/usb"]),
).filter(lambda answers: not faults_of(answers))


def planned(answers: Answers) -> dict[str, Step]:
    return {step.key: step for step in plan(answers, Site(), shipped())}


def text_of(steps: dict[str, Step], path: str) -> str:
    step = steps[f"file {path}"]
    assert isinstance(step, File)
    return step.text


@given(ANSWERS)
def test_each_step_is_there_once_and_after_what_it_lies_in(answers: Answers) -> None:
    steps = plan(answers, Site(), shipped())
    assert len({step.key for step in steps}) == len(steps)
    made: set[str] = set()
    for step in steps:
        if isinstance(step, File | Secret | Folder):
            folder = str(Path(step.path).parent)
            known = folder.startswith(
                ("/etc/mosquitto", "/etc/caddy", "/etc/systemd/system", "/var")
            )
            assert known or folder in made or folder in ("/etc", "/media")
        if isinstance(step, Folder):
            made.add(step.path)


@given(ANSWERS)
def test_what_reads_a_file_is_started_after_it(answers: Answers) -> None:
    steps = plan(answers, Site(), shipped())
    for at, step in enumerate(steps):
        if isinstance(step, File | Secret | Certificate):
            later = {one.name for one in steps[at:] if isinstance(one, Unit)}
            assert set(step.read_by) <= later


@given(ANSWERS)
def test_nothing_listens_to_others_unless_that_was_asked_for(answers: Answers) -> None:
    steps = planned(answers)
    doors = [
        line
        for line in text_of(steps, "/etc/mosquitto/conf.d/luchtig.conf").splitlines()
        if line.startswith("listener") and not line.endswith("127.0.0.1")
    ]
    assert doors == (["listener 8883"] if answers.is_open else [])
    assert ("package caddy" in steps) is answers.is_open
    assert ("unit influxdb.service" in steps) is (answers.store == "influxdb")
    if answers.store == "influxdb":  # it would listen to all the house before its first start
        order = list(steps)
        drop_in = "file /etc/systemd/system/influxdb.service.d/luchtig.conf"
        assert order.index(drop_in) < order.index("package influxdb")


@given(ANSWERS)
def test_the_configuration_is_one(
    tmp_path_factory: pytest.TempPathFactory, answers: Answers
) -> None:
    steps = planned(answers)
    file = tmp_path_factory.mktemp("etc") / "luchtig.toml"
    file.write_text(text_of(steps, "/etc/luchtig/luchtig.toml"))
    settings = load(file, {})
    assert settings.store.url.partition(":")[0] == answers.store
    assert settings.dashboard.public_url.startswith("https" if answers.is_open else "http:")
    assert isinstance(steps[f"file {settings.broker.password_file}"], Secret)


def test_a_package_that_brought_the_units_keeps_them() -> None:
    names = {step.key for step in plan(Answers(host="air.local"), Site(has_units=True), shipped())}
    assert not [name for name in names if name.endswith((".service", ".timer")) and "file" in name]
    assert "unit luchtig-backup.timer" in names


def test_a_program_elsewhere_is_what_the_units_start() -> None:
    steps = plan(Answers(host="air.local"), Site("/srv/luchtig/bin/luchtig"), shipped())
    units = [s.text for s in steps if isinstance(s, File) and s.path.endswith(".service")]
    assert len(units) == 4
    assert all("/srv/luchtig/bin/luchtig" in unit and "/opt/" not in unit for unit in units)


def test_a_name_of_the_house_is_announced_in_it() -> None:
    assert Package("avahi-daemon") in plan(Answers(host="air.local"), Site(), shipped())
    assert Package("avahi-daemon") not in plan(Answers(host="192.168.1.10"), Site(), shipped())


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "host: is missing"),
        ({"host": "Air Local"}, "host: expected a name"),
        ({"host": "300.1.1.1"}, "host: expected a name"),
        ({"host": "air.local", "tls": "acme"}, 'take tls = "local"'),
        ({"host": "air.local", "tls": "acme", "acme": "ca.lan"}, "acme: expected an address"),
        ({"host": "air.local", "acme": "https://ca.lan/x\n}"}, "acme: expected an address"),
        ({"host": "air.local", "reach": "everybody"}, "reach: invalid enum value"),
        ({"host": "air.local", "backup": "backups"}, "backup: expected a folder"),
        ({"host": "air.local", "backup": "/home/anna/backups"}, "services cannot keep anything"),
        ({"host": "air.local", "stroe": "sqlite"}, "did you mean store?"),
    ],
)
def test_what_cannot_be_is_said(table: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says.replace("?", r"\?")):
        parse_answers(table, "answers.toml")


def test_what_a_wheel_carries_is_what_a_set_up_reads() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for folder in {name.partition("/")[0] for name in FILES}:
        assert carried[f"deploy/{folder}"] == f"dashboard/setup/deploy/{folder}"


@given(ANSWERS)
def test_what_only_root_may_read_is_handed_to_the_nightly_backup(answers: Answers) -> None:
    steps = plan(answers, Site(), shipped())
    unit = "/etc/systemd/system/luchtig-backup.service.d/luchtig-setup.conf"
    closed = {
        step.path
        for step in steps
        if isinstance(step, File | Secret) and not step.mode & 0o004 and step.group != "luchtig"
    }
    closed |= {step.passwords for step in steps if isinstance(step, Login)}
    closed |= {step.private_key for step in steps if isinstance(step, Authority | Certificate)}
    lines = text_of({step.key: step for step in steps}, unit).splitlines()
    handed = {line for line in lines if line.startswith("LoadCredential=")}
    assert handed == {f"LoadCredential={credential(path)}:{path}" for path in (*closed, JOURNAL)}
