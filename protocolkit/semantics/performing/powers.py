"""Setting a follow-up aside or giving it more time, by whom the protocol gives that power.

Where several have it together, each of them says so and the last one's word counts. Imports
follow-ups and agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocolkit.ground.findings import Reason
from protocolkit.ground.limits import Due, is_late
from protocolkit.model.case import Authority, FollowUp
from protocolkit.semantics.actors import in_words
from protocolkit.semantics.case import Instance
from protocolkit.semantics.deciding.agreement import Joint, SignOff, content_of, sign_off
from protocolkit.semantics.deciding.reasons import causes, not_true, or_, reason
from protocolkit.semantics.performing.follow_ups import FollowUps
from protocolkit.semantics.performing.performing import nothing
from protocolkit.semantics.situation import CaseSituation


class Powers(FollowUps):
    """Declining, waiving, extending."""

    sign_off: SignOff | None = None

    def _decline(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        return self._set_aside("decline", "declined")

    def _waive(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        return self._set_aside("waive", "waived")

    def _set_aside(self, key: str, status: str) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        instance, reasons = self._instance()
        if instance is None:
            return reasons, nothing
        follow_up = self.program.follow_ups[instance.follow_up]
        authority: Authority | None = getattr(follow_up, key)
        found = [*reasons, *self._authority(follow_up, key, authority, instance)]

        def go() -> None:
            self.step.end(
                instance,
                status,
                self.at,
                because=self.request.reason,
                actor=self.actor.id,
                role=self.role,
            )

        return tuple(found), self._signed(go)

    def _extend(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        instance, reasons = self._instance()
        if instance is None:
            return reasons, nothing
        follow_up = self.program.follow_ups[instance.follow_up]
        found = [*reasons, *self._authority(follow_up, "extend", follow_up.extend, instance)]
        until = self.request.until
        if until is None:
            found.append(reason("missing-fact", "The new due time is missing.", element=follow_up))
        elif instance.is_paused:
            found.append(
                reason(
                    "paused",
                    f"The clock of `{instance.id}` stands still, so it has no due time now.",
                    help="give more time when it goes on",
                    element=follow_up,
                    path=follow_up.below("pauses_while"),
                )
            )
        if until is not None and is_late(instance.due or until, until):
            found.append(
                reason(
                    "wrong-value",
                    "More time cannot end earlier than the time there was.",
                    element=follow_up,
                )
            )

        def go() -> None:
            assert until is not None
            outer = max(instance.outer, until) if instance.outer else None
            instants = Due(aim=instance.aim, due=until, outer=outer)
            self.step.redate(instance, instants, instance.anchor_at, because=self.request.reason)
            self.step.happen(
                follow_up.id, "extended", self.at, self.actor.id, self.role, of=instance.id
            )

        return tuple(found), self._signed(go)

    def _signed(self, go: Callable[[], None]) -> Callable[[], None]:
        """Sign it, and go on if that was the last word that was missing."""
        signed = self.sign_off
        if signed is None:
            return go

        def sign() -> None:
            for change in signed.changes:
                self.step.do(change)
            if signed.is_all:
                self.kind = "signed"
                self.data["kind"] = self.request.kind
                return
            self.at = signed.at
            go()

        return sign

    def _authority(
        self, follow_up: FollowUp, key: str, authority: Authority | None, instance: Instance
    ) -> Iterator[Reason]:
        if authority is None:
            yield reason(
                "not-provided",
                f"The protocol gives nobody the right to {key} `{follow_up.id}`.",
                element=follow_up,
            )
            return
        permission = self._permission(instance)
        self.role = permission.role_for(authority.who, self.actor)
        if authority.who is not None and authority.who.all_of:
            self.sign_off = sign_off(
                permission,
                f"{key} {instance.id}",
                Joint(all_of=authority.who.all_of),
                self.actor,
                content_of(self.request.replace(item=""), ""),
                self.at,
            )
        if not self.role:
            yield reason(
                "wrong-role",
                f"To {key} `{follow_up.id}` is for {in_words(authority.who, self.protocol)}.",
                element=follow_up,
                path=follow_up.below(key),
                needs="role",
                supplied_by=authority.who.roles if authority.who else (),
            )
        elif self.sign_off is not None and not self.sign_off.changes:
            missing = self.sign_off.missing
            names = [self.protocol.roles[role].name for role in missing]
            yield reason(
                "already-signed",
                f"You have agreed to {key} `{instance.id}` already; it waits for {or_(names)}.",
                element=follow_up,
                path=follow_up.below(key, "who"),
                needs="role",
                supplied_by=missing,
            )
        judge = self.program.judge(authority.if_)
        if judge is not None and authority.if_ is not None:
            situation = CaseSituation(self.case, self.program, self.now)
            verdict = judge(situation)
            if verdict is not True:
                yield from causes(
                    situation,
                    not_true(verdict),
                    authority.if_,
                    follow_up,
                    f"To {key} `{follow_up.id}` is allowed only if",
                    phrased=True,
                    path=follow_up.below(key, "if"),
                )
        if authority.reason == "required" and not self.request.reason:
            yield reason(
                "missing-reason",
                f"To {key} `{follow_up.id}` needs a reason: a code or a reference.",
                element=follow_up,
                path=follow_up.below(key),
            )
