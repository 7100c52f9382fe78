"""The API for people who write programs: each address, what it takes and what it answers."""

from functools import cache

from flask import Blueprint, render_template

from dashboard.api import PREFIX, ROUTES
from dashboard.api.openapi import document
from dashboard.api.reference import Reference, reference

blueprint = Blueprint("api_page", __name__)


@blueprint.get("/api")
def api() -> str:
    return render_template("api.html", reference=_reference())


@cache
def _reference() -> Reference:
    return reference(document(ROUTES, PREFIX))
