"""The figure of participants: who is connected to whom, formally or not, and who meets.

Imports the model and its neighbours for order, places, ties and words. Every kind of role has
its fixed place around the team, so that what one protocol has and another lacks can be seen.
Roles of one organization at one place share a box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from protocolkit.diagrams.facts import lines
from protocolkit.diagrams.graph import Edge, Ends, Graph, Line, Node
from protocolkit.diagrams.key import head_of, key_of
from protocolkit.diagrams.labels import runs
from protocolkit.diagrams.order import Order, by_rank
from protocolkit.diagrams.places import (
    CENTRE,
    HEIGHT,
    WIDTH,
    Box,
    Point,
    apart,
    meeting_place,
    ring_place,
    stack,
)
from protocolkit.diagrams.style import CARD_TITLE, DETAIL, text_width
from protocolkit.diagrams.ties import SEATS, TieLine, Ties
from protocolkit.diagrams.ways import Way, Wish, drawn, ways
from protocolkit.diagrams.wording import NOT_STATED, Wording, listed, named, sentences
from protocolkit.model.case import Meeting
from protocolkit.model.protocol import Protocol

_NAME, _SHARED_NAME, _MEETING, _TOLD = 22, 34, 26, 44
_LINE_HEIGHT = 1.22
_FRAME = 9.0
"""Points that a box takes besides its text: frame and room, on both sides together."""
_PARALLEL = 9.0
"""How far two lines between the same boxes keep from the middle, in points."""
_MARKS: Mapping[Ends, float] = {"one_way": 8.0, "required": 6.4, "asked": 6.4, "optional": 6.0}
"""How long the mark at the end of a line is drawn, in points."""


def network_graph(protocol: Protocol, *, public: bool = False) -> Graph:
    """The figure of participants of a protocol, ready to be painted.

    A `public` figure does not say on how many persons a tie rests: few are easily known.
    """
    return _Network(protocol, public).graph()


def team_of(protocol: Protocol) -> Meeting | None:
    """The meeting that is the team: members from most kinds of organization, three or more.

    Of several the one with most members.

    Source: Nichols et al. 2023, §3.1: the team brings the agencies of a case together.
    """
    order = Order(protocol)
    all_kinds = {order.organization_kind(role) for role in protocol.roles} - {""}
    for name in by_rank(protocol.meetings, order.meetings):
        meeting = protocol.meetings[name]
        kinds = {order.organization_kind(role) for role in meeting.members} - {""}
        if len(kinds) >= max(3, len(all_kinds) / 2):
            return meeting
    return None


class _Network:
    def __init__(self, protocol: Protocol, public: bool) -> None:
        self.protocol = protocol
        self.order, self.say = Order(protocol), Wording(protocol)
        self.team = team_of(protocol)
        self.meetings = self.meetings_shown()
        self.shared = self.shared_boxes()
        self.box_of = {
            **{meeting.id: f"meeting:{meeting.id}" for meeting in self.meetings},
            **{role: key for key, roles in self.shared.items() for role in roles},
        }
        self.ties = Ties(protocol, self.order, self.box_of, public=public)
        self.nodes: list[Node] = []
        self.boxes: list[Box] = []
        self.at: dict[str, int] = {}

    def graph(self) -> Graph:
        self.gatherings()
        self.people()
        edges, words = self.lines()
        corners = [
            Node(key=f"corner:{number}", shape="corner", name="", at=at)
            for number, at in enumerate(((0.0, 0.0), (WIDTH, HEIGHT)))
        ]
        title, source = head_of(self.protocol)
        return Graph(
            id=f"{self.protocol.id}-network",
            title=title,
            source=source,
            nodes=(*corners, *self.nodes, *words),
            edges=tuple(edges),
            key=key_of(self.protocol, self.nodes, edges),
            text=tuple(self.text()),
            notes=tuple(self.ties.notes()),
            size=(WIDTH, HEIGHT),
            across=WIDTH,
            broad=True,
        )

    # -- who is shown --------------------------------------------------------------------

    def meetings_shown(self) -> list[Meeting]:
        """The team, and the other meetings of a case that have members or that a tie names."""
        tied = {end for tie in self.protocol.relationships.values() for end in tie.between}
        others = [
            self.protocol.meetings[name]
            for name in by_rank(self.protocol.meetings, self.order.meetings)
        ]
        return [
            meeting
            for meeting in others
            if meeting is self.team
            or meeting.id in tied
            or (meeting.scope == "case" and meeting.members)
        ]

    def place(self, role: str) -> Point:
        return ring_place(self.protocol.roles[role].kind, self.order.organization_kind(role))

    def shared_boxes(self) -> dict[str, list[str]]:
        """The roles in each box: those of one organization that have the same place."""
        together: dict[tuple[Point, str], list[str]] = {}
        for name in by_rank(self.protocol.roles, self.order.roles):
            organization = self.protocol.roles[name].organization
            own = organization if organization in self.protocol.organizations else f"role:{name}"
            together.setdefault((self.place(name), own), []).append(name)
        return {f"role:{'-'.join(roles)}": roles for roles in together.values()}

    # -- shapes --------------------------------------------------------------------------

    def add(self, node: Node, box: Box) -> None:
        """Take in a shape and the room it needs."""
        self.at[node.key] = len(self.boxes)
        placed = node.replace(width=box.width, height=box.height, at=box.centre)
        self.nodes.append(placed)
        self.boxes.append(box)

    def gatherings(self) -> None:
        """The team, or that there is none, and the other meetings."""
        if self.team is None:
            quiet = (Line(text="no team", tone="quiet"),)
            id_ = f"{self.protocol.id}-no-team"
            self.add(
                Node(key="no-team", shape="no_team", name="No team", id=id_, lines=quiet),
                _box(CENTRE, _size(quiet, 7)),
            )
        number = 0
        for meeting in self.meetings:
            if meeting is self.team:
                self.meeting(meeting, CENTRE, "team")
            else:
                self.meeting(meeting, meeting_place(number), "meeting")
                number += 1

    def meeting(self, meeting: Meeting, at: Point, shape: Literal["team", "meeting"]) -> None:
        told = []
        if meeting.called_by and meeting.called_by.holders and shape == "team":
            told.append(f"Called by: {self.say.who(meeting.called_by)}")
        if meeting.chair and meeting.chair.role and shape == "team":
            told.append(f"Led by: {self.say.role(meeting.chair.role)}")
        shown = (
            *lines(named(meeting), _MEETING, "title" if shape == "team" else "strong"),
            *(line for text in told for line in lines(text, _TOLD)),
        )
        node = Node(
            key=self.box_of[meeting.id],
            shape=shape,
            name=named(meeting),
            id=f"meeting-{meeting.id}",
            classes=(shape,),
            lines=shown,
        )
        self.add(node, _box(at, _size(shown, 5)))

    def people(self) -> None:
        """The boxes of roles; those of one place stand in a stack."""
        shown = {key: self.box_text(key) for key in self.shared}
        at_place: dict[Point, list[str]] = {}
        for key, roles in self.shared.items():
            at_place.setdefault(self.place(roles[0]), []).append(key)
        for place, keys in at_place.items():
            # Who has most ties stands nearest to the middle, so that its lines pass nobody.
            keys.sort(key=self.ties_of, reverse=place[1] <= CENTRE[1])
        stacks = [
            stack(place, [_size(shown[key], 4) for key in keys]) for place, keys in at_place.items()
        ]
        for keys, boxes in zip(at_place.values(), apart(stacks, self.boxes), strict=True):
            for key, box in zip(keys, boxes, strict=True):
                self.role_box(key, shown[key], box)

    def box_text(self, key: str) -> tuple[Line, ...]:
        roles = [self.protocol.roles[role] for role in self.shared[key]]
        columns = _NAME if len(roles) == 1 else _SHARED_NAME
        names = (line for role in roles for line in lines(named(role), columns, "strong"))
        return (*names, *self.ties.inside(key))

    def ties_of(self, key: str) -> int:
        roles = set(self.shared[key])
        ties = sum(
            not roles.isdisjoint(tie.between) for tie in self.protocol.relationships.values()
        )
        seats = sum(not roles.isdisjoint(one.members) for one in self.protocol.meetings.values())
        return ties + seats

    def role_box(self, key: str, shown: tuple[Line, ...], box: Box) -> None:
        roles = self.shared[key]
        kind = self.order.organization_kind(roles[0])
        node = Node(
            key=key,
            shape="role",
            name=listed((named(self.protocol.roles[role]) for role in roles), "and"),
            id=key.replace(":", "-"),
            classes=("role", kind or "several"),
            colour=kind,
            lines=shown,
        )
        self.add(node, box)

    # -- lines ---------------------------------------------------------------------------

    def lines(self) -> tuple[list[Edge], list[Node]]:
        """The lines, and their words, which lie on them."""
        found = self.ties.lines(self.team)
        wishes = self.wishes(found)
        edges, words = [], []
        courses = ways(wishes, self.boxes)
        for number, (tie, wish, way) in enumerate(zip(found, wishes, courses, strict=True), 1):
            edges.append(self.line(number, tie, wish, way))
            if tie.words:
                words.append(
                    Node(
                        key=f"words:{number}",
                        shape="tie",
                        name=tie.name,
                        border="double" if tie.style == "missing" else "plain",
                        lines=tie.words,
                        at=way.words,
                    )
                )
        return edges, words

    def wishes(self, found: Sequence[TieLine]) -> list[Wish]:
        """What each line wants; those between the same two boxes run side by side."""
        pairs = [frozenset((tie.one, tie.other)) for tie in found]
        count, seen = Counter(pairs), Counter[frozenset[str]]()
        wanted = []
        for tie, pair in zip(found, pairs, strict=True):
            width, height = _size(tie.words, 2) if tie.words else (0.0, 0.0)
            aside = (2 * seen[pair] - count[pair] + 1) * _PARALLEL
            seen[pair] += 1
            wanted.append(
                Wish(
                    tail=self.at[tie.one],
                    head=self.at[tie.other],
                    width=width,
                    height=height,
                    aside=aside,
                )
            )
        return wanted

    def line(self, number: int, tie: TieLine, wish: Wish, way: Way) -> Edge:
        tail, head = self.boxes[wish.tail], self.boxes[wish.head]
        course, tip = drawn(way.curve, tail, head, _MARKS.get(tie.ends, 0.0))
        return Edge(
            tail=tie.one,
            head=tie.other,
            style=tie.style,
            ends=tie.ends,
            id=f"{self.protocol.id}-line-{number}",
            name=tie.name,
            course=course,
            tip=tip,
        )

    # -- words ---------------------------------------------------------------------------

    def text(self) -> list[str]:
        people = []
        for name in by_rank(self.protocol.roles, self.order.roles):
            role = self.protocol.roles[name]
            organization = self.protocol.organizations.get(role.organization)
            people.append(named(role) + (f" ({named(organization)})" if organization else ""))
        told = [sentences("Participants:", [listed(people, "and")])]
        told.append("There is no team." if self.team is None else f"The team: {named(self.team)}.")
        for meeting in self.meetings:
            members = [
                (words, by_rank(meeting.seats(seat), self.order.roles)) for seat, words in SEATS
            ]
            seats = [
                f"{words}: {self.say.roles(roles, 'and')}" for words, roles in members if roles
            ]
            told.append(sentences(f"{named(meeting)}:", seats or [f"members {NOT_STATED}"]))
        return [*told, *self.ties.text()]


def _size(shown: Sequence[Line], padding: float) -> tuple[float, float]:
    """About how wide and high a box with these lines is drawn, with `padding` around text."""
    bold = ("title", "strong", "alarm")
    sizes = [CARD_TITLE if line.tone == "title" else DETAIL for line in shown]
    width = max(
        text_width(line.text, size, bold=line.tone in bold)
        for line, size in zip(shown, sizes, strict=True)
    )
    height = sum(sizes) * _LINE_HEIGHT + 2 * padding * len(runs(shown))
    return round(width * 1.05 + 2 * padding + _FRAME, 1), round(height + _FRAME * 0.6, 1)


def _box(centre: Point, size: tuple[float, float]) -> Box:
    return Box(centre=centre, width=size[0], height=size[1])
