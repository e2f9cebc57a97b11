"""Faults put into the recommended protocol by hand, one at a time: each is found by the question
that asks for it, with a shortest story, and the engine acts that story out to the same end.

How short a story can be was worked out by hand from the text of the protocol, not read off its
output. A story is as long as people do things in it: the opening, what time does, and what is
refused at the end do not count. A meeting is two things: it is set, and it is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from protocolkit.ground.record import EMPTY
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs import Budget, Result, verify
from protocolkit.proofs.promises import promises
from protocolkit.proofs.questions import Asker
from protocolkit.proofs.questions.clean import clean
from protocolkit.proofs.questions.course import course
from protocolkit.proofs.questions.dead import dead
from protocolkit.proofs.questions.levels import levels
from protocolkit.proofs.questions.outside import outside
from protocolkit.proofs.questions.owed import owed
from protocolkit.proofs.questions.restless import restless
from protocolkit.proofs.questions.untold import untold
from protocolkit.proofs.stories import Story
from protocolkit.scenarios import run_text
from protocolkit.scenarios.stories import scenarios_text

RECOMMENDED = Path(__file__).parents[2] / "protocols" / "recommended.yaml"
TEXT = RECOMMENDED.read_text(encoding="utf-8")

ASKED: Mapping[str, Callable[[Asker], Iterator[Result]]] = {
    "can-finish": course,
    "no-trap": course,
    "closes-if-all-act": course,
    "finishes-cleanly": clean,
    "nothing-dead": dead,
    "can-be-ended": owed,
    "never-blocks-forever": owed,
    "no-pile-up": owed,
    "levels-come": levels,
    "outside-events": outside,
    "nobody-untold": untold,
    "no-automatic-loop": restless,
    "property": promises,
}
"""Who asks each question: the parts of `verify`."""


ENOUGH = Budget(situations=400)
"""As far as the search must go for all that is asked here."""


class Stand(NamedTuple):
    """How a case stands at the end of a story: `at` which state, what is `owed` (more may be),
    what is `known` (no more), the `last` step, and, if that was refused, `because` of what. A `*`,
    or None for what is known, may be anything.
    """

    at: str = "identified"
    owed: tuple[str, ...] = ()
    known: Mapping[str, Any] | None = EMPTY
    last: str = "open"
    because: tuple[str, ...] = ()


class Fault(NamedTuple):
    """A fault: the text that is replaced and by what, the question that finds it, and its story.

    `deeds` is how many things people do in the shortest story, None if there is no case to tell
    of; `says` is in the sentence at its end.
    """

    name: str
    edits: tuple[tuple[str, str], ...]
    question: str
    code: str
    about: str
    deeds: int | None = None
    says: str = ""
    end: Stand = Stand()


def change(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """One small change of the text."""
    return ((old, new),)


def more(old: str, line: str) -> tuple[tuple[str, str], ...]:
    """One line more, below the lines that stand there."""
    return ((old, f"{old}    {line}\n"),)


def promise(text: str) -> tuple[tuple[str, str], ...]:
    """One property more, named `promise`."""
    return (("properties:\n", f"properties:\n  promise: {{{text}}}\n"),)


NEEDS_TO_CLOSE = "needs: {not_missing: not is_missing}"
ENGAGE = "  engage_team:\n    who: supervisor\n"
AGREE = "  agree_plan:\n    who: attendees\n"
FOUND = "  child_found:\n    who: [investigator, djo]\n"
MOVES_AWAY = "    who: [djo, caseworker]\n"
FALSE_ALARM = "if: happened(find_no_trafficking)"
HEAR = "    decline: {who: minor}\n"
FOUND_SINCE = "ends_when: happened(child_found since child_missing)"
OTHER_COURT = "    opens_with: minor_moves_away\n"
OTHER_COURT_ONCE = f"{OTHER_COURT}    if_again: ignore\n"
NEW_CASEWORKER = "    opens_with: take_over_case\n"
ENGAGE_LIMIT = "    due: within engage_limit\n"
SET_ASIDE = "waive: {who: supervisor, reason: required}"
ANSWER = (
    "    due: within answer_limit\n    waive: {who: supervisor, reason: required}\n"
    '    source: "§3.2.3, §5.3"'
)
CALL_BACK = (
    "    due: within answer_limit\n    waive: {who: supervisor, reason: required}\n"
    '    source: "§3.2.4, §5.3"'
)
BY_THE_TEAM = (
    "  agree_plan:\n    who: attendees\n    moves: [{from: team_engaged, to: plan_agreed}]\n"
    "    decided_at: team_meeting\n"
)
BY_THE_DJO = "  agree_plan:\n    who: djo\n    moves: [{from: team_engaged, to: plan_agreed}]\n"
CALL_MISSING = "    channel: [phone]\n    protective: true\n    title: Call the investigator"

ENGAGED = ("tell_the_reporter", "hear_the_minor", "agree_a_plan", "name_caseworker")
"""What is owed once the team is engaged."""

SUSPECTED = {"certainty": "suspected"}
BEGUN = Stand(owed=("report_it",))
REPORTED = Stand(at="reported", known=SUSPECTED, last="report_to_supervisor")
TEAM = Stand(at="team_engaged", known=SUSPECTED, last="engage_team")
PLAN = Stand(at="plan_agreed", known=SUSPECTED, last="agree_plan")
CLOSED = Stand(at="closed", known=SUSPECTED, last="close_case")
MISSING = Stand(owed=("start_search",), last="child_missing")

NO_WAY = "o way leads"
NEED_NOT = "somebody does what they need not do, or a fact changes"
NEVER_DONE = "This can never be done"

FAULTS = (
    # -- a case cannot be closed -------------------------------------------------------
    Fault(
        "a case is closed only when it is closed",
        change(NEEDS_TO_CLOSE, "needs: {done: case is closed}"),
        "can-finish",
        "PK205",
        "",
        0,
        NO_WAY,
        BEGUN,
    ),
    Fault(
        "what closing needs contradicts itself",
        change(
            NEEDS_TO_CLOSE,
            "needs: {one: certainty is suspected, other: certainty is confirmed}",
        ),
        "can-finish",
        "PK205",
        "",
        0,
        NO_WAY,
        BEGUN,
    ),
    Fault(
        "the team waits for the plan, and the plan for the team",
        more(ENGAGE, "needs: {plan: happened(agree_plan)}"),
        "can-finish",
        "PK205",
        "",
        0,
        NO_WAY,
        BEGUN,
    ),
    Fault(
        "closing needs what nobody may do",
        change(NEEDS_TO_CLOSE, "needs: {punished: happened(punish_minor)}"),
        "no-trap",
        "PK205",
        "",
        0,
        NO_WAY,
        BEGUN,
    ),
    Fault(  # report, engage, set, hold, hear (or a no), agree
        "no way out of the plan",
        change("      - {from: plan_agreed, to: closed}\n", ""),
        "no-trap",
        "PK205",
        "",
        6,
        NO_WAY,
        PLAN._replace(owed=("tell_the_reporter", "meet_again")),
    ),
    Fault(
        "the same, as a promise of the protocol",
        change("      - {from: plan_agreed, to: closed}\n", ""),
        "property",
        "PK901",
        "can_close",
        6,
        NO_WAY,
        PLAN,
    ),
    Fault(
        "a child is found only if it is not missing",
        more(FOUND, "needs: {not_missing: not is_missing}"),
        "no-trap",
        "PK205",
        "",
        1,
        NO_WAY,
        MISSING,
    ),
    Fault(  # the call, and then time does the rest
        "a search that began too late holds up the case for good",
        change(
            NEEDS_TO_CLOSE,
            "needs: {not_missing: not is_missing, in_time: not happened(start_search.overdue)}",
        ),
        "no-trap",
        "PK205",
        "",
        1,
        NO_WAY,
        Stand(owed=("start_search",), last="start_search"),
    ),
    # -- it is closed only by good will or luck ----------------------------------------
    Fault(
        "nobody has to agree on a plan",
        more(AGREE, "strength: may"),
        "closes-if-all-act",
        "",
        "",
        0,
        NEED_NOT,
        BEGUN,
    ),
    Fault(  # an interview is a `may`
        "a call back counts only by an interview",
        change(CALL_BACK, CALL_BACK.replace(SET_ASIDE, "met_by: interview_minor")),
        "closes-if-all-act",
        "",
        "",
        1,
        NEED_NOT,
        Stand(owed=("division_calls_back",), last="hotline_call"),
    ),
    Fault(
        "that a child is found comes from outside",
        more(FOUND, "happens: outside"),
        "closes-if-all-act",
        "",
        "",
        1,
        NEED_NOT,
        MISSING,
    ),
    Fault(
        "a plan only for what is confirmed",
        more(AGREE, "needs: {sure: certainty is confirmed}"),
        "closes-if-all-act",
        "",
        "",
        1,
        NEED_NOT,
        Stand(known=SUSPECTED, last="*", at="*"),
    ),
    # -- it closes over what must be done ----------------------------------------------
    Fault(  # report, engage, set, hold, set aside, tell, hear, waive the caseworker, close
        "closing opens what must be done",
        change(OTHER_COURT, "    opens_with: close_case\n"),
        "finishes-cleanly",
        "PK206",
        "",
        9,
        "`brief_other_court` is never done",
        CLOSED,
    ),
    Fault(  # as above, and nobody is told
        "an answer waits for a fact that nobody writes down",
        change(
            "    opens_with: report_to_supervisor\n    who: investigator\n",
            "    opens_with: report_to_supervisor\n    who: investigator\n"
            "    if: supervisor_reachable is true\n",
        ),
        "finishes-cleanly",
        "PK206",
        "",
        8,
        "`tell_the_reporter` is never done",
        CLOSED,
    ),
    # -- what can never come about -----------------------------------------------------
    Fault(
        "an interview needs what nobody may do",
        change("happened(inform_attorney)", "happened(punish_minor)"),
        "nothing-dead",
        "PK203",
        "interview_minor",
        0,
        NEVER_DONE,
        Stand(last="interview_minor", because=("need-not-met", "need-unknown")),
    ),
    Fault(  # the way to where it could be done: report, engage
        "a plan needs what contradicts itself",
        more(AGREE, "needs: {one: happened(interview_minor) and not happened(inform_attorney)}"),
        "nothing-dead",
        "PK203",
        "agree_plan",
        2,
        NEVER_DONE,
        TEAM._replace(
            owed=ENGAGED, last="agree_plan", because=("not-decided", "need-not-met", "blocked")
        ),
    ),
    Fault(
        "hearing the minor holds up the plan and can be done no more",
        change(HEAR, "    met_by: report_to_supervisor\n    strength: should\n"),
        "nothing-dead",
        "PK203",
        "agree_plan",
        2,
        NEVER_DONE,
        TEAM._replace(owed=ENGAGED, last="agree_plan", because=("not-decided", "blocked")),
    ),
    Fault(
        "a false alarm can never be known",
        change(FALSE_ALARM, "if: happened(interview_minor) and not happened(inform_attorney)"),
        "nothing-dead",
        "PK203",
        "close_case#2",
        2,
        "This move is never made",
        TEAM._replace(owed=ENGAGED),
    ),
    Fault(  # agree_a_plan is then met by the plan alone, and the plan leads away from here
        "a false alarm does not end the wait for a plan",
        change("met_by: [agree_plan, find_no_trafficking]", "met_by: agree_plan"),
        "nothing-dead",
        "PK203",
        "close_case#2",
        2,
        "This move is never made",
        TEAM._replace(owed=ENGAGED),
    ),
    Fault(
        "the plan closes the case",
        change("to: plan_agreed}", "to: closed}"),
        "nothing-dead",
        "PK202",
        "plan_agreed",
        0,
        "No case ever comes to this state",
        Stand(),
    ),
    Fault(
        "another court is told when the minor is punished",
        change(OTHER_COURT, "    opens_with: punish_minor\n"),
        "nothing-dead",
        "PK601",
        "brief_other_court",
        0,
        "This never opens",
        Stand(),
    ),
    Fault(
        "a search ends as long as the child is not found",
        change(FOUND_SINCE, "ends_when: not happened(child_found since child_missing)"),
        "nothing-dead",
        "PK601",
        "start_search",
        0,
        "This never opens",
        Stand(),
    ),
    Fault(
        "a new caseworker is told when the case is closed",
        more(NEW_CASEWORKER, "if: case is closed"),
        "nothing-dead",
        "PK601",
        "brief_caseworker",
        0,
        "This never opens",
        Stand(),
    ),
    # -- what the clock never does -----------------------------------------------------
    Fault(  # whoever reports must say how certain it is
        "a level for those who do not know what they report",
        change("if: supervisor_reachable is false or unknown", "if: certainty is unknown"),
        "levels-come",
        "PK508",
        "supervisor_not_there#1",
        1,
        "This level never comes",
        REPORTED,
    ),
    Fault(
        "the limit stands still as long as it counts",
        more(ENGAGE_LIMIT, "pauses_while: case is reported"),
        "levels-come",
        "PK508",
        "engage_the_team",
        1,
        "This is never late",
        REPORTED._replace(owed=("engage_the_team",)),
    ),
    Fault(
        "the team is not waited for until it is late",
        more(ENGAGE_LIMIT, "ends_when: count(report_to_supervisor within 4 hours) < 1"),
        "levels-come",
        "PK508",
        "team_not_engaged#1",
        1,
        "This level never comes",
        REPORTED._replace(owed=("engage_the_team",)),
    ),
    Fault(
        "hearing the minor is given up before it is late",
        more(HEAR, "ends_when: count(engage_team within 24 hours) < 1"),
        "levels-come",
        "PK508",
        "hear_the_minor",
        2,
        "This is never late",
        TEAM._replace(owed=ENGAGED),
    ),
    Fault(
        "the clock engages the team before the second level",
        (
            (ENGAGE, "  engage_team:\n    who: [supervisor, clock]\n"),
            ("{at: due, tell: deputy_supervisor}", "{at: due, fire: engage_team}"),
        ),
        "levels-come",
        "PK508",
        "team_not_engaged#2",
        1,
        "This level never comes",
        REPORTED._replace(owed=("engage_the_team",)),
    ),
    # -- what is owed and cannot be done -----------------------------------------------
    Fault(
        "what should be done is done by what nobody may do",
        more(OTHER_COURT, "met_by: punish_minor\n    strength: should"),
        "can-be-ended",
        "PK602",
        "brief_other_court",
        1,
        "Nothing that anybody can do",
        Stand(owed=("brief_other_court",), last="minor_moves_away"),
    ),
    Fault(
        "what must be done is done by what nobody may do",
        more(NEW_CASEWORKER, "met_by: punish_minor"),
        "can-be-ended",
        "PK602",
        "brief_caseworker",
        1,
        "Nothing that anybody can do",
        Stand(owed=("brief_caseworker",), last="take_over_case"),
    ),
    Fault(  # report, move: only a report would end it, and that is over
        "the other court hears of it only by the report",
        more(OTHER_COURT, "met_by: report_to_supervisor"),
        "never-blocks-forever",
        "PK604",
        "brief_other_court",
        2,
        "it holds up the case",
        REPORTED._replace(last="minor_moves_away", owed=("brief_other_court",)),
    ),
    Fault(  # three moves, or a report and two moves: one report ends one of them
        "a briefing for each move, and one report for one of them",
        change(
            OTHER_COURT_ONCE,
            f"{OTHER_COURT}    met_by: report_to_supervisor\n    strength: should\n",
        ),
        "no-pile-up",
        "PK606",
        "brief_other_court",
        3,
        "always several of these open",
        Stand(
            at="*",
            known=None,
            owed=("brief_other_court", "brief_other_court"),
            last="minor_moves_away",
        ),
    ),
    Fault(
        "a briefing for each move that nobody can give",
        change(OTHER_COURT_ONCE, f"{OTHER_COURT}    met_by: punish_minor\n"),
        "no-pile-up",
        "PK606",
        "brief_other_court",
        2,
        "always several of these open",
        Stand(owed=("brief_other_court", "brief_other_court"), last="minor_moves_away"),
    ),
    # -- what comes from outside, and who hears of it ----------------------------------
    Fault(
        "a child that is missing cannot be missed again",
        change(
            CALL_MISSING,
            f"    happens: outside\n    needs: {{here: not is_missing}}\n{CALL_MISSING}",
        ),
        "outside-events",
        "PK208",
        "child_missing",
        1,
        "does not say what follows",
        Stand(owed=("start_search",), last="child_missing", because=("need-not-met",)),
    ),
    Fault(
        "nobody may move away while the team is at work",
        more(MOVES_AWAY, "happens: outside\n    needs: {not_now: case is not team_engaged}"),
        "outside-events",
        "PK208",
        "minor_moves_away",
        2,
        "does not say what follows",
        TEAM._replace(last="minor_moves_away", because=("need-not-met",)),
    ),
    Fault(
        "what comes from outside waits until the minor is heard",
        (
            (MOVES_AWAY, f"{MOVES_AWAY}    happens: outside\n"),
            ("blocks: [agree_plan]", "blocks: [agree_plan, minor_moves_away]"),
        ),
        "outside-events",
        "PK208",
        "minor_moves_away",
        2,
        "does not say what follows",
        TEAM._replace(last="minor_moves_away", owed=("hear_the_minor",), because=("blocked",)),
    ),
    Fault(
        "nobody stands in for a caseworker who is not named yet",
        change("substitutes: [division_manager], ", ""),
        "nobody-untold",
        "PK306",
        "division_calls_back",
        1,
        "and nobody is told",
        Stand(owed=("division_calls_back",), last="hotline_call"),
    ),
    Fault(
        "a briefing opens a briefing opens a briefing",
        change(
            OTHER_COURT_ONCE,
            "    opens_with: [minor_moves_away, brief_other_court.opened]\n",
        ),
        "no-automatic-loop",
        "PK207",
        "",
        0,
        "without end",
        Stand(),
    ),
    # -- what the protocol promises ----------------------------------------------------
    Fault(
        "the team is engaged without a report",
        change(
            "moves: [{from: reported, to: team_engaged}]",
            "moves: [{from: [identified, reported], to: team_engaged}]",
        ),
        "property",
        "PK901",
        "report_first",
        1,
        "only after",
        Stand(at="team_engaged", last="engage_team"),
    ),
    Fault(  # report, engage, hear, agree
        "a plan without the team",
        change(BY_THE_TEAM, BY_THE_DJO),
        "property",
        "PK901",
        "plan_by_the_team",
        4,
        "only after",
        PLAN,
    ),
    Fault(  # all that closing needs but the answer
        "an answer is a courtesy",
        change(ANSWER, ANSWER.replace(SET_ASIDE, "strength: encouraged")),
        "property",
        "PK901",
        "reporter_hears",
        8,
        "When the case closes",
        CLOSED,
    ),
    Fault(
        "the minor may be punished",
        change("strength: must_not", "strength: may"),
        "property",
        "PK901",
        "never_punished",
        1,
        "never",
        Stand(owed=("report_it",), last="punish_minor"),
    ),
    Fault(  # an answer has five business days
        "a promise of an answer within a day",
        promise(
            "kind: response, when: report_to_supervisor, then: tell_the_reporter.met, "
            "within: 1 business day"
        ),
        "property",
        "PK901",
        "promise",
        1,
        "within 1 business day",
        REPORTED._replace(last="promise", owed=("tell_the_reporter",)),
    ),
    Fault(  # an answer may be set aside
        "a promise of an answer in each case",
        promise("kind: response, when: report_to_supervisor, then: tell_the_reporter.met"),
        "property",
        "PK901",
        "promise",
        9,
        "before the case closes",
        CLOSED,
    ),
    Fault(
        "a promise of a team within two hours",
        promise("kind: within, from: report_to_supervisor, to: engage_team, within: 2 hours"),
        "property",
        "PK901",
        "promise",
        1,
        "No more than 2 hours",
        REPORTED._replace(last="promise", owed=("engage_the_team",)),
    ),
    Fault(  # set, hold, set, hold
        "a promise of one meeting",
        promise("kind: at_most, what: team_meeting.held, times: 1"),
        "property",
        "PK901",
        "promise",
        4,
        "at most once",
        Stand(last="team_meeting"),
    ),
    Fault(  # a false alarm needs no plan
        "a promise of a plan in each case",
        promise("kind: always, condition: case is not closed or happened(agree_plan)"),
        "property",
        "PK901",
        "promise",
        9,
        "It is always so",
        CLOSED,
    ),
    Fault(  # report, engage, and the call somewhere between
        "a promise that nobody is missed while the team is at work",
        promise("kind: never, condition: case is team_engaged and is_missing"),
        "property",
        "PK901",
        "promise",
        3,
        "It is never so",
        Stand(
            at="team_engaged", known=SUSPECTED, owed=("start_search", "hear_the_minor"), last="*"
        ),
    ),
    Fault(
        "a promise that whoever misses a child does not find it",
        promise("kind: different_people, steps: [child_missing, child_found]"),
        "property",
        "PK901",
        "promise",
        2,
        "Nobody does two of these",
        Stand(last="*"),
    ),
    Fault(
        "a promise about what nobody may do",
        promise("kind: response, when: punish_minor, then: hotline_call"),
        "property",
        "PK902",
        "promise",
    ),
    Fault(
        "a promise about what can never be done",
        (
            *promise("kind: precedence, before: interview_minor, need: report_to_supervisor"),
            ("happened(inform_attorney)", "happened(punish_minor)"),
        ),
        "property",
        "PK902",
        "promise",
    ),
)


def faulty(edits: tuple[tuple[str, str], ...]) -> str:
    """The recommended protocol with a fault: each text that is replaced stands there once."""
    text = TEXT
    for old, new in edits:
        assert 1 == text.count(old), old
        text = text.replace(old, new)
    return text


def protocol_of(text: str) -> Protocol:
    """The protocol of a text that has no mistake of language."""
    reading = read_text(text, RECOMMENDED.name)
    assert reading.ok, [one.message for one in reading.findings]
    assert reading.protocol is not None
    return reading.protocol


def found_in(protocol: Protocol, fault: Fault) -> Result:
    """What `verify` answers to the question of a fault; of the promises only that one is asked."""
    promised = {name: one for name, one in protocol.properties.items() if name == fault.about}
    asker = Asker(protocol.replace(properties=promised), budget=ENOUGH)
    for result in ASKED[fault.question](asker):
        if (fault.question, fault.about) == (result.question, result.about):
            return result
    raise AssertionError(f"{fault.question} {fault.about} is not asked")


def deeds_in(story: Story) -> int:
    """How many things people do in a story after the opening, but for what is refused."""
    return sum(
        step.request is not None and step.kind != "open" and not step.reasons
        for step in story.steps
    )


def stands(story: Story, wanted: Stand) -> Stand:
    """How the case of a story stands, as far as it is asked."""
    last, case = story.steps[-1], story.case()
    still = Counter(one.partition("/")[0] for one in story.open)
    known = {name: one.value for name in sorted(case.facts) if (one := case.value(name))}
    there = tuple(sorted((Counter(wanted.owed) & still).elements()))
    return Stand(
        at="*" if wanted.at == "*" else case.states["case"],
        owed=there,
        known=None if wanted.known is None else known,
        last="*" if wanted.last == "*" else (last.what or last.kind).partition("/")[0],
        because=tuple(dict.fromkeys(one.name for one in last.reasons)),
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_each_fault_is_found_with_a_shortest_story(fault: Fault, tmp_path: Path) -> None:
    """By the right question, in as few deeds as can be; and the engine comes to the same end."""
    text = faulty(fault.edits)
    protocol = protocol_of(text)

    result = found_in(protocol, fault)

    story = result.story
    if fault.deeds is None:
        assert (fault.code, "vacuous", None) == (result.code, result.verdict, story)
        return
    assert (fault.code, "violated") == (result.code, result.verdict), result.why
    assert story is not None
    assert fault.deeds == deeds_in(story)
    assert fault.says in story.end
    wanted = fault.end._replace(owed=tuple(sorted(fault.end.owed)))
    assert wanted == stands(story, wanted)
    tmp_path.joinpath(RECOMMENDED.name).write_text(text, encoding="utf-8")
    told = scenarios_text({"story": story}, protocol, RECOMMENDED.name, EMPTY)
    results = run_text(told, "story.scenarios.yaml", tmp_path)
    assert [] == [one.message for one in results.findings]
    assert [] == [str(one) for outcome in results.outcomes for one in outcome.differences]


def test_without_a_fault_everything_is_proved() -> None:
    """And every question could be put to the test by some case."""
    results = verify(protocol_of(TEXT)).results

    assert {*ASKED} - {"outside-events"} == {one.question for one in results}
    assert [] == [
        (one.question, one.about, one.verdict) for one in results if one.verdict != "proved"
    ]


def test_the_faults_are_spread_over_all_questions() -> None:
    """Thirty at least, each question with one, each name once."""
    assert 30 <= len({one.edits for one in FAULTS})
    assert {*ASKED} == {one.question for one in FAULTS}
    assert len(FAULTS) == len({one.name for one in FAULTS})
