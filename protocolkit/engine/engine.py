"""The engine: cases of any number of protocols over one store and one clock.

Every command lets time come to now, decides, steps, and commits events, due instants and
notices together; a refusal is committed too. Imports answering, keeping and semantics.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from protocolkit.engine.correcting import Correcting
from protocolkit.engine.keeping import TRIES
from protocolkit.engine.migrating import Migrating
from protocolkit.engine.runnable import obstacles
from protocolkit.engine.sound import (
    digest_of,
    in_our_form,
    reason_from,
    reason_json,
    references,
    require_history,
    require_instant,
    require_sound,
    require_version,
)
from protocolkit.ground.errors import Conflict, NotRunnable, Refused, UsageError
from protocolkit.ground.record import EMPTY
from protocolkit.model.programme import Link
from protocolkit.model.scopes import CASE, PROGRAMME, standing_case
from protocolkit.semantics import answers
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Standing
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import FactValue, HandedOver
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.performing.perform import begin, perform
from protocolkit.semantics.program import Program
from protocolkit.semantics.programme import Programme
from protocolkit.semantics.requests import Request
from protocolkit.semantics.time import advance, next_instant
from protocolkit.store.base import Answer

OPENS = ("open", "adopt")
"""What begins a case."""

PUTS_RIGHT = ("correct", "void")
"""What must know the whole story of a case."""


class Engine(Correcting, Migrating):
    """Runs cases.

    Args: `protocols`: the protocols, several versions of one among them; a case stays on the
    version in force when it began. `clock`: where now comes from.
    """

    def open(
        self,
        protocol: str,
        *,
        by: Actor,
        facts: Mapping[str, FactValue] = EMPTY,
        happened_at: datetime | None = None,
        history: Iterable[Request] = (),
        key: str = "",
        id: str = "",
    ) -> Standing:
        """Open a case under a protocol.

        `history` is what happened before the case was kept here: acts, facts, meetings, what was
        completed, each with the instant at which it happened. Limits count from what happened;
        what would have been sent meanwhile is not.
        Raises: NotRunnable: the protocol uses a part this engine cannot run. Refused.
        UsageError: no such protocol. Conflict: the key belongs to another request.
        """
        past = tuple(history)
        require_history(past)
        past = tuple(map(in_our_form, past))
        require_instant("happened_at", happened_at)
        began = (happened_at, *(one.at for one in past))
        first = min((at for at in began if at is not None), default=None)
        if id.endswith(standing_case("")):
            raise UsageError(f"`{id}` is kept for a programme; choose another id for the case.")
        case_id = id or "c-" + secrets.token_hex(5)
        request = Request(
            kind="open",
            what=protocol,
            actor=by,
            at=first if past else happened_at,
            facts=facts,
            history=past,
        )
        opening = partial(self._opening, protocol, first)
        return self._command(case_id, request, key, None, opening=opening, asked=id)

    def adopt(
        self,
        protocol: str,
        *,
        by: Actor,
        facts: Mapping[str, FactValue] = EMPTY,
        happened_at: datetime | None = None,
        key: str = "",
    ) -> Standing:
        """A partnership adopts a protocol: the standing case of its programme opens.

        There is one for each protocol, for what belongs to the programme and not to one case; it
        never closes. Its id is that of the protocol and `.programme`.
        Raises: NotRunnable, Refused, UsageError: as `open`. Conflict: it was adopted already, or
        the key belongs to another request.
        """
        request = Request(kind="adopt", what=protocol, actor=by, at=happened_at, facts=facts)
        case = standing_case(protocol)
        opening = partial(self._opening, protocol, happened_at, PROGRAMME)
        return self._command(case, request, key, None, opening=opening, asked=case)

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
        """Do a trigger; where several must agree, sign it. The name of a hand-over that is on
        offer accepts it: if its protocol is known here, a case opens under it, else `evidence` is
        the number of the case there.

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
            evidence=references(evidence),
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

    def read(
        self,
        case: str,
        fact: str,
        *,
        by: Actor,
        purpose: str = "",
        consent: str = "",
        key: str = "",
    ) -> FactValue | None:
        """What is known of a fact, for whoever may see it; None when unknown.

        That it was read is kept in the record, and for what `purpose`; `consent` is the reference
        of the consent where the protocol asks for one. Raises: as `fire`.
        """
        request = Request(
            kind="read",
            what=fact,
            actor=by,
            purpose=purpose,
            evidence={"consent": consent} if consent else EMPTY,
        )
        return self._command(case, request, key, None).facts.get(fact)

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
            evidence=references(evidence),
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

    # -- inside ------------------------------------------------------------------------

    def _command(
        self,
        case_id: str,
        request: Request,
        key: str,
        expected_version: int | None,
        opening: Callable[[], Program] | None = None,
        asked: str = "",
    ) -> Standing:
        if not isinstance(key, str):
            raise UsageError("A key is a text of your own.")
        require_sound(request)
        request = in_our_form(request)
        digest = digest_of(request, asked if opening else case_id)
        for _ in range(TRIES):
            if key and (known := self.store.answered(key)) is not None:
                return self._again(known, digest, key)
            if opening is not None:
                if self.store.head(case_id) is not None:
                    if self._is_answered(key):
                        continue  # by this very request, which was sent twice
                    if request.kind == "adopt":
                        raise Conflict(
                            f"`{request.what}` was adopted already: see the case `{case_id}`."
                        )
                    raise Conflict(f"There is already a case `{case_id}`.")
                case, program = Case(case_id), opening()
            else:
                case, program = self._seen(case_id)
            try:
                require_version(case, expected_version)
                due = next_instant(case)
                if due is not None and due <= self._instant(case):
                    seen = case.events
                    seen += self._bring_to(case_id, self._instant(case))
                    case = self._load(case_id)
                    program = self._program(case)  # it may have gone on under another text
                    # What time did by our hand counts as seen; what somebody else wrote does not.
                    require_version(case, None if expected_version is None else seen)
                return self._once(case, program, request, key, digest)
            except Conflict:
                self._live.pop(case_id, None)
                if expected_version is not None and not self._is_answered(key):
                    raise
        raise Conflict(f"Case `{case_id}` is written to by too many at once. Try again.")

    def _opening(self, protocol: str, at: datetime | None, scope: str = CASE) -> Program:
        """The rules under which a case opens; not asked for when the request was done before."""
        program = self._in_force(protocol, at or self.clock.now())
        found = obstacles(program.whole)
        if found:
            raise NotRunnable(found)
        return program if scope == CASE else self._standing_program(program)

    def _is_answered(self, key: str) -> bool:
        return bool(key) and self.store.answered(key) is not None

    def _once(
        self, case: Case, program: Program, request: Request, key: str, digest: str
    ) -> Standing:
        self._live.pop(case.id, None)  # whatever goes wrong, the case is read again
        self._look_beside(case, program)
        version = case.events
        now = self._instant(case)
        mover = self._mover(program)
        link = program.protocol.links.get(request.what) if request.kind == "act" else None
        if link is not None:
            request = request.replace(opens=self._knows(link.protocol))
        events = [] if request.kind in OPENS else advance(program, case, now, mover)
        if request.history:
            events, reasons = begin(program, case, request, now, mover)
        else:
            rights = request.kind in PUTS_RIGHT
            story = [*self.store.events(case.id), *events] if rights else []
            event, reasons = perform(program, case, request, now, mover, story)
            events.append(event)
        if reasons and request.kind in OPENS:
            raise Refused(reasons)  # there is no case to keep the refusal in
        event = events[0] if request.history else events[-1]
        program = program.with_closures(case.closures)
        if link is not None and request.opens and not reasons:
            self._open_linked(case, link, request, event)
        events.extend(advance(program, case, now, mover))
        reasons = answers.explained(program, case, reasons, now, request.what)
        refused = tuple(reason_json(reason) for reason in reasons)
        self._commit(
            case,
            version,
            events,
            key=key,
            request_digest=digest if key else "",
            answer=Answer(case=case.id, sequence=case.events, refused=refused) if key else None,
        )
        if reasons:
            raise Refused(reasons)
        return answers.standing(program, case)

    def _open_linked(self, case: Case, link: Link, request: Request, event: Event) -> None:
        """Open the case under the other protocol, before the hand-over is kept here.

        So what was owed here ends only once somebody has it there. If we came no further the last
        time, the case is there already, and that is enough.
        """
        (there,) = (one.to for one in event.changes if isinstance(one, HandedOver))
        if self.store.head(there) is None:
            request = Request(
                kind="open",
                what=link.protocol,
                actor=request.actor,
                at=event.happened_at,
                linked_from=case.id,
            )
            try:
                opening = partial(self._opening, link.protocol, event.happened_at)
                self._command(there, request, "", None, opening=opening, asked=there)
            except Conflict:  # somebody else accepted at the same time
                if self.store.head(there) is None:
                    raise
        if self._load(there).linked_from != case.id:
            raise UsageError(
                f"There is already a case `{there}`, and it did not come from `{case.id}`."
            )

    def _again(self, known: tuple[str, Answer], digest: str, key: str) -> Standing:
        """The answer to a request that was answered before: the same, however the case went on."""
        asked, answer = known
        if asked != digest:
            raise Conflict(f"The key `{key}` was used for another request.")
        if answer.refused:
            raise Refused([reason_from(data) for data in answer.refused])
        events = self.store.events(answer.case)[: answer.sequence]
        then = replay(answer.case, events)
        program = self._program(then)
        self._look_beside(then, program)
        then.programme = Programme(then.programme.facts)  # what it waits for came later, if at all
        return answers.standing(program, then)
