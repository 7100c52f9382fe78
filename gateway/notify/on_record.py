"""What is written down of a batch that goes out: its link, by which it can be withdrawn, and who was told
of what. Pure.
"""

from datetime import datetime
from typing import Final

from gateway.domain.audit import Act, Entry
from gateway.links import ACKNOWLEDGE_LASTS, PAGE_LASTS, REPORT_LASTS
from gateway.notify.batch import Batch
from gateway.registry.alerts.outbox import MAIL, channel_of
from gateway.registry.alerts.sent_links import SentLink

GATEWAY: Final = "luchtig"
"""Who sends, in the audit trail."""


def link_of(batch: Batch, recipient: str, at: datetime) -> SentLink:
    """The link of a mail: the same whenever the same goes out again."""
    notices = batch.notices
    lasts = REPORT_LASTS if batch.is_report else max(PAGE_LASTS, ACKNOWLEDGE_LASTS)
    return SentLink(
        id=batch.name,
        venue=notices[0].venue,
        recipient=recipient,
        role=notices[0].recipient_role,
        topic=batch.topic,
        rooms=tuple(dict.fromkeys(notice.room for notice in notices)),
        flags=tuple(dict.fromkeys(notice.flag for notice in notices if notice.flag)),
        meetings=tuple(
            sorted({notice.meeting.id for notice in notices if notice.meeting is not None})
        ),
        private=_is_private(batch),
        made=at,
        expires=at + lasts,
    )


def sent_entry(batch: Batch, recipient: str, at: datetime) -> Entry:
    """For the audit trail: who was told of what. What it said is not repeated there."""
    told = {
        "flags": sorted(flag for flag in batch.flags if flag),
        "meetings": sorted({message.meeting for message in batch.messages if message.meeting}),
        "kinds": sorted({message.kind for message in batch.messages}),
    }
    first = batch.messages[0]
    noun = "mail" if channel_of(recipient) == MAIL else "push"
    whom = first.notice.recipient_role if _is_private(batch) else recipient
    return Entry(Act(GATEWAY, "gateway", at), noun, "sent", first.venue, whom, None, told)


def _is_private(batch: Batch) -> bool:
    """Whether it went to somebody for the part they have in a private meeting."""
    return any(
        notice.recipient_role in ("organiser", "host")
        and notice.meeting is not None
        and notice.meeting.private
        for notice in batch.notices
    )
