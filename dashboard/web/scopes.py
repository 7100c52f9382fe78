"""Which scope a token must have for a request, where it has any."""

from typing import Final

from gateway.domain.scope import Scope

_BY_ENDPOINT: Final[dict[str, Scope]] = {"metrics": "metrics", "api.export_csv": "export"}
_GIVES_ACCESS: Final = frozenset(
    {
        "api.get_tokens",
        "api.get_token",
        "api.make_token",
        "api.revoke_token",
        "api.get_sessions",
        "api.get_session",
        "api.end_session",
        "logout",
        "account.account",
        "account.end_session",
        "account.end_others",
        "account.make_token",
        "account.revoke_token",
        "account.change_password",
        "account.set_language",
    }
)
"""What shows or gives ways in: with a token of less than all, one could make another of more."""
_READING: Final = ("GET", "HEAD", "OPTIONS")


def scope_for(endpoint: str | None, method: str) -> Scope | None:
    """The scope that a request needs; None: no scope is enough."""
    if endpoint in _GIVES_ACCESS:
        return None
    return _BY_ENDPOINT.get(endpoint or "") or ("read" if method in _READING else "write")
