"""Correspondence: the lists of others, as sums of our kinds of pressure, and what does not fit.

A published figure knows no more of a report than its kind, so a kind goes to another list as a
whole or not at all: to the item that more than half of its details belong to (forms/data). What is
lost by that stands beside the figures, in `notes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from forms.wording import msgid

NOT_NAMED: Final = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in both languages of the release; the English one is a message id."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list that others made."""

    code: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Series:
    """A list of others; `item_of` gives each of our kinds its item, or NOT_NAMED."""

    name: Said
    items: tuple[Item, ...]
    item_of: Mapping[str, str]
    notes: tuple[Said, ...]

    def kinds(self, item: str) -> tuple[str, ...]:
        """Return the codes of our kinds that an item is the sum of, in our order."""
        return tuple(kind for kind, its in self.item_of.items() if its == item)


G7: Final = Series(
    name=Said(
        "G7首脳声明（2025年6月17日）の6項目",
        msgid("The six items of the G7 leaders' statement of 17 June 2025"),
    ),
    items=(
        Item("1", "暴力、または暴力のおどし", msgid("Violence, or threats of it")),
        Item(
            "2",
            "国どうしの協力や国際機関の悪用",
            msgid("Misuse of cooperation between states and of international bodies"),
        ),
        Item(
            "3",
            "パスポートや領事サービスを使った圧力",
            msgid("Pressure through passports and consular services"),
        ),
        Item(
            "4",
            "ネットでの暴露や性的な中傷",
            msgid("Exposing people online, and sexual smears"),
        ),
        Item("5", "スパイウェアやサイバー攻撃", msgid("Spyware and cyber attacks")),
        Item("6", "家族への圧力", msgid("Pressure on family")),
    ),
    item_of=MappingProxyType(
        {
            "threat": "1",
            "family": "6",
            "surveil": "1",
            "coerce": NOT_NAMED,
            "cyber": "5",
            "online": "4",
            "documents": "3",
            "legal": "2",
            "physical": "1",
            "livelihood": NOT_NAMED,
            "other": NOT_NAMED,
        }
    ),
    notes=(
        Said(
            "「おどし、警告」はすべて項目1に数えます。帰国すれば罰するという警告や懸賞金は、"
            "本来は項目2です。",
            msgid(
                "All threats and warnings count under item 1. Warnings about going home, and"
                " rewards for finding somebody, would belong to item 2."
            ),
        ),
        Said(
            "「監視、尾行」はすべて項目1に数えます。追跡装置やネット上の監視は、本来は項目5です。",
            msgid(
                "All watching and following counts under item 1. Trackers, and watching what"
                " people post, would belong to item 5."
            ),
        ),
        Said(
            "「何かをするように迫られた」はどの項目にも数えません。内容が項目1、3、6に分かれる"
            "ためです。",
            msgid(
                "Pressure to do something counts under no item, because it is spread over the"
                " items 1, 3 and 6."
            ),
        ),
        Said(
            "「お金、仕事、学校、催し」と「そのほか」は声明に出てきません。",
            msgid(
                "Money, work, study and events, and what is not clear, are not in the statement."
            ),
        ),
    ),
)
FREEDOM_HOUSE: Final = Series(
    name=Said(
        "フリーダム・ハウスの4分類に並べた系列",
        msgid("A series beside the four families of Freedom House"),
    ),
    items=(
        Item("direct", "直接の攻撃", msgid("Direct attacks")),
        Item("coopt", "ほかの国を利用する", msgid("Using other countries")),
        Item("mobility", "移動の自由をしばる", msgid("Limits on travel and papers")),
        Item("distance", "離れた所からのおどし", msgid("Threats from a distance")),
    ),
    item_of=MappingProxyType(
        {
            "threat": "distance",
            "family": "distance",
            "surveil": "distance",
            "coerce": "distance",
            "cyber": "distance",
            "online": "distance",
            "documents": "mobility",
            "legal": "coopt",
            "physical": "direct",
            "livelihood": "distance",
            "other": NOT_NAMED,
        }
    ),
    notes=(
        Said(
            "面と向かったおどし、尾行、家や職場の見張り、追跡装置は「離れた所からのおどし」に"
            "数えます。本来は「直接の攻撃」です。",
            msgid(
                "Threats face to face, being followed, homes that are watched, and trackers count"
                " as threats from a distance here. They would belong to direct attacks."
            ),
        ),
        Said(
            "国外に住むことを理由に払わされたお金は「離れた所からのおどし」に数えます。本来は"
            "「移動の自由をしばる」です。国外にいる間の起訴は「ほかの国を利用する」に数えます。"
            "本来は「離れた所からのおどし」です。",
            msgid(
                "Being made to pay for living abroad counts as a threat from a distance, not as a"
                " limit on travel and papers. Charges at home while somebody is abroad count as"
                " using other countries, not as a threat from a distance."
            ),
        ),
        Said(
            "フリーダム・ハウスは公開情報にある、身体への事件だけを数えます。ここでは届いた報告を"
            "数えるので、数をそのまま比べることはできません。",
            msgid(
                "Freedom House counts physical incidents from public sources. These are reports"
                " that reached us, so the numbers must not be compared one with the other."
            ),
        ),
    ),
)
