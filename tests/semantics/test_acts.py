"""Acts that more than one person has a say in: exceptions, company, sign-offs, protective acts.

Each ruling on a county just large enough to show it, under its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.errors import Refused, UsageError
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.events import Event, replay
from tests.stories import DETECTIVE, OFFICER, SUPERVISOR, engine_with, local

JUDGE = Actor("j-1", roles={"judge"})
DEPUTY = Actor("p-1", roles={"deputy"})
GUARDIAN = Actor("g-1", roles={"guardian"})
CASEWORKER = Actor("c-1", roles={"caseworker"})
PERSONS: Mapping[str, Actor] = {
    "officer": OFFICER,
    "supervisor": SUPERVISOR,
    "detective": DETECTIVE,
    "judge": JUDGE,
    "deputy": DEPUTY,
    "guardian": GUARDIAN,
    "caseworker": CASEWORKER,
}


class Story:
    """One case of a tiny county, acted out by persons who are called by their role."""

    def __init__(self, rules: str, facts: Mapping[str, Any] | None = None) -> None:
        self.engine: Engine
        self.engine, self.clock = engine_with(rules)
        self.id = self.engine.open("tiny", by=OFFICER, facts=facts or {}).id

    def do(self, kind: str, what: str, by: str | Actor, **more: Any) -> list[str]:
        """Do something; the names of the reasons if it is refused."""
        actor = by if isinstance(by, Actor) else PERSONS[by]
        try:
            getattr(self.engine, kind)(self.id, what, by=actor, **more)
        except Refused as refused:
            return [one.name for one in refused.reasons]
        return []

    def fire(self, what: str, by: str | Actor, **more: Any) -> list[str]:
        """Do an act."""
        return self.do("fire", what, by, **more)

    @property
    def last(self) -> Event:
        """The last event."""
        return self.engine.history(self.id)[-1]

    @property
    def happened(self) -> list[str]:
        """What happened, in order, but for what follow-ups do."""
        found = [
            change
            for event in self.engine.history(self.id)
            for change in event.changes
            if isinstance(change, ch.Happened)
        ]
        return [f"{one.name}.{one.event}".strip(".") for one in found]

    @property
    def states(self) -> dict[str, str]:
        """Where the case stands."""
        return dict(self.engine.case(self.id).states)


def _kept(story: Story) -> None:
    """Every event survives its JSON form, and the case can be told again from it."""
    events = story.engine.history(story.id)
    again = [Event.from_json(event.to_json()) for event in events]
    assert list(events) == again
    told = replay(story.id, again)
    assert story.states == told.states


# -- exceptions (ruling 25) ------------------------------------------------------------

_CONSENT = """
facts:
  consent: {type: choice, values: [given, refused], recorded_by: officer}
  danger: {type: boolean, recorded_by: [officer, detective]}
  pact: {type: boolean, recorded_by: judge}
triggers:
  interview:
    who: [detective, officer]
    source: "§7"
    needs: {consent: consent is given, pact: pact is true}
    exceptions:
      urgent: {waives: consent, if: danger is true}
      ordered: {waives: consent, who: judge, reason: required, source: "§8"}
follow_ups:
  review: {opens_with: urgent.used, who: judge, due: unspecified}
"""


@pytest.mark.parametrize(
    ("facts", "more", "refused", "used"),
    [
        pytest.param({"consent": "given"}, {}, [], [], id="not needed, so not used"),
        pytest.param(
            {"consent": "given", "danger": True},
            {"exception": "urgent"},
            [],
            [],
            id="named, not needed: not used",
        ),
        pytest.param({"danger": True}, {}, [], ["urgent"], id="true by itself"),
        pytest.param({"danger": True}, {"exception": "urgent"}, [], ["urgent"], id="named"),
        pytest.param({}, {}, ["need-unknown"], [], id="not known to be true"),
        pytest.param(
            {"danger": False},
            {"exception": "urgent"},
            ["need-unknown", "need-not-met"],
            [],
            id="named and not true: both are told",
        ),
        pytest.param(
            {},
            {"exception": "ordered"},
            ["need-unknown", "wrong-role", "missing-reason"],
            [],
            id="not theirs to decide",
        ),
        pytest.param(
            {},
            {"exception": "ordered", "reason": "R-3", "attended": {"j-1": "judge"}},
            [],
            ["ordered"],
            id="decided by somebody who was there",
        ),
        pytest.param(
            {"danger": True},
            {"exception": "ordered", "reason": "R-3", "attended": {"j-1": "judge"}},
            [],
            ["ordered"],
            id="the one named comes first",
        ),
        pytest.param(
            {}, {"exception": "whim"}, ["need-unknown", "unknown-exception"], [], id="unknown"
        ),
    ],
)
def test_ruling_25_an_exception_is_used_only_for_a_need_that_is_not_met(
    facts: dict[str, Any], more: dict[str, Any], refused: list[str], used: list[str]
) -> None:
    """It is named in the record, before the act itself, and opens what follows from it."""
    story = Story(_CONSENT, facts)
    story.engine.record(story.id, {"pact": True}, by=JUDGE)
    assert refused == story.fire("interview", "detective", **more)
    if not refused:
        assert [*(f"{name}.used" for name in used), "interview"] == [
            name for name in story.happened if not name.endswith(".opened")
        ]
        assert used == list(story.last.data.get("used", ()))
    owed = [one.follow_up for one in story.engine.case(story.id).open]
    assert (["review"] if used == ["urgent"] else []) == owed
    _kept(story)


def test_ruling_25_an_exception_waives_only_what_it_lists() -> None:
    """Not another need, not who may act."""
    story = Story(_CONSENT, {"danger": True})
    assert ["need-unknown"] == story.fire("interview", "detective")
    story.engine.record(story.id, {"pact": True}, by=JUDGE)
    assert ["wrong-role"] == story.fire("interview", "guardian")
    assert [] == story.fire("interview", "detective")


def test_a_reason_says_where_the_rule_stands_who_can_help_and_what_may_set_it_aside() -> None:
    """Of the need and of the exception, each with its own source."""
    story = Story(_CONSENT, {"danger": False})
    with pytest.raises(Refused) as refused:
        story.engine.fire(story.id, "interview", by=DETECTIVE)
    consent = refused.value.reasons[0]
    assert ("§7", "consent", ("officer",)) == (consent.source, consent.needs, consent.supplied_by)
    assert ("triggers", "interview", "needs", "consent") == consent.path[:4]
    assert "the exception `ordered` or `urgent` sets this aside" in consent.help
    with pytest.raises(Refused) as refused:
        story.engine.fire(story.id, "interview", by=DETECTIVE, exception="ordered", reason="R-1")
    decided = refused.value.reasons[-1]
    assert ("wrong-role", "§8", ("judge",)) == (decided.name, decided.source, decided.supplied_by)
    assert ("triggers", "interview", "exceptions", "ordered", "who") == decided.path


_TEAM = """
meetings:
  team:
    required: [officer, detective]
    optional: [supervisor, caseworker]
    chair: {role: supervisor, never: [caseworker, judge]}
    called_by: [supervisor, officer]
    quorum: {at_least: 2, of: members}
    exceptions:
      go_ahead: {waives: quorum, who: supervisor, reason: required}
      tiny_case: {waives: quorum, if: small is true}
facts: {small: {type: boolean, recorded_by: officer}}
triggers:
  give: {who: officer, assigns: {caseworker: named}}
"""


@pytest.mark.parametrize(
    ("small", "by", "attended", "more", "refused", "happened"),
    [
        pytest.param(False, "officer", "od", {}, [], ["team.quorate", "team.held"], id="quorate"),
        pytest.param(
            False,
            "officer",
            "od",
            {"exception": "go_ahead"},
            [],
            ["team.quorate", "team.held"],
            id="named, not needed",
        ),
        pytest.param(False, "officer", "o", {}, [], ["team.short", "team.adjourned"], id="too few"),
        pytest.param(
            True,
            "officer",
            "o",
            {},
            [],
            ["tiny_case.used", "team.short", "team.held"],
            id="true by itself",
        ),
        pytest.param(
            False,
            "supervisor",
            "s",
            {"exception": "go_ahead", "reason": "R-1"},
            [],
            ["go_ahead.used", "team.short", "team.held"],
            id="decided by the supervisor",
        ),
        pytest.param(
            False,
            "officer",
            "s",
            {"exception": "go_ahead", "reason": "R-1"},
            [],
            ["go_ahead.used", "team.short", "team.held"],
            id="by the supervisor who was there",
        ),
        pytest.param(
            False,
            "officer",
            "o",
            {"exception": "go_ahead"},
            ["wrong-role", "missing-reason"],
            [],
            id="not theirs",
        ),
    ],
)
def test_ruling_25_the_same_rule_holds_for_meetings(
    small: bool,
    by: str,
    attended: str,
    more: dict[str, str],
    refused: list[str],
    happened: list[str],
) -> None:
    """What an exception of a meeting waives is its quorum."""
    seats = {"o": ("o-1", "officer"), "d": ("d-1", "detective"), "s": ("s-1", "supervisor")}
    story = Story(_TEAM, {"small": small})
    story.do("set", "team", "officer", planned_at=local("2025-03-05 10:00"))
    there = dict(seats[letter] for letter in attended)
    assert refused == story.do("hold", "team", by, attended=there, **more)
    assert happened == [name for name in story.happened if name != "team.set"]
    _kept(story)


@pytest.mark.parametrize(
    ("attended", "refused"),
    [
        ({"s-1": "supervisor", "o-1": "officer"}, []),
        ({"c-1": "supervisor", "o-1": "officer"}, ["exclusion"]),
        ({"c-1": "deputy", "o-1": "officer"}, ["exclusion"]),
        ({"c-1": "caseworker", "s-1": "supervisor"}, []),
    ],
)
def test_the_chair_is_never_who_holds_a_role_kept_out_of_it(
    attended: dict[str, str], refused: list[str]
) -> None:
    """Whoever holds it in this case, also in the seat of a substitute; a member they may be."""
    story = Story(_TEAM)
    story.fire("give", "officer", assign={"caseworker": "c-1"})
    story.do("set", "team", "officer", planned_at=local("2025-03-05 10:00"))
    assert refused == story.do("hold", "team", "officer", attended=attended)


def test_the_chair_is_not_an_actor_with_an_office_kept_out_of_it() -> None:
    """A judge who sits as supervisor may not lead the meeting either."""
    story = Story(_TEAM)
    story.do("set", "team", "officer", planned_at=local("2025-03-05 10:00"))
    both = Actor("b-1", roles={"judge", "supervisor"})
    there = {"b-1": "supervisor", "o-1": "officer"}
    assert ["exclusion"] == story.do("hold", "team", both, attended=there)


@pytest.mark.parametrize("person", ["", "clock", "attendees", "x" * 201, "a\nb"])
def test_who_was_there_is_named_by_a_sound_id(person: str) -> None:
    """The same as for whoever acts."""
    story = Story("triggers: {talk: {who: officer, together_with: judge}}")
    with pytest.raises(UsageError, match="cannot be the id of a person"):
        story.engine.fire(story.id, "talk", by=OFFICER, attended={person: "judge"})


# -- together with ---------------------------------------------------------------------

_TOGETHER = """
triggers:
  give: {who: officer, assigns: {caseworker: named}}
  interview: {who: detective, together_with: [supervisor, caseworker]}
"""


@pytest.mark.parametrize(
    ("assigned", "attended", "refused"),
    [
        ("c-1", {"s-1": "supervisor", "c-1": "caseworker"}, []),
        ("c-1", {"p-1": "deputy", "c-1": "caseworker"}, []),
        ("c-1", {"c-1": "caseworker"}, ["not-together"]),
        ("c-1", {"d-1": "supervisor", "c-1": "caseworker"}, ["not-together"]),
        ("c-2", {"s-1": "supervisor", "c-1": "caseworker"}, ["not-together"]),
        ("", {"s-1": "supervisor", "c-1": "caseworker"}, ["not-together"]),
        ("", {}, ["not-together", "not-together"]),
        ("c-1", {"x": "wizard"}, ["unknown-role", "not-together", "not-together"]),
    ],
)
def test_an_act_is_done_together_with_others(
    assigned: str, attended: dict[str, str], refused: list[str]
) -> None:
    """Each role is filled by another person, a per-case one by whom it was given to."""
    story = Story(_TOGETHER)
    if assigned:
        story.fire("give", "officer", assign={"caseworker": assigned})
    assert refused == story.fire("interview", "detective", attended=attended)
    if not refused:
        assert attended == story.last.data["attended"]
    _kept(story)


# -- sign-offs (ruling 23) -------------------------------------------------------------

_PLAN = """
facts: {safe: {type: boolean, recorded_by: officer}}
states: {begun: {initial: true}, planned: {}, closed: {final: true}}
triggers:
  draft: {who: [officer, supervisor]}
  see: {who: detective}
  agree:
    agreed_by: {all_of: [officer, supervisor], any_of: [judge, detective], veto: guardian}
    different_from: draft
    never: caseworker
    records: {fact: safe}
    needs: {seen: happened(see)}
    moves: {from: begun, to: planned}
    source: "§5"
"""


def test_ruling_23_an_act_takes_effect_with_the_last_sign_off() -> None:
    """Whoever does it signs it; what it needs counts only then."""
    story = Story(_PLAN)
    assert [] == story.fire("agree", "officer")
    assert ("signed", "act") == (story.last.kind, story.last.data["kind"])
    assert [] == story.fire("agree", "supervisor")
    assert ({"case": "begun"}, []) == (story.states, story.happened)
    assert ["need-not-met"] == story.fire("agree", "judge")
    story.fire("see", "detective")
    assert [] == story.fire("agree", "judge")
    assert ("act", {"case": "planned"}) == (story.last.kind, story.states)
    assert ["see", "agree"] == story.happened
    _kept(story)


def test_ruling_23_nobody_signs_twice() -> None:
    """One person signs once, as the first of those missing that they are."""
    story = Story(_PLAN)
    both = Actor("b-1", roles={"officer", "supervisor"})
    assert [] == story.fire("agree", both)
    assert ["officer"] == [one.role for one in story.last.changes if isinstance(one, ch.Signed)]
    assert ["already-signed"] == story.fire("agree", both)
    assert ["already-signed"] == story.fire("agree", "officer")
    assert [] == story.fire("agree", "supervisor")
    with pytest.raises(Refused) as refused:
        story.engine.fire(story.id, "agree", by=both)
    assert ("judge", "detective") == refused.value.reasons[0].supplied_by


def test_ruling_20_whom_a_ladder_lets_in_may_propose() -> None:
    """They join those who may do it; those who must agree still must."""
    story = Story(
        """
        states: {begun: {initial: true}, planned: {}, closed: {final: true}}
        triggers:
          agree: {who: officer, agreed_by: [supervisor], moves: {from: begun, to: planned}}
        escalations: {slow: {watches: {state: begun}, levels: [{after: 1 hour, hand_to: judge}]}}
        """
    )
    assert ["wrong-role"] == story.fire("agree", "judge")
    story.engine.advance(until=local("2025-03-04 12:00"))
    assert [] == story.fire("agree", "judge")
    assert {"case": "begun"} == story.states
    assert [] == story.fire("agree", "supervisor")
    assert {"case": "planned"} == story.states


def test_ruling_23_another_content_voids_the_sign_offs() -> None:
    """They bind what was proposed; the change is itself the first signature."""
    story = Story(_PLAN)
    story.fire("see", "detective")
    assert [] == story.fire("agree", "officer", facts={"safe": True})
    assert [] == story.fire("agree", "supervisor", facts={"safe": True})
    assert [] == story.fire("agree", "judge", facts={"safe": False})
    ended = [one for one in story.last.changes if isinstance(one, ch.ProposalEnded)]
    assert ["changed"] == [one.because for one in ended]
    assert [] == story.fire("agree", "officer", facts={"safe": False})
    assert {"case": "begun"} == story.states
    assert [] == story.fire("agree", "supervisor", facts={"safe": False})
    assert ({"case": "planned"}, {"safe": False}) == (
        story.states,
        dict(story.engine.case(story.id).facts),
    )
    _kept(story)


@pytest.mark.parametrize(
    ("by", "refused", "because"),
    [
        ("guardian", [], "veto"),
        ("officer", [], "taken-back"),
        ("judge", ["wrong-role"], ""),
        ("detective", ["wrong-role"], ""),
    ],
)
def test_ruling_23_a_veto_ends_the_proposal(by: str, refused: list[str], because: str) -> None:
    """So does a signer who takes their name back; then nobody's sign-off counts any more."""
    story = Story(_PLAN)
    story.fire("see", "detective")
    assert ["not-proposed"] == story.do("decline", "agree", by)
    story.fire("agree", "officer")
    story.fire("agree", "supervisor")
    assert refused == story.do("decline", "agree", by)
    if refused:
        assert [] == story.fire("agree", "judge")
        assert {"case": "planned"} == story.states
        return
    assert ("vetoed", "agree") == (story.last.kind, story.last.what)
    assert [because] == [
        one.because for one in story.last.changes if isinstance(one, ch.ProposalEnded)
    ]
    assert [] == story.fire("agree", "judge")
    assert {"case": "begun"} == story.states
    _kept(story)


@pytest.mark.parametrize(
    ("by", "more", "refused"),
    [
        ("guardian", {}, ["wrong-role"]),
        ("deputy", {}, []),
        ("officer", {"facts": {"weather": "fine"}}, ["unknown-fact"]),
        ("officer", {"happened_at": local("2025-03-04 11:00")}, ["in-the-future"]),
        (Actor("x-1", roles={"officer", "caseworker"}), {}, []),
    ],
)
def test_ruling_23_a_sign_off_is_judged_for_itself(
    by: str | Actor, more: dict[str, Any], refused: list[str]
) -> None:
    """Who signs, when and what; a substitute signs for the office."""
    story = Story(_PLAN)
    assert refused == story.fire("agree", by, **more)


def test_ruling_23_no_signer_did_what_another_must_have_done() -> None:
    """Each of them is asked, at the last sign-off once more."""
    story = Story(_PLAN)
    story.fire("see", "detective")
    story.fire("draft", "officer")
    assert ["same-person"] == story.fire("agree", "officer")
    assert [] == story.fire("agree", "supervisor")
    story.fire("draft", "supervisor")
    assert [] == story.fire("agree", Actor("o-2", roles={"officer"}))
    assert ["same-person"] == story.fire("agree", "judge")


def test_ruling_23_who_may_never_may_not_sign() -> None:
    """Not even with a role that signs."""
    story = Story(
        """
        triggers:
          give: {who: officer, assigns: {caseworker: named}}
          agree: {agreed_by: [officer, supervisor], never: caseworker}
        """
    )
    story.fire("give", "officer", assign={"caseworker": "o-1"})
    assert ["exclusion"] == story.fire("agree", "officer")


_PROPOSED = """
triggers:
  agree: {who: [detective, officer], agreed_by: [officer, supervisor]}
"""


def test_ruling_23_where_somebody_may_do_it_one_of_them_must_have_proposed_it() -> None:
    """Whoever may and signs does both at once."""
    story = Story(_PROPOSED)
    assert [] == story.fire("agree", "supervisor")
    assert [] == story.fire("agree", "officer")
    assert ["agree"] == story.happened
    story = Story(_PROPOSED)
    assert [] == story.fire("agree", "detective")
    assert ["already-signed"] == story.fire("agree", "detective")
    assert [] == story.fire("agree", "supervisor")
    assert [] == story.happened
    assert [] == story.fire("agree", "officer")
    assert ["agree"] == story.happened
    story = Story("triggers: {agree: {who: detective, agreed_by: [officer, supervisor]}}")
    for by in ("officer", "supervisor"):
        assert [] == story.fire("agree", by)
    assert [] == story.happened
    assert [] == story.fire("agree", "detective")
    assert ["agree"] == story.happened


def test_ruling_23_it_happened_when_the_last_of_them_agreed() -> None:
    """In whatever order that is told."""
    story = Story("triggers: {agree: {agreed_by: [officer, supervisor]}}")
    story.clock.move_to(local("2025-03-04 12:00"))
    story.fire("agree", "officer", happened_at=local("2025-03-04 11:30"))
    story.fire("agree", "supervisor", happened_at=local("2025-03-04 11:00"))
    done = [one for one in story.last.changes if isinstance(one, ch.Happened)]
    assert [local("2025-03-04 11:30")] == [one.at for one in done]
    assert local("2025-03-04 11:30") == story.last.happened_at


def test_ruling_19_the_clock_may_propose_what_others_agree_to() -> None:
    """A level that fires such an act does not do it over their heads."""
    story = Story(
        """
        triggers:
          ask: {who: officer}
          open_up: {who: [clock, detective], agreed_by: [supervisor]}
        follow_ups: {call: {opens_with: ask, who: officer, due: within 1 hour}}
        escalations: {late: {watches: {follow_up: call}, levels: [{at: due, fire: open_up}]}}
        """
    )
    story.fire("ask", "officer")
    story.engine.advance(until=local("2025-03-04 12:00"))
    assert ["ask"] == [name for name in story.happened if "." not in name]
    assert [] == story.fire("open_up", "supervisor")
    assert ["ask", "open_up"] == [name for name in story.happened if "." not in name]
    _kept(story)


def test_a_value_that_is_none_is_a_reason_not_a_crash() -> None:
    """What was sent is digested before it is judged."""
    story = Story(_PLAN)
    assert ["wrong-value"] == story.fire("agree", "officer", facts={"safe": object()})


def test_an_act_whose_who_is_all_of_several_takes_all_of_them() -> None:
    """Doing it is signing it too."""
    story = Story("triggers: {agree: {who: {all_of: [officer, judge]}}}")
    assert ["wrong-role"] == story.fire("agree", "supervisor")
    assert [] == story.fire("agree", "judge")
    assert [] == story.happened
    assert [] == story.fire("agree", "officer")
    assert ["agree"] == story.happened


_EXTEND = """
facts: {grave: {type: boolean, recorded_by: officer}}
triggers: {ask: {who: officer}}
follow_ups:
  see:
    opens_with: ask
    who: officer
    due: within 2 hours
    extend: {who: {all_of: [supervisor, judge]}, reason: required}
    waive: {who: {all_of: [supervisor, judge]}}
    decline: {who: guardian, if: grave is false}
"""


def test_a_power_that_several_have_together_takes_all_of_them() -> None:
    """More time is given by the last of them; another new time voids what was said."""
    story = Story(_EXTEND)
    story.fire("ask", "officer")
    first, other = local("2025-03-04 14:00"), local("2025-03-04 15:00")
    assert ["missing-reason"] == story.do("extend", "see", "supervisor", until=first)
    assert [] == story.do("extend", "see", "supervisor", until=first, reason="R-1")
    assert ("signed", "extend") == (story.last.kind, story.last.data["kind"])
    assert ["already-signed"] == story.do("extend", "see", "supervisor", until=first, reason="R-1")
    assert [local("2025-03-04 12:00")] == [one.due for one in story.engine.case(story.id).open]
    assert [] == story.do("extend", "see", "judge", until=other, reason="R-1")
    assert [local("2025-03-04 12:00")] == [one.due for one in story.engine.case(story.id).open]
    assert [] == story.do("extend", "see", "supervisor", until=other, reason="R-2")
    assert [other] == [one.due for one in story.engine.case(story.id).open]
    assert [] == story.do("waive", "see", "judge")
    assert 1 == len(story.engine.case(story.id).open)
    assert [] == story.do("waive", "see", "supervisor")
    assert () == story.engine.case(story.id).open
    _kept(story)


def test_a_power_that_is_not_given_says_what_is_missing() -> None:
    """Which fact, and who records it."""
    story = Story(_EXTEND)
    story.fire("ask", "officer")
    with pytest.raises(Refused) as refused:
        story.engine.decline(story.id, "see", by=GUARDIAN)
    (found,) = refused.value.reasons
    assert ("need-unknown", "grave", ("officer",)) == (found.name, found.needs, found.supplied_by)
    assert ("follow_ups", "see", "decline", "if") == found.path


# -- protective acts (ruling 25) -------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "by", "refused"),
    [
        (
            "shelter: {who: officer, agreed_by: [supervisor, judge], protective: true}",
            "officer",
            [],
        ),
        ("shelter: {agreed_by: [supervisor, judge], protective: true}", "judge", []),
        ("shelter: {who: {all_of: [officer, judge]}, protective: true}", "judge", []),
        (
            "shelter: {who: officer, agreed_by: [supervisor, judge], protective: true}",
            "judge",
            ["wrong-role"],
        ),
        (
            "shelter: {who: officer, protective: true, needs: {asked: happened(sign)}}",
            "officer",
            ["need-not-met"],
        ),
    ],
)
def test_ruling_25_a_protective_act_waits_for_nobodys_agreement(
    act: str, by: str, refused: list[str]
) -> None:
    """Nor for an open follow-up; its own needs hold, and who may do it."""
    story = Story(
        f"""
        triggers:
          ask: {{who: officer}}
          sign: {{who: judge}}
          {act}
        follow_ups:
          hear: {{opens_with: ask, who: officer, due: unspecified, blocks: shelter}}
        """
    )
    story.fire("ask", "officer")
    assert refused == story.fire("shelter", by)
    assert (["shelter"] if not refused else []) == [
        name for name in story.happened if name == "shelter"
    ]


# -- moves that overlap (ruling 24) ----------------------------------------------------

_FORK = """
facts: {{grave: {{type: boolean, recorded_by: officer}}}}
states: {{begun: {{initial: true}}, planned: {{}}, urgent: {{}}, closed: {{final: true}}}}
triggers:
  go:
    who: officer
    {first}
    moves:
      - {{from: begun, to: urgent, if: grave is true}}
      - {{from: begun, to: {other}}}
"""


@pytest.mark.parametrize(
    ("first", "other", "grave", "refused", "state"),
    [
        ("", "planned", False, [], "planned"),
        ("", "planned", True, ["ambiguous-move"], "begun"),
        ("first: true", "planned", True, [], "urgent"),
        ("first: true", "planned", False, [], "planned"),
        ("", "urgent", True, [], "urgent"),
    ],
)
def test_ruling_24_two_ways_at_once_are_refused_unless_the_first_counts(
    first: str, other: str, grave: bool, refused: list[str], state: str
) -> None:
    """Moves of one strand that fit and lead to different states: nobody may choose for it."""
    story = Story(_FORK.format(first=first, other=other), {"grave": grave})
    assert refused == story.fire("go", "officer")
    assert {"case": state} == story.states


# -- applies_while (ruling 13) ---------------------------------------------------------


@pytest.mark.parametrize(
    ("grave", "refused"), [(True, []), (None, []), (False, ["does-not-apply"])]
)
def test_ruling_13_only_what_is_known_not_to_apply_bars_an_act(
    grave: bool | None, refused: list[str]
) -> None:
    """Unknown still protects."""
    story = Story(
        """
        facts: {grave: {type: boolean, recorded_by: officer}}
        triggers: {go: {who: officer, applies_while: grave is true}}
        """,
        {} if grave is None else {"grave": grave},
    )
    assert refused == story.fire("go", "officer")
