"""Whether the people of a roster can do all that a case needs, kept apart as the protocol wants.

Imports asking.
"""

from __future__ import annotations

from protocolkit.model.protocol import Protocol
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.results import Result


def staffing(asker: Asker) -> list[Result]:
    """Whether some case can be closed by these people alone; if not, which rules are too many."""
    title = "The people of the roster are enough to bring a case to its end."
    looked = asker.base
    question, code = "can-be-staffed", "PK308"
    if any(node.case.closed_at is not None for node in looked.graph.nodes):
        return [asker.result(question, code, title, "proved", looked=looked)]
    if not looked.graph.whole:
        return [asker.result(question, code, title, "not proved", looked=looked)]
    why = "With these people no case can be closed. "
    conflict = _conflict(asker)
    if conflict:
        why += f"Too few people for these rules together: {', '.join(conflict)}."
    elif asker.absent:
        why += f"Nobody holds: {', '.join(sorted(asker.absent))}."
    if not looked.graph.nodes:
        return [asker.result(question, code, title, "violated", looked=looked, why=why)]
    far = max(looked.graph.nodes, key=lambda node: (len(node.case.stays), node.deeds, -node.number))
    story, _ = asker.story(looked, far, says=why)
    element = asker.protocol.triggers.get(conflict[0].split(".")[1]) if conflict else None
    return [
        asker.result(
            question,
            code,
            title,
            "violated",
            looked=looked,
            why=why,
            story=story,
            element=element,
        )
    ]


def _conflict(asker: Asker) -> list[str]:
    """A smallest set of rules that keep people apart, without which a case could be closed."""
    rules = [
        (name, key)
        for name, trigger in asker.protocol.triggers.items()
        for key in ("different_from", "never", "together_with")
        if getattr(trigger, key)
    ]
    if not _closes(asker, _without(asker.protocol, rules)):
        return []
    kept = list(rules)
    for rule in rules:  # whatever can go without helping is not part of the conflict
        fewer = [one for one in kept if one != rule]
        if _closes(asker, _without(asker.protocol, fewer)):
            kept = fewer
    return [f"triggers.{name}.{key}" for name, key in kept]


def _without(protocol: Protocol, rules: list[tuple[str, str]]) -> Protocol:
    triggers = dict(protocol.triggers)
    for name, key in rules:
        triggers[name] = triggers[name].replace(**{key: ()})
    return protocol.replace(triggers=triggers)


def _closes(asker: Asker, protocol: Protocol) -> bool:
    again = Asker(protocol, absent=asker.absent, budget=asker.budget, people=asker.people)
    return any(node.case.closed_at is not None for node in again.base.graph.nodes)
