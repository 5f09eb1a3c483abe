"""The guided form carries a whole report to the reviewer, and what it asks depends on answers."""

import pytest
from flask.testing import FlaskClient

from admin.samples import sample_reports
from forms.answers import Report
from tests.guided import answer_all
from tests.visitor import Visitor

SAMPLES = sample_reports()


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


@pytest.mark.parametrize("report", SAMPLES, ids=range(len(SAMPLES)))
def test_each_sample_report_can_be_entered_whole_and_comes_out_the_same(
    visitor: Visitor, report: Report
) -> None:
    check = answer_all(visitor, report)
    assert check.heading == "Check and send"
    assert "story" in check.response.text or report.story[:20] in check.response.text
    visitor.fill("/s/10", {}, "send")
