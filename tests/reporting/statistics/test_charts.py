import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics.charts import Bar, Chart, Status, bars, file

SVG = "{http://www.w3.org/2000/svg}"
A_CHART = Chart(
    key="tactic",
    title="What was done",
    description="Threats 60 ± 10, watching fewer than 17, documents missing",
    bars=(
        Bar("Threats and warnings", "60 ± 10", 60, 10),
        Bar("Watching <and> following", "fewer than 17", 17, 0, Status.FEW),
        Bar("Passports", "missing", 0, 0, Status.MISSING),
    ),
)

charts = st.builds(
    Chart,
    key=st.just("t"),
    title=st.text(st.characters(exclude_categories=("Cs", "Cc"))),
    description=st.text(st.characters(exclude_categories=("Cs", "Cc"))),
    bars=st.lists(
        st.builds(
            Bar,
            label=st.text(st.characters(exclude_categories=("Cs", "Cc"))),
            text=st.just("12 ± 3"),
            value=st.integers(0, 100_000),
            margin=st.integers(0, 1_000),
            status=st.sampled_from(Status),
        ),
        max_size=12,
    ).map(tuple),
    is_mirrored=st.booleans(),
)


def read(drawn: str | bytes) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 - our own picture


def test_a_bar_is_as_long_as_its_number_and_its_whisker_as_its_margin() -> None:
    drawn = bars(A_CHART)
    assert 'class="bar" d="M0 32H857"' in drawn  # 60 of the 70 that the longest whisker reaches
    assert 'class="err" d="M714 32H1000M714 27V37M1000 27V37"' in drawn


def test_a_number_below_its_threshold_is_hatched_up_to_it_and_a_missing_one_has_no_bar() -> None:
    drawn = bars(A_CHART)
    assert re.findall(r'class="few" d="([^"]*)"', drawn) == ["M0 86H242"]
    assert ">fewer than 17</text>" in drawn
    assert ">missing</text>" in drawn
    assert 'class="few"' not in bars(replace(A_CHART, bars=A_CHART.bars[:1]))


def test_the_longest_whisker_is_not_cut_where_the_plot_ends() -> None:
    for drawn in (bars(A_CHART), file(A_CHART, "en")):
        (plot,) = read(drawn).findall(f"{SVG}svg") or read(drawn).findall("svg")
        assert plot.attrib["overflow"] == "visible"


def test_a_whisker_never_reaches_below_nothing() -> None:
    assert "M0 32H1000M0 27" in bars(replace(A_CHART, bars=(Bar("a", "10 ± 16", 10, 16),)))


def test_a_chart_says_what_it_shows_under_names_of_its_own() -> None:
    tree = read(bars(A_CHART))
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "tactic-t tactic-d"
    assert [(part.get("id"), part.text) for part in tree[:2]] == [
        ("tactic-t", A_CHART.title),
        ("tactic-d", A_CHART.description),
    ]


def test_a_chart_from_the_right_is_mirrored_and_its_numbers_are_not() -> None:
    drawn = bars(replace(A_CHART, is_mirrored=True))
    assert 'direction="rtl"' in drawn
    assert '<svg x="38%"' in drawn
    assert 'transform="matrix(-1 0 0 1 1000 0)"' in drawn
    assert '<text x="100%" y="15">Threats' in drawn
    assert 'x="0" y="37">\u206660 ± 10\u2069<' in drawn
    assert ">fewer than 17<" in drawn  # words run as their language does


def test_a_long_label_takes_lines_and_never_a_smaller_letter() -> None:
    long = "Pressure on relatives and friends who live in another country"
    wide = "国境を越えた弾圧について家族や友人に対して行われる圧力や嫌がらせ"
    tree = read(bars(replace(A_CHART, bars=(Bar(long, "60 ± 10", 60, 10),))))
    assert [text.text for text in tree.iter("text")] == [
        "Pressure on relatives and friends",
        "who live in another country",
        "60 ± 10",
    ]
    tree = read(bars(replace(A_CHART, bars=(Bar(wide, "60 ± 10", 60, 10),))))
    assert [text.text for text in tree.iter("text")][:2] == [wide[:17], wide[17:]]


def test_a_file_brings_its_looks_and_a_page_needs_none() -> None:
    made = file(A_CHART, "en")
    tree = read(made)
    assert tree.tag == f"{SVG}svg"
    assert tree.get("viewBox") == f"0 0 640 {tree.get('height')}"
    assert tree.find(f"{SVG}style") is not None
    assert "<style" not in bars(A_CHART)


def test_a_chart_of_nothing_is_a_chart() -> None:
    assert read(bars(replace(A_CHART, bars=()))).get("role") == "img"


@given(charts)
def test_whatever_the_words_nothing_but_a_picture_comes_out(chart: Chart) -> None:
    drawn = bars(chart)
    names = {part.tag for part in read(drawn).iter()}
    assert names <= {"svg", "g", "title", "desc", "path", "text"}
    assert not re.search(r"<[^>]* (style|on\w+|href)=", drawn)
    assert drawn == bars(chart)
    numbers = re.findall(r' d="([^"]*)"', drawn)
    assert all(re.fullmatch(r"[MHV \d]+", path) for path in numbers)
