"""`name=value` words, opaque names, and the roster."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from protocolkit.cli.roster import person
from protocolkit.cli.values import facts_of, persons_of, reference, seats_of
from protocolkit.ground.errors import UsageError
from protocolkit.language.reading import read_text
from protocolkit.semantics.actors import Actor
from tests.cli.harness import TINY

PROTOCOL = read_text(TINY).protocol
assert PROTOCOL is not None
FACTS = PROTOCOL.facts


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("danger=true", True),
        ("danger=false", False),
        ("danger=yes", "yes"),
        ("age=12", 12),
        ("age=-1", -1),
        ("age=twelve", "twelve"),
        ("age=٣", "٣"),
        ("seen_on=2025-04-18", date(2025, 4, 18)),
        ("seen_on=2025-02-30", "2025-02-30"),
        ("seen_on=today", "today"),
        ("mood=calm", "calm"),
        ("mood= calm ", "calm"),
        ("knows=minor,djo", frozenset({"minor", "djo"})),
        ("knows=", frozenset()),
        ("file_number=12=3", "12=3"),
        ("nothing=known", "known"),
    ],
)
def test_a_fact_is_read_by_its_type(word: str, expected: object) -> None:
    """What does not fit stays a text, so that the engine can refuse it with a reason."""
    (value,) = facts_of([word], FACTS).values()
    assert (type(expected), expected) == (type(value), value)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["danger"], "--fact: `danger` is not of the form name=value"),
        (["=true"], "--fact: `=true` is not of the form name=value"),
        (["danger=true", "danger=false"], "--fact: `danger` is there twice"),
    ],
)
def test_a_malformed_fact_is_refused(words: list[str], says: str) -> None:
    """The option and the word are named."""
    with pytest.raises(UsageError, match=says):
        facts_of(words, FACTS)


def test_people_and_seats() -> None:
    """A role has a person; at a meeting several persons may fill seats of one role."""
    assert {"caseworker": "c-3"} == persons_of(["caseworker=c-3"], "--assign")
    expected = {"u-17": "djo", "u-18": "djo", "c-3": "caseworker"}
    assert expected == seats_of(["djo=u-17,u-18", "caseworker=c-3"])
    with pytest.raises(UsageError, match="u-17 cannot fill two seats"):
        seats_of(["djo=u-17", "caseworker=u-17"])


@pytest.mark.parametrize("name", ["", " ", "Jane Doe", "x" * 65, "a\tb", "a\x1bb", "a\u202eb"])
def test_names_of_people_are_opaque(name: str) -> None:
    """One word that prints, and not a long one; the message says why."""
    with pytest.raises(UsageError, match="--as: .* never the name of a child"):
        reference(name, "--as")


def _roster(tmp_path: Path, text: str) -> str:
    path = tmp_path / "roster.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_roster_says_who_is_what(tmp_path: Path) -> None:
    """Roles and abilities of a person; a single one may stand without brackets."""
    path = _roster(tmp_path, "people:\n  u-17: {roles: [djo, chair], can: talk}\n  u-18: {}\n")
    expected = Actor(id="u-17", roles=frozenset({"djo", "chair"}), can=frozenset({"talk"}))
    assert expected == person(path, "u-17")
    assert Actor(id="u-18") == person(path, "u-18")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("people: {u-17: {roles: [djo]}}", r"u-71 is not in the roster. did you mean `u-17`"),
        ("", r"roster.yaml:1:1: a roster begins with `people:`"),
        ("- u-71", r"roster.yaml:1:1: a roster begins with `people:`"),
        ("staff: {}", r"roster.yaml:1:1: a roster has no `staff`"),
        ("people: [u-71]", r"roster.yaml:1:9: `people:` has one line for each person"),
        ("people: {A B: {roles: [djo]}}", r"roster.yaml:1:10: `A B` looks like a name; use a num"),
        ("people: {u-71: djo}", r"roster.yaml:1:16: a person is written as"),
        ("people: {u-71: {role: djo}}", r"roster.yaml:1:17: a person has no `role`"),
        ("people: {u-71: {roles: {}}}", r"roster.yaml:1:24: a list such as \[djo\] is needed"),
        ("people: {u-71: {roles: [[a]]}}", r"roster.yaml:1:25: a name is needed here"),
        ("people: {u-71: {roles: [djo]", r"roster.yaml:1:\d+: "),
    ],
)
def test_a_faulty_roster_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    """A roster decides who may act, so nothing in it is guessed."""
    with pytest.raises(UsageError, match=says):
        person(_roster(tmp_path, text), "u-71")
