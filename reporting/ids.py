"""Ids: the kinds of random number that name a row, so that one is never taken for another."""

from typing import NewType

CaseId = NewType("CaseId", bytes)
FileId = NewType("FileId", bytes)
