"""Signatures: doing is signing (ruling 23).

Imports what holds for every request.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.model.case import Trigger
from protocolkit.model.people import Holder, Who
from tests.reference.judging import Judge
from tests.reference.judging_joint import Joint, content_of
from tests.reference.ledger import Owed
from tests.reference.people import acting_as, name_of, role_for


class Signing(Judge):
    """Whose signature a request is, and whether it takes effect."""

    def joint(self, trigger: Trigger) -> Joint | None:
        """What must be agreed to before an act takes effect."""
        agreed, who = trigger.agreed_by, trigger.who
        together = who.all_of if who else ()
        if trigger.protective or (agreed is None and not together):
            return None
        roles = (agreed.all_of, agreed.any_of) if agreed else ((), ())
        all_of, any_of = (tuple(Holder(role=role) for role in some) for some in roles)
        return Joint(
            key=trigger.id,
            all_of=(*together, *all_of),
            any_of=any_of,
            who=None if together else who,
            extra=tuple(self.case.handed_for(trigger)),
            content=content_of(self.ask, self.about(trigger)),
            meeting=self.about(trigger),
        )

    def signing(self, joint: Joint, owed: Owed | None = None) -> Iterator[str]:
        """Whose signature it is, whether it proposes, and whether it then takes effect."""
        self.agreement = joint
        proposal = self.case.proposal(joint.key)
        if proposal is not None and proposal.content != joint.content:
            proposal = None
        signed = dict(proposal.signed) if proposal else {}
        all_of = [name_of(holder) for holder in joint.all_of]
        any_of = [name_of(holder) for holder in joint.any_of]
        is_signer = False
        for holder in (*joint.all_of, *joint.any_of):
            name = name_of(holder)
            acting = role_for(
                self.case, Who(any_of=(holder,)), self.by, owed=owed, meeting=joint.meeting
            )
            is_signer = is_signer or bool(acting)
            enough = name not in all_of and any(one in signed for one in any_of)
            is_missing = name not in signed and not enough
            if acting and is_missing and self.by.id not in signed.values():
                self.signs_as, self.role = name, acting
                signed[name] = self.by.id
        proposer = ""
        if joint.who is not None or joint.extra:
            who = joint.who or Who()
            proposer = role_for(self.case, who, self.by, extra=joint.extra, meeting=joint.meeting)
        self.proposes = bool(proposer)
        self.role = self.role or proposer
        is_proposed = proposal is not None and proposal.is_proposed
        if not self.role:
            yield "already-signed" if is_signer else "wrong-role"
        elif not self.signs_as and is_proposed:
            yield "already-signed"
        self.takes_effect = (
            all(name in signed for name in all_of)
            and (not any_of or any(name in signed for name in any_of))
            and (joint.who is None or is_proposed or self.proposes)
        )
        if self.takes_effect and proposal is not None and proposal.latest is not None:
            self.at = max(self.at, proposal.latest)
            self.persons += proposal.persons

    def veto(self, trigger: Trigger) -> Iterator[str]:
        """Somebody says no to what is proposed, or takes their own name back."""
        yield from self.basics()
        proposal = self.case.proposal(trigger.id)
        if proposal is None:
            yield "not-open"
            return
        veto = trigger.agreed_by.veto if trigger.agreed_by else ()
        roles = [acting_as(self.case, role, self.by) for role in veto]
        roles += [role for role, person in proposal.signed.items() if person == self.by.id]
        self.role = next((role for role in roles if role), "")
        if not self.role:
            yield "wrong-role"

    def about(self, trigger: Trigger) -> str:
        """The meeting that an act belongs to: the one named, else the last one that met."""
        names = trigger.decided_at or trigger.during
        met = [
            meeting.id
            for meeting in self.case.planned
            if meeting.name in names and meeting.status in ("held", "adjourned")
        ]
        return self.ask.meeting or (met[-1] if met else "")
