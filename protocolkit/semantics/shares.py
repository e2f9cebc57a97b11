"""For whom a follow-up is, who owes it, and what of it is still missing.

A follow-up may open once for each recipient (`for_each`) and for each holder (`each_of`); one
instance may need several holders (`all_of`) and several parts. Pure. Imports the model and
the case.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.model.case import FollowUp
from protocolkit.model.people import Holder, Who
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Permission
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.changes import Happened

Share = tuple[str, str]
"""The recipient and the holder of one instance; "" for no one in particular."""


def shares(follow_up: FollowUp) -> list[Share]:
    """The instances that one opening makes, before anybody is left out."""
    who = follow_up.who
    holders = [holder_id(holder) for holder in who.each_of] if who and who.each_of else [""]
    return [(item, holder) for item in follow_up.for_each or ("",) for holder in holders]


def holder_id(holder: Holder) -> str:
    """The word by which a holder is named: the role, or the act whose actor it is."""
    return holder.role or holder.actor_of


def who_may(follow_up: FollowUp, instance: Instance) -> Who | None:
    """Who may do an instance: its own holder, else everybody named."""
    who = follow_up.who
    if who is None or not instance.holder:
        return who
    return Who(any_of=tuple(one for one in who.each_of if holder_id(one) == instance.holder))


def who_owes(follow_up: FollowUp, instance: Instance) -> Who | None:
    """Who owes an instance still: its own holder, or those whose share is missing."""
    who = who_may(follow_up, instance)
    if who is None or not who.all_of or missing_parts(follow_up, instance):
        return who  # whoever has done a part may do another
    missing = tuple(one for one in who.all_of if holder_id(one) not in instance.done)
    return Who(all_of=missing or who.all_of)


def missing_holders(follow_up: FollowUp, instance: Instance) -> list[str]:
    """The holders of a joint follow-up who have not done their share."""
    who = follow_up.who
    joint = who.all_of if who else ()
    return [one for one in map(holder_id, joint) if one not in instance.done]


def missing_parts(follow_up: FollowUp, instance: Instance) -> list[str]:
    """The parts that are not done."""
    return [part for part in follow_up.parts if part not in instance.done]


def is_shared(follow_up: FollowUp) -> bool:
    """Whether it takes more than one doing: by several holders, or in several parts."""
    return bool(follow_up.parts or (follow_up.who and follow_up.who.all_of))


def stands_for(protocol: Protocol, role: str, holder: Holder) -> bool:
    """Whether somebody who acted in a role counts as the holder: the office or a substitute."""
    if not role or not holder.role:
        return False
    declared = protocol.roles.get(holder.role)
    return role == holder.role or (declared is not None and role in declared.substitutes)


def is_let_in(protocol: Protocol, case: Case, instance: Instance, done: Happened) -> bool:
    """Whether a ladder let in whoever did something, for this instance (ruling 20)."""
    handed = (Holder(role=role) for role in case.handed.get(instance.id, ()))
    return any(stands_for(protocol, done.role, one) for one in handed)


def is_named(
    protocol: Protocol, case: Case, follow_up: FollowUp, done: Happened, instance: Instance
) -> bool:
    """Whether an occurrence is about this very instance among those for each (ruling 11)."""
    if instance.item and done.item != instance.item:
        return False
    if not instance.holder or done.item == instance.holder:
        return True
    who = follow_up.who
    holders = [one for one in (who.each_of if who else ()) if holder_id(one) == instance.holder]
    return any(stands_for(protocol, done.role, one) for one in holders) or is_let_in(
        protocol, case, instance, done
    )


def ticked_by(
    protocol: Protocol, case: Case, follow_up: FollowUp, instance: Instance, done: Happened
) -> list[str] | None:
    """Which shares an occurrence does that were missing; None: all of it, by an outsider."""
    found = [done.item] if done.item in missing_parts(follow_up, instance) else []
    who = follow_up.who
    if who is None or not who.all_of:
        return found
    permission = Permission(protocol=protocol, case=case, instance=instance)
    mine = [
        holder
        for holder in who.all_of
        if (holder.actor_of and permission.person_of(holder.actor_of) == done.by)
        or stands_for(protocol, done.role, holder)
    ]
    missing = missing_holders(follow_up, instance)
    if not mine and is_let_in(protocol, case, instance, done):
        return found + missing[:1]
    if not mine and not follow_up.parts:
        return None
    return found + share_of(mine, done.role, missing)


def share_of(mine: Iterable[Holder], role: str, missing: Iterable[str]) -> list[str]:
    """The one share that somebody does who counts as several holders: that of their own office
    before one in which they stand in.
    """
    ordered = sorted(mine, key=lambda holder: holder.role != role)
    return [holder_id(one) for one in ordered if holder_id(one) in missing][:1]


def is_vacant(protocol: Protocol, case: Case, follow_up: FollowUp, instance: Instance) -> bool:
    """Whether nobody can owe it: no person holds a role that is given out case by case, or
    nobody did what it is owed for (ruling 21).
    """
    who = who_owes(follow_up, instance)
    permission = Permission(protocol=protocol, case=case, instance=instance)
    return who is not None and all(_is_vacant(permission, one) for one in who.holders)


def _is_vacant(permission: Permission, holder: Holder) -> bool:
    if holder.actor_of:
        return not permission.person_of(holder.actor_of)
    role = permission.protocol.roles.get(holder.role)
    if role is None or not role.per_case or holder.any_holder:
        return False
    return role.id not in permission.case.holders and all(
        permission.protocol.roles[one].per_case and one not in permission.case.holders
        for one in role.substitutes
    )
