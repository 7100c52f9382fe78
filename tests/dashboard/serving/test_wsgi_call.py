import gzip
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from flask import Flask, Response, request, stream_with_context

from dashboard.serving.proxies import Origin
from dashboard.serving.wsgi_call import WHOLE_BYTES, Answer, call, environ_of, headers_of

SCOPE = {
    "method": "GET", "raw_path": b"/", "query_string": b"", "http_version": "1.1",
    "server": ("127.0.0.1", 8080),
}  # fmt: skip


def asked(app: Flask, path: bytes = b"/", body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    environ = environ_of(SCOPE | {"raw_path": path}, named, body, Origin("192.0.2.1", "http"))
    return call(app, environ)


@pytest.fixture
def app() -> Flask:
    made = Flask("tried")

    @made.route("/<path:text>", methods=["GET"])
    def echo(text: str) -> str:
        return text * 200

    @made.route("/long")
    def long() -> Response:
        def rows() -> Iterator[str]:
            for number in range(20_000):
                yield f"{request.path} {number:>20}\n"

        return Response(stream_with_context(rows()), mimetype="text/csv")

    @made.route("/tagged")
    def tagged() -> Response:
        answer = Response("x" * 2_000, mimetype="text/html")
        answer.set_etag("one")
        answer.make_conditional(request)
        return answer

    return made


def header(answer: Answer, name: bytes) -> bytes | None:
    return dict(answer.headers).get(name)


class TestRequest:
    def test_an_address_is_taken_in_its_own_letters(self, app: Flask) -> None:
        assert asked(app, "/caf%C3%A9 é".encode()).body.decode() == "café é" * 200

    def test_names_with_an_underscore_cannot_pass_for_others(self) -> None:
        raw = [(b"X_Forwarded_For", b"1.1.1.1"), (b"Cookie", b"a=1"), (b"cookie", b"b=2")]
        assert headers_of(raw) == {"cookie": "a=1; b=2"}

    def test_a_body_has_the_length_that_came(self) -> None:
        environ = environ_of(SCOPE, {"content-length": "9"}, b"four", Origin("a", "https", "b.c"))
        assert (environ["CONTENT_LENGTH"], environ["HTTP_HOST"]) == ("4", "b.c")
        assert environ["wsgi.url_scheme"] == "https"


class TestAnswer:
    def test_a_browser_that_takes_it_gets_it_small(self, app: Flask) -> None:
        small = asked(app, b"/lucht", accept_encoding="br, gzip")
        assert gzip.decompress(small.body) == b"lucht" * 200
        assert header(small, b"content-encoding") == b"gzip"
        assert header(small, b"content-length") == str(len(small.body)).encode()
        assert header(small, b"vary") == b"Accept-Encoding"

    @pytest.mark.parametrize("encoding", ["", "br", "gzip;q=0", "identity"])
    def test_one_that_does_not_gets_it_as_it_is(self, app: Flask, encoding: str) -> None:
        whole = asked(app, b"/lucht", accept_encoding=encoding)
        assert whole.body == b"lucht" * 200
        assert header(whole, b"content-encoding") is None

    def test_what_is_the_same_is_known_again_though_it_was_made_small(self, app: Flask) -> None:
        first = asked(app, b"/tagged", accept_encoding="gzip")
        tag = header(first, b"etag")
        assert tag == b'W/"one"'
        again = asked(app, b"/tagged", accept_encoding="gzip", if_none_match=tag.decode())
        assert (again.status, again.body) == (304, b"")

    def test_a_long_one_comes_in_pieces_each_from_any_thread(self, app: Flask) -> None:
        answer = asked(app, b"/long")
        assert answer.rest is not None
        assert WHOLE_BYTES <= len(answer.body) < 2 * WHOLE_BYTES
        whole = answer.body
        while more := answer.rest.next():
            whole += more
        answer.rest.close()
        lines = whole.decode().splitlines()
        assert lines == [f"/long {number:>20}" for number in range(20_000)]

    def test_what_breaks_off_gives_back_what_it_holds(self) -> None:
        closed: list[str] = []

        class Breaking:
            def __iter__(self) -> Iterator[bytes]:
                yield b"a"
                raise ValueError("in the middle")

            def close(self) -> None:
                closed.append("closed")

        def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            start_response("200 OK", [])
            return Breaking()

        with pytest.raises(ValueError, match="in the middle"):
            call(app, {})
        assert closed == ["closed"]
