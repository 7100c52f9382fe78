"""The kinds of values that bodies, queries and answers are made of."""

from datetime import UTC, datetime
from typing import Annotated, Final, get_args

from msgspec import Meta

from gateway.domain.room import AirFrom, VentilationKind
from gateway.words.locale import LANGUAGES
from sensors.mail_address import LONGEST_MAIL_ADDRESS, MAIL_ADDRESS
from sensors.wire.plain_line import PLAIN_LINE, PLAIN_TEXT
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

SLUG: Final = r"^[a-z0-9][a-z0-9-]{0,62}$(?!\n)"  # Python's $ would let a line end pass

_SLUG = Meta(pattern=SLUG, description="small letters, digits and '-'")
Slug = Annotated[str, _SLUG]
VenueRef = Annotated[VenueSlug, _SLUG]
RoomRef = Annotated[RoomSlug, _SLUG]
DeviceRef = Annotated[DeviceSlug, _SLUG]
LINE: Final = Meta(pattern=PLAIN_LINE, description="one line, without control characters")
TEXT: Final = Meta(pattern=PLAIN_TEXT, description="without control characters")
Name = Annotated[str, Meta(min_length=1, max_length=200), LINE]
Language = Annotated[
    str,
    Meta(
        pattern=f"^({'|'.join(LANGUAGES)})$(?!\\n)",
        extra_json_schema={"enum": list(LANGUAGES)},
        description="one that messages are written in",
    ),
]
MailAddress = Annotated[
    str, Meta(pattern=rf"^{MAIL_ADDRESS}$(?!\n)", max_length=LONGEST_MAIL_ADDRESS)
]
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"}, description="UTC")]
"""A moment in an answer: ISO 8601 in UTC, with Z."""
EARLIEST, LATEST = datetime(1700, 1, 1, tzinfo=UTC), datetime(2250, 1, 1, tzinfo=UTC)
"""Moments of a request lie between: nanoseconds in 64 bits reach from 1677 to 2262, and spans
are counted from them in both directions."""
Moment = Annotated[
    datetime, Meta(tz=True, description="ISO 8601 with Z or an offset, between 1700 and 2250")
]
"""A moment in a request; it must name its zone."""
Metres2 = Annotated[float, Meta(gt=0, lt=1e6)]
Metres3 = Annotated[float, Meta(gt=0, lt=1e6)]
Seats = Annotated[int, Meta(gt=0, le=10_000)]
DesignFlow = Annotated[float, Meta(gt=0, lt=1e6)]
"""Litres a second for a whole room."""
VentilationName = Annotated[
    VentilationKind, Meta(extra={"expected": f"one of {', '.join(get_args(VentilationKind))}"})
]
AirFromName = Annotated[AirFrom, Meta(extra={"expected": f"one of {', '.join(get_args(AirFrom))}"})]
"""``expected`` is told to who says something else."""
Lps = Annotated[float, Meta(gt=0, le=1000)]
"""Litres a second for each person."""
LpsM2 = Annotated[float, Meta(ge=0, le=100)]
"""Litres a second for each square metre of floor."""
Note = Annotated[str, Meta(max_length=2000), TEXT]
Names = dict[str, Name]
Notes = dict[str, Note]
"""The same by the code of a language."""
Dated = Annotated[str, Meta(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$(?!\n)")]
"""A year, a month or a date; empty where it is not known."""
Ppm = Annotated[float, Meta(gt=0, le=40_000)]
Seconds = Annotated[float, Meta(ge=0, le=86_400)]
