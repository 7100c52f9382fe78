"""What was filled in stands in the form again, and nothing else of the page changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages.parts.refill import refilled

PAGE = """<!doctype html><p title="a>b">vóór &amp; <!-- <form method="post"> --></p>
<form method="post" action="/other"><input name="title" value="other"></form>
<details class="x">
<summary>more</summary>
<form method="post" action="/here#end" novalidate>
<input type="hidden" name="csrf_token" value="fresh"><input type="hidden" name="key" value="new">
<input name="title" value="was &quot;x&quot;" required>
<input type="password" name="secret" value="">
<input type="checkbox" name="rules" value="a" checked><input type="checkbox" name="rules" value="b">
<textarea name="note">
old</textarea>
<select name="room"><option value="">none</option><option value="r1" selected>1</option>
<option value="r2">2</option></select>
<input name="name"><input name="name">
<button name="do" value="up">Up</button>
</form></details>
<script>if (1 < 2) "<form>"</script>"""

SENT = {
    "csrf_token": ["old"], "key": ["k1"], "title": ['<b> "new" & é'], "secret": ["hunter2"],
    "rules": ["b"], "note": ["a < b"], "room": ["r2"], "name": ["one", "two"], "gone": ["x"],
}  # fmt: skip


def fields(html: str, form: str) -> str:
    return html[html.index(form) :].partition("</form>")[0]


class TestRefilled:
    def test_every_kind_of_field_holds_what_was_sent(self) -> None:
        page = refilled(PAGE, "/settings", "/here", SENT, "wait & see")
        assert page is not None
        form = fields(page, 'action="/here')
        assert 'name="title" required value="&lt;b&gt; &quot;new&quot; &amp; é"' in form
        assert 'name="key" value="k1"' in form
        assert '<input type="checkbox" name="rules" value="a">' in form
        assert '<input type="checkbox" name="rules" value="b" checked>' in form
        assert '<textarea name="note">a &lt; b</textarea>' in form
        assert '<option value="r1">' in form
        assert '<option value="r2" selected>' in form
        assert '<input name="name" value="one"><input name="name" value="two">' in form
        assert '<p class="notice" role="alert" data-level="watch">wait &amp; see</p>' in form

    def test_secrets_and_what_is_the_pages_own_are_not_put_back(self) -> None:
        page = refilled(PAGE, "/settings", "/here", SENT, "")
        assert page is not None
        assert "hunter2" not in page
        assert 'name="csrf_token" value="fresh"' in page

    def test_what_folds_the_form_away_is_open(self) -> None:
        assert '<details class="x" open>' in (refilled(PAGE, "/", "/here", SENT, "") or "")

    def test_the_rest_of_the_page_stays(self) -> None:
        page = refilled(PAGE, "/settings", "/here", SENT, "")
        assert page is not None
        assert page.startswith(PAGE[: PAGE.index("<details")])
        assert page.endswith(PAGE[PAGE.index("</form></details>") :])

    def test_a_form_without_an_action_posts_to_its_page(self) -> None:
        page = '<form method="post"><input name="a"></form>'
        assert 'value="1"' in (refilled(page, "/x", "/x", {"a": ["1"]}, "") or "")

    @pytest.mark.parametrize(
        "page", ["", "<p>", '<form action="/x"><input name="a"></form>', "<form", "<!--<form>"]
    )
    def test_a_page_without_the_form_is_none(self, page: str) -> None:
        assert refilled(page, "/y", "/x", {"a": ["1"]}, "") is None

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_no_text_breaks_out_of_its_field(self, typed: str) -> None:
        page = refilled(PAGE, "/", "/here", {"title": [typed], "note": [typed]}, typed)
        assert page is not None
        assert len(re.findall("<script", page)) == 1
        assert page.count("<") == PAGE.count("<") + 2  # the notice
