"""Looking at a fact: who may see it, for what, with whose consent, and that it is kept.

`sharing` decides; where it is silent, a fact that is not sensitive may be read by everybody who
holds a role in the case, and a sensitive one by those who record it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from protocolkit.ground.errors import Refused
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.events import Event, replay
from tests.stories import DETECTIVE, JUDGE, OFFICER, SUPERVISOR, act_out, engine_with

RULES = """
facts:
  age: {type: integer, recorded_by: officer}
  harmed_by: {type: reference, sensitive: true, recorded_by: officer}
  notes: {type: reference, sensitive: true, recorded_by: officer}
  funded: {type: boolean, scope: programme, recorded_by: judge}
sharing:
  harmed_by:
    detective: {release: always, purposes: [safety, inquiry]}
    guardian: never
    supervisor: always
    judge: {release: with_consent, purposes: hearing}
  age: {judge: never, caseworker: with_consent}
"""
PERSONS = {"officer": OFFICER, "detective": DETECTIVE, "judge": JUDGE, "supervisor": SUPERVISOR}


def _persons(roles: str) -> Actor:
    names = roles.split("+")
    return PERSONS.get(roles) or Actor(id=f"x-{names[0]}", roles=frozenset(names))


@pytest.mark.parametrize(
    ("fact", "by", "more", "reasons"),
    [
        pytest.param("age", "detective", {}, (), id="not sensitive: whoever has a role"),
        pytest.param("age", "judge", {}, ("not-shared",), id="never, though not sensitive"),
        pytest.param("age", "caseworker", {}, ("wrong-role",), id="not given this role here"),
        pytest.param("age", "stranger", {}, ("wrong-role",), id="no role at all"),
        pytest.param("harmed_by", "officer", {}, (), id="who records it"),
        pytest.param("notes", "officer", {}, (), id="who records it, nothing else said"),
        pytest.param("notes", "judge", {}, ("not-shared",), id="sensitive, not shared"),
        pytest.param("harmed_by", "guardian", {}, ("not-shared",), id="never"),
        pytest.param("harmed_by", "supervisor", {}, (), id="always"),
        pytest.param("harmed_by", "deputy", {}, ("not-shared",), id="not for who stands in"),
        pytest.param("harmed_by", "detective", {"purpose": "safety"}, (), id="for a purpose"),
        pytest.param("harmed_by", "detective", {"purpose": "inquiry"}, (), id="for another"),
        pytest.param("harmed_by", "detective", {}, ("wrong-purpose",), id="no purpose said"),
        pytest.param(
            "harmed_by", "detective", {"purpose": "hearing"}, ("wrong-purpose",), id="wrong one"
        ),
        pytest.param(
            "harmed_by", "judge", {"consent": "doc-1"}, ("wrong-purpose",), id="consent alone"
        ),
        pytest.param(
            "harmed_by", "judge", {"purpose": "hearing"}, ("missing-consent",), id="purpose alone"
        ),
        pytest.param("harmed_by", "judge", {}, ("missing-consent", "wrong-purpose"), id="neither"),
        pytest.param(
            "harmed_by", "judge", {"purpose": "hearing", "consent": "doc-1"}, (), id="both"
        ),
        pytest.param("harmed_by", "guardian+supervisor", {}, (), id="any of one's roles is enough"),
        pytest.param(
            "harmed_by", "guardian+judge", {}, ("missing-consent", "wrong-purpose"), id="none is"
        ),
        pytest.param("agee", "officer", {}, ("unknown-fact",), id="no such fact"),
        pytest.param("funded", "judge", {}, ("other-scope",), id="of the programme"),
        pytest.param("age", "officer", {"purpose": "to see him"}, ("free-text",), id="words"),
        pytest.param(
            "age", "officer", {"consent": "she said yes"}, ("free-text",), id="more words"
        ),
    ],
)
def test_who_may_read(fact: str, by: str, more: dict[str, Any], reasons: Iterable[str]) -> None:
    """By `sharing`; else by whether it is sensitive and who records it."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER, facts={"age": 14, "harmed_by": "f-2"}).id
    known = {"age": 14, "harmed_by": "f-2", "notes": None}
    if not reasons:
        assert known[fact] == engine.read(case, fact, by=_persons(by), **more)
        return
    with pytest.raises(Refused) as refused:
        engine.read(case, fact, by=_persons(by), **more)
    assert sorted(reasons) == sorted(one.name for one in refused.value.reasons)


def test_a_refusal_names_the_rule() -> None:
    """The entry of `sharing`, or the fact that is sensitive; and who records it."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER).id
    for fact, by, path, able in (
        ("harmed_by", DETECTIVE, ("sharing", "harmed_by", "detective", "purposes"), ()),
        ("harmed_by", JUDGE, ("sharing", "harmed_by", "judge"), ()),
        ("notes", JUDGE, ("facts", "notes"), ("officer",)),
    ):
        with pytest.raises(Refused) as refused:
            engine.read(case, fact, by=by)
        found = refused.value.reasons[0]
        assert (path[: len(found.path)], able) == (found.path, found.supplied_by) or (
            path,
            able,
        ) == (refused.value.reasons[-1].path, found.supplied_by)


def _events(fact: str, by: Actor, **more: Any) -> tuple[Event, ...]:
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER, facts={"harmed_by": "f-2"}).id
    before = engine.case(case)
    with suppress(Refused):
        engine.read(case, fact, by=by, **more)
    after = engine.case(case)
    assert before.replace(version=0) == after.replace(version=0)
    return engine.history(case)


def test_that_it_was_read_is_kept() -> None:
    """Who, in which role, which fact, what for, with which consent; and nothing else changes."""
    read = _events("harmed_by", JUDGE, purpose="hearing", consent="doc-1")[-1]
    said = {"purpose": "hearing", "evidence": {"consent": "doc-1"}}
    assert ("read", "harmed_by", "j-1", "judge") == (read.kind, read.what, read.actor, read.role)
    assert (said, ()) == (dict(read.data), read.changes)
    assert "f-2" not in str(read.to_json())
    assert read == Event.from_json(read.to_json())


def test_that_it_was_refused_is_kept() -> None:
    """Who asked for what, and which rule said no."""
    events = _events("harmed_by", DETECTIVE)
    refused = events[-1]
    assert ("refused", "harmed_by", "d-1") == (refused.kind, refused.what, refused.actor)
    assert {"kind": "read"} == dict(refused.data)
    (why,) = refused.changes
    assert "wrong-purpose" == getattr(why, "name", "")
    assert len(events) == replay("c", events).events


def test_the_value_is_that_of_now() -> None:
    """As it was recorded or put right since; None while nobody has recorded it."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER).id
    assert engine.read(case, "age", by=DETECTIVE) is None
    engine.record(case, {"age": 14}, by=OFFICER)
    assert 14 == engine.read(case, "age", by=DETECTIVE)
    engine.correct(case, {"age": 15}, by=OFFICER)
    assert 15 == engine.read(case, "age", by=DETECTIVE)


def test_the_same_key_reads_once() -> None:
    """A repeated request is answered again, and is in the record once."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER, facts={"age": 14}).id
    assert [14, 14] == [engine.read(case, "age", by=DETECTIVE, key="k-1") for _ in range(2)]
    assert ["open", "read"] == [event.kind for event in engine.history(case)]


def test_a_story_reads(tmp_path: Path) -> None:
    """A step looks a fact up, or must be refused; the last one here comes out otherwise."""
    differences = act_out(
        tmp_path,
        RULES,
        """
        - {open: {by: officer}}
        - {read: harmed_by, by: detective, purpose: safety}
        - {read: harmed_by, by: judge, purpose: hearing, consent: doc-1}
        - {refused: {read: harmed_by}, by: judge, because: [missing-consent, wrong-purpose]}
        - {refused: {read: harmed_by}, by: guardian, because: not-shared}
        - {read: notes, by: judge}
        """,
    )
    assert 1 == len(differences)
    assert "not-shared" in differences[0]
