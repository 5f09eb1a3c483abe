from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.standing import (
    Held,
    Progress,
    Proposal,
    Stage,
    StandingError,
    countersign,
    extend,
    founder,
    managers_of,
    newcomer,
    propose,
    verify,
    weigh,
)
from tests.crypto.office import AIKO, BENI, CHIE, EMI, FUMI, GORO, OFFICE, TODAY, Somebody
from tests.crypto.vectors import Entry, each, load

VECTOR = load("standing")
PEOPLE = VECTOR.entries("people")
MANAGERS = {one.raw("signing_key"): one.raw("id") for one in PEOPLE if one.number("manager")}
SEEDS = {one.raw("signing_key"): one.secret("seed") for one in PEOPLE}
NOW = managers_of(OFFICE)


def step_bytes(entry: Entry) -> bytes:
    return entry.raw("signatures") + entry.text("document").encode()


STEPS = [step_bytes(entry) for entry in VECTOR.entries("steps")]
NEWCOMER = newcomer(VECTOR.raw("member"))


@contextmanager
def refused_at(n: int) -> Iterator[None]:
    """Expect the one error, with the place and without a cause."""
    with pytest.raises(StandingError) as refused:
        yield
    assert refused.value.n == n
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert str(refused.value) == f"the standing does not hold at step {n}"


def signed(progress: Progress, stage: Stage, *by: Somebody) -> bytes:
    """Return a step, or a proposal where too few sign."""
    first, *others = by
    step = propose(progress, Held(stage, TODAY), first.seed, NOW)
    for other in others:
        step = countersign(progress, step, other.seed, NOW)
    return step


def grown(progress: Progress, *stages: Stage) -> Progress:
    for stage in stages:
        progress = extend(progress, signed(progress, stage, AIKO, BENI), NOW)
    return progress


def test_a_known_newcomer_comes_as_far_as_the_steps_say() -> None:
    progress = verify(NEWCOMER, STEPS, MANAGERS)

    known = VECTOR.entries("steps")
    assert [held.stage for held in progress.held] == [entry.text("what") for entry in known]
    assert list(progress.hashes) == [entry.raw("hash") for entry in known]
    assert (progress.stage, progress.since) == (Stage.INVITED, date(2029, 1, 1))


def test_a_known_founder_is_a_member_from_the_beginning() -> None:
    known = VECTOR.entry("founder")
    beginning = founder(known.raw("member"), date.fromisoformat(known.text("day")))

    progress = verify(beginning, [step_bytes(one) for one in known.entries("steps")], MANAGERS)

    assert (beginning.stage, beginning.since) == (Stage.MEMBER, TODAY)
    assert [held.stage for held in progress.held] == [Stage.MEMBER, Stage.SUSPENDED, Stage.MEMBER]


def test_known_steps_are_made_as_the_format_says_signature_by_signature() -> None:
    progress = NEWCOMER
    for known in STEPS:
        held = weigh(progress, known, MANAGERS).held
        first, second = (SEEDS[known[at : at + 32]] for at in (1, 97))
        made = propose(progress, held, first, MANAGERS)
        assert countersign(progress, made, second, MANAGERS) == known
        progress = extend(progress, known, MANAGERS)


@each("standing", "refused")
def test_a_step_that_breaks_one_rule_is_refused_at_its_place(entry: Entry) -> None:
    after = entry.number("after")
    before = verify(NEWCOMER, STEPS[:after], MANAGERS)

    with refused_at(after):
        extend(before, step_bytes(entry), MANAGERS)
    with refused_at(after):
        verify(NEWCOMER, [*STEPS[:after], step_bytes(entry), *STEPS[after:]], MANAGERS)


@each("standing", "disordered")
def test_steps_that_were_moved_or_taken_away_are_refused(entry: Entry) -> None:
    with refused_at(entry.number("broken_at")):
        verify(NEWCOMER, [STEPS[at] for at in entry.numbers("order")], MANAGERS)


def test_the_steps_of_one_member_make_nothing_of_another() -> None:
    with refused_at(0):
        verify(newcomer(GORO.id), STEPS, MANAGERS)
    with refused_at(0):
        verify(founder(FUMI.id, TODAY), STEPS, MANAGERS)


def test_who_has_no_step_has_no_stage() -> None:
    nobody = verify(newcomer(FUMI.id), [], NOW)

    with pytest.raises(LookupError):
        _ = nobody.stage
    with pytest.raises(LookupError):
        _ = nobody.since
    assert nobody.next == {Stage.INVITED}


@given(st.data())
def test_a_flipped_bit_anywhere_is_found_where_it_stands(draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(STEPS) - 1))
    bit = draw.draw(st.integers(0, 8 * len(STEPS[at]) - 1))
    altered = bytearray(STEPS[at])
    altered[bit // 8] ^= 1 << bit % 8

    with refused_at(at):
        verify(NEWCOMER, [*STEPS[:at], bytes(altered), *STEPS[at + 1 :]], MANAGERS)


def test_a_proposal_travels_from_one_manager_to_another() -> None:
    start = newcomer(FUMI.id)

    proposal = signed(start, Stage.INVITED, AIKO)
    seen = weigh(start, proposal, NOW)
    step = countersign(start, proposal, CHIE.seed, NOW)

    assert seen == Proposal(Held(Stage.INVITED, TODAY), frozenset({AIKO.id}), missing=1)
    assert weigh(start, step, NOW).missing == 0
    assert extend(start, step, NOW).stage is Stage.INVITED
    with refused_at(0):
        extend(start, proposal, NOW)


def test_who_is_no_manager_neither_proposes_nor_countersigns() -> None:
    start = newcomer(FUMI.id)
    proposal = signed(start, Stage.INVITED, AIKO)

    for other in (EMI, GORO, FUMI):
        with refused_at(0):
            signed(start, Stage.INVITED, other)
        with refused_at(0):
            countersign(start, proposal, other.seed, NOW)


def test_no_manager_signs_their_own_step() -> None:
    start = founder(AIKO.id, TODAY)

    with refused_at(0):
        signed(start, Stage.SUSPENDED, AIKO)
    with refused_at(0):
        signed(start, Stage.SUSPENDED, BENI, AIKO)
    assert extend(start, signed(start, Stage.SUSPENDED, BENI, CHIE), NOW).next == {
        *(Stage.MEMBER, Stage.LEFT),
    }


def test_a_manager_signs_only_once_and_two_are_enough() -> None:
    start = newcomer(FUMI.id)
    proposal = signed(start, Stage.INVITED, AIKO)

    with refused_at(0):
        countersign(start, proposal, AIKO.seed, NOW)
    with refused_at(0):
        countersign(start, countersign(start, proposal, BENI.seed, NOW), CHIE.seed, NOW)


def test_a_proposal_is_void_once_another_step_came() -> None:
    invited = grown(newcomer(FUMI.id), Stage.INVITED)
    proposal = signed(invited, Stage.VETTED, AIKO)
    gone = grown(invited, Stage.LEFT)

    with refused_at(2):
        weigh(gone, proposal, NOW)
    with refused_at(2):
        countersign(gone, proposal, BENI.seed, NOW)


def test_a_step_outlives_its_signers_where_they_are_counted_and_nowhere_else() -> None:
    start = newcomer(FUMI.id)
    step = signed(start, Stage.INVITED, AIKO, BENI)
    later = {key: person for key, person in NOW.items() if person != BENI.id}

    assert verify(start, [step], {**later, **NOW}).stage is Stage.INVITED
    with refused_at(0):
        verify(start, [step], later)


def test_the_managers_are_those_of_the_roster() -> None:
    assert {one.signing_key: one.id for one in (AIKO, BENI, CHIE)} == NOW


@pytest.mark.parametrize("before", [Stage.TRAINEE, Stage.PROBATION, Stage.MEMBER])
def test_who_is_suspended_comes_back_as_what_they_were_or_leaves(before: Stage) -> None:
    way = [Stage.INVITED, Stage.VETTED, Stage.TRAINEE, Stage.PROBATION, Stage.MEMBER]
    progress = grown(newcomer(FUMI.id), *way[: way.index(before) + 1], Stage.SUSPENDED)

    assert progress.next == {before, Stage.LEFT}
    assert grown(progress, before).stage is before


def test_who_left_is_invited_again_and_begins_from_there() -> None:
    left = grown(newcomer(FUMI.id), Stage.INVITED, Stage.LEFT)

    assert left.next == {Stage.INVITED}
    assert grown(left, Stage.INVITED).next == {Stage.VETTED, Stage.LEFT}


def test_an_id_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        newcomer(b"short")
