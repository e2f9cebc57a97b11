"""Three truth values: closures against a plain reading of the records, and explanations."""

from __future__ import annotations

import operator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.conditions.evaluate import compile_condition
from protocolkit.conditions.explain import explain
from protocolkit.conditions.names import STATUSES, Names
from protocolkit.conditions.parse import parse
from protocolkit.conditions.situation import Situation
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
    Occurrence,
    Or,
    Reached,
    Subject,
    Unknown,
    Within,
    Word,
)
from protocolkit.conditions.text import str_of
from protocolkit.ground.limits import OccurrenceRef
from tests.conditions.county import (
    BOOLEANS,
    FACTS,
    NAMES,
    TERMS,
    DrawnCase,
    cases,
    conditions,
)

# Kleene's logic is the smallest and the largest of false < unknown < true.
RANK: dict[bool | None, int] = {False: 0, None: 1, True: 2}
SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def truth(condition: Condition, situation: Situation) -> bool | None:
    """A slow, plain reading of what a condition says."""
    match condition:
        case And(parts=parts):
            return min((truth(part, situation) for part in parts), key=RANK.__getitem__)
        case Or(parts=parts):
            return max((truth(part, situation) for part in parts), key=RANK.__getitem__)
        case Not(part=part):
            return {True: False, False: True, None: None}[truth(part, situation)]
        case Happened(of=of, since=since):
            start = since.ref if since else None
            asked = [situation.happened(one.name, one.event, start) for one in of.ref.each]
            return max(asked, key=RANK.__getitem__)
        case Missed(of=of, within=within, after=after):
            return min(
                (
                    situation.missed(one.name, one.event, within.length, after.ref)
                    for one in of.ref.each
                ),
                key=RANK.__getitem__,
            )
        case Within(span=span, first=first, second=second):
            return situation.within(span.length, moment(first), moment(second))
        case IsKnown(subject=Name(name=name), negated=negated, since=Occurrence(ref=ref)):
            return (situation.fact_since(name, ref) is not None) is not negated
        case Always():
            return True
        case Reached(fact=fact):
            return situation.reached(fact.name)
        case Available(role=role):
            return situation.available(role.text)
    value = read(condition.subject, situation)
    if isinstance(condition, IsKnown):
        return (value is not None) is not condition.negated
    if isinstance(condition, Is):
        found = is_one_of(condition, value)
        return found if found is None or not condition.negated else not found
    if value is None:
        return None
    match condition:
        case Holds():
            return value is True
        case Compare(sign=sign, bound=bound):
            return bool(SIGNS[sign](value, bound.value))
        case Includes(role=Attendee()):
            person = situation.attendee()
            return None if person is None else person in value
        case Includes(role=Word(text=text)):
            return text in value
    raise AssertionError(condition)


def is_one_of(condition: Is, value: object) -> bool | None:
    """Whether a value is among those of an `is`."""
    if value is None:
        return True if Unknown() in condition.values else None
    for wanted in condition.values:
        if isinstance(wanted, Unknown):
            continue
        plain = wanted.text if isinstance(wanted, Word) else wanted.value
        if isinstance(value, frozenset):
            found = plain in value
        elif isinstance(condition.subject, Name) and condition.subject.name in NAMES.follow_ups:
            found = value in STATUSES[str(plain)]
        else:
            found = value == plain
        if found:
            return True
    return False


def read(subject: Subject, situation: Situation) -> Any:
    """What a subject is in a situation."""
    match subject:
        case Name(name=name):
            if name in TERMS:
                return truth(TERMS[name], situation)
            if name in FACTS:
                return situation.fact(name)
            return situation.state(name) if name in NAMES.strands else situation.status(name)
        case FactAt(fact=fact, at=at):
            return situation.fact_at(fact.name, at.ref)
        case By(of=of):
            return situation.by(of.name)
        case Attended(of=of):
            return situation.attended(of.name)
        case Count(of=of, within=within, since=since):
            start = since.ref if since else None
            span = within.length if within else None
            found = [situation.count(one.name, one.event, start, span) for one in of.ref.each]
            return None if None in found else sum(found)
        case DaysBetween(first=first, second=second):
            return situation.days_between(moment(first), moment(second))
    raise AssertionError(subject)


def moment(at: Occurrence) -> str | OccurrenceRef:
    """A date fact by its name, else what happened."""
    is_fact = at.ref.name in FACTS and not at.ref.event and at.ref.pick == "opening"
    return at.ref.name if is_fact else at.ref


def judge(text: str, **facts: Any) -> bool | None:
    """What a text says in a case with these facts; all other facts are unknown."""
    condition = parse(text, BOOLEANS)
    return compile_condition(condition, TERMS, NAMES)(case(**facts))


def case(**facts: Any) -> DrawnCase:
    """A case with these facts; all others are unknown."""
    return DrawnCase(0, dict.fromkeys(FACTS) | facts)


@given(conditions(), cases())
def test_closures_say_what_the_records_say(condition: Condition, situation: DrawnCase) -> None:
    """A compiled condition agrees with the plain reading in every situation."""
    judged = compile_condition(condition, TERMS, NAMES)(situation)
    assert truth(condition, situation) is judged


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, True, None, True),
        (None, False, False, None),
        (None, None, None, None),
    ],
)
def test_truth_tables(
    a: bool | None, b: bool | None, both: bool | None, either: bool | None
) -> None:
    """Unknown stays unknown unless the other part decides; with two parts as with three."""
    facts = {"danger": a, "seen_today": b, "supervisor_reachable": b}
    assert both is judge("danger and seen_today", **facts)
    assert either is judge("danger or seen_today", **facts)
    assert both is judge("danger and seen_today and supervisor_reachable", **facts)
    assert either is judge("danger or seen_today or supervisor_reachable", **facts)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("consent is given", None, None),
        ("consent is not given", None, None),
        ("not (consent is given)", None, None),
        ("consent is given or unknown", None, True),
        ("consent is given or unknown", "refused", False),
        ("consent is unknown", None, True),
        ("consent is unknown", "given", False),
        ("consent is not unknown", None, False),
        ("consent is not known", None, True),
        ("consent is known", "given", True),
        ("consent is not given", "refused", True),
        ("consent is not given", "given", False),
    ],
)
def test_what_unknown_does(text: str, value: str | None, expected: bool | None) -> None:
    """A comparison with an unknown fact is unknown, also `is not`, unless it asks for that."""
    assert expected is judge(text, consent=value)


@pytest.mark.parametrize("status", sorted(frozenset().union(*STATUSES.values())))
def test_words_for_follow_ups(status: str) -> None:
    """`is met` takes in late and by others, `is open` takes in overdue."""

    class Case(DrawnCase):
        def status(self, _: str) -> str:
            return status

    held = {
        word
        for word in STATUSES
        if compile_condition(parse(f"inform_police is {word}"), TERMS, NAMES)(Case(0, {}))
    }
    words = {"met-late": {"met"}, "satisfied-by": {"met"}, "overdue": {"open", "overdue"}}
    assert words.get(status, {status}) == held


def test_terms_in_a_circle_are_not_compiled() -> None:
    """Neither a circle nor a tower of doublings can make judging run away."""
    circle = {"a": parse("b"), "b": parse("a")}
    with pytest.raises(ValueError, match="circle: a -> b -> a"):
        compile_condition(parse("a"), circle, Names(terms=circle))
    tower = {"t0": parse("danger")} | {
        f"t{n}": parse(f"t{n - 1} and t{n - 1}") for n in range(1, 40)
    }
    with pytest.raises(ValueError, match="t10 is too big"):
        compile_condition(parse("t39"), tower, Names(facts=FACTS, terms=tower))


def test_an_undeclared_name_is_not_compiled() -> None:
    """A name that nothing has is refused when compiling, not when judging."""
    with pytest.raises(LookupError, match="nothing is called dangr"):
        compile_condition(parse("danger or dangr"), TERMS, NAMES)


# -- explanations ----------------------------------------------------------------------


def sentences(text: str, **facts: Any) -> list[str]:
    """Why a text is not true in a case with these facts."""
    found = explain(parse(text, BOOLEANS), TERMS, NAMES, case(**facts))
    return [cause.sentence for cause in found]


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("consent is given", {}, ["`consent` is unknown; it must be given"]),
        ("consent is given or refused", {}, ["`consent` is unknown; it must be given or refused"]),
        (
            "consent is not refused",
            {"consent": "refused"},
            ["`consent` is refused; it must be known, and not refused"],
        ),
        ("consent is not unknown", {}, ["`consent` is unknown; it must be known"]),
        ("consent is known", {}, ["`consent` is unknown; it must be known"]),
        (
            "not (consent is known)",
            {"consent": "given"},
            ["`consent` is given; it must be unknown"],
        ),
        ("danger", {"danger": False}, ["`danger` is false; it must be true"]),
        ("not danger", {}, ["`danger` is unknown; it must be false"]),
        ("age < 18", {"age": 18}, ["`age` is 18; it must be less than 18"]),
        ("not (age < 18)", {"age": 17}, ["`age` is 17; it must be 18 or more"]),
        ("age > 14", {"age": 3}, ["`age` is 3; it must be more than 14"]),
        ("age <= 14", {"age": 15}, ["`age` is 15; it must be 14 or less"]),
        (
            "turns_18_on < 2025-04-18",
            {},
            ["`turns_18_on` is unknown; it must be before 2025-04-18"],
        ),
        (
            "not (turns_18_on < 2025-04-18)",
            {"turns_18_on": date(2024, 2, 29)},
            ["`turns_18_on` is 2024-02-29; it must be 2025-04-18 or after"],
        ),
        (
            "implicated includes judge",
            {"implicated": frozenset({"officer", "guardian"})},
            ["`implicated` is guardian and officer; it must be a list with judge"],
        ),
        (
            "implicated includes judge",
            {"implicated": frozenset()},
            ["`implicated` is nobody; it must be a list with judge"],
        ),
        (
            "not (implicated includes attendee or danger)",
            {"danger": False},
            ["`implicated` is unknown; it must be a list without attendee"],
        ),
        (
            "danger and consent is given and age < 18",
            {"age": 3},
            ["`danger` is unknown; it must be true", "`consent` is unknown; it must be given"],
        ),
        (
            "danger or is_child",
            {"danger": False, "age": 19},
            ["`danger` is false; it must be true", "`age` is 19; it must be less than 18"],
        ),
        ("not is_child", {"age": 3}, ["`age` is 3; it must be 18 or more"]),
        ("is_child is false", {"age": 3}, ["`age` is 3; it must be 18 or more"]),
        ("is_child is unknown", {"age": 3}, ["`is_child` is true; it must be unknown"]),
        ("danger or not (age < 18)", {"danger": True}, []),
        ("danger and danger", {}, ["`danger` is unknown; it must be true"]),
    ],
)
def test_explanations(text: str, facts: dict[str, object], expected: list[str]) -> None:
    """What is and what must be, for each phrase that stands in the way."""
    assert expected == sentences(text, **facts)


def test_explanations_of_what_happened() -> None:
    """Phrases about acts are explained by their own text; a fact is named if one is read."""

    class Case(DrawnCase):
        def happened(self, *_: object) -> bool | None:
            return False

        def count(self, *_: object) -> int | None:
            return 1

        def reached(self, _: str) -> bool | None:
            return None

    condition = parse("happened(located) and count(report) >= 3 and reached(turns_18_on)")
    found = explain(condition, TERMS, NAMES, Case(0, dict.fromkeys(FACTS)))
    assert [
        ("`happened(located)` is false; it must be true", "", False),
        ("`count(report)` is 1; it must be 3 or more", "", False),
        ("`reached(turns_18_on)` is unknown; it must be true", "turns_18_on", None),
    ] == [(cause.sentence, cause.fact, cause.truth) for cause in found]


def test_explanations_of_what_is_old_or_unknown() -> None:
    """A value from before is named beside when it must be known; of two dates the missing one."""

    class Case(DrawnCase):
        def fact_since(self, *_: object) -> str | None:
            return None

        def within(self, *_: object) -> bool | None:
            return None

    condition = parse(
        "docket is known since first(report, convene)"
        " and within(2 calendar days, pact_signed, turns_18_on)"
    )
    facts = {**dict.fromkeys(FACTS), "docket": "R-17", "pact_signed": date(2025, 4, 18)}
    found = explain(condition, TERMS, NAMES, Case(0, facts))
    within = "within(2 calendar days, pact_signed, turns_18_on)"
    assert [
        ("`docket` is R-17; it must be known since first(report, convene)", "docket"),
        (f"`{within}` is unknown; it must be true", "turns_18_on"),
    ] == [(cause.sentence, cause.fact) for cause in found]


def test_always_is_true_and_says_so() -> None:
    """It is no phrase of a text: only a key can say it."""
    assert compile_condition(Always(), TERMS, NAMES)(case()) is True
    assert "always" == str_of(Always())
    assert () == explain(Always(), TERMS, NAMES, case())


@given(conditions(), cases(), st.booleans())
def test_explanations_are_complete(
    condition: Condition, situation: DrawnCase, opposite: bool
) -> None:
    """There is a cause exactly when a condition is not true, and each is a phrase of it."""
    asked: Condition = Not(part=condition) if opposite else condition
    causes = explain(asked, TERMS, NAMES, situation)
    assert (truth(asked, situation) is not True) == bool(causes)
    written = str_of(condition) + "".join(map(str_of, TERMS.values()))
    assert all(cause.text in written for cause in causes)
