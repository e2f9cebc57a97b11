"""What cases see of their programme: the facts of its standing case, as known at an instant.

A case reads them in `needs` and `if` and never writes there. What an event read is kept in its
data, so that replay reads no other case (ruling 34). Imports the changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from protocolkit.ground.record import EMPTY, Record
from protocolkit.semantics.changes import (
    Change,
    FactCorrected,
    FactValue,
    Migrated,
    Recorded,
    value_to_json,
)
from protocolkit.semantics.migration.names import Names

FactChange: TypeAlias = Recorded | FactCorrected


class Learnt(Record):
    """A fact of the programme has a value, or another one: by which entry, recorded when."""

    entry: int
    recorded_at: datetime
    change: FactChange


class ProgrammeFacts:
    """What a standing case learnt, in the order of its record.

    `version` is the number of its entries that are known here.
    """

    def __init__(self) -> None:
        self.version = 0
        self.learnt: list[Learnt] = []
        self._before: dict[str, tuple[str, ...]] = {}

    def add(self, entry: int, recorded_at: datetime, changes: Iterable[Change]) -> None:
        """Take in the entry that follows."""
        self.version = entry
        for change in changes:
            if isinstance(change, FactChange):
                self._learn(Learnt(entry=entry, recorded_at=recorded_at, change=change))
            elif isinstance(change, Migrated):
                self._go_on(change)

    def _learn(self, one: Learnt) -> None:
        """A fact is known under its earlier names too: cases may still be under earlier texts."""
        self.learnt.append(one)
        for name in self._before.get(one.change.fact, ()):
            self.learnt.append(one.replace(change=one.change.replace(fact=name)))

    def _go_on(self, change: Migrated) -> None:
        """The programme goes on under another text: its facts are known under both names."""
        names = Names(change)
        for old, new in change.names.get("facts", EMPTY).items():
            if new:
                self._before[new] = (*self._before.get(new, ()), old, *self._before.get(old, ()))
                self.learnt = [
                    said
                    for one in self.learnt
                    for said in (
                        (one, one.replace(change=_renamed(names, one.change, new)))
                        if one.change.fact == old
                        else (one,)
                    )
                ]


def _renamed(names: Names, change: FactChange, fact: str) -> FactChange:
    value = None if change.value is None else names.value(change.fact, change.value)
    if isinstance(change, Recorded):
        value = change.value if value is None else value
    return change.replace(fact=fact, value=value)


class Programme:
    """The programme as one case sees it while that case is worked on.

    `waits` maps each follow-up whose `if` reads facts of the programme to these.
    """

    def __init__(
        self,
        facts: ProgrammeFacts | None = None,
        waits: Mapping[str, frozenset[str]] = EMPTY,
    ) -> None:
        self.facts = facts or ProgrammeFacts()
        self.waits = waits
        self._before: datetime | None = None
        self._read: dict[str, FactValue | None] = {}

    def begin(self, before: datetime | None = None) -> None:
        """A step of the case begins; `before`: it comes before all that is done at that instant,
        as an arrival does (ruling 6).
        """
        self._before = before
        self._read = {}

    def end(self, now: datetime, *, by_news: bool = False) -> dict[str, Any]:
        """What the step that ends has read, for the data of its event."""
        read, version = self._read, self._version(now)
        self._read, self._before = {}, None
        if not read and not by_news:
            return {}
        shown = {
            name: None if value is None else value_to_json(value)
            for name, value in sorted(read.items())
        }
        return {"programme": shown, "programme_version": version}

    def known(self, fact: str, at: datetime) -> Iterator[Learnt]:
        """What had been learnt of a fact by an instant."""
        return (one for one in self._known(at) if one.change.fact == fact)

    def note(self, fact: str, value: FactValue | None) -> None:
        """The case read a fact as having this value."""
        self._read[fact] = value

    def news(self, waiting: Iterable[str], seen: int) -> datetime | None:
        """When something was learnt, after an entry, that one of these follow-ups waits for."""
        wanted = {fact for follow_up in waiting for fact in self.waits.get(follow_up, ())}
        for one in self.facts.learnt if wanted else ():
            if one.entry > seen and one.change.fact in wanted:
                return one.recorded_at
        return None

    def _known(self, at: datetime) -> Iterator[Learnt]:
        for one in self.facts.learnt:
            if one.recorded_at <= at and one.recorded_at != self._before:
                yield one

    def _version(self, at: datetime) -> int:
        return max((one.entry for one in self._known(at)), default=0)


class _Unseen(Programme):
    """Nothing is known of the programme, and nothing is kept: all cases can share it."""

    def begin(self, before: datetime | None = None) -> None:
        """Nothing to keep."""

    def note(self, fact: str, value: FactValue | None) -> None:
        """Nothing to keep."""


UNSEEN = _Unseen()
"""What a case sees that nobody has shown its programme."""
