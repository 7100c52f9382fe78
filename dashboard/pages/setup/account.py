"""The first start: whoever reads the terminal makes the first admin, once.

Each step is a page with a form and one button, and leads on to the next one.
"""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.identity.account_form import read_new_account
from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.form import Form
from dashboard.web.acting import act_as
from dashboard.web.identity.entrance import entrance
from dashboard.web.identity.setup_key import is_over
from dashboard.web.services import services
from gateway.domain.access import ADMIN
from gateway.registry.accounts.users import UserExists, add_user

blueprint = Blueprint("setup", __name__)


@blueprint.get("/setup")
def setup() -> ResponseReturnValue:
    refused = _refusal(request.args.get("key", ""))
    return refused or _page(Form({}))


@blueprint.post("/setup")
def make_admin() -> ResponseReturnValue:
    """Make the first account and let whoever made it in."""
    refused = _refusal(request.form.get("key", ""))
    if refused is not None:
        return refused
    form, locale = Form(request.form), locale_at()
    asked = read_new_account(form, locale)
    email = form.address("email", locale)
    if form.wrong:
        return _page(form), 422
    act_as(asked.name, "visitor")
    try:
        with services().database.write() as conn:
            if is_over(conn, services().setup):
                return _over()
            user = add_user(
                conn, asked.name, ADMIN, asked.password, now(), email, verified=email is not None
            )
    except UserExists:
        form.wrong["name"] = locale.gettext("Somebody has this name already.")
        return _page(form), 422
    return entrance().let_in(user, next_step(), stays=False)


def next_step() -> str:
    """Where the one who has an account goes on."""
    return url_for("setup_venue.venue")


def _refusal(key: str) -> ResponseReturnValue | None:
    """None for who has the key, as long as it is worth something."""
    with services().database.read() as conn:
        if is_over(conn, services().setup):
            return _over()
    known = services().setup
    if known is None or not known.fits(key):
        abort(403)
    return None


def _over() -> ResponseReturnValue:
    return render_template("setup_over.html"), 410


def _page(form: Form) -> str:
    known = services().setup
    return render_template("setup.html", form=form, key="" if known is None else known.text)
