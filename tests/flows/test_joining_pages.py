"""The way in for somebody new: a link, keys of their own, two signatures."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pyotp import TOTP

from admin import browsers, joining
from admin.accounts import Duties
from admin.joining import LIFE, Wish
from crypto.roles import Role
from tests.builders_staff import NEXT_CODE, first_page, the_staff, type_code, type_passphrase
from tests.founded import (
    CHOSEN,
    TEXT_OF_A_SECRET,
    Founded,
    ask,
    fill,
    hidden,
    join,
    let_declare,
    link_of,
    numbers,
    person_called,
    proposal_about,
)

INVITE = "/staff/people/invite"
UNKNOWN = "/staff/join/" + "ab" * 32


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


@pytest.fixture
def link(aiko: FlaskClient) -> str:
    return ask(aiko, "Mei Tanaka", Role.CASEWORKER)


def test_somebody_new_comes_in_by_a_link_numbers_and_two_signatures(
    office: Founded, aiko: FlaskClient
) -> None:
    daniel = office.signed_in(office.daniel)
    link = ask(aiko, "Mei Tanaka", Role.CASEWORKER)
    mei, made = join(office, link, "Mei Tanaka")
    assert "Your keys are made" in made.text
    (spoken,) = numbers(made)
    person = person_called(aiko, mei.name)
    assert numbers(aiko.get(f"{person}/duties")) == [spoken]
    proposed = fill(aiko, f"{person}/duties", roles=[Role.CASEWORKER], confirmed="yes")
    assert proposed.headers["Location"] == "/staff/people"
    proposal = proposal_about(daniel, mei.name)
    page = daniel.get(proposal)
    assert numbers(page) == [spoken]
    assert "Would belong to the team: caseworker" in page.text
    assert 'Signed by: <span translate="no" dir="auto">Aiko Mori</span>' in page.text
    assert fill(daniel, proposal, confirmed="yes").headers["Location"] == "/staff/people"
    browser = office.browser()
    let_declare(office)
    home = first_page(browser, mei, office.clock)
    assert "Mei Tanaka" in home.text
    listed = browser.get("/staff/people")
    for name in ("Aiko Mori", "Daniel Berg", "Sora Lind", "Mei Tanaka"):
        assert name in listed.text
    assert numbers(browser.get(person_called(browser, mei.name))) == [spoken]
    verbs = [entry.verb for entry in office.noted()]
    for verb in ("invited", "key.enrolled", "roster.proposed", "roster.signed", "role.granted"):
        assert verb in verbs


def test_who_has_made_keys_and_is_not_signed_yet_is_told_so_with_their_numbers(
    office: Founded, link: str
) -> None:
    mei, made = join(office, link, "Mei Tanaka")
    office.clock.advance(NEXT_CODE)
    browser = office.browser()
    type_passphrase(browser, mei.name, mei.passphrase)
    page = type_code(browser, mei.code(office.clock()))
    assert page.status_code == 403
    assert "Your keys are right" in page.text
    assert numbers(page) == numbers(made)


def test_a_link_is_shown_once_and_stands_nowhere_in_clear(
    office: Founded, aiko: FlaskClient
) -> None:
    page = fill(aiko, INVITE, name="Mei Tanaka", roles=["caseworker"])
    token = link_of(page).rpartition("/")[2]
    assert page.headers["Cache-Control"] == "no-store"
    assert token not in aiko.get("/staff/people").text
    assert token not in aiko.get(person_called(aiko, "Mei Tanaka")).text
    database = the_staff(office.app).service.database
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT id, member_id, link_sealed FROM invitation")
        stored = b"".join(bytes(value) for row in found for value in row)
    assert bytes.fromhex(token) not in stored
    assert b"Mei Tanaka" not in stored


def test_a_button_pressed_twice_asks_once_and_shows_no_second_link(aiko: FlaskClient) -> None:
    typed = {**hidden(aiko.get(INVITE)), "name": "Mei Tanaka", "roles": ["caseworker"]}
    link_of(aiko.post(INVITE, data=typed))
    again = aiko.post(INVITE, data=typed)
    assert "shown only once" in again.text
    assert "/staff/join/" not in again.text
    assert aiko.get("/staff/people").text.count("Mei Tanaka") == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "", "roles": ["auditor"]}, "Please type the name"),
        ({"name": "Mei", "roles": ["auditor", "reviewer"]}, "never holds these roles together"),
        ({"name": "Mei", "roles": ["auditor"], "manager": "yes"}, "a supervisor or a steward. Add"),
        ({"name": "Mei\u202e", "roles": ["auditor"]}, "characters that cannot be seen"),
        ({"name": "aiko mori", "roles": ["auditor"]}, "has this name already"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(
    aiko: FlaskClient, typed: dict[str, str | list[str]], words: str
) -> None:
    page = fill(aiko, INVITE, **typed)
    assert page.status_code == 422
    assert words in page.text
    assert 'class="summary"' in page.text


def test_what_cannot_be_asked_is_said_in_the_language_of_the_page(aiko: FlaskClient) -> None:
    aiko.set_cookie("__Host-l", "ja")
    page = fill(aiko, INVITE, name="Mei", roles=["auditor", "reviewer"])
    assert "never holds" not in page.text
    assert "いっしょ" in page.text


def test_two_candidates_never_have_the_same_name(aiko: FlaskClient, link: str) -> None:
    assert link
    page = fill(aiko, INVITE, name="MEI TANAKA", roles=["caseworker"])
    assert page.status_code == 422
    assert "has this name already" in page.text


MISTAKES = (
    ({"passphrase": "", "again": ""}, "Please choose a passphrase"),
    ({"again": "something else altogether"}, "are not the same"),
    ({"passphrase": "short", "again": "short"}, "at least 16 characters"),
    ({"passphrase": "Mei Tanaka 2026 2026", "again": "Mei Tanaka 2026 2026"}, "easy to guess"),
    ({"code": ""}, "six digits your app shows"),
    ({"code": "12"}, "wrong, too old, or was used before"),
)


def test_a_mistake_is_explained_and_the_secret_of_the_app_stays(
    office: Founded, link: str, subtests: pytest.Subtests
) -> None:
    browser = office.browser()
    page = browser.get(link)
    (secret,) = TEXT_OF_A_SECRET.findall(page.text)
    right = {"passphrase": CHOSEN, "again": CHOSEN, "code": TOTP(secret).at(office.clock())}
    for typed, words in MISTAKES:
        with subtests.test(words):
            page = browser.post(link, data={**hidden(page), **right, **typed})
            assert page.status_code == 422
            assert words in page.text
            assert TEXT_OF_A_SECRET.findall(page.text) == [secret]
            assert CHOSEN not in page.text
    done = browser.post(link, data={**hidden(page), **right})
    assert "Your keys are made" in done.text


def test_the_page_greets_by_name_and_offers_the_secret_as_an_address(
    office: Founded, link: str
) -> None:
    page = office.browser().get(link)
    assert 'dir="auto">Mei Tanaka</span></h1>' in page.text
    assert "otpauth://totp/Tomoshibi:Mei%20Tanaka?secret=" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("secret", ["", "ab", "ab" * 21])
def test_a_secret_that_no_page_of_ours_gave_out_is_refused(
    office: Founded, link: str, secret: str
) -> None:
    browser = office.browser()
    fields = {**hidden(browser.get(link)), "passphrase": CHOSEN, "again": CHOSEN, "code": "1"}
    assert browser.post(link, data={**fields, "secret": secret}).status_code == 400


def test_a_link_that_was_used_or_is_too_old_or_never_was_is_the_same_page(
    office: Founded, aiko: FlaskClient, link: str
) -> None:
    browser = office.browser()
    never = browser.get(UNKNOWN)
    assert never.status_code == 404
    assert "This link does not work" in never.text
    assert "Set-Cookie" not in never.headers
    older = ask(aiko, "Noor Haddad", Role.STATISTICS_OFFICER)
    join(office, link, "Mei Tanaka")
    office.clock.advance(LIFE + timedelta(hours=1))
    for address in (link, older, "/staff/join/nothing", link[:-2], "/staff/join/" + "ä" * 64):
        page = browser.get(address)
        assert (page.status_code, page.data) == (404, never.data), address


def test_a_link_used_in_two_browsers_makes_keys_once(office: Founded, link: str) -> None:
    browser = office.browser()
    page = browser.get(link)
    (secret,) = TEXT_OF_A_SECRET.findall(page.text)
    join(office, link, "Mei Tanaka")
    typed = {"passphrase": CHOSEN, "again": CHOSEN, "code": TOTP(secret).at(office.clock())}
    late = browser.post(link, data={**hidden(page), **typed})
    assert late.status_code == 404
    assert "If you have just made your keys" in late.text


def test_a_link_from_another_site_does_not_end_a_sign_in(office: Founded, link: str) -> None:
    page = office.browser().get(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert f'<a href="{link}">' in page.text
    assert "Set-Cookie" not in page.headers


def test_keys_sent_without_the_token_of_the_page_are_not_even_made(
    office: Founded, link: str
) -> None:
    typed = {"passphrase": CHOSEN, "again": CHOSEN, "code": "1", "secret": "ab" * 20}
    page = office.browser().post(link, data=typed)
    assert page.status_code == 400
    assert CHOSEN not in page.text


def test_a_name_that_somebody_took_meanwhile_is_told_on_a_page(office: Founded, link: str) -> None:
    with office.desk(office.daniel) as desk:
        token = joining.invite(desk, Wish("Mei Tanaka", Duties(frozenset())))
    join(office, f"/staff/join/{token.reveal().hex()}", "Mei Tanaka")
    _, page = join(office, link, "Mei Tanaka")
    assert page.status_code == 409
    assert "asks for a new link" in page.text


def test_an_invitation_whose_time_is_over_is_swept_away(office: Founded, link: str) -> None:
    assert office.browser().get(link).status_code == 200
    office.clock.advance(LIFE + timedelta(hours=1))
    service = the_staff(office.app).service
    with service.begin() as session:
        assert sum(sweep(session, office.clock()) for sweep in service.sweeps) >= 1
    assert browsers.sweep in service.sweeps
    with service.database.engine.connect() as connection:
        assert not connection.exec_driver_sql("SELECT id FROM invitation").all()
    daniel = office.signed_in(office.daniel)
    page = daniel.get(person_called(daniel, "Mei Tanaka"))
    assert "The link was not used in time" in page.text
    assert "Call it off" in page.text
