"""Ready texts: each in every language of the site, and none that says what a report is about."""

import pytest

from admin.ready_texts import READY, NoReadyTextError, Use, codes, offered, text_of
from forms.casework import STAFF_CHARACTERS
from forms.moves import DECLINES

LANGUAGES = ("en", "ja", "zh-Hans")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_to_decline_has_a_text_in_each_language(language: str) -> None:
    assert codes(Use.DECLINE, language) == set(DECLINES)
    assert all(offered(use, language) for use in Use)


@pytest.mark.parametrize("code", sorted(READY))
def test_a_text_fits_into_a_message_and_says_who_has_read_it(code: str) -> None:
    one = READY[code]
    assert set(one.texts) == set(LANGUAGES)
    assert all(0 < len(text) <= STAFF_CHARACTERS for text in one.texts.values())
    assert text_of(code, "ja") not in repr(one)


@pytest.mark.parametrize(("code", "language"), [("scam", "xx"), ("unheard of", "en")])
def test_a_text_that_is_not_there_is_refused(code: str, language: str) -> None:
    with pytest.raises(NoReadyTextError):
        text_of(code, language)
    assert offered(Use.CLOSE, "xx") == ()
