"""The process figure: what happens next, who acts, by when, and what if nobody does.

Imports the model and its neighbours for order, course and words. A card is a state; facts
about it stand in the card, never on a line. Where things are placed is the layout's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from protocolkit.diagrams.course import Course, Link, courses
from protocolkit.diagrams.graph import (
    Band,
    Edge,
    Graph,
    KeyEntry,
    Line,
    LineStyle,
    Node,
    Part,
    Tone,
)
from protocolkit.diagrams.homes import Homes
from protocolkit.diagrams.key import colours_used, head_of, starred
from protocolkit.diagrams.order import Order, by_rank
from protocolkit.diagrams.style import wrap
from protocolkit.diagrams.wording import NOT_STATED, Wording, listed, named, plain
from protocolkit.model import words
from protocolkit.model.base import Element
from protocolkit.model.case import Escalation, FollowUp, Level, Meeting, State
from protocolkit.model.protocol import Protocol

CARD = 44
"""Letters to a line in a card; the others are for lines between cards and for chips."""
VERB = 20
CHIP = 20
OCTAGON = 26
CHIPS_IN_A_ROW = 3


def process(protocol: Protocol) -> Graph:
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
        bands = []
        for number, course in enumerate(self.courses):
            first = len(self.nodes)
            self.strand(course, numbered=number == 0)
            if len(self.courses) > 1 and number:
                title = f"At the same time: {named(course.strand)}"
                keys = tuple(node.key for node in self.nodes[first:])
                bands.append(Band(key=course.strand.id, title=title, nodes=keys))
        self.block("any-time", "At any time", self.at_any_time())
        self.block("beside", "Beside the cases", self.beside_the_cases())
        title, source = head_of(self.protocol)
        return Graph(
            id=f"{self.protocol.id}-process",
            title=title,
            source=source,
            nodes=tuple(self.nodes),
            edges=tuple(self.edges),
            rows=tuple(self.rows),
            bands=tuple(bands),
            key=self.key(),
            text=tuple(self.text),
        )

    # -- a strand ------------------------------------------------------------------------

    def strand(self, course: Course, *, numbered: bool) -> None:
        self.text.append(f"{named(course.strand)}:" if not numbered else "Steps:")
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
        for link in course.links:
            self.edges.append(self.step(course, link))
        for state in course.states:
            self.ladders(course, state)

    def node_of(self, course: Course, state: str) -> str:
        return f"state:{course.strand.id}/{state}"

    def column(self, course: Course, state: State) -> str:
        return course.strand.id if state.id in course.main else ""

    def heading(self, course: Course, state: State, *, numbered: bool) -> str:
        number = course.numbers.get(state.id, "") if numbered and not state.final else ""
        return f"{number}  {named(state)}".strip()

    def card(self, course: Course, state: State, *, numbered: bool) -> None:
        heading = self.heading(course, state, numbered=numbered)
        who, actors = self.who(course, state)
        meeting = self.homes.meeting_at(state)
        facts = [f"Who: {who}"] if who else []
        if meeting:
            facts.extend(self.about_meeting(meeting))
        facts.extend(self.owed(course, state, who))
        kinds = {self.order.organization_kind(role) for role in actors}
        colour = next(iter(kinds)) if len(kinds) == 1 and not meeting else ""
        unique = self.protocol.strand_of(state.id) == course.strand.id
        classes = ["state", colour or "several", *(["final"] if state.final else [])]
        self.nodes.append(
            Node(
                key=self.node_of(course, state.id),
                shape="card",
                name=heading,
                id=f"state-{state.id if unique else f'{course.strand.id}-{state.id}'}",
                classes=tuple(classes),
                colour="" if state.final else colour,
                border="double" if state.final else "plain",
                lines=(
                    *_lines(heading, 30, "title"),
                    *(line for fact in facts for line in _fact(fact)),
                ),
                parts=self.chips(meeting) if meeting else (),
                column=self.column(course, state),
            )
        )
        self.text.append(f"{heading}. {' '.join(f'{fact}.' for fact in facts)}".strip())
        for link in course.leaving(state.id):
            head = course.strand.states[link.head]
            acts = listed((named(trigger) for trigger in link.triggers), "or")
            self.text.append(f"{acts}: to {self.heading(course, head, numbered=numbered)}.")

    def who(self, course: Course, state: State) -> tuple[str, tuple[str, ...]]:
        """Who is expected to act, in words and as roles; nothing for a state nobody leaves."""
        if "waits_for" in state.unspecified:
            return NOT_STATED, ()
        if state.waits_for:
            roles = by_rank(state.waits_for, self.order.roles)
            return self.say.roles(roles), tuple(roles)
        links = course.leaving(state.id)
        steps = [link for link in links if link.main] or list(links)
        triggers = [
            trigger
            for link in steps
            for trigger in link.triggers
            if trigger.happens == "by_choice"
        ]
        said = dict.fromkeys(self.say.who(trigger.who) for trigger in triggers)
        roles = [role for trigger in triggers if trigger.who for role in trigger.who.roles]
        return listed(said), tuple(by_rank(roles, self.order.roles))

    def about_meeting(self, meeting: Meeting) -> list[str]:
        facts = []
        if meeting.chair and meeting.chair.role:
            facts.append(f"Led by: {self.say.role(meeting.chair.role)}")
        if meeting.every:
            facts.append(f"Again: {self.say.every(meeting.every)}")
        return facts

    def chips(self, meeting: Meeting) -> tuple[Part, ...]:
        seats = ((meeting.required, ""), (meeting.asked, "asked"), (meeting.optional, "may come"))
        return tuple(
            Part(
                lines=(
                    *_lines(self.say.role(role), CHIP),
                    *((Line(text=f"({seat})", tone="quiet"),) if seat else ()),
                ),
                colour=self.order.organization_kind(role),
                border="dashed" if seat else "plain",
            )
            for roles, seat in seats
            for role in by_rank(roles, self.order.roles)
        )

    def owed(self, course: Course, state: State, who: str) -> list[str]:
        """What is due before the state is left, then the other follow-ups that begin there."""
        leaving = {trigger.id for link in course.leaving(state.id) for trigger in link.triggers}
        meeting = self.homes.meeting_at(state)
        leaving |= {meeting.id} if meeting else set()
        due, others = [], []
        for follow_up in self.homes.follow_ups_at(state):
            done_by = {by.trigger.name for by in follow_up.met_by if by.trigger}
            same = self.say.who(follow_up.who) == who and follow_up.strength == "must"
            if done_by & leaving and same and self.say.due(follow_up):
                due.append(self.say.due(follow_up))
            elif done_by & leaving:
                due.append(self.say.follow_up(follow_up))
            else:
                others.append(self.say.follow_up(follow_up))
        return [
            *(f"Due: {text}" for text in dict.fromkeys(due)),
            *_several("Follow-ups", others),
        ]

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
            row.append(self.octagon(course, state, sections))
        if len(row) > 1:
            self.rows.append(tuple(row))

    def stand_in(self, course: Course, state: State, ladder: Escalation, place: int) -> str:
        level = ladder.levels[place]
        key = f"stand-in:{ladder.id}/{place}"
        kind = self.order.organization_kind(level.hand_to)
        when = self.instant(ladder, place)
        heading = f"{self.say.role(level.hand_to)} steps in"
        why = plain(level.title) or named(ladder)
        number = course.numbers.get(state.id, "")
        title = f"{number} instead:  {heading}" if course is self.courses[0] else heading
        self.nodes.append(
            Node(
                key=key,
                shape="card",
                name=heading,
                id=f"stand-in-{ladder.id}-{place + 1}",
                classes=("stand-in", kind or "several"),
                colour=kind,
                border="dashed",
                lines=(*_lines(title, 24, "title"), *_fact(f"When: {when}", 28)),
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
        self.text.append(f"{why}: {heading}, {when}.")
        return key

    def octagon(
        self,
        course: Course,
        state: State,
        sections: list[tuple[Escalation, list[tuple[int, Level]]]],
    ) -> str:
        key = f"late:{course.strand.id}/{state.id}"
        lines: list[Line] = []
        for ladder, levels in sections:
            lines.extend(_lines(named(ladder), OCTAGON, "title"))
            for place, level in levels:
                said = f"{self.instant(ladder, place)}: {self.say.level_act(level)}"
                lines.extend(_lines(said, OCTAGON + 4))
                self.text.append(f"{named(ladder)}, {said}.")
        self.nodes.append(
            Node(
                key=key,
                shape="octagon",
                name=listed((named(ladder) for ladder, _ in sections), "and"),
                id=f"late-{state.id}",
                classes=("escalation",),
                lines=tuple(lines),
            )
        )
        firsts = {self.instant(ladder, levels[0][0]) for ladder, levels in sections}
        label = wrap(firsts.pop(), 14) if len(firsts) == 1 else ("if late",)
        here = self.node_of(course, state.id)
        self.edges.append(Edge(tail=here, head=key, style="escalation", label=label))
        for head in self.fired(course, sections):
            self.edges.append(
                Edge(tail=key, head=self.node_of(course, head), style="escalation", ends="forward")
            )
        return key

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

    def instant(self, ladder: Escalation, place: int) -> str:
        watches = ladder.watches
        return self.say.level_instant(
            ladder.levels[place],
            first=place == 0,
            of_follow_up=bool(watches and watches.follow_up),
        )

    # -- what hangs on no state ----------------------------------------------------------

    def at_any_time(self) -> list[str]:
        protocol, order = self.protocol, self.order
        facts = []
        for name in by_rank(protocol.triggers, order.triggers):
            trigger = protocol.triggers[name]
            if trigger.strength == "must_not":
                facts.append(f"Never: {named(trigger)} ({self.say.who(trigger.who)})")
        free = [one for one in self.homes.follow_ups_at(None) if one.scope == "case"]
        facts.extend(_several("Follow-ups", [self.free_follow_up(one) for one in free]))
        for ladder in self.homes.escalations_at(None):
            facts.append(f"{named(ladder)}: {self.climbs(ladder)}")
        for meeting in self.homes.meetings_at(None):
            if meeting.scope == "case":
                facts.append(f"Meeting: {self.meeting_line(meeting)}")
        return facts

    def free_follow_up(self, follow_up: FollowUp) -> str:
        opened = [self.say.occurrence(ref) for ref in follow_up.opens_with]
        after = f" After {listed(opened)}." if opened else ""
        return f"{self.say.follow_up(follow_up)}.{after}"

    def climbs(self, ladder: Escalation) -> str:
        return "; ".join(
            f"{self.instant(ladder, place)} {self.say.level_act(level)}"
            for place, level in enumerate(ladder.levels)
        )

    def beside_the_cases(self) -> list[str]:
        facts = [
            f"Meeting: {self.meeting_line(meeting)}"
            for meeting in self.homes.meetings_at(None)
            if meeting.scope == "programme"
        ]
        free = [one for one in self.homes.follow_ups_at(None) if one.scope == "programme"]
        return [*facts, *_several("Follow-ups", [self.free_follow_up(one) for one in free])]

    def meeting_line(self, meeting: Meeting) -> str:
        members = self.say.roles(by_rank(meeting.members, self.order.roles), "and")
        parts = [members, self.say.every(meeting.every)]
        told = ", ".join(part for part in parts if part)
        return f"{named(meeting)}: {told}" if told else named(meeting)

    def block(self, key: str, title: str, facts: list[str]) -> None:
        """A card that belongs to no state."""
        if not facts:
            return
        self.nodes.append(
            Node(
                key=f"block:{key}",
                shape="card",
                name=title,
                id=f"block-{key}",
                classes=("block",),
                border="plain",
                lines=(
                    Line(text=title, tone="title"),
                    *(line for fact in facts for line in _fact(fact)),
                ),
            )
        )
        self.text.append(f"{title}: {' '.join(f'{fact}.' for fact in facts)}")

    # -- the key -------------------------------------------------------------------------

    def key(self) -> tuple[KeyEntry, ...]:
        styles = {edge.style for edge in self.edges}
        meanings: tuple[tuple[LineStyle, str], ...] = (
            ("step", "step"),
            ("informal", "informal step"),
            ("fallback", "fallback"),
            ("escalation", "when late"),
        )
        entries = list(colours_used(self.protocol, self.nodes))
        for style, meaning in meanings:
            if style in styles:
                entries.append(KeyEntry(symbol=style, words=meaning))
        if any(node.border == "double" for node in self.nodes):
            entries.append(KeyEntry(symbol="final", words="end"))
        return (*entries, *starred(self.nodes, self.edges))


def _lines(text: str, columns: int, tone: Tone = "detail") -> tuple[Line, ...]:
    return tuple(Line(text=line, tone=tone) for line in wrap(plain(text), columns))


def _fact(text: str, columns: int = CARD) -> Iterator[Line]:
    """A fact of a card; what is not stated is said quietly."""
    tone: Tone = "quiet" if text.endswith(NOT_STATED) else "detail"
    yield from _lines(text, columns, tone)


def _several(word: str, items: list[str]) -> Iterable[str]:
    """`Follow-ups: one`, or the word and then one line each."""
    if len(items) < 2:
        return [f"{word}: {item}" for item in items]
    return [f"{word}:", *(f"• {item}" for item in items)]
