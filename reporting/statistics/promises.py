"""Promises: the words of every plan, so that whoever reads one alone knows what it promises."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PROMISED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "population": "cases with a grade of plausible or better, the consent to statistics, and"
        " their accession in the period, Asia/Tokyo",
        "unit": "cluster: one person with linked relatives and co-victims, one case a year",
        "neighbours": "add or remove one unit",
        "threshold": "max(10, ceil(ln(0.05 * (1 + q) / cells) / ln(q)))",
    }
)
