"""Static files: kept by browsers for a year, under an address that changes with their content."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

YEAR_S = 365 * 24 * 3600
DIGITS = 12
LIVE = ("style.css", "board.js")
EXTENSION = "luchtig.assets"


class Assets:
    """The static files of an application by their content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}

    def version(self, filename: str) -> str | None:
        """A short digest of a file; None where there is no such file."""
        if filename not in self._known:
            try:
                content = (self._folder / filename).read_bytes()
            except OSError:
                return None
            self._known[filename] = hashlib.sha256(content).hexdigest()[:DIGITS]
        return self._known[filename]


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
            version = assets.version((request.view_args or {})["filename"])
            if request.args.get("v") == version:
                answer.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
            else:
                answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer
