"""Reads what a scenario expects: `expect: {states: ..., open: ..., told: ...}`.

Imports the form, the table and its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocolkit.language.tree import Tree
from protocolkit.scenarios.form import Expect, Owing, Said
from protocolkit.scenarios.values import TITLES, Values
from protocolkit.scenarios.vocabulary import FORMS

_KEYS = {key.name: key for key in FORMS["expect"].keys}
_WHOLE = ("told", "levels", "undecided", "left_out", "closed", "version")
"""What is compared as one value."""


def expectation(values: Values, node: Tree) -> Expect:
    """What is expected; what is in error is left out."""
    said: dict[str, Any] = {}
    for name, entry in values.nodes.entries(node, TITLES["expect"], _KEYS).items():
        value = values.key(_KEYS[name], entry.value)
        if name == "open":
            said[name] = tuple(_owing(key, one) for key, one in value.items())
        elif name not in _WHOLE:
            said[name] = value
        else:
            is_one = name in ("closed", "version")
            place = entry.value.place if is_one else entry.key.place
            said[name] = Said(value=value, place=place)
    return Expect(**said)


def _owing(name: str, said: Said) -> Owing:
    """A follow-up that must be open, each instance of it."""
    each: tuple[Mapping[str, Said], ...] = said.value
    return Owing(name=name, place=said.place, each=each)
