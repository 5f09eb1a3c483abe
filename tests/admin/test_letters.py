"""Letters: who can read what somebody declared, whoever owns the database."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from admin import cards, declaring, letters, steps, words
from admin.errors import AlarmError, HiddenError
from admin.letters import About, Kind
from admin.models import LetterRow, StandingRow
from admin.words import Word
from crypto.roles import Role
from crypto.standing import Held, Stage, managers_of
from forms.ties import Declared, Tie, TieKind
from tests.builders import FOUNDED
from tests.builders_people import (
    Team,
    change,
    come_in,
    desk_of,
    keyring_of,
    let_in,
    remove,
)
from tests.builders_staff import StaffMember, flipped, the_staff
from tests.builders_standing import FAR, ring_of
from tests.builders_vetting import a_declaration_of

SECRET = Declared(
    ties=(Tie(TieKind.FAMILY, "CN"),),
    languages=("ja",),
    region="kanto",
    is_woman=True,
    in_government=False,
    names=("Mei Tanaka",),
)


@pytest.fixture
def mei(team: Team) -> StaffMember:
    """A caseworker who has declared that her family is within reach of a government."""
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    with desk_of(team.app, mei, team.clock) as desk:
        declaring.declare(desk, SECRET)
    return mei


def read_by(team: Team, reader: StaffMember, kind: Kind, about: StaffMember) -> bool:
    with desk_of(team.app, reader, team.clock) as desk:
        return about.id in letters.read(desk.session, desk.ring, kind)


def readers(session: Session, kind: Kind, about: StaffMember) -> set[bytes]:
    found = select(LetterRow.reader_id).where(
        LetterRow.kind == kind, LetterRow.subject_id == about.id
    )
    return set(session.scalars(found))


def test_a_declaration_is_for_its_maker_and_the_managers(team: Team, mei: StaffMember) -> None:
    noor = let_in(team, "Noor Haddad", Role.STATISTICS_OFFICER)
    assert read_by(team, mei, Kind.WORD, mei)
    assert read_by(team, team.sora, Kind.WORD, mei)
    assert not read_by(team, noor, Kind.WORD, mei)


def test_a_card_is_for_supervisors(team: Team, mei: StaffMember) -> None:
    with desk_of(team.app, team.aiko, team.clock) as desk:
        card = cards.of_everybody(desk.session, desk.ring, desk.verified)[mei.id]
    assert card.states == {"CN"}
    assert not read_by(team, team.sora, Kind.CARD, mei)
    assert not read_by(team, mei, Kind.CARD, mei)


def test_a_new_manager_is_handed_what_the_others_can_read(team: Team, mei: StaffMember) -> None:
    kofi = let_in(team, "Kofi Mensah", Role.STEWARD)
    assert not read_by(team, kofi, Kind.WORD, mei)
    change(team, kofi, Role.STEWARD, manages=True)
    assert read_by(team, kofi, Kind.WORD, mei)


def test_who_is_a_manager_no_more_has_no_letter_left(team: Team, mei: StaffMember) -> None:
    change(team, team.sora, Role.STEWARD)
    with the_staff(team.app).service.read() as session:
        assert readers(session, Kind.WORD, mei) == {mei.id, team.aiko.id, team.daniel.id}


def test_of_who_left_nothing_is_kept(team: Team, mei: StaffMember) -> None:
    remove(team.app, team.aiko, team.clock, mei)
    with the_staff(team.app).service.read() as session:
        for kind in Kind:
            assert not readers(session, kind, mei)


def test_an_altered_letter_raises_the_alarm(team: Team, mei: StaffMember) -> None:
    with the_staff(team.app).service.begin() as session:
        row = session.get_one(LetterRow, (Kind.WORD, mei.id, mei.id))
        row.content_sealed = flipped(row.content_sealed)
    with pytest.raises(AlarmError):
        come_in(team.app, mei, team.clock)


def plant(team: Team, signer: StaffMember, about: StaffMember) -> None:
    """Seal a declaration about somebody to everybody who may read it, signed by another person."""
    with the_staff(team.app).service.begin() as session:
        verified = team.roster
        ring = ring_of(verified, keyring_of(team.app, signer), verified.people[signer.id])
        record = words.signed(ring, Word(a_declaration_of(about.id, FAR)))
        place = About(Kind.WORD, about.id)
        letters.send(session, place, letters.readers_of(place, verified).values(), record)


def test_what_somebody_else_signed_counts_as_nothing_declared(team: Team, mei: StaffMember) -> None:
    plant(team, team.daniel, mei)
    with desk_of(team.app, mei, team.clock) as desk:
        assert declaring.own_words(desk.session, desk.ring, desk.verified) == ()
        with pytest.raises(HiddenError):
            declaring.attest(desk)


def test_a_word_about_somebody_else_is_not_ones_own(team: Team, mei: StaffMember) -> None:
    verified = team.roster
    ring = ring_of(verified, keyring_of(team.app, mei), verified.people[mei.id])
    record = words.signed(ring, Word(a_declaration_of(team.aiko.id, FAR)))
    assert words.heard(record, verified.people[mei.id]) == ()
    assert words.heard({}, verified.people[mei.id]) == ()


def test_the_voices_that_reach_a_person_are_read_whole_or_not_at_all(
    team: Team, mei: StaffMember
) -> None:
    with the_staff(team.app).service.begin() as session:
        place = About(Kind.VOICES, mei.id)
        letters.send(
            session,
            place,
            letters.readers_of(place, team.roster).values(),
            {"ballots": [{"voice": "noted"}]},
        )
    with pytest.raises(AlarmError), desk_of(team.app, mei, team.clock) as desk:
        declaring.view(desk)


def test_a_card_that_nobody_with_a_say_signed_is_left_out(team: Team, mei: StaffMember) -> None:
    with the_staff(team.app).service.begin() as session:
        place = About(Kind.CARD, team.sora.id)
        verified = team.roster
        ring = ring_of(verified, keyring_of(team.app, mei), verified.people[mei.id])
        word = Word(a_declaration_of(team.sora.id, FAR))
        cards.issue(session, ring, verified, word, ())
        letters.send(
            session,
            About(Kind.CARD, team.daniel.id),
            letters.readers_of(place, verified).values(),
            {"card": {}},
        )
    with desk_of(team.app, team.aiko, team.clock) as desk:
        found = cards.of_everybody(desk.session, desk.ring, desk.verified)
    assert found.keys() == {mei.id}


def test_steps_are_never_changed_or_deleted(team: Team, mei: StaffMember) -> None:
    service = the_staff(team.app).service
    for statement in (delete(StandingRow), update(StandingRow).values(signed=b"")):
        with pytest.raises(DatabaseError, match="never"), service.begin() as session:
            session.execute(statement)
    assert mei.id in team.roster.people


def test_a_step_that_one_manager_planted_raises_the_alarm(team: Team, mei: StaffMember) -> None:
    with the_staff(team.app).service.begin() as session:
        progress = steps.progress_of(session, team.roster, mei.id)
        aiko = keyring_of(team.app, team.aiko)
        ring = ring_of(team.roster, aiko, team.roster.people[team.aiko.id])
        held = Held(Stage.SUSPENDED, FOUNDED)
        step = ring.propose_step(progress, held, managers_of(team.roster))
        row = {"member_id": mei.id, "n": len(progress.hashes), "signed": step}
        session.execute(insert(StandingRow).values(**row))
    with pytest.raises(AlarmError):
        come_in(team.app, mei, team.clock)
