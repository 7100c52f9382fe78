"""Which scope a token must have for a request, where it has any."""

from typing import Final

from dashboard.web.permissions import Permission
from dashboard.web.problem import Problem
from gateway.domain.access import Need
from gateway.domain.scope import Scope
from gateway.registry.accounts.tokens import Limits

_BY_VIEW: Final[dict[str, Scope]] = {
    "GET /metrics": "metrics",
    "GET /api/v1/export.csv": "export",
    "GET /api": "read",
    "GET /api/v1/audit": "read",
    "POST /api/v1/readings": "ingest",
    "POST /api/v1/webhooks/<word:kind>/<venue>": "ingest",
}
_GIVES_ACCESS: Final = (Need.ACCOUNT, Need.ROLES, Need.USERS)
"""With a token of less than all, one could make a way in for more."""


def scope_for(view: str, asked: Permission | None) -> Scope | None:
    """The scope that a view needs, by its key in the table of permissions; None: no scope is enough."""
    named = _BY_VIEW.get(view)
    if named is not None:
        return named
    if asked in _GIVES_ACCESS:
        return None
    return "read" if view.startswith("GET ") else "write"


def lets(limits: Limits, view: str, asked: Permission | None) -> bool:
    """Whether a token's limits leave it the scope that a view needs."""
    if limits.is_unlimited:
        return True
    scope = scope_for(view, asked)
    return scope is not None and (limits.scopes is None or scope in limits.scopes)


def too_small(view: str, asked: Permission | None) -> Problem:
    scope = scope_for(view, asked)
    if scope is None:
        return Problem(403, "this takes a log-in, or a token without limits")
    return Problem(403, f"this takes a token with the scope {scope}")
