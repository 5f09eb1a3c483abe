from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct import CONDUCT
from admin.stages import Candidate, Checked, Lack, Limits, Vetting, lacking, limits_of
from crypto.envelope import OpenError
from crypto.standing import Held, Progress, Stage, newcomer
from reporting import records
from tests.builders_vetting import AIKO, BENI, DAYS, IDS, MEMBER, TEXTS, TODAY

INVITED = date(2026, 11, 1)
VETTING = Vetting(
    references=(Checked("Lantern", INVITED, AIKO), Checked("Harbour", TODAY, AIKO)),
    interviews=(Checked("", TODAY, BENI),),
    conduct=(Checked(CONDUCT.version, TODAY, MEMBER),),
)
CHECKED = st.builds(Checked, TEXTS, DAYS, IDS)
SOME = st.lists(CHECKED, max_size=3).map(tuple)


def a_candidate(stage: Stage = Stage.INVITED, since: date = INVITED) -> Candidate:
    progress = Progress(MEMBER, (Held(stage, since),), ())
    return Candidate(progress, VETTING, TODAY + timedelta(days=1))


def with_papers(papers: Vetting) -> Candidate:
    return replace(a_candidate(), vetting=papers)


def test_with_all_papers_nothing_is_missing() -> None:
    assert lacking(a_candidate(), Stage.VETTED, TODAY) == ()


def test_without_any_papers_all_of_them_are_missing() -> None:
    assert lacking(with_papers(Vetting()), Stage.VETTED, TODAY) == (
        *(Lack.REFERENCES, Lack.INTERVIEW, Lack.CONDUCT),
    )


@pytest.mark.parametrize(
    "references",
    [
        (),
        (Checked("Lantern", TODAY, AIKO),),
        (Checked("Lantern", TODAY, AIKO), Checked("LANTERN ", TODAY, BENI)),
        (Checked("Lantern", TODAY, AIKO), Checked(" ", TODAY, BENI)),
        (Checked("Lantern", TODAY, AIKO), Checked("Harbour", INVITED - timedelta(1), AIKO)),
        (Checked("Lantern", TODAY, AIKO), Checked("Harbour", TODAY + timedelta(1), AIKO)),
    ],
    ids=["none", "one", "one twice", "one and nobody", "before the invitation", "tomorrow"],
)
def test_two_organisations_confirm_a_reference_in_this_time(
    references: tuple[Checked, ...],
) -> None:
    candidate = with_papers(replace(VETTING, references=references))

    assert lacking(candidate, Stage.VETTED, TODAY) == (Lack.REFERENCES,)


@pytest.mark.parametrize("day", [INVITED - timedelta(days=1), TODAY + timedelta(days=1)])
def test_an_interview_of_another_time_does_not_count(day: date) -> None:
    candidate = with_papers(replace(VETTING, interviews=(Checked("", day, AIKO),)))

    assert lacking(candidate, Stage.VETTED, TODAY) == (Lack.INTERVIEW,)


@pytest.mark.parametrize("stage", [Stage.VETTED, Stage.TRAINEE, Stage.PROBATION, Stage.MEMBER])
def test_the_code_is_signed_in_the_version_in_force(stage: Stage) -> None:
    candidate = with_papers(replace(VETTING, conduct=(Checked("2020-01", TODAY, MEMBER),)))

    assert lacking(candidate, stage, TODAY) == (Lack.CONDUCT,)


@pytest.mark.parametrize(
    ("before", "stage", "days"),
    [(Stage.TRAINEE, Stage.PROBATION, 14), (Stage.PROBATION, Stage.MEMBER, 60)],
)
def test_nobody_goes_on_before_the_days_are_over(before: Stage, stage: Stage, days: int) -> None:
    early = a_candidate(before, TODAY - timedelta(days=days - 1))
    ripe = a_candidate(before, TODAY - timedelta(days=days))

    assert lacking(early, stage, TODAY) == (Lack.DAYS,)
    assert lacking(ripe, stage, TODAY) == ()


@pytest.mark.parametrize("stage", [Stage.PROBATION, Stage.MEMBER])
def test_no_key_is_given_without_a_declaration_that_counts(stage: Stage) -> None:
    overdue = replace(a_candidate(Stage.SUSPENDED), declaration_due=TODAY)

    assert lacking(overdue, stage, TODAY) == (Lack.DECLARATION,)


@pytest.mark.parametrize("stage", [Stage.PROBATION, Stage.MEMBER])
def test_who_comes_back_after_a_suspension_waits_for_no_days(stage: Stage) -> None:
    assert lacking(a_candidate(Stage.SUSPENDED, TODAY), stage, TODAY) == ()


@pytest.mark.parametrize("stage", [Stage.INVITED, Stage.SUSPENDED, Stage.LEFT])
def test_to_invite_to_suspend_and_to_leave_asks_for_no_papers(stage: Stage) -> None:
    nobody = Candidate(newcomer(MEMBER), Vetting(), TODAY)

    assert lacking(nobody, stage, TODAY) == ()


def test_somebody_whom_nobody_invited_is_not_vetted() -> None:
    with pytest.raises(LookupError):
        lacking(Candidate(newcomer(MEMBER), VETTING, TODAY), Stage.VETTED, TODAY)


def test_a_trainee_practises_and_opens_nothing() -> None:
    limits = limits_of(Stage.TRAINEE)

    assert limits.may_practise
    assert not limits.may_hold_group_keys
    assert not limits.may_open_contact
    assert not limits.allows_another(0)


def test_on_probation_somebody_opens_twenty_cases_a_day_and_no_contact_details() -> None:
    limits = limits_of(Stage.PROBATION)

    assert limits.may_hold_group_keys
    assert not limits.may_open_contact
    assert limits.needs_countersign
    assert [limits.allows_another(opened) for opened in (0, 19, 20, 21)] == [
        *(True, True, False, False),
    ]


def test_a_member_has_no_such_limits() -> None:
    limits = limits_of(Stage.MEMBER)

    assert limits.may_hold_group_keys
    assert limits.may_open_contact
    assert not limits.needs_countersign
    assert limits.allows_another(1000)


@pytest.mark.parametrize("stage", [Stage.INVITED, Stage.VETTED, Stage.SUSPENDED, Stage.LEFT])
def test_every_other_stage_lets_nobody_do_anything(stage: Stage) -> None:
    assert limits_of(stage) == Limits()
    assert not limits_of(stage).may_practise
    assert not limits_of(stage).allows_another(0)


@given(st.builds(Vetting, references=SOME, interviews=SOME, conduct=SOME))
def test_papers_come_back_as_they_were(vetting: Vetting) -> None:
    assert Vetting.read(records.decode(records.encode(vetting.written()))) == vetting


WRITTEN = records.decode(records.encode(VETTING.written()))
GARBLED: list[dict[str, records.Json]] = [
    {"references": "Lantern"},
    {"references": ["Lantern"]},
    {"references": [{"about": "Lantern", "day": "2026-11-24"}]},
    {"references": [{"about": "Lantern", "day": "2026-11-24", "by": "0"}]},
    {"references": [{"about": "Lantern", "day": "2026-11-24", "by": "AA"}]},
    {"references": [{"about": "Lantern", "day": "soon", "by": "00"}]},
    {"references": [{"about": "Lantern", "day": "2026-11-24", "by": "00", "said": "x"}]},
    {"notes": []},
]


@pytest.mark.parametrize("garbled", GARBLED, ids=str)
def test_garbled_papers_are_refused(garbled: dict[str, records.Json]) -> None:
    with pytest.raises(OpenError):
        Vetting.read({**WRITTEN, **garbled})


@pytest.mark.parametrize("name", WRITTEN)
def test_papers_that_lack_anything_are_refused(name: str) -> None:
    with pytest.raises(OpenError):
        Vetting.read({key: value for key, value in WRITTEN.items() if key != name})
