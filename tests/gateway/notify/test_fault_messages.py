from typing import get_args

import pytest

from gateway.domain.faults.evidence import Code
from gateway.notify.message import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_has_words_for_each_fault(language: str) -> None:
    assert set(LANGUAGES[language].faults) == set(get_args(Code))
