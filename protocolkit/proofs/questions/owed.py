"""Whether what is owed can be done, ends, and does not pile up.

What somebody can always do needs no search. Imports asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocolkit.model.case import FollowUp
from protocolkit.proofs.goals import Goal, Seen
from protocolkit.proofs.graph import Node
from protocolkit.proofs.keys import MANY
from protocolkit.proofs.leading import is_led_to
from protocolkit.proofs.outlook import Outlook
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.looked import Looked
from protocolkit.proofs.reaching import maybe
from protocolkit.proofs.results import Result, Verdict
from protocolkit.semantics import changes as ch


def owed(asker: Asker) -> Iterator[Result]:
    """Whether what is owed can be done, ends, does not pile up, and does not get lost."""
    protocol = asker.protocol
    for one in protocol.follow_ups.values():
        if one.scope != "case":
            continue
        yield from _one_owed(asker, one)


def _one_owed(asker: Asker, one: FollowUp) -> Iterator[Result]:
    protocol = asker.protocol
    found = _Owed(asker, one)
    way, once = asker.rules.way_to_do(one, set(), saying=True), _comes_once(asker, one)
    led = once and is_led_to(asker.rules, Outlook(protocol), one)
    sure = bool(way) or led
    if (one.carries_over and one.met_by) or not sure:  # nobody acts in a case that is closed
        sure = (sure or (once and not found.blocking)) and found.opens_and_ends()
    if sure:
        yield found.answer(_ENDED, None, "proved")
        if found.blocking:
            yield found.answer(_WAITS, None, "proved")
        yield found.answer(_PILES, None, "proved")
        return
    opened = asker.opened(one) if asker.is_hopeless(one) else None
    if opened is not None:
        answer = found.hopeless(_ENDED, *opened)
        told = answer.story is not None and not any(one.lifted for one in answer.story.steps)
        if not told or opened[0].slice.free:
            opened = asker.opened(one, in_full=True) or opened  # it may come about with less
            answer = found.hopeless(_ENDED, *opened)
        yield answer
        if found.holds:
            yield found.hopeless(_WAITS, *opened)
        elif found.blocking:
            yield asker.asked(found.waits, [("follow_ups", one.id)], course=True)
        yield asker.asked(found.piles, [("follow_ups", one.id)], course=True)
        return
    part = [("follow_ups", one.id)]
    end: list[Goal] = [("opened", one.id), ("ended", one.id)]
    if found.opens_and_ends():
        ended = found.answer(_ENDED, None, "proved")
    else:
        ended = asker.asked(found.ended, part, goals=end, course=True)
    yield ended
    if ended.verdict == "vacuous":
        return
    if found.blocking:
        yield asker.asked(found.waits, part, course=True)
    if once:
        yield found.answer(_PILES, None, "proved")
    else:
        yield asker.asked(found.piles, part, course=True)


_ENDED = ("can-be-ended", "PK602", "once it is owed, it can be ended")
_WAITS = ("never-blocks-forever", "PK604", "it never holds up a case for good")
_PILES = ("no-pile-up", "PK606", "it does not pile up")


class _Owed:
    """The questions about one follow-up."""

    def __init__(self, asker: Asker, one: FollowUp) -> None:
        self.asker = asker
        self.one = one
        holds = one.strength == "must" and not one.carries_over and one.every is None
        self.holds = holds
        self.blocking = holds or bool(one.blocks)

    def answer(
        self, asked: tuple[str, str, str], looked: Looked | None, verdict: Verdict
    ) -> Result:
        """An answer that needs no story."""
        question, code, title = asked
        return self.asker.result(
            question,
            code,
            f"{self.one.name}: {title}.",
            verdict,
            about=self.one.id,
            element=self.one,
            looked=looked,
        )

    def hopeless(self, asked: tuple[str, str, str], looked: Looked, node: Node) -> Result:
        """The answer where only acts that can never be done would end it."""
        question, code, title = asked
        return self.asker.broken(
            question,
            code,
            f"{self.one.name}: {title}.",
            looked,
            node,
            about=self.one.id,
            element=self.one,
            says="Nothing that anybody can do ends this: what would do it can never be done.",
        )

    def opens_and_ends(self) -> bool:
        """Whether it was seen to open and to end."""
        goals: list[Goal] = [("opened", self.one.id), ("ended", self.one.id)]
        _, seen = self.asker.looked([("follow_ups", self.one.id)], goals=goals)
        return set(goals) <= seen.found

    def _count(self, node: Node) -> int:
        return sum(found.follow_up == self.one.id for found in node.case.open.values())

    def ended(self, looked: Looked) -> Result:
        """Whether anything ever ends it."""
        graph = looked.graph
        first = min(
            (node for node in graph.nodes if self._count(node)),
            key=lambda node: (node.deeds, node.number),
            default=None,
        )
        if first is None:
            return self.answer(_ENDED, looked, "vacuous" if looked.whole else "not proved")
        seen = Seen(looked.slice.protocol, ())
        seen.enough(graph)
        if ("ended", self.one.id) in seen.found:
            return self.answer(_ENDED, looked, "proved")
        if not looked.whole:
            return self.answer(_ENDED, looked, "not proved")
        question, code, title = _ENDED
        return self.asker.broken(
            question,
            code,
            f"{self.one.name}: {title}.",
            looked,
            first,
            about=self.one.id,
            element=self.one,
            says="Nothing that anybody can do ends this.",
        )

    def waits(self, looked: Looked) -> Result:
        """Whether from wherever it is open, some way leads to its end."""
        return self._always(
            _WAITS,
            looked,
            lambda node: not self._count(node) or node.case.closed_at is not None,
            where=lambda node: self._count(node) > 0 and node.case.closed_at is None,
            far=lambda node: self._hope(looked, node),
            says="From here nothing that anybody can do ends this, and it holds up the case.",
        )

    def _hope(self, looked: Looked, node: Node) -> int | None:
        """None where nothing can end it any more, and the case cannot be closed."""
        if not self._is_stuck(looked, node):
            return 0
        return None if self.holds or looked.outlook.to_closing(node.case) is None else 0

    def _is_stuck(self, looked: Looked, node: Node, left: int = 0) -> bool:
        """Whether so many stay open that nothing can end any more but the closing of the case."""
        stuck = self._count(node) and not looked.outlook.can_end(self.one.id, node.case, left)
        return bool(stuck)

    def piles(self, looked: Looked) -> Result:
        """Whether from wherever several are open, some way leads to fewer."""
        lasts = self.one.carries_over
        return self._always(
            _PILES,
            looked,
            lambda node: self._count(node) < MANY and (lasts or node.case.closed_at is None),
            where=lambda node: self._count(node) >= MANY and node.case.closed_at is None,
            far=lambda node: None if self._is_stuck(looked, node, MANY - 1) else 0,
            says="From here there are always several of these open, and more can come.",
        )

    def _always(
        self,
        asked: tuple[str, str, str],
        looked: Looked,
        goal: Callable[[Node], bool],
        *,
        where: Callable[[Node], bool],
        says: str,
        far: Callable[[Node], int | None] = lambda _node: 0,
    ) -> Result:
        question, code, title = asked
        return self.asker.always(
            question,
            code,
            f"{self.one.name}: {title}.",
            looked,
            goal,
            about=self.one.id,
            element=self.one,
            where=where,
            far=far,
            says=says,
        )


def _comes_once(asker: Asker, one: FollowUp) -> bool:
    """Whether there is never more than one of it: it opens with acts that move the case to where
    they cannot be done again, or when something is done that comes once; and its periods, if any,
    follow each other.
    """
    base = asker.base
    if one.for_each or (one.who and one.who.each_of):
        return False
    if one.every is not None and not one.every.after_last:
        return False
    if one.if_again != "open_another" or one.opens_in:
        return True
    names = {ref.name for ref in one.opens_with}
    before = asker.protocol.follow_ups.get(one.opens_with[0].name) if len(names) == 1 else None
    if before is not None and all(ref.event == "met" for ref in one.opens_with):
        return before.every is None and before is not one and _comes_once(asker, before)
    if not names or any(ref.event for ref in one.opens_with):
        return False
    if not asker.base.outlook.again(names):
        return True
    if not base.whole or not all(name in base.slice.protocol.triggers for name in names):
        return False
    doing = [
        (node.number, edge.target)
        for node, edge in base.graph.edges()
        if any(isinstance(one, ch.Happened) and one.name in names for one in edge.changes)
    ]
    again = maybe(base.graph, {start for start, _ in doing})
    return not any(target in again for _, target in doing)
