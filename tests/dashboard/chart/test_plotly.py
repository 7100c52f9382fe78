"""What goes to plotly.js, held against Plotly's own description of it, and that no request loads that."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chart.figure import figure
from dashboard.chart.history import Expected, FlagMark, History, Standard
from dashboard.chart.palette import PALETTES, Theme
from dashboard.words.locale import page_locale
from gateway.domain.meeting import Meeting
from gateway.domain.presets import PRESETS
from gateway.domain.room_state import Rule
from gateway.store.interface import Series
from gateway.words.locale import LANGUAGES
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

START = datetime(2026, 10, 24, 14, 0, tzinfo=UTC)  # the night that the clocks go back is in its day
FIELDS = (
    "co2_ppm",
    "people",
    "per_person_lps",
    "per_person_low_lps",
    "per_person_high_lps",
)

hours = st.floats(0.0, 30.0)
levels = st.floats(0.0, 20_000.0)
values = st.none() | levels


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


spans = st.tuples(hours, hours).map(sorted).filter(lambda span: span[1] - span[0] > 0.01)
meetings = st.builds(
    lambda span, title: Meeting(
        "m", VenueSlug("de-kade"), RoomSlug("serre"), title, at(span[0]), at(span[1])
    ),
    spans,
    st.text(max_size=40),
)
flags = st.builds(
    lambda rule, span: FlagMark(rule, at(span[0]), at(span[1])),
    st.sampled_from(get_args(Rule)),
    spans,
)
expected = st.builds(
    lambda hour, ppm: Expected(at(30.0 + hour), ppm[1], ppm[0], ppm[2]),
    st.floats(0.1, 3.0),
    st.tuples(levels, levels, levels).map(sorted),
)
standards = st.builds(
    Standard, st.sampled_from(("co2", "ventilation")), levels, st.text(min_size=1, max_size=20)
)


@st.composite
def series(draw: st.DrawFn) -> Series:
    times = sorted(draw(st.lists(hours, max_size=6, unique=True)))
    names = draw(st.sets(st.sampled_from(FIELDS)))
    of_all: Any = {
        kind: {
            name: tuple(draw(st.lists(values, min_size=len(times), max_size=len(times))))
            for name in names
        }
        for kind in ("mean", "min", "max")
    }
    return Series(tuple(to_ns(at(hour)) for hour in times), **of_all)


histories = st.builds(
    History,
    start=st.just(START),
    end=st.just(at(30.0)),
    series=series(),
    policy=st.sampled_from(PRESETS).map(lambda policy: policy.at(420.0)),
    meetings=st.lists(meetings, max_size=3),
    flags=st.lists(flags, max_size=3),
    expected=st.lists(expected, max_size=3),
    standards=st.lists(standards, max_size=3),
)


def check(shown: Any) -> None:
    """Hold a figure against Plotly's description: it raises ValueError for a key or value that is none."""
    found = go.Figure(shown).to_plotly_json()
    assert len(found["data"]) == len(shown["data"])
    assert len(found["layout"].get("shapes", ())) == len(shown["layout"].get("shapes", ()))


@given(histories, st.sampled_from(sorted(PALETTES)), st.sampled_from(sorted(LANGUAGES)))
def test_every_history_is_a_figure_that_plotly_takes(
    shown: History, theme: Theme, language: str
) -> None:
    made = figure(shown, theme, page_locale(language, "Europe/Amsterdam"))
    check(msgspec.json.decode(msgspec.json.encode(made)))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"data": [{"type": "scatter", "lines": {}}], "layout": {}}, id="another key"),
        pytest.param({"data": [], "layout": {"hovermode": "sideways"}}, id="another value"),
    ],
)
def test_what_plotly_does_not_take_is_found(wrong: Any) -> None:
    with pytest.raises(ValueError, match="Invalid"):
        check(wrong)


def test_no_page_loads_plotly_which_takes_half_a_second(tmp_path: Path) -> None:
    """In a process of its own: these tests have loaded it."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dashboard.app import create_app\n"
        "from tests.dashboard.pages.scene import build\n"
        "client = create_app(build(Path(sys.argv[1])).services).test_client()\n"
        "for path in sys.argv[2:]:\n"
        "    assert client.get(path).status_code == 200, path\n"
        "sys.exit('loaded' if 'plotly' in sys.modules else 0)\n"
    )
    room = "/rooms/de-kade/serre"
    paths = ("/", room, f"{room}/chart.json", "/plan", "/meetings", "/alerts", "/settings")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), *paths],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_rules_that_plotly_js_would_write_into_a_page_are_in_a_stylesheet() -> None:
    vendor = Path(__file__).parents[3] / "dashboard" / "static" / "vendor" / "plotly"
    script = (vendor / "plotly-basic.min.js").read_text(encoding="utf-8")
    begin = script.index('{"X,X div":')
    table = script[begin : script.index("};for(", begin) + 1]
    strings = r""""[^"]*"|'[^']*'|\bY(?=:)"""
    words = [one if one == "Y" else one[1:-1] for one in re.findall(strings, table)]
    rules = list(zip(words[::2], words[1::2], strict=True))
    assert len(rules) > 40
    written = [  # each is put before those that are there
        f"{where.replace('X', '.js-plotly-plot .plotly').replace('Y', '.plotly-notifier')}{{{how}}}"
        for where, how in reversed(rules)
    ]
    lines = (vendor / "plotly.css").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("/*")] == written
