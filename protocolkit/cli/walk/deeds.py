"""What somebody does in a walk: read from words, and written as a step of a scenario.

The table of scenario files says which ways of acting there are and what goes with each, so
whatever a scenario can say can be done in a walk. Imports that table, values and moments.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from protocolkit.cli.values import facts_of, names_of, reference
from protocolkit.cli.walk.forms import ACTS, Act, Facts, Seats, Time, shown
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY, Record
from protocolkit.language.types import Day, Key, ListOf, MapOf
from protocolkit.model.protocol import Protocol

WAIT = "wait"
LEFT_OUT = ("history", "under", "label", "recorded")
"""Keys of scenarios that a walk has no use for."""
NOBODY = "nobody"
LONGEST_LINE = 20_000
"""Characters of a line that are looked at; more were not typed by anybody."""

_WORD = re.compile(r"([a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)?)=(.*)", re.DOTALL)


class Deed(Record):
    """Something that was done, or that time should come to `at`.

    `kind` is a way of acting of the scenario table, or `wait`; `what` is what it is about.
    `roles`, `person` and `can` are who acts. `detail` holds values by the keys of the table.
    """

    kind: str
    what: str = ""
    roles: tuple[str, ...] = ()
    person: str = ""
    can: tuple[str, ...] = ()
    at: datetime | None = None
    where: str = ""
    detail: Mapping[str, Any] = EMPTY

    def says(self, key: str) -> bool:
        """Whether something is said under a key."""
        return key in self.detail


def read(kind: str, words: list[str], protocol: Protocol, when: Callable[[str], datetime]) -> Deed:
    """What the words behind a way of acting say; `when` reads times.

    Raises: UsageError: they make no sense.
    """
    act = ACTS[kind]
    deed = Deed(kind=kind)
    detail: dict[str, Any] = {}
    said: dict[str, Any] = {}
    takes_what = not (act.inside or isinstance(act.about, MapOf | Facts))
    for word in words:
        found = _WORD.fullmatch(word)
        if found is None:
            if not takes_what or deed.what:
                raise UsageError(f"`{word}` is one word too many; values are said as name=value.")
            deed = deed.replace(what=word)
            continue
        name, value = found[1], found[2].strip()
        if name == "by":
            said["roles"] = names_of(value)
        elif name == "as":
            said["person"] = reference(value, "as")
        elif name == "can":
            said["can"] = names_of(value)
        elif name == "at":
            said["at"] = when(value)
        elif name == "in":
            said["where"] = value
        else:
            _put(detail, act, deed.what, name, value, protocol, when)
    return deed.replace(detail=detail, **said)


def words_of(line: str) -> list[str]:
    """A line as words; what stands in quotes is one.

    Raises: UsageError: quotes stay open, or nobody can have typed so much.
    """
    if len(line) > LONGEST_LINE:
        raise UsageError(
            f"This line is longer than {LONGEST_LINE:,} characters, so nothing is done."
        )
    try:
        return shlex.split(line)
    except ValueError:
        raise UsageError("A quote is opened and not closed in this line.") from None


def _put(
    detail: dict[str, Any],
    act: Act,
    what: str,
    name: str,
    value: str,
    protocol: Protocol,
    when: Callable[[str], datetime],
) -> None:
    """One `name=value` in its place. Raises: UsageError: there is none."""
    keys = {key.name: key for key in act.keys if key.name not in LEFT_OUT}
    section, dot, inner = name.partition(".")
    if isinstance(act.about, MapOf | Facts):
        section = "facts" if isinstance(act.about, Facts) else "assign"
        inner = name.removeprefix(f"{section}.")
    elif dot and section in keys:
        pass
    elif name in keys and not isinstance(keys[name].type, MapOf | Facts | Seats):
        detail[name] = _value(keys[name], value, when)
        return
    else:
        section, inner = _section(name, keys, what, protocol), name
    into = detail.setdefault(section, {})
    if section == "facts":
        into.update(facts_of([f"{inner}={value}"], protocol.facts))
    elif section == "assign":
        into[inner] = "" if value == NOBODY else reference(value, inner)
    else:
        for person in names_of(value):
            if into.setdefault(reference(person, inner), inner) != inner:
                raise UsageError(f"{person} cannot fill two seats at once.")


def _section(name: str, keys: Mapping[str, Key], what: str, protocol: Protocol) -> str:
    """Where a value belongs whose name is that of a fact or a role."""
    if name in protocol.facts and "facts" in keys:
        return "facts"
    if name in protocol.roles:
        trigger = protocol.triggers.get(what)
        if "assign" in keys and (trigger is None or name in trigger.assigns):
            return "assign"
        if "attended" in keys:
            return "attended"
    known = ["by", "as", "can", "at", "in", *keys]
    known += [*protocol.facts] if "facts" in keys else []
    known += [*protocol.roles] if "assign" in keys or "attended" in keys else []
    raise UsageError(f"There is no `{name}` to say here; {did_you_mean(name, known)}.")


def _value(key: Key, value: str, when: Callable[[str], datetime]) -> Any:
    if isinstance(key.type, Time):
        return when(value)
    if isinstance(key.type, ListOf) and isinstance(key.type.item, Day):
        try:
            return tuple(date.fromisoformat(name) for name in names_of(value))
        except ValueError:
            raise UsageError(f"`{value[:40]}` is no day such as 2025-03-05.") from None
    return reference(value, key.name)


def missing(deed: Deed) -> tuple[Key, ...]:
    """The keys that must be said and are not."""
    keys = ACTS[deed.kind].keys if deed.kind in ACTS else ()
    return tuple(key for key in keys if key.required and not deed.says(key.name))


# -- as a step of a scenario -----------------------------------------------------------


def step(deed: Deed, zone: str, refused: tuple[str, ...] = (), label: str = "") -> dict[str, Any]:
    """A deed as data of a scenario; with the reasons if it was refused."""
    if deed.kind == WAIT:
        assert deed.at is not None
        return {"wait_until": shown(deed.at, zone)}
    act = ACTS[deed.kind]
    who: dict[str, Any] = {"by": deed.roles[0] if len(deed.roles) == 1 else list(deed.roles)}
    if deed.person and deed.person != deed.roles[0]:
        who["as"] = deed.person
    if deed.can:
        who["can"] = list(deed.can)
    if deed.at is not None:
        who["at"] = shown(deed.at, zone)
    if deed.where and not act.inside:
        who["in"] = deed.where
    if label:
        who["label"] = label
    detail = {key: _plain(key, value, zone) for key, value in deed.detail.items()}
    about: Any = deed.what
    if isinstance(act.about, MapOf | Facts):
        about = detail.pop("facts" if isinstance(act.about, Facts) else "assign", {})
    elif act.inside:
        about, who, detail = {**who, **detail}, {}, {}
    if not refused:
        return {deed.kind: about, **who, **detail}
    said = about if deed.kind == "do" else {deed.kind: about}
    return {"refused": said, **who, "because": sorted(refused), **detail}


def _plain(key: str, value: Any, zone: str) -> Any:
    """A value as a scenario writes it."""
    if key == "attended":
        seats: dict[str, list[str]] = {}
        for person, role in value.items():
            seats.setdefault(role, []).append(person)
        return {role: one[0] if len(one) == 1 else one for role, one in seats.items()}
    if key == "assign":
        return {role: person or NOBODY for role, person in value.items()}
    return as_said(value, zone)


def as_said(value: Any, zone: str) -> Any:
    """A value in texts, lists and maps."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return shown(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return {name: as_said(one, zone) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_said(one, zone) for one in value]
    return str(value)
