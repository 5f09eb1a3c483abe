"""Of what stands several times in a report a person chooses what is counted."""

import pytest
from flask import Flask

from admin.counted import Main
from admin.publication import facets
from admin.transitions import NotNowError
from tests.builders import Seeds
from tests.builders_cases import a_grade, all_coded
from tests.builders_frame import PLAUSIBLE, Counting, an_office_that_counts
from tests.conftest import Clock

ATTRIBUTED = a_grade("plausible", "official_act")
IN_TWO = {"kinds": ("threat", "cyber"), "target": ("activist", "politician")}


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def test_where_several_stand_a_person_chooses_which_comes_first(counting: Counting) -> None:
    case = counting.accepted(IN_TWO)
    with pytest.raises(NotNowError) as refused:
        counting.grade(case, PLAUSIBLE)
    assert refused.value.guard == "main_tactic"
    counting.grade(case, PLAUSIBLE, Main(tactic="cyber"))
    (record,) = counting.records()
    assert (record.tactic, record.target) == (5, 1)
    with pytest.raises(NotNowError):
        counting.grade(case, PLAUSIBLE, Main(tactic="cyber"))
    counting.grade(case, PLAUSIBLE, Main(tactic="threat"))
    assert [one.tactic for one in counting.records()] == [1]
    assert counting.office.look("susan", case).work.grades.newest == 1


def test_a_government_is_counted_only_where_it_is_held_responsible(counting: Counting) -> None:
    case = counting.accepted()
    counting.office.make("mei", case, "assign")
    counting.office.recode("mei", case, all_coded(states=frozenset({"IR", "KP"})))
    counting.grade(case, PLAUSIBLE)
    assert [one.origin for one in counting.records()] == [15]
    with pytest.raises(NotNowError) as refused:
        counting.grade(case, ATTRIBUTED)
    assert refused.value.guard == "main_state"
    counting.grade(case, ATTRIBUTED, Main(origin="KP"))
    assert [one.origin for one in counting.records()] == [14]
    # Nobody judged yet whether another government is behind it: until then none is counted.
    for states, main, number in (({"IR", "CN"}, "CN", 2), ({"CN", "HK"}, "", 2)):
        counting.office.recode("mei", case, all_coded(states=frozenset(states)))
        assert [one.origin for one in counting.records()] == [15]
        counting.grade(case, ATTRIBUTED, Main(origin=main))
        assert [one.origin for one in counting.records()] == [number]


def test_what_a_person_has_to_choose_first_is_not_counted_yet(counting: Counting) -> None:
    case = counting.accepted(IN_TWO)
    there = counting.office.look("susan", case)
    assert facets.coded(there.facets, there.work, PLAUSIBLE, 1) is None
