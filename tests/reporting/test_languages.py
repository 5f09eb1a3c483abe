from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporting.errors import SettingsError
from reporting.languages import LOCALE, OFFERED, Direction, Reader, found, match

ALL = ("ja", "ja-Hrkt", "en", "zh-Hans", "zh-Hant", "ko", "vi", "ug", "bo", "mn", "my", "km")
SUBTAGS = st.sampled_from(
    ["ja", "en", "zh", "TW", "hk", "Hant", "hans", "ug", "Latn", "cyrl", "mn", "Mong", "dz", "Hrkt"]
)
TAGS = st.lists(SUBTAGS, min_size=1, max_size=4).map("-".join)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "ja"),
        ("*", "ja"),
        ("fr", "en"),
        ("en-US,en;q=0.5", "en"),
        ("fr;q=0.9, ja;q=0.5, en;q=0.8", "en"),
        ("JA-jp", "ja"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("ug", "ug"),
        ("ug-Latn", "en"),
        ("ug-Cyrl, ko", "ko"),
        ("mn-Mong-CN", "en"),
        ("mn-MN", "mn"),
        ("dz", "en"),
        ("prs", "en"),
        ("prs-AF, ko;q=0.5", "ko"),
        ("yue", "zh-Hant"),
        ("yue-CN", "zh-Hans"),
        ("cmn-Hant-TW", "zh-Hant"),
        ("x-klingon", "en"),
        ("-", "en"),
        ("zh-", "zh-Hans"),
        ("ja-Hrkt", "ja"),
        ("en;q=0, vi", "vi"),
        ("km;q=banana", "km"),
        (";;,,q=1", "en"),
    ],
)
def test_a_browser_gets_the_language_and_script_it_can_read(header: str, code: str) -> None:
    assert match(header, ALL) == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("zh-TW", "en"),
        ("zh-HK,zh;q=0.9", "en"),
        ("zh-HK,zh-TW;q=0.9,zh;q=0.8,ja;q=0.5", "ja"),
        ("zh-HK,zh;q=0.9,zh-CN;q=0.8", "zh-Hans"),
        ("zh-CN,zh;q=0.9,zh-TW;q=0.8", "zh-Hans"),
        ("zh,zh-TW;q=0.9", "zh-Hans"),
    ],
)
def test_who_reads_the_other_chinese_script_is_not_given_ours_unasked(
    header: str, code: str
) -> None:
    assert match(header, ("ja", "en", "zh-Hans")) == code


@pytest.mark.parametrize("tag", ["prs", "prs-AF", "fa", "fa-IR"])
def test_dari_will_be_given_persian_pages(tag: str) -> None:
    assert match(tag, ("ja", "en", "fa")) == "fa"


@given(st.text(max_size=200))
@example("en," * 5000)
def test_any_header_leads_to_a_language_that_we_have(header: str) -> None:
    assert match(header, ALL) in ALL


@given(TAGS)
def test_easy_japanese_is_only_ever_chosen_by_hand(tag: str) -> None:
    assert match(tag, ALL) != "ja-Hrkt"


@given(TAGS, st.integers(0, 1000))
def test_what_is_liked_more_wins_wherever_it_stands(tag: str, weight: int) -> None:
    assert match(f"{tag};q={weight / 1001:.3f}, km;q=1", ALL) == "km"
    assert match(f"km;q=1, {tag};q={weight / 1001:.3f}", ALL) == "km"


@given(st.lists(TAGS, min_size=1, max_size=5))
def test_the_first_of_equals_that_we_have_wins(tags: list[str]) -> None:
    ours = [match(tag, ALL) for tag in tags if match(f"{tag}, km", ALL) == match(tag, ALL)]
    assert match(",".join(tags), ALL) == (ours[0] if ours else "en")


def about(folder: Path, tag: str, place: int, /, **changed: str) -> None:
    lines = {
        "tag": f'"{tag}"',
        "name": '"Name"',
        "direction": '"rtl"',
        "place": str(place),
        "review": '{role = "native", date = 2026-11-24, version = "1"}',
        **changed,
    }
    path = folder / tag.replace("-", "_") / "language.toml"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{name} = {text}\n" for name, text in lines.items()))


def test_each_folder_is_a_language_and_its_place_gives_the_order(tmp_path: Path) -> None:
    about(tmp_path, "ug", 20)
    about(tmp_path, "zh-Hant", 10)
    first, second = found([tmp_path])
    assert (first.code, second.code) == ("zh-Hant", "ug")
    assert (first.name, first.direction, first.folder) == (
        "Name",
        Direction.TO_THE_LEFT,
        tmp_path / "zh_Hant",
    )
    assert (first.review.date, first.review.version) == (date(2026, 11, 24), "1")
    assert first.review.is_by_somebody_else


def test_a_later_folder_corrects_an_earlier_one(tmp_path: Path) -> None:
    about(tmp_path / "ours", "ug", 20)
    about(tmp_path / "theirs", "ug", 5)
    (only,) = found([tmp_path / "ours", tmp_path / "theirs", tmp_path / "nowhere"])
    assert only.folder == tmp_path / "theirs" / "ug"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tag", '"../../etc"'),
        ("tag", "7"),
        ("direction", '"up"'),
        ("place", '"first"'),
        ("review", '"yes"'),
        ("review", '{role = "machine", date = 2026-11-24, version = "1"}'),
        ("review", '{role = "native", date = "soon", version = "1"}'),
        ("review", '{role = "native", date = 2026-11-24}'),
        ("name", "="),
    ],
)
def test_a_language_that_does_not_say_what_it_is_stops_the_start(
    tmp_path: Path, name: str, text: str
) -> None:
    about(tmp_path, "ug", 1, **{name: text})
    with pytest.raises(SettingsError, match=r"language\.toml must say"):
        found([tmp_path])


def test_the_languages_of_this_release_say_who_read_them() -> None:
    assert [offer.code for offer in OFFERED[:2]] == ["ja", "en"]
    assert all(offer.folder.parent == LOCALE for offer in OFFERED)
    assert not any(offer.review.is_by_somebody_else for offer in OFFERED)
    assert {offer.review.role for offer in OFFERED} == {Reader.WRITER}
