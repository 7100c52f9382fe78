"""The table of what each view needs holds every view, and no other."""

import pytest
from flask import Flask

from dashboard.web.permissions import NEEDS, Unnamed, check_all_named, key_of, methods_of, needed
from gateway.domain.access import Need
from tests.dashboard.conftest import SiteMaker


def test_the_table_names_no_view_that_is_not_there(make_site: SiteMaker) -> None:
    rules = list(make_site().app.url_map.iter_rules())
    there = {key_of(rule, method) for rule in rules for method in methods_of(rule)}
    assert NEEDS.keys() == there


def test_a_view_that_is_not_named_does_not_start() -> None:
    app = Flask("nobody-said")
    app.add_url_rule("/secrets", view_func=lambda: "")
    with pytest.raises(Unnamed, match=r"GET /secrets"):
        check_all_named(app.url_map.iter_rules())


def test_asking_what_is_there_needs_as_much_as_to_look(make_site: SiteMaker) -> None:
    rules = {rule.endpoint: rule for rule in make_site().app.url_map.iter_rules()}
    assert needed(rules["settings.settings"], "HEAD") is Need.SETTINGS
    assert needed(rules["settings.settings"], "OPTIONS") is Need.SETTINGS
    assert needed(rules["silences.make"], "OPTIONS") is Need.SILENCE
