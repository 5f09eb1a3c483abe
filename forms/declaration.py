"""Declaration: what staff say of their own ties, and what managers decide of each of them.

Without script: every state has its own group of fields, and a button asks for one group more.
"""

from functools import lru_cache
from typing import Any, ClassVar, Final

from wtforms.validators import ValidationError

from forms.base import Fields, Form
from forms.codebook import COUNTRIES, REGIONS
from forms.fields import Choice, Codes, Mark, Words
from forms.ties import LANGUAGES, MOST_STATES, Declared, Tie, TieKind
from forms.validators import Chosen, Filled, Readable, ShortEnough, is_blank
from forms.wording import Message, msgid

NAMES_CHARACTERS: Final = 1_000
REASON_CHARACTERS: Final = 1_000
ORGANISATION_CHARACTERS: Final = 200
MORE: Final = "more"
SAVE: Final = "save"
OUTCOMES: Final = ("recused", "noted")

NO_TIES_CHOSEN: Final = msgid("Please choose what ties you have there, or take the country out.")
NO_STATE_CHOSEN: Final = msgid("Please choose the country that these ties are to.")
STATE_TWICE: Final = msgid("This country stands above already. Please put all its ties there.")
NO_OFFICE: Final = msgid("Please choose the line about an office too, or take the name out.")
NOT_SAID: Final = msgid("Please choose at least one country, or say that there is nothing.")
BOTH_SAID: Final = msgid("You said that there is nothing, and you chose a country. Which is it?")
NO_LANGUAGE: Final = msgid("Please choose at least one language that you read well.")
NO_REGION: Final = msgid("Please choose the part of Japan where you live or work.")
NO_ANSWER: Final = msgid("Please choose one of the answers.")
NO_NAME: Final = msgid("Please write your names, each on its own line, in every script you use.")
NO_REASON: Final = msgid("Please write why, in a few words.")
NO_WORD_GIVEN: Final = msgid("Please say that nothing has changed, or make a new declaration.")
Given = dict[str, Any]  # WTForms' unbound fields have no type


def state_field(group: int) -> str:
    """Return the name of the field for the state of a group."""
    return f"state_{group}"


def ties_field(group: int) -> str:
    """Return the name of the field for the ties of a group."""
    return f"ties_{group}"


def organisation_field(group: int) -> str:
    """Return the name of the field for the organisation of a group."""
    return f"organisation_{group}"


class DeclarationForm(Form):
    """Everything that somebody declares; `groups` is how many groups for a state there are.

    Pages take it from `empty` or `sent`, which know how many there must be.
    """

    most_states: ClassVar[int] = MOST_STATES
    groups: ClassVar[int]

    languages = Codes([one.code for one in LANGUAGES], validators=[Chosen(NO_LANGUAGE)])
    region = Choice(["", *(one.code for one in REGIONS)], validators=[Filled(NO_REGION)])
    woman = Choice(["yes", "no"], validators=[Filled(NO_ANSWER)])
    government = Choice(["yes", "no"], validators=[Filled(NO_ANSWER)])
    names = Words(validators=[Filled(NO_NAME), Readable(), ShortEnough(NAMES_CHARACTERS)])
    nothing = Codes(["yes"])
    press = Choice([SAVE, MORE])

    @property
    def wants_more(self) -> bool:
        """Whether the form is to be shown again with another group, and not to be saved."""
        return bool(self.press.data == MORE)

    @property
    def has_room(self) -> bool:
        """Whether there may be another group."""
        return self.groups < MOST_STATES

    def validate_nothing(self, field: Codes) -> None:
        """Take either ties or the word that there are none."""
        chosen = any(self[state_field(group)].data for group in range(self.groups))
        if chosen and field.data:
            raise ValidationError(Message(BOTH_SAID))
        if not chosen and not field.data:
            raise ValidationError(Message(NOT_SAID))

    def answers(self) -> Declared:
        """Return what a valid form declares."""
        return Declared(
            ties=tuple(tie for group in range(self.groups) for tie in self._ties(group)),
            languages=self.languages.data,
            region=self.region.data,
            is_woman=self.woman.data == "yes",
            in_government=self.government.data == "yes",
            names=_lines(self.names.data),
        )

    def _ties(self, group: int) -> tuple[Tie, ...]:
        state = self[state_field(group)].data
        kinds = [TieKind(code) for code in self[ties_field(group)].data]
        plain = tuple(Tie(kind, state) for kind in kinds if kind is not TieKind.OFFICE)
        if TieKind.OFFICE not in kinds:
            return plain
        # An office in something that is not named is declared all the same.
        named = _lines(self[organisation_field(group)].data) or ("",)
        return (*plain, *(Tie(TieKind.OFFICE, state, name) for name in named))


class State(Choice):
    """The state of one group of fields."""

    def post_validate(self, form: DeclarationForm, _stopped: object) -> None:
        """Take it once, and only together with ties."""
        group = int(self.name.rpartition("_")[2])
        ties = form[ties_field(group)].data
        if self.data and not ties:
            raise ValidationError(Message(NO_TIES_CHOSEN))
        if ties and not self.data:
            raise ValidationError(Message(NO_STATE_CHOSEN))
        if self.data and self.data in {form[state_field(n)].data for n in range(group)}:
            raise ValidationError(Message(STATE_TWICE))


class WithOffice:
    """Refuse an organisation where no office was chosen."""

    def __call__(self, form: DeclarationForm, field: Words) -> None:
        """Say what to choose."""
        group = int(field.name.rpartition("_")[2])
        if TieKind.OFFICE not in form[ties_field(group)].data and not is_blank(field.data):
            raise ValidationError(Message(NO_OFFICE))


class AttestationForm(Form):
    """Somebody's word that what they declared is still all there is."""

    same = Codes(["yes"], validators=[Chosen(NO_WORD_GIVEN)])


class VoiceForm(Form):
    """What one manager decides of one tie, and why.

    `digest` names the declaration that stood on the page, and `tie` is the place of the tie in it.
    """

    limit: ClassVar[int] = REASON_CHARACTERS

    digest = Mark()
    tie = Mark()
    outcome = Choice(OUTCOMES, validators=[Filled(NO_ANSWER)])
    reason = Words(validators=[Filled(NO_REASON), Readable(), ShortEnough(REASON_CHARACTERS)])


def empty() -> DeclarationForm:
    """Return the form before anything is written, with one group for a state."""
    return form_of(1).of({})


def filled(declared: Declared) -> DeclarationForm:
    """Return the form as somebody filled it before, with an empty group if there is room."""
    states = tuple(dict.fromkeys(tie.state for tie in declared.ties))
    fields: dict[str, tuple[str, ...]] = {
        "languages": declared.languages,
        "region": (declared.region,),
        "woman": ("yes" if declared.is_woman else "no",),
        "government": ("yes" if declared.in_government else "no",),
        "names": ("\n".join(declared.names),),
        "nothing": () if states else ("yes",),
    }
    for group, state in enumerate(states):
        ties = [tie for tie in declared.ties if tie.state == state]
        named = (tie.organisation for tie in ties)
        fields[state_field(group)] = (state,)
        fields[ties_field(group)] = tuple(tie.kind for tie in ties)
        fields[organisation_field(group)] = ("\n".join(name for name in named if name),)
    return form_of(min(len(states) + 1, MOST_STATES)).of(fields)


def sent(fields: Fields) -> DeclarationForm:
    """Return the form as it was sent, with one group more if that button was pressed.

    Raises UnknownAnswerError and TooLongError for what no page of ours sends.
    """
    wanted = _groups_in(fields) + (fields.get("press") == (MORE,))
    kind = form_of(min(wanted, MOST_STATES))
    kind.refuse_unknown(fields)
    kind.refuse_too_long(fields)
    return kind.of(fields)


@lru_cache(maxsize=MOST_STATES)
def form_of(groups: int) -> type[DeclarationForm]:
    """Return the form class with so many groups for a state."""
    fields: Given = {}
    for group in range(groups):
        fields[state_field(group)] = State(["", *COUNTRIES])
        fields[ties_field(group)] = Codes(list(TieKind))
        fields[organisation_field(group)] = Words(
            validators=[Readable(), ShortEnough(ORGANISATION_CHARACTERS), WithOffice()]
        )
    return type(DeclarationForm.__name__, (DeclarationForm,), {**fields, "groups": groups})


def _groups_in(fields: Fields) -> int:
    """Return how many groups a form had: a browser sends a choice even where nothing is chosen."""
    group = 0
    while state_field(group) in fields:
        group += 1
    return max(group, 1)


def _lines(text: str) -> tuple[str, ...]:
    """Return each line once, without space around it, and none that shows nothing."""
    lines = (line.strip() for line in text.split("\n"))
    return tuple(dict.fromkeys(line for line in lines if not is_blank(line)))
