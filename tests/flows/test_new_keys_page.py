"""Somebody who lost passphrase or codes gets new keys, through the pages."""

from crypto.roles import Role
from tests.founded import (
    Founded,
    address_of,
    fill,
    hidden,
    join,
    let_in,
    link_of,
    numbers,
    press,
    proposal_about,
)


def test_a_link_leads_to_new_keys_and_two_managers_sign_for_them(office: Founded) -> None:
    jun = let_in(office, "Jun Hara", Role.REVIEWER)
    person = address_of(jun)
    aiko, daniel = office.signed_in(office.aiko), office.signed_in(office.daniel)
    before = numbers(aiko.get(person))
    link = link_of(press(aiko, person, f"{person}/new-keys"))
    anew, made = join(office, link, "Jun Hara")
    assert numbers(made) != before
    assert numbers(aiko.get(person)) == [*before, *numbers(made)]
    fill(aiko, f"{person}/duties", roles=["reviewer"], confirmed="yes")
    fill(daniel, proposal_about(daniel, "Jun Hara"), confirmed="yes")
    assert office.signed_in(anew).get("/staff/me/standing").status_code == 200


def test_whoever_was_let_go_because_their_keys_were_stolen_comes_back_with_new_ones(
    office: Founded,
) -> None:
    jun = let_in(office, "Jun Hara", Role.REVIEWER)
    person = address_of(jun)
    aiko, daniel = office.signed_in(office.aiko), office.signed_in(office.daniel)
    stolen = numbers(aiko.get(person))
    fill(aiko, f"{person}/remove", name="Jun Hara")
    link = link_of(press(aiko, person, f"{person}/new-keys"))
    anew, made = join(office, link, "Jun Hara")
    assert numbers(aiko.get(f"{person}/duties")) == numbers(made) != stolen
    fill(aiko, f"{person}/duties", roles=["reviewer"], confirmed="yes")
    fill(daniel, proposal_about(daniel, "Jun Hara"), confirmed="yes")
    assert office.signed_in(anew).get("/staff/me/standing").status_code == 200


def test_a_link_for_new_keys_is_shown_once(office: Founded) -> None:
    jun = let_in(office, "Jun Hara", Role.REVIEWER)
    aiko, address = office.signed_in(office.aiko), f"{address_of(jun)}/new-keys"
    sent = hidden(aiko.get(address_of(jun)))
    assert "/staff/join/" in aiko.post(address, data=sent).text
    assert "/staff/join/" not in aiko.post(address, data=sent).text


def test_nobody_makes_a_link_for_themself(office: Founded) -> None:
    aiko, own = office.signed_in(office.aiko), address_of(office.aiko)
    assert "/new-keys" not in aiko.get(own).text
    assert press(aiko, "/staff/people/invite", f"{own}/new-keys").status_code == 404
