"""policies have one name, and others by language where they say so"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PAIRS = (("name", "names"), ("note", "notes"))


def upgrade() -> None:
    # Not in a batch: rooms and meetings refer to this table, so it must not be made anew.
    op.execute("ALTER TABLE policies RENAME COLUMN name_nl TO name")
    op.execute("ALTER TABLE policies RENAME COLUMN note_nl TO note")
    for column in ("names", "notes"):
        op.add_column("policies", sa.Column(column, sa.Text(), nullable=False, server_default="{}"))
    _policies()
    op.execute("ALTER TABLE policies DROP COLUMN name_en")
    op.execute("ALTER TABLE policies DROP COLUMN note_en")
    _reports()


def _policies() -> None:
    columns = ("slug", "kind", "name", "name_en", "note", "note_en", "names", "notes")
    policies = sa.table("policies", *(sa.column(name) for name in columns))
    conn = op.get_bind()
    for row in conn.execute(sa.select(policies)).all():
        told = {"name_nl": row.name, "name_en": row.name_en}
        told |= {"note_nl": row.note, "note_en": row.note_en}
        said = _renamed(told | {"kind": row.kind})
        for _, by_language in _PAIRS:
            said[by_language] = json.dumps(said[by_language], ensure_ascii=False)
        del said["kind"]
        conn.execute(sa.update(policies).where(policies.c.slug == row.slug).values(**said))


def _reports() -> None:
    """What is kept of a report carries the policy that its meeting was held to."""
    records = sa.table("meeting_records", sa.column("meeting"), sa.column("summary"))
    conn = op.get_bind()
    for meeting in conn.execute(sa.select(records.c.meeting)).scalars().all():
        of_it = records.c.meeting == meeting
        summary = json.loads(conn.execute(sa.select(records.c.summary).where(of_it)).scalar_one())
        if isinstance(summary.get("policy"), dict):
            summary["policy"] = _renamed(summary["policy"])
            text = json.dumps(summary, ensure_ascii=False, separators=(",", ":"))
            conn.execute(sa.update(records).where(of_it).values(summary=text))


def _renamed(policy: dict[str, Any]) -> dict[str, Any]:
    """A policy without a name in each of two languages; a published one has none of its own."""
    said = {key: value for key, value in policy.items() if key[-3:] not in ("_nl", "_en")}
    is_own = policy.get("kind", "own") == "own"
    for one, by_language in _PAIRS:
        dutch, english = policy.get(f"{one}_nl", ""), policy.get(f"{one}_en", "")
        differ = dutch and english and dutch != english
        said[one] = (dutch or english) if is_own else ""
        said[by_language] = {"nl": dutch, "en": english} if is_own and differ else {}
    return said
