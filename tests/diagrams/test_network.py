"""What the figure of participants shows, and that its words can be read."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.diagrams import draw
from protocolkit.diagrams.graph import Edge, Graph, Node
from protocolkit.diagrams.network import network_graph, team_of
from protocolkit.diagrams.places import Box, ring_place
from protocolkit.diagrams.ways import point
from protocolkit.model.words import ROLE_KINDS
from tests.diagrams.samples import ALL, bundled, figure, small

SVG = "{http://www.w3.org/2000/svg}"
Frame = tuple[float, float, float, float]


def _frames(name: str) -> dict[str, Frame]:
    """Where the boxes and words of a rendered figure really are, by their names."""
    frames = {}
    for number, group in enumerate(
        ElementTree.fromstring(figure(name, "network").svg()).iter(f"{SVG}g")
    ):
        if "node" not in group.get("class", "") or group.get("id", "").endswith("-key"):
            continue
        numbers = [
            float(number)
            for shape in group.iter()
            for attribute in ("points", "d")
            for number in re.findall(r"-?\d+\.?\d*", shape.get(attribute, ""))
        ]
        title = group.find(f"{SVG}title")
        label = f"{number} {title.text if title is not None else ''}"
        if numbers:
            xs, ys = numbers[::2], numbers[1::2]
            frames[label] = (min(xs), min(ys), max(xs), max(ys))
    return frames


@pytest.mark.parametrize("name", ALL)
def test_nothing_lies_on_anything_else(name: str) -> None:
    """In the laid out figure no box and no words cover others."""
    frames = _frames(name)
    assert len(frames) > 5
    covered = [
        (one, other)
        for (one, a), (other, b) in combinations(frames.items(), 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]
    assert covered == []


@pytest.mark.parametrize("name", ["site_a", "site_b", "recommended"])
def test_no_line_runs_behind_a_box_of_others(name: str) -> None:
    """A line touches only the two boxes it ties, so that nobody can misread it."""
    graph = figure(name, "network").graph
    hit = [
        (edge.name, node.name)
        for edge in graph.edges
        for node in graph.nodes
        if node.shape in ("role", "team", "no_team", "meeting")
        and node.key not in (edge.tail, edge.head)
        and node.at
        and any(
            Box(centre=node.at, width=node.width, height=node.height).is_crossed(*piece)
            for piece in pairwise(_points(edge))
        )
    ]
    assert hit == []


def _points(edge: Edge) -> list[tuple[float, float]]:
    start, first, second, end = edge.course
    curve = (start, first, second, end)
    return [point(curve, step / 20) for step in range(21)]


@pytest.mark.parametrize("name", ALL)
def test_a_line_ends_at_its_boxes(name: str) -> None:
    """Both ends of a line, with the mark at its tip, touch the boxes that it ties."""
    graph = figure(name, "network").graph
    nodes = {node.key: node for node in graph.nodes}
    loose = []
    for edge in graph.edges:
        for key, (x, y) in ((edge.tail, edge.course[0]), (edge.head, edge.tip or edge.course[3])):
            node = nodes[key]
            assert node.at is not None
            across = abs(x - node.at[0]) - node.width / 2
            up = abs(y - node.at[1]) - node.height / 2
            if max(across, up) > 1 or max(across, up) < -9:
                loose.append((edge.name, key))
    assert loose == []


def test_boxes_are_drawn_as_large_as_lines_take_them() -> None:
    """The layout engine gives a box the size that the ends of lines were reckoned with."""
    drawn = figure("site_a", "network")
    frames = {label.split(" ", 1)[1]: frame for label, frame in _frames("site_a").items()}
    off = [
        (node.name, side, round(wanted - got, 1))
        for node in drawn.graph.nodes
        if node.shape in ("role", "team", "meeting")
        for left, low, right, high in [frames[node.name]]
        for side, wanted, got in (
            ("width", node.width, right - left),
            ("height", node.height, high - low),
        )
        if abs(wanted - got) > 5
    ]
    assert off == []


def _roles(graph: Graph) -> dict[str, Node]:
    """The box of each role."""
    return {
        role: node
        for node in graph.nodes
        if node.shape == "role"
        for role in node.id.removeprefix("role-").split("-")
    }


def test_the_same_kind_stands_at_the_same_place() -> None:
    """Laid side by side, the figures of Site A and Site B differ only in who and what is there."""
    a, b = bundled("site_a"), bundled("site_b")
    placed_a, placed_b = (
        _roles(figure("site_a", "network").graph),
        _roles(figure("site_b", "network").graph),
    )
    there = [
        (role_a.kind, placed_a[role_a.id].at, placed_b[role_b.id].at)
        for role_a in a.roles.values()
        for role_b in b.roles.values()
        if role_a.kind == role_b.kind and role_a.kind not in ("investigator", "attorney")
    ]
    assert len(there) >= 7
    assert [(kind, one, one) for kind, one, _ in there] == there


def test_roles_of_one_organization_at_one_place_share_a_box() -> None:
    """Each has a line of its own; what ties them is told in the box."""
    boxes = {
        tuple(line.text for line in node.lines)
        for node in figure("site_a", "network").graph.nodes
        if node.shape == "role"
    }
    assert (
        "Deputy juvenile officer (DJO)",
        "Truancy officer",
        "advise each other (informal)",
    ) in boxes
    assert ("Children's Division caseworker", "Children's Division investigator") in boxes
    assert ("The minor", "Family member or guardian") in boxes
    assert ("Prosecuting attorney",) in boxes
    placed = _roles(figure("site_b", "network").graph)
    assert placed["investigator"] is not placed["site_a_investigator"]


def test_a_lawyer_of_the_court_stands_with_the_court() -> None:
    """Other lawyers have a place of their own."""
    assert ring_place("attorney", "court") == ring_place("judge")
    assert ring_place("attorney", "defense") == ring_place("attorney") != ring_place("judge")


def test_every_kind_of_role_has_a_place() -> None:
    """`other` is a place like the others, not where forgotten kinds end up."""
    assert [kind for kind in ROLE_KINDS if ring_place(kind) == ring_place("other")] == [
        "school",
        "other",
    ]


def test_site_a_has_a_team_and_site_b_has_none() -> None:
    """The meeting in which most kinds of organization sit is the team, by any name."""
    team = team_of(bundled("site_a"))
    assert team is not None
    assert team.id == "team_meeting"
    assert team_of(bundled("site_b")) is None
    shapes = [node.shape for node in figure("site_b", "network").graph.nodes]
    assert "no_team" in shapes
    assert "team" not in shapes


@pytest.mark.parametrize("name", ["site_a", "site_b", "recommended"])
def test_every_participant_tie_and_seat_is_in_the_figure(name: str) -> None:
    """A role is in one box; ties of one kind between two boxes are one line that names each."""
    protocol, graph = bundled(name), figure(name, "network").graph
    assert sorted(_roles(graph)) == sorted(protocol.roles)
    lines = [(edge.tail, edge.head, edge.style, edge.ends) for edge in graph.edges]
    assert len(lines) == len(set(lines))
    told = " ".join(edge.name for edge in graph.edges)
    ties = [line.partition(". ")[2] for line in graph.text if line.startswith("Tie ")]
    assert len(ties) == len(protocol.relationships)
    between_boxes = [tie for tie in ties if tie in told]
    inside = [
        tie
        for tie in protocol.relationships.values()
        if all(end in protocol.roles for end in tie.between)
        and len({_roles(graph)[end].key for end in tie.between}) == 1
    ]
    assert len(between_boxes) + len(inside) == len(ties)


def test_a_failing_tie_names_those_it_concerns() -> None:
    """On the team of Site A it is the caseworker, and not the other of the same box."""
    words = [
        [line.text for line in node.lines]
        for node in figure("site_a", "network").graph.nodes
        if node.border == "double"
    ]
    assert sorted(words) == [["× little follow-up", "caseworker only"], ["× strained"]]


def test_each_tie_has_its_line_and_its_word() -> None:
    """Formal solid, informal dashed, absent dotted under a cross; one way has an arrow."""
    graph = network_graph(small())
    styles = {edge.style for edge in graph.edges}
    assert styles == {"formal", "informal_tie", "missing"}
    words = {
        tuple(line.text for line in node.lines): node.border
        for node in graph.nodes
        if node.shape == "tie"
    }
    assert words == {("by phone", "2 persons"): "plain", ("× absent",): "double"}
    assert [edge.style for edge in graph.edges if edge.ends == "one_way"] == ["formal"]


def test_the_words_of_a_figure_tell_its_ties() -> None:
    """Who cannot see the figure gets the participants, the team and every tie."""
    assert draw(small(), "network").text.splitlines() == [
        "Participants: Officer (Court), Head (Court), Detective (Police) and Helper (Services).",
        "There is no team.",
        "Tie 1. Officer to Head: formal.",
        "Tie 2. Officer and Detective: absent.",
        "Tie 3. Officer and Helper: informal, by phone, 2 persons.",
    ]


NUMBERS = st.floats(-50, 50)


@given(st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS))
def test_a_line_crosses_a_box_if_a_point_of_it_is_inside(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    """The exact answer agrees with looking at a thousand points of the line."""
    box = Box(centre=(3.0, -4.0), width=30.0, height=12.0)
    points = [
        (start[0] + (end[0] - start[0]) * i / 1000, start[1] + (end[1] - start[1]) * i / 1000)
        for i in range(1001)
    ]
    if any(abs(x - 3) < 14.9 and abs(y + 4) < 5.9 for x, y in points):
        assert box.is_crossed(start, end)
    if not any(abs(x - 3) < 15.2 and abs(y + 4) < 6.2 for x, y in points):
        assert not box.is_crossed(start, end)
