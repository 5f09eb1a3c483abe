"""Who did what to whom comes back from its record as it went in, and stays within its bounds."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import cast, whole_records, work_records
from admin.cast import (
    MOST_FIGURES,
    MOST_HAPPENED,
    MOST_VERSIONS,
    RELATIONS,
    Cast,
    Entry,
    Figure,
    Happened,
    Part,
    Version,
)
from admin.unknowns import MOST, Settled, Unknown
from admin.work import Last, Work, of_facets
from crypto.envelope import OpenError, make_key
from crypto.padding import padded_length
from forms.codebook import LISTS, TACTICS
from forms.whole import LINE_CHARACTERS, SENTENCE_CHARACTERS
from reporting import records
from reporting.case_rows import WorkRow
from reporting.models import State

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORK = of_facets({"kinds": ("threat",)}, NOW)
T = TypeVar("T")
ME = b"m" * 16
A_MEBIBYTE = 1 << 20
SIGN = "\N{GRINNING FACE}"  # as long as a sign gets

words = st.text(max_size=12)
members = st.binary(min_size=16, max_size=16)
moments = st.integers(0, 1 << 34).map(lambda n: datetime.fromtimestamp(n, UTC))
dates = st.dates(date(1900, 1, 1)).map(date.isoformat)
whens = st.one_of(
    st.just(""), dates, dates.map(lambda day: day[:7]), dates.map(lambda day: day[:4])
)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    part = draw(st.sampled_from(Part))
    return Figure(draw(words), part, draw(st.sampled_from(["", *sorted(RELATIONS[part])])))


def entries(said: st.SearchStrategy[T]) -> st.SearchStrategy[Entry[T]]:
    first = st.builds(Version, members, moments, said)
    more = st.lists(st.builds(Version, members, moments, st.none() | said), max_size=2)
    return st.builds(lambda one, others: Entry((one, *others)), first, more)


@st.composite
def casts(draw: st.DrawFn) -> Cast:
    known = tuple(draw(st.lists(entries(figures()), max_size=3)))
    numbers = st.integers(0, len(known))
    happened = st.builds(
        Happened,
        st.sampled_from([tactic.code for tactic in TACTICS]),
        whens,
        st.sampled_from(["", *(option.code for option in LISTS["place"])]),
        numbers,
        numbers,
        words,
    )
    return Cast(known, tuple(draw(st.lists(entries(happened), max_size=3))))


settled = st.none() | st.builds(Settled, members, moments, words)
unknowns = st.lists(st.builds(Unknown, words, members, moments, settled), max_size=3).map(tuple)


@given(casts(), unknowns)
def test_what_was_written_is_read_back(known: Cast, asked: tuple[Unknown, ...]) -> None:
    work = replace(WORK, cast=known, unknowns=asked)
    last = Last("accept", "reviewer", State.RECEIVED, ME, NOW, 3, work_records.written(work))
    for one in (work, replace(work, last=last)):
        record = records.decode(records.encode(work_records.written(one)))
        assert work_records.read(record) == one


def test_a_record_from_before_there_were_any_has_none() -> None:
    record = work_records.written(WORK)
    assert not record.keys() & {
        whole_records.FIGURES,
        whole_records.HAPPENED,
        whole_records.UNKNOWNS,
    }
    assert work_records.read(record) == WORK


def an_act(**more: records.Json) -> records.Json:
    said: records.Record = {
        "tactic": "threat.death",
        "when": "",
        "place": "",
        "by": 0,
        "to": 0,
        "sentence": "",
    }
    return {"versions": [{"by": ME.hex(), "at": 1, "said": [{**said, **more}]}]}


def a_figure(**more: records.Json) -> records.Json:
    said = {"line": "x", "part": "victim", "relation": "", **more}
    return {"versions": [{"by": ME.hex(), "at": 1, "said": [said]}]}


def test_what_makes_sense_is_read() -> None:
    record = {
        **work_records.written(WORK),
        "figures": [a_figure()],
        "happened": [an_act(by=1, when="2025-03")],
    }
    found = work_records.read(record).cast
    assert found.figures[0].now == Figure("x", Part.VICTIM)
    assert found.happened[0].now == Happened("threat.death", "2025-03", by=1)


@pytest.mark.parametrize(
    "part",
    [
        {"figures": []},
        {"figures": [{"versions": []}]},
        {"figures": [{"versions": [{"by": "", "at": 1, "said": []}]}]},
        {"figures": [a_figure(part="friend")]},
        {"figures": [a_figure(relation="police")]},
        {"figures": [a_figure(part="intervening", relation="self")]},
        {"happened": [an_act(tactic="dance")]},
        {"happened": [an_act(place="moon")]},
        {"happened": [an_act(when="2025-2")]},
        {"happened": [an_act(by=1)]},
        {"happened": [an_act(to=-1)]},
        {"unknowns": []},
        {"unknowns": [{"text": "x"}]},
    ],
)
def test_what_makes_no_sense_is_refused(part: records.Record) -> None:
    with pytest.raises(OpenError):
        work_records.read({**work_records.written(WORK), **part})


def the_fullest() -> Work:
    """Return the work on a report in which as much was written as there can be, before a move."""
    said = Version(ME, NOW, Figure(SIGN * LINE_CHARACTERS, Part.PERPETRATOR, "scam_possible"))
    figure = Entry((said,))
    act = Happened(
        "livelihood.business", "2025-03-14", "third_country", 40, 40, SIGN * SENTENCE_CHARACTERS
    )
    versions = (Version(ME, NOW, act),) * (MOST_VERSIONS - MOST_FIGURES - MOST_HAPPENED + 1)
    off: Version[Happened] = Version(ME, NOW, None)
    acts = (Entry((*versions, off)), *[Entry((versions[0], off))] * (MOST_HAPPENED - 1))
    question = Unknown(
        SIGN * SENTENCE_CHARACTERS, ME, NOW, Settled(ME, NOW, SIGN * SENTENCE_CHARACTERS)
    )
    full = replace(WORK, cast=Cast((figure,) * MOST_FIGURES, acts), unknowns=(question,) * MOST)
    assert not full.cast.has_room
    last = Last("watch", "owner", State.RECEIVED, ME, NOW, 3, work_records.written(full))
    return replace(full, last=last)


def test_the_fullest_record_fits() -> None:
    full, key = the_fullest(), make_key()
    box = work_records.close(b"c" * 16, 7, key, full)
    assert len(box) < 1.5 * A_MEBIBYTE
    assert len(box) >= padded_length(len(records.encode(work_records.written(full))), 0)
    row = WorkRow(case_id=b"c" * 16, rev=7, content_sealed=box)
    assert work_records.reopen(row, key) == full


def test_numbers_go_on_meaning_the_same_whoever_is_taken_off() -> None:
    known = cast.NO_CAST
    for number, name in enumerate(("a", "b", "c"), 1):
        known = cast.with_figures(known, number, Version(ME, NOW, Figure(name, Part.SOURCE)))
    known = cast.with_figures(known, 2, Version(ME, NOW, None))
    assert known.standing == {1, 3}
    assert known.figures[1].last.line == "b"
    known = cast.with_figures(known, 3, Version(ME, NOW, Figure("d", Part.VICTIM)))
    assert known.lines == ((1, "a"), (2, "b"), (3, "c"), (3, "d"))


def test_no_line_of_anybody_shows_in_a_log() -> None:
    said = Version(ME, NOW, Figure("canary-name", Part.VICTIM))
    act = Version(ME, NOW, Happened("threat.death", sentence="canary-name"))
    work = replace(
        WORK,
        cast=Cast((Entry((said,)),), (Entry((act,)),)),
        unknowns=(Unknown("canary-name", ME, NOW, Settled(ME, NOW, "canary-name")),),
    )
    for one in (work, work.cast, work.unknowns, said, act, work.cast.figures[0]):
        assert "canary-name" not in repr(one)


def test_nobody_but_the_page_and_its_forms_reads_who_did_what() -> None:
    folder = Path(cast.__file__).parent
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"(work|\))\.cast\b", path.read_text(encoding="utf-8"))
    }
    # No search, list, link, count or statistic is among them.
    assert found == {
        "casting.py",
        "known_names.py",
        "timeline.py",
        "web/casting.py",
        "whole.py",
        "work_records.py",
    }
