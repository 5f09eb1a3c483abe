"""First look: what its form shows before anybody has said anything, and the words around it.

Filled in beforehand is only what the reporter's own answers or a colleague said. The level and the
dangers are empty until a person answers.
"""

from admin.screen import Screen
from admin.web.case_wording import ANSWERS, DANGERS, MOVES, STATES
from forms.answers import Answers
from forms.base import Fields
from forms.codebook import COUNTRIES
from forms.triage import UNKNOWN, TriageForm
from reporting import names
from reporting.web import language


def fields(shown: Screen, answers: Answers) -> Fields:
    """Return the fields of the form as they stand when the page is opened."""
    found = shown.triage
    named = found.organisations - {UNKNOWN}
    filled: dict[str, str] = {
        "level": "" if found.level is None else str(int(found.level)),
        "level_reason": found.level_reason,
        "may_be_state": _said(shown, answer=found.may_be_state),
        "reaches_abroad": _said(shown, answer=found.reaches_abroad),
        "organisations": "\n".join(sorted(named)),
        "none_named": "" if named else "yes",
        **{str(danger): str(answer) for danger, answer in found.dangers.items()},
    }
    states = found.states or frozenset(answers.get("state", ())) & set(COUNTRIES) or {UNKNOWN}
    return {**{name: (text,) for name, text in filled.items()}, "states": tuple(sorted(states))}


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


def _said(shown: Screen, *, answer: bool) -> str:
    # Whoever reports says as much by coming here; a person of the team may say otherwise.
    return "yes" if answer or not shown.is_coded else "no"
