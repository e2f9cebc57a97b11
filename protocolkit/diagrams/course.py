"""The course of one strand: its states in order, its main path, the moves between them.

Imports the model and `order`. What a state's card says is left to `process`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from protocolkit.diagrams.order import Order, by_rank, ranks
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.case import State, Strand, Trigger
from protocolkit.model.protocol import Protocol

_FAR = 1_000_000


class Link(Record):
    """The triggers that take a case from one state to another.

    `main`: a step of the main path; `back`: to a state that comes before.
    """

    tail: str
    head: str
    triggers: tuple[Trigger, ...]
    main: bool = False
    back: bool = False


class Course(Record):
    """A strand laid out: states in order, the main path, numbers, links."""

    strand: Strand
    states: tuple[State, ...]
    main: tuple[str, ...] = ()
    numbers: Mapping[str, str] = EMPTY
    links: tuple[Link, ...] = ()

    @property
    def turns(self) -> int:
        """How many links run beside the main path; each takes room at its side."""
        return sum(not link.main for link in self.links)

    def leaving(self, state: str) -> tuple[Link, ...]:
        """The links out of a state; the main path first."""
        out = [link for link in self.links if link.tail == state]
        return tuple(sorted(out, key=lambda link: (not link.main, link.back)))


def courses(protocol: Protocol, order: Order) -> tuple[Course, ...]:
    """Every strand, the one with most states first."""
    found = [_course(protocol, order, strand) for strand in protocol.strands.values()]
    return tuple(sorted(found, key=lambda course: (-len(course.states), -len(course.links))))


def _course(protocol: Protocol, order: Order, strand: Strand) -> Course:
    moves: dict[tuple[str, str], list[str]] = {}
    for name in by_rank(protocol.triggers, order.triggers):
        for move in protocol.triggers[name].moves:
            if (move.strand or protocol.strand_of(move.to)) != strand.id:
                continue
            for tail in move.from_:
                if tail in strand.states and move.to in strand.states and tail != move.to:
                    known = moves.setdefault((tail, move.to), [])
                    known.extend([name] if name not in known else [])
    initial = [name for name, state in strand.states.items() if state.initial]
    final = [name for name, state in strand.states.items() if state.final]
    ahead = _neighbours(strand, moves)
    behind = _neighbours(strand, ((head, tail) for tail, head in moves))
    from_start, to_end = _distances(initial, ahead), _distances(final, behind)

    def key(state: State) -> tuple[Any, ...]:
        def acts(near: Iterable[tuple[str, str]]) -> tuple[Any, ...]:
            return tuple(sorted(tuple(order.triggers[t] for t in moves[pair]) for pair in near))

        return (
            from_start.get(state.id, _FAR),
            state.final,
            to_end.get(state.id, _FAR),
            tuple(sorted(order.roles.get(role, -1) for role in state.waits_for)),
            acts((state.id, head) for head in ahead[state.id]),
            acts((tail, state.id) for tail in behind[state.id]),
            state.source,
        )

    places = ranks(strand.states, key)
    names = by_rank(strand.states, places)
    ahead = {name: by_rank(heads, places) for name, heads in ahead.items()}
    earlier = _goes_back(by_rank(initial, places) + names, ahead)
    main = _longest(by_rank(initial, places), final, names, ahead, earlier)
    steps = set(pairwise(main))
    links = [
        Link(
            tail=tail,
            head=head,
            triggers=tuple(protocol.triggers[name] for name in moves[tail, head]),
            main=(tail, head) in steps,
            back=(tail, head) in earlier,
        )
        for tail in names
        for head in ahead[tail]
    ]
    return Course(
        strand=strand,
        states=tuple(strand.states[name] for name in names),
        main=tuple(main),
        numbers=_numbers(main, names, links),
        links=tuple(links),
    )


def _neighbours(strand: Strand, pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {name: [] for name in strand.states}
    for one, other in pairs:
        near[one].append(other)
    return near


def _distances(starts: Iterable[str], near: Mapping[str, list[str]]) -> dict[str, int]:
    found = dict.fromkeys(starts, 0)
    waiting = deque(found)
    while waiting:
        here = waiting.popleft()
        for there in near[here]:
            if there not in found:
                found[there] = found[here] + 1
                waiting.append(there)
    return found


def _goes_back(starts: Iterable[str], ahead: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    """The links that close a circle, seen from the starts; without them there is none."""
    back: set[tuple[str, str]] = set()
    done: set[str] = set()
    for start in starts:
        if start in done:
            continue
        path = [(start, iter(ahead[start]))]
        on_path = {start}
        while path:
            here, more = path[-1]
            there = next(more, None)
            if there is None:
                path.pop()
                on_path.discard(here)
                done.add(here)
            elif there in on_path:
                back.add((here, there))
            elif there not in done:
                path.append((there, iter(ahead[there])))
                on_path.add(there)
    return back


def _longest(
    initial: list[str],
    final: list[str],
    names: list[str],
    ahead: Mapping[str, list[str]],
    back: set[tuple[str, str]],
) -> list[str]:
    """The longest way from a start to an end without going back; to anywhere if none ends."""
    best: dict[str, list[str]] = {}

    def settle(name: str) -> None:
        tails = [best[head] for head in ahead[name] if (name, head) not in back and best.get(head)]
        longest = max(tails, key=len, default=[])
        ends = name in final or not any(end in reachable for end in final)
        best[name] = [name, *longest] if longest or ends else []

    reachable = _distances(initial, ahead)
    for name in _deepest_first(names, ahead, back):
        settle(name)
    return max((best[name] for name in initial), key=len, default=[])


def _deepest_first(
    names: list[str], ahead: Mapping[str, list[str]], back: set[tuple[str, str]]
) -> list[str]:
    from graphlib import TopologicalSorter

    return list(
        TopologicalSorter(
            {name: [head for head in ahead[name] if (name, head) not in back] for name in names}
        ).static_order()
    )


def _numbers(main: list[str], names: list[str], links: list[Link]) -> dict[str, str]:
    """1, 2, 3 along the main path; a state beside it has the number it stands in for: 3b."""
    depth = {name: place for place, name in enumerate(main, 1)}
    numbers = {name: str(place) for name, place in depth.items()}
    used: dict[int, int] = {}
    for name in names:
        if name in numbers:
            continue
        before = [depth[link.tail] for link in links if link.head == name and link.tail in depth]
        depth[name] = min(before, default=0) + 1
        nth = used[depth[name]] = used.get(depth[name], 0) + 1
        letter = chr(ord("a") + nth) if nth < 26 else f"-{nth}"
        numbers[name] = f"{depth[name]}{letter}"
    return numbers
