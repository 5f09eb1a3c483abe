"""Guided: the form of each screen of the questionnaire, and the report that their answers make."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Final, Self

from typing_extensions import override
from wtforms.validators import ValidationError

from forms import dates, questionnaire
from forms.answers import Answers
from forms.base import CHECKED, Fields, Form
from forms.choices import OFFERED, STORE
from forms.fields import Choice, Codes, Line, Words
from forms.questionnaire import CHOICES, Screen
from forms.questions import MOST_STATES, QUESTIONS, Asks, Question
from forms.report import NO_PERMISSION, STORY_CHARACTERS
from forms.validators import Filled, Readable, ShortEnough, is_blank
from forms.wording import Message, msgid

LINE_CHARACTERS: Final = 200
ADD: Final = "state_add"
GUESS: Final = "months_guess"
MONTHS: Final = ("first_year", "first_month", "last_year", "last_month")
TOO_MANY: Final = msgid("Three governments at most. Please remove one before you add another.")
NO_KIND: Final = msgid("Choose at least one, or “Something else, or not sure”.")
Given = dict[str, Any]  # WTForms' unbound fields have no type


class StepForm(Form):
    """One screen: the questions that are open on it, as typed so far.

    `has_words` says whether the person's own words are there already, from another page.
    """

    story_limit: ClassVar[int] = STORY_CHARACTERS
    line_limit: ClassVar[int] = LINE_CHARACTERS
    most_states: ClassVar[int] = MOST_STATES
    screen: Screen
    has_words: bool
    today: date

    @classmethod
    def about(cls, screen: Screen, saved: Fields, today: date) -> Self:
        """Return the form of a screen, with its problems if it was checked before."""
        form = cls.of(saved)
        form.screen = screen
        form.has_words = not is_blank("".join(saved.get("story", ())))
        form.today = today
        if screen.key in saved.get(CHECKED, ()):
            form.validate()
        return form

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that are open on this screen, in order."""
        return tuple(QUESTIONS[name] for name in self.screen.questions)

    @override
    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and the months together."""
        is_fine: bool = super().validate(extra_validators)
        return self._months_fit() and is_fine

    def validate_kinds(self, field: Codes) -> None:
        """Own words are enough: without kinds they count as not sure."""
        if not field.data and not self.has_words:
            raise ValidationError(Message(NO_KIND))

    def validate_state(self, field: Codes) -> None:
        """Take three at most, the one about to be added included."""
        if len(with_added(field.data, self[ADD].data)) > MOST_STATES:
            raise ValidationError(Message(TOO_MANY))

    def _months_fit(self) -> bool:
        if "months" not in self.screen.questions:
            return True
        try:
            dates.read(typed_months(self.typed(checked=False)), self.today)
        except dates.DateError as error:
            self[error.field].errors = (error.message,)
            return False
        return True


@lru_cache(maxsize=256)
def form_of(key: str, names: tuple[str, ...]) -> type[StepForm]:
    """Return the form class of a screen on which these questions are open."""
    fields: Given = dict(_choices()) if key == CHOICES else {}
    for name in names:
        fields.update(_fields(QUESTIONS[name]))
    return type("ScreenForm", (StepForm,), fields)


def everything_of(key: str) -> type[StepForm]:
    """Return the form class of a screen on which all is open that can be; raise KeyError."""
    return form_of(key, questionnaire.may_ask(key))


def _choices() -> Iterator[tuple[str, Any]]:
    yield STORE, Choice(["yes"], validators=[Filled(NO_PERMISSION)])
    for choice in OFFERED:
        yield choice.name, Choice(["", *choice.codes])


def _fields(question: Question) -> Given:
    codes = [option.code for option in question.offered]
    name = question.name
    fields: Given
    match question.asks:
        case Asks.ONE | Asks.COUNTRY | Asks.PREFECTURE:
            # The empty one takes an answer back, which a browser cannot do without script.
            fields = {name: Choice(["", *codes])}
        case Asks.MANY:
            fields = {name: Codes(codes)}
        case Asks.COUNTRIES:
            fields = {name: Codes(codes), ADD: Choice(["", *codes])}
        case Asks.WORDS:
            fields = {name: Words(validators=[Readable(), ShortEnough(STORY_CHARACTERS)])}
        case Asks.LINE:
            fields = {name: Line(validators=[Readable(), ShortEnough(LINE_CHARACTERS)])}
        case _:
            fields = {**{one: Line() for one in MONTHS}, GUESS: Codes(["yes"])}
    return fields


def with_added(codes: tuple[str, ...], added: str) -> tuple[str, ...]:
    """Return the codes with another one, once."""
    return codes if added in {"", *codes} else (*codes, added)


def typed_months(saved: Fields) -> dates.Typed:
    """Return what stands in the fields for months."""
    typed = {name: "".join(saved.get(name, ())) for name in MONTHS}
    return dates.Typed(**typed, is_guess=any(saved.get(GUESS, ())))


def kept(key: str, saved: Fields, sent: Fields) -> Fields:
    """Return what a screen's form saves of the sent fields, given the draft so far.

    What was not asked stays as it is; what was asked and is not there was cleared. Fields that
    were sent count as asked: the draft that opened them may have expired meanwhile.
    """
    open_now = questionnaire.screen(key, given(saved)).questions
    asked = {field.name for field in form_of(key, open_now)()} | set(sent)
    typed = everything_of(key).of(sent).typed(checked=False)
    fields = {name: values for name, values in typed.items() if name in asked}
    if ADD not in fields:
        return fields
    states = with_added(fields["state"], "".join(fields[ADD]))
    return fields if len(states) > MOST_STATES else {**fields, "state": states, ADD: ("",)}


def checked(key: str, saved: Fields) -> Fields:
    """Return the mark that a screen shall show what is wrong with it, beside other screens'."""
    return {CHECKED: tuple({*saved.get(CHECKED, ()), key})}


def given(saved: Fields) -> Answers:
    """Return every coded answer in a draft, by the name of its question."""
    return {name: codes for name, codes in _chosen(saved) if codes}


def _chosen(saved: Fields) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, question in QUESTIONS.items():
        typed = saved.get(name)
        if typed:  # most questions are skipped, and every page asks this
            offered = {option.code for option in question.offered}
            yield name, tuple(code for code in typed if code in offered)
