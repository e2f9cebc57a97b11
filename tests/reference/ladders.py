"""Ladders: what follows when nothing happens.

Imports the model, calendars and what is owed.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.calendars import next_open
from protocolkit.ground.limits import Moment
from protocolkit.model.case import Escalation, Level
from tests.reference.against import Against, against
from tests.reference.ledger import (
    CLOCK,
    Ask,
    Ladder,
    Now,
    Owed,
    Proposal,
    Reached,
    Thing,
    Told,
    Visit,
)
from tests.reference.owing import Owing
from tests.reference.people import name_of
from tests.reference.truth import Truth, end_of


class Ladders(Owing):
    """Ladders of a case."""

    def start_ladder(
        self, escalation: Escalation, of: Visit | Owed | Thing, base: Moment | None
    ) -> None:
        """One ladder for each visit, each open follow-up, each span."""
        if any(one.of is of and one.escalation == escalation.id for one in self.ladders):
            return
        if not self.applies(escalation):
            return
        if isinstance(of, Visit) and not self.applies_in(of.strand):
            return
        ladder = Ladder(escalation.id, of, base)
        ladder.fixed = self.now.at
        start = escalation.start_at
        if start is not None and Truth(self, self.now).of(start.if_) is True:
            names = [level.id for level in escalation.levels]
            ladder.level = names.index(start.level)
            ladder.jumped = True
        self.ladders.append(ladder)
        self.levels_at_once(ladder)

    def span_ladders(self, thing: Thing) -> None:
        """Ladders over the time between two things."""
        for escalation in self.escalations:
            watches = escalation.watches
            assert watches is not None
            if watches.to is not None and self.fits(watches.to, thing):
                for ladder in self.ladders:
                    if ladder.escalation == escalation.id:
                        ladder.is_over = True
            starts = watches.from_ is not None and self.fits(watches.from_, thing)
            if starts and self.closed_at is None:
                self.start_ladder(escalation, thing, thing.moment)

    def next_level(self, ladder: Ladder) -> Level | None:
        """The level that comes next."""
        if isinstance(ladder.of, Visit) and ladder.of.is_over:
            return None
        levels = self.protocol.escalations[ladder.escalation].levels
        return levels[ladder.level] if not ladder.is_over and ladder.level < len(levels) else None

    def levels_at_once(self, ladder: Ladder) -> None:
        """Levels that belong to this step: jumped to, or `at once` after what came now."""
        while self.is_at_once(ladder):
            found = self.level_now(ladder)
            if found is None or found[0].at > self.now.at:
                return
            moment = found[1]
            self.level(
                ladder,
                self.now.at,
                moment if moment.at == self.now.at else Moment(at=self.now.at),
            )

    def is_at_once(self, ladder: Ladder) -> bool:
        """Whether the next level belongs to the step that came to it."""
        level = self.next_level(ladder)
        if level is None:
            return False
        if ladder.jumped:
            return True
        at_once = level.after is not None and level.after.at_once
        return at_once and (ladder.before is not None or not isinstance(ladder.of, Owed))

    def level_moment(self, ladder: Ladder) -> Moment | None:
        """The instant of the next level as written, before hours and recordings."""
        level = self.next_level(ladder)
        if level is None:
            return None
        if ladder.jumped:
            return Moment(at=ladder.fixed) if ladder.fixed else None
        base = ladder.base
        if isinstance(ladder.of, Owed):
            owed = ladder.of
            limit = self.dated_by(self.follow_up(owed))
            base = Moment(at=owed.due, end_of_day=owed.end_of_day) if owed.due else None
            if level.at == "due":
                return base
            if level.at == "at_most":
                if owed.outer is None or limit is None or limit.at_most is None:
                    return None
                return Moment(at=owed.outer, end_of_day=not limit.at_most.is_elapsed)
        base = ladder.before or base
        if base is None or level.after is None or level.after.unspecified:
            return None
        if level.after.within is None:
            return base
        return end_of(self.protocol, base, level.after.within)

    def level_now(self, ladder: Ladder) -> tuple[Now, Moment, datetime] | None:
        """When the next level comes, the moment to count on from, and its instant as such.

        It comes at its instant, if told to wait when an office opens, never before its cause.
        """
        moment = self.level_moment(ladder)
        level = self.next_level(ladder)
        if moment is None or level is None:
            return None
        assert ladder.fixed is not None
        at = max(moment.at, ladder.fixed)
        if level.outside_hours == "wait" and (opening := self.next_opening(level, at)) > at:
            return Now(at=opening, past=True), Moment(at=opening), opening
        if moment.at < ladder.fixed:
            return Now(at=ladder.fixed), Moment(at=ladder.fixed), moment.at
        return Now(at=moment.at, past=True), moment, moment.at

    def next_opening(self, level: Level, at: datetime) -> datetime:
        """When the first of those who are told is in the office."""
        roles = [holder.role for holder in level.tell] + ([level.hand_to] if level.hand_to else [])
        found: list[datetime] = []
        for role in roles:
            declared = self.protocol.roles.get(role)
            hours = declared.available if declared else None
            if hours is None or hours == "always":
                return at
            calendar = self.protocol.calendars[hours].calendar
            assert calendar is not None
            opening = next_open(calendar, at)
            if opening is not None:
                found.append(opening)
        return min(found) if found else at

    def level(self, ladder: Ladder, at: datetime, moment: Moment) -> None:
        """A level comes: judged once, done or skipped."""
        level = self.next_level(ladder)
        assert level is not None
        skipped = Truth(self, self.now).of(level.if_) is not True
        self.reached.append(
            Reached(escalation=ladder.escalation, level=ladder.level, at=at, skipped=skipped)
        )
        ladder.level += 1
        ladder.jumped = False
        ladder.before = moment
        ladder.fixed = at
        if not skipped:
            self.do_level(ladder, level, at)
        self.levels_at_once(ladder)

    def do_level(self, ladder: Ladder, level: Level, at: datetime) -> None:
        """Tell, hand to, fire."""
        for holder in level.tell:
            self.told.append(Told(role=name_of(holder), at=at))
        if level.hand_to:
            self.told.append(Told(role=level.hand_to, at=at))
            if not isinstance(ladder.of, Thing):
                ladder.of.handed.append(level.hand_to)
        if level.fire:
            ask = Ask(kind="act", what=level.fire, by=CLOCK, at=at)
            judged = against(self, ask, self.now)
            if not judged.names:
                self.do(ask, at, judged)

    def do(self, ask: Ask, at: datetime, judged: Against) -> None:
        """An act is done, or signed."""
        at = self.signed(ask, at, judged)
        if judged.takes_effect:
            self.act(self.protocol.triggers[ask.what], ask, at, judged.role, judged.used)

    def signed(self, ask: Ask, at: datetime, judged: Against) -> datetime:
        """What others must agree to is proposed and signed by doing it; it takes effect with the
        last signature it needs, at the latest of their instants."""
        joint = judged.agreement
        if joint is None:
            return at
        proposal = self.proposal(joint.key)
        if proposal is None or proposal.content != joint.content:
            self.forget(joint.key)
            proposal = Proposal(joint.key, joint.content)
            self.proposals.append(proposal)
        proposal.is_proposed = proposal.is_proposed or judged.proposes
        if judged.signs_as:
            proposal.signed[judged.signs_as] = ask.by.id
        proposal.latest = max(at, proposal.latest or at)
        proposal.persons.append(ask.by.id)
        if judged.takes_effect:
            self.forget(joint.key)
        return proposal.latest

    def forget(self, trigger: str) -> None:
        """What was proposed is over, and every signature with it."""
        self.proposals = [one for one in self.proposals if one.trigger != trigger]
