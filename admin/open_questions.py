"""Open questions: what the team asks itself about a report, answered in a sentence or dropped."""

from dataclasses import replace
from typing import Final

from admin import acts, casting, unknowns
from admin.desk import Desk
from admin.errors import HiddenError, MovedOnError
from admin.permissions import Action
from admin.transitions import NotNowError
from admin.unknowns import MOST, MOST_OPEN, Settled, Unknown
from forms.wording import msgid
from reporting.ids import CaseId

QUESTION: Final = "question"
TOO_MANY: Final = msgid("This report has as many open questions as it can. Answer or drop one.")


def ask(desk: Desk, case: CaseId, text: str) -> None:
    """Write down what nobody knows yet.

    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there = casting.begin(desk, case)
    found = there.work.unknowns
    if unknowns.still_open(found) >= MOST_OPEN or len(found) >= MOST:
        raise NotNowError(QUESTION, TOO_MANY)
    desk.note("unknown.asked", case, fields=(QUESTION,))
    new = Unknown(text, desk.ring.person.id, desk.now)
    acts.keep(desk, there, replace(there.work, unknowns=(*found, new)), "unknown.asked")


def settle(desk: Desk, case: CaseId, number: int, sentence: str) -> None:
    """Answer an open question in one sentence, or drop it with none.

    Raises as `ask` does, HiddenError for a question that is none, and MovedOnError for one that
    somebody else answered or dropped.
    """
    there = casting.begin(desk, case)
    found = there.work.unknowns
    find(found, case, number)
    verb = "unknown.answered" if sentence else "unknown.dropped"
    desk.note(verb, case, fields=(QUESTION,))
    how = Settled(desk.ring.person.id, desk.now, sentence)
    settled = unknowns.settle(found, number, how)
    acts.keep(desk, there, replace(there.work, unknowns=settled), verb)


def find(asked: tuple[Unknown, ...], case: CaseId, number: int) -> Unknown:
    """Return a question that is open.

    Raises HiddenError for one that never was, and MovedOnError for one that is open no more.
    """
    if not 1 <= number <= len(asked):
        raise HiddenError(Action.WORK_ON_CASE, case, f"{Action.WORK_ON_CASE}: no such question")
    found = asked[number - 1]
    if found.settled is not None:
        raise MovedOnError(found.settled.by, found.settled.at, QUESTION)
    return found
