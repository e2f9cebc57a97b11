"""Why: every reason with what helps, who can, by when and what otherwise; who else could."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from protocolkit import api
from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused, UsageError
from protocolkit.ground.findings import Reason
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Why
from protocolkit.store.memory import MemoryStore
from tests.stories import (
    DETECTIVE,
    JUDGE,
    OFFICER,
    SUPERVISOR,
    engine_with,
    local,
    tiny_text,
)

RULES = """
facts:
  consent: {type: boolean, recorded_by: supervisor, valid_for: 3 calendar days}
  danger: {type: boolean, recorded_by: [officer, detective]}
  of_age_on: {type: date, recorded_by: detective}
states:
  begun: {initial: true}
  seen: {}
  planned: {}
  closed: {final: true}
triggers:
  ask: {who: officer, moves: {from: begun, to: seen}}
  tell: {who: officer, records: [danger]}
  plan:
    who: supervisor
    needs: {consent: consent is true, safe: danger is false}
    moves: {from: seen, to: planned}
    source: "§2"
  grow: {who: judge, needs: {age: reached(of_age_on)}}
  phone: {who: officer, needs: {there: available(supervisor)}}
  agree: {who: attendees, decided_at: team}
  sign: {agreed_by: {all_of: [officer, detective], veto: [judge]}}
  take_over: {who: [{role: caseworker, any_holder: true}], assigns: {caseworker: actor}}
  visit: {who: caseworker}
  close: {who: supervisor, moves: {from: planned, to: closed}}
meetings:
  team: {required: [officer], called_by: supervisor}
follow_ups:
  say: {opens_with: ask, who: officer, due: within 2 hours, met_by: tell}
  meet: {opens_with: ask, who: supervisor, due: within 5 hours, met_by: team}
  name_one: {opens_with: ask, who: supervisor, due: within 6 hours, met_by: take_over}
  call:
    opens_with: ask
    who: officer
    due: within 4 hours
    blocks: plan
    waive: {who: judge, reason: required}
    extend: {who: supervisor}
    source: "§3"
escalations:
  not_said: {watches: {follow_up: say}, levels: [{at: due, tell: judge}]}
  not_called: {watches: {follow_up: call}, levels: [{at: due, tell: supervisor},
      {after: 1 hour, tell: judge}]}
  stays: {watches: {state: begun}, levels: [{after: 3 hours, tell: judge}]}
"""
CASEWORKER = Actor(id="c-1", roles=frozenset({"caseworker"}))
CASE = "c-1"


@pytest.fixture
def engine() -> Engine:
    """An engine with a case of a Tuesday, 10:00, in which nothing was done yet."""
    found, _ = engine_with(RULES)
    found.open("tiny", by=OFFICER, id=CASE)
    return found


@pytest.fixture
def asked(engine: Engine) -> Engine:
    """The same, once the officer has asked."""
    engine.fire(CASE, "ask", by=OFFICER)
    return engine


def expected_of(one: Reason | Why) -> tuple[datetime | None, str, tuple[str, ...]]:
    """By when, what that is, and what otherwise."""
    return (one.by_when, one.by_when_is, one.otherwise)


def reason_of(answer: Why, name: str) -> Reason:
    """The one reason with a name."""
    (found,) = [one for one in answer.reasons if one.name == name]
    return found


def test_what_blocks_is_told_with_its_due_instant_and_its_levels(asked: Engine) -> None:
    """By when whoever owes it has to have done it, and what follows if they do not."""
    found = reason_of(asked.why(CASE, "plan", by=SUPERVISOR), "blocked")
    assert ("§3", ("officer",), "call/1") == (found.source, found.supplied_by, found.needs)
    assert (
        local("2025-03-04 14:00"),
        "`call/1` is due then",
        ("when it is late: supervisor is told", "1 hour later: judge is told"),
    ) == expected_of(found)
    asked.advance(local("2025-03-04 14:30"))
    late = reason_of(asked.why(CASE, "plan", by=SUPERVISOR), "blocked")
    assert (
        local("2025-03-04 14:00"),
        "`call/1` was due then, and is late",
        ("1 hour later: judge is told",),
    ) == expected_of(late)


def test_a_refusal_says_as_much(asked: Engine) -> None:
    """Whoever tries is told what whoever asks is told, the second time with the same key too."""
    told = asked.why(CASE, "plan", by=JUDGE).reasons
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            asked.fire(CASE, "plan", by=JUDGE, key="k-1")
        assert [(one.name, one.help, *expected_of(one)) for one in told] == [
            (one.name, one.help, *expected_of(one)) for one in refused.value.reasons
        ]


def test_a_fact_is_expected_by_when_somebody_owes_the_act_that_records_it(asked: Engine) -> None:
    """A follow-up that is done with it promises it; what nobody promises has no instant."""
    consent, danger = (
        one for one in asked.why(CASE, "plan", by=SUPERVISOR).reasons if one.needs != "call/1"
    )
    assert ("consent", ("supervisor",)) == (consent.needs, consent.supplied_by)
    assert (None, "", ()) == expected_of(consent)
    assert ("danger", ("officer", "detective")) == (danger.needs, danger.supplied_by)
    assert (
        local("2025-03-04 12:00"),
        "`say/1` is due then",
        ("when it is late: judge is told",),
    ) == expected_of(danger)


def test_a_fact_that_ran_out_says_when(asked: Engine) -> None:
    """And as long as it holds, the answer says until when."""
    asked.record(CASE, {"consent": True, "danger": False}, by=SUPERVISOR_AND_OFFICER)
    asked.complete(CASE, "call", by=OFFICER)
    end = local("2025-03-08 00:00")
    assert end == asked.why(CASE, "plan", by=SUPERVISOR).until
    asked.advance(local("2025-03-09 09:00"))
    found = asked.why(CASE, "plan", by=SUPERVISOR)
    assert (False, None) == (found.allowed, found.until)
    assert (end, "`consent` ran out then", ()) == expected_of(reason_of(found, "need-unknown"))


def test_what_time_alone_brings_has_its_instant(asked: Engine) -> None:
    """A date that is reached, an office that opens: no person is needed."""
    asked.record(CASE, {"of_age_on": datetime(2025, 4, 1).date()}, by=DETECTIVE)  # noqa: DTZ001
    found = reason_of(asked.why(CASE, "grow", by=JUDGE), "need-not-met")
    assert (local("2025-04-01 00:00"), "time alone makes it so then", ()) == expected_of(found)
    assert asked.why(CASE, "phone", by=OFFICER).until == local("2025-03-04 16:30")
    asked.advance(local("2025-03-04 20:00"))
    found = reason_of(asked.why(CASE, "phone", by=OFFICER), "need-not-met")
    assert (local("2025-03-05 08:30"), "time alone makes it so then", ()) == expected_of(found)


def test_who_may_is_told_with_when_their_office_opens(engine: Engine) -> None:
    """Only while nobody of them is there; an office without stated hours is not waited for."""
    assert (None, "", ()) == expected_of(reason_of(by_day(engine), "wrong-role"))
    engine.advance(local("2025-03-04 20:00"))
    assert (
        local("2025-03-05 08:30"),
        "the office of officer opens then",
        (),
    ) == expected_of(reason_of(by_day(engine), "wrong-role"))
    assert None is reason_of(engine.why(CASE, "grow", by=OFFICER), "wrong-role").by_when


def by_day(engine: Engine) -> Why:
    """The judge asks about what only the officer may do."""
    return engine.why(CASE, "tell", by=JUDGE)


def test_a_state_that_is_not_reached_says_what_leads_there(engine: Engine) -> None:
    """First comes another act; what the ladder of the present state does until then."""
    found = reason_of(engine.why(CASE, "plan", by=SUPERVISOR), "not-enabled")
    assert "first comes `ask`" == found.help
    assert (
        local("2025-03-04 13:00"),
        "the next level of stays comes then",
        ("3 hours later: judge is told",),
    ) == expected_of(found)


def test_a_meeting_that_is_missing_is_told_with_its_date(asked: Engine) -> None:
    """By when somebody owes it; once it is planned, for when."""
    found = reason_of(asked.why(CASE, "agree", by=OFFICER), "not-decided")
    assert (local("2025-03-04 15:00"), "`meet/1` is due then", ()) == expected_of(found)
    asked.set(CASE, "team", by=SUPERVISOR, planned_at=local("2025-03-05 10:00"), id="m-1")
    found = reason_of(asked.why(CASE, "agree", by=OFFICER), "not-decided")
    assert (local("2025-03-05 10:00"), "team is planned for then", ()) == expected_of(found)
    asked.advance(local("2025-03-05 10:30"))
    asked.hold(CASE, "m-1", by=SUPERVISOR, attended={"o-1": "officer"})
    others = asked.why(CASE, "agree", by=DETECTIVE).others
    assert [("officer", "o-1")] == [(one.role, one.person) for one in others]


def test_a_role_that_nobody_holds_yet_is_given_by_an_act(asked: Engine) -> None:
    """Which one says who it is, and by when somebody owes that."""
    found = reason_of(asked.why(CASE, "visit", by=OFFICER), "wrong-role")
    assert "nobody is assigned as caseworker in this case yet; `take_over` says who it is" == (
        found.help
    )
    assert (local("2025-03-04 16:00"), "`name_one/1` is due then", ()) == expected_of(found)
    asked.fire(CASE, "take_over", by=CASEWORKER)
    found = reason_of(asked.why(CASE, "visit", by=OFFICER), "wrong-role")
    assert ("", None) == (found.help, found.by_when)


def test_the_act_itself_says_by_when_it_is_owed(asked: Engine) -> None:
    """Allowed or not: what is done with it, until when, and what follows if it is not."""
    expected = (
        local("2025-03-04 12:00"),
        "`say/1` is due then",
        ("when it is late: judge is told",),
    )
    for who in (OFFICER, JUDGE):
        assert expected == expected_of(asked.why(CASE, "tell", by=who))


def test_who_else_could(asked: Engine) -> None:
    """Roles that could do it now, without whoever asks; a per-case role with its holder."""

    def others(what: str, who: Actor, **more: str) -> list[tuple[str, str, datetime | None]]:
        found = asked.why(CASE, what, by=who, **more).others
        return [(one.role, one.person, one.opens_at) for one in found]

    assert [] == others("plan", JUDGE)
    assert [("officer", "", None)] == others("tell", JUDGE)
    assert [("supervisor", "", None), ("deputy", "", None)] == others("call", JUDGE, kind="extend")
    asked.advance(local("2025-03-04 20:00"))
    opens = local("2025-03-05 08:30")
    assert [("supervisor", "", opens), ("deputy", "", None)] == others("call", JUDGE, kind="extend")
    assert {"tell", "take_over", "sign"} == set(asked.who_can(CASE))


@pytest.mark.parametrize(
    ("what", "kind", "who", "expected"),
    [
        ("call", "", OFFICER, (True, "complete", "officer", [], [])),
        ("call/1", "complete", JUDGE, (False, "complete", "officer", ["wrong-role"], [])),
        ("call", "waive", JUDGE, (True, "waive", "judge", [], ["missing-reason"])),
        ("call", "waive", OFFICER, (False, "waive", "judge", ["wrong-role"], ["missing-reason"])),
        ("call", "decline", OFFICER, (False, "decline", "", ["not-provided"], [])),
        ("call", "extend", SUPERVISOR, (True, "extend", "supervisor", [], ["missing-fact"])),
        ("say", "", OFFICER, (False, "complete", "officer", ["met-by-act"], [])),
        ("nothing", "complete", OFFICER, (False, "complete", "", ["unknown-follow-up"], [])),
        ("team", "", SUPERVISOR, (True, "set", "supervisor", [], ["missing-fact"])),
        ("team", "set", OFFICER, (False, "set", "supervisor", ["wrong-role"], ["missing-fact"])),
        ("team", "hold", SUPERVISOR, (False, "hold", "supervisor", ["not-set"], [])),
        ("danger", "", OFFICER, (True, "record", "officer or detective", [], ["wrong-value"])),
        (
            "danger",
            "record",
            JUDGE,
            (False, "record", "officer or detective", ["wrong-role"], ["wrong-value"]),
        ),
        ("caseworker", "", CASEWORKER, (True, "assign", "caseworker", [], [])),
        ("caseworker", "", OFFICER, (False, "assign", "caseworker", ["wrong-role"], [])),
        ("fly", "", OFFICER, (False, "act", "", ["unknown-trigger"], [])),
    ],
)
def test_every_way_of_acting(
    asked: Engine,
    what: str,
    kind: str,
    who: Actor,
    expected: tuple[bool, str, str, list[str], list[str]],
) -> None:
    """Not only acts: follow-ups, meetings, facts and roles; what must come with it is apart."""
    found = asked.why(CASE, what, by=who, kind=kind)
    assert expected == (
        found.allowed,
        found.kind,
        found.who,
        [one.name for one in found.reasons],
        [one.name for one in found.asks],
    )
    assert 2 == len(asked.history(CASE))


def test_a_planned_meeting_is_held_unless_said_otherwise(asked: Engine) -> None:
    """By its own name or that of its kind; moved or called off when asked so."""
    asked.set(CASE, "team", by=SUPERVISOR, planned_at=local("2025-03-05 10:00"), id="m-1")
    kinds = [("team", ""), ("m-1", ""), ("m-1", "move"), ("m-1", "call_off")]
    found = [asked.why(CASE, what, by=SUPERVISOR, kind=kind) for what, kind in kinds]
    assert [("hold", True), ("hold", True), ("move", True), ("call_off", True)] == [
        (one.kind, one.allowed) for one in found
    ]
    assert local("2025-03-05 10:00") == found[0].by_when


def test_an_unknown_kind_is_a_slip(engine: Engine) -> None:
    """Told with those that there are."""
    with pytest.raises(UsageError, match="no kind `finish`"):
        engine.why(CASE, "ask", by=OFFICER, kind="finish")


def test_signing_is_not_doing(asked: Engine) -> None:
    """Where several must agree the answer says that it signs, and who is missing still."""
    found = asked.why(CASE, "sign", by=OFFICER)
    assert (True, False, ("detective",)) == (found.allowed, found.takes_effect, found.missing)
    standing = asked.fire(CASE, "sign", by=OFFICER)
    (proposed,) = standing.proposals
    assert ("act", "sign", {"o-1": "officer"}, ("detective",), ("judge",)) == (
        proposed.kind,
        proposed.what,
        proposed.signed,
        proposed.missing,
        proposed.veto,
    )
    last = asked.why(CASE, "sign", by=DETECTIVE)
    assert (True, True, ()) == (last.allowed, last.takes_effect, last.missing)
    assert () == asked.fire(CASE, "sign", by=DETECTIVE).proposals


def test_reasons_have_their_line_where_the_file_is_known() -> None:
    """A protocol read from a file gives places; a model alone gives paths."""
    text = tiny_text(RULES)
    clock = VirtualClock(local("2025-03-04 10:00"))
    engine = api.Engine([api.loads(text, "tiny.yaml")], MemoryStore(), clock)
    engine.open("tiny", by=OFFICER, id=CASE)
    (found,) = engine.why(CASE, "close", by=SUPERVISOR).reasons
    assert found.place is not None
    row = next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith("  close:"))
    assert ("tiny.yaml", row) == (found.place.file, found.place.start.line)
    leg = next(one for one in engine.left(CASE).ways[0].acts if one.needs)
    assert "tiny.yaml" == (leg.needs[0].place.file if leg.needs[0].place else "")
    bare, _ = engine_with(RULES)
    bare.open("tiny", by=OFFICER, id=CASE)
    (found,) = bare.why(CASE, "close", by=SUPERVISOR).reasons
    assert (None, ("triggers", "close", "moves")) == (found.place, found.path)


def test_asking_takes_no_time(engine: Engine) -> None:
    """Whatever is asked about, the record stays as it is."""
    before = engine.history(CASE)
    for what in ("plan", "call", "team", "danger", "caseworker", "agree"):
        engine.why(CASE, what, by=OFFICER)
    engine.who_can(CASE)
    engine.left(CASE)
    assert before == engine.history(CASE)
    engine.advance(engine.clock.now() + timedelta(hours=1))
    assert before == engine.history(CASE)


SUPERVISOR_AND_OFFICER = Actor(id="b-1", roles=frozenset({"supervisor", "officer"}))


def test_a_hand_over_on_offer_is_among_what_can_be_done() -> None:
    """With what it hands over and who may accept it; the other side's number comes with it."""
    engine, _ = engine_with("""
triggers: {refer: {who: officer}}
follow_ups: {watch: {opens_with: refer, who: officer, due: within 5 hours}}
links:
  elsewhere: {protocol: other, opens_with: refer, accepted_by: detective, hands_over: [watch],
    source: "§7"}
""")
    engine.open("tiny", by=OFFICER, id=CASE)
    assert ["refer"] == [one.trigger for one in engine.possible(CASE, by=DETECTIVE)]
    (offer,) = engine.fire(CASE, "refer", by=OFFICER).offers
    assert ("elsewhere", "other", ("detective",), ("watch",), "§7", local("2025-03-04 10:00")) == (
        offer.link,
        offer.protocol,
        offer.accepted_by,
        offer.hands_over,
        offer.source,
        offer.since,
    )
    assert ["refer", "elsewhere"] == list(engine.who_can(CASE))
    why = engine.why(CASE, "elsewhere", by=DETECTIVE)
    assert (True, "detective", ["missing-evidence"]) == (
        why.allowed,
        why.who,
        [one.name for one in why.asks],
    )
    no = engine.why(CASE, "elsewhere", by=JUDGE)
    assert (["wrong-role"], ["detective"]) == (
        [one.name for one in no.reasons],
        [one.role for one in no.others],
    )
    engine.fire(CASE, "elsewhere", by=DETECTIVE, evidence="X-1")
    assert () == engine.case(CASE).offers
    assert ["refer"] == list(engine.who_can(CASE))
