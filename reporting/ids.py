"""Ids: the kinds of random number that name a row, so that one is never taken for another."""

from typing import Final, NewType

CaseId = NewType("CaseId", bytes)
FileId = NewType("FileId", bytes)

NO_FILE: Final = FileId(b"")
