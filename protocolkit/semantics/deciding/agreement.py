"""What several must agree to: doing it is signing it (ruling 23).

Sign-offs bind what was proposed; with another content they are void. It takes effect with the
last one that was missing. The same for acts with `agreed_by`, and for acts and powers whose
`who` is `all_of`. Pure: reads a case, changes nothing. Imports the request, changes and actors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from protocolkit.ground.record import Record
from protocolkit.model.case import Trigger
from protocolkit.model.people import Holder, Who
from protocolkit.semantics.actors import Actor, Permission
from protocolkit.semantics.changes import (
    Change,
    ProposalEnded,
    Signed,
    instant_text,
    value_to_json,
)
from protocolkit.semantics.requests import Request
from protocolkit.semantics.shares import holder_id


class Joint(Record):
    """Who must agree: all of these, and one of those if there are any.

    `who` may propose it, and one of them must, if that is said.
    """

    all_of: tuple[Holder, ...] = ()
    any_of: tuple[Holder, ...] = ()
    who: Who | None = None

    @property
    def signers(self) -> tuple[Holder, ...]:
        """Everybody who signs."""
        return (*self.all_of, *self.any_of)

    @property
    def everybody(self) -> Who:
        """Whoever proposes or signs."""
        return Who(any_of=(*(self.who.holders if self.who else ()), *self.signers))

    def missing(self, signed: Collection[str]) -> tuple[Holder, ...]:
        """Who has not signed; of `any_of` one is enough."""
        enough = any(holder_id(one) in signed for one in self.any_of)
        either = () if enough else self.any_of
        return (*(one for one in self.all_of if holder_id(one) not in signed), *either)


def joint_act(trigger: Trigger) -> Joint | None:
    """Who must agree to an act; None when whoever does it does it alone."""
    agreed, who = trigger.agreed_by, trigger.who
    all_of = who.all_of if who else ()
    any_of: tuple[Holder, ...] = ()
    if agreed is not None:
        all_of = (*all_of, *(Holder(role=role) for role in agreed.all_of))
        any_of = tuple(Holder(role=role) for role in agreed.any_of)
    if not all_of and not any_of:
        return None
    return Joint(all_of=all_of, any_of=any_of, who=None if who and who.all_of else who)


class SignOff(Record):
    """What somebody adds to what several must agree to.

    `changes` are those of signing; none: they have nothing to add. `role` is the one in which
    they act, "" when it is not theirs to sign or to propose. `missing` are the roles that must
    still agree after this, `persons` everybody who signed, `at` when the last of them did.
    """

    role: str = ""
    changes: tuple[Change, ...] = ()
    missing: tuple[str, ...] = ()
    proposed: bool = True
    persons: frozenset[str] = frozenset()
    at: datetime

    @property
    def takes_effect(self) -> bool:
        """Whether it is done with this."""
        return bool(self.changes) and not self.missing and self.proposed

    @property
    def is_all(self) -> bool:
        """Whether signing is all that happens: others must too."""
        return bool(self.changes) and not self.takes_effect


def content_of(request: Request, meeting: str) -> str:
    """The digest of what is agreed to: all that it would leave in the case."""
    content: dict[str, Any] = {
        "facts": {name: value_to_json(value) for name, value in request.facts.items()},
        "assign": dict(request.assign),
        "evidence": dict(request.evidence),
        "meeting": meeting,
        "item": request.item,
        "until": instant_text(request.until) if request.until else "",
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=repr).encode()).hexdigest()


def sign_off(
    permission: Permission,
    what: str,
    joint: Joint,
    actor: Actor,
    content: str,
    at: datetime,
    handed: Collection[str] = (),
) -> SignOff:
    """What an actor's doing this adds to the sign-offs for that content.

    One person signs once, as the first of those missing that they are.
    """
    changes: list[Change] = []
    proposal = permission.case.proposals.get(what)
    earlier = list(proposal.signatures) if proposal else []
    if proposal is not None and proposal.content != content:
        changes.append(ProposalEnded(trigger=what, because="changed"))
        earlier = []
    signed = {one.role for one in earlier if one.role}
    mine = permission.role_for(joint.who or Who(), actor, handed)
    role = permission.role_for(Who(any_of=joint.signers), actor) or mine
    signature = Signed(trigger=what, content=content, person=actor.id, at=at)
    fresh: list[Signed] = []
    if mine and all(one.role for one in earlier):
        fresh.append(signature)
    if all(one.person != actor.id for one in earlier if one.role):
        for one in joint.missing(signed):
            acting = permission.role_for(Who(any_of=(one,)), actor)
            if acting:
                role = acting
                signed.add(holder_id(one))
                fresh.append(signature.replace(role=holder_id(one)))
                break
    everybody = [*earlier, *fresh]
    done = SignOff(
        role=role,
        changes=(*changes, *fresh) if fresh else (),
        missing=tuple(dict.fromkeys(holder_id(one) for one in joint.missing(signed))),
        proposed=joint.who is None or any(not one.role for one in everybody),
        persons=frozenset(one.person for one in everybody),
        at=max((one.at for one in everybody), default=at),
    )
    if done.takes_effect:
        end = ProposalEnded(trigger=what, because="done")
        done = done.replace(changes=(*done.changes, end))
    return done
