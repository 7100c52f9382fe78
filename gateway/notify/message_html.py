"""A message as HTML for mail programs: readable without the style sheet, which many leave out, and
in the dark. Everything that came from people is escaped by the template engine.
"""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from gateway.notify.message import Message

SIGNS = {"act": "▲", "info": "◆", "good": "✔"}
"""The shapes of the levels as letters, so that colour is never alone."""


def html(message: Message) -> str:
    return _template().render(message=message, signs=SIGNS)


@lru_cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("mail.html")
