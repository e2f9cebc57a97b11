"""Follow-ups: what speaks against doing them, setting them aside, giving more time.

Imports signatures.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.model.people import Who
from tests.reference.judging_joint import Joint, content_of
from tests.reference.judging_signing import Signing
from tests.reference.ledger import Owed
from tests.reference.people import name_of, role_for


class FollowUps(Signing):
    """Completing, declining, waiving, extending."""

    def owed(self) -> Owed | str:
        """The open one that is meant: by its own id, by its item, or the one due first; or what
        is wrong. Of several items it must be said which: of those that are the actor's, if any
        are."""
        name, item = self.ask.what, self.ask.item
        found = [owed for owed in self.case.owed if owed.is_open and name == owed.id]
        if found:
            return found[0]
        found = [owed for owed in self.case.owed if owed.is_open and name == owed.follow_up]
        if not found:
            known = name in self.protocol.follow_ups or any(name == o.id for o in self.case.owed)
            return "not-open" if known else self.unknown("follow_ups", "unknown-follow-up")
        named = [owed for owed in found if item and item in (owed.item, owed.holder)]
        who = self.protocol.follow_ups[name].who
        holders = [name_of(holder) for holder in who.each_of] if who else []
        if not named and item in (*self.protocol.follow_ups[name].for_each, *holders):
            return "not-open"
        able = named or [owed for owed in found if self.may_do(owed)] or found
        if len({(owed.item, owed.holder) for owed in able}) > 1:
            return "which-one"
        return min(able, key=lambda owed: owed.earliest)

    @property
    def the_owed(self) -> Owed:
        """The one that is meant, when nothing speaks against it."""
        found = self.owed()
        assert isinstance(found, Owed)
        return found

    def may_do(self, owed: Owed) -> str:
        """The role in which the actor may do it."""
        who = self.protocol.follow_ups[owed.follow_up].who
        if who is not None:
            who = Who(any_of=self.case.holders_of(owed))
        return role_for(self.case, who, self.by, extra=owed.handed, owed=owed)

    def complete(self) -> Iterator[str]:
        yield from self.basics(even_when_closed=True)
        owed = self.owed()
        if isinstance(owed, str):
            yield owed
            return
        follow_up = self.protocol.follow_ups[owed.follow_up]
        self.role = self.may_do(owed)
        if not self.role:
            yield "wrong-role"
        if follow_up.met_by:
            yield "met-by-act"
        if self.at < min(owed.at, owed.anchor.at if owed.anchor else owed.at):
            yield "too-early"
        if not self.is_known(owed):
            yield "unknown-item"
        if self.case.together(owed) or follow_up.parts:
            yield from self.some_of(owed)
        else:
            self.ticks = [""]

    def is_known(self, owed: Owed) -> bool:
        """Whether the item that is named is one of the follow-up."""
        follow_up = self.protocol.follow_ups[owed.follow_up]
        holders = follow_up.who.holders if follow_up.who else ()
        names = [name_of(holder) for holder in holders]
        return self.ask.item in ("", owed.item, owed.holder, *follow_up.parts, *names)

    def some_of(self, owed: Owed) -> Iterator[str]:
        """Which holder and which part would be ticked."""
        parts = self.protocol.follow_ups[owed.follow_up].parts
        missing = self.case.missing(owed)
        mine: list[tuple[bool, bool, str, str]] = []
        for holder in self.case.holders_of(owed):
            role = role_for(self.case, Who(any_of=(holder,)), self.by, owed=owed)
            if role:
                name = name_of(holder)
                mine.append((name not in missing, role != holder.role, name, role))
        mine.sort(key=lambda one: one[:2])
        if mine:
            self.role = mine[0][3]
            self.ticks = [name for _, _, name, _ in mine[:1] if name in missing]
        elif self.role:  # let in by a ladder, for one of those who are missing
            left = [name for name in missing if name not in parts]
            self.ticks = [self.ask.item] if self.ask.item in left else left[:1]
        if self.ask.item in parts and self.ask.item in missing:
            self.ticks.append(self.ask.item)
        if not self.is_known(owed):
            return
        if any(part in missing for part in parts) and self.ask.item not in parts:
            yield "which-part"
        elif self.role and not self.ticks:
            yield "already-done"

    def decline(self) -> Iterator[str]:
        trigger = self.protocol.triggers.get(self.ask.what)
        if trigger is not None and self.joint(trigger) is not None:
            yield from self.veto(trigger)
        else:
            yield from self.authority()

    def waive(self) -> Iterator[str]:
        yield from self.authority()

    def extend(self) -> Iterator[str]:
        yield from self.authority()
        owed = self.owed()
        if isinstance(owed, Owed):
            if self.ask.until is None:
                yield "missing-fact"
            elif owed.due is not None and self.ask.until < owed.due:
                yield "wrong-value"
            if owed.paused:
                yield "paused"

    def authority(self) -> Iterator[str]:
        yield from self.basics(even_when_closed=True)
        owed = self.owed()
        if isinstance(owed, str):
            yield owed
            return
        authority = getattr(self.protocol.follow_ups[owed.follow_up], self.ask.kind)
        if authority is None:
            yield "not-provided"
            return
        together = authority.who.all_of if authority.who else ()
        if together:
            content = content_of(self.ask.replace(item=""), "")
            joint = Joint(key=f"{self.ask.kind} {owed.id}", all_of=together, content=content)
            yield from self.signing(joint, owed)
        else:
            self.role = role_for(self.case, authority.who, self.by, owed=owed)
            if not self.role:
                yield "wrong-role"
        yield from self.condition(authority.if_)
        if authority.reason == "required" and not self.ask.reason:
            yield "missing-reason"
