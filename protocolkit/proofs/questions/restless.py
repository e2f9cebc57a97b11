"""Whether one thing ever leads to the next without end.

Imports asking.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.conditions.references import references
from protocolkit.conditions.terms import all_atoms
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.moves import Move
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.looked import same_place
from protocolkit.proofs.results import Result, Verdict


def restless(asker: Asker) -> Iterator[Result]:
    """Whether one thing ever leads to the next without end."""
    title = "One thing never leads to the next without end."
    protocol = asker.protocol
    circle = _in_circles(protocol)
    if circle:
        asker.looked([("follow_ups", name) for name in circle], circle, course=True)
    lookeds = asker.all_looked()
    for looked in lookeds:
        if looked.graph.restless:
            node, move = min(looked.graph.restless, key=lambda one: (one[0].deeds, one[0].number))
            says = f"With {_named(move)} one thing leads to the next without end."
            story, _ = asker.story(looked, node, end=same_place(looked, node), says=says)
            yield asker.result(
                "no-automatic-loop",
                "PK207",
                title,
                "violated",
                looked=looked,
                why=says,
                story=story,
            )
            return
    last = lookeds[-1] if circle else None
    verdict: Verdict = "proved" if last is None or last.whole else "not proved"
    yield asker.result("no-automatic-loop", "PK207", title, verdict, looked=last)


def _named(move: Move) -> str:
    if move.request is not None:
        return f"`{move.request.what or ', '.join(move.request.facts)}`"
    return f"what time does next to `{move.timer.name}`" if move.timer else "the next move"


def _in_circles(protocol: Protocol) -> list[str]:
    """Follow-ups that can lead to themselves with nobody doing anything: those that open with,
    or watch, what becomes of others, or of what the clock does when they are late.
    """
    leads: dict[str, set[str]] = {name: set() for name in protocol.follow_ups}
    fired: dict[str, set[str]] = {}
    for ladder in protocol.escalations.values():
        for level in ladder.levels:
            if level.fire and ladder.watches:
                fired.setdefault(level.fire, set()).update(ladder.watches.follow_up or ("",))
    for one in protocol.follow_ups.values():
        watched = [one.opens_when, *(ending.if_ for ending in one.ends_when), one.applies_while]
        read = {
            found.name
            for condition in watched
            if condition is not None
            for atom in all_atoms([condition], protocol.all_terms)
            for found in references(atom)
        }
        met = {met_by.trigger.name for met_by in one.met_by if met_by.trigger}
        for name in {ref.name for ref in one.opens_with} | read | met:
            for cause in fired.get(name, {name}):
                if cause in leads:
                    leads[cause].add(one.id)
    circles: list[str] = []
    for name in leads:
        reached, waiting = set(), list(leads[name])
        while waiting:
            found_name = waiting.pop()
            if found_name not in reached:
                reached.add(found_name)
                waiting.extend(leads[found_name])
        if name in reached:
            circles.append(name)
    return circles
