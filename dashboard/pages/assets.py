"""Static files: kept by browsers for a year, under an address that changes with their content."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

YEAR_S = 365 * 24 * 3600
DIGITS = 12
PACKED_FROM_BYTES = 2048  # the chart library shrinks from 1.2 MB to 0.4; the font is packed already
PACKED_TYPES = ("text/css", "text/javascript")
LIVE = ("style.css", "board.js", "following.js", "patching.js", "stream.js")
EXTENSION = "luchtig.assets"


class Assets:
    """The static files of an application by their content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}
        self._content: dict[str, bytes] = {}
        self._packed: dict[str, bytes] = {}

    def version(self, filename: str) -> str | None:
        """A short digest of a file; None where there is no such file."""
        if filename not in self._known:
            try:
                content = (self._folder / filename).read_bytes()
            except OSError:
                return None
            self._known[filename] = hashlib.sha256(content).hexdigest()[:DIGITS]
        return self._known[filename]

    def content(self, filename: str) -> bytes:
        """A file that is there; read once."""
        if filename not in self._content:
            self._content[filename] = (self._folder / filename).read_bytes()
        return self._content[filename]

    def packed(self, filename: str) -> bytes:
        """The same as gzip; packed once."""
        if filename not in self._packed:
            content = (self._folder / filename).read_bytes()
            self._packed[filename] = gzip.compress(content, mtime=0)
        return self._packed[filename]


def assets_edition() -> str:
    """Changes when the files that draw a live board do."""
    assets: Assets = current_app.extensions[EXTENSION]
    return "-".join(str(assets.version(name)) for name in LIVE)


def register(app: Flask) -> None:
    """Let ``url_for("static", …)`` name the content, and browsers keep what was named so."""
    assets = Assets(Path(app.static_folder or "static"))
    app.extensions[EXTENSION] = assets

    @app.url_defaults
    def name_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = assets.version(values["filename"])

    @app.after_request
    def keep(answer: Response) -> Response:
        if request.endpoint == "static" and answer.status_code in (200, 304):
            answer.headers.pop("Content-Disposition", None)  # nobody saves it under a name
            version = assets.version((request.view_args or {})["filename"])
            if request.args.get("v") == version:
                answer.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
            else:
                answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer

    @app.after_request
    def hand_over(answer: Response) -> Response:
        if request.endpoint == "static":
            _hand_over(assets, (request.view_args or {})["filename"], answer)
        return answer


def _hand_over(assets: Assets, filename: str, answer: Response) -> None:
    """From memory: a file that is open for a visitor who goes away may stay so."""
    packs = answer.mimetype in PACKED_TYPES
    if packs:
        answer.vary.add("Accept-Encoding")
    if answer.status_code != 200:
        return
    large = (answer.content_length or 0) >= PACKED_FROM_BYTES
    answer.close()
    answer.direct_passthrough = False
    if packs and large and request.accept_encodings.quality("gzip"):
        answer.data = assets.packed(filename)
        answer.headers["Content-Encoding"] = "gzip"
        answer.set_etag(
            f"{assets.version(filename)}-gzip"
        )  # what it had names the file as it lies there
        answer.make_conditional(request)
    else:
        answer.data = assets.content(filename)
