"""The rules about who must be on the staff say what is missing, and nothing when all is there."""

from admin.staffing import lacking
from crypto.roles import Role
from reporting.settings import Settings
from tests.builders_people import STEWARDS, Team, a_team, change, let_in, remove
from tests.conftest import Clock


def test_three_founders_lack_who_watches_and_who_looks_after_the_machine(team: Team) -> None:
    assert lacking(team.roster) == (
        "Fewer than two statistics officers: no figures can be published.",
        "No auditor: nobody checks what the staff does.",
        "No administrator: nobody looks after the machine.",
    )


def test_the_smallest_team_that_the_rules_allow_lacks_nothing_but_a_third_manager(
    team: Team,
) -> None:
    let_in(team, "Noor Haddad", Role.STATISTICS_OFFICER)
    let_in(team, "Ren Okada", Role.AUDITOR)
    let_in(team, "Kofi Mensah", Role.ADMINISTRATOR)
    assert lacking(team.roster) == ()

    change(team, team.aiko, Role.SUPERVISOR)
    assert lacking(team.roster) == (
        "Fewer than three roster managers: when one is away or has lost their keys, nobody joins.",
    )


def test_an_office_of_stewards_lacks_who_reads_reports(settings: Settings, clock: Clock) -> None:
    with a_team(settings, clock, STEWARDS) as team:
        sentences = lacking(team.roster)
        let_in(team, "Mei Tanaka", Role.SUPERVISOR)
        assert lacking(team.roster) == sentences
        let_in(team, "Kofi Mensah", Role.SUPERVISOR)
        fewer = lacking(team.roster)
    assert [sentence for sentence in sentences if sentence not in fewer] == [
        "Fewer than two people can read new reports: if one is lost, so is every report.",
        "Fewer than two people can work on reports that were looked at.",
        "Fewer than two supervisors: nobody can countersign what one of them decides.",
    ]


def test_without_a_steward_nobody_looks_after_what_leaves(team: Team) -> None:
    ren = let_in(team, "Mika Sato", Role.SUPERVISOR, manages=True)
    remove(team.app, team.aiko, team.clock, team.sora)
    assert "No steward: nobody looks after what leaves and what is erased." in lacking(team.roster)
    assert ren.id in team.roster.people
