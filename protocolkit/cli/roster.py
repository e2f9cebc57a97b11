"""The roster: a file beside the protocol that says which person holds which office.

    people:
      u-17: {roles: [djo], can: [forensic_interview]}

Imports the reader of YAML texts.
"""

from __future__ import annotations

from collections.abc import Sequence as Several
from typing import NoReturn

from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.text import parse, read_bytes
from protocolkit.language.tree import Map, Scalar, Sequence, Tree
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor


def person(path: str, id_: str) -> Actor:
    """A person of a roster file, with the roles and abilities that stand there.

    Raises: UsageError: the file is no roster, or the person is not in it. OSError: it cannot
    be opened.
    """
    people = _people(path)
    found = people.get(id_)
    if found is None:
        raise UsageError(f"{path}: {id_} is not in the roster. {did_you_mean(id_, people.entries)}")
    return _actor(id_, found)


def everybody(path: str) -> tuple[Actor, ...]:
    """Every person of a roster file, in its order.

    Raises: UsageError: the file is no roster. OSError: it cannot be opened.
    """
    return tuple(_actor(id_, entry.value) for id_, entry in _people(path).entries.items())


def refuse_unknown_roles(path: str, protocols: Several[Protocol]) -> None:
    """Everybody of a roster holds roles that one of the protocols has.

    Raises: UsageError: somebody holds a role that none of them has. OSError: it cannot be opened.
    """
    known = {role for protocol in protocols for role in protocol.roles}
    for id_, entry in _people(path).entries.items() if known else ():
        for item in _items(entry.value.get("roles") if isinstance(entry.value, Map) else None):
            if _name(item) not in known:
                said = f"`{id_}` holds `{_name(item)}`, and there is no such role"
                _wrong(item, f"{said}; {did_you_mean(_name(item), known)}")


def _people(path: str) -> Map:
    tree, _, findings = parse(read_bytes(path), path)
    if findings:
        place = findings[0].place
        where = f"{place.file}:{place.start.line}:{place.start.column}" if place else path
        raise UsageError(f"{where}: {findings[0].message}")
    if not isinstance(tree, Map):
        raise UsageError(f"{path}:1:1: a roster begins with `people:`.")
    for name, entry in tree.entries.items():
        if name != "people":
            _wrong(entry.key, f"a roster has no `{name}`; it has `people`")
    people = tree.get("people")
    if not isinstance(people, Map):
        _wrong(
            people or tree, "`people:` has one line for each person, such as `u-17: {roles: [djo]}`"
        )
    for id_, entry in people.entries.items():
        if " " in id_:
            said = f"`{id_}` looks like a name; use a number of your own, such as `u-17`"
            _wrong(entry.key, said)
    return people


def _actor(id_: str, found: Tree) -> Actor:
    if not isinstance(found, Map):
        _wrong(found, "a person is written as `u-17: {roles: [djo]}`")
    for name, entry in found.entries.items():
        if name not in ("roles", "can"):
            _wrong(entry.key, f"a person has no `{name}`; they have `roles` and `can`")
    return Actor(id=id_, roles=_names(found.get("roles")), can=_names(found.get("can")))


def _names(tree: Tree | None) -> frozenset[str]:
    return frozenset(_name(item) for item in _items(tree))


def _items(tree: Tree | None) -> Several[Tree]:
    """The items of a list, which may stand alone without brackets."""
    if isinstance(tree, Map):
        _wrong(tree, "a list such as [djo] is needed here")
    if isinstance(tree, Sequence):
        return tree.items
    return () if tree is None else (tree,)


def _name(tree: Tree) -> str:
    if not isinstance(tree, Scalar):
        _wrong(tree, "a name is needed here")
    return tree.text


def _wrong(tree: Tree, message: str) -> NoReturn:
    end = "" if message.endswith("?") else "."
    raise UsageError(f"{tree.file}:{tree.line}:{tree.column}: {message}{end}")
