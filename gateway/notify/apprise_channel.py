"""Any address that Apprise knows: push, chat, SMS. It gets the message as plain text.

Apprise is imported when the first message goes out: a gateway that has nothing to tell loads none
of it.
"""

import logging
from typing import Any

from gateway.notify.channel import Envelope, SendFailed, Unsendable
from gateway.notify.message_text import plain

TIMEOUT_S = 10.0


class AppriseChannel:
    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, letter: Envelope) -> None:
        import apprise  # noqa: PLC0415 - it takes a second to load, see above

        asset = apprise.AppriseAsset(app_id="Luchtig", app_desc="Luchtig")
        way = apprise.Apprise(asset=asset)
        way.add(self._plugin(apprise, asset))
        title, body = letter.message.subject, plain(letter.message)
        capture: Any = apprise.LogCapture
        with capture(level=logging.DEBUG, fmt="%(message)s") as said:
            try:
                done = way.notify(title=title, body=body, body_format="text")
            except Exception as error:  # a plugin's own trouble must not end the notifier
                raise SendFailed(f"{type(error).__name__}: {error}") from error
            words = said.getvalue()
        if not done:
            raise SendFailed(_reason(words))

    def rest(self) -> None:
        """Apprise holds nothing open."""

    def _plugin(self, apprise: Any, asset: Any) -> Any:
        from apprise.exception import (  # noqa: PLC0415 - likewise
            AppriseImproperlyConfigured,
        )

        instantiate = apprise.Apprise.instantiate
        try:
            plugin = instantiate(self._url, asset=asset, suppress_exceptions=False)
        except (TypeError, ValueError, AppriseImproperlyConfigured) as error:
            raise Unsendable(
                f"not an address that can be sent to: {type(error).__name__}"
            ) from error
        except Exception as error:  # likewise
            raise SendFailed(f"{type(error).__name__}: {error}") from error
        if not plugin:
            raise Unsendable("not an address that can be sent to")
        plugin.socket_connect_timeout = plugin.socket_read_timeout = TIMEOUT_S
        return plugin


def _reason(said: str) -> str:
    """The telling line of what Apprise logged, which is all it gives."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "Exception" in line or "refused" in line]
    return (telling or lines or ["no reason was given"])[-1][:500]
