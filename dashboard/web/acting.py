"""Who changes something through the dashboard, for the audit trail."""

from flask import g, has_request_context, request
from sqlalchemy import Connection

from dashboard.web.identity.auth import access_key, current_user
from gateway.domain.audit import Act, How
from gateway.registry.accounts.tokens import label_of_token
from gateway.registry.database import Acting
from sensors.clock import Clock

NOBODY = "-"


def act_as(who: str, how: How) -> None:
    """Say who acts for the rest of this request, where no session or token does: whom a signed link
    was sent to, whoever logs in.
    """
    g.acting = (who, how)


def acting(clock: Clock, *, demo: bool) -> Acting:
    """Whoever sent the request that writes; nobody outside of one: the dashboard at its own work."""

    def act(conn: Connection) -> Act | None:
        if not has_request_context():
            return None
        who, how, label = _who(conn, demo=demo)
        return Act(who, how, clock.now(), label, request.remote_addr or "")

    return act


def _who(conn: Connection, *, demo: bool) -> tuple[str, How, str]:
    said: tuple[str, How] | None = g.get("acting")
    if said is not None:
        return *said, ""
    visitor = current_user()
    if visitor is None:
        return NOBODY, "visitor", ""
    if g.get("by_token"):
        return visitor.name, "token", label_of_token(conn, access_key() or "")
    return visitor.name, "demo" if demo else "session", ""
