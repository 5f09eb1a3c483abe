"""Choices: one question at a time, signed with the code, read by the team and written by nobody."""

from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forms.choices import CHANGEABLE, CHOICES
from reporting.models import Case, ConsentRow
from tests.builders import Seeds
from tests.builders_staff import an_auditor, first_page, flipped, the_staff, token_of
from tests.conftest import Clock
from tests.visitor import Page, Visitor

TAMPERED = "Your choices do not carry your signature any more"


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return Visitor(app.test_client())


def stated(page: Page) -> dict[str, str]:
    """Return each question on the page of choices with its answer in force."""
    terms = [element for element in page.within("main") if element.tag in {"dt", "dd"}]
    return {
        term.attributes["id"].removeprefix("t-"): answer.text
        for term, answer in pairwise(terms)
        if term.tag == "dt"
    }


def changes(page: Page) -> list[str]:
    return [element.text for element in page.within("ul") if element.tag == "li"]


def only_case(app: Flask) -> str:
    with the_staff(app).service.read() as session:
        return session.scalars(select(Case.id)).one().hex()


def test_nothing_is_allowed_that_was_not_chosen(visitor: Visitor) -> None:
    visitor.open_mailbox()
    shown = stated(visitor.open("/m/choices"))
    assert list(shown) == list(CHOICES)
    assert shown.pop("c_store") == "Yes"
    for name, answer in shown.items():
        assert answer == f"{CHOICES[name].options[0].label} (you skipped this)"


def test_each_question_is_asked_anew_with_nothing_chosen_beforehand(
    visitor: Visitor, subtests: pytest.Subtests
) -> None:
    visitor.open_mailbox()
    for choice in CHANGEABLE:
        with subtests.test(choice.name):
            page = visitor.fill("/m/choices", {}, f"change-{choice.name}")
            legend = page.one("legend").text
            assert legend == " ".join(text for text in (choice.text, choice.about) if text)
            radios = [one for one in page.all("input") if one.attributes.get("type") == "radio"]
            assert [one.attributes["value"] for one in radios] == list(choice.codes)
            assert not [one for one in radios if "checked" in one.attributes]
            hint = page.one("p", id="answer-hint").text
            assert hint.startswith(f"Now: {choice.options[0].label}.")
            assert choice.note in hint


def test_one_answer_is_changed_at_a_time_and_the_page_remembers_what_was(
    visitor: Visitor,
) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/choices", {}, "change-c_share.police")
    page = visitor.fill("/m/choices", {"asked": "c_share.police", "answer": "ask"})
    assert stated(page)["c_share.police"] == "Ask me first, each time"
    assert stated(page)["c_share.media"] == "No, never (you skipped this)"
    page = visitor.fill("/m/choices", {"asked": "c_keep", "answer": "3"})
    page = visitor.fill("/m/choices", {"asked": "c_share.police", "answer": "no"})
    assert stated(page)["c_share.police"] == "No, never"
    police = "November 24, 2026: Police of the country you live in"
    assert changes(page)[:4] == [
        f"{police} From “Ask me first, each time” to “No, never”.",
        "November 24, 2026: How long shall we keep it? From “1 year” to “3 years”.",
        f"{police} From “No, never” to “Ask me first, each time”.",
        "November 24, 2026: You sent the report with your first choices.",
    ]
    assert "November 23, 2029" in visitor.open("/m/read").one("main").text


def test_a_button_without_an_answer_asks_again_and_the_way_back_changes_nothing(
    visitor: Visitor,
) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/choices", {}, "change-c_life")
    page = visitor.fill("/m/choices", {"asked": "c_life"})
    assert page.problems == ["Please choose one of the answers, or go back."]
    page = visitor.fill("/m/choices", {"asked": "c_life", "answer": "yes"})
    assert page.problems == ["Please choose one of the answers, or go back."]
    page = visitor.fill("/m/choices", {"asked": "c_life", "answer": "police"}, "back")
    assert stated(page)["c_life"] == "nobody (you skipped this)"


def test_a_change_of_language_keeps_the_question_and_the_answer_in_hand(visitor: Visitor) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/choices", {}, "change-c_life")
    page = visitor.fill("/m/choices", {"asked": "c_life", "answer": "police"}, "lang-ja")
    assert page.one("html").attributes["lang"] == "ja"
    assert page.typed == {"asked": ["c_life"], "answer": ["police"]}
    assert not page.problems


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "change-c_store"},
        {"do": "change-c_share"},
        {"do": "next", "asked": "c_store", "answer": "yes"},
        {"do": "next", "asked": "c_life", "answer": "everybody"},
    ],
    ids=str,
)
def test_what_the_page_never_offers_is_refused(visitor: Visitor, fields: dict[str, str]) -> None:
    visitor.open_mailbox()
    answer = visitor.post("/m/choices", {"token": visitor.token("/m/choices"), **fields})
    assert answer.status_code == 400


def test_an_answer_without_its_question_is_asked_for_again(visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.fill("/m/choices", {"answer": "yes"})
    assert stated(page)["c_stats"] == "No, never (you skipped this)"


def test_the_team_reads_what_is_allowed_now(
    app: Flask, reviewer: FlaskClient, visitor: Visitor
) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/choices", {"asked": "c_life", "answer": "support"})
    page = Page(reviewer.get(f"/staff/case/{only_case(app)}"))
    section = page.one("section", **{"aria-labelledby": "choices-title"}).text
    assert f"{CHOICES['c_life'].text}only a support organisation" in section
    assert f"{CHOICES['c_public'].text}No, never" in section
    assert "Only they can change it." in section


def test_whoever_alters_a_choice_in_the_database_raises_an_alarm_on_both_sides(
    app: Flask, reviewer: FlaskClient, visitor: Visitor, seeds: Seeds, clock: Clock
) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/choices", {"asked": "c_public", "answer": "yes"})
    with the_staff(app).service.begin() as session:
        for row in session.scalars(select(ConsentRow)).all():
            row.content_sealed = flipped(row.content_sealed)
    page = Page(reviewer.get(f"/staff/case/{only_case(app)}"))
    section = page.one("section", **{"aria-labelledby": "choices-title"})
    assert "The signature does not fit" in section.text
    assert CHOICES["c_public"].text not in section.text
    shown = visitor.open("/m/choices")
    assert shown.one("p", **{"class": "note"}).text.startswith(TAMPERED)
    assert not shown.all("button")
    token = {"token": visitor.token("/m/write"), "asked": "c_public", "answer": "no", "do": "next"}
    assert visitor.post("/m/choices", token).headers["Location"] == "/m/choices"
    auditor = app.test_client()
    assert ">alarm.raised<" in first_page(auditor, an_auditor(app, seeds), clock).text


def test_each_change_is_in_the_log_by_the_name_of_its_question_only(
    app: Flask, visitor: Visitor, seeds: Seeds, clock: Clock
) -> None:
    visitor.open_mailbox()
    for answer in ("ask", "yes", "yes", "no"):
        visitor.fill("/m/choices", {"asked": "c_share.media", "answer": answer})
    auditor = app.test_client()
    auditor.set_cookie("__Host-l", "en")
    log = first_page(auditor, an_auditor(app, seeds), clock).text
    for verb in ("consent.given", "consent.changed", "consent.revoked"):
        assert log.count(f">{verb}<") == 1
    assert "c_share.media" in log
    assert "Ask me first" not in log


def test_the_mailbox_tells_once_that_report_and_message_were_read(
    app: Flask, reviewer: FlaskClient, visitor: Visitor
) -> None:
    visitor.open_mailbox()
    page = visitor.open("/m/read")
    assert "Nobody has read it yet." in page.one("main").text
    assert "Nothing has been given to anybody." in page.one("main").text
    case = only_case(app)
    reviewer.get(f"/staff/case/{case}")
    visitor.fill("/m/write", {"text": "Are you there?"})
    for _ in range(3):
        assert reviewer.get(f"/staff/case/{case}").status_code == 200
    done = [line for line in changes(visitor.open("/m/read")) if "read" in line]
    assert sorted(done) == [
        "November 24, 2026: A reviewer read your report.",
        "November 24, 2026: What you sent us was read.",
    ]
    assert "Aiko" not in visitor.open("/m/read").response.text


def test_a_question_of_the_team_is_told_as_one(
    app: Flask, reviewer: FlaskClient, visitor: Visitor
) -> None:
    visitor.open_mailbox()
    case = only_case(app)
    token = token_of(reviewer.get("/staff/"))

    def reply(**fields: str) -> str:
        sent = {"token": token, **fields}
        reviewer.post(f"/staff/case/{case}/reply", data=sent)
        return visitor.open("/m/read").one("p", **{"class": "note"}).text

    waiting = "We have your report. Nobody has decided anything yet."
    asked = "We asked you something. Please read our question below."
    assert reply(text="We are here.") == waiting
    assert reply(text="Are you safe?", asks="yes") == asked
    assert reply(text="The office is closed tomorrow.") == asked
    questions = [
        card.text for card in visitor.open("/m/read").all("article") if "question" in card.text
    ]
    assert questions == ["The team November 24, 2026 A question for you Are you safe?"]
    visitor.fill("/m/write", {"text": "Yes."})
    assert visitor.open("/m/read").one("p", **{"class": "note"}).text == waiting
    kept = reviewer.post(f"/staff/case/{case}/reply", data={"token": token, "asks": "yes"})
    assert kept.status_code == 422
    assert "checked" in Page(kept).one("input", id="asks").attributes
