"""Checks on conditions: what they find agrees with trying every value, and nothing is made up."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from protocolkit.checks import ALL, run
from protocolkit.ground.errors import Refused
from protocolkit.ground.findings import Finding
from protocolkit.language.reading import read_file, read_text
from tests.checks import trying
from tests.checks.harness import complete, judged
from tests.checks.trying import Tree, everything, says, trees
from tests.docs.reading_grade import grade
from tests.proofs.random_protocols import protocol_text
from tests.stories import OFFICER, engine_with, tiny_text

ROOT = Path(__file__).parents[2]
MINE = {"PK402", "PK403", "PK404", "PK405", "PK406", "PK408"}
OTHERS = {page.code for page in ALL} - MINE


def _found(fragment: str) -> list[Finding]:
    """What these checks find; the reader finds nothing."""
    findings = run(read_text(complete(fragment)), off=OTHERS).findings
    assert {finding.code for finding in findings} <= MINE, [one.message for one in findings]
    return list(findings)


# -- against every value ---------------------------------------------------------------------


def test_the_plain_way_shares_nothing_with_what_it_judges() -> None:
    """It imports nothing of the project at all."""
    tree = ast.parse(Path(trying.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {"__future__", "collections.abc", "itertools", "typing", "hypothesis"} == imported


@given(trees())
@settings(max_examples=100, deadline=None)
def test_never_and_always_true_as_every_value_says(need: Tree) -> None:
    """Told at the term, once, and not again where the term is asked for."""
    verdicts = {says(need, case) for case in everything()}
    expected = ["PK402"] if True not in verdicts else ["PK403"] if verdicts == {True} else []
    found = _found(trying.with_need(need))
    assert expected == [finding.code for finding in found]
    assert [("terms", "ready", "condition")] * len(expected) == [one.path for one in found]


@given(trees(), trees(), trees())
@settings(max_examples=100, deadline=None)
def test_an_overlap_as_every_value_says(need: Tree, one: Tree, other: Tree) -> None:
    """And in each case that the witness speaks of, both moves fit."""
    cases = list(everything())
    both = [case for case in cases if says(need, case) and says(one, case) and says(other, case)]
    found = [x for x in _found(trying.with_choice(need, [one, other])) if x.code == "PK404"]
    assert bool(both) == bool(found)
    for finding in found:
        meant = [case for case in cases if trying.agrees(case, finding.witness)]
        assert meant
        assert all(case in both for case in meant)


@given(trees(), trees(happenings=False), trees(happenings=False))
@settings(max_examples=100, deadline=None)
def test_a_gap_as_every_value_says(need: Tree, one: Tree, other: Tree) -> None:
    """With what is known, else with what is unknown; a move that never fits is told alone."""
    cases = list(everything())
    asked = trying.reads(one) | trying.reads(other)
    none = [
        case for case in cases if says(need, case) and not says(one, case) and not says(other, case)
    ]
    known = [case for case in none if not any(case[name] is None for name in asked)]
    possible = all(any(says(tree, case) for case in everything(False)) for tree in (one, other))
    expected = {"PK405"} if known else {"PK408"} if none else set()
    found = [
        finding
        for finding in _found(trying.with_choice(need, [one, other]))
        if finding.code in ("PK405", "PK408")
    ]
    assert (expected if possible else set()) == {finding.code for finding in found}
    assert len(found) <= 1
    for finding in found:
        meant = [case for case in cases if trying.agrees(case, finding.witness)]
        assert meant
        assert all(case in none for case in meant)


@given(trees(), trees(), trees(), trees())
@settings(max_examples=60, deadline=None)
def test_a_move_that_never_counts_as_every_value_says(
    need: Tree, first: Tree, second: Tree, third: Tree
) -> None:
    """With `first` the order says which one counts; what can never be so at all is left out."""
    moves = [first, second, third]
    cases = [case for case in everything() if says(need, case)]
    expected = set()
    for number, move in enumerate(moves):
        fits = [case for case in cases if says(move, case)]
        left = [case for case in fits if not any(says(one, case) for one in moves[:number])]
        if fits and not left:
            expected.add(number)
    found = _found(trying.with_choice(need, moves, first=True))
    assert expected == {one.path[3] for one in found if one.code == "PK406"}
    assert "PK404" not in {one.code for one in found}


# -- tables ----------------------------------------------------------------------------------

SHELTER = """\
roles:
  nurse: {kind: health}
strands:
  case: {begun: {initial: true}, kept: {}, sent: {}, closed: {final: true}}
  whereabouts: {safe: {initial: true, final: true}, missing: {}}
facts:
  beds: {type: integer, range: 0..9, recorded_by: nurse}
  consent: {type: choice, values: [given, refused], recorded_by: nurse}
  born_on: {type: date, recorded_by: nurse}
terms:
  is_full: beds is 0
triggers:
  call: {who: nurse}
  lost: {who: nurse, moves: {from: safe, to: missing}}
  found: {who: nurse, moves: {from: missing, to: safe}}
  end: {who: nurse, moves: {from: [kept, sent], to: closed}}
  place:
    who: nurse
    MORE
    moves: {from: begun, to: [kept]}
"""


def _shelter(moves: str, more: str = "") -> list[Finding]:
    body = SHELTER.replace("moves: {from: begun, to: [kept]}", f"moves: [{moves}]")
    body = body.replace("    MORE\n", f"    {more}\n" if more else "")
    fragment = body + "follow_ups:\n  ask: {opens_with: call, who: nurse, due: within 2 hours}\n"
    return _found(fragment)


KEEP, SEND = "{from: begun, to: kept", "{from: begun, to: sent"


@pytest.mark.parametrize(
    ("moves", "more", "expected"),
    [
        pytest.param(f"{KEEP}, if: beds > 9}}, {SEND}}}", "", {"PK402"}, id="out of range"),
        pytest.param(
            f"{KEEP}, if: born_on > 2010-01-01 and born_on < 2010-01-02}}, {SEND}}}",
            "first: true",
            {"PK402"},
            id="no day between",
        ),
        pytest.param(f"{KEEP}, if: count(call) >= 0}}", "", {"PK403"}, id="none or more"),
        pytest.param(
            f"{KEEP}, if: is_full or not happened(call)}}",
            "needs: {called: count(call within 2 hours) > count_}".replace("count_", "3"),
            set(),
            id="one move is a permission",
        ),
        pytest.param(
            f"{KEEP}, if: count(call within 2 hours) >= 1 and not happened(call)}}",
            "",
            {"PK402"},
            id="a part cannot be more than the whole",
        ),
        pytest.param(
            f"{KEEP}, if: happened(lost since found) and happened(found since lost)}}",
            "",
            {"PK402"},
            id="each after the other",
        ),
        pytest.param(
            f"{KEEP}, if: whereabouts is safe and whereabouts is missing}}",
            "",
            {"PK402"},
            id="two states at once",
        ),
        pytest.param(
            f"{KEEP}, if: ask is open and ask is met}}", "", {"PK402"}, id="two statuses at once"
        ),
        pytest.param(f"{KEEP}, if: ask is open and ask is overdue}}", "", set(), id="late is open"),
        pytest.param(f"{KEEP}}}, {SEND}}}", "", {"PK404"}, id="always both"),
        pytest.param(
            f"{KEEP}, if: happened(call)}}, {SEND}, if: consent is given}}",
            "",
            {"PK404"},
            id="both may be so",
        ),
        pytest.param(
            f"{KEEP}, if: consent is given}}, {SEND}, if: consent is known}}",
            "needs: {not_given: consent is refused or unknown}",
            {"PK408"},
            id="needs keep them apart, and let the unknown in",
        ),
        pytest.param(
            f"{KEEP}, if: whereabouts is safe}}, {SEND}, if: whereabouts is missing}}",
            "",
            set(),
            id="states share out the cases",
        ),
        pytest.param(
            f"{KEEP}, if: count(call) < 3}}, {SEND}, if: count(call) > 3}}",
            "",
            {"PK405"},
            id="three calls",
        ),
        pytest.param(
            f"{KEEP}, if: ask is met}}, {SEND}, if: ask is cancelled}}",
            "",
            set(),
            id="it waits for what is owed",
        ),
        pytest.param(
            f"{KEEP}, if: reached(born_on) and is_full}}, {SEND}, if: not is_full}}",
            "needs: {beds: beds is known}",
            set(),
            id="it waits for a day",
        ),
        pytest.param(
            f"{KEEP}, if: consent is given}}, {SEND}, if: consent is refused}}",
            "",
            {"PK408"},
            id="nobody asked yet",
        ),
        pytest.param(
            f"{KEEP}, if: consent is given}}, {SEND}, if: consent is refused}}",
            "records: [{fact: consent, required: true}]",
            {"PK408"},
            id="what it records itself is not known before",
        ),
        pytest.param(
            f"{KEEP}, if: consent is given}}, {SEND}, if: consent is refused}}",
            "needs: {asked: consent is known}",
            set(),
            id="the need says so",
        ),
        pytest.param(
            f"{KEEP}, if: consent is given}}, {SEND}, if: consent is refused or unknown}}",
            "",
            set(),
            id="unknown has its move",
        ),
        pytest.param(
            f"{KEEP}, if: beds >= 1}}, {SEND}, if: beds >= 3}}, {SEND}}}",
            "first: true",
            {"PK406"},
            id="the first takes it",
        ),
        pytest.param(
            f"{KEEP}, if: beds >= 3}}, {SEND}, if: beds >= 1}}, {KEEP}}}",
            "first: true",
            set(),
            id="from narrow to wide",
        ),
    ],
)
def test_what_is_found_in_a_shelter(moves: str, more: str, expected: set[str]) -> None:
    """A county of its own: other words, two strands, days and counts."""
    assert expected == {finding.code for finding in _shelter(moves, more)}


def test_two_ways_to_a_state_are_not_gone_at_once() -> None:
    """Who came by one way did not come by the other, unless there is a way round."""
    straight = """\
states:
  begun: {initial: true}
  kept: {}
  sent: {}
  met: {}
  one: {}
  closed: {final: true}
triggers:
  keep: {who: djo, moves: {from: begun, to: kept}}
  send: {who: djo, moves: {from: begun, to: sent}}
  meet: {who: djo, moves: {from: [kept, sent], to: met}}
  end:
    who: djo
    moves:
      - {from: met, to: closed, if: happened(keep)}
      - {from: met, to: one, if: happened(send)}
  close: {who: djo, moves: {from: one, to: closed}}
"""
    assert [] == _found(straight)
    round_ = straight + "  again: {who: djo, moves: {from: met, to: begun}}\n"
    (finding,) = _found(round_)
    assert "PK404" == finding.code
    assert {"happened(keep)": "true", "happened(send)": "true"} == finding.witness


def test_what_is_waived_need_not_be_there() -> None:
    """Two moves overlap also where only an exception lets the act be done."""
    body = """\
states:
  identified: {initial: true}
  watched: {}
  closed: {final: true}
facts:
  age: {type: integer, range: 0..20, recorded_by: djo}
  danger: {type: boolean, recorded_by: djo}
triggers:
  close: {who: djo, moves: {from: watched, to: closed}}
  decide:
    who: djo
    needs: {grown: age >= 18}
    EXCEPT
    moves:
      - {from: identified, to: watched, if: age < 16}
      - {from: identified, to: closed, if: age < 12 or age >= 16}
"""
    assert [] == _found(body.replace("    EXCEPT\n", ""))
    urgent = "exceptions: {urgent: {waives: [grown], if: danger is true}}"
    (finding,) = _found(body.replace("EXCEPT", urgent))
    assert ("PK404", {"age": "0", "danger": "true"}) == (finding.code, dict(finding.witness))


def test_an_act_that_moves_another_strand_is_not_refused() -> None:
    """Then it is no gap that this strand stays where it is."""
    moves = f"{KEEP}, if: beds > 5}}, {SEND}, if: beds < 5}}, {{from: missing, to: safe}}"
    (finding,) = _shelter(moves, "needs: {beds: beds is known}")
    assert ("PK405", {"beds": "5", "whereabouts": "safe"}) == (
        finding.code,
        dict(finding.witness),
    )
    moves = moves.replace(
        "{from: missing, to: safe}", "{from: [missing], to: safe}, {from: safe, to: missing}"
    )
    assert [] == _shelter(moves, "needs: {beds: beds is known}")


# -- how it is told --------------------------------------------------------------------------


def test_the_phrase_is_pointed_at() -> None:
    """The last of the fewest parts that rule each other out, at its own columns."""
    line = "  report: {who: djo, needs: {it: age > 3 and danger is true and age < 3}}\n"
    (finding,) = _found(
        "facts:\n  age: {type: integer, range: 0..20, recorded_by: djo}\n"
        "  danger: {type: boolean, recorded_by: djo}\n"
        "triggers:\n  close: {who: djo, moves: {from: identified, to: closed}}\n" + line
    )
    assert "`age > 3` and `age < 3` cannot both be true, so this never holds." == finding.message
    assert finding.place is not None
    start = line.index("age < 3") + 1
    assert (6, start, start + len("age < 3")) == (
        finding.place.start.line,
        finding.place.start.column,
        finding.place.end.column,
    )


def test_what_stands_on_a_fault_is_not_told_again() -> None:
    """A term that is never true is told where it stands."""
    found = _found(
        "facts:\n  age: {type: integer, range: 0..20, recorded_by: djo}\n"
        "terms:\n  old: age > 20\n  older: old and age > 10\n"
        "triggers:\n  close: {who: djo, needs: {a: older}, moves: {from: identified, to: closed}}\n"
    )
    assert [("PK402", ("terms", "old", "condition"))] == [(one.code, one.path) for one in found]
    assert ["`age > 20` can never be true: `age` goes from 0 to 20."] == [
        one.message for one in found
    ]


def test_too_much_to_try_is_no_finding() -> None:
    """Hundreds of facts in one condition are left alone, and quickly."""
    names = [f"f{number}" for number in range(80)]
    facts = "".join(f"  {name}: {{type: boolean, recorded_by: djo}}\n" for name in names)
    all_of = " and ".join(f"({name} is true)" for name in names[:20])
    fragment = (
        f"facts:\n{facts}terms:\n"
        + "".join(f'  t{i}: "{" or ".join(names[i * 20 : i * 20 + 20])}"\n' for i in range(4))
        + f'  every: "{" and ".join(f"t{i}" for i in range(4))}"\n  most: "{all_of}"\n'
    )
    assert [] == _found(fragment)


def _told() -> list[Finding]:
    pages = [page for page in ALL if page.code in MINE]
    return [finding for page in pages for finding in judged(page.wrong, off=OTHERS).findings]


def test_messages_are_easy_to_read() -> None:
    """School grade 6, all of them together; and none above 8."""
    texts = [f"{one.message} {one.help[:1].upper()}{one.help[1:]}." for one in _told()]
    assert len(MINE) == len(texts)
    assert grade("\n\n".join(texts)) <= 6
    assert [] == [text for text in texts if grade(text) > 8]


def test_a_witness_is_said_in_the_message() -> None:
    """Value by value."""
    for finding in _told():
        said = dict(re.findall(r"`([^` ]*) is ([^`]*)`", finding.message))
        if finding.code in ("PK404", "PK405", "PK408"):
            assert said == finding.witness


# -- nothing is made up ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "protocols").rglob("*.yaml")
        if not path.name.endswith(".scenarios.yaml")
    ),
)
def test_nothing_is_found_in_the_protocols_that_come_with_us(file: str) -> None:
    """They share out their cases."""
    assert () == run(read_file(ROOT / file), off=OTHERS).findings


def test_drawn_protocols_have_no_condition_that_never_holds() -> None:
    """Those that are built to be healthy; what is true in them is told: a choice with one value
    left out, or a phrase that allows every answer.
    """
    found = {
        finding.code
        for seed in range(0, 200, 2)
        for finding in run(read_text(protocol_text(seed)), off=OTHERS).findings
    }
    assert found <= {"PK403", "PK405"}


# -- the engine agrees -----------------------------------------------------------------------

DECIDES = """
facts:
  age: {type: integer, range: 0..20, recorded_by: officer}
states:
  begun: {initial: true}
  kept: {}
  closed: {final: true}
triggers:
  close: {who: officer, moves: {from: kept, to: closed}}
  decide:
    who: officer
    records: age
    moves:
      - {from: begun, to: kept, if: age < 14}
      - {from: begun, to: closed, if: OTHER}
"""


@pytest.mark.parametrize(
    ("other", "code", "known", "reason"),
    [
        pytest.param(
            "age > 12 or age is unknown", "PK404", {"age": 13}, "ambiguous-move", id="both"
        ),
        pytest.param("age > 14 or age is unknown", "PK405", {"age": 14}, "not-enabled", id="none"),
        pytest.param("age >= 14", "PK408", {}, "not-enabled", id="unknown"),
    ],
)
def test_the_engine_refuses_the_case_that_is_shown(
    other: str, code: str, known: dict[str, int], reason: str
) -> None:
    """Also when the act brings the fact along: moves are chosen on what was known before."""
    rules = DECIDES.replace("OTHER", other)
    (finding,) = run(read_text(tiny_text(rules)), off=OTHERS).findings
    assert (code, str(known.get("age", "unknown"))) == (finding.code, finding.witness["age"])
    engine, _ = engine_with(rules)
    case = engine.open("tiny", by=OFFICER, facts=known, key="open")
    with pytest.raises(Refused) as refused:
        engine.fire(case.id, "decide", by=OFFICER, facts={"age": 3}, key="decide")
    assert {reason} == {one.name for one in refused.value.reasons}
