"""Cases that began under one text of a protocol go on under another, by a plan.

One event for each case, in one commit of its own: a run that was cut off is simply run again.
Imports answering and the migration of semantics.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

from protocolkit.engine.answering import Answering
from protocolkit.engine.keeping import TRIES
from protocolkit.engine.runnable import obstacles
from protocolkit.engine.sound import require_person
from protocolkit.ground.errors import (
    Conflict,
    NotRunnable,
    ProtocolError,
    ProtocolkitError,
    StoreError,
    UsageError,
)
from protocolkit.ground.findings import Finding
from protocolkit.ground.record import Record
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import CASE, PROGRAMME, standing_case
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.deciding.reasons import reason
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.migration.matching import matched
from protocolkit.semantics.migration.migrate import Fitted, Outlook, migrate
from protocolkit.semantics.migration.plan import Plan
from protocolkit.semantics.program import Program
from protocolkit.semantics.programme import UNSEEN, Programme, ProgrammeFacts
from protocolkit.semantics.time import advance
from protocolkit.store.base import Answer, Head

_ELSEWHERE = (Conflict, StoreError, UsageError)
"""What is wrong with more than one case."""


class TakenOver(Record):
    """What a run did: the cases that go on under the new text now, those that did already, those
    that closed before their turn came, and those that could not, each with every reason.
    """

    moved: tuple[Outlook, ...] = ()
    passed: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    refused: tuple[Outlook, ...] = ()


class Migrating(Answering):
    """Takes open cases over to another text; closed ones stay where they are for ever."""

    def misfits(self, plan: Plan) -> tuple[Finding, ...]:
        """What is wrong between a plan and its texts. Raises: UsageError: one is not known."""
        return tuple(matched(plan, self._text(plan.from_), self._text(plan.to))[1])

    def protocol_with(self, digest: str) -> Protocol:
        """The protocol that a text says. Raises: UsageError: it is not known here."""
        return self._text(digest).whole

    def rehearse(self, plan: Plan, cases: Collection[str] = ()) -> tuple[Outlook, ...]:
        """What would become of every open case under the plan's old text, or of some; nothing is
        written.

        The standing case of the programme comes first: the other cases read its facts.
        Raises: ProtocolError: the plan does not fit its texts. UsageError: a text is not known
        here, a case is not there or not under the old text.
        """
        fitted = self._fitted(plan)
        found: list[Outlook] = []
        beside: ProgrammeFacts | None = None
        for head in self._heads(plan, cases):
            if head.digest != plan.from_:
                continue
            case = replay(head.case, self.store.events(head.case))
            try:
                event, outlook = self._look_ahead(fitted[case.scope], case, beside)
            except _ELSEWHERE:
                raise
            except ProtocolkitError as error:
                event, outlook = None, _spoilt(case.id, error)
            if outlook is not None:
                found.append(outlook)
            if event is not None and case.scope == PROGRAMME:
                beside = ProgrammeFacts()
                for one in (*self.store.events(case.id), event):
                    beside.add(one.sequence, one.recorded_at, one.changes)
        return tuple(found)

    def migrate(self, plan: Plan, *, by: Actor, cases: Collection[str] = ()) -> TakenOver:
        """Take every open case under the plan's old text over to the new one, or some.

        A case that is there already is passed over, so a run that was cut off can be run again.
        A case that cannot go on stays as it is; nothing is recorded in it.
        Raises: as `rehearse`. Conflict: a case is written to by too many at once.
        """
        require_person(by.id)
        fitted = self._fitted(plan)
        moved: list[Outlook] = []
        refused: list[Outlook] = []
        passed: list[str] = []
        closed: list[str] = []
        for head in self._heads(plan, cases):
            if self._is_done(plan, head):
                passed.append(head.case)
                continue
            try:
                outlook = self._take_over(plan, fitted, head.case, by)
            except _ELSEWHERE:
                raise
            except ProtocolkitError as error:
                outlook = _spoilt(head.case, error)
            if outlook is None:
                (closed if self._load(head.case).is_closed else passed).append(head.case)
            else:
                (refused if outlook.refused else moved).append(outlook)
        return TakenOver(
            moved=tuple(moved),
            passed=tuple(passed),
            closed=tuple(closed),
            refused=tuple(refused),
        )

    # -- inside ------------------------------------------------------------------------

    def _fitted(self, plan: Plan) -> dict[str, Fitted]:
        """The plan between its two texts, for cases and for the programme."""
        old, new = self._text(plan.from_), self._text(plan.to)
        if plan.from_ == plan.to:
            raise UsageError("The plan leads from a text to the same text.")
        renaming, findings = matched(plan, old, new)
        if findings:
            raise ProtocolError(findings)
        if wrong := obstacles(new.whole):
            raise NotRunnable(wrong)
        ways = {
            CASE: (old, new),
            PROGRAMME: (self._standing_program(old), self._standing_program(new)),
        }
        return {
            scope: Fitted(plan=plan, renaming=renaming, old=before, new=after)
            for scope, (before, after) in ways.items()
        }

    def _text(self, digest: str) -> Program:
        """The rules of a text, by its digest. Raises: UsageError: it is not known here."""
        program = self._programs.get(digest)
        if program is None:
            raise UsageError(f"The text {digest[:12]} is not known here; give it too.")
        return program

    def _heads(self, plan: Plan, cases: Collection[str]) -> Iterator[Head]:
        """The cases that a plan is for, the programme's first; closed ones are not."""
        protocol = self._text(plan.from_).whole.id
        texts = (plan.from_, plan.to)
        for case in cases:
            head = self._head(case)
            if head.protocol != protocol or head.digest not in texts:
                raise UsageError(f"Case `{case}` does not run under the old text of the plan.")
            if head.closed:
                raise UsageError(f"Case `{case}` is closed: it stays under its text for ever.")
        heads = list(self.store.heads(protocol=protocol, include_closed=False))
        heads.sort(key=lambda head: (head.case != standing_case(protocol), head.case))
        for head in heads:
            if head.digest in texts and (not cases or head.case in cases):
                yield head

    def _is_done(self, plan: Plan, head: Head) -> bool:
        """Whether a case went on by this plan already, or is under the new text anyway."""
        return head.digest == plan.to or self.store.answered(_key(plan, head.case)) is not None

    def _look_ahead(
        self, fitted: Fitted, case: Case, beside: ProgrammeFacts | None
    ) -> tuple[Event | None, Outlook | None]:
        """What would become of a copy of a case; nothing, if it closes before."""
        self._look_beside(case, fitted.old)
        now = self._instant(case)
        while advance(fitted.old, case, now):
            pass
        if case.is_closed:
            return None, None
        case.programme = self._view(fitted, beside)
        return migrate(fitted, case, None, now)

    def _view(self, fitted: Fitted, known: ProgrammeFacts | None) -> Programme:
        """What a case sees of its programme under the new text."""
        new = fitted.new
        if new.scope == PROGRAMME or not new.has_programme_facts:
            return UNSEEN
        facts = known or self._programme(new.whole.id)
        return Programme(facts, new.waits_for_programme)

    def _take_over(
        self, plan: Plan, fitted: dict[str, Fitted], case_id: str, by: Actor
    ) -> Outlook | None:
        """One case; None when there is nothing to do any more."""
        for _ in range(TRIES):
            case = self._load(case_id)
            self._bring_to(case_id, self._instant(case))
            case = self._load(case_id)
            if case.digest != plan.from_ or case.is_closed:
                return None
            try:
                return self._write_over(plan, fitted[case.scope], case, by)
            except Conflict:
                continue
        raise Conflict(f"Case `{case_id}` is written to by too many at once. Try again.")

    def _write_over(self, plan: Plan, fitted: Fitted, case: Case, by: Actor) -> Outlook | None:
        self._live.pop(case.id, None)  # a refusal spoils it, and whatever goes wrong
        version, now = case.events, self._instant(case)
        self._look_beside(case, fitted.old)
        events: list[Event] = advance(fitted.old, case, now, self._mover(fitted.old))
        if case.is_closed:
            return None
        case.programme = self._view(fitted, None)
        event, outlook = migrate(fitted, case, by, now)
        if event is None:
            return outlook
        events.append(event)
        program = fitted.new.with_closures(case.closures)
        events += advance(program, case, now, self._mover(program))
        key = _key(plan, case.id)
        self._commit(
            case,
            version,
            events,
            key=key,
            request_digest=hashlib.sha256(key.encode()).hexdigest(),
            answer=Answer(case=case.id, sequence=event.sequence),
        )
        return outlook


def _spoilt(case: str, error: ProtocolkitError) -> Outlook:
    """Time cannot get on in a case: that must not keep the others back."""
    return Outlook(case=case, refused=(reason("does-not-fit", str(error)),))


def _key(plan: Plan, case: str) -> str:
    """What makes taking one case over by one plan safe to repeat."""
    return f"migrate/{plan.digest}/{case}"
