"""The protocols a venue can choose among without writing one. Their words are ours and in the
catalogues (``gateway.words.protocols``), by slug and item; nobody changes them: a venue that wants
another makes its own.
"""

from typing import Final

from gateway.domain.protocol.protocol import Item, MeasuredRule, Protocol, When


def _said(item: str, when: When, *, required: bool = True) -> Item:
    return Item(item, "declared", when, required)


def _measured(rule: MeasuredRule, *, required: bool = True, where_limited: bool = False) -> Item:
    return Item(rule, "measured", "start", required, rule, where_limited=where_limited)


MEASURED_ONLY: Final = Protocol(
    "measured-only",
    (
        _measured("co2", where_limited=True),
        _measured("ventilation", where_limited=True),
        _measured("occupancy", where_limited=True),
    ),
    source="Luchtig: the limits that the room is held to",
    dated="2026",
)
"""What a meeting is held under where nobody chose anything: the room's limits, as far as it has any."""

TEMPLATES: Final[tuple[Protocol, ...]] = (
    MEASURED_ONLY,
    Protocol(
        "club-2020-21",
        (
            _measured("occupancy"),
            _measured("co2"),
            _measured("ventilation", required=False),
            _said("tables-apart", "before"),
            _said("masks-and-gel", "before"),
            _said("aired-before", "before"),
            _said("nobody-ill", "start"),
            _said("who-is-in", "start", required=False),
            _said("masks-when-walking", "start", required=False),
            _said("windows-at-break", "break"),
            _said("tables-cleaned", "end", required=False),
        ),
        source="Rijksoverheid, measures against the corona virus for indoor gatherings",
        dated="2020-10",
    ),
    Protocol(
        "school",
        (
            _measured("co2"),
            _measured("ventilation", required=False),
            _said("aired-before", "before"),
            _said("grilles-open", "before"),
            _said("nobody-ill", "start"),
            _said("windows-at-break", "break"),
            _said("room-emptied", "break", required=False),
            _said("aired-after", "end", required=False),
        ),
        source="RIVM and GGD GHOR, airing and ventilating in schools",
        dated="2021",
    ),
    Protocol(
        "choir-or-dance",
        (
            _measured("co2"),
            _measured("ventilation"),
            _measured("occupancy", required=False),
            _said("aired-before", "before"),
            _said("places-apart", "before"),
            _said("nobody-ill", "start"),
            _said("windows-at-break", "break"),
            _said("room-emptied", "break"),
            _said("aired-after", "end", required=False),
        ),
        source="RIVM, singing in groups and the ventilation it needs",
        dated="2020",
    ),
    Protocol(
        "council-or-polling",
        (
            _measured("occupancy"),
            _measured("co2"),
            _said("route-marked", "before"),
            _said("places-apart", "before"),
            _said("masks-and-gel", "before"),
            _said("nobody-ill", "start"),
            _said("one-at-the-door", "start"),
            _said("windows-at-break", "break"),
            _said("pencils-cleaned", "end", required=False),
        ),
        source="Ministerie van BZK, polling places and councils under the temporary act",
        dated="2021-03",
    ),
)
BY_SLUG: Final = {template.slug: template for template in TEMPLATES}
