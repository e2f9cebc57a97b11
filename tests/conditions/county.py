"""The invented county whose names the tests of conditions use, and strategies over them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from protocolkit.conditions.names import STATUSES, FactType, Names
from protocolkit.conditions.parse import parse
from protocolkit.conditions.syntax import (
    And,
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
    Word,
)
from protocolkit.ground.limits import Duration, OccurrenceRef, parse_duration

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
    **dict.fromkeys(TRIGGERS, frozenset({""})),
    **dict.fromkeys(GATHERINGS, _EVENTS),
    **dict.fromkeys(FOLLOW_UPS, _FOLLOW_UP_EVENTS),
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

SPANS = tuple(
    parse_duration(text) for text in ("6 hours", "2 calendar days", "6 calendar months")
)
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
        lambda one, which: Occurrence(
            ref=OccurrenceRef(name=one[0], event=one[1], pick=which)
        ),
        st.sampled_from(known),
        picks,
    )


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


_since = st.none() | occurrences()
_within = st.none() | spans()
_counts = st.builds(
    lambda of, within, since: Count(of=of, within=within, since=since),
    occurrences(pick=False),
    _within,
    _since,
)
_moments = occurrences() | st.builds(
    lambda name: Occurrence(ref=OccurrenceRef(name=name)), facts_of("date")
)
_days_between = st.builds(
    lambda first, second: DaysBetween(first=first, second=second), _moments, _moments
)
_by = st.builds(lambda name: By(of=Name(name=name)), st.sampled_from(sorted(TRIGGERS)))
_numbers = st.integers(-3, 24).map(lambda value: Number(value=value))
_days = st.sampled_from(DAYS).map(lambda value: Day(value=value))
_roles = st.sampled_from(sorted(ROLES)).map(lambda text: Word(text=text))

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
    _is(subjects("integer") | _counts | _days_between, *map(lambda n: Number(value=n), (0, 14))),
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
    st.builds(
        lambda subject, role: Includes(subject=subject, role=role),
        subjects("set of roles"),
        _roles | st.just(Attendee()),
    ),
    st.builds(
        lambda of, since: Happened(of=of, since=since), occurrences(pick=False), _since
    ),
    st.builds(
        lambda of, within, after: Missed(of=of, within=within, after=after),
        occurrences(pick=False),
        spans(),
        occurrences(),
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


class Told:
    """A situation whose every answer is told beforehand; what is not told is unknown."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers


__all__ = ["Duration"]
