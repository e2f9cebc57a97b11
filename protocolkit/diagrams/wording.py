"""How roles, limits and follow-ups are said in a figure.

Imports the model. Everything comes from the protocol; where it says `unspecified` the
figure says "not stated", and what its author assumed carries a star.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.ground.limits import Duration, Limit, OccurrenceRef
from protocolkit.model import words
from protocolkit.model.base import Element
from protocolkit.model.case import Escalation, FollowUp, Level, Trigger
from protocolkit.model.people import Holder, Who
from protocolkit.model.protocol import Protocol

NOT_STATED = "not stated"
STAR = "*"
_SPECIAL = {words.CLOCK: "nobody, it happens by itself", words.ATTENDEES: "those at the meeting"}
_EVENTS = {
    "set": "is set",
    "moved": "is moved",
    "called_off": "is called off",
    "held": "is held",
    "adjourned": "is adjourned",
    "quorate": "has a quorum",
    "short": "has no quorum",
    "opened": "begins",
    "met": "is met",
    "overdue": "is overdue",
    "declined": "is declined",
    "waived": "is waived",
    "cancelled": "is cancelled",
    "extended": "is extended",
    "recorded": "is recorded",
    "used": "is used",
}


def plain(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def called(element: Element) -> str:
    """The name people read; one that was made from an id begins with a capital."""
    name = plain(element.name)
    return name if element.title else name[:1].upper() + name[1:]


def named(element: Element) -> str:
    """The name people read, with a star when the element was assumed."""
    return called(element) + (STAR if element.origin == "assumed" else "")


def listed(items: Iterable[str], joint: str = "or") -> str:
    """`a, b or c`, each once; with semicolons where a name has a comma of its own."""
    *most, last = dict.fromkeys(items) or [""]
    comma = "; " if any("," in item for item in (*most, last)) else ", "
    return f"{comma.join(most)} {joint} {last}" if most else last


def sentences(head: str, facts: Iterable[str]) -> str:
    """A heading and facts as running text, each ended once."""
    ended = [fact if fact.endswith((".", ":")) else f"{fact}." for fact in (head, *facts)]
    return " ".join(ended)


class Wording:
    """The words of one protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol

    def role(self, role: str) -> str:
        """A role by its name."""
        found = self.protocol.roles.get(role)
        return called(found) if found else _SPECIAL.get(role, role.replace("_", " "))

    def roles(self, roles: Iterable[str], joint: str = "or") -> str:
        """Several roles, in the order given."""
        return listed((self.role(role) for role in roles), joint)

    def happening(self, name: str) -> str:
        """A trigger, meeting or follow-up by its name."""
        protocol = self.protocol
        for section in (
            protocol.triggers,
            protocol.meetings,
            protocol.follow_ups,
            protocol.facts,
        ):
            if name in section:
                return f"“{called(section[name])}”"
        return f"“{name.replace('_', ' ')}”"

    def occurrence(self, ref: OccurrenceRef) -> str:
        """What happened, in words: `the first “Report”`, `“Team meeting” is set`."""
        pick = "" if ref.pick == "opening" else f"the {ref.pick} "
        found = []
        for one in ref.each:
            event = f" {_EVENTS.get(one.event, one.event)}" if one.event else ""
            found.append(f"{self.happening(one.name)}{event}")
        return f"{pick}{listed(found)}"

    def holder(self, holder: Holder) -> str:
        """One who acts or owes."""
        if holder.actor_of:
            return f"whoever did {self.happening(holder.actor_of)}"
        return self.role(holder.role)

    def who(self, who: Who | None) -> str:
        """Who acts or owes; "not stated" when the protocol does not say."""
        if who is None or not who.holders:
            return NOT_STATED
        several = [self.holder(holder) for holder in who.holders]
        if who.all_of and len(several) > 1:
            return f"{listed(several, 'and')} together"
        if who.each_of and len(several) > 1:
            return f"each of {listed(several, 'and')}"
        return listed(several)

    def limit(self, limit: Limit | None) -> str:
        """When something is due: `at once, within 2 hours`; empty where nothing is asked."""
        if limit is None:
            return ""
        if limit.unspecified:
            return f"at once; limit {NOT_STATED}" if limit.at_once else NOT_STATED
        parts = ["at once"] if limit.at_once else []
        if limit.within:
            before = limit.direction == "before"
            parts.append(_span(limit.within) if before else f"within {_span(limit.within)}")
        if limit.at_most:
            parts.append(f"at most {_span(limit.at_most)}")
        text = ", ".join(parts)
        if limit.anchor:
            text += f" {limit.direction} {self.occurrence(limit.anchor)}"
        return text + (STAR if self._assumed(limit) else "")

    def every(self, limit: Limit | None) -> str:
        """How often something comes round."""
        if limit is None:
            return ""
        if limit.unspecified:
            return f"how often: {NOT_STATED}"
        span = f"every {_span(limit.within)}" if limit.within else "again and again"
        most = f", at most {_span(limit.at_most)}" if limit.at_most else ""
        return f"{span}{most}{STAR if self._assumed(limit) else ''}"

    def due(self, follow_up: FollowUp) -> str:
        """The limit of a follow-up, or how often it comes round."""
        return self.limit(follow_up.due) or self.every(follow_up.every)

    def strength(self, element: FollowUp | Trigger) -> str:
        """How strongly it is wanted, where that is less than a duty: ` (should)`."""
        return "" if element.strength == "must" else f" ({element.strength})"

    def follow_up(self, follow_up: FollowUp) -> tuple[str, ...]:
        """A follow-up: what, who, until when; a limit that is not stated stands by itself."""
        due, who = self.due(follow_up), self.who(follow_up.who)
        silent = due == NOT_STATED
        if follow_up.origin == "assumed":
            due = due.removesuffix(STAR)  # one star, at the name, says it for the whole
        facts = [f"who: {NOT_STATED}" if who == NOT_STATED else who, "" if silent else due]
        told = ", ".join(fact for fact in facts if fact)
        first = f"{named(follow_up)}{self.strength(follow_up)}: {told}"
        return (first, f"Due: {NOT_STATED}") if silent else (first,)

    def instant(self, ladder: Escalation, place: int) -> str:
        """When a level of a ladder comes: `at once`, `after 4 hours`, `when overdue`."""
        of_follow_up = bool(ladder.watches and ladder.watches.follow_up)
        said = self._instant(ladder.levels[place], place == 0, of_follow_up)
        return said.removesuffix(STAR) if ladder.origin == "assumed" else said

    def _instant(self, level: Level, first: bool, of_follow_up: bool) -> str:
        if level.at == "due":
            return "when overdue"
        if level.at == "at_most":
            return "past the outer limit"
        limit = level.after
        if limit is None or limit.unspecified:
            return f"when: {NOT_STATED}"
        star = STAR if self._assumed(limit) else ""
        if limit.within is None:
            return ("when overdue" if of_follow_up and first else "at once") + star
        span = _span(limit.within)
        if first and not of_follow_up:
            return f"after {span}{star}"
        return f"{span} late{star}" if first else f"{span} later{star}"

    def level_act(self, level: Level) -> str:
        """What a level does: `tell Judge`, `hand to Investigator`."""
        acts = []
        if level.tell:
            acts.append(f"tell {listed((self.holder(one) for one in level.tell), 'and')}")
        if level.hand_to:
            acts.append(f"hand to {self.role(level.hand_to)}")
        if level.fire:
            acts.append(self.happening(level.fire))
        return ", ".join(acts) or named(level)

    def _assumed(self, limit: Limit) -> bool:
        parameters = self.protocol.parameters
        return any(
            name in parameters and parameters[name].origin == "assumed" for name in limit.parameters
        )


def _span(span: Duration) -> str:
    return str(span.replace(calendar=None))
