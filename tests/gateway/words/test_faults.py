from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.faults.evidence import Code, Evidence
from gateway.words.faults import fault_words
from gateway.words.locale import LANGUAGES, locale_of
from sensors.wire.topic import DeviceSlug

NL = locale_of("nl", "Europe/Amsterdam")
EN = locale_of("en", "Europe/Amsterdam")


def seen(code: Code, **figures: Any) -> dict[str, Any]:
    return Evidence(code, DeviceSlug("co2-01"), 1_790_000_000.0, 95.0, **figures).as_dict()


@pytest.mark.parametrize(
    ("evidence", "dutch", "english"),
    [
        pytest.param(
            seen("stuck", co2_ppm=1240.0),
            "co2-01 geeft al 1 u 35 onveranderd 1.240 ppm",
            "co2-01 has shown 1,240 ppm without any change for 1 h 35",
            id="stuck",
        ),
        pytest.param(
            seen("jump", co2_ppm=1430.0, from_ppm=612.0),
            "co2-01 sprong van 612 naar 1.430 ppm, sneller dan lucht kan",
            "co2-01 jumped from 612 to 1,430 ppm, faster than air can",
            id="jump",
        ),
        pytest.param(
            seen("warm_up", co2_ppm=410.0),
            "co2-01 warmt op: 410 ppm is nog geen meting",
            "co2-01 is warming up: 410 ppm is no measurement yet",
            id="warm-up",
        ),
        pytest.param(
            seen("saturation", co2_ppm=5000.0),
            "co2-01 zit aan het eind van zijn bereik, 5.000 ppm: het kan meer zijn",
            "co2-01 is at the end of its range, 5,000 ppm: there may be more",
            id="saturation",
        ),
        pytest.param(
            seen("disagreement", off_ppm=-180.0, other="co2-02", is_told=False),
            "co2-01 en co2-02 verschillen 180 ppm: een van beide klopt niet",
            "co2-01 and co2-02 are 180 ppm apart: one of them is wrong",
            id="two that disagree",
        ),
        pytest.param(
            seen("disagreement", off_ppm=-180.0, other="co2-02"),
            "co2-01 geeft 180 ppm minder dan co2-02",
            "co2-01 shows 180 ppm less than co2-02",
            id="one that shows less than the others",
        ),
        pytest.param(
            seen("disagreement", off_ppm=180.0, other="co2-02"),
            "co2-01 geeft 180 ppm meer dan co2-02",
            "co2-01 shows 180 ppm more than co2-02",
            id="one that shows more than the others",
        ),
        pytest.param(
            seen("drift", off_ppm=-95.0, nights=7),
            "'s Nachts geeft co2-01 95 ppm te weinig",
            "At night co2-01 shows 95 ppm too little",
            id="drift down",
        ),
        pytest.param(
            seen("drift", off_ppm=95.0, nights=7),
            "'s Nachts geeft co2-01 95 ppm te veel",
            "At night co2-01 shows 95 ppm too much",
            id="drift up",
        ),
        pytest.param(
            seen("door_drift", people=-3),
            "Bij co2-01 gingen meer mensen naar buiten dan naar binnen",
            "By co2-01 more people went out than came in",
            id="fewer than nobody",
        ),
        pytest.param(
            seen("door_drift", people=2),
            "co2-01 telt 2 mensen, maar aan de lucht te zien is er niemand",
            "co2-01 counts 2 people, but by the air nobody is in",
            id="people who are not there",
        ),
        pytest.param(
            seen("door_drift", people=1),
            "co2-01 telt 1 persoon, maar aan de lucht te zien is er niemand",
            "co2-01 counts 1 person, but by the air nobody is in",
            id="a person who is not there",
        ),
        pytest.param(
            {"code": "haunted", "device": "co2-01"},
            "co2-01 klopt niet",
            "co2-01 cannot be right",
            id="a fault of a newer gateway",
        ),
    ],
)
def test_each_fault_says_what_is_wrong(evidence: dict[str, Any], dutch: str, english: str) -> None:
    assert fault_words(evidence, NL).replace("\u00a0", " ") == dutch
    assert fault_words(evidence, EN).replace("\u00a0", " ") == english


def test_each_code_has_words_of_its_own() -> None:
    for locale in map(locale_of, LANGUAGES):
        assert len({fault_words({"code": code, "device": "x"}, locale) for code in CODES}) == len(
            CODES
        )


CODES = (*get_args(Code), "another")
VALUES = st.none() | st.booleans() | st.integers(-10_000, 10_000) | st.floats() | st.text()


@given(
    st.fixed_dictionaries({"code": st.sampled_from(CODES) | VALUES}),
    st.dictionaries(
        st.sampled_from(
            ["device", "other", "co2_ppm", "from_ppm", "off_ppm", "minutes", "people", "is_told"]
        ),
        VALUES,
    ),
)
def test_evidence_of_any_shape_is_said(code: dict[str, Any], rest: dict[str, Any]) -> None:
    assert fault_words(code | rest, EN).strip()
