"""How much a program says: the option wins over the environment, that over the file."""

import argparse
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import sensors.agent.settings
from dashboard.cli import main
from dashboard.commands.options.log_level import add_log_level, start_log
from gateway.config import load
from sensors.config import ConfigError

AGENT = (
    '[sensor]\nvenue = "de-kade"\n[[sensor.device]]\ndevice = "a"\nmodel = "mh-z19b"\nport = "x"\n'
)


@pytest.fixture(autouse=True)
def _root() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.handlers.clear()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    ("options", "environment", "level"),
    [
        ([], {}, logging.WARNING),
        ([], {"LUCHTIG_LOG_LEVEL": "error"}, logging.ERROR),
        (["--log-level", "debug"], {"LUCHTIG_LOG_LEVEL": "error"}, logging.DEBUG),
    ],
    ids=["the file", "the environment wins over it", "the option wins over both"],
)
def test_the_nearest_word_counts(
    tmp_path: Path, options: list[str], environment: dict[str, str], level: int
) -> None:
    file = tmp_path / "luchtig.toml"
    file.write_text(f'{AGENT}[log]\nlevel = "warning"\n')
    parser = argparse.ArgumentParser()
    add_log_level(parser)
    chosen = parser.parse_args(options)
    for settings in (
        load(file, environment).log,
        sensors.agent.settings.load(file, environment).log,
    ):
        start_log(chosen, settings, "%(message)s")
        assert logging.getLogger().level == level


def test_without_a_word_it_is_info() -> None:
    assert load(None, {}).log.level == "info"


def test_no_such_level_is_told_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="LUCHTIG_LOG_LEVEL"):
        load(None, {"LUCHTIG_LOG_LEVEL": "loud"})


@pytest.mark.parametrize("command", ["gateway", "dashboard", "sensor", "sim"])
def test_every_program_that_runs_for_long_has_the_option(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--log-level", "loud"])
    assert ended.value.code == 2
    assert "choose from" in capsys.readouterr().err
