"""The files of forms/data/ fit their schema, and a code that was once taken is never lost."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from forms import codebook
from forms.choices import CHOICES
from forms.codebook import COUNTRIES, KINDS, LISTS, PREFECTURES, TACTICS, Option, group_of, load
from forms.questions import QUESTIONS
from forms.ties import TieKind

ROOT = Path(__file__).parents[2]
TAXONOMY = load("taxonomy.toml")
FILE = load("questions.toml")
TACTIC_ENTRIES: list[dict[str, Any]] = TAXONOMY["tactic"]
ITEMS = [(entry["name"], item) for entry in TAXONOMY["list"] for item in entry["items"]]
CODES: dict[str, list[str]] = json.loads((ROOT / "tests/forms/codes.json").read_text())

A_CODE = re.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*")
A_TACTIC = re.compile(rf"{A_CODE.pattern}\.{A_CODE.pattern}")
A_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Z][a-z]{3})?|other")
HURIDOCS = re.compile("[0-9]{12}")
FAMILIES = {"direct", "coopt", "mobility", "distance", "none"}
FORMS_OF_OHCHR = {
    *("violence", "lawfare", "extraterritorial", "movement", "digital", "relatives", "none"),
}
FORMER = 6  # the items of the leaders' statement

# What somebody can choose who has no answer, does not know it, or would rather not give it.
WAYS_OUT = {"other", "unsure", "unsaid", "unknown", "none"}
OWN_WAYS_OUT = {
    "attribution_basis": "feeling",
    "authority_outcome": "waiting",
    "consent_answer": "no",
    "need": "inform_only",
    "verification": "unreviewed",
    "yes_no_cannot": "cannot",
}
# Wishes, recipients one by one, states and acts: nothing chosen says all there is to say.
WITHOUT = {"case_state", "contact_rule", "intervention", "recipient_class"}


def all_codes() -> dict[str, list[str]]:
    """Return every code that can be sealed, by what it answers; retired ones as well."""
    return {
        "kinds": [kind.code for kind in KINDS],
        "tactics": [tactic.code for tactic in TACTICS],
        **{f"list {name}": [one.code for one in options] for name, options in LISTS.items()},
        "regions": [region["code"] for region in TAXONOMY["region"]],
        "prefectures": list(PREFECTURES),
        "countries": list(COUNTRIES),
        "questions": list(QUESTIONS),
        **{f"choice {name}": list(choice.codes) for name, choice in CHOICES.items()},
        "ties": [kind.value for kind in TieKind],
    }


def test_a_code_that_was_once_taken_is_never_lost() -> None:
    """Whoever adds a code adds it to the file as well; none ever leaves it, not even retired."""
    taken = {(name, code) for name, codes in CODES.items() for code in codes}
    offered = {(name, code) for name, codes in all_codes().items() for code in codes}
    assert offered - taken == set(), "write them into tests/forms/codes.json, where they stay"
    assert taken - offered == set(), "a code stays for ever: retired = true keeps it from forms"


def test_the_codebook_has_the_size_it_says() -> None:
    assert (len(KINDS), len(TACTICS)) == (11, 74)
    assert len(KINDS) <= TAXONOMY["meta"]["max_level1_on_form"]
    assert (len(COUNTRIES), len(set(COUNTRIES))) == (250, 250)
    assert TAXONOMY["meta"]["version"] == codebook.VERSION


@pytest.mark.parametrize("name", all_codes())
def test_no_list_has_a_code_twice(name: str) -> None:
    assert [code for code, times in Counter(all_codes()[name]).items() if times > 1] == []


def test_codes_have_the_one_form_that_codes_have() -> None:
    codes = all_codes()
    plain = {name for name in codes if name.startswith(("kinds", "regions", "list", "choice"))}
    numbered = {"choice c_keep", "list languages"}
    for name in plain - numbered:
        assert all(A_CODE.fullmatch(code) for code in codes[name]), name
    assert all(A_TACTIC.fullmatch(code) for code in codes["tactics"])
    assert all(A_LANGUAGE.fullmatch(code) for code in codes["list languages"])
    assert all(re.fullmatch("JP-[0-9]{2}", code) for code in codes["prefectures"])
    assert all(re.fullmatch("[A-Z]{2}", code) for code in codes["countries"])


def test_a_kind_has_tactics_and_a_tactic_a_kind() -> None:
    assert {group_of(tactic.code) for tactic in TACTICS} == {kind.code for kind in KINDS}


@pytest.mark.parametrize("entry", TACTIC_ENTRIES, ids=lambda entry: str(entry["code"]))
def test_a_tactic_is_mapped_to_each_source(entry: Mapping[str, Any]) -> None:
    assert entry["fh"] in FAMILIES
    assert isinstance(entry["fhp"], bool)
    assert entry["un"] in FORMS_OF_OHCHR
    assert entry["g7"] in range(FORMER + 1)
    assert entry["hu"]
    assert all(HURIDOCS.fullmatch(code) for code in entry["hu"])
    assert entry["sev"] in range(4)


@pytest.mark.parametrize("entry", TACTIC_ENTRIES, ids=lambda entry: str(entry["code"]))
def test_a_tactic_counts_for_freedom_house_where_force_was_used(entry: Mapping[str, Any]) -> None:
    assert not entry["fhp"] or entry["fh"] in {"direct", "coopt"}


def test_what_is_mapped_to_huridocs_has_its_code() -> None:
    mapped = [(name, item["hu"]) for name, item in ITEMS if "hu" in item]
    assert {name for name, _ in mapped} == {
        *("reporter", "perpetrator", "verification", "intervention"),
    }
    assert all(HURIDOCS.fullmatch(code) for _, code in mapped)


@pytest.mark.parametrize("one", [*KINDS, *TACTICS], ids=lambda one: str(one.code))
def test_every_kind_and_tactic_is_said_in_plain_words(one: Option) -> None:
    assert one.label
    assert one.plain.endswith((".", "?"))


def test_every_answer_has_words() -> None:
    assert [(name, item) for name, item in ITEMS if not item["label"].strip()] == []


@pytest.mark.parametrize("name", sorted(LISTS.keys() - WITHOUT))
def test_every_list_has_an_honest_way_out(name: str) -> None:
    codes = {option.code for option in codebook.offered(LISTS[name])}
    assert codes & {OWN_WAYS_OUT[name]} if name in OWN_WAYS_OUT else codes & WAYS_OUT


def test_every_prefecture_lies_in_one_region() -> None:
    regions = TAXONOMY["region"]
    assert len(regions) == 8
    lying = [code for region in regions for code in region["prefectures"]]
    assert sorted(lying) == sorted(PREFECTURES)
    assert len(lying) == len(set(lying)) == 47


def test_every_question_says_why_it_is_asked_and_what_it_risks() -> None:
    pages = {page["id"] for page in FILE["page"]}
    assert pages == {f"p{number}" for number in range(11)}
    for entry in FILE["q"]:
        assert re.fullmatch("q_[a-z_]+", entry["id"])
        assert entry["page"] in pages
        assert entry["seal"] in {"facets", "story", "contact", "consent"}
        assert all(entry[name].strip() for name in ("text", "hint", "why", "risk"))


def test_a_question_takes_its_answers_from_a_list_that_is_there() -> None:
    places = {"countries", "prefecture", "tactic_group then tactic"}
    named = {entry["list"] for entry in (*FILE["q"], *FILE["consent"]) if "list" in entry}
    assert named <= LISTS.keys() | places


def test_only_the_kind_and_the_permission_to_keep_are_demanded() -> None:
    assert [entry["id"] for entry in FILE["q"] if not entry["optional"]] == ["q_tactics"]
    assert [entry["id"] for entry in FILE["consent"] if entry["required"]] == ["c_store"]
    assert len(FILE["consent"]) == 10


def test_a_retired_code_is_offered_no_more_and_still_read(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "forms", tmp_path / "forms")
    path = tmp_path / "forms" / "data" / "taxonomy.toml"
    text = path.read_text(encoding="utf-8")
    for entry, retired in (
        ('code = "threat.message"', 'code = "threat.message"\nretired = true'),
        ('{code="soon"', '{retired=true, code="soon"'),
    ):
        assert text.count(entry) == 1
        text = text.replace(entry, retired)
    path.write_text(text, encoding="utf-8")
    read, taken = answers_in(ROOT)
    assert answers_in(tmp_path) == (read, taken - {"threat.message", "soon"})


def answers_in(root: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return which of two questions' codes a tree of ours can read, and which its forms take."""
    shown = subprocess.run(
        [sys.executable, "-c", ASKING], cwd=root, capture_output=True, text=True, check=True
    )
    read, taken = json.loads(shown.stdout)
    return frozenset(read), frozenset(taken)


ASKING = """
import json
from forms.questions import QUESTIONS
from forms.guided import form_of
names = ("danger", "tactics.threat")
form = form_of("6", names)()
print(json.dumps([
    [option.code for name in names for option in QUESTIONS[name].options if option.label],
    [code for name in names for code in form[name].codes],
]))
"""
