"""A name and a password, as somebody chooses them who has no account yet."""

from dataclasses import dataclass

from dashboard.pages.parts.form import Form
from dashboard.words.passwords import weakness_words
from gateway.registry.accounts.passwords import weakness
from gateway.words.locale import PageLocale

NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class NewAccount:
    name: str
    password: str


def read_new_account(form: Form, locale: PageLocale) -> NewAccount:
    """What was filled in; what is wrong with it is in the form."""
    name = form.required("name", NAME_LENGTH, locale)
    if "/" in name:
        form.wrong["name"] = locale.gettext("A name has no slash in it.")
    password = form.values.get("password", "")
    weak = weakness(password, name)
    if weak is not None:
        form.wrong["password"] = weakness_words(weak, locale)
    return NewAccount(name, password)
