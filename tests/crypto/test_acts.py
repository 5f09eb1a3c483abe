import dataclasses
from datetime import date
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crypto import acts
from crypto.acts import Act, Change, Enrolment, Epoch, Founding, Person, Removal
from crypto.roles import Group, Role, may_manage, may_meet
from crypto.signing import Document, Value
from tests.crypto.office import AIKO, EMI, FIRST_EPOCHS, FOUNDING, TODAY, Somebody, an_epoch
from tests.crypto.vectors import Entry, each, load, stays_closed

SEALING_KEYS = load("roster").entry("sealing_keys")
LAWFUL = [
    roles
    for size in range(len(Role) + 1)
    for roles in map(frozenset, combinations(Role, size))
    if may_meet(roles)
]
DAYS = st.dates()
IDS = st.binary(min_size=16, max_size=16)
SOMEBODY = st.builds(Somebody, st.sampled_from(["Aiko", "Beni", "Chie"]), st.integers(1, 3))


@st.composite
def people(draw: st.DrawFn) -> Person:
    roles = draw(st.sampled_from(LAWFUL))
    is_manager = may_manage(roles) and draw(st.booleans())
    return draw(SOMEBODY).listed(*roles, is_manager=is_manager)


def epochs(days: st.SearchStrategy[date], *groups: Group) -> st.SearchStrategy[Epoch]:
    keys = SOMEBODY.map(lambda somebody: somebody.sealing_key)
    return st.builds(Epoch, days, IDS, st.sampled_from(groups), keys)


@st.composite
def foundings(draw: st.DrawFn) -> Founding:
    day = draw(DAYS)
    first = tuple(draw(epochs(st.just(day), group)) for group in Group)
    return Founding(day, tuple(draw(st.lists(people(), max_size=3))), first)


ACTS: st.SearchStrategy[Act] = st.one_of(
    foundings(),
    st.builds(Enrolment, DAYS, people()),
    st.builds(Change, DAYS, people()),
    st.builds(Removal, DAYS, IDS),
    epochs(DAYS, *Group),
)


@given(ACTS)
def test_every_act_is_read_as_it_was_stated(act: Act) -> None:
    assert acts.read(acts.document(act)) == act


@each("roster", "people")
def test_a_fingerprint_is_made_of_both_keys_as_the_format_says(entry: Entry) -> None:
    sealing_key = SEALING_KEYS.raw(entry.text("what"))
    person = Person(
        entry.raw("subject"), sealing_key, entry.raw("signing_key"), frozenset(), is_manager=False
    )

    assert person.fingerprint == tuple(entry.text("fingerprint").split(" "))


def test_a_fingerprint_changes_with_either_key_and_with_nothing_else() -> None:
    person, new = EMI.listed(Role.REVIEWER), Somebody("Emi", 2)
    others = (
        dataclasses.replace(person, sealing_key=new.sealing_key),
        dataclasses.replace(person, signing_key=new.signing_key),
    )

    assert AIKO.listed().fingerprint != EMI.listed().fingerprint == person.fingerprint
    assert all(other.fingerprint != person.fingerprint for other in others)


@pytest.mark.parametrize(
    "roles", [pair for pair in combinations(Role, 2) if not may_meet({*pair})], ids=" and ".join
)
def test_roles_that_never_meet_are_never_stated_of_one_person(roles: tuple[Role, Role]) -> None:
    with pytest.raises(ValueError, match="together"):
        EMI.listed(*roles)


@pytest.mark.parametrize("role", [role for role in Role if not may_manage({role})], ids=str)
def test_only_supervisors_and_stewards_carry_the_mark_of_a_manager(role: Role) -> None:
    for roles in ((role,), ()):
        with pytest.raises(ValueError, match="manager"):
            EMI.listed(*roles, is_manager=True)


@pytest.mark.parametrize("length", [0, 15, 17])
def test_an_id_has_16_bytes(length: int) -> None:
    person, epoch = EMI.listed(), an_epoch(Group.INTAKE)

    for misfit in (person, epoch):
        with pytest.raises(ValueError, match="16 bytes"):
            dataclasses.replace(misfit, id=bytes(length))


@pytest.mark.parametrize("name", ["Hana, low-order", "no ML-KEM", "Hana, cut"])
def test_keys_that_nothing_can_be_sealed_to_are_never_listed(name: str) -> None:
    broken = SEALING_KEYS.raw(name)

    with pytest.raises(ValueError, match=r".+"):
        dataclasses.replace(EMI.listed(), sealing_key=broken)
    with pytest.raises(ValueError, match=r".+"):
        dataclasses.replace(an_epoch(Group.AUDIT), public_key=broken)


@each("signed", "weak_keys")
def test_keys_that_bind_nobody_are_never_listed(entry: Entry) -> None:
    with pytest.raises(ValueError, match="weak point"):
        dataclasses.replace(EMI.listed(), signing_key=entry.raw("public"))


@pytest.mark.parametrize(
    "epochs",
    [
        (),
        FIRST_EPOCHS[:-1],
        FIRST_EPOCHS[1:],
        (*FIRST_EPOCHS, an_epoch(Group.AUDIT)),
        (an_epoch(Group.INTAKE), *FIRST_EPOCHS),
        (FIRST_EPOCHS[0], an_epoch(Group.INTAKE), *FIRST_EPOCHS[2:]),
        FIRST_EPOCHS[::-1],
    ],
    ids=[
        "none",
        "no last",
        "no first",
        "last twice",
        "first twice",
        "one for another",
        "backwards",
    ],
)
def test_a_founding_names_one_epoch_of_every_group_in_their_order(
    epochs: tuple[Epoch, ...],
) -> None:
    with pytest.raises(ValueError, match="one epoch of each group"):
        dataclasses.replace(FOUNDING, epochs=epochs)


@given(DAYS, st.sampled_from(range(len(Group))))
def test_an_epoch_of_a_founding_is_of_no_other_day(day: date, at: int) -> None:
    assume(day != FOUNDING.day)
    other = dataclasses.replace(FIRST_EPOCHS[at], day=day)

    with pytest.raises(ValueError, match="its own day"):
        dataclasses.replace(FOUNDING, day=day)
    with pytest.raises(ValueError, match="its own day"):
        dataclasses.replace(FOUNDING, epochs=(*FIRST_EPOCHS[:at], other, *FIRST_EPOCHS[at + 1 :]))


def test_a_founding_states_an_epoch_without_what_it_states_itself() -> None:
    stated = acts.document(FOUNDING)["epochs"]

    assert isinstance(stated, list)
    assert [set(each) for each in stated] == [{"subject", "group", "sealing_key"}] * len(Group)


def test_somebody_belongs_to_the_groups_of_their_roles() -> None:
    assert AIKO.listed(Role.SUPERVISOR).groups == {Group.INTAKE, Group.CASEWORK}
    assert AIKO.listed().groups == frozenset()


REMOVAL: Document = {"action": "remove", "day": "2026-11-24", "subject": EMI.id.hex()}
MISSTATED: list[tuple[str, Value]] = [
    ("action", "promote"),
    ("action", 1),
    ("action", ["remove"]),
    ("day", "2026-02-30"),
    ("day", 20261124),
    ("subject", "no hexadecimal"),
    ("subject", 7),
]


def test_a_day_is_read_as_it_is_stated() -> None:
    assert acts.read(REMOVAL) == Removal(date(2026, 11, 24), EMI.id)


@pytest.mark.parametrize(("name", "value"), MISSTATED)
def test_a_document_that_states_no_act_is_refused(name: str, value: Value) -> None:
    missing = {key: kept for key, kept in REMOVAL.items() if key != name}

    for document in ({**REMOVAL, name: value}, missing):
        with stays_closed():
            acts.read(document)


def test_a_document_that_states_no_possible_person_is_refused() -> None:
    enrolment = acts.document(Enrolment(TODAY, EMI.listed(Role.REVIEWER)))

    for changed in ({"roles": "reviewer"}, {"roles": ["reader"]}, {"signing_key": "00" * 32}):
        with stays_closed():
            acts.read({**enrolment, **changed})
