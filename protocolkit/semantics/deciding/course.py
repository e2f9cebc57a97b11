"""From where an act goes, and what holds it up: moves, open follow-ups, the closing of a case.

Imports what every judgement shares, and closing.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.ground.findings import Reason
from protocolkit.semantics.actors import in_words
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.deciding.closing import in_the_way
from protocolkit.semantics.deciding.judging import Judging
from protocolkit.semantics.deciding.reasons import causes, quoted, reason
from protocolkit.semantics.effects import MoveTo


class Course(Judging):
    """The course of the case."""

    def applies(self) -> Iterator[Reason]:
        """It is not known that the act does not apply to the case: only false bars."""
        trigger, condition = self.trigger, self.trigger.applies_while
        judge = self.program.judge(condition)
        if condition is not None and judge is not None and judge(self.situation) is False:
            yield from causes(
                self.situation,
                "does-not-apply",
                condition,
                trigger,
                f"`{trigger.id}` does not apply to this case",
                path=trigger.below("applies_while"),
            )

    def enabled(self) -> Iterator[Reason]:
        """Some strand can move, if the act moves any; in each it is plain to which state."""
        trigger = self.trigger
        declared = self.program.moves[trigger.id]
        moves = [
            move
            for move in declared
            if self.program.does_apply("strands", move.strand, self.situation)
        ]
        if declared and not moves:
            strand = self.protocol.strands[declared[0].strand]
            yield reason(
                "does-not-apply",
                f"`{trigger.id}` moves {strand.name}, which does not apply to this case.",
                element=strand,
                path=strand.below("applies_while"),
                source=trigger.source,
            )
        if not moves:
            return
        found: dict[str, list[MoveTo]] = {}
        held_back: list[MoveTo] = []
        for move in moves:
            if self.case.states[move.strand] not in move.move.from_:
                continue
            if move.judge is None or move.judge(self.situation) is True:
                found.setdefault(move.strand, []).append(move)
            else:
                held_back.append(move)
        states = self.case.states
        self.moves = tuple(
            (strand, states[strand], fits[0].move.to) for strand, fits in found.items()
        )
        if found:
            for fits in found.values():
                yield from self._ambiguous(fits)
            yield from self._in_order()
            return
        if not held_back and trigger.elsewhere == "allowed":
            return
        for move in held_back:
            if move.move.if_ is not None:
                yield from causes(
                    self.situation,
                    "not-enabled",
                    move.move.if_,
                    move.move,
                    f"`{trigger.id}` goes on only if",
                    phrased=True,
                    source=trigger.source,
                )
        if not held_back:
            starts = sorted({state for move in moves for state in move.move.from_})
            stands = sorted({states[move.strand] for move in moves})
            yield reason(
                "not-enabled",
                f"`{trigger.id}` starts from {quoted(starts)}; the case stands at "
                f"{quoted(stands)}.",
                help=self._way_to(starts),
                element=trigger,
                path=trigger.below("moves"),
                witness={"states": ", ".join(states.values())},
            )

    def _ambiguous(self, fits: list[MoveTo]) -> Iterator[Reason]:
        """Several moves of one strand fit and lead apart: nobody said which counts."""
        targets = {one.move.to: one.move for one in reversed(fits)}
        apart = [move for to, move in targets.items() if to != fits[0].move.to]
        if apart and not self.trigger.first:
            yield reason(
                "ambiguous-move",
                f"`{self.trigger.id}` leads from `{self.case.states[fits[0].strand]}` to "
                f"{quoted(sorted(targets))} at once; the protocol does not say which.",
                help="the protocol must tell them apart with `if`, or say `first: true`",
                element=self.trigger,
                path=apart[-1].path,
            )

    def _in_order(self) -> Iterator[Reason]:
        """An act cannot start from a state before the case came there (a slip of the clock)."""
        if self.trigger.protective:
            return
        for strand, state, _ in self.moves:
            since = self.case.visits[strand][1]
            if self.at < since:
                yield reason(
                    "too-early",
                    f"`{self.trigger.id}` starts from `{state}`, and this is dated before the case "
                    "came there.",
                    help="look at the time again",
                    element=self.trigger,
                    path=self.trigger.below("moves"),
                    witness={"at": self.at.isoformat(), "since": since.isoformat()},
                )

    def _way_to(self, states: list[str]) -> str:
        now = set(self.case.states.values())
        ways = [
            name
            for name, moves in self.program.moves.items()
            if any(move.move.to in states and now & set(move.move.from_) for move in moves)
        ]
        return f"first comes {quoted(sorted(ways))}" if ways else ""

    def blocks(self) -> Iterator[Reason]:
        """No open follow-up holds it up; none ever holds up a protective act."""
        if self.trigger.protective:
            return
        for follow_up in self.program.blockers.get(self.trigger.id, ()):
            for instance in self.case.open.values():
                if instance.follow_up == follow_up.id:
                    yield reason(
                        "blocked",
                        f"`{self.trigger.id}` must wait until `{instance.id}` is done: "
                        f"{follow_up.name}.",
                        help=f"{in_words(follow_up.who, self.protocol)} owes it",
                        element=follow_up,
                        path=follow_up.below("blocks"),
                        needs=instance.id,
                        supplied_by=follow_up.who.roles if follow_up.who else (),
                    )

    def closing(self) -> Iterator[Reason]:
        """What still must be done keeps the case from closing (ruling 14)."""
        act = Happened(
            number=len(self.case.occurrences) + 1,
            name=self.trigger.id,
            at=self.at,
            by=self.actor.id,
            role=self.role,
            of=self.meeting,
            item=self.request.item,
        )
        for instance in in_the_way(self.situation, act, self.moves):
            follow_up = self.program.follow_ups[instance.follow_up]
            yield reason(
                "open-follow-up",
                f"`{self.trigger.id}` would close the case, and `{instance.id}` is still "
                f"owed: {follow_up.name}.",
                help=f"{in_words(follow_up.who, self.protocol)} owes it",
                element=follow_up,
                needs=instance.id,
                supplied_by=follow_up.who.roles if follow_up.who else (),
            )
