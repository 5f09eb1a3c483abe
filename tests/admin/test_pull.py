"""Next is handed out, one at a time, and never what does not exist for somebody."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from admin import casework, leases, pull
from admin.casework import Words
from admin.errors import HiddenError
from admin.next_case import MOST_HELD, Nothing, NothingNextError
from admin.skips import SkipReason
from reporting.ids import CaseId
from reporting.models import CasePart, Part
from reporting.triage import Level
from tests.admin.test_moves_casework import write
from tests.builders_cases import CALM, URGENT, Office, all_coded
from tests.builders_staff import flipped, the_staff


def next_for(office: Office, name: str) -> CaseId:
    with office.desk(name) as desk:
        return pull.next_for(desk)


def skip(office: Office, name: str, case: CaseId, reason: SkipReason) -> None:
    with office.desk(name) as desk:
        pull.skip(desk, case, reason)


def nothing(office: Office, name: str) -> Nothing:
    with pytest.raises(NothingNextError) as refused:
        next_for(office, name)
    return refused.value.why


def test_reviewers_get_what_arrived_and_caseworkers_what_waits_for_an_owner(
    office: Office,
) -> None:
    accepted, received = office.accepted(), office.report()
    assert next_for(office, "rei") == received
    assert next_for(office, "mei") == accepted
    assert nothing(office, "robin") is Nothing.NOTHING_WAITS
    assert nothing(office, "max") is Nothing.NOTHING_WAITS


def test_the_most_urgent_comes_first_and_is_in_their_hands(office: Office) -> None:
    calm, urgent = office.report(), office.report(URGENT)
    assert next_for(office, "rei") == urgent
    assert next_for(office, "robin") == calm
    with office.desk("rei") as desk:
        held = leases.living(desk.session, desk.ring, desk.now)
    assert {case: lease.holder for case, lease in held.items()} == {
        urgent: office.id("rei"),
        calm: office.id("robin"),
    }


def test_a_level_that_a_person_gave_counts(office: Office) -> None:
    lifted = office.report()
    office.claim("rei", lifted)
    office.code("rei", lifted, all_coded(level=Level.HIGH, level_reason="they know the school"))
    office.later(minutes=30)
    office.report()
    assert next_for(office, "robin") == lifted


def test_what_a_card_hides_is_never_handed_out(office: Office) -> None:
    hidden = office.report({**CALM, "state": ("CN",)})
    office.recuse("rei", states=frozenset({"CN"}))
    assert nothing(office, "rei") is Nothing.NOTHING_WAITS
    assert next_for(office, "robin") == hidden


def test_what_somebody_does_not_read_is_not_handed_to_them(office: Office) -> None:
    office.report()
    office.recuse("rei", languages=frozenset({"ja"}))
    assert nothing(office, "rei") is Nothing.NOTHING_WAITS


def test_nobody_has_more_than_ten_in_hand(office: Office) -> None:
    for _ in range(MOST_HELD + 1):
        office.report()
    for _ in range(MOST_HELD):
        next_for(office, "rei")
    assert nothing(office, "rei") is Nothing.HANDS_FULL


def test_whoever_owns_something_overdue_looks_at_that_first(office: Office) -> None:
    case = office.accepted(answers=URGENT)
    office.make("mei", case, "assign")
    office.accepted()
    office.later(days=2)
    assert nothing(office, "mei") is Nothing.OVERDUE_FIRST


def test_what_next_refuses_lighter_next_refuses_too(office: Office) -> None:
    case = office.accepted(answers=URGENT)
    office.make("mei", case, "assign")
    light = office.accepted()
    office.later(days=2)
    with pytest.raises(NothingNextError) as refused, office.desk("mei") as desk:
        pull.lighter_for(desk)
    assert refused.value.why is Nothing.OVERDUE_FIRST
    with office.desk("max") as desk:
        assert pull.lighter_for(desk) == light


def test_what_waits_for_its_reporter_is_not_handed_out_until_they_answer(office: Office) -> None:
    case, code = office.filed()
    with office.desk("rei") as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)
    assert nothing(office, "robin") is Nothing.NOTHING_WAITS
    office.later(minutes=2)
    write(office, code)
    # An answer goes to whoever asked, for two days.
    assert nothing(office, "robin") is Nothing.NOTHING_WAITS
    assert next_for(office, "rei") == case


@pytest.mark.parametrize("reason", sorted(SkipReason))
def test_what_is_passed_on_is_for_somebody_else(office: Office, reason: SkipReason) -> None:
    case = office.report()
    assert next_for(office, "rei") == case
    skip(office, "rei", case, reason)
    if reason is SkipReason.NEED_A_BREAK:
        assert next_for(office, "rei") == case
        return
    assert nothing(office, "rei") is Nothing.NOTHING_WAITS
    assert next_for(office, "robin") == case
    if reason is SkipReason.CONFLICT:
        with pytest.raises(HiddenError):
            office.look("rei", case)
    else:
        skip(office, "rei", case, reason)
        assert len(office.look("rei", case).work.skips) == 1


def test_what_three_people_pass_on_is_for_a_supervisor(office: Office) -> None:
    case = office.report()
    for name in ("rei", "robin", "both"):
        skip(office, name, case, SkipReason.UNSURE)
    assert next_for(office, "susan") == case


def test_a_flood_of_copies_does_not_hide_the_honest_report(office: Office) -> None:
    office.report(URGENT, "They sent the same long story again and again " * 3)
    for _ in range(13):
        office.report(URGENT, "They sent the same long story again and again " * 3)
    honest = office.report(URGENT, "Two men waited for my daughter in front of her school today.")
    assert honest in [next_for(office, name) for name in ("rei", "robin", "both")]


def test_an_altered_story_stops_nobody_else(office: Office) -> None:
    found = [office.report(URGENT, f"Story number {n} of somebody.") for n in range(12)]
    with the_staff(office.app).service.begin() as session:
        part = session.get_one(CasePart, (found[0], Part.STORY))
        part.content_sealed = flipped(part.content_sealed)
    assert next_for(office, "rei") in found


def test_an_altered_report_is_left_out(office: Office) -> None:
    case = office.report()
    with the_staff(office.app).service.begin() as session:
        part = session.get_one(CasePart, (case, Part.FACETS))
        part.content_sealed = flipped(part.content_sealed)
    assert nothing(office, "rei") is Nothing.NOTHING_WAITS


def test_two_at_once_are_handed_two(office: Office) -> None:
    for _ in range(3):
        office.report()
    names = ("rei", "robin", "both")
    office.come_in(*names)
    with ThreadPoolExecutor(3) as pool:
        handed = list(pool.map(lambda name: next_for(office, name), names))
    assert len(set(handed)) == 3


def test_whoever_loses_a_race_is_handed_the_following_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:

    first, second = office.report(URGENT), office.report()
    office.claim("robin", first)
    # As it was before Robin took it: nobody seems to have anything in hand.
    monkeypatch.setattr(leases, "living", lambda *_: {})
    assert next_for(office, "rei") == second


def test_what_is_no_longer_waiting_is_not_claimed(office: Office) -> None:
    case = office.declined("rei")
    with pytest.raises(HiddenError):
        office.claim("rei", case)
