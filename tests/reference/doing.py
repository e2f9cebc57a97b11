"""What does what is owed: which act counts for which, holders and parts that are ticked, the end.

Imports the model and the dates.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.limits import Moment
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.people import Holder
from tests.reference.dates import Dates
from tests.reference.ledger import Now, Owed, Thing, Tick, Visit
from tests.reference.people import name_of
from tests.reference.truth import Truth


class Doing(Dates):
    """Follow-ups that are met, and how else they end."""

    # -- who and what is still missing -----------------------------------------------------

    def together(self, owed: Owed) -> list[str]:
        """Those who must all do it, by name."""
        who = self.follow_up(owed).who
        return [name_of(holder) for holder in who.all_of] if who else []

    def holders_of(self, owed: Owed) -> tuple[Holder, ...]:
        """Who owes it: of `each_of` only the one."""
        who = self.follow_up(owed).who
        found = who.holders if who else ()
        if owed.holder:
            return tuple(holder for holder in found if name_of(holder) == owed.holder)
        return found

    def missing(self, owed: Owed) -> list[str]:
        """The holders and parts that are not ticked."""
        needed = [*self.together(owed), *self.follow_up(owed).parts]
        return [name for name in needed if name not in [tick.name for tick in owed.ticks]]

    def whose(self, owed: Owed, thing: Thing) -> list[str]:
        """The holders in whose place it was done: those of that very role first."""
        found = [one for one in self.holders_of(owed) if self.is_by(one, owed, thing)]
        found.sort(key=lambda holder: holder.role != thing.role)
        return [name_of(holder) for holder in found]

    def is_by(self, holder: Holder, owed: Owed, thing: Thing) -> bool:
        """Whether a holder did it: in that role, or a substitute in theirs."""
        if holder.actor_of:
            person = self.actor_of(holder.actor_of, owed)
            return person != "" and person == thing.by
        declared = self.protocol.roles.get(holder.role)
        return thing.role in (holder.role, *(declared.substitutes if declared else ()))

    def brings(self, owed: Owed, thing: Thing) -> list[str]:
        """What an act would tick; "" is the whole of what needs no ticks."""
        follow_up = self.follow_up(owed)
        missing = self.missing(owed)
        if not self.together(owed) and not follow_up.parts:
            return [""]
        found = [thing.item] if thing.item in follow_up.parts and thing.item in missing else []
        whose = self.whose(owed, thing)
        found += [name for name in whose if name in missing][:1]
        if not whose and self.is_let_in(owed, thing):
            found += [name for name in missing if name not in follow_up.parts][:1]
        elif not whose and not follow_up.parts:
            found += missing
        return found

    # -- meeting ---------------------------------------------------------------------------

    def meet_with(self, thing: Thing) -> None:
        """An occurrence may do what is owed (ruling 11)."""
        for follow_up in self.follow_ups:
            if self.is_met_by(follow_up, thing):
                meant = self.meant_by(thing, follow_up)
                for owed in meant:
                    self.met(owed, thing)
                if not meant:
                    self.done_sooner(follow_up, thing)

    def is_met_by(self, follow_up: FollowUp, thing: Thing) -> bool:
        """Whether an occurrence is one that does this follow-up."""
        return any(
            met.trigger is not None
            and self.fits(met.trigger, thing)
            and Truth(self, Now(at=thing.at), as_at=True).of(met.if_) is True
            for met in follow_up.met_by
        )

    def meant_by(self, thing: Thing, follow_up: FollowUp) -> list[Owed]:
        """Which of the open ones an occurrence does: the one due first, or all of them."""
        found = [
            owed
            for owed in self.owed
            if owed.is_open and owed.follow_up == follow_up.id and self.counts(thing, owed)
        ]
        found.sort(key=lambda owed: owed.earliest)
        return found if follow_up.counts_for == "all_open" else found[:1]

    def done_sooner(self, follow_up: FollowUp, thing: Thing) -> None:
        """Entered late: what is met was done earlier than anybody knew (ruling 5)."""
        same = [one for one in self.owed if one.follow_up == follow_up.id]
        if follow_up.every or follow_up.parts or any(thing in one.used for one in same):
            return
        if follow_up.who is not None and follow_up.who.all_of:
            return
        found = [
            one
            for one in same
            if one.status in ("met", "satisfied-by")
            and one.done_at is not None
            and thing.at < one.done_at
            and self.counts(thing, one)
        ]
        for owed in sorted(found, key=lambda one: one.earliest)[:1]:
            displaced = owed.used.pop()
            owed.used.append(thing)
            owed.status = "met" if self.is_own(owed, thing) else "satisfied-by"
            owed.done_at = thing.at
            owed.late = owed.due is not None and thing.at > owed.due
            for other in self.meant_by(displaced, follow_up):
                self.met(other, displaced)

    def counts(self, thing: Thing, owed: Owed) -> bool:
        """It counts if it happened at or after what the limit counts from; with a `before`
        limit or no date yet, at or after the opening; if it is about the same meeting and
        item; and if it brings something new."""
        limit = self.limit_of(self.follow_up(owed))
        if owed.meeting and thing.of != owed.meeting:
            return False
        if owed.opener is thing:
            return False
        if owed.item and thing.item != owed.item:
            return False
        named = thing.item == owed.holder or self.is_let_in(owed, thing)
        if owed.holder and not named and not self.whose(owed, thing):
            return False
        if not self.brings(owed, thing):
            return False
        if owed.starts is not None:
            assert owed.ends is not None
            return owed.starts <= thing.at <= owed.ends
        before = limit is not None and limit.direction == "before"
        start = owed.at if owed.anchor is None or before else owed.anchor.at
        return thing.at >= start

    def is_let_in(self, owed: Owed, thing: Thing) -> bool:
        """Whether a ladder let in whoever did it (ruling 20)."""
        return any(self.is_of(role, thing) for role in owed.handed)

    def met(self, owed: Owed, thing: Thing) -> None:
        """An occurrence did it, or some of it; by somebody who does not owe it: satisfied."""
        owed.used.append(thing)
        is_own = self.is_own(owed, thing)
        self.tick(owed, self.brings(owed, thing), thing.at, thing.by, thing.role, is_own=is_own)

    def is_own(self, owed: Owed, thing: Thing) -> bool:
        """Whether whoever did it owes it, or was let in."""
        who = self.follow_up(owed).who
        is_own = who is None or self.is_let_in(owed, thing)
        is_own = is_own or bool(self.whose(owed, thing))
        return is_own or any(self.is_of(one.role, thing) for one in self.holders_of(owed))

    def tick(
        self, owed: Owed, names: list[str], at: datetime, by: str, role: str, *, is_own: bool
    ) -> None:
        """Some of it is done; with the last of it, it is met, at the latest of the instants."""
        owed.ticks += [Tick(name, at, by, role, is_own) for name in names]
        if not self.missing(owed):
            last = max(owed.ticks, key=lambda tick: tick.at)
            status = "met" if all(tick.is_own for tick in owed.ticks) else "satisfied-by"
            self.end(owed, status, last.at, last.by, last.role)

    def is_of(self, role: str, thing: Thing) -> bool:
        """Done in a role or by a substitute, or by whom this case has in that role."""
        declared = self.protocol.roles.get(role)
        substitutes = declared.substitutes if declared else ()
        return thing.role in (role, *substitutes) or any(
            self.holders.get(one) == thing.by for one in (role, *substitutes)
        )

    def actor_of(self, name: str, owed: Owed) -> str:
        """Who did what opened it, else who did the last one."""
        event = "held" if name in self.protocol.meetings else ""
        if owed.opener is not None and owed.opener.name == name:
            return owed.opener.by
        found = [one for one in self.things if (one.name, one.event) == (name, event)]
        return max(found, key=lambda one: one.order).by if found else ""

    def is_vacant(self, owed: Owed) -> bool:
        """Nobody can owe it: roles that are given to nobody in this case, an actor who is not
        known."""
        holders = self.holders_of(owed)
        return bool(holders) and all(self.has_nobody(holder, owed) for holder in holders)

    def has_nobody(self, holder: Holder, owed: Owed) -> bool:
        """Whether nobody can act for a holder."""
        if holder.actor_of:
            return not self.actor_of(holder.actor_of, owed)
        declared = self.protocol.roles.get(holder.role)
        if declared is None or holder.any_holder:
            return False
        offices = [declared, *(self.protocol.roles[name] for name in declared.substitutes)]
        return all(one.per_case and one.id not in self.holders for one in offices)

    def done_already(self, owed: Owed, caused_by: int) -> None:
        """What happened before it was opened may have done it (ruling 11); not what led to
        its opening in this very step, which are the things up to `caused_by`."""
        follow_up = self.follow_up(owed)
        all_open = follow_up.counts_for == "all_open" and owed.series is None
        for thing in sorted(self.things, key=lambda one: one.order):
            same = [one for one in self.owed if one.follow_up == owed.follow_up]
            used = [one for other in same for one in other.used]
            if (
                owed.is_open
                and thing not in self.fresh
                and not self.first <= thing.number <= caused_by
                and self.is_met_by(follow_up, thing)
                and self.counts(thing, owed)
                and (all_open or thing not in used)
            ):
                self.met(owed, thing)

    def ended_by(self, trigger: Trigger, act: Thing) -> list[Owed]:
        """What an act would surely end: what it does, and what belongs to a state it leaves."""
        found: list[Owed] = []
        for follow_up in self.follow_ups:
            for met in follow_up.met_by:
                if met.if_ is None and met.trigger is not None and self.fits(met.trigger, act):
                    found.extend(
                        owed
                        for owed in self.meant_by(act, follow_up)
                        if set(self.missing(owed)) <= set(self.brings(owed, act))
                    )
        left = [state for _, state, _ in self.moves_of(trigger, Truth(self, self.now))]
        found.extend(owed for owed in self.owed if owed.visit and owed.visit.state in left)
        return found

    # -- other dates, other ends -----------------------------------------------------------

    def redate_with(self, thing: Thing) -> None:
        """A meeting moved, an anchor came, or the last of something is another one now."""
        for owed in self.owed:
            limit = self.limit_of(self.follow_up(owed))
            ref = limit.anchor if limit else None
            if not owed.is_open or ref is None or owed.series is not None:
                continue
            if ref.name in self.protocol.meetings and not ref.event:
                if thing.name != ref.name:
                    continue
                owed.meeting = owed.meeting or self.meeting_of(self.follow_up(owed), None)
                if owed.meeting == thing.of:
                    again = self.anchor_of(
                        self.follow_up(owed), owed.opener, Moment(at=owed.at), owed.meeting
                    )
                    if again != owed.anchor:
                        self.anchor_again(owed, again)
            elif self.is_day(ref):
                day = self.beginning_of(ref.name, limit)
                if (thing.name, thing.event) == (ref.name, "recorded") and day != owed.anchor:
                    self.anchor_again(owed, day)
            elif self.fits(ref, thing):
                if owed.anchor is None:
                    self.anchor_again(owed, thing.moment)
                elif ref.pick == "last":
                    last = self.anchor_of(self.follow_up(owed), None, Moment(at=owed.at), "")
                    if last != owed.anchor:
                        self.anchor_again(owed, last)

    def call_off_with(self, thing: Thing) -> None:
        """A meeting is off: what setting it opened is over, what counts to it waits again."""
        if thing.event != "called_off" or self.meeting_or_none(thing.of) is None:
            return

        def is_its(opener: Thing | None) -> bool:
            dated = opener is not None and opener.event in ("set", "moved")
            return dated and opener is not None and opener.of == thing.of

        for owed in [one for one in self.owed if one.is_open]:
            follow_up = self.follow_up(owed)
            if is_its(owed.opener):
                self.end(owed, "cancelled", self.now.at, because="called_off")
            elif owed.meeting == thing.of:
                owed.meeting = self.meeting_of(follow_up, owed.opener)
                moment = Moment(at=owed.at)
                self.anchor_again(
                    owed, self.anchor_of(follow_up, owed.opener, moment, owed.meeting)
                )
        for series in self.series:
            series.is_over = series.is_over or is_its(series.opener)
        self.pending = [one for one in self.pending if not is_its(one[1])]

    def anchor_again(self, owed: Owed, anchor: Moment | None) -> None:
        """It counts from something else now."""
        owed.anchor = anchor
        self.date(owed)
        self.redate(owed, owed.due, owed.aim, owed.outer, end_of_day=owed.end_of_day)
        if owed.paused:
            self.pause(owed)
        self.done_already(owed, 0)

    def end(
        self,
        owed: Owed,
        status: str,
        at: datetime,
        by: str = "",
        role: str = "",
        because: str = "",
    ) -> None:
        """It is no longer owed."""
        owed.status = status
        owed.done_at = at
        owed.because = because
        owed.late = owed.due is not None and at > owed.due
        for ladder in self.ladders:
            if ladder.of is owed:
                ladder.is_over = True
        event = "met" if status == "satisfied-by" else status
        self.happen(owed.follow_up, event, at, by, role, owed.id)

    def cancel(self, follow_up: FollowUp, because: str) -> None:
        """All of it that is open ends, and so does its rhythm."""
        for series in self.series:
            if series.follow_up == follow_up.id:
                series.is_over = True
        for owed in self.owed:
            if owed.is_open and owed.follow_up == follow_up.id:
                self.end(owed, "cancelled", self.now.at, because=because)

    def leave(self, visit: Visit) -> None:
        """Leaving a state ends what was opened in it, and nothing else (ruling 12)."""
        for owed in self.owed:
            if owed.is_open and owed.visit is visit:
                follow_up = self.follow_up(owed)
                own = "" if follow_up.ends_when or follow_up.applies_while else follow_up.because
                self.end(owed, "cancelled", self.now.at, because=own or "left_state")
        for series in self.series:
            if series.visit is visit:
                series.is_over = True
        for ladder in self.ladders:
            if ladder.of is visit:
                ladder.is_over = True
        self.pending = [one for one in self.pending if one[2] is not visit]
