"""Triage: what the first look at a report finds, and why somebody passes a report on unread."""

from typing import ClassVar, Final

from forms.base import Form
from forms.codebook import COUNTRIES
from forms.fields import Choice, Codes, Line, Mark, Revision, Words
from forms.validators import Filled, Readable, ShortEnough
from forms.wording import msgid

ANSWERS: Final = ("yes", "no", "not_known")
YES_OR_NO: Final = ("yes", "no")
LEVELS: Final = ("0", "1", "2", "3")
UNKNOWN: Final = "unknown"
DANGERS: Final = ("harm_soon", "missing", "date_set", "located", "child", "self_harm")
KEEP: Final = "keep"  # only what was found is kept, nothing is decided
DECISIONS: Final = ("accept", "escalate", "quarantine", "decline")
SKIPS: Final = ("language", "distressing", "conflict", "unsure", "need_a_break")
UNMASKS: Final = ("to_decide", "to_help", "to_compare")
ORGANISATION_CHARACTERS: Final = 1_000
WHY_CHARACTERS: Final = 300
NO_REASON: Final = msgid("Please choose a reason.")
NO_WHY: Final = msgid("Please write in one sentence why it is different now.")
NO_ANSWER: Final = msgid("Please choose one of the answers, or go back.")


class TriageForm(Form):
    """What the first look found, and what is decided with it; `rev` is what was looked at.

    `rest_no` answers no to every question about danger that has no answer of its own, and to which
    the reporter did not say yes. `as_told` takes over what they said where nobody says otherwise:
    the level that follows from it, and yes to the dangers to which they said yes.
    """

    limit: ClassVar[int] = ORGANISATION_CHARACTERS

    once = Mark()
    rev = Revision()
    do = Choice([KEEP, *DECISIONS], first=KEEP)
    level = Choice(LEVELS)
    level_reason = Line(validators=[Readable()])
    harm_soon = Choice(ANSWERS)
    missing = Choice(ANSWERS)
    date_set = Choice(ANSWERS)
    located = Choice(ANSWERS)
    child = Choice(ANSWERS)
    self_harm = Choice(ANSWERS)
    rest_no = Choice(["yes"])
    as_told = Choice(["yes"])
    may_be_state = Choice(YES_OR_NO)
    reaches_abroad = Choice(YES_OR_NO)
    states = Codes((*COUNTRIES, UNKNOWN))
    further_state = Choice(["", *COUNTRIES])
    organisations = Words(validators=[Readable(), ShortEnough(ORGANISATION_CHARACTERS)])
    none_named = Choice(["yes"])

    @property
    def dangers(self) -> dict[str, str]:
        """The answers to the questions about danger, of those that have one."""
        rest = "no" if self.rest_no.data else ""
        answers = {code: self[code].data or rest for code in DANGERS}
        return {code: answer for code, answer in answers.items() if answer}

    @property
    def assumed(self) -> frozenset[str]:
        """The questions about danger that only `rest_no` answers."""
        return frozenset(code for code in DANGERS if self.rest_no.data and not self[code].data)

    @property
    def named_states(self) -> frozenset[str]:
        """The states that were chosen; that none is known only where none is."""
        chosen = {*self.states.data, self.further_state.data} - {""}
        return frozenset(chosen - {UNKNOWN} or chosen)

    @property
    def named_organisations(self) -> frozenset[str]:
        """The organisations, one a line; that none is known only where none is."""
        named = {line.strip() for line in self.organisations.data.splitlines()} - {""}
        return frozenset(named or ({UNKNOWN} if self.none_named.data else ()))


class RecodeForm(TriageForm):
    """What is known now, why it is different, and the number of the message it rests on, or 0."""

    why = Words(validators=[Filled(NO_WHY), Readable(), ShortEnough(WHY_CHARACTERS)])
    message = Revision()


class TakeForm(Form):
    """That somebody takes a report on; `rev` is what was looked at."""

    once = Mark()
    rev = Revision()


class SkipForm(Form):
    """Why somebody passes a report on; no reason counts against them."""

    once = Mark()
    reason = Choice(SKIPS, validators=[Filled(NO_REASON)])


class UnmaskForm(Form):
    """Why somebody wants to read a story with what is covered in it."""

    once = Mark()
    reason = Choice(UNMASKS, validators=[Filled(NO_REASON)])


class LookForm(Form):
    """What a second person found who read again what was declined or set aside."""

    once = Mark()
    rev = Revision()
    agrees = Choice(YES_OR_NO, validators=[Filled(NO_ANSWER)])
