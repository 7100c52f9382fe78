"""``[store]`` and ``[[store]]`` in the configuration: which store has which venue, and every mistake."""

from pathlib import Path

import pytest

from gateway.config import StoreSettings, load
from gateway.store.open import open_stores, share_of, shown_stores, store_of
from gateway.store.sqlite import SqliteStore
from sensors.config import ConfigError
from sensors.wire.topic import VenueSlug

ARENA = VenueSlug("arena")
BOTH = """
[[store]]
venues = ["arena", "hal"]
url = "influxdb://arena:8086/arena"
readings_days = 90

[[store]]
url = "influxdb://influx:8086/luchtig"
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "luchtig.toml"
    path.write_text(text)
    return path


def test_a_venue_has_the_store_that_names_it_and_all_others_the_one_that_names_none(
    tmp_path: Path,
) -> None:
    settings = load(written(tmp_path, BOTH), {})
    assert settings.store == StoreSettings(url="influxdb://influx:8086/luchtig")
    assert store_of(settings, "hal").url == store_of(settings, "arena").url
    assert store_of(settings, "arena").readings_days == 90
    assert store_of(settings, "de-kade") is settings.store
    rest, own = (share_of(settings, one) for one in settings.stores)
    assert ("arena" in own, "arena" in rest) == (True, False)
    assert ("de-kade" in own, "de-kade" in rest) == (False, True)
    assert shown_stores(settings) == (
        "influxdb://influx:8086/luchtig (all other venues), influxdb://arena:8086/arena (arena, hal)"
    )


def test_the_environment_is_about_the_store_of_all_others(tmp_path: Path) -> None:
    settings = load(written(tmp_path, BOTH), {"LUCHTIG_STORE_URL": "sqlite:///rest.db"})
    assert [one.url for one in settings.stores] == [
        "sqlite:///rest.db",
        "influxdb://arena:8086/arena",
    ]


@pytest.mark.parametrize(
    "text", ['[[store]]\nurl = "sqlite:///one.db"', '[store]\nurl = "sqlite:///one.db"']
)
def test_one_store_alone_is_what_it_always_was(tmp_path: Path, text: str) -> None:
    settings = load(written(tmp_path, text), {})
    assert settings.stores == (StoreSettings(url="sqlite:///one.db"),)
    assert isinstance(open_stores(settings), SqliteStore)
    assert shown_stores(settings) == "sqlite:///one.db"


def test_without_one_for_all_others_they_have_the_usual_file(tmp_path: Path) -> None:
    text = '[store]\nvenues = ["arena"]\nurl = "sqlite:///arena.db"'
    settings = load(written(tmp_path, text), {})
    assert settings.store == StoreSettings()
    assert settings.venue_stores == (StoreSettings(venues=(ARENA,), url="sqlite:///arena.db"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[store]]\nvenues = ["arena"]\n[[store]]\nvenues = ["hal", "arena"]',
            "store[1].venues: 'arena' is in store[0] already, and has one store",
        ),
        (
            '[[store]]\nvenues = ["arena", "arena"]',
            "store[0].venues: 'arena' is in store[0] already, and has one store",
        ),
        (
            '[[store]]\nurl = "sqlite:///a.db"\n[[store]]\nurl = "sqlite:///b.db"',
            "store[1]: expected venues: store[0] has none either, and only one store may have all others",
        ),
        (
            '[[store]]\nvenues = ["arena"]\nulr = "x"',
            "store[0].ulr: unknown key, did you mean url?",
        ),
        ('[[store]]\nulr = "x"', "store.ulr: unknown key, did you mean url?"),
        ('[store]\nvenue = ["arena"]', "store.venue: unknown key, did you mean venues?"),
        ('[[store]]\nvenues = ["De Arena"]', "store[0].venues: 'De Arena': expected the slug of a"),
        ("[[store]]\nvenues = []", "store[0].venues: expected at least one, or no venues for all"),
        ('[[store]]\nvenues = "arena"', "store[0].venues: expected array, got str"),
        ("store = [3]", "store[0]: expected a table"),
        ("store = 3", "store: expected a section [store]"),
        (
            '[[store]]\nvenues = ["arena"]\nreadings_days = 3',
            "store[0].readings_days: expected 0, for ever, or at least 35 days",
        ),
    ],
)
def test_a_mistake_is_said_at_its_key(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as failed:
        load(path, {})
    (mistake,) = failed.value.mistakes
    assert mistake.startswith(f"{path}: {said}")


def test_the_environment_names_no_venues() -> None:
    with pytest.raises(ConfigError, match="LUCHTIG_STORE_VENUES"):
        load(None, {"LUCHTIG_STORE_VENUES": "arena"})
