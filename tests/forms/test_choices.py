"""What may be allowed: every question and answer has a code, and the first answer is the safest."""

import hashlib

from forms.choices import CHANGEABLE, CHOICES, KEEP_YEARS
from forms.codebook import LISTS, load


def test_sharing_is_asked_about_each_kind_of_recipient() -> None:
    asked = {name for name in CHOICES if name.startswith("c_share")}
    assert asked == {f"c_share.{item.code}" for item in LISTS["recipient_class"]}


def test_the_first_answer_of_every_question_gives_away_the_least() -> None:
    assert {choice.codes[0] for choice in CHANGEABLE} == {"no", "nobody", "1"}
    assert [choice.name for choice in CHOICES.values() if choice not in CHANGEABLE] == ["c_store"]


def test_answers_keep_their_words_and_their_codes() -> None:
    asked = {entry["id"]: entry["answers"] for entry in load("questions.toml")["consent"]}
    life = CHOICES["c_life"]
    assert [option.label for option in life.options] == asked["c_life"]
    assert life.codes == ("nobody", "support", "police")
    assert [label.partition(" year")[0] for label in asked["c_keep"]] == ["1", "3", "10"]
    assert KEEP_YEARS == {"1": 1, "3": 3, "10": 10}


def test_a_skipped_question_reads_as_its_first_answer() -> None:
    assert CHOICES["c_life"].label_of("") == "nobody"
    assert CHOICES["c_share.media"].label_of("ask") == "Ask me first, each time"
    assert CHOICES["c_share.media"].label_of("never offered") == "No, never"


def test_what_is_kept_with_an_answer_is_the_hash_of_all_that_was_on_the_screen() -> None:
    choice = CHOICES["c_share.police"]
    given = choice.given("ask", "xx", str.upper)
    shown = [choice.text, choice.about, choice.note, *(option.label for option in choice.options)]
    assert all(shown)
    wording = "\n".join(text.upper() for text in shown)
    assert (given.answer, given.language) == ("ask", "xx")
    assert given.wording_sha256 == hashlib.sha256(wording.encode()).hexdigest()


def test_the_permission_to_keep_is_one_tick_and_its_words_are_its_label() -> None:
    store = CHOICES["c_store"]
    assert store.words == (store.text,)
    assert store.codes == ("yes",)
