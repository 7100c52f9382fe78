"""The quantity in the name of an entity that has one value: ``grote_zaal_co2``."""

from typing import Final

_SUFFIXES: Final = (
    ("co2_ppm", ("carbon_dioxide", "co2_concentration", "co2_level", "co2_value", "co2")),
    ("temperature_c", ("temperature", "temp")),
    ("humidity_pct", ("relative_humidity", "humidity")),
    ("battery_pct", ("battery_level", "battery")),
    ("signal_dbm", ("wifi_signal", "signal_strength", "wifi_rssi", "rssi")),
    ("motion", ("motion", "occupancy", "presence", "pir")),
    ("count", ("people_count", "people", "headcount")),
    ("in_total", ("in_total", "total_in", "people_in")),
    ("out_total", ("out_total", "total_out", "people_out")),
)  # fmt: skip


def quantity_of(name: str) -> tuple[str, str] | None:
    """Which of our values it is, and what stands before it in the name; None where it is none."""
    plain = name[:200].lower().replace("-", "_").replace(" ", "_")
    for ours, suffixes in _SUFFIXES:
        for suffix in suffixes:
            if plain == suffix or plain.endswith(f"_{suffix}"):
                return ours, plain[: -len(suffix)].rstrip("_")
    return None
