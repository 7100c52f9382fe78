"""Each operation of the API is shown with an example, and the examples are true."""

from typing import Any

import msgspec
import pytest

from dashboard.api import PREFIX, ROUTES
from dashboard.api.examples import example_of
from dashboard.api.openapi import document
from dashboard.api.route import Route
from tests.dashboard.api.schema import mistakes

DOCUMENT: dict[str, Any] = msgspec.json.decode(document(ROUTES, PREFIX))
COMPONENTS = DOCUMENT["components"]["schemas"]


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][PREFIX + route.path][route.method.lower()]
    return found


@pytest.mark.parametrize("route", [r for r in ROUTES if r.body], ids=name_of)
def test_the_body_of_an_example_would_be_taken(route: Route) -> None:
    assert route.body is not None
    shown = operation(route)["requestBody"]["content"]["application/json"]["example"]
    msgspec.convert(shown, route.body)


@pytest.mark.parametrize("route", [r for r in ROUTES if r.answer], ids=name_of)
def test_the_answer_of_an_example_is_as_described(route: Route) -> None:
    answers = operation(route)["responses"]
    (shown,) = (
        answers[status]["content"]["application/json"]
        for status in ("200", "201", "202")
        if status in answers
    )
    assert mistakes(shown["example"], shown["schema"], COMPONENTS, "example") == []


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_every_parameter_that_is_needed_has_one(route: Route) -> None:
    for parameter in operation(route)["parameters"]:
        assert "example" in parameter or not parameter["required"]


def test_what_nobody_thought_of_has_one_by_its_type() -> None:
    class Odd(msgspec.Struct):
        how: int
        why: str | None
        all: tuple[bool, ...]
        some: dict[str, int]

    assert example_of(Odd) == {"how": 1, "why": "a text", "all": [False], "some": {}}
