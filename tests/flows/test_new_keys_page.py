"""Somebody who lost passphrase or codes gets new keys, through the pages."""

from dataclasses import replace

from crypto.roles import Role
from tests.builders_staff import sign_in
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
    desk = office.browser()
    assert "Reports that wait" in sign_in(desk, replace(anew, id=jun.id), office.clock).text


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
