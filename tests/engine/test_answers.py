"""Answers about a case: why, what is owed, what will come, where it stands."""

from __future__ import annotations

from datetime import timedelta

from protocolkit.semantics import answers
from protocolkit.semantics.actors import Actor
from tests.stories import DETECTIVE, JUDGE, OFFICER, SUPERVISOR, engine_with, local

RULES = """
facts:
  danger: {type: boolean, recorded_by: [officer, detective]}
  age: {type: integer, range: 0..20, recorded_by: officer}
states: {begun: {initial: true}, seen: {}, closed: {final: true}}
triggers:
  see:
    who: supervisor
    needs: {danger: danger is true}
    records: [{fact: age, required: true}]
    moves: {from: begun, to: seen}
    source: "§1"
  ask: {who: officer}
  take_over: {who: [{role: caseworker, any_holder: true}], assigns: {caseworker: actor}}
follow_ups:
  call: {opens_with: ask, who: officer, owed_to: {actor_of: ask}, due: "at once, within 2 hours,
      at most 4 hours", blocks: [see], source: "§3"}
  muse: {opens_with: ask, if: danger is true, who: detective, due: within 1 hour}
  think: {opens_with: ask, who: unspecified, due: unspecified}
  write: {opens_with: ask, who: {actor_of: ask}, due: within 5 hours}
  plan: {opens_with: ask, who: caseworker, due: within 6 hours}
  wait: {opens_with: ask, who: officer, due: within 1 hour after see}
  report: {opens_with: ask, who: officer, every: 7 calendar days after ask}
escalations:
  not_called: {watches: {follow_up: call}, levels: [{at: due, tell: supervisor}, {after: 1 hour,
      tell: judge, hand_to: detective}]}
  not_seen: {watches: {state: begun}, levels: [{after: 3 hours, tell: judge}]}
"""
CASEWORKER = Actor(id="c-1", roles=frozenset({"caseworker"}))


def test_why_names_every_reason_but_data_that_comes_with_the_act() -> None:
    """Who may, and what is missing; with everything there it says how it would go."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "ask", by=OFFICER)
    found = engine.why(case.id, "see", by=DETECTIVE)
    assert (False, "§1", "supervisor") == (found.allowed, found.source, found.who)
    assert ["wrong-role", "need-unknown", "blocked"] == [one.name for one in found.reasons]
    assert ("officer", "detective") == found.reasons[1].supplied_by
    engine.complete(case.id, "call", by=OFFICER)
    engine.record(case.id, {"danger": True}, by=OFFICER)
    allowed = engine.why(case.id, "see", by=SUPERVISOR)
    assert (True, (), "supervisor", (("case", "begun", "seen"),)) == (
        allowed.allowed,
        allowed.reasons,
        allowed.role,
        allowed.moves,
    )
    assert ["see"] == [
        one.trigger for one in engine.possible(case.id, by=SUPERVISOR) if one.allowed
    ]


def test_why_is_never_in_the_record() -> None:
    """Asking changes nothing."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER)
    engine.why(case.id, "see", by=DETECTIVE)
    engine.possible(case.id, by=DETECTIVE)
    assert 1 == len(engine.history(case.id))


def test_todo_says_who_owes_what_to_whom_until_when_and_what_otherwise() -> None:
    """The earliest due first; without an instant it says why there is none."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "ask", by=OFFICER)
    engine.fire(case.id, "take_over", by=CASEWORKER)
    owed = {one.follow_up: one for one in engine.todo(case.id)}
    assert ["call", "write", "plan", "report", "think", "wait"] == list(owed)
    assert {
        "call": ("officer", ("officer",), ()),
        "write": ("whoever did `ask`", (), ("o-1",)),
        "plan": ("caseworker", ("caseworker",), ("c-1",)),
        "report": ("officer", ("officer",), ()),
        "think": ("nobody named", (), ()),
        "wait": ("officer", ("officer",), ()),
    } == {name: (one.who, one.roles, one.persons) for name, one in owed.items()}
    call = owed["call"]
    assert ("o-1", "§3", "open") == (call.owed_to, call.source, call.status)
    assert [0, 2, 4] == [
        (at - local("2025-03-04 10:00")) / timedelta(hours=1)
        for at in (call.aim, call.due, call.outer)
        if at is not None
    ]
    assert (
        "when it is late: supervisor is told",
        "1 hour later: detective may act too and judge is told",
        "`see` must wait",
    ) == call.otherwise
    assert ("no limit stated", False) == (owed["think"].due_text, owed["think"].limit_stated)
    assert ("no date yet: within 1 hour after see", True) == (
        owed["wait"].due_text,
        owed["wait"].limit_stated,
    )


def test_todo_of_a_role_and_of_a_person() -> None:
    """What nobody is named for is for everybody; whom a ladder lets in sees it too."""
    engine, clock = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "ask", by=OFFICER)
    engine.fire(case.id, "take_over", by=CASEWORKER)

    def names(role: str = "", person: str = "") -> list[str]:
        return [one.follow_up for one in engine.todo(role=role, person=person)]

    assert ["call", "report", "think", "wait"] == names(role="officer")
    assert ["think"] == names(role="detective")
    assert ["plan"] == names(person="c-1")
    assert ["write"] == names(person="o-1")
    engine.advance(clock.now() + timedelta(hours=4))
    assert ["call", "think"] == names(role="detective")


def test_what_waits_for_a_fact_is_told_with_who_can_supply_it() -> None:
    """Neither open nor forgotten."""
    engine, clock = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER)
    (waiting,) = engine.fire(case.id, "ask", by=OFFICER).undecided
    assert ("muse", ("danger",), ("officer", "detective"), clock.now()) == (
        waiting.follow_up,
        waiting.needs,
        waiting.supplied_by,
        waiting.since,
    )
    assert () == engine.record(case.id, {"danger": True}, by=OFFICER).undecided


def test_what_waits_for_a_fact_is_asked_of_those_who_can_record_it() -> None:
    """Of one case or all, by role; apart from what is owed, and not once it is known."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "ask", by=OFFICER)

    def names(where: str = "", **of: str) -> list[tuple[str, str]]:
        return [(one.case, one.follow_up) for one in engine.undecided(where, **of)]

    waiting = [(case.id, "muse")]
    assert waiting == names()
    assert waiting == names(case.id, role="officer", follow_up="muse", strength="must")
    assert waiting == names(role="detective", protocol="tiny")
    assert [] == names(role="supervisor")
    assert [] == names(person="o-1")
    assert [] == names(organization="nowhere")
    assert [] == names(strength="may")
    assert [] == names(protocol="other")
    assert "muse" not in [one.follow_up for one in engine.todo()]
    engine.record(case.id, {"danger": False}, by=OFFICER)
    assert [] == names()


def test_pending_tells_everything_that_time_will_do() -> None:
    """If nobody acts: in order, with its instant and what it does, period after period."""
    engine, _ = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "ask", by=OFFICER)
    coming = [
        (one.at.astimezone(local("2025-03-04 10:00").tzinfo), one.kind, one.text)
        for one in engine.pending(case.id)
    ]
    assert [
        (local("2025-03-04 12:00"), "overdue", "call is late if not done"),
        (local("2025-03-04 12:00"), "level", "not called: when it is late: supervisor is told"),
        (
            local("2025-03-04 13:00"),
            "level",
            "not called: 1 hour later: detective may act too and judge is told",
        ),
        (local("2025-03-04 13:00"), "level", "not seen: 3 hours later: judge is told"),
        (local("2025-03-04 15:00"), "overdue", "write is late if not done"),
        (local("2025-03-04 16:00"), "overdue", "plan is late if not done"),
        (local("2025-03-12 00:00"), "opened", "report opens"),
        (local("2025-03-12 00:00"), "overdue", "report is late if not done"),
    ] == coming[:8]
    assert answers.FORESEEN == len(coming)
    assert local("2025-03-04 12:00") == engine.case(case.id).next_at


def test_a_case_that_stands_still_has_nothing_to_come() -> None:
    """No limit, no ladder: nothing pending, and no sweep finds work."""
    engine, _ = engine_with("triggers: {ask: {who: officer}}")
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "ask", by=OFFICER)
    assert () == engine.pending(case.id)
    assert 0 == engine.advance(local("2035-01-01 00:00")).events
    assert [] == [one.id for one in (JUDGE,) if engine.todo(person=one.id)]
