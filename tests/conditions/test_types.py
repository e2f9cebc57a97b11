"""Judging conditions against declared names: what is undefined, what cannot be meant."""

from __future__ import annotations

import pytest
from hypothesis import given

from protocolkit.conditions.parse import parse
from protocolkit.conditions.references import Reference, reads_time, references
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.terms import MAX_ATOMS, oversized_term, term_cycle
from protocolkit.conditions.types import check_types
from protocolkit.ground.limits import parse_duration
from tests.conditions.county import BOOLEANS, NAMES, TERMS, conditions


@given(conditions())
def test_sense_is_not_doubted(condition: Condition) -> None:
    """A condition that makes sense has no problems."""
    assert [] == check_types(condition, NAMES)


@pytest.mark.parametrize(
    ("text", "stretch", "kind", "message", "help"),
    [
        ("dangr", "dangr", "undefined", "Nothing is called `dangr`.", "Did you mean `danger`?"),
        ("certanty is confirmed", "certanty", "undefined", "Nothing is", "`certainty`?"),
        ("agee at report < 3", "agee", "undefined", "No fact is called `agee`.", "`age`?"),
        ("age at repot < 3", "repot", "undefined", "Nothing that happens", "`report`?"),
        ("count(repot) < 3", "repot", "undefined", "Nothing that happens", "`report`?"),
        ("count(report since conven) < 3", "conven", "undefined", "Nothing", "`convene`?"),
        ("within(6 hours, report, conven)", "conven", "undefined", "Nothing", "`convene`?"),
        ("within(6 hours, report, age)", "age", "type", "`age` is a whole number", "Only"),
        (
            "within(6 hours, report, turns_18_on)",
            "6 hours",
            "type",
            "`turns_18_on` is a day, and hours",
            "calendar days",
        ),
        ("age is known since repot", "repot", "undefined", "Nothing", "`report`?"),
        ("case is known since x", "case is known since x", "type", "`case` is never", "words"),
        ("is_child is known since report", "is_child", "type", "`is_child` is no fact", "a fact"),
        ("by(report) is known since report", "by(report)", "type", "`by(report)` is", "a fact"),
        ("attended(hearin) includes judge", "hearin", "undefined", "No meeting", "`hearing`?"),
        ("attended(report) includes judge", "report", "undefined", "No meeting", "`hearing`"),
        ("attended(hearing) includes juge", "juge", "undefined", "No role", "`judge`?"),
        ("count(report, conven) < 3", "conven", "undefined", "Nothing", "`convene`?"),
        ("danger at first(report, conven)", "conven", "undefined", "Nothing", "`convene`?"),
        (
            "happened(hearing.hold)",
            "hearing.hold",
            "undefined",
            "`hearing.hold` does",
            "`hearing.held`?",
        ),
        ("happened(hearing)", "hearing", "undefined", "`hearing` alone does not", "hearing.set"),
        ("happened(report.met)", "report.met", "undefined", "`report.met` does not", "`report`?"),
        ("happened(report since first(repot))", "repot", "undefined", "Nothing", "`report`?"),
        ("missed(repot within 6 hours after report)", "repot", "undefined", "Nothing", "`report`?"),
        ("by(reportt) is guardian", "reportt", "undefined", "Nothing", "`report`?"),
        ("by(report) is gardian", "gardian", "undefined", "No role is called", "`guardian`?"),
        ("available(superviser)", "superviser", "undefined", "No role", "`supervisor`?"),
        ("implicated includes gardian", "gardian", "undefined", "No role", "`guardian`?"),
        ("reached(turns_19_on)", "turns_19_on", "undefined", "No fact", "`turns_18_on`?"),
        ("days_between(repot, report) < 3", "repot", "undefined", "Nothing", "`report`?"),
        ("certainty", "certainty", "type", "`certainty` is one of a list of words", "is suspected"),
        ("age", "age", "type", "`age` is a whole number, so it cannot stand", "`age >= 1`"),
        ("turns_18_on", "turns_18_on", "type", "`turns_18_on` is a date", "< 2025-04-18"),
        ("case", "case", "type", "`case` is a state", "`case is identified`"),
        ("inform_police", "inform_police", "type", "`inform_police` is the status", "is not_op"),
        ("implicated", "implicated", "type", "`implicated` is a list of roles", "includes det"),
        ("docket", "docket", "type", "`docket` is a reference", "`docket is known`"),
        ("report", "report", "type", "`report` is something that happens", "`happened(report)`"),
        ("implicated includes judge or guardian", "guardian", "type", "`guardian` is a role", ""),
        ("certainty is certain", "certain", "type", "`certain` is not one of the words", ""),
        ("certainty is true", "true", "type", "`true` is not one of the words", "Use one of"),
        ("certainty at report is sure", "sure", "type", "`sure` is not one of", "`confirmed`"),
        ("case is close", "close", "type", "`close` is not one of the words", "`closed`?"),
        ("inform_police is done", "done", "type", "`done` is not one of", "`cancelled`"),
        ("whereabouts is unknown", "unknown", "type", "`whereabouts` is never unknown.", "Ask"),
        ("ask_sheriff is known", "ask_sheriff is known", "type", "`ask_sheriff` is never", "Ask"),
        ("danger is confirmed", "confirmed", "type", "`danger` is true or false", "danger is true"),
        ("often_missing is 3", "3", "type", "`often_missing` is true or false", "is true"),
        ("age is confirmed", "confirmed", "type", "`age` is a whole number", "age is 3"),
        ("age is 2025-04-18", "2025-04-18", "type", "`age` is a whole number", "age is 3"),
        ("turns_18_on is 18", "18", "type", "`turns_18_on` is a date", "is 2025-04-18"),
        (
            "implicated is judge",
            "judge",
            "type",
            "`implicated` is a list of roles",
            "includes judge",
        ),
        ("docket is x17", "x17", "type", "`docket` is a reference", "Ask `is known`"),
        ("by(report) is true", "true", "undefined", "No role is called `true`.", ""),
        ("certainty < 3", "certainty < 3", "type", "`certainty` is one of a list", "is suspected"),
        ("age < 2025-04-18", "2025-04-18", "type", "`age` is a whole number", "age >= 1"),
        ("turns_18_on < 18", "18", "type", "`turns_18_on` is a date", "< 2025-04-18"),
        ("count(report) is judge", "judge", "type", "`count(report)` is a whole number", "is 3"),
        ("danger includes judge", "danger", "type", "`danger` is true or false, not a list", ""),
        ("reached(age)", "age", "type", "`age` is a whole number, not a date.", "Only the day"),
        ("days_between(age, report) < 3", "age", "type", "`age` is a whole number", "Only"),
    ],
)
def test_problems_are_told(text: str, stretch: str, kind: str, message: str, help: str) -> None:
    """Each problem points at its word and says what to write."""
    (problem,) = check_types(parse(text, BOOLEANS | {"guardian"}), NAMES)
    assert stretch == text[problem.offset : problem.offset + problem.length]
    assert kind == problem.kind
    assert problem.message.startswith(message)
    assert help in problem.help


def test_a_value_that_is_a_boolean_name_gets_brackets() -> None:
    """Where a list of values takes in the name of a boolean, the help shows the brackets."""
    (problem,) = check_types(parse("certainty is suspected or danger"), NAMES)
    assert "Write `(danger)` if you mean the name `danger`." == problem.help


def test_all_problems_are_told_at_once() -> None:
    """Every problem of a text, in its order."""
    found = check_types(parse("dangr and (age is old or not reached(age)) and case"), NAMES)
    assert ["dangr", "old", "age", "case"] == [problem.name for problem in found]


def test_references_are_listed_with_places() -> None:
    """Everything a condition names, with the kind its place tells."""
    text = (
        "danger and age at first( report ) < adult_age and by(convene) is guardian or judge"
        " and available(judge) and implicated includes judge and reached(turns_18_on)"
        " and days_between(turns_18_on, hearing.set) < 3 and count(report within limit) > 1"
        " and docket is known since convene and within(limit, convene, turns_18_on)"
        " and attended(team_meeting) includes judge"
        " and happened(convene, hearing.set since first(report, located))"
    )
    found = references(
        parse(text, spans={"limit": parse_duration("6 hours")}, numbers={"adult_age": 18})
    )
    assert [
        ("name", "danger", ""),
        ("fact", "age", ""),
        ("occurrence", "report", ""),
        ("parameter", "adult_age", ""),
        ("occurrence", "convene", ""),
        ("role", "guardian", ""),
        ("role", "judge", ""),
        ("role", "judge", ""),
        ("name", "implicated", ""),
        ("role", "judge", ""),
        ("fact", "turns_18_on", ""),
        ("moment", "turns_18_on", ""),
        ("occurrence", "hearing", "set"),
        ("occurrence", "report", ""),
        ("parameter", "limit", ""),
        ("name", "docket", ""),
        ("occurrence", "convene", ""),
        ("parameter", "limit", ""),
        ("moment", "convene", ""),
        ("moment", "turns_18_on", ""),
        ("occurrence", "team_meeting", ""),
        ("role", "judge", ""),
        ("occurrence", "convene", ""),
        ("occurrence", "hearing", "set"),
        ("occurrence", "report", ""),
        ("occurrence", "located", ""),
    ] == [(one.kind, one.name, one.event) for one in found]
    assert all(_stretch(text, one).startswith(one.name) for one in found)
    assert "hearing.set" in {_stretch(text, one) for one in found}


def _stretch(text: str, reference: Reference) -> str:
    return text[reference.offset : reference.offset + reference.length]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("danger", False),
        ("inform_police is overdue", False),
        ("count(report) > 1 or count(report since convene) > 1", False),
        ("days_between(report, convene) < 3", False),
        ("count(report) > 1 and count(report within 6 hours) is known", True),
        ("missed(report within 6 hours after convene)", True),
        ("not (danger and reached(turns_18_on))", True),
        ("available(judge)", True),
        ("at_risk", True),
        ("is_child", False),
    ],
)
def test_what_the_clock_can_change(text: str, expected: bool) -> None:
    """Windows, missed spans, dates and availability read time, also through terms."""
    assert expected == reads_time(parse(text), TERMS)


def test_terms_in_a_circle() -> None:
    """A circle is told from the term declared first, in the order of reading."""
    terms = {
        "z": parse("danger"),
        "a": parse("c is true and z"),
        "b": parse("not a"),
        "c": parse("danger or b"),
    }
    assert ("a", "c", "b", "a") == term_cycle(terms)
    assert ("a", "a") == term_cycle({"a": parse("a or danger")})
    assert () == term_cycle(TERMS)


def test_terms_that_grow_too_big() -> None:
    """Doubling terms and long chains are found without writing them out."""
    doubling = {"t0": parse("danger")} | {
        f"t{n}": parse(f"t{n - 1} and t{n - 1}") for n in range(1, 200)
    }
    assert MAX_ATOMS < 2**10
    assert "t10" == oversized_term(doubling)
    chain = {"t0": parse("danger")} | {f"t{n}": parse(f"not t{n - 1}") for n in range(1, 5_000)}
    assert "t100" == oversized_term(chain)
    assert None is oversized_term(TERMS)
