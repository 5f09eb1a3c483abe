from hypothesis import given
from hypothesis import strategies as st

from admin.tripwires import (
    ALL_REACHED,
    FEWEST_DAYS,
    LIMITS,
    MOST_DAYS,
    NOTHING,
    Counts,
    Kind,
    Usual,
    Verdict,
)

kinds = st.sampled_from(Kind)
one_s_own = st.sampled_from([kind for kind in Kind if kind is not Kind.GIVEN])


@given(kinds, st.integers(0, 3))
def test_a_limit_then_a_factor_then_a_stop_and_each_answer_is_worth_a_limit(
    kind: Kind, answers: int
) -> None:
    counts, said = NOTHING, list[Verdict]()
    while len(said) < LIMITS[kind] * (3 + answers):
        verdict = counts.verdict(kind)
        if verdict is Verdict.STOP and counts.allowed.get(kind, 0) < answers:
            counts = counts.allowing()
            continue
        said.append(verdict)
        counts = counts.with_one(kind)
    limit = LIMITS[kind]
    assert said[:limit] == [Verdict.GO_ON] * limit
    assert said[limit : limit * (2 + answers)] == [Verdict.CONFIRM] * limit * (1 + answers)
    assert set(said[limit * (2 + answers) :]) == {Verdict.STOP}


@given(kinds, kinds)
def test_one_kind_says_nothing_of_another(kind: Kind, other: Kind) -> None:
    counts = Counts({kind: LIMITS[kind] * 2})
    assert counts.stopped == (kind,)
    assert (counts.verdict(other) is Verdict.STOP) == (kind is other)
    assert counts.with_told(kind).is_told(other) == (kind is other)


def test_a_stop_is_told_anew_after_each_answer() -> None:
    counts = Counts({Kind.FILES: LIMITS[Kind.FILES] * 2}).with_told(Kind.FILES)
    again = Counts({Kind.FILES: LIMITS[Kind.FILES] * 3}, counts.allowing().allowed, counts.told)
    assert counts.is_told(Kind.FILES)
    assert not again.is_told(Kind.FILES)


def test_a_count_that_is_gone_stops_nobody_and_asks_everybody() -> None:
    assert {ALL_REACHED.verdict(kind) for kind in Kind} == {Verdict.CONFIRM}


@given(one_s_own, st.lists(st.integers(0, 60), min_size=FEWEST_DAYS, max_size=MOST_DAYS))
def test_an_own_limit_is_three_times_the_usual_and_never_above_that_of_the_team(
    kind: Kind, days: list[int]
) -> None:
    usual = Usual()
    for read in days:
        assert usual.limits == {} or len(usual.days[kind]) >= FEWEST_DAYS
        usual = usual.with_day({kind: read}, 0)
    middle = sorted(days)[len(days) // 2]
    least = max(3 * middle, LIMITS[kind] // 3)
    assert usual.limits.get(kind, LIMITS[kind]) == min(least, LIMITS[kind])


def test_how_much_is_given_to_somebody_makes_no_limit_of_their_own() -> None:
    usual = Usual()
    for _ in range(MOST_DAYS):
        usual = usual.with_day({Kind.GIVEN: 1}, 0)
    assert Kind.GIVEN not in usual.limits


@given(kinds, st.integers(1, 9))
def test_an_own_limit_asks_and_never_stops(kind: Kind, own: int) -> None:
    for read in range(2 * LIMITS[kind] + 1):
        counts = Counts({kind: read}, own={kind: own})
        expected = Verdict.GO_ON if read < own else Verdict.CONFIRM
        assert counts.verdict(kind) is (expected if read < 2 * LIMITS[kind] else Verdict.STOP)
        assert counts.is_own(kind) == (own <= read < LIMITS[kind])


def test_a_government_that_was_read_about_much_says_nothing_of_another() -> None:
    counts = NOTHING
    for _ in range(LIMITS[Kind.STATE]):
        counts = counts.with_states({"IR"})
    assert counts.verdict_on({"RU", "CN"}) is Verdict.GO_ON
    assert counts.verdict_on({"RU", "IR"}) is Verdict.CONFIRM
    assert counts.verdict_on(()) is Verdict.GO_ON
    assert counts.with_states({"RU"}).read[Kind.STATE] == LIMITS[Kind.STATE]
