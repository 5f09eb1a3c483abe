"""First look: what its form shows before anybody has said anything, and what is read from it.

Filled in beforehand is only what the reporter's own answers or a colleague said. The level and the
dangers are empty until a person answers. Whoever records something anew later uses the same fields.
"""

from typing import Final

from admin.coding import Coded
from admin.facts import Answer, Danger, Triage
from admin.web.case_wording import ANSWERS, DANGERS, MOVES, STATES
from forms.answers import Answers
from forms.base import Fields
from forms.codebook import COUNTRIES
from forms.triage import UNKNOWN, TriageForm
from reporting import names
from reporting.triage import Level
from reporting.web import language

# Which field gives what a guard asks for.
PLACES: Final = {
    "scope_yes": "may_be_state",
    "danger_answered": "harm_soon",
    "level_confirmed": "level",
    "level_urgent": "level",
    "origin_coded": "states",
}


def fields(found: Triage, answers: Answers) -> Fields:
    """Return the fields of the form as they stand when the page is opened."""
    named = found.organisations - {UNKNOWN}
    filled: dict[str, str] = {
        "level": "" if found.level is None else str(int(found.level)),
        "level_reason": found.level_reason,
        "may_be_state": _said(found, answer=found.may_be_state),
        "reaches_abroad": _said(found, answer=found.reaches_abroad),
        "organisations": "\n".join(sorted(named)),
        "none_named": "" if named else "yes",
        **{str(danger): str(answer) for danger, answer in found.dangers.items()},
    }
    states = found.states or frozenset(answers.get("state", ())) & set(COUNTRIES) or {UNKNOWN}
    return {**{name: (text,) for name, text in filled.items()}, "states": tuple(sorted(states))}


def found_in(form: TriageForm) -> Coded:
    """Return what somebody said in the form."""
    return Coded(
        level=Level(int(form.level.data)) if form.level.data else None,
        level_reason=form.level_reason.data.strip(),
        may_be_state=form.may_be_state.data == "yes",
        reaches_abroad=form.reaches_abroad.data == "yes",
        dangers={Danger(code): Answer(answer) for code, answer in form.dangers.items()},
        states=form.named_states,
        organisations=form.named_organisations,
        assumed=frozenset(map(Danger, form.assumed)),
        as_told=form.as_told.data == "yes",
    )


def words(form: TriageForm) -> dict[str, object]:
    """Return what the page says around the form."""
    code = language.current().code
    chosen = tuple(names.country(one, code) for one in form.states.data if one != UNKNOWN)
    return {
        "chosen": chosen,
        "countries": names.countries(code),
        "dangers": DANGERS,
        "danger_answers": ANSWERS,
        "moves": MOVES,
        "states": STATES,
    }


def _said(found: Triage, *, answer: bool) -> str:
    # Whoever reports says as much by coming here; a person of the team may say otherwise.
    is_coded = found.level is not None or found.dangers or found.states
    return "yes" if answer or not is_coded else "no"
