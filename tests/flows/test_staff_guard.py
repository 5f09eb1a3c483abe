"""Who reaches which page of the staff, with which headers, tokens and words."""

import re

import pytest
from flask import Blueprint, Flask, Response
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from admin.permissions import ALLOWED
from admin.web import guard
from tests.builders import Seeds
from tests.builders_staff import a_reviewer, a_stored_report, first_page, token_of
from tests.conftest import Clock

OPEN = {
    "show_passphrase",
    "take_passphrase",
    "show_code",
    "take_code",
    "choose_language",
    "script",
    "show_join",
    "style",
    "keys_script",
    "take_join",
    "to_home",
    "nowhere",
}
WRITING = [
    "/staff/case/" + "ab" * 16 + "/code",
    "/staff/case/" + "ab" * 16 + "/decide/release",
    "/staff/case/" + "ab" * 16 + "/note",
    "/staff/case/" + "ab" * 16 + "/reply",
    "/staff/case/" + "ab" * 16 + "/words/" + "cd" * 16,
    "/staff/case/" + "ab" * 16 + "/files",
    "/staff/me/passkey",
    "/staff/me/codes",
    "/staff/me/remove",
    "/staff/me/end",
    "/staff/me/end-others",
    "/staff/sign-out",
]
OF_AUDITORS = ["/staff/audit/found", "/staff/audit/export"]
POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def staff_views(app: Flask) -> dict[str, list[Rule]]:
    """Return each staff page's view and its addresses."""
    views: dict[str, list[Rule]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff."):
            views.setdefault(rule.endpoint.removeprefix("staff."), []).append(rule)
    return views


def test_every_page_says_who_may_reach_it_and_few_are_open(app: Flask) -> None:
    views = staff_views(app)
    assert {view for view in views if guard.GUARDS[view] == guard.ANYBODY} == OPEN
    for view in views.keys() - OPEN:
        assert guard.GUARDS[view] in {guard.SIGNED_IN, *ALLOWED}


def test_no_page_but_the_open_ones_answers_strangers(app: Flask, client: FlaskClient) -> None:
    for view, rules in staff_views(app).items():
        for rule in rules:
            if view in OPEN or "GET" not in (rule.methods or ()):
                continue
            named = rule.rule.replace("<place:after>", "1-202648-" + "ab" * 16)
            named = named.replace("<list:name>", "mine").replace("<left:left>", "none")
            named = named.replace("<move:move>", "accept")
            named = named.replace("<release:release>", "TOMOSHIBI-JP-2026-A")
            named = re.sub("<[a-z]+:[a-z]+>", "ab" * 16, re.sub("<row:[a-z]+>", "7", named))
            assert client.get(named).headers["Location"] == "/staff/sign-in", rule.rule


def test_a_page_without_a_guard_keeps_the_site_from_starting(app: Flask) -> None:
    site = Blueprint("unguarded", __name__)

    @site.get("/staff/oops")
    def oops() -> Response:
        return Response()

    app._got_first_request = False  # noqa: SLF001 - the fixture's application is built already
    app.register_blueprint(site)
    assert not app.test_client().get("/staff/oops").data
    with pytest.raises(guard.UnguardedError, match="/staff/oops"):
        guard.check(app, site)


@pytest.mark.parametrize("address", [*WRITING, *OF_AUDITORS])
def test_what_strangers_send_changes_nothing_and_is_given_back(
    client: FlaskClient, address: str
) -> None:
    client.set_cookie("__Host-l", "en")
    page = client.post(address, data={"text": "an hour of work"})
    assert page.status_code == 403
    if address != "/staff/sign-out":
        assert "an hour of work</textarea>" in page.text


def test_a_forged_token_is_refused_and_the_words_are_given_back(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    client.set_cookie("__Host-l", "en")
    case, _code = a_stored_report(app, clock)
    first_page(client, a_reviewer(app, seeds), clock)
    for token in ("", "00" * 16, token_of(app.test_client().get("/staff/sign-in"))):
        address = f"/staff/case/{case}/note"
        page = client.post(address, data={"token": token, "text": "my words"})
        assert page.status_code == 400
        assert "my words</textarea>" in page.text
    assert "my words" not in client.get(f"/staff/case/{case}").text
    assert client.post("/staff/sign-out", data={}).status_code == 400
    assert client.get("/staff/").status_code == 200


def test_a_form_of_another_site_is_refused(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    token = token_of(first_page(client, a_reviewer(app, seeds), clock))
    fields = {"token": token, "text": "words"}
    page = client.post(
        f"/staff/case/{case}/note", data=fields, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert page.status_code == 400


def test_a_field_that_no_page_offers_is_refused(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    token = token_of(first_page(client, a_reviewer(app, seeds), clock))
    fields = {"token": token, "text": "words", "level": "0"}
    assert client.post(f"/staff/case/{case}/note", data=fields).status_code == 400


def test_a_passphrase_sent_without_the_cookie_of_the_form_is_not_even_tried(
    client: FlaskClient,
) -> None:
    fields = {"name": "Aiko Mori", "passphrase": "seven quiet herons"}
    page = client.post("/staff/sign-in", data=fields)
    assert page.status_code == 400
    assert "seven quiet herons" not in page.text


def test_a_link_from_another_site_does_not_end_a_sign_in(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_reviewer(app, seeds), clock)
    stranger = app.test_client()  # a strict cookie does not come along from another site
    for address in ("/staff/", "/staff/sign-in"):
        page = stranger.get(address, headers={"Sec-Fetch-Site": "cross-site"})
        assert page.status_code == 200
        assert f'<a href="{address}">' in page.text
        assert "Set-Cookie" not in page.headers


def test_pages_are_kept_nowhere_and_the_style_sheet_is(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    keyed = first_page(client, a_reviewer(app, seeds), clock)
    page = client.get("/staff/people")
    assert page.headers["Cache-Control"] == keyed.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Security-Policy"] == POLICY
    assert "<script" not in page.text
    assert " style=" not in page.text
    sheet = re.search(r'href="(/staff/static/admin-[0-9a-f]{16}\.css)"', page.text)
    assert sheet
    answer = client.get(sheet[1])
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_only_pages_with_keys_run_our_one_script_of_them(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    page = first_page(client, a_reviewer(app, seeds), clock)
    scripted = POLICY.replace("style-src", "script-src 'self'; style-src", 1)
    assert page.headers["Content-Security-Policy"] == scripted
    (script,) = re.findall(r'<script src="(/staff/static/keys-[0-9a-f]{16}\.js)" defer>', page.text)
    answer = client.get(script)
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]


def test_an_address_that_is_no_page_is_the_page_of_a_missing_report(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_reviewer(app, seeds), clock)
    missing = client.get("/staff/case/" + "ab" * 16)
    for address in ("/staff/case/AB", "/staff/nothing", "/staff/queue/1-2-3"):
        assert client.get(address).data == missing.data, address
    assert client.post("/staff/nothing").data == missing.data


def test_the_language_is_chosen_by_link_and_remembered(client: FlaskClient) -> None:
    assert "サインイン" in client.get("/staff/sign-in").text
    chosen = client.get("/staff/l/en")
    assert chosen.headers["Location"] == "/staff/"
    assert "<h1>Sign in</h1>" in client.get("/staff/sign-in").text
    assert client.get("/staff/l/xx").status_code == 404


def test_what_is_no_form_is_refused_with_a_page_of_ours(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    for address in WRITING:
        page = client.post(address, data="words", content_type="text/plain")
        assert page.status_code == 403, address
    assert client.post("/staff/sign-in", data="words", content_type="text/plain").status_code == 400
    first_page(client, a_reviewer(app, seeds), clock)
    for address in WRITING:
        page = client.post(address, data="words", content_type="text/plain")
        assert page.status_code == 400, address


def test_a_signed_out_browser_gets_its_words_back(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    token = token_of(first_page(client, a_reviewer(app, seeds), clock))
    client.post("/staff/sign-out", data={"token": token})
    page = client.post(f"/staff/case/{case}/reply", data={"token": token, "text": "long words"})
    assert page.status_code == 403
    assert "long words</textarea>" in page.text
