"""Ten years pass: nothing is erased early, nothing kept longer than its reporter was told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy import delete, select

from admin import due, retaining
from admin.facts import Closing
from crypto.envelope import Secret
from reporting import terms_shown, threads, withdrawal
from reporting.ids import CaseId
from reporting.models import Case, Mail, State
from tests.admin.test_moves_casework import by_code, write
from tests.builders_cases import Office
from tests.builders_ended import (
    DAY,
    closed,
    declined,
    held,
    keep,
    look_again,
    run_due,
    set_aside,
)
from tests.builders_staff import the_staff
from tests.walks import on_one

# Days on which somebody of the team comes in: every six, and rarely while nothing is to come.
VISITS = (*range(6, 930, 6), *range(1050, 1134, 6), *range(1134, 3600, 180), *range(3600, 3690, 6))
LATE = 20  # a warning that is six days late moves the last day by as many, and so does the other
MALICIOUS = Closing("malicious", "supported", "claimed", "nothing_to_do")
NOT_TNR = Closing("not_tnr", "supported", "claimed", "nothing_to_do")
WAITED = ("taken", "set aside", "unread", "held", "declined, seen late")


@dataclass
class Life:
    """One report: what happens to it on which day, what was shown of it, and when it was gone."""

    case: CaseId
    code: str
    thread: Secret
    events: dict[int, Callable[[], None]] = field(default_factory=dict)
    shown: date | None = None
    warned: int = 0
    gone: date | None = None


@on_one
def test_ten_years_of_due_work_keep_every_promise(office: Office) -> None:
    lives, start, day = all_kinds(office), office.clock().date(), 0
    coming = sorted({*VISITS, *(day for life in lives.values() for day in life.events)})
    for day, before in zip(coming, (0, *coming), strict=False):
        office.later(days=day - before)
        for life in lives.values():
            life.events.pop(day, lambda: None)()
        if day in VISITS:
            read_what_is_shown(office, lives)
            run_due(office)
            due.run(the_staff(office.app).service, office.rings["susan"], office.clock())
            note_what_is_gone(office, lives)
    ended = {name: (life.gone - start).days for name, life in lives.items() if life.gone}
    assert ended.keys() == EXPECTED.keys()
    for name, day in ended.items():
        assert EXPECTED[name] < day <= EXPECTED[name] + LATE, (name, ended)


# The last day of each; a report that no second person looked at again has none.
EXPECTED = {
    "a year by default": 365,
    "six months by default": 181,
    "malicious, whatever was chosen": 181,
    "three years": 3 * 365 + 1,
    "ten years": 10 * 365 + 2,
    "ten years, then one": 800 + 30,
    "declined, seen": 90,
    "declined, seen late": 400,
    "set aside, seen": 29,
    "unread for two years": 899,
    "held twice": 500 + 30,  # nobody was warned while it was held
    "taken back": 7,
    "taken back while held": 90,
}


def all_kinds(office: Office) -> dict[str, Life]:
    """Return one report of each kind, with what happens to it."""
    lives = {
        "a year by default": life(office, *closed(office)),
        "six months by default": life(office, *closed(office, NOT_TNR)),
        "malicious, whatever was chosen": life(office, *closed(office, MALICIOUS)),
        "three years": life(office, *closed(office)),
        "ten years": life(office, *closed(office)),
        "ten years, then one": life(office, *closed(office)),
        "declined, seen": life(office, *declined(office, is_seen=True)),
        "declined, seen late": life(office, *declined(office, is_seen=False)),
        "declined, unseen": life(office, *declined(office, is_seen=False)),
        "set aside, seen": life(office, *set_aside(office, is_seen=True)),
        "set aside, unseen": life(office, *set_aside(office, is_seen=False)),
        "unread for two years": life(office, *closed(office)),
        "held twice": life(office, *closed(office)),
        "taken back": life(office, *closed(office)),
        "taken back while held": life(office, *closed(office)),
    }
    for name, day, years in (
        ("malicious, whatever was chosen", 1, "10"),
        ("three years", 1, "3"),
        ("ten years", 40, "10"),
        ("ten years, then one", 1, "10"),
        ("ten years, then one", 800, "1"),
    ):
        lives[name].events[day] = partial(keep, office, lives[name].code, years)
    late, unread = lives["declined, seen late"], lives["unread for two years"]
    late.events[400] = partial(look_again, office, late.case)
    unread.events[170] = partial(write, office, unread.code)
    unread.events[900] = partial(read_mail, office, unread.case)
    twice = lives["held twice"]
    twice.events |= {day: partial(held, office, twice.case, 90) for day in (330, 410)}
    back, kept = lives["taken back"], lives["taken back while held"]
    back.events[1] = partial(by_code, office, back.code, withdrawal.take_back)
    by_code_later = partial(by_code, office, kept.code, withdrawal.take_back)
    kept.events |= {1: partial(held, office, kept.case, 89), 2: by_code_later}
    return lives


def read_mail(office: Office, case: CaseId) -> None:
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(Mail).where(Mail.case_id == case))


def life(office: Office, case: CaseId, code: str) -> Life:
    return Life(case, code, office.look("susan", case).thread)


def read_what_is_shown(office: Office, lives: dict[str, Life]) -> None:
    """Keep the last day that each reporter reads, and how often they were told of it."""
    with the_staff(office.app).service.read() as session:
        for one in lives.values():
            if one.gone is None:
                one.shown = terms_shown.read(session, one.case, one.thread)
                messages = threads.read(session, one.case, one.thread)
                one.warned = sum("erase" in message.text for message in messages)


def note_what_is_gone(office: Office, lives: dict[str, Life]) -> None:
    """See that nothing goes before the day that was shown, or unwarned, or much later."""
    today = office.clock().date()
    with the_staff(office.app).service.read() as session:
        there = set(session.scalars(select(Case.id).where(Case.state != State.ERASED)))
    for name, one in lives.items():
        if one.gone is not None or one.case in there:
            continue
        one.gone = today
        if not name.startswith(("taken", "set aside")):
            assert one.shown is not None
            assert one.shown < today, name
            assert one.warned >= len(retaining.WARNINGS), name
        if not name.startswith(WAITED):
            assert one.shown is not None
            assert today - one.shown <= 7 * DAY, name
