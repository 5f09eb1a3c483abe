"""What a release says of itself in both languages: its method, its report, what was changed."""

import json
import tomllib
from fractions import Fraction
from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest

from reporting.statistics import bundle, manifest, plan, report
from reporting.statistics.bundle import BundleError
from reporting.statistics.correspondence import Said
from reporting.statistics.plan import Tier
from reporting.statistics.words import Language
from tests.reporting.statistics import plans
from tests.reporting.statistics.editions import (
    KEYS,
    a_plan,
    a_source,
    source_of,
)

RANKING = ("highest", "lowest", "worst", "ranking", "最も", "最多", "順位", "ワースト")


def test_invented_numbers_say_so_everywhere() -> None:
    found = bundle.render(a_source(a_plan("TOMOSHIBI-SYNTHETIC-2025-A")))

    assert json.loads(found["manifest.json"])["synthetic"] == 1
    assert "SYNTHETIC" in json.loads(found["plan.json"])["release"]
    for language, word in (("en", "SYNTHETIC"), ("ja", "架空の数字")):
        assert word in found[f"METHODOLOGY.{language}.md"].decode()
        assert word in found[f"report.{language}.html"].decode()
        for path, data in found.items():
            if path.endswith(f".{language}.svg"):
                title = ET.fromstring(data).find("{http://www.w3.org/2000/svg}title")  # noqa: S314 - our own picture
                assert title is not None
                assert word in (title.text or "")
    assert "SYNTHETIC" in json.loads(found["csvw-metadata.json"])["dc:title"]


def test_real_numbers_are_not_called_invented() -> None:
    found = bundle.render(source_of(Tier.S))

    assert json.loads(found["manifest.json"])["synthetic"] == 0
    for data in found.values():
        assert b"SYNTHETIC" not in data
        assert "架空" not in data.decode()


NOTE = Said("図の誤りを直しました。", "A chart was drawn wrongly & is mended.")


def test_a_later_version_says_what_changed() -> None:
    found = bundle.render(
        a_source(version=2, supersedes="TOMOSHIBI-JP-2026-A.v1", previous="ab" * 32, note=NOTE)
    )

    assert f"- What changed: {NOTE.en}" in found["METHODOLOGY.en.md"].decode()
    assert NOTE.ja in found["report.ja.html"].decode()
    assert "wrongly &amp; is" in found["report.en.html"].decode()


@pytest.mark.parametrize("text", ["", "two\nlines", "<b>", "x" * 501])
def test_what_changed_is_said_in_one_line_of_words(text: str) -> None:
    for note in (Said(text, "good"), Said("good", text)):
        with pytest.raises(BundleError, match="one line"):
            bundle.render(a_source(note=note))


def test_later_versions_say_what_they_replace() -> None:
    name = "TOMOSHIBI-JP-2026-A.v1"
    second = bundle.render(a_source(version=2, supersedes=name, previous="ab" * 32))
    mended = bundle.render(a_source(a_correction(), supersedes=name, previous="cd" * 32))

    text = second["METHODOLOGY.en.md"].decode()
    assert f"It replaces {name}" in text
    assert f"`{'ab' * 32}`" in text
    assert f"It corrects {name}" in mended["METHODOLOGY.en.md"].decode()


def a_correction() -> plan.Plan:
    return plans.a_plan(release="TOMOSHIBI-JP-2026-B", eps=Fraction(1, 4))


def test_both_languages_have_the_same_words_and_parts(folder: dict[str, bytes]) -> None:
    read = files("reporting.statistics").joinpath("words.toml").read_text(encoding="utf-8")
    found = tomllib.loads(read)

    assert found["ja"].keys() == found["en"].keys()
    texts = [folder[f"METHODOLOGY.{language}.md"].decode() for language in Language]
    assert len({text.count("\n## ") for text in texts}) == 1
    assert len({text.count("\n- ") for text in texts}) == 1
    assert not [text for text in texts if "$" in text]


def test_nothing_ranks_anybody(folder: dict[str, bytes]) -> None:
    for path, data in folder.items():
        if path.endswith((".md", ".html", ".svg")):
            assert not [word for word in RANKING if word in data.decode().lower()], path


def test_the_method_states_the_numbers_of_its_own_plan(folder: dict[str, bytes]) -> None:
    planned = plan.decode(folder["plan.json"])
    for language in Language:
        text = folder[f"METHODOLOGY.{language}.md"].decode()
        assert planned.digest in text
        assert planned.mechanism in text
        assert "5/4" in text
        for table in planned.tables:
            assert f"| {table.eps} |" in text


def test_the_report_says_how_to_check_it_and_needs_nothing_else(folder: dict[str, bytes]) -> None:
    for language in Language:
        page = folder[f"report.{language}.html"].decode()
        assert csp_of(page).startswith("default-src 'none'; style-src 'sha256-")
        for outside in ("<script", "<link", "src=", "@import", "url(", ' style="', "<iframe"):
            assert outside not in page
        assert manifest.digest(KEYS.encode().encode()) in page


def csp_of(page: str) -> str:
    return page.partition('Policy" content="')[2].partition('"')[0].replace("&#39;", "'")


def test_a_release_without_a_file_of_keys_names_none() -> None:
    page = bundle.render(a_source(keys=b""))["report.en.html"].decode()

    assert "keys whose file" not in page


def test_the_style_of_the_report_stands_in_a_page_as_it_is() -> None:
    page = bundle.render(source_of(Tier.S))["report.en.html"].decode()
    style = page.partition("<style>")[2].partition("</style>")[0]

    assert "&" not in style
    assert report.policy(style) == csp_of(page)


def test_a_line_of_the_method_is_split_into_its_elements() -> None:
    assert list(report.inline("**a** b `c`")) == [("strong", "a"), ("", " b "), ("code", "c")]
