from flask import Flask

from reporting.instance_texts import Text
from reporting.web import helping
from reporting.web.helping import Said


def said(app: Flask, text: Text, spoken: str) -> Said:
    with app.test_request_context(headers={"Accept-Language": spoken}):
        app.preprocess_request()
        return helping.said(text)


def test_an_operators_text_is_in_the_language_of_the_page_where_it_can_be(app: Flask) -> None:
    text = {"ja": "警察", "en": "Police"}
    assert said(app, text, "ja") == Said("警察")
    assert said(app, text, "en") == Said("Police")


def test_a_text_in_another_language_says_which(app: Flask) -> None:
    assert said(app, {"en": "Police", "ko": "경찰"}, "ja") == Said("Police", "en")
    assert said(app, {"ko": "경찰"}, "ja") == Said("경찰", "ko")


def test_a_text_of_the_program_is_translated_and_what_is_missing_is_empty(app: Flask) -> None:
    assert said(app, {"": "Start"}, "ja").text == "はじめ"
    assert said(app, {}, "ja") == Said("")
