"""Where a case without dates stands, and what may be done in it: for brute force only.

Of a timer a case here knows only that it runs, not when it ends: `brute.py` has the time. Imports
the rules and the model; shares nothing with `protocolkit.proofs`.
"""

from __future__ import annotations

from typing import Any

from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model.case import Trigger
from tests.proofs.rules import Key, Rules

OVERDUE, LEVEL = 0, 1 << 12
"""The kinds of timers, in the order in which they come at one instant; then by name."""

Moves = list[tuple[str, str, str, int]]
"""The moves of an act: strand, from, to, and the how-manieth of the act it is."""

Label = tuple[str, str, int]
"""Something that a step did, to be asked for: its kind, whose, the how-manieth."""


def timer(kind: int, index: int, place: int) -> int:
    """A running timer: that of the follow-up or ladder `index`, of its open one at `place`."""
    return kind + index * 8 + place


class Outcome:
    """What a step leads to: the case after it, and what became of the timers.

    `kept` maps a timer before to the same timer after (what is missing has stopped), `started`
    has the new ones with their hours; `keeps_all`: none has changed. `cut`: one more was opened
    than can be told apart. `just` are the follow-ups that an act of this instant would do, if they
    opened at the same instant.
    """

    __slots__ = ("after", "cut", "just", "keeps_all", "kept", "labels", "started")

    def __init__(
        self,
        after: Any,
        kept: dict[int, int],
        started: tuple[tuple[int, int], ...],
        labels: tuple[Label, ...],
        just: tuple[int, ...],
        cut: bool,
        keeps_all: bool,
    ) -> None:
        self.keeps_all = keeps_all
        self.after = after
        self.kept = kept
        self.started = started
        self.labels = labels
        self.just = just
        self.cut = cut


class One:
    """One open follow-up. `due` and the second of each of `runs` tell of a timer: none, the code
    of the one that runs, or the hours of a new one (as a tuple)."""

    __slots__ = ("due", "index", "late", "runs", "visit")

    def __init__(self, index: int, visit: str, late: bool, due: Any, runs: list[Any]) -> None:
        self.index = index
        self.visit = visit
        self.late = late
        self.due = due
        self.runs = runs


class Standing:
    """A case before, while and after something is done to it; what conditions ask is asked here."""

    def __init__(self, rules: Rules, before: Any, just: tuple[int, ...] = ()) -> None:
        states, facts, closed, owed, statuses, visits, waiting, seen, counts = before
        self.rules = rules
        self.states = dict(zip(rules.strands, states, strict=True))
        self.facts = dict(zip(rules.facts, facts, strict=True))
        self.closed: bool = closed
        self.owed = [
            [
                One(
                    index,
                    visit,
                    late,
                    timer(OVERDUE, index, place) if runs_out else None,
                    [
                        [level, timer(LEVEL, ladder, place) if comes else None]
                        for ladder, (level, comes) in zip(
                            rules.ladders_of[index], runs, strict=True
                        )
                    ],
                )
                for place, (visit, late, runs_out, runs) in enumerate(some)
            ]
            for index, some in enumerate(owed)
        ]
        self.statuses = dict(zip(sorted(rules.read), statuses, strict=True))
        self.visits = {
            ladder: [level, timer(LEVEL, ladder, 0) if comes else None]
            for ladder, level, comes in visits
        }
        self._running = sum(
            (one.due is not None) + sum(run[1] is not None for run in one.runs)
            for some in self.owed
            for one in some
        ) + sum(run[1] is not None for run in self.visits.values())
        self.waiting = set(waiting)
        self.seen = set(seen)
        self.counts = dict(counts)
        self.labels: list[Label] = []
        self.cut = False
        self.just = set(just)
        self._was_just = just
        self._happened: list[Key] = []
        self._left: list[Key] = []
        self._entered: list[Key] = []
        self._opened: list[One] = []
        self._moved = False

    # -- what conditions ask -------------------------------------------------------------

    def fact(self, name: str) -> Any:
        """The value of a fact; None when unknown."""
        return self.facts[name]

    def state(self, strand: str) -> str:
        """Where a strand stands."""
        found: str = self.states[strand]
        return found

    def status(self, follow_up: str) -> str:
        """The status of the one opened last."""
        found: str = self.statuses[follow_up]
        return found

    def happened(self, name: str, event: str, since: OccurrenceRef | None) -> bool:
        """Whether it ever happened."""
        assert since is None
        return (name, event) in self.seen

    # -- what is asked of it ---------------------------------------------------------------

    def allowed(self, trigger: Trigger) -> Moves | None:
        """The moves of an act, if it may be done now; else None."""
        rules = self.rules
        if self.closed:
            return None
        if any(rules.judge(need.condition, self) is not True for need in trigger.needs.values()):
            return None
        found: Moves = []
        held_back = False
        for number, move in enumerate(trigger.moves):
            strand = rules.strand_of(trigger, number)
            if self.states[strand] in move.from_:
                if rules.judge(move.if_, self) is True:
                    found.append((strand, self.states[strand], move.to, number))
                else:
                    held_back = True
        if trigger.moves and not found and (held_back or trigger.elsewhere != "allowed"):
            return None
        if any(
            some and trigger.id in rules.owed[index].blocks for index, some in enumerate(self.owed)
        ):
            return None
        return None if self._still_owed(trigger, found) else found

    def _still_owed(self, trigger: Trigger, moves: Moves) -> bool:
        """Whether it would close the case over something that must be done (ruling 14)."""
        after = self.states | {strand: to for strand, _, to, _ in moves}
        final = self.rules.final
        if (
            not moves
            or final.issuperset(self.states.items())
            or not final.issuperset(after.items())
        ):
            return False
        left = {f"{strand}.{from_}" for strand, from_, _, _ in moves}
        for index, some in enumerate(self.owed):
            follow_up = self.rules.owed[index]
            if follow_up.strength != "must" or follow_up.carries_over:
                continue
            does = any(
                met_by.if_ is None
                and (met_by.trigger.name, met_by.trigger.event) == (trigger.id, "")
                for met_by in follow_up.met_by
                if met_by.trigger is not None
            )
            others = [one for one in (some[1:] if does else some) if one.visit not in left]
            if others:
                return True
        return False

    # -- the case after it -------------------------------------------------------------------

    def outcome(self) -> Outcome:
        """What the step led to."""
        kept: dict[int, int] = {}
        started: list[tuple[int, int]] = []

        def runs(found: Any, code: int) -> bool:
            if isinstance(found, tuple):
                started.append((code, found[0]))
            elif found is not None:
                kept[found] = code
            return found is not None

        rules = self.rules
        owed = tuple(
            tuple(
                (
                    one.visit,
                    one.late,
                    runs(one.due, timer(OVERDUE, index, place)),
                    tuple(
                        (run[0], runs(run[1], timer(LEVEL, number, place)))
                        for run, number in zip(one.runs, rules.ladders_of[index], strict=True)
                    ),
                )
                for place, one in enumerate(some)
            )
            for index, some in enumerate(self.owed)
        )
        visits = tuple(
            (number, level, runs(comes, timer(LEVEL, number, 0)))
            for number, (level, comes) in sorted(self.visits.items())
        )
        after = (
            tuple(self.states.values()),
            tuple(self.facts.values()),
            self.closed,
            owed,
            tuple(self.statuses.values()),
            visits,
            tuple(sorted(self.waiting)),
            tuple(sorted(self.seen)),
            tuple(sorted(self.counts.items())),
        )
        keeps_all = len(kept) == self._running and all(old == new for old, new in kept.items())
        labels, just = tuple(self.labels), tuple(sorted(self.just))
        return Outcome(after, kept, tuple(started), labels, just, self.cut, keeps_all)


def before_opening(rules: Rules) -> Any:
    """A case that is not open yet."""
    return (
        ("",) * len(rules.strands),
        (None,) * len(rules.facts),
        False,
        ((),) * len(rules.owed),
        ("not_opened",) * len(rules.read),
        (),
        (),
        (),
        (),
    )
