"""The order in which keys stand: that of the vocabulary, for each kind of element.

Keys that the vocabulary does not know stay behind the one that they followed, and nothing
passes a comment that a blank line parts from what is below it. Imports the vocabulary, the
shapes and the remarks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from protocolkit.language import types
from protocolkit.language.remarks import Branch, Unit
from protocolkit.language.shapes import KEYS, is_short
from protocolkit.language.tree import Map, Tree
from protocolkit.language.vocabulary import COMMON, KINDS, SECTIONS

Form: TypeAlias = str
"""What a file is: `protocol`, `scenarios`, `roster`, or "" for none of them."""

_SIGNS: Mapping[str, Form] = {
    "protocolkit": "protocol",
    "extends": "protocol",
    "scenarios": "scenarios",
    "people": "roster",
}
_OTHERS: Mapping[tuple[Form, int], tuple[str, ...]] = {
    ("scenarios", 0): ("protocol", "scenarios"),
    ("scenarios", 2): ("title", "protocol", "start", "steps"),
    ("roster", 2): ("roles", "can"),
}
"""The order of keys where no vocabulary stands behind a form, by depth; the steps of a story
stay as they are, because the first key of a step says what it is.
"""


def form_of(tree: Tree) -> Form:
    """What a file is, by the keys at its top."""
    entries = tree.entries if isinstance(tree, Map) else {}
    return next((form for key, form in _SIGNS.items() if key in entries), "")


def arrange(root: Branch, form: Form) -> None:
    """Put the keys of every part in order."""
    if form == "protocol":
        _by_type(root, types.ElementOf(kind="protocol"))
    elif form:
        _by_depth(root, form, 0)


def _by_depth(branch: Branch, form: Form, depth: int) -> None:
    order = _OTHERS.get((form, depth))
    if order is not None:
        branch.units = sorted_units(branch.units, order)
    for unit in branch.units:
        if isinstance(unit.value, Branch) and depth < 2:
            _by_depth(unit.value, form, depth + 1)


def _by_type(branch: Branch, type_: types.ValueType) -> None:
    if not isinstance(branch.node, Map):
        item = _main(type_)
        for unit in branch.units:
            _below(unit, item.item if isinstance(item, types.ListOf) else item)
        return
    if isinstance(type_, types.ListOf):
        type_ = type_.item
    if isinstance(type_, types.MapOf):
        for unit in branch.units:
            _below(unit, type_.item)
    elif isinstance(type_, types.ElementOf):
        kind = KINDS[type_.kind]
        if is_short(kind, KEYS[kind.name], branch.node):
            _by_type(branch, KEYS[kind.name][kind.short].type)
            return
        branch.units = sorted_units(branch.units, _order(kind.name, branch.units))
        for unit in branch.units:
            name = unit.key.text if unit.key else ""
            if kind.name == "protocol" and name in ("add", "change"):
                _sections(unit)
            elif name in KEYS[kind.name]:
                _below(unit, KEYS[kind.name][name].type)


def _main(type_: types.ValueType) -> types.ValueType:
    """The type of the main key, where a list stands for the whole element."""
    while isinstance(type_, types.ElementOf) and KINDS[type_.kind].short:
        type_ = KEYS[type_.kind][KINDS[type_.kind].short].type
    return type_


def _below(unit: Unit, type_: types.ValueType) -> None:
    if isinstance(unit.value, Branch):
        _by_type(unit.value, type_)


def _sections(unit: Unit) -> None:
    """What an overlay adds or changes stands under the names of sections."""
    if isinstance(unit.value, Branch):
        for section in unit.value.units:
            if section.key is not None and section.key.text in SECTIONS:
                kind = SECTIONS[section.key.text]
                _below(section, types.MapOf(item=types.ElementOf(kind=kind)))


_HEADING = ("title", "description")


def _order(kind: str, units: list[Unit]) -> tuple[str, ...]:
    """The keys of a kind in order; a heading that its writer put first stays first."""
    names = tuple(KEYS[kind])
    first = units[0].key if units else None
    if kind == "protocol":
        common = tuple(key.name for key in COMMON)  # what a file is stands at its top
        return (*names[:2], *common, *(name for name in names[2:] if name not in common))
    if first is not None and first.text in _HEADING:
        return (*_HEADING, *(name for name in names if name not in _HEADING))
    return names


def sorted_units(units: list[Unit], order: Iterable[str]) -> list[Unit]:
    """Units in an order of keys.

    Groups that blank lines part are kept, in the order of their first keys; what follows a
    comment that stands for itself is a part of its own.
    """
    rank = {name: place for place, name in enumerate(order)}
    found: list[Unit] = []
    for part in _split(units, "below_banner"):
        if part[0].below_banner:
            found.append(part.pop(0))
        groups = [_ranked(group, rank) for group in _split(part, "begins_group")]
        parted = [any(unit.begins_group for _, unit in group) for group in groups]
        ordered = sorted(range(len(groups)), key=lambda number: groups[number][0][0])
        for place, number in enumerate(ordered):
            group_units = [unit for _, unit in groups[number]]
            _begin(group_units, place > 0 or parted[number])
            found.extend(group_units)
    return found


def _split(units: list[Unit], sign: str) -> list[list[Unit]]:
    """Units in runs, each begun by one that has the sign."""
    runs: list[list[Unit]] = []
    for unit in units:
        if not runs or getattr(unit, sign):
            runs.append([])
        runs[-1].append(unit)
    return runs


def _ranked(units: list[Unit], rank: Mapping[str, int]) -> list[tuple[int, Unit]]:
    """Units with their places, in order; one without a place follows the one before it."""
    found: list[tuple[int, Unit]] = []
    for unit in units:
        before = found[-1][0] if found else -1
        found.append((rank.get(unit.key.text if unit.key else "", before), unit))
    return sorted(found, key=lambda pair: pair[0])


def _begin(group: list[Unit], parted: bool) -> None:
    """Let the blank line above a group stand above the unit that is now its first."""
    for unit in group:
        first = parted and unit is group[0]
        if unit.leads:
            unit.leads[0].blank = first
        else:
            unit.blank = first
