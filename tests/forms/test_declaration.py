import pytest

from admin.recusal import Outcome
from forms.base import Fields, Form, TooLongError, UnknownAnswerError
from forms.codebook import COUNTRIES
from forms.declaration import (
    BOTH_SAID,
    MORE,
    NO_ANSWER,
    NO_LANGUAGE,
    NO_NAME,
    NO_OFFICE,
    NO_REASON,
    NO_REGION,
    NO_STATE_CHOSEN,
    NO_TIES_CHOSEN,
    NO_WORD_GIVEN,
    NOT_SAID,
    OUTCOMES,
    SAVE,
    STATE_TWICE,
    AttestationForm,
    DeclarationForm,
    VoiceForm,
    empty,
    form_of,
    sent,
)
from forms.ties import MOST_STATES, Declared, Tie, TieKind

PERSONAL: Fields = {
    "languages": ("ja", "en"),
    "region": ("kanto",),
    "woman": ("yes",),
    "government": ("no",),
    "names": ("Emi Sato\n佐藤恵美\n",),
    "press": (SAVE,),
}


def group(number: int, state: str = "", *kinds: str, organisation: str = "") -> Fields:
    """Return one group of fields as a browser sends it: boxes only where they are ticked."""
    fields = {f"state_{number}": (state,), f"organisation_{number}": (organisation,)}
    return {**fields, f"ties_{number}": kinds} if kinds else fields


def filled(*groups: Fields, **more: tuple[str, ...]) -> Fields:
    fields = dict(PERSONAL)
    for one in groups:
        fields.update(one)
    return {**fields, **more}


def told(form: Form) -> dict[str, str]:
    form.validate()
    return {problem.field: problem.message.text for problem in form.problems}


def test_what_was_ticked_is_declared() -> None:
    form = sent(
        filled(
            group(0, "CN", "nationality", "office", organisation="a council\n a club \n\na club"),
            group(1),
            group(2, "MM", "pressure"),
        )
    )

    assert form.validate()
    assert form.answers() == Declared(
        ties=(
            Tie(TieKind.NATIONALITY, "CN"),
            Tie(TieKind.OFFICE, "CN", "a council"),
            Tie(TieKind.OFFICE, "CN", "a club"),
            Tie(TieKind.PRESSURE, "MM"),
        ),
        languages=("ja", "en"),
        region="kanto",
        is_woman=True,
        in_government=False,
        names=("Emi Sato", "佐藤恵美"),
    )


def test_an_office_in_something_that_is_not_named_is_declared() -> None:
    form = sent(filled(group(0, "CN", "office")))

    assert form.validate()
    assert form.answers().ties == (Tie(TieKind.OFFICE, "CN"),)


def test_that_there_is_nothing_is_said_and_not_left_out() -> None:
    assert told(sent(filled(group(0)))) == {"nothing": NOT_SAID}

    form = sent(filled(group(0), nothing=("yes",)))
    assert form.validate()
    assert form.answers().ties == ()


def test_nobody_says_both() -> None:
    form = sent(filled(group(0, "CN", "work"), nothing=("yes",)))

    assert told(form) == {"nothing": BOTH_SAID}


@pytest.mark.parametrize(
    ("groups", "problems"),
    [
        ((group(0, "CN"),), {"state_0": NO_TIES_CHOSEN}),
        ((group(0, "CN", "work"), group(1, "", "work")), {"state_1": NO_STATE_CHOSEN}),
        ((group(0, "CN", "work"), group(1, "CN", "party")), {"state_1": STATE_TWICE}),
        ((group(0, "CN", "work", organisation="a council"),), {"organisation_0": NO_OFFICE}),
    ],
    ids=["no ties", "no state", "a state twice", "an organisation without an office"],
)
def test_a_group_that_does_not_fit_is_told_what_to_do(
    groups: tuple[Fields, ...], problems: dict[str, str]
) -> None:
    assert told(sent(filled(*groups))) == problems


def test_everything_about_the_person_is_asked() -> None:
    assert told(empty()) == {
        "languages": NO_LANGUAGE,
        "region": NO_REGION,
        "woman": NO_ANSWER,
        "government": NO_ANSWER,
        "names": NO_NAME,
        "nothing": NOT_SAID,
    }


@pytest.mark.parametrize("names", ["\ufffd", "x" * 1001])
def test_names_are_readable_and_not_endless(names: str) -> None:
    assert "names" in told(sent(filled(group(0), nothing=("yes",), names=(names,))))


def test_a_button_asks_for_another_group_and_nothing_typed_is_lost() -> None:
    form = sent(filled(group(0, "CN", "work"), press=(MORE,)))

    assert form.wants_more
    assert (form.groups, form["state_0"].data, form["state_1"].data) == (2, "CN", "")
    assert form.names.data == PERSONAL["names"][0]


def test_without_that_button_the_form_is_to_be_saved() -> None:
    form = sent(filled(group(0, "CN", "work")))

    assert not form.wants_more
    assert form.groups == 1
    # Enter in a browser that presses no button at all
    assert not sent({name: PERSONAL[name] for name in PERSONAL if name != "press"}).wants_more


def test_there_is_an_end_to_groups() -> None:
    last = [group(number) for number in range(MOST_STATES)]

    assert sent(filled(*last[:-1])).has_room
    form = sent(filled(*last, press=(MORE,)))
    assert (form.groups, form.has_room) == (MOST_STATES, False)
    with pytest.raises(UnknownAnswerError):
        sent(filled(*last, group(MOST_STATES)))


@pytest.mark.parametrize(
    "strange",
    [
        {"state_0": ("XX",)},
        {"state_0": ("CN", "MM")},
        {"ties_0": ("friend",)},
        {"region": ("mars",)},
        {"languages": ("tlh",)},
        {"woman": ("maybe",)},
        {"press": ("delete",)},
        {"state_7": ("CN",)},
        {"organisation_": ("",)},
        {"more": ("",)},
    ],
    ids=str,
)
def test_what_no_page_sends_is_refused(strange: Fields) -> None:
    with pytest.raises(UnknownAnswerError):
        sent({**filled(group(0)), **strange})


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(TooLongError):
        sent(filled(group(0), names=("x" * 40_001,)))


def test_every_state_and_every_kind_is_offered() -> None:
    form = form_of(1)()

    assert form["state_0"].codes == ("", *COUNTRIES)
    assert form["ties_0"].codes == tuple(TieKind)


def test_a_form_is_made_once_for_each_number_of_groups() -> None:
    assert form_of(2) is form_of(2)
    assert issubclass(form_of(3), DeclarationForm)


def test_to_attest_is_to_say_that_nothing_has_changed() -> None:
    assert told(AttestationForm.of({})) == {"same": NO_WORD_GIVEN}
    assert AttestationForm.of({"same": ("yes",)}).validate()


def test_a_manager_decides_and_says_why() -> None:
    assert told(VoiceForm.of({"reason": (" ",)})) == {"outcome": NO_ANSWER, "reason": NO_REASON}
    for outcome in OUTCOMES:
        assert VoiceForm.of({"outcome": (outcome,), "reason": ("No contact.",)}).validate()
    assert "reason" in told(VoiceForm.of({"outcome": ("noted",), "reason": ("x" * 1001,)}))


def test_the_outcomes_are_those_that_are_sealed() -> None:
    assert set(Outcome) == set(OUTCOMES)
