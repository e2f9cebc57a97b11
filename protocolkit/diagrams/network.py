"""The figure of participants: who is connected to whom, formally or not, and who meets.

Imports the model and its neighbours for order, places and words. Every kind of role has its
fixed place around the team, so that what one protocol has and another lacks can be seen.
"""

from __future__ import annotations

from typing import Literal

from protocolkit.diagrams.facts import lines
from protocolkit.diagrams.graph import Edge, Ends, Graph, Line, LineStyle, Node
from protocolkit.diagrams.key import head_of, key_of
from protocolkit.diagrams.order import Order, by_rank
from protocolkit.diagrams.places import (
    CENTRE,
    HEIGHT,
    WIDTH,
    Box,
    Point,
    Tie,
    apart,
    meeting_place,
    ring_place,
    stack,
    word_places,
)
from protocolkit.diagrams.style import CARD_TITLE, DETAIL, text_width
from protocolkit.diagrams.wording import NOT_STATED, Wording, listed, named, plain, sentences
from protocolkit.model.case import Meeting
from protocolkit.model.people import Relationship, Role
from protocolkit.model.protocol import Protocol

Seat = Literal["required", "asked", "optional"]
SEATS: tuple[tuple[Seat, str], ...] = (
    ("required", "must come"),
    ("asked", "asked to come"),
    ("optional", "may come"),
)
_STYLES: dict[str, LineStyle] = {"formal": "formal", "informal": "informal_tie"}
_NAME, _MEETING, _WORDS = 22, 26, 18
_LONGEST_TITLE = 4
_LINE_HEIGHT, _PADDING = 13.0, 14.0


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
        self.protocol, self.public = protocol, public
        self.order, self.say = Order(protocol), Wording(protocol)
        self.nodes: list[Node] = []
        self.boxes: list[Box] = []
        self.at: dict[str, int] = {}
        self.edges: list[Edge] = []
        self.notes: list[str] = []

    def graph(self) -> Graph:
        team = team_of(self.protocol)
        self.centre(team)
        self.side_meetings(team)
        self.people()
        self.ties(team)
        corners = [
            Node(key=f"corner:{number}", shape="corner", name="", at=at)
            for number, at in enumerate(((0.0, 0.0), (WIDTH, HEIGHT)))
        ]
        title, source = head_of(self.protocol)
        return Graph(
            id=f"{self.protocol.id}-network",
            title=title,
            source=source,
            nodes=(*corners, *self.nodes),
            edges=tuple(self.edges),
            key=key_of(self.protocol, self.nodes, self.edges),
            text=tuple(self.text(team)),
            notes=tuple(self.notes),
            size=(WIDTH, HEIGHT),
            across=WIDTH,
            broad=True,
        )

    # -- shapes --------------------------------------------------------------------------

    def add(self, node: Node, width: float, height: float) -> int:
        """Take in a shape and remember the room it needs; its number among the shapes."""
        self.nodes.append(node)
        self.boxes.append(Box(centre=node.at or CENTRE, width=width, height=height))
        return len(self.boxes) - 1

    def centre(self, team: Meeting | None) -> None:
        if team is None:
            quiet = Line(text="no team", tone="quiet")
            node = Node(key="no-team", shape="no_team", name="No team", lines=(quiet,), at=CENTRE)
            self.add(node.replace(id=f"{self.protocol.id}-no-team"), 70, 30)
            return
        self.meeting(team, CENTRE, "team")

    def meeting(self, meeting: Meeting, at: Point, shape: Literal["team", "meeting"]) -> None:
        told = []
        if meeting.called_by and meeting.called_by.holders and shape == "team":
            told.append(f"Called by: {self.say.who(meeting.called_by)}")
        if meeting.chair and meeting.chair.role and shape == "team":
            told.append(f"Led by: {self.say.role(meeting.chair.role)}")
        shown = (
            *lines(named(meeting), _MEETING, "title" if shape == "team" else "strong"),
            *(line for text in told for line in lines(text, 34)),
        )
        node = Node(
            key=f"meeting:{meeting.id}",
            shape=shape,
            name=named(meeting),
            id=f"meeting-{meeting.id}",
            classes=(shape,),
            lines=shown,
            at=at,
        )
        self.at[meeting.id] = self.add(node, *_size(shown))

    def people(self) -> None:
        """A box for each role; roles of one place stand in a stack."""
        roles = self.protocol.roles
        at_place: dict[Point, list[str]] = {}
        for name in by_rank(roles, self.order.roles):
            at_place.setdefault(ring_place(roles[name].kind), []).append(name)
        for place, names in at_place.items():
            # Who has most ties stands nearest to the middle, so that its lines pass nobody.
            names.sort(key=self.ties_of, reverse=place[1] <= CENTRE[1])
        shown = {name: lines(named(role), _NAME, "strong") for name, role in roles.items()}
        stacks = [
            stack(place, [_size(shown[name]) for name in names])
            for place, names in at_place.items()
        ]
        moved = apart(stacks, self.boxes)
        for names, boxes in zip(at_place.values(), moved, strict=True):
            for name, box in zip(names, boxes, strict=True):
                self.role(roles[name], shown[name], box)

    def ties_of(self, role: str) -> int:
        protocol = self.protocol
        ties = sum(role in tie.between for tie in protocol.relationships.values())
        return ties + sum(role in meeting.members for meeting in protocol.meetings.values())

    def role(self, role: Role, shown: tuple[Line, ...], box: Box) -> None:
        kind = self.order.organization_kind(role.id)
        node = Node(
            key=f"role:{role.id}",
            shape="role",
            name=named(role),
            id=f"role-{role.id}",
            classes=("role", kind or "several"),
            colour=kind,
            lines=shown,
            width=box.width,
            at=box.centre,
        )
        self.at[role.id] = self.add(node, box.width, box.height)

    def side_meetings(self, team: Meeting | None) -> None:
        """The other meetings of a case that have members, or that a tie names."""
        tied = {end for tie in self.protocol.relationships.values() for end in tie.between}
        number = 0
        for name in by_rank(self.protocol.meetings, self.order.meetings):
            meeting = self.protocol.meetings[name]
            shown = name in tied or (meeting.scope == "case" and meeting.members)
            if meeting is not team and shown:
                self.meeting(meeting, meeting_place(number), "meeting")
                number += 1

    # -- lines ---------------------------------------------------------------------------

    def ties(self, team: Meeting | None) -> None:
        drawn: list[tuple[str, str, LineStyle, Ends, tuple[Line, ...]]] = []
        tied: set[frozenset[str]] = set()
        for name in by_rank(self.protocol.relationships, self.order.relationships):
            tie = self.protocol.relationships[name]
            one, other = tie.between[0], tie.between[-1]
            if one not in self.at or other not in self.at:
                continue
            tied.add(frozenset((one, other)))
            if one in self.protocol.meetings:
                one, other = other, one
            ends: Ends = self.seat(one, other) or ("one_way" if tie.one_way else "none")
            if ends in ("required", "asked", "optional"):
                one, other = other, one
            drawn.append((one, other, _STYLES.get(tie.tie, "missing"), ends, self.words(tie)))
        for name in by_rank(self.protocol.meetings, self.order.meetings):
            meeting = self.protocol.meetings[name]
            for seat, _ in SEATS if meeting.id in self.at else ():
                drawn.extend(
                    (meeting.id, role, "seat" if meeting is team else "side_seat", seat, ())
                    for role in by_rank(getattr(meeting, seat), self.order.roles)
                    if role in self.at and frozenset((role, meeting.id)) not in tied
                )
        wanted = [self.wanted(one, other, words) for one, other, _, _, words in drawn]
        places = word_places(wanted, self.boxes)
        for number, (tie_drawn, place) in enumerate(zip(drawn, places, strict=True)):
            self.line(number, tie_drawn, wanted[number], place)

    def wanted(self, one: str, other: str, words: tuple[Line, ...]) -> Tie:
        tail, head = self.at[one], self.at[other]
        start, end = self.boxes[tail].centre, self.boxes[head].centre
        width, height = _size(words, padding=6.0) if words else (0.0, 0.0)
        return Tie(tail=tail, head=head, start=start, end=end, width=width, height=height)

    def line(
        self,
        number: int,
        drawn: tuple[str, str, LineStyle, Ends, tuple[Line, ...]],
        wanted: Tie,
        place: Point,
    ) -> None:
        one, other, style, ends, words = drawn
        tail, head = self.nodes[self.at[one]].key, self.nodes[self.at[other]].key
        if not words and place == wanted.middle:
            self.edges.append(Edge(tail=tail, head=head, style=style, ends=ends))
            return
        key = f"words:{number}"
        self.nodes.append(
            Node(
                key=key,
                shape="tie" if words else "bend",
                name=" ".join(line.text for line in words),
                border="double" if style == "missing" else "plain",
                lines=words,
                at=place,
            )
        )
        self.edges.append(Edge(tail=tail, head=key, style=style, ends="none"))
        self.edges.append(Edge(tail=key, head=head, style=style, ends=ends))

    def seat(self, role: str, meeting: str) -> Seat | None:
        found = self.protocol.meetings.get(meeting)
        for seat, _ in SEATS:
            if found and role in getattr(found, seat):
                return seat
        return None

    def words(self, tie: Relationship) -> tuple[Line, ...]:
        """What stands on a line: a word for a tie that fails, its title, on whom it rests."""
        told: list[Line] = []
        if tie.tie not in _STYLES:
            told.append(Line(text=f"× {tie.tie}", tone="alarm"))
        title = plain(tie.title)
        if title:
            told.extend(lines(title, _WORDS))
            if len(title.split()) > _LONGEST_TITLE:
                self.notes.append(
                    f"The title “{title}” is long for a figure: "
                    f"{_LONGEST_TITLE} words or fewer are read at a glance."
                )
        told.extend(lines(rests, _WORDS, "quiet") if (rests := self.rests_on(tie)) else ())
        return tuple(told)

    def rests_on(self, tie: Relationship) -> str:
        if self.public or tie.rests_on != "persons":
            return ""
        if tie.persons is None:
            return "rests on persons"
        return "1 person" if tie.persons == 1 else f"{tie.persons} persons"

    # -- words and key -------------------------------------------------------------------

    def text(self, team: Meeting | None) -> list[str]:
        people = []
        for name in by_rank(self.protocol.roles, self.order.roles):
            role = self.protocol.roles[name]
            organization = self.protocol.organizations.get(role.organization)
            people.append(named(role) + (f" ({named(organization)})" if organization else ""))
        told = [sentences("Participants:", [listed(people, "and")])]
        told.append("There is no team." if team is None else f"The team: {named(team)}.")
        for name in by_rank(self.protocol.meetings, self.order.meetings):
            meeting = self.protocol.meetings[name]
            if name in self.at:
                members = [
                    (words, by_rank(getattr(meeting, seat), self.order.roles))
                    for seat, words in SEATS
                ]
                seats = [
                    f"{words}: {self.say.roles(roles, 'and')}" for words, roles in members if roles
                ]
                told.append(sentences(f"{named(meeting)}:", seats or [f"members {NOT_STATED}"]))
        relationships = self.protocol.relationships
        told.extend(
            f"Tie {number}. {self.tie_text(relationships[name])}"
            for number, name in enumerate(by_rank(relationships, self.order.relationships), 1)
        )
        return told

    def tie_text(self, tie: Relationship) -> str:
        ends = [
            named(self.protocol.meetings[end])
            if end in self.protocol.meetings
            else self.say.role(end)
            for end in tie.between
        ]
        between = f"{ends[0]} to {ends[-1]}" if tie.one_way else listed(ends, "and")
        more = [part for part in (plain(tie.title), self.rests_on(tie)) if part]
        return f"{between}: {', '.join((tie.tie, *more))}."


def _size(shown: tuple[Line, ...], padding: float = _PADDING) -> tuple[float, float]:
    """About how wide and high a box with these lines is drawn, with some room to spare."""
    width = max(
        text_width(
            line.text,
            CARD_TITLE if line.tone == "title" else DETAIL,
            bold=line.tone in ("title", "strong", "alarm"),
        )
        for line in shown
    )
    return width * 1.05 + padding, _LINE_HEIGHT * len(shown) + padding
