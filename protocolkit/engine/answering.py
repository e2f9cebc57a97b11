"""What the engine answers about cases: where they stand, who owes what, what may be done.

Imports the sweeping of cases and the answers of semantics.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from protocolkit.engine.sound import require_instant
from protocolkit.engine.sweeping import Sweeping
from protocolkit.ground.errors import ProtocolkitError, Refused, UsageError
from protocolkit.ground.findings import Path, Place, Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import standing_case
from protocolkit.semantics import answers
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import (
    Able,
    Coming,
    Left,
    Owed,
    Page,
    Standing,
    Undecided,
    Wanted,
    Way,
    Why,
)
from protocolkit.semantics.case import Case
from protocolkit.semantics.deciding.reasons import reason
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.program import Program
from protocolkit.semantics.tallies import Tallied, tallied
from protocolkit.semantics.time import next_instant
from protocolkit.store.base import Head


class Answering(Sweeping):
    """Answers about cases; only time that has passed is written down."""

    def case(self, case: str) -> Standing:
        """Where a case stands, as of its last event. Raises: UsageError: no such case."""
        found, program = self._seen(case)
        return answers.standing(program, found)

    def why(
        self,
        case: str,
        what: str,
        *,
        by: Actor,
        kind: str = "",
        meeting: str = "",
        item: str = "",
    ) -> Why:
        """Whether somebody may do something now, with what, until when, and who else could; or
        every reason why not.

        `what` is an act, a follow-up, a meeting, a fact or a per-case role, or the id of one in
        the case; `kind` the way of acting (one of `answers.KINDS`; "" for the likeliest).
        """
        found, program = self._now(case)
        now = self._instant(found)
        answer = answers.why(program, found, what, by, now, meeting, kind=kind, item=item)
        link = program.protocol.links.get(what)
        if link is not None and self._knows(link.protocol):  # its case opens here: no number needed
            asks = tuple(one for one in answer.asks if one.name != "missing-evidence")
            answer = answer.replace(asks=asks)
        return self._placed(answer, program.whole)

    def possible(self, case: str, *, by: Actor) -> tuple[Why, ...]:
        """Every act of the protocol, and whether somebody may do it now."""
        found, program = self._now(case)
        all_acts = answers.possible(program, found, by, self._instant(found))
        return tuple(self._placed(one, program.whole) for one in all_acts)

    def who_can(self, case: str) -> dict[str, tuple[Able, ...]]:
        """Each act that somebody may do now, with who, in the order of the file."""
        found, program = self._now(case)
        return answers.who_can(program, found, self._instant(found))

    def todo(
        self,
        case: str = "",
        *,
        role: str = "",
        person: str = "",
        organization: str = "",
        protocol: str = "",
        follow_up: str = "",
        strength: str = "",
        late: bool = False,
        before: datetime | None = None,
        limit: int | None = None,
        after: str = "",
    ) -> Page[Owed]:
        """Open follow-ups, and hand-overs to be answered: of one case or all, of a role, a
        person, an organization; only what is late, or due before an instant. The earliest due
        first.

        With a `limit` the page has at most that many; `.total` counts all, and `.next` is what
        to give as `after` for the page that follows.

        What waits for a fact before it opens is not owed yet: see `undecided`.

        Raises: UsageError: no such case, no such page, an instant without a zone.
        """
        require_instant("before", before)
        wanted = Wanted(
            role=role,
            person=person,
            organization=organization,
            protocol=protocol,
            follow_up=follow_up,
            strength=strength,
            late=late,
            before=before,
        )
        found: list[Owed] = []
        for head in [self._head(case)] if case else list(self.store.heads()):
            if protocol in ("", head.protocol):
                seen, program = self._as_of_now(head)
                owed = (*answers.todo(program, seen), *answers.offers(program, seen))
                found += filter(wanted.fits, owed)
        self._require_known(role=role, organization=organization, follow_up=follow_up)
        return answers.todo_page(found, limit, after)

    def _require_known(self, **asked: str) -> None:
        """A slip of the hand must not look like nothing to do.

        Raises: UsageError: no protocol known here has what is asked for.
        """
        programs = [*self._programs.values(), *self._standing.values()]
        for kind, word in asked.items():
            known = {
                name
                for program in programs
                for name in (
                    program.follow_ups
                    if kind == "follow_up"
                    else getattr(program.whole, f"{kind}s")
                )
            }
            if word and known and word not in known:
                near = did_you_mean(word, known)
                said = f"No protocol here has the {kind.replace('_', '-')} `{word}`"
                raise UsageError(f"{said}; {near}." if near else f"{said}.")

    def undecided(
        self,
        case: str = "",
        *,
        role: str = "",
        person: str = "",
        organization: str = "",
        protocol: str = "",
        follow_up: str = "",
        strength: str = "",
    ) -> tuple[Undecided, ...]:
        """Follow-ups that may have to open, in one case or in all: an unknown fact decides. By
        role, person or organization: those who can record the fact.

        Raises: UsageError: no such case.
        """
        wanted = Wanted(
            role=role,
            person=person,
            organization=organization,
            protocol=protocol,
            follow_up=follow_up,
            strength=strength,
        )
        found: list[Undecided] = []
        for head in [self._head(case)] if case else list(self.store.heads()):
            if protocol in ("", head.protocol):
                seen, program = self._as_of_now(head)
                if not seen.is_closed:
                    found += filter(wanted.waits, answers.waiting(program, seen))
        return tuple(found)

    def pending(
        self,
        case: str,
        *,
        until: datetime | None = None,
        limit: int | None = answers.FORESEEN,
        after: str = "",
    ) -> Page[Coming]:
        """What will come of a case if nobody acts, the earliest first, up to a horizon (None: a
        year).

        Paged as `todo` is. Raises: UsageError.
        """
        require_instant("until", until)
        found, program = self._now(case)
        now = self._instant(found)
        played_on = replay(case, self.store.events(case))
        self._look_beside(played_on, program)
        return answers.pending(program, played_on, until, limit, after, now=now)

    def left(self, case: str) -> Left:
        """What is left until a case can be closed."""
        found, program = self._now(case)
        answer = answers.left(program, found, self._instant(found))
        return answer.replace(ways=tuple(self._way(one, program.whole) for one in answer.ways))

    def tally(self, protocol: str) -> tuple[Tallied, ...]:
        """The tallies of a protocol over all its cases, every period since it was adopted.

        Raises: Refused: the protocol was not adopted. UsageError: no such protocol.
        """
        now = self.clock.now().astimezone(UTC)
        program = self._standing_program(self._in_force(protocol, now))
        heads = list(self.store.heads(protocol=protocol))
        standing = standing_case(protocol)
        if all(head.case != standing for head in heads):
            said = f"`{protocol}` was not adopted yet, so there is no day to count from."
            raise Refused([reason("not-adopted", said, help="adopt it first")])
        for head in heads:
            if head.next_at is not None and head.next_at <= now:
                self._bring_to(head.case, now)
        cases = (self._load(head.case) for head in heads if head.case != standing)
        return tallied(program, self._load(standing), cases, now)

    def history(self, case: str) -> tuple[Event, ...]:
        """The events of a case, refusals included. Raises: UsageError: no such case."""
        events = self.store.events(case)
        if not events:
            raise UsageError(f"There is no case `{case}` in this store.")
        return tuple(events)

    def protocol_of(self, case: str) -> Protocol:
        """The protocol version that a case runs under."""
        return self._program(self._load(case)).whole

    # -- inside ------------------------------------------------------------------------

    def _as_of_now(self, head: Head) -> tuple[Case, Program]:
        """A case as it is now; as it was left, when time cannot get on in it."""
        now = self.clock.now()
        next_at = next_instant(self._seen(head.case)[0])  # what the programme learnt counts too
        if next_at is not None and next_at <= now:
            # One case that is spoilt must not keep the others from being seen.
            with suppress(ProtocolkitError):
                self._bring_to(head.case, now.astimezone(UTC))
        return self._seen(head.case)

    def _placed(self, answer: Why, protocol: Protocol) -> Why:
        """The answer with the place of each rule in the file, as far as that is known."""
        reasons = self._with_places(answer.reasons, protocol)
        return answer.replace(reasons=reasons, asks=self._with_places(answer.asks, protocol))

    def _way(self, way: Way, protocol: Protocol) -> Way:
        acts = (one.replace(needs=self._with_places(one.needs, protocol)) for one in way.acts)
        return way.replace(acts=tuple(acts))

    def _with_places(self, reasons: Iterable[Reason], protocol: Protocol) -> tuple[Reason, ...]:
        return tuple(
            one.replace(place=self._place(protocol, one.path)) if one.path else one
            for one in reasons
        )

    def _place(self, protocol: Protocol, path: Path) -> Place | None:  # noqa: ARG002
        """Where a rule stands in the protocol's file; the engine runs models and knows none."""
        return None
