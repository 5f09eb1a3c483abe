"""What people said of two reports stays, and holds until more is marked alike in both."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import acts, identifying, link_records, linking
from admin.links import NO_LINKS, Judged, Kind, Links, Verdict, Why
from admin.permissions import Action
from admin.transitions import NotNowError
from crypto.envelope import OpenError
from reporting import records
from reporting.ids import CaseId
from tests.builders_cases import Office
from tests.builders_links import in_work, mark

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MAIL = "somebody@example.org"
ONE, ANOTHER = b"1" * 16, b"2" * 16
IDS = st.binary(min_size=16, max_size=16)
SAID = st.builds(
    Judged,
    other=IDS,
    verdict=st.sampled_from(Verdict),
    by=IDS,
    at=st.just(NOW),
    whys=st.lists(st.sampled_from(Why), max_size=3).map(tuple),
    shared=st.none() | st.integers(0, 40),
    is_back=st.booleans(),
)


def two(office: Office) -> tuple[CaseId, CaseId]:
    """Return two reports in work, whose reporters agreed to linking."""
    return in_work(office)[0], in_work(office)[0]


def judge(office: Office, who: str, pair: tuple[CaseId, CaseId], verdict: Verdict) -> None:
    with office.desk(who) as desk:
        linking.judge(desk, *pair, verdict)
    office.later(minutes=1)


def take_back(office: Office, who: str, pair: tuple[CaseId, CaseId]) -> None:
    with office.desk(who) as desk:
        linking.take_back(desk, *pair)
    office.later(minutes=1)


def is_proposed(office: Office, pair: tuple[CaseId, CaseId]) -> bool:
    """Say whether the pair is proposed; it is from both sides or from none."""
    found = set()
    for case, other in (pair, pair[::-1]):
        with office.desk("mei") as desk:
            found.add(other in {one.case for one in linking.proposed(desk, case)})
    (answer,) = found
    return answer


def said(office: Office, pair: tuple[CaseId, CaseId]) -> list[tuple[Verdict, bytes, bool]]:
    """Return all that was ever said of the pair; it stands with both."""
    found = []
    for case, other in (pair, pair[::-1]):
        links = office.look("mei", case).work.links
        found.append([(one.verdict, one.by, one.is_back) for one in links.on(other)])
    assert found[0] == found[1]
    return found[0]


def test_who_is_not_sure_does_not_bring_a_refused_pair_back(office: Office) -> None:
    pair = two(office)
    mei, max_ = office.id("mei"), office.id("max")
    judge(office, "mei", pair, Verdict.DIFFERENT)
    judge(office, "max", pair, Verdict.UNSURE)
    assert not is_proposed(office, pair)
    assert said(office, pair) == [(Verdict.DIFFERENT, mei, False), (Verdict.UNSURE, max_, False)]


def test_a_later_judgement_leaves_the_earlier_ones_as_they_were(office: Office) -> None:
    pair = two(office)
    mei = office.id("mei")
    judge(office, "mei", pair, Verdict.DIFFERENT)
    judge(office, "mei", pair, Verdict.UNSURE)
    assert is_proposed(office, pair)  # they say themselves that they are not sure any more
    take_back(office, "mei", pair)
    take_back(office, "mei", pair)  # there is nothing left to take back
    assert is_proposed(office, pair)
    assert said(office, pair) == [
        (Verdict.DIFFERENT, mei, False),
        (Verdict.UNSURE, mei, False),
        (Verdict.UNSURE, mei, True),
    ]
    assert office.look("mei", pair[0]).work.links.verdict_on(pair[1]) == ""


def test_it_holds_until_one_more_identifier_is_marked_in_both(office: Office) -> None:
    pair = two(office)
    for case in pair:
        mark(office, case)
    judge(office, "max", pair, Verdict.DIFFERENT)
    assert not is_proposed(office, pair)
    rows = [office.look("mei", case).work.links.rows[0] for case in pair]
    for case, row in zip(pair, rows, strict=True):
        with office.desk("mei") as desk:
            identifying.remove(desk, case, row)
        mark(office, case)
    assert not is_proposed(office, pair)  # what it rested on stands there again
    for case in pair:
        assert not is_proposed(office, pair)
        mark(office, case, MAIL, kind=Kind.EMAIL)
    assert is_proposed(office, pair)
    judge(office, "max", pair, Verdict.DIFFERENT)
    assert not is_proposed(office, pair)
    (first, second) = office.look("mei", pair[0]).work.links.on(pair[1])
    assert (first.shared, second.shared) == (1, 2)
    assert first.whys[0] is second.whys[0] is Why.SAME_IDENTIFIER


def test_what_was_judged_before_grounds_were_kept_never_comes_back(office: Office) -> None:
    pair = two(office)
    judge(office, "mei", pair, Verdict.DIFFERENT)
    for case in pair:
        with office.desk("mei") as desk:
            there = acts.begin(desk, case, Action.LINK_CASES)
            judged = tuple(replace(x, whys=(), shared=None) for x in there.work.links.judged)
            acts.keep_links(desk, there, replace(there.work.links, judged=judged), "link.judged")
        mark(office, case)
    assert not is_proposed(office, pair)


def test_what_stands_with_the_other_report_alone_holds_and_is_shown(office: Office) -> None:
    here, there = two(office)
    with office.desk("mei") as desk:
        other = acts.begin(desk, there, Action.LINK_CASES)
        word = Judged(here, Verdict.DIFFERENT, office.id("max"), desk.now)
        acts.keep_links(desk, other, other.work.links.judging(word), "parted")
    assert not is_proposed(office, (here, there))
    for case, another in ((here, there), (there, here)):
        with office.desk("mei") as desk:
            (one,) = linking.compare(desk, case, another).said
        assert one.judged.verdict is Verdict.DIFFERENT


def test_of_what_is_marked_alike_it_is_said_what_stands_with_the_other_report_alone(
    office: Office,
) -> None:
    here, there = two(office)
    for case in (here, there):
        mark(office, case)
    with office.desk("mei") as desk:
        other = acts.begin(desk, there, Action.LINK_CASES)
        word = Judged(here, Verdict.DIFFERENT, office.id("max"), desk.now, shared=1)
        acts.keep_links(desk, other, other.work.links.judging(word), "parted")
    for case, another in ((here, there), (there, here)):
        with office.desk("mei") as desk:
            assert linking.proposed(desk, case) == ()
            (one,) = linking.marked_alike(desk, case)
            assert linking.marked_alike(desk, case, {another}) == ()
        assert (one.case, one.verdict) == (another, Verdict.DIFFERENT)


def test_so_much_is_said_of_a_pair_by_one_person_and_no_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = two(office)
    monkeypatch.setattr(linking, "MOST_JUDGED", 1)
    judge(office, "mei", pair, Verdict.DIFFERENT)
    with pytest.raises(NotNowError) as refused:
        judge(office, "mei", pair, Verdict.UNSURE)
    assert refused.value.sentence == linking.FULL
    assert len(said(office, pair)) == 1
    take_back(office, "mei", pair)  # what is taken back always can be
    assert len(said(office, pair)) == 2
    judge(office, "max", pair, Verdict.SAME_INCIDENT)
    assert len(said(office, pair)) == 3, "whoever fills it up keeps nobody else from judging"


@given(st.lists(SAID, max_size=4))
def test_judgements_come_back_as_they_were(judged: list[Judged]) -> None:
    links = Links(judged=tuple(judged))
    assert link_records.read(link_records.written(links)) == links


def test_an_older_judgement_reads_and_is_written_as_it_was() -> None:
    links = NO_LINKS.judging(Judged(ONE, Verdict.DIFFERENT, ANOTHER, NOW))
    record = link_records.written(links)
    (one,) = records.children(record, "judged")
    assert one.keys() == {"other", "verdict", "by", "at"}
    assert link_records.read(record) == links


@pytest.mark.parametrize("odd", [{"whys": ["hunch"]}, {"shared": "two"}, {"back": 3}])
def test_a_judgement_that_makes_no_sense_is_refused(odd: records.Record) -> None:
    record = link_records.written(NO_LINKS.judging(Judged(ONE, Verdict.UNSURE, ANOTHER, NOW)))
    (one,) = records.children(record, "judged")
    with pytest.raises((OpenError, ValueError)):
        link_records.read({**record, "judged": [{**one, **odd}]})


@given(st.lists(SAID.map(lambda one: replace(one, other=ONE)), max_size=6))
def test_nothing_that_was_said_is_ever_left_out(judged: list[Judged]) -> None:
    links = NO_LINKS
    for one in judged:
        before = links.judged
        links = links.taking_back(ONE, one.by, NOW) if one.is_back else links.judging(one)
        assert links.judged[: len(before)] == before
    if any(one.verdict is not Verdict.UNSURE for one in links.standing_on(ONE)):
        assert not links.may_propose(ONE, 0)
