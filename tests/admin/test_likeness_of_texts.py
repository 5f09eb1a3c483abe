from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.likeness_of_texts import groups, is_alike, sketch_of

STORY = (
    "since spring a man from a consulate calls my sister every week and asks where i live he knows"
    " the name of the school my children go to and says that our mother will lose her pension if i"
    " speak at the meeting again last month two people waited outside my work and took pictures"
)
WORDS = STORY.split()
CHINESE = (
    "今年三月起領事館的人每星期打電話給我妹妹問我住在哪裡他知道我孩子上的學校的名字"
    "他說如果我再去集會我們的母親會失去退休金上個月有兩個人在我工作的地方外面等我拍照"
)
LETTERS = st.text(st.characters(categories=["Ll", "Lo"]), min_size=3, max_size=9)
OTHER_STORIES = st.lists(LETTERS, min_size=40, max_size=80).map(" ".join)


def one_group(texts: Sequence[str]) -> bool:
    """Say whether all texts are taken for one."""
    return len(set(groups({bytes([n]): text for n, text in enumerate(texts)}).values())) == 1


@pytest.mark.parametrize("story", [STORY, CHINESE])
@pytest.mark.parametrize(
    "changed",
    [
        str,
        str.upper,
        " ".join,
        lambda text: "\u200b".join(text) + "!!",
        lambda text: text[len(text) // 2 :] + text[: len(text) // 2],
        lambda text: text.replace("sister", "brother").replace("妹妹", "弟弟"),
        lambda text: "x7 " + text + " 42",
    ],
    ids=["same", "capitals", "gaps", "hidden signs", "turned round", "another name", "around it"],
)
def test_a_copy_is_seen_however_it_was_changed_a_little(
    story: str, changed: Callable[[str], str]
) -> None:
    assert one_group([story, changed(story)])


@given(st.lists(st.tuples(st.integers(0, len(WORDS) - 1), LETTERS), max_size=3))
def test_a_few_other_words_hide_no_copy(changes: list[tuple[int, str]]) -> None:
    words = list(WORDS)
    for at, word in changes:
        words[at] = word

    assert one_group([STORY, " ".join(words)])


@settings(max_examples=30)
@given(OTHER_STORIES)
def test_a_story_in_other_words_is_another_one(story: str) -> None:
    assert not one_group([STORY, story])
    assert not one_group([CHINESE, story])


def test_two_stories_of_one_kind_are_not_one() -> None:
    other = "an officer phoned my uncle twice this year and wanted him to tell where i study now"

    assert not one_group([STORY, other])
    assert not one_group([STORY, f"{other} {' '.join(WORDS[:14])}"])


@pytest.mark.parametrize("text", ["", "?!", "Help"])
def test_what_is_too_short_is_like_only_what_is_equal(text: str) -> None:
    assert one_group([text, text, text.upper()])
    assert not one_group([text, "nobody"])
    assert not one_group([text, "run"])


def test_a_group_is_named_by_its_first_report_and_everybody_is_in_one() -> None:
    found = groups({b"c": STORY, b"a": CHINESE, b"d": STORY.title(), b"b": "no"})

    assert found == {b"a": b"a", b"b": b"b", b"c": b"c", b"d": b"c"}


@given(st.lists(st.sampled_from([STORY, CHINESE, "no"]), min_size=1, max_size=30))
def test_there_are_as_many_groups_as_different_texts(texts: list[str]) -> None:
    found = groups({bytes([n]): text for n, text in enumerate(texts)})

    assert len(set(found.values())) == len(set(texts))
    assert all(found[leader] == leader for leader in found.values())


@settings(max_examples=30)
@given(OTHER_STORIES | st.text(max_size=8), OTHER_STORIES | st.text(max_size=8))
def test_likeness_goes_both_ways(one: str, other: str) -> None:
    ours, theirs = sketch_of(one), sketch_of(other)

    assert is_alike(ours, theirs) == is_alike(theirs, ours)
    assert is_alike(ours, ours)


def test_what_stands_behind_a_very_long_beginning_is_not_read() -> None:
    beginning = "".join(chr(0x4E00 + n) for n in range(20_000))

    assert one_group([beginning + STORY, beginning + CHINESE])
