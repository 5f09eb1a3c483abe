"""What is true of the level whatever was answered."""

from hypothesis import given
from hypothesis import strategies as st

from forms.answers import Answers
from forms.codebook import KINDS, LISTS, TACTICS, group_of
from reporting.triage import Level, judge, level_of

CODES = {
    "kinds": [kind.code for kind in KINDS],
    "tactics": [tactic.code for tactic in TACTICS],
    **{
        question: [option.code for option in LISTS[name]]
        for question, name in {
            "relation": "reporter",
            "danger": "danger",
            "danger_event": "danger_event",
            "when": "when",
            "frequency": "frequency",
            "continuing": "continuing",
            "basis": "attribution_basis",
            "actor": "perpetrator",
            "harm": "harm",
            "need": "need",
            "outcome": "authority_outcome",
        }.items()
    },
}
ONE = frozenset({"relation", "danger", "when", "frequency", "continuing"})


def several(questions: frozenset[str]) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """Some answers to some of these questions."""
    return st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(
                st.sampled_from(CODES[name]), unique=True, max_size=1 if name in ONE else 4
            ).map(tuple)
            for name in sorted(questions)
        },
    )


REPORTS = several(frozenset(CODES))
ADDED = several(frozenset(CODES) - ONE)


def joined(some: Answers, more: Answers) -> Answers:
    """Return both reports as one."""
    return {name: (*some.get(name, ()), *more.get(name, ())) for name in {*some, *more}}


@given(REPORTS, ADDED)
def test_telling_more_never_lowers_the_level(some: Answers, more: Answers) -> None:
    detailed = {group_of(code) for code in some.get("tactics", ())}
    bare = set(some.get("kinds", ())) - detailed
    details = tuple(code for code in more.get("tactics", ()) if group_of(code) not in bare)
    assert level_of(joined(some, {**more, "tactics": details})) >= level_of(some)


@given(REPORTS)
def test_the_order_of_answers_means_nothing(answers: Answers) -> None:
    turned = {name: answers[name][::-1] for name in reversed(list(answers))}
    assert judge(turned) == judge(answers)


@given(REPORTS)
def test_the_score_is_the_sum_of_the_axes_and_danger_now_is_urgent(answers: Answers) -> None:
    found = judge(answers)
    assert found.score == sum(found.points.values())
    assert found.level <= judge({**answers, "danger": ("now",)}).level is Level.URGENT


@given(REPORTS)
def test_every_reason_is_something_that_was_told(answers: Answers) -> None:
    facts = {f"{name}:{code}" for name, codes in answers.items() for code in codes}
    assert facts.issuperset(judge(answers).reasons)


@given(st.dictionaries(st.text(max_size=9), st.lists(st.text(max_size=9)).map(tuple)))
def test_codes_that_nobody_knows_count_as_nothing(answers: Answers) -> None:
    assert judge({f"x{name}": codes for name, codes in answers.items()}).score == 1


@given(st.frozensets(st.sampled_from(CODES["kinds"])))
def test_without_detail_or_danger_nothing_is_urgent(kinds: frozenset[str]) -> None:
    assert level_of({"kinds": tuple(kinds)}) <= Level.MEDIUM
