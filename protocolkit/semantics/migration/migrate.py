"""One case goes on under another text, or cannot, with every reason; what became of it.

Imports the step of a migration, events and the answers' reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from protocolkit.ground.findings import Reason
from protocolkit.ground.record import EMPTY, Record
from protocolkit.semantics.actors import Actor, Permission
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.deciding.reasons import reason, wrong_value
from protocolkit.semantics.events import Event, settle_head
from protocolkit.semantics.migration.matching import Renaming
from protocolkit.semantics.migration.migrating import MigratingStep, goes_on
from protocolkit.semantics.migration.names import Names
from protocolkit.semantics.migration.plan import DROP, Plan
from protocolkit.semantics.program import Program
from protocolkit.semantics.shares import holder_id
from protocolkit.semantics.situation import CaseSituation

_LAST = datetime.max.replace(tzinfo=UTC)

KIND = "migrate"
"""The kind of the event."""


class Fitted(Record):
    """A plan that fits two texts, compiled for cases or for the programme."""

    plan: Plan
    renaming: Renaming
    old: Program
    new: Program


class Owing(Record):
    """A follow-up that is owed after a migration: until when, and what it was before.

    `was` and `was_due` say the same under the old text; "" for one that opens newly.
    """

    instance: str
    due: datetime | None = None
    was: str = ""
    was_due: datetime | None = None


class Outlook(Record):
    """What a migration does to one case, or why it cannot be done; all as of now.

    `states` are where it stood by strand, `goes_to` where each of these strands stands after ("" if
    the new text has it not), `begun` where those stand that are new. `ended` are follow-ups that
    are not owed any more, with what is recorded as the reason, `opened` those that are owed newly.
    `started` are ladders that begin, `stopped` those that end without what they watched.
    """

    case: str
    states: Mapping[str, str] = EMPTY
    goes_to: Mapping[str, str] = EMPTY
    begun: Mapping[str, str] = EMPTY
    kept: tuple[Owing, ...] = ()
    ended: Mapping[str, str] = EMPTY
    opened: tuple[Owing, ...] = ()
    started: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    refused: tuple[Reason, ...] = ()


def migrate(
    fitted: Fitted, case: Case, by: Actor | None, now: datetime
) -> tuple[Event | None, Outlook]:
    """Let one open case go on under the new text; it has the changes, unless it is refused.

    The case must already stand at `now` under the old text, and is spoilt by a refusal. `by` is
    None to look what would become of it.
    """
    stood = _Stood(case)
    was_over = fitted.old.strands_closed_by(
        case.states.items(), CaseSituation(case, fitted.old, now)
    )
    reasons = [*_obstacles(fitted, case)]
    role = ""
    if by is not None:
        role = Permission(protocol=fitted.new.protocol, case=case).role_for(None, by)
        if not role:
            said = "You hold no role of the new text, so you cannot take cases over to it."
            reasons.append(reason("wrong-role", said))
    if reasons:
        return None, stood.refused(*reasons)
    plan, renaming = fitted.plan, fitted.renaming
    case.programme.begin()
    step = MigratingStep(plan, renaming, fitted.old, fitted.new, case, now)
    step.go()
    situation = CaseSituation(case, step.program, now)
    over = step.program.strands_closed_by(case.states.items(), situation)
    if case.is_closed or (over and not was_over):
        said = "The plan would take it to its end, and only people close a case."
        help = "close it first under the old text, or map its state to one that is no end"
        return None, stood.refused(reason("does-not-fit", said, help=help))
    data = {
        "from": plan.from_,
        "to": plan.to,
        "plan": plan.digest,
        "reason": plan.reason,
        "approved_by": plan.approved_by,
        **case.programme.end(now),
    }
    event = Event(
        case=case.id,
        sequence=case.events + 1,
        kind=KIND,
        happened_at=now,
        recorded_at=now,
        actor=by.id if by is not None else "",
        role=role,
        data=data,
        changes=tuple(step.changes),
    )
    settle_head(case, event)
    return event, stood.outlook(renaming)


class _Stood:
    """Where a case stood, to be compared with where it stands."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.states = dict(case.states)
        self.owed = {one.id: (one, one.due) for one in case.open.values()}
        self.runs = {one.id: one for one in case.runs.values()}

    def refused(self, *reasons: Reason) -> Outlook:
        """It stays where it is."""
        return Outlook(case=self.case.id, states=self.states, refused=reasons)

    def outlook(self, renaming: Renaming) -> Outlook:
        """What is otherwise now."""
        case = self.case
        kept: list[Owing] = []
        ended: dict[str, str] = {}
        known: list[Instance] = []
        for id_, (one, due) in self.owed.items():
            known.append(one)
            if one.is_open:
                kept.append(Owing(instance=one.id, due=one.due, was=id_, was_due=due))
            else:
                ended[id_] = one.because or one.shown_status
        kept.sort(key=lambda one: (one.due is None, one.due or _LAST, one.instance))
        runs = list(self.runs.values())
        stopped = [
            id_
            for id_, run in self.runs.items()
            if all(run is not one for one in case.runs.values()) and run.of not in ended
        ]
        return Outlook(
            case=case.id,
            states=self.states,
            goes_to={
                strand: case.states.get(renaming.new("strands", strand), "")
                for strand in self.states
            },
            begun={
                strand: state
                for strand, state in case.states.items()
                if not renaming.old("strands", strand)
            },
            kept=tuple(kept),
            ended=ended,
            opened=tuple(
                Owing(instance=one.id, due=one.due)
                for one in case.open.values()
                if all(one is not before for before in known)
            ),
            started=tuple(
                run.id for run in case.runs.values() if all(run is not before for before in runs)
            ),
            stopped=tuple(stopped),
        )


def _obstacles(fitted: Fitted, case: Case) -> Iterator[Reason]:
    """Why one case cannot go on under a plan that fits its text."""
    renaming, old, new = fitted.renaming, fitted.old, fitted.new
    for strand, state in case.states.items():
        if renaming.new("strands", strand) and not renaming.new("states", f"{strand}.{state}"):
            said = f"It stands in `{state}`, which the plan drops."
            yield reason("does-not-fit", said, help="say under `states` where it goes on")
    yield from _values(fitted, case)
    held: dict[str, str] = {}
    for role, person in case.holders.items():
        to = renaming.new("roles", role)
        if to and held.setdefault(to, person) != person:
            said = f"Two people would hold the role `{to}`: {held[to]} and {person}."
            yield reason("does-not-fit", said, help="let one of them leave it first: `case assign`")
    names = Names(renaming.change("", "", EMPTY))
    for instance in case.open.values():
        follow_up = new.follow_ups.get(renaming.new("follow_ups", instance.follow_up))
        owed = goes_on(renaming, old, instance) and fitted.plan.policy(instance.follow_up) != DROP
        if follow_up is None or not instance.holder or not owed:
            continue
        known = [holder_id(one) for one in follow_up.who.each_of] if follow_up.who else []
        if names.holder(instance.holder) not in known:
            yield reason(
                "does-not-fit",
                f"`{instance.id}` is owed by `{instance.holder}` alone, and in the new text "
                f"`{follow_up.id}` is not.",
                help=f"say `timers: {{{instance.follow_up}: {DROP}}}`, or let it be done first",
            )


def _values(fitted: Fitted, case: Case) -> Iterator[Reason]:
    """What is known of facts and could not be recorded under the new text."""
    names = Names(fitted.renaming.change("", "", EMPTY))
    new = fitted.new.whole
    for name, entries in case.facts.items():
        fact = new.facts.get(fitted.renaming.new("facts", name))
        for entry in entries if fact is not None else ():
            value = names.value(name, entry.value)
            if entry.void or value is None:
                continue
            assert fact is not None
            for found in wrong_value(fact, value, new.roles):
                help = "correct it first, or drop the fact in the plan"
                shown = ", ".join(sorted(value)) if isinstance(value, frozenset) else value
                said = f"`{name}` is `{shown}` in this case, and in the new text {found.message}"
                yield reason("does-not-fit", said, help=help, path=found.path)
                return
