"""What an e-mail address is, wherever one is given."""

import pytest

from sensors.mail_address import LONGEST_MAIL_ADDRESS, is_mail_address


@pytest.mark.parametrize(
    "text", ["anna@example.org", "a.b+c@café.example", "x@y", "o" * 242 + "@example.org"]
)
def test_one_bare_address_is_one(text: str) -> None:
    assert len(text) <= LONGEST_MAIL_ADDRESS
    assert is_mail_address(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("anna", id="no domain"),
        pytest.param("anna@bob@example.org", id="two signs"),
        pytest.param("Anna <anna@example.org>", id="a name before it"),
        pytest.param("anna@example.org,bob@example.org", id="two addresses"),
        pytest.param("anna@example.org\nBcc: bob@example.org", id="a header after it"),
        pytest.param("anna@exam\x00ple.org", id="what cannot be printed"),
        pytest.param("mailto:anna@example.org", id="a link"),
        pytest.param("o" * 243 + "@example.org", id="too long to be sent to"),
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_mail_address(text)
