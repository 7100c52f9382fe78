"""The headers that every answer carries."""

from flask import Response, request

_SOURCES = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)
POLICY = "; ".join(_SOURCES)

_FEATURES = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "midi", "hid")

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    # Not no-referrer: over https the form protection compares it with our own address.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
}
OF_DOCUMENTS = ("X-Frame-Options", "Cross-Origin-Opener-Policy", "Permissions-Policy")
"""What a browser heeds of a page, and not of what a page is drawn with."""
ONLY_TLS = "max-age=31536000"
"""A browser that came by https comes by https alone for a year; other names of the domain are not ours
to speak for.
"""


def add_headers(answer: Response) -> Response:
    """What says nothing of caching is private: nobody keeps it."""
    for name, value in HEADERS.items():
        if _is_heeded(name, answer.mimetype or ""):
            answer.headers.setdefault(name, value)
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", ONLY_TLS)
    if "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_heeded(name: str, kind: str) -> bool:
    """Whether a header says anything of such an answer: a script may be that of a worker, which has a
    policy of its own; styles, fonts and a manifest have none.
    """
    if kind in ("text/css", "application/manifest+json") or kind.startswith("font/"):
        return name not in (*OF_DOCUMENTS, "Content-Security-Policy")
    return kind != "text/javascript" or name not in OF_DOCUMENTS
