"""What a device of another maker would tell, in words."""

from dashboard.words.locale import page_locale
from dashboard.words.sources import told_words

NL = page_locale("nl", "Europe/Amsterdam")


def test_each_value_has_its_unit_and_zigbee_s_quality_its_scale() -> None:
    told = {"co2_ppm": 812.0, "motion": True, "link_quality": 120, "ieee": "0x00158d"}
    assert told_words(told, NL) == "CO₂ 812 ppm, Beweging ja, Signaal 120 van 255"
    assert (
        told_words({"signal_dbm": -71, "battery_pct": 87}, NL) == "Signaal −71 dBm, Batterij 87 %"
    )
