"""Vetting over the pages: papers are filed, steps signed by two, and ties decided by two."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from admin.conduct import CONDUCT
from crypto.roles import Role
from crypto.standing import Stage
from tests.founded import Founded, ask, fill, hidden, person_called, proposal_about, sign_up

VETTING = "/staff/vetting"
REFERENCES = {
    "first": "Lantern",
    "first_confirmed": "yes",
    "second": "Harbour",
    "second_confirmed": "yes",
}
CONDUCT_FIELDS = {"version": CONDUCT.version, "agreed": "yes"}


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


@pytest.fixture
def daniel(office: Founded) -> FlaskClient:
    return office.signed_in(office.daniel)


@pytest.fixture
def yuna(office: Founded, aiko: FlaskClient) -> str:
    """The file of somebody who was asked to join and has keys; no step is signed yet."""
    sign_up(office, ask(aiko, "Yuna Sato", Role.CASEWORKER), "Yuna Sato")
    return person_called(aiko, "Yuna Sato").replace("/people/", "/vetting/")


def send(client: FlaskClient, file: str, what: str, **typed: str) -> int:
    """Send one of the forms of a file; return the status of the answer."""
    token = hidden(client.get(file))["token"]
    return client.post(f"{file}/{what}", data={"token": token, **typed}).status_code


def step(first: FlaskClient, second: FlaskClient, file: str, stage: Stage) -> None:
    """Let two managers sign a step."""
    assert send(first, file, "step", stage=stage, looked="yes") == 303
    assert send(second, file, "sign", stage=stage, looked="yes") == 303


def file_papers(client: FlaskClient, file: str) -> None:
    assert send(client, file, "references", **REFERENCES) == 303
    assert send(client, file, "interview", held="yes") == 303
    assert send(client, file, "conduct", **CONDUCT_FIELDS) == 303


def test_somebody_comes_from_an_invitation_to_roles_by_papers_and_signatures(
    aiko: FlaskClient, daniel: FlaskClient, yuna: str
) -> None:
    step(aiko, daniel, yuna, Stage.INVITED)
    file_papers(aiko, yuna)
    step(daniel, aiko, yuna, Stage.VETTED)
    step(aiko, daniel, yuna, Stage.TRAINEE)
    page = aiko.get(yuna).text
    assert "Lantern" in page
    assert "more days in this stage" in page
    assert send(aiko, yuna, "step", stage=Stage.PROBATION, looked="yes") == 409


def test_a_step_is_refused_while_papers_are_missing(
    aiko: FlaskClient, daniel: FlaskClient, yuna: str
) -> None:
    step(aiko, daniel, yuna, Stage.INVITED)
    assert send(aiko, yuna, "step", stage=Stage.VETTED, looked="yes") == 409
    page = aiko.get(VETTING).text
    assert "two references from two organisations; the interview" in page


def test_nobody_signs_a_step_twice_and_a_step_can_be_taken_away(
    aiko: FlaskClient, daniel: FlaskClient, yuna: str
) -> None:
    send(aiko, yuna, "step", stage=Stage.INVITED, looked="yes")
    assert "You have signed this." in aiko.get(yuna).text
    assert send(aiko, yuna, "sign", stage=Stage.INVITED, looked="yes") == 409
    assert "Waits for a signature" in daniel.get(VETTING).text
    assert send(daniel, yuna, "sign", stage=Stage.INVITED) == 422
    assert send(daniel, yuna, "sign", stage=Stage.LEFT, looked="yes") == 409
    assert send(daniel, yuna, "drop") == 303
    assert "No step was signed yet." in daniel.get(yuna).text
    assert send(daniel, yuna, "sign", stage=Stage.INVITED, looked="yes") == 409


def test_roles_are_refused_before_the_stage_allows_keys(
    aiko: FlaskClient, daniel: FlaskClient, yuna: str
) -> None:
    person = yuna.replace("/vetting/", "/people/")
    page = fill(aiko, f"{person}/duties", roles=["caseworker"], confirmed="yes")
    assert page.status_code == 409
    assert "Nothing is missing." in page.text
    step(aiko, daniel, yuna, Stage.INVITED)
    page = fill(aiko, f"{person}/duties", roles=["caseworker"], confirmed="yes")
    assert "the interview" in page.text


def test_a_trainee_belongs_without_a_role_and_practises(
    aiko: FlaskClient, daniel: FlaskClient, yuna: str
) -> None:
    step(aiko, daniel, yuna, Stage.INVITED)
    file_papers(aiko, yuna)
    for stage in (Stage.VETTED, Stage.TRAINEE):
        step(aiko, daniel, yuna, stage)
    person = yuna.replace("/vetting/", "/people/")
    assert fill(aiko, f"{person}/duties", confirmed="yes").status_code == 303
    assert "Yuna Sato" in aiko.get("/staff/people").text


def test_what_is_typed_wrong_is_said_in_its_section(aiko: FlaskClient, yuna: str) -> None:
    token = hidden(aiko.get(yuna))["token"]
    typed = {"token": token, **REFERENCES, "second": "LANTERN"}
    page = aiko.post(f"{yuna}/references", data=typed)
    assert page.status_code == 422
    assert "must come from two organisations" in page.text
    assert 'value="LANTERN"' in page.text
    assert send(aiko, yuna, "interview") == 422
    assert send(aiko, yuna, "step", looked="yes") == 422


def test_nobody_has_a_say_about_themself(office: Founded, aiko: FlaskClient) -> None:
    mine = f"{VETTING}/{office.aiko.id.hex()}"
    page = aiko.get(mine).text
    assert "This is your own file." in page
    assert "File both references" not in page
    for what, typed in {
        "references": REFERENCES,
        "interview": {"held": "yes"},
        "step": {"stage": Stage.LEFT, "looked": "yes"},
        "drop": {},
    }.items():
        assert send(aiko, mine, what, **typed) == 409, what


def test_who_is_to_leave_is_let_go_first(
    office: Founded, aiko: FlaskClient, daniel: FlaskClient
) -> None:
    sora = f"{VETTING}/{office.sora.id.hex()}"
    assert send(aiko, sora, "step", stage=Stage.SUSPENDED, looked="yes") == 409
    gone = fill(aiko, f"/staff/people/{office.sora.id.hex()}/remove", name="Sora Lind")
    assert gone.status_code == 303
    step(aiko, daniel, sora, Stage.SUSPENDED)
    assert "suspended" in aiko.get(sora).text
    assert send(daniel, sora, "step", stage=Stage.MEMBER, looked="yes") == 409
    back = sora.replace("/vetting/", "/people/")
    assert fill(aiko, f"{back}/duties", roles=["steward"], confirmed="yes").status_code == 409
    fill(aiko, f"{back}/duties", confirmed="yes")
    fill(daniel, proposal_about(daniel, "Sora Lind"), confirmed="yes")
    declare(office)
    assert send(aiko, sora, "conduct", **CONDUCT_FIELDS) == 303
    step(daniel, aiko, sora, Stage.MEMBER)


def declare(office: Founded) -> FlaskClient:
    """Let Sora, a steward, declare two ties; return their browser."""
    sora = office.signed_in(office.sora)
    made = fill(
        sora,
        "/staff/me/declaration",
        state_0="CN",
        ties_0=["family", "travel"],
        languages=["ja", "zh-Hans"],
        region="kanto",
        woman="no",
        government="no",
        names="Sora Lind",
        press="save",
    )
    assert made.status_code == 303
    return sora


def decide(client: FlaskClient, file: str, tie: str, outcome: str, reason: str) -> int:
    fields = hidden(client.get(file))
    typed = {"digest": fields["digest"], "tie": tie, "outcome": outcome, "reason": reason}
    return send(client, file, "tie", **typed)


def test_a_tie_hides_nothing_any_more_once_two_managers_say_so(
    office: Founded, aiko: FlaskClient, daniel: FlaskClient
) -> None:
    sora = declare(office)
    file = f"{VETTING}/{office.sora.id.hex()}"
    assert "Ties to decide: 2" in aiko.get(VETTING).text
    assert "Reports about: China" in " ".join(sora.get("/staff/me/standing").text.split())
    for tie in ("0", "1"):
        assert decide(aiko, file, tie, "noted", "They have not met for years.") == 303
    assert "Reports about:" in sora.get("/staff/me/standing").text
    for tie in ("0", "1"):
        assert decide(daniel, file, tie, "noted", "I agree.") == 303
    page = sora.get("/staff/me/standing").text
    assert "Reports about:" not in page
    assert "not met for years" not in page
    page = aiko.get(file).text
    assert "Decided:" in page
    assert "They have not met for years." in page


def test_a_decision_has_a_reason_and_is_about_the_declaration_that_was_shown(
    office: Founded, aiko: FlaskClient
) -> None:
    declare(office)
    file = f"{VETTING}/{office.sora.id.hex()}"
    assert decide(aiko, file, "0", "noted", " ") == 422
    assert decide(aiko, file, "9", "noted", "why not") == 409
    shown = hidden(aiko.get(file))["digest"]
    office.clock.advance(timedelta(days=1))
    again = office.signed_in(office.aiko)
    declare(office)
    typed = {"digest": shown, "tie": "0", "outcome": "noted", "reason": "old"}
    assert send(again, file, "tie", **typed) == 409


def test_coverage_is_shown_to_supervisors_at_once_and_to_stewards_after_one_signed_in(
    office: Founded, aiko: FlaskClient
) -> None:
    sora = declare(office)
    page = aiko.get("/staff/coverage").text
    assert "China" in page
    assert "too few" in page
    office.signed_in(office.daniel).get("/staff/")
    assert "China" in sora.get("/staff/coverage").text


def test_there_is_nothing_about_somebody_who_was_never_asked(aiko: FlaskClient) -> None:
    missing = aiko.get("/staff/nowhere")
    page = aiko.get(f"{VETTING}/{'ab' * 16}")
    assert (page.status_code, page.data) == (404, missing.data)
