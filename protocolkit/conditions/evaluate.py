"""Turns conditions into closures that answer True, False or None for unknown.

Three truth values after Kleene: `and` is false as soon as one part is false, `or` true as
soon as one part is true, whatever is unknown beside it. Only True lets anything pass. Names
are looked up once, when compiling; text is never evaluated. Imports only `ground`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from protocolkit.conditions.names import STATUSES, Names
from protocolkit.conditions.syntax import (
    Always,
    And,
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
    Not,
    Number,
    Occurrence,
    Or,
    Reached,
    Span,
    Subject,
    Truth,
    Unknown,
    Value,
    Within,
    Word,
)
from protocolkit.conditions.terms import oversized_term, term_cycle

if TYPE_CHECKING:
    from protocolkit.conditions.situation import Situation
    from protocolkit.ground.limits import Duration, OccurrenceRef

Verdict: TypeAlias = bool | None
Judge: TypeAlias = "Callable[[Situation], Verdict]"
Reader: TypeAlias = "Callable[[Situation], Any]"

_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_condition(condition: Condition, terms: Mapping[str, Condition], kinds: Names) -> Judge:
    """A closure that judges a condition in a situation.

    The condition must be free of type problems. Terms are compiled in, so a later change of
    `terms` changes nothing.

    Raises: ValueError: the terms go in a circle, or one is too big (see `terms`); a checked
        protocol has none such. LookupError: a name is not declared.
    """
    return Compiler(terms, kinds).judge(condition)


class Compiler:
    """Compiles many conditions of one protocol; each term is compiled once.

    Raises: as `compile_condition` does.
    """

    def __init__(self, terms: Mapping[str, Condition], kinds: Names) -> None:
        if circle := term_cycle(terms):
            raise ValueError(f"terms go in a circle: {' -> '.join(circle)}")
        if (big := oversized_term(terms)) is not None:
            raise ValueError(f"the term {big} is too big, with the terms it reads")
        self._terms = dict(terms)
        self._kinds = kinds
        self._judges: dict[str, Judge] = {}

    def judge(self, condition: Condition) -> Judge:
        """The closure of a condition."""
        match condition:
            case And(parts=parts):
                return _all_of([self.judge(part) for part in parts])
            case Or(parts=parts):
                return _any_of([self.judge(part) for part in parts])
            case Not(part=part):
                return _opposite(self.judge(part))
            case Holds(subject=subject):
                return self.read(subject)
            case Is(subject=subject, values=values, negated=negated):
                judge = self._is(subject, values)
                return _opposite(judge) if negated else judge
            case IsKnown(subject=subject, negated=negated, since=since):
                read = self.read(subject)
                if since is not None and isinstance(subject, Name):
                    read = _since(subject.name, since.ref)
                if negated:
                    return lambda situation: read(situation) is None
                return lambda situation: read(situation) is not None
            case Compare(subject=subject, sign=sign, bound=bound):
                return _compare(self.read(subject), _SIGNS[sign], bound.value)
            case Includes(subject=subject, role=role):
                return self._includes(subject, role)
            case Happened(of=of, since=since):
                start = since.ref if since else None
                return _each(_any_of, [_happened(one, start) for one in of.ref.each])
            case Missed(of=of, within=within, after=after):
                return _each(_all_of, [_missed(one, within, after) for one in of.ref.each])
            case Within(span=span, first=first, second=second):
                longest, one, other = span.length, self._moment(first), self._moment(second)
                return lambda situation: situation.within(longest, one, other)
            case Reached(fact=fact):
                day = fact.name
                return lambda situation: situation.reached(day)
            case Available(role=role):
                office = role.text
                return lambda situation: situation.available(office)
            case Always():
                return lambda _: True
            case _:
                assert_never(condition)

    def read(self, subject: Subject) -> Reader:
        """The closure that reads what a phrase asks about; a term reads as its verdict."""
        match subject:
            case Name(name=name):
                return self._named(name)
            case FactAt(fact=fact, at=at):
                past, moment = fact.name, at.ref
                return lambda situation: situation.fact_at(past, moment)
            case By(of=of):
                act = of.name
                return lambda situation: situation.by(act)
            case Count(of=of, within=within, since=since):
                start = since.ref if since else None
                length = within.length if within else None
                return _sum_of([_count(one, start, length) for one in of.ref.each])
            case DaysBetween(first=first, second=second):
                a, b = self._moment(first), self._moment(second)
                return lambda situation: situation.days_between(a, b)
            case Attended(of=of):
                meeting = of.name
                return lambda situation: situation.attended(meeting)
            case _:
                assert_never(subject)

    def _named(self, name: str) -> Reader:
        if name in self._terms:
            if name not in self._judges:
                self._judges[name] = self.judge(self._terms[name])
            return self._judges[name]
        kind = self._kinds.kind_of(name)
        if kind == "fact":
            return lambda situation: situation.fact(name)
        if kind == "strand":
            return lambda situation: situation.state(name)
        if kind == "follow-up":
            return lambda situation: situation.status(name)
        raise LookupError(f"nothing is called {name}")

    def _moment(self, at: Occurrence) -> str | OccurrenceRef:
        ref = at.ref
        plain = not ref.event and ref.pick == "opening"
        return ref.name if plain and ref.name in self._kinds.facts else ref

    def _is(self, subject: Subject, values: tuple[Value, ...]) -> Judge:
        read = self.read(subject)
        if_unknown = True if any(isinstance(value, Unknown) for value in values) else None
        wanted = frozenset(_plain(value) for value in values if not isinstance(value, Unknown))
        if isinstance(subject, By):
            return _any_role(read, wanted, if_unknown)
        if isinstance(subject, Name) and self._kinds.kind_of(subject.name) == "follow-up":
            wanted = frozenset().union(*(STATUSES[str(word)] for word in wanted))
        if if_unknown is None and len(wanted) == 1:
            return _is_one(read, *wanted)
        return _is_one_of(read, wanted, if_unknown)

    def _includes(self, subject: Name | FactAt | Attended, role: Word | Attendee) -> Judge:
        read = self.read(subject)
        if isinstance(role, Attendee):
            return _includes_attendee(read)
        office = role.text

        def judge(situation: Situation) -> Verdict:
            roles = read(situation)
            return None if roles is None else office in roles

        return judge


def _plain(value: Word | Number | Truth | Any) -> bool | int | str | date:
    return value.text if isinstance(value, Word) else value.value


def _all_of(judges: list[Judge]) -> Judge:
    if len(judges) == 2:
        first, second = judges

        def both(situation: Situation) -> Verdict:
            verdict = first(situation)
            if verdict is False:
                return False
            other = second(situation)
            return other if verdict or other is False else None

        return both

    def every(situation: Situation) -> Verdict:
        verdict: Verdict = True
        for judge in judges:
            one = judge(situation)
            if one is False:
                return False
            if one is None:
                verdict = None
        return verdict

    return every


def _any_of(judges: list[Judge]) -> Judge:
    if len(judges) == 2:
        first, second = judges

        def either(situation: Situation) -> Verdict:
            verdict = first(situation)
            if verdict:
                return True
            other = second(situation)
            return other if verdict is False or other else None

        return either

    def some(situation: Situation) -> Verdict:
        verdict: Verdict = False
        for judge in judges:
            one = judge(situation)
            if one:
                return True
            if one is None:
                verdict = None
        return verdict

    return some


def _opposite(judge: Judge) -> Judge:
    def opposite(situation: Situation) -> Verdict:
        verdict = judge(situation)
        return None if verdict is None else not verdict

    return opposite


def _is_one(read: Reader, wanted: Any) -> Judge:
    def judge(situation: Situation) -> Verdict:
        value = read(situation)
        return None if value is None else value == wanted

    return judge


def _is_one_of(read: Reader, wanted: frozenset[Any], if_unknown: Verdict) -> Judge:
    def judge(situation: Situation) -> Verdict:
        value = read(situation)
        return if_unknown if value is None else value in wanted

    return judge


def _any_role(read: Reader, wanted: frozenset[Any], if_unknown: Verdict) -> Judge:
    def judge(situation: Situation) -> Verdict:
        roles = read(situation)
        return if_unknown if roles is None else not wanted.isdisjoint(roles)

    return judge


def _includes_attendee(read: Reader) -> Judge:
    def judge(situation: Situation) -> Verdict:
        roles, role = read(situation), situation.attendee()
        return None if roles is None or role is None else role in roles

    return judge


def _compare(read: Reader, holds: Callable[[Any, Any], bool], bound: int | date) -> Judge:
    def judge(situation: Situation) -> Verdict:
        value = read(situation)
        return None if value is None else holds(value, bound)

    return judge


def _happened(of: OccurrenceRef, since: OccurrenceRef | None) -> Judge:
    name, event = of.name, of.event
    return lambda situation: situation.happened(name, event, since)


def _missed(of: OccurrenceRef, within: Span, after: Occurrence) -> Judge:
    name, event, length, start = of.name, of.event, within.length, after.ref
    return lambda situation: situation.missed(name, event, length, start)


def _count(of: OccurrenceRef, since: OccurrenceRef | None, within: Duration | None) -> Reader:
    name, event = of.name, of.event
    return lambda situation: situation.count(name, event, since, within)


def _since(fact: str, start: OccurrenceRef) -> Reader:
    return lambda situation: situation.fact_since(fact, start)


def _each(join: Callable[[list[Judge]], Judge], judges: list[Judge]) -> Judge:
    """What is asked of several names; of one it is asked at once."""
    return judges[0] if len(judges) == 1 else join(judges)


def _sum_of(readers: list[Reader]) -> Reader:
    if len(readers) == 1:
        return readers[0]

    def total(situation: Situation) -> int | None:
        numbers = [read(situation) for read in readers]
        return None if None in numbers else sum(numbers)

    return total
