"""The words of the mail that brings a report: in one sentence whether it was kept, and where to read it."""

from dataclasses import dataclass
from urllib.parse import quote

from gateway.domain.notice import Notice


@dataclass(frozen=True, slots=True)
class ReportWords:
    """By whether everything was kept, something was not, or it cannot be said."""

    subject: dict[str, str]
    sentence: dict[str, str]
    more: str


NL = ReportWords(
    subject={
        "kept": "{title}: binnen de grenzen",
        "not_kept": "{title}: ging over een grens",
        "cannot_say": "{title}: niet zeker te zeggen",
        "no_limit": "{title}: het verslag",
    },
    sentence={
        "kept": "De bijeenkomst bleef binnen de grenzen voor lucht en aantal mensen.",
        "not_kept": "De bijeenkomst ging over een grens. Het verslag zegt welke, hoe lang en wat er is gedaan.",
        "cannot_say": "Of de bijeenkomst binnen de grenzen bleef, is niet zeker te zeggen. Het verslag zegt waarom.",
        "no_limit": "Het verslag van de bijeenkomst is klaar.",
    },
    more="Het verslag: {link}",
)
EN = ReportWords(
    subject={
        "kept": "{title}: within limits",
        "not_kept": "{title}: went over a limit",
        "cannot_say": "{title}: cannot be said for sure",
        "no_limit": "{title}: the report",
    },
    sentence={
        "kept": "The meeting kept to its limits for air and number of people.",
        "not_kept": "The meeting went over a limit. The report says which, for how long, and what was done.",
        "cannot_say": "Whether the meeting kept to its limits cannot be said for sure. The report says why.",
        "no_limit": "The report of the meeting is ready.",
    },
    more="The report: {link}",
)
WORDS = {"nl": NL, "en": EN}


def report_text(notice: Notice, public_url: str) -> tuple[str, str]:
    """Subject and body of a report's mail."""
    words = WORDS.get(notice.language, EN)
    title = notice.room_name if notice.meeting is None else notice.meeting.title
    verdict = _verdict(notice)
    meeting_id = "" if notice.meeting is None else quote(notice.meeting.id, safe="")
    link = f"{public_url.rstrip('/')}/meetings/{meeting_id}/report"
    place = f"{title} ({notice.room_name}, {notice.venue_name})"
    body = [place, "", words.sentence[verdict], "", words.more.replace("{link}", link), ""]
    return words.subject[verdict].replace("{title}", title), "\n".join(body)


def _verdict(notice: Notice) -> str:
    found = {item.get("verdict") for item in notice.evidence}
    return next((v for v in ("not_kept", "cannot_say", "kept") if v in found), "no_limit")
