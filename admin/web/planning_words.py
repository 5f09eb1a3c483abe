"""Planning words: the words of pages for tasks, flags and phases, as message ids."""

from collections.abc import Mapping
from typing import Final

from admin.web.case_wording import PHASES, WAITING
from admin.work_codes import TASKS
from forms import planning

TASK_KINDS: Final[Mapping[str, str]] = {code: TASKS[code] for code in planning.TASKS}

WORDS: Final[Mapping[str, object]] = {
    "task_kinds": TASKS,
    "phases": PHASES,
    "waits": WAITING,
}
