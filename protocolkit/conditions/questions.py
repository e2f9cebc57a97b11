"""What some conditions ask about a case, as questions with finitely many answers.

A question is named by its canonical text: `age`, `age at went_missing`, `count(report)`. The
answers stand for all there can be: within a case of `regions` every condition says the same.
Some answers rule each other out, and where that is cheap it is told. Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any, TypeAlias

from protocolkit.conditions.names import STATUSES, Names
from protocolkit.conditions.regions import MAX_ROLES, TooManyRegions, cut_points
from protocolkit.conditions.syntax import (
    Atom,
    Attended,
    Attendee,
    Available,
    By,
    Compare,
    Condition,
    Count,
    DaysBetween,
    FactAt,
    Happened,
    Holds,
    Includes,
    Is,
    IsKnown,
    Missed,
    Name,
    Number,
    Occurrence,
    Reached,
    Subject,
    Within,
    Word,
)
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.limits import Duration, OccurrenceRef
from protocolkit.ground.record import Record

if TYPE_CHECKING:
    from protocolkit.conditions.situation import FactValue

Answers: TypeAlias = Mapping[str, Any]
"""An answer to each question, by its text; None is unknown."""

MOST_COUNTED = 12
"""Up to here every number of times is an answer of its own."""

ATTENDEE = "attendee"


class TooHard(ValueError):
    """There is more to go through than a check may spend its time on."""


class Rule(Record):
    """Which answers to some questions go together."""

    about: tuple[str, ...]
    fits: Callable[..., bool]


class _Times(Record):
    """How often one thing happened, since something else, in a span up to now, or both."""

    name: str
    event: str
    since: str
    span: str
    order: tuple[str, str, str, str]


def times(name: str, event: str, since: OccurrenceRef | None, span: Duration | None) -> str:
    """The text of the question how often something happened."""
    what = f"{name}.{event}" if event else name
    return f"count({what}{f' within {span}' if span else ''}{f' since {since}' if since else ''})"


class Questions:
    """The questions of some conditions: what each may be answered, and what goes together.

    `answers` are by the text of the question; what is more usual comes first, unknown last.

    Raises: TooHard: there are too many answers to some question.
    """

    def __init__(self, conditions: Iterable[Condition], names: Names) -> None:
        self.names = names
        self.answers: dict[str, tuple[Any, ...]] = {}
        self.rules: list[Rule] = []
        self.facts: set[str] = set()
        self._times: dict[str, _Times] = {}
        self._atoms = list(all_atoms(conditions, names.terms))
        try:
            self._cuts = cut_points(conditions, names)
        except TooManyRegions as error:
            raise TooHard(str(error)) from error
        self._counted = self._numbers_of_times()
        self._of = {atom: tuple(dict.fromkeys(self._asks(atom))) for atom in self._atoms}
        self._times_go_together()

    @property
    def phrases(self) -> int:
        """How many phrases there are."""
        return len(self._atoms)

    def of(self, atom: Atom) -> tuple[str, ...]:
        """The questions that a phrase asks; none if it reads a term."""
        return self._of.get(atom, ())

    def _asks(self, atom: Atom) -> Iterator[str]:
        match atom:
            case Happened(of=of, since=since):
                yield from self._how_often(of, since, None)
            case Missed(of=of, within=span, after=after):
                for one in of.ref.each:
                    key = f"missed({one} within {span.length} after {after.ref})"
                    yield self._ask(key, (False, True))
                    self._only_after(key, after.ref, known=False)
            case Within(span=span, first=first, second=second):
                key = f"within({span.length}, {first.ref}, {second.ref})"
                yield self._ask(key, (False, True, None))
                yield from self._between(key, first, second)
            case Reached(fact=fact):
                key = f"reached({fact.name})"
                yield self._ask(key, (False, True, None))
                yield self._fact(fact.name)
                self._known_with(key, (fact.name,))
            case Available(role=role):
                yield self._ask(f"available({role.text})", (True, False, None))
            case Holds() | Is() | IsKnown() | Compare() | Includes():
                yield from self._subject(atom.subject)
                if isinstance(atom, IsKnown) and atom.since and isinstance(atom.subject, Name):
                    yield self._ask(_since(atom.subject.name, atom.since.ref), (True, False))
                if isinstance(atom, Includes) and isinstance(atom.role, Attendee):
                    yield self._ask(ATTENDEE, self._attendees())

    # -- kinds of questions --------------------------------------------------------------------

    def _ask(self, key: str, answers: tuple[Any, ...]) -> str:
        self.answers.setdefault(key, answers)
        return key

    def _subject(self, subject: Subject) -> Iterator[str]:
        match subject:
            case Name(name=name):
                kind = self.names.kind_of(name)
                if kind == "fact":
                    yield self._fact(name)
                elif kind == "strand":
                    yield self._ask(name, self.names.strands[name])
                elif kind == "follow-up":
                    yield self._ask(name, tuple(STATUSES))
            case FactAt(fact=fact, at=at):
                key = f"{fact.name} at {at.ref}"
                self.facts.add(key)
                yield self._ask(key, self._cuts[fact.name])
                self._only_after(key, at.ref)
            case By(of=of):
                key = f"by({of.name})"
                one_each = tuple(frozenset({role}) for role in self._roles_asked(By))
                yield self._ask(key, (*one_each, None))
                self._only_after(key, OccurrenceRef(name=of.name))
            case Count(of=of, since=since, within=within):
                yield from self._how_often(of, since, within.length if within else None)
            case DaysBetween(first=first, second=second):
                key = f"days_between({first.ref}, {second.ref})"
                yield self._ask(key, self._days(subject))
                yield from self._between(key, first, second)
            case Attended(of=of):
                roles = self._roles_asked(Attended)
                if len(roles) > MAX_ROLES:
                    raise TooHard(f"conditions look for {len(roles)} roles at one meeting")
                some = chain.from_iterable(combinations(roles, n) for n in range(len(roles) + 1))
                yield self._ask(f"attended({of.name})", (*map(frozenset, some), None))

    def _fact(self, name: str) -> str:
        self.facts.add(name)
        return self._ask(name, self._cuts[name])

    def _how_often(
        self, of: Occurrence, since: Occurrence | None, span: Duration | None
    ) -> Iterator[str]:
        after = since.ref if since else None
        for one in of.ref.each:
            key = times(one.name, one.event, after, span)
            plain = "" if after is None else str(after)
            self._times[key] = _Times(
                name=one.name,
                event=one.event,
                since=plain,
                span=str(span or ""),
                order=("", "", "", "")
                if after is None or after.pick == "first" or after.others
                else (one.name, one.event, after.name, after.event),
            )
            if len(of.ref.each) > 1 and len(self._counted) != self._counted[-1] + 1:
                raise TooHard("several things are counted together, up to a great number")
            yield self._ask(key, self._counted)

    def _between(self, key: str, first: Occurrence, second: Occurrence) -> Iterator[str]:
        days = []
        for end in (first, second):
            ref = end.ref
            if ref.pick == "opening" and not ref.event and ref.name in self.names.facts:
                days.append(self._fact(ref.name))
            else:
                self._only_after(key, ref)
        yield from days
        if len(days) == 2:
            self._known_with(key, tuple(days))
        else:
            for day in days:
                self._rule((key, day), lambda found, on: found is None or on is not None)

    # -- answers -------------------------------------------------------------------------------

    def _numbers_of_times(self) -> tuple[int, ...]:
        """The numbers of times that stand for all: every number, or if one is great, the first
        of each case.
        """
        bounds = {0}
        for atom in self._atoms:
            if isinstance(getattr(atom, "subject", None), Count):
                bounds |= set(_bounds(atom))
        greatest = max(bounds) + 1
        if greatest <= MOST_COUNTED:
            return tuple(range(greatest + 1))
        starts = {start for bound in bounds for start in (bound, bound + 1) if bound >= 0}
        return tuple(sorted({0, 1} | starts))

    def _days(self, subject: DaysBetween) -> tuple[int | None, ...]:
        asked = [atom for atom in self._atoms if getattr(atom, "subject", None) == subject]
        starts = {start for atom in asked for one in _bounds(atom) for start in (one, one + 1)}
        return (*sorted(starts | {min(starts, default=0) - 1}), None)

    def _roles_asked(self, kind: type[By | Attended]) -> list[str]:
        """The roles that phrases of a kind name, and one more that stands for all others."""
        named: set[str] = set()
        for atom in self._atoms:
            if isinstance(getattr(atom, "subject", None), kind):
                if isinstance(atom, Is):
                    named |= {value.text for value in atom.values if isinstance(value, Word)}
                elif isinstance(atom, Includes) and isinstance(atom.role, Word):
                    named.add(atom.role.text)
        if kind is Attended:
            asks = [atom for atom in self._atoms if isinstance(atom, Includes)]
            if any(isinstance(atom.role, Attendee) for atom in asks):
                return list(self._attendees())
            return sorted(named)
        return sorted(named) + sorted(self.names.roles - named)[:1]

    def _attendees(self) -> tuple[str, ...]:
        named = {
            atom.role.text
            for atom in self._atoms
            if isinstance(atom, Includes) and isinstance(atom.role, Word)
        }
        return (*sorted(named), *sorted(self.names.roles - named)[:1])

    # -- what goes together --------------------------------------------------------------------

    def _rule(self, about: tuple[str, ...], fits: Callable[..., bool]) -> None:
        self.rules.append(Rule(about=about, fits=fits))

    def _known_with(self, key: str, facts: tuple[str, ...]) -> None:
        """Known if and only if the facts are."""
        self._rule((key, *facts), lambda found, *of: (found is None) == (None in of))

    def _only_after(self, key: str, ref: OccurrenceRef, *, known: bool = True) -> None:
        """Known, or true, only if something has happened."""
        if ref.others:
            return
        nothing = (None,) if known else (None, False)
        happened = times(ref.name, ref.event, None, None)
        self._rule((key, happened), lambda found, often: found in nothing or often > 0)

    def _times_go_together(self) -> None:
        for key, one in self._times.items():
            for other_key, other in self._times.items():
                if key == other_key:
                    continue
                if (one.name, one.event) == (other.name, other.event):
                    if other.since in ("", one.since) and other.span in ("", one.span):
                        self._rule((key, other_key), lambda few, many: few <= many)
                    if one.since and not other.since and one.span == other.span:
                        _, _, name, event = one.order
                        start = times(name, event, None, None)
                        if name and start in self.answers:
                            self._rule(
                                (key, other_key, start),
                                lambda after, ever, started: started > 0 or after == ever,
                            )
                if one.order[0] and one.order == (*other.order[2:], *other.order[:2]):
                    self._rule((key, other_key), lambda a, b: not (a and b))
        self.rules = [rule for rule in self.rules if self.answers.keys() >= {*rule.about}]


def _bounds(atom: Atom) -> Iterator[int]:
    """The numbers that a phrase compares with."""
    match atom:
        case Compare(bound=Number(value=value)):
            yield value
        case Is(values=values):
            yield from (value.value for value in values if isinstance(value, Number))


def _since(fact: str, since: OccurrenceRef) -> str:
    return f"{fact} is known since {since}"


class Answered:
    """A case in which every question is answered (see `situation.Situation`)."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def fact(self, name: str) -> FactValue | None:
        value: FactValue | None = self.answers[name]
        return value

    def fact_at(self, name: str, at: OccurrenceRef) -> FactValue | None:
        value: FactValue | None = self.answers[f"{name} at {at}"]
        return value

    def fact_since(self, name: str, since: OccurrenceRef) -> FactValue | None:
        return self.fact(name) if self.answers[_since(name, since)] else None

    def state(self, strand: str) -> str:
        return str(self.answers[strand])

    def status(self, follow_up: str) -> str:
        return str(self.answers[follow_up])

    def happened(self, name: str, event: str, since: OccurrenceRef | None) -> bool | None:
        return bool(self.answers[times(name, event, since, None)])

    def count(
        self, name: str, event: str, since: OccurrenceRef | None, within: Duration | None
    ) -> int | None:
        return int(self.answers[times(name, event, since, within)])

    def by(self, name: str) -> frozenset[str] | None:
        roles: frozenset[str] | None = self.answers[f"by({name})"]
        return roles

    def missed(self, name: str, event: str, within: Duration, after: OccurrenceRef) -> bool | None:
        what = f"{name}.{event}" if event else name
        return bool(self.answers[f"missed({what} within {within} after {after})"])

    def reached(self, fact: str) -> bool | None:
        verdict: bool | None = self.answers[f"reached({fact})"]
        return verdict

    def days_between(self, a: str | OccurrenceRef, b: str | OccurrenceRef) -> int | None:
        number: int | None = self.answers[f"days_between({a}, {b})"]
        return number

    def within(self, span: Duration, a: str | OccurrenceRef, b: str | OccurrenceRef) -> bool | None:
        verdict: bool | None = self.answers[f"within({span}, {a}, {b})"]
        return verdict

    def attended(self, meeting: str) -> frozenset[str] | None:
        roles: frozenset[str] | None = self.answers[f"attended({meeting})"]
        return roles

    def available(self, role: str) -> bool | None:
        verdict: bool | None = self.answers[f"available({role})"]
        return verdict

    def attendee(self) -> str | None:
        role: str | None = self.answers[ATTENDEE]
        return role
