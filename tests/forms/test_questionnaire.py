"""Each answer opens what it should, and the way through the form is the same in both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import questionnaire
from forms.answers import Answers
from forms.codebook import KINDS, load
from forms.questionnaire import CHECK, CHOICES, FILES, FILES_PAGE, FIRST, ORDER, SAFETY
from forms.questions import QUESTIONS

BY_TELEPHONE: Answers = {"contact": ("signal",)}
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(
            st.sampled_from([option.code for option in question.offered]),
            min_size=1,
            max_size=4,
            unique=True,
        ).map(tuple)
        for name, question in QUESTIONS.items()
        if question.offered
    },
)


def test_files_are_asked_for_between_the_page_about_proof_and_the_choices() -> None:
    assert questionnaire.after("8", {}) == FILES
    assert questionnaire.after(FILES, {}) == CHOICES
    assert questionnaire.before(CHOICES, {}) == FILES
    assert questionnaire.before(FILES, {}) == "8"


def test_files_come_behind_the_follow_up_of_their_page_where_there_is_one() -> None:
    assert questionnaire.after("8", BY_TELEPHONE) == "8/more"
    assert questionnaire.after("8/more", BY_TELEPHONE) == FILES
    assert questionnaire.before(FILES, BY_TELEPHONE) == "8/more"


def test_files_are_no_screen_on_which_anything_has_to_be_answered() -> None:
    assert FILES not in ORDER
    assert FILES not in [screen.key for screen in questionnaire.path(BY_TELEPHONE)]
    assert questionnaire.screen("8/more", BY_TELEPHONE).number == FILES_PAGE
    with pytest.raises(KeyError):
        questionnaire.screen(FILES, {})
    with pytest.raises(KeyError):
        questionnaire.may_ask(FILES)


@pytest.mark.parametrize(
    ("answers", "key", "opened"),
    [
        ({"relation": ("friend",)}, "1/more", ("third_ok",)),
        ({"relation": ("self",)}, "1/more", ()),
        ({"state": ("RU",)}, "4/more", ("basis", "channel")),
        ({}, "4/more", ("channel",)),
        ({"host": ("abroad",)}, "5/more", ("country",)),
        ({"host": ("JP",)}, "5/more", ("prefecture",)),
        ({"host": ("unsaid",)}, "5/more", ()),
        ({}, "5/more", ()),
        ({"authority": ("police",)}, "7/more", ("outcome",)),
        ({"authority": ("none",)}, "7/more", ("barrier",)),
        ({"authority": ("none", "police")}, "7/more", ("outcome", "barrier")),
        ({"contact": ("email",), "contact_rule": ("hours",)}, "8/more", ("reach", "reach_hours")),
        ({"contact": ("code_only",)}, "8/more", ()),
        ({"contact_rule": ("not_named",)}, "8/more", ("not_names",)),
        ({"contact_rule": ("not_region", "hours")}, "8/more", ("reach_hours", "not_regions")),
    ],
)
def test_a_follow_up_asks_what_the_answers_before_it_opened(
    answers: Answers, key: str, opened: tuple[str, ...]
) -> None:
    assert questionnaire.screen(key, answers).questions == opened


def test_details_of_many_kinds_are_asked_on_two_screens_and_none_is_left_out() -> None:
    everything: Answers = {"kinds": tuple(kind.code for kind in KINDS)}
    first, second = (questionnaire.screen(key, everything) for key in ("2/more", "2/more/2"))
    assert first.questions + second.questions == questionnaire.EVERY_DETAIL
    assert first.questions
    assert second.questions
    assert questionnaire.screen("2/more/2", {"kinds": ("threat",)}).questions == ()


@given(ANSWERS)
def test_the_way_back_is_the_way_there(answers: Answers) -> None:
    there = [FIRST]
    while (step := questionnaire.after(there[-1], answers)) != CHECK:
        there.append(step)
    back = [there[-1]]
    while (step := questionnaire.before(back[-1], answers)) != SAFETY:
        back.append(step)
    assert back[::-1] == there
    assert [step for step in there if step != FILES] == [
        screen.key for screen in questionnaire.path(answers)
    ]


@given(ANSWERS)
def test_a_screen_asks_nothing_that_it_may_not(answers: Answers) -> None:
    for screen in questionnaire.path(answers):
        assert set(screen.questions) <= set(questionnaire.may_ask(screen.key))
        assert screen.title


def test_every_question_is_asked_on_a_screen_of_its_page() -> None:
    asked = {
        name: f"p{questionnaire.screen(key, {}).number}"
        for key in ORDER
        for name in questionnaire.may_ask(key)
    }
    assert QUESTIONS.keys() <= asked.keys(), "name its screen in forms/questionnaire.py"
    for entry in load("questions.toml")["q"]:
        name = entry["id"].removeprefix("q_")
        assert asked.get(name, entry["page"]) == entry["page"], name
