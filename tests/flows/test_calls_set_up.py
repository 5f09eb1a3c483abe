"""Who is called and through which server is set up by command, and the doctor looks at both."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from reporting.settings import Settings
from tests.builders import Seeds, an_office
from tests.conftest import Clock
from tests.flows.test_calls import CRANE, HERON, advice, refused, said, server
from tests.postbox import Postbox, a_postbox
from wsgi import Installation


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server on this machine."""
    with a_postbox() as made:
        yield made


@pytest.fixture
def installation(app: Flask, clock: Clock, postbox: Postbox) -> Installation:
    """An office with a mail server; its time zone is Japan's, where it is half past six."""
    settings: Settings = app.extensions["tomoshibi"].settings
    return Installation(replace(settings, mail=server(postbox)), clock)


def test_nobody_is_bound_to_what_is_no_number(installation: Installation) -> None:
    said(installation, *CRANE)
    assert "at least the eight digits" in refused(installation, "call", "bind", "Crane", "3fa9")
    assert "by the name Swan" in refused(installation, "call", "bind", "Swan", "3fa9c021")


def test_who_is_on_call_is_shown_without_addresses_and_with_what_is_missing(
    installation: Installation,
) -> None:
    said(installation, *HERON)
    shown = said(installation, "call", "list")
    assert "Heron: mon-sun 20:00-08:00 (all languages, until you remove them)" in shown
    assert "Nobody is on call: Mon 08:00 to Mon 20:00;" in shown
    assert "example.org" not in shown
    said(installation, *CRANE)
    shown = said(installation, "call", "list")
    assert "Crane: always (en, until you remove them)" in shown
    assert "At every hour somebody is on call." in shown
    said(installation, "call", "remove", "Crane")
    assert "Nobody is called by the name Crane" in refused(installation, "call", "remove", "Crane")


def test_a_slip_of_the_administrator_is_answered(installation: Installation) -> None:
    hours = (*CRANE, "--hours", "at night")
    assert 'Write hours such as "mon-fri 20:00-08:00"' in refused(installation, *hours)
    assert "no address" in refused(installation, "call", "add", "Crane", "crane")


def test_without_people_or_without_a_mail_server_nobody_is_called(
    installation: Installation,
) -> None:
    assert "Nobody is on call." in said(installation, "call", "run")
    said(installation, *CRANE)
    without = replace(installation, settings=replace(installation.settings, mail=None))
    for words in (("call", "run"), ("call", "test", "Crane")):
        assert "Set TOMOSHIBI_MAIL_HOST" in refused(without, *words)


def test_the_doctor_looks_at_everything_that_could_keep_a_call_away(
    tmp_path: Path, seeds: Seeds, clock: Clock, postbox: Postbox
) -> None:
    quiet = Installation(Settings(tmp_path / "instance"), clock)
    quiet.initialise()
    an_office(quiet.settings, seeds)
    for name in ("people on call", "mail server", "calls"):
        assert advice(quiet, name) == ""
    made = replace(quiet, settings=replace(quiet.settings, mail=server(postbox)))
    assert "nobody is on call" in advice(made, "people on call")
    said(made, *HERON)
    assert "Set TOMOSHIBI_MAIL_HOST" in advice(quiet, "people on call")
    told = advice(made, "people on call")
    assert told.startswith("Nobody is on call: Mon 08:00 to Mon 20:00; Tue 08:00")
    said(made, *CRANE)
    assert advice(made, "people on call") == ""
    path = made.settings.instance / "oncall.toml"
    path.chmod(0o644)
    assert "chmod 600" in advice(made, "people on call")
    assert "Let a timer run" in advice(made, "calls")
    said(made, "call", "run")
    assert advice(made, "calls") == ""
    clock.advance(timedelta(hours=1, minutes=1))
    assert "Let a timer run" in advice(made, "calls")


def test_the_doctor_goes_to_the_mail_server(
    tmp_path: Path, seeds: Seeds, clock: Clock, postbox: Postbox
) -> None:
    password = tmp_path / "password"
    password.write_text("kettle", encoding="utf-8")
    password.chmod(0o644)
    with_name = replace(server(postbox), user="caller", password_file=password)
    made = Installation(Settings(tmp_path / "instance", mail=with_name), clock)
    made.initialise()
    an_office(made.settings, seeds)
    assert "chmod 600" in advice(made, "mail server")
    password.chmod(0o600)
    assert advice(made, "mail server") == ""
    assert postbox.letters == []
    away = replace(made, settings=replace(made.settings, mail=replace(with_name, port=1)))
    assert "not reached" in advice(away, "mail server")
    password.unlink()
    assert "password file" in advice(made, "mail server")
