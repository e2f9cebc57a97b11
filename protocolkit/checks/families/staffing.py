"""Staffing: are the people of a roster enough for what the protocol asks?

Runs only when a roster is given. What a search over all cases finds of the same is found by
`protocolkit verify --roster`; its pages are used here, with what roles and rules alone decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from protocolkit.checks._base import WHOLE, Check, Found, Subject, check
from protocolkit.checks.families.behaviour import PAGES
from protocolkit.checks.staff import Staff
from protocolkit.ground.findings import CheckInfo, Path
from protocolkit.ground.record import Record
from protocolkit.language.wording import joined
from protocolkit.model.case import Trigger
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol

MAX_TOGETHER = 12
"""Acts that are kept apart, directly or through others, and are still looked at together."""

_PROVED = {page.code: page for page in PAGES}
_STATES = """\
states:
  identified: {initial: true}
  reported: {}
  closed: {final: true}
"""
_JUDGE = """\
roles:
  djo: {kind: juvenile_officer}
  judge: {kind: judge%s}
triggers:
  close: {who: [djo, judge], moves: {from: identified, to: closed}}
"""
_TWO = (
    """\
roles:
  djo: {kind: juvenile_officer}
  supervisor: {kind: supervisor}
"""
    + _STATES
    + """\
triggers:
  report: {who: [djo, supervisor], moves: {from: identified, to: reported}}
  close: {who: %s, moves: {from: reported, to: closed}}
"""
)


@check(
    CheckInfo(
        code="PK304",
        name="unstaffed-role",
        severity="error",
        summary="By the roster nobody holds this role, and nobody who stands in for it.",
        why="""\
On paper somebody is there. In the office the phone rings on an empty desk, and the case waits for
a person who does not exist.""",
        source="Turnover, and knowing whom to turn to: §3.2.4, §3.3.3, §5.3",
        wrong=_JUDGE % "",
        right=_JUDGE % ", substitutes: djo",
        how="""\
Only with `--roster`. Each role is looked up, and each ability that a rule asks of a role. One who
stands in is enough. A role that is given out case by case is not looked for, unless a rule asks
for any holder of it. The young person and the family are never in a roster. The examples are
those of an office with one `djo` and one `supervisor`.""",
    ),
    reads=("roles",),
    of_roster=True,
)
def unstaffed_role(subject: Subject) -> Iterator[Found]:
    """Roles, and abilities in them, that nobody of the roster has."""
    protocol = subject.protocol
    staff = Staff(protocol, subject.people)
    empty = set()
    for role in protocol.roles.values():
        if staff.persons(role.id) == frozenset():
            empty.add(role.id)
            yield Found(
                message=f"Nobody in the roster holds the role `{role.id}`"
                + (", nor a role that stands in for it." if role.substitutes else "."),
                help=f"add a person with `{role.id}` to the roster, or say under `substitutes` "
                "who stands in",
                path=role.path,
                at_key=True,
            )
    for path, who in _asked(protocol):
        for holder in who.holders:
            name, skill = holder.role, holder.with_
            if name in empty or name not in protocol.roles:
                continue
            if holder.any_holder and protocol.roles[name].per_case and not staff.in_office(name):
                what = f"holds the role `{name}`, and `any_holder` asks for one"
            elif skill and staff.persons(name, skill) == frozenset():
                what = f"who is `{name}` can do `{skill}`"
            else:
                continue
            yield Found(
                message=f"Nobody in the roster {what}.",
                help="add a person who does to the roster"
                + (f", with `can: [{skill}]`" if skill else ""),
                path=path,
            )


def _asked(protocol: Protocol) -> Iterator[tuple[Path, Who]]:
    """Who is to act or owes something, with where it is said."""
    for act in protocol.triggers.values():
        if act.who is not None:
            yield act.below("who"), act.who
    for owed in protocol.follow_ups.values():
        if owed.who is not None:
            yield owed.below("who"), owed.who


@check(
    CheckInfo(
        code="PK305",
        name="single-point-of-failure",
        severity="warning",
        summary="While one certain person is away, cases come to a stand.",
        why="""\
People fall ill, leave, go on holiday. If a case then stands still, the child waits for one
person's return.""",
        source="What is left when three officers retire: §3.3.1, §4, §5.3",
        wrong=_TWO % "supervisor",
        right=_TWO % "[djo, supervisor]",
        how="""\
Only with `--roster`. Each person is taken away, one at a time. Found is a state that a case can
get to, and from which somebody could lead it on before and nobody can now. Found is as well that
no case can be closed any more. It is judged by who may act: facts of a case can still stand in
the way. A role that stands nowhere in the roster is held by somebody else. The examples are those
of an office with one `djo` and one `supervisor`.""",
    ),
    reads=(WHOLE,),
    of_roster=True,
)
def single_point_of_failure(subject: Subject) -> Iterator[Found]:
    """People without whom cases stand still."""
    # Who is left when somebody goes is worked out once, for proofs and here.
    from protocolkit.proofs.absences import Absences

    protocol = subject.protocol
    absences = Absences(protocol, subject.people or ())
    before = absences.before
    for absence in absences.persons():
        after = absences.outcome(absence)
        stands = [
            now.state
            for now, then in zip(after.standings, before.standings, strict=True)
            if then.movers and not now.movers
        ]
        if not stands and (after.can_close or not before.can_close):
            continue
        acts = [*after.stops, *after.undone]
        told = f"a case stops in {joined(stands, 'or')}" if stands else "no case can be closed"
        elements = {**protocol.follow_ups, **protocol.triggers}
        at = elements[acts[0]].below("who") if acts else protocol.path
        yield Found(
            message=f"Only `{absence.id}` can do {joined(acts)}: while that person is away, {told}."
            if acts
            else f"While `{absence.id}` is away, {told}.",
            help="let somebody else hold the role as well, or say who stands in (`substitutes`)",
            path=at,
            also=tuple(
                (protocol.roles[role].path, "held by this person alone") for role in absence.roles
            ),
            witness={"away": absence.id},
        )


@check(_PROVED["PK307"], reads=("roles",), of_roster=True)
def self_approval(subject: Subject) -> Iterator[Found]:
    """Acts that one person of the roster can propose and agree to alone."""
    protocol = subject.protocol
    staff = Staff(protocol, subject.people)
    for trigger in protocol.triggers.values():
        agreed = trigger.agreed_by
        if agreed is None or trigger.protective or trigger.strength == "must_not":
            continue
        if len(agreed.all_of) + bool(agreed.any_of) != 1 or (trigger.who and trigger.who.all_of):
            continue  # one person signs once
        signers = [staff.persons(role) for role in (*agreed.all_of, *agreed.any_of)]
        known = frozenset[str]().union(*(one for one in signers if one is not None))
        may = known if trigger.who is None else staff.may_do(trigger)
        alone = sorted((known & may if may is not None else known) - staff.kept_out(trigger))
        if alone and (trigger.who is None or may is not None):
            yield Found(
                message=f"`{alone[0]}` can propose `{trigger.id}` and agree to it alone.",
                help="let one more office agree, or give these two offices to two people",
                path=trigger.below("agreed_by"),
                witness={"one person": alone[0]},
            )


# -- people who must not be the same ----------------------------------------------------------


class _Seat(Record):
    """Somebody whom an act takes: who does it, or one who must be there or agree."""

    act: str
    what: str
    persons: frozenset[str]


@check(_PROVED["PK308"], reads=("roles",), of_roster=True)
def unassignable(subject: Subject) -> Iterator[Found]:
    """Acts that no people of the roster can do in one case, by the rules that keep them apart."""
    protocol = subject.protocol
    staff = Staff(protocol, subject.people)
    seats = {
        trigger.id: _seats(trigger, staff)
        for trigger in protocol.triggers.values()
        if trigger.strength != "must_not"
    }
    for group in _kept_apart(protocol, seats):
        conflict = _smallest(group, protocol, seats)
        if not conflict:
            continue
        acts = joined(conflict)
        if len(conflict) == 1:
            message = f"The people of the roster are too few for {acts}: its rules leave nobody."
        else:
            message = f"The people of the roster are too few for {acts}: rules keep them apart."
        places = [place for act in conflict for place in _rules(protocol.triggers[act], conflict)]
        first, *others = places
        yield Found(
            message=message,
            help="add people to the roster, or ask for fewer who must not be the same",
            path=first,
            also=tuple((place, "asks for somebody else too") for place in others),
            witness={
                f"{seat.act}: {seat.what}": ", ".join(sorted(seat.persons)) or "nobody"
                for act in conflict
                for seat in seats[act]
            },
        )


def _seats(trigger: Trigger, staff: Staff) -> list[_Seat]:
    """Whom an act takes, as far as all of them are in the roster; with nobody for an office at
    all there are none: that is PK304's business.
    """
    found = []
    if trigger.who is not None and not trigger.who.all_of:
        whole = staff.one_of(trigger.who.holders)
        persons = staff.may_do(trigger)
        if persons is not None and whole:
            found.append(_Seat(act=trigger.id, what="who", persons=persons))
    agreed = trigger.agreed_by
    lists = [("together_with", role) for role in trigger.together_with]
    if agreed is not None and not trigger.protective:
        lists += [("agreed_by", role) for role in agreed.all_of]
    for key, role in lists:
        persons = staff.persons(role)
        if persons:
            kept = staff.kept_out(trigger) if key == "agreed_by" else frozenset[str]()
            found.append(_Seat(act=trigger.id, what=f"{key} {role}", persons=persons - kept))
    return found


def _apart(one: _Seat, other: _Seat, protocol: Protocol) -> bool:
    """Whether two seats are for two persons."""
    if one.act == other.act:
        kinds = {one.what.partition(" ")[0], other.what.partition(" ")[0]}
        return kinds != {"who", "agreed_by"} and kinds != {"together_with", "agreed_by"}
    for here, there in ((one, other), (other, one)):
        rule = protocol.triggers[here.act].different_from
        last = protocol.triggers[there.act]  # with sign-offs, whoever signs last has done it
        if there.act in rule and there.what == "who" and last.agreed_by is None:
            return here.what == "who" or here.what.startswith("agreed_by")
    return False


def _kept_apart(protocol: Protocol, seats: Mapping[str, Sequence[_Seat]]) -> Iterator[list[str]]:
    """Groups of acts that rules keep apart, directly or through others."""
    beside: dict[str, set[str]] = {act: set() for act in seats}
    for act in seats:
        for other in protocol.triggers[act].different_from:
            if other in seats:
                beside[act].add(other)
                beside[other].add(act)
    order = {act: number for number, act in enumerate(seats)}
    seen: set[str] = set()
    for act in seats:
        if act not in seen:
            group, waiting = [], [act]
            seen.add(act)
            while waiting:
                group.append(waiting.pop())
                fresh = beside[group[-1]] - seen
                seen |= fresh
                waiting += sorted(fresh)
            yield sorted(group, key=order.__getitem__)


def _smallest(
    group: Sequence[str], protocol: Protocol, seats: Mapping[str, Sequence[_Seat]]
) -> tuple[str, ...]:
    """The fewest acts of a group that the people are too few for; empty if there are none."""
    if len(group) > MAX_TOGETHER or _can_be_filled(group, protocol, seats):
        return ()
    return next(
        some
        for size in range(1, len(group) + 1)
        for some in combinations(group, size)
        if not _can_be_filled(some, protocol, seats)
    )


def _can_be_filled(
    acts: Sequence[str], protocol: Protocol, seats: Mapping[str, Sequence[_Seat]]
) -> bool:
    """Whether each seat can have a person, none of them in two seats that are kept apart.

    A seat that as many can take as there are seats always finds somebody. Of people who can take
    the same seats, and have none yet, any one stands for the others.
    """
    wanted = [seat for act in acts for seat in seats[act]]
    empty = sorted(
        (seat for seat in wanted if len(seat.persons) < len(wanted)),
        key=lambda seat: len(seat.persons),
    )
    open_to = {
        person: tuple(person in seat.persons for seat in empty)
        for seat in empty
        for person in seat.persons
    }
    taken: list[tuple[_Seat, str]] = []

    def fill(number: int) -> bool:
        if number == len(empty):
            return True
        seat = empty[number]
        barred = {person for other, person in taken if _apart(seat, other, protocol)}
        busy = {person for _, person in taken}
        fresh = {open_to[one]: one for one in sorted(seat.persons - busy, reverse=True)}
        for person in sorted((seat.persons & busy - barred).union(fresh.values())):
            taken.append((seat, person))
            if fill(number + 1):
                return True
            taken.pop()
        return False

    return fill(0)


def _rules(trigger: Trigger, acts: Sequence[str]) -> Iterator[Path]:
    """Where an act keeps people apart from others, or from those of other acts."""
    if set(trigger.different_from) & {*acts}:
        yield trigger.below("different_from")
    for key in ("never", "together_with", "agreed_by"):
        if len(acts) == 1 and getattr(trigger, key):
            yield trigger.below(key)


CHECKS: tuple[Check, ...] = (
    unstaffed_role,
    single_point_of_failure,
    self_approval,
    unassignable,
)
