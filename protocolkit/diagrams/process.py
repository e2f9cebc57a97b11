"""The process figure: what happens next, who acts, by when, and what if nobody does.

Imports the model and its neighbours for order, course and words. A card is a state; facts
about it stand in the card, never on a line. Where things are placed is the layout's work.
"""

from __future__ import annotations

from itertools import pairwise

from protocolkit.diagrams.beside import beside
from protocolkit.diagrams.columns import best_page, extent
from protocolkit.diagrams.course import Course, Link, courses
from protocolkit.diagrams.facts import CARD, facts, lines, several
from protocolkit.diagrams.graph import (
    Band,
    Edge,
    Graph,
    Line,
    Node,
    Part,
)
from protocolkit.diagrams.homes import Homes
from protocolkit.diagrams.key import head_of, key_of
from protocolkit.diagrams.order import Order, by_rank
from protocolkit.diagrams.style import CHIP, wrap
from protocolkit.diagrams.wording import NOT_STATED, Wording, listed, named, plain, sentences
from protocolkit.model.case import Escalation, Level, Meeting, State
from protocolkit.model.protocol import Protocol

WIDE_SPACE = "\u2002"
VERB = 20
TOLD = 30
"""Letters to a line between cards, in a card of an escalation."""


def process_graph(protocol: Protocol) -> Graph:
    """The process figure of a protocol, ready to be painted."""
    return _Process(protocol).graph()


class _Process:
    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.order = Order(protocol)
        self.say = Wording(protocol)
        self.courses = courses(protocol, self.order)
        self.homes = Homes(protocol, self.order, self.courses)
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.rows: list[tuple[str, ...]] = []
        self.text: list[str] = []

    def graph(self) -> Graph:
        strands: list[tuple[Node, ...]] = []
        for course in self.courses:
            first = len(self.nodes)
            self.strand(course, numbered=course is self.courses[0])
            strands.append(tuple(self.nodes[first:]))
        bands = tuple(
            Band(
                key=course.strand.id,
                title="" if place == 0 else f"At the same time: {named(course.strand)}",
                nodes=tuple(node.key for node in nodes),
            )
            for place, (course, nodes) in enumerate(zip(self.courses, strands, strict=True))
        )
        panels = beside(self.protocol, self.order, self.homes)
        for panel in panels:
            self.text.append(f"{panel.title}:")
            self.text.extend(" ".join(line.text for line in item) for item in panel.items)
        below = sum(len(item) for panel in panels for item in panel.items)
        page = best_page(
            [
                extent(nodes, course.turns)
                for nodes, course in zip(strands, self.courses, strict=True)
            ],
            below,
        )
        self.arrange(page.columns, strands)
        title, source = head_of(self.protocol)
        return Graph(
            id=f"{self.protocol.id}-process",
            title=title,
            source=source,
            nodes=tuple(self.nodes),
            edges=tuple(self.edges),
            rows=tuple(self.rows),
            bands=bands if len(bands) > 1 else (),
            panels=panels,
            key=key_of(self.protocol, self.nodes, self.edges),
            text=tuple(self.text),
            broad=page.broad,
            across=page.width,
        )

    def arrange(
        self, columns: tuple[tuple[int, ...], ...], strands: list[tuple[Node, ...]]
    ) -> None:
        """Hold the columns of strands beside each other, and in each one strand below the other."""
        heads: list[str] = []
        for column in columns:
            shown = [strands[number] for number in column if strands[number]]
            heads.extend(self.top(nodes) for nodes in shown[:1])
            self.edges.extend(
                Edge(tail=self.bottom(above), head=self.top(below), style="hidden", main=True)
                for above, below in pairwise(shown)
            )
        if len(heads) > 1:
            self.rows.append(tuple(heads))
            self.edges.extend(
                Edge(tail=left, head=right, style="hidden") for left, right in pairwise(heads)
            )

    def top(self, nodes: tuple[Node, ...]) -> str:
        return next((node.key for node in nodes if node.shape == "start"), nodes[0].key)

    def bottom(self, nodes: tuple[Node, ...]) -> str:
        return [node.key for node in nodes if node.shape == "card" and node.column][-1]

    # -- a strand ------------------------------------------------------------------------

    def strand(self, course: Course, *, numbered: bool) -> None:
        if not numbered:
            self.text.append(f"At the same time, {named(course.strand)}:")
        for state in course.states:
            self.card(course, state, numbered=numbered)
        for state in course.states:
            if state.initial:
                start = f"start:{course.strand.id}/{state.id}"
                self.nodes.append(
                    Node(key=start, shape="start", name="Start", column=self.column(course, state))
                )
                self.edges.append(
                    Edge(tail=start, head=self.node_of(course, state.id), style="step", main=True)
                )
        self.edges.extend(self.step(course, link) for link in course.links)
        for state in course.states:
            self.ladders(course, state)

    def node_of(self, course: Course, state: str) -> str:
        return f"state:{course.strand.id}/{state}"

    def id_of(self, course: Course, state: State) -> str:
        """The state's name; with its strand where another strand has the same name."""
        unique = self.protocol.strand_of(state.id) == course.strand.id
        return state.id if unique else f"{course.strand.id}-{state.id}"

    def column(self, course: Course, state: State) -> str:
        return course.strand.id if state.id in course.main else ""

    def heading(self, course: Course, state: State, *, numbered: bool) -> str:
        number = course.numbers.get(state.id, "") if numbered and not state.final else ""
        return f"{number}{WIDE_SPACE}{named(state)}" if number else named(state)

    def card(self, course: Course, state: State, *, numbered: bool) -> None:
        heading = self.heading(course, state, numbered=numbered)
        who, actors = self.who(course, state)
        meeting = self.homes.meeting_at(state)
        told = [f"Who: {who}"] if who else []
        about = self.about_meeting(meeting) if meeting else []
        owed = self.owed(course, state, who)
        kinds = {self.order.organization_kind(role) for role in actors}
        colour = next(iter(kinds)) if len(kinds) == 1 and not meeting else ""
        classes = ["state", colour or "several", *(["final"] if state.final else [])]
        self.nodes.append(
            Node(
                key=self.node_of(course, state.id),
                shape="card",
                name=heading,
                id=f"state-{self.id_of(course, state)}",
                classes=tuple(classes),
                colour="" if state.final else colour,
                border="double" if state.final else "plain",
                lines=(
                    *lines(heading, 30, "title"),
                    *facts(told),
                    *(lines(named(meeting), CARD, "strong") if meeting else ()),
                    *facts(about),
                ),
                parts=self.chips(meeting) if meeting else (),
                more=(facts(owed),) if owed else (),
                column=self.column(course, state),
            )
        )
        if meeting:
            members = self.say.roles(by_rank(meeting.members, self.order.roles), "and")
            about = [f"{named(meeting)}: {members}", *about]
        step = self.step_name(course, state, numbered=numbered)
        self.text.append(sentences(step[:1].upper() + step[1:], [*told, *about, *owed]))
        for link in course.leaving(state.id):
            head = course.strand.states[link.head]
            acts = listed((f"“{named(trigger)}”" for trigger in link.triggers), "or")
            self.text.append(f"{acts} leads to {self.step_name(course, head, numbered=numbered)}.")

    def step_name(self, course: Course, state: State, *, numbered: bool) -> str:
        number = course.numbers.get(state.id, "") if numbered else ""
        return f"step {number}, {named(state)}" if number else named(state)

    def who(self, course: Course, state: State) -> tuple[str, tuple[str, ...]]:
        """Who is expected to act, in words and as roles; nothing for a state nobody leaves."""
        if "waits_for" in state.unspecified:
            return NOT_STATED, ()
        if state.waits_for:
            roles = tuple(by_rank(state.waits_for, self.order.roles))
            return self.say.roles(roles), roles
        links = course.leaving(state.id)
        steps = [link for link in links if link.main] or list(links)
        triggers = [
            trigger for link in steps for trigger in link.triggers if trigger.happens == "by_choice"
        ]
        named_roles = [role for trigger in triggers if trigger.who for role in trigger.who.roles]
        roles = tuple(by_rank(named_roles, self.order.roles))
        anyone = [trigger.who for trigger in triggers if trigger.who and trigger.who.any_of]
        if len(anyone) == len(triggers) and all(len(w.roles) == len(w.any_of) for w in anyone):
            return self.say.roles(roles), roles
        return listed(self.say.who(trigger.who) for trigger in triggers), roles

    def about_meeting(self, meeting: Meeting) -> list[str]:
        facts = []
        if meeting.called_by and meeting.called_by.holders:
            facts.append(f"Called by: {self.say.who(meeting.called_by)}")
        if meeting.chair and meeting.chair.role:
            facts.append(f"Led by: {self.say.role(meeting.chair.role)}")
        for key, question in (("required", "Who must come"), ("every", "How often")):
            if key in meeting.unspecified:
                facts.append(f"{question}: {NOT_STATED}")
        if meeting.every and not meeting.every.unspecified:
            facts.append(f"How often: {self.say.every(meeting.every)}")
        return facts

    def chips(self, meeting: Meeting) -> tuple[Part, ...]:
        seats = (
            (meeting.must_come, "Must come"),
            (meeting.asked, "Asked to come"),
            (meeting.optional, "May come"),
        )
        return tuple(
            Part(
                lines=lines(self.say.role(role), CHIP),
                colour=self.order.organization_kind(role),
                group=seat,
            )
            for roles, seat in seats
            for role in by_rank(roles, self.order.roles)
        )

    def owed(self, course: Course, state: State, who: str) -> list[str]:
        """What is due before the state is left, then the other follow-ups that begin there."""
        leaving = {trigger.id for link in course.leaving(state.id) for trigger in link.triggers}
        meeting = self.homes.meeting_at(state)
        leaving |= {meeting.id} if meeting else set()
        due: list[str] = []
        others: list[tuple[str, ...]] = []
        for follow_up in self.homes.follow_ups_at(state):
            done_by = {by.trigger.name for by in follow_up.met_by if by.trigger}
            same = self.say.who(follow_up.who) == who and follow_up.strength == "must"
            if done_by & leaving and same and self.say.due(follow_up):
                due.append(f"Due: {self.say.due(follow_up)}")
            elif done_by & leaving:
                first, *rest = self.say.follow_up(follow_up)
                due.extend((f"Due: {first}", *rest))
            else:
                others.append(self.say.follow_up(follow_up))
        return [*dict.fromkeys(due), *several("Follow-ups", others)]

    def step(self, course: Course, link: Link) -> Edge:
        informal = all(trigger.formality == "informal" for trigger in link.triggers)
        label = [line for trigger in link.triggers for line in wrap(named(trigger), VERB)]
        return Edge(
            tail=self.node_of(course, link.tail),
            head=self.node_of(course, link.head),
            style="informal" if informal else "step",
            label=tuple(label),
            holds_rank=not link.back,
            main=link.main,
        )

    # -- when nothing happens ------------------------------------------------------------

    def ladders(self, course: Course, state: State) -> None:
        """Who steps in stands to the left of a card, who is told of lateness to the right."""
        here = self.node_of(course, state.id)
        row = [here]
        sections: list[tuple[Escalation, list[tuple[int, Level]]]] = []
        for ladder in self.homes.escalations_at(state):
            others = []
            for place, level in enumerate(ladder.levels):
                if level.hand_to and not (level.tell or level.fire):
                    row.insert(0, self.stand_in(course, state, ladder, place))
                else:
                    others.append((place, level))
            if others:
                sections.append((ladder, others))
        if sections:
            row.extend(self.escalates(course, state, sections))
        if len(row) > 1:
            self.rows.append(tuple(row))

    def stand_in(self, course: Course, state: State, ladder: Escalation, place: int) -> str:
        level = ladder.levels[place]
        key = f"stand-in:{ladder.id}/{place}"
        kind = self.order.organization_kind(level.hand_to)
        when = self.say.instant(ladder, place)
        heading = self.say.role(level.hand_to)
        why = plain(level.title) or named(ladder)
        self.nodes.append(
            Node(
                key=key,
                shape="card",
                name=heading,
                id=f"stand-in-{ladder.id}-{place + 1}",
                classes=("stand-in", kind or "several"),
                colour=kind,
                border="dashed",
                lines=(*lines(heading, 24, "title"), *lines(f"Steps in: {when}", 28)),
            )
        )
        self.edges.append(
            Edge(
                tail=self.node_of(course, state.id),
                head=key,
                style="fallback",
                label=wrap(why, 16),
                holds_rank=False,
            )
        )
        for link in course.leaving(state.id)[:1]:
            self.edges.append(
                Edge(tail=key, head=self.node_of(course, link.head), style="fallback")
            )
        self.text.append(f"{why}: {heading} steps in, {when}.")
        return key

    def escalates(
        self,
        course: Course,
        state: State,
        sections: list[tuple[Escalation, list[tuple[int, Level]]]],
    ) -> tuple[str, str]:
        """The sign that a line for lateness leads to, and beside it who is told when."""
        name = f"{course.strand.id}/{state.id}"
        sign, card = f"late:{name}", f"told:{name}"
        shown: list[tuple[Line, ...]] = []
        for ladder, levels in sections:
            said = [
                f"{self.say.instant(ladder, place)}: {self.say.level_act(level)}"
                for place, level in levels
            ]
            told = (line for text in said for line in lines(text, TOLD))
            shown.append((*lines(named(ladder), TOLD, "strong"), *told))
            self.text.append(sentences(f"{named(ladder)}:", said))
        names = listed((named(ladder) for ladder, _ in sections), "and")
        self.nodes.append(
            Node(
                key=sign,
                shape="octagon",
                name=f"Escalation: {names}",
                id=f"late-{self.id_of(course, state)}",
                classes=("escalation",),
                lines=(Line(text="escalate", tone="alarm"),),
            )
        )
        self.nodes.append(
            Node(
                key=card,
                shape="card",
                name=names,
                id=f"told-{self.id_of(course, state)}",
                classes=("escalation",),
                colour="escalation",
                lines=shown[0],
                more=tuple(shown[1:]),
            )
        )
        firsts = {self.say.instant(ladder, levels[0][0]) for ladder, levels in sections}
        label = wrap(firsts.pop(), 10) if len(firsts) == 1 else ("if late",)
        here = self.node_of(course, state.id)
        self.edges.append(Edge(tail=here, head=sign, style="escalation", label=label))
        self.edges.append(Edge(tail=sign, head=card, style="escalation", ends="none"))
        self.edges.extend(
            Edge(tail=card, head=self.node_of(course, head), style="escalation")
            for head in self.fired(course, sections)
        )
        return sign, card

    def fired(
        self, course: Course, sections: list[tuple[Escalation, list[tuple[int, Level]]]]
    ) -> list[str]:
        fired = {level.fire for _, levels in sections for _, level in levels if level.fire}
        heads = [
            link.head
            for link in course.links
            if any(trigger.id in fired for trigger in link.triggers)
        ]
        return list(dict.fromkeys(heads))
