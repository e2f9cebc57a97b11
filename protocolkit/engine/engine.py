"""The engine: cases of any number of protocols over one store and one clock.

Every command lets time come to now, decides, steps, and commits events, due instants and
notices together; a refusal is committed too. Imports semantics and the store's interface.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from protocolkit.engine.machine import Machines
from protocolkit.engine.runnable import obstacles
from protocolkit.ground.clock import Clock, SystemClock, VirtualClock
from protocolkit.ground.errors import Conflict, NotRunnable, ProtocolkitError, Refused, UsageError
from protocolkit.ground.findings import Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY, Record
from protocolkit.ground.zones import zone
from protocolkit.model import words
from protocolkit.model.protocol import Protocol
from protocolkit.semantics import answers
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Coming, Owed, Standing, Why
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import FactValue, Told
from protocolkit.semantics.events import Event, absorb, replay
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request, perform
from protocolkit.semantics.time import advance, next_instant
from protocolkit.store.base import Answer, Commit, Head, Notice, Store

TRIES = 8
"""How often a command is begun anew when somebody else wrote to the case meanwhile."""

LIVE_CASES = 256
"""How many cases are kept ready between commands; others are read again from the store."""


FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years in which something can happen in a case; others are slips of the hand."""

_RESERVED = frozenset({words.CLOCK, words.ATTENDEES})


class Swept(Record):
    """What an `advance` did."""

    cases: int
    events: int


class Engine:
    """Runs cases.

    Args: `protocols`: the protocols, several versions of one among them; a case stays on the
    version in force when it began. `clock`: where now comes from.
    """

    def __init__(
        self, protocols: Iterable[Protocol], store: Store, clock: Clock | None = None
    ) -> None:
        self.store = store
        self.clock = clock or SystemClock()
        self._programs: dict[str, Program] = {}
        self._machines: dict[str, Machines] = {}
        self._live: OrderedDict[str, Case] = OrderedDict()
        for protocol in protocols:
            self.add(protocol)

    def add(self, protocol: Protocol) -> None:
        """Know one more protocol, or one more version of one."""
        self._programs.setdefault(protocol.digest, Program(protocol))

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """The protocols known."""
        return tuple(program.protocol for program in self._programs.values())

    # -- commands ----------------------------------------------------------------------

    def open(
        self,
        protocol: str,
        *,
        by: Actor,
        facts: Mapping[str, FactValue] = EMPTY,
        happened_at: datetime | None = None,
        key: str = "",
        id: str = "",
    ) -> Standing:
        """Open a case under a protocol.

        Raises: NotRunnable: the protocol uses a part this engine cannot run. Refused.
        UsageError: no such protocol. Conflict: the key belongs to another request.
        """
        program = self._in_force(protocol, happened_at or self.clock.now())
        found = obstacles(program.protocol)
        if found:
            raise NotRunnable(found)
        case_id = id or "c-" + secrets.token_hex(5)
        request = Request(kind="open", what=protocol, actor=by, at=happened_at, facts=facts)
        return self._command(case_id, request, key, None, opening=program, asked=id)

    def fire(
        self,
        case: str,
        trigger: str,
        *,
        by: Actor,
        happened_at: datetime | None = None,
        facts: Mapping[str, FactValue] = EMPTY,
        assign: Mapping[str, str] = EMPTY,
        meeting: str = "",
        item: str = "",
        attended: Mapping[str, str] = EMPTY,
        exception: str = "",
        reason: str = "",
        evidence: str | Mapping[str, str] = EMPTY,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """Do a trigger; where several must agree, sign it.

        `item` is the recipient or part it is done for; `attended` maps each person who was there
        to their role; `exception` names the exception that is used, with its `reason`.
        Raises: Refused with every reason; Conflict; UsageError.
        """
        request = Request(
            kind="act",
            what=trigger,
            actor=by,
            at=happened_at,
            facts=facts,
            assign=assign,
            meeting=meeting,
            item=item,
            attended=attended,
            exception=exception,
            reason=reason,
            evidence=_references(evidence),
        )
        return self._command(case, request, key, expected_version)

    def record(
        self,
        case: str,
        facts: Mapping[str, FactValue],
        *,
        by: Actor,
        happened_at: datetime | None = None,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """Record facts that belong to no act. Raises: as `fire`."""
        request = Request(kind="record", actor=by, at=happened_at, facts=facts)
        return self._command(case, request, key, expected_version)

    def assign(
        self,
        case: str,
        holders: Mapping[str, str],
        *,
        by: Actor,
        happened_at: datetime | None = None,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """Say who holds a per-case role. Raises: as `fire`."""
        request = Request(kind="assign", actor=by, at=happened_at, assign=holders)
        return self._command(case, request, key, expected_version)

    def complete(
        self,
        case: str,
        follow_up: str,
        *,
        by: Actor,
        happened_at: datetime | None = None,
        item: str = "",
        evidence: str | Mapping[str, str] = EMPTY,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """A follow-up is done, or the `item` of it: for one recipient, by one holder, one part.

        `evidence` is an opaque reference, or several with what each is of. Raises: as `fire`.
        """
        request = Request(
            kind="complete",
            what=follow_up,
            actor=by,
            at=happened_at,
            item=item,
            evidence=_references(evidence),
        )
        return self._command(case, request, key, expected_version)

    def decline(self, case: str, follow_up: str, *, by: Actor, **more: Any) -> Standing:
        """Whoever has the right says no to a follow-up (`reason`). Raises: as `fire`."""
        return self._set_aside("decline", case, follow_up, by, **more)

    def waive(self, case: str, follow_up: str, *, by: Actor, **more: Any) -> Standing:
        """An authority sets a follow-up aside (`reason`). Raises: as `fire`."""
        return self._set_aside("waive", case, follow_up, by, **more)

    def extend(
        self, case: str, follow_up: str, *, by: Actor, until: datetime, **more: Any
    ) -> Standing:
        """An authority gives more time (`reason`). Raises: as `fire`."""
        return self._set_aside("extend", case, follow_up, by, until=until, **more)

    def _set_aside(
        self,
        kind: str,
        case: str,
        follow_up: str,
        by: Actor,
        *,
        item: str = "",
        reason: str = "",
        until: datetime | None = None,
        happened_at: datetime | None = None,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        request = Request(
            kind=kind,
            what=follow_up,
            actor=by,
            at=happened_at,
            item=item,
            reason=reason,
            until=until,
        )
        return self._command(case, request, key, expected_version)

    def set(
        self,
        case: str,
        meeting: str,
        *,
        by: Actor,
        planned_at: datetime,
        id: str = "",
        happened_at: datetime | None = None,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """Set a meeting; `id` names it (one is made if not given). Raises: as `fire`."""
        request = Request(
            kind="set", what=meeting, actor=by, at=happened_at, planned_at=planned_at, meeting=id
        )
        return self._command(case, request, key, expected_version)

    def move(
        self,
        case: str,
        meeting: str,
        *,
        by: Actor,
        planned_at: datetime,
        happened_at: datetime | None = None,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """Give a meeting another date. Raises: as `fire`."""
        request = Request(
            kind="move", what=meeting, actor=by, at=happened_at, planned_at=planned_at
        )
        return self._command(case, request, key, expected_version)

    def call_off(
        self,
        case: str,
        meeting: str,
        *,
        by: Actor,
        happened_at: datetime | None = None,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """Call a meeting off. Raises: as `fire`."""
        request = Request(kind="call_off", what=meeting, actor=by, at=happened_at)
        return self._command(case, request, key, expected_version)

    def hold(
        self,
        case: str,
        meeting: str,
        *,
        by: Actor,
        attended: Mapping[str, str],
        happened_at: datetime | None = None,
        exception: str = "",
        reason: str = "",
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """A meeting took place; `attended` maps each person to the role they were there in.

        Raises: as `fire`.
        """
        request = Request(
            kind="hold",
            what=meeting,
            actor=by,
            at=happened_at,
            attended=attended,
            exception=exception,
            reason=reason,
        )
        return self._command(case, request, key, expected_version)

    def advance(self, until: datetime | None = None) -> Swept:
        """Let time come to now in every case; with a virtual clock, to `until`.

        Raises: UsageError: `until` has no zone, or lies ahead of a clock that cannot be moved.
        """
        now = self.clock.now()
        _require_instant("until", until)
        if until is not None and until > now:
            if not isinstance(self.clock, VirtualClock):
                raise UsageError("time cannot be moved ahead: this engine runs on the real clock")
            self.clock.move_to(until)
            now = until
        cases = events = 0
        stuck: dict[str, ProtocolkitError] = {}
        while heads := self._due(until or now, stuck):
            done, known = 0, len(stuck)
            for head in heads:
                try:
                    done += self._bring_to(head.case, until or now)
                except ProtocolkitError as error:
                    stuck[head.case] = error  # one case must not keep time from the others
            if not done and len(stuck) == known:
                break  # somebody else did it meanwhile
            cases += len(heads)
            events += done
        if stuck:
            raise next(iter(stuck.values()))
        return Swept(cases=cases, events=events)

    # -- answers -----------------------------------------------------------------------

    def case(self, case: str) -> Standing:
        """Where a case stands, as of its last event. Raises: UsageError: no such case."""
        found = self._load(case)
        return answers.standing(self._program(found), found)

    def why(self, case: str, trigger: str, *, by: Actor, meeting: str = "") -> Why:
        """Whether somebody may do a trigger now, or every reason why not."""
        found, program = self._now(case)
        return answers.why(program, found, trigger, by, self._instant(found), meeting)

    def possible(self, case: str, *, by: Actor) -> tuple[Why, ...]:
        """Every act of the protocol, and whether somebody may do it now."""
        found, program = self._now(case)
        return answers.possible(program, found, by, self._instant(found))

    def todo(self, case: str = "", *, role: str = "", person: str = "") -> tuple[Owed, ...]:
        """Open follow-ups: of one case or all, of a role or a person; earliest due first."""
        names = [case] if case else [head.case for head in self.store.heads()]
        found: list[Owed] = []
        for name in names:
            loaded = self._load(name)
            found.extend(answers.todo(self._program(loaded), loaded, role, person))
        return tuple(
            sorted(found, key=lambda one: (one.due is None, one.due or one.opened_at, one.case))
        )

    def pending(self, case: str) -> tuple[Coming, ...]:
        """What time will do to a case if nobody acts: the next things, the earliest first."""
        program = self._program(self._load(case))
        return answers.pending(program, replay(case, self.store.events(case)))

    def history(self, case: str) -> tuple[Event, ...]:
        """The events of a case, refusals included. Raises: UsageError: no such case."""
        events = self.store.events(case)
        if not events:
            raise UsageError(f"There is no case `{case}` in this store.")
        return tuple(events)

    def protocol_of(self, case: str) -> Protocol:
        """The protocol version that a case runs under."""
        return self._program(self._load(case)).protocol

    # -- inside ------------------------------------------------------------------------

    def _command(
        self,
        case_id: str,
        request: Request,
        key: str,
        expected_version: int | None,
        opening: Program | None = None,
        asked: str = "",
    ) -> Standing:
        _require_sound(request)
        digest = _digest(request, asked if opening else case_id)
        for _ in range(TRIES):
            if key and (known := self.store.answered(key)) is not None:
                return self._again(known, digest, key)
            if opening is not None:
                if self.store.head(case_id) is not None:
                    raise Conflict(f"There is already a case `{case_id}`.")
                case, program = Case(case_id), opening
            else:
                case = self._load(case_id)
                program = self._program(case)
            _require_version(case, expected_version)
            try:
                if opening is None:
                    seen = case.events
                    seen += self._bring_to(case_id, self._instant(case))
                    case = self._load(case_id)
                    # What time did by our hand counts as seen; what somebody else wrote does not.
                    _require_version(case, None if expected_version is None else seen)
                return self._once(case, program, request, key, digest)
            except Conflict:
                self._live.pop(case_id, None)
                if expected_version is not None:
                    raise
        raise Conflict(f"Case `{case_id}` is written to by too many at once. Try again.")

    def _once(
        self, case: Case, program: Program, request: Request, key: str, digest: str
    ) -> Standing:
        self._live.pop(case.id, None)  # whatever goes wrong, the case is read again
        version = case.events
        now = self._instant(case)
        mover = self._mover(program)
        events = [] if request.kind == "open" else advance(program, case, now, mover)
        event, reasons = perform(program, case, request, now, mover)
        events.append(event)
        if reasons and request.kind == "open":
            raise Refused(reasons)  # there is no case to keep the refusal in
        events.extend(advance(program, case, now, mover))
        refused = tuple(_reason_json(reason) for reason in reasons)
        self._commit(
            case,
            version,
            events,
            key=key,
            request_digest=digest if key else "",
            answer=Answer(case=case.id, sequence=event.sequence, refused=refused) if key else None,
        )
        if reasons:
            raise Refused(reasons)
        return answers.standing(program, case)

    def _commit(self, case: Case, version: int, events: list[Event], **more: Any) -> None:
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
        self.store.commit(
            Commit(
                head=head,
                expected_version=version,
                events=tuple(events),
                notices=notices,
                **more,
            )
        )
        self._keep(case)

    def _again(self, known: tuple[str, Answer], digest: str, key: str) -> Standing:
        """The answer to a request that was answered before."""
        asked, answer = known
        if asked != digest:
            raise Conflict(f"The key `{key}` was used for another request.")
        if answer.refused:
            raise Refused([_reason(data) for data in answer.refused])
        return self.case(answer.case)

    def _due(self, until: datetime, stuck: Collection[str]) -> list[Head]:
        """The next cases to which time does something, those aside that cannot go on."""
        return [head for head in self.store.due(until, 1000 + len(stuck)) if head.case not in stuck]

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
        found = self._load(case_id)
        return found, self._program(found)

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
        self._keep(live)
        return live

    def _head(self, case_id: str) -> Head:
        head = self.store.head(case_id)
        if head is None:
            raise UsageError(f"There is no case `{case_id}` in this store.")
        return head

    def _keep(self, case: Case) -> None:
        self._live[case.id] = case
        self._live.move_to_end(case.id)
        while len(self._live) > LIVE_CASES:
            self._live.popitem(last=False)

    def _program(self, case: Case) -> Program:
        program = self._programs.get(case.digest)
        if program is None:
            raise UsageError(
                f"Case `{case.id}` runs under another text of the protocol `{case.protocol}` "
                f"(version {case.version or 'without a number'}, {case.digest[:12]}); "
                "give that text too."
            )
        return program

    def _mover(self, program: Program) -> Any:
        digest = program.protocol.digest
        if digest not in self._machines:
            self._machines[digest] = Machines(program)
        return self._machines[digest].move

    def _in_force(self, id_: str, at: datetime) -> Program:
        """The version of a protocol in force at an instant; of several, the last one given."""
        versions = [one for one in self._programs.values() if one.protocol.id == id_]
        if not versions:
            known = {one.protocol.id for one in self._programs.values()}
            raise UsageError(f"There is no protocol `{id_}` here; {did_you_mean(id_, known)}.")
        for program in reversed(versions):
            force = program.protocol.in_force
            day = at.astimezone(zone(program.zone)).date()
            if force is None or (
                (force.from_ is None or force.from_ <= day)
                and (force.until is None or day <= force.until)
            ):
                return program
        raise UsageError(f"No version of `{id_}` was in force then.")


def _references(evidence: str | Mapping[str, str]) -> Mapping[str, str]:
    """References with what each is of; a single one is simply that."""
    if isinstance(evidence, str):
        return {"reference": evidence} if evidence else EMPTY
    return evidence


def _require_version(case: Case, expected: int | None) -> None:
    """Raises: Conflict: a version was expected, and the case is at another."""
    if expected is not None and case.events != expected:
        raise Conflict(
            f"The case has {case.events} events and not {expected}: somebody wrote to it "
            "meanwhile. Look at it again."
        )


def _require_instant(name: str, instant: object) -> None:
    """An instant must have a zone and lie in a year in which something can happen.

    Raises: UsageError.
    """
    if instant is None:
        return
    if not isinstance(instant, datetime):
        raise UsageError(f"`{name}` must be a date and time.")
    if instant.tzinfo is None:
        raise UsageError(f"`{name}` has no time zone, so nobody can tell when it is.")
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise UsageError(
            f"`{name}` lies in the year {instant.year}; is that right? Years from {FIRST_YEAR} to "
            f"{LAST_YEAR} are taken."
        )


def _require_sound(request: Request) -> None:
    """What is asked must be well formed before anything is decided about it.

    Raises: UsageError.
    """
    actor = request.actor
    if not isinstance(actor, Actor):
        raise UsageError("`by` must be an Actor: who acts, and in which roles.")
    if not actor.id or actor.id in _RESERVED or not actor.id.isprintable() or len(actor.id) > 200:
        raise UsageError(f"`{actor.id[:40]}` cannot be the id of a person.")
    if wrong := sorted(_RESERVED & actor.roles):
        raise UsageError(f"`{wrong[0]}` is not a role that somebody can hold.")
    for name in ("facts", "assign", "attended", "evidence"):
        if not isinstance(getattr(request, name), Mapping):
            raise UsageError(f"`{name}` must map names to values.")
    for name in ("at", "planned_at", "until"):
        _require_instant(name, getattr(request, name))


def _digest(request: Request, case_id: str) -> str:
    content = json.dumps({"case": case_id, **request.to_json()}, sort_keys=True, default=repr)
    return hashlib.sha256(content.encode()).hexdigest()


_KEPT = ("name", "message", "help", "source", "needs")


def _reason_json(reason: Reason) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(reason, name) for name in _KEPT}
    found["path"] = list(reason.path)
    found["supplied_by"] = list(reason.supplied_by)
    return found


def _reason(data: Mapping[str, Any]) -> Reason:
    return Reason(
        code=data["name"],
        severity="error",
        path=tuple(data["path"]),
        supplied_by=tuple(data["supplied_by"]),
        **{name: data[name] for name in _KEPT},
    )
