"""What the process figure shows of a protocol."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from protocolkit.diagrams.course import courses
from protocolkit.diagrams.graph import Edge, Graph, Node
from protocolkit.diagrams.order import Order
from protocolkit.diagrams.process import process_graph
from protocolkit.language.reading import read_text
from tests.diagrams.samples import figure, small


def _node(graph: Graph, id_: str) -> Node:
    (node,) = (node for node in graph.nodes if node.id == id_)
    return node


def _edges(graph: Graph, tail: str, head: str) -> list[Edge]:
    keys = {node.id: node.key for node in graph.nodes}
    return [e for e in graph.edges if (e.tail, e.head) == (keys[tail], keys[head])]


def _said(node: Node) -> list[str]:
    return [line.text for line in (*node.lines, *(x for s in node.more for x in s))]


def test_a_card_says_who_acts_and_until_when() -> None:
    """Number and name, who, what is due, and the other follow-ups that begin there."""
    expected = [
        "2\u2002Told",
        "Who: Head",
        "Due: within 2 hours",
        "Follow-ups: Thank (should): Head",
        "Due: not stated",
    ]
    assert _said(_node(process_graph(small()), "state-told")) == expected


def test_what_is_not_stated_is_said_quietly() -> None:
    """A limit that the source does not give stands apart, in a quiet tone."""
    lines = _node(process_graph(small()), "state-told").more[0]
    quiet = [line.text for line in lines if line.tone == "quiet"]
    assert quiet == ["Due: not stated"]


def test_a_stand_in_is_to_the_left_and_dashed() -> None:
    """Who steps in has a dashed card before the state in its row, and leads on to the next."""
    graph = process_graph(small())
    stand_in = _node(graph, "stand-in-head_away-1")
    (row,) = graph.rows
    assert row[:2] == (stand_in.key, "state:case/told")
    assert (stand_in.border, stand_in.colour) == ("dashed", "police")
    (there,) = _edges(graph, "state-told", "stand-in-head_away-1")
    (back,) = _edges(graph, "stand-in-head_away-1", "state-over")
    assert (there.style, there.label, back.style) == ("fallback", ("Head is away",), "fallback")


def test_lateness_leads_to_an_octagon_on_the_right() -> None:
    """A red line runs to the sign; beside it stands who is told, and when."""
    graph = process_graph(small())
    assert _node(graph, "late-told").shape == "octagon"
    (line,) = _edges(graph, "state-told", "late-told")
    assert (line.style, line.label) == ("escalation", ("when", "overdue"))
    expected = ["Too slow", "when overdue: tell Helper", "1 hour later: tell Detective"]
    assert _said(_node(graph, "told-told")) == expected


def test_an_end_has_a_double_border_and_a_start_a_dot() -> None:
    """Both are shapes that need no colour; an assumed end carries a star."""
    graph = process_graph(small())
    end = _node(graph, "state-over")
    assert (end.border, _said(end)) == ("double", ["Over*"])
    starts = [node.key for node in graph.nodes if node.shape == "start"]
    assert starts == ["start:case/noticed"]


def test_what_moves_nothing_stands_below() -> None:
    """An act that no state waits for is listed under `At any time`."""
    (panel,) = process_graph(small()).panels
    assert panel.title == "At any time"
    assert [line.text for item in panel.items for line in item] == [
        "Acts:",
        "• Whisper (may): Officer",
    ]


def test_the_key_shows_what_is_used_and_no_more() -> None:
    """Site B has no escalation and no stand-in, so its key has none either."""
    small_key = [entry.symbol for entry in process_graph(small()).key]
    expected = ["step", "fallback", "escalation", "final", "assumed"]
    assert [symbol for symbol in small_key if symbol != "colour"] == expected
    site_b = {entry.symbol for entry in figure("site_b", "process").graph.key}
    assert not site_b & {"escalation", "fallback"}


def test_the_team_of_site_a_is_in_the_card_in_which_it_meets() -> None:
    """Its members are chips under how far their coming is asked for."""
    card = _node(figure("site_a", "process").graph, "state-team_engaged")
    chips = [(part.group, " ".join(line.text for line in part.lines)) for part in card.parts]
    assert ("Asked to come", "The minor") in chips
    assert ("May come", "Supervisor, juvenile division") in chips
    assert "Who must come: not stated" in _said(card)


def test_strands_have_places_of_their_own() -> None:
    """A case that runs on three lines is drawn as three, each from its own start."""
    graph = figure("examples/quarry_falls", "process").graph
    assert [band.title for band in graph.bands] == [
        "",
        "At the same time: Team",
        "At the same time: Placement",
    ]
    assert sum(node.shape == "start" for node in graph.nodes) == 3


NAMES = st.sampled_from("abcdefgh")


@given(st.sets(st.tuples(NAMES, NAMES), max_size=30), st.sets(NAMES, max_size=3))
def test_any_course_has_a_main_path(pairs: set[tuple[str, str]], ends: set[str]) -> None:
    """Whatever the moves: the main path starts at the start, follows moves and repeats nothing;
    every state has a number of its own.
    """
    moves = sorted((tail, head) for tail, head in pairs if tail != head)
    states = "\n".join(
        f"  {name}: {{initial: {str(name == 'a').lower()}, final: {str(name in ends).lower()}}}"
        for name in "abcdefgh"
    )
    acts = "\n".join(
        f"  t{number}: {{who: [officer], moves: [{{from: {tail}, to: {head}}}]}}"
        for number, (tail, head) in enumerate(moves)
    )
    text = (
        'protocolkit: "1"\nid: p\njurisdiction: x\ntimezone: America/Chicago\n'
        "roles: {officer: {kind: juvenile_officer, organization: unspecified}}\n"
        f"states:\n{states}\n" + (f"triggers:\n{acts}\n" if acts else "")
    )
    protocol = read_text(text).protocol
    assert protocol is not None
    (course,) = courses(protocol, Order(protocol))
    assert course.main[0] == "a"
    assert set(zip(course.main, course.main[1:], strict=False)) <= set(moves)
    assert len(set(course.main)) == len(course.main)
    assert set(course.numbers) == set("abcdefgh")
    assert len(set(course.numbers.values())) == 8
    assert sorted((link.tail, link.head) for link in course.links) == moves
