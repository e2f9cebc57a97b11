"""What people can do in an imagined case: meetings with too few, sign-offs, earlier meetings."""

from __future__ import annotations

import pytest

from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs import verify
from protocolkit.proofs.goals import seen_in
from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.search import Search
from protocolkit.semantics import changes as ch

HEAD = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles:
  officer: {kind: juvenile_officer, organization: court, available: always}
  nurse: {kind: health, organization: court, available: always}
  judge: {kind: judge, organization: court, available: always}
"""

COURSE = """
strands:
  case: {noted: {initial: true}, agreed: {}, closed: {final: true}}
triggers:
  look: {who: [officer]}
  agree: {who: attendees, decided_at: team, moves: [{from: noted, to: agreed}]}
  close: {who: [judge], moves: [{from: agreed, to: closed}]}
meetings:
  team:
    required: [officer, nurse]
    called_by: [officer]
    chair: {role: judge}
    quorum: {at_least: 2, of: members}
"""

GO_AHEAD = """    exceptions:
      go_ahead: {waives: quorum, who: [judge], reason: required}
"""


def read(*parts: str) -> Protocol:
    """A protocol that reads without errors."""
    reading = read_text("".join((HEAD, *parts)), "county.yaml")
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    return reading.protocol


def can_be(model: Protocol, about: str) -> str:
    """Whether something can come about."""
    found = [
        one.verdict
        for one in verify(model).results
        if (one.question, one.about) == ("nothing-dead", about)
    ]
    assert len(found) == 1
    return found[0]


def all_of_it(model: Protocol) -> Graph:
    """All situations of its cases."""
    graph = Search(model).run()
    assert graph.whole
    return graph


def done(graph: Graph, kind: str, what: str) -> list[tuple[Node, Edge]]:
    """The moves that are such a deed, and from where."""
    return [
        (node, edge)
        for node, edge in graph.edges()
        if edge.move.request is not None
        and (edge.move.request.kind, edge.move.request.what.partition("/")[0]) == (kind, what)
    ]


# -- meetings with too few -------------------------------------------------------------

REVIEW = """follow_ups:
  review: {opens_with: go_ahead.used, who: nurse, due: unspecified}
"""


def test_an_exception_that_the_chair_decides_can_be_used() -> None:
    """Though somebody else called the meeting: the chair is there."""
    assert "proved" == can_be(read(COURSE, GO_AHEAD, REVIEW), "review")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("waives: quorum,", "waives: quorum, if: happened(close),"),  # a meeting of a closed case
        ("quorum: {at_least: 2, of: members}", "quorum: {at_least: 1, of: members}"),  # never few
    ],
)
def test_an_exception_that_never_helps_is_never_used(old: str, new: str) -> None:
    """It is only used where it is so, and where there are too few."""
    parts = f"{COURSE}{GO_AHEAD}{REVIEW}"
    assert old in parts
    assert "violated" == can_be(read(parts.replace(old, new)), "review")


# -- sign-offs -------------------------------------------------------------------------

SIGNED = """
strands:
  case: {noted: {initial: true}, agreed: {}, closed: {final: true}}
triggers:
  look: {who: [officer]}
  agree:
    who: [officer]
    agreed_by: [judge]
    needs: {seen: happened(look)}
    moves: [{from: noted, to: agreed}]
  close: {who: [judge], needs: {seen: happened(look)}, moves: [{from: agreed, to: closed}]}
"""


def test_who_signs_early_may_sign_before_all_is_ready() -> None:
    """What it needs counts when the last one signs, and not before."""
    graph = all_of_it(read(SIGNED))
    signed, agreed = set(), set()
    for node, edge in graph.edges():
        ready = node.case.last("look") is not None
        if ("act", "agree") in seen_in(graph.protocol, edge.changes):
            agreed.add(ready)
        elif any(isinstance(one, ch.Signed) for one in edge.changes):
            signed.add(ready)
    assert {False, True} == signed
    assert {True} == agreed


# -- earlier meetings ------------------------------------------------------------------


def test_what_an_earlier_meeting_may_decide_can_still_be_done() -> None:
    """A later one was adjourned: then the earlier one is named."""
    text = COURSE.replace(
        "decided_at: team,",
        "decided_at: team, needs: {late: happened(team.adjourned since team.held)},",
    )
    model = read(text)
    assert "proved" == can_be(model, "agree")
    for node, edge in done(all_of_it(model), "act", "agree"):
        request = edge.move.request
        assert request is not None
        assert "held" == node.case.meetings[request.meeting].status
        assert "adjourned" == list(node.case.meetings.values())[-1].status


def test_it_is_named_only_if_it_is_not_the_last() -> None:
    """Else the act belongs to the last one without a word."""
    graph = all_of_it(read(COURSE))
    named = {
        (edge.move.request.meeting != "", list(node.case.meetings.values())[-1].status)
        for node, edge in done(graph, "act", "agree")
        if edge.move.request is not None
    }
    assert {(False, "held"), (True, "adjourned")} == named


# -- set and held in one move ----------------------------------------------------------

INVITE = """follow_ups:
  invite: {opens_with: team.WHAT, who: nurse, due: unspecified}
"""


@pytest.mark.parametrize("more", ["", INVITE.replace("WHAT", "held")])
def test_a_meeting_of_which_nobody_asks_if_it_is_set(more: str) -> None:
    """It is set when it is held: one move, two deeds."""
    graph = all_of_it(read(COURSE, more))
    assert not done(graph, "set", "team")
    held = done(graph, "hold", "team")
    assert held
    for node, edge in held:
        assert ["set"] == [one.kind for one in edge.move.before]
        assert 2 == edge.deeds
        assert graph.nodes[edge.target].deeds <= node.deeds + 2
    agreed = [node.deeds for node, _ in done(graph, "act", "agree")]
    assert 2 == min(agreed)


@pytest.mark.parametrize(
    "more",
    [
        INVITE.replace("WHAT", "set"),
        INVITE.replace("WHAT", "called_off"),
        INVITE.replace("WHAT", "held").replace("unspecified", "within 2 hours before team"),
        "properties: {never_set: {kind: never, what: team.set}}\n",
    ],
)
def test_a_meeting_of_which_somebody_asks_if_it_is_set(more: str) -> None:
    """Then what is between the two matters."""
    graph = all_of_it(read(COURSE, more))
    assert done(graph, "set", "team")
    held = done(graph, "hold", "team")
    assert held
    assert {1} == {edge.deeds for _, edge in held}
    assert 2 == min(node.deeds for node, _ in done(graph, "act", "agree"))


def test_a_meeting_of_which_a_question_asks() -> None:
    """Somebody beside the protocol may ask when it is set."""
    graph = Search(read(COURSE), asked=["team"]).run()
    assert done(graph, "set", "team")
