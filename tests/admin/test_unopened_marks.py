"""A mark of an altered report that somebody else wrote hides no report and stops nothing."""

from admin.alerts import Kind
from reporting.case_rows import HeaderRow
from tests.builders_cases import URGENT, Office
from tests.builders_ended import closed, is_there, pass_days
from tests.builders_staff import the_staff
from tests.builders_unopened import fold, left_out, marked, pages, spoil, warned


def test_a_mark_under_a_key_of_others_hides_a_report_from_nobody(office: Office) -> None:
    fresh, owned = office.report(URGENT), office.assigned("mei")
    for name in ("rei", "mei"):
        fold(office, name)
    with the_staff(office.app).service.read() as session:
        epochs = [session.get_one(HeaderRow, case).epoch_id for case in (fresh, owned)]
    for case, epoch in zip((fresh, owned), reversed(epochs), strict=True):
        marked(office, case, epoch)
    assert fresh in pages(office, "rei")["received"]
    assert owned in pages(office, "mei")["mine"]
    assert (left_out(office, "rei"), left_out(office, "mei")) == (0, 0)


def test_a_mark_under_a_key_of_others_keeps_no_altered_report_from_being_told_of(
    office: Office,
) -> None:
    fresh, owned = office.report(), office.assigned("mei")
    with the_staff(office.app).service.read() as session:
        epoch = session.get_one(HeaderRow, owned).epoch_id
    fold(office, "rei")
    marked(office, fresh, epoch)
    spoil(office, fresh)
    assert office.today("rei").unopened == 1
    assert warned(office) == [Kind.REPORT]


def test_a_report_that_somebody_else_marked_is_on_the_first_page_again(office: Office) -> None:
    fresh = office.report(URGENT)
    fold(office, "rei")
    marked(office, fresh)
    shown = office.today("rei")
    assert (shown.counts["received"], shown.unopened) == ("1", 0)


def test_a_mark_that_somebody_else_wrote_keeps_nothing_from_being_erased(office: Office) -> None:
    case, _code = closed(office)
    marked(office, case)
    pass_days(office, 400, at_once=25)
    assert not is_there(office, case)
