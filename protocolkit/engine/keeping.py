"""Cases kept in a store: read, brought to an instant, committed, and who else is known.

The part of the engine below its commands: protocols and their programs, live cases, time.
Imports semantics and the store's interface.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from threading import local
from typing import Any

from protocolkit.engine.machine import Machines
from protocolkit.ground.clock import Clock, SystemClock
from protocolkit.ground.errors import Conflict, StoreError, UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.zones import zone
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import CASE, PROGRAMME, standing_case
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Told
from protocolkit.semantics.events import Event, absorb
from protocolkit.semantics.program import Program
from protocolkit.semantics.programme import Programme, ProgrammeFacts
from protocolkit.semantics.time import advance, next_instant
from protocolkit.store.base import Commit, Head, Notice, Store

TRIES = 8
"""How often a command is begun anew when somebody else wrote to the case meanwhile."""

LIVE_CASES = 256
"""How many cases are kept ready between commands; others are read again from the store."""


class _Known(local):
    """What a thread knows of cases and programmes from its last look; each has its own, since a
    case changes step by step while something happens to it.
    """

    def __init__(self) -> None:
        self.live: OrderedDict[str, Case] = OrderedDict()
        self.programmes: dict[str, ProgrammeFacts] = {}


class Keeping:
    """Keeps cases of known protocols in a store, on one clock."""

    def __init__(
        self, protocols: Iterable[Protocol | Program], store: Store, clock: Clock | None = None
    ) -> None:
        self.store = store
        self.clock = clock or SystemClock()
        self._programs: dict[str, Program] = {}
        self._given: dict[str, Program] = {}
        self._standing: dict[str, Program] = {}
        self._machines: dict[str, Machines] = {}
        self._known = _Known()
        for protocol in protocols:
            self.add(protocol)

    def add(self, protocol: Protocol | Program) -> None:
        """Know one more protocol, or one more version of one; it may be compiled already."""
        program = self._know(protocol)
        self._given.pop(program.whole.digest, None)
        self._given[program.whole.digest] = program

    def _know(self, protocol: Protocol | Program) -> Program:
        """Know a text for the cases that run under it; it opens no new ones."""
        program = protocol if isinstance(protocol, Program) else Program(protocol)
        return self._programs.setdefault(program.whole.digest, program)

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """The protocols given."""
        return tuple(program.whole for program in self._given.values())

    # -- keeping -------------------------------------------------------------------------

    @property
    def _live(self) -> OrderedDict[str, Case]:
        return self._known.live

    def _commit(self, case: Case, version: int, events: list[Event], **more: Any) -> None:
        self.store.commit(self._commit_of(case, version, events, **more))
        self._keep(case)

    def _commit_of(self, case: Case, version: int, events: list[Event], **more: Any) -> Commit:
        """What happened to a case, where it stands then, and who is to be told."""
        notices = tuple(
            Notice(
                id=f"{case.id}/{event.sequence}/{number}",
                case=case.id,
                role=change.role,
                person=change.person,
                about=change.about,
                at=change.at,
            )
            for event in events
            for number, change in enumerate(event.changes)
            if isinstance(change, Told)
        )
        head = Head(
            case=case.id,
            protocol=case.protocol,
            digest=case.digest,
            version=case.events,
            next_at=next_instant(case),
            closed=case.is_closed,
        )
        return Commit(
            head=head,
            expected_version=version,
            events=tuple(events),
            written_at=self.clock.now().astimezone(UTC),
            notices=notices,
            **more,
        )

    def _bring_to(self, case_id: str, until: datetime) -> int:
        """Let time come to an instant in one case, however long it slept; how many events."""
        total = 0
        while events := self._bring_nearer(case_id, until):
            total += events
        return total

    def _bring_nearer(self, case_id: str, until: datetime) -> int:
        for _ in range(TRIES):
            case = self._load(case_id)
            self._live.pop(case_id, None)
            program = self._program(case)
            self._look_beside(case, program)
            version = case.events
            events = advance(program, case, until, self._mover(program))
            if not events:
                self._keep(case)
                return 0
            try:
                self._commit(case, version, events)
            except Conflict:
                continue
            return len(events)
        raise Conflict(f"Case `{case_id}` is written to by too many at once. Try again.")

    def _now(self, case_id: str) -> tuple[Case, Program]:
        """A case as it would be now, for answers; what time did is kept too."""
        found = self._load(case_id)
        now = self._instant(found)
        self._bring_to(case_id, now)
        return self._seen(case_id)

    def _seen(self, case_id: str) -> tuple[Case, Program]:
        """A case as it was left, with its program, in sight of its programme."""
        found = self._load(case_id)
        program = self._program(found)
        self._look_beside(found, program)
        return found, program

    def _instant(self, case: Case) -> datetime:
        now = self.clock.now().astimezone(UTC)
        return now if case.recorded_at is None else max(now, case.recorded_at)

    def _load(self, case_id: str) -> Case:
        head = self._head(case_id)
        live = self._live.get(case_id)
        if live is None or live.events > head.version:
            live = Case(case_id)
        for event in self.store.events(case_id, live.events) if live.events < head.version else ():
            absorb(live, event)
        require_whole(live, head)
        self._keep(live)
        return live

    def _head(self, case_id: str) -> Head:
        head = self.store.head(case_id)
        if head is None:
            raise UsageError(f"There is no case `{case_id}` in this store.")
        return head

    def _keep(self, case: Case) -> None:
        if not self.store.lasting:
            return  # what happened may be undone, and something else have its number
        live = self._live
        live[case.id] = case
        live.move_to_end(case.id)
        while len(live) > LIVE_CASES:
            live.popitem(last=False)

    def _program(self, case: Case) -> Program:
        program = self._programs.get(case.digest)
        if program is None:
            raise UsageError(
                f"Case `{case.id}` runs under another text of the protocol `{case.protocol}` "
                f"(version {case.version or 'without a number'}, {case.digest[:12]}); "
                "give that text too."
            )
        program = program if case.scope == CASE else self._standing_program(program)
        return program.with_closures(case.closures)

    # -- the programme beside the cases --------------------------------------------------

    def _standing_program(self, program: Program) -> Program:
        """The rules of the standing case of the same protocol."""
        digest = program.whole.digest
        if digest not in self._standing:
            self._standing[digest] = Program(program.whole, PROGRAMME)
        return self._standing[digest]

    def _look_beside(self, case: Case, program: Program) -> None:
        """Let a case see the facts of its programme as they are known by now."""
        if program.scope == PROGRAMME or not program.has_programme_facts:
            return
        known = self._programme(program.whole.id)
        if case.programme.facts is not known:
            case.programme = Programme(known, program.waits_for_programme)

    def _programme(self, protocol: str) -> ProgrammeFacts:
        """What is known of the programme of a protocol; nothing, if it was not adopted."""
        known = self._known.programmes.get(protocol, ProgrammeFacts())
        if self.store.lasting:
            self._known.programmes[protocol] = known
        standing = standing_case(protocol)
        head = self.store.head(standing)
        if head is not None and head.version > known.version:
            for event in self.store.events(standing, known.version):
                known.add(event.sequence, event.recorded_at, event.changes)
        return known

    def _mover(self, program: Program) -> Any:
        digest = f"{program.whole.digest}{'' if program.scope == CASE else program.scope}"
        if digest not in self._machines:
            self._machines[digest] = Machines(program)
        return self._machines[digest].move

    def _knows(self, protocol: str) -> bool:
        """Whether cases can be opened under a protocol here."""
        return any(program.whole.id == protocol for program in self._given.values())

    def _in_force(self, id_: str, at: datetime) -> Program:
        """The version of a protocol in force at an instant.

        Of several that were given, the one in force from the latest day on, then the last given.
        A text that was only read back for the sake of its cases never counts.
        """
        versions = [one for one in self._given.values() if one.protocol.id == id_]
        if not versions:
            known = {one.protocol.id for one in self._given.values()}
            near = did_you_mean(id_, known) or "none was given"
            raise UsageError(f"There is no protocol `{id_}` here; {near}.")
        found = [(since, n) for n, one in enumerate(versions) if (since := _since(one, at))]
        if not found:
            raise UsageError(f"No version of `{id_}` was in force then.")
        return versions[max(found)[1]]


def require_whole(case: Case, head: Head) -> None:
    """Raises: StoreError: entries that the case had are not there any more."""
    if case.events < head.version:
        raise StoreError(
            f"Case `{case.id}` had {head.version} entries, and {head.version - case.events} of "
            "them cannot be found. Keep the store as it is and bring back a backup."
        )


def _since(program: Program, at: datetime) -> date | None:
    """From when on a version that is in force at an instant has been so; None: it is not."""
    force = program.protocol.in_force
    if force is None:
        return date.min
    day = at.astimezone(zone(program.zone)).date()
    begun = force.from_ is None or force.from_ <= day
    over = force.until is not None and force.until < day
    return (force.from_ or date.min) if begun and not over else None
