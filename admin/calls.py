"""Calls: one run of the timer, which looks what waits and calls whoever is on call and due."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from admin import call_memory, calling, mail_server, on_call, unattended
from admin.call_memory import Memory
from admin.calling import AT_MOST_EVERY, Chance, Moment, Need
from admin.errors import NotSentError, OnCallError
from admin.on_call import Called
from reporting.database import Database
from reporting.settings import MailServer, Settings


@dataclass(frozen=True, slots=True)
class Post:
    """Where calls are sent from: the instance, its mail server, and chance."""

    settings: Settings
    server: MailServer
    chance: Chance

    @property
    def instance(self) -> Path:
        """The instance folder."""
        return self.settings.instance


def open_post(settings: Settings, chance: Chance) -> Post:
    """Return where calls are sent from. Raises OnCallError where no mail server is set."""
    if settings.mail is None:
        raise OnCallError(on_call.NO_SERVER)
    return Post(settings, settings.mail, chance)


def run(
    post: Post, database: Database, people: tuple[Called, ...], now: datetime
) -> tuple[str, ...]:
    """Call whoever of these is due; return what went wrong, without a name or an address.

    Each call is remembered at once: a crash may call somebody twice, and never forgets to. Raises
    OnCallError while another run is under way.
    """
    with _alone(post.instance):
        memory = call_memory.load(post.instance)
        with database.begin() as session:
            waiting = unattended.look(session, memory.seen, now)
        duty = on_call.on_duty(people, now.astimezone(post.settings.timezone))
        if waiting.need is Need.NOW and not duty:
            # Nobody stands in the rota at this hour: better everybody than nobody.
            duty = people
        known = {person.name: memory.of(person.name) for person in people}
        memory = Memory(now, known, waiting.seen)
        problems: list[str] = []
        for person in people:
            at = Moment(now, person in duty, waiting.need)
            memory = _each(post, memory, person, at, problems.append)
            call_memory.save(post.instance, memory)
        call_memory.save(post.instance, memory)
    return tuple(problems)


def practise(post: Post, name: str, now: datetime) -> None:
    """Call somebody at once, for trying it out, in the words of every other call.

    Raises OnCallError for somebody unknown, or who was called less than half an hour ago, and
    NotSentError.
    """
    with _alone(post.instance):
        person = on_call.named(post.instance, name)
        memory = call_memory.load(post.instance)
        known = memory.of(name)
        if known.called is not None and now - known.called < AT_MOST_EVERY:
            raise OnCallError(f"{name} was called less than half an hour ago. Try again later.")
        mail_server.send(post.server, person, now)
        called = replace(known, called=now, has_failed=False)
        call_memory.save(post.instance, memory.knowing(name, called))


def _each(
    post: Post, memory: Memory, person: Called, at: Moment, tell: Callable[[str], None]
) -> Memory:
    known = calling.plan(memory.of(person.name), at, post.chance)
    if calling.is_due(known, at):
        try:
            mail_server.send(post.server, person, at.now)
            known = calling.called(known, at, post.chance)
        except NotSentError as error:
            known = replace(known, has_failed=True)
            tell(str(error))
    return memory.knowing(person.name, known)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let no other run call anybody meanwhile. Raises OnCallError when one is under way."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        _take(handle)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OnCallError("Calls are being sent already. Try again in a minute.") from None
