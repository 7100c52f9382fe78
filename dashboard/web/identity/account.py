"""The account of whoever asks."""

from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Problem
from dashboard.web.services import services


def own_account() -> str:
    """Its name.

    Raises:
        Problem: nobody is logged in, or this is a demo, where everybody is somebody else.

    """
    visitor = current_user()
    if services().settings.demo or visitor is None:
        raise Problem(409, "the demo has no accounts: it answers without a log-in")
    return visitor.name
