"""Whole: people and acts in a report as the team codes them, and its open questions."""

import unicodedata
from datetime import date, timedelta
from typing import ClassVar, Final

from wtforms.validators import ValidationError

from forms import days
from forms.base import Form
from forms.codebook import LISTS, TACTICS, offered
from forms.dates import DateError
from forms.days import TypedDay
from forms.fields import Choice, Line, Mark, Revision, Words
from forms.validators import Chosen, Filled, Readable, ShortEnough, is_blank
from forms.wording import Message, msgid

LINE_CHARACTERS: Final = 160
SENTENCE_CHARACTERS: Final = 280
PARTS: Final = ("victim", "perpetrator", "source", "intervening")
# The codes of two lists, each behind the part or parts that it fits.
OF_PERPETRATOR: Final = "perpetrator"
OF_OTHERS: Final = "reporter"
FITS: Final = {"victim": OF_OTHERS, "perpetrator": OF_PERPETRATOR, "source": OF_OTHERS}
RELATIONS: Final = tuple(
    f"{name}:{option.code}" for name in (OF_OTHERS, OF_PERPETRATOR) for option in LISTS[name]
)
PLACES: Final = tuple(option.code for option in offered(LISTS["place"]))
TACTIC_CODES: Final = tuple(tactic.code for tactic in TACTICS)
MOST_NUMBERS: Final = 240
NUMBERS: Final = tuple(map(str, range(1, MOST_NUMBERS + 1)))
NO_NAME: Final = msgid("Please write a name, or a few words that describe them.")
NO_PART: Final = msgid("Please choose which part they play.")
WRONG_RELATION: Final = msgid("This does not fit the part. Please choose another, or nothing.")
NO_TACTIC: Final = msgid("Please choose what was done.")
NO_QUESTION: Final = msgid("Please write the question.")
NO_SENTENCE: Final = msgid("Please write what the answer is, or drop the question.")


def one_line(text: str) -> str:
    """Return a text as one line: no breaks, no control signs, no space around it."""
    plain = (" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    return " ".join("".join(plain).split())


class FigureForm(Form):
    """A person or a body in a report; `versions` is how many there were of it on the page."""

    limit: ClassVar[int] = LINE_CHARACTERS

    once = Mark()
    versions = Revision()
    line = Words(validators=[Filled(NO_NAME), Readable(), ShortEnough(LINE_CHARACTERS)])
    part = Choice(["", *PARTS], validators=[Chosen(NO_PART)])
    relation = Choice(["", *RELATIONS])

    @property
    def name(self) -> str:
        """The name or description, in one line."""
        return one_line(self.line.data)

    @property
    def relation_code(self) -> str:
        """The code alone, empty where nothing is chosen."""
        return self.relation.data.partition(":")[2]

    def validate_relation(self, field: Choice) -> None:
        """Refuse a code of another part."""
        kind, part = field.data.partition(":")[0], self.part.data
        if kind and part and kind != FITS.get(part):
            raise ValidationError(Message(WRONG_RELATION))


class HappenedForm(Form):
    """An act: what was done, when, where, by whom to whom, and one sentence about it."""

    limit: ClassVar[int] = SENTENCE_CHARACTERS

    once = Mark()
    versions = Revision()
    tactic = Choice(["", *TACTIC_CODES], validators=[Chosen(NO_TACTIC)])
    year = Line()
    month = Line()
    day = Line()
    place = Choice(["", *PLACES])
    done_by = Choice(["", *NUMBERS])
    done_to = Choice(["", *NUMBERS])
    sentence = Words(validators=[Readable(), ShortEnough(SENTENCE_CHARACTERS)])

    def fits(self, today: date) -> bool:
        """Say whether everything is as it should be, also the time; a problem stands beside it."""
        is_valid = bool(self.validate())
        try:
            self.when(today)
        except DateError as error:
            self.refuse(error.field, error.message)
            return False
        return is_valid

    def when(self, today: date) -> str:
        """Return when it was; raise DateError for what is no time that was."""
        # Where somebody works it may be a day later than where the clock stands.
        typed = TypedDay(self.year.data, self.month.data, self.day.data)
        return days.read(typed, today + timedelta(days=1))

    @property
    def told(self) -> str:
        """The sentence, in one line."""
        return one_line(self.sentence.data)

    @property
    def by_number(self) -> int:
        """The number of whoever did it, 0 where nobody is chosen."""
        return int(self.done_by.data or 0)

    @property
    def to_number(self) -> int:
        """The number of whoever it was done to, 0 where nobody is chosen."""
        return int(self.done_to.data or 0)


class OffForm(Form):
    """That somebody takes an entry off; `versions` is how many there were of it on the page."""

    once = Mark()
    versions = Revision()


class QuestionForm(Form):
    """Something that nobody of the team knows yet."""

    limit: ClassVar[int] = SENTENCE_CHARACTERS

    once = Mark()
    question = Words(validators=[Filled(NO_QUESTION), Readable(), ShortEnough(SENTENCE_CHARACTERS)])

    @property
    def asked(self) -> str:
        """The question, in one line."""
        return one_line(self.question.data)


class SettleForm(Form):
    """The answer to an open question in one sentence, or that it is dropped."""

    limit: ClassVar[int] = SENTENCE_CHARACTERS

    once = Mark()
    do = Choice(["answer", "drop"], first="answer")
    answer = Words(validators=[Readable(), ShortEnough(SENTENCE_CHARACTERS)])

    def validate_answer(self, field: Words) -> None:
        """Ask for the answer, unless the question is dropped."""
        if self.do.data != "drop" and is_blank(field.data):
            raise ValidationError(Message(NO_SENTENCE))

    @property
    def said(self) -> str:
        """The answer in one line; nothing where the question is dropped."""
        return "" if self.do.data == "drop" else one_line(self.answer.data)
