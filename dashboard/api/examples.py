"""What a value of each kind may look like, for the description of the API: a day at De Kade.

A value is chosen by its kind and key, else by the key alone, where one of those is of its type, else
it is the default, else it is made by the type; so a new field has an example without more, and one
that says something when it is put here.
"""

from typing import Any, Final

import msgspec
from msgspec import inspect

_START, _NOW, _END = (
    "2026-11-24T07:30:00.000Z",
    "2026-11-24T08:10:00.000Z",
    "2026-11-24T09:30:00.000Z",
)
_BY_KEY: Final[dict[str, tuple[Any, ...]]] = {
    "acknowledged_by": ("anna",),
    "acknowledged_note": ("windows are open",),
    "activity": ("talking",),
    "address": ("olga@example.org", "smtp://mail.example.org:25"),
    "advice": (({"code": "open_windows", "minutes": 9, "ppm": 780},),),
    "air_from": ("outdoors",),
    "alert": ("5c3a8f0e-7a51-5d2c-9a3e-0b1f6c2d4e5f",),
    "area_m2_per_person": (2.5,),
    "applies_to": ("following",),
    "by": ("anna",),
    "by_reason": ({"bad_time": 2, "not_json": 1},),
    "capacity": (20,),
    "channel": ("mail",),
    "clear_s": (60.0,),
    "co2_clear_ppm": (850.0,),
    "co2_limit_ppm": (900.0, 1200.0),
    "co2_pending_s": (300.0,),
    "co2_ppm": (1073.0,),
    "co2_warn_ppm": (700.0,),
    "cursor": ("WzE3NjM5ODIwMDBd",),
    "dated": ("2024-07",),
    "design_flow_lps": (120.0,),
    "bad": ({"checksum": 3},),
    "battery_pct": (87.0,),
    "calibrated_at": ("2026-03-02T09:00:00.000Z",),
    "detail": ("expected ISO 8601 with a zone",),
    "device": ("co2-01",),
    "end": (_END,),
    "email": ("olga@example.org",),
    "error": (None, ""),
    "escalate_after_min": (15,),
    "expected": ("kept",),
    "expected_people": (18,),
    "expires_days": (90,),
    "failure": (None,),
    "feed": ("agenda",),
    "field": ("location",),
    "fields": ("co2_ppm,people",),
    "firmware": ("1.4.0",),
    "first_seen": ("2026-09-01T08:00:00.000Z",),
    "floor_area_m2": (70.0,),
    "flow_lps": (54.0, {"value": 54.0, "low": 40.0, "high": 73.0}),
    "from": ("2026-11-24T07:00:00Z",),
    "gateway": ("luchtig-gateway",),
    "health": (None,),
    "healthy_policy": ("who-10",),
    "high": (18.6,),
    "high_lps": (73.0,),
    "high_minutes": (14.0,),
    "high_ppm": (1185.0,),
    "host": ("host@example.org",),
    "hours": (212.5,),
    "id": ("5c3a8f0e-7a51-5d2c-9a3e-0b1f6c2d4e5f", 7),
    "interval_s": (10.0,),
    "known_from": ("history",),
    "label": ("grafana",),
    "language": ("nl",),
    "largest": (21,),
    "legal_policy": ("nl-bbl-assembly",),
    "level": ("watch",),
    "link_quality": (120,),
    "limit": (1200.0, 50),
    "limit_ppm": (1200.0,),
    "location": ("Grote zaal",),
    "low": (13.9,),
    "low_lps": (40.0,),
    "low_minutes": (6.0,),
    "low_ppm": (1095.0,),
    "max": ((1081.0, None),),
    "mean": ((1073.5, None),),
    "meeting": ("ontbijt-2026-11-24",),
    "min": ((1066.0, None),),
    "min_flow_area_lps_m2": (0.0,),
    "min_flow_lps": (8.0,),
    "minutes": (90.0, 90),
    "mistakes": ((),),
    "model": ("mh-z19b",),
    "name": ("De Kade", "mail"),
    "names": ({"de": "Chorsaal"},),
    "no_data_s": (300.0,),
    "note": ("windows are open",),
    "notes": ({},),
    "occupancy_pending_s": (60.0,),
    "organiser": ("organiser@example.org",),
    "month": ("2026-11",),
    "first": ("2026-09-01",),
    "last": ("2026-11-24",),
    "organisation": ("club",),
    "outdoor_ppm": (431.0,),
    "password": (None, "drie woorden genoeg"),
    "path": (((0.0, 1071.0, 1040.0, 1102.0), (5.0, 1140.0, 1095.0, 1185.0)),),
    "payload": ('{"ts":"yesterday","co2_ppm":812}',),
    "peak": (1310.0,),
    "peak_ppm": (1240.0, {"value": 1240.0, "low": 1150.0, "high": 1340.0}),
    "people": (18,),
    "per_person_high_lps": (4.4,),
    "per_person_low_lps": (2.5,),
    "per_person_lps": (3.3, {"value": 5.3, "low": 4.1, "high": 6.8}),
    "place": (0, "0"),
    "places": (20,),
    "points": (500,),
    "policy": ("nl-target-1200",),
    "ppm": (1140.0,),
    "probability": (0.86,),
    "protocol": ("school",),
    "quiet_from": ("22:00",),
    "quiet_until": ("07:00",),
    "reason": ("painters", "bad_time"),
    "recipient": ("olga@example.org",),
    "refused": ("7",),
    "repeat": ({"every": "week", "count": 10, "without": ["2026-12-29"]},),
    "reset_at": ("04:00",),
    "room": ("grote-zaal",),
    "rooms": (("grote-zaal",),),
    "room_hint": ("grote-zaal",),
    "rule": ("co2",),
    "scopes": (("read", "metrics"),),
    "seats": (20,),
    "secret": ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",),
    "signal_dbm": (-71.0,),
    "silence": ("7",),
    "annotation": ("7",),
    "since": (_START,),
    "source": ("the choir's own",),
    "spooled": (0,),
    "start": (_START,),
    "start_ppm": (600.0,),
    "status": ("online",),
    "stay_min": (74.0,),
    "text": ("zaal",),
    "timezone": ("Europe/Amsterdam",),
    "title": ("Ontbijtsessie",),
    "to": ("2026-11-24T10:00:00Z", "olga@example.org"),
    "subscription": ("5a0c6d2f9be14c8d8b6e41f6a7c3d920",),
    "endpoint": ("https://push.example.org/wpush/v2/gAAAAABf",),
    "p256dh": (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    ),
    "auth": ("BTBZMqHH6r4Tts7J_aSIgg",),
    "service": ("push.example.org",),
    "token": ("3f2a91c07b5d", "luchtig_…"),
    "topic": ("luchtig/devices/de-kade/co2-01/air",),
    "typical_error_ppm": (60.0,),
    "unplaced": ((),),
    "user": ("olga",),
    "until": ("2026-11-24T18:00:00Z",),
    "url": ("https://calendar.example.org/kade.ics",),
    "value": (1240.0,),
    "ventilation": ("co2",),
    "ventilation_pending_s": (600.0,),
    "venue": ("de-kade",),
    "venues": (("de-kade",),),
    "verdict": ("not_kept",),
    "volume_m3": (210.0,),
}
_BAND: Final = {"mean": [1073.5, None], "min": [1066.0, None], "max": [1081.0, None]}
_BY_FIELD: Final[dict[str, Any]] = {
    "AlertAnswer.acknowledged": True,
    "AnnotationAnswer.kind": "filter",
    "AnnotationAnswer.text": "F7, from the shelf",
    "AnnotationAnswer.until": None,
    "AnnotationBody.kind": "filter",
    "AnnotationBody.text": "F7, from the shelf",
    "AnnotationBody.until": None,
    "AlertAnswer.silenced_until": None,
    "ChannelAnswer.address": "smtp://127.0.0.1:25",
    "ChannelAnswer.name": "mail",
    "ContactBody.name": "Olga",
    "DeliveryAnswer.kind": "firing",
    "DeliveryAnswer.reason": None,
    "DeliveryAnswer.role": "organiser",
    "DeliveryAnswer.state": "sent",
    "FeedAnswer.every_s": 900.0,
    "FeedAnswer.failing_since": None,
    "FeedAnswer.name": "Agenda",
    "FeedBody.name": "Agenda",
    "Interval.high": 64.0,
    "Interval.low": 46.0,
    "Interval.value": 54.0,
    "NewRoomBody.name": "Grote zaal",
    "PlacedContact.name": "Olga",
    "PlacedContact.role": "manager",
    "ItemBody.id": "windows-at-break",
    "ItemBody.kind": "declared",
    "ItemBody.rule": None,
    "ItemBody.text": "Windows open in the break",
    "ItemBody.texts": {"nl": "Ramen open in de pauze"},
    "ItemBody.when": "break",
    "ItemAnswer.id": "windows-at-break",
    "ItemAnswer.kind": "declared",
    "ItemAnswer.text": "Windows open in the break",
    "ItemAnswer.texts": {"nl": "Ramen open in de pauze"},
    "ItemAnswer.when": "break",
    "MeetingItemAnswer.declared": True,
    "MeetingItemAnswer.id": "windows-at-break",
    "MeetingItemAnswer.kind": "declared",
    "MeetingItemAnswer.text": "Windows open in the break",
    "MeetingItemAnswer.texts": {"nl": "Ramen open in de pauze"},
    "MeetingItemAnswer.verdict": "kept",
    "MeetingItemAnswer.when": "break",
    "MeetingProtocolAnswer.declared": "kept",
    "MeetingProtocolAnswer.measured": "kept",
    "MeetingProtocolAnswer.name": "Choir evening",
    "MeetingProtocolAnswer.verdict": "kept",
    "ReadingsBody.readings": (
        {"venue": "de-kade", "device": "co2-09", "kind": "air", "ts": _NOW, "co2_ppm": 812},
    ),
    "Taken.accepted": 1,
    "Taken.refused": (),
    "RefusedReading.reason": "bad_time",
    "PolicyAnswer.kind": "own",
    "PolicyAnswer.name": "Koorzaal",
    "PolicyAnswer.note": "",
    "PolicyAnswer.policy": "koorzaal",
    "PolicyBody.name": "Koorzaal",
    "PolicyBody.note": "",
    "ProtocolAnswer.name": "Choir evening",
    "ProtocolAnswer.protocol": "choir-evening",
    "ProtocolBody.name": "Choir evening",
    "RefusedAnswer.reason": "bad_time",
    "RoomBody.name": "Grote zaal",
    "RoomSettings.name": "Grote zaal",
    "RoomState.flags": [],
    "RoomState.name": "Grote zaal",
    "SeriesAnswer.at": [_START, "2026-11-24T07:31:00.000Z"],
    "SeriesAnswer.co2_ppm": _BAND,
    "SilenceAnswer.ended_at": None,
    "SilenceAnswer.ended_by": None,
    "PolicyCompliance.name": None,
    "TestBody.to": "olga@example.org",
    "WebhookAnswer.enabled": True,
    "WebhookAnswer.events": ["luchtig.flag.fired", "luchtig.flag.resolved"],
    "WebhookAnswer.id": 3,
    "WebhookAnswer.name": "Building control",
    "WebhookAnswer.url": "https://control.example.org/…",
    "WebhookBody.events": ["luchtig.flag.fired", "luchtig.flag.resolved"],
    "WebhookBody.enabled": True,
    "WebhookBody.name": "Building control",
    "WebhookBody.url": "https://control.example.org/luchtig",
    "WebhookDelivery.status": 204,
    "WebhookDelivery.subject": "alerts/5c3a8f0e-7a51-5d2c-9a3e-0b1f6c2d4e5f",
    "TokenAnswer.id": "3f2a91c07b5d",
}


def example_of(hint: Any, key: str = "", *, whole: bool = False) -> Any:
    """A value of a type that stands under a key, as JSON has it; ``whole`` with what is left out
    more often than not.
    """
    for candidate in _BY_KEY.get(key, ()):
        if _is(candidate, hint):
            return candidate
    return _by_type(inspect.type_info(hint), key, whole=whole)


def path_example(name: str) -> str | int:
    """What may stand in a path for a part of this name."""
    if name == "webhook":
        return 3
    return next((one for one in _BY_KEY.get(name, ()) if isinstance(one, str)), name)


def _is(value: Any, hint: Any) -> bool:
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True


def _by_type(kind: inspect.Type, key: str, *, whole: bool = False) -> Any:
    while isinstance(kind, inspect.Metadata):
        if (kind.extra_json_schema or {}).get("format") == "date-time":
            return _NOW
        kind = kind.type
    match kind:
        case inspect.StructType():
            return _of_struct(kind.cls, whole=whole)
        case inspect.UnionType():
            some = (one for one in kind.types if not isinstance(one, inspect.NoneType))
            return _by_type(next(some), key)
        case inspect.VarTupleType() | inspect.ListType():
            return [_by_type(kind.item_type, key)]
        case inspect.TupleType():
            return [_by_type(one, key) for one in kind.item_types]
        case _:
            return _plain(kind, key)


def _plain(kind: inspect.Type, key: str) -> Any:
    match kind:
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.IntType() | inspect.FloatType():
            least = kind.ge if kind.ge is not None else kind.gt
            return 1 if least is None else max(1, least)
        case inspect.StrType():
            return _NOW if key.endswith("at") else "a text"
        case inspect.DateTimeType():
            return _NOW
        case inspect.DictType():
            return {}
        case _:
            return False


def _of_struct(kind: type[msgspec.Struct], *, whole: bool) -> dict[str, Any]:
    shown = {}
    for field in msgspec.structs.fields(kind):
        name = field.encode_name
        own = _BY_FIELD.get(f"{kind.__name__}.{name}")
        if own is not None:
            shown[name] = own
        elif field.default is not msgspec.UNSET or whole:
            told = name in _BY_KEY or field.default in (msgspec.NODEFAULT, msgspec.UNSET, None)
            shown[name] = example_of(field.type, name) if told else field.default
    return shown
