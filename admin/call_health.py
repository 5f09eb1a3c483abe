"""Call health: what the doctor says about the people on call and the calls to them."""

import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from admin import call_memory, on_call, rota
from admin.on_call import ON_CALL_FILE
from reporting.settings import Settings

STANDS_STILL_AFTER: Final = timedelta(hours=1)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def weak_hours(settings: Settings) -> str:
    """Say at which hours nobody would be called; nothing where somebody always is."""
    gaps = rota.gaps(person.hours for person in on_call.load(settings.instance))
    return f"Nobody is on call: {'; '.join(gaps)}." if gaps else ""


def rota_of(settings: Settings) -> str:
    """Say what is wrong with the rota; nothing where nobody is to be called at all.

    Raises SettingsError for a file that cannot be read.
    """
    people, path = on_call.load(settings.instance), settings.instance / ON_CALL_FILE
    if not people:
        alone = "A mail server is set and nobody is on call. Run `tomoshibi call add`."
        return alone if settings.mail is not None else ""
    if path.stat().st_mode & _OTHERS:
        return f"Others on this machine can read who is on call. Run `chmod 600 {path}`."
    if settings.mail is None:
        return on_call.NO_SERVER
    weak = weak_hours(settings)
    return f"{weak} In those hours everybody is called. Run `tomoshibi call add`." if weak else ""


def memory_of(instance: Path, now: datetime) -> str:
    """Say whether the timer stands still, and whom the last call did not reach.

    Raises SettingsError for a file that cannot be read.
    """
    people, memory = on_call.load(instance), call_memory.load(instance)
    if not people:
        return ""
    if memory.ran is None or now - memory.ran > STANDS_STILL_AFTER:
        return "Nobody looked for an hour whom to call. Let a timer run `tomoshibi call run`."
    failed = [person.name for person in people if memory.of(person.name).has_failed]
    if failed:
        return f"The last call did not go out to: {', '.join(failed)}. Run `tomoshibi call test`."
    return ""
