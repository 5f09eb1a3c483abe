"""Grading: how strong the evidence of a report is, and what a second person says of it."""

from typing import ClassVar, Final

from wtforms.validators import ValidationError

from forms.base import Form
from forms.codebook import COUNTRIES, KIND_CODES, LISTS
from forms.fields import Choice, Count, Mark, Revision, Words
from forms.validators import Chosen, Readable, ShortEnough, is_blank
from forms.wording import Message, msgid

BASIS_CHARACTERS: Final = 500
VERIFICATIONS: Final = tuple(option.code for option in LISTS["verification"])
TARGETS: Final = tuple(option.code for option in LISTS["target_group"])
STATE_LINKS: Final = tuple(option.code for option in LISTS["state_link"])
# From highly reliable to not reliable, and not known; the numbers stand in sealed records.
SCALE: Final = ("1", "2", "3", "4", "5", "99")
NO_VERIFICATION: Final = msgid("Please choose how sure it is what happened.")
NO_STATE_LINK: Final = msgid("Please choose how sure it is that a state is behind it.")
NO_RELIABLE: Final = msgid(
    "Please choose how reliable the source is. “Not known” is an answer too."
)
NO_CREDIBLE: Final = msgid("Please choose how credible it is. “Not known” is an answer too.")
NO_BASIS: Final = msgid("Please write in one sentence what this rests on.")
WHO_FOUND: Final = msgid("Please write which court or inquiry found it.")
NO_NUMBER: Final = msgid("Please write a number from 0 to 99.")
NO_WHY: Final = msgid("Please write in one sentence why you do not agree.")


class GradeForm(Form):
    """A grade; `after` is the number of the newest version that was on the page."""

    limit: ClassVar[int] = BASIS_CHARACTERS

    once = Mark()
    after = Revision()
    verification = Choice(["", *VERIFICATIONS], validators=[Chosen(NO_VERIFICATION)])
    verification_basis = Words(validators=[Readable(), ShortEnough(BASIS_CHARACTERS)])
    state_link = Choice(["", *STATE_LINKS], validators=[Chosen(NO_STATE_LINK)])
    state_link_basis = Words(validators=[Readable(), ShortEnough(BASIS_CHARACTERS)])
    reliable = Choice(["", *SCALE], validators=[Chosen(NO_RELIABLE)])
    credible = Choice(["", *SCALE], validators=[Chosen(NO_CREDIBLE)])
    sources = Count()
    main_tactic = Choice(["", *KIND_CODES])
    main_state = Choice(["", *COUNTRIES])
    main_target = Choice(["", *TARGETS])

    def validate_verification_basis(self, field: Words) -> None:
        """Ask what it rests on; what was ruled on has somebody who ruled."""
        if is_blank(field.data):
            is_ruled = self.verification.data == "adjudicated"
            raise ValidationError(Message(WHO_FOUND if is_ruled else NO_BASIS))

    def validate_state_link_basis(self, field: Words) -> None:
        """Ask what it rests on."""
        if is_blank(field.data):
            raise ValidationError(Message(NO_BASIS))

    def validate_sources(self, field: Count) -> None:
        """Take nothing but a number."""
        require_number(field)


class AnswerForm(Form):
    """What a second person says of a grade; `version` is the number of what they read."""

    limit: ClassVar[int] = BASIS_CHARACTERS

    once = Mark()
    version = Revision()
    agrees = Choice(["yes", "no"], first="no")
    words = Words(validators=[Readable(), ShortEnough(BASIS_CHARACTERS)])

    def validate_words(self, field: Words) -> None:
        """Ask why, from whoever does not agree."""
        if self.agrees.data != "yes" and is_blank(field.data):
            raise ValidationError(Message(NO_WHY))


def require_number(field: Count) -> None:
    """Raise ValidationError for a field with anything but a number."""
    if not field.is_number:
        raise ValidationError(Message(NO_NUMBER))
