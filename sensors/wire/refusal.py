"""Why a message was not taken: a value that travels to a counter and the quarantine."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Each is a label in ``/metrics`` and a word in the quarantine: add freely, never rename."""

    BAD_TOPIC = "bad_topic"
    RETAINED = "retained"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_OBJECT = "not_object"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"
    BAD_TIME = "bad_time"
    IN_FUTURE = "in_future"
    BEFORE_2020 = "before_2020"
    BAD_STATUS = "bad_status"
    BAD_DEVICE = "bad_device"
    OVER_SHARE = "over_share"
    STORE_REJECTED = "store_rejected"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that was not taken, and in ``detail`` what would have been."""

    reason: Reason
    detail: str
