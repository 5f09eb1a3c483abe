"""Where headers say too little, reports are opened whole: those that exist, as they are now."""

from admin import casework, indexing, linking, owed, unlocking
from admin.casework import Words
from admin.work import of_facets
from crypto.roles import Group
from reporting import listing
from reporting.models import CasePart, CaseWrap, Part, State, Wrapped
from tests.admin.test_moves_casework import write
from tests.builders_cases import CALM, Office
from tests.builders_staff import flipped, the_staff

SAID = "They came to my door and asked for my sister by her name, twice on one day."


def test_an_answer_counts_before_anybody_has_read_it(office: Office) -> None:
    case, code = office.filed()
    with office.desk("rei") as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)
        (one,) = unlocking.reports(desk, (case,))
    assert one.work.open_questions
    office.later(minutes=2)
    write(office, code)
    with office.desk("rei") as desk:
        (one,) = unlocking.reports(desk, (case,))
    assert not one.work.open_questions


def test_what_does_not_exist_for_somebody_is_not_opened_for_them(office: Office) -> None:
    case = office.report({**CALM, "state": ("CN",)})
    office.recuse("robin", states=frozenset({"CN"}))
    with office.desk("robin") as desk:
        assert unlocking.reports(desk, (case,)) == ()


def test_words_that_were_altered_are_like_no_others(office: Office) -> None:
    one, other, altered = (office.report(story=SAID) for _ in range(3))
    with the_staff(office.app).service.begin() as session:
        part = session.get_one(CasePart, (altered, Part.STORY))
        part.content_sealed = flipped(part.content_sealed)
    with office.desk("rei") as desk:
        alike = {each.case for each in linking.proposed(desk, one)}
        assert set(unlocking.stories(desk, (one, other, altered))) == {one, other}
    assert alike == {other}


def test_to_a_report_without_a_term_nothing_is_owed(office: Office) -> None:
    received = office.clock()
    office.later(days=40)
    work = of_facets(CALM, received)
    assert work.state is State.RECEIVED
    assert not owed.is_due(work, 0, office.clock(), has_mail=False)


def test_what_somebody_cannot_open_holds_up_none_of_their_lists(office: Office) -> None:
    away, mine = office.report(), office.report()
    with office.desk("susan") as desk:
        wrap = desk.session.get_one(CaseWrap, (away, Wrapped.CASE))
        wrap.epoch_id = desk.verified.epoch(Group.CASEWORK).id
        listing.forget(desk.session, away)
    with office.desk("rei") as desk:
        assert indexing.unknown(desk, [*indexing.keys_of(desk.ring)], 2) == (mine,)
