"""What the keys of one element must be together: exactly one of these, this only with that.

`CHOICES` says which keys exclude or need each other, as data that reader and JSON Schema
share. `RULES` are small functions by kind for what depends on the values; each yields
(code, message, path below the element to point at, help). Imports the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from protocolkit.ground.limits import Limit
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.language.forms import Part, Problem, property_problems
from protocolkit.model.words import ATTENDEES, CLOCK


class Choice(Record):
    """At least one of some keys must be there; not two of them if they are `exclusive`.

    `left_open` is the one that may be `unspecified`, where the source says none of them.
    """

    keys: tuple[str, ...]
    lacks: str
    help: str
    exclusive: bool = False
    left_open: str = ""

    def judge(self, part: Part) -> Iterator[Problem]:
        """What is wrong with the choice that an element makes."""
        found = [key for key in self.keys if key in part.given]
        if not found:
            yield "PK005", f"{part.subject} {self.lacks}", (), self.help
        elif self.exclusive and len(found) > 1:
            pair = " and ".join(f"`{key}`" for key in found)
            yield (
                "PK006",
                f"{part.subject} has {pair}; only one of them can count.",
                (found[1],),
                "keep one; for the other case write a second entry",
            )


_OR_SILENT = "if the source does not say"
_NAMES_NOBODY = f"name a role, or write `unspecified` {_OR_SILENT}"

CHOICES: Mapping[str, tuple[Choice, ...]] = {
    "trigger": (
        Choice(
            keys=("who", "decided_at", "during", "agreed_by"),
            lacks="has no `who`. Who may do it?",
            help=f"add `who: [...]`, or `who: unspecified` {_OR_SILENT}",
            left_open="who",
        ),
    ),
    "follow_up": (
        Choice(
            keys=("opens_with", "opens_in", "opens_when"),
            lacks="does not say when it opens.",
            help="give one of `opens_with`, `opens_in`, `opens_when`, such as `opens_with: report`",
            exclusive=True,
        ),
        Choice(
            keys=("due", "every"),
            lacks="has no `due`. Until when is it owed?",
            help=f"add `due`, such as `due: within 24 hours`, or `due: unspecified` {_OR_SILENT}",
            left_open="due",
        ),
    ),
    "watches": (
        Choice(
            keys=("state", "follow_up", "from"),
            lacks="does not say what the ladder watches.",
            help="give one of `state`, `follow_up`, `from` with `to`",
            exclusive=True,
        ),
    ),
    "level": (
        Choice(
            keys=("at", "after"),
            lacks="does not say when it comes.",
            help="give `at` or `after`, such as `at: due` or `after: 4 hours`",
            exclusive=True,
        ),
        Choice(
            keys=("tell", "hand_to", "fire"),
            lacks="does nothing.",
            help="say whom to `tell`, whom to `hand_to`, or what to `fire`",
        ),
    ),
    "who": (
        Choice(
            keys=("any_of", "all_of", "each_of"),
            lacks="names nobody.",
            help=_NAMES_NOBODY,
            exclusive=True,
        ),
    ),
    "holder": (
        Choice(
            keys=("role", "actor_of"), lacks="names nobody.", help="give `role`", exclusive=True
        ),
    ),
    "exception": (
        Choice(
            keys=("waives", "quorum"),
            lacks="sets nothing aside.",
            help="say under `waives` which needs it sets aside, such as `waives: [consent]`",
        ),
    ),
    "agreed_by": (
        Choice(
            keys=("all_of", "any_of"),
            lacks="names nobody who must agree.",
            help="add `all_of: [...]`",
        ),
    ),
}
"""The choices between keys, by kind."""

TOGETHER: Mapping[str, Mapping[str, str]] = {"watches": {"from": "to", "to": "from"}}
"""By kind: where the first key stands, the second must too."""


def _follow_up(part: Part) -> Iterator[Problem]:
    due = part.values.get("due")
    if isinstance(due, Limit):
        if due.at_once and not (due.within or due.at_most or due.unspecified):
            yield (
                "PK006",
                "`at once` is what to aim for; by itself it is never late.",
                ("due",),
                "say from when on it is late: `at once, within 2 hours`, or "
                f"`at once, unspecified` {_OR_SILENT}",
            )
        if due.after_last:
            yield (
                "PK006",
                "`after the last` is for what comes again and again.",
                ("due",),
                "write it under `every`, or name what `due` counts from",
            )
    yield from _rhythm(part)


def _rhythm(part: Part) -> Iterator[Problem]:
    """What comes again and again needs a length of time, counted forwards."""
    every = part.values.get("every")
    if not isinstance(every, Limit) or (every.unspecified and not every.at_once):
        return
    if every.within is None or every.at_once or every.direction == "before":
        yield (
            "PK006",
            "`every` needs a length of time, and from when it is counted.",
            ("every",),
            "write for example `14 calendar days after report` or `1 calendar year`",
        )


def _tally(part: Part) -> Iterator[Problem]:
    if part.values.get("scope") == "case":
        yield (
            "PK006",
            "A tally counts over all cases, so it belongs to the programme.",
            ("scope",),
            "leave the line out",
        )
    every = part.values.get("every")
    if isinstance(every, Limit) and every.after_last:
        yield (
            "PK006",
            "A tally counts in periods of one length, and there is no last one to count from.",
            ("every",),
            "write for example `1 calendar month after adopted`",
        )
        return
    yield from _rhythm(part)


def _escalation(part: Part) -> Iterator[Problem]:
    levels = part.values.get("levels")
    if levels == ():
        yield "PK005", f"{part.subject} has no level.", ("levels",), "add what happens, and when"
        return
    watches = part.values.get("watches")
    for level in levels or ():
        if level.at and watches and not watches.follow_up:
            what = f"the state `{watches.state}`" if watches.state else "the time between two acts"
            yield (
                "PK006",
                f"`at: {level.at}` is a time of a follow-up's limit; this ladder watches {what}.",
                (*level.path[2:], "at"),
                "say how long after: `after: 4 hours`, or watch a follow-up",
            )
    seen: set[str] = set()
    for level in levels or ():
        if level.id and level.id in seen:
            yield (
                "PK002",
                f"Two levels are called `{level.id}`.",
                (*level.path[2:], "id"),
                "rename one of the two",
            )
        seen.add(level.id)
    start = part.values.get("start_at")
    if start and start.level and levels and start.level not in seen:
        yield from _undefined("level", start.level, ("start_at", "level"), seen - {""})


def _undefined(
    what: str, name: str, below: tuple[str | int, ...], known: Iterable[str], otherwise: str = ""
) -> Iterator[Problem]:
    helps = did_you_mean(name, known) or otherwise or f"declare the {what} first"
    yield "PK101", f"There is no {what} `{name}` here.", below, helps


def _waived(part: Part, what: str, known: Iterable[str]) -> Iterator[Problem]:
    """The exceptions of an element may waive only what it has."""
    known = set(known)
    for name, exception in part.values.get("exceptions", {}).items():
        for index, waived in enumerate(exception.waives):
            if waived not in known:
                below = ("exceptions", name, "waives", index)
                yield from _undefined(what, waived, below, known)


def _trigger(part: Part) -> Iterator[Problem]:
    if "elsewhere" in part.given and "moves" not in part.given:
        yield (
            "PK006",
            f"{part.subject} moves nothing, so it may happen in every state.",
            ("elsewhere",),
            "take it out, or say under `moves` from where to where",
        )
    who, assigns = part.values.get("who"), part.values.get("assigns") or {}
    if "agreed_by" in part.values or (who and who.all_of):
        for role in assigns:
            if assigns[role] == "actor":
                yield (
                    "PK006",
                    f"Several agree to {part.subject}, so `actor` does not tell whom it assigns.",
                    ("assigns", role),
                    "write `named`, and say who it is when it is done",
                )
    if "needs" in part.values or "needs" not in part.given:
        yield from _waived(part, "need", part.values.get("needs", {}))
    for name, exception in part.values.get("exceptions", {}).items():
        if exception.quorum is not None:
            yield (
                "PK006",
                f"{part.subject} is no meeting, so its exception has no `quorum`.",
                ("exceptions", name, "quorum"),
                "say under `waives` which needs the exception sets aside",
            )


def _meeting(part: Part) -> Iterator[Problem]:
    yield from _rhythm(part)
    yield from _waived(part, "quorum to waive", ("quorum",))
    lists = ("required", "asked", "optional", "counting")
    if any(key in part.given and key not in part.values for key in lists):
        return  # in error or not stated, so nobody can say who belongs to it
    required = [member.role for member in part.values.get("required", ())]
    known = {*required, *(name for key in lists[1:] for name in part.values.get(key, ()))}
    exceptions = part.values.get("exceptions", {})
    quorums = [(one.quorum, ("exceptions", name, "quorum")) for name, one in exceptions.items()]
    for quorum, below in [(part.values.get("quorum"), ("quorum",)), *quorums]:
        for index, name in enumerate(quorum.all_of if quorum else ()):
            if name not in known:
                yield from _undefined(
                    "group or member",
                    name,
                    (*below, "all_of", index),
                    known,
                    f"name `{name}` under `required`, `asked` or `counting` too",
                )
        if quorum and quorum.of == "groups" and quorum.at_least:
            yield from _too_many_groups(part, quorum.at_least, below)


def _too_many_groups(part: Part, at_least: int, below: tuple[str, ...]) -> Iterator[Problem]:
    """A quorum of more groups than there are; a member of no group counts as one of its own.

    Members cannot be judged like that: several persons may come in one role.
    """
    counting = part.values.get("counting", {})
    grouped = {role for roles in counting.values() for role in roles}
    members = {role for key in ("asked", "optional") for role in part.values.get(key, ())}
    members |= {member.role for member in part.values.get("required", ())}
    most = len(counting) + len(members - grouped)
    if (grouped or members) and at_least > most:
        yield (
            "PK006",
            f"The quorum asks for {at_least} groups, and no more than {most} can be there.",
            (*below, "at_least"),
            f"ask for {most} or fewer, or name more groups under `counting`",
        )


def _watches(part: Part) -> Iterator[Problem]:
    if part.given & {"state", "follow_up"}:
        if "to" in part.given and "from" not in part.given:
            yield "PK006", "`to` only goes with `from`.", ("to",), "take it out"
    elif "from" in part.given and "to" not in part.given:
        yield (
            "PK005",
            "A ladder over the time between two things needs `from` and `to`.",
            ("from",),
            "add `to`",
        )


def _level(part: Part) -> Iterator[Problem]:
    after = part.values.get("after")
    if isinstance(after, Limit) and after.at_once and after.unspecified:
        yield (
            "PK006",
            "A level that comes at once needs no other time.",
            ("after",),
            f"write `at once`, or `unspecified` {_OR_SILENT}",
        )
    elif isinstance(after, Limit) and (after.anchor or after.after_last or after.at_most):
        yield (
            "PK006",
            "A level counts from the level before it, and has one instant.",
            ("after",),
            "write only the time, such as `4 hours`, or `at once`",
        )


def _fact(part: Part) -> Iterator[Problem]:
    kind = part.values.get("type")
    if kind == "choice" and "values" not in part.given:
        yield (
            "PK005",
            f"{part.subject} is a choice and has no `values`.",
            (),
            "add its `values`, such as `values: [suspected, confirmed]`",
        )
    if kind == "choice" and part.values.get("values") == ():
        yield "PK005", f"{part.subject} has no value to choose.", ("values",), "list its values"
    if kind and kind != "choice" and "values" in part.given:
        yield "PK006", f"Only a choice has `values`; this is: {kind}.", ("values",), "take it out"
    if kind and kind != "integer" and "range" in part.given:
        yield "PK006", f"Only an integer has a `range`; this is: {kind}.", ("range",), "take it out"


def _who(part: Part) -> Iterator[Problem]:
    for key in ("any_of", "all_of", "each_of"):
        if part.values.get(key) == ():
            yield "PK005", f"{part.subject} names nobody.", (key,), _NAMES_NOBODY


def _holder(part: Part) -> Iterator[Problem]:
    role = part.values.get("role")
    extra = [key for key in ("with", "any_holder") if key in part.given]
    if role in (CLOCK, ATTENDEES) and extra:
        yield "PK006", f"`{role}` takes no further keys.", (extra[0],), "take it out"


def _relationship(part: Part) -> Iterator[Problem]:
    ends = part.values.get("between")
    if ends is not None and len(ends) != 2:
        yield (
            "PK006",
            f"{part.subject} ties two ends together; `between` names {len(ends)}.",
            ("between",),
            "name two roles",
        )


def _strand(part: Part) -> Iterator[Problem]:
    if part.values.get("states") == {}:
        yield (
            "PK005",
            f"{part.subject} has no state.",
            (),
            "name at least the state in which a case starts",
        )


def _move(part: Part) -> Iterator[Problem]:
    to = part.values.get("to")
    if to and to in part.values.get("from_", ()):
        yield (
            "PK006",
            f"This moves from `{to}` to itself.",
            ("to",),
            "leave the move out: an act without a move changes no state and restarts nothing",
        )


def _calendar(part: Part) -> Iterator[Problem]:
    if part.values.get("open") == ():
        yield (
            "PK005",
            f"{part.subject} is never open.",
            ("open",),
            "add `open: mon-fri 08:30-16:30`",
        )


RULES: Mapping[str, Callable[[Part], Iterator[Problem]]] = {
    "calendar": _calendar,
    "escalation": _escalation,
    "fact": _fact,
    "follow_up": _follow_up,
    "holder": _holder,
    "level": _level,
    "meeting": _meeting,
    "move": _move,
    "practice": _rhythm,
    "property": property_problems,
    "relationship": _relationship,
    "strand": _strand,
    "tally": _tally,
    "trigger": _trigger,
    "watches": _watches,
    "who": _who,
}
"""The rules on values, by kind."""
