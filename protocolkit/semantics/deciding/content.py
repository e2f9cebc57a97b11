"""With what an act is done: what it needs, what sets a need aside, what must come with it.

Imports what every judgement shares, and exceptions.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.ground.findings import Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.semantics.deciding.exceptions import departure, way_round
from protocolkit.semantics.deciding.judging import Judging
from protocolkit.semantics.deciding.reasons import causes, not_true, reason, wrong_value


class Content(Judging):
    """Needs and data."""

    def needs(self) -> Iterator[Reason]:
        """Every need is met, or an exception waives it."""
        trigger = self.trigger
        wanting: dict[str, bool | None] = {}
        for name, need in trigger.needs.items():
            judge = self.program.judge(need.condition)
            verdict = judge(self.situation) if judge else True
            if verdict is not True:
                wanting[name] = verdict
        found = departure(
            trigger, trigger.exceptions, wanting, self.request, self.permission, self.situation
        )
        self.used = found.used
        for name, verdict in wanting.items():
            condition = trigger.needs[name].condition
            if name not in found.waived and condition is not None:
                need = trigger.needs[name]
                yield from causes(
                    self.situation,
                    not_true(verdict),
                    condition,
                    need,
                    f"`{trigger.id}` needs {need.name}",
                    source=trigger.source,
                    help=way_round(trigger.exceptions, name) if not found.reasons else "",
                )
        yield from found.reasons

    def data(self) -> Iterator[Reason]:
        """What must come with it is there, and fits."""
        trigger, protocol, request = self.trigger, self.protocol, self.request
        accepted = {recorded.fact: recorded for recorded in trigger.records}
        for recorded in trigger.records:
            if recorded.required and recorded.fact not in request.facts:
                yield reason(
                    "missing-fact",
                    f"`{trigger.id}` needs the fact `{recorded.fact}` with it.",
                    element=trigger,
                    path=trigger.below("records"),
                    needs=recorded.fact,
                )
        for name, value in request.facts.items():
            if name not in accepted:
                yield reason(
                    "unknown-fact",
                    f"`{trigger.id}` does not record a fact `{name}`.",
                    help=did_you_mean(name, accepted),
                    element=trigger,
                    path=trigger.below("records"),
                )
            else:
                yield from wrong_value(protocol.facts[name], value, protocol.roles)
        for role, way in trigger.assigns.items():
            if way == "named" and role not in request.assign:
                yield reason(
                    "missing-fact",
                    f"`{trigger.id}` needs the name of the {protocol.roles[role].name}.",
                    help="say who it is by the id your case system uses",
                    element=trigger,
                    path=trigger.below("assigns"),
                    needs=role,
                )
        for role in request.assign:
            if trigger.assigns.get(role) != "named":
                yield reason(
                    "unknown-fact",
                    f"`{trigger.id}` does not assign a `{role}`.",
                    help=did_you_mean(role, trigger.assigns),
                    element=trigger,
                    path=trigger.below("assigns"),
                )
