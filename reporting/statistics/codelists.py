"""Codelists: every code that a published figure can stand under, known before any report is.

A list is never edited. One that has to change is replaced as a whole under a new version, and the
old one stays with the releases that used it. Decision 0047 says how the governments were chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import product
from types import MappingProxyType
from typing import Final

from forms.wording import msgid

VERSION: Final = 1
OTHER: Final = "other"
UNKNOWN: Final = "unknown"
_SINCE: Final = "2026-01-01"


@unique
class Dim(StrEnum):
    """What figures are broken down by; the value is the name of its column in a published file."""

    QUARTER = "QUARTER"
    TACTIC = "TACTIC"
    ORIGIN = "ORIGIN"
    REGION = "REGION"
    TARGET = "TARGET"
    VERIF = "VERIF"
    REPEAT = "REPEAT"
    PEOPLE = "PEOPLE"


Dims = tuple[Dim, ...]
Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """One code and what it is called; the English name is a message id of the public site."""

    code: str
    ja: str
    en: str
    valid_from: str = _SINCE


_QUARTERS: Final = (
    Code("q1", "1月から3月", msgid("January to March")),
    Code("q2", "4月から6月", msgid("April to June")),
    Code("q3", "7月から9月", msgid("July to September")),
    Code("q4", "10月から12月", msgid("October to December")),
)
_TACTICS: Final = (
    Code("threat", "おどし、警告", msgid("Threats and warnings")),
    Code("family", "家族や友人への圧力", msgid("Pressure on family or friends")),
    Code("surveil", "監視、尾行", msgid("Watching and following")),
    Code("coerce", "何かをするように迫られた", msgid("Pressure to do something")),
    Code("cyber", "不正アクセス、端末の盗み見", msgid("Hacking and device spying")),
    Code("online", "ネットでの攻撃、うそ、さらし", msgid("Abuse, lies and exposure online")),
    Code("documents", "パスポート、大使館の手続き", msgid("Passports and embassy services")),
    Code("legal", "警察、裁判、ほかの国の役所", msgid("Police, courts and other governments")),
    Code("physical", "暴力、連れ去り", msgid("Violence or taking people")),
    Code("livelihood", "お金、仕事、学校、催し", msgid("Money, work, study and events")),
    Code(OTHER, "そのほか、よくわからない", msgid("Something else, or not sure")),
)
_ORIGINS: Final = (
    Code("AF", "アフガニスタン", msgid("Afghanistan")),
    Code("CN", "中国（香港、マカオを含む）", msgid("China (with Hong Kong and Macao)")),
    Code("EG", "エジプト", msgid("Egypt")),
    Code("IR", "イラン", msgid("Iran")),
    Code("KH", "カンボジア", msgid("Cambodia")),
    Code("LA", "ラオス", msgid("Laos")),
    Code("MM", "ミャンマー", msgid("Myanmar")),
    Code("RU", "ロシア", msgid("Russia")),
    Code("SY", "シリア", msgid("Syria")),
    Code("TH", "タイ", msgid("Thailand")),
    Code("TR", "トルコ", msgid("Türkiye")),
    Code("UZ", "ウズベキスタン", msgid("Uzbekistan")),
    Code("VN", "ベトナム", msgid("Vietnam")),
    Code(OTHER, "ほかの国の政府", msgid("Another government")),
    Code(UNKNOWN, "どの政府か、はっきりしない", msgid("Not clear which government")),
)
_REGIONS: Final = (
    Code("hokkaido", "北海道", msgid("Hokkaido")),
    Code("tohoku", "東北", msgid("Tohoku")),
    Code("kanto", "関東", msgid("Kanto")),
    Code("chubu", "中部", msgid("Chubu")),
    Code("kinki", "近畿（関西）", msgid("Kinki (Kansai)")),
    Code("chugoku", "中国地方", msgid("Chugoku")),
    Code("shikoku", "四国", msgid("Shikoku")),
    Code("kyushu", "九州・沖縄", msgid("Kyushu and Okinawa")),
    Code(UNKNOWN, "答えなし、または日本の外", msgid("Not said, or outside Japan")),
)
_TARGETS: Final = (
    Code("politics", "政治や市民の活動をする人", msgid("Activists and people in politics")),
    Code("media", "記者、書き手、発信する人", msgid("Journalists, writers and creators")),
    Code("academia", "学生、教師、研究者", msgid("Students, teachers and researchers")),
    Code("faith_minority", "宗教や少数民族の人", msgid("Religious and ethnic minorities")),
    Code(
        "rights_law",
        "女性やLGBTQ+の権利、法律、労働に関わる人",
        msgid("Women's and LGBTQ+ rights, law and labour"),
    ),
    Code("organisation", "団体、事務所、催し", msgid("Groups, offices and events")),
    Code("around", "家族や友人、活動をしていない人", msgid("Family, friends and bystanders")),
    Code(OTHER, "そのほか、答えなし", msgid("Others, or not said")),
)
_VERIFIED: Final = (
    Code("plausible", "つじつまが合う、情報源は一つ", msgid("Fits together, one source")),
    Code("supported", "書類やデータの裏づけがある", msgid("Backed by documents or data")),
    Code(
        "corroborated",
        "別々の情報源、または裁判所が確かめた",
        msgid("Confirmed by separate sources, or by a court"),
    ),
)
_REPEATED: Final = (
    Code("once", "1回", msgid("Once")),
    Code("2_to_3", "2回から3回", msgid("Two or three times")),
    Code("4_or_more", "4回以上", msgid("Four times or more")),
)
_PEOPLE: Final = (
    Code("one", "1人", msgid("One person")),
    Code("2_to_4", "2人から4人", msgid("Two to four people")),
    Code("5_to_19", "5人から19人", msgid("Five to nineteen people")),
    Code("20_or_more", "20人以上", msgid("Twenty people or more")),
)
LISTS: Final[Mapping[Dim, tuple[Code, ...]]] = MappingProxyType(
    {
        Dim.QUARTER: _QUARTERS,
        Dim.TACTIC: _TACTICS,
        Dim.ORIGIN: _ORIGINS,
        Dim.REGION: _REGIONS,
        Dim.TARGET: _TARGETS,
        Dim.VERIF: _VERIFIED,
        Dim.REPEAT: _REPEATED,
        Dim.PEOPLE: _PEOPLE,
    }
)
_PLACES: Final[Mapping[Dim, Mapping[str, int]]] = MappingProxyType(
    {dim: {code.code: place for place, code in enumerate(codes, 1)} for dim, codes in LISTS.items()}
)

# The official figures of foreign residents count these under another name.
_COUNTED_UNDER: Final = {"HK": "CN", "MO": "CN"}
_NOT_NAMED: Final = frozenset({"", UNKNOWN, "unsaid"})
_TARGET_OF: Final = {
    "activist": "politics",
    "politician": "politics",
    "insider": "politics",
    "journalist": "media",
    "creator": "media",
    "student": "academia",
    "academic": "academia",
    "religious": "faith_minority",
    "minority": "faith_minority",
    "women_rights": "rights_law",
    "lawyer": "rights_law",
    "worker": "rights_law",
    "organisation": "organisation",
    "relative": "around",
    "bystander": "around",
    "business": OTHER,
    "unsaid": OTHER,
}
_REGION_ENDS: Final = {
    1: "hokkaido",
    7: "tohoku",
    14: "kanto",
    23: "chubu",
    30: "kinki",
    35: "chugoku",
    39: "shikoku",
    47: "kyushu",
}
_REGION_OF: Final = {
    f"JP-{number:02}": next(name for end, name in _REGION_ENDS.items() if number <= end)
    for number in range(1, 48)
}
_VERIF_OF: Final = {**{code.code: code.code for code in _VERIFIED}, "adjudicated": "corroborated"}


def cells(dims: Dims) -> tuple[Cell, ...]:
    """Return every cell of a table in its one order: the last dimension runs fastest."""
    return tuple(product(*(_PLACES[dim] for dim in dims)))


def number(dim: Dim, code: str) -> int:
    """Return the place of a code in its list, from 1; raise KeyError for none of ours."""
    return _PLACES[dim][code]


def code_of(dim: Dim, place: int) -> str:
    """Return the code at a place, from 1; raise IndexError where the list has no such place."""
    if place < 1:
        raise IndexError
    return LISTS[dim][place - 1].code


def origin_of(government: str) -> str:
    """Return the code that a government is counted under; nothing chosen is not clear."""
    if government in _NOT_NAMED:
        return UNKNOWN
    named = _COUNTED_UNDER.get(government, government)
    return named if named in _PLACES[Dim.ORIGIN] else OTHER


def target_of(group: str) -> str:
    """Return the code that a target group is counted under; nothing chosen counts as not said."""
    return _TARGET_OF.get(group, OTHER)


def region_of(place: str) -> str:
    """Return the region of a prefecture or of a region itself; anything else is not said."""
    return _REGION_OF.get(place, place if place in _PLACES[Dim.REGION] else UNKNOWN)


def verif_of(grade: str) -> str | None:
    """Return the code that a grade is counted under, or nothing where it is never counted."""
    return _VERIF_OF.get(grade)
