"""A page of Markdown becomes what a code host would show, with links that lead to pages."""

from dashboard.manual.rendering import render, slug

NAMES = frozenset({"README", "install", "devices", "decisions/0001-web-server"})


def html(text: str, name: str = "install") -> str:
    return str(render(name, text, NAMES, lambda to, _: f"/docs/{to}").html)


def test_headings_have_the_anchors_of_a_code_host() -> None:
    assert slug("When it takes nothing of a kind") == "when-it-takes-nothing-of-a-kind"
    assert slug("`[sensor]`") == "sensor"
    assert slug("What `--lan` opens") == "what---lan-opens"
    assert slug("Is", {"is", "is-1"}) == "is-2"
    assert '<h2 id="a-login-for-each">A login, for each</h2>' in html(
        "# T\n\n## A login, for each\n"
    )


def test_links_lead_to_pages_wherever_the_page_lies() -> None:
    assert 'href="/docs/devices#a-first-reading"' in html("# T\n\n[x](devices.md#a-first-reading)")
    assert 'href="/docs/devices"' in html("# T\n\n[x](../devices.md)", "decisions/0001-web-server")
    assert 'href="#here"' in html("# T\n\n[x](#here)")
    assert 'href="https://example.org/a.md"' in html("# T\n\n[x](https://example.org/a.md)")


def test_what_is_no_page_is_named_without_a_link() -> None:
    assert html("# T\n\nsee [the `source`](../bench/README.md).").endswith(
        "<p>see the <code>source</code>.</p>\n"
    )


def test_a_number_stays_on_one_line() -> None:
    assert "10\N{NO-BREAK SPACE}000 rooms in 2 days" in html("# T\n\n10 000 rooms in 2 days")


def test_markup_of_a_page_is_shown_and_never_taken() -> None:
    assert "<script>" not in html("# T\n\n<script>x</script>\n\n```\n<script>\n```\n")


def test_wide_things_scroll_by_keyboard_too() -> None:
    page = html("# T\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```sh\nluchtig up\n```\n")
    assert page.count('tabindex="0"') == 2


def test_a_corner_of_a_table_that_heads_nothing_is_no_header() -> None:
    page = html("# T\n\n|  | a |\n| --- | --- |\n| 1 | 2 |\n")
    assert "<td></td>\n<th>a</th>" in page


def test_a_drawing_for_code_hosts_is_left_out() -> None:
    assert html("# T\n\n```mermaid\nflowchart TB\n```\n") == '<h1 id="t">T</h1>\n'


def test_a_search_finds_what_stands_under_each_heading() -> None:
    page = render(
        "x", "# One\n\nfirst `key`\n\n## Two\n\n```sh\nls\n```\n", NAMES, lambda to, _: to
    )
    assert [(part.anchor, part.text) for part in page.parts] == [
        ("one", "first key"),
        ("two", "ls"),
    ]
    assert page.title == "One"
