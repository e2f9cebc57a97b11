"""Which follow-up is meant, and saying that it is done.

Imports what every way of acting shares, and matching.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocolkit.ground.findings import Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model.case import FollowUp
from protocolkit.model.people import Holder, Who
from protocolkit.semantics.actors import Permission, in_words
from protocolkit.semantics.case import Instance
from protocolkit.semantics.deciding.reasons import future, reason, unknown
from protocolkit.semantics.matching import earliest
from protocolkit.semantics.performing.performing import Performing, nothing
from protocolkit.semantics.shares import (
    holder_id,
    is_shared,
    missing_holders,
    missing_parts,
    share_of,
    shares,
    who_may,
    who_owes,
)


class FollowUps(Performing):
    """Follow-ups that are open."""

    def _complete(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        instance, reasons = self._instance()
        if instance is None:
            return reasons, nothing
        follow_up = self.program.follow_ups[instance.follow_up]
        found = [*reasons]
        self.role = self._role_in(instance)
        if not self.role:
            found.append(self._not_theirs(follow_up, who_owes(follow_up, instance), instance))
        done = self._shares_done(follow_up, instance)
        found.extend(self._says_which_part(follow_up, instance, done))
        if follow_up.met_by:
            acts = [str(one.trigger) for one in follow_up.met_by]
            found.append(
                reason(
                    "met-by-act",
                    f"`{follow_up.id}` is done by an act, not by saying so.",
                    help="do " + " or ".join(f"`{act}`" for act in acts),
                    element=follow_up,
                    path=follow_up.below("met_by"),
                )
            )
        start = instance.anchor_at or instance.opened_at
        if self.at < min(start, instance.opened_at):
            found.append(
                reason(
                    "too-early",
                    f"`{instance.id}` was not owed yet at that time.",
                    element=follow_up,
                )
            )

        def go() -> None:
            if is_shared(follow_up):
                self.step.do_share(instance, done, self.at, self.actor.id, self.role)
            else:
                self.step.end(instance, "met", self.at, actor=self.actor.id, role=self.role)

        return tuple(found), go

    def _shares_done(self, follow_up: FollowUp, instance: Instance) -> list[str]:
        """The part that is named, and the share of whoever says so: their own, the one named, or
        for somebody whom a ladder let in, the first that is missing.
        """
        item = self.request.item
        done = [item] if item in missing_parts(follow_up, instance) else []
        missing = missing_holders(follow_up, instance)
        joint = follow_up.who.all_of if follow_up.who else ()
        permission = self._permission(instance)
        mine = [one for one in joint if permission.role_for(Who(any_of=(one,)), self.actor)]
        if not mine and self.role:
            return done + ([item] if item in missing else missing[:1])
        own = next((one.role for one in mine if self._holds(permission, one, missing)), "")
        return done + share_of(mine, own, missing)

    def _holds(self, permission: Permission, holder: Holder, missing: list[str]) -> bool:
        """Whether the actor holds the office itself, and its share is missing."""
        return holder_id(holder) in missing and permission.holds(holder.role, self.actor)

    def _role_in(self, instance: Instance) -> str:
        """The role in which the actor may do an instance; "" for none."""
        who = who_may(self.program.follow_ups[instance.follow_up], instance)
        handed = self.case.handed.get(instance.id, ())
        return self._permission(instance).role_for(who, self.actor, handed)

    def _says_which_part(
        self, follow_up: FollowUp, instance: Instance, done: list[str]
    ) -> Iterator[Reason]:
        """While a part is missing, whoever does something says which; nothing is done twice."""
        item = self.request.item
        parts, missing = follow_up.parts, missing_parts(follow_up, instance)
        known = {*parts, instance.item, instance.holder, instance.id, ""}
        if follow_up.who is not None:
            known |= {holder_id(one) for one in follow_up.who.holders}
        if item not in known:
            yield reason(
                "unknown-item",
                f"`{follow_up.id}` has nothing called `{item}`.",
                help=did_you_mean(item, known - {""}),
                element=follow_up,
            )
        elif missing and item not in parts:
            yield reason(
                "which-part",
                f"`{instance.id}` has parts; say which is done.",
                help="missing: " + ", ".join(f"`{part}`" for part in missing),
                element=follow_up,
                path=follow_up.below("parts"),
            )
        elif is_shared(follow_up) and self.role and not done:
            yield reason(
                "already-done",
                f"That part of `{instance.id}` is done already.",
                help="missing: " + ", ".join([*missing, *missing_holders(follow_up, instance)]),
                element=follow_up,
            )

    def _instance(self) -> tuple[Instance | None, tuple[Reason, ...]]:
        """The open follow-up that is meant: by its own id, or the one due first of those for
        the recipient or holder that is named.
        """
        basics = tuple(future(self.at, self.now))
        name = self.request.what
        found = self.case.open.get(name)
        if found is not None:
            return found, basics
        open_now = [one for one in self.case.open.values() if one.follow_up == name]
        if open_now:
            named = self._named(open_now)
            for_whom = {(one.item, one.holder) for one in named}
            if len(for_whom) > 1:
                return None, (*basics, self._say_which(named))
            if named:
                return min(named, key=earliest), basics
            return None, (*basics, self._ended_for(name))
        if name in self.case.instances or name in self.case.latest:
            ended = self.case.instances.get(name) or self.case.latest[name]
            return None, (
                *basics,
                reason("not-open", f"`{ended.id}` is not open: it is {ended.shown_status}."),
            )
        if name in self.program.follow_ups:
            return None, (
                *basics,
                reason(
                    "not-open",
                    f"`{name}` is not open in this case.",
                    element=self.program.follow_ups[name],
                ),
            )
        known = self.program.follow_ups
        return None, (*basics, unknown("unknown-follow-up", name, self.program, known))

    def _named(self, open_now: list[Instance]) -> list[Instance]:
        """Those that the request can mean: by the item it names, else by who asks."""
        item = self.request.item
        follow_up = self.program.follow_ups[open_now[0].follow_up]
        if item in {word for share in shares(follow_up) for word in share if word}:
            return [one for one in open_now if item in (one.item, one.holder)]
        mine = [one for one in open_now if self._role_in(one)]
        return mine or open_now

    def _ended_for(self, name: str) -> Reason:
        """It is open for others, and not any more for the one that is named."""
        item = self.request.item
        return reason(
            "not-open",
            f"`{name}` is not open for `{item}`.",
            element=self.program.follow_ups[name],
        )

    def _say_which(self, open_now: list[Instance]) -> Reason:
        follow_up = self.program.follow_ups[open_now[0].follow_up]
        return reason(
            "which-one",
            f"`{follow_up.id}` is open for several; say for whom.",
            help="one of "
            + ", ".join(dict.fromkeys(f"`{one.item or one.holder}`" for one in open_now)),
            element=follow_up,
            path=follow_up.below("for_each" if follow_up.for_each else "who"),
        )

    def _not_theirs(self, follow_up: FollowUp, who: Who | None, instance: Instance) -> Reason:
        still = "still " if set(instance.done) - set(follow_up.parts) else ""
        return reason(
            "wrong-role",
            f"`{follow_up.id}` is {still}owed by {in_words(who, self.protocol)}.",
            element=follow_up,
            path=follow_up.below("who"),
            needs="role",
            supplied_by=who.roles if who else (),
        )
