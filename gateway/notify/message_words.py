"""The sentences of messages: which there are. ``message_nl`` and ``message_en`` hold them; the braces
are filled in by ``message``.
"""

from dataclasses import dataclass

from gateway.domain.room_state import Rule


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What is said of one rule: that it fires, and that it is over."""

    subject: str
    firing: str
    over_subject: str
    over: str
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class ReportWords:
    """By verdict: of the whole meeting (``none`` where there was no limit to keep), and of its parts."""

    subject: dict[str, str]
    headline: dict[str, str]
    part: dict[str, str]
    part_verdict: dict[str, str]
    until: str
    read: str


@dataclass(frozen=True, slots=True)
class TestWords:
    """The message that a button sends to try a channel."""

    subject: str
    body: str
    why: str


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language."""

    rules: dict[Rule, RuleWords]
    since: str
    lasted: str
    more_subject: str
    rooms_subject: str
    rooms_over_subject: str
    escalated_subject: str
    escalated: str
    now: str
    advice: dict[str, str]
    outcomes: dict[str, str]
    faults: dict[str, str]
    other_fault: str
    look_room: str
    look_all: str
    acknowledge: str
    acknowledge_until: str
    why: dict[str, str]
    settings: str
    report: ReportWords
    test: TestWords
