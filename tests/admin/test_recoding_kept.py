"""The record of what was recorded anew: whatever changed, it comes back from it."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from admin import recodings
from admin import work_records as stored
from admin.facts import Answer, Danger, Deed, Triage
from admin.recodings import Looks, Recoding, Source
from admin.work import of_facets
from forms.codebook import COUNTRIES
from reporting.triage import Level
from tests.admin.test_recoding import NOW
from tests.builders_cases import CALM

triages = st.builds(
    Triage,
    proposed=st.sampled_from(Level),
    level=st.none() | st.sampled_from(Level),
    level_reason=st.text(max_size=8),
    may_be_state=st.booleans(),
    reaches_abroad=st.booleans(),
    dangers=st.dictionaries(st.sampled_from(Danger), st.sampled_from(Answer)),
    states=st.frozensets(st.sampled_from(sorted(COUNTRIES)), max_size=3),
    organisations=st.frozensets(st.text(min_size=1, max_size=5), max_size=2),
)
moments = st.integers(0, 1 << 34).map(lambda n: datetime.fromtimestamp(n, UTC))
many = st.lists(
    st.builds(
        Recoding,
        st.binary(min_size=16, max_size=16),
        moments,
        st.text(max_size=20),
        st.none() | moments,
        triages,
    ),
    max_size=3,
).map(tuple)


@given(triages, many)
def test_it_comes_back_from_its_record_and_each_thing_names_its_last_change(
    now: Triage, past: tuple[Recoding, ...]
) -> None:
    work = replace(of_facets(CALM, NOW), triage=now, recodings=past)
    assert stored.read(stored.written(work)) == work
    assert ("recoded" in stored.written(work)) == bool(past)
    looks = Looks(NOW, Deed("accept", b"r" * 16, NOW))
    found = recodings.known(now, past, recodings.told(now, CALM), looks)
    assert tuple(one.name for one in found) == recodings.NAMES
    after = (*(one.before for one in past[1:]), now)
    for one in found:
        last = [
            each
            for each, then in zip(past, after, strict=False)
            if recodings.coded(each.before)[one.name] != recodings.coded(then)[one.name]
        ]
        assert (one.source is Source.LATER) == bool(last)
        assert not last or (one.by, one.at) == (last[-1].by, last[-1].at)
