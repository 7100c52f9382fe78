"""The items of a protocol as rows of a form: each has its number in the names of its fields. A row is
added, moved and taken away without a script; nothing is kept before all is.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from dashboard.api.agenda.protocols import MOST_ITEMS, ItemBody
from dashboard.api.new_slug import free_slug
from dashboard.pages.parts.form import Form
from dashboard.words.locale import page_locale
from gateway.domain.protocol.protocol import MEASURED_RULES, WHENS, Item
from gateway.words.locale import LANGUAGES, PageLocale
from gateway.words.protocols import item_text
from sensors.wire.plain_line import is_plain_line
from sensors.wire.topic import is_slug

TEXT_LENGTH: Final = 300
FIELDS: Final = (
    "id", "text", "how", "when", "required", "where_limited",
    *(f"text-{language}" for language in LANGUAGES),
)  # fmt: skip
DECLARED: Final = "declared"

Values = Mapping[str, str]


def count_of(values: Values) -> int:
    given = values.get("rows", "")
    return min(int(given), MOST_ITEMS) if given.isdecimal() and len(given) < 4 else 0


def with_items(items: Sequence[Item], locale: PageLocale) -> dict[str, str]:
    """The rows of a protocol; those of a template bring their words, in each language."""
    values = {"rows": str(len(items))}
    for number, item in enumerate(items):
        row = {
            "id": item.id,
            "text": item.text,
            "how": item.rule or DECLARED,
            "when": item.when,
            "required": "1" if item.required else "",
            "where_limited": "1" if item.where_limited else "",
        }
        row |= {f"text-{code}": item.texts.get(code, "") for code in LANGUAGES}
        if item.kind == "declared" and not item.text:
            row["text"] = item_text(item, locale)
            row |= {f"text-{code}": item_text(item, page_locale(code)) for code in LANGUAGES}
        values |= {_name(number, field): value for field, value in row.items()}
    return values


def rearranged(values: Values, do: str) -> tuple[dict[str, str], int | None]:
    """The rows after ``add``, ``up-2``, ``down-2`` or ``drop-2``, and which one to go on with; as they
    are after anything else.
    """
    rows = [
        {field: values.get(_name(n, field), "") for field in FIELDS}
        for n in range(count_of(values))
    ]
    what, _, given = do.partition("-")
    at = int(given) if given.isdecimal() and len(given) < 4 else None
    here: int | None = None
    if what == "add" and len(rows) < MOST_ITEMS:
        rows.append(
            dict.fromkeys(FIELDS, "") | {"how": DECLARED, "when": "before", "required": "1"}
        )
        here = len(rows) - 1
    elif at is not None and at < len(rows):
        if what == "drop":
            del rows[at]
            here = min(at, len(rows) - 1) if rows else None
        elif what in ("up", "down"):
            here = min(max(at + (1 if what == "down" else -1), 0), len(rows) - 1)
            rows.insert(here, rows.pop(at))
    others = {name: value for name, value in values.items() if not name.startswith("item-")}
    arranged = {
        _name(number, field): value
        for number, row in enumerate(rows)
        for field, value in row.items()
    }
    return others | arranged | {"rows": str(len(rows))}, here


def read_items(form: Form, locale: PageLocale) -> tuple[ItemBody, ...]:
    """The items that are filled in; what is wrong with them is in the form."""
    found: list[ItemBody] = []
    taken: set[str] = set()
    for number in range(count_of(form.values)):
        item = _read(form, number, taken, locale)
        taken.add(item.id)
        found.append(item)
    if not found:
        form.wrong["rows"] = locale.gettext("Add an item first.")
    return tuple(found)


def _read(form: Form, number: int, taken: set[str], locale: PageLocale) -> ItemBody:
    how, when = form.text(_name(number, "how")), form.text(_name(number, "when"))
    rule = how if how in MEASURED_RULES else None
    name = _name(number, "text")
    is_said = rule is None
    text = form.required(name, TEXT_LENGTH, locale) if is_said else _line(form, name, locale)
    texts = {code: _line(form, _name(number, f"text-{code}"), locale) for code in LANGUAGES}
    given = form.text(_name(number, "id"))
    known = given if is_slug(given) and given not in taken else ""
    return ItemBody(
        id=known or free_slug(text or rule or "", "item", lambda one: one in taken),
        text=text,
        texts={code: said for code, said in texts.items() if said},
        kind="declared" if is_said else "measured",
        rule=rule,
        when=when if when in WHENS else "start",
        required=bool(form.text(_name(number, "required"))),
        where_limited=not is_said and bool(form.text(_name(number, "where_limited"))),
    )


def _line(form: Form, name: str, locale: PageLocale) -> str:
    given = form.text(name)
    if len(given) > TEXT_LENGTH:
        form.wrong[name] = locale.gettext("At most %(number)s characters.", number=TEXT_LENGTH)
    elif given and not is_plain_line(given):
        form.wrong[name] = locale.gettext("One line, without signs that cannot be seen.")
    return given


def _name(number: int, field: str) -> str:
    return f"item-{number}-{field}"
