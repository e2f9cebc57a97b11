"""What somebody does in a walk, read from words.

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
from protocolkit.cli.walk.forms import ACTS, NOBODY, Act, Deed, Facts, Seats, Time
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.types import Day, Key, ListOf, MapOf
from protocolkit.model.protocol import Protocol

LEFT_OUT = ("history", "under", "label", "recorded")
"""Keys of scenarios that a walk has no use for."""
LONGEST_LINE = 20_000
"""Characters of a line that are looked at; more were not typed by anybody."""

_WORD = re.compile(r"([a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)?)=(.*)", re.DOTALL)


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
