"""What mails are about, as far as somebody can unsubscribe from it."""

from typing import Final, Literal

Topic = Literal["alerts", "reports", "protocols"]

TOPICS: Final[tuple[Topic, ...]] = ("alerts", "reports", "protocols")
