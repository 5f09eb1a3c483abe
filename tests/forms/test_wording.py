from io import BytesIO

from forms.wording import extract, msgid

SOURCE = b"""
[[table]]
purpose = "For letters."
[[table.column]]
name = "id"
reason = "a number"
[[table.column]]
name = "text"
[[choice]]
id = "one"
text = "Take me"
[[choice]]
id = "two"
text = "Not me"
[[choice]]
name = "three"
text = "Me too"
[alone]
note = "By itself"
"""


def found(texts: str) -> list[str]:
    return [text for _, _, text, _ in extract(BytesIO(SOURCE), (), (), {"texts": texts})]


def test_a_marked_text_stays_as_it_is() -> None:
    assert msgid("Please wait.") == "Please wait."


def test_texts_are_found_through_lists_in_lists_and_missing_ones_are_passed_over() -> None:
    assert found("table.purpose table.column.reason") == ["For letters.", "a number"]


def test_a_path_can_take_one_entry_only() -> None:
    assert found("choice[one].text choice[three].text") == ["Take me", "Me too"]


def test_a_table_without_a_list_is_walked_too() -> None:
    assert found("alone.note") == ["By itself"]


def test_a_path_past_the_end_of_the_file_finds_nothing() -> None:
    assert found("alone.note.more nowhere") == []
