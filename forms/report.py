"""Report: the forms that a report goes through until its code is written down."""

from typing import ClassVar, Final, Self

from wtforms.validators import ValidationError

from forms.answers import GivenConsent, Report
from forms.base import Fields, Form
from forms.codebook import CONSENT_STORE, KINDS, UNSURE_KIND, Kind
from forms.fields import Choice, Codes, Line, Words
from forms.masking import spans
from forms.validators import Filled, Readable, ShortEnough, digits_of, is_blank
from forms.wording import Message, msgid

STORY_CHARACTERS: Final = 8_000

NOTHING_TOLD: Final = msgid("Please choose at least one line, or write in your own words above.")
NO_PERMISSION: Final = msgid(
    "We need your permission to keep the report. Without it, nothing is kept."
)
NO_GROUP: Final = msgid("Please type group %(limit)s from your paper: four digits.")
OTHER_DIGITS: Final = msgid(
    "Group %(limit)s has other digits. You can look at the code again and correct your paper."
)


class ShortForm(Form):
    """What happened, in own words or as kinds, and the permission to keep it."""

    kinds_offered: ClassVar[tuple[Kind, ...]] = KINDS
    story_limit: ClassVar[int] = STORY_CHARACTERS

    story = Words(validators=[Readable(), ShortEnough(STORY_CHARACTERS)])
    kinds = Codes([kind.code for kind in KINDS])
    c_store = Choice(["yes"], validators=[Filled(NO_PERMISSION)])

    def validate_kinds(self, _field: Codes) -> None:
        """Own words are enough: without kinds they count as not sure."""
        if not self.kinds.data and is_blank(self.story.data):
            raise ValidationError(Message(NOTHING_TOLD))

    @property
    def kinds_chosen(self) -> tuple[Kind, ...]:
        """The chosen kinds; not sure when there are only own words."""
        chosen = self.kinds.data or (UNSURE_KIND,)
        return tuple(kind for kind in KINDS if kind.code in chosen)

    @property
    def has_personal_number(self) -> bool:
        """Whether the own words seem to hold something that points to a person."""
        return bool(spans(self.story.data))

    def answers(self, language: str, store: GivenConsent) -> Report:
        """Return the report of a valid form."""
        kinds = tuple(kind.code for kind in self.kinds_chosen)
        consents = {CONSENT_STORE.code: store}
        return Report("short", {"kinds": kinds}, self.story.data, {}, language, consents)


class NoFields(Form):
    """A form of buttons only."""


class TryForm(Form):
    """Two groups of the receipt code, from paper; the whole code does as well."""

    secrets: ClassVar[frozenset[str]] = frozenset({"first", "second"})

    first = Line()
    second = Line()
    groups: tuple[str, ...]
    asked: tuple[int, int]

    @classmethod
    def about(cls, groups: tuple[str, ...], asked: tuple[int, int], fields: Fields) -> Self:
        """Return the form that asks for two of the groups, by their places from 0."""
        form = cls.of(fields)
        form.groups = groups
        form.asked = asked
        return form.rechecked(fields)

    def validate_first(self, field: Line) -> None:
        """Compare with the first group asked for."""
        self._compare(field, self.asked[0])

    def validate_second(self, field: Line) -> None:
        """Compare with the second group asked for."""
        self._compare(field, self.asked[1])

    def _compare(self, field: Line, place: int) -> None:
        if is_blank(field.data):
            raise ValidationError(Message(NO_GROUP, place + 1))
        if digits_of(field.data) not in {self.groups[place], "".join(self.groups)}:
            raise ValidationError(Message(OTHER_DIGITS, place + 1))
