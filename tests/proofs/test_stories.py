"""Stories: real instants are found for moves, and the engine acts them out to the same end."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, reject, settings
from hypothesis import strategies as st

from protocolkit.cli.verify.stories import told
from protocolkit.language.reading import read_file, read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.moves import Move
from protocolkit.proofs.stories import End, Story, Teller, concretise
from protocolkit.scenarios import Scenario
from protocolkit.scenarios import read_file as read_scenarios
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import replay
from protocolkit.semantics.program import Program
from tests.docs.reading_grade import grade
from tests.proofs.stripping import acted, request_of, standing, stripped
from tests.proofs.telling import (
    BLOCKED,
    OPENED,
    TWO_LIMITS,
    a_story,
    act,
    asked,
    differences,
    is_late,
    late,
)
from tests.properties.pairs import CASE as HISTORY
from tests.properties.pairs import Pair
from tests.properties.strategies import FEATURES, protocol_texts
from tests.properties.telling import PEOPLE, STARTS, Drawn
from tests.properties.telling import Teller as Asker
from tests.properties.test_engine_equals_reference import steps
from tests.reference.ledger import Ask
from tests.stories import tiny, tiny_text

PROTOCOLS = Path(__file__).parents[2] / "protocols"
BUNDLED = sorted(PROTOCOLS.rglob("*.scenarios.yaml"))
FILES = {
    reading.protocol.digest: path
    for path in PROTOCOLS.rglob("*.yaml")
    if not path.name.endswith(".scenarios.yaml")
    if (reading := read_file(path)).protocol is not None
}
HIGHEST_GRADE = 8
RANDOM = settings().max_examples // 3


@cache
def scenarios_in(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a bundled file."""
    return read_scenarios(path).scenarios


# -- cases that really ran -------------------------------------------------------------


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_what_ran_once_is_told_again(path: Path) -> None:
    """Every case of the bundled scenarios, stripped of its instants, gets new ones: the same
    moves lead to the same end, in our hands and in the engine's.
    """
    tellers: dict[str, Teller] = {}
    stories: dict[str, dict[str, Story]] = {}
    for scenario in scenarios_in(path):
        found = acted(scenario)
        if found is None:
            continue
        protocol, moves, case = found
        teller = tellers.setdefault(protocol.digest, Teller(protocol))
        story, why = teller.story(moves, stands_as(case), shorten=False)
        assert story is not None, f"{scenario.name}: {why}"
        stories.setdefault(protocol.digest, {})[scenario.name] = story
    assert sum(map(len, stories.values())) > 3
    for digest, found_here in stories.items():
        protocol, file = tellers[digest].program.whole, FILES[digest]
        assert [] == differences(found_here, protocol, file.name, file.parent)


def stands_as(wanted: Case) -> End:
    """The end of a story: the case stands as another one does."""

    def end(case: Case, _: Program) -> bool:
        return standing(case) == standing(wanted)

    return end


@settings(max_examples=RANDOM, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_random_histories_are_told_again(tmp_path: Path, data: st.DataObject) -> None:
    """A story of the moves of a random history comes to the same end in the engine, if there is
    one; mostly there is.
    """
    text, protocol, moves, case = a_history(data)
    story, why = Teller(protocol).story(moves, stands_as(case), shorten=False)
    event("found" if story is not None else "not found")
    if story is None:
        assert why
        return
    tmp_path.joinpath("drawn.yaml").write_text(text, encoding="utf-8")
    assert [] == differences({"story": story}, protocol, "drawn.yaml", tmp_path)


def a_history(data: st.DataObject) -> tuple[str, Protocol, list[Move], Case]:
    """A random protocol, the moves of a random history of a case, and where that case stands."""
    text = data.draw(protocol_texts(tuple(one for one in FEATURES if one != "programme")))
    protocol = read_text(text).protocol
    if protocol is None or not read_text(text).ok:
        reject()
    pair = Pair(protocol, STARTS[0])
    tellers = [Asker(Drawn(data), pair.reference)]
    done = [Ask(kind="open", what="drawn", by=PEOPLE[0])]
    pair.ask(done[0])
    for step in steps(data, pair, tellers):
        if isinstance(step, datetime):
            pair.wait(step)
        elif step.by.roles <= protocol.roles.keys():
            step = step.replace(at=None)
            if not pair.ask(step)[0]:
                done.append(step)
    events = pair.engine.history(HISTORY)
    return text, protocol, stripped(events, map(request_of, done)), replay(HISTORY, events)


# -- the end, and what it needs --------------------------------------------------------


def test_what_the_end_does_not_need_is_left_out(tmp_path: Path) -> None:
    """Steps go, facts go, values become plain; what is needed stays."""
    rules = """
    facts:
      danger: {type: boolean, recorded_by: [officer]}
      age: {type: integer, range: 0..20, recorded_by: [officer]}
      kind: {type: choice, values: [family, other], recorded_by: [officer]}
    triggers:
      ask: {who: [officer], records: [danger, age, kind]}
      see: {who: [officer]}
    follow_ups:
      slow: {opens_with: ask, if: age < 18, who: officer, due: within 3 hours}
    """
    facts = {"danger": True, "age": 12, "kind": "other"}
    moves = [OPENED, act("see", "officer"), act("ask", "officer", facts=facts), late("slow")]
    story = a_story(rules, [*moves, act("see", "officer")], tmp_path, end=is_late("slow"))
    assert ["open", "act", "overdue"] == [one.kind for one in story.steps]
    assert {"age": 0} == story.steps[1].facts


def test_a_story_can_end_with_a_refusal(tmp_path: Path) -> None:
    """The last step is what nobody may do, with every reason."""
    end = act("end", "judge").request
    story = a_story(BLOCKED, [OPENED, act("ask", "officer")], tmp_path, refused=end)
    assert ["blocked", "open-follow-up", "open-follow-up", "open-follow-up"] == [
        one.name for one in story.steps[-1].reasons
    ]
    story_2, why = concretise(tiny(BLOCKED), [OPENED], refused=end)
    assert story_2 is None
    assert "The rules lead elsewhere in real time." == why


TWO_AT_ONCE = """
    states: {begun: {initial: true}, asked: {}, closed: {final: true}}
    triggers:
      ask: {who: [officer], moves: [{from: begun, to: asked}]}
      end: {who: [judge], moves: [{from: asked, to: closed}]}
      see: {who: [officer], needs: {quiet: look is not overdue}}
      stop: {who: [clock]}
    follow_ups:
      call: {opens_with: ask, who: officer, due: within 3 hours}
      look: {opens_with: ask, who: officer, due: within 3 hours, met_by: [stop]}
    escalations:
      waits: {watches: {state: asked}, levels: [{after: 3 hours, fire: stop}]}
"""


def test_what_comes_at_the_same_instant_belongs_to_the_story(tmp_path: Path) -> None:
    """Two limits and a level end together: a story that ends with the first tells the others."""
    moves = [OPENED, act("ask", "officer"), late("call")]
    story = a_story(TWO_AT_ONCE, moves, tmp_path, end=is_late("call"))
    (last,) = story.steps[2:]
    assert (("call/1", "look/1"), (("look/1", "satisfied-by"),)) == (last.late, last.ended)
    assert ("call/1",) == story.open


def test_what_is_late_as_soon_as_it_is_owed_is_told_with_the_deed(tmp_path: Path) -> None:
    """It is still the deed of whoever did it."""
    rules = """
    meetings: {hearing: {called_by: [judge]}}
    follow_ups:
      prepare: {opens_with: hearing.set, who: officer, due: 5 calendar days before hearing}
    """
    last = a_story(rules, [OPENED, asked("set", "hearing", "judge")], tmp_path).steps[-1]
    assert ("judge", ("prepare/1",)) == (last.role, last.late)


def test_nobody_is_refused_between_two_things_at_one_instant() -> None:
    """What is in the way only until the next thing comes at the same instant is in nobody's way."""
    see = act("see", "officer").request
    moves = [OPENED, act("ask", "officer"), late("look")]
    story, why = concretise(tiny(TWO_AT_ONCE), moves, refused=see)
    assert (None, "The rules lead elsewhere in real time.") == (story, why)


@pytest.mark.parametrize(
    "endless",
    [
        """
      look: {opens_with: ask, who: officer, due: within 3 hours}
      more: {opens_with: [look.overdue, more.opened], if_again: open_another, who: officer,
        due: within 3 hours}
        """,
        """
      look: {opens_with: ask, who: officer, due: within 3 hours after first(ask)}
    escalations:
      unseen: {watches: {follow_up: look}, levels: [{at: due, fire: ask}]}
        """,
    ],
    ids=["in_one", "one_by_one"],
)
def test_what_never_comes_to_rest_is_told_up_to_there(endless: str) -> None:
    """Of what follows at the same instant without end nothing is told."""
    rules = f"""
    triggers: {{ask: {{who: [officer, clock]}}}}
    follow_ups:
      call: {{opens_with: ask, who: officer, due: within 3 hours}}
      {endless.strip()}
    """
    moves = [OPENED, act("ask", "officer"), late("call")]
    story, why = concretise(tiny(rules), moves, is_late("call"))
    assert story is not None, why
    assert ["open", "act", "overdue"] == [one.kind for one in story.steps]
    assert ("call/1", "look/1") == story.open


def test_a_story_begins_with_an_opening() -> None:
    """Nothing can be told of a case that is not open."""
    story, why = concretise(tiny(BLOCKED), [act("ask", "officer")])
    assert (None, "A story begins with the opening of a case.") == (story, why)


def test_the_same_moves_make_the_same_story() -> None:
    """Nothing is left to chance."""
    moves = [OPENED, act("ask", "officer"), act("end", "judge")]
    first, second = (concretise(tiny(BLOCKED), moves)[0] for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.to_json() == second.to_json()


def test_a_long_story_is_found_in_no_time() -> None:
    """Sixty steps with limits that end between them, in well under a second."""
    rules = """
    triggers: {ask: {who: [officer]}, see: {who: [officer]}}
    follow_ups:
      slow: {opens_with: ask, if_again: open_another, who: officer, due: within 3 hours,
        met_by: [see]}
    """
    turn = [act("ask", "officer"), act("ask", "officer"), act("see", "officer")]
    moves = [OPENED]
    for n in range(15):
        moves += [*turn, late("slow", 2 * n + 2)]
    began = time.perf_counter()
    story, why = concretise(tiny(rules), moves)
    assert story is not None, why
    assert 61 == len(story.steps)
    assert 1 > time.perf_counter() - began


# -- how it is told --------------------------------------------------------------------


def test_a_story_is_told_in_plain_words(tmp_path: Path) -> None:
    """Day and hour, who did what, what changed, and where the rule stands."""
    path = tmp_path / "tiny.yaml"
    path.write_text(tiny_text(TWO_LIMITS), encoding="utf-8")
    reading = read_file(path)
    assert reading.protocol is not None
    moves = [OPENED, act("ask", "officer"), late("slow"), act("see", "officer")]
    story, _ = concretise(reading.protocol, moves, says="It was done too late.")
    assert story is not None
    lines = told(story, reading.protocol, width=200)
    assert [
        "1. Mon 2 Mar 2026, 09:00 AST: Officer opens a case.",
        "   The case is now at `begun`.",
        "2. Mon 2 Mar 2026, 09:01 AST: Officer does this: ask.",
        "   To do from now on: slow.",
        "3. After Mon 2 Mar 2026, 12:01 AST: It is late, and nobody did this: slow.",
        "4. Mon 2 Mar 2026, 12:02 AST: Officer does this: see.",
        "   Done: slow.",
        "It was done too late.",
    ] == lines
    placed = told(story, reading.protocol, reading.places, width=200)
    line = 1 + path.read_text(encoding="utf-8").splitlines().index("  ask: {who: [officer]}")
    assert placed[2].endswith(f"({path}:{line})")


def test_the_words_are_easy_to_read() -> None:
    """Grade eight at most, for stories of real protocols."""
    for path in BUNDLED:
        for scenario in scenarios_in(path)[:4]:
            found = acted(scenario)
            if found is None:
                continue
            protocol, moves, _ = found
            story, why = concretise(protocol, moves)
            assert story is not None, why
            said = " ".join(line.strip() for line in told(_without_titles(story), protocol))
            assert grade(said) <= HIGHEST_GRADE, said


def _without_titles(story: Story) -> Story:
    """A story in whose steps the protocol's own words are one short word."""
    steps = tuple(one.replace(title="it", who="the aide") for one in story.steps)
    return story.replace(steps=steps)


def test_a_story_as_data(tmp_path: Path) -> None:
    """Each step with its instant, who did what, and what changed; all of it JSON."""
    facts: Mapping[str, Any] = {"danger": True}
    moves = [OPENED, asked("record", "", "officer", facts=facts), act("ask", "officer")]
    story = a_story(BLOCKED, moves, tmp_path)
    data = json.loads(json.dumps(story.to_json()))
    assert [1, 2, 3] == [one["step"] for one in data["steps"]]
    assert {
        "step": 2,
        "at": "2026-03-02T13:01:00Z",
        "time": "2026-03-02T09:01:00-04:00",
        "actor": "officer",
        "role": "officer",
        "event": "record",
        "from": {},
        "to": {},
        "facts": {"danger": True},
        "opened": [],
        "late": [],
        "ended": {},
        "told": [],
        "refused": [],
        "path": ["facts", "danger"],
        "file": None,
        "line": None,
    } == data["steps"][1]
    assert ["look/1", "prepare/1", "speak/1"] == data["open"]
    assert {"case": "begun"} == data["states"]
