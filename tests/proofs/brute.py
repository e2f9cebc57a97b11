"""Every situation of a small protocol, one by one, and what is asked of them: brute force.

No reduction, and nothing shared with `protocolkit.proofs` but the words of its answers. What a
move is, so that a story has the same length on both sides:

- A *deed* is one thing that one person does. Every role is held by one person. `act`: any act with
  a role in `who`; each fact that it records is left out (unless it is required) or has one of
  its values. `record`: one fact gets one value, also another or the same than it has. `complete`:
  where no act counts as doing it. `waive` and `decline`: where declared and its `if` is true. These
  mean the open one that is due first. In a closed case only what carries over is still done.
- A *timer* is time that runs out. It is no deed: the length of a story is the number of its
  deeds (the opening of the case is none), so that timers which nothing counts on, and that one
  search fires and another leaves out, do not matter.
- No two deeds are at one instant. A deed at the very instant of a timer comes before it (ruling 6),
  but no proof rests on luck: an act that would count only because it was done at the very instant
  at which, by lateness, something opens (ruling 11) is left out. Timers due together come in the
  order of the engine (late before level, then by name), and nothing between them.
- A *situation* is a case at rest: opened, or after a deed, or after the timers of one instant.

Time. All limits are whole hours. Of each running timer it matters how many whole hours are left,
and of those fractions of an hour that are left over in which order they stand: cases that agree in
both can go on in the same ways, however fine the grid of time. So a case stands *between* two
points of a clock face on which the running timers are marked, and the `groups` are those marks in
the order in which they will be passed. To pass one takes an hour off each of its timers; those
with none left run out at that point, in a fixed order. A timer started between two marks makes
a new mark there, behind all others. A deed exactly at a mark is looked at too: what it starts joins
that mark. No grid of fixed size would do: between any two marks there must be room for one more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Literal

from protocolkit.ground.record import Record
from protocolkit.model.protocol import Protocol
from tests.proofs.plain import MANY, Now, only_recorded
from tests.proofs.rules import Deed, Rules
from tests.proofs.standing import Label, Moves, Outcome, before_opening

Verdict = Literal["proved", "violated"]

Groups = tuple[tuple[tuple[int, int], ...], ...]
"""Marks in the order in which they are passed: (timer, whole hours left beyond the mark)."""

Node = tuple[int, Groups, bool]
"""The number of a case, its marks, and whether it stands exactly at the last one."""


class TooLarge(Exception):
    """More situations than were to be looked at."""


class Answer(Record):
    """What brute force says to one question. `length`: deeds of the shortest story; None for none.

    `exact`: false where more of a follow-up were open than are told apart, so that the length
    may be too small.
    """

    question: str
    about: str
    verdict: Verdict
    length: int | None = None
    exact: bool = True


class _Way:
    """One way on from a case: where to, with which timers, and whether people must take it."""

    __slots__ = ("after", "is_owed", "just", "kept", "started")

    def __init__(self, after: int, kept: Any, started: Any, just: Any, is_owed: bool) -> None:
        self.after = after
        self.kept = kept
        self.started = started
        self.just = just
        self.is_owed = is_owed


class Brute:
    """All situations of a protocol, with the ways between them.

    Once the `answers` are made, `shown` has for each question that a situation answers the cases of
    all those that show the fault.
    """

    def __init__(self, protocol: Protocol, *, most: int = 300_000, timers: int = 0) -> None:
        self.rules = Rules(protocol)
        self.protocol = protocol
        self.most = most
        self.timers = timers
        self.deeds: list[Deed] = list(self.rules.deeds())
        self.cases: list[Any] = []
        self.first: dict[Label, int] = {}
        self.refused: dict[str, int] = {}
        self.shown: dict[tuple[str, str], set[Any]] = {}
        self.cut = False
        self.outside = [
            name
            for name, trigger in sorted(protocol.triggers.items())
            if trigger.happens == "outside" and trigger.strength != "must_not"
        ]
        self._numbers: dict[Any, int] = {}
        self._ways: dict[int, list[_Way]] = {}
        self._timers: dict[Any, _Way] = {}
        self.nodes: list[Node] = []
        self.distance: list[int] = []
        self.before: list[list[int]] = []
        self.owed_before: list[list[int]] = []
        self._explore()

    # -- all situations ------------------------------------------------------------------

    def _explore(self) -> None:
        """Breadth-first by deeds; what time does weighs nothing and so comes first."""
        opening = Now(self.rules, before_opening(self.rules))
        opening.open_case()
        way = self._way(opening.outcome(), 0, is_owed=True)
        start = (way.after, _going_on((), way, at=False), False)
        index: dict[Node, int] = {start: 0}
        self.nodes.append(start)
        distance = {0: 0}
        queue = deque([0])
        self.before.append([])
        self.owed_before.append([])
        done: set[int] = set()
        while queue:
            number = queue.popleft()
            if number in done:
                continue
            done.add(number)
            if len(done) > self.most:
                raise TooLarge(f"more than {self.most} situations")
            here = distance[number]
            for node, weight, is_owed in self._on_from(self.nodes[number], here):
                there = index.get(node)
                if there is None:
                    there = index[node] = len(self.nodes)
                    self.nodes.append(node)
                    self.before.append([])
                    self.owed_before.append([])
                if there == number:
                    continue
                self.before[there].append(number)
                if is_owed:
                    self.owed_before[there].append(number)
                if here + weight < distance.get(there, 1 << 30):
                    distance[there] = here + weight
                    (queue.append if weight else queue.appendleft)(there)
        self.distance = [distance[number] for number in range(len(self.nodes))]

    def _on_from(self, node: Node, here: int) -> Iterable[tuple[Node, int, bool]]:
        case, groups, at = node
        waits = bool(groups) and _has_run_out(groups[-1])
        if waits and not at:
            yield self._run_out(case, groups, here)
            return
        ways = self._ways.get(case)
        if ways is None:
            ways = self._ways[case] = self._ways_from(case, here)
        for way in ways:
            if not (waits and way.just):
                yield (way.after, _going_on(groups, way, at), False), 1, way.is_owed
        if at:
            yield (case, groups, False), 0, True
        elif groups:
            mark = tuple((code, hours - 1) for code, hours in groups[0])
            yield (case, (*groups[1:], mark), True), 0, True

    def _run_out(self, case: int, groups: Groups, here: int) -> tuple[Node, int, bool]:
        """The timers of the mark at which the case stands."""
        others, mark = groups[:-1], groups[-1]
        just: tuple[int, ...] = ()
        weight = 0
        while _has_run_out(mark):
            code = min(code for code, hours in mark if hours < 0)
            way = self._timers.get((case, code, just))
            if way is None:
                now = Now(self.rules, self.cases[case], just)
                now.come(code)
                way = self._way(now.outcome(), here + weight + self.timers, is_owed=True)
                self._timers[case, code, just] = way
            weight += self.timers
            case, just = way.after, way.just
            others = _kept(others, way)
            (mark,) = _kept((mark,), way) or ((),)
            mark = (*mark, *((code, hours - 1) for code, hours in way.started))
        after = (*others, tuple(sorted(mark))) if mark else others
        return (case, after, False), weight, True

    def _ways_from(self, case: int, here: int) -> list[_Way]:
        """Every deed that is accepted in a case; those that come to the same count once."""
        before = self.cases[case]
        looking = Now(self.rules, before)
        found: dict[Any, _Way] = {}
        may: dict[str, Moves | None] = {}
        for deed in self.deeds:
            how, what, _ = deed
            if how == "act":
                if what not in may:
                    may[what] = looking.allowed(self.protocol.triggers[what])
                if may[what] is None:
                    continue
            elif how == "record" and looking.facts[what] == deed[2][0][1]:
                continue  # nothing changes
            elif how != "record" and not looking.owed[self.rules.number[what]]:
                continue
            outcome = only_recorded(self.rules, looking, before, deed)
            if outcome is None:
                now = Now(self.rules, before)
                if not now.do(deed, may.get(what)):
                    continue
                outcome = now.outcome()
            way = self._way(outcome, here + 1, is_owed=self._is_owed(deed, looking))
            same = found.setdefault((way.after, way.started, way.kept, way.just), way)
            same.is_owed = same.is_owed or way.is_owed
        if not looking.closed:
            for name in self.outside:
                if may.get(name) is None and not self._has_been(name, looking):
                    self.refused.setdefault(name, here)
        return list(found.values())

    def _has_been(self, name: str, looking: Now) -> bool:
        """Whether what comes from outside has led the case to where it stands: it is so already."""
        states = {move.to for move in self.protocol.triggers[name].moves}
        return bool(states & set(looking.states.values()))

    def _is_owed(self, deed: Deed, before: Now) -> bool:
        """Whether it is one of the things that people must do."""
        how, what, facts = deed
        if how == "act":
            trigger = self.protocol.triggers[what]
            if trigger.strength != "must" or trigger.happens == "outside":
                return False
            return all(before.facts[name] in (None, value) for name, value in facts)
        if how == "record":
            return all(before.facts[name] is None for name, _ in facts)
        return how == "complete"

    def _way(self, outcome: Outcome, length: int, *, is_owed: bool) -> _Way:
        number = self._numbers.setdefault(outcome.after, len(self.cases))
        if number == len(self.cases):
            self.cases.append(outcome.after)
        for label in outcome.labels:
            if length < self.first.get(label, 1 << 30):
                self.first[label] = length
        self.cut = self.cut or outcome.cut
        kept = None if outcome.keeps_all else tuple(sorted(outcome.kept.items()))
        return _Way(number, kept, outcome.started, outcome.just, is_owed)

    def has_seen(self, case: Any) -> bool:
        """Whether a case (see `Now.outcome`) can come about."""
        return case in self._numbers

    # -- what is asked -------------------------------------------------------------------

    def is_closed(self, number: int) -> bool:
        """Whether the case is closed in a situation."""
        closed: bool = self.cases[self.nodes[number][0]][2]
        return closed

    def open_ones(self, number: int, follow_up: int) -> int:
        """How many of a follow-up are open in a situation."""
        return len(self.cases[self.nodes[number][0]][3][follow_up])

    def answers(self) -> list[Answer]:
        """The answers to all questions."""
        return [*self._closing(), *self._dead(), *self._outside(), *self._owed(), *self._stated()]

    def _closing(self) -> Iterable[Answer]:
        everywhere = range(len(self.nodes))
        closed = [number for number in everywhere if self.is_closed(number)]
        yield self._never("can-finish", "", bool(closed))
        for question, before in (
            ("no-trap", self.before),
            ("closes-if-all-act", self.owed_before),
        ):
            yield self._from_everywhere(question, "", everywhere, closed, before)
        yield self._broken("finishes-cleanly", "", ("dropped", "", 0))

    def _dead(self) -> Iterable[Answer]:
        protocol = self.protocol
        for name, trigger in protocol.triggers.items():
            if trigger.strength == "must_not":
                continue
            yield self._comes("nothing-dead", name, ("act", name, 0))
            for number, _ in enumerate(trigger.moves, 1):
                yield self._comes("nothing-dead", f"{name}#{number}", ("act", name, number))
        for strand in protocol.strands.values():
            for state in strand.states:
                yield self._comes("nothing-dead", state, ("state", state, 0))
        for name in protocol.follow_ups:
            yield self._comes("nothing-dead", name, ("opened", name, 0))
        for ladder in protocol.escalations.values():
            for number, _ in enumerate(ladder.levels, 1):
                label = ("level", ladder.id, number)
                yield self._comes("levels-come", f"{ladder.id}#{number}", label)
        counted = {
            ref.name
            for one in protocol.follow_ups.values()
            for ref in one.opens_with
            if ref.event == "overdue"
        }
        for ladder in protocol.escalations.values():
            counted.update(ladder.watches.follow_up if ladder.watches else ())
        for name in sorted(counted):
            yield self._comes("levels-come", name, ("late", name, 0))

    def _outside(self) -> Iterable[Answer]:
        for name in self.outside:
            length = self.refused.get(name)
            verdict: Verdict = "proved" if length is None else "violated"
            yield self._answer("outside-events", name, verdict, length)

    def _owed(self) -> Iterable[Answer]:
        everywhere = range(len(self.nodes))
        for index, follow_up in enumerate(self.rules.owed):
            count = [self.open_ones(number, index) for number in everywhere]
            opened = [number for number in everywhere if count[number]]
            if not opened:
                continue
            ends = ("ended", follow_up.id, 0) in self.first
            yield self._found("can-be-ended", follow_up.id, [] if ends else opened)
            if follow_up.strength == "must":
                over = [one for one in everywhere if not count[one] or self.is_closed(one)]
                yield self._from_everywhere(
                    "never-blocks-forever", follow_up.id, opened, over, self.before
                )
            many = [number for number in everywhere if count[number] >= MANY]
            fewer = [
                one
                for one in everywhere
                if count[one] < MANY and (follow_up.carries_over or not self.is_closed(one))
            ]
            yield self._from_everywhere("no-pile-up", follow_up.id, many, fewer, self.before)

    def _stated(self) -> Iterable[Answer]:
        for rule in self.rules.properties:
            yield self._broken(rule.kind, rule.id, ("broken", rule.id, 0))

    def _from_everywhere(
        self,
        question: str,
        about: str,
        sources: Iterable[int],
        targets: list[int],
        before: list[list[int]],
    ) -> Answer:
        """Whether there is a way from each of some situations to one of others."""
        sources = list(sources)
        reached = bytearray(len(self.nodes))
        if sources:
            for number in targets:
                reached[number] = 1
            ahead = list(targets)
            while ahead:
                for number in before[ahead.pop()]:
                    if not reached[number]:
                        reached[number] = 1
                        ahead.append(number)
        return self._found(question, about, [one for one in sources if not reached[one]])

    def _found(self, question: str, about: str, lost: list[int]) -> Answer:
        """The answer where some situations must not be."""
        if not lost:
            return self._answer(question, about, "proved")
        self.shown[question, about] = {self.cases[self.nodes[number][0]] for number in lost}
        return self._answer(
            question, about, "violated", min(self.distance[number] for number in lost)
        )

    def _comes(self, question: str, about: str, label: Label) -> Answer:
        return self._never(question, about, label in self.first)

    def _never(self, question: str, about: str, comes: bool) -> Answer:
        return self._answer(question, about, "proved" if comes else "violated")

    def _broken(self, question: str, about: str, label: Label) -> Answer:
        length = self.first.get(label)
        return self._answer(question, about, "proved" if length is None else "violated", length)

    def _answer(
        self, question: str, about: str, verdict: Verdict, length: int | None = None
    ) -> Answer:
        # The way to the first or second open one leads over none of those that were not kept.
        exact = not self.cut or question in ("can-be-ended", "no-pile-up")
        return Answer(question=question, about=about, verdict=verdict, length=length, exact=exact)


def _going_on(groups: Groups, way: _Way, at: bool) -> Groups:
    """The marks after a deed; what it starts makes a new one, or joins the one it stands at."""
    if way.kept is None and not way.started:
        return groups
    last: tuple[tuple[int, int], ...] = ()
    if at:
        groups, last = groups[:-1], groups[-1]
    groups = _kept(groups, way)
    (last,) = _kept((last,), way) or ((),)
    started = tuple((code, hours - 1) for code, hours in way.started)
    if last or started:
        return (*groups, tuple(sorted((*last, *started))))
    return groups


def _has_run_out(mark: tuple[tuple[int, int], ...]) -> bool:
    """Whether a timer of a mark that was passed, or is stood at, had nothing left."""
    return any(hours < 0 for _, hours in mark)


def _kept(groups: Groups, way: _Way) -> Groups:
    """The marks of what still runs."""
    if way.kept is None:
        return tuple(mark for mark in groups if mark)
    kept = dict(way.kept)
    found = (
        tuple(sorted((kept[code], hours) for code, hours in mark if code in kept))
        for mark in groups
    )
    return tuple(mark for mark in found if mark)


def judged(protocol: Protocol, *, most: int = 300_000) -> list[Answer]:
    """The answers of brute force. Raises: TooLarge."""
    return Brute(protocol, most=most).answers()
