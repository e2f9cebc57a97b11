"""The invented county whose names the tests of conditions use, and strategies over them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from hypothesis import strategies as st

from protocolkit.conditions.names import STATUSES, FactType, Names
from protocolkit.conditions.parse import parse
from protocolkit.conditions.situation import FactValue
from protocolkit.conditions.syntax import (
    And,
    Attended,
    Attendee,
    Available,
    By,
    Compare,
    Condition,
    Count,
    Day,
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
    Sign,
    Span,
    Subject,
    Truth,
    Unknown,
    Value,
    Within,
    Word,
)
from protocolkit.ground.limits import Duration, OccurrenceRef, parse_duration

Answer = TypeVar("Answer")

FACTS = {
    "certainty": FactType(type="choice", values=("suspected", "confirmed")),
    "age": FactType(type="integer", lowest=0, highest=20, unit="years"),
    "siblings": FactType(type="integer"),
    "turns_18_on": FactType(type="date"),
    "danger": FactType(type="boolean"),
    "supervisor_reachable": FactType(type="boolean"),
    "seen_today": FactType(type="boolean"),
    "consent": FactType(type="choice", values=("given", "refused", "withdrawn")),
    "implicated": FactType(type="set of roles"),
    "knows_the_child": FactType(type="set of roles"),
    "pact_signed": FactType(type="date"),
    "docket": FactType(type="reference"),
}
ROLES = frozenset({"officer", "supervisor", "guardian", "judge", "detective"})
STRANDS = {
    "case": ("identified", "reported", "teamed", "on_hold", "planned", "closed"),
    "whereabouts": ("safe", "missing"),
}
FOLLOW_UPS = frozenset({"inform_police", "ask_sheriff"})
TRIGGERS = frozenset(
    {"report", "convene", "went_missing", "located", "visit_tried", "police_take_report"}
)
GATHERINGS = frozenset({"team_meeting", "hearing"})
_EVENTS = frozenset({"set", "moved", "called_off", "held", "adjourned", "quorate", "short"})
_FOLLOW_UP_EVENTS = frozenset({"opened", "met", "overdue", "declined", "waived", "cancelled"})
OCCURRENCES = {
    **dict.fromkeys(sorted(FACTS), frozenset({"recorded"})),
    **dict.fromkeys(sorted(TRIGGERS), frozenset({""})),
    **dict.fromkeys(sorted(GATHERINGS), _EVENTS),
    **dict.fromkeys(sorted(FOLLOW_UPS), _FOLLOW_UP_EVENTS),
}
TERMS = {
    "often_missing": parse("count(went_missing within 6 calendar months) >= 3"),
    "is_child": parse("age < 18"),
    "at_risk": parse("is_child and (danger or often_missing)", {"is_child", "often_missing"}),
}
NAMES = Names(
    facts=FACTS,
    strands=STRANDS,
    follow_ups=FOLLOW_UPS,
    triggers=TRIGGERS,
    gatherings=GATHERINGS,
    roles=ROLES,
    terms=TERMS,
    occurrences=OCCURRENCES,
)
BOOLEANS = NAMES.booleans()

SPANS = tuple(parse_duration(text) for text in ("6 hours", "2 calendar days", "6 calendar months"))
DAYS = (date(2024, 2, 29), date(2025, 4, 18), date(2025, 4, 19))
_SIGNS: tuple[Sign, ...] = ("<", "<=", ">", ">=")


def facts_of(*kinds: str) -> st.SearchStrategy[str]:
    """Names of facts of some types."""
    return st.sampled_from([name for name, fact in FACTS.items() if fact.type in kinds])


def occurrences(pick: bool = True) -> st.SearchStrategy[Occurrence]:
    """Occurrences that the county knows."""
    known = [(name, event) for name in OCCURRENCES for event in sorted(OCCURRENCES[name])]
    picks = st.sampled_from(["opening", "first", "last"] if pick else ["opening"])
    return st.builds(
        lambda one, which: Occurrence(ref=OccurrenceRef(name=one[0], event=one[1], pick=which)),
        st.sampled_from(known),
        picks,
    )


@st.composite
def several(draw: st.DrawFn) -> Occurrence:
    """Two or three occurrences by their bare names, for what asks about any of them."""
    found = draw(st.lists(occurrences(pick=False), min_size=2, max_size=3, unique=True))
    return Occurrence(ref=found[0].ref.replace(others=tuple(one.ref for one in found[1:])))


@st.composite
def one_of_several(draw: st.DrawFn) -> Occurrence:
    """The first or the last of several."""
    ref = draw(several()).ref
    return Occurrence(ref=ref.replace(pick=draw(st.sampled_from(["first", "last"]))))


def spans() -> st.SearchStrategy[Span]:
    """Lengths of time."""
    return st.builds(lambda length: Span(length=length), st.sampled_from(SPANS))


_names = st.builds(lambda name: Name(name=name), st.sampled_from(sorted(FACTS)))


def subjects(*kinds: str) -> st.SearchStrategy[Name | FactAt]:
    """Facts of some types, now or at an occurrence."""
    names = st.builds(lambda name: Name(name=name), facts_of(*kinds))
    return names | st.builds(lambda fact, at: FactAt(fact=fact, at=at), names, occurrences())


def _values(*values: Value) -> st.SearchStrategy[tuple[tuple[Value, ...], bool]]:
    many = st.lists(st.sampled_from([*values, Unknown()]), min_size=1, max_size=3)
    one = st.sampled_from([*values, Unknown()])
    return many.map(lambda some: (tuple(some), False)) | one.map(lambda value: ((value,), True))


def _is(
    subject: st.SearchStrategy[Subject], *values: Value, unknown: bool = True
) -> st.SearchStrategy[Condition]:
    chosen = _values(*values)
    if not unknown:
        chosen = chosen.filter(lambda pair: Unknown() not in pair[0])
    return st.builds(
        lambda about, pair: Is(subject=about, values=pair[0], negated=pair[1]), subject, chosen
    )


def _words(*texts: str) -> list[Value]:
    return [Word(text=text) for text in texts]


def _named(*names: str) -> st.SearchStrategy[Name]:
    return st.sampled_from([Name(name=name) for name in names])


_counted = occurrences(pick=False) | several()
_since = st.none() | occurrences() | one_of_several()
_within = st.none() | spans()
_counts = st.builds(
    lambda of, within, since: Count(of=of, within=within, since=since),
    _counted,
    _within,
    _since,
)
_moments = (
    occurrences()
    | one_of_several()
    | st.builds(lambda name: Occurrence(ref=OccurrenceRef(name=name)), facts_of("date"))
)
_days_between = st.builds(
    lambda first, second: DaysBetween(first=first, second=second), _moments, _moments
)
_by = st.builds(lambda name: By(of=Name(name=name)), st.sampled_from(sorted(TRIGGERS)))
_numbers = st.integers(-3, 24).map(lambda value: Number(value=value))
_days = st.sampled_from(DAYS).map(lambda value: Day(value=value))
_roles = st.sampled_from(sorted(ROLES)).map(lambda text: Word(text=text))


def _attended(name: str) -> Attended:
    return Attended(of=Name(name=name))


ROLE_ATOMS: st.SearchStrategy[Condition] = st.builds(
    lambda subject, role: Includes(subject=subject, role=role),
    subjects("set of roles") | st.sampled_from(sorted(GATHERINGS)).map(_attended),
    _roles | st.just(Attendee()),
)

ATOMS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(lambda subject: Holds(subject=subject), subjects("boolean")),
    st.builds(lambda subject: Holds(subject=subject), _named(*TERMS)),
    _is(subjects("boolean") | _named(*TERMS), Truth(value=True), Truth(value=False)),
    _is(
        st.builds(lambda at: FactAt(fact=Name(name="consent"), at=at), occurrences())
        | _named("consent"),
        *_words("given", "refused", "withdrawn"),
    ),
    _is(_named("case"), *_words(*STRANDS["case"]), unknown=False),
    _is(_named(*sorted(FOLLOW_UPS)), *_words(*STATUSES), unknown=False),
    _is(_by, *_words(*sorted(ROLES))),
    _is(subjects("integer") | _counts | _days_between, *(Number(value=n) for n in (0, 14))),
    _is(subjects("date"), *(Day(value=day) for day in DAYS)),
    st.builds(
        lambda subject, negated: IsKnown(subject=subject, negated=negated),
        _names | _counts | _by | _days_between | _named(*TERMS),
        st.booleans(),
    ),
    st.builds(
        lambda subject, sign, bound: Compare(subject=subject, sign=sign, bound=bound),
        subjects("integer") | _counts | _days_between,
        st.sampled_from(_SIGNS),
        _numbers,
    ),
    st.builds(
        lambda subject, sign, bound: Compare(subject=subject, sign=sign, bound=bound),
        subjects("date"),
        st.sampled_from(_SIGNS),
        _days,
    ),
    ROLE_ATOMS,
    st.builds(lambda of, since: Happened(of=of, since=since), _counted, _since),
    st.builds(
        lambda of, within, after: Missed(of=of, within=within, after=after),
        _counted,
        spans(),
        occurrences(),
    ),
    st.builds(
        lambda name, negated, since: IsKnown(subject=name, negated=negated, since=since),
        _names,
        st.booleans(),
        occurrences() | one_of_several(),
    ),
    st.builds(
        lambda span, first, second: Within(span=span, first=first, second=second),
        spans().filter(lambda span: not span.length.is_elapsed),
        _moments,
        _moments,
    ),
    st.builds(lambda name: Reached(fact=Name(name=name)), facts_of("date")),
    st.builds(lambda role: Available(role=role), _roles),
)


def conditions() -> st.SearchStrategy[Condition]:
    """Conditions that make sense in the county, of every kind."""

    def joined(part: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        parts = st.lists(part, min_size=2, max_size=3).map(tuple)
        return (
            st.builds(lambda one: Not(part=one), part)
            | st.builds(lambda some: And(parts=some), parts)
            | st.builds(lambda some: Or(parts=some), parts)
        )

    return st.recursive(ATOMS, joined, max_leaves=6)


class DrawnCase:
    """A situation with given facts; every other answer follows from a seed and the question."""

    def __init__(self, seed: int, facts: Mapping[str, FactValue | None]) -> None:
        self.seed = seed
        self.facts = facts

    def _draw(self, choices: Sequence[Answer], *question: object) -> Answer:
        return random.Random(f"{self.seed} {question}").choice(choices)

    def fact(self, name: str) -> FactValue | None:
        return self.facts[name]

    def fact_at(self, name: str, at: OccurrenceRef) -> FactValue | None:
        return self._draw((None, self.facts[name]), "fact_at", name, at)

    def fact_since(self, name: str, since: OccurrenceRef) -> FactValue | None:
        return self._draw((None, self.facts[name]), "fact_since", name, since)

    def state(self, strand: str) -> str:
        return self._draw(STRANDS[strand], "state", strand)

    def status(self, follow_up: str) -> str:
        known = sorted(frozenset().union(*STATUSES.values()))
        return self._draw(known, "status", follow_up)

    def happened(self, name: str, event: str, since: OccurrenceRef | None) -> bool | None:
        return self._draw((True, False, None), "happened", name, event, since)

    def count(
        self, name: str, event: str, since: OccurrenceRef | None, within: Duration | None
    ) -> int | None:
        return self._draw((0, 1, 3, 14, None), "count", name, event, since, within)

    def by(self, name: str) -> frozenset[str] | None:
        some = (frozenset({"guardian"}), frozenset({"officer", "judge"}), frozenset[str](), None)
        return self._draw(some, "by", name)

    def missed(self, name: str, event: str, within: Duration, after: OccurrenceRef) -> bool | None:
        return self._draw((True, False, None), "missed", name, event, within, after)

    def reached(self, fact: str) -> bool | None:
        return self._draw((True, False, None), "reached", fact)

    def days_between(self, a: str | OccurrenceRef, b: str | OccurrenceRef) -> int | None:
        return self._draw((-3, 0, 5, 14, None), "days_between", a, b)

    def within(self, span: Duration, a: str | OccurrenceRef, b: str | OccurrenceRef) -> bool | None:
        return self._draw((True, False, None), "within", span, a, b)

    def attended(self, meeting: str) -> frozenset[str] | None:
        return self._draw((frozenset({"judge"}), frozenset(ROLES), None), "attended", meeting)

    def available(self, role: str) -> bool | None:
        return self._draw((True, False, None), "available", role)

    def attendee(self) -> str | None:
        return self._draw((*sorted(ROLES), None), "attendee")


def values_of(name: str) -> st.SearchStrategy[FactValue | None]:
    """Values of a fact, in its range, unknown among them."""
    fact = FACTS[name]
    known: dict[str, st.SearchStrategy[FactValue]] = {
        "boolean": st.booleans(),
        "choice": st.sampled_from(fact.values or ("",)),
        "integer": st.integers(fact.lowest, fact.highest) | st.integers(fact.lowest or 0, 20),
        "date": st.dates() | st.dates(date(2025, 4, 16), date(2025, 4, 21)),
        "set of roles": st.frozensets(st.sampled_from(sorted(ROLES))),
        "reference": st.just("R-17"),
    }
    return st.none() | known[fact.type]


def cases() -> st.SearchStrategy[DrawnCase]:
    """Situations of every kind."""
    facts = st.fixed_dictionaries({name: values_of(name) for name in FACTS})
    return st.builds(DrawnCase, st.integers(0, 2**32), facts)
