"""Moves: what a decision about a report asks for. Which of it is missing, the table says."""

import unicodedata
from datetime import date
from typing import ClassVar, Final

from wtforms.validators import ValidationError

from forms.base import Form
from forms.codebook import COUNTRIES, KIND_CODES
from forms.fields import Choice, Count, Line, Mark, Number, Revision, Words
from forms.grading import (
    BASIS_CHARACTERS,
    SCALE,
    STATE_LINKS,
    TARGETS,
    VERIFICATIONS,
    require_number,
)
from forms.validators import Filled, Readable, ShortEnough, is_blank
from forms.wording import Message, msgid

HANDOVER_CHARACTERS: Final = 2_000
NO_DAY: Final = msgid("Please write a day like 2027-01-31.")
DECLINES: Final = (
    "no_state_link",
    "private_dispute",
    "scam",
    "other_service_fits",
    "not_understood_after_asking",
    "test",
    "abusive",
)
# The reasons that each move is made for; the words stand in sealed records and never change.
REASONS: Final = {
    "decline": DECLINES,
    "decline_t": DECLINES,
    "quarantine": ("flood", "machine", "hostile", "nothing_in_it"),
    "release_quarantine": ("may_be_real", "reporter_wrote", "by_mistake"),
    "mis_triage": ("overlooked", "no_state_link", "by_mistake"),
    "return": ("not_finished", "message_not_right", "codes_not_right"),
    "reopen": ("new_facts", "reporter_wrote", "by_mistake"),
    "appeal": ("overlooked", "new_facts", "by_mistake"),
    "wake": ("new_facts", "look_earlier"),
    "unmerge": ("not_the_same", "other_gone", "by_mistake"),
}
OUTCOMES: Final = (
    "helped",
    "referred",
    "recorded_only",
    "published",
    "no_contact",
    "not_tnr",
    "unlikely",
    "malicious",
)
NO_FLOOD_REASON: Final = msgid("Please choose why they are set aside.")
VERDICTS: Final = (
    *("same_incident", "same_actor", "same_household", "same_campaign"),
    *("different", "unsure"),
)
NO_VERDICT: Final = msgid("Please choose one of the answers.")
_ALL_REASONS: Final = tuple(dict.fromkeys(code for codes in REASONS.values() for code in codes))


class MoveForm(Form):
    """Everything that some move asks for; `rev` is the state of the report that was looked at.

    `message` is the code of a ready text, `assignee` the number of a person, `survivor` that of a
    report.
    """

    limit: ClassVar[int] = HANDOVER_CHARACTERS

    once = Mark()
    rev = Revision()
    reason = Choice(_ALL_REASONS)
    message = Line()
    assignee = Number()
    survivor = Number()
    done = Words(validators=[Readable(), ShortEnough(HANDOVER_CHARACTERS)])
    promised = Words(validators=[Readable(), ShortEnough(HANDOVER_CHARACTERS)])
    next = Words(validators=[Readable(), ShortEnough(HANDOVER_CHARACTERS)])
    next_check = Line()
    outcome = Choice(["", *OUTCOMES])
    verification = Choice(["", *VERIFICATIONS])
    verification_basis = Words(validators=[Readable(), ShortEnough(BASIS_CHARACTERS)])
    state_link = Choice(["", *STATE_LINKS])
    state_link_basis = Words(validators=[Readable(), ShortEnough(BASIS_CHARACTERS)])
    reliable = Choice(["", *SCALE])
    credible = Choice(["", *SCALE])
    sources = Count()
    main_tactic = Choice(["", *KIND_CODES])
    main_state = Choice(["", *COUNTRIES])
    main_target = Choice(["", *TARGETS])

    def validate_next_check(self, field: Line) -> None:
        """Take only a day, if there is anything."""
        try:
            _day(field.data)
        except ValueError:
            raise ValidationError(Message(NO_DAY)) from None

    def validate_sources(self, field: Count) -> None:
        """Take only a number, if there is anything."""
        if not is_blank(field.data):
            require_number(field)

    @property
    def check_day(self) -> date | None:
        """The day of the next check, if one is given; only of a form that is valid."""
        return _day(self.next_check.data)


class ActionForm(Form):
    """That somebody agrees to what a colleague wants to do; `action` is the name of that move.

    `survivor` is the report that it joins this one to, if it does.
    """

    once = Mark()
    action = Line()
    survivor = Number()


class FloodForm(Form):
    """Why somebody wants to set reports aside that all look the same."""

    once = Mark()
    reason = Choice(REASONS["quarantine"], validators=[Filled(NO_FLOOD_REASON)])


class ConfirmForm(Form):
    """That a second person sets aside what a colleague proposed; `proposal` is its number."""

    once = Mark()
    proposal = Number()


class VerdictForm(Form):
    """What somebody says of two reports."""

    once = Mark()
    verdict = Choice(VERDICTS, validators=[Filled(NO_VERDICT)])


def _day(typed: str) -> date | None:
    tidied = unicodedata.normalize("NFKC", typed).strip()
    return date.fromisoformat(tidied) if tidied else None
