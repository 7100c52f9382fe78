"""Whether a password is the right one, judged at a bounded pace."""

import os
import threading
import time
from typing import Final, Literal

from flask import Request, current_app

from dashboard.web.identity.guessing import Guesses, Try
from dashboard.web.identity.known_device import KnownDevices
from dashboard.web.identity.throttle import Throttle
from dashboard.web.identity.turnstile import Busy, Turnstile
from dashboard.web.services import Services
from gateway.registry.accounts.users import User, check_password
from gateway.registry.database import DatabaseAway

HASHES_AT_MOST: Final = 4
"""At a time, and no more than there are cores: half the threads that pages have (a hash takes 64 MB
besides).
"""
HASHES_WAITING: Final = 2
TURN_WITHIN_S: Final = 1.0
FREE_MAILS: Final = 3
MAILS_WAIT_S: Final = 3600.0

JUDGE: Final = "luchtig.judge"
Error = Literal["wait", "busy", "wrong"]


class NotRight(Exception):
    """The password was not taken. ``wait_s`` is when to try again, 0 where it was judged."""

    def __init__(self, error: Error, wait_s: int = 0) -> None:
        super().__init__(error)
        self.error = error
        self.wait_s = wait_s


class Judge:
    """One for an application, so that guesses count wherever they are made."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._guesses = Guesses()
        self._devices = KnownDevices(services.secret)
        at_a_time = min(os.cpu_count() or 1, HASHES_AT_MOST)
        self._lock = threading.Lock()
        self._mails = Throttle(FREE_MAILS, MAILS_WAIT_S)
        self._turnstile = Turnstile(at_a_time, HASHES_WAITING, TURN_WITHIN_S)

    def judge(self, name: str, password: str, request: Request) -> User:
        """Whose name and password these are.

        Raises:
            NotRight: nobody's, or not judged now.
            DatabaseAway: it cannot be asked.

        """
        device = self._devices.find(request)
        one = Try(name, request.remote_addr or "", device.key_for(name))
        wait_s = self._guesses.begin(one, time.monotonic())
        if wait_s > 0:
            raise NotRight("wait", int(wait_s) + 1)
        try:
            with self._turnstile.turn(), self._services.database.read() as conn:
                user = check_password(conn, name, password)
        except (Busy, DatabaseAway) as error:
            self._guesses.was_not_judged(one, time.monotonic())
            if isinstance(error, DatabaseAway):
                raise
            raise NotRight("busy", 2) from error
        if user is None:
            raise NotRight("wrong")
        self._guesses.was_right(one, time.monotonic())
        return user

    def may_mail(self, name: str) -> bool:
        """Whether an account may have another mail sent to an address that it names; it counts."""
        now_s = time.monotonic()
        with self._lock:
            may = self._mails.wait_s(name, now_s) == 0
            if may:
                self._mails.fail(name, now_s)
            return may


def judge() -> Judge:
    """That of the application which handles this request."""
    found: Judge = current_app.extensions[JUDGE]
    return found
