"""Who takes part: organizations, roles, holders, and who talks to whom.

Imports the base and ground. People are never here: a role is an office, its holders stand
in a roster file outside the protocol.
"""

from __future__ import annotations

from protocolkit.ground.limits import Limit
from protocolkit.model.base import Element


class Organization(Element):
    """An agency, a family, a court; `kind` is one of `words.ORGANIZATION_KINDS`."""

    kind: str


class Role(Element):
    """An office of an organization.

    `available` is `always` or the id of a calendar; None when the source is silent.
    `per_case`: held only by whom an act assigned in this case. `can`: capabilities.
    """

    kind: str
    organization: str = ""
    per_case: bool = False
    available: str | None = None
    substitutes: tuple[str, ...] = ()
    can: tuple[str, ...] = ()


class Holder(Element):
    """One way to say who: a role (with a capability, or any holder of a per-case role),
    the person who did something (`actor_of` an occurrence), or a special word in `role`:
    `clock`, `attendees`.
    """

    role: str = ""
    with_: str = ""
    any_holder: bool = False
    actor_of: str = ""


class Who(Element):
    """Who acts or owes: one of several (`any_of`), all together (`all_of`), or each for
    themselves (`each_of`); exactly one of the three is filled. `unspecified` contains "who"
    when the source does not say.
    """

    any_of: tuple[Holder, ...] = ()
    all_of: tuple[Holder, ...] = ()
    each_of: tuple[Holder, ...] = ()

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Every holder named, whichever way."""
        return self.any_of or self.all_of or self.each_of

    @property
    def roles(self) -> tuple[str, ...]:
        """The role ids among the holders, in order, special words left out."""
        return tuple(
            holder.role
            for holder in self.holders
            if holder.role and holder.role not in ("clock", "attendees")
        )


class Relationship(Element):
    """Who talks to whom: `between` two roles or meetings; with `one_way`, from first to second.

    `tie` is formal, informal, strained or absent. `rests_on` says whether it belongs to the
    offices or to certain persons; `persons` counts them where the source does.
    """

    between: tuple[str, ...]
    tie: str
    one_way: bool = False
    rests_on: str = ""
    persons: int | None = None


class Goal(Element):
    """The goal that the partners share; `shared_by` are roles."""

    shared_by: tuple[str, ...] = ()


class Practice(Element):
    """Something done beside the cases: training, an assessment form, advice in the unit."""

    kind: str
    participants: tuple[str, ...] = ()
    given_by: tuple[str, ...] = ()
    length: str = ""
    items: int | None = None
    minutes: int | None = None
    validated: bool | None = None
    use: str = ""
    every: Limit | None = None
