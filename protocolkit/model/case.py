"""What happens in a case: facts, states, triggers, meetings, follow-ups, escalations.

Imports the base, conditions and ground.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.conditions.syntax import Condition
from protocolkit.ground.limits import Duration, Limit, OccurrenceRef
from protocolkit.ground.record import EMPTY
from protocolkit.model.base import Element
from protocolkit.model.people import Holder, Who


class Fact(Element):
    """Something about a case that somebody records; unknown until then.

    `type` is one of `words.FACT_TYPES`. `range` is (lowest, highest), both included, for
    integers. After `valid_for` has passed the fact reads unknown again.
    """

    type: str
    values: tuple[str, ...] = ()
    range: tuple[int, int] | None = None
    unit: str = ""
    recorded_by: tuple[str, ...] = ()
    valid_for: Duration | None = None
    sensitive: bool = False
    scope: str = "case"


class Term(Element):
    """A condition with a name."""

    condition: Condition | None = None


class State(Element):
    """Where a case stands in one strand. `waits_for` names the roles expected to act."""

    initial: bool = False
    final: bool = False
    waits_for: tuple[str, ...] = ()


class Strand(Element):
    """One line of a case's course: a set of states, of which exactly one holds."""

    states: Mapping[str, State] = EMPTY
    applies_while: Condition | None = None


class Move(Element):
    """A trigger takes a strand from one of `from_` to `to`, if `if_` (read before the act)."""

    strand: str = ""
    from_: tuple[str, ...] = ()
    to: str = ""
    if_: Condition | None = None


class Need(Element):
    """A named condition that an act needs; anything but true refuses it."""

    condition: Condition | None = None


class Recorded(Element):
    """A fact that an act may record; `required` when the act is refused without it."""

    fact: str
    required: bool = False


class Quorum(Element):
    """When a meeting may decide: every group of `all_of`, and `at_least` n groups or members."""

    all_of: tuple[str, ...] = ()
    at_least: int | None = None
    of: str = "members"


class ExceptionRule(Element):
    """A named, authorised departure: waives needs (or a quorum), if, by whom, with a reason.

    That of a meeting may ask for another `quorum` in place of the meeting's, instead of waiving
    it. `reason: required` asks for a coded reason or an opaque reference, never free text.
    """

    waives: tuple[str, ...] = ()
    quorum: Quorum | None = None
    if_: Condition | None = None
    who: Who | None = None
    reason: str = "optional"

    @property
    def sets_aside(self) -> frozenset[str]:
        """The needs, or the `quorum`, that need not be there when it is used."""
        return frozenset(self.waives) | ({"quorum"} if self.quorum else frozenset())


class AgreedBy(Element):
    """Sign-offs that an act needs before it counts."""

    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()


class Trigger(Element):
    """An act or an event: who may, what it needs, what it records, assigns and moves.

    It says nothing of follow-ups: whatever begins and ends says so itself. `elsewhere` tells
    whether it may happen in a state from which it moves nothing; of several meetings under
    `during` or `decided_at` it belongs to any one.
    """

    who: Who | None = None
    together_with: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    different_from: tuple[str, ...] = ()
    needs: Mapping[str, Need] = EMPTY
    records: tuple[Recorded, ...] = ()
    assigns: Mapping[str, str] = EMPTY
    moves: tuple[Move, ...] = ()
    first: bool = False
    elsewhere: str = "refused"
    strength: str = "must"
    formality: str = ""
    channel: tuple[str, ...] = ()
    happens: str = "by_choice"
    protective: bool = False
    during: tuple[str, ...] = ()
    decided_at: tuple[str, ...] = ()
    agreed_by: AgreedBy | None = None
    exceptions: Mapping[str, ExceptionRule] = EMPTY
    applies_while: Condition | None = None
    scope: str = "case"

    @property
    def at_meetings(self) -> tuple[str, ...]:
        """The meetings to one of which it belongs: those that decide it, else those it is at."""
        return self.decided_at or self.during


class Chair(Element):
    """Who leads a meeting; `never` lists roles whose holder in this case may not."""

    role: str = ""
    never: tuple[str, ...] = ()


class Member(Element):
    """Who must come to a meeting; with a condition, only when that is true at the meeting."""

    role: str
    if_: Condition | None = None


class Meeting(Element):
    """A planned occurrence with identity: set, moved, called off, held.

    Members are required, asked or optional. A hearing is a meeting whose members the
    protocol does not set. `counting` maps a group to the roles that count for it.
    """

    required: tuple[Member, ...] = ()
    asked: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    chair: Chair | None = None
    called_by: Who | None = None
    counts_if: Condition | None = None
    counting: Mapping[str, tuple[str, ...]] = EMPTY
    quorum: Quorum | None = None
    exceptions: Mapping[str, ExceptionRule] = EMPTY
    every: Limit | None = None
    scope: str = "case"

    @property
    def members(self) -> tuple[str, ...]:
        """Every role that belongs to the meeting: required, asked, optional."""
        return (*self.must_come, *self.asked, *self.optional)

    @property
    def must_come(self) -> tuple[str, ...]:
        """The roles of the required members, also of those that are so only at times."""
        return tuple(member.role for member in self.required)

    def seats(self, kind: str) -> tuple[str, ...]:
        """The roles that are `required`, `asked` or `optional`."""
        return {"required": self.must_come, "asked": self.asked, "optional": self.optional}[kind]


class MetBy(Element):
    """What counts as doing a follow-up: an occurrence, if a condition holds after it."""

    trigger: OccurrenceRef | None = None
    if_: Condition | None = None


class Exclusion(Element):
    """One of `for_each` is left out if a condition holds; `if_unknown` is never assumed."""

    if_: Condition | None = None
    if_unknown: str = ""


class Authority(Element):
    """Who may extend, waive or decline, when, and whether a reason must be given."""

    who: Who | None = None
    if_: Condition | None = None
    reason: str = "optional"


class Ending(Element):
    """A condition that ends a follow-up without its being done, and the reason recorded then."""

    if_: Condition | None = None
    because: str = ""


class FollowUp(Element):
    """What somebody owes to somebody until an instant.

    Opened exactly one way: `opens_with` occurrences, `opens_in` states or `opens_when` a
    condition becomes true. Ended by `met_by`, else by the holder's completion. Of several
    `ends_when` the first that is true names the reason.
    """

    opens_with: tuple[OccurrenceRef, ...] = ()
    opens_in: tuple[str, ...] = ()
    opens_when: Condition | None = None
    if_: Condition | None = None
    if_again: str = "open_another"
    who: Who | None = None
    owed_to: Who | None = None
    due: Limit | None = None
    every: Limit | None = None
    strength: str = "must"
    met_by: tuple[MetBy, ...] = ()
    counts_for: str = ""
    ends_when: tuple[Ending, ...] = ()
    because: str = ""
    blocks: tuple[str, ...] = ()
    for_each: tuple[str, ...] = ()
    exclude: Mapping[str, Exclusion] = EMPTY
    parts: tuple[str, ...] = ()
    pauses_while: Condition | None = None
    applies_while: Condition | None = None
    carries_over: bool = False
    shares: tuple[str, ...] = ()
    extend: Authority | None = None
    waive: Authority | None = None
    decline: Authority | None = None
    scope: str = "case"


class Watches(Element):
    """What a ladder watches: a visit to a state, each open one of some follow-ups, or a span
    between two occurrences.
    """

    state: str = ""
    follow_up: tuple[str, ...] = ()
    from_: OccurrenceRef | None = None
    to: OccurrenceRef | None = None


class Level(Element):
    """One step of a ladder. At its instant it tells roles, adds an actor (`hand_to`) or fires.

    `at`: the follow-up's `due` or `at_most` instant; or `after` a span from the level before
    (the first: from the entry, or the due instant).
    """

    at: str = ""
    after: Limit | None = None
    if_: Condition | None = None
    tell: tuple[Holder, ...] = ()
    hand_to: str = ""
    fire: str = ""
    outside_hours: str = "send_anyway"


class StartAt(Element):
    """Start the ladder at a later level if a condition holds."""

    level: str
    if_: Condition | None = None


class Escalation(Element):
    """A ladder: what follows when nothing happens."""

    watches: Watches | None = None
    levels: tuple[Level, ...] = ()
    start_at: StartAt | None = None
    applies_while: Condition | None = None
