"""Typed: what somebody typed into a form that was not taken, so that no page loses it."""

from typing import Final

from werkzeug.exceptions import BadRequest

from admin.web import browser, publishing_words
from forms.base import Fields
from forms.declaration import organisation_field
from forms.ties import MOST_STATES
from forms.wording import msgid
from reporting.web import bodies

TYPED: Final = msgid("What you typed")
# The fields into which people type, by the names that forms give them; but no secrets.
LABELS: Final = {
    "text": TYPED,
    "level_reason": msgid("Why, if you choose another one"),
    "organisations": msgid("Organisations that are named, one on each line"),
    "why": msgid("Why, in your own words"),
    "comment": msgid("What should be different"),
    "done": msgid("What is done"),
    "promised": msgid("What is promised to the reporter"),
    "next": msgid("What comes next"),
    "next_check": msgid("Day of the next check"),
    "due": msgid("Until when"),
    "line": msgid("Name, or a few words that describe them"),
    "sentence": msgid("One sentence about it"),
    "question": msgid("What do we not know yet?"),
    "answer": msgid("The answer, in one sentence"),
    "verification_basis": msgid("What does that rest on?"),
    "state_link_basis": msgid("And what does that rest on?"),
    "names": msgid("All your names"),
    **dict.fromkeys(
        (
            "reason",
            "words",
            "called",
            "value",
            "name",
            "label",
            "number",
            "first",
            "second",
            "day",
            "month",
            "year",
            "until",
            "first_week",
            "last_week",
            "sources",
        ),
        TYPED,
    ),
    **dict.fromkeys(
        map(organisation_field, range(MOST_STATES)),
        msgid("The organisation, if you hold an office in one"),
    ),
    **publishing_words.LABELS,
}
# Beside one of these an answer is a passkey's, and as secret as a one-time code.
BESIDE_A_PASSKEY: Final = frozenset({"code", "step_up"})
PASSKEY: Final = "answer"


def words() -> tuple[tuple[str, str], ...]:
    """Return what was typed, each with the label of its field; no secret, and no other site's."""
    try:
        browser.refuse_foreign()
    except browser.ForeignFormError:
        return ()
    fields = _fields()
    hidden = set() if BESIDE_A_PASSKEY.isdisjoint(fields) else {PASSKEY}
    found = ((label, _first(fields, name)) for name, label in LABELS.items() if name not in hidden)
    return tuple((label, text) for label, text in found if text.strip())


def into(name: str) -> str:
    """Return what was typed into one field."""
    return _first(_fields(), name)


def _fields() -> Fields:
    try:
        return bodies.fields()
    except BadRequest:
        return {}  # what was sent is no form, so nobody typed it into ours


def _first(fields: Fields, name: str) -> str:
    return fields.get(name, ("",))[0]
