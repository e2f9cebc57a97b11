"""The plain reference by itself: one small county for each thing that it must get right.

The engine takes no part. What the two do with random protocols is compared in
`tests/properties`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from protocolkit.ground.zones import zone
from tests.reference.ledger import Ask, Owed, Person
from tests.reference.step import Reference
from tests.stories import ZONE, tiny


def at(text: str) -> datetime:
    """A local instant of March 2025, such as `04 10:00`."""
    local = datetime.strptime(f"2025-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=zone(ZONE))
    return local.astimezone(UTC)


def local(instant: datetime | None) -> str:
    """The same as text; 24:00 is 00:00 of the next day."""
    return instant.astimezone(zone(ZONE)).strftime("%d %H:%M") if instant else ""


class Story:
    """A case told to the reference; each step answers with what speaks against it."""

    def __init__(self, rules: str, **facts: Any) -> None:
        self.programme = Reference(tiny(rules), "programme")
        self.case = Reference(tiny(rules), "case", self.programme)
        self.now = at("04 10:00")
        assert [] == self.ask(Ask(kind="open", by=person("officer"), facts=facts))

    def ask(self, ask: Ask) -> list[str]:
        """Ask it now."""
        return sorted(self.case.ask(ask, self.now))

    def wait(self, until: str) -> None:
        """Let time pass."""
        self.now = at(until)
        self.case.advance(self.now)

    def do(self, what: str, by: str, **more: Any) -> list[str]:
        """An act."""
        return self.ask(Ask(kind="act", what=what, by=person(by), **more))

    def complete(self, what: str, by: str, **more: Any) -> list[str]:
        """A follow-up is done."""
        return self.ask(Ask(kind="complete", what=what, by=person(by), **more))

    def record(self, by: str = "officer", **facts: Any) -> list[str]:
        """Facts are recorded."""
        return self.ask(Ask(kind="record", by=person(by), facts=facts))

    def show(self, of: str) -> list[tuple[str, str, str]]:
        """All of a follow-up: for whom or by whom, how it stands, until when."""
        return [
            (one.item or one.holder, one.shown, local(one.due))
            for one in self.case.owed
            if one.follow_up == of
        ]

    def one(self, of: str) -> Owed:
        """The only one of a follow-up."""
        (found,) = (one for one in self.case.owed if one.follow_up == of)
        return found

    def happened(self, name: str) -> int:
        """How often something happened."""
        return sum(thing.name == name for thing in self.case.things)


def person(roles: str) -> Person:
    """Somebody with one role or more; `detective+` can interview."""
    names = frozenset(name.rstrip("+") for name in roles.split())
    return Person(id=roles, roles=names, can=frozenset({"interviewing"} if "+" in roles else ()))


# -- for whom, and by whom -------------------------------------------------------------

NOTIFY = """
facts: {implicated: {type: set of roles, recorded_by: officer}}
triggers:
  flee: {who: officer}
  tell: {who: [officer, judge]}
follow_ups:
  notify: {opens_with: flee, who: officer, for_each: [guardian, judge], due: within 2 hours,
    met_by: tell, exclude: {guardian: {if: implicated includes guardian, if_unknown: UNKNOWN}}}
"""


@pytest.mark.parametrize(
    ("unknown", "facts", "expected"),
    [
        ("include", {}, ["guardian", "judge"]),
        ("exclude", {}, ["judge"]),
        ("include", {"implicated": frozenset({"guardian"})}, ["judge"]),
        ("exclude", {"implicated": frozenset({"judge"})}, ["guardian", "judge"]),
    ],
)
def test_one_for_each_who_is_not_left_out(
    unknown: str, facts: dict[str, Any], expected: list[str]
) -> None:
    """True leaves out, false does not, and for what is not known the protocol says."""
    story = Story(NOTIFY.replace("UNKNOWN", unknown), **facts)
    story.do("flee", "officer")
    assert expected == [item for item, _, _ in story.show("notify")]
    left_out = [] if "guardian" in expected else [("notify", "guardian")]
    assert left_out == story.case.left_out


def test_an_act_meets_the_one_for_whom_it_was_done() -> None:
    """An act that names nobody meets none of them."""
    story = Story(NOTIFY.replace("UNKNOWN", "include"))
    story.do("flee", "officer")
    story.do("tell", "officer")
    story.do("tell", "officer", item="judge")
    assert [("guardian", "open"), ("judge", "met")] == [one[:2] for one in story.show("notify")]


def test_each_of_several_owes_one() -> None:
    """Somebody else satisfies it only by saying for whom."""
    rules = """
    triggers:
      flee: {who: officer}
      look: {who: [officer, detective, judge]}
    follow_ups:
      search: {opens_with: flee, who: {each_of: [officer, detective]}, due: within 2 hours,
        met_by: look}
    """
    story = Story(rules)
    story.do("flee", "officer")
    story.do("look", "judge")
    assert ["open", "open"] == [one[1] for one in story.show("search")]
    story.do("look", "detective")
    story.do("look", "judge", item="officer")
    assert [("officer", "satisfied-by"), ("detective", "met")] == [
        one[:2] for one in story.show("search")
    ]


def test_of_several_it_must_be_said_which() -> None:
    """Only when the actor could do more than one; one that is not open cannot be named."""
    rules = """
    triggers: {flee: {who: officer}}
    follow_ups:
      search: {opens_with: flee, who: {each_of: [officer, judge]}, due: within 2 hours}
    """
    story = Story(rules)
    story.do("flee", "officer")
    assert ["which-one"] == story.complete("search", "officer judge")
    assert ["unknown-item"] == story.complete("search", "officer", item="nobody")[:1]
    assert [] == story.complete("search", "officer")
    assert ["not-open"] == story.complete("search", "officer judge", item="officer")
    assert [] == story.complete("search", "officer judge")


# -- joint holders and parts -----------------------------------------------------------

ASSESS = """
triggers: {begin: {who: officer}, help: {who: [officer, judge, detective]}}
follow_ups:
  assess: {opens_with: begin, who: {all_of: [officer, judge]}, due: within 4 hours,
    parts: [health, safety]}
  together: {opens_with: begin, who: {all_of: [officer, judge]}, due: within 4 hours,
    met_by: help}
"""


def test_parts_are_named_and_holders_ticked() -> None:
    """Met when no holder and no part is missing; nothing is done twice."""
    story = Story(ASSESS)
    story.do("begin", "officer")
    assert ["which-part"] == story.complete("assess", "officer")
    assert [] == story.complete("assess", "officer", item="health")
    assert ["already-done"] == story.complete("assess", "officer", item="health")
    assert [] == story.complete("assess", "officer", item="safety")
    assert ["judge"] == story.case.missing(story.one("assess"))
    assert ["already-done"] == story.complete("assess", "officer")
    assert [] == story.complete("assess", "judge")
    assert "met" == story.one("assess").shown


def test_met_at_the_latest_of_the_shares() -> None:
    """Entered late and in the wrong order, the verdict is that of the last thing done."""
    story = Story(ASSESS)
    story.do("begin", "officer")
    story.wait("04 18:00")
    story.do("help", "judge", at=at("04 15:00"))
    story.do("help", "officer", at=at("04 11:00"))
    assert "met-late" == story.one("together").shown


def test_an_outsider_satisfies_the_whole() -> None:
    """Somebody who is none of those who must all do it."""
    story = Story(ASSESS)
    story.do("begin", "officer")
    story.do("help", "detective")
    assert "satisfied-by" == story.one("together").shown


def test_a_share_is_that_of_the_role_itself_before_that_of_a_substitute() -> None:
    """The deputy is the supervisor's substitute and owes a share too."""
    rules = """
    triggers: {begin: {who: officer}, help: {who: [supervisor, deputy]}}
    follow_ups:
      assess: {opens_with: begin, who: {all_of: [supervisor, deputy]}, due: within 4 hours,
        met_by: help}
    """
    story = Story(rules)
    story.do("begin", "officer")
    story.do("help", "deputy")
    assert ["supervisor"] == story.case.missing(story.one("assess"))


# -- pauses, and what applies ----------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "paused_until", "due"),
    [
        ("within 6 hours", "06 10:00", "06 14:00"),
        ("within 3 calendar days", "10 09:00", "14 00:00"),
        ("within 2 business days", "08 12:00", "12 00:00"),  # resumed on a Saturday
        ("within 6 hours, at most 3 calendar days", "06 10:00", "06 14:00"),
    ],
)
def test_a_pause_keeps_what_is_left(limit: str, paused_until: str, due: str) -> None:
    """Hours exactly, days by counting on from the day on which it goes on as day 0."""
    rules = f"""
    facts: {{held: {{type: boolean, recorded_by: officer}}}}
    triggers: {{begin: {{who: officer}}}}
    follow_ups:
      assess: {{opens_with: begin, who: officer, due: "{limit}", pauses_while: held is true}}
    """
    story = Story(rules)
    story.do("begin", "officer")
    story.wait("04 12:00")
    story.record(held=True)
    assert [("", "open", "")] == story.show("assess")
    story.wait(paused_until)
    story.record(held=False)
    assert [("", "open", due)] == story.show("assess")


def test_late_stays_late_in_a_pause_and_nobody_extends_it() -> None:
    """What counts back from a meeting never pauses."""
    rules = """
    facts: {held: {type: boolean, recorded_by: officer}}
    triggers: {begin: {who: officer}}
    meetings: {hearing: {called_by: judge}}
    follow_ups:
      assess: {opens_with: begin, who: officer, due: within 1 hour, pauses_while: held is true,
        extend: judge}
      brief: {opens_with: hearing.set, who: officer, due: 1 hour before hearing,
        pauses_while: held is true}
    """
    story = Story(rules)
    story.do("begin", "officer")
    story.ask(
        Ask(kind="set", what="hearing", by=person("judge"), meeting="h", planned_at=at("05 10:00"))
    )
    story.wait("04 12:00")
    story.record(held=True)
    assert [("", "overdue", "04 11:00")] == story.show("assess")
    assert [("", "open", "05 09:00")] == story.show("brief")
    extend = Ask(kind="extend", what="assess", by=person("judge"), until=at("06 10:00"))
    assert ["paused"] == story.ask(extend)


def test_only_false_ends_and_bars() -> None:
    """Unknown still protects; `always` sets an element apart; the reason is the term."""
    rules = """
    facts: {age: {type: integer, range: 0..30, recorded_by: officer}}
    terms: {is_child: age < 18}
    applies_while: is_child
    triggers: {begin: {who: officer}, play: {who: officer, applies_while: is_child}}
    follow_ups:
      care: {opens_with: begin, who: officer, due: within 2 hours}
      file: {opens_with: begin, who: officer, due: within 2 hours, applies_while: always}
    escalations: {late: {watches: {follow_up: [care, file]}, levels: [{at: due, tell: judge}]}}
    """
    story = Story(rules)
    story.do("begin", "officer")
    story.record(age=20)
    assert ("cancelled", "is_child") == (story.one("care").shown, story.one("care").because)
    assert "open" == story.one("file").shown
    assert ["does-not-apply"] == story.do("play", "officer")
    story.do("begin", "officer")
    assert [1, 2] == [len(story.show(name)) for name in ("care", "file")]
    story.wait("04 13:00")
    assert [] == story.case.told


def test_a_strand_that_does_not_apply_is_not_waited_for() -> None:
    """But what is still owed keeps the case open."""
    rules = """
    facts: {at_home: {type: boolean, recorded_by: officer}}
    strands:
      case: {begun: {initial: true}, over: {final: true}}
      stay: {applies_while: at_home is false,
        states: {placed: {initial: true}, back: {final: true}}}
    triggers:
      finish: {who: officer, moves: [{from: begun, to: over}]}
      bring_back: {who: officer, moves: [{from: placed, to: back}]}
    follow_ups: {visit: {opens_in: placed, who: officer, due: within 2 hours}}
    """
    story = Story(rules)
    story.record(at_home=True)
    assert ("cancelled", "does_not_apply") == (story.one("visit").shown, story.one("visit").because)
    assert ["does-not-apply"] == story.do("bring_back", "officer")
    assert [] == story.do("finish", "officer")
    assert story.case.closed_at is not None


# -- acts ------------------------------------------------------------------------------

INTERVIEW = """
facts:
  consent: {type: boolean, recorded_by: officer}
  danger: {type: boolean, recorded_by: officer}
triggers:
  interview: {who: detective, needs: {consent: consent is true}, exceptions: {
    urgent: {waives: consent, if: danger is true},
    ordered: {waives: consent, who: judge, reason: required}}}
"""


@pytest.mark.parametrize(
    ("facts", "more", "refused", "used"),
    [
        ({"consent": True, "danger": True}, {}, [], []),
        ({"danger": True}, {}, [], ["urgent"]),
        ({}, {}, ["need-unknown"], []),
        ({"danger": False}, {"exception": "urgent"}, ["need-not-met", "need-unknown"], []),
        (
            {},
            {"exception": "ordered", "reason": "R-1"},
            ["need-unknown", "wrong-role"],
            [],
        ),
        (
            {},
            {"exception": "ordered", "reason": "R-1", "attended": {"j": "judge"}},
            [],
            ["ordered"],
        ),
        (
            {},
            {"exception": "ordered", "attended": {"j": "judge"}},
            ["missing-reason", "need-unknown"],
            [],
        ),
        ({"consent": True}, {"exception": "ordered"}, [], []),
        ({"consent": True}, {"exception": "other"}, ["unknown-exception"], []),
    ],
)
def test_an_exception_is_used_only_if_it_is_needed(
    facts: dict[str, Any], more: dict[str, Any], refused: list[str], used: list[str]
) -> None:
    """Unnamed when its condition is true and no reason is asked; else by its name."""
    story = Story(INTERVIEW, **facts)
    assert refused == story.do("interview", "detective", **more)
    names = [thing.name for thing in story.case.things if thing.event == "used"]
    assert used == names


def test_somebody_else_must_be_there_too() -> None:
    """One person fills one role, and the actor none; who can do it is said by ability."""
    rules = """
    triggers: {interview: {who: [{role: detective, with: interviewing}],
      together_with: [supervisor, deputy]}}
    """
    story = Story(rules)
    both = {"s": "supervisor", "d": "deputy"}
    assert ["wrong-role"] == story.do("interview", "detective", attended=both)
    assert ["not-together"] == story.do("interview", "detective+", attended={"d": "deputy"})
    assert [] == story.do("interview", "detective+", attended=both)


AGREE = """
facts: {danger: {type: boolean}}
triggers:
  agree: {who: officer, records: [danger], agreed_by: {all_of: [officer, judge], veto: guardian},
    moves: [{from: begun, to: planned}]}
states: {begun: {initial: true}, planned: {}, closed: {final: true}}
"""


def test_an_act_takes_effect_with_the_last_signature() -> None:
    """Doing it is signing it; it happened when the last of them signed."""
    story = Story(AGREE)
    assert [] == story.do("agree", "judge", facts={"danger": True})
    assert ["already-signed"] == story.do("agree", "judge", facts={"danger": True})
    assert 0 == story.happened("agree")
    assert [] == story.do("agree", "officer", facts={"danger": True}, at=at("04 10:00"))
    assert (1, "planned") == (story.happened("agree"), story.case.states["case"])


def test_another_content_voids_the_signatures_and_a_veto_ends_the_proposal() -> None:
    """Then all sign again."""
    story = Story(AGREE)
    story.do("agree", "judge", facts={"danger": True})
    story.do("agree", "officer", facts={"danger": False})
    assert 0 == story.happened("agree")
    veto = Ask(kind="decline", what="agree", by=person("guardian"))
    assert ["wrong-role"] == story.ask(veto.replace(by=person("judge")))
    assert [] == story.ask(veto)
    assert ["not-open"] == story.ask(veto)
    story.do("agree", "judge", facts={"danger": False})
    assert 0 == story.happened("agree")
    story.do("agree", "officer", facts={"danger": False})
    assert 1 == story.happened("agree")


def test_who_holds_another_role_in_the_case_never_leads() -> None:
    """Whoever has been given the role in this case may not take the chair."""
    rules = """
    triggers: {name: {who: officer, assigns: {caseworker: named}}}
    meetings: {talk: {called_by: officer, required: [officer],
      chair: {role: supervisor, never: caseworker}}}
    """
    story = Story(rules)
    story.do("name", "officer", assign={"caseworker": "p"})
    by = person("officer")
    story.ask(Ask(kind="set", what="talk", by=by, meeting="t", planned_at=at("05 10:00")))
    hold = Ask(kind="hold", what="t", by=by, attended={"officer": "officer", "p": "supervisor"})
    assert ["exclusion"] == story.ask(hold)
    assert [] == story.ask(hold.replace(attended={"officer": "officer", "q": "supervisor"}))


def test_nobody_who_could_owe_it_is_told_of_at_once() -> None:
    """Everybody its ladders would tell, also who would be let in."""
    rules = """
    triggers: {flee: {who: officer}, name: {who: officer, assigns: {caseworker: named}}}
    follow_ups: {search: {opens_with: flee, who: caseworker, due: within 2 hours}}
    escalations: {late: {watches: {follow_up: search},
      levels: [{at: due, tell: judge}, {after: 1 hour, hand_to: detective}]}}
    """
    story = Story(rules)
    story.do("flee", "officer")
    assert ["judge", "detective"] == [told.role for told in story.case.told]
    story.do("name", "officer", assign={"caseworker": "p"})
    story.do("flee", "officer")
    assert 2 == len(story.case.told)


# -- rhythms and the programme ---------------------------------------------------------


def test_each_period_has_its_own_limit() -> None:
    """`every` says when a period begins, `due` until when it is owed."""
    rules = """
    triggers: {flee: {who: officer}}
    follow_ups: {look: {opens_with: flee, who: officer, every: 24 hours, due: within 2 hours}}
    """
    story = Story(rules)
    story.do("flee", "officer")
    story.wait("05 11:00")
    assert [("", "overdue", "04 12:00"), ("", "open", "05 12:00")] == story.show("look")


def test_a_regular_meeting_owes_its_next_date() -> None:
    """Counted from when it was held last."""
    rules = """
    meetings: {talk: {called_by: officer, required: [officer], every: 24 hours after the last}}
    """
    story = Story(rules)
    for day in ("04", "05"):
        by, id = person("officer"), f"t-{day}"
        story.wait(f"{day} 12:00")
        story.ask(Ask(kind="set", what="talk", by=by, meeting=id, planned_at=story.now))
        story.ask(Ask(kind="hold", what=id, by=by, attended={"officer": "officer"}))
    assert [("", "met", "05 12:00"), ("", "open", "06 12:00")] == story.show("talk.again")


def test_needs_read_the_programme_as_known_then() -> None:
    """What belongs to the programme is recorded there, and unknown until then."""
    rules = """
    facts: {pact: {type: boolean, scope: programme, recorded_by: judge}}
    triggers: {share: {who: officer, needs: {pact: pact is true}}}
    """
    story = Story(rules)
    assert ["need-unknown"] == story.do("share", "officer")
    assert ["other-scope"] == story.record("judge", pact=True)
    judge = person("judge")
    story.programme.ask(Ask(kind="adopt", by=judge), story.now)
    story.wait("04 11:00")
    story.programme.ask(Ask(kind="record", by=judge, facts={"pact": True}), story.now)
    assert [] == story.do("share", "officer")
