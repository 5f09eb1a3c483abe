"""What the office knows by name stands in no text that goes to a translator, and on no paper."""

from flask import Flask

from tests.builders import Seeds
from tests.builders_contact import logged
from tests.conftest import Clock
from tests.deciders import CALM, Decider
from tests.flows.test_identifier_pages import agree, mark
from tests.interpreters import YES, ask, asked_of, at, filed, rows, write
from tests.whole import at as whole_at
from tests.whole import put

HE = {"line": "Abdu'l-Karim, old guard", "part": "perpetrator", "relation": ""}
SHE = {"line": "李伟明", "part": "victim", "relation": ""}
HANDLE = {"kind": "handle", "service": "telegram", "value": "@sabah_7"}
PLATE = {"kind": "plate", "value": "品川 300 あ 12-34"}
KEPT_OUT = {**YES, "not_names": ("علی رضا, ahmet dilek",)}
# Each is a known name or identifier in another spelling than the one that the office has.
SPELLINGS = (
    *(
        "abdul karim",
        "\uff21\uff22\uff24\uff35\uff2c\u3000\uff2b\uff21\uff32\uff29\uff2d",
        "Abdul\N{ZERO WIDTH SPACE}karimning",
        "李 伟明",
    ),
    *("عَلِيّ رضا", "عليرضا", "AHMET", "dilekning", "sabah_7", "品川300あ1234", "Bürö Zerafşan"),
)
DESCRIBED = "An old guard stood there."
STORY = "\n".join((*(f"Keldi: {one}." for one in SPELLINGS), DESCRIBED))
LEFT = (
    "karim",
    "KARIM",
    "\uff2b\uff21\uff32\uff29\uff2d",
    "伟明",
    "رضا",
    "AHMET",
    "dilek",
    "sabah",
    "1234",
    "Zeraf",
)


def known(
    app: Flask, staff: dict[str, Decider], clock: Clock, story: str = STORY
) -> tuple[str, str]:
    """Return a report in work of which the office knows names, and its code."""
    case, code = filed(app, clock, KEPT_OUT, story)
    aiko, mika = staff["aiko"], staff["mika"]
    aiko.press(case, "take")
    coded = {**CALM, "organisations": "Buro Zerafsan"}
    assert aiko.triage(case, "accept", coded).status_code == 303
    assert mika.decide(case, "assign").status_code == 303
    agree(app, code)
    for one in (HE, SHE):
        assert put(mika, case, "/person", one).status_code == 303
    for identifier in (HANDLE, PLATE):
        assert mark(mika, case, identifier).status_code == 303
    return case, code


def read(who: Decider) -> str:
    (address,) = asked_of(who)
    page = who.open(address)
    (words,) = [one for one in page.all("div") if one.attributes.get("class") == "words"]
    return words.text


def test_no_known_name_is_lent_in_whatever_spelling(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = known(app, staff, clock)
    assert ask(staff["yui"], case, staff["tara"])[0] == 303
    text = read(staff["tara"])
    assert "Keldi: [1]" in text
    assert "Keldi: [2]" in text
    for name in LEFT:
        assert name not in text, name
    assert "stood there" in text
    assert "guard" not in text


def test_a_message_is_covered_as_the_story_is(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, code = known(app, staff, clock, "")
    write(app, code, clock, STORY)
    name = f"{clock():%Y-%m-%dT%H:%M}Z"
    assert ask(staff["yui"], case, staff["tara"], text=name)[0] == 303
    assert not [one for one in LEFT if one in read(staff["tara"])]


def test_words_that_only_describe_somebody_stay_by_choice_alone_and_the_log_says_so(
    app: Flask, seeds: Seeds, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = known(app, staff, clock)
    mika = staff["mika"]
    shown = mika.open(at(case)).response.text
    assert "old, guard" in shown
    assert "dilek" not in shown  # whom somebody keeps out is not for everybody
    assert ask(staff["yui"], case, staff["tara"], rest="leave")[0] == 303
    text = read(staff["tara"])
    assert DESCRIBED in text
    assert not [one for one in LEFT if one in text]
    assert "described" in logged(app, seeds)


def test_without_such_words_nothing_is_asked_and_what_no_page_offers_is_refused(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = known(app, staff, clock, "Keldi.")
    page = staff["yui"].open(at(case))
    assert not page.all("select", name="rest")
    given = {"to": staff["tara"].member.id.hex(), "text": "story", "reason": "unread"}
    sent = staff["yui"].send(page, at(case), {**given, "rest": "show"})
    assert sent.status_code == 400
    assert rows(app) == []


def test_no_known_name_is_on_paper_and_words_stay_there_by_choice_alone(
    app: Flask, seeds: Seeds, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = known(app, staff, clock)
    mika = staff["mika"]
    for spelling in (*SPELLINGS, DESCRIBED):
        question = {"question": f"Keldi {spelling}?"}
        sent = mika.send(mika.open(whole_at(case)), whole_at(case, "/question"), question)
        assert sent.status_code == 303
    page = mika.open(whole_at(case, "/print"))
    shown = page.one("main").text
    assert "Keldi [1]" in shown
    assert not [one for one in LEFT if one in shown]
    assert "An old guard" not in shown
    assert "old, guard" in shown
    address = whole_at(case, "/print/described")
    assert page.all("a", href=address)
    assert "described" not in logged(app, seeds)
    left = mika.open(address)
    assert "An old guard stood there" in left.one("main").text
    assert not [one for one in LEFT if one in left.one("main").text]
    assert left.all("a", href=whole_at(case, "/print"))
    assert "described" in logged(app, seeds)
