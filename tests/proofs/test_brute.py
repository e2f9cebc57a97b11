"""Brute force itself: small protocols with known answers, and walks with the real semantics."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from tests.proofs.brute import Brute, TooLarge, judged
from tests.proofs.random_protocols import FAULTS, fault_of, protocol_text
from tests.proofs.walks import Walk
from tests.stories import tiny_text

Expected = Mapping[tuple[str, str], tuple[str, int | None]]

COURSE = """
states: {begun: {initial: true}, teamed: {}, closed: {final: true}}
triggers:
  convene: {who: [judge], moves: [{from: begun, to: teamed}]}
  close: {who: [judge], moves: [{from: teamed, to: closed}]}
"""

KNOWN: Mapping[str, tuple[str, Expected]] = {
    "a healthy case": (
        COURSE,
        {
            ("can-finish", ""): ("proved", None),
            ("no-trap", ""): ("proved", None),
            ("closes-if-all-act", ""): ("proved", None),
            ("nothing-dead", "close"): ("proved", None),
        },
    ),
    "a state without a way out": (
        """
        states: {begun: {initial: true}, lost: {}, gone: {}, closed: {final: true}}
        triggers:
          lose: {who: [judge], moves: [{from: begun, to: lost}]}
          go: {who: [judge], moves: [{from: lost, to: gone}]}
          close: {who: [judge], moves: [{from: [begun, lost], to: closed}]}
        """,
        {
            ("can-finish", ""): ("proved", None),
            ("no-trap", ""): ("violated", 2),
            ("closes-if-all-act", ""): ("violated", 2),
        },
    ),
    "what nobody must do": (
        COURSE.replace("convene: {", "convene: {strength: should, "),
        {("no-trap", ""): ("proved", None), ("closes-if-all-act", ""): ("violated", 0)},
    ),
    "a fact that people must write down, and one that they need not change": (
        """
        facts: {safe: {type: boolean}}
        states: {begun: {initial: true}, closed: {final: true}}
        triggers:
          close: {who: [judge], needs: {safe: safe is true}, moves: [{from: begun, to: closed}]}
        """,
        {("no-trap", ""): ("proved", None), ("closes-if-all-act", ""): ("violated", 1)},
    ),
    "the closing act makes something owed": (
        COURSE + "follow_ups: {tell: {opens_with: close, who: judge, due: within 2 hours}}\n",
        {("finishes-cleanly", ""): ("violated", 2), ("can-be-ended", "tell"): ("absent", None)},
    ),
    "an opening waits for a fact when the case closes": (
        "facts: {danger: {type: boolean}}\n"
        + COURSE
        + "follow_ups: {tell: {opens_with: convene, if: danger is true, if_again: ignore, "
        "who: judge, due: unspecified}}\n",
        {("finishes-cleanly", ""): ("violated", 2), ("can-be-ended", "tell"): ("proved", None)},
    ),
    "what does it must wait for it": (
        COURSE
        + "  visit: {who: [judge], needs: {there: case is teamed}}\n"
        + "  report: {who: [officer]}\n"
        + "follow_ups: {see: {opens_with: report, if_again: ignore, who: judge, "
        "due: within 2 hours, met_by: [visit], blocks: [convene]}}\n",
        {
            ("no-trap", ""): ("violated", 1),
            ("never-blocks-forever", "see"): ("violated", 1),
            ("can-be-ended", "see"): ("proved", None),
            ("nothing-dead", "see"): ("proved", None),
        },
    ),
    "one more each time": (
        COURSE
        + "  visit: {who: [judge]}\n"
        + "  never: {who: [judge], needs: {both: case is begun and case is teamed}}\n"
        + "follow_ups: {note: {opens_with: visit, who: judge, strength: should, met_by: [never], "
        "due: within 1 hour}}\n",
        {
            ("no-pile-up", "note"): ("violated", 2),
            ("can-be-ended", "note"): ("violated", 1),
            ("nothing-dead", "never"): ("violated", None),
            ("nothing-dead", "never#1"): ("absent", None),
        },
    ),
    "one more each time that can be done": (
        COURSE
        + "  visit: {who: [judge]}\n"
        + "follow_ups: {note: {opens_with: visit, who: judge, due: within 1 hour}}\n",
        {("no-pile-up", "note"): ("proved", None)},
    ),
    "an outside event that is not heard everywhere": (
        COURSE
        + "  flood: {who: [officer], happens: outside, moves: [{from: begun, to: closed}]}\n"
        + "  storm: {who: [officer], happens: outside}\n",
        {
            ("outside-events", "flood"): ("violated", 1),
            ("outside-events", "storm"): ("proved", None),
        },
    ),
    "a level that always leaves first": (
        COURSE.replace(
            "who: [judge], moves: [{from: begun", "who: [judge, clock], moves: [{from: begun"
        )
        + "escalations: {slow: {watches: {state: begun}, levels: "
        "[{after: 2 hours, fire: convene}, {after: 1 hour, tell: [judge]}]}}\n",
        {
            ("levels-come", "slow#1"): ("proved", None),
            ("levels-come", "slow#2"): ("violated", None),
        },
    ),
    "late just before the level leaves, at the same hour": (
        COURSE.replace(
            "who: [judge], moves: [{from: begun", "who: [judge, clock], moves: [{from: begun"
        )
        + "follow_ups:\n"
        "  fast: {opens_in: begun, who: judge, due: within 2 hours}\n"
        "  long: {opens_in: begun, who: judge, due: within 3 hours}\n"
        "  ask: {opens_with: [fast.overdue, long.overdue], who: judge, due: within 1 hour}\n"
        "escalations:\n"
        "  slow: {watches: {state: begun}, levels: [{after: 2 hours, fire: convene}]}\n",
        {("levels-come", "fast"): ("proved", None), ("levels-come", "long"): ("violated", None)},
    ),
    "limits of one length run out in the order in which they began": (
        COURSE + "follow_ups:\n"
        "  first_one: {opens_with: convene, who: judge, due: within 1 hour, met_by: [never]}\n"
        "  next_one: {opens_with: first_one.overdue, who: judge, due: within 1 hour}\n"
        "  later_one: {opens_with: talk, if_again: ignore, who: judge, due: within 2 hours}\n"
        "  ask: {opens_with: later_one.overdue, who: judge, due: within 1 hour}\n"
        "properties:\n"
        "  in_order: {kind: precedence, before: later_one.overdue, need: first_one.overdue}\n"
        "  not_so: {kind: precedence, before: later_one.overdue, need: next_one.overdue}\n",
        {
            ("precedence", "in_order"): ("proved", None),
            ("precedence", "not_so"): ("violated", 3),
        },
    ),
    "an hour that a first limit leaves is enough for a second one": (
        COURSE + "follow_ups:\n"
        "  slow: {opens_with: convene, who: judge, due: within 2 hours, met_by: [never]}\n"
        "  quick: {opens_with: talk, if_again: ignore, who: judge, due: within 1 hour}\n"
        "  ask: {opens_with: [slow.overdue, quick.overdue], who: judge, due: within 1 hour}\n"
        "properties: {in_order: {kind: precedence, before: quick.overdue, need: slow.overdue}}\n",
        {("precedence", "in_order"): ("violated", 2)},
    ),
    "what is said of every case": (
        COURSE + "  visit: {who: [judge]}\n" + "properties:\n"
        "  seen: {kind: precedence, before: close, need: visit}\n"
        "  teamed: {kind: precedence, before: close, need: convene}\n"
        "  twice: {kind: at_most, what: visit, times: 2}\n"
        "  once: {kind: at_most, what: convene, times: 1}\n"
        "  not_seen: {kind: never, what: visit}\n"
        "  not_teamed: {kind: always, condition: case is not teamed}\n"
        "  at_last: {kind: at_end, condition: happened(visit)}\n"
        "  answered: {kind: response, when: convene, then: visit}\n"
        "  answered_by_end: {kind: response, when: visit, then: close}\n",
        {
            ("precedence", "seen"): ("violated", 2),
            ("precedence", "teamed"): ("proved", None),
            ("at_most", "twice"): ("violated", 3),
            ("at_most", "once"): ("proved", None),
            ("never", "not_seen"): ("violated", 1),
            ("always", "not_teamed"): ("violated", 1),
            ("at_end", "at_last"): ("violated", 2),
            ("response", "answered"): ("violated", 2),
            ("response", "answered_by_end"): ("proved", None),
        },
    ),
}
"""Rules, and what is known of them: (question, about) -> (verdict, length)."""

_TIMED = """  never: {who: [judge], needs: {both: case is begun and case is teamed}}
  talk: {who: [judge], needs: {there: case is teamed}}
"""


def _tiny(rules: str) -> Protocol:
    """The tiny county; what the reader warns of (a condition that is never true) is meant."""
    reading = read_text(tiny_text(rules), "tiny.yaml")
    assert [] == [str(one) for one in reading.findings if one.severity == "error"]
    assert reading.protocol is not None
    return reading.protocol


@pytest.mark.parametrize("name", KNOWN)
def test_brute_force_answers_what_is_known(name: str) -> None:
    """On protocols small enough to think through, brute force says what is so."""
    rules, expected = KNOWN[name]
    if "met_by: [never]" in rules and "  never:" not in rules:
        rules = rules.replace("follow_ups:", _TIMED + "follow_ups:")
    found = {(one.question, one.about): (one.verdict, one.length) for one in judged(_tiny(rules))}

    assert dict(expected) == {key: found.get(key, ("absent", None)) for key in expected}


def test_length_can_count_what_time_does() -> None:
    """With a weight for timers the shortest story counts them too."""
    rules = KNOWN["an hour that a first limit leaves is enough for a second one"][0]
    brute = Brute(_tiny(rules.replace("follow_ups:", _TIMED + "follow_ups:")), timers=1)

    assert 3 == brute.first["broken", "in_order", 0]


def test_too_many_situations_are_said() -> None:
    """What cannot be gone through whole is not judged."""
    with pytest.raises(TooLarge, match="more than 3 situations"):
        judged(
            _tiny(COURSE + "  visit: {who: [judge]}\nfacts: {danger: {type: boolean}}\n"), most=3
        )


@pytest.mark.parametrize("seed", range(0, 180, 3))
def test_what_the_engine_does_brute_force_has_seen(seed: int) -> None:
    """Step by step on real instants, the plain rules and the semantics agree; and each case that
    comes about is one of those that brute force went through.
    """
    reading = read_text(protocol_text(seed), f"{seed}.yaml")
    assert reading.protocol is not None
    brute = Brute(reading.protocol)
    walk = Walk(reading.protocol, seed)
    for _ in range(50):
        deed, plainly, really = walk.step()
        if walk.course.cut:
            break
        assert plainly == really, deed
        assert walk.of_plain() == walk.of_engine(), deed
        if walk.course.is_lucky(walk.now):
            break  # no proof rests on that
        assert brute.has_seen(walk.course.case), deed


def test_every_random_protocol_is_read_without_errors() -> None:
    """They are protocols, with the states, facts, follow-ups and clocks that they promise."""
    for seed in range(400):
        reading = read_text(protocol_text(seed), f"{seed}.yaml")
        assert [] == [str(one) for one in reading.findings if one.severity == "error"], seed
        protocol = reading.protocol
        assert protocol is not None
        clocks = sum(
            one.due is not None and not one.due.unspecified for one in protocol.follow_ups.values()
        )
        states = sum(len(strand.states) for strand in protocol.strands.values())
        assert states >= 6, seed
        assert len(protocol.facts) >= 3, seed
        assert len(protocol.follow_ups) >= 3, seed
        assert clocks + len(protocol.escalations) >= 2, seed


@pytest.mark.parametrize("fault", FAULTS)
def test_each_kind_of_fault_is_one(fault: str) -> None:
    """Of the protocols with a fault of one kind, most break what is meant to find it."""
    seeds = [seed for seed in range(100) if fault_of(seed) == fault]
    found = 0
    for seed in seeds:
        protocol = read_text(protocol_text(seed), f"{seed}.yaml").protocol
        assert protocol is not None
        found += any(
            (one.question == FINDS[fault] or one.about == FINDS[fault])
            and one.verdict == "violated"
            for one in judged(protocol)
        )

    assert found >= len(seeds) / 2


FINDS = {
    "trap": "no-trap",
    "dead_need": "nothing-dead",
    "dead_move": "nothing-dead",
    "endless": "nothing-dead",
    "holds_itself_up": "no-trap",
    "never_level": "levels-come",
    "pile_up": "no-pile-up",
    "outside_refused": "outside-events",
    "dropped": "finishes-cleanly",
    "only_should": "closes-if-all-act",
    "late_trap": "can-be-ended",
    "broken_property": "said",
}
"""The question that finds a fault, or the property."""
