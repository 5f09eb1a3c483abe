"""What reviewers do with a report, through HTTP."""

from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Seeds
from tests.builders_staff import a_reviewer, a_stored_report, sign_in, write
from tests.conftest import Clock

STORY = "They waited at my door. <b>Again</b> https://example.org/"


def test_a_reviewer_reads_a_report(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock, story=STORY, kinds=("family", "threat"))
    queue = sign_in(client, a_reviewer(app, seeds), clock)
    assert f"/staff/case/{case}" in queue.text
    assert "Threats and warnings" in queue.text
    page = client.get(f"/staff/case/{case}")
    assert page.status_code == 200
    assert "They waited at my door. &lt;b&gt;Again&lt;/b&gt; https://example.org/" in page.text
    assert '<a href="https://example.org' not in page.text
    assert write(client, case, "note", "call back").status_code == 303
    assert write(client, case, "reply", "hello").status_code == 303
    print(page.text)
