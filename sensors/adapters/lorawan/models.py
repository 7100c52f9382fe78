"""Whose bytes a LoRaWAN network may leave to us, by the name of the model."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sensors.adapters.lorawan.elsys import elsys
from sensors.adapters.lorawan.milesight import milesight, milesight_lines

Decode = Callable[[bytes, int | None], dict[str, Any]]

MODELS: Final[Mapping[str, Decode]] = {
    **dict.fromkeys(
        ("elsys-ers", "elsys-ers-co2", "elsys-ers-co2-lite", "elsys-ers-eye", "elsys-ems"), elsys
    ),
    **dict.fromkeys(
        (
            "milesight-am102", "milesight-am103", "milesight-am103l", "milesight-am104",
            "milesight-am107", "milesight-am307", "milesight-am308", "milesight-am319",
            "milesight-em500-co2", "milesight-vs121", "milesight-vs321", "milesight-vs350",
            "milesight-vs351",
        ),
        milesight,
    ),
    **dict.fromkeys(("milesight-vs132", "milesight-vs133"), milesight_lines),
}  # fmt: skip
