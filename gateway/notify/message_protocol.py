"""What a mail says of a protocol: before a meeting what to see to, after it what nobody spoke of."""

from collections.abc import Iterator
from typing import Any

from gateway.domain.alerts.notice import Notice, NoticeKind
from gateway.domain.protocol.protocol import WHENS
from gateway.words.locale import PageLocale
from gateway.words.protocols import ITEMS, when_words


def subject(kind: NoticeKind, title: str, time: str, locale: PageLocale) -> str:
    if kind == "protocol":
        return locale.gettext("%(title)s, %(time)s: what to see to", title=title, time=time)
    return locale.gettext("%(title)s, %(time)s: still to be said", title=title, time=time)


def sentences(notice: Notice, locale: PageLocale) -> Iterator[str]:
    """The items, each with its time."""
    if notice.kind == "protocol":
        yield locale.gettext("The protocol of this meeting asks:")
    else:
        yield locale.gettext("Nobody has said yes or no yet to:")
    for when in WHENS:
        found = [_text(one, locale) for one in notice.evidence if one.get("when") == when]
        if found:
            yield f"{when_words(when, locale)}: {'; '.join(found)}."


def _text(item: dict[str, Any], locale: PageLocale) -> str:
    code = str(item.get("code"))
    own = str(item.get("text") or "")
    if own:
        return " ".join(own.split())
    said = ITEMS.get(code)
    return code if said is None else locale.gettext(said)
